//! A real Redis for tests and benches: a server of one's own, on a free port, in a folder that
//! goes away with it.
//!
//! One server can serve many stores, as long as their prefixes differ. A test that kills, pauses
//! or fills its server has one for itself.

#![allow(dead_code, reason = "each test file uses a part of the kit")]

mod binary;
mod wire;

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::net::TcpSocket;

/// How long a server may take until it answers.
const START_TIMEOUT: Duration = Duration::from_secs(20);
/// How long to wait between two looks at a server that starts.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// How many ports to try before giving up.
const PORTS: usize = 10;

/// Options of a server whose writes are safe from a kill as soon as they are answered.
pub(crate) const DURABLE: &[&str] = &["--appendonly", "yes", "--appendfsync", "always"];

/// A running `redis-server`, killed and removed when this is dropped.
#[derive(Debug)]
pub(crate) struct RedisServer {
    port: Port,
    folder: TempDir,
    options: Vec<String>,
    child: Option<Child>,
}

impl RedisServer {
    /// Starts a server that keeps everything in memory.
    pub(crate) fn start() -> Self {
        Self::with_options(&[])
    }

    /// Starts a server with options in the form of its command line.
    pub(crate) fn with_options(options: &[&str]) -> Self {
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

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.port.address
    }

    /// Its first database, as an address for clients.
    pub(crate) fn url(&self) -> String {
        format!("redis://{}/0", self.address())
    }

    /// Carries a command out and answers its reply, with the elements of a list in lines.
    ///
    /// # Panics
    /// If the server does not answer, or answers with an error.
    pub(crate) fn run(&self, command: &[&str]) -> String {
        match wire::ask(self.address(), command) {
            Ok(Ok(reply)) => reply,
            Ok(Err(error)) => panic!("{} was refused: {error}", command[0]),
            Err(error) => panic!("{} was not answered: {error}\n{}", command[0], self.log()),
        }
    }

    /// Ends it at once, as `kill -9` and a lost machine do.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("the server is a child of ours");
            child.wait().expect("the server is a child of ours");
        }
    }

    /// Ends it in an orderly way.
    pub(crate) fn stop(&mut self) {
        self.signal("-TERM");
        if let Some(mut child) = self.child.take() {
            child.wait().expect("the server is a child of ours");
        }
    }

    /// Starts it again at the same address, with what its files have kept. Kills it first if it
    /// still runs.
    pub(crate) fn restart(&mut self) {
        self.kill();
        assert!(
            self.launch(),
            "the server did not come back:\n{}",
            self.log()
        );
    }

    /// Lets it stand still, with its connections open.
    pub(crate) fn pause(&self) {
        self.signal("-STOP");
    }

    /// Ends a pause.
    pub(crate) fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let child = self.child.as_ref().expect("the server runs");
        send_signal(child.id(), signal);
    }

    /// Answers whether the server runs now; it does not if its port was taken.
    fn launch(&mut self) -> bool {
        let child = Command::new(binary::path())
            // Debian's server is one program under several names, and asks which one it was.
            .arg0("redis-server")
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
            if answers(self.port.address, self.folder.path()) {
                return true;
            }
            thread::sleep(LOOK_AGAIN);
        }
        panic!("the server does not answer:\n{}", self.log());
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

/// Sends a signal to a process that the caller has started.
pub(crate) fn send_signal(process: u32, signal: &str) {
    let sent = Command::new("kill")
        .args([signal, &process.to_string()])
        .status();
    assert!(
        sent.expect("kill runs").success(),
        "kill {signal} {process}"
    );
}

/// Whether the server in this folder, and no other one, has its data and serves it at `address`.
fn answers(address: SocketAddr, folder: &std::path::Path) -> bool {
    let ready = wire::ask(address, &["PING"]);
    let whose = wire::ask(address, &["CONFIG", "GET", "dir"]);
    let folder = folder.canonicalize().expect("the folder is there");
    matches!(ready, Ok(Ok(pong)) if pong == "PONG")
        && matches!(whose, Ok(Ok(dir)) if dir.ends_with(&*folder.to_string_lossy()))
}

/// A port of 127.0.0.1.
#[derive(Debug)]
pub(crate) struct Port {
    pub(crate) address: SocketAddr,
    /// Keeps the port from everybody else, also while its server is down: Linux lets a server
    /// listen on a port that another socket is bound to, if that does not listen and both allow it.
    _held: Option<TcpSocket>,
}

impl Port {
    pub(crate) fn choose() -> Self {
        let bind = || -> io::Result<(SocketAddr, TcpSocket)> {
            let socket = TcpSocket::new_v4()?;
            socket.set_reuseaddr(true)?;
            socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
            Ok((socket.local_addr()?, socket))
        };
        let (address, socket) = bind().expect("a port is free");
        Self {
            address,
            _held: cfg!(target_os = "linux").then_some(socket),
        }
    }
}
