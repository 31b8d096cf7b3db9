//! Where workers stand in line for jobs.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;
use tracing::warn;

use super::pool::WorkerPool;
use crate::retry::RetryPolicy;
use crate::store::{ClaimRequest, ClaimToken, ClaimedJob, Outcome, StoreError, WorkerId};
use crate::timeout::within;

/// How soon a call that hands jobs back is repeated.
const BETWEEN_TRIES: Duration = Duration::from_millis(100);
/// How soon a claim may follow one that brought nothing.
const LEAST_BETWEEN_CLAIMS: Duration = Duration::from_millis(50);

/// The line of idle workers. The one in front asks the store, for as many jobs as there are
/// workers in the line; so an idle process costs one waiting claim, whatever its concurrency.
pub(super) struct Claimer {
    worker: WorkerId,
    waiting: AtomicUsize,
    front: Mutex<Front>,
}

/// What only the worker in front of the line touches.
struct Front {
    /// Jobs that were claimed for workers further back.
    claimed: VecDeque<Claim>,
    /// Names the next claim; kept until that claim was answered, so that a lost answer is asked
    /// for again.
    token: ClaimToken,
    /// Claims in a row that went unanswered.
    failures: u32,
}

/// A job from the store.
pub(super) struct Claim {
    pub(super) claimed: ClaimedJob,
    /// When the claim was sent: the lease may have begun then, however late the answer came.
    pub(super) asked: Instant,
}

impl Claimer {
    pub(super) fn new() -> Self {
        Self {
            worker: WorkerId::unique(),
            waiting: AtomicUsize::new(0),
            front: Mutex::new(Front {
                claimed: VecDeque::new(),
                token: ClaimToken::random(),
                failures: 0,
            }),
        }
    }
}

impl WorkerPool {
    /// Waits in line for a job. `None` once the pool is closing.
    pub(super) async fn next_job(&self) -> Option<Claim> {
        let _in_line = InLine::enter(&self.claimer.waiting);
        let mut front = tokio::select! {
            biased;
            front = self.claimer.front.lock() => front,
            () = self.closing.cancelled() => return None,
        };
        loop {
            if self.closing.is_cancelled() {
                return None;
            }
            if let Some(job) = front.claimed.pop_front() {
                return Some(job);
            }
            let asked = Instant::now();
            let answer = tokio::select! {
                biased;
                answer = self.claim(&front, self.claimer.waiting.load(Ordering::Relaxed)) => answer,
                () = self.closing.cancelled() => continue,
            };
            match answer {
                Ok(claimed) => {
                    front.failures = 0;
                    if claimed.is_empty() {
                        // Stores may answer early: one that always does is not asked all the time.
                        self.rest_until(asked + LEAST_BETWEEN_CLAIMS).await;
                    } else {
                        front.token = ClaimToken::random();
                        let taken = claimed.into_iter().map(|claimed| Claim { claimed, asked });
                        front.claimed.extend(taken);
                    }
                }
                Err(error) => self.pause_after(&mut front, &error).await,
            }
        }
    }

    /// Asks the store for up to `max` jobs. With 0 only those come that the same claim has taken
    /// already.
    async fn claim(&self, front: &Front, max: usize) -> Result<Vec<ClaimedJob>, StoreError> {
        let settings = &self.settings;
        let wait = if max == 0 {
            Duration::ZERO
        } else {
            settings.claim_wait
        };
        let request = ClaimRequest {
            worker: self.claimer.worker.clone(),
            token: front.token,
            max,
            lease: settings.lease,
            wait,
            in_flight: settings.in_flight.clone(),
        };
        within(
            wait.saturating_add(settings.store_timeout),
            self.store.claim(request),
        )
        .await
        .unwrap_or_else(|_| Err(StoreError::unavailable("no answer to a claim")))
    }

    /// Gives back what was claimed but not begun, also by a claim that was dropped on its way, for
    /// as long as it takes. Called when the pool is closing, so that nobody stays in front of the
    /// line. Dropped half-way, it can be called again for the rest.
    pub(super) async fn release_unstarted(&self) {
        let mut front = self.claimer.front.lock().await;
        loop {
            let asked = Instant::now();
            if let Ok(claimed) = self.claim(&front, 0).await {
                front.token = ClaimToken::random();
                front
                    .claimed
                    .extend(claimed.into_iter().map(|claimed| Claim { claimed, asked }));
                break;
            }
            tokio::time::sleep(BETWEEN_TRIES).await;
        }
        while let Some(Claim { claimed, .. }) = front.claimed.front() {
            let release = self.store.finish(&claimed.lease, Outcome::Released);
            match within(self.settings.store_timeout, release).await {
                Ok(Ok(_)) => _ = self.released.fetch_add(1, Ordering::Relaxed),
                Ok(Err(StoreError::Unavailable { .. })) | Err(_) => {
                    tokio::time::sleep(BETWEEN_TRIES).await;
                    continue;
                }
                // Somebody else's by now, or a store that does not want it back.
                Ok(Err(_)) => {}
            }
            front.claimed.pop_front();
        }
    }

    /// How many jobs were claimed, not begun and not handed back. Only once the pool is empty.
    pub(super) fn left_in_line(&self) -> usize {
        self.claimer
            .front
            .try_lock()
            .map_or(0, |front| front.claimed.len())
    }

    /// Waits before the store is asked again, longer each time. A closing pool does not wait.
    async fn pause_after(&self, front: &mut Front, error: &StoreError) {
        const WAITS: RetryPolicy = RetryPolicy::never()
            .with_base(Duration::from_millis(100))
            .with_cap(Duration::from_secs(5));
        front.failures = front.failures.saturating_add(1);
        warn!(%error, failures = front.failures, "could not claim jobs; will try again");
        // At least the base, so that a short draw does not hammer a store that is away.
        let wait = WAITS.wait(front.failures, Some(Duration::from_millis(100)));
        self.rest_until(Instant::now() + wait).await;
    }

    async fn rest_until(&self, instant: Instant) {
        tokio::select! {
            () = tokio::time::sleep_until(instant) => {}
            () = self.closing.cancelled() => {}
        }
    }
}

/// Counts one worker as waiting until it is dropped.
struct InLine<'a>(&'a AtomicUsize);

impl<'a> InLine<'a> {
    fn enter(waiting: &'a AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
