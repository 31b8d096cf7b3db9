//! The store in PostgreSQL, for many machines.

mod address;
mod aside;
mod batches;
mod clock;
mod driver;
mod error;
mod inbox;
mod link;
mod negotiated;
mod news;
mod options;
mod parameter;
mod readers;
mod schema;
mod submit_in;
#[cfg(test)]
mod tests;
#[cfg(feature = "postgres-tls")]
mod tls;
mod verbs;
mod watcher;
mod writer;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicU64};

use tracing::warn;

use self::clock::Clock;
use self::driver::Postgres;
pub use self::error::PostgresConnectError;
use self::link::{Dialer, Server};
pub use self::options::PostgresOptions;
use self::readers::Readers;
use self::watcher::Watcher;
use self::writer::{Setup, Writer};
use super::sql::{Settings, Waiters};
use super::{NewJob, StoreError, StoreLimits};
use crate::job::JobId;

/// Stores jobs in a PostgreSQL database, in a schema of its own, for any number of processes on any number of machines.
/// It keeps everything the [contract](crate::JobStore) promises.
///
/// A call that has returned is committed. What a crash of the server leaves of that depends on `synchronous_commit`
/// and `fsync`; [`connect`](Self::connect) checks them and warns. The clock is that of the server. One transaction
/// writes at a time, over all processes, for up to 256 calls each; readings are transactions of their own and wait for
/// none. Each process has one connection that writes, one that listens, and up to 8 that read.
///
/// Other programs may read the table `jobs` at any time: one row for each job, with `job_id`, `handle`, `platform`,
/// `scope`, `status`, `phase`, `progress`, `created_at`, `updated_at`, `completed_at`, `expires_at`, `error_kind` and
/// `error_message`. Times are RFC 3339 in UTC, `progress` is in percent. The other columns and tables are the store's
/// own; reports are in `reports`, under the `number` of their job. Nobody else may write.
///
/// Works with PostgreSQL 14 and later, also behind pgbouncer in transaction mode: the store notices a pooler, prepares
/// no statements then, and looks for changes every 1 to 2 seconds where it cannot listen for them.
pub struct PostgresStore {
    dialer: Arc<Dialer>,
    limits: StoreLimits,
    writer: Writer,
    readers: Readers,
    waiters: Arc<Waiters>,
    clock: Arc<Clock>,
    round_trips: Arc<AtomicU64>,
    warnings: Vec<String>,
    _watcher: Watcher,
}

impl PostgresStore {
    /// Connects with the default options; see [`PostgresOptions`].
    ///
    /// # Errors
    /// As [`PostgresOptions::new`] and [`PostgresOptions::connect`].
    pub async fn connect(address: &str) -> Result<Self, PostgresConnectError> {
        PostgresOptions::new(address)?.connect().await
    }

    /// The ways in which this server could lose an accepted job, as it was set up when we connected: a sentence each,
    /// with what to do about it.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Submits a job in a transaction of the caller's own: it is there once that is committed, with everything else that
    /// the transaction has written, or not at all. The transaction must be one of the same database.
    ///
    /// Returns the id of the job. From the commit on it finds a job: the new one or, if another one was pending or
    /// processing for the same target and scope or its report could be served, that one, under its own id. Until the
    /// next transaction of any process of the store has taken the submit over, which is a matter of moments, the job is
    /// seen by its id only, as pending. An open transaction holds nothing that others need, and delays nobody.
    ///
    /// # Errors
    /// [`Full`](crate::StoreError::Full) if what is committed, and what this transaction has submitted before, reaches a
    /// limit; transactions that are open at the same time do not see each other, so together they may go beyond it by
    /// what they submit. [`TooLarge`](crate::StoreError::TooLarge) as for [`submit`](crate::JobStore::submit), and
    /// [`Misuse`](crate::StoreError::Misuse) for a job that continues another one. After
    /// [`Unavailable`](crate::StoreError::Unavailable) the transaction can only be rolled back.
    ///
    /// # Cancel safety
    /// Whatever was written is the transaction's: drop it, or roll it back. Repeating the call with the same id is the
    /// same job.
    ///
    /// # Example
    /// ```no_run
    /// use report_pipeline::{JobId, NewJob, PostgresStore, Target};
    ///
    /// # async fn order(
    /// #     store: &PostgresStore, client: &mut tokio_postgres::Client, target: Target,
    /// # ) -> Result<JobId, Box<dyn std::error::Error>> {
    /// let transaction = client.transaction().await?;
    /// let id = store.submit_in(&transaction, NewJob::new(JobId::random(), target)).await?;
    /// transaction
    ///     .execute("INSERT INTO orders (report) VALUES ($1)", &[&id.to_string()])
    ///     .await?;
    /// transaction.commit().await?;
    /// # Ok(id)
    /// # }
    /// ```
    pub async fn submit_in(
        &self,
        transaction: &tokio_postgres::Transaction<'_>,
        job: NewJob,
    ) -> Result<JobId, StoreError> {
        submit_in::put(transaction, self.dialer.schema(), &self.limits, &job).await?;
        Ok(job.id)
    }

    async fn open(options: PostgresOptions) -> Result<Self, PostgresConnectError> {
        #[cfg(feature = "postgres-tls")]
        let secure = options.secure()?;
        let PostgresOptions {
            address,
            retention,
            failed_checkpoints,
            limits,
            timeout,
            ..
        } = options;
        let dialer = Dialer::new(address, timeout);
        #[cfg(feature = "postgres-tls")]
        let dialer = dialer.secured_by(secure);
        let dialer = Arc::new(dialer);
        let unreachable = PostgresConnectError::unreachable;
        let link = dialer.connect(None).await.map_err(unreachable)?;
        let warnings = warnings(&link.server);
        for warning in &warnings {
            warn!("{warning}");
        }
        let mut database = Postgres::new(link, !dialer.is_pooled());
        schema::prepare(&mut database, dialer.schema()).await?;
        let waiters = Arc::new(Waiters::new());
        let clock = Arc::new(Clock::default());
        let own_process = Arc::new(AtomicI32::new(database.process()));
        let round_trips = Arc::new(AtomicU64::new(0));
        let setup = Setup {
            dialer: Arc::clone(&dialer),
            settings: Settings {
                limits,
                retention,
                failed_checkpoints,
            },
            waiters: Arc::clone(&waiters),
            clock: Arc::clone(&clock),
            own_process: Arc::clone(&own_process),
            round_trips: Arc::clone(&round_trips),
        };
        Ok(Self {
            limits,
            writer: Writer::start(setup, database),
            readers: Readers::new(Arc::clone(&dialer), Arc::clone(&clock)),
            _watcher: Watcher::start(Arc::clone(&dialer), Arc::clone(&waiters), own_process),
            dialer,
            waiters,
            clock,
            round_trips,
            warnings,
        })
    }
}

/// What the settings of a server may lose.
fn warnings(server: &Server) -> Vec<String> {
    let mut warnings = Vec::new();
    if server.synchronous_commit == "off" {
        warnings.push(
            "synchronous_commit is off: a crash of PostgreSQL loses what it has accepted in the last moment; set it \
             to on for this database or user"
                .to_owned(),
        );
    }
    if !server.writes_safely {
        warnings.push(
            "fsync or full_page_writes is off: a crash of the machine can destroy the database; set both to on"
                .to_owned(),
        );
    }
    if server.version < 140_000 {
        warnings.push(
            "this PostgreSQL is older than version 14, with which the store was never tested"
                .to_owned(),
        );
    }
    warnings
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore")
            .field("schema", &self.dialer.schema())
            .field("limits", &self.limits)
            .field("round_trips", &self.round_trips)
            .finish_non_exhaustive()
    }
}
