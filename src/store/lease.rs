//! Leases: who may work on a job, until when, and how that ends.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use uuid::Uuid;

use super::opaque::Opaque;
use super::{ProgramVersion, RateLimit, Saved, TraceContext};
use crate::account::Platform;
use crate::job::random::random_uuid;
use crate::job::{Failure, Job, JobId, Phase, Progress};

/// The right to work on one job, until the job is reclaimed.
///
/// Stores compare fence and token on every call that is made with a lease. The fence orders the
/// claims of a job. The token, random for each claim, tells two claims apart even if a failover
/// lost the last fence and the same number is used again.
///
/// Its fields are private, and it is not `Copy`: a later version may let it carry what a store
/// wants to be told again with every call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lease {
    job: JobId,
    fence: Fence,
    token: ClaimToken,
}

impl Lease {
    /// A lease that a store hands out with a claimed job.
    #[must_use]
    pub const fn new(job: JobId, fence: Fence, token: ClaimToken) -> Self {
        Self { job, fence, token }
    }

    /// The job that is held.
    #[must_use]
    pub const fn job(&self) -> JobId {
        self.job
    }

    /// The number of this claim of the job.
    #[must_use]
    pub const fn fence(&self) -> Fence {
        self.fence
    }

    /// The claim that took the job.
    #[must_use]
    pub const fn token(&self) -> ClaimToken {
        self.token
    }
}

/// The number of a claim of one job. It grows strictly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fence(u64);

impl Fence {
    /// A fence from the number that a store keeps.
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

/// The name of one claim: random, made by the worker, used again only to repeat that claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimToken(Uuid);

impl ClaimToken {
    /// A new token, for a new claim.
    #[must_use]
    pub fn random() -> Self {
        Self(random_uuid())
    }

    /// A token from the UUID that a store keeps.
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

/// The name of one run of one worker process, for people who read logs and records.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct WorkerId(Arc<str>);

impl WorkerId {
    /// A new id that no other worker, and no later run of this one, has.
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

/// A request to claim jobs.
///
/// | option | default |
/// |---|---|
/// | [`token`](Self::with_token) | a new random one |
/// | [`max`](Self::with_max) | 1 job |
/// | [`lease`](Self::with_lease) | 30 s |
/// | [`wait`](Self::with_wait) | none |
/// | [`in_flight`](Self::with_in_flight) | no limits |
/// | [`platforms`](Self::with_platforms) | all |
/// | [`program_version`](Self::with_program_version) | none |
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ClaimRequest {
    /// The worker that asks.
    pub worker: WorkerId,
    /// The name of this claim. Repeating the request with its token returns the jobs that are still
    /// held under it, and takes new ones only if there are none.
    pub token: ClaimToken,
    /// The maximum number of jobs to take. With 0 only jobs already held under the token are
    /// returned.
    pub max: usize,
    /// How long the worker holds the jobs before others may reclaim them.
    pub lease: Duration,
    /// How long to wait for a first job if there is none.
    pub wait: Duration,
    /// How many jobs of each platform may be running at once, over all workers.
    pub in_flight: Arc<InFlightLimits>,
    /// The platforms whose jobs are taken; `None` is all.
    pub platforms: Option<Arc<[Platform]>>,
    /// The version of the program that will work on the jobs.
    pub program_version: Option<ProgramVersion>,
}

impl ClaimRequest {
    /// Asks for one job, with the default options.
    #[must_use]
    pub fn new(worker: WorkerId) -> Self {
        Self {
            worker,
            token: ClaimToken::random(),
            max: 1,
            lease: Duration::from_secs(30),
            wait: Duration::ZERO,
            in_flight: Arc::default(),
            platforms: None,
            program_version: None,
        }
    }

    /// Sets the token: that of an earlier claim, to repeat it.
    #[must_use]
    pub const fn with_token(mut self, token: ClaimToken) -> Self {
        self.token = token;
        self
    }

    /// Sets the maximum number of jobs to take.
    #[must_use]
    pub const fn with_max(mut self, max: usize) -> Self {
        self.max = max;
        self
    }

    /// Sets how long the worker holds the jobs before others may reclaim them.
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

    /// Sets how many jobs of each platform may be running at once, over all workers.
    #[must_use]
    pub fn with_in_flight(mut self, limits: impl Into<Arc<InFlightLimits>>) -> Self {
        self.in_flight = limits.into();
        self
    }

    /// Takes only jobs of these platforms. Without any, none is taken.
    #[must_use]
    pub fn with_platforms(mut self, platforms: impl IntoIterator<Item = Platform>) -> Self {
        self.platforms = Some(platforms.into_iter().collect());
        self
    }

    /// Sets the version of the program that will work on the jobs. It is kept with each of them until the
    /// next claim, and says of a report which version has made it.
    #[must_use]
    pub fn with_program_version(mut self, version: impl Into<Option<ProgramVersion>>) -> Self {
        self.program_version = version.into();
        self
    }

    /// Whether jobs of this platform are taken.
    #[must_use]
    pub fn wants(&self, platform: &Platform) -> bool {
        let platforms = self.platforms.as_deref();
        platforms.is_none_or(|platforms| platforms.contains(platform))
    }
}

/// How many jobs of a platform may be running at once, over all workers. A platform without an
/// entry has no limit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InFlightLimits(Vec<(Platform, usize)>);

impl InFlightLimits {
    /// No limits.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Sets the limit of one platform. With 0 none of its jobs is claimed.
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

/// A claimed job.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ClaimedJob {
    /// The job, processing.
    pub job: Job,
    /// The right to work on it.
    pub lease: Lease,
    /// What earlier attempts have finished.
    pub checkpoints: Checkpoints,
    /// What earlier attempts have saved of the phase that the job has reached.
    pub saved: Saved,
    /// How long until the job's deadline, by the store's clock; `None` without a deadline.
    pub time_left: Option<Duration>,
    input: Opaque,
    trace: Option<TraceContext>,
}

impl ClaimedJob {
    /// A claimed job without input, checkpoints, anything saved and a deadline.
    #[must_use]
    pub fn new(job: Job, lease: Lease) -> Self {
        Self {
            job,
            lease,
            checkpoints: Checkpoints::default(),
            saved: Saved::none(),
            time_left: None,
            input: Opaque::EMPTY,
            trace: None,
        }
    }

    /// Sets what earlier attempts have finished.
    #[must_use]
    pub fn with_checkpoints(mut self, checkpoints: Checkpoints) -> Self {
        self.checkpoints = checkpoints;
        self
    }

    /// Sets what earlier attempts have saved of the phase that the job has reached.
    #[must_use]
    pub fn with_saved(mut self, saved: Saved) -> Self {
        self.saved = saved;
        self
    }

    /// Sets how long it is until the job's deadline; `None` without a deadline.
    #[must_use]
    pub const fn with_time_left(mut self, time_left: Option<Duration>) -> Self {
        self.time_left = time_left;
        self
    }

    /// Sets the input that the job was submitted with.
    #[must_use]
    pub fn with_input(mut self, input: Bytes) -> Self {
        self.input = Opaque(input);
        self
    }

    /// Sets the trace that the submit of the job belongs to.
    #[must_use]
    pub fn with_trace(mut self, trace: Option<TraceContext>) -> Self {
        self.trace = trace;
        self
    }

    /// The trace that the submit of the job belongs to.
    #[must_use]
    pub const fn trace(&self) -> Option<&TraceContext> {
        self.trace.as_ref()
    }

    /// The input that the job was submitted with; empty if it has none.
    #[must_use]
    pub const fn input(&self) -> &Bytes {
        &self.input.0
    }
}

/// The outputs of the phases that a job has finished.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Checkpoints {
    scraping: Option<Bytes>,
    analysis: Option<Bytes>,
}

impl Checkpoints {
    /// The outputs of no phase.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            scraping: None,
            analysis: None,
        }
    }

    /// Sets the output of a phase. The last phase leaves the report instead: its output is
    /// dropped.
    #[must_use]
    pub fn with(mut self, phase: Phase, output: Bytes) -> Self {
        self.set(phase, Some(output));
        self
    }

    /// The output of a phase, if the phase has finished. The last phase leaves the report instead.
    #[must_use]
    pub const fn get(&self, phase: Phase) -> Option<&Bytes> {
        match phase {
            Phase::Scraping => self.scraping.as_ref(),
            Phase::Analysis => self.analysis.as_ref(),
            Phase::Finalizing => None,
        }
    }

    /// The bytes of all outputs together.
    #[must_use]
    pub fn size(&self) -> usize {
        [&self.scraping, &self.analysis]
            .into_iter()
            .flatten()
            .map(Bytes::len)
            .sum()
    }

    pub(crate) fn set(&mut self, phase: Phase, output: Option<Bytes>) {
        match phase {
            Phase::Scraping => self.scraping = output,
            Phase::Analysis => self.analysis = output,
            Phase::Finalizing => {}
        }
    }
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

/// A request to extend a lease.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Heartbeat {
    /// How long, from now, the lease is to last.
    pub lease: Duration,
    /// How far the job is; `None` if that has not changed.
    pub progress: Option<Progress>,
}

impl Heartbeat {
    /// Extends the lease to `lease` from now, without progress.
    #[must_use]
    pub const fn new(lease: Duration) -> Self {
        Self {
            lease,
            progress: None,
        }
    }

    /// Sets how far the job is; `None` if that has not changed.
    #[must_use]
    pub fn with_progress(mut self, progress: impl Into<Option<Progress>>) -> Self {
        self.progress = progress.into();
        self
    }
}

/// What a worker must do with the job it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeartbeatReply {
    /// Continue.
    Continue,
    /// Stop: the job was cancelled. It fails whatever outcome it is finished with.
    Cancel,
}

/// How an attempt ended.
#[derive(Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The report is done.
    Completed(Bytes),
    /// The attempt failed; another one may start after a while.
    Retry {
        /// How long to wait before the next attempt.
        after: Duration,
        /// Why the attempt failed.
        failure: Failure,
    },
    /// The platform limits requests: it is paused for all its jobs, and this one keeps its position
    /// and may start again after the pause. Not counted as a failure.
    RateLimited {
        /// Why the attempt ended.
        failure: Failure,
        /// How long the platform is paused.
        limit: RateLimit,
    },
    /// The job failed for good.
    Failed(Failure),
    /// The worker releases the job unfinished: the attempt is not counted, and another worker may
    /// start at once.
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
            Self::RateLimited { failure, limit } => f
                .debug_struct("RateLimited")
                .field("failure", failure)
                .field("limit", limit)
                .finish(),
            Self::Failed(failure) => f.debug_tuple("Failed").field(failure).finish(),
            Self::Released => f.write_str("Released"),
        }
    }
}
