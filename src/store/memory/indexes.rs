//! Every way to find a job but by its id.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use super::map::ShardedMap;
use super::outbox::Outbox;
use super::owner::OwnerKey;
use super::ready::ReadyQueues;
use crate::job::{Job, JobId, Scope, Status};
use crate::store::rules::{Record, State};
use crate::store::timestamp::Timestamp;
use crate::store::{ClaimToken, JobCounts};

/// The indexes over all records. What they say of a record is a function of the record, see
/// [`Indexed`], so no verb of the store has to update them itself.
pub(super) struct Indexes {
    retention: Duration,
    failed_checkpoints: Duration,
    /// The job that owns a target in a scope.
    pub(super) owners: ShardedMap<OwnerKey, JobId>,
    /// How many jobs of each scope wait; of no scope they are not counted.
    waiting: HashMap<Scope, usize>,
    /// Waiting jobs by platform.
    pub(super) ready: ReadyQueues,
    /// All jobs, in the order of their submits.
    pub(super) submits: BTreeMap<u64, JobId>,
    /// Ended jobs with notes.
    pub(super) outbox: Outbox,
    /// Held jobs by the end of their lease.
    pub(super) leases: BTreeSet<(Timestamp, JobId)>,
    /// Unfinished jobs by their deadline.
    pub(super) deadlines: BTreeSet<(Timestamp, JobId)>,
    /// Ended jobs by the end of their retention.
    pub(super) expiries: BTreeSet<(Timestamp, JobId)>,
    /// Failed jobs that have left checkpoints, by the time until which those are kept.
    pub(super) kept: BTreeSet<(Timestamp, JobId)>,
    /// Bytes of what they have left.
    pub(super) kept_bytes: u64,
    pub(super) counts: JobCounts,
    pub(super) stored_bytes: u64,
    claims: HashMap<ClaimToken, Taken>,
}

/// What the indexes know of a record.
#[derive(Clone, Copy)]
pub(super) struct Indexed {
    status: Status,
    state: State,
    number: u64,
    deadline: Option<Timestamp>,
    holder: Option<ClaimToken>,
    owns_target: bool,
    kept_since: Option<Timestamp>,
    kept_bytes: u64,
    notes_due: Option<Timestamp>,
    bytes: u64,
}

/// The jobs of one claim, for as long as any of them is held.
struct Taken {
    jobs: Vec<JobId>,
    held: usize,
}

impl Indexed {
    pub(super) fn of(record: &Record) -> Self {
        Self {
            status: record.job().status,
            state: record.state(),
            number: record.number(),
            deadline: record.open_deadline(),
            holder: record.holder(),
            owns_target: record.owns_target(),
            kept_since: record.kept_since(),
            kept_bytes: record.kept_bytes(),
            notes_due: record.notes_due(),
            bytes: record.stored_bytes(),
        }
    }

    pub(super) const fn state(&self) -> State {
        self.state
    }
}

impl Indexes {
    pub(super) fn new(retention: Duration, failed_checkpoints: Duration) -> Self {
        Self {
            retention,
            failed_checkpoints: failed_checkpoints.min(retention),
            owners: ShardedMap::new(),
            waiting: HashMap::new(),
            ready: ReadyQueues::default(),
            submits: BTreeMap::new(),
            outbox: Outbox::default(),
            leases: BTreeSet::new(),
            deadlines: BTreeSet::new(),
            expiries: BTreeSet::new(),
            kept: BTreeSet::new(),
            kept_bytes: 0,
            counts: JobCounts::default(),
            stored_bytes: 0,
            claims: HashMap::new(),
        }
    }

    /// The jobs that a claim took. Some may no longer be held.
    pub(super) fn taken(&self, token: ClaimToken) -> Option<&[JobId]> {
        self.claims.get(&token).map(|taken| &*taken.jobs)
    }

    /// How many jobs of a scope wait.
    pub(super) fn waiting_in(&self, scope: &Scope) -> usize {
        self.waiting.get(scope).copied().unwrap_or(0)
    }

    /// Whether a failed job leaves nothing to continue.
    pub(super) fn keeps_no_checkpoints(&self) -> bool {
        self.failed_checkpoints.is_zero()
    }

    /// Whether what a failed job has left is still there.
    pub(super) fn is_kept(&self, record: &Record, now: Timestamp) -> bool {
        let until = |since: Timestamp| since.after(self.failed_checkpoints);
        record.kept_since().is_some_and(|since| until(since) > now)
    }

    /// Whether housekeeping has anything to do.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        [&self.leases, &self.deadlines, &self.expiries, &self.kept]
            .into_iter()
            .any(|index| index.first().is_some_and(|(due, _)| *due <= now))
    }

    /// Moves a job from where it was to where it is; `None` is outside the store.
    pub(super) fn update(&mut self, job: &Job, before: Option<Indexed>, after: Option<Indexed>) {
        let id = job.id;
        self.update_state(job, before.map(|was| was.state), after.map(|is| is.state));
        self.update_deadline(
            id,
            before.and_then(|was| was.deadline),
            after.and_then(|is| is.deadline),
        );
        self.update_holder(
            id,
            before.and_then(|was| was.holder),
            after.and_then(|is| is.holder),
        );
        self.update_owner(
            job,
            before.is_some_and(|was| was.owns_target),
            after.is_some_and(|is| is.owns_target),
        );
        self.update_kept(id, before, after);
        self.outbox.update(
            &job.target.platform,
            id,
            before.and_then(|was| was.notes_due),
            after.and_then(|is| is.notes_due),
        );
        match (before, after) {
            (None, Some(is)) => _ = self.submits.insert(is.number, id),
            (Some(was), None) => _ = self.submits.remove(&was.number),
            _ => {}
        }
        if let Some(was) = before {
            *self.count_of(was.status) -= 1;
            self.stored_bytes -= was.bytes;
        }
        if let Some(is) = after {
            *self.count_of(is.status) += 1;
            self.stored_bytes += is.bytes;
        }
    }

    fn update_state(&mut self, job: &Job, before: Option<State>, after: Option<State>) {
        if before == after {
            return;
        }
        let (id, platform) = (job.id, &job.target.platform);
        let is_waiting = |state| matches!(state, Some(State::Waiting { .. }));
        self.update_waiting(&job.scope, is_waiting(before), is_waiting(after));
        let is_held = |state| matches!(state, Some(State::Held { .. }));
        // Adds before it removes, so that a queue is not dropped just to be made again.
        match after {
            Some(State::Waiting { position }) => self.ready.add_waiting(platform, position, id),
            Some(State::Held { until, .. }) => _ = self.leases.insert((until, id)),
            Some(State::Ended { at }) => {
                self.expiries.insert((at.after(self.retention), id));
            }
            None => {}
        }
        if is_held(after) && !is_held(before) {
            self.ready.add_held(platform, id);
        }
        match before {
            Some(State::Waiting { position }) => self.ready.remove_waiting(platform, position, id),
            Some(State::Held { until, .. }) => _ = self.leases.remove(&(until, id)),
            Some(State::Ended { at }) => {
                self.expiries.remove(&(at.after(self.retention), id));
            }
            None => {}
        }
        if is_held(before) && !is_held(after) {
            self.ready.remove_held(platform, id);
        }
    }

    fn update_kept(&mut self, id: JobId, before: Option<Indexed>, after: Option<Indexed>) {
        let entry = |since: Timestamp| (since.after(self.failed_checkpoints), id);
        if let Some(was) = before
            && let Some(since) = was.kept_since
        {
            self.kept.remove(&entry(since));
            self.kept_bytes -= was.kept_bytes;
        }
        if let Some(is) = after
            && let Some(since) = is.kept_since
        {
            self.kept.insert(entry(since));
            self.kept_bytes += is.kept_bytes;
        }
    }

    fn update_waiting(&mut self, scope: &Scope, before: bool, after: bool) {
        if scope.is_none() || before == after {
            return;
        }
        let waiting = self.waiting.entry(scope.clone()).or_default();
        if after {
            *waiting += 1;
        } else {
            *waiting -= 1;
            if *waiting == 0 {
                self.waiting.remove(scope);
            }
        }
    }

    // A job's deadline never changes: it is open, or it is not.
    fn update_deadline(&mut self, id: JobId, before: Option<Timestamp>, after: Option<Timestamp>) {
        match (before, after) {
            (Some(was), None) => _ = self.deadlines.remove(&(was, id)),
            (None, Some(is)) => _ = self.deadlines.insert((is, id)),
            (None, None) | (Some(_), Some(_)) => {}
        }
    }

    fn update_holder(&mut self, id: JobId, before: Option<ClaimToken>, after: Option<ClaimToken>) {
        if before == after {
            return;
        }
        if let Some(token) = before
            && let Some(taken) = self.claims.get_mut(&token)
        {
            taken.held -= 1;
            if taken.held == 0 {
                self.claims.remove(&token);
            }
        }
        if let Some(token) = after {
            let taken = self.claims.entry(token).or_insert(Taken {
                jobs: Vec::new(),
                held: 0,
            });
            taken.jobs.push(id);
            taken.held += 1;
        }
    }

    fn update_owner(&mut self, job: &Job, before: bool, after: bool) {
        if before == after {
            return;
        }
        let key = OwnerKey::new(&job.target, &job.scope);
        if after {
            self.owners.insert(key, job.id);
        } else if self.owners.get(&key) == Some(&job.id) {
            // Otherwise a newer job for the same target owns the key.
            self.owners.remove(&key);
        }
    }

    const fn count_of(&mut self, status: Status) -> &mut u64 {
        match status {
            Status::Pending => &mut self.counts.pending,
            Status::Processing => &mut self.counts.processing,
            Status::Completed => &mut self.counts.completed,
            Status::Failed => &mut self.counts.failed,
        }
    }
}
