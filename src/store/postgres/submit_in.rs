//! A submit in the transaction of a caller: one row in the inbox.

use std::borrow::Cow;
use std::time::Duration;

use tokio_postgres::Transaction;
use tokio_postgres::types::{ToSql, Type};

use super::driver;
use super::error::{self, LinkError};
use super::news;
use super::parameter::Parameter;
use crate::store::sql::{Row, Value};
use crate::store::{
    JobCounts, Limit, NewJob, ProgramVersion, StoreError, StoreLimits, TraceContext,
};

/// Writes the row of a submit in the transaction of a caller.
pub(super) async fn put(
    transaction: &Transaction<'_>,
    schema: &str,
    limits: &StoreLimits,
    new: &NewJob,
) -> Result<(), StoreError> {
    limits.check_input(new.input())?;
    if let Some(note) = new.note() {
        note.check(0)?;
    }
    if new.continued().is_some() {
        return Err(StoreError::Misuse(
            "a job that continues another one cannot be submitted in a transaction of the caller",
        ));
    }
    check_room(transaction, schema, limits, new).await?;
    let insert = format!(
        "INSERT INTO {schema}.inbox (job_id, platform, handle, scope, max_age, deadline, max_crashes, head_start, program, \
             traceparent, tracestate, input, note, submitted) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
             (extract(epoch FROM clock_timestamp()) * 1000000)::bigint) \
         ON CONFLICT (job_id) DO NOTHING"
    );
    let text = |text: &str| Value::Text(Cow::Owned(text.to_owned()));
    let optional = |value: Option<&str>| value.map_or(Value::Null, text);
    let nanoseconds =
        |duration: Duration| Value::Integer(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX));
    let note = new.note();
    let values = [
        text(&new.id.to_string()),
        text(new.target.platform.as_str()),
        text(new.target.handle.as_str()),
        text(new.scope.as_str()),
        new.max_age.map_or(Value::Null, nanoseconds),
        new.deadline.map_or(Value::Null, nanoseconds),
        Value::Integer(new.max_crashes.into()),
        nanoseconds(new.head_start()),
        optional(new.program_version().map(ProgramVersion::as_str)),
        optional(new.trace().map(TraceContext::traceparent)),
        optional(new.trace().and_then(TraceContext::tracestate)),
        Value::Bytes(new.input().clone()),
        note.map_or(Value::Null, |note| Value::Bytes(note.value().clone())),
    ];
    run(transaction, &insert, &values).await?;
    // Delivered by the server at the commit, and not without it.
    let notify = [text(&news::channel(schema)), text(news::CLAIMABLE_NOW)];
    run(transaction, "SELECT pg_notify($1, $2)", &notify).await?;
    Ok(())
}

/// Refuses a submit if what is committed, and what this transaction has put there, reaches a limit. Others that are
/// open at the same time do not see each other, so that each may find the last place.
async fn check_room(
    transaction: &Transaction<'_>,
    schema: &str,
    limits: &StoreLimits,
    new: &NewJob,
) -> Result<(), StoreError> {
    let sql = format!(
        "SELECT completed, failed, stored_bytes - kept_bytes, \
             (SELECT coalesce(sum(pending), 0)::bigint FROM {schema}.platforms), \
             (SELECT coalesce(sum(processing), 0)::bigint FROM {schema}.platforms), \
             (SELECT coalesce(sum(pending), 0)::bigint FROM {schema}.scopes WHERE scope = $1), \
             (SELECT count(*) FROM {schema}.inbox), \
             (SELECT coalesce(sum(length(input) + coalesce(length(note), 0)), 0)::bigint FROM {schema}.inbox), \
             (SELECT count(*) FROM {schema}.inbox WHERE scope = $1) \
         FROM {schema}.meta"
    );
    let scope = Value::Text(Cow::Owned(new.scope.as_str().to_owned()));
    let rows = run(transaction, &sql, &[scope]).await?;
    let Some(row) = rows.first() else {
        return Err(StoreError::unavailable("the row of the table meta is gone"));
    };
    let number = |column: usize| match row.0.get(column) {
        Some(Value::Integer(number)) => u64::try_from(*number).unwrap_or(0),
        _ => 0,
    };
    let counts = JobCounts {
        completed: number(0),
        failed: number(1),
        pending: number(3) + number(6),
        processing: number(4),
    };
    let stored = number(2) + number(7);
    if let Some((limit, max)) = limits.reached(&counts, stored) {
        return Err(StoreError::full(limit, max));
    }
    if let Some(max) = limits.pending_jobs_per_scope()
        && !new.scope.is_none()
        && number(5) + number(8) >= max as u64
    {
        return Err(StoreError::full(Limit::PendingJobsPerScope, max as u64));
    }
    let note = new.note().map_or(0, |note| note.value().len());
    let size = (new.input().len() + note) as u64;
    if stored + size > limits.stored_bytes() {
        return Err(StoreError::full(Limit::StoredBytes, limits.stored_bytes()));
    }
    Ok(())
}

async fn run(
    transaction: &Transaction<'_>,
    sql: &str,
    values: &[Value<'static>],
) -> Result<Vec<Row>, StoreError> {
    let values: Vec<(Parameter, Type)> = values
        .iter()
        .map(|value| {
            let value = Parameter::new(value);
            let kind = value.kind();
            (value, kind)
        })
        .collect();
    let values: Vec<(&(dyn ToSql + Sync), Type)> = values
        .iter()
        .map(|(value, kind)| (value as &(dyn ToSql + Sync), kind.clone()))
        .collect();
    let rows = transaction.query_typed(sql, &values).await;
    let rows = rows.and_then(|rows| rows.iter().map(driver::read).collect());
    rows.map_err(|error| error::unavailable(LinkError::from(error)))
}
