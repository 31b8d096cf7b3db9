//! Claims: how a worker gets a job, and how the store takes it back from a worker that is gone.

use std::time::Duration;

use super::ends::cancelled;
use super::{Record, State};
use crate::job::{Failure, FailureKind, Status};
use crate::store::timestamp::Now;
use crate::store::{ClaimToken, ClaimedJob, Fence, Lease, ProgramVersion};

/// The minimum lease. One that is over when it begins would let one claim take the same job again
/// and again.
pub(super) const SHORTEST_LEASE: Duration = Duration::from_millis(1);

impl Record {
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
}
