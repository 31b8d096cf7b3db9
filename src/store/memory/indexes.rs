//! Every way to find a job but by its id and its target.

use std::collections::HashMap;
use std::time::Duration;

use super::due::DueJobs;
use super::entry::{Entry, Identity};
use super::outbox::Outbox;
use super::own_bits::ByOwnBits;
use super::ready::ReadyQueues;
use crate::job::{Scope, Status};
use crate::store::rules::{Record, State};
use crate::store::timestamp::Timestamp;
use crate::store::{ClaimToken, JobCounts};

/// The indexes over all records. What they say of a record is a function of the record, see
/// [`Indexed`], so no verb of the store has to update them itself.
pub(super) struct Indexes {
    retention: Duration,
    failed_checkpoints: Duration,
    /// How many jobs of each scope wait; of no scope they are not counted.
    waiting: HashMap<Scope, usize>,
    /// Waiting jobs by platform.
    pub(super) ready: ReadyQueues,
    /// Ended jobs with notes.
    pub(super) outbox: Outbox,
    /// Held jobs by the end of their lease.
    pub(super) leases: DueJobs,
    /// Unfinished jobs by their deadline.
    pub(super) deadlines: DueJobs,
    /// Ended jobs by the end of their retention.
    pub(super) expiries: DueJobs,
    /// Failed jobs that have left checkpoints, by the time until which those are kept.
    pub(super) kept: DueJobs,
    /// Bytes of what they have left.
    pub(super) kept_bytes: u64,
    pub(super) counts: JobCounts,
    pub(super) stored_bytes: u64,
    claims: HashMap<ClaimToken, Taken, ByOwnBits>,
}

/// What the indexes know of a record that changes.
#[derive(Clone, Copy)]
pub(super) struct Indexed {
    status: Status,
    state: State,
    deadline: Option<Timestamp>,
    holder: Option<ClaimToken>,
    kept_since: Option<Timestamp>,
    kept_bytes: u64,
    notes_due: Option<Timestamp>,
    bytes: u64,
}

/// The jobs of one claim, for as long as any of them is held.
struct Taken {
    jobs: Vec<u64>,
    held: usize,
}

impl Indexed {
    pub(super) fn of(entry: &Entry) -> Self {
        entry.record().map_or_else(
            || Self {
                status: entry.status(),
                state: entry.state(),
                deadline: None,
                holder: None,
                kept_since: None,
                kept_bytes: 0,
                notes_due: None,
                bytes: entry.report().map_or(0, |report| report.len() as u64),
            },
            Self::of_record,
        )
    }

    pub(super) fn of_record(record: &Record) -> Self {
        Self {
            status: record.job().status,
            state: record.state(),
            deadline: record.open_deadline(),
            holder: record.holder(),
            kept_since: record.kept_since(),
            kept_bytes: record.kept_bytes(),
            notes_due: record.notes_due(),
            bytes: record.stored_bytes(),
        }
    }

    pub(super) const fn state(&self) -> State {
        self.state
    }

    /// Whether all indexes have the job where they had it, so that only its bytes count.
    fn is_where(&self, other: &Self) -> bool {
        self.state == other.state
            && self.status == other.status
            && self.holder == other.holder
            && self.deadline == other.deadline
            && self.notes_due == other.notes_due
            && self.kept_since.is_none()
            && other.kept_since.is_none()
    }
}

impl Indexes {
    pub(super) fn new(retention: Duration, failed_checkpoints: Duration) -> Self {
        Self {
            retention,
            failed_checkpoints: failed_checkpoints.min(retention),
            waiting: HashMap::new(),
            ready: ReadyQueues::default(),
            outbox: Outbox::default(),
            leases: DueJobs::default(),
            deadlines: DueJobs::default(),
            expiries: DueJobs::default(),
            kept: DueJobs::default(),
            kept_bytes: 0,
            counts: JobCounts::default(),
            stored_bytes: 0,
            claims: HashMap::default(),
        }
    }

    /// The jobs that a claim took. Some may no longer be held.
    pub(super) fn taken(&self, token: ClaimToken) -> Option<&[u64]> {
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
    pub(super) fn update(
        &mut self,
        identity: Identity<'_>,
        before: Option<Indexed>,
        after: Option<Indexed>,
    ) {
        if let (Some(was), Some(is)) = (&before, &after)
            && was.is_where(is)
        {
            self.stored_bytes = self.stored_bytes - was.bytes + is.bytes;
            return;
        }
        let number = identity.number;
        self.update_state(
            identity,
            before.map(|was| was.state),
            after.map(|is| is.state),
        );
        self.update_deadline(
            number,
            before.and_then(|was| was.deadline),
            after.and_then(|is| is.deadline),
        );
        self.update_holder(
            number,
            before.and_then(|was| was.holder),
            after.and_then(|is| is.holder),
        );
        self.update_kept(number, before, after);
        self.outbox.update(
            identity,
            before.and_then(|was| was.notes_due),
            after.and_then(|is| is.notes_due),
        );
        if let Some(was) = before {
            *self.count_of(was.status) -= 1;
            self.stored_bytes -= was.bytes;
        }
        if let Some(is) = after {
            *self.count_of(is.status) += 1;
            self.stored_bytes += is.bytes;
        }
    }

    fn update_state(
        &mut self,
        identity: Identity<'_>,
        before: Option<State>,
        after: Option<State>,
    ) {
        if before == after {
            return;
        }
        let is_waiting = |state| matches!(state, Some(State::Waiting { .. }));
        let number = identity.number;
        self.update_waiting(identity.scope, is_waiting(before), is_waiting(after));
        self.ready
            .update(identity.platform, identity.id, before, after);
        match after {
            Some(State::Held { until, .. }) => self.leases.insert(until, number),
            Some(State::Ended { at }) => self.expiries.insert(at.after(self.retention), number),
            Some(State::Waiting { .. }) | None => {}
        }
        match before {
            Some(State::Held { until, .. }) => self.leases.remove(until, number),
            Some(State::Ended { at }) => self.expiries.remove(at.after(self.retention), number),
            Some(State::Waiting { .. }) | None => {}
        }
    }

    fn update_kept(&mut self, number: u64, before: Option<Indexed>, after: Option<Indexed>) {
        let until = |since: Timestamp| since.after(self.failed_checkpoints);
        if let Some(was) = before
            && let Some(since) = was.kept_since
        {
            self.kept.remove(until(since), number);
            self.kept_bytes -= was.kept_bytes;
        }
        if let Some(is) = after
            && let Some(since) = is.kept_since
        {
            self.kept.insert(until(since), number);
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
    fn update_deadline(
        &mut self,
        number: u64,
        before: Option<Timestamp>,
        after: Option<Timestamp>,
    ) {
        match (before, after) {
            (Some(was), None) => self.deadlines.remove(was, number),
            (None, Some(is)) => self.deadlines.insert(is, number),
            (None, None) | (Some(_), Some(_)) => {}
        }
    }

    fn update_holder(
        &mut self,
        number: u64,
        before: Option<ClaimToken>,
        after: Option<ClaimToken>,
    ) {
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
            taken.jobs.push(number);
            taken.held += 1;
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
