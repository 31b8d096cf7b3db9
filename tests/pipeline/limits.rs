//! Platforms that limit requests: pauses, probes, quotas, named waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use report_pipeline::testing::mock::{Gate, Step};
use report_pipeline::testing::{Fault, Verb};
use report_pipeline::{
    Backoff, Client, FailureKind, MemoryStore, Phase, PhaseContext, PhaseError, Pipeline, Platform,
    RetryPolicy, Status, Target, Workers, analyze_fn, assemble_fn, scrape_fn,
};
use tokio::time::Instant;

use super::fixture::{Fixture, seconds, target};

/// Workers whose scraper counts its requests, answers after `takes` and is always limited.
fn limited_workers(client: &Client, takes: Duration) -> (Workers, Arc<AtomicUsize>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&requests);
    let scraper = scrape_fn(move |_: Target, _: PhaseContext| {
        counter.fetch_add(1, Ordering::Relaxed);
        async move {
            if !takes.is_zero() {
                tokio::time::sleep(takes).await;
            }
            Err::<u32, _>(PhaseError::rate_limited("too many", Some(seconds(1))))
        }
    });
    let pipeline = Pipeline::builder(
        client.clone(),
        scraper,
        analyze_fn(|_: &u32, _: &PhaseContext| Ok::<_, PhaseError>(0_u32)),
        assemble_fn(|_: &u32, _: &u32, _: &PhaseContext| Ok::<_, PhaseError>(0_u32)),
    )
    .with_concurrency(8)
    .build();
    (pipeline.start(), requests)
}

#[tokio::test(start_paused = true)]
async fn a_platform_that_always_limits_gets_few_requests() {
    for (takes, most) in [
        (Duration::ZERO, 8),
        // All workers have asked before the first one hears of the limit.
        (Duration::from_millis(50), 8 + 8),
    ] {
        let client = Client::new(MemoryStore::new());
        for n in 0..20 {
            client.submit(target(&format!("user{n}"))).await.unwrap();
        }
        let (_workers, requests) = limited_workers(&client, takes);
        tokio::time::sleep(seconds(12)).await;
        let requests = requests.load(Ordering::Relaxed);
        assert!((3..=most).contains(&requests), "{takes:?}: {requests}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_job_of_all_processes_probes_after_a_pause() {
    let fixture = Fixture::new();
    let gate = Gate::new();
    fixture
        .scraper
        .next(Step::rate_limited("slow down", Some(seconds(3))));
    fixture
        .scraper
        .always(Step::succeed("scraped".to_owned()).behind(&gate));
    let no_backoff = RetryPolicy::default().with_backoff(Backoff::new(Duration::ZERO));
    let pipeline = fixture
        .builder()
        .with_retry(Phase::Scraping, no_backoff)
        .build();
    let first = fixture.submit("first").await;
    let _one = pipeline.start();
    fixture.scraper.ended(1).await;
    let began = Instant::now();
    let _two = pipeline.start();
    let mut ids = vec![first];
    for n in 0..19 {
        ids.push(fixture.submit(&format!("user{n}")).await);
    }
    fixture.scraper.started(2).await;
    assert_eq!(began.elapsed(), seconds(3));
    tokio::time::sleep(seconds(20)).await;
    assert_eq!(fixture.scraper.calls(), 2, "the limited one and the probe");
    gate.let_pass(1);
    fixture.scraper.started(1 + 16).await;
    gate.open();
    for id in ids {
        let job = fixture.ended(id).await;
        assert_eq!((job.status, job.failures), (Status::Completed, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_limit_whose_reply_is_lost_is_counted_once() {
    for fault in [Fault::Fail, Fault::LoseReply] {
        let fixture = Fixture::new();
        fixture.faults.on_call(Verb::Finish, 1, fault);
        fixture
            .scraper
            .next(Step::rate_limited("later", Some(seconds(60))));
        let one_second = RetryPolicy::default().with_backoff(Backoff::new(seconds(1)));
        let _workers = fixture
            .builder()
            .with_retry(Phase::Scraping, one_second)
            .build()
            .start();
        let id = fixture.submit("nasa").await;
        fixture.until(id, |job| job.next_attempt_at.is_some()).await;
        let platforms = fixture.client.stats().await.unwrap().platforms;
        let paused = platforms[&Platform::INSTAGRAM].paused_for.unwrap();
        assert!(paused > seconds(58) && paused <= seconds(61), "{paused:?}");
        assert_eq!(fixture.ended(id).await.status, Status::Completed);
    }
}

#[tokio::test(start_paused = true)]
async fn a_named_wait_after_a_passing_fault_pauses_no_platform() {
    let fixture = Fixture::new();
    let unavailable = PhaseError::transient("status 503").with_retry_after(seconds(40));
    assert_eq!(unavailable.retry_after(), Some(seconds(40)));
    fixture
        .scraper
        .next(Step::transient("status 503").retrying_after(seconds(40)));
    let _workers = fixture.builder().build().start();
    let began = Instant::now();
    let id = fixture.submit("nasa").await;
    fixture.until(id, |job| job.next_attempt_at.is_some()).await;
    // Another job of the platform goes on.
    let other = fixture.submit("other").await;
    assert_eq!(fixture.ended(other).await.status, Status::Completed);
    assert_eq!(began.elapsed(), seconds(0));
    let job = fixture.ended(id).await;
    assert_eq!((job.status, job.attempt), (Status::Completed, 2));
    let took = began.elapsed();
    assert!(took >= seconds(40) && took <= seconds(41), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_quota_pauses_beyond_15_minutes_and_fails_jobs_that_cannot_wait() {
    let fixture = Fixture::new();
    let day = seconds(24 * 60 * 60);
    fixture
        .scraper
        .next(Step::quota_exhausted("no units left", day));
    let _workers = fixture.builder().build().start();
    // The first one would wait for a week, the second one for its hour.
    let patient = fixture
        .client
        .new_job(target("patient"))
        .with_deadline(Some(7 * day));
    let patient = fixture.client.submit_job(patient).await.unwrap().job().id;
    fixture
        .until(patient, |job| job.next_attempt_at.is_some())
        .await;
    let platforms = fixture.client.stats().await.unwrap().platforms;
    let paused = platforms[&Platform::INSTAGRAM].paused_for.unwrap();
    assert!(paused <= day && paused + seconds(1) > day, "{paused:?}");
    assert_eq!(fixture.job(patient).await.status, Status::Pending);

    // An operator has bought more.
    fixture.client.unpause(&Platform::INSTAGRAM).await.unwrap();
    let began = Instant::now();
    assert_eq!(fixture.ended(patient).await.status, Status::Completed);
    assert_eq!(began.elapsed(), seconds(0));

    fixture
        .scraper
        .next(Step::quota_exhausted("no units left", day));
    let job = fixture.submit("impatient").await;
    let job = fixture.ended(job).await;
    let failure = job.failure.unwrap();
    assert_eq!(failure.kind(), FailureKind::QuotaExhausted);
    assert!(failure.message().contains("no units left"), "{failure}");
    let next = fixture.submit("next").await;
    let failure = fixture.ended(next).await.failure.unwrap();
    assert_eq!(failure.kind(), FailureKind::QuotaExhausted);
    assert_eq!((fixture.scraper.calls(), began.elapsed()), (3, seconds(0)));
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_not_there_has_a_kind_of_its_own() {
    let client = Client::new(MemoryStore::new());
    let scraper = scrape_fn(async |_: Target, _: PhaseContext| {
        Err::<u32, _>(PhaseError::account_unavailable("there is no such account"))
    });
    let pipeline = Pipeline::builder(
        client.clone(),
        scraper,
        analyze_fn(|_: &u32, _: &PhaseContext| Ok::<_, PhaseError>(0_u32)),
        assemble_fn(|_: &u32, _: &u32, _: &PhaseContext| Ok::<_, PhaseError>(0_u32)),
    );
    let _workers = pipeline.build().start();
    let id = client.submit(target("nobody")).await.unwrap().job().id;
    futures::StreamExt::count(client.watch(id)).await;
    let job = client.status(id).await.unwrap().unwrap();
    assert_eq!((job.status, job.attempt), (Status::Failed, 1));
    assert_eq!(job.failure.unwrap().kind(), FailureKind::AccountUnavailable);
}
