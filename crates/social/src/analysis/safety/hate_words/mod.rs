//! The words that `hate.rs` looks for. Folded: lower case, no accents, no apostrophes.

use std::sync::LazyLock;

use super::super::word_table::WordTable;
use crate::hash::fnv_1a as hash;

/// Lists that a word is on, as bits.
pub(super) type Lists = u64;

/// Numbers the lists from a number on, and gathers them.
macro_rules! lists {
    (from $first:expr; $($(#[doc = $doc:literal])* $name:ident: [$($word:literal),* $(,)?];)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "named as the lists are")]
        enum Number { $($name,)* Next }
        const FIRST: u32 = $first;
        /// The number that no list has yet.
        pub(super) const NEXT: u32 = FIRST + Number::Next as u32;
        $($(#[doc = $doc])* pub(in super::super) const $name: Lists = 1 << (FIRST + Number::$name as u32);)*
        pub(super) const ALL: &[(Lists, &[&str])] = &[$(($name, &[$($word),*])),*];
    };
}

mod hostility;
mod stance;
mod targets;

pub(super) use self::hostility::*;
pub(super) use self::stance::*;
pub(super) use self::targets::*;

const _: () = assert!(stance::NEXT <= Lists::BITS, "a list for each bit");

/// Lists whose words are also read when a letter is missing.
const SHORTENED: Lists = GROUPS | GROUP_ADJECTIVES | SLURS | INHUMAN | HATE_VERBS;
/// Lists whose words are also read when two letters have changed places.
const SWAPPED: Lists = SHORTENED | INSULTS | CRIMINALS | VIOLENCE | PUNISHED;
/// Shorter words have too many neighbours.
const LEAST_SHORTENED: usize = 5;
const LEAST_SWAPPED: usize = 4;
/// What is one letter away and a word, a name or slang of its own, in whatever language.
#[rustfmt::skip]
const OTHER_WORDS: [&str; 47] = [
    "back", "backs", "bener", "money", "best", "bests", "asin", "ngga", "musim", "quer", "kafir", "beats",
    "pais", "niger", "tron", "plage", "fees", "sake", "sakes", "hats", "naive", "pets", "rach", "lech",
    "cinese", "israels", "ples", "bron", "tans", "boar", "bear", "mates", "laces", "girl", "bits", "sums",
    "tubs", "lest", "arbs", "wive", "chick", "chins", "paper", "bast", "mate", "sexes", "negros",
];

static TABLE: LazyLock<WordTable> = LazyLock::new(|| {
    let all = [targets::ALL, hostility::ALL, stance::ALL];
    let plain = all
        .iter()
        .flat_map(|lists| lists.iter())
        .flat_map(|(list, words)| words.iter().map(|word| (*word, *list)));
    let known = WordTable::new(
        plain
            .clone()
            .map(|(word, list)| (hash(word.as_bytes()), list)),
    );
    let misspelt = plain
        .clone()
        .flat_map(|(word, list)| misspellings(word, list).map(move |text| (text, list)))
        .filter(|(text, _)| !OTHER_WORDS.contains(&text.as_str()))
        .map(|(text, list)| (hash(text.as_bytes()), list))
        .filter(|(text, _)| known.lists(*text) == 0);
    let plain = plain
        .clone()
        .map(|(word, list)| (hash(word.as_bytes()), list));
    WordTable::new(plain.chain(misspelt))
});

/// A word of ASCII letters without one of its inner letters, and with two of them changed.
fn misspellings(word: &str, list: Lists) -> impl Iterator<Item = String> {
    let end = word.len() - 1;
    let shortened = SHORTENED & list != 0 && word.len() >= LEAST_SHORTENED;
    let swapped = SWAPPED & list != 0 && word.len() >= LEAST_SWAPPED;
    let without = (1..if shortened { end } else { 0 })
        .map(move |at| format!("{}{}", &word[..at], &word[at + 1..]));
    let changed = (1..if swapped { end - 1 } else { 0 }).map(move |at| {
        let (first, second) = (&word[at..=at], &word[at + 1..=at + 1]);
        format!("{}{second}{first}{}", &word[..at], &word[at + 2..])
    });
    without.chain(changed)
}

/// The lists of the word with that hash.
#[inline]
pub(super) fn lists(word: u64) -> Lists {
    TABLE.lists(word)
}
