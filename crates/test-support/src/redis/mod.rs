//! A real Redis server for tests and benches, on a free port, in a folder that is removed with it.
//!
//! One server can serve many stores, as long as their prefixes differ. A test that kills, pauses
//! or fills its server starts one for itself.

mod binary;
mod wire;

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};
use tempfile::TempDir;

use crate::program::send_signal;

/// How long a server may take to start.
const START_TIMEOUT: Duration = Duration::from_secs(20);
/// The pause between two looks at a server that starts.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// How many ports to try before giving up.
const PORTS: usize = 10;

/// The options of a server whose acknowledged writes survive a kill.
pub const DURABLE: &[&str] = &["--appendonly", "yes", "--appendfsync", "always"];

/// A running Redis server, killed and removed when dropped.
#[derive(Debug)]
pub struct RedisServer {
    port: Port,
    folder: TempDir,
    options: Vec<String>,
    child: Option<Child>,
}

impl RedisServer {
    /// Starts a server that keeps everything in memory.
    ///
    /// # Panics
    /// If Redis is not installed or does not start.
    #[must_use]
    pub fn start() -> Self {
        Self::with_options(&[])
    }

    /// Starts a server with options in the form of its command line, such as [`DURABLE`].
    ///
    /// # Panics
    /// If Redis is not installed or does not start.
    #[must_use]
    pub fn with_options(options: &[&str]) -> Self {
        let folder = tempfile::Builder::new().prefix("redis-").tempdir();
        let mut server = Self {
            port: Port::choose(),
            folder: folder.expect("there is room for a folder"),
            options: options.iter().map(ToString::to_string).collect(),
            child: None,
        };
        for _ in 0..PORTS {
            if server.launch() {
                return server;
            }
            server.port = Port::choose();
        }
        panic!("no server on any of {PORTS} ports:\n{}", server.log());
    }

    /// Returns the address that the server listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.port.address
    }

    /// Returns the URL of the server's first database.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://{}/0", self.address())
    }

    /// Runs a command and returns its reply; the elements of a list are put on lines.
    ///
    /// # Panics
    /// If there is no reply, or the reply is an error.
    #[allow(
        clippy::must_use_candidate,
        reason = "most commands are run for what they do"
    )]
    pub fn run(&self, command: &[&str]) -> String {
        match wire::ask(self.address(), command) {
            Ok(Ok(reply)) => reply,
            Ok(Err(error)) => panic!("{} was refused: {error}", command[0]),
            Err(error) => panic!("{} got no reply: {error}\n{}", command[0], self.log()),
        }
    }

    /// Ends the server at once, as `kill -9` and a lost machine do.
    ///
    /// # Panics
    /// If it cannot be ended.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("the server is a child of ours");
            child.wait().expect("the server is a child of ours");
        }
    }

    /// Stops the server with SIGTERM and waits for its end.
    ///
    /// # Panics
    /// If it does not run.
    pub fn stop(&mut self) {
        self.signal("-TERM");
        if let Some(mut child) = self.child.take() {
            child.wait().expect("the server is a child of ours");
        }
    }

    /// Starts the server again at the same address with what its files have kept, after killing
    /// it where it still runs.
    ///
    /// # Panics
    /// If it does not start.
    pub fn restart(&mut self) {
        self.kill();
        assert!(
            self.launch(),
            "the server did not come back:\n{}",
            self.log()
        );
    }

    /// Makes the server stand still with its connections open.
    ///
    /// # Panics
    /// If it does not run.
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    /// Ends a pause.
    ///
    /// # Panics
    /// If the server does not run.
    pub fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let child = self.child.as_ref().expect("the server runs");
        send_signal(child.id(), signal);
    }

    /// Returns whether the server runs now; it does not if its port was taken.
    fn launch(&mut self) -> bool {
        let child = binary::command(binary::path())
            .args(["--bind", "127.0.0.1", "--port"])
            .arg(self.port.address.port().to_string())
            .args(["--daemonize", "no", "--loglevel", "warning"])
            .args(["--save", "", "--appendonly", "no"])
            .arg("--dir")
            .arg(self.folder.path())
            .arg("--logfile")
            .arg(self.folder.path().join("log"))
            .args(&self.options)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", binary::path().display()));
        let child = self.child.insert(child);
        let deadline = Instant::now() + START_TIMEOUT;
        while Instant::now() < deadline {
            let ended = child.try_wait().expect("the server is a child of ours");
            if ended.is_some() {
                self.child = None;
                return false;
            }
            if is_ready(self.port.address, self.folder.path()) {
                return true;
            }
            thread::sleep(LOOK_AGAIN);
        }
        panic!("the server does not reply:\n{}", self.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Returns whether the server in this folder, and no other one, serves its data at `address`.
fn is_ready(address: SocketAddr, folder: &std::path::Path) -> bool {
    let ready = wire::ask(address, &["PING"]);
    let whose = wire::ask(address, &["CONFIG", "GET", "dir"]);
    let folder = folder.canonicalize().expect("the folder is there");
    matches!(ready, Ok(Ok(pong)) if pong == "PONG")
        && matches!(whose, Ok(Ok(dir)) if dir.ends_with(&*folder.to_string_lossy()))
}

/// A port of 127.0.0.1 that nobody else uses while this exists.
#[derive(Debug)]
pub struct Port {
    /// The port with its IP address.
    pub address: SocketAddr,
    /// Keeps the port from everybody else, also while its server is down: Linux lets a server
    /// listen on a port that another socket is bound to, if that does not listen and both allow it.
    _held: Option<Socket>,
}

impl Port {
    /// Chooses a free port.
    ///
    /// # Panics
    /// If no port is free.
    #[must_use]
    pub fn choose() -> Self {
        let bind = || -> io::Result<(SocketAddr, Socket)> {
            let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
            socket.set_reuse_address(true)?;
            socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
            let address = socket.local_addr()?.as_socket();
            Ok((address.expect("an IPv4 address"), socket))
        };
        let (address, socket) = bind().expect("a port is free");
        Self {
            address,
            _held: cfg!(target_os = "linux").then_some(socket),
        }
    }
}
