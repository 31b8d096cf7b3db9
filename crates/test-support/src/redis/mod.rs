//! A real Redis server for tests and benches, on a free port, in a folder that is removed with it.
//!
//! One server can serve many stores, as long as their prefixes differ. A test that kills, pauses
//! or fills its server starts one for itself.

mod binary;
mod cluster;
mod watched;
mod wire;

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};
use tempfile::TempDir;

pub use self::cluster::Cluster;
pub use self::watched::Watched;
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
    /// The configuration file of a sentinel, which writes into it.
    sentinel: Option<PathBuf>,
    /// What the server asks for; nothing if it is empty.
    password: String,
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
        Self::new(options).launched()
    }

    /// Starts a sentinel with these lines of configuration.
    ///
    /// # Panics
    /// If Redis is not installed or does not start.
    #[must_use]
    pub fn sentinel(configuration: &[String]) -> Self {
        let mut server = Self::new(&[]);
        let file = server.folder.path().join("sentinel.conf");
        fs::write(&file, configuration.join("\n")).expect("there is room for a file");
        server.sentinel = Some(file);
        server.launched()
    }

    fn new(options: &[&str]) -> Self {
        let folder = tempfile::Builder::new().prefix("redis-").tempdir();
        Self {
            port: Port::choose(),
            folder: folder.expect("there is room for a folder"),
            options: options.iter().map(ToString::to_string).collect(),
            sentinel: None,
            password: String::new(),
            child: None,
        }
    }

    /// Starts a server that asks for this password.
    fn launched_as(mut self, password: &str) -> Self {
        password.clone_into(&mut self.password);
        self.launched()
    }

    fn launched(mut self) -> Self {
        let server = &mut self;
        for _ in 0..PORTS {
            if server.launch() {
                return self;
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

    /// Runs a command after logging in. The outer error is the network's, the inner one Redis's.
    ///
    /// # Errors
    /// If there is no reply.
    pub fn try_as(&self, password: &str, command: &[&str]) -> io::Result<Result<String, String>> {
        let login: &[&str] = if password.is_empty() {
            &[]
        } else {
            &["AUTH", password]
        };
        wire::ask_after(self.address(), login, command)
    }

    /// Gives a user another password and ends its connections, as when a token has expired. The user is made if
    /// there is none, and may do everything.
    ///
    /// # Panics
    /// If the server refuses it.
    pub fn change_password(&self, user: &str, password: &str) {
        let password = format!(">{password}");
        let rights = ["~*", "&*", "+@all"];
        let rule = ["ACL", "SETUSER", user, "on", "resetpass", &password];
        self.run(&[&rule[..], &rights].concat());
        self.run(&["CLIENT", "KILL", "USER", user]);
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
        let mut command = binary::command(binary::path());
        if let Some(file) = &self.sentinel {
            command.arg(file).arg("--sentinel");
        } else {
            command.args(["--save", "", "--appendonly", "no"]);
        }
        let child = command
            .args(["--bind", "127.0.0.1", "--port"])
            .arg(self.port.address.port().to_string())
            .args(["--daemonize", "no", "--loglevel", "warning"])
            .arg("--dir")
            .arg(self.folder.path())
            .arg("--logfile")
            .arg(self.folder.path().join("log"))
            .args(&self.options)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", binary::path().display()));
        self.child = Some(child);
        let deadline = Instant::now() + START_TIMEOUT;
        while Instant::now() < deadline {
            let child = self.child.as_mut().expect("it was started");
            let ended = child.try_wait().expect("the server is a child of ours");
            if ended.is_some() {
                self.child = None;
                return false;
            }
            let is_ready = match self.sentinel {
                Some(_) => is_sentinel(self.port.address),
                None => self.is_ready(),
            };
            if is_ready {
                return true;
            }
            thread::sleep(LOOK_AGAIN);
        }
        panic!("the server does not reply:\n{}", self.log());
    }

    /// Returns whether the server in this folder, and no other one, serves its data.
    fn is_ready(&self) -> bool {
        let ready = self.try_as(&self.password, &["PING"]);
        let whose = self.try_as(&self.password, &["CONFIG", "GET", "dir"]);
        let folder = self.folder.path().canonicalize();
        let folder = folder.expect("the folder is there");
        matches!(ready, Ok(Ok(pong)) if pong == "PONG")
            && matches!(whose, Ok(Ok(dir)) if dir.ends_with(&*folder.to_string_lossy()))
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

fn is_sentinel(address: SocketAddr) -> bool {
    // One with a password asks for it, and is ready to.
    let reply = wire::ask(address, &["PING"]);
    matches!(&reply, Ok(Ok(pong)) if pong == "PONG")
        || matches!(&reply, Ok(Err(error)) if error.starts_with("NOAUTH"))
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
