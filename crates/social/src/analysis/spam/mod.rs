//! How much a comment looks like spam or a scam.
//!
//! A transparent sum of points, from three sources: phrases from [`lists`], grouped by what they
//! are typical of, each group with a cap; marks that are no phrase ([`marks`]: links, sums of
//! money, a name to turn to); and a correction by the plain [`words`], whose weights are fitted.

mod lists;
mod marks;
mod topic;
mod weights;
mod words;

use std::sync::LazyLock;

use self::topic::Topic;
use super::phrases::Phrases;
use super::stats::rounded;
use super::text::{Text, TokenKind, clip};

/// From this many points on, a comment counts as spam.
pub const SPAM_THRESHOLD: f64 = 1.0;

/// The spam points of a comment: about 0 or below for nothing suspicious, [`SPAM_THRESHOLD`] and
/// more for spam. To the thousandth, at least -2, at most about 17.
///
/// Only the first 2,000 bytes are read.
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
    /// The points of lists and marks.
    pub points: f64,
    /// The phrases of the lists that were found.
    pub phrases: Vec<&'static str>,
    /// The different words, sorted.
    pub words: Vec<String>,
}

/// Takes a comment apart as the scorer does; the phrases that `left_out` names count as unlisted.
#[must_use]
pub fn spam_inputs(text: &str, left_out: &dyn Fn(&str) -> bool) -> SpamInputs {
    let text = read(text);
    let mut words: Vec<String> = text
        .tokens()
        .iter()
        .filter(|token| token.kind == TokenKind::Word)
        .map(|token| text.str(*token).to_owned())
        .collect();
    words.sort_unstable();
    words.dedup();
    SpamInputs {
        points: list_points(&text, left_out) + marks::points(&text),
        phrases: PHRASES
            .find_without(&text, left_out)
            .map(|hit| hit.phrase)
            .collect(),
        words,
    }
}

pub(super) fn score(text: &Text) -> f64 {
    // Without a single word there is nothing for the fitted weights to correct.
    let words = if text.count(TokenKind::Word) == 0 {
        0.0
    } else {
        words::points(text)
    };
    rounded(
        list_points(text, |_| false) + marks::points(text) + words,
        3,
    )
}

fn read(text: &str) -> Text {
    Text::read(clip(text, super::MAX_TEXT_BYTES))
}

static PHRASES: LazyLock<Phrases<(Topic, f64)>> = LazyLock::new(|| Phrases::new(lists::LISTS));

fn list_points(text: &Text, left_out: impl Fn(&str) -> bool) -> f64 {
    let mut points = [0.0; Topic::ALL.len()];
    for hit in PHRASES.find_without(text, left_out) {
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
    fn without_a_phrase_its_points_are_gone() {
        let of = |left_out: &dyn Fn(&str) -> bool| spam_inputs("Sub4sub anyone?", left_out);
        let all = of(&|_| false);
        assert_eq!((all.phrases, all.words.len()), (vec!["sub4sub"], 2));
        assert!(all.points >= 1.0);
        assert!(of(&|phrase| phrase == "sub4sub").points.abs() < 1e-9);
    }
}
