//! A job's row, as it is written.

use chrono::{DateTime, SecondsFormat, Utc};

use super::columns::{COLUMNS, Column};
use super::record::Stored;
use super::{Row, Value};
use crate::job::{Failure, FailureKind, Status};
use crate::store::rules::{Content, State};
use crate::store::{ClaimToken, ProgramVersion};

impl Stored {
    /// The values of all columns. `before` is the row that it was read from, if it was.
    pub(super) fn write<'a>(&'a self, before: Option<&'a Row>) -> Vec<Value<'a>> {
        let mut values = vec![Value::Null; COLUMNS.len()];
        self.write_job(before, &mut values);
        self.write_own(before, &mut values);
        self.write_sizes(&mut values);
        values
    }

    /// What a poll reads.
    fn write_job<'a>(&'a self, before: Option<&'a Row>, values: &mut [Value<'a>]) {
        let mut set = |column: Column, value| values[column as usize] = value;
        let job = &self.record.job;
        // What a job has from its submit on need not be written again.
        let kept = |column: Column| {
            let text = before?.text(column as usize)?;
            Some(Value::text(text))
        };
        let id = kept(Column::job_id).unwrap_or_else(|| Value::written(&job.id));
        let created_at = kept(Column::created_at).unwrap_or_else(|| calendar(&job.created_at));
        set(Column::job_id, id);
        set(Column::created_at, created_at);
        set(Column::platform, Value::text(job.target.platform.as_str()));
        set(Column::handle, Value::text(job.target.handle.as_str()));
        set(Column::scope, Value::text(job.scope.as_str()));
        set(Column::status, Value::text(job.status.as_str()));
        set(Column::phase, Value::text(job.phase.as_str()));
        set(Column::progress, Value::number(job.progress.percent()));
        set(Column::version, Value::number(job.version.number()));
        set(Column::updated_at, calendar(&job.updated_at));
        for (column, at) in [
            (Column::completed_at, &job.completed_at),
            (Column::expires_at, &job.expires_at),
            (Column::next_attempt_at, &job.next_attempt_at),
        ] {
            set(column, Value::or_null(at.as_ref(), calendar));
        }
        if let Some(failure) = &job.failure {
            set(Column::error_kind, Value::text(kind(failure, before)));
            set(Column::error_message, Value::text(failure.message()));
        }
        set(Column::attempt, Value::number(job.attempt));
        set(Column::failures, Value::number(job.failures));
        set(Column::crashes, Value::number(job.crashes));
        set(
            Column::cancel_requested,
            Value::number(job.cancel_requested),
        );
    }

    /// What only a change reads.
    fn write_own<'a>(&'a self, before: Option<&'a Row>, values: &mut [Value<'a>]) {
        let mut set = |column: Column, value| values[column as usize] = value;
        let record = &self.record;
        set(Column::number, Value::number(record.number));
        set(Column::expires, Value::or_null(self.expires, Value::time));
        set(
            Column::kept_until,
            Value::or_null(self.kept_until, Value::time),
        );
        set(Column::owns_key, Value::number(self.owns_key));
        let position = match record.state {
            State::Waiting { position } => Some(position),
            State::Held { until, position } => {
                set(Column::lease_until, Value::time(until));
                Some(position)
            }
            State::Ended { at } => {
                set(Column::ended, Value::time(at));
                None
            }
        };
        // An ended job has no position any more: the columns stay as they were.
        let was = |column: Column| {
            before.map_or(Value::Integer(0), |row| row.value(column as usize).clone())
        };
        set(
            Column::due,
            position.map_or_else(|| was(Column::due), |at| Value::time(at.due)),
        );
        set(
            Column::ahead,
            position.map_or_else(
                || was(Column::ahead),
                |at| Value::number(at.ahead.as_nanos()),
            ),
        );
        set(Column::fence, Value::number(record.fence));
        set(Column::token, Value::or_null(record.token, written_token));
        let program = record.program.as_ref().map(ProgramVersion::as_str);
        set(Column::program, Value::or_null(program, Value::text));
        set(
            Column::settled,
            Value::or_null(record.settled.map(Status::as_str), Value::text),
        );
        set(
            Column::deadline,
            Value::or_null(record.deadline, Value::time),
        );
        set(Column::max_crashes, Value::number(record.max_crashes));
        set(Column::limits_seen, Value::number(record.limits_seen));
        set(Column::saves, Value::number(record.saves));
        if let Some(trace) = record.trace.as_deref() {
            set(Column::traceparent, Value::text(trace.traceparent()));
            set(
                Column::tracestate,
                Value::or_null(trace.tracestate(), Value::text),
            );
        }
        let notes = record.notes.as_deref();
        set(
            Column::notes_due,
            Value::or_null(record.notes_due(), Value::time),
        );
        set(
            Column::notes_token,
            Value::or_null(notes.and_then(|notes| notes.token), written_token),
        );
        set(
            Column::note_deliveries,
            Value::number(notes.map_or(0, |notes| notes.deliveries)),
        );
        set(
            Column::note_bytes,
            Value::or_null(notes, |notes| Value::number(notes.size())),
        );
    }

    /// How large the values are that are kept apart.
    fn write_sizes<'a>(&'a self, values: &mut [Value<'a>]) {
        let mut set = |column: Column, value| values[column as usize] = value;
        let record = &self.record;
        let size =
            |content: Option<&Content>| Value::or_null(content.map(Content::len), Value::number);
        let outputs = record.outputs.as_deref();
        let saved = record.saved.as_deref();
        let pages = saved.filter(|saved| !saved.pages.is_empty());
        set(Column::input_bytes, Value::number(record.input.len()));
        set(
            Column::scraping_bytes,
            size(outputs.and_then(|outputs| outputs.scraping.as_ref())),
        );
        set(
            Column::analysis_bytes,
            size(outputs.and_then(|outputs| outputs.analysis.as_ref())),
        );
        set(
            Column::state_bytes,
            size(saved.and_then(|saved| saved.state.as_ref())),
        );
        set(
            Column::page_bytes,
            Value::or_null(pages, |saved| {
                Value::number(saved.pages.iter().map(Content::len).sum::<usize>())
            }),
        );
        set(Column::report_bytes, size(record.report.as_ref()));
    }
}

/// The name of a failure's kind: that of a newer build, if the failure is still the one that was read.
fn kind<'a>(failure: &Failure, before: Option<&'a Row>) -> &'a str {
    let known = failure.kind().as_str();
    let Some(before) = before else {
        return known;
    };
    match before.text(Column::error_kind as usize) {
        Some(name)
            if failure.kind() == FailureKind::Other
                && name.parse::<FailureKind>().is_err()
                && before.text(Column::error_message as usize) == Some(failure.message()) =>
        {
            name
        }
        _ => known,
    }
}

/// A date as people read it. RFC 3339 ends with the year 9999.
pub(in crate::store) fn calendar(at: &DateTime<Utc>) -> Value<'static> {
    let last = DateTime::from_timestamp(253_402_300_799, 0);
    let at = last.map_or(*at, |last| last.min(*at));
    Value::Text(at.to_rfc3339_opts(SecondsFormat::Micros, true).into())
}

fn written_token(token: ClaimToken) -> Value<'static> {
    Value::written(&token.as_uuid().simple())
}
