//! The columns of a job, and the statements that name all of them.

use std::sync::LazyLock;

use super::Value;
use crate::job::Phase;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Kind {
    Integer,
    Text,
    Bytes,
}

/// Names the columns once: what is read, in this order, and what a change compares.
macro_rules! columns {
    ($($kind:ident: $($name:ident),+;)+) => {
        /// A column of `jobs`, as it is named in SQL.
        #[derive(Debug, Clone, Copy)]
        #[expect(non_camel_case_types, reason = "they are names in SQL")]
        pub(super) enum Column { $($($name,)+)+ }

        pub(super) const COLUMNS: &[&str] = &[$($(stringify!($name),)+)+];

        /// What each of them holds.
        pub(super) const KINDS: &[Kind] = &[$($(kind!($kind $name),)+)+];
    };
}

/// The kind alone, for every column of a line.
macro_rules! kind {
    ($kind:ident $name:ident) => {
        Kind::$kind
    };
}

columns! {
    // What a poll reads.
    Text: job_id, platform, handle, scope, status, phase;
    Integer: progress, version;
    Text: created_at, updated_at, completed_at, expires_at, next_attempt_at, error_kind, error_message;
    Integer: attempt, failures, crashes, cancel_requested, expires;
    // What only a change reads.
    Integer: kept_until, ended, owns_key, due, ahead, lease_until, fence;
    Text: token, program, settled;
    Integer: deadline, max_crashes, limits_seen, saves;
    Text: traceparent, tracestate;
    Integer: input_bytes, scraping_bytes, analysis_bytes, state_bytes, page_bytes, report_bytes, notes_due;
    Text: notes_token;
    Integer: note_deliveries, note_bytes, number;
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
/// Chooses the jobs that are held under one of several tokens.
pub(super) const HELD_BY_ANY: &str = "status = 'processing' AND token = ANY ($1::text[])";
/// Chooses the jobs of several ids.
pub(super) const OF_IDS: &str = "job_id = ANY ($1::text[])";
/// Chooses the jobs that are held under a token.
pub(super) const HELD_BY: &str = "status = 'processing' AND token = $1 ORDER BY number";

pub(super) fn all_where(condition: &str) -> String {
    [SELECT.as_str(), condition].concat()
}

pub(super) fn job_where(condition: &str) -> String {
    [SELECT_JOB.as_str(), condition].concat()
}

/// The names of parameters, one for each column.
static PLACES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let places = 1..=COLUMNS.len();
    places.map(|place| format!("${place}")).collect()
});

/// Writes what has changed of a row of all columns: a column that is not named costs no index anything. `None` if nothing has.
pub(super) fn update<'v>(
    before: &[Value<'static>],
    mut after: Vec<Value<'v>>,
) -> Option<(String, Vec<Value<'v>>)> {
    // About as long as it gets when a job ends.
    let mut sql = String::with_capacity(320);
    sql.push_str("UPDATE jobs SET ");
    let mut values = Vec::with_capacity(16);
    let number = after.pop()?;
    for (column, value) in after.into_iter().enumerate() {
        if before.get(column) != Some(&value) {
            if !values.is_empty() {
                sql.push_str(", ");
            }
            sql.push_str(COLUMNS[column]);
            sql.push_str(" = ");
            sql.push_str(&PLACES[values.len()]);
            values.push(value);
        }
    }
    if values.is_empty() {
        return None;
    }
    sql.push_str(" WHERE number = ");
    sql.push_str(&PLACES[values.len()]);
    values.push(number);
    Some((sql, values))
}
