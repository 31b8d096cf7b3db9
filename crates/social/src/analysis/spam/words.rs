//! What the plain words of a comment add to its lists' points.

use std::sync::LazyLock;

use super::super::bounded::{hash, mix};
use super::super::text::{Text, TokenKind};
use super::weights::{BASE, WEIGHTS};

/// Words alone neither make spam nor clear it: they tip the balance, by so many thousandths of a
/// point at most.
const BOUND: i32 = 600;
/// A power of two, several times the number of words.
const SLOTS: usize = 2_048;
/// A bit for each word.
const BITS: usize = WEIGHTS.len().div_ceil(64);

/// In each slot the hash of a word and its place in the table of weights; words that share a slot
/// stand in the next free ones.
static TABLE: LazyLock<Vec<Option<(u64, usize)>>> = LazyLock::new(|| {
    let mut table = vec![None; SLOTS];
    for (index, (word, _)) in WEIGHTS.iter().enumerate() {
        let hash = hash(word.as_bytes());
        let mut slot = slot_of(hash);
        while table[slot].is_some() {
            slot = (slot + 1) % SLOTS;
        }
        table[slot] = Some((hash, index));
    }
    table
});

/// Between -0.6 and 0.6 points: the base and the weight of each different word.
pub(super) fn points(text: &Text) -> f64 {
    let mut seen = [0u64; BITS];
    let mut sum = BASE;
    for token in text.tokens().iter().filter(|t| t.kind == TokenKind::Word) {
        let Some(index) = find(token.hash) else {
            continue;
        };
        let (group, bit) = (index / 64, 1 << (index % 64));
        if seen[group] & bit == 0 {
            seen[group] |= bit;
            sum += WEIGHTS[index].1;
        }
    }
    f64::from(sum.clamp(-BOUND, BOUND)) / 1_000.0
}

/// Words are told apart by their hash alone: should another word ever share one, it is taken for
/// a common word, which moves a few hundredths of a point.
fn find(hash: u64) -> Option<usize> {
    let mut slot = slot_of(hash);
    loop {
        let (known, index) = TABLE[slot]?;
        if known == hash {
            return Some(index);
        }
        slot = (slot + 1) % SLOTS;
    }
}

fn slot_of(hash: u64) -> usize {
    let low = u32::try_from(mix(hash) % SLOTS as u64).unwrap_or_default();
    low as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_and_no_other() {
        for (index, (word, _)) in WEIGHTS.iter().enumerate() {
            assert_eq!(find(hash(word.as_bytes())), Some(index), "{word}");
        }
        assert_eq!(find(hash(b"zzyzx")), None);
    }

    #[test]
    fn the_table_stays_sparse_enough_to_be_fast_and_its_searches_to_end() {
        assert!(WEIGHTS.len() * 2 < SLOTS);
    }

    #[test]
    fn a_word_counts_once_and_all_together_within_bounds() {
        let of = |text: &str| points(&Text::read(text));
        let (word, weight) = WEIGHTS[0];
        let expected = f64::from((BASE + weight).clamp(-BOUND, BOUND)) / 1_000.0;
        assert!((of(word) - expected).abs() < 1e-9);
        assert!((of(&format!("{word} {word} {word}")) - expected).abs() < 1e-9);
        let all: Vec<&str> = WEIGHTS.iter().map(|(word, _)| *word).collect();
        assert!(of(&all.join(" ")).abs() <= 0.6);
    }
}
