//! What is sent for one item of a call that does many.

use super::group::Item;
use super::keys::owner_key;
use super::micros;
use crate::job::Failure;
use crate::store::{Lease, NewJob, Outcome, ProgramVersion, StoreError, TraceContext};

/// How many arguments a plain submit has, and any other.
pub(super) const PLAIN_SUBMIT: usize = 7;
pub(super) const SUBMIT: usize = 16;

/// The submit of a job.
pub(super) struct SubmitItem<'a> {
    job: &'a NewJob,
    /// What names the target in its key, if that is not handle and platform as they are.
    owner: String,
    note: Vec<u8>,
    is_plain: bool,
}

impl<'a> SubmitItem<'a> {
    /// # Errors
    /// [`TooLarge`](StoreError::TooLarge) for a note that is.
    pub(super) fn new(job: &'a NewJob) -> Result<Self, StoreError> {
        let note = job.note();
        if let Some(note) = &note {
            note.check(0)?;
        }
        let note = note.map_or_else(Vec::new, |note| [b"n", &note.value()[..]].concat());
        let mut owner = owner_key(&job.target, &job.scope);
        // What is escaped, or has a scope, is longer.
        let (handle, platform) = (job.target.handle.as_str(), job.target.platform.as_str());
        if owner.len() == handle.len() + 1 + platform.len() {
            owner.clear();
        }
        let is_plain = owner.is_empty()
            && job.head_start().is_zero()
            && job.input().is_empty()
            && job.continued().is_none()
            && job.trace().is_none()
            && note.is_empty()
            && job.program_version().is_none();
        Ok(Self {
            job,
            owner,
            note,
            is_plain,
        })
    }

    /// Whether the job has nothing but a target and a deadline.
    pub(super) const fn is_plain(&self) -> bool {
        self.is_plain
    }

    pub(super) fn item(&self) -> Item {
        let job = self.job;
        let mut item = Item::new();
        item.arg(job.id.to_string())
            .arg(job.id.as_uuid().as_bytes())
            .arg(job.target.handle.as_str())
            .arg(job.target.platform.as_str())
            .arg(job.max_age.map_or(-1, micros))
            .arg(job.max_crashes.max(1))
            .arg(job.deadline.map_or(-1, micros));
        if self.is_plain {
            return item;
        }
        let continued = job.continued();
        item.arg(&self.owner)
            .arg(job.scope.as_str())
            .arg(micros(job.head_start()))
            .bulk(job.input())
            .arg(continued.map_or_else(String::new, |id| id.to_string()))
            .arg(job.trace().map_or("", TraceContext::traceparent))
            .arg(job.trace().and_then(TraceContext::tracestate).unwrap_or(""))
            .bulk(&self.note)
            .arg(job.program_version().map_or("", ProgramVersion::as_str));
        item
    }
}

/// What is sent about a job that a worker holds.
pub(super) fn held(lease: &Lease) -> Item {
    let mut item = Item::new();
    item.arg(lease.job().to_string())
        .arg(lease.fence().number())
        .arg(lease.token().as_uuid().as_bytes());
    item
}

/// Adds an outcome that is no report.
pub(super) fn put_outcome(item: &mut Item, outcome: &Outcome) {
    let (name, numbers, failure): (_, [i64; 5], Option<&Failure>) = match outcome {
        Outcome::Retry { after, failure } => ("retry", [micros(*after), 0, 0, 0, 0], Some(failure)),
        Outcome::RateLimited { failure, limit } => {
            let numbers = [
                micros(limit.floor()),
                micros(limit.base()),
                micros(limit.cap()),
                limit.jitter().into(),
                limit.is_quota().into(),
            ];
            ("rate_limited", numbers, Some(failure))
        }
        Outcome::Failed(failure) => ("failed", [0; 5], Some(failure)),
        Outcome::Released => ("released", [0; 5], None),
        Outcome::Completed(_) => unreachable!("a report has a script of its own"),
    };
    item.arg(name)
        .arg(&numbers[..])
        .arg(failure.map_or("", |failure| failure.kind().as_str()))
        .arg(failure.map_or("", Failure::message));
}
