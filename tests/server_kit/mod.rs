//! The example server as a process, and a client without any library.

#![allow(dead_code, reason = "each test file uses a part of the kit")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long what must come may take, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running server; killed when dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) fn start(flags: &[&str]) -> Self {
        let mut process = Command::new(program())
            .args(["--listen", "127.0.0.1:0"])
            .args(flags)
            .env("RUST_LOG", "info")
            .env("NO_COLOR", "1")
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut log = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert_ne!(
                log.read_line(&mut line).expect("text"),
                0,
                "it ended too soon"
            );
            if let Some((_, address)) = line.trim_end().split_once("listening address=") {
                break address.parse().expect("an address");
            }
        };
        // Somebody has to read on, or the server would wait for room in the pipe.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Self { process, address }
    }

    pub(crate) fn submit(&self, handle: &str) -> String {
        let body = serde_json::json!({ "handle": handle }).to_string();
        let head = format!(
            "POST /api/analyze HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
            body.len()
        );
        let accepted = self.ask(&head, &body);
        accepted["job_id"].as_str().expect("an id").to_owned()
    }

    /// Polls the status until it is so.
    pub(crate) fn until(&self, id: &str, is_so: impl FnMut(&Value) -> bool) -> Value {
        poll(is_so, || {
            self.ask(&format!("GET /api/status/{id} HTTP/1.1\r\n"), "")
        })
    }

    /// Polls the health until it is so; a store that is away counts as a state of health.
    pub(crate) fn health_until(&self, is_so: impl FnMut(&Value) -> bool) -> Value {
        poll(is_so, || json(&self.text("GET /health HTTP/1.1\r\n", "")))
    }

    pub(crate) fn report(&self, handle: &str) -> Value {
        let id = self.submit(handle);
        self.until(&id, |status| status["status"] == "completed");
        self.report_of(&id)
    }

    /// The report of a completed job.
    pub(crate) fn report_of(&self, id: &str) -> Value {
        self.ask(&format!("GET /api/report/{id} HTTP/1.1\r\n"), "")
    }

    /// Sends a request, again while the service is unavailable, as a client would, and returns the
    /// JSON of a response that succeeds.
    pub(crate) fn ask(&self, head: &str, body: &str) -> Value {
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

    /// The content of the response, whatever its status.
    pub(crate) fn text(&self, head: &str, body: &str) -> String {
        content(&self.response(head, body)).to_owned()
    }

    fn response(&self, head: &str, body: &str) -> String {
        let mut stream = self.send(head, body);
        let mut response = String::new();
        stream.read_to_string(&mut response).expect("text");
        response
    }

    /// Sends a request; the response is still to be read.
    pub(crate) fn send(&self, head: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).expect("it listens");
        let request = format!("{head}host: localhost\r\nconnection: close\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).expect("it reads");
        stream
    }

    /// Ends the server at once, as a lost machine does.
    pub(crate) fn kill(mut self) {
        self.process.kill().expect("it is a child of ours");
        self.process.wait().expect("it is a child of ours");
    }

    /// Stops the server as a process manager does, and returns its exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        self.terminate();
        self.exit_code()
    }

    /// Waits until the server has ended.
    pub(crate) fn exit_code(&mut self) -> Option<i32> {
        self.process.wait().expect("it ends").code()
    }

    /// Asks the server to end, as a process manager does.
    pub(crate) fn terminate(&self) {
        let id = self.process.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .expect("kill")
                .success()
        );
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
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn content(response: &str) -> &str {
    let (_, content) = response.split_once("\r\n\r\n").expect("a head and a body");
    content
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| panic!("not JSON: {text}"))
}

/// The server's program.
pub(crate) fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| example("server"))
}

/// The program of an example, built if that is still to be done.
pub(crate) fn example(name: &str) -> PathBuf {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--offline", "--example", name])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(
        built.expect("cargo runs").success(),
        "the example does not build"
    );
    let test = std::env::current_exe().expect("this test has a path");
    let target = test.ancestors().nth(2).expect("target/debug/deps/test");
    target.join("examples").join(name)
}
