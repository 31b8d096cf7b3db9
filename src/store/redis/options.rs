//! How to reach Redis, what the store keeps there, and for how long.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use redis::{RedisConnectionInfo, RedisError};

use super::RedisStore;
use super::address::{Address, InvalidAddress};
use super::credentials::{Provider, RedisCredentials};
use super::durability::DurabilityCheck;
use super::error::{Kept, Said, meaning, schema_message};
use super::link::{Dialer, Sentinels, Servers};
use super::scripts::SCHEMA;
use crate::store::StoreLimits;
#[cfg(feature = "redis-tls")]
use crate::store::StoreTls;

/// How long the server may take to say how it is set up.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

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
    address: Address,
    credentials: Option<Provider>,
    sentinel_credentials: Option<RedisCredentials>,
    #[cfg(feature = "redis-tls")]
    tls: Option<StoreTls>,
    pub(super) prefix: String,
    pub(super) retention: Duration,
    pub(super) failed_checkpoints: Duration,
    pub(super) limits: StoreLimits,
    pub(super) timeout: Duration,
}

impl RedisOptions {
    /// Reads an address:
    ///
    /// | form | what it leads to |
    /// |---|---|
    /// | `redis://[user[:password]@]host[:port][,host[:port]...][/database]` | a Redis, or a cluster by some of its nodes |
    /// | `redis-sentinel://[user[:password]@]host[:port][,...]/service[/database]` | the primary that these sentinels name |
    /// | `unix:///path[?db=database][&user=...][&pass=...]` | a Redis on this machine |
    ///
    /// `prefix=...` in the query is what every key begins with. `rediss://` and `rediss-sentinel://` are the same over
    /// TLS, with the feature `redis-tls`. `valkey` may stand for `redis` everywhere. An IPv6 address stands in brackets; in a user or
    /// password, what has a meaning in an address is written as `%XX`.
    ///
    /// # Errors
    /// [`InvalidAddress`](RedisConnectError::InvalidAddress), which does not repeat the address, and
    /// [`NoTls`](RedisConnectError::NoTls) without the feature.
    pub fn new(address: &str) -> Result<Self, RedisConnectError> {
        let address = Address::parse(address).map_err(RedisConnectError::invalid_address)?;
        if address.is_tls && cfg!(not(feature = "redis-tls")) {
            return Err(RedisConnectError::NoTls);
        }
        Ok(Self {
            prefix: address.prefix.clone(),
            address,
            credentials: None,
            sentinel_credentials: None,
            #[cfg(feature = "redis-tls")]
            tls: None,
            retention: Duration::from_secs(24 * 60 * 60),
            failed_checkpoints: Duration::from_secs(60 * 60),
            limits: StoreLimits::default(),
            timeout: Duration::from_millis(1500),
        })
    }

    /// Asks `provide` for user and password with each new connection; they go before those in the address: for
    /// passwords that change and tokens that expire. A connection that is there stays until Redis ends it.
    ///
    /// What `provide` fails with is an error of the attempt to connect, and is asked again with the next one. It may take 5 s.
    ///
    /// # Example
    /// ```no_run
    /// use report_pipeline::{RedisCredentials, RedisOptions};
    ///
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let store = RedisOptions::new("redis://redis.internal/0?prefix=reports:")?
    ///     .with_credentials(async || {
    ///         let password = tokio::task::spawn_blocking(|| std::fs::read_to_string("/run/secrets/redis"));
    ///         Ok(RedisCredentials::new(password.await??.trim_end()).with_user("reports"))
    ///     })
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_credentials<F, T>(mut self, provide: F) -> Self
    where
        F: Fn() -> T + Send + Sync + 'static,
        T: Future<Output = Result<RedisCredentials, Box<dyn Error + Send + Sync>>> + Send + 'static,
    {
        self.credentials = Some(Provider::new(provide));
        self
    }

    /// Sets what the sentinels of the address ask for: user and password in the address are those of Redis itself.
    #[must_use]
    pub fn with_sentinel_credentials(mut self, credentials: RedisCredentials) -> Self {
        self.sentinel_credentials = Some(credentials);
        self
    }

    /// Sets who is trusted over TLS, and what is shown to the server. The address must ask for TLS.
    #[cfg(feature = "redis-tls")]
    #[must_use]
    pub fn with_tls(mut self, tls: StoreTls) -> Self {
        self.tls = Some(tls);
        self
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
        let servers = Arc::new(self.servers()?);
        let checking = async {
            let mut connection = servers.connect_to_any(CHECK_TIMEOUT).await?;
            DurabilityCheck::take(&mut connection.redis).await
        };
        let durability = checking
            .await
            .map_err(|error| RedisConnectError::unreachable(&error))?;
        if durability.is_cluster && !has_hash_tag(&self.prefix) {
            return Err(RedisConnectError::NoHashTag);
        }
        RedisStore::open(self, servers, durability.is_cluster, durability.warnings()).await
    }

    /// The servers, with what it takes to reach them.
    #[cfg_attr(
        not(feature = "redis-tls"),
        expect(clippy::unnecessary_wraps, reason = "only TLS can be set up wrongly")
    )]
    pub(super) fn servers(&self) -> Result<Servers, RedisConnectError> {
        let dialer = Dialer {
            login: self.address.login.clone(),
            provider: self.credentials.clone(),
            #[cfg(feature = "redis-tls")]
            tls: self.tls_connector()?,
        };
        let sentinels = self.address.service.clone().map(|service| {
            // They have a login of their own, or none.
            let (mut dialer, mut login) = (dialer.clone(), RedisConnectionInfo::default());
            if let Some(credentials) = &self.sentinel_credentials {
                login = credentials.applied_to(&login);
            }
            dialer.login = login;
            dialer.provider = None;
            Sentinels {
                endpoints: self.address.endpoints.clone(),
                service,
                dialer,
            }
        });
        Ok(Servers {
            named: self.address.endpoints.clone(),
            sentinels,
            dialer,
        })
    }

    #[cfg(feature = "redis-tls")]
    fn tls_connector(&self) -> Result<Option<tokio_rustls::TlsConnector>, RedisConnectError> {
        let unusable = |reason| RedisConnectError::Tls { reason };
        match (&self.tls, self.address.is_tls) {
            (None, false) => Ok(None),
            (Some(_), false) => Err(unusable(
                "the address does not ask for TLS; let it begin with rediss:// or valkeys://"
                    .to_owned(),
            )),
            (tls, true) => {
                let connector = tls.clone().unwrap_or_default().connector(&[]);
                connector.map(Some).map_err(unusable)
            }
        }
    }
}

impl fmt::Debug for RedisOptions {
    // Not the login: it holds the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisOptions")
            .field("endpoints", &self.address.endpoints)
            .field("service", &self.address.service)
            .field("prefix", &self.prefix)
            .field("retention", &self.retention)
            .field("failed_checkpoints", &self.failed_checkpoints)
            .field("limits", &self.limits)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Why a Redis cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RedisConnectError {
    /// The address cannot be read.
    #[error(
        "this is not the address of a Redis; expected \
         redis://[user:password@]host[:port][,host[:port]...][/database][?prefix=...], rediss:// for TLS, \
         redis-sentinel://host[:port],.../service[/database], or unix:///path"
    )]
    #[non_exhaustive]
    InvalidAddress {
        /// What is wrong with it, if the client could tell.
        source: Option<Box<dyn Error + Send + Sync>>,
    },

    /// The address asks for TLS, and this build has none.
    #[error(
        "the address asks for TLS, which this build does not have: build report-pipeline with the feature \
         redis-tls"
    )]
    NoTls,

    /// The settings of [`StoreTls`](crate::StoreTls) cannot be used, or the address does not ask for TLS.
    #[cfg(feature = "redis-tls")]
    #[error("TLS to Redis is not possible: {reason}")]
    #[non_exhaustive]
    Tls {
        /// What is wrong, without a secret.
        reason: String,
    },

    /// There was no reply, or Redis refused the connection. It may be there later.
    #[error("{reason}")]
    #[non_exhaustive]
    Unreachable {
        /// What it means, and what to do.
        reason: String,
        /// What Redis, or the network, has said.
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
    fn invalid_address(invalid: InvalidAddress) -> Self {
        let source: Box<dyn Error + Send + Sync> = match invalid {
            InvalidAddress::Form(what) => what.into(),
            InvalidAddress::Client(error) => Said::of(&error).into(),
        };
        Self::InvalidAddress {
            source: Some(source),
        }
    }

    pub(super) fn unreachable(error: &RedisError) -> Self {
        Self::Unreachable {
            reason: meaning(error).to_owned(),
            source: Said::of(error).into(),
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
