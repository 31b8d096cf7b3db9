//! Groups of nearly identical comments.
//!
//! Texts are sets of words and word pairs; two are near-duplicates when their Jaccard similarity
//! is at least 0.8. Candidates are found by prefix filtering (Chaudhuri, Ganti, Kaushik 2006):
//! with all sets in one order, rarest first, two sets that similar must share one of their first
//! `n - ceil(0.8 n) + 1` elements. Each text joins the first earlier text it resembles, or starts
//! a group of its own, so the work is bounded by the number of groups looked at per element.
//! Elements are sorted, not hashed into a table: no choice of words can make that slow.

use super::stats::ratio;
use super::text::Text;
use super::token::TokenKind;
use crate::hash::mix;

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
    let sets = Sets::of(texts);
    let mut group: Vec<Option<usize>> = (0..texts.len())
        .map(|index| (!sets.get(index).is_empty()).then_some(index))
        .collect();
    let (shared, mut leaders) = shared_prefixes(&sets, texts.len());
    // For each leader the last text it was compared with: many elements lead to the same one.
    let mut compared_with = vec![usize::MAX; texts.len()];
    for of_text in shared.chunk_by(|a, b| a.text == b.text) {
        let index = of_text[0].text;
        let found = of_text
            .iter()
            .flat_map(|shared| leaders.of(shared.element))
            .copied()
            .filter(|leader| std::mem::replace(&mut compared_with[*leader], index) != index)
            .take(MAX_COMPARED)
            .find(|leader| are_similar(sets.get(index), sets.get(*leader)));
        if found.is_some() {
            group[index] = found;
            continue;
        }
        for shared in of_text {
            leaders.add(shared.element, index);
        }
    }
    group
}

/// For each shared element the first texts of groups that have it, at most [`MAX_CANDIDATES`].
#[derive(Debug, Default)]
struct Leaders {
    /// One row after the other: most are short, and a vector for each would cost more than they do.
    texts: Vec<usize>,
    /// Where the row of each element starts, and how much of it is in use.
    rows: Vec<(usize, usize)>,
}

impl Leaders {
    /// A row for one more element that so many texts have.
    fn add_element(&mut self, texts: usize) {
        self.rows.push((self.texts.len(), 0));
        self.texts
            .resize(self.texts.len() + texts.min(MAX_CANDIDATES), 0);
    }

    fn of(&self, element: usize) -> &[usize] {
        let (start, used) = self.rows[element];
        &self.texts[start..start + used]
    }

    fn add(&mut self, element: usize, text: usize) {
        let (start, used) = &mut self.rows[element];
        if *used < MAX_CANDIDATES {
            self.texts[*start + *used] = text;
            *used += 1;
        }
    }
}

/// That a text has an element in its prefix which another text's prefix has too.
#[derive(Debug, Clone, Copy)]
struct Shared {
    text: usize,
    /// The element's number, from 0.
    element: usize,
}

/// By text, and room for the leaders of each element. An element that only one text has (most are
/// such) leads to no candidate.
fn shared_prefixes(sets: &Sets, texts: usize) -> (Vec<Shared>, Leaders) {
    let mut prefixes: Vec<(u64, usize)> = (0..texts)
        .flat_map(|text| {
            sets.prefix(text)
                .iter()
                .map(move |element| (*element, text))
        })
        .filter(|(element, _)| !is_alone(*element))
        .collect();
    // By one number each: pairs of numbers take twice as long.
    prefixes.sort_unstable_by_key(|(element, _)| *element);
    let (mut shared, mut elements) = (Vec::new(), 0);
    let mut leaders = Leaders::default();
    for same in prefixes.chunk_by(|a, b| a.0 == b.0) {
        if same.len() > 1 {
            shared.extend(same.iter().map(|(_, text)| Shared {
                text: *text,
                element: elements,
            }));
            leaders.add_element(same.len());
            elements += 1;
        }
    }
    shared.sort_unstable_by_key(|one| one.text as u64 * elements as u64 + one.element as u64);
    (shared, leaders)
}

/// For each text its words and word pairs as a sorted set; empty for short texts.
///
/// An element is a hash with about how often it occurs in its first byte, so that the rarest come
/// first: they lead to the fewest candidates.
#[derive(Debug)]
struct Sets {
    elements: Vec<u64>,
    /// Where each text's set ends.
    ends: Vec<usize>,
}

impl Sets {
    fn of(texts: &[Text]) -> Self {
        let words: usize = texts.iter().map(|text| text.count(TokenKind::Word)).sum();
        let mut hashes: Vec<u64> = Vec::with_capacity(2 * words);
        let mut lengths: Vec<usize> = Vec::with_capacity(texts.len());
        for text in texts {
            let before = hashes.len();
            if text.count(TokenKind::Word) >= MIN_WORDS {
                hashes.extend(text.word_hashes().map(mix));
                let words = before..hashes.len();
                let pairs = words.clone().zip(words.skip(1));
                for (first, second) in pairs {
                    hashes.push(mix(hashes[first].rotate_left(17) ^ hashes[second]));
                }
            }
            lengths.push(hashes.len() - before);
        }
        // Several hashes share a place, so a count may be too high, which only costs time.
        let mut counts = vec![0u8; PLACES];
        for hash in &hashes {
            let count = &mut counts[place(*hash)];
            *count = count.saturating_add(1);
        }

        let mut sets = Self {
            elements: Vec::with_capacity(hashes.len()),
            ends: Vec::with_capacity(texts.len()),
        };
        let (mut set, mut rest) = (Vec::new(), hashes.as_slice());
        for length in lengths {
            let (own, others) = rest.split_at(length);
            rest = others;
            set.clear();
            let counted = |hash: &u64| u64::from(counts[place(*hash)]) << 56 | *hash >> 8;
            set.extend(own.iter().map(counted));
            set.sort_unstable();
            set.dedup();
            sets.elements.extend_from_slice(&set);
            sets.ends.push(sets.elements.len());
        }
        sets
    }

    fn get(&self, text: usize) -> &[u64] {
        let start = text.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.elements[start..self.ends[text]]
    }

    fn prefix(&self, text: usize) -> &[u64] {
        let set = self.get(text);
        &set[..prefix_length(set.len())]
    }
}

const PLACES: usize = 1 << 16;

fn place(hash: u64) -> usize {
    usize::from(u16::try_from(hash % PLACES as u64).unwrap_or_default())
}

/// Whether an element occurs only once in all the texts.
const fn is_alone(element: u64) -> bool {
    element >> 56 == 1
}

fn prefix_length(size: usize) -> usize {
    // ceil(0.8 n) in whole numbers. Of nothing, the start is nothing.
    (size - (size * 4).div_ceil(5) + 1).min(size)
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
            let sets = Sets::of(&texts);
            let (a, b) = (sets.get(0), sets.get(1));
            let similar = !a.is_empty() && !b.is_empty() && are_similar(a, b);
            prop_assert_eq!(groups(&texts)[1] == Some(0), similar);
        }
    }
}
