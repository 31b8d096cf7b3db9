//! One job in this process's hands.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU8;

use tokio::sync::{Mutex, MutexGuard};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::builder::Settings;
use crate::job::{Job, Progress};
use crate::phase::JobContext;
use crate::store::Lease;

/// A job that a worker holds: what its phases, its worker and the keeper of its lease share.
pub(super) struct RunningJob {
    pub(super) lease: Lease,
    pub(super) context: Arc<JobContext>,
    why: OnceLock<StopReason>,
    heartbeats: Mutex<Heartbeats>,
}

/// Why a worker must stop working on a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StopReason {
    /// Somebody cancelled the job.
    Cancelled,
    /// The store says that the lease is lost.
    LeaseLost,
    /// The store could not be asked for so long that the lease may be lost.
    Unrenewed,
    /// The process drains.
    Draining,
}

impl StopReason {
    /// Whether the output of a phase that ended in time can still be kept.
    pub(super) const fn leaves_the_job_ours(self) -> bool {
        matches!(self, Self::Unrenewed | Self::Draining)
    }
}

/// The lease's signs of life so far.
pub(super) struct Heartbeats {
    /// When the last one that was answered was sent.
    pub(super) renewed: Instant,
    /// The progress that the store knows.
    pub(super) told: Progress,
    /// Set when the job is about to be finished: no heartbeat may follow.
    retired: bool,
}

impl RunningJob {
    /// `renewed` is when the lease is taken to have begun.
    pub(super) fn new(job: &Job, lease: Lease, renewed: Instant) -> Self {
        Self {
            lease,
            context: Arc::new(JobContext {
                id: job.id,
                target: job.target.clone(),
                attempt: job.attempt,
                progress: AtomicU8::new(job.progress.percent()),
                stop: CancellationToken::new(),
            }),
            why: OnceLock::new(),
            heartbeats: Mutex::new(Heartbeats {
                renewed,
                told: job.progress,
                retired: false,
            }),
        }
    }

    /// Asks the job's phase to stop. The first reason stands.
    pub(super) fn stop(&self, why: StopReason) {
        // The reason first: whoever sees the token cancelled finds it.
        _ = self.why.set(why);
        self.context.stop.cancel();
    }

    /// Why the job must stop, if it must.
    pub(super) fn stop_reason(&self) -> Option<StopReason> {
        self.why.get().copied()
    }

    /// Waits until the job must stop.
    pub(super) async fn stopped(&self) -> StopReason {
        self.context.stop.cancelled().await;
        self.stop_reason()
            .expect("a reason is set before the token is cancelled")
    }

    /// The right to send a heartbeat, unless the job is being finished.
    pub(super) async fn heartbeats(&self) -> Option<MutexGuard<'_, Heartbeats>> {
        let heartbeats = self.heartbeats.lock().await;
        (!heartbeats.retired).then_some(heartbeats)
    }

    /// Ends the signs of life and waits for one that is under way.
    ///
    /// Comes before `finish`: a heartbeat that raced it would be refused and look like a lost lease.
    pub(super) async fn retire(&self) {
        self.heartbeats.lock().await.retired = true;
    }
}

impl Heartbeats {
    /// Whether the lease should be renewed, or progress told. Progress waits its interval, however
    /// often the keeper comes by for the sake of the lease.
    pub(super) fn is_due(&self, settings: &Settings, progress: Progress) -> bool {
        let silent = self.renewed.elapsed();
        silent >= settings.renewal()
            || (progress > self.told && silent >= settings.progress_interval)
    }
}
