//! Words that are slurs, and words that are slurs of somebody and plain words of something.

use super::category::Reading;
use super::hate_words as words;
use super::sentence::Word;
use super::terms::{GRAVE, MEANT, has, says};

/// A word that is nothing but a slur. In the first person it may be reclaimed.
pub(super) fn slur(sentence: &[Word<'_>], at: usize) -> Reading {
    let near = &sentence[at.saturating_sub(5)..sentence.len().min(at + 4)];
    let hostile = has(near, words::HATE_VERBS | words::VIOLENCE | words::INSULTS)
        || says(
            near,
            &["you", "youre", "those", "these", "they", "them", "theyre"],
        );
    let averse = near
        .windows(2)
        .any(|pair| words::AVERSION.contains(&(pair[0].text, pair[1].text)));
    let meant = has(near, words::HATE_VERBS | words::VIOLENCE | words::INSULTS) || averse;
    // "my fellow ...": one of them speaks.
    let fellow = says(
        &sentence[at.saturating_sub(2)..at],
        &["my", "our", "us", "we"],
    ) && !meant;
    // On a stage they call themselves so.
    let staged = says(
        near,
        &[
            "drag", "glitter", "serving", "cabaret", "ballroom", "queens",
        ],
    );
    let owned = (has(near, words::OWN) || staged) && !hostile && !averse;
    if owned || fellow || has(near, words::SAID) {
        return Reading::Unclear;
    }
    if has(near, words::AIMED) {
        MEANT
    } else {
        GRAVE
    }
}

/// A word that is a slur of somebody and a plain word of something.
pub(super) fn ambiguous_slur(sentence: &[Word<'_>], at: usize) -> Reading {
    let before = &sentence[at.saturating_sub(4)..at];
    let thing = sentence
        .get(at + 1)
        .is_some_and(|next| next.is_on(words::THINGS));
    let hated = has(
        &before[before.len().saturating_sub(2)..],
        words::INSULTS | words::HATE_VERBS,
    ) || says(
        &before[before.len().saturating_sub(2)..],
        &["fucking", "damn", "those", "these"],
    );
    // "you are such a ...", and not "you could get hurt, monkey see, monkey do".
    let you = before
        .iter()
        .rposition(|word| matches!(word.text, "you" | "youre" | "u" | "ur"));
    let called = you.is_some_and(|you| {
        let between = &before[you + 1..];
        between.iter().all(|word| {
            word.is_on(words::COPULAS | words::INSULTS)
                || matches!(
                    word.text,
                    "a" | "an"
                        | "such"
                        | "just"
                        | "all"
                        | "nothing"
                        | "but"
                        | "little"
                        | "dumb"
                        | "old"
                        | "fat"
                        | "black"
                        | "big"
                )
        })
    }) && !before
        .iter()
        .any(|word| word.is_on(words::NOT) && word.text != "nothing");
    if (hated || called) && !thing && !has(before, words::OWN) {
        GRAVE
    } else {
        Reading::Clear
    }
}
