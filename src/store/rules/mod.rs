//! The job's state machine: what each verb of the contract does to one record.
//!
//! Pure functions of a record, a command and a timestamp. They read no clock, take no lock and make
//! no id, so every store that is written in Rust can share them; a store that is not (Redis
//! scripts) restates them.

mod contents;
mod kept;
mod notes;
mod saves;

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};

pub(super) use self::contents::{Content, Outputs, Saves};
pub(super) use self::kept::Kept;
pub(super) use self::notes::Notes;
use super::timestamp::{Now, QueuePosition, Timestamp};
use super::{
    Checkpoints, ClaimToken, ClaimedJob, Fence, Heartbeat, HeartbeatReply, Lease, NewJob, Outcome,
    Payload, ProgramVersion, Saved, StoreError, TraceContext,
};
use crate::job::{Failure, FailureKind, Job, Phase, Progress, Status};

/// The minimum lease. One that is over when it begins would let one claim take the same job again
/// and again.
const SHORTEST_LEASE: Duration = Duration::from_millis(1);

/// A report is served only if it is kept for as long as this, or for a tenth of its retention.
const SERVED_BEFORE_EXPIRY: Duration = Duration::from_secs(60);

/// A job with all that a store knows of it. A store in SQL makes it of its rows, and reads from it what to write
/// back; whatever else happens to a job, the functions below do it.
#[derive(Debug)]
pub(in crate::store) struct Record {
    pub(in crate::store) job: Job,
    // The order of submits.
    pub(in crate::store) number: u64,
    pub(in crate::store) state: State,
    pub(in crate::store) fence: u64,
    pub(in crate::store) token: Option<ClaimToken>,
    // The version of the program that the last claim was made by.
    pub(in crate::store) program: Option<ProgramVersion>,
    // What `finish` has returned to the holder of the present fence.
    pub(in crate::store) settled: Option<Status>,
    pub(in crate::store) deadline: Option<Timestamp>,
    pub(in crate::store) max_crashes: u32,
    // How many limits of the platform were counted when the job was claimed.
    pub(in crate::store) limits_seen: u32,
    pub(in crate::store) input: Content,
    pub(in crate::store) trace: Option<Box<TraceContext>>,
    pub(in crate::store) outputs: Option<Box<Outputs>>,
    // What the present phase has saved, and how many saves the present lease has used up.
    pub(in crate::store) saved: Option<Box<Saves>>,
    pub(in crate::store) saves: u64,
    pub(in crate::store) report: Option<Content>,
    pub(in crate::store) notes: Option<Box<Notes>>,
}

/// The state of a record, with the time at which something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum State {
    /// In its ready queue.
    Waiting { position: QueuePosition },
    /// Held by a worker, and reclaimable from `until` on. A job that is pending again has the
    /// position that it had.
    Held {
        until: Timestamp,
        position: QueuePosition,
    },
    /// Ended at that time.
    Ended { at: Timestamp },
}

impl Record {
    /// A record of a job that has just been submitted, as the `number`-th one.
    pub(in crate::store) fn submitted(new: NewJob, number: u64, now: Now) -> Self {
        let (input, ahead) = (Content::Here(new.input().clone()), new.head_start());
        let trace = new.trace().cloned().map(Box::new);
        let notes = new.note().map(|note| Box::new(Notes::of(note)));
        let mut job = Job::submitted(new.id, new.target, now.utc);
        job.scope = new.scope;
        Self {
            input,
            trace,
            notes,
            job,
            number,
            state: State::Waiting {
                position: QueuePosition {
                    due: now.timestamp.before(ahead),
                    number,
                    ahead,
                },
            },
            fence: 0,
            token: None,
            program: None,
            settled: None,
            deadline: new.deadline.map(|deadline| now.timestamp.after(deadline)),
            max_crashes: new.max_crashes.max(1),
            limits_seen: 0,
            outputs: None,
            saved: None,
            saves: 0,
            report: None,
        }
    }

    pub(in crate::store) const fn job(&self) -> &Job {
        &self.job
    }

    /// As the how-manieth job it was submitted.
    pub(in crate::store) const fn number(&self) -> u64 {
        self.number
    }

    pub(in crate::store) const fn state(&self) -> State {
        self.state
    }

    pub(in crate::store) fn report(&self) -> Option<&Bytes> {
        self.report.as_ref().and_then(Content::here)
    }

    /// The deadline, as long as the job can miss it.
    pub(in crate::store) const fn open_deadline(&self) -> Option<Timestamp> {
        if self.job.status.is_terminal() {
            None
        } else {
            self.deadline
        }
    }

    /// Whether the job owns its target's key: a new submit for the target returns it, if it is fresh
    /// enough.
    pub(in crate::store) fn owns_target(&self) -> bool {
        match self.job.status {
            Status::Pending | Status::Processing => !self.job.cancel_requested,
            Status::Completed => true,
            Status::Failed => false,
        }
    }

    /// The claim that holds the job.
    pub(in crate::store) const fn holder(&self) -> Option<ClaimToken> {
        match self.state {
            State::Held { .. } => self.token,
            State::Waiting { .. } | State::Ended { .. } => None,
        }
    }

    /// Bytes of input, checkpoints, saved state, report and notes.
    pub(in crate::store) fn stored_bytes(&self) -> u64 {
        let outputs = self.outputs.as_deref().map_or(0, Outputs::size);
        let report = self.report.as_ref().map_or(0, Content::len);
        let values = self.input.len() + outputs + self.saved_bytes() + report;
        values as u64 + self.note_bytes()
    }

    fn note_bytes(&self) -> u64 {
        self.notes.as_deref().map_or(0, Notes::size)
    }

    fn saved_bytes(&self) -> usize {
        self.saved.as_deref().map_or(0, Saves::size)
    }

    /// Bytes that would be stored if this value were accepted.
    pub(in crate::store) fn stored_bytes_with(&self, payload: Payload, size: usize) -> u64 {
        match payload {
            // The report replaces everything but the notes.
            Payload::Report => size as u64 + self.note_bytes(),
            Payload::Note => self.stored_bytes() + size as u64,
            Payload::Input => self.stored_bytes() + size as u64 - self.input.len() as u64,
            // And a checkpoint what was saved.
            Payload::Checkpoint(phase) => {
                let replaced = self.outputs.as_ref().and_then(|kept| kept.get(phase));
                let replaced = replaced.map_or(0, Content::len) + self.saved_bytes();
                self.stored_bytes() + size as u64 - replaced as u64
            }
            Payload::Saved(_) => self.stored_bytes() + size as u64 - self.saved_bytes() as u64,
        }
    }

    /// Moves a waiting job forward to a longer head start. One that waits for its next attempt stays where it
    /// is until it is due.
    pub(in crate::store) fn move_forward(&mut self, head_start: Duration, now: Timestamp) {
        if let State::Waiting { position } = self.state
            && position.ready() <= now
            && head_start > position.ahead
        {
            self.state = State::Waiting {
                position: QueuePosition {
                    due: position.ready().before(head_start),
                    number: position.number,
                    ahead: head_start,
                },
            };
        }
    }

    /// Claims a job that is due, of a platform of which so many limits were counted. `None` if it is overdue,
    /// and has failed instead.
    pub(in crate::store) fn take(
        &mut self,
        token: ClaimToken,
        lease: Duration,
        limits: u32,
        program: Option<&ProgramVersion>,
        now: Now,
    ) -> Option<ClaimedJob> {
        let State::Waiting { position } = self.state else {
            return None;
        };
        if self.is_overdue(now.timestamp) {
            self.fail_overdue(now);
            return None;
        }
        self.fence += 1;
        self.token = Some(token);
        self.program = program.cloned();
        self.limits_seen = limits;
        self.saves = 0;
        self.settled = None;
        self.state = State::Held {
            until: now.timestamp.after(lease.max(SHORTEST_LEASE)),
            position,
        };
        self.job.status = Status::Processing;
        self.job.attempt += 1;
        self.job.next_attempt_at = None;
        self.touch(now);
        Some(self.claimed(token, now))
    }

    /// Returns to a repeated claim the job that it has taken already, under a new lease.
    pub(in crate::store) fn take_again(
        &mut self,
        token: ClaimToken,
        lease: Duration,
        now: Now,
    ) -> Option<ClaimedJob> {
        let State::Held { position, .. } = self.state else {
            return None;
        };
        if self.token != Some(token) {
            return None;
        }
        self.state = State::Held {
            until: now.timestamp.after(lease.max(SHORTEST_LEASE)),
            position,
        };
        Some(self.claimed(token, now))
    }

    /// Reclaims a job whose lease has expired.
    pub(in crate::store) fn reclaim(&mut self, now: Now) {
        let State::Held { position, .. } = self.state else {
            return;
        };
        // The next number, so that the late worker's lease is an old one from now on.
        self.fence += 1;
        self.token = None;
        self.settled = None;
        self.job.crashes += 1;
        if self.job.cancel_requested {
            self.fail(cancelled(), now);
        } else if self.job.crashes >= self.max_crashes {
            let message = format!(
                "given up: the worker's lease expired {} times",
                self.job.crashes
            );
            self.fail(Failure::new(FailureKind::Crashed, message), now);
        } else if self.is_overdue(now.timestamp) {
            self.fail_overdue(now);
        } else {
            let message = "the worker's lease expired: it crashed or stalled";
            self.job.failure = Some(Failure::new(FailureKind::Crashed, message));
            self.wait_at(position, now);
        }
    }

    /// Fails a waiting job whose deadline has passed, and returns whether it did. A held one is
    /// left to its worker.
    pub(in crate::store) fn fail_if_overdue(&mut self, now: Now) -> bool {
        let overdue = matches!(self.state, State::Waiting { .. }) && self.is_overdue(now.timestamp);
        if overdue {
            self.fail_overdue(now);
        }
        overdue
    }

    /// Fails a waiting job whose deadline comes before its platform's quota begins anew.
    pub(in crate::store) fn fail_without_quota(&mut self, now: Now) {
        if let State::Waiting { .. } = self.state {
            let waits = Failure::new(FailureKind::QuotaExhausted, "the job was not started");
            self.fail(beyond_the_deadline(true, &waits), now);
        }
    }

    pub(in crate::store) fn heartbeat(
        &mut self,
        lease: &Lease,
        beat: Heartbeat,
        now: Now,
    ) -> Result<HeartbeatReply, StoreError> {
        let position = self.check_holder(lease)?;
        self.state = State::Held {
            until: now.timestamp.after(beat.lease),
            position,
        };
        // 100 is for completed jobs, whatever a worker says.
        let progress = beat
            .progress
            .map(|progress| progress.min(Progress::from_percent(99)));
        if let Some(progress) = progress
            && progress > self.job.progress
        {
            self.job.progress = progress;
            self.touch(now);
        }
        Ok(self.reply())
    }

    /// Whether a checkpoint could be accepted, its size apart.
    pub(in crate::store) fn check_checkpoint(
        &self,
        lease: &Lease,
        phase: Phase,
    ) -> Result<(), StoreError> {
        self.check_holder(lease)?;
        match phase {
            Phase::Finalizing => Err(StoreError::Misuse(
                "the last phase has no checkpoint; finish the job with its report",
            )),
            phase if phase > self.job.phase => Err(StoreError::Misuse(
                "a checkpoint of a phase that the job has not reached",
            )),
            _ => Ok(()),
        }
    }

    pub(in crate::store) fn checkpoint(
        &mut self,
        lease: &Lease,
        phase: Phase,
        output: Bytes,
        now: Now,
    ) -> Result<HeartbeatReply, StoreError> {
        self.check_checkpoint(lease, phase)?;
        self.outputs.get_or_insert_default().set(phase, output);
        // It was made on the way to this output, or from an output that is replaced now.
        self.saved = None;
        // Only the output of the present phase moves the job; an older one is replaced where it is.
        if phase == self.job.phase
            && let Some(next) = phase.next()
        {
            self.job.phase = next;
            self.job.progress = self.job.progress.max(next.start());
            self.job.failures = 0;
            self.job.failure = None;
            self.touch(now);
        }
        Ok(self.reply())
    }

    /// How many limits of the platform were counted when the job was claimed, if this lease holds it.
    pub(in crate::store) fn limits_seen(&self, lease: &Lease) -> Option<u32> {
        self.check_holder(lease).ok().map(|_| self.limits_seen)
    }

    /// Whether a report would be kept if the holder finished with one now.
    pub(in crate::store) fn would_keep_report(&self, lease: &Lease) -> bool {
        self.check_holder(lease).is_ok() && !self.job.cancel_requested
    }

    /// Ends the lease. `paused_until` is the end of the platform's pause, for an outcome that pauses
    /// it.
    pub(in crate::store) fn finish(
        &mut self,
        lease: &Lease,
        outcome: Outcome,
        paused_until: Option<Timestamp>,
        now: Now,
    ) -> Result<Status, StoreError> {
        if let Some(status) = self.settled
            && self.matches(lease)
        {
            return Ok(status);
        }
        let position = self.check_holder(lease)?;
        match outcome {
            _ if self.job.cancel_requested => self.fail(cancelled(), now),
            Outcome::Completed(report) => {
                self.report = Some(Content::Here(report));
                self.job.progress = Progress::COMPLETE;
                self.job.phase = Phase::Finalizing;
                self.job.failure = None;
                self.end(Status::Completed, now);
            }
            Outcome::Failed(failure) => self.fail(failure, now),
            Outcome::Retry { after, failure } => {
                self.job.failures += 1;
                self.job.failure = Some(failure);
                if self.is_overdue(now.timestamp) {
                    self.fail_overdue(now);
                } else {
                    self.job.next_attempt_at = calendar_after(now.utc, after);
                    let position = QueuePosition {
                        due: now.timestamp.after(after),
                        number: position.number,
                        ahead: Duration::ZERO,
                    };
                    self.wait_at(position, now);
                }
            }
            Outcome::RateLimited { failure, limit } => {
                let until = paused_until.unwrap_or(now.timestamp);
                if self.is_overdue(until) {
                    self.fail(beyond_the_deadline(limit.is_quota(), &failure), now);
                } else {
                    self.job.failure = Some(failure);
                    self.job.next_attempt_at = calendar_after(now.utc, until.since(now.timestamp));
                    self.wait_at(position, now);
                }
            }
            Outcome::Released => {
                self.job.attempt = self.job.attempt.saturating_sub(1);
                if self.is_overdue(now.timestamp) {
                    self.fail_overdue(now);
                } else {
                    self.wait_at(position, now);
                }
            }
        }
        self.settled = Some(self.job.status);
        Ok(self.job.status)
    }

    pub(in crate::store) fn cancel(&mut self, now: Now) -> Status {
        match self.state {
            State::Waiting { .. } => self.fail(cancelled(), now),
            State::Held { .. } if !self.job.cancel_requested => {
                self.job.cancel_requested = true;
                self.touch(now);
            }
            State::Held { .. } | State::Ended { .. } => {}
        }
        self.job.status
    }

    /// Says when an ended job expires.
    pub(in crate::store) fn expire_after(&mut self, retention: Duration) {
        self.job.expires_at = Self::expiry(self.job.completed_at, retention);
    }

    /// When a job that ended then expires.
    pub(in crate::store) fn expiry(
        ended: Option<DateTime<Utc>>,
        retention: Duration,
    ) -> Option<DateTime<Utc>> {
        ended.map(|at| calendar_after(at, retention).unwrap_or(at))
    }

    fn claimed(&self, token: ClaimToken, now: Now) -> ClaimedJob {
        let lease = Lease::new(self.job.id, Fence::from_number(self.fence), token);
        let mut claimed = ClaimedJob::new(self.job.clone(), lease);
        // In place: a claimed job is large, and most have none of these.
        if let Some(outputs) = &self.outputs {
            claimed.checkpoints = outputs.checkpoints();
        }
        if let Some(saved) = &self.saved {
            claimed.saved = saved.saved();
        }
        claimed.time_left = self.deadline.map(|deadline| deadline.since(now.timestamp));
        if self.input.is_empty() && self.trace.is_none() {
            return claimed;
        }
        claimed
            .with_input(self.input.here().cloned().unwrap_or_default())
            .with_trace(self.trace.as_deref().cloned())
    }

    fn matches(&self, lease: &Lease) -> bool {
        lease.fence().number() == self.fence && self.token == Some(lease.token())
    }

    /// Returns the held job's position in its ready queue.
    fn check_holder(&self, lease: &Lease) -> Result<QueuePosition, StoreError> {
        match self.state {
            State::Held { position, .. } if self.matches(lease) => Ok(position),
            _ => Err(StoreError::LeaseLost(self.job.id)),
        }
    }

    const fn reply(&self) -> HeartbeatReply {
        if self.job.cancel_requested {
            HeartbeatReply::Cancel
        } else {
            HeartbeatReply::Continue
        }
    }

    fn is_overdue(&self, now: Timestamp) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= now)
    }

    fn wait_at(&mut self, position: QueuePosition, now: Now) {
        self.state = State::Waiting { position };
        self.job.status = Status::Pending;
        self.touch(now);
    }

    fn fail_overdue(&mut self, now: Now) {
        let message = match &self.job.failure {
            Some(last) => format!("the job's deadline passed; last error: {last}"),
            None => "the job's deadline passed before it was finished".to_owned(),
        };
        self.fail(Failure::new(FailureKind::DeadlineExceeded, message), now);
    }

    fn fail(&mut self, failure: Failure, now: Now) {
        self.job.failure = Some(failure);
        self.end(Status::Failed, now);
    }

    fn end(&mut self, status: Status, now: Now) {
        self.job.status = status;
        self.job.next_attempt_at = None;
        self.saved = None;
        // Only an attempt is linked to it.
        self.trace = None;
        if status == Status::Completed {
            self.outputs = None;
        }
        // A failed job may be continued for a while, if there is anything to continue.
        if self.outputs.is_none() {
            self.input = Content::EMPTY;
        }
        self.state = State::Ended { at: now.timestamp };
        self.deliver_notes(now.timestamp);
        self.touch(now);
        self.job.completed_at = Some(self.job.updated_at);
    }

    fn touch(&mut self, now: Now) {
        self.job.version = self.job.version.next();
        // The calendar may be set back; what people read never goes back.
        self.job.updated_at = self.job.updated_at.max(now.utc);
    }
}

/// Whether the report of a job in this state, made by this version of the program, may be served to a submit:
/// fresh enough, kept for long enough, and made by the version that is asked for.
pub(super) fn is_fresh(
    state: State,
    program: Option<&ProgramVersion>,
    new: &NewJob,
    retention: Duration,
    now: Timestamp,
) -> bool {
    match state {
        State::Ended { at } => {
            let age = now.since(at);
            let left = retention.saturating_sub(age);
            let version = new.program_version();
            new.max_age.is_none_or(|max_age| age < max_age)
                && version.is_none_or(|version| program == Some(version))
                && left >= SERVED_BEFORE_EXPIRY.min(retention / 10)
        }
        State::Waiting { .. } | State::Held { .. } => true,
    }
}

fn beyond_the_deadline(quota: bool, failure: &Failure) -> Failure {
    let (kind, what) = if quota {
        (
            FailureKind::QuotaExhausted,
            "the platform's quota is used up",
        )
    } else {
        (FailureKind::DeadlineExceeded, "the platform is paused")
    };
    Failure::new(
        kind,
        format!("{what} until after the job's deadline: {failure}"),
    )
}

fn cancelled() -> Failure {
    Failure::new(FailureKind::Cancelled, "the job was cancelled")
}

fn calendar_after(now: DateTime<Utc>, wait: Duration) -> Option<DateTime<Utc>> {
    if wait.is_zero() {
        return None;
    }
    Some(
        chrono::TimeDelta::from_std(wait)
            .ok()
            .and_then(|wait| now.checked_add_signed(wait))
            .unwrap_or(DateTime::<Utc>::MAX_UTC),
    )
}
