//! A job's row, as it is read.

use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Row;
use super::columns::{COLUMNS, Column};
use crate::account::{Handle, Platform, Target};
use crate::job::{Failure, FailureKind, Job, JobId, Progress, Scope, Status, Version};
use crate::store::rules::{Content, Notes, Outputs, Record, Saves, State};
use crate::store::timestamp::{QueuePosition, Timestamp};
use crate::store::unreadable::Unreadable;
use crate::store::{ClaimToken, ProgramVersion, TraceContext};

/// A job with all that its row says of it.
pub(super) struct Stored {
    /// Its large values are apart.
    pub(super) record: Record,
    /// Whether it owns its target's key.
    pub(super) owns_key: bool,
    /// When the ended job expires.
    pub(super) expires: Option<Timestamp>,
    /// Until when what it has left is kept.
    pub(super) kept_until: Option<Timestamp>,
}

impl Stored {
    /// Reads a row of all columns. Notes are read apart: only their number of bytes is in the row.
    pub(super) fn read(row: &Row) -> Result<Self, Unreadable> {
        let job = job(row)?;
        let optional = |column| time(row, column);
        let position = QueuePosition {
            due: required(optional(Column::due)?, Column::due)?,
            number: number(row, Column::number)?,
            ahead: Duration::from_nanos(number(row, Column::ahead)?),
        };
        let state = match job.status {
            Status::Pending => State::Waiting { position },
            Status::Processing => State::Held {
                until: required(optional(Column::lease_until)?, Column::lease_until)?,
                position,
            },
            Status::Completed | Status::Failed => State::Ended {
                at: required(optional(Column::ended)?, Column::ended)?,
            },
        };
        let size = |column| match row.integer(column as usize) {
            None => Ok(None),
            Some(_) => number(row, column).map(|size| Some(Content::Apart(narrow(size)))),
        };
        let outputs = Outputs {
            scraping: size(Column::scraping_bytes)?,
            analysis: size(Column::analysis_bytes)?,
        };
        let saved = Saves {
            state: size(Column::state_bytes)?,
            pages: size(Column::page_bytes)?.into_iter().collect(),
        };
        let has_notes = row.integer(Column::note_bytes as usize).is_some();
        let notes = Notes {
            undelivered: Vec::new(),
            due: optional(Column::notes_due)?.unwrap_or(Timestamp::START),
            token: token(row, Column::notes_token)?,
            deliveries: count(row, Column::note_deliveries)?,
        };
        let record = Record {
            number: position.number,
            state,
            fence: number(row, Column::fence)?,
            token: token(row, Column::token)?,
            program: optional_text(row, Column::program)
                .and_then(|name| ProgramVersion::new(name).ok()),
            settled: optional_text(row, Column::settled)
                .map(|name| name.parse().map_err(|_| Unreadable::Newer))
                .transpose()?,
            deadline: optional(Column::deadline)?,
            max_crashes: count(row, Column::max_crashes)?,
            limits_seen: count(row, Column::limits_seen)?,
            input: size(Column::input_bytes)?.unwrap_or(Content::EMPTY),
            trace: trace(row).map(Box::new),
            outputs: (outputs.scraping.is_some() || outputs.analysis.is_some())
                .then(|| Box::new(outputs)),
            saved: (saved.state.is_some() || !saved.pages.is_empty()).then(|| Box::new(saved)),
            saves: number(row, Column::saves)?,
            report: size(Column::report_bytes)?,
            notes: has_notes.then(|| Box::new(notes)),
            job,
        };
        Ok(Self {
            record,
            owns_key: number(row, Column::owns_key)? == 1,
            expires: optional(Column::expires)?,
            kept_until: optional(Column::kept_until)?,
        })
    }
}

/// Reads the columns that a poll asks for.
pub(super) fn job(row: &Row) -> Result<Job, Unreadable> {
    // First: a newer build may keep the rest of such a record in another way, too.
    let status = named(row, Column::status)?;
    let phase = named(row, Column::phase)?;
    let handle = Handle::canonical(text(row, Column::handle)?);
    let platform = Platform::new(text(row, Column::platform)?);
    let target = Target::new(
        platform.map_err(|error| error.to_string())?,
        handle.map_err(|error| error.to_string())?,
    );
    let created_at = required(date(row, Column::created_at)?, Column::created_at)?;
    let mut job = Job::submitted(id(row)?, target, created_at);
    job.scope = Scope::new(text(row, Column::scope)?).map_err(|error| error.to_string())?;
    job.status = status;
    job.phase = phase;
    let percent = u8::try_from(number(row, Column::progress)?);
    job.progress = Progress::from_percent(percent.unwrap_or(u8::MAX));
    job.version = Version::from_number(number(row, Column::version)?);
    job.updated_at = required(date(row, Column::updated_at)?, Column::updated_at)?;
    job.completed_at = date(row, Column::completed_at)?;
    job.expires_at = date(row, Column::expires_at)?;
    job.next_attempt_at = date(row, Column::next_attempt_at)?;
    job.failure = optional_text(row, Column::error_kind).map(|kind| {
        // A newer build may have more kinds. The column itself stays as it is.
        let kind = kind.parse().unwrap_or(FailureKind::Other);
        Failure::new(
            kind,
            optional_text(row, Column::error_message).unwrap_or_default(),
        )
    });
    job.attempt = count(row, Column::attempt)?;
    job.failures = count(row, Column::failures)?;
    job.crashes = count(row, Column::crashes)?;
    job.cancel_requested = number(row, Column::cancel_requested)? != 0;
    Ok(job)
}

/// The id of a row's job, if it can be told.
pub(super) fn id(row: &Row) -> Result<JobId, String> {
    let id = text(row, Column::job_id)?.parse();
    id.map_err(|_| "the column job_id has no id".to_owned())
}

/// Whether the job's retention is over.
pub(super) fn is_expired(row: &Row, now: Timestamp) -> bool {
    row.time(Column::expires as usize)
        .is_some_and(|expires| expires <= now)
}

/// The trace that the submit belongs to. One that this build cannot read is none: nothing depends on it.
fn trace(row: &Row) -> Option<TraceContext> {
    let trace = TraceContext::new(optional_text(row, Column::traceparent)?).ok()?;
    match optional_text(row, Column::tracestate) {
        Some(state) => trace.with_state(state).ok(),
        None => Some(trace),
    }
}

fn token(row: &Row, column: Column) -> Result<Option<ClaimToken>, String> {
    let token = optional_text(row, column).map(Uuid::parse_str).transpose();
    let token = token.map_err(|_| wrong(column, "no token"))?;
    Ok(token.map(ClaimToken::from_uuid))
}

fn time(row: &Row, column: Column) -> Result<Option<Timestamp>, String> {
    match row.integer(column as usize) {
        Some(nanoseconds) if nanoseconds < 0 => Err(wrong(column, "no time")),
        other => Ok(other.map(super::value::time)),
    }
}

fn date(row: &Row, column: Column) -> Result<Option<DateTime<Utc>>, String> {
    let Some(text) = optional_text(row, column) else {
        return Ok(None);
    };
    DateTime::parse_from_rfc3339(text)
        .map(|date| Some(date.to_utc()))
        .map_err(|_| wrong(column, "no date and time"))
}

/// A name that a newer build may have given.
fn named<T: FromStr>(row: &Row, column: Column) -> Result<T, Unreadable> {
    text(row, column)?.parse().map_err(|_| Unreadable::Newer)
}

fn count(row: &Row, column: Column) -> Result<u32, String> {
    u32::try_from(number(row, column)?).map_err(|_| wrong(column, "a number out of range"))
}

fn number(row: &Row, column: Column) -> Result<u64, String> {
    let number = row
        .integer(column as usize)
        .and_then(|number| u64::try_from(number).ok());
    number.ok_or_else(|| wrong(column, "no number from 0"))
}

fn text(row: &Row, column: Column) -> Result<&str, String> {
    required(optional_text(row, column), column)
}

fn optional_text(row: &Row, column: Column) -> Option<&str> {
    row.text(column as usize)
}

fn required<T>(value: Option<T>, column: Column) -> Result<T, String> {
    value.ok_or_else(|| wrong(column, "nothing"))
}

fn wrong(column: Column, has: &str) -> String {
    format!("the column {} has {has}", COLUMNS[column as usize])
}

fn narrow(size: u64) -> usize {
    usize::try_from(size).unwrap_or(usize::MAX)
}
