//! What is kept of a job that has ended.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};

use crate::account::Target;
use crate::job::{Failure, Job, JobId, Phase, Progress, Scope, Status, Version};
use crate::store::rules::{Content, Record, State};
use crate::store::timestamp::Timestamp;
use crate::store::{ClaimToken, ProgramVersion};

/// A job that has ended and left nothing but its report: what readers are told of it, and what the worker
/// that ended it is told again. Less than half the size of a [`Record`], because ended jobs are what fills a
/// store.
///
/// It says all that the record said, so a record is made of it again for a rule that may change it.
pub(super) struct Ended {
    id: JobId,
    target: Target,
    scope: Scope,
    report: Option<Bytes>,
    rare: Option<Box<Rare>>,
    created_at: DateTime<Utc>,
    // Of the last visible change, too.
    completed_at: DateTime<Utc>,
    at: Timestamp,
    number: u64,
    version: u32,
    fence: u32,
    attempt: u16,
    token: Option<ClaimToken>,
    settled: Option<Status>,
    status: Status,
    phase: Phase,
    progress: Progress,
}

/// What most jobs do not have when they end.
#[derive(Default, PartialEq, Eq)]
struct Rare {
    failure: Option<Failure>,
    program: Option<ProgramVersion>,
    failures: u32,
    crashes: u32,
    cancel_requested: bool,
}

impl Ended {
    /// Takes what is kept out of a record. `None`, and the record is as it was, if the job has not ended, if
    /// it has left notes or checkpoints, or if a number does not fit.
    pub(super) fn take(record: &mut Record, retention: Duration) -> Option<Self> {
        let State::Ended { at } = record.state else {
            return None;
        };
        let job = &record.job;
        let nothing_else = record.notes.is_none()
            && record.outputs.is_none()
            && record.saved.is_none()
            && record.trace.is_none()
            && !matches!(record.report, Some(Content::Apart(_)))
            && record.input.is_empty()
            && job.next_attempt_at.is_none()
            && job.completed_at == Some(job.updated_at);
        if !nothing_else {
            return None;
        }
        let rare = Rare {
            failure: job.failure.clone(),
            program: record.program.clone(),
            failures: job.failures,
            crashes: job.crashes,
            cancel_requested: job.cancel_requested,
        };
        let mut ended = Self {
            id: job.id,
            target: job.target.clone(),
            scope: job.scope.clone(),
            report: None,
            rare: (rare != Rare::default()).then(|| Box::new(rare)),
            created_at: job.created_at,
            completed_at: job.updated_at,
            at,
            number: record.number,
            version: u32::try_from(job.version.number()).ok()?,
            fence: u32::try_from(record.fence).ok()?,
            attempt: u16::try_from(job.attempt).ok()?,
            token: record.token,
            settled: record.settled,
            status: job.status,
            phase: job.phase,
            progress: job.progress,
        };
        debug_assert_eq!(ended.job(retention), record.job);
        // Moved: the first clone of bytes allocates what counts them.
        if let Some(Content::Here(report)) = record.report.take() {
            ended.report = Some(report);
        }
        Some(ended)
    }

    pub(super) const fn id(&self) -> JobId {
        self.id
    }

    pub(super) const fn target(&self) -> &Target {
        &self.target
    }

    pub(super) const fn scope(&self) -> &Scope {
        &self.scope
    }

    pub(super) const fn status(&self) -> Status {
        self.status
    }

    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    pub(super) const fn state(&self) -> State {
        State::Ended { at: self.at }
    }

    pub(super) const fn report(&self) -> Option<&Bytes> {
        self.report.as_ref()
    }

    pub(super) fn program(&self) -> Option<&ProgramVersion> {
        self.rare.as_ref()?.program.as_ref()
    }

    /// The job as readers see it.
    pub(super) fn job(&self, retention: Duration) -> Job {
        let mut job = Job::submitted(self.id, self.target.clone(), self.created_at);
        job.scope = self.scope.clone();
        job.status = self.status;
        job.phase = self.phase;
        job.progress = self.progress;
        job.version = Version::from_number(self.version.into());
        job.updated_at = self.completed_at;
        job.completed_at = Some(job.updated_at);
        job.expires_at = Record::expiry(job.completed_at, retention);
        job.attempt = self.attempt.into();
        if let Some(rare) = &self.rare {
            job.failure.clone_from(&rare.failure);
            job.failures = rare.failures;
            job.crashes = rare.crashes;
            job.cancel_requested = rare.cancel_requested;
        }
        job
    }

    /// The record again. What only a live job needs has its first value.
    pub(super) fn record(&self, retention: Duration) -> Record {
        Record {
            job: self.job(retention),
            number: self.number,
            state: self.state(),
            fence: self.fence.into(),
            token: self.token,
            program: self.program().cloned(),
            settled: self.settled,
            deadline: None,
            max_crashes: 1,
            limits_seen: 0,
            input: Content::EMPTY,
            trace: None,
            outputs: None,
            saved: None,
            saves: 0,
            report: self.report.clone().map(Content::Here),
            notes: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::account::{Handle, Platform};
    use crate::job::FailureKind;
    use crate::store::timestamp::Now;
    use crate::store::{NewJob, Outcome};

    const RETENTION: Duration = Duration::from_secs(3600);

    fn now(second: i64) -> Now {
        let elapsed = Duration::from_secs(second.unsigned_abs());
        Now {
            timestamp: Timestamp::since_start(elapsed),
            utc: DateTime::from_timestamp(1_800_000_000 + second, 123_456_789).unwrap(),
        }
    }

    /// A job that has ended somehow, and the claim under which it ended.
    fn ended(
        attempts: u8,
        how: u8,
        scope: &str,
        version: Option<&str>,
    ) -> (Record, crate::store::Lease) {
        let target = Target::new(Platform::TIKTOK, Handle::canonical("nasa").unwrap());
        let new = NewJob::new(JobId::random(), target).with_scope(Scope::new(scope).unwrap());
        let mut record = Record::submitted(new, 7, now(0));
        let version = version.map(|version| ProgramVersion::new(version).unwrap());
        let mut lease = None;
        for attempt in 1..=attempts {
            let token = ClaimToken::random();
            let at = now(i64::from(attempt));
            let claimed = record.take(token, RETENTION, 0, version.as_ref(), at);
            let claimed = claimed.expect("it waits").lease;
            if attempt < attempts || how > 2 {
                record
                    .finish(&claimed, Outcome::Released, None, at)
                    .unwrap();
            }
            lease = Some(claimed);
        }
        let lease = lease.expect("at least one attempt");
        let end = now(100);
        let failure = Failure::new(FailureKind::Permanent, "the account is gone");
        match how {
            0 => _ = record.finish(&lease, Outcome::Completed("{}".into()), None, end),
            1 => _ = record.finish(&lease, Outcome::Failed(failure), None, end),
            2 => {
                record.cancel(now(50));
                _ = record.finish(&lease, Outcome::Completed("{}".into()), None, end);
            }
            // Its last worker has released it.
            _ => _ = record.cancel(end),
        }
        record.expire_after(RETENTION);
        (record, lease)
    }

    proptest! {
        #[test]
        fn nothing_that_a_record_says_is_lost(
            attempts in 1..4_u8,
            how in 0..4_u8,
            scope in prop_oneof![Just(""), Just("tenant")],
            version in prop_oneof![Just(None), Just(Some("2026"))],
        ) {
            let (mut record, lease) = ended(attempts, how, scope, version);
            // What only a live job needs.
            let whole = Record { deadline: None, max_crashes: 1, saves: 0, ..ended(1, 0, "", None).0 };
            let expected = Record {
                job: record.job.clone(),
                program: record.program.clone(),
                report: record.report.clone(),
                number: record.number,
                state: record.state,
                fence: record.fence,
                token: record.token,
                settled: record.settled,
                ..whole
            };
            let kept = Ended::take(&mut record, RETENTION).expect("it has ended");
            let mut again = kept.record(RETENTION);
            prop_assert_eq!(format!("{again:?}"), format!("{expected:?}"));
            // A worker whose reply was lost is told the same once more.
            let settled = record.settled;
            let reply = again.finish(&lease, Outcome::Released, None, now(200));
            prop_assert_eq!(reply.ok(), settled);
        }
    }
}
