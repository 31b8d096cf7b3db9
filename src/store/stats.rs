//! What a store counts.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Limit;
use crate::account::Platform;

/// The number of jobs in a store, and the state of its platforms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// All jobs. Ended ones count until they are swept.
    pub jobs: JobCounts,
    /// The platforms that have waiting or running jobs, or a pause.
    pub platforms: BTreeMap<Platform, PlatformStats>,
    /// How long the next job of a platform has waited for a worker, of the platform where it is longest;
    /// `None` if none waits. It counts from the submit, or from when a retry was due; a release, a reclaim and a
    /// rate limit do not begin it anew. A head start does not count, so a job behind one may have waited for up to an
    /// hour longer.
    pub oldest_ready: Option<Duration>,
    /// Bytes of reports, checkpoints, saved state, inputs and notes.
    pub stored_bytes: u64,
    /// Ended jobs whose notes have not been delivered.
    pub undelivered: u64,
    /// Damaged records in quarantine.
    pub damaged: u64,
    /// The limit that refuses every new job now, if any: of pending jobs, of all jobs, or of stored bytes. Of several any
    /// one.
    pub full: Option<Limit>,
}

/// Jobs by status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobCounts {
    /// Waiting for a worker or for their next attempt.
    pub pending: u64,
    /// Held by a worker.
    pub processing: u64,
    /// Ended with a report.
    pub completed: u64,
    /// Ended without one.
    pub failed: u64,
}

impl JobCounts {
    /// The number of all jobs.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.pending + self.processing + self.completed + self.failed
    }
}

/// The state of one platform.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlatformStats {
    /// Jobs that wait.
    pub pending: u64,
    /// Jobs that are running.
    pub processing: u64,
    /// How much longer the platform is paused; `None` if it is not.
    pub paused_for: Option<Duration>,
}

/// What one call of [`sweep`](crate::JobStore::sweep) did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SweepStats {
    /// Ended jobs whose retention was over, removed with their reports.
    pub removed: usize,
    /// Jobs whose lease had expired, made pending again.
    pub requeued: usize,
    /// Jobs that were failed: too many lost leases, past their deadline, or cancelled and then left
    /// by their worker.
    pub failed: usize,
    /// Whether the limit was reached and more may be waiting.
    pub more: bool,
}

impl SweepStats {
    /// Adds what the next step of the same sweep did.
    pub const fn add(&mut self, step: Self) {
        self.removed += step.removed;
        self.requeued += step.requeued;
        self.failed += step.failed;
        self.more = step.more;
    }
}
