//! The jobs by their ids.

use std::collections::HashMap;
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
        // The last byte of a random UUID is random.
        self.0.lock(id.as_uuid().as_bytes()[15])
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
        let ids = Ids::new();
        for id in std::iter::repeat_with(JobId::random).take(100_000) {
            ids.lock(id).insert(id, 0);
        }
        let fullest = (0..=255).map(|part| ids.0.lock(part).len()).max().unwrap();
        assert!(fullest < 4 * 100_000 / 256, "{fullest}");
    }
}
