//! How a lease ends, and how a job does.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{Content, Record, State};
use crate::job::{Failure, FailureKind, Phase, Progress, Status};
use crate::store::timestamp::{Now, QueuePosition, Timestamp};
use crate::store::{Lease, Outcome, StoreError};

impl Record {
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

    pub(super) fn is_overdue(&self, now: Timestamp) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= now)
    }

    pub(super) fn fail_overdue(&mut self, now: Now) {
        let message = match &self.job.failure {
            Some(last) => format!("the job's deadline passed; last error: {last}"),
            None => "the job's deadline passed before it was finished".to_owned(),
        };
        self.fail(Failure::new(FailureKind::DeadlineExceeded, message), now);
    }

    pub(super) fn fail(&mut self, failure: Failure, now: Now) {
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

pub(super) fn cancelled() -> Failure {
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
