//! Listening: connections, their limits, and shutting down.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tower_service::Service;

use super::closing::ServerClosing;
use super::connection_timer::ConnectionTimer;
use super::guarded::{BoxError, Guarded};
#[cfg(doc)]
use super::peer::Peer;
use super::stream::Stream;
use crate::backoff::Backoff;

/// Serves `service` on `listener` with the default [`ServeOptions`] until `shutdown` is done.
///
/// See [`ServeOptions::serve`] for what is served and how it ends.
///
/// # Errors
/// As [`ServeOptions::serve`].
///
/// # Cancel safety
/// As [`ServeOptions::serve`].
pub async fn serve<S, B>(
    listener: TcpListener,
    service: S,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()>
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    ServeOptions::default()
        .serve(listener, service, shutdown)
        .await
}

/// How to serve.
///
/// | option | default |
/// |---|---|
/// | [`max_connections`](Self::with_max_connections) | 10,000 |
/// | [`header_timeout`](Self::with_header_timeout) | 10 s |
/// | [`write_timeout`](Self::with_write_timeout) | 30 s |
/// | [`shutdown_timeout`](Self::with_shutdown_timeout) | 10 s |
#[derive(Debug, Clone, Copy)]
#[must_use = "options do nothing until `serve` is called"]
pub struct ServeOptions {
    max_connections: usize,
    header_timeout: Duration,
    write_timeout: Duration,
    shutdown_timeout: Duration,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            max_connections: 10_000,
            header_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(30),
            shutdown_timeout: Duration::from_secs(10),
        }
    }
}

impl ServeOptions {
    /// Sets the maximum number of open connections; 0 counts as 1. More wait in the operating
    /// system's queue until one closes.
    pub const fn with_max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections;
        self
    }

    /// Sets how long the head of a request may take to arrive. The time includes idle time: a
    /// connection without a request for that long is closed.
    pub const fn with_header_timeout(mut self, timeout: Duration) -> Self {
        self.header_timeout = timeout;
        self
    }

    /// Sets how long a client may go without reading its response before it is cut; on Linux also
    /// without confirming what was sent to it.
    pub const fn with_write_timeout(mut self, timeout: Duration) -> Self {
        self.write_timeout = timeout;
        self
    }

    /// Sets how long open connections may take to finish their requests after the shutdown has
    /// begun. Then they are cut.
    pub const fn with_shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.shutdown_timeout = timeout;
        self
    }

    /// Serves `service` over HTTP/1.1 on `listener` until `shutdown` is done, then shuts down.
    ///
    /// The service is an [`Api`](super::Api), or any `tower` service that has one inside: behind
    /// middleware such as authentication and CORS, or beside pages of your own. It is cloned for
    /// every request. A request that is not well-formed HTTP/1.1, because it does not have exactly
    /// one `host` field, gets a 400 response and never reaches the service. A service that fails or
    /// panics costs the one request, which gets a 500 response. The extensions of a request hold
    /// the address of its [`Peer`].
    ///
    /// Shutting down closes the listener and idle connections, ends the waits and event streams of
    /// every `Api` inside at once (of these connections only), lets running requests finish within
    /// the [timeout](Self::with_shutdown_timeout), and returns when no connection is left. Put what
    /// has to happen while requests are still served into `shutdown`, after the signal: for example
    /// [`refuse_submits`](super::Api::refuse_submits) and draining the workers.
    ///
    /// # Errors
    /// If the listener itself is unusable. Passing faults, such as no free file descriptor, are
    /// waited out.
    ///
    /// # Cancel safety
    /// If dropped, the listener and every connection are closed at once.
    ///
    /// # Example
    /// Pages of another origin may use the service:
    /// ```no_run
    /// use report_pipeline::http::{self, Api};
    /// use report_pipeline::{Client, MemoryStore};
    /// use tower_http::cors::CorsLayer;
    /// use tower_layer::Layer;
    ///
    /// # async fn example() -> std::io::Result<()> {
    /// let origin = ::http::HeaderValue::from_static("https://app.example");
    /// let cors = CorsLayer::new()
    ///     .allow_origin([origin])
    ///     .allow_methods([::http::Method::GET, ::http::Method::POST])
    ///     .allow_headers(Api::REQUEST_HEADERS)
    ///     .expose_headers(Api::RESPONSE_HEADERS);
    /// let service = cors.layer(Api::new(Client::new(MemoryStore::new())));
    ///
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    /// http::serve(listener, service, std::future::pending()).await
    /// # }
    /// ```
    pub async fn serve<S, B>(
        self,
        listener: TcpListener,
        service: S,
        shutdown: impl Future<Output = ()>,
    ) -> io::Result<()>
    where
        S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send,
        S::Error: Into<BoxError>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let permits = Arc::new(Semaphore::new(
            self.max_connections.clamp(1, Semaphore::MAX_PERMITS),
        ));
        let graceful = GracefulShutdown::new();
        let closing = ServerClosing::default();
        // Dropping the set cuts its connections.
        let mut connections = JoinSet::new();
        let mut shutdown = pin!(shutdown);
        loop {
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                Some(_) = connections.join_next() => {}
                accepted = accept(&listener, &permits) => {
                    let (stream, peer, permit) = accepted?;
                    let service = Guarded::new(service.clone(), peer, closing.clone());
                    let connection = self.connection(stream, service, graceful.watcher());
                    connections.spawn(held(permit, connection));
                }
            }
        }
        drop(listener);
        closing.begin();
        if tokio::time::timeout(self.shutdown_timeout, graceful.shutdown())
            .await
            .is_err()
        {
            tracing::warn!(
                connections = connections.len(),
                "cutting connections that did not finish in time"
            );
        }
        connections.shutdown().await;
        Ok(())
    }

    async fn connection<S, B>(self, stream: TcpStream, service: Guarded<S>, watcher: Watcher)
    where
        S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send,
        S::Error: Into<BoxError>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        prepare(&stream, self.write_timeout);
        let service = service_fn(move |request| service.clone().respond(request));
        // Not `pipeline_flush`: it keeps finished responses back while a later request on the same
        // connection is still being held.
        let connection = http1::Builder::new()
            // Without a timer the header timeout would silently do nothing.
            .timer(ConnectionTimer::default())
            .header_read_timeout(self.header_timeout)
            .max_header_size(MAX_HEAD)
            .max_buf_size(2 * MAX_HEAD)
            .serve_connection(
                TokioIo::new(Stream::new(stream, self.write_timeout)),
                service,
            );
        if let Err(error) = watcher.watch(connection).await {
            let error: &(dyn std::error::Error + 'static) = &error;
            tracing::debug!(error, "a connection ended early");
        }
    }
}

/// Sets a connection up. What fails here fails because the peer has gone, which shows soon enough.
fn prepare(stream: &TcpStream, write_timeout: Duration) {
    // Responses are written whole; waiting for more to send only delays them.
    let _ = stream.set_nodelay(true);
    // A peer that vanished without a word takes what is sent to it into the system's buffers, where
    // an event stream's few bytes have room for a quarter of an hour.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let _ = socket2::SockRef::from(stream).set_tcp_user_timeout(Some(write_timeout));
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = write_timeout;
}

/// The maximum size of the head of a request in bytes; a longer one gets 431.
const MAX_HEAD: usize = 32 * 1024;

/// Waits for a free place, then for a connection to fill it.
async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    // Drawn, so that processes on one machine that run out of the same thing do not retry in step.
    const BACKOFF: Backoff = Backoff::new(Duration::from_millis(10))
        .with_cap(Duration::from_secs(1))
        .with_min(Duration::from_millis(5));
    let permit = Arc::clone(permits)
        .acquire_owned()
        .await
        .expect("the semaphore is never closed");
    let mut failures = 0;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return Ok((stream, peer, permit)),
            Err(error) if is_fatal(&error) => return Err(error),
            Err(error) if concerns_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "cannot accept connections; trying again soon");
                failures += 1;
                tokio::time::sleep(BACKOFF.wait(failures)).await;
            }
        }
    }
}

/// Whether the peer gave up between its connect and our accept.
fn concerns_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}

/// Whether the listener will never accept again: it does not listen.
fn is_fatal(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported | io::ErrorKind::NotConnected
    )
}

/// Keeps a connection's place until it has ended, by panic or cut, too.
async fn held(permit: OwnedSemaphorePermit, connection: impl Future<Output = ()>) {
    let _permit = permit;
    connection.await;
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_peer_that_takes_nothing_is_given_up_by_the_system_too() {
        let socket =
            socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
        socket.set_nonblocking(true).unwrap();
        let stream = TcpStream::from_std(socket.into()).unwrap();
        let patience = Duration::from_secs(30);
        prepare(&stream, patience);
        let socket = socket2::SockRef::from(&stream);
        assert_eq!(socket.tcp_user_timeout().unwrap(), Some(patience));
        assert!(stream.nodelay().unwrap());
    }
}
