//! The terminal client as people and scripts use it: run as a process against a server.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{Command, Output, Stdio};

use report_pipeline::http::{Api, serve};
use report_pipeline::{
    Client, MemoryStore, PhaseContext, PhaseError, Pipeline, Scraper, Status, Target, Workers,
    async_trait,
};
use report_pipeline_social::{HeuristicAnalyzer, ReportAssembler, SimulatedScraper, Snapshot};
use serde_json::Value;
use tokio::net::TcpListener;

const PROGRAM: &str = env!("CARGO_BIN_EXE_report-client");

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
        let mut command = Command::new(PROGRAM);
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
    for part in [
        "@nasa on tiktok",
        "score ",
        "brand safety",
        "followers",
        "activity ",
        "reach of a post ",
    ] {
        assert!(out.contains(part), "no {part} in {out}");
    }
    // What to do comes before every figure.
    let at = |part: &str| {
        out.find(part)
            .unwrap_or_else(|| panic!("no {part} in {out}"))
    };
    assert!(at("\nLook closer: ") < at("\nscore "), "{out}");
    assert!(
        at("\n  * ") < at("\nscore ") && at("\n  ? ") < at("\nscore "),
        "{out}"
    );
    // An account with flags: below a fact stand the posts and comments that it rests on.
    let (_, flagged, log) = server.run(&["nova77"]).await;
    let decided = flagged.split("\nscore ").next().unwrap_or_default();
    let quoted = decided.lines().skip_while(|line| !line.starts_with("  * "));
    let quoted = quoted.filter(|line| {
        let words = line.trim_start();
        words.starts_with("post:") || words.starts_with("comment:")
    });
    assert!(quoted.count() >= 3, "{flagged}{log}");
    let rate = out.lines().find(|line| line.starts_with("engagement rate"));
    assert!(rate.is_some_and(|line| line.ends_with(" %")), "{rate:?}");
    let (code, out, _) = server
        .run(&["https://www.tiktok.com/@nasa", "--json"])
        .await;
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["handle"]), (0, &"nasa".into()));
    // The same account, asked for twice, was one job; the other account was the second.
    assert_eq!(server.client.stats().await.unwrap().jobs.total(), 2);
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
        let output = Command::new(PROGRAM).args(arguments).output().unwrap();
        assert_eq!(ended(output).0, 2);
    }
    // A port that was free a moment ago.
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let output = Command::new(PROGRAM)
        .args(["nasa", "--server", &address])
        .output()
        .unwrap();
    let (code, _, log) = ended(output);
    assert_eq!(code, 3);
    assert!(log.contains(&address), "{log}");

    let help = Command::new(PROGRAM).arg("--help").output().unwrap();
    assert!(ended(help).1.contains("130  interrupted"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupt_offers_to_cancel_the_job() {
    let server = Server::start(|api| api).await;
    for (answer, status) in [("n\r", Status::Processing), ("y\r", Status::Failed)] {
        let command = at_a_terminal(&server.command(&["slow"]));
        let talk = tokio::task::spawn_blocking(move || interrupt_at_a_terminal(command, answer));
        let (code, log) = talk.await.unwrap();
        assert_eq!(code, Some(130), "{log}");
        let id = server.client.submit(slow()).await.unwrap().job().id;
        if status == Status::Failed {
            assert!(log.contains("the job is cancelled"), "{log}");
            // The cancelled job no longer holds its account: this submit made a new one.
            let jobs = server.client.stats().await.unwrap().jobs;
            assert_eq!(jobs.total(), 2, "{log}");
        } else {
            assert!(log.contains("the job goes on"), "{log}");
            let job = server.client.status(id).await.unwrap().unwrap();
            assert_eq!((job.status, job.cancel_requested), (status, false));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupt_in_a_script_asks_nobody_and_leaves_the_job() {
    let server = Server::start(|api| api).await;
    let mut command = server.command(&["slow"]);
    command.stdin(Stdio::piped()).stderr(Stdio::piped());
    let talk = tokio::task::spawn_blocking(move || {
        let mut process = command.spawn().unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap());
        let mut text = String::new();
        while !text.contains("Scraping") {
            assert_ne!(log.read_line(&mut text).unwrap(), 0, "{text}");
        }
        let id = process.id().to_string();
        let sent = Command::new("kill").args(["-INT", &id]).status();
        assert!(sent.unwrap().success());
        // Its input stays open, and it does not wait for it.
        let _input = process.stdin.take();
        log.read_to_string(&mut text).unwrap();
        (process.wait().unwrap().code(), text)
    });
    let (code, log) = talk.await.unwrap();
    assert_eq!(code, Some(130), "{log}");
    assert!(
        log.contains("the job goes on") && !log.contains("[y/N]"),
        "{log}"
    );
    let id = server.client.submit(slow()).await.unwrap().job().id;
    let job = server.client.status(id).await.unwrap().unwrap();
    assert!(!job.cancel_requested);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_accounts_are_made_at_once_and_printed_in_their_order() {
    let server = Server::start(|api| api).await;
    let (code, out, log) = server.run(&["nasa", "esa", "tiktok.com/@jaxa"]).await;
    assert_eq!(code, 0, "{log}");
    let at = |part: &str| {
        out.find(part)
            .unwrap_or_else(|| panic!("no {part} in {out}"))
    };
    assert!(at("@nasa on instagram") < at("@esa on instagram"), "{out}");
    assert!(at("@esa on instagram") < at("@jaxa on tiktok"), "{out}");

    // What fails does not hold up the others; its exit code is that of the first.
    let (code, out, log) = server.run(&["gone", "nasa", "not a name", "--json"]).await;
    assert_eq!(code, 1, "{log}");
    assert!(log.contains("gone: there is no report: "), "{log}");
    assert!(log.contains("not a name: "), "{log}");
    let reports: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(reports.len(), 1);
    assert_eq!(reports[0]["handle"], "nasa");
    let (code, _, _) = server.run(&["not a name", "gone"]).await;
    assert_eq!(code, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_goes_with_every_request() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = axum::Router::new().fallback(async move |asked: axum::extract::Request| {
        if asked
            .headers()
            .get("authorization")
            .is_none_or(|key| key != "Bearer a-key")
        {
            return (
                http::StatusCode::UNAUTHORIZED,
                r#"{"detail":"send your key"}"#,
            );
        }
        let body = match &*format!("{} {}", asked.method(), asked.uri().path()) {
            "POST /api/analyze" => r#"{"job_id":"x"}"#,
            "GET /api/report/x" => "{}",
            _ => r#"{"status":"completed","percent":100}"#,
        };
        (http::StatusCode::OK, body)
    });
    tokio::spawn(async move { axum::serve(listener, app).await });
    let run = async |arguments: &[&str], key: Option<&str>| {
        let mut command = Command::new(PROGRAM);
        command.args(["nasa", "--json", "--server", &format!("http://{address}")]);
        command
            .args(arguments)
            .env_remove("REPORT_KEY")
            .envs(key.map(|key| ("REPORT_KEY", key)));
        let output = tokio::task::spawn_blocking(move || command.output());
        ended(output.await.unwrap().unwrap())
    };
    let (code, _, log) = run(&[], None).await;
    assert_eq!((code, &*log), (2, "send your key\n"));
    for (arguments, key) in [(&["--key", "a-key"][..], None), (&[], Some("a-key"))] {
        let (code, out, log) = run(arguments, key).await;
        assert_eq!((code, &*out), (0, "{}\n"), "{log}");
    }
    let (code, _, log) = run(&["--key", "a\nkey"], None).await;
    assert_eq!(
        (code, &*log),
        (2, "the key has characters that no key has\n")
    );
}

/// A server with a certificate that nobody vouches for is not spoken to, and what is no TLS at all is away.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn https_is_spoken() {
    let plain = scripted(|_| (200, r#"{"job_id":"x"}"#)).await;
    let server = format!("https://{plain}");
    let output = tokio::task::spawn_blocking(move || {
        Command::new(PROGRAM)
            .args(["nasa", "--server", &server])
            .output()
    });
    let (code, _, log) = ended(output.await.unwrap().unwrap());
    assert_eq!(code, 3, "{log}");
    assert!(log.contains("no service answers at https://"), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn percent_and_phase_are_seen_at_forty_columns() {
    let server = Server::start(|api| api).await;
    let command = server.command(&["slow"]);
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<&str> = words.map(|word| word.to_str().unwrap()).collect();
    let shown = tokio::task::spawn_blocking({
        let line = format!("stty columns 40 rows 24; {}", words.join(" "));
        move || {
            let mut terminal = Command::new("script");
            terminal.args([
                "--quiet",
                "--flush",
                "--return",
                "--command",
                &line,
                "/dev/null",
            ]);
            terminal.stdin(Stdio::piped()).stdout(Stdio::piped());
            interrupt_at_a_terminal(terminal, "n\r")
        }
    });
    let (_, shown) = shown.await.unwrap();
    let line = shown
        .split(['\r', '\n'])
        .find(|line| line.contains("Scraping"));
    let line = line.unwrap_or_else(|| panic!("{shown:?}"));
    assert!(line.contains(" %  "), "{line:?}");
}

/// A service with an answer for each request, which is told by its method and path.
async fn scripted(answer: fn(&str) -> (u16, &'static str)) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = axum::Router::new().fallback(async move |asked: axum::extract::Request| {
        let (status, body) = answer(&format!("{} {}", asked.method(), asked.uri().path()));
        (http::StatusCode::from_u16(status).unwrap(), body)
    });
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

async fn run_against(address: SocketAddr) -> (i32, String, String) {
    let server = format!("http://{address}");
    let output = tokio::task::spawn_blocking(move || {
        let mut command = Command::new(PROGRAM);
        command.args(["nasa", "--server", &server]).output()
    });
    ended(output.await.unwrap().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_that_are_none_or_forget_are_told_apart() {
    const COMPLETED: &str = r#"{"status":"completed","percent":100}"#;
    let of_another_kind = scripted(|_| (404, "not here")).await;
    let (code, _, log) = run_against(of_another_kind).await;
    assert_eq!(code, 2, "{log}");
    assert!(log.contains("where the service is mounted?"), "{log}");

    let forgetful = scripted(|asked| match asked {
        "POST /api/analyze" => (202, r#"{"job_id":"x"}"#),
        _ => (404, "{}"),
    });
    let (code, _, log) = run_against(forgetful.await).await;
    assert_eq!(code, 1, "{log}");
    assert!(log.contains("does not know the job any more"), "{log}");

    let behind_a_broken_proxy = scripted(|_| (502, "Bad Gateway")).await;
    let (code, _, log) = run_against(behind_a_broken_proxy).await;
    assert_eq!(code, 3, "{log}");

    // Whatever a service says, it does not control the terminal.
    let hostile = scripted(|asked| match asked {
        "POST /api/analyze" => (202, r#"{"job_id":"x"}"#),
        "GET /api/status/x" => (200, COMPLETED),
        "GET /api/report/x" => (200, "\u{1b}[2J\u{9b}31m\u{202e}{\n}"),
        _ => (503, "{}"),
    });
    let (code, out, log) = run_against(hostile.await).await;
    assert_eq!((code, &*out), (0, "[2J31m{\n}\n"), "{log}");
    let rude = scripted(|asked| match asked {
        "POST /api/analyze" => (202, r#"{"job_id":"x"}"#),
        "GET /api/status/x" => (
            200,
            r#"{"status":"failed","percent":"\u001b[3J","phase":"\u009bm","error_message":"\u001b[2J\u061c\u202eno"}"#,
        ),
        _ => (503, "{}"),
    });
    let (code, _, log) = run_against(rude.await).await;
    assert_eq!(code, 1, "{log}");
    assert!(log.ends_with("there is no report: [2Jno\n"), "{log:?}");
    let obeyed = |c: char| c.is_control() && c != '\n';
    assert!(!log.contains(obeyed), "{log:?}");

    let polite = scripted(|asked| match asked {
        "POST /api/analyze" => (422, r#"{"detail":"\u001b]0;mine\u0007 no"}"#),
        _ => (503, "{}"),
    });
    let (code, _, log) = run_against(polite.await).await;
    assert_eq!((code, &*log), (2, "]0;mine no\n"));
}

fn slow() -> Target {
    report_pipeline::Platforms::default()
        .target(None, "slow")
        .unwrap()
}

/// The same command, with a terminal around it.
fn at_a_terminal(command: &Command) -> Command {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<&str> = words.map(|word| word.to_str().unwrap()).collect();
    let mut terminal = Command::new("script");
    terminal.args(["--quiet", "--flush", "--return", "--command"]);
    terminal.arg(words.join(" ")).arg("/dev/null");
    terminal.stdin(Stdio::piped()).stdout(Stdio::piped());
    terminal
}

/// Presses Ctrl-C once the job runs, answers the question, and tells how it ended.
fn interrupt_at_a_terminal(mut command: Command, answer: &str) -> (Option<i32>, String) {
    let mut process = command
        .spawn()
        .expect("`script`, of util-linux, is installed");
    let mut keyboard = process.stdin.take().unwrap();
    let mut screen = process.stdout.take().unwrap();
    let mut shown = String::new();
    let mut until = |shown: &mut String, text: &str| {
        let mut piece = [0; 1024];
        while !shown.contains(text) {
            let read = screen.read(&mut piece).unwrap();
            assert_ne!(read, 0, "never showed {text}: {shown}");
            shown.push_str(&String::from_utf8_lossy(&piece[..read]));
        }
    };
    until(&mut shown, "Scraping");
    keyboard.write_all(b"\x03").unwrap();
    until(&mut shown, "[y/N]");
    keyboard.write_all(answer.as_bytes()).unwrap();
    screen.read_to_string(&mut shown).unwrap();
    (process.wait().unwrap().code(), shown)
}
