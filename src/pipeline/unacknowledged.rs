//! Outputs of phases that are on their way to the store while the next phase runs.

use std::future::pending;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::time::{Instant, sleep_until};

use super::persist::persist;
use super::pool::WorkerPool;
use super::running::RunningJob;
use super::stop::StopReason;
use crate::job::Phase;
use crate::store::{Checkpoints, HeartbeatReply, StoreError};

/// The outputs of an attempt that the store has not acknowledged, at most one of each phase.
///
/// They are sent one after the other, in the order of the phases. Only the report may overtake them; a retry, a
/// release and a failure wait for them, or the next attempt would do again what was done.
pub(super) struct Unacknowledged<'a> {
    pool: &'a WorkerPool,
    running: &'a RunningJob,
    deadline: Option<Instant>,
    outputs: Checkpoints,
    /// The call for the first of them, once it is made.
    call: Option<BoxFuture<'a, Result<HeartbeatReply, StoreError>>>,
}

impl<'a> Unacknowledged<'a> {
    pub(super) const fn new(
        pool: &'a WorkerPool,
        running: &'a RunningJob,
        deadline: Option<Instant>,
    ) -> Self {
        Self {
            pool,
            running,
            deadline,
            outputs: Checkpoints::none(),
            call: None,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.first().is_none()
    }

    /// Adds the output of a phase. It is sent by [`reply`](Self::reply).
    pub(super) fn add(&mut self, phase: Phase, output: Bytes) {
        self.outputs.set(phase, Some(output));
    }

    /// Returns the next phase whose output the store has replied to, and the reply, or nothing if it has replied to
    /// all.
    ///
    /// While the store is away, the call is repeated until the job must stop or is overdue; the output is then still
    /// there, to be sent once more. What the store refuses is gone, with all that was made from it.
    ///
    /// # Cancel safety
    /// Nothing is lost: the next call goes on.
    pub(super) async fn reply(&mut self) -> Option<(Phase, Result<HeartbeatReply, StoreError>)> {
        let phase = self.first()?;
        let output = self.outputs.get(phase)?;
        let call = self.call.get_or_insert_with(|| {
            send(
                self.pool,
                self.running,
                self.deadline,
                phase,
                output.clone(),
            )
            .boxed()
        });
        let reply = call.await;
        self.call = None;
        match &reply {
            Ok(_) => self.outputs.set(phase, None),
            Err(StoreError::Unavailable { .. }) => {}
            Err(_) => self.outputs = Checkpoints::none(),
        }
        self.announce();
        Some((phase, reply))
    }

    /// Gives up the call under way, because the report replaces what it carries. The outputs are kept, in case that
    /// the store refuses the report.
    pub(super) fn overtake(&mut self) {
        self.call = None;
    }

    /// Tells the others of this job what is on its way.
    pub(super) fn announce(&self) {
        self.running.on_its_way.set(self.first());
    }

    fn first(&self) -> Option<Phase> {
        let mut phases = [Phase::Scraping, Phase::Analysis].into_iter();
        phases.find(|phase| self.outputs.get(*phase).is_some())
    }
}

async fn send(
    pool: &WorkerPool,
    running: &RunningJob,
    deadline: Option<Instant>,
    phase: Phase,
    output: Bytes,
) -> Result<HeartbeatReply, StoreError> {
    let call = || pool.store.checkpoint(&running.lease, phase, output.clone());
    let timeout = pool.settings.store_timeout;
    persist(timeout, call, || stopped_or_overdue(running, deadline)).await
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
