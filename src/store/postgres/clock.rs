//! The clock of the server, as far as this process knows it between two readings.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use crate::store::timestamp::{Now, Timestamp};

/// The last time that the server has said, and when it was heard.
#[derive(Debug, Default)]
pub(super) struct Clock(Mutex<Option<(Timestamp, Instant)>>);

impl Clock {
    pub(super) fn heard(&self, time: Timestamp) {
        *self.lock() = Some((time, Instant::now()));
    }

    /// The present on that clock. The way from the server took some time, so it is late rather than early: a call
    /// that waits for a moment does not look before it.
    pub(super) fn now(&self) -> Timestamp {
        self.lock().map_or(Timestamp::START, |(time, heard)| {
            time.after(heard.elapsed())
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(Timestamp, Instant)>> {
        self.0
            .lock()
            .expect("no code panics while it holds the lock")
    }
}

/// The time that the server has said.
pub(super) fn at(micros: i64) -> Timestamp {
    let micros = u64::try_from(micros).unwrap_or(0);
    Timestamp::START.after(Duration::from_micros(micros))
}

/// The present of a transaction, with the calendar as it is kept: to the microsecond.
pub(super) fn moment(time: Timestamp) -> Now {
    let micros = i64::try_from(time.0 / 1_000).unwrap_or(i64::MAX);
    Now {
        timestamp: time,
        utc: DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::<Utc>::MAX_UTC),
    }
}
