//! The tables: made and brought up to date by whoever connects first.

use std::fmt::Write;

use super::driver::Postgres;
use super::error::{LinkError, PostgresConnectError};
use crate::store::sql::{Dialect, Driver, Failure, SCHEMA, STEPS, Value};

const POSTGRES: Dialect = Dialect {
    key: "bigint PRIMARY KEY",
    integer: "bigint",
    bytes: "bytea",
    end: "",
};

/// What only this database has, by the schema that it comes with.
const OWN: &[(u32, &[&str])] = &[(
    1,
    &[
        // Rows that are changed again and again have room for their next version on the same page, so that no index
        // has to hear of it.
        "ALTER TABLE jobs SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05)",
        "ALTER TABLE meta SET (fillfactor = 20)",
        "ALTER TABLE platforms SET (fillfactor = 50)",
        "ALTER TABLE scopes SET (fillfactor = 50)",
        // A heartbeat moves the end of a lease. An index of it would make every heartbeat a new entry in all indexes of
        // the row; those that are held are few, and the index of their tokens has all of them.
        "DROP INDEX jobs_held",
        // Submits in transactions of callers, until they are taken over. Durations are in nanoseconds, `submitted` is in
        // microseconds since 1970.
        "CREATE TABLE inbox (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            job_id text NOT NULL UNIQUE,
            platform text NOT NULL,
            handle text NOT NULL,
            scope text NOT NULL,
            max_age bigint,
            deadline bigint,
            max_crashes bigint NOT NULL,
            head_start bigint NOT NULL,
            program text,
            traceparent text,
            tracestate text,
            input bytea NOT NULL,
            note bytea,
            submitted bigint NOT NULL
        )",
        // Those of them that another job serves, by the number of that job. They go with it.
        "CREATE TABLE aliases (
            job_id text PRIMARY KEY, number bigint NOT NULL REFERENCES jobs (number) ON DELETE CASCADE
        )",
        "CREATE INDEX aliases_number ON aliases (number)",
    ],
)];

/// Whoever makes tables holds this lock meanwhile: "rpip".
const LOCK: i64 = 0x7270_6970;

/// Brings the tables to the schema of this build, unless a newer one has brought them further. One process does, the
/// others wait for it.
pub(super) async fn prepare(
    database: &mut Postgres,
    schema: &str,
) -> Result<(), PostgresConnectError> {
    let failed = |failure| match failure {
        Failure::Database(error) => PostgresConnectError::tables(schema, error),
        Failure::Refused(error) => {
            PostgresConnectError::tables(schema, LinkError::Other(error.to_string()))
        }
    };
    if let Some((found, needed)) = versions(database, schema).await.map_err(failed)?
        && (found >= SCHEMA || needed > SCHEMA)
    {
        return understood(found, needed);
    }
    let run = async |database: &mut Postgres, sql: &str| {
        database.say(sql).await?;
        database.settle().await
    };
    let failed_to = |error| PostgresConnectError::tables(schema, error);
    run(database, "BEGIN").await.map_err(failed_to)?;
    let lock = format!("SELECT pg_advisory_xact_lock({LOCK})");
    run(database, &lock).await.map_err(failed_to)?;
    let now = versions(database, schema).await.map_err(failed)?;
    let (found, needed) = now.unwrap_or((0, 0));
    understood(found, needed)?;
    let mut all = statements(schema, found, now.is_some());
    all.push("COMMIT".to_owned());
    run(database, &all.join(";\n")).await.map_err(failed_to)
}

/// The statements that make all tables.
pub(super) fn ddl(schema: &str) -> String {
    let mut all = String::from("BEGIN;\n");
    for statement in statements(schema, 0, false) {
        _ = writeln!(all, "{statement};");
    }
    all.push_str("COMMIT;\n");
    all
}

fn statements(schema: &str, found: u32, is_there: bool) -> Vec<String> {
    let mut all = Vec::new();
    if !is_there {
        all.push(format!("CREATE SCHEMA IF NOT EXISTS {schema}"));
    }
    all.push(format!("SET LOCAL search_path TO {schema}"));
    for step in STEPS.iter().filter(|step| step.schema > found) {
        let own = OWN.iter().filter(|(of, _)| *of == step.schema);
        let own = own.flat_map(|(_, statements)| *statements);
        for statement in step.statements.iter().chain(own) {
            all.push(POSTGRES.say(statement));
        }
        all.push(format!(
            "UPDATE meta SET schema = {}, min_reader = {}",
            step.schema, step.min_reader
        ));
    }
    all
}

const fn understood(found: u32, needed: u32) -> Result<(), PostgresConnectError> {
    if needed > SCHEMA {
        return Err(PostgresConnectError::schema(found, needed));
    }
    Ok(())
}

/// The schema of the tables, and the oldest one whose builds can read them. `None` if there are no tables.
async fn versions(
    database: &mut Postgres,
    schema: &str,
) -> Result<Option<(u32, u32)>, Failure<LinkError>> {
    let sql = "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename IN ('meta', 'jobs')";
    let rows = database.rows(sql, &[Value::Text(schema.into())]).await?;
    match rows.first().map(|row| &row.0[..]) {
        Some([Value::Integer(2)]) => {}
        Some([Value::Integer(0)]) => return Ok(None),
        _ => {
            let message = "it has tables of another program: give the jobs a schema of their own";
            return Err(Failure::Database(LinkError::Other(message.to_owned())));
        }
    }
    let sql = format!("SELECT schema, min_reader FROM {schema}.meta");
    let rows = database.rows(&sql, &[]).await?;
    let number = |value: Option<&Value<'_>>| match value {
        Some(Value::Integer(number)) => u32::try_from(*number).unwrap_or(u32::MAX),
        _ => 0,
    };
    Ok(rows
        .first()
        .map(|row| (number(row.0.first()), number(row.0.get(1)))))
}
