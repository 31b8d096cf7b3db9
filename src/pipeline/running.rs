//! One job that a worker of this process runs.

use std::sync::Arc;

use tokio::sync::{Mutex, MutexGuard};
use tokio::time::Instant;

use super::on_its_way::OnItsWay;
use super::settings::Settings;
use super::stop::{StopReason, StopSwitch};
use crate::job::{Job, Progress};
use crate::phase::JobContext;
use crate::store::Lease;

/// What a running job's phases, its worker and the renewer of its lease share.
pub(super) struct RunningJob {
    pub(super) lease: Lease,
    pub(super) context: Arc<JobContext>,
    pub(super) on_its_way: OnItsWay,
    stop: StopSwitch,
    heartbeats: Mutex<Heartbeats>,
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
    /// `renewed` is when the lease is taken to have begun; `context` is stopped by `stop`, and what it saves waits for
    /// what is `on_its_way`.
    pub(super) fn new(
        job: &Job,
        lease: Lease,
        renewed: Instant,
        context: JobContext,
        stop: StopSwitch,
        on_its_way: OnItsWay,
    ) -> Self {
        Self {
            lease,
            context: Arc::new(context),
            on_its_way,
            stop,
            heartbeats: Mutex::new(Heartbeats {
                renewed,
                reported: job.progress,
                ended: false,
            }),
        }
    }

    /// Asks the job's phase to stop. The first reason stands.
    pub(super) fn stop(&self, why: StopReason) {
        self.stop.stop(why);
    }

    /// Returns why the job must stop, if it must.
    pub(super) fn stop_reason(&self) -> Option<StopReason> {
        self.stop.reason()
    }

    /// Waits until the job must stop.
    pub(super) async fn stopped(&self) -> StopReason {
        self.stop.stopped().await
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
