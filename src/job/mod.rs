//! What a job is: its id, its state, its progress, and why it failed.

mod failure;
mod id;
pub(crate) mod json;
mod names;
mod progress;
pub(crate) mod random;
mod scope;

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::failure::{Failure, FailureKind};
pub use self::id::{InvalidJobId, JobId};
pub use self::names::UnknownName;
use self::names::named;
pub use self::progress::{Phase, Progress};
pub use self::scope::{InvalidScope, Scope};
use crate::account::Target;

/// A job as callers see it: one consistent reading of its state.
///
/// Stores make it and return it; nobody writes it back.
///
/// # JSON
/// `Serialize` writes one flat object, for logs and for responses of a service's own:
///
/// | member | |
/// |---|---|
/// | `job_id`, `status`, `phase`, `percent` | as in the status body of the HTTP service |
/// | `created_at`, `updated_at` | ISO 8601 in UTC with milliseconds |
/// | `completed_at`, `expires_at`, `next_attempt_at` | likewise; absent if there is none |
/// | `attempt` | absent before the first |
/// | `error_kind`, `error_message` | the [`failure`](Self::failure); absent in a completed job |
/// | `platform`, `handle` | the [`target`](Self::target) |
/// | `scope` | absent if there is none |
/// | `version`, `failures`, `crashes`, `cancel_requested` | the fields of these names |
///
/// The status body of the HTTP service has the members of the first four rows and `error_message`,
/// with the same values.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Job {
    /// The job's id.
    pub id: JobId,
    /// The account the report is about.
    pub target: Target,
    /// What keeps the job apart from others for the same target.
    pub scope: Scope,
    /// The job's status.
    pub status: Status,
    /// The phase that runs, or whose output is on its way to the store, or that will run next. For a
    /// failed job, the phase at which it stopped; a completed one shows the last.
    pub phase: Phase,
    /// How much is done; never falls.
    pub progress: Progress,
    /// Rises with every visible change.
    pub version: Version,
    /// When the job was submitted.
    pub created_at: DateTime<Utc>,
    /// When the job last changed visibly; never goes back.
    pub updated_at: DateTime<Utc>,
    /// When the job ended; `None` until then.
    pub completed_at: Option<DateTime<Utc>>,
    /// When an ended job is forgotten, with its report; `None` until it has ended.
    pub expires_at: Option<DateTime<Utc>>,
    /// Why the job failed, or why its last attempt did.
    pub failure: Option<Failure>,
    /// The number of the present or last attempt, from 1; 0 before the first. An attempt that a
    /// worker released unfinished is not counted.
    pub attempt: u32,
    /// How many attempts at the present phase have failed. Rate limits are not counted.
    pub failures: u32,
    /// How many leases of the job were lost because a worker crashed or stalled.
    pub crashes: u32,
    /// When a job that is waiting for its next attempt may be claimed again: the end of a retry's wait, or of
    /// the pause that its own rate limit began. `None` if it need not wait.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// Whether somebody has asked to cancel the job while it was processing. It ends soon after. A job that
    /// waits fails at once instead.
    pub cancel_requested: bool,
}

impl Job {
    /// A job that has just been submitted: pending, at the start of its first phase, without a scope.
    #[must_use]
    pub fn submitted(id: JobId, target: Target, now: DateTime<Utc>) -> Self {
        Self {
            id,
            target,
            scope: Scope::NONE,
            status: Status::Pending,
            phase: Phase::Scraping,
            progress: Progress::ZERO,
            version: Version::FIRST,
            created_at: now,
            updated_at: now,
            completed_at: None,
            expires_at: None,
            failure: None,
            attempt: 0,
            failures: 0,
            crashes: 0,
            next_attempt_at: None,
            cancel_requested: false,
        }
    }

    /// The id of the finished report: the job's own id, so that a report which had to be
    /// assembled twice is still one report. `None` until the job is completed.
    #[must_use]
    pub fn report_id(&self) -> Option<JobId> {
        (self.status == Status::Completed).then_some(self.id)
    }

    /// Why the job failed, or why its last attempt did, in words.
    #[must_use]
    pub fn error_message(&self) -> Option<&str> {
        self.failure.as_ref().map(Failure::message)
    }
}

/// The status of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// Waiting for a worker, or for its next attempt.
    Pending,
    /// Held by a worker.
    Processing,
    /// Ended with a report.
    Completed,
    /// Ended without one: failed for good, or cancelled.
    Failed,
}

impl Status {
    /// Whether the job has ended. An ended job never changes again.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }
}

named!(Status, "status" {
    Pending => "pending",
    Processing => "processing",
    Completed => "completed",
    Failed => "failed",
});

/// The number of a job's visible changes, from 1.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Version(u64);

impl Version {
    /// Before every change: what a reader has seen that has seen nothing.
    pub const ZERO: Self = Self(0);
    /// The version of a job that has just been submitted.
    pub const FIRST: Self = Self(1);

    /// A version from its number.
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The version as a number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The version after the next change.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
