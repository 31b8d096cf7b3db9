//! What a phase knows of its job.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use bytes::Bytes;
use tokio_util::sync::CancellationToken;

use crate::account::Target;
use crate::job::{JobId, Phase, Progress, Scope};

/// A phase's view of its job: its target and input, where to report progress, whether to stop.
///
/// Cheap to clone: give a clone to a task or a blocking closure that the phase starts.
#[derive(Clone)]
pub struct PhaseContext {
    job: Arc<JobContext>,
    phase: Phase,
}

/// What the phases of one attempt share with the worker that runs them.
pub(crate) struct JobContext {
    pub(crate) id: JobId,
    pub(crate) target: Target,
    pub(crate) scope: Scope,
    pub(crate) input: Bytes,
    pub(crate) attempt: u32,
    pub(crate) progress: AtomicU8,
    pub(crate) stop: CancellationToken,
}

impl JobContext {
    pub(crate) fn overall_progress(&self) -> Progress {
        Progress::from_percent(self.progress.load(Ordering::Relaxed))
    }
}

impl PhaseContext {
    pub(crate) fn new(job: Arc<JobContext>, phase: Phase) -> Self {
        let start = phase.start().percent();
        job.progress.fetch_max(start, Ordering::Relaxed);
        Self { job, phase }
    }

    /// Creates a context that belongs to no pipeline, for calling a phase by itself. It is never asked
    /// to stop; `testing::detached` (feature `testing`) creates one that can be.
    #[must_use]
    pub fn detached(target: Target, phase: Phase) -> Self {
        Self::detached_with(target, phase, CancellationToken::new())
    }

    /// Creates a context that belongs to no pipeline and is asked to stop when `stop` is cancelled.
    pub(crate) fn detached_with(target: Target, phase: Phase, stop: CancellationToken) -> Self {
        let job = JobContext {
            id: JobId::random(),
            target,
            scope: Scope::NONE,
            input: Bytes::new(),
            attempt: 1,
            progress: AtomicU8::new(phase.start().percent()),
            stop,
        };
        Self::new(Arc::new(job), phase)
    }

    /// Sets the input of a [`detached`](Self::detached) context, for calling a phase by itself.
    ///
    /// The context is then apart from its clones: they report progress to themselves.
    #[must_use]
    pub fn with_input(self, input: Bytes) -> Self {
        let job = JobContext {
            id: self.job.id,
            target: self.job.target.clone(),
            scope: self.job.scope.clone(),
            input,
            attempt: self.job.attempt,
            progress: AtomicU8::new(self.overall_progress().percent()),
            stop: self.job.stop.clone(),
        };
        Self {
            job: Arc::new(job),
            phase: self.phase,
        }
    }

    /// Returns the job's id. It stays the same over retries and machines: use it as the idempotency
    /// key for effects outside.
    #[must_use]
    pub fn job_id(&self) -> JobId {
        self.job.id
    }

    /// Returns the account that the report is about.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.job.target
    }

    /// Returns what keeps the job apart from others for the same target, such as a tenant.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.job.scope
    }

    /// Returns the input that the job was submitted with; empty if it has none.
    ///
    /// The same bytes for every phase and every attempt, see
    /// [`NewJob::with_input`](crate::NewJob::with_input).
    #[must_use]
    pub fn input(&self) -> &Bytes {
        &self.job.input
    }

    /// Returns the number of this attempt at the job, from 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.job.attempt
    }

    /// Returns the phase that this context belongs to.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// Reports how much of this phase is done, from 0.0 to 1.0.
    ///
    /// Costs next to nothing and never waits: call it as often as you like. The library weighs the
    /// phases, ignores a lower value than before, and coalesces the updates for the store.
    pub fn progress(&self, fraction: f64) {
        let percent = Progress::within(self.phase, fraction).percent();
        self.job.progress.fetch_max(percent, Ordering::Relaxed);
    }

    /// Returns the progress of the whole job.
    #[must_use]
    pub fn overall_progress(&self) -> Progress {
        self.job.overall_progress()
    }

    /// Returns whether the phase is asked to stop: the job was cancelled, its lease was lost, or the
    /// workers drain. While they drain, the output of a phase that ends in time is kept; otherwise it
    /// is dropped.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.job.stop.is_cancelled()
    }

    /// Waits until the phase is asked to stop.
    ///
    /// Soon after that the phase's future is dropped, so use it to stop what dropping does not stop,
    /// such as a thread or a browser.
    ///
    /// # Cancel safety
    /// If dropped, nothing is lost: a later call returns at once if the request came meanwhile.
    pub async fn cancelled(&self) {
        self.job.stop.cancelled().await;
    }
}

impl fmt::Debug for PhaseContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PhaseContext")
            .field("job_id", &self.job.id)
            .field("attempt", &self.job.attempt)
            .field("phase", &self.phase)
            .finish_non_exhaustive()
    }
}
