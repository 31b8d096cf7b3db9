//! Progress: weighed, coalesced, never falling.

use futures::StreamExt;
use report_pipeline::testing::Verb;
use report_pipeline::testing::mock::Step;
use report_pipeline::{
    Client, MemoryStore, PhaseContext, Pipeline, ReportState, Status, Target, analyze_fn,
    assemble_fn, scrape_fn,
};

use super::fixture::{Fixture, seconds, target};

#[tokio::test(start_paused = true)]
async fn a_phases_fraction_is_weighed_and_shown() {
    let fixture = Fixture::new();
    fixture.scraper.next(
        Step::succeed("s".into())
            .taking(seconds(2))
            .reporting([0.5, 1.0]),
    );
    fixture.analyzer.next(
        Step::succeed("a".into())
            .taking(seconds(2))
            .reporting([0.5, 1.0]),
    );
    fixture.assembler.next(
        Step::succeed("r".into())
            .taking(seconds(2))
            .reporting([0.5, 0.6]),
    );
    let _workers = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    let percents: Vec<u8> = fixture
        .client
        .watch(id)
        .map(|job| job.unwrap().progress.percent())
        .collect()
        .await;
    for expected in [0, 15, 30, 60, 90, 95, 100] {
        assert!(
            percents.contains(&expected),
            "{expected} is missing in {percents:?}"
        );
    }
    assert!(percents.is_sorted(), "{percents:?}");
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_updates_are_few_store_calls() {
    let fixture = Fixture::new();
    let updates = (0..10_000).map(|n| f64::from(n) / 10_000.0);
    fixture.analyzer.next(
        Step::succeed("a".into())
            .taking(seconds(10))
            .reporting(updates),
    );
    let _workers = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    let job = fixture.ended(id).await;
    assert_eq!(job.status, Status::Completed);
    // Four a second at most, and none that says nothing new.
    let beats = fixture.faults.calls(Verb::Heartbeat);
    assert!((20..=40).contains(&beats), "{beats}");
}

#[tokio::test(start_paused = true)]
async fn a_long_progress_interval_is_kept_to() {
    let fixture = Fixture::new();
    let updates = (0..1000).map(|n| f64::from(n) / 1000.0);
    let busy = Step::succeed("a".into())
        .taking(seconds(50))
        .reporting(updates);
    fixture.analyzer.next(busy);
    let workers = fixture.builder().with_progress_interval(seconds(9));
    let _workers = workers.build().start();
    let id = fixture.submit("nasa").await;
    fixture.ended(id).await;
    let beats = fixture.faults.calls(Verb::Heartbeat);
    assert!((3..=6).contains(&beats), "{beats} heartbeats in 50 s");
}

#[tokio::test(start_paused = true)]
async fn a_silent_phase_costs_a_heartbeat_now_and_then() {
    let fixture = Fixture::new();
    fixture
        .scraper
        .next(Step::succeed("s".into()).taking(seconds(50)));
    let _workers = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    fixture.ended(id).await;
    let beats = fixture.faults.calls(Verb::Heartbeat);
    assert!(
        (4..=5).contains(&beats),
        "{beats} heartbeats in 50 s with a lease of 30 s"
    );
}

#[tokio::test(start_paused = true)]
async fn progress_never_falls_over_retries() {
    let fixture = Fixture::new();
    fixture
        .analyzer
        .on_call(1, Step::transient("x").taking(seconds(1)).reporting([0.9]));
    fixture.analyzer.on_call(
        2,
        Step::succeed("a".into())
            .taking(seconds(4))
            .reporting([0.1, 0.2]),
    );
    let _workers = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    fixture.until(id, |job| job.progress.percent() == 30).await;
    let seen: Vec<_> = fixture.client.watch(id).map(Result::unwrap).collect().await;
    assert!(
        seen.windows(2)
            .all(|pair| pair[0].progress <= pair[1].progress),
        "{seen:?}"
    );
    assert!(
        seen.windows(2)
            .all(|pair| pair[0].updated_at <= pair[1].updated_at),
        "{seen:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_idle_pipeline_leaves_the_store_alone() {
    let fixture = Fixture::new();
    let _workers = fixture.builder().with_concurrency(50).build().start();
    tokio::time::sleep(seconds(600)).await;
    let calls: u64 = Verb::ALL
        .iter()
        .map(|verb| fixture.faults.calls(*verb))
        .sum();
    // A claim every 30 s, a sweep every 10 s and with it a count for the metrics, whatever the
    // concurrency.
    assert!(calls <= 142, "{calls} calls in ten idle minutes");
}

#[tokio::test(start_paused = true)]
async fn a_phase_sees_the_progress_of_the_whole_job() {
    let client = Client::new(MemoryStore::new());
    let p = Pipeline::builder(
        client.clone(),
        scrape_fn(async |_: Target, _: PhaseContext| Ok(1_u32)),
        analyze_fn(|_: &u32, ctx: &PhaseContext| Ok(ctx.overall_progress().percent())),
        assemble_fn(|_: &u32, a: &u8, ctx: &PhaseContext| {
            Ok((*a, ctx.overall_progress().percent()))
        }),
    )
    .build();
    let _w = p.start();
    let id = client.submit(target("nasa")).await.unwrap().job().id;
    client.watch(id).for_each(async |_| {}).await;
    assert_eq!(
        client.report(id).await.unwrap(),
        ReportState::Ready("[30,90]".into())
    );
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_learnt_from_finished_jobs_and_the_queue() {
    let fixture = Fixture::new();
    fixture
        .analyzer
        .always(Step::succeed("a".into()).taking(seconds(12)));
    let _workers = fixture.builder().with_concurrency(1).build().start();
    let first = fixture.submit("first").await;
    assert_eq!(
        fixture.client.retry_after(&fixture.job(first).await),
        seconds(1)
    );
    fixture.ended(first).await;
    // One runs and two wait.
    for name in ["second", "third"] {
        fixture.submit(name).await;
    }
    fixture.analyzer.started(2).await;
    tokio::time::sleep(seconds(1)).await;
    let last = fixture.submit("fourth").await;
    let hint = fixture
        .client
        .retry_after(&fixture.job(last).await)
        .as_secs();
    assert!((24..=36).contains(&hint), "{hint}");
}
