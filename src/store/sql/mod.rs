//! What stores in SQL share: the tables, how a row is a record of the [rules](super::rules), and every verb as
//! statements around a pure rule.
//!
//! Each verb is the same in every such store: it reads the rows that it is about, lets the rules decide, and
//! writes back what has changed, in one transaction. SQL chooses (what is ready, expired, overdue) and keeps; it
//! decides nothing. A store brings a [`Driver`] for its database, transactions, wake-ups, and the way in: how to
//! connect, and what errors mean.
//!
//! The verbs are `async` because most databases are behind a network. One that never waits polls each once.
//! Statements are written so that both SQLite and PostgreSQL take them: parameters are `$1`, `$2` and so on, in the
//! order in which they appear first.

mod asked;
mod claiming;
mod columns;
mod contents;
mod due;
mod ending;
mod firsts;
mod front;
mod holding;
mod jobs;
#[cfg_attr(
    not(feature = "postgres"),
    allow(dead_code, reason = "SQLite names nothing beforehand")
)]
mod known;
mod reading;
mod record;
mod schema;
mod submitting;
mod sweeping;
mod tally;
mod to_row;
mod value;
mod waiting;
#[cfg_attr(
    not(feature = "postgres"),
    allow(dead_code, reason = "what SQLite asks costs no round trip")
)]
mod wants;
#[cfg_attr(
    not(feature = "postgres"),
    allow(dead_code, reason = "SQLite writes one row at a time")
)]
mod writes;

use std::borrow::Cow;
use std::future::Future;
use std::time::Duration;

pub(super) use self::asked::{Reading, Verb, readings, verbs};
pub(super) use self::claiming::Claims;
#[cfg(feature = "postgres")]
pub(super) use self::columns::Kind;
pub(super) use self::ending::EndedClaims;
pub(super) use self::known::Known;
pub(super) use self::reading::Reader;
pub(super) use self::schema::{Dialect, SCHEMA, STEPS, schema_message};
pub(super) use self::tally::Tally;
#[cfg(feature = "postgres")]
pub(super) use self::to_row::calendar;
pub(super) use self::value::{Row, Value};
pub(super) use self::waiting::{Engine, Waiters, changed, claim, claim_ended, list, sweep};
pub(super) use self::wants::Wants;
#[cfg(all(test, feature = "postgres"))]
pub(super) use self::wants::choosing as choosing_many;
pub(super) use self::writes::Write;
#[cfg(feature = "postgres")]
pub(super) use self::writes::{Change, MOVE_ON, change};
use super::timestamp::{Now, Timestamp};
use super::{StoreError, StoreLimits};
use crate::job::{Job, JobId};

/// Runs statements in one transaction of one database.
pub(super) trait Driver: Send {
    /// What a statement fails with.
    type Error: Send;

    /// Runs a statement that returns rows.
    fn rows(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
    ) -> impl Future<Output = Result<Vec<Row>, Failure<Self::Error>>> + Send;

    /// Runs several statements that return rows, each after the one before. A database behind a network sends them
    /// all before it waits.
    fn all_rows(
        &mut self,
        statements: Vec<Statement<'_>>,
    ) -> impl Future<Output = Result<Vec<Vec<Row>>, Failure<Self::Error>>> + Send {
        async move {
            let mut all = Vec::with_capacity(statements.len());
            for (sql, values) in statements {
                all.push(self.rows(&sql, &values).await?);
            }
            Ok(all)
        }
    }

    /// Runs a statement that changes rows. A database behind a network need not wait for it: if it fails, a later
    /// statement or the commit does.
    fn write(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
    ) -> impl Future<Output = Result<(), Failure<Self::Error>>> + Send;

    /// Writes a row of a job. A database behind a network may write it later, together with others of its kind, but
    /// before it reads anything or carries out another statement, and before the transaction ends.
    fn put(
        &mut self,
        write: &'static Write,
        values: Vec<Value<'_>>,
    ) -> impl Future<Output = Result<(), Failure<Self::Error>>> + Send {
        async move { self.write(&write.one, &values).await }
    }

    /// Writes in the same way what has changed of a job's row: the values of all columns, before and after.
    fn change(
        &mut self,
        before: &Row,
        after: Vec<Value<'_>>,
    ) -> impl Future<Output = Result<(), Failure<Self::Error>>> + Send {
        async move {
            match columns::update(&before.0, after) {
                Some((sql, values)) => self.write(&sql, &values).await,
                None => Ok(()),
            }
        }
    }

    /// Looks for a job that is not among the jobs under this id.
    fn elsewhere(
        &mut self,
        id: JobId,
    ) -> impl Future<Output = Result<Option<Elsewhere>, Failure<Self::Error>>> + Send {
        _ = id;
        std::future::ready(Ok(None))
    }
}

/// Where a job is that is not among the jobs under its id: a submit may have been put somewhere else first.
#[cfg_attr(
    not(feature = "postgres"),
    expect(dead_code, reason = "SQLite has its jobs nowhere else")
)]
pub(super) enum Elsewhere {
    /// Another job serves the submit: the number of that.
    Number(i64),
    /// It was submitted and is not among the jobs yet.
    Submitted(Box<Job>),
}

/// A statement that returns rows, with its parameters.
pub(super) type Statement<'a> = (Cow<'static, str>, Vec<Value<'a>>);

/// Why a verb has no result.
#[derive(Debug)]
pub(super) enum Failure<E> {
    /// The verb refuses. What it wrote before, such as a record that it put in quarantine, stays.
    Refused(StoreError),
    /// The database failed: nothing of the verb may stay.
    Database(E),
}

impl<E> From<StoreError> for Failure<E> {
    fn from(error: StoreError) -> Self {
        Self::Refused(error)
    }
}

/// The result of a verb, or of a part of one.
pub(super) type Done<T, D> = Result<T, Failure<<D as Driver>::Error>>;

/// How a store was set up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    pub(super) limits: StoreLimits,
    pub(super) retention: Duration,
    /// How long what a failed job has left is kept, within the retention.
    pub(super) failed_checkpoints: Duration,
}

/// What others have to hear of once a transaction is committed.
#[derive(Debug, Default)]
pub(super) struct Events {
    /// From when on there may be something to claim.
    pub(super) claimable: Option<Timestamp>,
    /// From when on there may be notes to deliver.
    pub(super) deliverable: Option<Timestamp>,
    /// The jobs that have changed visibly.
    pub(super) changed: Vec<JobId>,
    /// Records that were put in quarantine: the id, and what is wrong.
    pub(super) damaged: Vec<(String, String)>,
}

impl Events {
    /// Adds what a verb has done to what others of its transaction have.
    pub(super) fn add(&mut self, other: Self) {
        self.claimable = earliest(self.claimable, other.claimable);
        self.deliverable = earliest(self.deliverable, other.deliverable);
        self.changed.extend(other.changed);
        self.damaged.extend(other.damaged);
    }
}

fn earliest(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}

/// One verb in a transaction. The files of this folder add the verbs.
pub(super) struct Session<'a, D> {
    pub(super) driver: &'a mut D,
    pub(super) settings: &'a Settings,
    pub(super) now: Now,
    pub(super) tally: &'a mut Tally,
    pub(super) known: &'a mut Known,
    pub(super) events: Events,
}

impl<'a, D: Driver> Session<'a, D> {
    pub(super) fn new(
        driver: &'a mut D,
        settings: &'a Settings,
        tally: &'a mut Tally,
        known: &'a mut Known,
        now: Now,
    ) -> Self {
        Self {
            driver,
            settings,
            now,
            tally,
            known,
            events: Events::default(),
        }
    }

    /// Writes what is there already, so that whatever keeps the database from a write keeps it from this one.
    pub(super) async fn check(&mut self) -> Done<(), D> {
        let write = "UPDATE meta SET schema = schema";
        self.driver.write(write, &[]).await.map(drop)
    }

    fn wake_claims(&mut self, from: Timestamp) {
        self.events.claimable = earliest(self.events.claimable, Some(from));
    }

    fn wake_deliveries(&mut self, from: Timestamp) {
        self.events.deliverable = earliest(self.events.deliverable, Some(from));
    }
}

/// Every statement that chooses jobs, for a test that none of them reads more than it returns.
#[cfg(test)]
pub(super) fn choosing() -> Vec<String> {
    let mut all = vec![
        reading::FIRST_OF_QUEUE.clone(),
        sweeping::OVERDUE.clone(),
        ending::first_notes(""),
        ending::first_notes(ending::OF_PLATFORM),
        columns::job_where("job_id = $1"),
        columns::job_where("number < $1 ORDER BY number DESC LIMIT $2"),
        columns::all_where(columns::OWNER),
        columns::all_where(columns::HELD_BY),
    ];
    all.extend(firsts::choosing());
    all
}
