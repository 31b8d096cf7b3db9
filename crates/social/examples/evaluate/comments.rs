//! The spam scorer against comments of which it is known what they are.

use report_pipeline_social::{Comment, SPAM_THRESHOLD, spam_score};

use super::metrics::{Decisions, auc};
use super::records::Set;
use super::table::{Table, figure};
use super::targets::{Targets, known};

/// The labelled comments of a set, and whether each is spam.
pub(crate) fn labelled(set: &Set) -> Vec<(&Comment, bool)> {
    set.records
        .iter()
        .flat_map(|record| {
            let comments = record.snapshot.comments.iter().flatten();
            comments.zip(&record.comment_labels)
        })
        .filter_map(|(comment, label)| Some((comment, label.as_ref()?.1)))
        .collect()
}

/// The targets of a set of comments.
pub(crate) fn targets(set: &Set) -> Option<&'static Targets> {
    let known = known(&set.records.first()?.source)?;
    matches!(known.targets, Targets::Comments { .. }).then_some(&known.targets)
}

pub(crate) fn table() -> Table {
    Table::new(
        "Comments: spam scorer (found = 1 point or more)",
        &[
            "set",
            "sections",
            "labelled",
            "spam",
            "AUC",
            "precision",
            "recall",
            "F1",
            "target",
        ],
    )
}

/// Measures a set with labelled comments; others are passed over.
pub(crate) fn measure(set: &Set, table: &mut Table) {
    let comments = labelled(set);
    if comments.is_empty() {
        return;
    }
    let scores: Vec<(f64, bool)> = comments
        .iter()
        .map(|(comment, spam)| (spam_score(&comment.text), *spam))
        .collect();
    let found = Decisions::count(scores.iter().map(|(s, spam)| (*s >= SPAM_THRESHOLD, *spam)));
    let verdict = match targets(set) {
        Some(Targets::Comments { f1, .. }) => f1.verdict(found.f1()),
        _ => "-".to_owned(),
    };
    table.row(vec![
        set.name.clone(),
        set.records.len().to_string(),
        comments.len().to_string(),
        comments
            .iter()
            .filter(|(_, spam)| *spam)
            .count()
            .to_string(),
        figure(auc(&scores)),
        figure(found.precision()),
        figure(found.recall()),
        figure(found.f1()),
        verdict,
    ]);
}
