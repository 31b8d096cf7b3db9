//! Phases that fail, in every way they can.

use std::num::NonZeroU32;
use std::time::Duration;

use futures::StreamExt;
use report_pipeline::testing::mock::{End, Step};
use report_pipeline::testing::{Fault, Verb};
use report_pipeline::{
    Backoff, Client, FailureKind, MemoryOptions, MemoryStore, Phase, PhaseContext, Pipeline,
    Platform, RetryPolicy, Status, StoreLimits, Target, analyze_fn, assemble_fn, scrape_fn,
};
use tokio::time::Instant;

use super::fixture::{Fixture, on_platform, seconds, target};
use super::log::Log;

fn three_times_after_up_to_a_second() -> RetryPolicy {
    RetryPolicy::new(NonZeroU32::new(3).unwrap())
        .with_backoff(Backoff::default().with_cap(seconds(1)))
}

#[tokio::test(start_paused = true)]
async fn a_passing_fault_is_tried_again_from_the_phase_that_failed() {
    for &phase in Phase::ALL {
        let fixture = Fixture::new();
        fixture
            .remote(phase)
            .next(Step::transient("the line is down"));
        let _workers = fixture.builder().build().start();
        let id = fixture.submit("nasa").await;
        let waiting = fixture.until(id, |job| job.failures == 1).await;
        assert_eq!((waiting.status, waiting.phase), (Status::Pending, phase));
        assert_eq!(waiting.error_message(), Some("the line is down"));
        let job = fixture.ended(id).await;
        assert_eq!((job.status, job.attempt), (Status::Completed, 2));
        assert_eq!(job.failure, None);
        // Finished phases ran once, the one that failed twice.
        let runs = |other: &Phase| 1 + usize::from(*other == phase);
        assert!(fixture.calls().into_iter().eq(Phase::ALL.iter().map(runs)));
    }
}

#[tokio::test(start_paused = true)]
async fn attempts_end_when_the_policy_says_so() {
    let fixture = Fixture::new();
    fixture.analyzer.always(Step::transient("no model"));
    let _workers = fixture
        .builder()
        .with_retry(Phase::Analysis, three_times_after_up_to_a_second())
        .build()
        .start();
    let id = fixture.submit("nasa").await;
    let job = fixture.ended(id).await;
    assert_eq!(
        (job.status, job.phase, job.progress.percent()),
        (Status::Failed, Phase::Analysis, 30)
    );
    assert_eq!(job.failure.as_ref().unwrap().kind(), FailureKind::Transient);
    assert_eq!(job.error_message(), Some("no model (failed attempts: 3)"));
    assert_eq!(fixture.calls(), [1, 3, 0]);
}

#[tokio::test(start_paused = true)]
async fn failures_are_counted_for_each_phase() {
    // Two failures in each phase: more than three in all, never three in one.
    let fixture = Fixture::new();
    for &phase in Phase::ALL {
        fixture.remote(phase).on_call(1, Step::transient("once"));
        fixture.remote(phase).on_call(2, Step::transient("twice"));
    }
    let _workers = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    let job = fixture.ended(id).await;
    assert_eq!((job.status, job.attempt), (Status::Completed, 7));
    assert_eq!(fixture.calls(), [3, 3, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_fault_that_stays_ends_the_job_at_once() {
    let fixture = Fixture::new();
    fixture.scraper.next(Step::permanent("no such account"));
    let _workers = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    let job = fixture.ended(id).await;
    assert_eq!((job.status, job.attempt), (Status::Failed, 1));
    assert_eq!(job.error_message(), Some("no such account"));
    assert_eq!(fixture.calls(), [1, 0, 0]);
    // A failed job frees its target at once.
    assert_ne!(fixture.submit("nasa").await, id);
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_caught_reported_and_tried_again() {
    for &phase in Phase::ALL {
        let fixture = Fixture::new();
        fixture
            .remote(phase)
            .next(Step::panic("index out of bounds"));
        let _workers = fixture.builder().with_concurrency(1).build().start();
        let id = fixture.submit("nasa").await;
        let waiting = fixture.until(id, |job| job.failures == 1).await;
        let failure = waiting.failure.unwrap();
        assert_eq!(failure.kind(), FailureKind::Panicked);
        assert_eq!(failure.message(), "the phase panicked");
        // The only worker has survived.
        let job = fixture.ended(id).await;
        assert_eq!((job.status, job.crashes), (Status::Completed, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_phase_that_never_returns_is_dropped_at_its_timeout() {
    let fixture = Fixture::new();
    fixture.scraper.next(Step::hang());
    let _workers = fixture
        .builder()
        .with_timeout(Phase::Scraping, seconds(7))
        .build()
        .start();
    let began = Instant::now();
    let id = fixture.submit("nasa").await;
    let waiting = fixture.until(id, |job| job.failures == 1).await;
    assert_eq!(began.elapsed(), seconds(7));
    assert_eq!(fixture.scraper.ended(1).await, End::Dropped);
    let failure = waiting.failure.unwrap();
    assert_eq!(failure.kind(), FailureKind::TimedOut);
    assert_eq!(failure.message(), "the phase did not end within 7s");
    assert_eq!(fixture.ended(id).await.status, Status::Completed);
}

#[tokio::test(start_paused = true)]
async fn a_long_phase_keeps_its_lease() {
    let fixture = Fixture::new();
    fixture
        .scraper
        .always(Step::succeed("scraped".into()).taking(seconds(300)));
    let pipeline = fixture
        .builder()
        .with_timeout(Phase::Scraping, seconds(400))
        .with_lease(seconds(10))
        .build();
    let (_one, _two) = (pipeline.start(), pipeline.start());
    let id = fixture.submit("nasa").await;
    let job = fixture.ended(id).await;
    assert_eq!(
        (job.status, job.attempt, job.crashes),
        (Status::Completed, 1, 0)
    );
    assert_eq!(fixture.calls(), [1, 1, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_waits_for_its_next_attempt_holds_no_worker() {
    let fixture = Fixture::new();
    fixture
        .scraper
        .next(Step::rate_limited("later", Some(seconds(60))));
    let _workers = fixture.builder().with_concurrency(1).build().start();
    let first = fixture.submit("first").await;
    let waiting = fixture
        .until(first, |job| job.next_attempt_at.is_some())
        .await;
    assert_eq!(waiting.status, Status::Pending);
    // The only worker is free for a job of another platform.
    let other = on_platform(Platform::TIKTOK, "second");
    let other = fixture.client.submit(other).await.unwrap().job().id;
    let began = Instant::now();
    assert_eq!(fixture.ended(other).await.status, Status::Completed);
    assert_eq!(began.elapsed(), seconds(0));
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_pauses_its_platform_for_every_worker_and_no_other() {
    let fixture = Fixture::new();
    fixture
        .scraper
        .next(Step::rate_limited("slow down", Some(seconds(60))));
    let pipeline = fixture.builder().build();
    let (_one, _two) = (pipeline.start(), pipeline.start());
    let limited = fixture.submit("limited").await;
    fixture
        .until(limited, |job| job.next_attempt_at.is_some())
        .await;
    let began = Instant::now();
    let same = fixture.submit("same").await;
    let paused = fixture.client.stats().await.unwrap().platforms[&Platform::INSTAGRAM].paused_for;
    assert!(paused.is_some_and(|left| left <= seconds(61) && left > seconds(59)));
    let other = fixture
        .client
        .submit(on_platform(Platform::TIKTOK, "other"))
        .await
        .unwrap();
    fixture.ended(other.job().id).await;
    assert_eq!(began.elapsed(), seconds(0));
    fixture.ended(same).await;
    assert!(began.elapsed() >= seconds(60), "{:?}", began.elapsed());
    let job = fixture.ended(limited).await;
    assert_eq!((job.status, job.failures), (Status::Completed, 0));
}

#[tokio::test(start_paused = true)]
async fn rate_limits_do_not_use_up_attempts() {
    let fixture = Fixture::new();
    for _ in 0..10 {
        fixture
            .scraper
            .next(Step::rate_limited("slow down", Some(seconds(30))));
    }
    let _workers = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    let job = fixture.ended(id).await;
    assert_eq!((job.status, job.attempt), (Status::Completed, 11));
}

#[tokio::test(start_paused = true)]
async fn the_wait_a_platform_names_is_a_floor_and_is_capped() {
    let fixture = Fixture::new();
    fixture
        .scraper
        .next(Step::rate_limited("in a minute", Some(seconds(60))));
    fixture
        .scraper
        .next(Step::rate_limited("tomorrow", Some(seconds(24 * 3600))));
    let retry = RetryPolicy::default().with_max_wait(seconds(600));
    let _workers = fixture
        .builder()
        .with_retry(Phase::Scraping, retry)
        .build()
        .start();
    let began = Instant::now();
    let id = fixture.submit("nasa").await;
    fixture.scraper.started(2).await;
    assert!(began.elapsed() >= seconds(60), "{:?}", began.elapsed());
    fixture.scraper.started(3).await;
    assert!(began.elapsed() >= seconds(660) && began.elapsed() < seconds(800));
    fixture.ended(id).await;
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_the_deadline_ends_the_job_at_once() {
    let fixture = Fixture::new();
    fixture
        .scraper
        .next(Step::rate_limited("in ten minutes", Some(seconds(600))));
    let _workers = fixture.builder().build().start();
    let job = fixture
        .client
        .new_job(target("nasa"))
        .with_deadline(Some(seconds(60)));
    let began = Instant::now();
    let id = fixture.client.submit_job(job).await.unwrap().job().id;
    let job = fixture.ended(id).await;
    assert_eq!(began.elapsed(), seconds(0));
    assert_eq!(
        job.failure.as_ref().unwrap().kind(),
        FailureKind::DeadlineExceeded
    );
    assert!(job.error_message().unwrap().contains("in ten minutes"));
}

#[tokio::test(start_paused = true)]
async fn the_deadline_cuts_a_running_phase() {
    let fixture = Fixture::new();
    fixture.analyzer.next(Step::hang());
    let _workers = fixture
        .builder()
        .with_timeout(Phase::Analysis, seconds(3600))
        .build()
        .start();
    let job = fixture
        .client
        .new_job(target("nasa"))
        .with_deadline(Some(seconds(90)));
    let began = Instant::now();
    let id = fixture.client.submit_job(job).await.unwrap().job().id;
    let job = fixture.ended(id).await;
    assert_eq!(began.elapsed().as_secs(), 90);
    assert_eq!(job.failure.unwrap().kind(), FailureKind::DeadlineExceeded);
    assert_eq!((job.phase, job.progress.percent()), (Phase::Analysis, 30));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_nobody_takes_fails_at_its_deadline() {
    let fixture = Fixture::new();
    let pipeline = fixture
        .builder()
        .with_in_flight_limit(Platform::INSTAGRAM, 0)
        .build();
    let _workers = pipeline.start();
    let job = fixture
        .client
        .new_job(target("nasa"))
        .with_deadline(Some(seconds(90)));
    let id = fixture.client.submit_job(job).await.unwrap().job().id;
    let began = Instant::now();
    let job = fixture.ended(id).await;
    assert_eq!(job.failure.unwrap().kind(), FailureKind::DeadlineExceeded);
    assert!(
        began.elapsed() <= seconds(101),
        "a sweep comes by within its interval"
    );
    assert_eq!(job.attempt, 0);
}

#[tokio::test(start_paused = true)]
async fn an_output_over_the_size_limit_fails_the_job_for_good_and_says_which() {
    let limits = StoreLimits::default().with_value_bytes(100);
    for &phase in Phase::ALL {
        let fixture = Fixture::on(MemoryOptions::new().with_limits(limits).build());
        fixture.remote(phase).always(Step::succeed("x".repeat(200)));
        let _workers = fixture.builder().build().start();
        let id = fixture.submit("nasa").await;
        let job = fixture.ended(id).await;
        assert_eq!(job.failure.as_ref().unwrap().kind(), FailureKind::TooLarge);
        let name = match phase {
            Phase::Finalizing => "the report".to_owned(),
            _ => format!("the output of phase {phase}"),
        };
        let message = format!("{name} has 202 bytes, more than the 100 that are allowed");
        assert_eq!(job.error_message(), Some(&*message));
        assert_eq!((job.attempt, job.phase), (1, phase));
        assert_eq!(fixture.report(id).await, None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_without_room_is_tried_again() {
    let limits = StoreLimits::default().with_stored_bytes(1000);
    let fixture = Fixture::on(
        MemoryOptions::new()
            .with_limits(limits)
            .with_retention(seconds(5))
            .build(),
    );
    fixture.assembler.always(Step::succeed("x".repeat(700)));
    let _workers = fixture.builder().with_concurrency(1).build().start();
    let first = fixture.submit("first").await;
    let second = fixture.submit("second").await;
    assert_eq!(fixture.ended(first).await.status, Status::Completed);
    let waiting = fixture.until(second, |job| job.failures == 1).await;
    assert!(
        waiting.error_message().unwrap().contains("stored bytes"),
        "{waiting:?}"
    );
    // Expired reports make room, and no attempt is lost to waiting for it.
    fixture.assembler.always(Step::succeed("small".into()));
    assert_eq!(fixture.ended(second).await.status, Status::Completed);
}

#[tokio::test(start_paused = true)]
async fn retries_spread_over_the_backoff() {
    let fixture = Fixture::new();
    fixture.scraper.always(Step::transient("down"));
    let retry = RetryPolicy::new(NonZeroU32::new(2).unwrap())
        .with_backoff(Backoff::new(seconds(100)).with_cap(seconds(100)));
    let _workers = fixture
        .builder()
        .with_concurrency(50)
        .with_retry(Phase::Scraping, retry)
        .build()
        .start();
    for n in 0..50 {
        fixture.submit(&format!("user{n}")).await;
    }
    fixture.scraper.ended(50).await;
    let began = Instant::now();
    let mut starts: Vec<Duration> = Vec::new();
    let seconds_between = futures::stream::iter(51..=100).then(|n| {
        let scraper = fixture.scraper.clone();
        async move {
            scraper.started(n).await;
            began.elapsed()
        }
    });
    starts.extend(seconds_between.collect::<Vec<_>>().await);
    assert!(starts[0] < seconds(20), "{starts:?}");
    assert!(
        starts[49] > seconds(80) && starts[49] <= seconds(101),
        "{starts:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_platform_that_limits_without_naming_a_wait_is_not_hammered() {
    let fixture = Fixture::new();
    fixture
        .scraper
        .always(Step::rate_limited("slow down", None));
    let _workers = fixture.builder().build().start();
    fixture.submit("nasa").await;
    let mut at = Vec::new();
    for minute in 1..=50 {
        tokio::time::sleep(seconds(60)).await;
        if minute % 10 == 0 {
            at.push(fixture.scraper.calls());
        }
    }
    assert!(
        fixture.scraper.calls() < 300,
        "calls after each ten minutes: {at:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_deadline_ends_a_job_whose_outputs_never_reach_the_store() {
    let fixture = Fixture::new();
    fixture.faults.from_now_on(Verb::Checkpoint, Fault::Fail);
    fixture.analyzer.always(Step::transient("no"));
    let _workers = fixture.builder().build().start();
    let job = fixture
        .client
        .new_job(target("nasa"))
        .with_deadline(Some(seconds(60)));
    let id = fixture.client.submit_job(job).await.unwrap().job().id;
    tokio::time::sleep(seconds(3600)).await;
    assert_eq!(fixture.job(id).await.status, Status::Failed);
}

#[tokio::test(start_paused = true)]
async fn a_phase_that_the_deadline_cuts_is_not_said_to_have_timed_out() {
    let fixture = Fixture::new();
    fixture.scraper.always(Step::hang());
    let _workers = fixture.builder().build().start();
    let job = fixture
        .client
        .new_job(target("nasa"))
        .with_deadline(Some(seconds(5)));
    let id = fixture.client.submit_job(job).await.unwrap().job().id;
    let job = fixture.ended(id).await;
    let message = job.error_message().unwrap();
    assert!(!message.contains("within 60s"), "{message}");
}

#[tokio::test(start_paused = true)]
async fn the_text_of_a_panic_reaches_the_log_and_no_client() {
    let secret = "called `Result::unwrap()` on an `Err` value: ?api_key=hunter2";
    for phase in Phase::ALL {
        let (log, _guard) = Log::start();
        let fixture = Fixture::new();
        fixture.remote(*phase).always(Step::panic(secret));
        let _workers = fixture.builder().build().start();
        let id = fixture.submit("nasa").await;
        let job = fixture.ended(id).await;
        let message = job.error_message().unwrap();
        assert_eq!(message, "the phase panicked (failed attempts: 3)");
        let report = fixture.client.report(id).await.unwrap();
        assert!(!format!("{job:?} {report:?}").contains("hunter2"));
        let log = log.text();
        let tells_all = |line: &str| {
            let parts = ["ERROR", secret, &id.to_string(), &format!("phase={phase}")];
            parts.iter().all(|part| line.contains(part))
        };
        assert!(log.lines().any(tells_all), "{log}");
    }
}

#[derive(serde::Deserialize)]
struct Bomb;
impl serde::Serialize for Bomb {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        panic!("hunter2")
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_an_outputs_own_serialization_is_reported_and_its_text_only_logged() {
    let (log, _guard) = Log::start();
    let client = Client::new(MemoryStore::new());
    let p = Pipeline::builder(
        client.clone(),
        scrape_fn(async |_: Target, _: PhaseContext| Ok(Bomb)),
        analyze_fn(|_: &Bomb, _: &PhaseContext| Ok(1_u8)),
        assemble_fn(|_: &Bomb, a: &u8, _: &PhaseContext| Ok(*a)),
    )
    .build();
    let _w = p.start();
    let id = client.submit(target("nasa")).await.unwrap().job().id;
    let job = client
        .watch(id)
        .map(Result::unwrap)
        .fold(None, async |_, j| Some(j))
        .await
        .unwrap();
    let failure = job.failure.unwrap();
    assert_eq!(failure.kind(), FailureKind::Panicked);
    assert_eq!(
        failure.message(),
        "the output of phase Scraping cannot be written as JSON: its serialization panicked"
    );
    assert!(log.text().contains("hunter2"), "{}", log.text());
}

#[cfg(debug_assertions)]
#[tokio::test(start_paused = true)]
async fn a_value_that_does_not_survive_its_json_is_named_in_debug_builds() {
    let client = report_pipeline::Client::new(report_pipeline::MemoryStore::new());
    let pipeline = report_pipeline::Pipeline::builder(
        client.clone(),
        report_pipeline::scrape_fn(async |_, _| Ok(vec![1.0, f64::NAN])),
        report_pipeline::analyze_fn(|_: &Vec<f64>, _: &_| Ok(1)),
        report_pipeline::assemble_fn(|_: &Vec<f64>, _: &i32, _: &_| Ok(2)),
    );
    let _workers = pipeline.build().start();
    let id = client.submit(target("nasa")).await.unwrap().job().id;
    futures::StreamExt::count(client.watch(id)).await;
    let job = client.status(id).await.unwrap().unwrap();
    let failure = job.failure.unwrap();
    assert_eq!((failure.kind(), job.attempt), (FailureKind::Permanent, 1));
    let message = failure.message();
    assert!(message.contains("does not survive its JSON"), "{message}");
    assert!(message.contains("phase Scraping"), "{message}");
}
