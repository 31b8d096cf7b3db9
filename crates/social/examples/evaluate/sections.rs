//! Audience authenticity against comment sections mixed from real comments.
//!
//! No open set labels whole sections. So sections are drawn: 50 to 300 labelled comments of one
//! set, a given share of them spam, no comment twice in a section. The draws come from a fixed
//! seed: the same folder gives the same table.

use fastrand::Rng;
use report_pipeline::PhaseError;
use report_pipeline_social::{Comment, Snapshot};

use super::comments::{labelled, targets};
use super::metrics::{auc, mean, spearman};
use super::records::Set;
use super::reports::report;
use super::table::{Table, figure};
use super::targets::Targets;

/// Percent of spam in the sections.
const SHARES: [usize; 6] = [0, 5, 10, 20, 40, 60];
/// From this share on a section counts as bad, against those without spam.
const BAD: usize = 20;
/// The fewest and the most comments of a section.
const SIZE: (usize, usize) = (50, 300);
/// Where the draws start.
pub(crate) const SEED: u64 = 2_026;

pub(crate) fn table() -> Table {
    let mut head = vec!["set".to_owned(), "sections".to_owned()];
    head.extend(SHARES.iter().map(|share| format!("{share} %")));
    head.extend(["rho", "target", "AUC", "target"].map(str::to_owned));
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    Table::new(
        &format!(
            "Audience authenticity: mean score of mixed sections per share of spam; rho of the \
             means; AUC of 0 % against {BAD} % and more (seed {SEED})"
        ),
        &head,
    )
}

/// Measures a set with enough labelled comments of both kinds; others are passed over, and a
/// sentence says so where there are some comments.
pub(crate) async fn measure(
    set: &Set,
    draws: usize,
    table: &mut Table,
) -> Result<Option<String>, PhaseError> {
    let comments = labelled(set);
    let (spam, honest): (Vec<_>, Vec<_>) = comments.iter().partition(|(_, spam)| *spam);
    let worst = SHARES.iter().max().copied().unwrap_or_default();
    let most = SIZE.1.min(honest.len()).min(spam.len() * 100 / worst);
    let Some(first) = set.records.first().filter(|_| most >= SIZE.0) else {
        return Ok((!comments.is_empty()).then(|| {
            format!(
                "{}: {} spam and {} honest comments are too few to mix sections of {} from",
                set.name,
                spam.len(),
                honest.len(),
                SIZE.0
            )
        }));
    };
    let mut random = Rng::with_seed(SEED);
    let mut means = Vec::new();
    let mut sections = Vec::new();
    for share in SHARES {
        let mut scores = Vec::new();
        for _ in 0..draws {
            let size = random.usize(SIZE.0..=most);
            let bad = (size * share + 50) / 100;
            let mut chosen = random.choose_multiple(spam.iter(), bad);
            chosen.extend(random.choose_multiple(honest.iter(), size - bad));
            let comments = chosen.iter().map(|(comment, _)| (*comment).clone());
            let snapshot = section(&first.snapshot, comments.collect());
            scores.extend(report(&snapshot).await?.audience_authenticity.score);
        }
        #[expect(clippy::cast_precision_loss, reason = "a percentage")]
        means.push((share as f64, mean(&scores).unwrap_or(f64::NAN)));
        // A low score speaks for a bad section.
        sections.extend(scores.iter().map(|score| (-score, share)));
    }
    let rho = spearman(&means);
    let compared: Vec<(f64, bool)> = sections
        .iter()
        .filter(|(_, share)| *share == 0 || *share >= BAD)
        .map(|(score, share)| (*score, *share >= BAD))
        .collect();
    let area = auc(&compared);
    let (rho_verdict, auc_verdict) = match targets(set) {
        Some(Targets::Comments { rho: r, auc: a, .. }) => (r.verdict(rho), a.verdict(area)),
        _ => ("-".to_owned(), "-".to_owned()),
    };
    let mut row = vec![set.name.clone(), sections.len().to_string()];
    row.extend(means.iter().map(|(_, score)| format!("{score:.1}")));
    row.extend([figure(rho), rho_verdict, figure(area), auc_verdict]);
    table.row(row);
    Ok(None)
}

/// A snapshot with these comments and nothing else.
fn section(of: &Snapshot, comments: Vec<Comment>) -> Snapshot {
    let mut section = Snapshot::new(of.target.clone(), of.origin.clone());
    section.captured_at = of.captured_at;
    section.comments = Some(comments);
    section.problems.clone_from(&of.problems);
    section
}
