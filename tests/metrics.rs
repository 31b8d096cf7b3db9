//! What programs that watch this one rely on: the names of metrics, spans and their fields.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use metrics_exporter_prometheus::PrometheusBuilder;
use report_pipeline::http::Api;
use report_pipeline::store::{ClaimRequest, WorkerId};
use report_pipeline::testing::{Fault, FaultyStore, Verb};
use report_pipeline::{
    Backoff, Client, Handle, JobId, JobStore, MemoryStore, PhaseContext, PhaseError, Pipeline,
    Platform, RetryPolicy, Status, Target, analyze_fn, assemble_fn, describe_metrics, scrape_fn,
};
use tracing_subscriber::fmt::MakeWriter;

fn target(handle: &str) -> Target {
    Target::new(Platform::default(), Handle::canonical(handle).unwrap())
}

async fn get(api: &Api, path: &str) {
    let request = http::Request::get(path)
        .body(Empty::<Bytes>::new())
        .unwrap();
    let response = api.respond(request).await;
    if response.headers()["content-type"] != "text/event-stream" {
        response.into_body().collect().await.unwrap();
    }
}

/// Brings about everything that is measured.
async fn everything() {
    let (store, faults) = FaultyStore::new(MemoryStore::new());
    let store = Arc::new(store);
    let client = Client::new(Arc::clone(&store));
    let api = Api::new(client.clone());

    // A worker claims a job and crashes.
    let abandoned = client.submit(target("abandoned")).await.unwrap().job().id;
    let mut claim = ClaimRequest::new(WorkerId::unique());
    claim.lease = Duration::from_millis(1);
    store.claim(claim).await.unwrap();
    tokio::time::sleep(Duration::from_millis(2)).await;

    let pipeline = Pipeline::builder(
        client.clone(),
        scrape_fn(async |target: Target, ctx: PhaseContext| {
            ctx.remaining_quota(99);
            match (target.handle.as_str(), ctx.attempt()) {
                ("gone", _) => Err(PhaseError::permanent("gone")),
                ("endless", _) => std::future::pending().await,
                ("limited", 1) => Err(PhaseError::rate_limited(
                    "later",
                    Some(Duration::from_millis(5)),
                )),
                _ => Ok(1),
            }
        }),
        analyze_fn(|_: &i32, _: &PhaseContext| Ok(2)),
        assemble_fn(|_: &i32, _: &i32, _: &PhaseContext| Ok(3)),
    )
    .with_retry(
        report_pipeline::Phase::Scraping,
        RetryPolicy::new(3.try_into().unwrap())
            .with_backoff(Backoff::new(Duration::from_millis(1))),
    )
    .with_sweep_interval(Duration::from_millis(10))
    // So that a worker hears of a cancel soon.
    .with_lease(Duration::from_millis(300))
    .build();
    let workers = pipeline.start();
    faults.on_next(Verb::Get, Fault::Fail);
    get(&api, &format!("/api/status/{abandoned}")).await;
    for handle in ["gone", "limited"] {
        let id = client.submit(target(handle)).await.unwrap().job().id;
        futures::StreamExt::count(client.watch(id)).await;
    }
    futures::StreamExt::count(client.watch(abandoned)).await;
    let endless = client.submit(target("endless")).await.unwrap().job().id;
    let mut changes = Box::pin(client.watch(endless));
    while let Some(job) = futures::StreamExt::next(&mut changes).await {
        if job.unwrap().status == Status::Processing {
            client.cancel(endless).await.unwrap();
        }
    }
    client.submit(target("abandoned")).await.unwrap();
    get(&api, &format!("/api/status/{abandoned}/events")).await;
    get(&api, "/health").await;
    get(&api, &format!("/api/report/{}", JobId::random())).await;
    get(&api, "/nowhere").await;
    workers.drain(Duration::from_secs(5)).await;
    // One that nobody claims any more, and a submit that joins it.
    client.submit(target("waiting")).await.unwrap();
    client.submit(target("waiting")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(2)).await;
    client.stats().await.unwrap();
}

/// Name, kind and labels of a metric.
type Metrics = BTreeMap<String, (String, BTreeSet<String>)>;

/// Reads the Prometheus text format, as far as this crate's metrics go.
fn rendered(text: &str) -> Metrics {
    let mut metrics = Metrics::new();
    for line in text.lines() {
        if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|l| l.split_once(' ')) {
            let described = text.contains(&format!("# HELP {name} "));
            assert!(described, "{name} is not described");
            let kind = kind.replace("summary", "histogram");
            metrics.insert(name.to_owned(), (kind, BTreeSet::new()));
        } else if let Some((name, labels)) = line.split_once('{') {
            let name = name.trim_end_matches("_sum").trim_end_matches("_count");
            let labels = labels.rsplit_once('}').expect("the labels end").0;
            let names = labels.split(',').filter_map(|label| label.split_once('='));
            let known = &mut metrics.get_mut(name).expect("its type comes first").1;
            known.extend(
                names
                    .map(|(name, _)| name.to_owned())
                    .filter(|name| name != "quantile"),
            );
        }
    }
    metrics
}

/// Reads the table in the documentation.
fn documented() -> Metrics {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operations.md");
    let page = std::fs::read_to_string(page).unwrap();
    let rows = page
        .lines()
        .filter(|line| line.starts_with("| `report_pipeline_"));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let labels = cells[3].split('`').skip(1).step_by(2).map(str::to_owned);
        let name = cells[1].trim_matches('`').to_owned();
        (name, (cells[2].to_owned(), labels.collect()))
    })
    .collect()
}

/// What was measured and what was logged while everything happened, once.
fn seen() -> &'static (String, String) {
    static SEEN: OnceLock<(String, String)> = OnceLock::new();
    SEEN.get_or_init(|| {
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::INFO)
            .with_span_events(tracing_subscriber::fmt::format::FmtSpan::CLOSE)
            .with_ansi(false)
            .with_writer(log.clone())
            .finish();
        let recorder = PrometheusBuilder::new().build_recorder();
        let run = || {
            describe_metrics();
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.unwrap().block_on(everything());
        };
        tracing::subscriber::with_default(subscriber, || {
            metrics::with_local_recorder(&recorder, run);
        });
        let log = log.0.lock().unwrap().clone();
        (recorder.handle().render(), String::from_utf8(log).unwrap())
    })
}

#[test]
fn the_table_of_metrics_and_the_code_agree() {
    let (text, _) = seen();
    assert_eq!(rendered(text), documented(), "{text}");
    for line in [
        r#"report_pipeline_submits_total{platform="instagram",outcome="created"} 5"#,
        r#"report_pipeline_submits_total{platform="instagram",outcome="joined"} 1"#,
        r#"report_pipeline_submits_total{platform="instagram",outcome="served"} 1"#,
        // Not the one that was claimed without a pipeline, nor the one that still waits.
        r#"report_pipeline_queue_wait_seconds_count{platform="instagram"} 3"#,
        r#"report_pipeline_job_seconds_count{platform="instagram",outcome="completed"} 2"#,
        r#"report_pipeline_job_seconds_count{platform="instagram",outcome="permanent"} 1"#,
        r#"report_pipeline_remaining_quota{platform="instagram"} 99"#,
        r#"report_pipeline_jobs_ended_total{platform="instagram",outcome="completed"} 2"#,
        r#"report_pipeline_jobs_ended_total{platform="instagram",outcome="permanent"} 1"#,
        r#"report_pipeline_retries_total{platform="instagram",kind="rate_limited"} 1"#,
        r#"report_pipeline_lease_takeovers_total{platform="instagram"} 1"#,
        r#"report_pipeline_http_requests_total{route="/api/report/{job_id}",status="404"} 1"#,
        r#"report_pipeline_http_requests_total{route="",status="404"} 1"#,
        r#"report_pipeline_store_errors_total{verb="get",error="unavailable"} 1"#,
        "report_pipeline_event_streams 0",
        r#"report_pipeline_jobs_ended_total{platform="instagram",outcome="cancelled"} 1"#,
        r#"report_pipeline_jobs{status="pending"} 1"#,
        r#"report_pipeline_jobs{status="completed"} 2"#,
        r#"report_pipeline_phase_seconds_count{platform="instagram",phase="Scraping",result="stopped"} 1"#,
        r#"report_pipeline_phase_seconds_count{platform="instagram",phase="Scraping",result="failed"} 2"#,
    ] {
        assert!(text.lines().any(|got| got == line), "no {line} in\n{text}");
    }
    // What takes time has taken some.
    for name in [
        "report_pipeline_oldest_pending_seconds",
        r#"report_pipeline_queue_wait_seconds_sum{platform="instagram"}"#,
        r#"report_pipeline_job_seconds_sum{platform="instagram",outcome="completed"}"#,
        r#"report_pipeline_phase_seconds_sum{platform="instagram",phase="Scraping",result="stopped"}"#,
        r#"report_pipeline_store_seconds_sum{verb="submit"}"#,
        r#"report_pipeline_http_seconds_sum{route="/health"}"#,
    ] {
        let value = text.lines().find_map(|line| line.strip_prefix(name));
        let value: Option<f64> = value.and_then(|value| value.trim().parse().ok());
        assert!(value > Some(0.0), "{name}: {value:?}");
    }
    // No account is ever named.
    assert!(!text.contains("abandoned"), "{text}");
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[test]
fn spans_have_stable_names_and_fields_and_no_log_line_names_an_account() {
    let (_, log) = seen();
    let has = |parts: &[&str]| {
        let line = |line: &str| parts.iter().all(|part| line.contains(part));
        assert!(log.lines().any(line), "no line with {parts:?} in\n{log}");
    };
    for phase in ["Scraping", "Analysis", "Finalizing"] {
        has(&[
            "job{job_id=",
            "platform=instagram attempt=",
            &format!("phase{{phase={phase}}}"),
        ]);
    }
    has(&[
        "request{request_id=",
        "method=GET",
        "route=\"/api/status/{job_id}\"",
        "WARN",
    ]);
    for secret in ["abandoned", "handle"] {
        assert!(!log.contains(secret), "{secret} in\n{log}");
    }
}
