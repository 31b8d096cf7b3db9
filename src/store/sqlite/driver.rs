//! Statements on one connection.

use std::borrow::Cow;
use std::future::Future;

use bytes::Bytes;
use futures::FutureExt;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql};

use crate::store::sql::{Driver, Failure, Row, Value};

/// One connection to the file. Nothing on it waits for anything but the disk, so the futures of the shared verbs
/// are ready when they are polled first.
#[derive(Debug)]
pub(super) struct Sqlite {
    pub(super) connection: Connection,
}

impl Sqlite {
    /// Runs a statement without parameters, such as the beginning and the end of a transaction.
    pub(super) fn say(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.raw_execute().map(drop)
    }

    /// A number that is another one after another connection has committed. Within a transaction it stays.
    pub(super) fn version_of_others(&self) -> rusqlite::Result<i64> {
        let mut statement = self.connection.prepare_cached("PRAGMA data_version")?;
        statement.query_row([], |row| row.get(0))
    }

    fn bound<'s>(
        &'s self,
        sql: &str,
        values: &[Value<'_>],
    ) -> rusqlite::Result<rusqlite::CachedStatement<'s>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        for (place, value) in values.iter().enumerate() {
            // What is not bound is null.
            if *value != Value::Null {
                statement.raw_bind_parameter(place + 1, Bound(value))?;
            }
        }
        Ok(statement)
    }

    fn read(&self, sql: &str, values: &[Value<'_>]) -> rusqlite::Result<Vec<Row>> {
        let mut statement = self.bound(sql, values)?;
        let width = statement.column_count();
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let mut columns = Vec::with_capacity(width);
            for column in 0..width {
                columns.push(owned(row.get_ref(column)?));
            }
            found.push(Row(columns));
        }
        Ok(found)
    }
}

impl Driver for Sqlite {
    type Error = rusqlite::Error;

    async fn rows(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, Failure<Self::Error>> {
        self.read(sql, values).map_err(Failure::Database)
    }

    async fn write(&mut self, sql: &str, values: &[Value<'_>]) -> Result<(), Failure<Self::Error>> {
        self.bound(sql, values)
            .and_then(|mut statement| statement.raw_execute().map(drop))
            .map_err(Failure::Database)
    }
}

/// Carries out a shared verb, which waits for nothing here. Futures of verbs are large: one that is pinned where it is made is
/// not copied.
pub(super) fn at_once<F: Future>(verb: F) -> F::Output {
    verb.now_or_never()
        .expect("statements in SQLite wait for nothing but the disk")
}

/// A value as a parameter.
struct Bound<'a>(&'a Value<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
            Value::Texts(_) => {
                let error = "SQLite has no arrays".into();
                return Err(rusqlite::Error::ToSqlConversionFailure(error));
            }
        }))
    }
}

/// The tables are strict, so there is nothing but these kinds; text that is not UTF-8 reads as nothing.
fn owned(value: ValueRef<'_>) -> Value<'static> {
    match value {
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Value::Text(Cow::Owned(text.to_owned())),
            Err(_) => Value::Null,
        },
        ValueRef::Blob(bytes) => Value::Bytes(Bytes::copy_from_slice(bytes)),
        ValueRef::Null | ValueRef::Real(_) => Value::Null,
    }
}
