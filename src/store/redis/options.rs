//! How to reach Redis, what the store keeps there, and for how long.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use redis::io::tcp::TcpSettings;
use redis::{ConnectionInfo, IntoConnectionInfo, RedisError, parse_redis_url};

use super::RedisStore;
use super::durability::DurabilityCheck;
use super::error::{Kept, schema_message};
use super::scripts::SCHEMA;
use crate::store::StoreLimits;

/// How to reach Redis and what to keep there. All processes of one pipeline use the same.
///
/// | setting | default |
/// |---|---|
/// | prefix of every key | empty, or `prefix` in the address |
/// | retention of ended jobs | 24 h |
/// | checkpoints of failed jobs | kept for 1 h |
/// | limits | those of [`StoreLimits`] |
/// | time limit of a call | 1.5 s |
///
/// # Example
/// ```no_run
/// use std::time::Duration;
/// use report_pipeline::RedisOptions;
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let store = RedisOptions::new("redis://localhost:6379/0?prefix=reports:")?
///     .with_retention(Duration::from_secs(60 * 60))
///     .connect()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RedisOptions {
    pub(super) info: ConnectionInfo,
    pub(super) prefix: String,
    pub(super) retention: Duration,
    pub(super) failed_checkpoints: Duration,
    pub(super) limits: StoreLimits,
    pub(super) timeout: Duration,
}

impl RedisOptions {
    /// Reads an address: `redis://[user[:password]@]host[:port][/database][?prefix=...]`.
    ///
    /// # Errors
    /// [`InvalidAddress`](RedisConnectError::InvalidAddress), which does not repeat the address.
    pub fn new(address: &str) -> Result<Self, RedisConnectError> {
        let invalid = |source: Option<RedisError>| RedisConnectError::InvalidAddress {
            source: source.map(Into::into),
        };
        let mut url = parse_redis_url(address).ok_or_else(|| invalid(None))?;
        // A misspelt setting would split a fleet without a word.
        let settings: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let prefix = match settings.as_slice() {
            [] => String::new(),
            [(name, prefix)] if name == "prefix" => prefix.clone(),
            _ => return Err(invalid(None)),
        };
        url.set_query(None);
        let info = url
            .into_connection_info()
            .map_err(|error| invalid(Some(error)))?
            // Small writes follow each other on this connection; waiting to merge them halves
            // the throughput on a real network (redis-rs 2195).
            .set_tcp_settings(TcpSettings::default().set_nodelay(true));
        Ok(Self {
            info,
            prefix,
            retention: Duration::from_secs(24 * 60 * 60),
            failed_checkpoints: Duration::from_secs(60 * 60),
            limits: StoreLimits::default(),
            timeout: Duration::from_millis(1500),
        })
    }

    /// Sets what every key begins with. Pipelines with different prefixes know nothing of each
    /// other. In a cluster it must hold a hash tag such as `{reports}:`.
    #[must_use]
    pub fn with_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
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

    /// Sets how much the store holds. Redis itself must have room for it.
    #[must_use]
    pub const fn with_limits(mut self, limits: StoreLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets how long Redis may take to reply to one call; the connection is given up after that.
    /// Calls that carry reports and outputs of phases may take three times as long.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Connects, checks the server's configuration, and logs a warning for each way in which an
    /// accepted job could be lost; [`RedisStore::warnings`] has them too.
    ///
    /// # Errors
    /// [`Unreachable`](RedisConnectError::Unreachable) if there is no Redis, and the other kinds
    /// if it cannot be used.
    ///
    /// # Panics
    /// Outside a tokio runtime with I/O and time enabled.
    pub async fn connect(self) -> Result<RedisStore, RedisConnectError> {
        let durability = DurabilityCheck::take(&self.info)
            .await
            .map_err(RedisConnectError::unreachable)?;
        if durability.is_cluster && !has_hash_tag(&self.prefix) {
            return Err(RedisConnectError::NoHashTag);
        }
        RedisStore::open(self, durability.warnings()).await
    }
}

impl fmt::Debug for RedisOptions {
    // Not the whole connection info: it holds the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisOptions")
            .field("address", &self.info.addr().to_string())
            .field("prefix", &self.prefix)
            .field("retention", &self.retention)
            .field("failed_checkpoints", &self.failed_checkpoints)
            .field("limits", &self.limits)
            .field("timeout", &self.timeout)
            .finish()
    }
}

/// Why a Redis cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RedisConnectError {
    /// The address cannot be read.
    #[error(
        "this is not the address of a Redis; expected \
         redis://[user:password@]host[:port][/database][?prefix=...]"
    )]
    #[non_exhaustive]
    InvalidAddress {
        /// What is wrong with it, if the client could tell.
        source: Option<Box<dyn Error + Send + Sync>>,
    },

    /// There was no reply, or Redis refused the connection.
    #[error("Redis cannot be reached: check that it runs, and the address, user and password")]
    #[non_exhaustive]
    Unreachable {
        /// The client's own error.
        source: Box<dyn Error + Send + Sync>,
    },

    /// The Redis is a cluster, which spreads keys over its nodes, but one transition must find all of
    /// its keys on one node.
    #[error(
        "this Redis is a cluster, which needs a prefix with a hash tag: connect with \
         ?prefix={{reports}}: so that all keys of the pipeline are in one slot"
    )]
    NoHashTag,

    /// A newer version of this library keeps its jobs under the same prefix, in a way that this one cannot
    /// read. The section on upgrades of the guide to operations has the order of steps.
    #[error("{}", schema_message(found, needed))]
    #[non_exhaustive]
    Schema {
        /// The schema of the newest build that has written there.
        found: String,
        /// The oldest schema whose builds can read what is kept.
        needed: String,
        /// The schema of this build.
        supported: u32,
    },
}

impl RedisConnectError {
    pub(super) fn unreachable(error: RedisError) -> Self {
        Self::Unreachable {
            source: error.into(),
        }
    }

    pub(super) fn schema(kept: Kept) -> Self {
        Self::Schema {
            found: kept.schema,
            needed: kept.min_reader,
            supported: SCHEMA,
        }
    }
}

/// Whether a cluster hashes only a part of such keys: what is in the first braces, if anything.
fn has_hash_tag(prefix: &str) -> bool {
    prefix
        .split_once('{')
        .and_then(|(_, rest)| rest.split_once('}'))
        .is_some_and(|(tag, _)| !tag.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_is_taken_out_of_the_address() {
        let options = RedisOptions::new("redis://host:7000/3?prefix=%7Br%7D:");
        let options = options.unwrap();
        assert_eq!(options.prefix, "{r}:");
        assert_eq!(options.info.addr().to_string(), "host:7000");
        assert_eq!(options.info.redis_settings().db(), 3);
        assert_eq!(RedisOptions::new("redis://host").unwrap().prefix, "");
    }

    #[test]
    fn a_bad_address_is_refused_without_repeating_it() {
        for address in [
            "",
            "http://user:secret@host",
            "redis://:secret@host/notanumber",
            "redis://:secret@host?prefx=reports:",
            "redis://:secret@host?prefix=a:&prefix=b:",
        ] {
            let error = RedisOptions::new(address).unwrap_err();
            let source = std::error::Error::source(&error).map(ToString::to_string);
            assert!(matches!(error, RedisConnectError::InvalidAddress { .. }));
            let told = format!("{error} {source:?} {error:?}");
            assert!(!told.contains("secret"), "{told}");
        }
    }

    #[test]
    fn debug_shows_no_password() {
        let options = RedisOptions::new("redis://user:secret@host").unwrap();
        assert!(!format!("{options:?}").contains("secret"));
    }

    #[test]
    fn only_a_filled_pair_of_braces_is_a_hash_tag() {
        for (prefix, expected) in [
            ("", false),
            ("reports:", false),
            ("{}:", false),
            ("{r", false),
            ("{r}:", true),
            ("team{r}x:", true),
        ] {
            assert_eq!(has_hash_tag(prefix), expected, "{prefix}");
        }
    }
}
