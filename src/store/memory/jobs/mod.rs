//! The records: what the lock protects.

mod removing;
mod submitting;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

pub(super) use self::submitting::Known;
use super::entry::{Entry, Removed, Whole};
use super::indexes::{Indexed, Indexes};
use super::table::Table;
use crate::account::{Platform, Target};
use crate::job::{Job, Scope, Status};
use crate::store::rules::{Record, State};
use crate::store::timestamp::{Now, Timestamp};
use crate::store::{
    ClaimEndedRequest, ClaimRequest, ClaimedJob, EndedJob, Lease, Limit, ListRequest, Payload,
    RateLimit, Stats, StoreError, StoreLimits,
};

/// How many jobs that it cannot take a claim looks at, so that it does not hold the lock for long.
const DETOURS: usize = 64;

/// How many records of jobs that have ended are kept for new ones.
const SPARE: usize = 64;

/// All jobs. A job whose retention is over reads as absent, whether it has been removed or not.
pub(super) struct Jobs {
    limits: StoreLimits,
    retention: Duration,
    table: Table<Box<Entry>>,
    indexes: Indexes,
    /// Memory for new records: a record is large, and often freed by another thread than that which made it, which
    /// would wait for the allocator under the lock.
    #[expect(clippy::vec_box, reason = "the boxes go in and out")]
    spare: Vec<Box<Whole>>,
    /// How many jobs were ever submitted.
    submitted: u64,
}

impl Jobs {
    pub(super) fn new(
        limits: StoreLimits,
        retention: Duration,
        failed_checkpoints: Duration,
    ) -> Self {
        Self {
            limits,
            retention,
            table: Table::new(),
            spare: Vec::with_capacity(SPARE),
            indexes: Indexes::new(retention, failed_checkpoints),
            submitted: 0,
        }
    }

    /// What the store has of a job.
    pub(super) fn get(&self, number: u64, now: Timestamp) -> Option<&Entry> {
        let entry = &**self.table.get(number)?;
        (!entry.is_expired(self.retention, now)).then_some(entry)
    }

    /// A job as readers see it.
    pub(super) fn job(&self, number: u64, now: Timestamp) -> Option<Job> {
        Some(self.get(number, now)?.job(self.retention))
    }

    /// The record of a job, for somebody who may hold it.
    pub(super) fn record(&self, number: u64, now: Timestamp) -> Option<&Record> {
        self.get(number, now)?.record()
    }

    /// The owner of a target in a scope, if it is this job.
    pub(super) fn owner(
        &self,
        number: u64,
        target: &Target,
        scope: &Scope,
        now: Timestamp,
    ) -> Option<&Entry> {
        self.get(number, now)
            .filter(|entry| entry.owns_target() && entry.is_for(target, scope))
    }

    /// What is notified when a job changes.
    pub(super) fn watch(&mut self, number: u64) -> Option<Arc<Notify>> {
        self.table.get_mut(number)?.watch()
    }

    /// Applies a rule to one record, and brings the indexes in line with what came of it.
    ///
    /// Returns `None` if there is no such job. Those who watch the job are notified of a visible
    /// change.
    pub(super) fn change<T>(
        &mut self,
        number: u64,
        now: Timestamp,
        rule: impl FnOnce(&mut Record) -> T,
    ) -> Option<T> {
        let entry = self.table.get_mut(number)?;
        if entry.is_expired(self.retention, now) {
            return None;
        }
        let before = Indexed::of(entry);
        let record = entry.record_mut(self.retention);
        let version = record.job().version;
        let result = rule(record);
        let has_ended = matches!(record.state(), State::Ended { .. })
            && !matches!(before.state(), State::Ended { .. });
        if has_ended {
            record.expire_after(self.retention);
            if self.indexes.keeps_no_checkpoints() {
                record.drop_kept();
            }
        }
        let after = Indexed::of_record(record);
        if record.job().version != version {
            entry.notify();
        }
        self.indexes
            .update(entry.identity(), Some(before), Some(after));
        let settled = entry.settle(self.retention);
        self.spare(settled);
        self.make_room();
        Some(result)
    }

    fn spare(&mut self, settled: Option<Box<Whole>>) {
        if self.spare.len() < SPARE {
            self.spare.extend(settled);
        }
    }

    /// Reads up to `examine` records after the submit with the number `from`, the newest first, for as long
    /// as there are fewer than `limit` jobs. Returns the number of the last one if there are more.
    pub(super) fn list(
        &self,
        request: &ListRequest,
        from: Option<u64>,
        examine: usize,
        found: &mut Vec<Job>,
        now: Timestamp,
    ) -> Option<u64> {
        let older = self.table.before(from.unwrap_or(u64::MAX));
        let mut last = None;
        for (examined, (number, entry)) in older.enumerate() {
            if examined == examine || found.len() >= request.limit {
                return last;
            }
            last = Some(number);
            if !entry.is_expired(self.retention, now) {
                found.extend(Some(entry.job(self.retention)).filter(|job| request.wants(job)));
            }
        }
        None
    }

    /// What is notified when there is more to deliver.
    pub(super) fn outbox_changed(&self) -> Arc<Notify> {
        self.indexes.outbox.changed()
    }

    /// Hands out ended jobs with notes that are due. Returns also when the next ones are.
    pub(super) fn claim_ended(
        &mut self,
        request: &ClaimEndedRequest,
        now: Timestamp,
        removed: &mut Removed,
    ) -> (Vec<EndedJob>, Option<Timestamp>) {
        let mut claimed = Vec::new();
        for _ in 0..request.max.saturating_add(DETOURS) {
            match self.indexes.outbox.next(request) {
                Some((due, number)) if due <= now && claimed.len() < request.max => {
                    let ended = self.change(number, now, |record| record.claim_notes(request, now));
                    if ended.is_none() {
                        // Its retention is over.
                        self.remove(number, removed);
                    }
                    claimed.extend(ended.flatten());
                }
                _ => break,
            }
        }
        let next = self.indexes.outbox.next(request);
        (claimed, next.map(|(due, _)| due))
    }

    /// Jobs that the token of this request holds already, or else jobs that are ready now.
    ///
    /// They are put into `claimed`. Empty also when it found nothing but jobs that had to fail; there may be more behind them,
    /// see [`next_claimable`](Self::next_claimable).
    pub(super) fn claim(
        &mut self,
        request: &ClaimRequest,
        now: Now,
        mut claimed: Vec<ClaimedJob>,
    ) -> Vec<ClaimedJob> {
        let held = self.claim_again(request, now);
        if !held.is_empty() {
            return held;
        }
        for _ in 0..request.max.saturating_add(DETOURS) {
            if claimed.len() == request.max {
                break;
            }
            // One for each job wanted: a lease that nobody wants stays valid. A job that is
            // reclaimed keeps its position, before newer jobs.
            let reclaimed = self.reclaim_next(now).is_some();
            let failed = self.fail_without_quota(now);
            match self.indexes.ready.next_ready(request, now.timestamp) {
                Some((number, limits)) => {
                    let take = |record: &mut Record| {
                        let program = request.program_version.as_ref();
                        record.take(request.token, request.lease, limits, program, now)
                    };
                    claimed.extend(self.change(number, now.timestamp, take).flatten());
                }
                None if !reclaimed && !failed => break,
                None => {}
            }
        }
        claimed
    }

    /// When, without any other event, a job could next become claimable.
    pub(super) fn next_claimable(
        &self,
        request: &ClaimRequest,
        now: Timestamp,
    ) -> Option<Timestamp> {
        if self.next_without_quota(now).is_some() {
            return Some(now);
        }
        let lease = self.indexes.leases.first().map(|(until, _)| *until);
        let ready = self.indexes.ready.next_due(request, now);
        lease.into_iter().chain(ready).min()
    }

    /// When the next lease expires.
    pub(super) fn next_lease_end(&self) -> Option<Timestamp> {
        self.indexes.leases.first().map(|(until, _)| *until)
    }

    pub(super) fn pause(&mut self, platform: &Platform, until: Timestamp, now: Timestamp) {
        self.indexes.ready.pause(platform, until, now);
    }

    pub(super) fn unpause(&mut self, platform: &Platform) {
        self.indexes.ready.unpause(platform);
    }

    /// Pauses the platform of a job whose holder has met a limit, and returns the end of the pause.
    pub(super) fn limit(
        &mut self,
        number: u64,
        lease: &Lease,
        limit: &RateLimit,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let record = self.record(number, now)?;
        let seen = record.limits_seen(lease)?;
        let platform = record.job().target.platform.clone();
        Some(self.indexes.ready.limit(&platform, limit, seen, now))
    }

    /// Returns whether a held job that got something from its platform was the probe of a platform
    /// with more jobs, which may be claimed now.
    pub(super) fn got_through(&mut self, number: u64, now: Timestamp) -> bool {
        let Some(entry) = self.table.get(number) else {
            return false;
        };
        let platform = &entry.target().platform;
        self.indexes.ready.got_through(platform, entry.id(), now)
    }

    /// Whether jobs of this platform wait.
    pub(super) fn has_waiting(&self, platform: &Platform) -> bool {
        self.indexes.ready.has_waiting(platform)
    }

    /// Refuses a value that is over a limit.
    pub(super) fn check_size(
        &self,
        record: &Record,
        payload: Payload,
        size: usize,
    ) -> Result<(), StoreError> {
        let (size_max, stored_max) = (self.limits.value_bytes(), self.limits.stored_bytes());
        // What failed jobs have left goes first.
        let others = self.indexes.stored_bytes - self.indexes.kept_bytes - record.stored_bytes();
        if size as u64 > size_max {
            Err(StoreError::too_large(payload, size as u64, size_max))
        } else if others + record.stored_bytes_with(payload, size) > stored_max {
            Err(StoreError::full(Limit::StoredBytes, stored_max))
        } else {
            Ok(())
        }
    }

    pub(super) fn stats(&self, now: Timestamp) -> Stats {
        let bytes = self.indexes.stored_bytes - self.indexes.kept_bytes;
        let full = self.limits.reached(&self.indexes.counts, bytes);
        Stats {
            jobs: self.indexes.counts,
            platforms: self.indexes.ready.stats(now),
            oldest_ready: self.indexes.ready.oldest_ready(now),
            stored_bytes: self.indexes.stored_bytes,
            undelivered: self.indexes.outbox.len() as u64,
            // What never leaves memory cannot become unreadable.
            damaged: 0,
            full: full.map(|(limit, _)| limit),
        }
    }

    /// Reclaims the next job whose lease has expired, and returns its status after that.
    fn reclaim_next(&mut self, now: Now) -> Option<Status> {
        let &(until, number) = self.indexes.leases.first()?;
        if until > now.timestamp {
            return None;
        }
        self.change(number, now.timestamp, |record| {
            record.reclaim(now);
            record.job().status
        })
    }

    /// A job that is the first of its queue and whose deadline comes before its platform's quota
    /// begins anew.
    fn next_without_quota(&self, now: Timestamp) -> Option<u64> {
        let hopeless = |(number, until): &(u64, Timestamp)| {
            let deadline = self.table.get(*number)?.record()?.open_deadline()?;
            Some(deadline <= *until)
        };
        self.indexes
            .ready
            .waiting_for_quota(now)
            .find(|head| hopeless(head) == Some(true))
            .map(|(number, _)| number)
    }

    /// Fails such a job, and returns whether there was one.
    fn fail_without_quota(&mut self, now: Now) -> bool {
        let Some(number) = self.next_without_quota(now.timestamp) else {
            return false;
        };
        self.change(number, now.timestamp, |record| {
            record.fail_without_quota(now);
        });
        true
    }

    fn claim_again(&mut self, request: &ClaimRequest, now: Now) -> Vec<ClaimedJob> {
        let taken = self
            .indexes
            .taken(request.token)
            .unwrap_or_default()
            .to_vec();
        let again = |number| {
            self.change(number, now.timestamp, |record| {
                record.take_again(request.token, request.lease, now)
            })
        };
        taken.into_iter().filter_map(again).flatten().collect()
    }
}
