//! What a store in memory holds, and for how long.

use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::ids::Ids;
use super::jobs::Jobs;
use super::owners::Owners;
use super::{MemoryStore, Mutex};
use crate::store::StoreLimits;

/// The options of a [`MemoryStore`], set before there is one.
///
/// | option | default |
/// |---|---|
/// | [`retention`](Self::with_retention) of ended jobs | 24 h |
/// | [checkpoints of failed jobs](Self::with_failed_checkpoints) | kept for 1 h |
/// | [`limits`](Self::with_limits) | those of [`StoreLimits`] |
///
/// # Example
/// ```
/// use std::time::Duration;
/// use report_pipeline::{MemoryOptions, StoreLimits};
///
/// let store = MemoryOptions::new()
///     .with_retention(Duration::from_secs(60 * 60))
///     .with_limits(StoreLimits::default().with_pending_jobs(1_000))
///     .build();
/// ```
#[derive(Debug, Clone, Copy)]
pub struct MemoryOptions {
    retention: Duration,
    failed_checkpoints: Duration,
    limits: StoreLimits,
}

impl MemoryOptions {
    /// The default options.
    #[must_use]
    pub fn new() -> Self {
        Self {
            retention: Duration::from_secs(24 * 60 * 60),
            failed_checkpoints: Duration::from_secs(60 * 60),
            limits: StoreLimits::default(),
        }
    }

    /// Sets how long an ended job and its report are kept.
    #[must_use]
    pub const fn with_retention(mut self, retention: Duration) -> Self {
        self.retention = retention;
        self
    }

    /// Sets how long the checkpoints of a failed job are kept for a job that
    /// [continues](crate::NewJob::continuing) it, within the retention. They are dropped sooner if room is
    /// needed.
    #[must_use]
    pub const fn with_failed_checkpoints(mut self, kept: Duration) -> Self {
        self.failed_checkpoints = kept;
        self
    }

    /// Sets how much the store holds.
    #[must_use]
    pub const fn with_limits(mut self, limits: StoreLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Makes an empty store with these options.
    #[must_use]
    pub fn build(self) -> MemoryStore {
        let jobs = Jobs::new(self.limits, self.retention, self.failed_checkpoints);
        MemoryStore {
            deliverable: jobs.outbox_changed(),
            owners: Owners::new(),
            ids: Ids::new(),
            jobs: Mutex::new(jobs),
            limits: self.limits,
            retention: self.retention,
            claimable: Notify::new(),
            start: Instant::now(),
        }
    }
}

impl Default for MemoryOptions {
    fn default() -> Self {
        Self::new()
    }
}
