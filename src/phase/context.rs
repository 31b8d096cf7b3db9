//! What a phase knows of the job it works for.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio_util::sync::CancellationToken;

use crate::account::Target;
use crate::job::{JobId, Phase, Progress};

/// A phase's view of its job: who it is for, how to report progress, whether to stop.
///
/// Cheap to clone; hand a clone to a task or a blocking closure that the phase starts.
#[derive(Clone)]
pub struct PhaseContext {
    job: Arc<JobContext>,
    phase: Phase,
}

/// What all phases of one attempt share with the worker that runs them.
pub(crate) struct JobContext {
    pub(crate) id: JobId,
    pub(crate) target: Target,
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

    /// A context that belongs to no pipeline, for trying a phase out by itself.
    #[must_use]
    pub fn detached(target: Target, phase: Phase) -> Self {
        let job = JobContext {
            id: JobId::random(),
            target,
            attempt: 1,
            progress: AtomicU8::new(phase.start().percent()),
            stop: CancellationToken::new(),
        };
        Self::new(Arc::new(job), phase)
    }

    /// Asks whoever has this context to stop: what a pipeline does when a job is cancelled. For
    /// trying out how a phase of your own takes it.
    pub fn stop(&self) {
        self.job.stop.cancel();
    }

    /// The job's id. It stays the same over retries and machines: use it as the idempotency key
    /// for effects outside.
    #[must_use]
    pub fn job_id(&self) -> JobId {
        self.job.id
    }

    /// The account the report is about.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.job.target
    }

    /// The number of this attempt at the job, from 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.job.attempt
    }

    /// The phase this context was made for.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// Says how much of this phase is done, from 0.0 to 1.0.
    ///
    /// Costs next to nothing and never waits: call it as often as you like. The library weighs
    /// the phases, lets progress only rise, and tells the store now and then.
    pub fn progress(&self, fraction: f64) {
        let percent = Progress::within(self.phase, fraction).percent();
        self.job.progress.fetch_max(percent, Ordering::Relaxed);
    }

    /// How far the whole job is.
    #[must_use]
    pub fn overall_progress(&self) -> Progress {
        self.job.overall_progress()
    }

    /// Whether the phase is asked to stop: the job was cancelled or lost, or the worker drains.
    /// An output that comes soon enough is kept when the worker drains; else it is dropped.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.job.stop.is_cancelled()
    }

    /// Waits until the phase is asked to stop. Soon after that its future is dropped, so use it
    /// to stop what dropping does not, such as a thread or a browser.
    ///
    /// # Cancel safety
    /// Dropping the wait loses nothing; a later call returns at once if the request came meanwhile.
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
