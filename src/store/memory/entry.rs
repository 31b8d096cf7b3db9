//! One job in the store: its record, or what is kept of it after its end.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Notify;

use super::ended::Ended;
use crate::account::{Platform, Target};
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

/// What never changes of a job.
#[derive(Clone, Copy)]
pub(super) struct Identity<'a> {
    /// The number of its submit, under which the store has it.
    pub(super) number: u64,
    pub(super) id: JobId,
    pub(super) platform: &'a Platform,
    pub(super) scope: &'a Scope,
}

/// Jobs that have left the store, to be dropped once the lock is released.
pub(super) type Removed = Vec<Box<Entry>>;

impl Entry {
    /// An entry for a record, in the memory of one that is no longer needed, if there is such a one.
    pub(super) fn new(record: Record, spare: Option<Box<Whole>>) -> Self {
        let watchers = None;
        let whole = Whole { record, watchers };
        Self::Whole(match spare {
            Some(mut spare) => {
                *spare = whole;
                spare
            }
            None => Box::new(whole),
        })
    }

    pub(super) fn id(&self) -> JobId {
        match self {
            Self::Whole(whole) => whole.record.job().id,
            Self::Ended(ended) => ended.id(),
        }
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

    pub(super) fn identity(&self) -> Identity<'_> {
        Identity {
            number: self.number(),
            id: self.id(),
            platform: &self.target().platform,
            scope: self.scope(),
        }
    }

    /// Whether a new submit for the target returns the job, if it is fresh enough.
    pub(super) fn owns_target(&self) -> bool {
        match self {
            Self::Whole(whole) => whole.record.owns_target(),
            Self::Ended(ended) => ended.status() == Status::Completed,
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
    pub(super) fn job(&self, retention: Duration) -> Job {
        match self {
            Self::Whole(whole) => whole.record.job().clone(),
            Self::Ended(ended) => ended.job(retention),
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
    pub(super) fn record_mut(&mut self, retention: Duration) -> &mut Record {
        if let Self::Ended(ended) = self {
            *self = Self::new(ended.record(retention), None);
        }
        match self {
            Self::Whole(whole) => &mut whole.record,
            Self::Ended(_) => unreachable!("it was just made whole"),
        }
    }

    /// After a change: keeps less of a job that needs no more, and returns what is no longer needed.
    pub(super) fn settle(&mut self, retention: Duration) -> Option<Box<Whole>> {
        let Self::Whole(whole) = self else {
            return None;
        };
        if whole.watchers.is_some() {
            return None;
        }
        let ended = Ended::take(&mut whole.record, retention)?;
        match std::mem::replace(self, Self::Ended(ended)) {
            Self::Whole(whole) => Some(whole),
            Self::Ended(_) => None,
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
        assert!(size_of::<Entry>() <= 184, "{}", size_of::<Entry>());
    }
}
