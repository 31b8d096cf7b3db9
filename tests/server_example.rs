//! The example server as a stranger uses it: started as a process, asked over a socket, stopped by
//! a signal.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

#[test]
fn without_flags_it_reports_on_simulated_accounts_and_says_so() {
    let server = Server::start(&[]);
    let report = server.report("@NASA");
    assert_eq!(report["handle"], "nasa");
    assert_eq!(report["data_origin"]["kind"], "simulated");
    let banner = report["warning_banners"][0].as_str().expect("a banner");
    assert!(banner.to_lowercase().contains("simulated"), "{banner}");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn with_an_archive_it_reports_the_numbers_of_the_record() {
    let mut archive = tempfile::Builder::new()
        .suffix(".jsonl")
        .tempfile()
        .expect("a file");
    let record = r#"{"platform":"instagram","handle":"real_one","source":"test","profile":{"follower_count":288,"following_count":4276,"post_count":1}}"#;
    writeln!(archive, "{record}").expect("room");
    let server = Server::start(&["--archive", archive.path().to_str().expect("a plain path")]);
    let report = server.report("real_one");
    let metric = |name: &str| {
        let metrics = report["profile_metrics"].as_array().expect("a list");
        metrics
            .iter()
            .find(|metric| metric["name"] == name)
            .expect("the metric")["value"]
            .clone()
    };
    assert_eq!(
        (metric("followers"), metric("following")),
        (288.0.into(), 4276.0.into())
    );
    // Nobody invents an account that the archive does not have.
    let id = server.submit("somebody_else");
    let last = server.until(&id, |status| status["status"] == "failed");
    assert!(
        last["error_message"]
            .as_str()
            .is_some_and(|why| why.contains("somebody_else"))
    );
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn percent_rises_through_the_phases_and_a_signal_lets_jobs_finish() {
    let server = Server::start(&["--phase-delay", "700ms"]);
    let id = server.submit("nasa");
    let mut seen: Vec<(String, u64)> = Vec::new();
    server.until(&id, |status| {
        let phase = status["phase"].as_str().expect("a phase").to_owned();
        seen.push((phase, status["percent"].as_u64().expect("a number")));
        status["percent"] == 100
    });
    assert!(seen.is_sorted_by_key(|(_, percent)| *percent), "{seen:?}");
    for (phase, percents) in [
        ("Scraping", 1..=29),
        ("Analysis", 31..=89),
        ("Finalizing", 91..=99),
    ] {
        let within = |(name, percent): &(String, u64)| name == phase && percents.contains(percent);
        assert!(seen.iter().any(within), "nothing within {phase}: {seen:?}");
    }
    let unfinished = server.submit("esa");
    server.until(&unfinished, |status| status["status"] == "processing");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn what_cannot_work_is_said_in_a_sentence() {
    for (flags, words) in [
        (
            &["--archive", "/no/such/archive.jsonl"][..],
            "/no/such/archive.jsonl",
        ),
        (
            &["--store", "redis://:secret@127.0.0.1:1"][..],
            "Redis cannot be reached",
        ),
        (
            &["--store", "https://:secret@127.0.0.1"][..],
            "not the address of a Redis",
        ),
        (
            &["--listen", "256.0.0.1:1"][..],
            "cannot listen on 256.0.0.1:1",
        ),
    ] {
        let output = Command::new(binary())
            .args(flags)
            .output()
            .expect("it runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{errors}");
        assert!(
            errors.starts_with("error: ") && errors.contains(words),
            "{errors}"
        );
        assert!(!errors.contains("secret"), "{errors}");
    }
}

/// A running server; killed when dropped.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(flags: &[&str]) -> Self {
        let mut process = Command::new(binary())
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
                break address.to_owned();
            }
        };
        // Somebody has to read on, or the server would wait for room in the pipe.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Self { process, address }
    }

    fn submit(&self, handle: &str) -> String {
        let body = serde_json::json!({ "handle": handle }).to_string();
        let answer = self.ask(&format!(
            "POST /api/analyze HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
            body.len()
        ), &body);
        answer["job_id"].as_str().expect("an id").to_owned()
    }

    /// Asks for the status until it is so.
    fn until(&self, id: &str, mut is_so: impl FnMut(&Value) -> bool) -> Value {
        let began = Instant::now();
        loop {
            let status = self.ask(&format!("GET /api/status/{id} HTTP/1.1\r\n"), "");
            if is_so(&status) {
                return status;
            }
            assert!(began.elapsed() < Duration::from_secs(30), "{status}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn report(&self, handle: &str) -> Value {
        let id = self.submit(handle);
        self.until(&id, |status| status["status"] == "completed");
        self.ask(&format!("GET /api/report/{id} HTTP/1.1\r\n"), "")
    }

    fn ask(&self, head: &str, body: &str) -> Value {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        let request = format!("{head}host: localhost\r\nconnection: close\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream
            .read_to_string(&mut answer)
            .expect("it answers in text");
        let (_, json) = answer.split_once("\r\n\r\n").expect("a head and a body");
        serde_json::from_str(json).unwrap_or_else(|_| panic!("JSON: {answer}"))
    }

    /// Stops the server as a process manager does, and answers its exit code.
    fn stop(mut self) -> Option<i32> {
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

/// The example's program, built if that is still to be done.
fn binary() -> PathBuf {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--offline", "--example", "server"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(
        built.expect("cargo runs").success(),
        "the example does not build"
    );
    let test = std::env::current_exe().expect("this test has a path");
    let target = test.ancestors().nth(2).expect("target/debug/deps/test");
    target.join("examples/server")
}
