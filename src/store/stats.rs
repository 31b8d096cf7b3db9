//! What a store tells about itself.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::account::Platform;

/// How many jobs a store holds, and how its platforms stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// All jobs that are held. Ended ones count until they are swept.
    pub jobs: JobCounts,
    /// The platforms that have waiting jobs, jobs in work, or a brake.
    pub platforms: BTreeMap<Platform, PlatformStats>,
    /// How long the job that has been ready for longest waits for a worker; `None` if none waits.
    pub oldest_ready: Option<Duration>,
    /// Bytes of reports and checkpoints.
    pub stored_bytes: u64,
    /// Damaged records that were set aside.
    pub damaged: u64,
}

/// Jobs by status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobCounts {
    /// Waiting for a worker or for their next attempt.
    pub pending: u64,
    /// In the hands of a worker.
    pub processing: u64,
    /// Ended with a report.
    pub completed: u64,
    /// Ended without one.
    pub failed: u64,
}

impl JobCounts {
    /// All of them.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.pending + self.processing + self.completed + self.failed
    }
}

/// How one platform stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlatformStats {
    /// Jobs that wait.
    pub pending: u64,
    /// Jobs in work.
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
    /// Jobs whose worker vanished, made pending again.
    pub requeued: usize,
    /// Jobs that were failed: too many crashes, past their deadline, or cancelled and abandoned.
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
