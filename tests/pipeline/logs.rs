//! What the log says of failed attempts.

use std::num::NonZeroU32;
use std::time::Duration;

use report_pipeline::testing::mock::Step;
use report_pipeline::{
    Backoff, Client, Job, JobId, MemoryOptions, MemoryStore, Phase, PhaseContext, PhaseError,
    Pipeline, RetryPolicy, StoreLimits, Target, analyze_fn, assemble_fn, scrape_fn,
};

use super::fixture::{Fixture, seconds, target};
use super::log::Log;

/// The lines at WARN that tell of a failed attempt.
fn failed_attempts(log: &Log) -> Vec<String> {
    let text = log.text();
    let told = |line: &&str| line.contains(" WARN ") && line.contains("attempt failed");
    text.lines().filter(told).map(str::to_owned).collect()
}

/// Checks that a line has everything that an operator asks for.
fn assert_tells(line: &str, id: JobId, attempt: u32, parts: &[&str]) {
    let (_, event) = line.split_once("attempt failed").expect(line);
    let id = format!("job_id={id}");
    let attempt = format!("attempt={attempt}");
    let always = [&*id, &*attempt, "platform=instagram"];
    for part in always.iter().chain(parts) {
        assert!(event.contains(part), "no {part} in {line}");
    }
}

fn two_attempts_without_a_wait() -> RetryPolicy {
    RetryPolicy::new(NonZeroU32::new(2).unwrap()).with_backoff(Backoff::new(Duration::ZERO))
}

#[tokio::test(start_paused = true)]
async fn the_reason_of_every_failed_attempt_is_in_the_log() {
    for &phase in Phase::ALL {
        let (log, _guard) = Log::start();
        let fixture = Fixture::new();
        fixture
            .remote(phase)
            .next(Step::transient("the line is down").retrying_after(seconds(7)));
        fixture
            .remote(phase)
            .next(Step::rate_limited("slow down", Some(seconds(3))));
        fixture
            .remote(phase)
            .next(Step::quota_exhausted("no units left", seconds(60)));
        fixture.remote(phase).next(Step::hang());
        let pipeline = fixture
            .builder()
            .with_retry(phase, two_attempts_without_a_wait())
            .with_timeout(phase, seconds(5));
        let _workers = pipeline.build().start();
        let id = fixture.submit("nasa").await;
        fixture.ended(id).await;
        let lines = failed_attempts(&log);
        assert_eq!(lines.len(), 4, "{}", log.text());
        let phase = format!("phase={phase}");
        for (n, parts) in [
            [
                "kind=transient",
                r#"error="the line is down""#,
                r#"next="retry""#,
                "wait=7s",
            ],
            [
                "kind=rate_limited",
                r#"error="slow down""#,
                r#"next="paused""#,
                "wait=3s",
            ],
            [
                "kind=quota_exhausted",
                r#"error="no units left""#,
                r#"next="paused""#,
                "wait=60s",
            ],
            [
                "kind=timed_out",
                r#"error="the phase did not end within 5s (failed attempts: 2)""#,
                r#"next="failed""#,
                "attempt=4",
            ],
        ]
        .iter()
        .enumerate()
        {
            let attempt = u32::try_from(n + 1).unwrap();
            assert_tells(&lines[n], id, attempt, parts);
            assert_tells(&lines[n], id, attempt, &[&phase]);
        }
        // What clients see, word for word.
        let job = fixture.job(id).await;
        assert!(lines[3].contains(job.error_message().unwrap()));
    }
}

#[tokio::test(start_paused = true)]
async fn what_ends_a_job_at_once_is_in_the_log_too() {
    let (log, _guard) = Log::start();
    let limits = StoreLimits::default().with_value_bytes(100);
    let fixture = Fixture::on(MemoryOptions::new().with_limits(limits).build());
    fixture.scraper.next(Step::permanent("cannot be read"));
    fixture.scraper.next(Step::panic("hunter2"));
    fixture.scraper.next(Step::succeed("x".repeat(200)));
    let pipeline = fixture
        .builder()
        .with_retry(Phase::Scraping, RetryPolicy::new(NonZeroU32::MIN));
    let _workers = pipeline.build().start();
    for (n, parts) in [
        ["kind=permanent", r#"error="cannot be read""#],
        [
            "kind=panicked",
            r#"error="the phase panicked (failed attempts: 1)""#,
        ],
        [
            "kind=too_large",
            r#"error="the output of phase Scraping has 202 bytes, more than the 100 that are allowed""#,
        ],
    ]
    .iter()
    .enumerate()
    {
        let id = fixture.submit(&format!("user{n}")).await;
        fixture.ended(id).await;
        let lines = failed_attempts(&log);
        assert_eq!(lines.len(), n + 1, "{}", log.text());
        assert_tells(&lines[n], id, 1, parts);
        assert_tells(&lines[n], id, 1, &[r#"next="failed""#, "phase=Scraping"]);
    }
}

/// An output that cannot be written as JSON.
#[derive(serde::Deserialize)]
struct Unwritable;

impl serde::Serialize for Unwritable {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("hunter2"))
    }
}

#[tokio::test(start_paused = true)]
async fn an_output_that_cannot_be_written_fails_its_attempt_in_the_log() {
    let (log, _guard) = Log::start();
    let client = Client::new(MemoryStore::new());
    let pipeline = Pipeline::builder(
        client.clone(),
        scrape_fn(async |_: Target, _: PhaseContext| Ok(Unwritable)),
        analyze_fn(|_: &Unwritable, _: &PhaseContext| Ok(1)),
        assemble_fn(|_: &Unwritable, _: &i32, _: &PhaseContext| Ok(2)),
    );
    let _workers = pipeline.build().start();
    let job = end_of(&client).await;
    let lines = failed_attempts(&log);
    assert_eq!(lines.len(), 1, "{}", log.text());
    let message = job.error_message().unwrap();
    assert_tells(&lines[0], job.id, 1, &["kind=permanent", message]);
}

#[derive(Debug, thiserror::Error)]
#[error("the outer cause")]
struct Outer(#[source] Inner);

#[derive(Debug, thiserror::Error)]
#[error("the inner cause")]
struct Inner;

#[tokio::test(start_paused = true)]
async fn the_source_of_a_failure_stands_beside_its_message() {
    let (log, _guard) = Log::start();
    let client = Client::new(MemoryStore::new());
    let pipeline = Pipeline::builder(
        client.clone(),
        scrape_fn(async |_: Target, _: PhaseContext| {
            Err::<i32, _>(PhaseError::permanent("for clients").with_source(Outer(Inner)))
        }),
        analyze_fn(|_: &i32, _: &PhaseContext| Ok(1)),
        assemble_fn(|_: &i32, _: &i32, _: &PhaseContext| Ok(2)),
    );
    let _workers = pipeline.build().start();
    let job = end_of(&client).await;
    assert_eq!(job.error_message(), Some("for clients"));
    let lines = failed_attempts(&log);
    assert_eq!(lines.len(), 1, "{}", log.text());
    let parts = [
        r#"error="for clients""#,
        "source=the outer cause",
        "the inner cause",
    ];
    assert_tells(&lines[0], job.id, 1, &parts);
}

#[tokio::test(start_paused = true)]
async fn a_crashed_attempt_is_told_by_the_worker_that_takes_over() {
    let (log, _guard) = Log::start();
    let fixture = Fixture::new();
    fixture.scraper.next(Step::hang());
    let first = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    fixture.scraper.started(1).await;
    drop(first);
    let _second = fixture.builder().build().start();
    fixture.ended(id).await;
    let text = log.text();
    let id = format!("job_id={id}");
    let told = |line: &&str| line.contains(" WARN ") && line.contains(&id);
    let lines: Vec<&str> = text.lines().filter(told).collect();
    assert_eq!(lines.len(), 1, "{text}");
    for part in ["crashes=1", "the worker's lease expired", "attempt=2"] {
        assert!(lines[0].contains(part), "no {part} in {}", lines[0]);
    }
}

/// Submits a job and waits for its end.
async fn end_of(client: &Client) -> Job {
    let id = client.submit(target("nasa")).await.unwrap().job().id;
    futures::StreamExt::count(client.watch(id)).await;
    client.status(id).await.unwrap().unwrap()
}
