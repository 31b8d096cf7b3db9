//! The store in this process's memory.

mod indexes;
mod jobs;
mod map;
mod options;
mod ready;

use std::fmt;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::Utc;
use tokio::sync::Notify;
use tokio::time::Instant;

use self::jobs::{Jobs, Removed};
pub use self::options::MemoryOptions;
use super::rules::Record;
use super::timestamp::{Now, Timestamp};
use super::{
    ClaimRequest, ClaimedJob, Heartbeat, HeartbeatReply, JobStore, Lease, NewJob, Outcome,
    PauseRequest, Payload, Stats, StoreError, StoreLimits, Submitted, SweepRequest, SweepStats,
    WatchRequest,
};
use crate::job::{Job, JobId, Phase, Status};
use crate::timeout::instant_after;

/// How many jobs a sweep handles before it lets others to the lock.
const SWEEP_STEP: usize = 128;
/// For how long it does.
const SWEEP_PAUSE: Duration = Duration::from_millis(1);

/// Keeps jobs in this process's memory: everything the [contract](JobStore) promises, for as long
/// as the process lives.
///
/// One lock over plain maps makes every transition atomic; it is held for pointer moves only, never
/// while a report is copied or a caller waits. The cost of a call does not grow with the number of
/// jobs held, and no call waits for many jobs to expire. Time is tokio's, so a test that pauses it
/// moves leases, retries and retention.
pub struct MemoryStore {
    jobs: Mutex<Jobs>,
    limits: StoreLimits,
    retention: Duration,
    // Wakes claims that wait. All of them: which one can use what has come, they know themselves,
    // and there are few, one for each process's line of workers.
    claimable: Notify,
    start: Instant,
}

impl MemoryStore {
    /// An empty store with the default options; [`MemoryOptions`] has them and sets others.
    #[must_use]
    pub fn new() -> Self {
        MemoryOptions::new().build()
    }

    fn now(&self) -> Now {
        Now {
            moment: self.moment(),
            utc: Utc::now(),
        }
    }

    fn moment(&self) -> Timestamp {
        Timestamp::since_start(self.start.elapsed())
    }

    fn instant(&self, moment: Timestamp) -> Instant {
        self.start + moment.since(Timestamp::since_start(Duration::ZERO))
    }

    /// Lets waiting claims look again if a lease now ends before all that they know of.
    fn wake_for_lease(&self, known: Option<Timestamp>, jobs: &Jobs) {
        if let Some(next) = jobs.next_lease_end()
            && known.is_none_or(|known| next < known)
        {
            self.claimable.notify_waiters();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Jobs> {
        self.jobs
            .lock()
            .expect("no code panics while it holds the lock")
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    // Settings only: jobs hold payload, and waiting for the lock has no place here.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("limits", &self.limits)
            .field("retention", &self.retention)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl JobStore for MemoryStore {
    async fn submit(&self, job: NewJob) -> Result<Submitted, StoreError> {
        let mut removed = Removed::new();
        let submitted = self.lock().submit(job, self.now(), &mut removed)?;
        if let Submitted::Created(_) = submitted {
            self.claimable.notify_waiters();
        }
        Ok(submitted)
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        let give_up = instant_after(request.wait);
        loop {
            // Listens before it looks, so that nothing which happens in between is lost.
            let woken = self.claimable.notified();
            let (now, next) = {
                let mut jobs = self.lock();
                let now = self.now();
                let lease_end = jobs.next_lease_end();
                let claimed = jobs.claim(&request, now);
                self.wake_for_lease(lease_end, &jobs);
                if !claimed.is_empty() || request.max == 0 {
                    return Ok(claimed);
                }
                (now.moment, jobs.next_claimable(&request, now.moment))
            };
            if next.is_some_and(|next| next <= now) {
                // There is more to look at; others first.
                tokio::task::yield_now().await;
                continue;
            }
            if Instant::now() >= give_up {
                return Ok(Vec::new());
            }
            let next = next.map_or(give_up, |next| self.instant(next).min(give_up));
            tokio::select! {
                () = woken => {}
                () = tokio::time::sleep_until(next) => {}
            }
        }
    }

    async fn heartbeat(
        &self,
        lease: &Lease,
        beat: Heartbeat,
    ) -> Result<HeartbeatReply, StoreError> {
        let mut jobs = self.lock();
        let now = self.now();
        let lease_end = jobs.next_lease_end();
        let answer = with_lease(&mut jobs, lease, now, |record| {
            record.heartbeat(lease, beat, now)
        });
        self.wake_for_lease(lease_end, &jobs);
        answer
    }

    async fn checkpoint(
        &self,
        lease: &Lease,
        phase: Phase,
        output: Bytes,
    ) -> Result<HeartbeatReply, StoreError> {
        let mut jobs = self.lock();
        let now = self.now();
        let record = jobs
            .get(lease.job(), now.moment)
            .ok_or(StoreError::LeaseLost(lease.job()))?;
        record.check_checkpoint(lease, phase)?;
        jobs.check_size(record, Payload::Checkpoint(phase), output.len())?;
        with_lease(&mut jobs, lease, now, |record| {
            record.checkpoint(lease, phase, output, now)
        })
    }

    async fn finish(&self, lease: &Lease, outcome: Outcome) -> Result<Status, StoreError> {
        let (status, others_wait) = {
            let mut jobs = self.lock();
            let now = self.now();
            if let Outcome::Completed(report) = &outcome
                && let Some(record) = jobs.get(lease.job(), now.moment)
                && record.would_keep_report(lease)
            {
                jobs.check_size(record, Payload::Report, report.len())?;
            }
            let finish = |record: &mut Record| {
                let platform = record.job().target.platform.clone();
                record
                    .finish(lease, outcome, now)
                    .map(|status| (status, platform))
            };
            let (status, platform) = with_lease(&mut jobs, lease, now, finish)?;
            (status, jobs.has_waiting(&platform))
        };
        if others_wait {
            // A place in flight is free, or this job waits for its next attempt.
            self.claimable.notify_waiters();
        }
        Ok(status)
    }

    async fn cancel(&self, id: JobId) -> Result<Status, StoreError> {
        let mut jobs = self.lock();
        let now = self.now();
        jobs.change(id, now.moment, |record| record.cancel(now))
            .ok_or(StoreError::NotFound(id))
    }

    async fn pause(&self, request: PauseRequest) -> Result<(), StoreError> {
        let mut jobs = self.lock();
        let now = self.moment();
        jobs.pause(&request.platform, now.after(request.duration), now);
        Ok(())
    }

    async fn get(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        let jobs = self.lock();
        Ok(jobs
            .get(id, self.moment())
            .map(|record| record.job().clone()))
    }

    async fn report(&self, id: JobId) -> Result<Option<Bytes>, StoreError> {
        let jobs = self.lock();
        Ok(jobs
            .get(id, self.moment())
            .and_then(|record| record.report().cloned()))
    }

    async fn changed(&self, request: WatchRequest) -> Result<Option<Job>, StoreError> {
        let WatchRequest { id, after, wait } = request;
        let give_up = instant_after(wait);
        loop {
            let watch = {
                let mut jobs = self.lock();
                let Some(record) = jobs.get(id, self.moment()) else {
                    return Ok(None);
                };
                let job = record.job().clone();
                if job.version > after || job.status.is_terminal() || Instant::now() >= give_up {
                    return Ok(Some(job));
                }
                let Some(bell) = jobs.watch(id) else {
                    return Ok(None);
                };
                // Made under the lock: the bell rings for every change after this reading.
                bell.notified_owned()
            };
            _ = tokio::time::timeout_at(give_up, watch).await;
        }
    }

    async fn sweep(&self, request: SweepRequest) -> Result<SweepStats, StoreError> {
        let mut total = SweepStats {
            more: true,
            ..SweepStats::default()
        };
        let mut left = request.limit;
        while left > 0 && total.more {
            let mut removed = Removed::new();
            let step = self
                .lock()
                .sweep(left.min(SWEEP_STEP), self.now(), &mut removed);
            drop(removed);
            left = left.saturating_sub(SWEEP_STEP);
            total.add(step);
            if step.requeued > 0 {
                self.claimable.notify_waiters();
            }
            if left > 0 && total.more {
                // The lock is not fair: one who takes it again and again shuts the others out.
                tokio::time::sleep(SWEEP_PAUSE).await;
            }
        }
        Ok(total)
    }

    async fn stats(&self) -> Result<Stats, StoreError> {
        Ok(self.lock().stats(self.moment()))
    }
}

/// Applies a rule to a job that somebody holds, or held. A job that is gone is a lost lease.
fn with_lease<T>(
    jobs: &mut Jobs,
    lease: &Lease,
    now: Now,
    rule: impl FnOnce(&mut Record) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    jobs.change(lease.job(), now.moment, rule)
        .unwrap_or(Err(StoreError::LeaseLost(lease.job())))
}
