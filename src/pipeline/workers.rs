//! Workers, from start to drain.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::FutureExt;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tracing::{Instrument, error, info, info_span};

use super::attempt::Attempt;
use super::builder::Settings;
use super::claimer::Claim;
use super::pool::{self, WorkerPool};
use super::running::{RunningJob, StopReason};
use super::{Phases, lease_renewer};
use crate::client::Client;
use crate::job::FailureKind;
use crate::measure;
use crate::phase::{Analyzer, Assembler, Scraper};

/// How long a worker waits after its store panicked.
const AFTER_A_PANIC: Duration = Duration::from_secs(1);

/// The workers of one process, at work.
///
/// **Drain them** when the process is to end. Dropping them instead stops them at once, as a crash
/// would: no job is lost, but the ones in work wait until their leases run out, and count a crash.
#[must_use = "dropping the workers stops them"]
pub struct Workers {
    pool: Arc<WorkerPool>,
    working: JoinSet<()>,
    // Dropped after the workers: leases are kept to the end.
    _background: JoinSet<()>,
}

/// What became of the jobs in work when workers were drained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drained {
    /// Jobs that were given back unfinished, without spending an attempt. Others can take them up
    /// at once.
    pub released: usize,
    /// Jobs that could not be given back in time. Others take them up when their leases run out.
    pub abandoned: usize,
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
        background.spawn(lease_renewer::keep(Arc::clone(&pool)));
        background.spawn(pool::sweep(Arc::clone(&pool)));
        let mut working = JoinSet::new();
        for slot in 0..settings.concurrency {
            working.spawn(work(Arc::clone(&pool), Arc::clone(phases), slot));
        }
        Self {
            pool,
            working,
            _background: background,
        }
    }

    /// Stops in good order within `deadline`.
    ///
    /// No new job is begun from now on. Jobs in work go on, their leases kept, until shortly before
    /// the deadline; what is not done by then is asked to stop and handed back, at the phase it had
    /// reached, without spending an attempt.
    ///
    /// # Cancel safety
    /// If dropped, the workers stop at once, as if they had been dropped.
    pub async fn drain(mut self, deadline: Duration) -> Drained {
        let began = Instant::now();
        // Time to stop the phases and to tell the store, but never more than half of all. Of that
        // the phases get all but a second, or half if that is more.
        let second = Duration::from_secs(1);
        let grace = self.pool.settings.cancel_grace;
        let reserve = grace.saturating_add(second).min(deadline / 2);
        let stopping = reserve.saturating_sub(second).max(reserve / 2);
        _ = self.pool.drain_grace.set(stopping);

        self.pool.closing.cancel();
        if !self.empties_within(deadline.saturating_sub(reserve)).await {
            info!("draining: the jobs in work are asked to stop");
            self.pool.stop_all(StopReason::Draining);
            self.empties_within(deadline.saturating_sub(began.elapsed()))
                .await;
        }
        Drained {
            released: self.pool.released.load(Ordering::Relaxed),
            abandoned: self.pool.running().len() + self.pool.left_in_line(),
        }
    }

    /// Waits until every worker has ended and nothing is left in the line.
    async fn empties_within(&mut self, patience: Duration) -> bool {
        let pool = Arc::clone(&self.pool);
        let all_done = async { while self.working.join_next().await.is_some() {} };
        let empties = async { tokio::join!(pool.release_unstarted(), all_done) };
        tokio::time::timeout(patience, empties).await.is_ok()
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

/// One worker: a job after the other until the pool closes.
async fn work<S, A, M>(pool: Arc<WorkerPool>, phases: Arc<Phases<S, A, M>>, slot: usize)
where
    S: Scraper,
    A: Analyzer<Input = S::Output>,
    M: Assembler<Scraped = S::Output, Analysis = A::Output>,
{
    loop {
        // A store is foreign code; its panic must not cost this process a worker.
        let next = match AssertUnwindSafe(pool.next_job()).catch_unwind().await {
            Ok(Some(next)) => next,
            Ok(None) => break,
            Err(_) => {
                error!("the store panicked in a claim; it will be asked again");
                tokio::time::sleep(AFTER_A_PANIC).await;
                continue;
            }
        };
        let Claim { claimed, asked } = next;
        let job = &claimed.job;
        let span = info_span!(
            "job", job_id = %job.id, platform = %job.target.platform, attempt = job.attempt
        );
        if matches!(&job.failure, Some(failure) if failure.kind() == FailureKind::Crashed) {
            measure::taken_over(&job.target.platform);
        }
        // A claim may have waited long for a job, or its answer may have been long on its way:
        // the lease is renewed soon if so, but it is not taken for lost before that was tried.
        let one_renewal_ago = Instant::now().checked_sub(pool.settings.renewal());
        let renewed = one_renewal_ago.map_or(asked, |earliest| asked.max(earliest));
        let running = Arc::new(RunningJob::new(job, claimed.lease.clone(), renewed));
        let _occupied = pool.occupy(slot, &running);
        let attempt = Attempt::new(&pool, &running, claimed)
            .run(&phases)
            .instrument(span);
        // Phases are guarded one by one. This keeps the worker alive whatever else panics, such as
        // a value's own serialization.
        if AssertUnwindSafe(attempt).catch_unwind().await.is_err() {
            error!(job_id = %running.lease.job(), "an attempt panicked outside its phases");
        }
    }
}
