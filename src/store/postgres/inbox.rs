//! Submits inside the transactions of callers.
//!
//! A caller's transaction may stay open for as long as the caller likes, so it must hold nothing that others need. It
//! only adds a row to the table `inbox`, which nobody sees before its commit. The next transaction of the store, in any
//! process, takes the rows over as submits, in order.

use std::collections::HashMap;
use std::time::Duration;

use tracing::warn;

use super::clock::{at, moment};
use crate::account::{Handle, Platform, Target};
use crate::job::{Job, JobId, Scope};
use crate::store::sql::{
    Done, Driver, Elsewhere, Events, Failure, Known, Row, Session, Settings, Statement, Tally,
    Value, Wants, calendar,
};
use crate::store::timestamp::{Now, Timestamp};
use crate::store::{NewJob, ProgramVersion, StoreError, StoreLimits, Submitted, TraceContext};

/// Reads rows that were committed and not taken over.
pub(super) const WAITING: &str = "SELECT number, job_id, platform, handle, scope, max_age, deadline, max_crashes, \
    head_start, program, traceparent, tracestate, input, note, submitted FROM inbox";

/// Takes over what was committed, in order.
pub(super) async fn take_over<D: Driver>(
    database: &mut D,
    settings: &Settings,
    tally: &mut Tally,
    known: &mut Known,
    now: Now,
    rows: Vec<Row>,
) -> Done<Events, D> {
    let settings = Settings {
        limits: unlimited(),
        ..*settings
    };
    let mut events = Events::default();
    for row in rows {
        let Some(number) = number(&row) else {
            continue;
        };
        let new = match read(&row, now.timestamp) {
            Ok(new) => new,
            Err(reason) => {
                warn!(
                    number,
                    reason, "a row of the inbox cannot be read and is dropped"
                );
                drop_row(database, number).await?;
                continue;
            }
        };
        let mut session = Session::new(database, &settings, tally, known, now);
        // It may have been named before.
        let id = new.id.to_string();
        session.leave_damaged(&id, &place(number)).await?;
        let submitted = session.submit(&new).await;
        events.add(session.events);
        match submitted {
            Ok(Submitted::Created(job)) if job.id == new.id => {
                // It shows since when it was there.
                let sql = "UPDATE jobs SET created_at = $1, updated_at = $1 WHERE job_id = $2 AND created_at = $3";
                let (since, id) = (moment(submitted_at(&row)).utc, new.id.to_string());
                let values = [calendar(&since), Value::Text(id.into()), calendar(&now.utc)];
                database.write(sql, &values).await?;
                known.forget(new.id);
            }
            Ok(other) => {
                let sql = "INSERT INTO aliases (job_id, number) \
                           SELECT $1, number FROM jobs WHERE job_id = $2 ON CONFLICT (job_id) DO NOTHING";
                let ids = [new.id.to_string(), other.job().id.to_string()];
                let values = ids.map(|id| Value::Text(id.into()));
                database.write(sql, &values).await?;
            }
            Err(Failure::Refused(StoreError::IdTaken(id))) => {
                warn!(job_id = %id, "the id of a submit in a transaction belongs to another target: it is dropped");
            }
            // Its note has no room, or a newer build has to go on with the job: it stays where it is until then.
            Err(Failure::Refused(_)) => continue,
            Err(failure) => return Err(failure),
        }
        drop_row(database, number).await?;
    }
    Ok(events)
}

/// Enters rows in the quarantine that the database refuses to take over. They stay where they are, too, and are tried
/// again.
pub(super) async fn name_damaged<D: Driver>(
    session: &mut Session<'_, D>,
    rows: &[Row],
    reason: &str,
) -> Done<(), D> {
    for row in rows {
        let (Some(number), Some(Value::Text(id))) = (number(row), row.0.get(1)) else {
            continue;
        };
        let record = place(number);
        session.leave_damaged(id, &record).await?;
        session.enter_damaged(id, reason, record).await?;
    }
    Ok(())
}

/// What was let in when it was submitted is not refused later.
fn unlimited() -> StoreLimits {
    StoreLimits::default()
        .with_jobs(usize::MAX)
        .with_pending_jobs(usize::MAX)
        .with_pending_jobs_per_scope(usize::MAX)
        .with_stored_bytes(u64::MAX)
        .with_input_bytes(u64::MAX)
}

async fn drop_row<D: Driver>(database: &mut D, number: i64) -> Done<(), D> {
    let sql = "DELETE FROM inbox WHERE number = $1";
    database.write(sql, &[Value::Integer(number)]).await
}

/// What the quarantine has of a row: where it is.
fn place(number: i64) -> String {
    format!("number {number} of the table inbox")
}

/// The number of a row.
pub(super) fn number(row: &Row) -> Option<i64> {
    match row.0.first() {
        Some(Value::Integer(number)) => Some(*number),
        _ => None,
    }
}

/// What the submits of some rows are about.
pub(super) fn wants(rows: &[Row], now: Timestamp) -> Wants {
    let mut wants = Wants::default();
    for new in rows.iter().filter_map(|row| read(row, now).ok()) {
        wants.submit(&new);
    }
    wants
}

/// Asks which of some ids are other names of jobs.
pub(super) fn aliases(ids: &[JobId]) -> Option<Statement<'static>> {
    let sql = "SELECT number, job_id FROM aliases WHERE job_id = ANY ($1::text[])";
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    (!ids.is_empty()).then(|| (sql.into(), vec![Value::Texts(ids)]))
}

/// Which of them are, by the rows of this statement, if there was one.
pub(super) fn read_aliases(ids: &[JobId], rows: &[Vec<Row>]) -> HashMap<JobId, Option<i64>> {
    let mut aliases: HashMap<JobId, Option<i64>> = ids.iter().map(|id| (*id, None)).collect();
    for row in rows.iter().flatten() {
        if let [Value::Integer(number), Value::Text(id)] = &row.0[..]
            && let Ok(id) = id.parse()
        {
            aliases.insert(id, Some(*number));
        }
    }
    aliases
}

const ALIAS: &str = "SELECT number FROM aliases WHERE job_id = $1";

/// Looks for a submit that another job serves, or that nobody has taken over yet.
pub(super) async fn look<D: Driver>(database: &mut D, id: JobId) -> Done<Option<Elsewhere>, D> {
    let job_id = id;
    let id = Value::Text(id.to_string().into());
    let waiting = "SELECT number, job_id, platform, handle, scope, max_age, deadline, max_crashes, head_start, program, \
                   traceparent, tracestate, ''::bytea, NULL::bytea, submitted FROM inbox WHERE job_id = $1";
    let damaged = "SELECT job_id, reason FROM damaged JOIN inbox USING (job_id) WHERE job_id = $1";
    let statements = vec![
        (ALIAS.into(), vec![id.clone()]),
        (waiting.into(), vec![id.clone()]),
        (damaged.into(), vec![id]),
    ];
    let mut rows = database.all_rows(statements).await?.into_iter();
    let (alias, waiting, damaged) = (rows.next(), rows.next(), rows.next());
    if let Some(Value::Integer(number)) = alias.as_deref().and_then(|rows| rows.first()?.0.first())
    {
        return Ok(Some(Elsewhere::Number(*number)));
    }
    if let Some(Value::Text(reason)) = damaged.as_deref().and_then(|rows| rows.first()?.0.get(1)) {
        return Err(StoreError::damaged(job_id, &**reason).into());
    }
    Ok(waiting.as_deref().and_then(<[Row]>::first).and_then(|row| {
        let since = submitted_at(row);
        let new = read(row, since).ok()?;
        let mut job = Job::submitted(new.id, new.target, moment(since).utc);
        job.scope = new.scope;
        Some(Elsewhere::Submitted(Box::new(job)))
    }))
}

/// The column of when a row was written.
const SUBMITTED: usize = 14;

fn submitted_at(row: &Row) -> Timestamp {
    match row.0.get(SUBMITTED) {
        Some(Value::Integer(micros)) => at(*micros),
        _ => Timestamp::START,
    }
}

/// Makes a submit of a row. Its deadline counts from when that was written.
fn read(row: &Row, now: Timestamp) -> Result<NewJob, String> {
    let text = |column: usize| match row.0.get(column) {
        Some(Value::Text(text)) => Ok(&**text),
        _ => Err(format!("its column {column} has no text")),
    };
    let duration = |column: usize| match row.0.get(column) {
        Some(Value::Integer(i64::MAX)) => Some(Duration::MAX),
        Some(Value::Integer(nanoseconds)) => Some(Duration::from_nanos(
            u64::try_from(*nanoseconds).unwrap_or(0),
        )),
        _ => None,
    };
    let bytes = |column: usize| match row.0.get(column) {
        Some(Value::Bytes(bytes)) => Some(bytes.clone()),
        _ => None,
    };
    let id = text(1)?
        .parse::<JobId>()
        .map_err(|error| error.to_string())?;
    let platform = Platform::new(text(2)?).map_err(|error| error.to_string())?;
    let handle = Handle::canonical(text(3)?).map_err(|error| error.to_string())?;
    let scope = Scope::new(text(4)?).map_err(|error| error.to_string())?;
    let waited = now.since(submitted_at(row));
    let deadline = duration(6).map(|deadline| deadline.saturating_sub(waited));
    let max_crashes = match row.0.get(7) {
        Some(Value::Integer(number)) => u32::try_from(*number).unwrap_or(u32::MAX),
        _ => NewJob::DEFAULT_MAX_CRASHES,
    };
    let trace = text(10)
        .ok()
        .and_then(|parent| TraceContext::new(parent).ok());
    let trace = match (trace, text(11)) {
        (Some(trace), Ok(state)) => trace.with_state(state).ok(),
        (trace, _) => trace,
    };
    let mut new = NewJob::new(id, Target::new(platform, handle))
        .with_scope(scope)
        .with_max_age(duration(5))
        .with_deadline(deadline)
        .with_max_crashes(max_crashes)
        .with_head_start(duration(8).unwrap_or_default())
        .with_program_version(text(9).ok().and_then(|name| ProgramVersion::new(name).ok()))
        .with_trace(trace)
        .with_input(bytes(12).unwrap_or_default());
    if let Some(note) = bytes(13) {
        new = new.with_note(note);
    }
    Ok(new)
}
