//! One job in the store: its record, or what is kept of it after its end.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Notify;

use super::ended::Ended;
use crate::account::Target;
use crate::job::{Job, JobId, Scope, Status};
use crate::store::rules::{Record, State, is_fresh};
use crate::store::timestamp::Timestamp;
use crate::store::{NewJob, ProgramVersion};

/// A job in the store.
pub(super) enum Entry {
    /// With all that a store knows of it, and what notifies those who wait for it to change.
    Whole(Box<Whole>),
    /// Ended: nobody waits any more.
    Ended(Ended),
}

pub(super) struct Whole {
    record: Record,
    watchers: Option<Arc<Notify>>,
}

/// Jobs that have left the store, to be dropped once the lock is released.
pub(super) type Removed = Vec<Box<Entry>>;

impl Entry {
    pub(super) fn new(record: Record) -> Box<Self> {
        let watchers = None;
        Box::new(Self::Whole(Box::new(Whole { record, watchers })))
    }

    pub(super) fn target(&self) -> &Target {
        match self {
            Self::Whole(whole) => &whole.record.job().target,
            Self::Ended(ended) => ended.target(),
        }
    }

    pub(super) fn scope(&self) -> &Scope {
        match self {
            Self::Whole(whole) => &whole.record.job().scope,
            Self::Ended(ended) => ended.scope(),
        }
    }

    pub(super) fn status(&self) -> Status {
        match self {
            Self::Whole(whole) => whole.record.job().status,
            Self::Ended(ended) => ended.status(),
        }
    }

    pub(super) fn state(&self) -> State {
        match self {
            Self::Whole(whole) => whole.record.state(),
            Self::Ended(ended) => ended.state(),
        }
    }

    pub(super) fn number(&self) -> u64 {
        match self {
            Self::Whole(whole) => whole.record.number(),
            Self::Ended(ended) => ended.number(),
        }
    }

    pub(super) fn report(&self) -> Option<&Bytes> {
        match self {
            Self::Whole(whole) => whole.record.report(),
            Self::Ended(ended) => ended.report(),
        }
    }

    fn program(&self) -> Option<&ProgramVersion> {
        match self {
            Self::Whole(whole) => whole.record.program.as_ref(),
            Self::Ended(ended) => ended.program(),
        }
    }

    /// The job as readers see it.
    pub(super) fn job(&self, id: JobId, retention: Duration) -> Job {
        match self {
            Self::Whole(whole) => whole.record.job().clone(),
            Self::Ended(ended) => ended.job(id, retention),
        }
    }

    /// The record, if there is still one: that of every job that has not ended.
    pub(super) fn record(&self) -> Option<&Record> {
        match self {
            Self::Whole(whole) => Some(&whole.record),
            Self::Ended(_) => None,
        }
    }

    /// Whether this is a job of a target in a scope.
    pub(super) fn is_for(&self, target: &Target, scope: &Scope) -> bool {
        self.target() == target && self.scope() == scope
    }

    /// Whether a submit joins the job or is served its report.
    pub(super) fn is_fresh(&self, new: &NewJob, retention: Duration, now: Timestamp) -> bool {
        is_fresh(self.state(), self.program(), new, retention, now)
    }

    pub(super) fn is_expired(&self, retention: Duration, now: Timestamp) -> bool {
        matches!(self.state(), State::Ended { at } if at.after(retention) <= now)
    }

    /// The record, to be changed. Call [`settle`](Self::settle) afterwards.
    pub(super) fn record_mut(&mut self, id: JobId, retention: Duration) -> &mut Record {
        if let Self::Ended(ended) = self {
            *self = *Self::new(ended.record(id, retention));
        }
        match self {
            Self::Whole(whole) => &mut whole.record,
            Self::Ended(_) => unreachable!("it was just made whole"),
        }
    }

    /// After a change: keeps less of a job that needs no more.
    pub(super) fn settle(&mut self, id: JobId, retention: Duration) {
        if let Self::Whole(whole) = self
            && whole.watchers.is_none()
            && let Some(ended) = Ended::take(&mut whole.record, id, retention)
        {
            *self = Self::Ended(ended);
        }
    }

    /// What is notified when the job changes. `None` if it has ended.
    pub(super) fn watch(&mut self) -> Option<Arc<Notify>> {
        match self {
            Self::Whole(whole) => Some(Arc::clone(whole.watchers.get_or_insert_default())),
            Self::Ended(_) => None,
        }
    }

    /// Notifies those who wait. After the end of a job there is nothing more to wait for.
    pub(super) fn notify(&mut self) {
        let Self::Whole(whole) = self else { return };
        let ended = whole.record.job().status.is_terminal();
        let watchers = if ended {
            whole.watchers.take()
        } else {
            whole.watchers.clone()
        };
        if let Some(watchers) = watchers {
            watchers.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_an_ended_job_is_small() {
        assert!(size_of::<Entry>() <= 168, "{}", size_of::<Entry>());
    }
}
