//! The comments that weights are fitted on.

use std::collections::{BTreeMap, BTreeSet};

use report_pipeline_social::{Comment, spam_inputs};

use super::records::Set;

/// A set's weights may be fitted on it only if its licence allows that in a published work.
const ALLOWED: [&str; 2] = ["uci-youtube-spam", "scamspot"];

/// A labelled comment.
#[derive(Debug)]
pub(crate) struct Example {
    pub(crate) text: String,
    pub(crate) spam: bool,
    /// The video or page it stands under: fits are split by these, never by comment.
    pub(crate) section: String,
    /// The set that the section belongs to.
    pub(crate) set: String,
    pub(crate) words: Vec<String>,
    pub(crate) phrases: Vec<&'static str>,
    /// The points of lists and marks.
    pub(crate) points: f64,
}

/// The labelled comments of the sets that may be used.
pub(crate) fn examples(sets: &[Set]) -> Vec<Example> {
    let mut examples = Vec::new();
    for set in sets {
        for record in &set.records {
            if !ALLOWED
                .iter()
                .any(|source| record.source.starts_with(source))
            {
                continue;
            }
            let comments = record.snapshot.comments.iter().flatten();
            for (comment, label) in comments.zip(&record.comment_labels) {
                if let Some((_, spam)) = label {
                    let section = record.snapshot.target.handle.as_str();
                    examples.push(example(comment, *spam, section, &set.name));
                }
            }
        }
    }
    examples
}

fn example(comment: &Comment, spam: bool, section: &str, set: &str) -> Example {
    let inputs = spam_inputs(&comment.text, &|_| false);
    Example {
        text: comment.text.clone(),
        spam,
        section: section.to_owned(),
        set: set.to_owned(),
        words: inputs.words,
        phrases: inputs.phrases,
        points: inputs.points,
    }
}

/// The words common enough to have a weight: in 12 comments or more, in 5 sections or more, and
/// longer than a letter. A word of one video or page says what that is about, not what spam is.
pub(crate) fn vocabulary(examples: &[&Example]) -> Vec<String> {
    let mut seen: BTreeMap<&str, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for example in examples {
        for word in &example.words {
            let entry = seen.entry(word).or_default();
            entry.0 += 1;
            entry.1.insert(&example.section);
        }
    }
    seen.into_iter()
        .filter(|(word, (comments, sections))| {
            word.len() > 1 && *comments >= 12 && sections.len() >= 5
        })
        .map(|(word, _)| word.to_owned())
        .collect()
}

/// The phrases that occur in a section and in no other.
pub(crate) fn phrases_only_in(section: &str, examples: &[Example]) -> BTreeSet<&'static str> {
    let (mut within, mut elsewhere) = (BTreeSet::new(), BTreeSet::new());
    for example in examples {
        let side = if example.section == section {
            &mut within
        } else {
            &mut elsewhere
        };
        side.extend(example.phrases.iter().copied());
    }
    within.difference(&elsewhere).copied().collect()
}
