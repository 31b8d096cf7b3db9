//! Workers, from start to drain.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::FutureExt;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tracing::{Instrument, error, info, warn};

use super::attempt::Attempt;
use super::deliverer::deliver_notes;
use super::job_span::job_span;
use super::lease_renewer::renew_leases;
use super::on_its_way::OnItsWay;
use super::phases::Phases;
use super::pool::WorkerPool;
use super::running::RunningJob;
use super::settings::Settings;
use super::state_keeper::{StoredState, as_json};
use super::stop::{StopReason, StopSwitch};
use super::sweeper::sweep;
use crate::client::Client;
use crate::job::FailureKind;
use crate::measure;
use crate::phase::{Analyzer, Assembler, JobContext, Scraper};

/// How long a worker waits after its store panicked.
const PAUSE_AFTER_A_PANIC: Duration = Duration::from_secs(1);

/// The running workers of one process.
///
/// [Drain](Self::drain) them when the process is to end. Dropping them instead stops them at once,
/// as a crash would: no job is lost, but running jobs wait until their leases run out, and count a
/// crash.
#[must_use = "dropping the workers stops them"]
pub struct Workers {
    pool: Arc<WorkerPool>,
    working: JoinSet<()>,
    delivering: JoinSet<()>,
    // Dropped after the workers: leases are renewed to the end.
    _background: JoinSet<()>,
}

/// What became of the claimed jobs when workers were drained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drained {
    /// Jobs that were released unfinished, without spending an attempt. Other workers can claim them
    /// at once.
    pub released: usize,
    /// Jobs that could not be released in time. Other workers can claim them when their leases run
    /// out.
    pub unreleased: usize,
}

impl Workers {
    pub(super) fn start<S, A, M>(
        client: &Client,
        phases: &Arc<Phases<S, A, M>>,
        settings: &Arc<Settings>,
    ) -> Self
    where
        S: Scraper,
        A: Analyzer<Input = S::Output>,
        M: Assembler<Scraped = S::Output, Analysis = A::Output>,
    {
        let pool = Arc::new(WorkerPool::new(client, Arc::clone(settings)));
        let mut background = JoinSet::new();
        background.spawn(renew_leases(Arc::clone(&pool)));
        background.spawn(sweep(client.clone(), Arc::clone(settings)));
        let mut working = JoinSet::new();
        for slot in 0..settings.concurrency {
            working.spawn(work(Arc::clone(&pool), Arc::clone(phases), slot));
        }
        let mut delivering = JoinSet::new();
        if let Some(on_end) = settings.on_end.clone() {
            delivering.spawn(deliver_notes(Arc::clone(&pool), on_end));
        }
        Self {
            pool,
            working,
            delivering,
            _background: background,
        }
    }

    /// Stops gracefully within `deadline`.
    ///
    /// No new job is started from now on. Running jobs go on, and their leases are renewed, until
    /// shortly before the deadline; those that are not done by then are asked to stop and released,
    /// at the phase that they had reached, without spending an attempt. Notes of jobs that have ended are
    /// delivered as long as there is time.
    ///
    /// # Cancel safety
    /// If dropped, the workers stop at once, as if they had been dropped.
    pub async fn drain(mut self, deadline: Duration) -> Drained {
        let began = Instant::now();
        // Time to stop the phases and to call the store, but never more than half of all. Of that
        // the phases get all but a second, or half if that is more.
        let second = Duration::from_secs(1);
        let grace = self.pool.settings.cancel_grace;
        let reserve = grace.saturating_add(second).min(deadline / 2);
        let stopping = reserve.saturating_sub(second).max(reserve / 2);
        _ = self.pool.drain_grace.set(stopping);

        self.pool.claimer.close();
        if !self.ends_within(deadline.saturating_sub(reserve)).await {
            info!("draining: running jobs are asked to stop");
            self.pool.stop_all(StopReason::Draining);
            self.ends_within(deadline.saturating_sub(began.elapsed()))
                .await;
        }
        let claimer = &self.pool.claimer;
        Drained {
            released: self.pool.released.load(Ordering::Relaxed) + claimer.released(),
            unreleased: self.pool.running().len() + claimer.left_unstarted(),
        }
    }

    /// Waits until every worker has ended, no claimed job is left, and the notes of those that have ended
    /// are delivered.
    async fn ends_within(&mut self, limit: Duration) -> bool {
        let pool = Arc::clone(&self.pool);
        let all_done = async { while self.working.join_next().await.is_some() {} };
        let ends = async {
            tokio::join!(pool.claimer.release_unstarted(), all_done);
            pool.workers_ended.cancel();
            while self.delivering.join_next().await.is_some() {}
        };
        tokio::time::timeout(limit, ends).await.is_ok()
    }
}

impl std::fmt::Debug for Workers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workers")
            .field("workers", &self.working.len())
            .field("busy", &self.pool.running().len())
            .finish_non_exhaustive()
    }
}

/// One worker: runs one job after the other until the pool closes.
async fn work<S, A, M>(pool: Arc<WorkerPool>, phases: Arc<Phases<S, A, M>>, slot: usize)
where
    S: Scraper,
    A: Analyzer<Input = S::Output>,
    M: Assembler<Scraped = S::Output, Analysis = A::Output>,
{
    loop {
        // A store is foreign code; its panic must not cost this process a worker.
        let next = AssertUnwindSafe(pool.claimer.next_job())
            .catch_unwind()
            .await;
        let mut claim = match next {
            Ok(Some(claim)) => claim,
            Ok(None) => break,
            Err(_) => {
                error!("the store panicked in a claim; it will be called again");
                tokio::time::sleep(PAUSE_AFTER_A_PANIC).await;
                continue;
            }
        };
        let saved = std::mem::take(&mut claim.claimed.saved);
        let (job, lease) = (&claim.claimed.job, claim.claimed.lease.clone());
        let input = claim.claimed.input().clone();
        let span = job_span(&claim.claimed, pool.settings.trace_hook.as_ref());
        if let Some(failure) = &job.failure
            && failure.kind() == FailureKind::Crashed
        {
            measure::taken_over(&job.target.platform);
            let (crashes, error) = (job.crashes, failure.message());
            warn!(parent: &span, crashes, error, "an attempt of another worker has failed");
        }
        // A claim may have waited long for a job, or its reply may have been long on its way: the
        // lease is renewed soon if so, but it is not taken for lost before that was tried.
        let one_renewal_ago = Instant::now().checked_sub(pool.settings.renewal_interval());
        let renewed = one_renewal_ago.map_or(claim.sent, |earliest| claim.sent.max(earliest));
        let (stop, on_its_way) = (StopSwitch::default(), OnItsWay::default());
        let version = pool.client.program_version();
        let keeper = StoredState::new(
            Arc::clone(&pool.store),
            lease.clone(),
            &pool.settings,
            version.cloned(),
            stop.clone(),
            on_its_way.clone(),
        );
        let context = JobContext::new(
            job,
            input,
            stop.token(),
            keeper,
            as_json(&saved, version),
            measure::remaining_quota,
        );
        let running = Arc::new(RunningJob::new(
            job, lease, renewed, context, stop, on_its_way,
        ));
        let _occupied = pool.occupy(slot, &running);
        let attempt = Attempt::new(&pool, &running, claim)
            .run(&phases)
            .instrument(span);
        // Phases are guarded one by one. This keeps the worker alive whatever else panics.
        if AssertUnwindSafe(attempt).catch_unwind().await.is_err() {
            error!(job_id = %running.context.id, "an attempt panicked outside its phases");
        }
    }
}
