//! The job's state machine: what each verb of the contract does to one record.
//!
//! Pure functions of a record, a command and a timestamp. They read no clock, take no lock and make
//! no id, so every store that is written in Rust can share them; a store that is not (Redis
//! scripts) restates them.

mod claims;
mod contents;
mod ends;
mod held;
mod kept;
mod notes;
mod saves;

use std::time::Duration;

use bytes::Bytes;

pub(super) use self::contents::{Content, Outputs, Saves};
pub(super) use self::kept::Kept;
pub(super) use self::notes::Notes;
use super::timestamp::{Now, QueuePosition, Timestamp};
use super::{
    Checkpoints, ClaimToken, HeartbeatReply, Lease, NewJob, Payload, ProgramVersion, Saved,
    StoreError, TraceContext,
};
use crate::job::{Job, Status};

/// A report is served only if it is kept for as long as this, or for a tenth of its retention.
const SERVED_BEFORE_EXPIRY: Duration = Duration::from_secs(60);

/// A job with all that a store knows of it. A store in SQL makes it of its rows, and reads from it what to write
/// back; whatever else happens to a job, the functions of this module and its parts do it.
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

    fn wait_at(&mut self, position: QueuePosition, now: Now) {
        self.state = State::Waiting { position };
        self.job.status = Status::Pending;
        self.touch(now);
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
