//! Claims jobs for the idle workers of a process.

use std::collections::{HashMap, VecDeque};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex, Notify};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::settings::Settings;
use super::step_back::step_back;
use crate::account::Platform;
use crate::backoff::Backoff;
use crate::store::{
    ClaimRequest, ClaimToken, ClaimedJob, JobStore, Outcome, ProgramVersion, StoreError, WorkerId,
};
use crate::timeout::within;

/// How soon a call that releases jobs is repeated.
const RELEASE_RETRY: Duration = Duration::from_millis(100);
/// How soon a claim may follow one that returned no job.
const MIN_BETWEEN_CLAIMS: Duration = Duration::from_millis(50);

/// Hands claimed jobs to idle workers.
///
/// One idle worker at a time calls the store, for as many jobs as there are idle workers; so an idle
/// process costs one waiting claim, whatever its concurrency.
pub(super) struct Claimer {
    store: Arc<dyn JobStore>,
    settings: Arc<Settings>,
    /// Cancelled when no more jobs are to be started.
    closing: CancellationToken,
    worker: WorkerId,
    program_version: Option<ProgramVersion>,
    /// Workers that wait for a job.
    idle: AtomicUsize,
    /// Jobs that were claimed, never started, and released.
    released: AtomicUsize,
    limits: Limits,
    /// Jobs that were claimed for the workers that wait. A worker that comes by takes one before it waits.
    unstarted: std::sync::Mutex<VecDeque<Claim>>,
    /// Wakes a worker that waits, for a job that was claimed or for its turn to call the store.
    available: Notify,
    /// Locked by the worker that calls the store. The others do not wait for the lock, which goes from one to the
    /// next and would let only one of them work at a time.
    calling: Mutex<Calling>,
}

struct Calling {
    /// Names the next claim. Kept until the store has replied to that claim, so that repeating it
    /// after a lost reply returns the same jobs.
    token: ClaimToken,
    /// Claims in a row that failed.
    failures: u32,
}

/// A job from the store.
pub(super) struct Claim {
    pub(super) claimed: ClaimedJob,
    /// When the claim was sent: the lease may have begun then, however late the reply came.
    pub(super) sent: Instant,
    /// Limits of all platforms that this process had met by then.
    limits: u64,
}

/// The limits that this process has met: of all platforms in order, and the last one of each.
#[derive(Default)]
struct Limits {
    met: AtomicU64,
    last: std::sync::Mutex<HashMap<Platform, u64>>,
}

impl Claimer {
    pub(super) fn new(
        store: Arc<dyn JobStore>,
        settings: Arc<Settings>,
        closing: CancellationToken,
        program_version: Option<ProgramVersion>,
    ) -> Self {
        Self {
            store,
            settings,
            closing,
            worker: WorkerId::unique(),
            program_version,
            idle: AtomicUsize::new(0),
            released: AtomicUsize::new(0),
            limits: Limits::default(),
            unstarted: std::sync::Mutex::default(),
            available: Notify::new(),
            calling: Mutex::new(Calling {
                token: ClaimToken::random(),
                failures: 0,
            }),
        }
    }

    /// Waits for a job. Returns `None` once the pool is closing.
    pub(super) async fn next_job(&self) -> Option<Claim> {
        if let Some(job) = self.next_unstarted() {
            return Some(job);
        }
        let idle = Idle::enter(&self.idle);
        loop {
            let mut woken = pin!(self.available.notified());
            let turn = {
                let mut unstarted = self.unstarted();
                if self.closing.is_cancelled() {
                    return None;
                }
                if let Some(job) = unstarted.pop_front() {
                    // Under the lock, so that the next claim does not count this worker.
                    drop(idle);
                    return Some(job);
                }
                let turn = self.turn();
                if turn.is_none() {
                    // Under the lock, so no job comes in between. And only now: who listened and then found a job would
                    // have to wake somebody else for what it heard.
                    woken.as_mut().enable();
                }
                turn
            };
            match turn {
                None => woken.await,
                Some(mut turn) => {
                    self.claim_some(&mut turn.calling).await;
                    drop(turn);
                    step_back().await;
                }
            }
        }
    }

    /// Takes the turn to call the store, if nobody else has it.
    fn turn(&self) -> Option<Turn<'_>> {
        let calling = self.calling.try_lock().ok()?;
        Some(Turn {
            calling,
            _next: WakesNext(&self.available),
        })
    }

    /// Claims jobs for all workers that wait, and wakes one for each. Returns without a job only when the pool is
    /// closing.
    async fn claim_some(&self, calling: &mut Calling) {
        while !self.closing.is_cancelled() {
            let sent = Instant::now();
            let reply = tokio::select! {
                biased;
                reply = self.claim(calling.token, self.idle.load(Ordering::Relaxed)) => reply,
                () = self.closing.cancelled() => return,
            };
            match reply {
                Ok(claimed) if claimed.is_empty() => {
                    calling.failures = 0;
                    // Stores may return early: one that always does is not called all the time.
                    self.sleep_until(sent + MIN_BETWEEN_CLAIMS).await;
                }
                Ok(claimed) => {
                    let others = claimed.len() - 1;
                    self.keep(calling, claimed, sent);
                    for _ in 0..others {
                        self.available.notify_one();
                    }
                    return;
                }
                Err(error) => self.pause_after(calling, &error).await,
            }
        }
    }

    /// Starts no more jobs: [`next_job`](Self::next_job) returns `None` from now on.
    pub(super) fn close(&self) {
        self.closing.cancel();
        self.available.notify_waiters();
    }

    /// Claims up to `max` jobs. With 0, returns only those that the same claim has already taken.
    async fn claim(&self, token: ClaimToken, max: usize) -> Result<Vec<ClaimedJob>, StoreError> {
        let settings = &self.settings;
        let wait = if max == 0 {
            Duration::ZERO
        } else {
            settings.claim_wait
        };
        let request = ClaimRequest {
            worker: self.worker.clone(),
            token,
            max,
            lease: settings.lease,
            wait,
            in_flight: settings.in_flight.clone(),
            platforms: settings.platforms.clone(),
            program_version: self.program_version.clone(),
        };
        let limit = wait.saturating_add(settings.store_timeout);
        within(limit, self.store.claim(request))
            .await
            .unwrap_or_else(|_| {
                Err(StoreError::unavailable(
                    "it did not reply to a claim in time",
                ))
            })
    }

    /// Releases every job that was claimed and not started, those of a claim whose reply never came
    /// included, for as long as it takes.
    ///
    /// Called when the pool is closing, so that no worker keeps the lock.
    ///
    /// # Cancel safety
    /// If dropped, it can be called again for the jobs that are left.
    pub(super) async fn release_unstarted(&self) {
        let mut calling = self.calling.lock().await;
        loop {
            let sent = Instant::now();
            if let Ok(claimed) = self.claim(calling.token, 0).await {
                self.keep(&mut calling, claimed, sent);
                break;
            }
            tokio::time::sleep(RELEASE_RETRY).await;
        }
        loop {
            let first = self
                .unstarted()
                .front()
                .map(|claim| claim.claimed.lease.clone());
            let Some(lease) = first else { break };
            let release = self.store.finish(&lease, Outcome::Released);
            match within(self.settings.store_timeout, release).await {
                Ok(Ok(_)) => _ = self.released.fetch_add(1, Ordering::Relaxed),
                Ok(Err(StoreError::Unavailable { .. })) | Err(_) => {
                    tokio::time::sleep(RELEASE_RETRY).await;
                    continue;
                }
                // Another worker owns it by now, or the store refuses it.
                Ok(Err(_)) => {}
            }
            self.unstarted().pop_front();
        }
    }

    /// Notes that a platform has limited a job of this process.
    pub(super) fn limited(&self, platform: &Platform) {
        let limit = self.limits.met.fetch_add(1, Ordering::AcqRel) + 1;
        let mut last = self
            .limits
            .last
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        last.insert(platform.clone(), limit);
    }

    /// Returns whether the job's platform has limited another job since this one was claimed.
    pub(super) fn is_outdated(&self, claim: &Claim) -> bool {
        if self.limits_met() == claim.limits {
            return false;
        }
        let last = self
            .limits
            .last
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        last.get(&claim.claimed.job.target.platform)
            .is_some_and(|last| *last > claim.limits)
    }

    fn limits_met(&self) -> u64 {
        self.limits.met.load(Ordering::Acquire)
    }

    /// Returns how many jobs [`release_unstarted`](Self::release_unstarted) has released.
    pub(super) fn released(&self) -> usize {
        self.released.load(Ordering::Relaxed)
    }

    /// Returns how many jobs were claimed and neither started nor released.
    pub(super) fn left_unstarted(&self) -> usize {
        self.unstarted().len()
    }

    /// Takes the next job, unless the pool is closing. That is looked up under the lock: whoever closes the pool
    /// and then looks at what is left has it for himself.
    fn next_unstarted(&self) -> Option<Claim> {
        let mut unstarted = self.unstarted();
        if self.closing.is_cancelled() {
            return None;
        }
        unstarted.pop_front()
    }

    fn unstarted(&self) -> MutexGuard<'_, VecDeque<Claim>> {
        self.unstarted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in the reply to a claim: the next claim is another one.
    fn keep(&self, calling: &mut Calling, claimed: Vec<ClaimedJob>, sent: Instant) {
        calling.failures = 0;
        calling.token = ClaimToken::random();
        let limits = self.limits_met();
        let claims = claimed.into_iter().map(|claimed| Claim {
            claimed,
            sent,
            limits,
        });
        self.unstarted().extend(claims);
    }

    /// Waits before the store is called again, longer each time. A closing pool does not wait.
    async fn pause_after(&self, calling: &mut Calling, error: &StoreError) {
        const BACKOFF: Backoff = Backoff::new(Duration::from_millis(200))
            .with_cap(Duration::from_secs(5))
            .with_min(Duration::from_millis(100));
        calling.failures = calling.failures.saturating_add(1);
        warn!(%error, failures = calling.failures, "could not claim jobs; will try again");
        self.sleep_until(Instant::now() + BACKOFF.wait(calling.failures))
            .await;
    }

    async fn sleep_until(&self, instant: Instant) {
        tokio::select! {
            () = tokio::time::sleep_until(instant) => {}
            () = self.closing.cancelled() => {}
        }
    }
}

/// The turn to call the store. When it is dropped, also by a panic, another worker is woken for its turn.
struct Turn<'a> {
    // Fields are dropped in order: the lock is free before anybody is woken for it.
    calling: tokio::sync::MutexGuard<'a, Calling>,
    _next: WakesNext<'a>,
}

struct WakesNext<'a>(&'a Notify);

impl Drop for WakesNext<'_> {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

/// Counts one worker as idle until it is dropped.
struct Idle<'a>(&'a AtomicUsize);

impl<'a> Idle<'a> {
    fn enter(idle: &'a AtomicUsize) -> Self {
        idle.fetch_add(1, Ordering::Relaxed);
        Self(idle)
    }
}

impl Drop for Idle<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
