//! The indexes by time: what is due, and which statements read what comes first.

use super::columns::{Column, KNOWN, NUMBER};
use super::value::{integer_of, text_of, time_of};
use super::{Row, Value};
use crate::job::Status;
use crate::store::timestamp::Timestamp;

/// A place in an index: when something is due, and the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Head {
    pub(super) due: Timestamp,
    pub(super) number: i64,
}

impl Head {
    /// Reads a time, and the number in the column after it.
    ///
    /// A row whose time cannot be read comes first: whoever chooses it finds the damage.
    pub(super) fn read(row: &Row, column: usize) -> Option<Self> {
        Some(Self {
            due: row.time(column).unwrap_or(Timestamp::START),
            number: row.integer(column + 1)?,
        })
    }

    /// The place of a row that is in an index whatever its time is.
    fn of(row: &[Value<'_>], column: Column) -> Option<Self> {
        Some(Self {
            due: time_of(row, column as usize).unwrap_or(Timestamp::START),
            number: integer_of(row, NUMBER)?,
        })
    }

    /// The place of a row that is in an index only if it has the time.
    fn of_time(row: &[Value<'_>], column: Column) -> Option<Self> {
        time_of(row, column as usize)?;
        Self::of(row, column)
    }
}

/// An index by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// A lease that ends.
    Lease,
    /// What a failed job has left.
    Kept,
    /// An ended job.
    Expiry,
}

impl Due {
    pub(super) const ALL: [Self; 3] = [Self::Lease, Self::Kept, Self::Expiry];

    /// Where a job is in this index.
    pub(super) fn place(self, row: &[Value<'_>]) -> Option<Head> {
        match self {
            Self::Lease if !is(row, Status::Processing) => None,
            Self::Lease => Head::of(row, Column::lease_until),
            Self::Kept => Head::of_time(row, Column::kept_until),
            Self::Expiry => Head::of_time(row, Column::expires),
        }
    }

    /// Chooses the first places; `columns` stands before the time and the number.
    pub(super) fn choose(self, columns: &str, limit: usize) -> String {
        let (time, condition) = match self {
            Self::Lease => ("lease_until", "status = 'processing'"),
            Self::Kept => ("kept_until", "kept_until IS NOT NULL"),
            Self::Expiry => (
                "expires",
                "expires IS NOT NULL AND status IN ('completed', 'failed')",
            ),
        };
        format!(
            "SELECT {columns}{time}, number FROM jobs WHERE {condition} AND {} ORDER BY {time} LIMIT {limit}",
            *KNOWN
        )
    }
}

/// The platform of a job that waits, and its place in the queue of that.
pub(super) fn place_in_queue<'r>(row: &'r [Value<'_>]) -> Option<(&'r str, Head)> {
    if !is(row, Status::Pending) {
        return None;
    }
    Some((
        text_of(row, Column::platform as usize)?,
        Head::of(row, Column::due)?,
    ))
}

/// Chooses the first places in a platform's queue. What they are ordered by is in the index.
pub(super) fn choose_of_queue(limit: usize) -> String {
    format!(
        "SELECT due, number, ahead FROM jobs WHERE status = 'pending' AND platform = $1 AND {} \
         ORDER BY due, number LIMIT {limit}",
        *KNOWN
    )
}

fn is(row: &[Value<'_>], status: Status) -> bool {
    text_of(row, Column::status as usize) == Some(status.as_str())
}
