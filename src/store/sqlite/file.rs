//! Opening the file: checks, settings, and the steps to the schema of this build.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::driver::Sqlite;
use super::error::SqliteConnectError;
use crate::store::sql::{Dialect, SCHEMA, STEPS};

/// Says in the header of the file whose it is: "rpip".
const APPLICATION_ID: i32 = 0x7270_6970;
/// How many times an attempt is made while others hold the lock, and how long each waits at most: some
/// 5 seconds in all.
const ATTEMPTS: i32 = 1_000;
const LONGEST_PAUSE: u64 = 10_000;
/// How large a file may be to be checked as a whole when it is opened.
const CHECKED_BYTES: u64 = 64 << 20;
/// How many statements stay prepared. There are about as many as that.
const STATEMENTS: usize = 128;

const SQLITE: Dialect = Dialect {
    key: "INTEGER PRIMARY KEY",
    integer: "INTEGER",
    bytes: "BLOB",
    end: " STRICT",
};

/// Opens the file to write, and makes it if there is none.
pub(super) fn open(path: &Path, max_pages: Option<u32>) -> Result<Sqlite, SqliteConnectError> {
    let failed = |error| SqliteConnectError::because(path.to_owned(), error);
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_CREATE).map_err(failed)?;
    let is_new = is_empty(&connection).map_err(failed)?;
    if !is_new && application(&connection).map_err(failed)? != APPLICATION_ID {
        return Err(SqliteConnectError::OfAnother {
            path: path.to_owned(),
        });
    }
    if connection.is_readonly("main").map_err(failed)? {
        let reason =
            "it is read-only: give this process the right to write to the file and its folder";
        return Err(SqliteConnectError::unusable(path.to_owned(), reason));
    }
    check(path, &connection)?;
    prepare(&mut connection, is_new).map_err(failed)?;
    migrate(path, &mut connection)?;
    if let Some(pages) = max_pages {
        connection
            .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
            .map_err(failed)?;
    }
    Ok(Sqlite { connection })
}

/// Opens the file to read. It exists and was checked.
pub(super) fn open_to_read(path: &Path) -> rusqlite::Result<Sqlite> {
    let connection = connect(path, OpenFlags::empty())?;
    connection.pragma_update(None, "query_only", true)?;
    // The upper levels of a million jobs.
    connection.pragma_update(None, "cache_size", -8_000)?;
    Ok(Sqlite { connection })
}

fn connect(path: &Path, more: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_handler(Some(wait_for_others))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // A statement is planned once, not anew for other parameters.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

/// Waits while another process writes. At random, so that those who wait do not wake together; and short, because
/// a process that writes all the time frees the lock for moments only.
fn wait_for_others(attempt: i32) -> bool {
    let most = LONGEST_PAUSE.min(500 + 100 * u64::from(attempt.unsigned_abs()));
    std::thread::sleep(Duration::from_micros(fastrand::u64(most / 4..=most)));
    attempt < ATTEMPTS
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row(
        "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)",
        [],
        |row| row.get(0),
    )
}

fn application(connection: &Connection) -> rusqlite::Result<i32> {
    connection.pragma_query_value(None, "application_id", |row| row.get(0))
}

/// Looks for damage: in the whole file if that takes no time that matters.
fn check(path: &Path, connection: &Connection) -> Result<(), SqliteConnectError> {
    let failed = |error| SqliteConnectError::because(path.to_owned(), error);
    if std::fs::metadata(path).is_ok_and(|file| file.len() > CHECKED_BYTES) {
        return Ok(());
    }
    let found: String = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(failed)?;
    if found == "ok" {
        return Ok(());
    }
    Err(SqliteConnectError::Damaged {
        path: path.to_owned(),
        source: found.into(),
    })
}

fn prepare(connection: &mut Connection, is_new: bool) -> rusqlite::Result<()> {
    if is_new {
        // Only before there is a table.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    }
    // A change of the journal does not wait for others by itself.
    let mut attempt = 0;
    loop {
        match connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())) {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && wait_for_others(attempt) =>
            {
                attempt += 1;
            }
            other => break other?,
        }
    }
    // What was acknowledged is on the disk, on every system.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    // The log is cut to this once it was longer.
    connection.pragma_update_and_check(None, "journal_size_limit", 64 << 20, |_| Ok(()))?;
    connection.pragma_update(None, "cache_size", -16_000)
}

/// Brings the tables to the schema of this build, unless a newer one has brought them further. One process does,
/// the others wait for it.
fn migrate(path: &Path, connection: &mut Connection) -> Result<(), SqliteConnectError> {
    let failed = |error| SqliteConnectError::because(path.to_owned(), error);
    if let Some((found, needed)) = versions(connection).map_err(failed)?
        && (found >= SCHEMA || needed > SCHEMA)
    {
        return understood(found, needed);
    }
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    let (found, needed) = versions(&transaction).map_err(failed)?.unwrap_or((0, 0));
    understood(found, needed)?;
    for step in STEPS.iter().filter(|step| step.schema > found) {
        for statement in step.statements {
            transaction
                .execute_batch(&SQLITE.say(statement))
                .map_err(failed)?;
        }
        let sql = "UPDATE meta SET schema = ?1, min_reader = ?2";
        transaction
            .execute(sql, [step.schema, step.min_reader])
            .map_err(failed)?;
    }
    transaction
        .pragma_update(None, "application_id", APPLICATION_ID)
        .map_err(failed)?;
    transaction.commit().map_err(failed)
}

const fn understood(found: u32, needed: u32) -> Result<(), SqliteConnectError> {
    if needed > SCHEMA {
        return Err(SqliteConnectError::schema(found, needed));
    }
    Ok(())
}

/// The schema of the tables, and the oldest one whose builds can read them. `None` if there are no tables.
fn versions(connection: &Connection) -> rusqlite::Result<Option<(u32, u32)>> {
    if is_empty(connection)? {
        return Ok(None);
    }
    connection
        .query_row("SELECT schema, min_reader FROM meta", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .map(Some)
}
