//! Words looked up by their hash: which of up to 64 lists each is on.

use crate::hash::leading;

/// A table of words. One look-up tells all the lists that a word is on.
#[derive(Debug)]
pub(super) struct WordTable {
    /// Slots of a hash and its lists; no lists where a slot is empty. A power of two, less than half
    /// of it full.
    slots: Vec<(u64, u64)>,
    /// One bit for each of many more places than there are words: most words of a text are on no list,
    /// and are told apart here, in a few kilobytes, without a look at the slots.
    filter: Vec<u64>,
}

/// Places of the filter for each word.
const PLACES: usize = 16;

impl WordTable {
    /// The table of some words, each with the hash of its folded form and its lists as bits.
    pub(super) fn new(words: impl IntoIterator<Item = (u64, u64)>) -> Self {
        let mut words: Vec<(u64, u64)> = words.into_iter().collect();
        words.sort_unstable();
        words.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 |= next.1;
            }
            same
        });
        let size = (2 * words.len() + 1).next_power_of_two();
        let mut table = Self {
            slots: vec![(0, 0); size],
            filter: vec![0; (PLACES * words.len() / 64 + 1).next_power_of_two()],
        };
        for (hash, lists) in words {
            let (place, bit) = table.place(hash);
            table.filter[place] |= bit;
            let mut at = table.first_slot(hash);
            while table.slots[at].1 != 0 {
                at = (at + 1) % size;
            }
            table.slots[at] = (hash, lists);
        }
        table
    }

    /// The lists of the word with that hash; 0 if it is on none.
    #[inline]
    pub(super) fn lists(&self, hash: u64) -> u64 {
        let (place, bit) = self.place(hash);
        if self.filter[place] & bit == 0 {
            return 0;
        }
        let mut at = self.first_slot(hash);
        loop {
            let (found, lists) = self.slots[at];
            if lists == 0 || found == hash {
                return lists;
            }
            at = (at + 1) % self.slots.len();
        }
    }

    /// The place of a word in the filter, and its bit there.
    fn place(&self, hash: u64) -> (usize, u64) {
        let spread = leading(hash);
        let place = usize::try_from(spread >> 40).unwrap_or_default() & (self.filter.len() - 1);
        (place, 1 << (spread >> 34 & 63))
    }

    fn first_slot(&self, hash: u64) -> usize {
        let low = u32::try_from(hash & u64::from(u32::MAX)).unwrap_or_default();
        low as usize & (self.slots.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_all_the_lists_it_is_on_and_another_has_none() {
        // All of them want the same slot.
        let words = (0..100).map(|n: u64| (n << 40, 1 << (n % 3)));
        let table = WordTable::new(words.chain([(0, 8)]));
        assert_eq!(table.lists(0), 9);
        for n in 1..100u64 {
            assert_eq!(table.lists(n << 40), 1 << (n % 3));
        }
        assert_eq!(table.lists(7), 0);
        assert_eq!(WordTable::new([]).lists(7), 0);
    }
}
