//! Statements on one connection, sent before the replies to those before them are there.

use std::borrow::Cow;
use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::pin::pin;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use futures::future::{BoxFuture, poll_immediate};
use futures::{FutureExt, TryStreamExt};
use tokio_postgres::types::{FromSql, Type};
use tokio_postgres::{Client, RowStream, Statement as Prepared};

use super::batches::Batches;
use super::clock::at;
use super::error::LinkError;
use super::inbox;
use super::link::Link;
use super::parameter::{Parameter, parameters};
use crate::job::JobId;
use crate::store::sql::{
    Change, Driver, Elsewhere, Failure, MOVE_ON, Row, Statement, Value, Write, change,
};
use crate::store::timestamp::Timestamp;

/// How many statements stay prepared on a connection. There are about half as many.
const STATEMENTS: usize = 512;

/// The time in microseconds since 1970.
pub(super) const CLOCK: &str = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

/// A connection that carries out the statements of the shared verbs.
///
/// A statement whose rows nobody needs is sent and not waited for. Its reply is taken before that of the next one that
/// has rows, or before the commit: whatever fails fails the transaction. Rows of jobs wait until the next statement, or
/// for the end of the transaction, so that those of one kind are written by one statement.
pub(super) struct Postgres {
    link: Link,
    /// Whether statements may be prepared.
    prepares: bool,
    prepared: HashMap<String, Prepared>,
    /// The replies that were not taken yet, in order.
    pending: Vec<BoxFuture<'static, Result<(), LinkError>>>,
    /// The rows that were not sent yet.
    batches: Batches,
    /// What is known of ids in this transaction: whether one is another name of a job, and nothing waits under it.
    aliases: HashMap<JobId, Option<i64>>,
    /// How many times replies were waited for.
    pub(super) waits: u64,
}

impl Postgres {
    pub(super) fn new(link: Link, prepares: bool) -> Self {
        Self {
            link,
            prepares,
            prepared: HashMap::new(),
            pending: Vec::new(),
            batches: Batches::default(),
            aliases: HashMap::new(),
            waits: 0,
        }
    }

    pub(super) const fn prepares(&self) -> bool {
        self.prepares
    }

    /// The process of the server at the other end.
    pub(super) const fn process(&self) -> i32 {
        self.link.server.process
    }

    /// Whether the connection is gone, as far as is known.
    pub(super) fn is_closed(&self) -> bool {
        self.link.client.is_closed()
    }

    /// Enters what is known of ids until the next transaction.
    pub(super) fn know_aliases(&mut self, aliases: HashMap<JobId, Option<i64>>) {
        self.aliases = aliases;
    }

    /// Begins a transaction, in which nothing waits and nothing is known.
    pub(super) async fn begin(&mut self, sql: &str) -> Result<(), LinkError> {
        self.batches.take();
        self.aliases.clear();
        self.say(sql).await
    }

    /// Sends the rows that wait.
    pub(super) async fn flush(&mut self) -> Result<(), LinkError> {
        for batch in self.batches.take() {
            let (sql, parameters) = batch.statement();
            let prepared = self.prepared(sql).await?;
            let request = self.request(prepared, sql, parameters);
            self.send(request.map(|rows| rows.map(drop))).await?;
        }
        Ok(())
    }

    /// Adds a row to those that wait.
    async fn add(
        &mut self,
        write: &'static Write,
        values: Vec<Value<'_>>,
    ) -> Result<(), LinkError> {
        let row = values.into_iter().map(Value::into_owned).collect();
        if let Err(row) = self.batches.add(write, row) {
            self.flush().await?;
            let added = self.batches.add(write, row);
            debug_assert!(added.is_ok(), "there is room when nothing waits");
        }
        Ok(())
    }

    /// Sends statements without parameters in one message, such as the beginning of a transaction.
    pub(super) async fn say(&mut self, sql: &str) -> Result<(), LinkError> {
        let (client, sql) = (Arc::clone(&self.link.client), sql.to_owned());
        self.send(async move { Ok(client.batch_execute(&sql).await?) })
            .await
    }

    /// Asks for the time of the server, which is in the cell once a later statement has returned.
    pub(super) async fn ask_the_time(
        &mut self,
        clock: Arc<OnceLock<Timestamp>>,
    ) -> Result<(), LinkError> {
        let rows = self.query(&format!("SELECT {CLOCK}"), &[]).await?;
        self.send(async move {
            let micros = rows.await?.first().and_then(|row| row.0.first().cloned());
            if let Some(Value::Integer(micros)) = micros {
                _ = clock.set(at(micros));
            }
            Ok(())
        })
        .await
    }

    /// Waits for the replies to everything that was sent.
    pub(super) async fn settle(&mut self) -> Result<(), LinkError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        self.waits += 1;
        self.drain().await
    }

    /// Takes the replies that were not taken yet, in order.
    async fn drain(&mut self) -> Result<(), LinkError> {
        for reply in std::mem::take(&mut self.pending) {
            reply.await?;
        }
        Ok(())
    }

    /// Begins to carry out what has no rows, without waiting for its end.
    async fn send(
        &mut self,
        request: impl Future<Output = Result<(), LinkError>> + Send + 'static,
    ) -> Result<(), LinkError> {
        let mut request = request.boxed();
        // A request is sent when it is polled first.
        if let Some(result) = poll_immediate(&mut request).await {
            return result;
        }
        self.pending.push(request);
        Ok(())
    }

    /// Prepares what a statement needs, and returns what will be its rows when it is polled.
    async fn query(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
    ) -> Result<BoxFuture<'static, Result<Vec<Row>, LinkError>>, LinkError> {
        let prepared = self.prepared(sql).await?;
        Ok(self.request(prepared, sql, parameters(values)))
    }

    fn request(
        &self,
        prepared: Option<Prepared>,
        sql: &str,
        values: Vec<Parameter>,
    ) -> BoxFuture<'static, Result<Vec<Row>, LinkError>> {
        let client = Arc::clone(&self.link.client);
        let statement = prepared.ok_or_else(|| sql.to_owned());
        async move {
            let rows = match statement {
                Ok(prepared) => client.query_raw(&prepared, values).await?,
                Err(sql) => unprepared(&client, &sql, values).await?,
            };
            let mut rows = pin!(rows);
            let mut found = Vec::new();
            while let Some(row) = rows.try_next().await? {
                found.push(read(&row)?);
            }
            Ok(found)
        }
        .boxed()
    }

    /// A statement, prepared if it was not yet.
    ///
    /// Waits for that only when no reply is left to be taken. The connection hands out replies in order and holds no more than one part
    /// of one that nobody takes: behind it, the reply that we wait for would never come.
    async fn prepared(&mut self, sql: &str) -> Result<Option<Prepared>, LinkError> {
        if !self.prepares {
            return Ok(None);
        }
        if let Some(prepared) = self.prepared.get(sql) {
            return Ok(Some(prepared.clone()));
        }
        if self.prepared.len() >= STATEMENTS {
            return Ok(None);
        }
        self.drain().await?;
        let prepared = self.link.client.prepare(sql).await?;
        self.prepared.insert(sql.to_owned(), prepared.clone());
        Ok(Some(prepared))
    }

    async fn read_all(&mut self, statements: &[Statement<'_>]) -> Result<Vec<Vec<Row>>, LinkError> {
        self.flush().await?;
        let mut prepared = Vec::with_capacity(statements.len());
        for (sql, _) in statements {
            prepared.push(self.prepared(sql).await?);
        }
        let mut requests = Vec::with_capacity(statements.len());
        for ((sql, values), prepared) in statements.iter().zip(prepared) {
            let mut request = self.request(prepared, sql, parameters(values));
            let early = poll_immediate(&mut request).await;
            requests.push((early, request));
        }
        self.waits += u64::from(self.pending.is_empty());
        self.settle().await?;
        let mut all = Vec::with_capacity(requests.len());
        for (early, request) in requests {
            all.push(match early {
                Some(rows) => rows?,
                None => request.await?,
            });
        }
        Ok(all)
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres")
            .field("server", &self.link.server)
            .field("prepares", &self.prepares)
            .finish_non_exhaustive()
    }
}

impl Driver for Postgres {
    type Error = LinkError;

    async fn rows(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, Failure<LinkError>> {
        let statement = (Cow::Owned(sql.to_owned()), values.to_vec());
        let rows = self.read_all(&[statement]).await;
        let rows = rows.map_err(Failure::Database)?;
        Ok(rows.into_iter().next().unwrap_or_default())
    }

    async fn all_rows(
        &mut self,
        statements: Vec<Statement<'_>>,
    ) -> Result<Vec<Vec<Row>>, Failure<LinkError>> {
        self.read_all(&statements).await.map_err(Failure::Database)
    }

    async fn write(&mut self, sql: &str, values: &[Value<'_>]) -> Result<(), Failure<LinkError>> {
        self.flush().await.map_err(Failure::Database)?;
        let request = self.query(sql, values).await.map_err(Failure::Database)?;
        self.send(request.map(|rows| rows.map(drop)))
            .await
            .map_err(Failure::Database)
    }

    async fn put(
        &mut self,
        write: &'static Write,
        values: Vec<Value<'_>>,
    ) -> Result<(), Failure<LinkError>> {
        self.add(write, values).await.map_err(Failure::Database)
    }

    async fn change(
        &mut self,
        before: &Row,
        after: Vec<Value<'_>>,
    ) -> Result<(), Failure<LinkError>> {
        match change(&before.0, after) {
            Change::Nothing => Ok(()),
            Change::OnItsWay(values) => self.put(&MOVE_ON, values).await,
            Change::Other(sql, values) => self.write(&sql, &values).await,
        }
    }

    async fn elsewhere(&mut self, id: JobId) -> Result<Option<Elsewhere>, Failure<LinkError>> {
        match self.aliases.get(&id) {
            Some(alias) => Ok(alias.map(Elsewhere::Number)),
            None => inbox::look(self, id).await,
        }
    }
}

/// Sends a statement that stays nowhere: the next one may be carried out on another connection of the server.
async fn unprepared(
    client: &Client,
    sql: &str,
    values: Vec<Parameter>,
) -> Result<RowStream, tokio_postgres::Error> {
    let typed = values.into_iter().map(|value| {
        let kind = value.kind();
        (value, kind)
    });
    client.query_typed_raw(sql, typed).await
}

/// A value as it comes out of a row.
struct Column(Value<'static>);

impl<'a> FromSql<'a> for Column {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(match *kind {
            Type::INT8 => Value::Integer(i64::from_sql(kind, raw)?),
            Type::INT4 => Value::Integer(i32::from_sql(kind, raw)?.into()),
            Type::BOOL => Value::Integer(bool::from_sql(kind, raw)?.into()),
            Type::BYTEA => Value::Bytes(Bytes::copy_from_slice(raw)),
            Type::TEXT => Value::Text(Cow::Owned(String::from_sql(kind, raw)?)),
            _ => Value::Null,
        }))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// Reads a row of the server.
pub(super) fn read(row: &tokio_postgres::Row) -> Result<Row, tokio_postgres::Error> {
    let values = (0..row.len()).map(|column| {
        let value = row.try_get::<_, Option<Column>>(column)?;
        Ok(value.map_or(Value::Null, |value| value.0))
    });
    values.collect::<Result<_, _>>().map(Row)
}
