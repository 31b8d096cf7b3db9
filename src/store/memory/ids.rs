//! The jobs by their ids.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::MutexGuard;

use super::own_bits::ByOwnBits;
use super::sharded::{Sharded, remove};
use crate::job::JobId;

/// The number of each job by its id.
///
/// It may name a job that has just been removed, never a job that was not submitted under this id.
pub(super) struct Ids(Sharded<IdsPart>);

/// The ids that share a lock.
pub(super) type IdsPart = HashMap<JobId, u64, ByOwnBits>;

impl Ids {
    pub(super) fn new() -> Self {
        Self(Sharded::new())
    }

    pub(super) fn get(&self, id: JobId) -> Option<u64> {
        self.lock(id).get(&id).copied()
    }

    /// Takes the lock of an id: until it is released nobody else finds a job by this id.
    pub(super) fn lock(&self, id: JobId) -> MutexGuard<'_, IdsPart> {
        // Neither the bits by which a map finds a place nor those by which it knows an entry.
        let part = ByOwnBits::default().hash_one(id) >> 32;
        self.0.lock(part.to_le_bytes()[0])
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        (0..=255).all(|part| self.0.lock(part).is_empty())
    }

    /// Forgets a job that was removed. Does nothing if another one has its id by now.
    pub(super) fn forget(&self, id: JobId, number: u64) {
        let mut ids = self.lock(id);
        if ids.get(&id) == Some(&number) {
            remove(&mut ids, &id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_put_in_until_it_is_forgotten() {
        let ids = Ids::new();
        let jobs: Vec<JobId> = std::iter::repeat_with(JobId::random).take(10_000).collect();
        for (id, number) in jobs.iter().zip(0..) {
            assert_eq!(ids.lock(*id).insert(*id, number), None);
        }
        for (id, number) in jobs.iter().zip(0..) {
            assert_eq!(ids.get(*id), Some(number));
            ids.forget(*id, number + 1);
            assert_eq!(ids.get(*id), Some(number), "another job's");
            ids.forget(*id, number);
            assert_eq!(ids.get(*id), None);
        }
    }

    #[test]
    fn no_part_is_much_fuller_than_the_others() {
        let numbered = |n: u128| JobId::from_uuid(uuid::Uuid::from_u128(n));
        for id_of in [
            numbered,
            |n| JobId::from_uuid(uuid::Uuid::from_u128(n << 100)),
            |_| JobId::random(),
        ] {
            let ids = Ids::new();
            for id in (0..100_000).map(id_of) {
                ids.lock(id).insert(id, 0);
            }
            let fullest = (0..=255).map(|part| ids.0.lock(part).len()).max();
            assert!(fullest.unwrap() < 4 * 100_000 / 256, "{fullest:?}");
        }
    }
}
