//! What can go wrong in a store, by what to do about it.

use std::error::Error;

use crate::job::{JobId, Phase};

/// A store refused a call, or could not carry it out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The lease no longer holds the job: stop working on it and drop what was made.
    #[error("the lease on job {0} is lost and another worker may hold the job; drop this attempt")]
    LeaseLost(JobId),

    /// There is no such job: it never existed, or its retention is over.
    #[error("there is no job {0}: it is unknown or has expired; submit its target again")]
    NotFound(JobId),

    /// The id belongs to a job for another target or scope. Ids must be random.
    #[error("job id {0} belongs to another target or scope; submit with a new random id")]
    IdTaken(JobId),

    /// The job has not ended: only an ended one can be deleted.
    #[error("job {0} has not ended and cannot be deleted; cancel it and wait for its end")]
    NotEnded(JobId),

    /// The job that a new one should [continue](super::NewJob::continuing) cannot be continued. Submit
    /// without it.
    #[error("job {job} cannot be continued: {reason}; submit its target without it")]
    #[non_exhaustive]
    NotContinuable {
        /// The job that was named.
        job: JobId,
        /// Why not.
        reason: NotContinuable,
    },

    /// A limit of the store is reached. Nothing was changed; try again later.
    #[error("the store is full: {limit} may be at most {max}; try again later")]
    #[non_exhaustive]
    Full {
        /// Which limit.
        limit: Limit,
        /// Its value.
        max: u64,
    },

    /// One value is over the size limit. Trying again cannot help.
    #[error("{payload} has {size} bytes, more than the {max} that are allowed")]
    #[non_exhaustive]
    TooLarge {
        /// What was too large.
        payload: Payload,
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        max: u64,
    },

    /// The call makes no sense, for example a checkpoint of the last phase. This is a bug in the
    /// caller.
    #[error("the store was called wrongly: {0}")]
    Misuse(&'static str),

    /// A record cannot be read. It is quarantined; other jobs are not affected.
    #[error("the record of job {job} is damaged ({reason}); submit its target again")]
    #[non_exhaustive]
    Damaged {
        /// The job whose record it is.
        job: JobId,
        /// What is wrong with it.
        reason: String,
    },

    /// A newer version of this library has brought the job into a state that this one does not know. It
    /// leaves the job alone: those who know the state go on with it. Try again on an upgraded process, or
    /// later.
    #[error(
        "job {0} is in a state that only a newer version of this library knows; try again on an upgraded \
         process, or later"
    )]
    Newer(JobId),

    /// There was no reply from the store, or it is not usable. The call may or may not have been
    /// carried out; every call may be repeated.
    #[error("the job store is unavailable: {reason}")]
    #[non_exhaustive]
    Unavailable {
        /// What happened. It contains no password.
        reason: String,
        /// The error that caused it.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
}

impl StoreError {
    /// A [`Full`](Self::Full): `limit` may be at most `max`.
    #[must_use]
    pub const fn full(limit: Limit, max: u64) -> Self {
        Self::Full { limit, max }
    }

    /// A [`NotContinuable`](Self::NotContinuable) with the reason.
    #[must_use]
    pub const fn not_continuable(job: JobId, reason: NotContinuable) -> Self {
        Self::NotContinuable { job, reason }
    }

    /// A [`TooLarge`](Self::TooLarge): the value has `size` bytes and may have `max`.
    #[must_use]
    pub const fn too_large(payload: Payload, size: u64, max: u64) -> Self {
        Self::TooLarge { payload, size, max }
    }

    /// A [`Damaged`](Self::Damaged) with what is wrong with the record.
    #[must_use]
    pub fn damaged(job: JobId, reason: impl Into<String>) -> Self {
        Self::Damaged {
            job,
            reason: reason.into(),
        }
    }

    /// An [`Unavailable`](Self::Unavailable) without a source.
    #[must_use]
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable {
            reason: reason.into(),
            source: None,
        }
    }

    /// An [`Unavailable`](Self::Unavailable) with the error that caused it.
    #[must_use]
    pub fn unavailable_because(
        reason: impl Into<String>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self::Unavailable {
            reason: reason.into(),
            source: Some(source.into()),
        }
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::Full { .. } | Self::Newer(_) | Self::Unavailable { .. }
        )
    }
}

/// Why a job cannot be continued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NotContinuable {
    /// It is unknown or has expired.
    Unknown,
    /// It is for another target or in another scope.
    OtherTarget,
    /// It has not failed.
    NotFailed,
    /// It has no checkpoints: it never had any, or their time is over, or room was needed, or another
    /// job has continued it.
    NoCheckpoints,
}

impl std::fmt::Display for NotContinuable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unknown => "it is unknown or has expired",
            Self::OtherTarget => "it is for another target or scope",
            Self::NotFailed => "it has not failed",
            Self::NoCheckpoints => "it has no checkpoints, or has them no more",
        })
    }
}

/// A limit of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// The number of jobs that wait for a worker.
    PendingJobs,
    /// The number of jobs of one scope that wait for a worker.
    PendingJobsPerScope,
    /// The number of all jobs, ended ones included.
    Jobs,
    /// The number of bytes of all reports, checkpoints, saved state, inputs and notes.
    StoredBytes,
    /// The number of notes of one job that have not been delivered.
    Notes,
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::PendingJobs => "pending jobs",
            Self::PendingJobsPerScope => "pending jobs of one scope",
            Self::Jobs => "jobs",
            Self::StoredBytes => "stored bytes",
            Self::Notes => "notes of one job",
        })
    }
}

/// A kind of value that a store keeps without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Payload {
    /// A phase's output.
    Checkpoint(Phase),
    /// All that a phase has saved.
    Saved(Phase),
    /// The report.
    Report,
    /// What a submit gives to every phase.
    Input,
    /// What a submit leaves to be delivered at the end.
    Note,
}

impl std::fmt::Display for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Checkpoint(phase) => write!(f, "the output of phase {phase}"),
            Self::Saved(phase) => write!(f, "what phase {phase} has saved"),
            Self::Report => f.write_str("the report"),
            Self::Input => f.write_str("the input"),
            Self::Note => f.write_str("the note"),
        }
    }
}
