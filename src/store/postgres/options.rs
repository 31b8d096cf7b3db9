//! Which database a store is in, what it holds, and for how long.

use std::fmt;
use std::time::Duration;

#[cfg(feature = "postgres-tls")]
use super::address::Negotiation;
use super::address::{self, Address};
#[cfg(feature = "postgres-tls")]
use super::tls::Secure;
use super::{PostgresConnectError, PostgresStore, schema};
use crate::store::StoreLimits;
#[cfg(feature = "postgres-tls")]
use crate::store::StoreTls;

/// Which database to keep jobs in, and how many for how long. All processes of one pipeline use the same.
///
/// | setting | default |
/// |---|---|
/// | schema | `report_pipeline` |
/// | retention of ended jobs | 24 h |
/// | checkpoints of failed jobs | kept for 1 h |
/// | limits | those of [`StoreLimits`] |
/// | timeout of one transaction | 10 s |
///
/// # Example
/// ```no_run
/// use std::time::Duration;
/// use report_pipeline::PostgresOptions;
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let store = PostgresOptions::new("postgres://reports@db.internal/shop?schema=reports")?
///     .with_retention(Duration::from_secs(60 * 60))
///     .connect()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PostgresOptions {
    pub(super) address: Address,
    #[cfg(feature = "postgres-tls")]
    tls: Option<StoreTls>,
    pub(super) retention: Duration,
    pub(super) failed_checkpoints: Duration,
    pub(super) limits: StoreLimits,
    pub(super) timeout: Duration,
}

impl PostgresOptions {
    /// Reads an address: `postgres://[user[:password]@]host[:port][,host[:port]...]/database[?schema=name]`.
    ///
    /// With several hosts the first one that takes writes is used, so that a failover is followed. A host that is a
    /// percent-encoded path (`%2Fvar%2Frun%2Fpostgresql`) is a Unix socket. Parameters are those of libpq as far as
    /// [`tokio_postgres::Config`] reads them, and `schema`.
    ///
    /// `sslmode=require`, `verify-ca` and `verify-full` connect over TLS, with the feature `postgres-tls`. Each of them
    /// checks who has signed the certificate of the server and that it is for the host. With `disable`, `allow` and
    /// `prefer`, or no `sslmode`, connections are plain. Those to Unix sockets always are.
    ///
    /// # Errors
    /// [`InvalidAddress`](PostgresConnectError::InvalidAddress), which does not repeat the address, and
    /// [`NoTls`](PostgresConnectError::NoTls) without the feature.
    pub fn new(address: &str) -> Result<Self, PostgresConnectError> {
        let address = Address::parse(address)?;
        if address.tls.is_some() && cfg!(not(feature = "postgres-tls")) {
            return Err(PostgresConnectError::NoTls);
        }
        Ok(Self {
            address,
            #[cfg(feature = "postgres-tls")]
            tls: None,
            retention: Duration::from_secs(24 * 60 * 60),
            failed_checkpoints: Duration::from_secs(60 * 60),
            limits: StoreLimits::default(),
            timeout: Duration::from_secs(10),
        })
    }

    /// Sets the schema that has the store's tables, instead of the one in the address. Each pipeline that shares a
    /// database has its own.
    ///
    /// # Errors
    /// [`InvalidAddress`](PostgresConnectError::InvalidAddress) for a name that is longer than 40 characters or has
    /// others than `a`-`z`, `0`-`9` and `_`.
    pub fn with_schema(mut self, name: &str) -> Result<Self, PostgresConnectError> {
        address::check_schema(name)?;
        name.clone_into(&mut self.address.schema);
        Ok(self)
    }

    /// Sets who is trusted over TLS, and what is shown to the server. The address must ask for TLS.
    #[cfg(feature = "postgres-tls")]
    #[must_use]
    pub fn with_tls(mut self, tls: StoreTls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Sets how long an ended job and its report are kept.
    #[must_use]
    pub const fn with_retention(mut self, retention: Duration) -> Self {
        self.retention = retention;
        self
    }

    /// Sets how long the checkpoints of a failed job are kept for a job that
    /// [continues](crate::NewJob::continuing) it, within the retention. They are dropped sooner if room is
    /// needed.
    #[must_use]
    pub const fn with_failed_checkpoints(mut self, kept: Duration) -> Self {
        self.failed_checkpoints = kept;
        self
    }

    /// Sets how much the store holds. The disk of the server must have room for it.
    #[must_use]
    pub const fn with_limits(mut self, limits: StoreLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets how long one transaction may take, the wait for those of others included. After that its calls fail, and
    /// the connection is given up. Half of it is the `lock_timeout` of each transaction, all of it the
    /// `statement_timeout`.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Returns the statements that make the schema and its tables, for a database in which programs may not. Whoever
    /// runs them must own the tables or give the store's user `USAGE` on the schema and `SELECT`, `INSERT`, `UPDATE`
    /// and `DELETE` on all its tables.
    #[must_use]
    pub fn ddl(&self) -> String {
        schema::ddl(&self.address.schema)
    }

    /// Connects, makes the schema and the tables if there are none, and brings them to the schema of this build.
    /// Settings of the server with which an accepted job could be lost are logged as warnings;
    /// [`PostgresStore::warnings`] has them too.
    ///
    /// # Errors
    /// [`PostgresConnectError`], if the database cannot be used.
    ///
    /// # Panics
    /// Outside a tokio runtime with I/O and time enabled.
    pub async fn connect(self) -> Result<PostgresStore, PostgresConnectError> {
        PostgresStore::open(self).await
    }

    #[cfg(feature = "postgres-tls")]
    pub(super) fn secure(&self) -> Result<Option<Secure>, PostgresConnectError> {
        let unusable = |reason| PostgresConnectError::Tls { reason };
        match (&self.tls, self.address.tls) {
            (None, None) => Ok(None),
            (Some(_), None) => Err(unusable(
                "the address does not ask for TLS; add sslmode=require to its parameters"
                    .to_owned(),
            )),
            (tls, Some(negotiation)) => {
                let tls = tls.clone().unwrap_or_default();
                let secure = Secure::new(&tls, negotiation == Negotiation::Direct);
                secure.map(Some).map_err(unusable)
            }
        }
    }
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("schema", &self.address.schema)
            .field("retention", &self.retention)
            .field("failed_checkpoints", &self.failed_checkpoints)
            .field("limits", &self.limits)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(all(test, not(feature = "postgres-tls")))]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_asks_for_tls_is_refused_by_a_build_without_it() {
        let refused = PostgresOptions::new("postgres://me:secret@host/db?sslmode=require");
        let error = refused.expect_err("there is no TLS");
        assert!(matches!(error, PostgresConnectError::NoTls), "{error}");
        assert!(
            error.to_string().contains("feature postgres-tls"),
            "{error}"
        );
    }
}
