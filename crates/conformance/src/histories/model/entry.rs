//! One job of the model.

use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{ClaimToken, HeartbeatReply, Lease, NotContinuable, Note};
use report_pipeline::{FailureKind, Job, NewJob, Phase, Progress, Status};

pub(super) struct Entry {
    pub(super) new: NewJob,
    pub(super) status: Status,
    pub(super) phase: Phase,
    pub(super) progress: Progress,
    // What the job may show as its failure; one of them.
    pub(super) failure: Vec<Option<FailureKind>>,
    pub(super) attempt: u32,
    pub(super) failures: u32,
    pub(super) crashes: u32,
    pub(super) cancel_requested: bool,
    pub(super) submitted: Duration,
    // Since when, or from when on, the job may be claimed.
    pub(super) ready: Duration,
    // The wait that the last retry asked for, until the job is claimed.
    pub(super) retry_after: Option<Duration>,
    pub(super) fence: u64,
    // The limits of the platform that were counted when the job was claimed.
    pub(super) limits_seen: u32,
    pub(super) lease: Option<(Lease, Duration)>,
    pub(super) settled: Option<(Lease, Status)>,
    pub(super) ended: Option<Duration>,
    pub(super) holds_target: bool,
    pub(super) input: Bytes,
    pub(super) scraping: Option<Bytes>,
    pub(super) analysis: Option<Bytes>,
    pub(super) saved: (Option<Bytes>, Vec<Bytes>),
    // The lowest number that a save may have under the present lease.
    pub(super) next_save: u32,
    pub(super) report: Option<Bytes>,
    // Ended jobs whose retention is over may be removed by a submit, before any sweep.
    pub(super) may_be_gone: bool,
    // The longest that a submit has asked for.
    pub(super) head_start: Duration,
    pub(super) notes: Notes,
    pub(super) seen: Option<Job>,
}

/// The notes of a job that have not been delivered.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) all: Vec<Note>,
    /// From when on they may be claimed, once the job has ended.
    pub(super) due: Duration,
    pub(super) token: Option<ClaimToken>,
    pub(super) deliveries: u32,
}

impl Entry {
    pub(super) fn submitted(new: NewJob, now: Duration) -> Self {
        Self {
            head_start: new.head_start(),
            input: new.input().clone(),
            new,
            status: Status::Pending,
            phase: Phase::Scraping,
            progress: Progress::ZERO,
            failure: vec![None],
            attempt: 0,
            failures: 0,
            crashes: 0,
            cancel_requested: false,
            submitted: now,
            ready: now,
            retry_after: None,
            fence: 0,
            limits_seen: 0,
            lease: None,
            settled: None,
            ended: None,
            holds_target: true,
            scraping: None,
            analysis: None,
            saved: (None, Vec::new()),
            next_save: 0,
            report: None,
            may_be_gone: false,
            notes: Notes::default(),
            seen: None,
        }
    }

    pub(super) fn cannot_be_continued_by(&self, new: &NewJob) -> Option<NotContinuable> {
        if (&self.new.target, &self.new.scope) != (&new.target, &new.scope) {
            Some(NotContinuable::OtherTarget)
        } else if self.status != Status::Failed {
            Some(NotContinuable::NotFailed)
        } else if self.scraping.is_none() {
            Some(NotContinuable::NoCheckpoints)
        } else {
            None
        }
    }

    pub(super) fn continue_with(
        &mut self,
        (phase, input, scraping, analysis): (Phase, Bytes, Option<Bytes>, Option<Bytes>),
    ) {
        (self.phase, self.progress) = (phase, phase.start());
        (self.input, self.scraping, self.analysis) = (input, scraping, analysis);
    }

    pub(super) fn is_expired(&self, now: Duration, retention: Duration) -> bool {
        self.ended.is_some_and(|ended| ended + retention <= now)
    }

    pub(super) fn is_ready(&self, now: Duration) -> bool {
        self.status == Status::Pending && self.ready <= now
    }

    pub(super) fn is_abandoned(&self, now: Duration) -> bool {
        self.lease.as_ref().is_some_and(|(_, until)| *until <= now)
    }

    pub(super) fn is_overdue(&self, now: Duration) -> bool {
        let deadline = self.new.deadline;
        deadline.is_some_and(|deadline| self.submitted + deadline <= now)
    }

    pub(super) const fn signal(&self) -> HeartbeatReply {
        if self.cancel_requested {
            HeartbeatReply::Cancel
        } else {
            HeartbeatReply::Continue
        }
    }

    /// Adds the note of a submit that made, joined or was served this job. Returns whether there was room.
    pub(super) fn add_note(&mut self, new: &NewJob, now: Duration) -> bool {
        let Some(note) = new.note() else { return true };
        let notes = &mut self.notes;
        if notes.all.contains(&note) {
            return true;
        }
        if notes.all.len() == Note::MAX_PER_JOB {
            return false;
        }
        notes.all.push(note);
        notes.deliveries = 0;
        if notes.token.is_none() || notes.due <= now {
            notes.due = now.min(notes.due);
        }
        true
    }

    pub(super) fn has_due_notes(&self, now: Duration) -> bool {
        self.ended.is_some() && !self.notes.all.is_empty() && self.notes.due <= now
    }

    pub(super) fn bytes(&self) -> u64 {
        let notes = self.notes.all.iter().map(|note| note.value().len() as u64);
        let values = [&self.scraping, &self.analysis, &self.report, &self.saved.0];
        values
            .into_iter()
            .flatten()
            .chain(&self.saved.1)
            .chain([&self.input])
            .map(|value| value.len() as u64)
            .chain(notes)
            .sum()
    }

    pub(super) fn take(&mut self, lease: Lease, until: Duration) {
        assert!(lease.fence().number() > self.fence, "fences grow");
        self.fence = lease.fence().number();
        self.status = Status::Processing;
        self.attempt += 1;
        self.retry_after = None;
        self.lease = Some((lease, until));
        self.settled = None;
        self.next_save = 0;
    }

    pub(super) fn abandon(&mut self, now: Duration) {
        self.crashes += 1;
        self.lease = None;
        let mut reasons = Vec::new();
        if self.cancel_requested {
            reasons.push(FailureKind::Cancelled);
        }
        if self.crashes >= self.new.max_crashes {
            reasons.push(FailureKind::Crashed);
        }
        if self.is_overdue(now) {
            reasons.push(FailureKind::DeadlineExceeded);
        }
        if reasons.is_empty() {
            self.failure = vec![Some(FailureKind::Crashed)];
            self.status = Status::Pending;
            self.ready = now;
        } else {
            self.fail(reasons, now);
        }
    }

    /// Makes the job pending again, unless the store has used the chance to fail an overdue one.
    pub(super) fn give_back(&mut self, answer: Status, now: Duration, ready: Duration) {
        self.lease = None;
        if answer == Status::Failed && self.is_overdue(now) {
            self.fail(vec![FailureKind::DeadlineExceeded], now);
        } else {
            self.status = Status::Pending;
            self.ready = ready;
        }
    }

    pub(super) fn fail(&mut self, kinds: Vec<FailureKind>, now: Duration) {
        self.failure = kinds.into_iter().map(Some).collect();
        self.holds_target = false;
        self.end(Status::Failed, now);
    }

    /// What a job that continues this one starts with: phase, input and outputs.
    pub(super) fn take_kept(&mut self) -> (Phase, Bytes, Option<Bytes>, Option<Bytes>) {
        let input = std::mem::take(&mut self.input);
        (
            self.phase,
            input,
            self.scraping.take(),
            self.analysis.take(),
        )
    }

    pub(super) fn end(&mut self, status: Status, now: Duration) {
        self.status = status;
        self.ended = Some(now);
        self.notes.due = now;
        self.lease = None;
        self.retry_after = None;
        self.saved = (None, Vec::new());
        // A failed job may be continued, if it has left anything.
        if status == Status::Completed || self.scraping.is_none() {
            _ = self.take_kept();
        }
    }
}
