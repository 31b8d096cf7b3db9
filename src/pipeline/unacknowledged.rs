//! Outputs of phases that are on their way to the store while the next phase runs.

use std::collections::VecDeque;
use std::future::{Future, pending};
use std::sync::Arc;

use bytes::Bytes;
use futures::FutureExt;
use tokio::time::{Instant, sleep_until};
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument;

use super::persist::persist;
use super::pool::WorkerPool;
use super::running::RunningJob;
use super::stop::StopReason;
use crate::job::Phase;
use crate::store::{Checkpoints, HeartbeatReply, StoreError};

type Reply = Result<HeartbeatReply, StoreError>;
type Replies = VecDeque<(Phase, Reply)>;

/// The outputs of an attempt that the store has not acknowledged, at most one of each phase.
///
/// They are sent one after the other, in the order of the phases. Only the report may overtake them; a retry, a
/// release and a failure wait for them, or the next attempt would do again what was done.
pub(super) struct Unacknowledged {
    pool: Arc<WorkerPool>,
    running: Arc<RunningJob>,
    deadline: Option<Instant>,
    outputs: Checkpoints,
    /// Sends them. A task of its own: a phase that blocks its thread, even until a save of its own is kept, holds up no
    /// output.
    calls: Option<AbortOnDropHandle<Replies>>,
    /// Replies that nobody has looked at.
    replies: Replies,
}

impl Unacknowledged {
    pub(super) fn new(
        pool: Arc<WorkerPool>,
        running: Arc<RunningJob>,
        deadline: Option<Instant>,
    ) -> Self {
        Self {
            pool,
            running,
            deadline,
            outputs: Checkpoints::none(),
            calls: None,
            replies: Replies::new(),
        }
    }

    /// Returns whether there is a reply to wait for.
    pub(super) fn is_owed_a_reply(&self) -> bool {
        self.first().is_some()
    }

    /// Sends the output of a phase, after those before it.
    pub(super) fn send(&mut self, phase: Phase, output: Bytes) {
        self.outputs.set(phase, Some(output));
        if self.first() != Some(phase) {
            self.running.on_its_way.left(phase);
            // Without a call under way the one before was sent in vain: `reply` sends both, in their order.
            if let Some(before) = self.calls.take() {
                let call = self.call(phase);
                self.spawn(async move {
                    let mut replies = finished(before).await;
                    if let Some((_, Ok(HeartbeatReply::Continue))) = replies.back() {
                        replies.push_back(call.await);
                    }
                    replies
                });
            }
            return;
        }
        let mut call = Box::pin(self.call(phase));
        // A store in memory replies at once.
        if let Some(reply) = (&mut call).now_or_never() {
            self.replies.push_back(reply);
        } else {
            self.running.on_its_way.left(phase);
            self.spawn(call.map(|reply| Replies::from([reply])));
        }
    }

    /// Returns the next phase whose output the store has replied to, and the reply, or nothing if it has replied to
    /// all.
    ///
    /// While the store is away, the call is repeated until the job must stop or is overdue; the output is then still
    /// there, to be sent once more. What the store refuses is gone, with all that was made from it.
    ///
    /// # Cancel safety
    /// Nothing is lost: the next call goes on.
    pub(super) async fn reply(&mut self) -> Option<(Phase, Reply)> {
        loop {
            if let Some((phase, reply)) = self.replies.pop_front() {
                match &reply {
                    Ok(_) => self.outputs.set(phase, None),
                    Err(StoreError::Unavailable { .. }) => {}
                    Err(_) => self.outputs = Checkpoints::none(),
                }
                return Some((phase, reply));
            }
            if let Some(calls) = &mut self.calls {
                self.replies = finished(calls).await;
                self.calls = None;
            } else {
                let call = self.call(self.first()?);
                self.spawn(call.map(|reply| Replies::from([reply])));
            }
        }
    }

    /// Gives up what is on its way, because the report replaces it. The outputs are kept, in case the store refuses
    /// the report.
    pub(super) fn overtake(&mut self) {
        self.calls = None;
        self.replies.clear();
    }

    fn first(&self) -> Option<Phase> {
        let mut phases = [Phase::Scraping, Phase::Analysis].into_iter();
        phases.find(|phase| self.outputs.get(*phase).is_some())
    }

    fn spawn(&mut self, calls: impl Future<Output = Replies> + Send + 'static) {
        let task = tokio::spawn(calls.in_current_span());
        self.calls = Some(AbortOnDropHandle::new(task));
    }

    /// Calls the store until it replies, or until it is no use any more.
    fn call(&self, phase: Phase) -> impl Future<Output = (Phase, Reply)> + Send + use<> {
        let (pool, running) = (Arc::clone(&self.pool), Arc::clone(&self.running));
        let deadline = self.deadline;
        let output = self.outputs.get(phase).cloned().unwrap_or_default();
        async move {
            let call = || pool.store.checkpoint(&running.lease, phase, output.clone());
            let stop = || stopped_or_overdue(&running, deadline);
            let reply = persist(pool.settings.store_timeout, call, stop).await;
            if reply.is_ok() {
                running.on_its_way.has_arrived(phase);
            }
            (phase, reply)
        }
    }
}

/// Waits for a task of ours.
async fn finished(calls: impl Future<Output = Result<Replies, tokio::task::JoinError>>) -> Replies {
    match calls.await {
        Ok(replies) => replies,
        Err(error) => match error.try_into_panic() {
            // The store's own. It ends the attempt, wherever it happened.
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is being shut down, and this task with it.
            Err(_) => pending().await,
        },
    }
}

/// Waits until it is no use to go on while the store is away. An output is not thrown away because
/// the lease could not be renewed: the store knows who owns the job.
async fn stopped_or_overdue(running: &RunningJob, deadline: Option<Instant>) {
    let stopped = async {
        if running.stopped().await == StopReason::Unrenewed {
            pending::<()>().await;
        }
    };
    let overdue = async {
        match deadline {
            Some(deadline) => sleep_until(deadline).await,
            None => pending().await,
        }
    };
    tokio::select! {
        () = stopped => {}
        () = overdue => {}
    }
}
