//! The `OpenAPI` document against the service: recorded responses validate, and schemathesis
//! finds no fault. Both run in Python, in an environment below `target/` that `tests/all.sh` makes.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use bytes::Bytes;
use futures::stream;
use http_body_util::StreamBody;
use hyper::body::Frame;
use report_pipeline::http::{Api, Refusal};
use report_pipeline::store::{Limit, Outcome};
use report_pipeline::{Client, Failure, FailureKind, JobId, MemoryStore, Pipeline};
use report_pipeline_social::{HeuristicAnalyzer, ReportAssembler, SimulatedScraper};
use report_pipeline_test_support::program::python;
use serde_json::{Value, json};

use crate::support::{
    Fault, Reply, Server, analyze, ask, ask_with, broken, claim, complete, get, request, service,
    submit,
};

const OPERATIONS: [(&str, &str); 9] = [
    ("post", "/api/analyze"),
    ("get", "/api/status/{job_id}"),
    ("get", "/api/status/{job_id}/events"),
    ("get", "/api/report/{job_id}"),
    ("post", "/api/cancel/{job_id}"),
    ("get", "/health"),
    ("get", "/ready"),
    ("get", "/openapi.json"),
    ("get", "/api/events"),
];

/// A path, and a query where one belongs, about one job.
fn path(template: &str, id: JobId) -> String {
    let path = template.replace("{job_id}", &id.to_string());
    match template {
        "/api/events" => format!("{path}?job={id}"),
        _ => path,
    }
}

/// Responses for the validator.
#[derive(Default)]
struct Recorder(Vec<Value>);

impl Recorder {
    fn keep(&mut self, (method, path): (&str, &str), reply: &Reply) {
        let headers: BTreeMap<&str, &str> = reply
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
            .collect();
        self.0.push(json!({
            "operation": format!("{method} {path}"),
            "status": reply.status,
            "headers": headers,
            "body": str::from_utf8(&reply.body).unwrap(),
        }));
    }

    /// Asks one operation of a service, with an id where one belongs.
    async fn ask(&mut self, api: &Api, operation: (&'static str, &'static str), id: JobId) {
        self.ask_with(api, operation, id, &[]).await;
    }

    async fn ask_with(
        &mut self,
        api: &Api,
        operation: (&'static str, &'static str),
        id: JobId,
        headers: &[(&str, &str)],
    ) {
        let (method, template) = operation;
        let path = path(template, id);
        let reply = if template == "/api/analyze" {
            analyze(api, r#"{"handle":"nasa"}"#).await
        } else {
            let mut request = request(&method.to_uppercase(), &path);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            ask(api, request).await
        };
        self.keep(operation, &reply);
    }

    /// What every operation may return if the request is wrong or the server is in trouble.
    async fn troubles(&mut self) {
        let id = JobId::random();
        for operation in OPERATIONS {
            let (method, template) = operation;
            let path = path(template, id);
            let reply = ask(&service().0, request("DELETE", &path)).await;
            self.keep(operation, &reply);

            let server = Server::start(service().0).await;
            let odd = request(&method.to_uppercase(), &path).header("host", "a b");
            self.keep(operation, &server.ask(odd, "").await);

            if template.contains("{job_id}") {
                self.ask(&service().0, operation, id).await;
            }
            if template != "/openapi.json" {
                for fault in [Fault::Away, Fault::Panics] {
                    self.ask(&broken(fault), operation, id).await;
                }
            }
        }
        let (draining, _) = service();
        draining.refuse_submits();
        for operation in [("post", "/api/analyze"), ("get", "/ready")] {
            self.ask(&draining, operation, id).await;
        }
    }

    async fn submits(&mut self) {
        let operation = ("post", "/api/analyze");
        let (api, _) = service();
        let broken_off = StreamBody::new(stream::iter([Err::<Frame<Bytes>, _>("reset")]));
        let post = || request("POST", "/api/analyze").header("content-type", "application/json");
        let response = api.respond(post().body(broken_off).unwrap()).await;
        self.keep(operation, &Reply::read(response).await);

        let hasty = service().0.with_body_timeout(Duration::ZERO);
        let stalled = StreamBody::new(stream::pending::<Result<Frame<Bytes>, Infallible>>());
        let response = hasty.respond(post().body(stalled).unwrap()).await;
        self.keep(operation, &Reply::read(response).await);

        let too_large = " ".repeat(100_000);
        for body in [
            "{",
            r#"{"handle":7,"platform":"x y","max_age":-1,"options":[]}"#,
            "[]",
            &too_large,
        ] {
            self.keep(operation, &analyze(&api, body).await);
        }
        let forbids = service().0;
        let forbids = forbids.with_submit_hook(async |_| Err(Refusal::forbidden("not today")));
        self.ask(&forbids, operation, JobId::random()).await;
        let untyped = ask_with(&api, request("POST", "/api/analyze"), "{}").await;
        self.keep(operation, &untyped);
        self.ask(
            &broken(Fault::Full(Limit::PendingJobs)),
            operation,
            JobId::random(),
        )
        .await;
        self.ask(&api, operation, JobId::random()).await;
    }

    async fn many_jobs(&mut self) {
        let operation = ("get", "/api/events");
        let (api, _) = service();
        self.keep(operation, &get(&api, "/api/events").await);
        let unknown = JobId::random();
        self.ask(&api, operation, unknown).await;
        self.ask_with(&api, operation, unknown, &[("last-event-id", "-")])
            .await;
        let full = api.with_max_streams(0);
        self.ask(&full, operation, unknown).await;
    }

    async fn one_job(&mut self) {
        let [status, events, report, cancel] = [1, 2, 3, 4].map(|at| OPERATIONS[at]);
        let (api, client) = service();
        let id = submit(&api, "nasa").await;
        let waited = [("prefer", "wait=0"), ("if-none-match", "\"0\"")];
        self.ask_with(&api, status, id, &waited).await;
        self.ask(&api, report, id).await;
        let lease = claim(&client).await;
        let failure = Failure::new(FailureKind::RateLimited, "come back later");
        let retry = Outcome::Retry {
            after: Duration::ZERO,
            failure,
        };
        client.store().finish(&lease, retry).await.unwrap();
        self.ask(&api, status, id).await;
        let lease = claim(&client).await;
        self.ask(&api, status, id).await;

        let full = api.clone().with_max_streams(0);
        self.ask(&full, events, id).await;
        complete(&client, &lease, r#"{"report":1}"#).await;
        for operation in [status, events, report, cancel] {
            self.ask(&api, operation, id).await;
        }
        for operation in [status, report] {
            self.ask_with(&api, operation, id, &[("if-none-match", "*")])
                .await;
        }
        let tag = get(&api, &format!("/api/status/{id}")).await;
        let version = tag.field("etag").trim_matches('"').to_owned();
        self.ask_with(&api, events, id, &[("last-event-id", &version)])
            .await;

        let doomed = submit(&api, "esa").await;
        for operation in [cancel, status, report, events] {
            self.ask(&api, operation, doomed).await;
        }
        for operation in &OPERATIONS[5..] {
            self.ask(&api, *operation, id).await;
        }
    }
}

#[tokio::test]
async fn recorded_responses_are_as_described_and_all_that_is_described_is_recorded() {
    let python = python(Path::new(env!("CARGO_TARGET_TMPDIR")));
    let mut recorder = Recorder::default();
    recorder.troubles().await;
    recorder.submits().await;
    recorder.one_job().await;
    recorder.many_jobs().await;

    let folder = tempfile::tempdir().unwrap();
    let (document, responses) = (
        folder.path().join("openapi.json"),
        folder.path().join("responses"),
    );
    let served = get(&service().0, "/openapi.json").await;
    assert_eq!(served.field("content-type"), "application/json");
    fs::write(&document, &served.body).unwrap();
    let lines: Vec<String> = recorder.0.iter().map(Value::to_string).collect();
    fs::write(&responses, lines.join("\n")).unwrap();
    let mut validate = Command::new(python.join("python"));
    validate
        .arg(here("validate.py"))
        .args([document, responses]);
    run(validate);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn schemathesis_finds_nothing() {
    let python = python(Path::new(env!("CARGO_TARGET_TMPDIR")));
    let pipeline = Pipeline::builder(
        Client::new(MemoryStore::new()),
        SimulatedScraper::new(),
        HeuristicAnalyzer::new(),
        ReportAssembler::new(),
    )
    .build();
    let _workers = pipeline.start();
    let server = Server::start(Api::new(pipeline.client().clone())).await;
    let scratch = tempfile::tempdir().unwrap();
    let mut schemathesis = Command::new(python.join("schemathesis"));
    schemathesis
        .current_dir(scratch.path())
        .arg(format!(
            "--config-file={}",
            here("schemathesis.toml").display()
        ))
        .args([
            "run",
            "--checks=all",
            "--max-examples=40",
            "--seed=1",
            "--no-color",
        ])
        .args(["--generation-database=none", "--request-timeout=35"])
        .arg(format!("http://{}/openapi.json", server.address));
    tokio::task::spawn_blocking(|| run(schemathesis))
        .await
        .unwrap();
    let after = server.ask(request("GET", "/health"), "").await;
    assert_eq!(after.status, 200);
    server.stop().await;
}

/// Runs a program and shows what it said if it failed.
fn run(mut program: Command) {
    let output = program.output().expect("it starts");
    let said =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(output.status.success(), "{program:?}:\n{}", said.concat());
}

fn here(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/http/openapi")
        .join(file)
}
