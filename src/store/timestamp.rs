//! A store's time, and a job's position in its queue.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::NewJob;

/// A time on a store's clock, in nanoseconds since that clock's own beginning.
///
/// A store is opened the longest head start later, so that what is ordered before its first job has room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Timestamp(pub(super) u64);

impl Timestamp {
    /// The clock's own beginning.
    pub(super) const START: Self = Self(0);

    /// The time when a store has been open for so long.
    pub(super) fn since_start(elapsed: Duration) -> Self {
        Self::START.after(NewJob::MAX_HEAD_START).after(elapsed)
    }

    pub(super) fn after(self, wait: Duration) -> Self {
        let nanoseconds = u64::try_from(wait.as_nanos()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(nanoseconds))
    }

    pub(super) fn before(self, lead: Duration) -> Self {
        let nanoseconds = u64::try_from(lead.as_nanos()).unwrap_or(u64::MAX);
        Self(self.0.saturating_sub(nanoseconds))
    }

    /// The time from `earlier` to this timestamp; zero if it is not earlier.
    pub(super) fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

/// The present: on the store's clock for comparing, and on the calendar for people.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    pub(super) timestamp: Timestamp,
    pub(super) utc: DateTime<Utc>,
}

/// A position in a ready queue: when the job is due, less its head start, and the order of submits where
/// that is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct QueuePosition {
    pub(super) due: Timestamp,
    pub(super) number: u64,
    /// The head start that is in `due`.
    pub(super) ahead: Duration,
}

impl QueuePosition {
    /// Since when the job has waited, or will.
    pub(super) fn ready(self) -> Timestamp {
        self.due.after(self.ahead)
    }
}
