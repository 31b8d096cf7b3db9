//! Groups of nearly identical comments.
//!
//! Texts are sets of words and word pairs; two are near-duplicates when their Jaccard similarity
//! is at least 0.8. Candidates are found by prefix filtering (Chaudhuri, Ganti, Kaushik 2006):
//! with all sets in one order, two sets that similar must share one of their first
//! `n - ceil(0.8 n) + 1` elements. Each text joins the first earlier text it resembles, or starts
//! a group of its own, so the work is bounded by the number of groups looked at per element.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::BuildHasherDefault;

use super::material::mix;
use super::stats::ratio;
use super::text::Text;

/// The least Jaccard similarity of near-duplicates.
const SIMILAR: f64 = 0.8;
/// Shorter texts repeat by chance ("love this so much").
pub(super) const MIN_WORDS: usize = 4;
/// How many groups are looked at per shared element. Beyond it a group may split in two, which
/// only matters when more than this many different texts share an element.
const MAX_CANDIDATES: usize = 64;
/// How many groups are looked at per text, likewise.
const MAX_COMPARED: usize = 200;

/// For each text the number of its group, which is the index of the group's first text; `None`
/// for a text that is too short.
pub(super) fn groups(texts: &[Text]) -> Vec<Option<usize>> {
    let sets: Vec<Option<Vec<u64>>> = texts.iter().map(elements).collect();
    // Only looked up, never iterated over, and with fixed keys: the outcome is reproducible.
    let mut leaders: HashMap<u64, Vec<usize>, BuildHasherDefault<DefaultHasher>> =
        HashMap::default();
    let mut group = vec![None; texts.len()];
    // For each leader the last text it was compared with: many elements lead to the same one.
    let mut compared_with = vec![usize::MAX; texts.len()];
    for (index, set) in sets.iter().enumerate() {
        let Some(set) = set else { continue };
        let prefix = &set[..prefix_length(set.len())];
        let found = prefix
            .iter()
            .filter_map(|element| leaders.get(element))
            .flatten()
            .copied()
            .filter(|leader| std::mem::replace(&mut compared_with[*leader], index) != index)
            .take(MAX_COMPARED)
            .find(|leader| {
                sets[*leader]
                    .as_ref()
                    .is_some_and(|other| are_similar(set, other))
            });
        if found.is_none() {
            for element in prefix {
                let list = leaders.entry(*element).or_default();
                if list.len() < MAX_CANDIDATES {
                    list.push(index);
                }
            }
        }
        group[index] = Some(found.unwrap_or(index));
    }
    group
}

/// The words and word pairs of a text as a sorted set of hashes.
fn elements(text: &Text) -> Option<Vec<u64>> {
    const WORD: u64 = 1 << 63;
    let words: Vec<u64> = text.word_hashes().collect();
    if words.len() < MIN_WORDS {
        return None;
    }
    // Pairs are rarer than words, so they come first in the order: fewer candidates to look at.
    let pairs = words
        .windows(2)
        .map(|pair| mix(pair[0].rotate_left(17) ^ pair[1]) & !WORD);
    let mut set: Vec<u64> = words
        .iter()
        .map(|word| mix(*word) | WORD)
        .chain(pairs)
        .collect();
    set.sort_unstable();
    set.dedup();
    Some(set)
}

fn prefix_length(size: usize) -> usize {
    // ceil(0.8 n) in whole numbers.
    size - (size * 4).div_ceil(5) + 1
}

fn are_similar(a: &[u64], b: &[u64]) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    if ratio(short.len() as u64, long.len() as u64) < SIMILAR {
        return false;
    }
    let (mut i, mut j, mut shared) = (0, 0, 0u64);
    // Jaccard of 4/5 needs 4/9 of both sizes shared, so 1/9 may be single.
    let single = (a.len() + b.len()) / 9 + 1;
    while i < a.len() && j < b.len() {
        let seen = usize::try_from(shared).unwrap_or(usize::MAX);
        if i + j - 2 * seen > single {
            return false;
        }
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                shared += 1;
                i += 1;
                j += 1;
            }
        }
    }
    let union = (a.len() + b.len()) as u64 - shared;
    ratio(shared, union) >= SIMILAR
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(texts: &[&str]) -> Vec<Option<usize>> {
        let texts: Vec<Text> = texts.iter().map(|text| Text::read(text)).collect();
        groups(&texts)
    }

    #[test]
    fn copies_with_other_punctuation_and_case_form_a_group() {
        let found = of(&[
            "What a great post, I love the colours here",
            "something else entirely, nothing alike at all",
            "WHAT A GREAT POST!!! i love the colours here 🔥🔥",
            "so nice",
            "What a great post, I love the colours here @you",
        ]);
        assert_eq!(found, [Some(0), Some(1), Some(0), None, Some(0)]);
    }

    #[test]
    fn texts_that_share_only_common_words_stay_apart() {
        let found = of(&[
            "this is the best song of the year for me",
            "this is the worst idea of the week for us",
        ]);
        assert_eq!(found, [Some(0), Some(1)]);
    }

    proptest! {
        #[test]
        fn no_similar_pair_is_missed(words in prop::collection::vec(0u8..12, 4..40), drop in 0usize..40) {
            let full: Vec<String> = words.iter().map(|w| format!("word{w}x")).collect();
            let mut changed = full.clone();
            changed.remove(drop % full.len());
            let texts = [Text::read(&full.join(" ")), Text::read(&changed.join(" "))];
            let (a, b) = (elements(&texts[0]), elements(&texts[1]));
            let similar = matches!((&a, &b), (Some(a), Some(b)) if are_similar(a, b));
            prop_assert_eq!(groups(&texts)[1] == Some(0), similar);
        }
    }
}
