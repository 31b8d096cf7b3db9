//! Submitting a job.

use std::time::Duration;

use bytes::Bytes;

use super::opaque::Opaque;
use super::{Note, ProgramVersion, TraceContext};
use crate::account::Target;
use crate::job::{Job, JobId, Scope};

/// A job to be submitted.
///
/// | option | default |
/// |---|---|
/// | [`max_age`](Self::with_max_age) | any finished report that is still kept may be served |
/// | [`deadline`](Self::with_deadline) | 1 hour after the submit |
/// | [`max_crashes`](Self::with_max_crashes) | 3 |
/// | [`scope`](Self::with_scope) | none |
/// | [`input`](Self::with_input) | none |
/// | [`head_start`](Self::with_head_start) | none |
/// | [`continuing`](Self::continuing) | no other job |
/// | [`trace`](Self::with_trace) | none |
/// | [`program_version`](Self::with_program_version) | a report of any version may be served |
/// | [`note`](Self::with_note) | none |
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct NewJob {
    /// The job's name, made by the caller: submitting it again is the same job.
    pub id: JobId,
    /// The account to report on.
    pub target: Target,
    /// What keeps the job apart from others for the same target.
    pub scope: Scope,
    /// How old a finished report of the same target and scope may be to be served instead of a new run;
    /// `None` is any age, zero always makes a new run. A job that has not ended is always joined.
    pub max_age: Option<Duration>,
    /// How long after its submit the job fails if it has not ended; `None` is never.
    pub deadline: Option<Duration>,
    /// With how many lost leases the job fails; at least 1.
    pub max_crashes: u32,
    input: Opaque,
    head_start: Duration,
    continued: Option<JobId>,
    trace: Option<TraceContext>,
    program_version: Option<ProgramVersion>,
    note: Option<Opaque>,
}

impl NewJob {
    /// The deadline of a job that sets none: 1 hour.
    pub const DEFAULT_DEADLINE: Option<Duration> = Some(Duration::from_secs(60 * 60));
    /// The longest head start: 1 hour.
    pub const MAX_HEAD_START: Duration = Duration::from_secs(60 * 60);
    /// With how many lost leases a job fails that sets nothing else: 3.
    pub const DEFAULT_MAX_CRASHES: u32 = 3;

    /// A job with the default options.
    #[must_use]
    pub const fn new(id: JobId, target: Target) -> Self {
        Self {
            id,
            target,
            scope: Scope::NONE,
            max_age: None,
            deadline: Self::DEFAULT_DEADLINE,
            max_crashes: Self::DEFAULT_MAX_CRASHES,
            input: Opaque::EMPTY,
            head_start: Duration::ZERO,
            continued: None,
            trace: None,
            program_version: None,
            note: None,
        }
    }

    /// Serves a finished report only if it ended less than `max_age` ago.
    #[must_use]
    pub const fn with_max_age(mut self, max_age: Option<Duration>) -> Self {
        self.max_age = max_age;
        self
    }

    /// Lets the job fail if it has not ended `deadline` after its submit.
    #[must_use]
    pub const fn with_deadline(mut self, deadline: Option<Duration>) -> Self {
        self.deadline = deadline;
        self
    }

    /// Lets the job fail when it has lost `max_crashes` leases; 0 counts as 1. A lease is lost when
    /// its worker crashes or stalls.
    #[must_use]
    pub const fn with_max_crashes(mut self, max_crashes: u32) -> Self {
        self.max_crashes = if max_crashes == 0 { 1 } else { max_crashes };
        self
    }

    /// Sets what keeps the job apart from others for the same target, such as a tenant: jobs join each other
    /// only within one scope.
    #[must_use]
    pub fn with_scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// Sets what every phase of the job reads as its input, such as the options of a request. No bytes
    /// are no input.
    ///
    /// It is kept until the job ends. A submit that joins a job, or is served a report, leaves the input
    /// of that job as it is.
    #[must_use]
    pub fn with_input(mut self, input: Bytes) -> Self {
        self.input = Opaque(input);
        self
    }

    /// Orders the job, while it waits, as if it had been submitted that much earlier; more than
    /// [`MAX_HEAD_START`](Self::MAX_HEAD_START) counts as that.
    ///
    /// So a job that somebody waits for starts before a thousand that were submitted in bulk. A submit that
    /// joins a waiting job with a longer head start moves that job forward.
    #[must_use]
    pub fn with_head_start(mut self, head_start: Duration) -> Self {
        self.head_start = head_start.min(Self::MAX_HEAD_START);
        self
    }

    /// Lets the job start where a failed job for the same target and scope stopped: with its checkpoints, its
    /// input and its phase. An input of the new job's own is then not used.
    ///
    /// A store keeps the checkpoints of a failed job for a while, by default 1 hour, and less if room is
    /// needed. They go to the first job that continues it.
    #[must_use]
    pub const fn continuing(mut self, failed: JobId) -> Self {
        self.continued = Some(failed);
        self
    }

    /// Sets the trace that the submit belongs to. It is kept with the job that the submit makes.
    #[must_use]
    pub fn with_trace(mut self, trace: impl Into<Option<TraceContext>>) -> Self {
        self.trace = trace.into();
        self
    }

    /// Serves a finished report only if this version of the program has made it, see
    /// [`Client::with_program_version`](crate::Client::with_program_version).
    #[must_use]
    pub fn with_program_version(mut self, version: impl Into<Option<ProgramVersion>>) -> Self {
        self.program_version = version.into();
        self
    }

    /// The version of the program whose reports may be served; `None` is any.
    #[must_use]
    pub const fn program_version(&self) -> Option<&ProgramVersion> {
        self.program_version.as_ref()
    }

    /// Leaves a note that is delivered when the job has ended, such as a callback address: at most 1 KiB. It
    /// is also kept if the submit joins a job or is served a report; a submit that would be the 17th of a job is
    /// refused as [`Full`](super::StoreError::Full).
    ///
    /// Notes are delivered at least once, by [`PipelineBuilder::on_end`](crate::PipelineBuilder::on_end) or
    /// by whoever else [claims](super::JobStore::claim_ended) them.
    #[must_use]
    pub fn with_note(mut self, note: Bytes) -> Self {
        self.note = Some(Opaque(note));
        self
    }

    /// The note of this submit.
    #[must_use]
    pub fn note(&self) -> Option<Note> {
        let note = self.note.as_ref()?;
        Some(Note::new(self.id, note.0.clone()))
    }

    /// The trace that the submit belongs to.
    #[must_use]
    pub const fn trace(&self) -> Option<&TraceContext> {
        self.trace.as_ref()
    }

    /// The failed job that this one continues.
    #[must_use]
    pub const fn continued(&self) -> Option<JobId> {
        self.continued
    }

    /// How much earlier than it was submitted the job is ordered.
    #[must_use]
    pub const fn head_start(&self) -> Duration {
        self.head_start
    }

    /// What every phase of the job reads as its input.
    #[must_use]
    pub const fn input(&self) -> &Bytes {
        &self.input.0
    }
}

/// The result of a submit. In every case its job is the one to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Submitted {
    /// A new job waits for a worker.
    Created(Job),
    /// A job for the same target and scope is pending or processing already.
    Joined(Job),
    /// A job for the same target and scope has completed, and its report is fresh enough.
    Served(Job),
}

impl Submitted {
    /// The job to follow.
    #[must_use]
    pub const fn job(&self) -> &Job {
        match self {
            Self::Created(job) | Self::Joined(job) | Self::Served(job) => job,
        }
    }

    /// What became of the submit, as logs and metrics name it: `created`, `joined` or `served`.
    #[must_use]
    pub const fn outcome(&self) -> &'static str {
        match self {
            Self::Created(_) => "created",
            Self::Joined(_) => "joined",
            Self::Served(_) => "served",
        }
    }

    /// The job to follow, by value.
    #[must_use]
    pub fn into_job(self) -> Job {
        match self {
            Self::Created(job) | Self::Joined(job) | Self::Served(job) => job,
        }
    }
}
