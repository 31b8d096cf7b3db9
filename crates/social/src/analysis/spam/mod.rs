//! How much a comment looks like spam or a scam.
//!
//! Two readings are put together. Lists of phrases ([`lists`]) and marks such as links and sums of
//! money ([`marks`]) give points that a reader can follow. A compact linear model over runs of
//! characters ([`grams`]) and a few [`signs`], fitted on labelled comments of several languages,
//! weighs them and sees what no list names. A disguised text is read twice, and the worse reading
//! counts.

mod grams;
mod lists;
mod marks;
mod other_languages;
mod signs;
mod topic;
mod weights;

use std::sync::LazyLock;

use self::topic::Topic;
use self::weights::{BASE, GRAMS, SCALE, SIGNS};
use super::phrases::Phrases;
use super::stats::{float, rounded};
use super::text::{Text, clip};

/// From this many points on, a comment counts as spam.
pub const SPAM_THRESHOLD: f64 = 1.0;

/// The spam points of a comment: about 0 or below for nothing suspicious, [`SPAM_THRESHOLD`] and
/// more for spam. To the thousandth, from -3 to 10.
///
/// Only the first 2,000 bytes are read, in any language; which ones the scorer was measured in is in
/// `docs/methodology.md`.
///
/// # Example
/// ```
/// use report_pipeline_social::{SPAM_THRESHOLD, spam_score};
///
/// assert!(spam_score("I made $5,000 in a week with the help of @trader.jane") >= SPAM_THRESHOLD);
/// assert!(spam_score("Love this song, it made my week") < SPAM_THRESHOLD);
/// ```
#[must_use]
pub fn spam_score(text: &str) -> f64 {
    score(&read(text))
}

/// What the fitted weights are fitted on. For the example `fit_spam` alone: it changes with the
/// scorer, in any release.
#[derive(Debug)]
pub struct SpamInputs {
    /// The points of lists and marks, at most [`Self::MOST_POINTS`].
    pub points: f64,
    /// Which signs it has.
    pub signs: Vec<bool>,
    /// The places of its runs of characters in the table of weights.
    pub runs: Vec<usize>,
}

impl SpamInputs {
    /// More points of the lists than this say no more about how sure the matter is.
    pub const MOST_POINTS: f64 = 2.5;
    /// The number of places.
    pub const PLACES: usize = grams::BUCKETS;
    /// The number of signs.
    pub const SIGNS: usize = signs::COUNT;
}

/// Takes a comment apart as the scorer does.
#[must_use]
pub fn spam_inputs(text: &str) -> SpamInputs {
    let text = read(text);
    let mut runs = Vec::new();
    grams::each(&text, |place| runs.push(place));
    SpamInputs {
        points: listed(&text),
        signs: signs::of(&text).to_vec(),
        runs,
    }
}

/// The points of a text, of a disguised one the worse of two readings.
pub(super) fn score(text: &Text) -> f64 {
    let signs = signs::of(text);
    let plain = weighed(text, signs);
    let points = match text.undisguised() {
        Some(read) => plain.max(weighed(read, signs)),
        None => plain,
    };
    rounded(points.clamp(-3.0, 10.0), 3)
}

/// Lists, marks, signs and runs together, in points.
fn weighed(text: &Text, signs: [bool; signs::COUNT]) -> f64 {
    // A text without words, numbers and names is emoji: nobody sells anything with those alone.
    if text.tokens().is_empty() {
        return 0.0;
    }
    let table: &[i8; grams::BUCKETS] = &TABLE;
    let mut sum = 0i64;
    let runs = grams::each(text, |place| sum += i64::from(table[place]));
    #[expect(
        clippy::cast_precision_loss,
        reason = "a few thousand runs of small weights"
    )]
    let of_runs = sum as f64 / float(runs.max(1) as u64).sqrt() * SCALE;
    let of_signs: f64 = signs
        .iter()
        .zip(SIGNS)
        .map(|(has, weight)| if *has { weight } else { 0.0 })
        .sum();
    1.0 + BASE + listed(text) + of_signs + of_runs
}

/// The points of lists and marks.
fn listed(text: &Text) -> f64 {
    (list_points(text) + marks::points(text)).clamp(-1.0, SpamInputs::MOST_POINTS)
}

/// The weights of the runs, as they are written in the table: one printable character each.
static TABLE: [i8; grams::BUCKETS] = {
    let written = GRAMS.as_bytes();
    let mut table = [0; grams::BUCKETS];
    let (mut at, mut place) = (0, 0);
    while at < written.len() {
        if !written[at].is_ascii_whitespace() {
            table[place] = written[at].cast_signed() - weights::ZERO;
            place += 1;
        }
        at += 1;
    }
    table
};

fn read(text: &str) -> Text {
    Text::read(clip(text, super::MAX_TEXT_BYTES))
}

static PHRASES: LazyLock<Phrases<(Topic, f64)>> =
    LazyLock::new(|| Phrases::new(&[lists::LISTS, other_languages::LISTS].concat()));

fn list_points(text: &Text) -> f64 {
    let mut points = [0.0; Topic::ALL.len()];
    for hit in PHRASES.find(text) {
        let (topic, worth) = hit.meaning;
        points[topic as usize] += worth;
        // At the start it is an order ("Check out ..."), later often a plan ("will check it out").
        if hit.start == 0 && topic == Topic::Promotion && worth > 0.0 {
            points[topic as usize] += 0.4;
        }
    }
    Topic::ALL
        .iter()
        .zip(points)
        .map(|(topic, sum)| {
            let (least, most) = topic.bounds();
            f64::clamp(sum, least, most)
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_megabyte_costs_no_more_than_its_first_part() {
        let long = "subscribe ".repeat(100_000);
        assert!((spam_score(&long) - spam_score(&long[..2_000])).abs() < 1e-9);
    }

    #[test]
    fn the_table_has_a_weight_for_every_place() {
        let written = GRAMS.bytes().filter(|byte| !byte.is_ascii_whitespace());
        assert_eq!(written.count(), grams::BUCKETS);
    }

    #[test]
    fn a_disguise_makes_spam_no_better() {
        let plain = spam_score("message me on telegram to earn money");
        for disguised in [
            "m3ssage me on t3legram to 3arn m0ney",
            "m.e.s.s.a.g.e me on t e l e g r a m to earn money",
            "mеssagе mе on tеlеgram to еarn monеy",
            "𝐦𝐞𝐬𝐬𝐚𝐠𝐞 𝐦𝐞 𝐨𝐧 𝐭𝐞𝐥𝐞𝐠𝐫𝐚𝐦 𝐭𝐨 𝐞𝐚𝐫𝐧 𝐦𝐨𝐧𝐞𝐲",
        ] {
            let points = spam_score(disguised);
            assert!(
                points >= SPAM_THRESHOLD && points >= plain - 0.5,
                "{points}: {disguised}"
            );
        }
    }
}
