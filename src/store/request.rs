//! What the verbs with options are asked with.

use std::time::Duration;

use crate::account::{Platform, Target};
use crate::job::{JobId, Scope, Version};

/// A request to pause a platform.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PauseRequest {
    /// The platform whose jobs are not to be claimed.
    pub platform: Platform,
    /// How long, from now, none of them is to be claimed.
    pub duration: Duration,
}

impl PauseRequest {
    /// Pauses `platform` for `duration` from now.
    #[must_use]
    pub const fn new(platform: Platform, duration: Duration) -> Self {
        Self { platform, duration }
    }
}

/// A request for the job that owns a target.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FindRequest {
    /// The target.
    pub target: Target,
    /// The scope of the job; the default for a job without one.
    pub scope: Scope,
}

impl FindRequest {
    /// Asks for the job that owns `target` without a scope.
    #[must_use]
    pub fn new(target: Target) -> Self {
        Self {
            target,
            scope: Scope::default(),
        }
    }

    /// Asks for the job that owns the target in this scope.
    #[must_use]
    pub fn with_scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }
}

/// A request to wait for a job's next change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct WatchRequest {
    /// The job.
    pub id: JobId,
    /// The version the caller knows already; [`Version::ZERO`] if it knows none.
    pub after: Version,
    /// How long to wait for a later version.
    pub wait: Duration,
}

impl WatchRequest {
    /// Asks for the job once its version is above `after`, without waiting.
    #[must_use]
    pub const fn new(id: JobId, after: Version) -> Self {
        Self {
            id,
            after,
            wait: Duration::ZERO,
        }
    }

    /// Sets how long to wait for a later version.
    #[must_use]
    pub const fn with_wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }
}

/// A request for housekeeping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SweepRequest {
    /// The maximum number of jobs to handle.
    pub limit: usize,
}

impl SweepRequest {
    /// Asks for housekeeping on up to `limit` jobs.
    #[must_use]
    pub const fn new(limit: usize) -> Self {
        Self { limit }
    }
}
