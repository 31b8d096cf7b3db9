//! The texts that weights are fitted on.

use report_pipeline_social::{SpamInputs, spam_inputs};

use super::records::Set;
use super::texts::Texts;

/// Into how many parts the texts are cut for held-out figures.
pub(crate) const PARTS: usize = 3;

/// Sets of labelled comments under videos and pages, by the start of their source, and how much each
/// counts in all, in texts. Their licences (CC BY 4.0, MIT) allow published weights.
const SECTIONS: [(&str, f64); 2] = [("uci-youtube-spam", 11_000.0), ("scamspot", 5_500.0)];

/// Sets of texts (MIT), and how much each counts in all, in texts.
const SPAM: [(&str, f64); 3] = [
    ("judol_youtube_id", 4_000.0),
    ("telegram_ru", 1_500.0),
    ("sms_en_sample", 600.0),
];

/// Sets of ordinary texts (Apache-2.0, MIT) that are no spam, and how much each counts.
const ORDINARY: [(&str, f64); 10] = [
    ("tweets_ar", 700.0),
    ("tweets_de", 700.0),
    ("tweets_en", 700.0),
    ("tweets_es", 700.0),
    ("tweets_fr", 700.0),
    ("tweets_hi", 700.0),
    ("tweets_it", 700.0),
    ("tweets_pt", 700.0),
    ("davidson", 1_500.0),
    ("surge_toxicity", 500.0),
];

/// A labelled text.
#[derive(Debug)]
pub(crate) struct Example {
    pub(crate) spam: bool,
    /// The video, page or template it belongs to: fits are split by these, never by text.
    pub(crate) group: String,
    /// Which part its group is in.
    pub(crate) part: usize,
    /// The set it belongs to.
    pub(crate) set: String,
    /// How much it counts in a fit.
    pub(crate) weight: f64,
    /// The points of lists and marks.
    pub(crate) points: f64,
    pub(crate) signs: Vec<bool>,
    pub(crate) runs: Vec<u16>,
}

/// The labelled texts of the sets that may be used.
pub(crate) fn examples(sets: &[Set], texts: &[Texts]) -> Vec<Example> {
    let mut all = Vec::new();
    for set in sets {
        let mut known = SECTIONS.iter();
        let source = set
            .records
            .first()
            .map_or("", |record| record.source.as_str());
        let Some((_, weight)) = known.find(|(start, _)| source.starts_with(start)) else {
            continue;
        };
        for (index, record) in set.records.iter().enumerate() {
            let comments = record.snapshot.comments.iter().flatten();
            for (comment, label) in comments.zip(&record.comment_labels) {
                if let Some((_, spam)) = label {
                    let group = record.snapshot.target.handle.as_str().to_owned();
                    // A few large groups: dealt out in turn, so that no part is empty.
                    all.push(example(
                        &comment.text,
                        *spam,
                        group,
                        index % PARTS,
                        &set.name,
                    ));
                }
            }
        }
        weigh(&mut all, &set.name, *weight);
    }
    for set in texts {
        let of = |known: &[(&str, f64)]| {
            let mut known = known.iter();
            known
                .find(|(name, _)| *name == set.name)
                .map(|(_, weight)| *weight)
        };
        let (spam, ordinary) = (of(&SPAM), of(&ORDINARY));
        if spam.is_none() && ordinary.is_none() {
            continue;
        }
        for text in &set.texts {
            let is_spam = spam.is_some() && text.label == Some(1);
            let group = template(&text.text);
            let part = usize::try_from(hash(&group) % PARTS as u64).unwrap_or_default();
            all.push(example(&text.text, is_spam, group, part, &set.name));
        }
        weigh(&mut all, &set.name, spam.or(ordinary).unwrap_or_default());
    }
    all
}

fn example(text: &str, spam: bool, group: String, part: usize, set: &str) -> Example {
    let SpamInputs {
        points,
        signs,
        runs,
        ..
    } = spam_inputs(text);
    Example {
        spam,
        group,
        part,
        set: set.to_owned(),
        weight: 1.0,
        points,
        signs,
        runs: runs
            .into_iter()
            .filter_map(|place| u16::try_from(place).ok())
            .collect(),
    }
}

/// Spreads a set's weight evenly over its texts.
fn weigh(all: &mut [Example], set: &str, weight: f64) {
    let count = all.iter().filter(|example| example.set == set).count();
    for example in all.iter_mut().filter(|example| example.set == set) {
        #[expect(clippy::cast_precision_loss, reason = "counts of a data set")]
        let share = weight / count as f64;
        example.weight = share;
    }
}

/// The first letters of a text, without signs and digits: texts of one template share them.
fn template(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphabetic());
    letters.flat_map(char::to_lowercase).take(24).collect()
}

/// FNV-1a with a finish that spreads it over all bits.
fn hash(text: &str) -> u64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16
}
