//! What PostgreSQL's errors mean, and what to do about them.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::error::{DbError, Severity, SqlState};

use crate::store::StoreError;
use crate::store::sql::{Failure, SCHEMA, schema_message};
#[cfg(feature = "postgres-tls")]
use crate::store::tls::UNTRUSTED;

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PostgresConnectError {
    /// The address cannot be read. The message does not repeat it: it may contain a password.
    #[error(
        "this is not the address of a PostgreSQL database: {reason}; expected \
         postgres://[user[:password]@]host[:port]/database[?schema=name]"
    )]
    #[non_exhaustive]
    InvalidAddress {
        /// What is wrong with it.
        reason: String,
    },

    /// The address asks for TLS, and this build has none.
    #[error(
        "the address asks for TLS, which this build does not have: build report-pipeline with the feature \
         postgres-tls"
    )]
    NoTls,

    /// The settings of [`StoreTls`](crate::StoreTls) cannot be used, or the address does not ask for TLS.
    #[cfg(feature = "postgres-tls")]
    #[error("TLS to PostgreSQL is not possible: {reason}")]
    #[non_exhaustive]
    Tls {
        /// What is wrong, without a secret.
        reason: String,
    },

    /// There was no reply, or the server refused the connection. It may be there later.
    #[error("PostgreSQL cannot be used: {reason}")]
    #[non_exhaustive]
    Unreachable {
        /// What is wrong, and what to do.
        reason: String,
        /// What the server, or the network, has said.
        source: Option<Box<dyn Error + Send + Sync>>,
    },

    /// The schema has tables of another program, or the tables cannot be made.
    #[error("the tables cannot be made in the schema {schema}: {reason}")]
    #[non_exhaustive]
    Tables {
        /// The schema.
        schema: String,
        /// What is wrong, and what to do.
        reason: String,
        /// What the server has said.
        source: Option<Box<dyn Error + Send + Sync>>,
    },

    /// A newer version of this library keeps its jobs there, in a way that this one cannot read. The section on
    /// upgrades of the guide to operations has the order of steps.
    #[error("{}", schema_message(*found, *needed))]
    #[non_exhaustive]
    Schema {
        /// The schema of the newest build that has opened the tables.
        found: u32,
        /// The oldest schema whose builds can read what is kept.
        needed: u32,
        /// The schema of this build.
        supported: u32,
    },
}

impl PostgresConnectError {
    pub(super) fn invalid_address(reason: impl Into<String>) -> Self {
        Self::InvalidAddress {
            reason: reason.into(),
        }
    }

    pub(super) const fn schema(found: u32, needed: u32) -> Self {
        Self::Schema {
            found,
            needed,
            supported: SCHEMA,
        }
    }

    pub(super) fn unreachable(error: LinkError) -> Self {
        Self::Unreachable {
            reason: error.advice(),
            source: Some(Box::new(error)),
        }
    }

    pub(super) fn tables(schema: &str, error: LinkError) -> Self {
        Self::Tables {
            schema: schema.to_owned(),
            reason: error.advice(),
            source: Some(Box::new(error)),
        }
    }
}

/// What can go wrong on a connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum LinkError {
    /// The server refused a statement, or the connection broke.
    #[error("{}", words(.0))]
    Postgres(#[source] tokio_postgres::Error),
    /// No server was found.
    #[error("no connection to {0}: {1}")]
    NotFound(String, #[source] std::io::Error),
    /// A server was found, and TLS with it failed.
    #[cfg(feature = "postgres-tls")]
    #[error("no TLS with {0}: {1}")]
    Tls(String, #[source] std::io::Error),
    /// A server speaks no TLS.
    #[cfg(feature = "postgres-tls")]
    #[error("{0} speaks no TLS")]
    PlainOnly(String),
    /// Nothing came back for so long.
    #[error("no reply within {0:?}")]
    Silent(Duration),
    /// Nothing came back for so long after a commit was sent.
    #[error("no reply to the commit within {0:?}")]
    Unconfirmed(Duration),
    /// The servers that were found write nothing.
    #[error("none of the servers takes writes")]
    ReadOnly,
    /// It was not tried, or cannot be, for a reason in words.
    #[error("{0}")]
    Other(String),
}

impl From<tokio_postgres::Error> for LinkError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Postgres(error)
    }
}

/// What the server says, without the values that it may say it of.
fn words(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(said) => format!(
            "{}: {} ({})",
            said.severity(),
            said.message(),
            said.code().code()
        ),
        None => error.to_string(),
    }
}

impl LinkError {
    pub(super) fn code(&self) -> Option<&SqlState> {
        match self {
            Self::Postgres(error) => error.code(),
            _ => None,
        }
    }

    /// Whether the server has refused a statement, and goes on. One that ends meanwhile, as it does without room for its
    /// log, may have committed before.
    pub(super) fn is_refusal(&self) -> bool {
        let Self::Postgres(error) = self else {
            return false;
        };
        let said = error.as_db_error().and_then(DbError::parsed_severity);
        said == Some(Severity::Error)
    }

    /// Whether it was refused for what it would write, and not for what the server lacks at the moment.
    pub(super) fn is_about_values(&self) -> bool {
        let of_values = ["22", "23", "54", "P0"];
        self.code()
            .is_some_and(|code| of_values.iter().any(|class| code.code().starts_with(class)))
    }

    /// Whether the same may succeed at once, on a new connection if this one is gone: the connection was lost, the
    /// server ends or begins, or two transactions were in each other's way.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Postgres(error) => match error.code() {
                Some(code) => [
                    SqlState::ADMIN_SHUTDOWN,
                    SqlState::CRASH_SHUTDOWN,
                    SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
                    SqlState::IDLE_SESSION_TIMEOUT,
                    SqlState::T_R_SERIALIZATION_FAILURE,
                    SqlState::T_R_DEADLOCK_DETECTED,
                    // Also what a pooler says whose server is gone.
                    SqlState::CONNECTION_FAILURE,
                    SqlState::CONNECTION_EXCEPTION,
                    SqlState::PROTOCOL_VIOLATION,
                    // A primary that has become a replica: the address may lead to the new one by now.
                    SqlState::READ_ONLY_SQL_TRANSACTION,
                ]
                .contains(code),
                None => true,
            },
            #[cfg(feature = "postgres-tls")]
            Self::Tls(..) | Self::PlainOnly(_) => false,
            Self::NotFound(..)
            | Self::Silent(_)
            | Self::Unconfirmed(_)
            | Self::ReadOnly
            | Self::Other(_) => false,
        }
    }

    /// Whether a prepared statement was not the one that was prepared: there is a pooler that shares connections.
    pub(super) fn is_of_a_pooler(&self) -> bool {
        self.code().is_some_and(|code| {
            [
                SqlState::INVALID_SQL_STATEMENT_NAME,
                SqlState::DUPLICATE_PSTATEMENT,
            ]
            .contains(code)
        })
    }

    /// What happened, and what to do.
    pub(super) fn advice(&self) -> String {
        match self {
            Self::Postgres(error) => match error.code() {
                Some(code) => refusal(code).map_or_else(
                    || {
                        format!(
                            "PostgreSQL refused the call with {}; the cause is in the source of this error",
                            code.code()
                        )
                    },
                    str::to_owned,
                ),
                #[cfg(feature = "postgres-tls")]
                None if tls_error(error.source()).is_some() => {
                    "PostgreSQL ended the TLS connection; if it asks for a certificate, show it one that it trusts, and \
                     see its log"
                        .to_owned()
                }
                None => "the connection to PostgreSQL was lost; it is made again with the next call".to_owned(),
            },
            Self::NotFound(host, _) => format!(
                "no server replies at {host}: check the address, that the server runs and that it listens there"
            ),
            #[cfg(feature = "postgres-tls")]
            Self::Tls(_, error) => match tls_error(Some(error)) {
                Some(rustls::Error::InvalidCertificate(_)) => UNTRUSTED.to_owned(),
                _ => "TLS with PostgreSQL failed; see that ssl is on there, and its log".to_owned(),
            },
            #[cfg(feature = "postgres-tls")]
            Self::PlainOnly(host) => format!(
                "the server at {host} speaks no TLS: set ssl to on there, or take sslmode out of the address"
            ),
            Self::Silent(_) => {
                "PostgreSQL did not reply in time: look for a server that is overloaded, a network that drops \
                 packets, or a transaction that holds a lock on the tables of the store"
                    .to_owned()
            }
            Self::Unconfirmed(_) => {
                "PostgreSQL did not confirm a commit in time, and nobody knows whether it happened: if a synchronous \
                 replica is away, the commit waits for it; compare pg_stat_replication with synchronous_standby_names, \
                 and bring the replica back. Otherwise look for a slow disk"
                    .to_owned()
            }
            Self::ReadOnly => {
                "every server of the address is a replica or read-only: name the primary, too".to_owned()
            }
            Self::Other(reason) => reason.clone(),
        }
    }
}

/// What TLS has to do with an error.
#[cfg(feature = "postgres-tls")]
fn tls_error<'e>(error: Option<&'e (dyn Error + 'static)>) -> Option<&'e rustls::Error> {
    let error = error?.downcast_ref::<std::io::Error>()?;
    error.get_ref()?.downcast_ref()
}

/// What a refusal of the server means.
fn refusal(code: &SqlState) -> Option<&'static str> {
    Some(match code.code() {
        "28000" | "28P01" => {
            "PostgreSQL does not let this user in: check the user and the password of the address, and in \
             pg_hba.conf whether it wants TLS (sslmode=require) or a certificate of the client"
        }
        "3D000" => "there is no such database: make it with createdb, or correct the address",
        "42501" => {
            "this user lacks a right: it must own the schema, or have USAGE on it and SELECT, INSERT, UPDATE and DELETE \
             on its tables; to make the tables it needs CREATE on the database"
        }
        "25006" => {
            "PostgreSQL is read-only here: it is a replica, or default_transaction_read_only is on; point the store \
             at the primary"
        }
        "53100" => {
            "the disk of PostgreSQL is full; nothing that was accepted is lost: free some space, or lower the \
             retention, and try again"
        }
        "53200" => "PostgreSQL found no memory; try again, or give it more",
        "53300" => {
            "PostgreSQL has no connection left: raise max_connections, lower the number of processes, or put pgbouncer \
             in front"
        }
        "55P03" => {
            "another transaction has held the lock of the store for too long: look in pg_stat_activity for one that \
             is idle in transaction, or whose commit waits for a synchronous replica that is away (SyncRep; \
             compare pg_stat_replication with synchronous_standby_names), and try again"
        }
        "57014" => {
            "a statement took too long and was cancelled: look for an overloaded server, and try again"
        }
        "57P01" | "57P02" | "57P05" | "25P03" => {
            "PostgreSQL ended the connection; it is made again with the next call"
        }
        "57P03" => "PostgreSQL is starting or stopping; try again in a moment",
        "40001" | "40P01" => {
            "another transaction was in the way again and again: look for a program that locks the tables of the \
             store, and try again"
        }
        "42P01" | "42703" | "3F000" => {
            "the tables of the store are gone or were changed: restore them from a backup, or connect again to make \
             new ones"
        }
        _ => return None,
    })
}

/// The error of a call for which nobody replied, or that PostgreSQL failed.
pub(super) fn unavailable(error: LinkError) -> StoreError {
    StoreError::unavailable_because(error.advice(), error)
}

/// Makes the errors of all calls of a transaction that failed.
pub(super) fn shared(failure: Failure<LinkError>) -> impl Fn() -> StoreError {
    let (reason, source) = match failure {
        Failure::Database(error) => (error.advice(), Some(Arc::new(error))),
        Failure::Refused(StoreError::Unavailable { reason, .. }) => (reason, None),
        Failure::Refused(error) => (error.to_string(), None),
    };
    move || match &source {
        Some(source) => StoreError::unavailable_because(reason.clone(), Arc::clone(source)),
        None => StoreError::unavailable(reason.clone()),
    }
}

/// The error of a call to a task that is no more.
pub(super) fn ended() -> StoreError {
    StoreError::unavailable(
        "the task that writes to PostgreSQL has ended with its runtime; connect the store again",
    )
}
