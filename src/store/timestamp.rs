//! A store's time, and a job's position in its queue.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// A time on a store's clock, in nanoseconds since that clock's own beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Timestamp(u64);

impl Timestamp {
    /// The clock's own beginning.
    pub(super) const START: Self = Self(0);

    pub(super) fn since_start(elapsed: Duration) -> Self {
        Self(u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX))
    }

    pub(super) fn after(self, wait: Duration) -> Self {
        Self(self.0.saturating_add(Self::since_start(wait).0))
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

/// A position in a ready queue: when the job is due, and the order of submits where that is the
/// same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct QueuePosition {
    pub(super) due: Timestamp,
    pub(super) number: u64,
}
