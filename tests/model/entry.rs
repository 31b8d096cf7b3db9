//! One job of the model.

use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{HeartbeatReply, Lease};
use report_pipeline::{FailureKind, Job, NewJob, Phase, Progress, Status};

use super::RETENTION;

pub(crate) struct Entry {
    pub(crate) new: NewJob,
    pub(crate) status: Status,
    pub(crate) phase: Phase,
    pub(crate) progress: Progress,
    // What the job may show as its failure; one of them.
    pub(crate) failure: Vec<Option<FailureKind>>,
    pub(crate) attempt: u32,
    pub(crate) failures: u32,
    pub(crate) crashes: u32,
    pub(crate) cancel_requested: bool,
    pub(crate) submitted: Duration,
    // Since when, or from when on, the job may be claimed.
    pub(crate) ready: Duration,
    // The wait that the last retry asked for, until the job is claimed.
    pub(crate) retry_after: Option<Duration>,
    pub(crate) fence: u64,
    // The limits of the platform that were counted when the job was claimed.
    pub(crate) limits_seen: u32,
    pub(crate) lease: Option<(Lease, Duration)>,
    pub(crate) settled: Option<(Lease, Status)>,
    pub(crate) ended: Option<Duration>,
    pub(crate) holds_target: bool,
    pub(crate) scraping: Option<Bytes>,
    pub(crate) analysis: Option<Bytes>,
    pub(crate) saved: (Option<Bytes>, Vec<Bytes>),
    // The lowest number that a save may have under the present lease.
    pub(crate) next_save: u32,
    pub(crate) report: Option<Bytes>,
    // Ended jobs whose retention is over may be removed by a submit, before any sweep.
    pub(crate) may_be_gone: bool,
    // The longest that a submit has asked for.
    pub(crate) head_start: Duration,
    pub(crate) seen: Option<Job>,
}

impl Entry {
    pub(crate) fn submitted(new: NewJob, now: Duration) -> Self {
        Self {
            head_start: new.head_start(),
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
            seen: None,
        }
    }

    pub(crate) fn is_expired(&self, now: Duration) -> bool {
        self.ended.is_some_and(|ended| ended + RETENTION <= now)
    }

    pub(crate) fn is_ready(&self, now: Duration) -> bool {
        self.status == Status::Pending && self.ready <= now
    }

    pub(crate) fn is_abandoned(&self, now: Duration) -> bool {
        self.lease.as_ref().is_some_and(|(_, until)| *until <= now)
    }

    pub(crate) fn is_overdue(&self, now: Duration) -> bool {
        let deadline = self.new.deadline;
        deadline.is_some_and(|deadline| self.submitted + deadline <= now)
    }

    pub(crate) const fn signal(&self) -> HeartbeatReply {
        if self.cancel_requested {
            HeartbeatReply::Cancel
        } else {
            HeartbeatReply::Continue
        }
    }

    pub(crate) fn bytes(&self) -> u64 {
        let values = [&self.scraping, &self.analysis, &self.report, &self.saved.0];
        let input = self.ended.is_none().then_some(self.new.input());
        values
            .into_iter()
            .flatten()
            .chain(&self.saved.1)
            .chain(input)
            .map(|value| value.len() as u64)
            .sum()
    }

    pub(crate) fn take(&mut self, lease: Lease, until: Duration) {
        assert!(lease.fence().number() > self.fence, "fences grow");
        self.fence = lease.fence().number();
        self.status = Status::Processing;
        self.attempt += 1;
        self.retry_after = None;
        self.lease = Some((lease, until));
        self.settled = None;
        self.next_save = 0;
    }

    pub(crate) fn abandon(&mut self, now: Duration) {
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
    pub(crate) fn give_back(&mut self, answer: Status, now: Duration, ready: Duration) {
        self.lease = None;
        if answer == Status::Failed && self.is_overdue(now) {
            self.fail(vec![FailureKind::DeadlineExceeded], now);
        } else {
            self.status = Status::Pending;
            self.ready = ready;
        }
    }

    pub(crate) fn fail(&mut self, kinds: Vec<FailureKind>, now: Duration) {
        self.failure = kinds.into_iter().map(Some).collect();
        self.holds_target = false;
        self.end(Status::Failed, now);
    }

    pub(crate) fn end(&mut self, status: Status, now: Duration) {
        self.status = status;
        self.ended = Some(now);
        self.lease = None;
        self.retry_after = None;
        // Nobody can read the checkpoints of an ended job, or what it has saved.
        self.saved = (None, Vec::new());
        self.scraping = None;
        self.analysis = None;
    }
}
