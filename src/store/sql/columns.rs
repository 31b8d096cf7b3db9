//! The columns of a job, and the statements that name all of them.

use std::fmt::Write;
use std::sync::LazyLock;

use super::Value;
use crate::job::Phase;

/// Names the columns once: what is read, in this order, and what a change compares.
macro_rules! columns {
    ($($name:ident,)+) => {
        /// A column of `jobs`, as it is named in SQL.
        #[derive(Debug, Clone, Copy)]
        #[expect(non_camel_case_types, reason = "they are names in SQL")]
        pub(super) enum Column { $($name,)+ }

        pub(super) const COLUMNS: &[&str] = &[$(stringify!($name),)+];
    };
}

columns! {
    // What a poll reads.
    job_id, platform, handle, scope, status, phase, progress, version, created_at, updated_at, completed_at,
    expires_at, next_attempt_at, error_kind, error_message, attempt, failures, crashes, cancel_requested,
    expires,
    // What only a change reads.
    kept_until, ended, owns_key, due, ahead, lease_until, fence, token, program, settled, deadline, max_crashes,
    limits_seen, saves, traceparent, tracestate, input_bytes, scraping_bytes, analysis_bytes, state_bytes,
    page_bytes, report_bytes, notes_due, notes_token, note_deliveries, note_bytes,
    number,
}

/// The columns that a poll reads.
const OF_A_JOB: usize = Column::expires as usize + 1;
/// The column of the number.
pub(super) const NUMBER: usize = Column::number as usize;
/// The columns that change: all but the number.
pub(super) const CHANGING: usize = Column::number as usize;

/// Reads all of a job; a condition follows.
pub(super) static SELECT: LazyLock<String> =
    LazyLock::new(|| format!("SELECT {} FROM jobs WHERE ", COLUMNS.join(", ")));

/// Reads what a poll wants of a job; a condition follows.
static SELECT_JOB: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {}, number FROM jobs WHERE ",
        COLUMNS[..OF_A_JOB].join(", ")
    )
});

/// The column of the job's number in a row of [`job_where`].
pub(super) const NUMBER_OF_A_JOB: usize = OF_A_JOB;

/// Writes a new job.
pub(super) static INSERT: LazyLock<String> = LazyLock::new(|| {
    let places: Vec<String> = (1..=COLUMNS.len())
        .map(|place| format!("${place}"))
        .collect();
    format!(
        "INSERT INTO jobs ({}) VALUES ({})",
        COLUMNS.join(", "),
        places.join(", ")
    )
});

/// What a statement adds that chooses jobs to change: only those whose phase this build knows.
pub(super) static KNOWN: LazyLock<String> = LazyLock::new(|| {
    let phases: Vec<String> = Phase::ALL
        .iter()
        .map(|phase| format!("'{phase}'"))
        .collect();
    format!("phase IN ({})", phases.join(", "))
});

/// Chooses the job that owns a target in a scope.
pub(super) const OWNER: &str = "platform = $1 AND handle = $2 AND scope = $3 AND owns_key = 1";
/// Chooses the jobs that are held under a token.
pub(super) const HELD_BY: &str = "status = 'processing' AND token = $1 ORDER BY number";

/// Chooses the jobs whose leases end first.
pub(super) fn first_lease(limit: usize) -> String {
    format!(
        "SELECT lease_until, number FROM jobs WHERE status = 'processing' AND {} \
         ORDER BY lease_until LIMIT {limit}",
        *KNOWN
    )
}

pub(super) fn all_where(condition: &str) -> String {
    [SELECT.as_str(), condition].concat()
}

pub(super) fn job_where(condition: &str) -> String {
    [SELECT_JOB.as_str(), condition].concat()
}

/// Writes what has changed: a column that is not named costs no index anything. `None` if nothing has.
pub(super) fn update<'v>(
    before: &[Value<'static>],
    after: Vec<Value<'v>>,
    number: i64,
) -> Option<(String, Vec<Value<'v>>)> {
    let mut sql = "UPDATE jobs SET ".to_owned();
    let mut values = Vec::new();
    for (column, value) in after.into_iter().take(CHANGING).enumerate() {
        if before.get(column) != Some(&value) {
            let comma = if values.is_empty() { "" } else { ", " };
            values.push(value);
            _ = write!(sql, "{comma}{} = ${}", COLUMNS[column], values.len());
        }
    }
    if values.is_empty() {
        return None;
    }
    values.push(Value::Integer(number));
    _ = write!(sql, " WHERE number = ${}", values.len());
    Some((sql, values))
}
