//! The terminal client as people and scripts use it: run as a process against a server.

mod server_kit;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use report_pipeline::http::{Api, serve};
use report_pipeline::social::{HeuristicAnalyzer, ReportAssembler, SimulatedScraper, Snapshot};
use report_pipeline::{
    Client, MemoryStore, PhaseContext, PhaseError, Pipeline, Scraper, Status, Target, Workers,
    async_trait,
};
use serde_json::Value;
use tokio::net::TcpListener;

/// Simulated accounts; `gone` does not exist, and `slow` takes until the end of the test.
#[derive(Debug)]
struct Platform(SimulatedScraper);

#[async_trait]
impl Scraper for Platform {
    type Output = Snapshot;

    async fn scrape(&self, target: &Target, ctx: &PhaseContext) -> Result<Snapshot, PhaseError> {
        match target.handle.as_str() {
            "gone" => Err(PhaseError::permanent("\u{1b}[2Jthe account does not exist")),
            "slow" => std::future::pending().await,
            _ => self.0.scrape(target, ctx).await,
        }
    }
}

struct Server {
    address: SocketAddr,
    client: Client,
    _workers: Workers,
}

impl Server {
    async fn start(change: impl FnOnce(Api) -> Api) -> Self {
        let client = Client::new(MemoryStore::new());
        let pipeline = Pipeline::builder(
            client.clone(),
            Platform(SimulatedScraper::new()),
            HeuristicAnalyzer::new(),
            ReportAssembler::new(),
        )
        .build();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let api = change(Api::new(client.clone()));
        tokio::spawn(serve(listener, api, std::future::pending()));
        Self {
            address,
            client,
            _workers: pipeline.start(),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command
            .args(["--server", &format!("http://{}", self.address)])
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    async fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = self.command(arguments);
        let output = tokio::task::spawn_blocking(move || command.output());
        ended(output.await.unwrap().unwrap())
    }
}

fn ended(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_is_printed_for_people_and_for_programs() {
    let server = Server::start(|api| api).await;
    let (code, out, log) = server.run(&["@NASA", "--platform", "tiktok"]).await;
    assert_eq!(code, 0, "{log}");
    assert!(out.starts_with("! SIMULATED DATA"), "{out}");
    for part in ["@nasa on tiktok", "score ", "brand safety", "followers"] {
        assert!(out.contains(part), "no {part} in {out}");
    }
    let rate = out.lines().find(|line| line.starts_with("engagement rate"));
    assert!(rate.is_some_and(|line| line.ends_with(" %")), "{rate:?}");
    let (code, out, _) = server
        .run(&["https://www.tiktok.com/@nasa", "--json"])
        .await;
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["handle"]), (0, &"nasa".into()));
    // The same account, asked for twice, was one job.
    assert_eq!(server.client.stats().await.unwrap().jobs.total(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_event_streams_it_asks() {
    let server = Server::start(|api| api.with_max_streams(0)).await;
    let (code, out, log) = server.run(&["nasa"]).await;
    assert_eq!(code, 0, "{log}");
    assert!(out.contains("@nasa on instagram"), "{out}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scripts_can_tell_what_went_wrong() {
    let server = Server::start(|api| api).await;
    let (code, out, log) = server.run(&["gone"]).await;
    assert_eq!((code, &*out), (1, ""), "{log}");
    assert!(log.contains("the account does not exist"), "{log}");
    assert!(!log.contains('\u{1b}'), "{log:?}");

    for wrong in [&["not a name"][..], &["nasa", "--platform", "nowhere"]] {
        let (code, _, log) = server.run(wrong).await;
        assert_eq!(code, 2, "{log}");
        assert!(log.contains("platform") || log.contains("handle"), "{log}");
    }
    for arguments in [
        &["nasa", "--server", "ftp://somewhere"][..],
        &["nasa", "--no-such-flag"],
    ] {
        let output = Command::new(program()).args(arguments).output().unwrap();
        assert_eq!(ended(output).0, 2);
    }
    // A port that was free a moment ago.
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let output = Command::new(program())
        .args(["nasa", "--server", &address])
        .output()
        .unwrap();
    let (code, _, log) = ended(output);
    assert_eq!(code, 3);
    assert!(log.contains(&address), "{log}");

    let help = Command::new(program()).arg("--help").output().unwrap();
    assert!(ended(help).1.contains("130  interrupted"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupt_offers_to_cancel_the_job() {
    let server = Server::start(|api| api).await;
    for (answer, status) in [("n\n", Status::Processing), ("y\n", Status::Failed)] {
        let mut command = server.command(&["slow"]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let talk = tokio::task::spawn_blocking(move || interrupt(command.spawn().unwrap(), answer));
        let (code, log) = talk.await.unwrap();
        assert_eq!(code, Some(130), "{log}");
        assert!(log.contains("Cancel the job"), "{log}");
        let id = server.client.submit(slow()).await.unwrap().job().id;
        if status == Status::Failed {
            // The cancelled job no longer holds its account: this submit made a new one.
            assert_eq!(
                server.client.stats().await.unwrap().jobs.total(),
                2,
                "{log}"
            );
        } else {
            let job = server.client.status(id).await.unwrap().unwrap();
            assert_eq!((job.status, job.cancel_requested), (status, false));
        }
    }
}

fn slow() -> Target {
    report_pipeline::Platforms::default()
        .target(None, "slow")
        .unwrap()
}

/// Interrupts it once the job runs, answers its question, and tells how it ended.
fn interrupt(mut process: Child, answer: &str) -> (Option<i32>, String) {
    let mut log = BufReader::new(process.stderr.take().unwrap());
    let mut text = String::new();
    while !text.contains("Scraping") {
        assert_ne!(log.read_line(&mut text).unwrap(), 0, "{text}");
    }
    let id = process.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status();
    assert!(sent.unwrap().success());
    let mut input = process.stdin.take().unwrap();
    input.write_all(answer.as_bytes()).unwrap();
    log.read_to_string(&mut text).unwrap();
    (process.wait().unwrap().code(), text)
}

/// The client's program.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| server_kit::example("submit"))
}
