//! One connection to Redis that all callers share, and that is replaced when it is lost.

mod dial;
mod nodes;
mod sentinel;

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use redis::aio::{MultiplexedConnection, PubSub};
use redis::{Cmd, ErrorKind, RedisError, Value};
use tokio::time::Instant;
use tracing::{debug, info};

pub(super) use self::dial::{Connection, Dialer};
use self::nodes::Nodes;
pub(super) use self::sentinel::Sentinels;
use super::call::Call;
use super::endpoint::Endpoint;
use super::error::{Kept, LinkError, Remedy, remedy, unavailable};
use super::scripts::{HANDSHAKE, MIN_READER, OLDEST, SCHEMA};
use crate::backoff::Backoff;
use crate::store::StoreError;

/// A call that was dropped after so long without any reply on its connection makes that
/// connection suspect.
const SILENCE: Duration = Duration::from_millis(500);
/// How often one call follows a cluster's redirections.
const REDIRECTIONS: u32 = 5;

/// The servers of a store, and how they are reached. All connections of a store share it.
pub(super) struct Servers {
    /// As the address names them. With sentinels they are only asked for the primary.
    pub(super) named: Vec<Endpoint>,
    pub(super) sentinels: Option<Sentinels>,
    pub(super) dialer: Dialer,
}

impl Servers {
    /// Connects to the first server that can be reached, or to the one that the sentinels name.
    pub(super) async fn connect_to_any(&self, limit: Duration) -> Result<Connection, RedisError> {
        if let Some(sentinels) = &self.sentinels {
            let (_, connection) = sentinels.primary(&self.dialer, limit).await?;
            return Ok(connection);
        }
        let mut failed = None;
        for endpoint in &self.named {
            match self.dialer.connect(endpoint, limit).await {
                Ok(connection) => return Ok(connection),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        Err(failed.expect("an address names a server"))
    }
}

/// A shared connection.
///
/// All callers wait for the same attempt to connect, and get its error until the next attempt may be
/// made: a Redis that comes back gets one connection from each link, not one from each caller.
pub(super) struct Link {
    servers: Arc<Servers>,
    response_timeout: Duration,
    /// What every key begins with.
    base: String,
    /// Whether nodes of a cluster are asked for the others.
    is_cluster: bool,
    state: Mutex<State>,
}

struct State {
    /// Where to connect next. With sentinels they say it, each time anew.
    nodes: Nodes,
    /// Numbers the attempts to connect.
    generation: u64,
    attempt: Option<Attempt>,
    /// Attempts in a row that have failed.
    failures: u32,
    retry_at: Option<Instant>,
    /// When anything was last heard over the present connection.
    heard: Instant,
}

type Attempt = Shared<BoxFuture<'static, Result<Connected, Arc<LinkError>>>>;

/// What an attempt to connect has led to.
#[derive(Clone)]
struct Connected {
    connection: Connection,
    /// Where it leads.
    endpoint: Endpoint,
    /// The nodes of the cluster, if it is one and has told.
    nodes: Vec<Endpoint>,
}

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
    pub(super) fn new(
        servers: Arc<Servers>,
        base: String,
        response_timeout: Duration,
        is_cluster: bool,
    ) -> Self {
        Self {
            state: Mutex::new(State {
                nodes: Nodes::new(servers.named.clone()),
                generation: 0,
                attempt: None,
                failures: 0,
                retry_at: None,
                heard: Instant::now(),
            }),
            servers,
            response_timeout,
            base,
            is_cluster,
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
            let reply = request.send(&mut connection.redis).await;
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
                Remedy::Elsewhere => {
                    self.turn_away(generation, &error);
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

    /// How long a reply may take.
    pub(super) const fn response_timeout(&self) -> Duration {
        self.response_timeout
    }

    /// Watches a caller that somebody else sends for.
    pub(super) fn watch_silence(&self) -> SilenceWatch<'_> {
        let generation = self.lock().generation;
        SilenceWatch::begin(self, generation)
    }

    /// The connection, with the number of the attempt that made it.
    pub(super) async fn connection(&self) -> Result<(u64, Connection), Arc<LinkError>> {
        let (generation, connected) = self.connected().await?;
        Ok((generation, connected.connection))
    }

    async fn connected(&self) -> Result<(u64, Connected), Arc<LinkError>> {
        let mut redirections = 0;
        loop {
            let (generation, attempt) = self.attempt();
            let error = match attempt.await {
                Ok(connected) => {
                    self.succeeded(generation, &connected);
                    return Ok((generation, connected));
                }
                Err(error) => error,
            };
            let is_redirection = matches!(&*error, LinkError::Redis(moved) if matches!(remedy(moved), Remedy::Follow));
            if is_redirection && redirections < REDIRECTIONS {
                redirections += 1;
                if let LinkError::Redis(moved) = &*error {
                    self.follow(generation, moved);
                }
            } else if !self.failed(generation) {
                return Err(error);
            }
        }
    }

    /// A connection of its own for subscriptions, to the server that the commands go to. A ping finds out whether that
    /// is still the right one: subscriptions would be taken by any other, and hear nothing there.
    pub(super) async fn pubsub(&self) -> Result<PubSub, RedisError> {
        let away =
            || RedisError::from((ErrorKind::Io, "there is no connection for commands either"));
        let ping = redis::cmd("PING");
        let reply = self.send(Request::Command(&ping)).await;
        reply.map_err(|_| away())?;
        let (_, connected) = self.connected().await.map_err(|_| away())?;
        self.servers.dialer.pubsub(&connected.endpoint).await
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
        let connecting = Connecting {
            servers: Arc::clone(&self.servers),
            next: state.nodes.next().clone(),
            response_timeout: self.response_timeout,
            base: self.base.clone(),
            is_cluster: self.is_cluster,
        };
        let attempt = async move { connecting.connect().await.map_err(Arc::new) }
            .boxed()
            .shared();
        state.generation += 1;
        state.attempt = Some(attempt.clone());
        state.retry_at = None;
        state.heard = Instant::now();
        (state.generation, attempt)
    }

    fn succeeded(&self, generation: u64, connected: &Connected) {
        let mut state = self.lock();
        if state.generation != generation {
            return;
        }
        state.nodes.learn(&connected.nodes);
        if state.failures > 0 {
            state.failures = 0;
            info!("connected to Redis again");
        }
    }

    /// Turns to the next server. Returns whether it may be tried at once: after each round the next one waits a
    /// little, and longer each time.
    fn failed(&self, generation: u64) -> bool {
        const BACKOFF: Backoff = Backoff::new(Duration::from_millis(100))
            .with_cap(Duration::from_secs(1))
            .with_min(Duration::from_millis(20));
        let mut state = self.lock();
        if state.generation != generation || state.retry_at.is_some() {
            return false;
        }
        state.failures = state.failures.saturating_add(1);
        state.nodes.advance();
        let servers = u32::try_from(state.nodes.count()).unwrap_or(u32::MAX);
        if state.failures.is_multiple_of(servers) {
            let wait = BACKOFF.wait(state.failures / servers);
            state.retry_at = Some(Instant::now() + wait);
            false
        } else {
            state.attempt = None;
            true
        }
    }

    /// Drops the connection to a server that is no longer the right one, and turns to the next.
    fn turn_away(&self, generation: u64, reason: &dyn fmt::Display) {
        self.discard(generation, reason);
        let mut state = self.lock();
        if state.generation == generation && state.attempt.is_none() {
            state.nodes.advance();
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
            state.nodes.follow(node);
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
    // The servers only: the login holds a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("servers", &self.servers.named)
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

/// One attempt to connect.
struct Connecting {
    servers: Arc<Servers>,
    /// Where to, if there are no sentinels.
    next: Endpoint,
    response_timeout: Duration,
    base: String,
    is_cluster: bool,
}

impl Connecting {
    async fn connect(self) -> Result<Connected, LinkError> {
        let opened = self.open().await;
        let (endpoint, mut connection, kept) = opened.map_err(LinkError::Redis)?;
        let is_within = |number: &str, range: RangeInclusive<u32>| {
            number.parse().is_ok_and(|number| range.contains(&number))
        };
        if !is_within(&kept.schema, OLDEST..=u32::MAX) || !is_within(&kept.min_reader, 0..=SCHEMA) {
            return Err(LinkError::Schema(kept));
        }
        let nodes = if self.is_cluster {
            nodes_of(&endpoint, &mut connection).await
        } else {
            Vec::new()
        };
        Ok(Connected {
            connection,
            endpoint,
            nodes,
        })
    }

    async fn open(&self) -> Result<(Endpoint, Connection, Kept), RedisError> {
        let dialer = &self.servers.dialer;
        let (endpoint, mut connection) = if let Some(sentinels) = &self.servers.sentinels {
            sentinels.primary(dialer, self.response_timeout).await?
        } else {
            let connection = dialer.connect(&self.next, self.response_timeout).await?;
            (self.next.clone(), connection)
        };
        let (schema, min_reader) = HANDSHAKE
            .key(&*self.base)
            .arg(SCHEMA)
            .arg(MIN_READER)
            .arg(OLDEST)
            .invoke_async(&mut connection.redis)
            .await?;
        Ok((endpoint, connection, Kept { schema, min_reader }))
    }
}

/// The nodes that a node of a cluster knows. Without an answer, the ones known so far must do.
async fn nodes_of(asked: &Endpoint, connection: &mut Connection) -> Vec<Endpoint> {
    let mut ask = redis::cmd("CLUSTER");
    let told = ask.arg("SLOTS").query_async(&mut connection.redis).await;
    told.map_or_else(|_| Vec::new(), |slots| nodes::told(asked, &slots))
}
