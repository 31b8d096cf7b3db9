//! One job that a worker of this process runs.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU8;

use bytes::Bytes;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::settings::Settings;
use crate::job::{Job, Progress};
use crate::phase::JobContext;
use crate::store::Lease;

/// What a running job's phases, its worker and the renewer of its lease share.
pub(super) struct RunningJob {
    pub(super) lease: Lease,
    pub(super) context: Arc<JobContext>,
    why: OnceLock<StopReason>,
    heartbeats: Mutex<Heartbeats>,
}

/// Why a worker must stop working on a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StopReason {
    /// The job was cancelled.
    Cancelled,
    /// The store says that the lease is lost.
    LeaseLost,
    /// The store could not be reached for so long that the lease may be lost.
    Unrenewed,
    /// The process drains.
    Draining,
}

impl StopReason {
    /// Returns whether the output of a phase that ended in time can still be kept.
    pub(super) const fn leaves_the_job_ours(self) -> bool {
        matches!(self, Self::Unrenewed | Self::Draining)
    }
}

/// What the store was told by heartbeats so far.
pub(super) struct Heartbeats {
    /// When the last heartbeat that the store replied to was sent.
    pub(super) renewed: Instant,
    /// The progress that the store knows.
    pub(super) reported: Progress,
    /// Set when the job is about to be finished: no heartbeat may follow.
    ended: bool,
}

impl RunningJob {
    /// `renewed` is when the lease is taken to have begun.
    pub(super) fn new(job: &Job, input: Bytes, lease: Lease, renewed: Instant) -> Self {
        Self {
            lease,
            context: Arc::new(JobContext {
                id: job.id,
                target: job.target.clone(),
                scope: job.scope.clone(),
                input,
                attempt: job.attempt,
                progress: AtomicU8::new(job.progress.percent()),
                stop: CancellationToken::new(),
            }),
            why: OnceLock::new(),
            heartbeats: Mutex::new(Heartbeats {
                renewed,
                reported: job.progress,
                ended: false,
            }),
        }
    }

    /// Asks the job's phase to stop. The first reason stands.
    pub(super) fn stop(&self, why: StopReason) {
        // The reason first: whoever sees the token cancelled finds it.
        _ = self.why.set(why);
        self.context.stop.cancel();
    }

    /// Returns why the job must stop, if it must.
    pub(super) fn stop_reason(&self) -> Option<StopReason> {
        self.why.get().copied()
    }

    /// Waits until the job must stop.
    pub(super) async fn stopped(&self) -> StopReason {
        self.context.stop.cancelled().await;
        self.stop_reason()
            .expect("only `stop` cancels the token, after it has set a reason")
    }

    /// Returns the right to send a heartbeat, unless heartbeats have ended.
    pub(super) async fn heartbeats(&self) -> Option<MutexGuard<'_, Heartbeats>> {
        let heartbeats = self.heartbeats.lock().await;
        (!heartbeats.ended).then_some(heartbeats)
    }

    /// Ends the heartbeats, and waits for one that is under way.
    ///
    /// Comes before `finish`: a heartbeat that raced it would be refused and look like a lost lease.
    pub(super) async fn end_heartbeats(&self) {
        self.heartbeats.lock().await.ended = true;
    }
}

impl Heartbeats {
    /// Returns whether the lease is due to be renewed, or new progress to be reported. Progress waits
    /// for its interval, however often the lease is looked after.
    pub(super) fn is_due(&self, settings: &Settings, progress: Progress) -> bool {
        let silent = self.renewed.elapsed();
        silent >= settings.renewal_interval()
            || (progress > self.reported && silent >= settings.progress_interval)
    }
}
