//! The store in this process's memory.

mod due;
mod ended;
mod entry;
mod indexes;
mod jobs;
mod map;
mod options;
mod outbox;
mod own_bits;
mod owners;
mod ready;
mod submits;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::Utc;
use tokio::sync::Notify;
use tokio::time::Instant;

use self::entry::Removed;
use self::jobs::Jobs;
pub use self::options::MemoryOptions;
use super::rules::Record;
use super::timestamp::{Now, Timestamp};
use super::{
    ClaimEndedRequest, ClaimRequest, ClaimedJob, Cursor, Delivery, EndedJob, FindRequest,
    Heartbeat, HeartbeatReply, JobPage, JobStore, Lease, ListRequest, NewJob, Outcome,
    PauseRequest, Payload, Receipt, SaveRequest, Stats, StoreError, StoreLimits, Submitted,
    SweepRequest, SweepStats, WatchRequest,
};
use crate::account::Platform;
use crate::job::{Job, JobId, Phase, Status};
use crate::timeout::instant_after;

/// How often the lock is tried, each time after a longer pause, before a thread sleeps for it.
const TRIES: u32 = 32;
/// How many jobs a sweep handles before it releases the lock for others.
const SWEEP_STEP: usize = 128;
/// For how long it releases the lock.
const SWEEP_PAUSE: Duration = Duration::from_millis(1);
/// How many jobs are read before the lock is released for others.
const READ_STEP: usize = 256;
/// How many are examined for a list before that.
const LIST_STEP: usize = 250;

/// Stores jobs in this process's memory. It keeps everything the [contract](JobStore) promises, for
/// as long as the process lives.
///
/// One lock over plain maps makes every transition atomic; it is held for pointer moves only, never
/// while a report is copied, a clock is read or a caller waits. The cost of a call does not grow with the number of
/// jobs, and no call waits for many jobs to expire. Time is tokio's, so a test that pauses it
/// moves leases, retries and retention.
pub struct MemoryStore {
    jobs: Mutex<Jobs>,
    limits: StoreLimits,
    retention: Duration,
    // Wakes all waiting claims: only they know which of them can use what has come, and there are
    // few, one for each pipeline.
    claimable: Notify,
    // Wakes those who wait for notes to deliver.
    deliverable: Arc<Notify>,
    start: Instant,
}

impl MemoryStore {
    /// An empty store with the default options; [`MemoryOptions`] has them and sets others.
    #[must_use]
    pub fn new() -> Self {
        MemoryOptions::new().build()
    }

    /// The present. Read before the lock is taken, so a call that had to wait for the lock is of the time
    /// when it was made; two calls at the same time may be carried out in the other order.
    fn now(&self) -> Now {
        Now {
            timestamp: self.timestamp(),
            utc: Utc::now(),
        }
    }

    fn timestamp(&self) -> Timestamp {
        Timestamp::since_start(self.start.elapsed())
    }

    fn instant(&self, timestamp: Timestamp) -> Instant {
        self.start + timestamp.since(Timestamp::since_start(Duration::ZERO))
    }

    /// The value in memory of its own, without room to spare: what is kept is what is counted.
    /// Bytes that were made of a growing buffer, or are a part of a larger one, would keep all of
    /// it. A value over the limit is refused, so it is not copied.
    fn compact(&self, value: Bytes) -> Bytes {
        if value.len() as u64 > self.limits.value_bytes() {
            value
        } else {
            Bytes::copy_from_slice(&value)
        }
    }

    /// Wakes the waiting claims if a lease now ends before all that they know of.
    fn wake_for_lease(&self, known: Option<Timestamp>, jobs: &Jobs) {
        if let Some(next) = jobs.next_lease_end()
            && known.is_none_or(|known| next < known)
        {
            self.claimable.notify_waiters();
        }
    }

    /// Takes the lock.
    ///
    /// It is held for some hundred nanoseconds, and a thread that goes to sleep for it costs its waking as well, so it is
    /// tried for some microseconds before. [`Mutex::lock`] does so too, but not once a thread sleeps: then all
    /// others join it, one after the other.
    fn lock(&self) -> MutexGuard<'_, Jobs> {
        for round in 0..TRIES {
            if let Ok(jobs) = self.jobs.try_lock() {
                return jobs;
            }
            for _ in 0..1_u32 << round.min(6) {
                std::hint::spin_loop();
            }
        }
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
    // Settings only: jobs hold payload, and this must not wait for the lock.
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
        let input = job.input();
        self.limits.check_input(input)?;
        let input = Bytes::copy_from_slice(input);
        let mut job = job.with_input(input);
        if let Some(note) = job.note() {
            note.check(0)?;
            job = job.with_note(Bytes::copy_from_slice(note.value()));
        }
        let mut removed = Removed::new();
        let now = self.now();
        let submitted = self.lock().submit(job, now, &mut removed)?;
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
                let now = self.now();
                let mut jobs = self.lock();
                let lease_end = jobs.next_lease_end();
                let claimed = jobs.claim(&request, now);
                self.wake_for_lease(lease_end, &jobs);
                if !claimed.is_empty() || request.max == 0 {
                    return Ok(claimed);
                }
                (now.timestamp, jobs.next_claimable(&request, now.timestamp))
            };
            if next.is_some_and(|next| next <= now) {
                // There is more to look at, but other tasks go first.
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
        let now = self.now();
        let mut jobs = self.lock();
        let lease_end = jobs.next_lease_end();
        let reply = with_lease(&mut jobs, lease, now, |record| {
            record.heartbeat(lease, beat, now)
        });
        self.wake_for_lease(lease_end, &jobs);
        reply
    }

    async fn save(
        &self,
        lease: &Lease,
        request: SaveRequest,
    ) -> Result<HeartbeatReply, StoreError> {
        let request = request.map_value(|value| self.compact(value));
        let now = self.now();
        let mut jobs = self.lock();
        let record = jobs
            .record(lease.job(), now.timestamp)
            .ok_or(StoreError::LeaseLost(lease.job()))?;
        if let Some(size) = record.check_save(lease, &request)? {
            jobs.check_size(record, Payload::Saved(request.phase()), size)?;
        }
        let reply = with_lease(&mut jobs, lease, now, |record| record.save(lease, &request))?;
        if jobs.got_through(lease.job(), now.timestamp) {
            self.claimable.notify_waiters();
        }
        Ok(reply)
    }

    async fn checkpoint(
        &self,
        lease: &Lease,
        phase: Phase,
        output: Bytes,
    ) -> Result<HeartbeatReply, StoreError> {
        let output = self.compact(output);
        let now = self.now();
        let mut jobs = self.lock();
        let record = jobs
            .record(lease.job(), now.timestamp)
            .ok_or(StoreError::LeaseLost(lease.job()))?;
        record.check_checkpoint(lease, phase)?;
        jobs.check_size(record, Payload::Checkpoint(phase), output.len())?;
        let reply = with_lease(&mut jobs, lease, now, |record| {
            record.checkpoint(lease, phase, output, now)
        })?;
        if jobs.got_through(lease.job(), now.timestamp) {
            self.claimable.notify_waiters();
        }
        Ok(reply)
    }

    async fn finish(&self, lease: &Lease, outcome: Outcome) -> Result<Status, StoreError> {
        let outcome = match outcome {
            Outcome::Completed(report) => Outcome::Completed(self.compact(report)),
            other => other,
        };
        let (status, others_wait) = {
            let now = self.now();
            let mut jobs = self.lock();
            if let Outcome::Completed(report) = &outcome
                && let Some(record) = jobs.record(lease.job(), now.timestamp)
                && record.would_keep_report(lease)
            {
                jobs.check_size(record, Payload::Report, report.len())?;
                jobs.got_through(lease.job(), now.timestamp);
            }
            let paused_until = match &outcome {
                Outcome::RateLimited { limit, .. } => jobs.limit(lease, limit, now.timestamp),
                _ => None,
            };
            let finish = |record: &mut Record| {
                let platform = record.job().target.platform.clone();
                record
                    .finish(lease, outcome, paused_until, now)
                    .map(|status| (status, platform))
            };
            let (status, platform) = with_lease(&mut jobs, lease, now, finish)?;
            (status, jobs.has_waiting(&platform))
        };
        if others_wait {
            // A slot in flight is free, or this job waits for its next attempt.
            self.claimable.notify_waiters();
        }
        Ok(status)
    }

    async fn cancel(&self, id: JobId) -> Result<Status, StoreError> {
        let now = self.now();
        let mut jobs = self.lock();
        jobs.change(id, now.timestamp, |record| record.cancel(now))
            .ok_or(StoreError::NotFound(id))
    }

    async fn pause(&self, request: PauseRequest) -> Result<(), StoreError> {
        let now = self.timestamp();
        let mut jobs = self.lock();
        jobs.pause(&request.platform, now.after(request.duration), now);
        Ok(())
    }

    async fn unpause(&self, platform: &Platform) -> Result<(), StoreError> {
        self.lock().unpause(platform);
        self.claimable.notify_waiters();
        Ok(())
    }

    async fn get(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        let now = self.timestamp();
        Ok(self.lock().job(id, now))
    }

    async fn get_many(&self, ids: &[JobId]) -> Result<Vec<Option<Job>>, StoreError> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(READ_STEP) {
            let now = self.timestamp();
            let jobs = self.lock();
            found.extend(ids.iter().map(|id| jobs.job(*id, now)));
        }
        Ok(found)
    }

    async fn find(&self, request: FindRequest) -> Result<Option<Job>, StoreError> {
        let now = self.timestamp();
        let jobs = self.lock();
        let owner = jobs.owner(&request.target, &request.scope, now);
        Ok(owner.and_then(|id| jobs.job(id, now)))
    }

    async fn list(&self, request: ListRequest) -> Result<JobPage, StoreError> {
        // A cursor is the number of the last submit that was examined.
        let read = |cursor: &Cursor| cursor.as_str().parse::<u64>();
        let from = request.after.as_ref().map(read).transpose();
        let mut from = from.map_err(|_| StoreError::Misuse("a cursor of another store"))?;
        let mut found = Vec::new();
        for _ in 0..ListRequest::MAX_EXAMINED / LIST_STEP {
            let now = self.timestamp();
            let step = self.lock().list(&request, from, LIST_STEP, &mut found, now);
            if step.is_none() {
                return Ok(JobPage::new(found, None));
            }
            from = step;
            if found.len() >= request.limit {
                break;
            }
        }
        let next =
            from.map(|number| Cursor::new(&number.to_string()).expect("digits are a cursor"));
        Ok(JobPage::new(found, next))
    }

    async fn report(&self, id: JobId) -> Result<Option<Bytes>, StoreError> {
        let now = self.timestamp();
        let jobs = self.lock();
        let entry = jobs.get(id, now);
        Ok(entry.and_then(|entry| entry.report().cloned()))
    }

    async fn changed(&self, request: WatchRequest) -> Result<Option<Job>, StoreError> {
        let WatchRequest { id, after, wait } = request;
        let give_up = instant_after(wait);
        loop {
            let (now, is_over) = (self.timestamp(), Instant::now() >= give_up);
            let watch = {
                let mut jobs = self.lock();
                let Some(job) = jobs.job(id, now) else {
                    return Ok(None);
                };
                if job.version > after || job.status.is_terminal() || is_over {
                    return Ok(Some(job));
                }
                let Some(notify) = jobs.watch(id) else {
                    return Ok(None);
                };
                // Made under the lock: it is notified of every change after this reading.
                notify.notified_owned()
            };
            _ = tokio::time::timeout_at(give_up, watch).await;
        }
    }

    async fn delete(&self, id: JobId) -> Result<(), StoreError> {
        let mut removed = Removed::new();
        let now = self.timestamp();
        let deleted = self.lock().delete(id, now, &mut removed);
        drop(removed);
        deleted
    }

    async fn claim_ended(&self, request: ClaimEndedRequest) -> Result<Vec<EndedJob>, StoreError> {
        let give_up = instant_after(request.wait);
        loop {
            // Listens before it looks, so that nothing which happens in between is lost.
            let woken = self.deliverable.notified();
            let now = self.timestamp();
            let mut removed = Removed::new();
            let (claimed, next) = self.lock().claim_ended(&request, now, &mut removed);
            drop(removed);
            if !claimed.is_empty() || request.max == 0 || Instant::now() >= give_up {
                return Ok(claimed);
            }
            let next = next.map_or(give_up, |next| self.instant(next).min(give_up));
            tokio::select! {
                () = woken => {}
                () = tokio::time::sleep_until(next) => {}
            }
        }
    }

    async fn acknowledge(&self, receipt: &Receipt, delivery: Delivery) -> Result<(), StoreError> {
        let now = self.timestamp();
        let mut jobs = self.lock();
        jobs.change(receipt.job(), now, |record| {
            record.acknowledge(receipt, delivery, now);
        });
        Ok(())
    }

    async fn sweep(&self, request: SweepRequest) -> Result<SweepStats, StoreError> {
        let mut total = SweepStats {
            more: true,
            ..SweepStats::default()
        };
        let mut left = request.limit;
        while left > 0 && total.more {
            let mut removed = Removed::new();
            let now = self.now();
            let step = self.lock().sweep(left.min(SWEEP_STEP), now, &mut removed);
            drop(removed);
            left = left.saturating_sub(SWEEP_STEP);
            total.add(step);
            if step.requeued > 0 {
                self.claimable.notify_waiters();
            }
            if left > 0 && total.more {
                // The lock is not fair: a task that takes it again and again keeps the others out.
                tokio::time::sleep(SWEEP_PAUSE).await;
            }
        }
        Ok(total)
    }

    async fn stats(&self) -> Result<Stats, StoreError> {
        let now = self.timestamp();
        Ok(self.lock().stats(now))
    }

    async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Applies a rule to the job of a lease. If the job is gone, the lease is lost.
fn with_lease<T>(
    jobs: &mut Jobs,
    lease: &Lease,
    now: Now,
    rule: impl FnOnce(&mut Record) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    jobs.change(lease.job(), now.timestamp, rule)
        .unwrap_or(Err(StoreError::LeaseLost(lease.job())))
}
