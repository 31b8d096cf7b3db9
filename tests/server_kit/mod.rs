//! The example server as a process, and a client without any library.

#![allow(dead_code, reason = "each test file uses a part of the kit")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;

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
        let answer = self.ask(&format!(
            "POST /api/analyze HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
            body.len()
        ), &body);
        answer["job_id"].as_str().expect("an id").to_owned()
    }

    /// Asks for the status until it is so.
    pub(crate) fn until(&self, id: &str, mut is_so: impl FnMut(&Value) -> bool) -> Value {
        let began = Instant::now();
        loop {
            let status = self.ask(&format!("GET /api/status/{id} HTTP/1.1\r\n"), "");
            if is_so(&status) {
                return status;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "{status}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Asks for the health until it is so.
    pub(crate) fn health_until(&self, is_so: impl Fn(&Value) -> bool) -> Value {
        let began = Instant::now();
        loop {
            let health = self.ask("GET /health HTTP/1.1\r\n", "");
            if is_so(&health) {
                return health;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "{health}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn report(&self, handle: &str) -> Value {
        let id = self.submit(handle);
        self.until(&id, |status| status["status"] == "completed");
        self.ask(&format!("GET /api/report/{id} HTTP/1.1\r\n"), "")
    }

    pub(crate) fn ask(&self, head: &str, body: &str) -> Value {
        let text = self.text(head, body);
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("JSON: {text}"))
    }

    pub(crate) fn text(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.address).expect("it listens");
        let request = format!("{head}host: localhost\r\nconnection: close\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream
            .read_to_string(&mut answer)
            .expect("it answers in text");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        body.to_owned()
    }

    /// Ends the server at once, as a lost machine does.
    pub(crate) fn kill(mut self) {
        self.process.kill().expect("it is a child of ours");
        self.process.wait().expect("it is a child of ours");
    }

    /// Stops the server as a process manager does, and answers its exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let id = self.process.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .expect("kill")
                .success()
        );
        self.process.wait().expect("it ends").code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
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
