//! Holding a job: who may work on it, until when, and how that ends.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use uuid::Uuid;

use crate::account::Platform;
use crate::job::{Failure, Job, JobId, Phase, Progress};

/// The right to work on one job, until somebody else has taken it over.
///
/// Stores compare both numbers on every call that is made with a lease. The fence orders the
/// claims of a job; the token, random for each claim, tells two claims apart even if a failover
/// lost the last fence and hands the same number out again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The job that is held.
    pub job: JobId,
    /// The number of this claim of the job.
    pub fence: Fence,
    /// The claim that took the job.
    pub token: ClaimToken,
}

/// Numbers the claims of one job; grows strictly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fence(u64);

impl Fence {
    /// Takes a number that a store keeps.
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The fence as a number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// Names one claim: random, made by the worker, used again only to repeat that same claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimToken(Uuid);

impl ClaimToken {
    /// Makes a token for a new claim.
    #[must_use]
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }

    /// Takes a token that a store keeps.
    #[must_use]
    pub const fn from_uuid(token: Uuid) -> Self {
        Self(token)
    }

    /// The token as a UUID.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

/// Names one run of one worker process, for people who read logs and records.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct WorkerId(Arc<str>);

impl WorkerId {
    /// Makes an id that no other worker, and no later run of this one, will have.
    #[must_use]
    pub fn unique() -> Self {
        Self(format!("worker-{}", Uuid::new_v4().simple()).into())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WorkerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for WorkerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

/// A worker's wish for jobs.
#[derive(Debug, Clone)]
pub struct ClaimRequest {
    /// Who asks.
    pub worker: WorkerId,
    /// Names this claim. Repeating the request with its token returns the jobs that are still
    /// held under it, and takes new ones only if there are none.
    pub token: ClaimToken,
    /// How many jobs to take at most. With 0 only jobs already held under the token are returned.
    pub max: usize,
    /// How long the jobs are the worker's before others may take them over.
    pub lease: Duration,
    /// How long to wait for a first job if there is none.
    pub wait: Duration,
    /// How many jobs of each platform may be in work at once, over all workers.
    pub in_flight: Arc<InFlightLimits>,
}

impl ClaimRequest {
    /// Asks for one job with a new token, a lease of 30 s, no wait and no in-flight limits.
    #[must_use]
    pub fn new(worker: WorkerId) -> Self {
        Self {
            worker,
            token: ClaimToken::random(),
            max: 1,
            lease: Duration::from_secs(30),
            wait: Duration::ZERO,
            in_flight: Arc::default(),
        }
    }
}

/// How many jobs of a platform may be in work at once, over all workers. Without an entry a
/// platform has no limit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InFlightLimits(Vec<(Platform, usize)>);

impl InFlightLimits {
    /// No limits.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Sets the limit of one platform. With 0 nothing of it is claimed.
    #[must_use]
    pub fn with(mut self, platform: Platform, limit: usize) -> Self {
        self.0.retain(|(other, _)| *other != platform);
        self.0.push((platform, limit));
        self
    }

    /// The limit of one platform, if it has one.
    #[must_use]
    pub fn of(&self, platform: &Platform) -> Option<usize> {
        self.0
            .iter()
            .find(|(other, _)| other == platform)
            .map(|(_, limit)| *limit)
    }

    /// Every platform that has a limit, with the limit.
    pub fn iter(&self) -> impl Iterator<Item = (&Platform, usize)> {
        self.0.iter().map(|(platform, limit)| (platform, *limit))
    }
}

/// A job that has been taken up.
#[derive(Debug, Clone)]
pub struct ClaimedJob {
    /// The job, processing.
    pub job: Job,
    /// The right to work on it.
    pub lease: Lease,
    /// What earlier attempts have finished.
    pub checkpoints: Checkpoints,
    /// How long until the job's deadline, by the store's clock; `None` without a deadline.
    pub time_left: Option<Duration>,
}

/// The outputs of the phases that a job has finished.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Checkpoints {
    /// What [`Phase::Scraping`] has left.
    pub scraping: Option<Bytes>,
    /// What [`Phase::Analysis`] has left.
    pub analysis: Option<Bytes>,
}

impl fmt::Debug for Checkpoints {
    // Sizes only: outputs are payload.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = |output: &Option<Bytes>| output.as_ref().map(Bytes::len);
        f.debug_struct("Checkpoints")
            .field("scraping_bytes", &size(&self.scraping))
            .field("analysis_bytes", &size(&self.analysis))
            .finish()
    }
}

/// A sign of life.
#[derive(Debug, Clone, Copy)]
pub struct Heartbeat {
    /// How long, from now, the lease is to last.
    pub lease: Duration,
    /// How far the job is, if that has changed.
    pub progress: Option<Progress>,
}

/// What a worker is to do with the job it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeartbeatReply {
    /// Go on.
    Continue,
    /// Stop: somebody has cancelled the job. Whatever it is finished with, it will be failed.
    Cancel,
}

/// How a worker gives a job back.
#[derive(Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The report is done.
    Completed(Bytes),
    /// The attempt failed; another one may start after a while.
    Retry {
        /// How long to wait before the next attempt.
        after: Duration,
        /// Why the attempt failed. [`RateLimited`](crate::FailureKind::RateLimited) ones are not
        /// counted as failures.
        failure: Failure,
    },
    /// The job failed for good.
    Failed(Failure),
    /// The worker must stop; the attempt is not counted and another worker may start at once.
    Released,
}

impl fmt::Debug for Outcome {
    // The size only: the report is payload.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Completed(report) => f
                .debug_struct("Completed")
                .field("report_bytes", &report.len())
                .finish(),
            Self::Retry { after, failure } => f
                .debug_struct("Retry")
                .field("after", after)
                .field("failure", failure)
                .finish(),
            Self::Failed(failure) => f.debug_tuple("Failed").field(failure).finish(),
            Self::Released => f.write_str("Released"),
        }
    }
}

impl Checkpoints {
    /// What a phase has left, if it has finished. The last phase leaves the report instead.
    #[must_use]
    pub const fn get(&self, phase: Phase) -> Option<&Bytes> {
        match phase {
            Phase::Scraping => self.scraping.as_ref(),
            Phase::Analysis => self.analysis.as_ref(),
            Phase::Finalizing => None,
        }
    }
}
