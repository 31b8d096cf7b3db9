//! A trace leads from the request that submits a job to the phases that work on it.

use std::sync::{Arc, Mutex};

use report_pipeline::http::{Api, SubmitOptions};
use report_pipeline::{
    Client, JobId, MemoryStore, PhaseContext, Pipeline, Target, TraceContext, Workers, analyze_fn,
    assemble_fn, scrape_fn,
};
use tracing::Span;

use crate::log::Log;
use crate::support::{ask_with, request};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

fn traceparent() -> String {
    format!("00-{TRACE}-{PARENT}-01")
}

/// What the trace hook was called with: the name of the span, and the trace.
type Linked = Arc<Mutex<Vec<(&'static str, TraceContext)>>>;

/// Workers whose phases log, and what their hook sees.
fn workers(client: &Client) -> (Workers, Linked) {
    let linked = Linked::default();
    let links = Arc::clone(&linked);
    let pipeline = Pipeline::builder(
        client.clone(),
        scrape_fn(async |_: Target, _: PhaseContext| {
            tracing::info!("within the phase");
            Ok(1)
        }),
        analyze_fn(|_: &i32, _: &PhaseContext| Ok(2)),
        assemble_fn(|_: &i32, _: &i32, _: &PhaseContext| Ok(3)),
    )
    .with_trace_hook(move |span, trace| {
        let name = span.metadata().expect("the span is enabled").name();
        assert_ne!(Span::current().id(), span.id(), "it is entered later");
        links.lock().unwrap().push((name, trace.clone()));
    });
    (pipeline.build().start(), linked)
}

async fn submit_with(api: &Api, headers: &[(&str, &str)]) -> JobId {
    let head = request("POST", "/api/analyze").header("content-type", "application/json");
    let head = headers
        .iter()
        .fold(head, |head, (name, value)| head.header(*name, *value));
    let reply = ask_with(api, head, r#"{"handle":"nasa","max_age":0}"#).await;
    assert_eq!(reply.status, 202, "{reply:?}");
    reply.json()["job_id"].as_str().unwrap().parse().unwrap()
}

async fn ended(client: &Client, id: JobId) {
    futures::StreamExt::count(client.watch(id)).await;
}

/// The only line that has all of these.
fn line(log: &Log, parts: &[&str]) -> String {
    let text = log.text();
    let has_all = |line: &&str| parts.iter().all(|part| line.contains(part));
    let lines: Vec<&str> = text.lines().filter(has_all).collect();
    assert_eq!(lines.len(), 1, "{parts:?} in\n{text}");
    lines[0].to_owned()
}

#[tokio::test]
async fn a_trace_leads_from_the_request_to_the_phases() {
    let (log, _guard) = Log::start();
    let client = Client::new(MemoryStore::new());
    let api = Api::new(client.clone());
    let (_workers, linked) = workers(&client);
    let headers = [
        ("traceparent", &*traceparent()),
        ("tracestate", "congo=t61rcWkgMzE"),
        ("x-request-id", "request-7"),
    ];
    let id = submit_with(&api, &headers).await;
    ended(&client, id).await;

    let submitted = line(&log, &["job submitted"]);
    for part in [
        " INFO ",
        "request_id=request-7",
        &format!("job_id={id}"),
        r#"outcome="created""#,
        &format!("trace_id=\"{TRACE}\""),
    ] {
        assert!(submitted.contains(part), "no {part} in {submitted}");
    }
    let phase = line(&log, &["within the phase"]);
    for part in [
        &*format!("job_id={id}"),
        &format!("trace_id=\"{TRACE}\""),
        &format!("parent_span_id=\"{PARENT}\""),
        "phase{phase=Scraping}",
    ] {
        assert!(phase.contains(part), "no {part} in {phase}");
    }
    let trace = TraceContext::new(&traceparent()).unwrap();
    let trace = trace.with_state("congo=t61rcWkgMzE").unwrap();
    assert_eq!(*linked.lock().unwrap(), [("job", trace)]);
}

#[tokio::test]
async fn what_is_no_trace_is_ignored() {
    let (log, _guard) = Log::start();
    let client = Client::new(MemoryStore::new());
    let api = Api::new(client.clone());
    let (_workers, linked) = workers(&client);
    for headers in [
        &[][..],
        &[("traceparent", "00-nonsense")],
        &[("tracestate", "a=1")],
    ] {
        let id = submit_with(&api, headers).await;
        ended(&client, id).await;
    }
    assert!(!log.text().contains("trace_id"), "{}", log.text());
    assert!(linked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_submit_that_joins_or_is_served_says_so_and_leaves_the_trace_as_it_is() {
    let (log, _guard) = Log::start();
    let client = Client::new(MemoryStore::new());
    let api = Api::new(client.clone());
    let first = submit_with(&api, &[("traceparent", &traceparent())]).await;
    let other = traceparent().replace(TRACE, "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(submit_with(&api, &[("traceparent", &other)]).await, first);
    let joined = line(&log, &["job submitted", r#"outcome="joined""#]);
    assert!(
        joined.contains("4bf92f3577b34da6a3ce929d0e0e4736"),
        "{joined}"
    );
    assert!(joined.contains(&first.to_string()), "{joined}");

    let (_workers, linked) = workers(&client);
    ended(&client, first).await;
    let trace = TraceContext::new(&traceparent()).unwrap();
    assert_eq!(*linked.lock().unwrap(), [("job", trace)]);
    let target = client.status(first).await.unwrap().unwrap().target;
    let served = client.submit(target).await.unwrap();
    assert_eq!(served.job().id, first);
    line(&log, &["job submitted", r#"outcome="served""#]);
}

#[tokio::test]
async fn a_hook_may_name_another_trace() {
    let client = Client::new(MemoryStore::new());
    let own = TraceContext::new("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").unwrap();
    let from_hook = own.clone();
    let api = Api::new(client.clone()).with_submit_hook(move |_| {
        let trace = from_hook.clone();
        async move { Ok(SubmitOptions::new().with_trace(trace)) }
    });
    let (_log, _guard) = Log::start();
    let (_workers, linked) = workers(&client);
    let id = submit_with(&api, &[("traceparent", &traceparent())]).await;
    ended(&client, id).await;
    assert_eq!(*linked.lock().unwrap(), [("job", own)]);
}

#[tokio::test]
async fn a_trace_hook_that_panics_costs_no_job() {
    let (log, _guard) = Log::start();
    let client = Client::new(MemoryStore::new());
    let pipeline = Pipeline::builder(
        client.clone(),
        scrape_fn(async |_: Target, _: PhaseContext| Ok(1)),
        analyze_fn(|_: &i32, _: &PhaseContext| Ok(2)),
        assemble_fn(|_: &i32, _: &i32, _: &PhaseContext| Ok(3)),
    )
    .with_concurrency(1)
    .with_trace_hook(|_, _| panic!("no exporter"))
    .build();
    let _workers = pipeline.start();
    let api = Api::new(client.clone());
    for _ in 0..2 {
        let id = submit_with(&api, &[("traceparent", &traceparent())]).await;
        ended(&client, id).await;
        let job = client.status(id).await.unwrap().unwrap();
        assert!(job.report_id().is_some(), "{job:?}");
    }
    assert!(log.text().contains("no exporter"), "{}", log.text());
}
