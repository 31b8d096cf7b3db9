//! All jobs in the order of their submits.

use std::collections::BTreeMap;

use crate::job::JobId;

/// How many numbers a part has: as many as a word has bits.
const IDS: usize = 64;
const PART: u64 = IDS as u64;

/// All jobs by the number of their submit. Numbers are given one after the other, so they are kept in parts of
/// 64: an entry costs little more than its id, however many there are.
#[derive(Default)]
pub(super) struct Submits(BTreeMap<u64, Box<Part>>);

struct Part {
    /// A bit for each job that is there.
    present: u64,
    ids: [JobId; IDS],
}

impl Submits {
    pub(super) fn insert(&mut self, number: u64, id: JobId) {
        let part = self.0.entry(number / PART).or_insert_with(|| {
            Box::new(Part {
                present: 0,
                ids: [id; IDS],
            })
        });
        part.present |= 1 << (number % PART);
        part.ids[place(number)] = id;
    }

    pub(super) fn remove(&mut self, number: u64) {
        if let Some(part) = self.0.get_mut(&(number / PART)) {
            part.present &= !(1 << (number % PART));
            if part.present == 0 {
                self.0.remove(&(number / PART));
            }
        }
    }

    /// The jobs with lower numbers, the newest first.
    pub(super) fn before(&self, number: u64) -> impl Iterator<Item = (u64, JobId)> + '_ {
        let parts = self.0.range(..=number / PART).rev();
        parts.flat_map(move |(part, jobs)| {
            let numbers = (part * PART..(part + 1) * PART).rev();
            numbers
                .filter(move |other| *other < number && jobs.present >> (other % PART) & 1 == 1)
                .map(|other| (other, jobs.ids[place(other)]))
        })
    }
}

fn place(number: u64) -> usize {
    usize::try_from(number % PART).expect("below 64")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn is_as_a_plain_map(
            steps in prop::collection::vec((0..300_u64, any::<bool>()), 1..400),
            from in prop_oneof![0..310_u64, Just(u64::MAX)],
        ) {
            let mut submits = Submits::default();
            let mut plain = BTreeMap::new();
            for (number, insert) in steps {
                if insert && !plain.contains_key(&number) {
                    let id = JobId::random();
                    submits.insert(number, id);
                    plain.insert(number, id);
                } else {
                    submits.remove(number);
                    plain.remove(&number);
                }
            }
            let expected: Vec<_> = plain.range(..from).rev().map(|(n, id)| (*n, *id)).collect();
            let found: Vec<_> = submits.before(from).collect();
            prop_assert_eq!(found, expected);
            prop_assert!(submits.0.values().all(|part| part.present != 0));
        }
    }
}
