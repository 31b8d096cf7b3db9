//! The root package's example server as a process, and a client without any library.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::program::send_signal;

/// The maximum time that what must come may take, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);
/// The pause between two looks at the server.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A running server, killed when dropped.
///
/// Every method panics where the server does not do what it is asked: a test has no use for a
/// server that does not work.
#[derive(Debug)]
pub struct Server {
    process: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts the example server on a free port with `flags`, and waits until it listens.
    ///
    /// # Panics
    /// If it does not build or does not start.
    #[must_use]
    pub fn start(flags: &[&str]) -> Self {
        Self::start_program(program(), flags)
    }

    /// Starts a program that is the example server of this or another version, as [`start`](Self::start)
    /// does.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn start_program(program: &Path, flags: &[&str]) -> Self {
        Self::start_with(program, &[], flags)
    }

    /// Starts a program as [`start_program`](Self::start_program) does, with variables in its environment.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn start_with(program: &Path, variables: &[(&str, &str)], flags: &[&str]) -> Self {
        let mut process = Command::new(program)
            .args(["--listen", "127.0.0.1:0"])
            .args(flags)
            .env("RUST_LOG", "info")
            .env("NO_COLOR", "1")
            // By default simulated accounts take a few seconds, for people to see.
            .env("PHASE_DELAY", "0ms")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut log = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut line = String::new();
        let address = loop {
            line.clear();
            let read = log.read_line(&mut line).expect("the log is text");
            assert_ne!(read, 0, "the server ended before it listened");
            if let Some((_, address)) = line.trim_end().split_once("listening address=") {
                break address.parse().expect("the log names an address");
            }
        };
        // Somebody has to read on, or the server would wait for room in the pipe.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Self { process, address }
    }

    /// Submits an account and returns the id of its job.
    ///
    /// # Panics
    /// If the server refuses it.
    #[must_use]
    pub fn submit(&self, handle: &str) -> String {
        let body = serde_json::json!({ "handle": handle }).to_string();
        let head = format!(
            "POST /api/analyze HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
            body.len()
        );
        let accepted = self.ask(&head, &body);
        accepted["job_id"].as_str().expect("an id").to_owned()
    }

    /// Polls a job's status until `is_so` returns true, and returns the last one.
    ///
    /// # Panics
    /// If that takes longer than two minutes.
    pub fn until(&self, id: &str, is_so: impl FnMut(&Value) -> bool) -> Value {
        poll(is_so, || {
            self.ask(&format!("GET /api/status/{id} HTTP/1.1\r\n"), "")
        })
    }

    /// Polls the server's health until `is_so` returns true, and returns the last one. A store that
    /// is away counts as a state of health.
    ///
    /// # Panics
    /// If that takes longer than two minutes.
    pub fn health_until(&self, is_so: impl FnMut(&Value) -> bool) -> Value {
        poll(is_so, || json(&self.text("GET /health HTTP/1.1\r\n", "")))
    }

    /// Submits an account, waits for the end of its job and returns its report.
    ///
    /// # Panics
    /// If there is no report within two minutes.
    #[must_use]
    pub fn report(&self, handle: &str) -> Value {
        let id = self.submit(handle);
        self.until(&id, |status| status["status"] == "completed");
        self.report_of(&id)
    }

    /// Returns the report of a completed job.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn report_of(&self, id: &str) -> Value {
        self.ask(&format!("GET /api/report/{id} HTTP/1.1\r\n"), "")
    }

    /// Sends a request, again while the service is unavailable, as a client would, and returns the
    /// JSON of a response that succeeds.
    ///
    /// `head` is the request line and header lines, each with its line end, without `host` and
    /// `connection`.
    ///
    /// # Panics
    /// If the response is an error, or the service stays unavailable for two minutes.
    #[must_use]
    pub fn ask(&self, head: &str, body: &str) -> Value {
        let began = Instant::now();
        loop {
            let response = self.response(head, body);
            if response.starts_with("HTTP/1.1 2") {
                return json(content(&response));
            }
            let unavailable = response.starts_with("HTTP/1.1 503 ");
            assert!(unavailable && began.elapsed() < PATIENCE, "{response}");
            // Sooner than Retry-After says: tests are impatient.
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Sends a request as [`ask`](Self::ask) does and returns the content of the response, whatever
    /// its status.
    ///
    /// # Panics
    /// If the server does not respond in text.
    #[must_use]
    pub fn text(&self, head: &str, body: &str) -> String {
        content(&self.response(head, body)).to_owned()
    }

    /// Sends a request as [`ask`](Self::ask) does and returns the whole response, head included.
    ///
    /// # Panics
    /// If the server does not respond in text.
    #[must_use]
    pub fn response(&self, head: &str, body: &str) -> String {
        let mut stream = self.send(head, body);
        let mut response = String::new();
        stream.read_to_string(&mut response).expect("text");
        response
    }

    /// Sends a request as [`ask`](Self::ask) does, and returns the connection on which the response
    /// is still to be read.
    ///
    /// # Panics
    /// If the server does not listen.
    #[must_use]
    pub fn send(&self, head: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).expect("the server listens");
        let request = format!("{head}host: localhost\r\nconnection: close\r\n\r\n{body}");
        stream
            .write_all(request.as_bytes())
            .expect("the server reads");
        stream
    }

    /// Ends the server at once, as a lost machine does.
    ///
    /// # Panics
    /// If it cannot be ended.
    pub fn kill(mut self) {
        self.process.kill().expect("the server is a child of ours");
        self.process.wait().expect("the server is a child of ours");
    }

    /// Stops the server as a process manager does, and returns its exit code.
    ///
    /// # Panics
    /// If it does not run.
    #[must_use]
    pub fn stop(mut self) -> Option<i32> {
        self.terminate();
        self.exit_code()
    }

    /// Asks the server to end with SIGTERM, as a process manager does.
    ///
    /// # Panics
    /// If it does not run.
    pub fn terminate(&self) {
        send_signal(self.process.id(), "-TERM");
    }

    /// Waits until the server has ended, and returns its exit code.
    ///
    /// # Panics
    /// If it cannot be waited for.
    #[must_use]
    pub fn exit_code(&mut self) -> Option<i32> {
        self.process.wait().expect("the server ends").code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

fn poll(mut is_so: impl FnMut(&Value) -> bool, ask: impl Fn() -> Value) -> Value {
    let began = Instant::now();
    loop {
        let state = ask();
        if is_so(&state) {
            return state;
        }
        assert!(began.elapsed() < PATIENCE, "{state}");
        std::thread::sleep(LOOK_AGAIN);
    }
}

fn content(response: &str) -> &str {
    let (_, content) = response.split_once("\r\n\r\n").expect("a head and a body");
    content
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| panic!("not JSON: {text}"))
}

/// Returns the path of the example server's program, which is built first where it is not up to date.
///
/// # Panics
/// If it does not build.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| build("report-pipeline-server-example", ["--example", "server"]))
}

/// Returns the path of `report-server`: what `REPORT_SERVER` names, because whoever has built all has built it, too.
/// Otherwise it is built first where it is not up to date.
///
/// # Panics
/// If it does not build.
pub fn report_server() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let named = std::env::var_os("REPORT_SERVER").map(PathBuf::from);
        named.unwrap_or_else(|| build("report-server", ["--bin", "report-server"]))
    })
}

fn build(package: &str, target: [&str; 2]) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    // Cargo names the program that it has built, wherever the target folder is.
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo
        .args(["build", "--quiet", "--offline", "--locked"])
        .args(["--package", package])
        .args(target)
        .arg("--message-format=json-render-diagnostics");
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let output = cargo
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{package} does not build");
    let messages = output.stdout.split(|byte| *byte == b'\n');
    let executable = messages
        .filter_map(|line| serde_json::from_slice::<Value>(line).ok())
        .find_map(|message| Some(message["executable"].as_str()?.into()));
    executable.expect("cargo names the program")
}
