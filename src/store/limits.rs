//! The limits of a store.

use bytes::Bytes;

use super::{JobCounts, Limit, Payload, StoreError};

/// The maximum that a store holds. Beyond a limit it refuses; it evicts nothing but what failed jobs have
/// left for others to [continue](crate::NewJob::continuing).
///
/// | limit | default |
/// |---|---|
/// | jobs that wait for a worker | 100,000 |
/// | jobs of one scope that wait for a worker | no limit |
/// | jobs in all, ended ones included | 1,000,000 |
/// | bytes of reports, checkpoints, saved state, inputs and notes in all | 1 GiB |
/// | bytes of one report, of one checkpoint, or of all that a phase has saved | 16 MiB |
/// | bytes of the input of one job | 64 KiB |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreLimits {
    pending_jobs: usize,
    pending_jobs_per_scope: Option<usize>,
    jobs: usize,
    stored_bytes: u64,
    value_bytes: u64,
    input_bytes: u64,
}

impl StoreLimits {
    /// Sets the maximum number of jobs that wait for a worker.
    #[must_use]
    pub const fn with_pending_jobs(mut self, limit: usize) -> Self {
        self.pending_jobs = limit;
        self
    }

    /// Sets the maximum number of jobs of one scope that wait for a worker. Jobs without a scope have no
    /// such limit.
    #[must_use]
    pub const fn with_pending_jobs_per_scope(mut self, limit: usize) -> Self {
        self.pending_jobs_per_scope = Some(limit);
        self
    }

    /// Sets the maximum number of jobs in all, ended ones included.
    #[must_use]
    pub const fn with_jobs(mut self, limit: usize) -> Self {
        self.jobs = limit;
        self
    }

    /// Sets the maximum number of bytes of all reports, checkpoints, saved state, inputs and notes together.
    #[must_use]
    pub const fn with_stored_bytes(mut self, limit: u64) -> Self {
        self.stored_bytes = limit;
        self
    }

    /// Sets the maximum number of bytes of one report, of one checkpoint, or of all that a phase has saved.
    #[must_use]
    pub const fn with_value_bytes(mut self, limit: u64) -> Self {
        self.value_bytes = limit;
        self
    }

    /// Sets the maximum number of bytes of the input of one job.
    #[must_use]
    pub const fn with_input_bytes(mut self, limit: u64) -> Self {
        self.input_bytes = limit;
        self
    }

    /// The maximum number of jobs that wait for a worker.
    #[must_use]
    pub const fn pending_jobs(&self) -> usize {
        self.pending_jobs
    }

    /// The maximum number of jobs of one scope that wait for a worker; `None` without a limit.
    #[must_use]
    pub const fn pending_jobs_per_scope(&self) -> Option<usize> {
        self.pending_jobs_per_scope
    }

    /// The maximum number of jobs in all, ended ones included.
    #[must_use]
    pub const fn jobs(&self) -> usize {
        self.jobs
    }

    /// The maximum number of bytes of all reports, checkpoints, saved state, inputs and notes together.
    #[must_use]
    pub const fn stored_bytes(&self) -> u64 {
        self.stored_bytes
    }

    /// The maximum number of bytes of one report, of one checkpoint, or of all that a phase has saved.
    #[must_use]
    pub const fn value_bytes(&self) -> u64 {
        self.value_bytes
    }

    /// The maximum number of bytes of the input of one job.
    #[must_use]
    pub const fn input_bytes(&self) -> u64 {
        self.input_bytes
    }

    /// Returns the limit that refuses every new job of a store that holds so many jobs and bytes, with its value, if
    /// there is one. What failed jobs have left for others to continue does not belong to the bytes.
    #[must_use]
    pub fn reached(&self, jobs: &JobCounts, bytes: u64) -> Option<(Limit, u64)> {
        let limits = [
            (Limit::Jobs, jobs.total(), self.jobs as u64),
            (Limit::PendingJobs, jobs.pending, self.pending_jobs as u64),
            (Limit::StoredBytes, bytes, self.stored_bytes),
        ];
        let reached = limits.into_iter().find(|(_, held, max)| held >= max)?;
        Some((reached.0, reached.2))
    }

    /// Refuses an input that is over its limit: the first thing that a store does with a submit.
    ///
    /// # Errors
    /// [`TooLarge`](StoreError::TooLarge).
    pub fn check_input(&self, input: &Bytes) -> Result<(), StoreError> {
        let (size, max) = (input.len() as u64, self.input_bytes);
        if size > max {
            return Err(StoreError::too_large(Payload::Input, size, max));
        }
        Ok(())
    }
}

impl Default for StoreLimits {
    fn default() -> Self {
        Self {
            pending_jobs: 100_000,
            pending_jobs_per_scope: None,
            jobs: 1_000_000,
            stored_bytes: 1 << 30,
            value_bytes: 16 << 20,
            input_bytes: 64 << 10,
        }
    }
}
