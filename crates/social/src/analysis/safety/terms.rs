//! What the readers of hate share: how grave it is, and questions to a stretch of words.

use super::category::{Category, Find, Reading};
use super::hate_words as words;
use super::hate_words::Lists;
use super::sentence::Word;
use crate::level::Level;

/// How many words may stand between a group and its predicate.
pub(super) const REACH: usize = 4;

pub(super) const MEANT: Reading = Reading::Meant(Find {
    category: Category::Hate,
    level: Level::Floor,
    is_fixed: false,
});

pub(super) const GRAVE: Reading = Reading::Meant(Find {
    category: Category::Hate,
    level: Level::High,
    is_fixed: false,
});

/// Whether one of the words is on one of the lists.
pub(super) fn has(words: &[Word<'_>], lists: Lists) -> bool {
    words.iter().any(|word| word.is_on(lists))
}

pub(super) fn says(words: &[Word<'_>], any_of: &[&str]) -> bool {
    words.iter().any(|word| any_of.contains(&word.text))
}

/// Whether words turn what follows into its opposite: "nobody should", "far from", "instead of".
pub(super) fn is_negated(before: &[Word<'_>]) -> bool {
    let away = before.windows(2).any(|pair| {
        matches!(
            (pair[0].text, pair[1].text),
            ("far", "from") | ("instead", "of") | ("rather", "than") | ("contrary", "to")
        )
    });
    away || has(before, words::NOT)
}
