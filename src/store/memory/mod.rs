//! The store in this process's memory.

mod due;
mod ended;
mod entry;
mod ids;
mod indexes;
mod jobs;
mod options;
mod outbox;
mod own_bits;
mod owners;
mod ready;
mod sharded;
mod table;
#[cfg(test)]
mod tests;
mod verbs;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use chrono::Utc;
use tokio::sync::Notify;
use tokio::time::Instant;

use self::entry::Removed;
use self::ids::Ids;
use self::jobs::{Jobs, Known};
pub use self::options::MemoryOptions;
use self::owners::Owners;
use super::timestamp::{Now, Timestamp};
use super::{Lease, NewJob, StoreError, StoreLimits, Submitted};
use crate::job::Job;

/// How often the lock is tried before a thread sleeps for it.
const TRIES: u32 = 800;

/// Stores jobs in this process's memory. It keeps everything the [contract](crate::JobStore) promises, for
/// as long as the process lives.
///
/// One lock makes every transition atomic; it is held for pointer moves only, never
/// while a report is copied, a clock is read or a caller waits. The cost of a call does not grow with the number of
/// jobs, and no call waits for many jobs to expire. Time is tokio's, so a test that pauses it
/// moves leases, retries and retention.
pub struct MemoryStore {
    // What finds a job has locks of its own: the way to a random place of a large map is long, and the one lock is not
    // held for so long. Whoever needs several locks takes them in this order.
    owners: Owners,
    ids: Ids,
    jobs: Mutex<Jobs>,
    limits: StoreLimits,
    retention: Duration,
    // Wakes all waiting claims: only they know which of them can use what has come, and there are
    // few, one for each pipeline.
    claimable: Notify,
    // Wakes those who wait for notes to deliver.
    deliverable: Arc<Notify>,
    start: Instant,
}

impl MemoryStore {
    /// An empty store with the default options; [`MemoryOptions`] has them and sets others.
    #[must_use]
    pub fn new() -> Self {
        MemoryOptions::new().build()
    }

    /// The present. Read before the lock is taken, so a call that had to wait for the lock is of the time
    /// when it was made; two calls at the same time may be carried out in the other order.
    fn now(&self) -> Now {
        Now {
            timestamp: self.timestamp(),
            utc: Utc::now(),
        }
    }

    fn timestamp(&self) -> Timestamp {
        Timestamp::since_start(self.start.elapsed())
    }

    fn instant(&self, timestamp: Timestamp) -> Instant {
        self.start + timestamp.since(Timestamp::since_start(Duration::ZERO))
    }

    /// The value in memory of its own, without room to spare: what is kept is what is counted.
    /// Bytes that were made of a growing buffer, or are a part of a larger one, would keep all of
    /// it. A value over the limit is refused, so it is not copied.
    fn compact(&self, value: Bytes) -> Bytes {
        if value.len() as u64 > self.limits.value_bytes() {
            value
        } else {
            Bytes::copy_from_slice(&value)
        }
    }

    /// Wakes the waiting claims if a lease now ends before all that they know of.
    fn wake_for_lease(&self, known: Option<Timestamp>, jobs: &Jobs) {
        if let Some(next) = jobs.next_lease_end()
            && known.is_none_or(|known| next < known)
        {
            self.claimable.notify_waiters();
        }
    }

    /// Wakes the waiting claims if the job, which got something from its platform, was the probe of one with more jobs.
    fn wake_for_probe(&self, number: u64, now: Now, jobs: &mut Jobs) {
        if jobs.got_through(number, now.timestamp) {
            self.claimable.notify_waiters();
        }
    }

    /// Takes the lock.
    ///
    /// It is held for some hundred nanoseconds, and a thread that goes to sleep for it costs its waking as well, so it is
    /// tried for some microseconds before. [`Mutex::lock`] does so too, but not once a thread sleeps: then all
    /// others join it, one after the other.
    fn lock(&self) -> MutexGuard<'_, Jobs> {
        for _ in 0..TRIES {
            if let Ok(jobs) = self.jobs.try_lock() {
                return jobs;
            }
            std::hint::spin_loop();
        }
        self.jobs
            .lock()
            .expect("no code panics while it holds the lock")
    }

    /// Holds the locks of the target and of the id while it looks for both, so two submits of one target make one
    /// job.
    fn make_or_join(&self, job: NewJob) -> Result<Submitted, StoreError> {
        let mut removed = Removed::new();
        let now = self.now();
        let continued = job.continued().and_then(|failed| self.ids.get(failed));
        let mut owner = self.owners.lock(&job.target, &job.scope);
        let mut ids = self.ids.lock(job.id);
        let known = Known {
            by_id: ids.get(&job.id).copied(),
            by_hash: owner.by_hash(),
            clashing: owner.clashing(&job.target, &job.scope),
            continued,
        };
        let submitted = self.lock().submit(job, &known, now, &mut removed);
        if let Ok((submitted, Some(made))) = &submitted {
            let Job {
                id, target, scope, ..
            } = submitted.job();
            ids.insert(*id, made.number);
            owner.set(target, scope, made.number, made.clashes);
        }
        drop((ids, owner));
        self.forget(removed);
        submitted.map(|(submitted, _)| submitted)
    }

    /// Lets nobody find jobs that were removed, and drops them. Not under a lock.
    fn forget(&self, removed: Removed) {
        for entry in removed {
            self.ids.forget(entry.id(), entry.number());
            let (target, scope) = (entry.target(), entry.scope());
            let mut owner = self.owners.lock(target, scope);
            owner.forget(target, scope, entry.number());
        }
    }

    /// The number of the job of a lease. If the job is gone, the lease is lost.
    fn held(&self, lease: &Lease) -> Result<u64, StoreError> {
        let number = self.ids.get(lease.job());
        number.ok_or(StoreError::LeaseLost(lease.job()))
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    // Settings only: jobs hold payload, and this must not wait for the lock.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("limits", &self.limits)
            .field("retention", &self.retention)
            .finish_non_exhaustive()
    }
}
