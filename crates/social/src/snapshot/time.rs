//! Times that are not exact.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A time that is known only roughly.
///
/// It is kept apart from the exact `timestamp` of posts and comments, so that what looks at minutes
/// can never be fed an estimate: "3 weeks ago", turned into a date, gives hundreds of comments the
/// same second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApproximateTime {
    /// The time that the source gives.
    pub at: DateTime<Utc>,
    /// How exact it is.
    pub precision: TimePrecision,
}

/// How exact an [`ApproximateTime`] is, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TimePrecision {
    /// The day is known; `at` is its midnight in UTC.
    Day,
    /// Worked out from words such as "3 weeks ago": wrong by up to one of the units they name.
    Estimate,
}
