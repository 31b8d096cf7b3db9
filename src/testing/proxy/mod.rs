//! A network that breaks on command.

mod connection;
mod state;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::task::AbortOnDropHandle;

use self::connection::carry_all;
use self::state::{Cut, Link, State};

/// How long to wait before accepting again after an error, such as too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// A TCP proxy whose connections break on command, for stores that live behind a socket.
///
/// Connect the store to [`address`](Self::address) instead of its server. Without faults every
/// byte passes, in both directions. Faults are switched while it runs and are for all
/// connections together, those to come included; [`heal`](Self::heal) ends them. When the proxy
/// is dropped its connections end with it.
///
/// *Requests* are the bytes of whoever connects, *replies* are those of the server. The proxy
/// knows no protocol: it takes what it finds in the stream for what it is told to look for.
///
/// It lives by the real clock. On a paused one its delays pass at once.
///
/// # Example
/// ```
/// use report_pipeline::testing::TcpProxy;
/// use tokio::io::{AsyncReadExt, AsyncWriteExt};
/// use tokio::net::{TcpListener, TcpStream};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// // In place of a server: it sends back what it gets.
/// let server = TcpListener::bind("127.0.0.1:0").await?;
/// let proxy = TcpProxy::start(server.local_addr()?).await?;
/// tokio::spawn(async move {
///     while let Ok((mut connection, _)) = server.accept().await {
///         let (mut requests, mut replies) = connection.split();
///         tokio::io::copy(&mut requests, &mut replies).await.ok();
///     }
/// });
///
/// let mut client = TcpStream::connect(proxy.address()).await?;
/// client.write_all(b"ping").await?;
/// let mut reply = [0; 4];
/// client.read_exact(&mut reply).await?;
/// assert_eq!(&reply, b"ping");
///
/// proxy.cut_reply("stop");
/// client.write_all(b"stop").await?;
/// assert!(client.read_exact(&mut reply).await.is_err());
/// assert_eq!((proxy.cuts(), proxy.accepted(), proxy.open()), (1, 1, 0));
/// # Ok(())
/// # }
/// ```
pub struct TcpProxy {
    address: SocketAddr,
    upstream: SocketAddr,
    state: watch::Sender<State>,
    _accepting: AbortOnDropHandle<()>,
}

impl TcpProxy {
    /// Opens a free port of 127.0.0.1 and passes what connects there on to `upstream`.
    ///
    /// The server need not be there yet. While it is not, connections are reset.
    ///
    /// # Errors
    /// If no port can be opened.
    pub async fn start(upstream: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let state = watch::Sender::new(State::default());
        let accepting = tokio::spawn(accept(listener, upstream, state.clone()));
        Ok(Self {
            address,
            upstream,
            state,
            _accepting: AbortOnDropHandle::new(accepting),
        })
    }

    /// Where to connect.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Resets every connection that is open now, towards both sides, and returns when that is
    /// done. New ones work.
    ///
    /// # Cancel safety
    /// They are reset also if nobody waits for it.
    pub async fn reset(&self) {
        let mut last = 0;
        self.state.send_modify(|state| last = state.reset_all());
        let mut changes = self.state.subscribe();
        let all_gone = changes.wait_for(|state| !state.any_open_through(last));
        // It fails only without a sender, and that is in self.
        drop(all_gone.await);
    }

    /// Refuses new connections from now on: each is reset at once. Open ones go on.
    pub fn refuse(&self) {
        self.state.send_modify(State::refuse);
    }

    /// Swallows every byte of both directions from now on, as if the server's machine were gone.
    /// Connections stay open, and new ones are accepted.
    ///
    /// What was swallowed never arrives: after [`heal`](Self::heal) new connections work, but
    /// those that have met the black hole stay dead until one of their ends closes them.
    pub fn black_hole(&self) {
        self.state.send_modify(State::begin_hole);
    }

    /// Lets every byte of a request arrive this much later.
    pub fn delay_requests(&self, delay: Duration) {
        self.state.send_modify(|state| state.request_delay = delay);
    }

    /// Lets every byte of a reply arrive this much later.
    pub fn delay_replies(&self, delay: Duration) {
        self.state.send_modify(|state| state.reply_delay = delay);
    }

    /// Lets the next request that contains `needle` get lost: its connection is reset before the
    /// server has the request. An empty needle is in every request.
    ///
    /// # Panics
    /// If the needle is longer than 1 KiB.
    pub fn cut_request(&self, needle: impl AsRef<[u8]>) {
        self.plan(needle.as_ref(), Cut::Request);
    }

    /// Lets the reply to the next request that contains `needle` get lost: the server handles the
    /// request, and then the connection is reset. An empty needle is in every request.
    ///
    /// The connection ends only when the server has closed its side of it too, so whoever is told
    /// of the reset can rely on the request having been handled.
    ///
    /// # Panics
    /// If the needle is longer than 1 KiB.
    pub fn cut_reply(&self, needle: impl AsRef<[u8]>) {
        self.plan(needle.as_ref(), Cut::Reply);
    }

    /// Ends all faults, those to come included. Bytes that are delayed stay so.
    pub fn heal(&self) {
        self.state.send_modify(State::heal);
    }

    /// How many connections have come in, refused ones included.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.state.borrow().accepted()
    }

    /// How many connections are open, dead ones included.
    #[must_use]
    pub fn open(&self) -> usize {
        self.state.borrow().open()
    }

    /// How many requests and replies have been cut.
    #[must_use]
    pub fn cuts(&self) -> u64 {
        self.state.borrow().cuts()
    }

    fn plan(&self, needle: &[u8], cut: Cut) {
        self.state.send_modify(|state| state.plan(needle, cut));
    }
}

impl fmt::Debug for TcpProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TcpProxy")
            .field("address", &self.address)
            .field("upstream", &self.upstream)
            .field("accepted", &self.accepted())
            .field("open", &self.open())
            .finish_non_exhaustive()
    }
}

async fn accept(listener: TcpListener, upstream: SocketAddr, state: watch::Sender<State>) {
    // Ends the connections when this task is ended.
    let mut connections = JoinSet::new();
    loop {
        let Ok((client, _)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        match Link::open(&state) {
            Some(link) => drop(connections.spawn(carry_all(client, upstream, link))),
            None => refuse(client),
        }
    }
}

fn refuse(client: TcpStream) {
    // Without it the close is an orderly one, which is refusal enough.
    client.set_zero_linger().ok();
    drop(client);
}
