//! One connection to a server that takes writes.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio_postgres::config::Host;
use tokio_postgres::{AsyncMessage, Client, Connection, Notification};

use super::address::{self, Address};
use super::error::LinkError;
use super::negotiated::{Negotiated, NegotiatedStream};
#[cfg(feature = "postgres-tls")]
use super::tls::Secure;

/// After how long without a word the system asks whether the other side is still there, how often it asks again, and
/// how many times.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(15), Duration::from_secs(5), 3);

/// What a connection is asked first: whether writes are refused, which process of the server it is, whether a commit
/// waits for the disk, which version it has, and whether what it writes survives.
const HELLO: &str = "SELECT (pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool)::int, \
                     pg_backend_pid(), current_setting('synchronous_commit'), \
                     current_setting('server_version_num')::int, \
                     current_setting('fsync') || current_setting('full_page_writes')";

/// How to make connections. All of one store share it.
pub(super) struct Dialer {
    address: Address,
    timeout: Duration,
    /// Without it connections are plain.
    #[cfg(feature = "postgres-tls")]
    secure: Option<Secure>,
    /// Whether a pooler lends one connection of the server to several of ours. Found out, and never forgotten.
    is_pooled: AtomicBool,
}

/// A connection. It is closed when this is dropped.
pub(super) struct Link {
    pub(super) client: Arc<Client>,
    pub(super) server: Server,
    task: AbortHandle,
}

/// What a server has said of itself.
#[derive(Debug, Clone)]
pub(super) struct Server {
    pub(super) process: i32,
    pub(super) is_read_only: bool,
    pub(super) synchronous_commit: String,
    pub(super) version: i32,
    pub(super) writes_safely: bool,
}

impl fmt::Debug for Dialer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dialer")
            .field("schema", &self.address.schema)
            .field("timeout", &self.timeout)
            .field("is_pooled", &self.is_pooled)
            .finish_non_exhaustive()
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Dialer {
    pub(super) const fn new(address: Address, timeout: Duration) -> Self {
        Self {
            address,
            timeout,
            #[cfg(feature = "postgres-tls")]
            secure: None,
            is_pooled: AtomicBool::new(false),
        }
    }

    #[cfg(feature = "postgres-tls")]
    pub(super) fn secured_by(self, secure: Option<Secure>) -> Self {
        Self { secure, ..self }
    }

    pub(super) fn schema(&self) -> &str {
        &self.address.schema
    }

    pub(super) const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Whether statements may be prepared, and notifications listened for: not if connections of the server are shared.
    pub(super) fn is_pooled(&self) -> bool {
        self.is_pooled.load(Ordering::Acquire)
    }

    pub(super) fn found_a_pooler(&self) {
        self.is_pooled.store(true, Ordering::Release);
    }

    /// Connects to the first server that takes writes. Notifications go to `listener`.
    pub(super) async fn connect(
        &self,
        listener: Option<mpsc::UnboundedSender<Notification>>,
    ) -> Result<Link, LinkError> {
        let mut found = None;
        let is_only = self.address.servers().count() == 1;
        for (host, port) in self.address.servers() {
            let dial = self.dial(host, port, listener.clone());
            let dialled = tokio::time::timeout(self.timeout, dial).await;
            match dialled.unwrap_or(Err(LinkError::Silent(self.timeout))) {
                // A single one is used as it is: it says by itself what it refuses.
                Ok(link) if is_only || !link.server.is_read_only => return Ok(link),
                Ok(_) => found = Some(LinkError::ReadOnly),
                Err(error) => {
                    found.get_or_insert(error);
                }
            }
        }
        Err(found.unwrap_or(LinkError::ReadOnly))
    }

    async fn dial(
        &self,
        host: &Host,
        port: u16,
        listener: Option<mpsc::UnboundedSender<Notification>>,
    ) -> Result<Link, LinkError> {
        let server = address::name(host, port);
        let lost = |error| LinkError::NotFound(server.clone(), error);
        match host {
            Host::Tcp(name) => {
                let stream = TcpStream::connect((name.as_str(), port))
                    .await
                    .map_err(lost)?;
                prepare(&stream).map_err(lost)?;
                #[cfg(feature = "postgres-tls")]
                if let Some(secure) = &self.secure {
                    let (stream, bound_to) = secure.secure(name, &server, stream).await?;
                    return self.log_in(stream, Negotiated(bound_to), listener).await;
                }
                self.log_in(stream, Negotiated::default(), listener).await
            }
            // Nobody is in between: plain, whatever the address asks for, as libpq has it.
            #[cfg(unix)]
            Host::Unix(folder) => {
                let path = folder.join(format!(".s.PGSQL.{port}"));
                let stream = UnixStream::connect(path).await.map_err(lost)?;
                self.log_in(stream, Negotiated::default(), listener).await
            }
        }
    }

    async fn log_in<S>(
        &self,
        stream: S,
        negotiated: Negotiated,
        listener: Option<mpsc::UnboundedSender<Notification>>,
    ) -> Result<Link, LinkError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let config = &self.address.config;
        let (client, connection) = config.connect_raw(stream, negotiated).await?;
        self.greet(client, connection, listener).await
    }

    /// Lets the connection run, and asks the server who it is. If that is another process than the one that let us in, a
    /// pooler did, and lends us its own connections.
    async fn greet<S>(
        &self,
        client: Client,
        connection: Connection<S, NegotiatedStream<S>>,
        listener: Option<mpsc::UnboundedSender<Notification>>,
    ) -> Result<Link, LinkError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let task = tokio::spawn(run(connection, listener)).abort_handle();
        let client = Arc::new(client);
        // Owned from here on, so that the task ends if this does.
        let mut link = Link {
            client: Arc::clone(&client),
            server: Server {
                process: 0,
                is_read_only: false,
                synchronous_commit: String::new(),
                version: 0,
                writes_safely: true,
            },
            task,
        };
        let rows = client.query_typed(HELLO, &[]).await?;
        let row = rows
            .first()
            .ok_or_else(|| LinkError::Other("PostgreSQL does not say who it is".to_owned()))?;
        link.server = Server {
            is_read_only: row.try_get::<_, i32>(0)? == 1,
            process: row.try_get(1)?,
            synchronous_commit: row.try_get(2)?,
            version: row.try_get(3)?,
            writes_safely: row.try_get::<_, String>(4)? == "onon",
        };
        if who_let_us_in(&client).await? != link.server.process {
            self.found_a_pooler();
        }
        Ok(link)
    }
}

/// The process that is named in the key to cancel statements, which every server gives to those whom it lets in. The
/// driver tells it to nobody but a server, so we are that.
async fn who_let_us_in(client: &Client) -> Result<i32, LinkError> {
    let (mut near, far) = tokio::io::duplex(64);
    let cancel = client.cancel_token();
    cancel.cancel_query_raw(far, Negotiated::default()).await?;
    // Its length, its code, the process, and the secret.
    let mut request = [0; 12];
    let read = near.read_exact(&mut request).await;
    read.map_err(|_| LinkError::Other("the driver makes no request to cancel".to_owned()))?;
    let process = <[u8; 4]>::try_from(&request[8..]).expect("there are four left");
    Ok(i32::from_be_bytes(process))
}

/// Sends at once, and finds out when the other side is gone.
fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (idle, interval, retries) = KEEPALIVE;
    let keepalive = TcpKeepalive::new().with_time(idle).with_interval(interval);
    #[cfg(not(target_os = "openbsd"))]
    let keepalive = keepalive.with_retries(retries);
    SockRef::from(stream).set_tcp_keepalive(&keepalive)
}

/// Moves what is sent and received until the connection ends.
async fn run<S, T>(
    mut connection: Connection<S, T>,
    listener: Option<mpsc::UnboundedSender<Notification>>,
) where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    // What is wrong at the end is told to whoever waits for a reply.
    while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
        if let (AsyncMessage::Notification(notification), Some(listener)) = (message, &listener) {
            _ = listener.send(notification);
        }
    }
}
