//! Opens connections to one server: the socket, TLS, and the login.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::{AsyncStream, MultiplexedConnection, PubSub};
use redis::{AsyncConnectionConfig, RedisConnectionInfo, RedisError, make_extension_error};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
#[cfg(feature = "redis-tls")]
use tokio_rustls::{TlsConnector, rustls::pki_types::ServerName};
use tokio_util::task::AbortOnDropHandle;

use super::super::credentials::Provider;
use super::super::endpoint::Endpoint;

/// How long setting up a connection may take.
pub(in super::super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// How long a server may take to say why it refuses.
const REFUSAL_TIMEOUT: Duration = Duration::from_millis(600);

/// How to open a connection, to whichever server.
#[derive(Clone)]
pub(in super::super) struct Dialer {
    /// Database, user and password.
    pub(in super::super) login: RedisConnectionInfo,
    /// Gives user and password anew for each connection.
    pub(in super::super) provider: Option<Provider>,
    /// Without it connections are plain.
    #[cfg(feature = "redis-tls")]
    pub(in super::super) tls: Option<TlsConnector>,
}

/// A connection for commands, whose socket is closed with its last clone.
#[derive(Clone)]
pub(in super::super) struct Connection {
    pub(in super::super) redis: MultiplexedConnection,
    _driver: Arc<AbortOnDropHandle<()>>,
}

type Stream = Box<dyn AsyncStream + Send + Unpin>;

impl Dialer {
    /// Opens a connection for commands that take no longer than `response_timeout`.
    pub(in super::super) async fn connect(
        &self,
        endpoint: &Endpoint,
        response_timeout: Duration,
    ) -> Result<Connection, RedisError> {
        let login = self.login().await?;
        within_limit(async {
            let config = AsyncConnectionConfig::new().set_response_timeout(Some(response_timeout));
            let stream = self.stream(endpoint).await?;
            let (redis, driver) =
                match MultiplexedConnection::new_with_config(&login, stream, config).await {
                    Ok(opened) => opened,
                    Err(error) if error.is_connection_dropped() => {
                        return Err(self.refusal(endpoint).await.unwrap_or(error));
                    }
                    Err(error) => return Err(error),
                };
            Ok(Connection {
                redis,
                _driver: Arc::new(AbortOnDropHandle::new(tokio::spawn(driver))),
            })
        })
        .await
    }

    /// What a server says that closes connections at once, because it has too many. Whoever writes first, as the
    /// client does, may never read it.
    async fn refusal(&self, endpoint: &Endpoint) -> Option<RedisError> {
        let mut said = String::new();
        let reading = async {
            let mut stream = BufReader::new(self.stream(endpoint).await?);
            stream.read_line(&mut said).await
        };
        tokio::time::timeout(REFUSAL_TIMEOUT, reading)
            .await
            .ok()?
            .ok()?;
        let (code, detail) = said.trim_end().strip_prefix('-')?.split_once(' ')?;
        Some(make_extension_error(
            code.to_owned(),
            Some(detail.to_owned()),
        ))
    }

    /// Opens a connection for subscriptions.
    pub(in super::super) async fn pubsub(&self, endpoint: &Endpoint) -> Result<PubSub, RedisError> {
        let login = self.login().await?;
        within_limit(async { PubSub::new(&login, self.stream(endpoint).await?).await }).await
    }

    async fn login(&self) -> Result<RedisConnectionInfo, RedisError> {
        Ok(match &self.provider {
            Some(provider) => provider.ask().await?.applied_to(&self.login),
            None => self.login.clone(),
        })
    }

    async fn stream(&self, endpoint: &Endpoint) -> io::Result<Stream> {
        match endpoint {
            Endpoint::Tcp(host, port) => {
                let stream = TcpStream::connect((host.as_str(), *port)).await?;
                // Small writes follow each other on this connection; waiting to merge them halves
                // the throughput on a real network (redis-rs 2195).
                stream.set_nodelay(true)?;
                self.secured(host, stream).await
            }
            #[cfg(unix)]
            Endpoint::Unix(path) => Ok(Box::new(UnixStream::connect(path).await?)),
        }
    }

    #[cfg(feature = "redis-tls")]
    async fn secured(&self, host: &str, stream: TcpStream) -> io::Result<Stream> {
        let Some(tls) = &self.tls else {
            return Ok(Box::new(stream));
        };
        let name = ServerName::try_from(host.to_owned())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        Ok(Box::new(tls.connect(name, stream).await?))
    }

    #[cfg(not(feature = "redis-tls"))]
    #[allow(clippy::unused_async, reason = "the other one waits")]
    async fn secured(&self, _host: &str, stream: TcpStream) -> io::Result<Stream> {
        Ok(Box::new(stream))
    }
}

async fn within_limit<T>(
    dialing: impl Future<Output = Result<T, RedisError>>,
) -> Result<T, RedisError> {
    match tokio::time::timeout(CONNECT_TIMEOUT, dialing).await {
        Ok(dialed) => dialed,
        Err(_) => Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "no connection within the time limit",
        )
        .into()),
    }
}
