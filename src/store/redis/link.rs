//! One connection to Redis that all callers share, and that is replaced when it is lost.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use redis::aio::{MultiplexedConnection, PubSub};
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionAddr, ConnectionInfo, ErrorKind, RedisError,
    Value,
};
use tokio::time::Instant;
use tracing::{debug, info};

use super::call::Call;
use super::error::{Kept, LinkError, Remedy, redirected, remedy, unavailable};
use super::scripts::{HANDSHAKE, MIN_READER, OLDEST, SCHEMA};
use crate::backoff::Backoff;
use crate::store::StoreError;

/// How long setting up a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// A call that was dropped after so long without any reply on its connection makes that
/// connection suspect.
const SILENCE: Duration = Duration::from_millis(500);
/// How often one call follows a cluster's redirections.
const REDIRECTIONS: u32 = 5;

/// A shared connection.
///
/// All callers wait for the same attempt to connect, and get its error until the next attempt may be
/// made: a Redis that comes back gets one connection from each link, not one from each caller.
pub(super) struct Link {
    info: ConnectionInfo,
    config: AsyncConnectionConfig,
    /// What every key begins with.
    base: String,
    response_timeout: Duration,
    state: Mutex<State>,
}

struct State {
    /// Where to connect next: the configured address, or where a cluster redirected us.
    address: ConnectionAddr,
    /// Numbers the attempts to connect.
    generation: u64,
    attempt: Option<Attempt>,
    /// Attempts in a row that have failed.
    failures: u32,
    retry_at: Option<Instant>,
    /// When anything was last heard over the present connection.
    heard: Instant,
}

type Attempt = Shared<BoxFuture<'static, Result<MultiplexedConnection, Arc<LinkError>>>>;

/// What is sent: a script, which is loaded if the server does not know it, or a single command.
pub(super) enum Request<'a> {
    Script(&'a Call<'a>),
    Command(&'a Cmd),
}

impl Request<'_> {
    async fn send(&self, connection: &mut MultiplexedConnection) -> Result<Value, RedisError> {
        match self {
            Self::Script(call) => call.send(connection).await,
            Self::Command(command) => command.query_async(connection).await,
        }
    }
}

impl Link {
    pub(super) fn new(info: ConnectionInfo, base: String, response_timeout: Duration) -> Self {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_TIMEOUT))
            .set_response_timeout(Some(response_timeout));
        let address = info.addr().clone();
        Self {
            info,
            config,
            base,
            response_timeout,
            state: Mutex::new(State {
                address,
                generation: 0,
                attempt: None,
                failures: 0,
                retry_at: None,
                heard: Instant::now(),
            }),
        }
    }

    /// Sends a request, and once more if the connection broke on it: every request of the store
    /// may be repeated. After a timeout it does not, because the caller's time is used up.
    pub(super) async fn send(&self, request: Request<'_>) -> Result<Value, StoreError> {
        let reply = self.exchange(request).await;
        reply.map_err(|error| unavailable(&error))
    }

    /// The same for callers who share the error.
    pub(super) async fn exchange(&self, request: Request<'_>) -> Result<Value, Arc<LinkError>> {
        let (mut redirections, mut repeated) = (0, false);
        loop {
            let (generation, mut connection) = self.connection().await?;
            let watch = SilenceWatch::begin(self, generation);
            let reply = request.send(&mut connection).await;
            watch.end();
            let error = match reply {
                Ok(value) => {
                    self.heard(generation);
                    return Ok(value);
                }
                Err(error) => error,
            };
            let again = match remedy(&error) {
                Remedy::Follow if redirections < REDIRECTIONS => {
                    redirections += 1;
                    self.follow(generation, &error);
                    true
                }
                Remedy::Reconnect => {
                    self.discard(generation, &error);
                    !std::mem::replace(&mut repeated, true)
                }
                Remedy::GiveUp => {
                    self.discard(generation, &error);
                    false
                }
                Remedy::Follow | Remedy::None => false,
            };
            if !again {
                return Err(Arc::new(LinkError::Redis(error)));
            }
        }
    }

    /// The connection, with the number of the attempt that made it.
    pub(super) async fn connection(&self) -> Result<(u64, MultiplexedConnection), Arc<LinkError>> {
        for _ in 0..=REDIRECTIONS {
            let (generation, attempt) = self.attempt();
            match attempt.await {
                Ok(connection) => {
                    self.succeeded(generation);
                    return Ok((generation, connection));
                }
                Err(error) => match &*error {
                    LinkError::Redis(moved) if matches!(remedy(moved), Remedy::Follow) => {
                        self.follow(generation, moved);
                    }
                    _ => {
                        self.failed(generation);
                        return Err(error);
                    }
                },
            }
        }
        Err(Arc::new(LinkError::Redis(RedisError::from((
            ErrorKind::Client,
            "the cluster redirects in circles",
        )))))
    }

    /// How long a reply may take.
    pub(super) const fn response_timeout(&self) -> Duration {
        self.response_timeout
    }

    /// Watches a caller that somebody else sends for.
    pub(super) fn watch_silence(&self) -> SilenceWatch<'_> {
        let generation = self.lock().generation;
        SilenceWatch::begin(self, generation)
    }

    /// A connection of its own for subscriptions.
    pub(super) async fn pubsub(&self) -> Result<PubSub, RedisError> {
        let client = self.client(self.lock().address.clone())?;
        match tokio::time::timeout(CONNECT_TIMEOUT, client.get_async_pubsub()).await {
            Ok(connected) => connected,
            Err(_) => Err(RedisError::from((
                ErrorKind::Io,
                "no connection within the time limit",
            ))),
        }
    }

    fn client(&self, address: ConnectionAddr) -> Result<Client, RedisError> {
        Client::open(self.info.clone().set_addr(address))
    }

    /// The present attempt to connect, or a new one.
    fn attempt(&self) -> (u64, Attempt) {
        let mut state = self.lock();
        if state.retry_at.is_some_and(|at| at <= Instant::now()) {
            state.attempt = None;
        }
        if let Some(attempt) = &state.attempt {
            return (state.generation, attempt.clone());
        }
        let client = self.client(state.address.clone());
        let (config, base) = (self.config.clone(), self.base.clone());
        let attempt = async move { connect(client, config, base).await.map_err(Arc::new) }
            .boxed()
            .shared();
        state.generation += 1;
        state.attempt = Some(attempt.clone());
        state.retry_at = None;
        state.heard = Instant::now();
        (state.generation, attempt)
    }

    fn succeeded(&self, generation: u64) {
        let mut state = self.lock();
        if state.generation == generation && state.failures > 0 {
            state.failures = 0;
            info!("connected to Redis again");
        }
    }

    /// Lets the next attempt wait a little, and longer each time.
    fn failed(&self, generation: u64) {
        const BACKOFF: Backoff = Backoff::new(Duration::from_millis(100))
            .with_cap(Duration::from_secs(1))
            .with_min(Duration::from_millis(20));
        let mut state = self.lock();
        if state.generation == generation && state.retry_at.is_none() {
            state.failures = state.failures.saturating_add(1);
            state.retry_at = Some(Instant::now() + BACKOFF.wait(state.failures));
            // The node that a cluster redirected us to may be the one that is gone.
            state.address = self.info.addr().clone();
        }
    }

    /// Drops a connection that can no longer be trusted.
    fn discard(&self, generation: u64, reason: &dyn fmt::Display) {
        let mut state = self.lock();
        if state.generation == generation && state.retry_at.is_none() && state.attempt.is_some() {
            debug!(%reason, "the connection to Redis is given up; a new one will be made");
            state.attempt = None;
        }
    }

    /// Follows a cluster's redirection to the node that has our keys.
    fn follow(&self, generation: u64, moved: &RedisError) {
        let Some((node, _slot)) = moved.redirect_node() else {
            return self.discard(generation, moved);
        };
        let mut state = self.lock();
        if state.generation == generation {
            if let Some(address) = redirected(&state.address, node) {
                state.address = address;
            }
            state.attempt = None;
        }
    }

    fn heard(&self, generation: u64) {
        let mut state = self.lock();
        if state.generation == generation {
            state.heard = Instant::now();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("no code panics while it holds the lock")
    }
}

impl fmt::Debug for Link {
    // The address only: the settings hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("address", &self.info.addr().to_string())
            .finish_non_exhaustive()
    }
}

/// Notices callers that give up before the response timeout, as pipelines with short leases do.
/// Without it nobody would find out that a connection is dead.
pub(super) struct SilenceWatch<'a> {
    link: &'a Link,
    generation: u64,
    sent: Instant,
    over: bool,
}

impl<'a> SilenceWatch<'a> {
    fn begin(link: &'a Link, generation: u64) -> Self {
        Self {
            link,
            generation,
            sent: Instant::now(),
            over: false,
        }
    }

    pub(super) fn end(mut self) {
        self.over = true;
    }
}

impl Drop for SilenceWatch<'_> {
    fn drop(&mut self) {
        let impatient = !self.over && self.sent.elapsed() >= SILENCE;
        if impatient && self.link.lock().heard <= self.sent {
            self.link
                .discard(self.generation, &"nothing was heard for too long");
        }
    }
}

async fn connect(
    client: Result<Client, RedisError>,
    config: AsyncConnectionConfig,
    base: String,
) -> Result<MultiplexedConnection, LinkError> {
    let handshaken = async {
        let mut connection = client?
            .get_multiplexed_async_connection_with_config(&config)
            .await?;
        let kept: (String, String) = HANDSHAKE
            .key(base)
            .arg(SCHEMA)
            .arg(MIN_READER)
            .arg(OLDEST)
            .invoke_async(&mut connection)
            .await?;
        Ok((connection, kept))
    };
    let (connection, (schema, min_reader)) = handshaken.await.map_err(LinkError::Redis)?;
    let is_within = |number: &str, range: RangeInclusive<u32>| {
        number.parse().is_ok_and(|number| range.contains(&number))
    };
    if is_within(&schema, OLDEST..=u32::MAX) && is_within(&min_reader, 0..=SCHEMA) {
        Ok(connection)
    } else {
        Err(LinkError::Schema(Kept { schema, min_reader }))
    }
}
