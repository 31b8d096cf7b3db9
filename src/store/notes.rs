//! Notes: what submits leave to be told when the job has ended, and how that is delivered.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::opaque::Opaque;
use super::{ClaimToken, StoreError};
use super::{Limit, Payload};
use crate::account::Platform;
use crate::job::{Job, JobId};

/// What one submit left to be delivered when its job has ended, such as a callback address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    submit: JobId,
    value: Opaque,
}

impl Note {
    /// The maximum size of a note: 1 KiB.
    pub const MAX_BYTES: usize = 1024;
    /// The maximum number of notes that one job has at a time.
    pub const MAX_PER_JOB: usize = 16;

    /// A note of the submit with this id.
    #[must_use]
    pub const fn new(submit: JobId, value: Bytes) -> Self {
        Self {
            submit,
            value: Opaque(value),
        }
    }

    /// The id that was submitted: the job's own, or that of a submit which joined it or was served its
    /// report. It is the same each time the note is delivered.
    #[must_use]
    pub const fn submit(&self) -> JobId {
        self.submit
    }

    /// The note, byte by byte.
    #[must_use]
    pub const fn value(&self) -> &Bytes {
        &self.value.0
    }

    /// Refuses a note that is too large, or that would be one too many for a job which has `notes`.
    ///
    /// # Errors
    /// [`TooLarge`](StoreError::TooLarge) and [`Full`](StoreError::Full).
    pub fn check(&self, notes: usize) -> Result<(), StoreError> {
        let size = self.value.0.len();
        if size > Self::MAX_BYTES {
            let (size, max) = (size as u64, Self::MAX_BYTES as u64);
            Err(StoreError::too_large(Payload::Note, size, max))
        } else if notes >= Self::MAX_PER_JOB {
            Err(StoreError::full(Limit::Notes, Self::MAX_PER_JOB as u64))
        } else {
            Ok(())
        }
    }
}

/// A request for ended jobs whose notes are to be delivered.
///
/// | option | default |
/// |---|---|
/// | [`max`](Self::with_max) | 1 job |
/// | [`lease`](Self::with_lease) | 60 s |
/// | [`wait`](Self::with_wait) | none |
/// | [`platforms`](Self::with_platforms) | all |
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ClaimEndedRequest {
    /// The name of this claim, used for nothing else.
    pub token: ClaimToken,
    /// The maximum number of jobs.
    pub max: usize,
    /// How long nobody else gets them.
    pub lease: Duration,
    /// How long to wait for a first one if there is none.
    pub wait: Duration,
    /// The platforms whose jobs are asked for; `None` is all.
    pub platforms: Option<Arc<[Platform]>>,
}

impl ClaimEndedRequest {
    /// Asks for one job, with the default options.
    #[must_use]
    pub fn new() -> Self {
        Self {
            token: ClaimToken::random(),
            max: 1,
            lease: Duration::from_secs(60),
            wait: Duration::ZERO,
            platforms: None,
        }
    }

    /// Sets the maximum number of jobs.
    #[must_use]
    pub const fn with_max(mut self, max: usize) -> Self {
        self.max = max;
        self
    }

    /// Sets how long nobody else gets the jobs. They are handed out again when it is over, unless they
    /// were acknowledged.
    #[must_use]
    pub const fn with_lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// Sets how long to wait for a first job if there is none.
    #[must_use]
    pub const fn with_wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// Asks for jobs of these platforms only.
    #[must_use]
    pub fn with_platforms(mut self, platforms: impl IntoIterator<Item = Platform>) -> Self {
        self.platforms = Some(platforms.into_iter().collect());
        self
    }

    /// Whether jobs of this platform are asked for.
    #[must_use]
    pub fn wants(&self, platform: &Platform) -> bool {
        let platforms = self.platforms.as_deref();
        platforms.is_none_or(|platforms| platforms.contains(platform))
    }
}

impl Default for ClaimEndedRequest {
    fn default() -> Self {
        Self::new()
    }
}

/// An ended job whose notes are to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndedJob {
    /// The job, completed or failed.
    pub job: Job,
    /// Its notes that have not been delivered, the oldest first.
    pub notes: Vec<Note>,
    /// The number of this delivery, from 1; it begins anew with a new note.
    pub delivery: u32,
    /// What [`acknowledge`](super::JobStore::acknowledge) is called with.
    pub receipt: Receipt,
}

impl EndedJob {
    /// How often notes are handed out before they are dropped: 20 times.
    pub const MAX_DELIVERIES: u32 = 20;

    /// The `delivery`-th delivery of these notes, under the claim with this token.
    #[must_use]
    pub fn new(job: Job, notes: Vec<Note>, delivery: u32, token: ClaimToken) -> Self {
        let receipt = Receipt {
            job: job.id,
            token,
            notes: notes.iter().map(Note::submit).collect(),
        };
        Self {
            job,
            notes,
            delivery,
            receipt,
        }
    }
}

/// What one claim of an ended job has handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    job: JobId,
    token: ClaimToken,
    notes: Arc<[JobId]>,
}

impl Receipt {
    /// The job.
    #[must_use]
    pub const fn job(&self) -> JobId {
        self.job
    }

    /// The claim.
    #[must_use]
    pub const fn token(&self) -> ClaimToken {
        self.token
    }

    /// The notes that were handed out, each by the id of its submit.
    #[must_use]
    pub fn notes(&self) -> &[JobId] {
        &self.notes
    }
}

/// How the delivery of a job's notes ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// The notes were delivered: they are dropped.
    Delivered,
    /// They were not, and are handed out again after a while, if that was not the last time.
    Retry {
        /// How long to wait.
        after: Duration,
    },
}
