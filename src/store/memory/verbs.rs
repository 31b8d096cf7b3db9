//! What the store does for each call of the contract.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::time::Instant;

use super::MemoryStore;
use super::entry::Removed;
use super::jobs::Jobs;
use crate::account::Platform;
use crate::job::{Job, JobId, Phase, Status};
use crate::store::rules::Record;
use crate::store::timestamp::Now;
use crate::store::{
    ClaimEndedRequest, ClaimRequest, ClaimedJob, Cursor, Delivery, EndedJob, FindRequest,
    Heartbeat, HeartbeatReply, JobPage, JobStore, Lease, ListRequest, NewJob, Outcome,
    PauseRequest, Payload, Receipt, SaveRequest, Stats, StoreError, Submitted, SweepRequest,
    SweepStats, WatchRequest,
};
use crate::timeout::instant_after;

/// For how many jobs of a claim there is room before the lock is taken.
const CLAIM_ROOM: usize = 16;
/// How many jobs a sweep handles before it releases the lock for others.
const SWEEP_STEP: usize = 128;
/// For how long it releases the lock.
const SWEEP_PAUSE: Duration = Duration::from_millis(1);
/// How many jobs are read before the lock is released for others.
const READ_STEP: usize = 256;
/// How many are examined for a list before that.
const LIST_STEP: usize = 250;

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
        let submitted = self.make_or_join(job)?;
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
                let room = Vec::with_capacity(request.max.min(CLAIM_ROOM));
                let mut jobs = self.lock();
                let lease_end = jobs.next_lease_end();
                let claimed = jobs.claim(&request, now, room);
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
        let number = self.held(lease)?;
        let mut jobs = self.lock();
        let lease_end = jobs.next_lease_end();
        let reply = with_lease(&mut jobs, (number, lease), now, |record| {
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
        let number = self.held(lease)?;
        let mut jobs = self.lock();
        let record = held_record(&jobs, (number, lease), now)?;
        if let Some(size) = record.check_save(lease, &request)? {
            jobs.check_size(record, Payload::Saved(request.phase()), size)?;
        }
        let reply = with_lease(&mut jobs, (number, lease), now, |record| {
            record.save(lease, &request)
        })?;
        self.wake_for_probe(number, now, &mut jobs);
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
        let number = self.held(lease)?;
        let mut jobs = self.lock();
        let record = held_record(&jobs, (number, lease), now)?;
        record.check_checkpoint(lease, phase)?;
        jobs.check_size(record, Payload::Checkpoint(phase), output.len())?;
        let reply = with_lease(&mut jobs, (number, lease), now, |record| {
            record.checkpoint(lease, phase, output, now)
        })?;
        self.wake_for_probe(number, now, &mut jobs);
        Ok(reply)
    }

    async fn finish(&self, lease: &Lease, outcome: Outcome) -> Result<Status, StoreError> {
        let outcome = match outcome {
            Outcome::Completed(report) => Outcome::Completed(self.compact(report)),
            other => other,
        };
        let (status, others_wait) = {
            let now = self.now();
            let number = self.held(lease)?;
            let mut jobs = self.lock();
            if let Outcome::Completed(report) = &outcome
                && let Some(record) = jobs.record(number, now.timestamp)
                && record.would_keep_report(lease)
            {
                jobs.check_size(record, Payload::Report, report.len())?;
                jobs.got_through(number, now.timestamp);
            }
            let paused_until = match &outcome {
                Outcome::RateLimited { limit, .. } => {
                    jobs.limit(number, lease, limit, now.timestamp)
                }
                _ => None,
            };
            let finish = |record: &mut Record| {
                let platform = record.job().target.platform.clone();
                record
                    .finish(lease, outcome, paused_until, now)
                    .map(|status| (status, platform))
            };
            let (status, platform) = with_lease(&mut jobs, (number, lease), now, finish)?;
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
        let number = self.ids.get(id).ok_or(StoreError::NotFound(id))?;
        let mut jobs = self.lock();
        jobs.change(number, now.timestamp, |record| record.cancel(now))
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
        let number = self.ids.get(id);
        Ok(number.and_then(|number| self.lock().job(number, now)))
    }

    async fn get_many(&self, ids: &[JobId]) -> Result<Vec<Option<Job>>, StoreError> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(READ_STEP) {
            let now = self.timestamp();
            let numbers: Vec<Option<u64>> = ids.iter().map(|id| self.ids.get(*id)).collect();
            let jobs = self.lock();
            found.extend(numbers.into_iter().map(|number| jobs.job(number?, now)));
        }
        Ok(found)
    }

    async fn find(&self, request: FindRequest) -> Result<Option<Job>, StoreError> {
        let now = self.timestamp();
        let (target, scope) = (&request.target, &request.scope);
        let owner = self.owners.lock(target, scope);
        let jobs = self.lock();
        let known = [owner.by_hash(), owner.clashing(target, scope)];
        let owner = |number| jobs.owner(number, target, scope, now);
        let found = known.into_iter().flatten().find_map(owner);
        Ok(found.map(|entry| entry.job(self.retention)))
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
        let Some(number) = self.ids.get(id) else {
            return Ok(None);
        };
        let jobs = self.lock();
        let entry = jobs.get(number, now);
        Ok(entry.and_then(|entry| entry.report().cloned()))
    }

    async fn changed(&self, request: WatchRequest) -> Result<Option<Job>, StoreError> {
        let WatchRequest { id, after, wait } = request;
        let give_up = instant_after(wait);
        let Some(number) = self.ids.get(id) else {
            return Ok(None);
        };
        loop {
            let (now, is_over) = (self.timestamp(), Instant::now() >= give_up);
            let watch = {
                let mut jobs = self.lock();
                let Some(job) = jobs.job(number, now) else {
                    return Ok(None);
                };
                if job.version > after || job.status.is_terminal() || is_over {
                    return Ok(Some(job));
                }
                let Some(notify) = jobs.watch(number) else {
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
        let Some(number) = self.ids.get(id) else {
            return Ok(());
        };
        let deleted = self.lock().delete(number, now, &mut removed);
        self.forget(removed);
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
            self.forget(removed);
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
        let Some(number) = self.ids.get(receipt.job()) else {
            return Ok(());
        };
        let mut jobs = self.lock();
        jobs.change(number, now, |record| {
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
            self.forget(removed);
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

/// The record of the job of a lease. If the job is gone, the lease is lost.
fn held_record<'a>(
    jobs: &'a Jobs,
    (number, lease): (u64, &Lease),
    now: Now,
) -> Result<&'a Record, StoreError> {
    jobs.record(number, now.timestamp)
        .ok_or(StoreError::LeaseLost(lease.job()))
}

/// Applies a rule to the job of a lease. If the job is gone, the lease is lost.
fn with_lease<T>(
    jobs: &mut Jobs,
    (number, lease): (u64, &Lease),
    now: Now,
    rule: impl FnOnce(&mut Record) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    jobs.change(number, now.timestamp, rule)
        .unwrap_or(Err(StoreError::LeaseLost(lease.job())))
}
