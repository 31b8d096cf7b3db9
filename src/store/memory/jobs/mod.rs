//! The records: what the lock protects.

mod removing;
mod submitting;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::entry::{Entry, Removed};
use super::indexes::{Indexed, Indexes};
use super::map::ShardedMap;
use super::owners::OwnerHash;
use crate::account::{Platform, Target};
use crate::job::{Job, JobId, Scope, Status};
use crate::store::rules::{Record, State};
use crate::store::timestamp::{Now, Timestamp};
use crate::store::{
    ClaimEndedRequest, ClaimRequest, ClaimedJob, EndedJob, Lease, Limit, ListRequest, Payload,
    RateLimit, Stats, StoreError, StoreLimits,
};

/// How many jobs that it cannot take a claim looks at, so that it does not hold the lock for long.
const DETOURS: usize = 64;

/// All jobs. A job whose retention is over reads as absent, whether it has been removed or not.
pub(super) struct Jobs {
    limits: StoreLimits,
    retention: Duration,
    entries: ShardedMap<JobId, Box<Entry>>,
    indexes: Indexes,
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
            entries: ShardedMap::new(),
            indexes: Indexes::new(retention, failed_checkpoints),
            submitted: 0,
        }
    }

    /// What the store has of a job.
    pub(super) fn get(&self, id: JobId, now: Timestamp) -> Option<&Entry> {
        let entry = &**self.entries.get(&id)?;
        (!entry.is_expired(self.retention, now)).then_some(entry)
    }

    /// A job as readers see it.
    pub(super) fn job(&self, id: JobId, now: Timestamp) -> Option<Job> {
        Some(self.get(id, now)?.job(id, self.retention))
    }

    /// The record of a job, for somebody who may hold it.
    pub(super) fn record(&self, id: JobId, now: Timestamp) -> Option<&Record> {
        self.get(id, now)?.record()
    }

    /// The job that owns a target in a scope.
    pub(super) fn owner(&self, target: &Target, scope: &Scope, now: Timestamp) -> Option<JobId> {
        let hash = self.indexes.owners.hash(target, scope);
        let owner = self.owner_by(hash, target, scope)?;
        self.get(owner, now).map(|_| owner)
    }

    /// The same by the hash of both, also of a job whose retention is over.
    fn owner_by(&self, hash: OwnerHash, target: &Target, scope: &Scope) -> Option<JobId> {
        self.indexes.owners.get(hash, (target, scope), |id| {
            let entry = self.entries.get(&id);
            entry.is_some_and(|entry| entry.is_for(target, scope))
        })
    }

    /// What is notified when a job changes.
    pub(super) fn watch(&mut self, id: JobId) -> Option<Arc<Notify>> {
        self.entries.get_mut(&id)?.watch()
    }

    /// Applies a rule to one record, and brings the indexes in line with what came of it.
    ///
    /// Returns `None` if there is no such job. Those who watch the job are notified of a visible
    /// change.
    pub(super) fn change<T>(
        &mut self,
        id: JobId,
        now: Timestamp,
        rule: impl FnOnce(&mut Record) -> T,
    ) -> Option<T> {
        let entry = self.entries.get_mut(&id)?;
        if entry.is_expired(self.retention, now) {
            return None;
        }
        let before = Indexed::of(entry);
        let record = entry.record_mut(id, self.retention);
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
        let place = (&entry.target().platform, entry.scope());
        self.indexes.update(id, place, Some(before), Some(after));
        debug_assert!(before.owns_target() || !after.owns_target());
        if before.owns_target() && !after.owns_target() {
            let (target, scope) = (entry.target(), entry.scope());
            self.indexes.owners.remove(target, scope, id);
        }
        entry.settle(id, self.retention);
        self.make_room();
        Some(result)
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
        let older = self.indexes.submits.before(from.unwrap_or(u64::MAX));
        let mut last = None;
        for (examined, (number, id)) in older.enumerate() {
            if examined == examine || found.len() >= request.limit {
                return last;
            }
            last = Some(number);
            found.extend(self.job(id, now).filter(|job| request.wants(job)));
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
                Some((due, id)) if due <= now && claimed.len() < request.max => {
                    let ended = self.change(id, now, |record| record.claim_notes(request, now));
                    if ended.is_none() {
                        // Its retention is over.
                        self.remove(id, removed);
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
    /// Empty also when it found nothing but jobs that had to fail; there may be more behind them,
    /// see [`next_claimable`](Self::next_claimable).
    pub(super) fn claim(&mut self, request: &ClaimRequest, now: Now) -> Vec<ClaimedJob> {
        let held = self.claim_again(request, now);
        if !held.is_empty() {
            return held;
        }
        let mut claimed = Vec::new();
        for _ in 0..request.max.saturating_add(DETOURS) {
            if claimed.len() == request.max {
                break;
            }
            // One for each job wanted: a lease that nobody wants stays valid. A job that is
            // reclaimed keeps its position, before newer jobs.
            let reclaimed = self.reclaim_next(now).is_some();
            let failed = self.fail_without_quota(now);
            match self.indexes.ready.next_ready(request, now.timestamp) {
                Some((id, limits)) => {
                    let take = |record: &mut Record| {
                        let program = request.program_version.as_ref();
                        record.take(request.token, request.lease, limits, program, now)
                    };
                    claimed.extend(self.change(id, now.timestamp, take).flatten());
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
        lease: &Lease,
        limit: &RateLimit,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let record = self.record(lease.job(), now)?;
        let seen = record.limits_seen(lease)?;
        let platform = record.job().target.platform.clone();
        Some(self.indexes.ready.limit(&platform, limit, seen, now))
    }

    /// Returns whether a held job that got something from its platform was the probe of a platform
    /// with more jobs, which may be claimed now.
    pub(super) fn got_through(&mut self, id: JobId, now: Timestamp) -> bool {
        let Some(entry) = self.entries.get(&id) else {
            return false;
        };
        let platform = &entry.target().platform;
        self.indexes.ready.got_through(platform, id, now)
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
        let &(until, id) = self.indexes.leases.first()?;
        if until > now.timestamp {
            return None;
        }
        self.change(id, now.timestamp, |record| {
            record.reclaim(now);
            record.job().status
        })
    }

    /// A job that is the first of its queue and whose deadline comes before its platform's quota
    /// begins anew.
    fn next_without_quota(&self, now: Timestamp) -> Option<JobId> {
        let hopeless = |(id, until): &(JobId, Timestamp)| {
            let deadline = self.entries.get(id)?.record()?.open_deadline()?;
            Some(deadline <= *until)
        };
        self.indexes
            .ready
            .waiting_for_quota(now)
            .find(|head| hopeless(head) == Some(true))
            .map(|(id, _)| id)
    }

    /// Fails such a job, and returns whether there was one.
    fn fail_without_quota(&mut self, now: Now) -> bool {
        let Some(id) = self.next_without_quota(now.timestamp) else {
            return false;
        };
        self.change(id, now.timestamp, |record| record.fail_without_quota(now));
        true
    }

    fn claim_again(&mut self, request: &ClaimRequest, now: Now) -> Vec<ClaimedJob> {
        let taken = self
            .indexes
            .taken(request.token)
            .unwrap_or_default()
            .to_vec();
        let again = |id| {
            self.change(id, now.timestamp, |record| {
                record.take_again(request.token, request.lease, now)
            })
        };
        taken.into_iter().filter_map(again).flatten().collect()
    }
}
