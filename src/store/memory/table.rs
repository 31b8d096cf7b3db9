//! All jobs by the number of their submit.

use std::collections::VecDeque;

/// How many numbers a part has.
const PART: usize = 64;

/// What is kept under numbers that are given one after the other and never again.
///
/// It lies in parts of 64. A part that is empty is given back; what is left of it is a pointer, until those
/// before it are empty, too: an entry that stays for ever keeps eight bytes for every 64 numbers after it.
pub(super) struct Table<T> {
    parts: VecDeque<Option<Box<Part<T>>>>,
    /// The number of the first entry of the first part.
    first: u64,
}

struct Part<T> {
    entries: [Option<T>; PART],
    len: usize,
}

impl<T> Table<T> {
    pub(super) const fn new() -> Self {
        let parts = VecDeque::new();
        Self { parts, first: 0 }
    }

    pub(super) fn get(&self, number: u64) -> Option<&T> {
        let (part, at) = self.place(number)?;
        self.parts.get(part)?.as_ref()?.entries[at].as_ref()
    }

    pub(super) fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        let (part, at) = self.place(number)?;
        self.parts.get_mut(part)?.as_mut()?.entries[at].as_mut()
    }

    /// Puts an entry under a number higher than all before.
    pub(super) fn push(&mut self, number: u64, entry: T) {
        if self.parts.is_empty() {
            self.first = number - number % PART as u64;
        }
        let (part, at) = self.place(number).expect("numbers only rise");
        while self.parts.len() <= part {
            self.parts.push_back(None);
        }
        let part = self.parts[part].get_or_insert_with(|| {
            Box::new(Part {
                entries: [const { None }; PART],
                len: 0,
            })
        });
        part.entries[at] = Some(entry);
        part.len += 1;
    }

    pub(super) fn remove(&mut self, number: u64) -> Option<T> {
        let (place, at) = self.place(number)?;
        let slot = self.parts.get_mut(place)?;
        let part = slot.as_mut()?;
        let entry = part.entries[at].take()?;
        part.len -= 1;
        if part.len == 0 {
            *slot = None;
            while let Some(None) = self.parts.front() {
                self.parts.pop_front();
                self.first += PART as u64;
            }
        }
        Some(entry)
    }

    /// The entries with lower numbers, the newest first.
    pub(super) fn before(&self, number: u64) -> impl Iterator<Item = (u64, &T)> + '_ {
        // With the part of the number itself, if there is one.
        let parts = number.saturating_sub(self.first).div_ceil(PART as u64);
        let parts = usize::try_from(parts).unwrap_or(usize::MAX);
        (0..parts.min(self.parts.len()))
            .rev()
            .filter_map(|part| Some((part, self.parts[part].as_ref()?)))
            .flat_map(|(part, entries)| {
                let begins = self.first + (part * PART) as u64;
                let entries = entries.entries.iter().enumerate().rev();
                entries.map(move |(at, entry)| (begins + at as u64, entry.as_ref()))
            })
            .filter_map(|(number, entry)| Some((number, entry?)))
            .skip_while(move |(other, _)| *other >= number)
    }

    /// The part of a number, and the place in it. `None` if the number is lower than all that are there.
    fn place(&self, number: u64) -> Option<(usize, usize)> {
        let place = usize::try_from(number.checked_sub(self.first)?).ok()?;
        Some((place / PART, place % PART))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn is_as_a_plain_map(
            steps in prop::collection::vec((0..100_u64, 0..3_u8), 1..400),
            from in prop_oneof![0..2_000_u64, Just(u64::MAX)],
        ) {
            let mut table = Table::new();
            let mut plain = BTreeMap::new();
            let mut next = 0;
            for (n, step) in steps {
                if step > 0 {
                    // Some numbers are left out.
                    next += 1 + if n < 10 { n * n } else { 0 };
                    table.push(next, n);
                    plain.insert(next, n);
                } else {
                    // What was there, and what was not.
                    let number = next.saturating_sub(n);
                    prop_assert_eq!(table.remove(number), plain.remove(&number));
                }
                let number = next.saturating_sub(n);
                prop_assert_eq!(table.get(number), plain.get(&number));
                prop_assert_eq!(table.get_mut(number), plain.get_mut(&number));
            }
            let expected: Vec<_> = plain.range(..from).rev().map(|(n, entry)| (*n, entry)).collect();
            let found: Vec<_> = table.before(from).collect();
            prop_assert_eq!(found, expected);
            let full = table.parts.iter().flatten();
            prop_assert!(full.clone().all(|part| part.len == part.entries.iter().flatten().count()));
            prop_assert!(full.clone().all(|part| part.len > 0));
            prop_assert!(!matches!(table.parts.front(), Some(None)));
        }
    }
}
