//! The clock of this machine, which all processes that share a file read.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Utc};

use crate::store::timestamp::{Now, Timestamp};

/// The present, by one reading of the clock. The calendar is cut to microseconds, as it is kept.
pub(super) fn now() -> Now {
    let elapsed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let micros = i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX);
    Now {
        timestamp: Timestamp::START.after(elapsed),
        utc: DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::<Utc>::MAX_UTC),
    }
}
