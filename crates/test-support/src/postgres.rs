//! A real PostgreSQL server for tests and benches, on a free port, in a folder that is removed with it.
//!
//! One server can serve many stores, as long as their schemas differ: [`PostgresServer::shared`]. A test that kills,
//! pauses or fills its server starts one for itself.

mod replica;
#[cfg(unix)]
mod tls;

use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::program::{is_root, missing, send_signal};
use crate::redis::Port;

/// Names the folder of other programs to use.
const VARIABLE: &str = "POSTGRES_BIN";
/// How long a server may take to start: after a kill it reads its log.
const START_TIMEOUT: Duration = Duration::from_secs(60);
/// The pause between two looks at a server that starts.
const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// How many ports to try before giving up.
const PORTS: usize = 10;

/// What every server here is started with.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "max_connections=200",
    "shared_buffers=32MB",
    "log_min_messages=warning",
    "autovacuum_naptime=5s",
    // In its folder, so that nothing is left of a server that was killed.
    "dynamic_shared_memory_type=mmap",
];

/// A running server, killed and removed when dropped.
#[derive(Debug)]
pub struct PostgresServer {
    port: Port,
    folder: TempDir,
    settings: Vec<String>,
    child: Option<Child>,
    /// Ends the server and removes its folder when this process ends without having done so.
    watchdog: Option<(Child, ChildStdin)>,
}

impl PostgresServer {
    /// Returns the one server of this process. Nobody may stop it.
    ///
    /// # Panics
    /// If PostgreSQL is not installed or does not start.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<PostgresServer> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// Starts a server whose files are in memory where the system offers that.
    ///
    /// # Panics
    /// If PostgreSQL is not installed or does not start.
    #[must_use]
    pub fn start() -> Self {
        Self::with_settings(&[])
    }

    /// Starts a server with settings such as `synchronous_commit=off`.
    ///
    /// # Panics
    /// If PostgreSQL is not installed or does not start.
    #[must_use]
    pub fn with_settings(settings: &[&str]) -> Self {
        let in_memory = Path::new("/dev/shm");
        let parent = if in_memory.is_dir() {
            in_memory.to_owned()
        } else {
            env::temp_dir()
        };
        Self::new(&parent, settings)
    }

    /// Starts a server whose files are on the disk.
    ///
    /// # Panics
    /// If PostgreSQL is not installed or does not start.
    #[must_use]
    pub fn on_disk() -> Self {
        Self::new(&env::temp_dir(), &[])
    }

    fn new(parent: &Path, settings: &[&str]) -> Self {
        let server = Self::prepared(parent, settings);
        let made = unprivileged("initdb")
            .args([
                "--username",
                "postgres",
                "--auth",
                "trust",
                "--encoding",
                "UTF8",
            ])
            .args(["--locale", "C", "--no-sync", "--pgdata"])
            .arg(server.data())
            .current_dir(server.folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| panic!("initdb: {error}"));
        assert!(made.status.success(), "initdb: {}", said(&made));
        server.started()
    }

    /// A server that has no data yet.
    fn prepared(parent: &Path, settings: &[&str]) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("postgres-")
            .tempdir_in(parent);
        let folder = folder.expect("there is room for a folder");
        own(folder.path());
        Self {
            port: Port::choose(),
            folder,
            settings: settings.iter().map(ToString::to_string).collect(),
            child: None,
            watchdog: None,
        }
    }

    /// The server, running at some port.
    fn started(mut self) -> Self {
        for _ in 0..PORTS {
            if self.launch() {
                return self;
            }
            self.port = Port::choose();
        }
        panic!("no server on any of {PORTS} ports:\n{}", self.log());
    }

    /// Returns the address that the server listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.port.address
    }

    /// Returns the folder of the Unix socket.
    #[must_use]
    pub fn socket_folder(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the URL of the server's database, for a schema.
    #[must_use]
    pub fn url(&self, schema: &str) -> String {
        self.url_at(self.address(), schema)
    }

    /// Returns the same URL with another address, such as that of a proxy.
    #[must_use]
    pub fn url_at(&self, address: SocketAddr, schema: &str) -> String {
        format!("postgres://postgres@{address}/postgres?schema={schema}")
    }

    /// Runs statements and returns what they print, a line for each row with `|` between the columns.
    ///
    /// # Panics
    /// If the server refuses them.
    #[allow(
        clippy::must_use_candidate,
        reason = "most statements are run for what they do"
    )]
    pub fn run(&self, sql: &str) -> String {
        match self.try_run(sql) {
            Ok(told) => told,
            Err(error) => panic!("{sql}: {error}\n{}", self.log()),
        }
    }

    /// The same, with the words of the server if it refuses them.
    ///
    /// # Errors
    /// If the server refuses a statement, or does not reply.
    pub fn try_run(&self, sql: &str) -> Result<String, String> {
        let told = Command::new(program("psql"))
            .args([
                "--no-psqlrc",
                "--quiet",
                "--tuples-only",
                "--no-align",
                "--host",
            ])
            .arg(self.folder.path())
            .args([
                "--port",
                &self.address().port().to_string(),
                "--username",
                "postgres",
            ])
            .args(["--set", "ON_ERROR_STOP=1", "--command", sql, "postgres"])
            .stdin(Stdio::null())
            .output()
            .map_err(|error| error.to_string())?;
        if told.status.success() {
            Ok(String::from_utf8_lossy(&told.stdout).trim_end().to_owned())
        } else {
            Err(said(&told))
        }
    }

    /// Ends the server and all its processes at once, as a lost machine does. What it has not written to its files is
    /// gone.
    ///
    /// # Panics
    /// If it cannot be ended.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let processes = children_of(child.id());
            child.kill().expect("the server is a child of ours");
            child.wait().expect("the server is a child of ours");
            for process in processes {
                // They end by themselves, too, a moment later or before.
                let process = process.to_string();
                let mut kill = Command::new("kill");
                _ = kill
                    .args(["-KILL", &process])
                    .stderr(Stdio::null())
                    .status();
            }
        }
    }

    /// Stops the server, which ends its connections.
    ///
    /// # Panics
    /// If it does not run.
    pub fn stop(&mut self) {
        self.signal("-INT");
        if let Some(mut child) = self.child.take() {
            child.wait().expect("the server is a child of ours");
        }
    }

    /// Starts the server again at the same address with what its files have kept, after killing it where it still runs.
    ///
    /// # Panics
    /// If it does not start.
    pub fn restart(&mut self) {
        self.kill();
        let began = Instant::now();
        while !self.launch() {
            // Processes of the old one may not have ended yet.
            assert!(
                began.elapsed() < START_TIMEOUT,
                "the server did not come back:\n{}",
                self.log()
            );
            thread::sleep(LOOK_AGAIN);
        }
    }

    /// Changes a setting for all new transactions.
    ///
    /// # Panics
    /// If the server refuses it.
    pub fn set(&self, name: &str, value: &str) {
        self.run(&format!("ALTER SYSTEM SET {name} = '{value}'"));
        self.run("SELECT pg_reload_conf()");
    }

    fn signal(&self, signal: &str) {
        let child = self.child.as_ref().expect("the server runs");
        send_signal(child.id(), signal);
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Returns whether the server runs now; it does not if its port was taken.
    fn launch(&mut self) -> bool {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.folder.path().join("log"))
            .expect("there is room for a log");
        let mut command = unprivileged("postgres");
        command.arg("-D").arg(self.data());
        let port = format!("port={}", self.address().port());
        let sockets = format!("unix_socket_directories={}", self.folder.path().display());
        let own = [port.as_str(), sockets.as_str()];
        let given = self.settings.iter().map(String::as_str);
        for setting in SETTINGS.iter().copied().chain(own).chain(given) {
            command.args(["-c", setting]);
        }
        let child = command
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| panic!("postgres: {error}"));
        self.guard(child.id());
        self.child = Some(child);
        let deadline = Instant::now() + START_TIMEOUT;
        while Instant::now() < deadline {
            let child = self.child.as_mut().expect("it was started");
            let ended = child.try_wait().expect("the server is a child of ours");
            if ended.is_some() {
                self.child = None;
                return false;
            }
            if self.is_ready() {
                return true;
            }
            thread::sleep(LOOK_AGAIN);
        }
        panic!("the server does not start:\n{}", self.log());
    }

    /// Returns whether the server has written that it is ready. Its process is the first line.
    fn is_ready(&self) -> bool {
        let status = fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default();
        let process = self.child.as_ref().map(|child| child.id().to_string());
        status.lines().next() == process.as_deref()
            && status
                .lines()
                .last()
                .is_some_and(|last| last.trim() == "ready")
    }

    fn guard(&mut self, server: u32) {
        self.unguard();
        let script = format!(
            "read nothing; kill -QUIT {server}; rm -rf '{}'",
            self.folder.path().display()
        );
        let mut watchdog = Command::new("sh")
            .args(["-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("there is a shell");
        let stdin = watchdog.stdin.take().expect("it was asked for");
        self.watchdog = Some((watchdog, stdin));
    }

    fn unguard(&mut self) {
        if let Some((mut watchdog, _)) = self.watchdog.take() {
            _ = watchdog.kill();
            _ = watchdog.wait();
        }
    }

    /// The end of what the server has written.
    fn log(&self) -> String {
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        self.unguard();
        self.kill();
    }
}

/// Returns the program of this name that belongs to the server.
fn program(name: &str) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        if let Some(named) = env::var_os(VARIABLE) {
            let folder = PathBuf::from(named);
            assert!(
                folder.join("initdb").exists(),
                "{VARIABLE}={} has no initdb",
                folder.display()
            );
            return folder;
        }
        installed().unwrap_or_else(|| panic!("{}", missing("PostgreSQL 14 or newer", VARIABLE)))
    });
    folder.join(name)
}

/// The newest of Debian's folders, or the one in the path.
fn installed() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let versions = versions.filter_map(Result::ok).filter_map(|version| {
        let number: u32 = version.file_name().to_str()?.parse().ok()?;
        let folder = version.path().join("bin");
        folder.join("initdb").exists().then_some((number, folder))
    });
    if let Some((_, folder)) = versions.max() {
        return Some(folder);
    }
    let path = env::var_os("PATH")?;
    env::split_paths(&path).find(|folder| folder.join("initdb").exists())
}

/// A command of the server as a user without rights: the server refuses to run as root.
fn unprivileged(name: &str) -> Command {
    if !is_root() {
        return Command::new(program(name));
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid", "nobody", "--regid", "nogroup", "--clear-groups"])
        .arg(program(name));
    command
}

/// Gives a file or folder to that user.
fn own(path: &Path) {
    if is_root() {
        let user = ["-u", "nobody"].map(OsStr::new);
        let told = Command::new("id").args(user).output();
        let id = told.ok().and_then(|told| {
            String::from_utf8_lossy(&told.stdout)
                .trim()
                .parse::<u32>()
                .ok()
        });
        let id = id.expect("there is a user nobody");
        give(path, id).expect("it is ours");
    }
}

#[cfg(unix)]
fn give(folder: &Path, user: u32) -> io::Result<()> {
    std::os::unix::fs::chown(folder, Some(user), None)
}

#[cfg(not(unix))]
fn give(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

/// The processes of a server.
fn children_of(process: u32) -> Vec<u32> {
    let path = format!("/proc/{process}/task/{process}/children");
    let children = fs::read_to_string(path).unwrap_or_default();
    children
        .split_whitespace()
        .filter_map(|child| child.parse().ok())
        .collect()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr)
        .trim_end()
        .to_owned()
}
