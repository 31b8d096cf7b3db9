//! Graceful shutdown.

use std::time::Duration;

use report_pipeline::testing::mock::{End, Gate, Step};
use report_pipeline::testing::{Fault, Verb};
use report_pipeline::{Phase, Status};
use tokio::time::Instant;

use super::fixture::{Fixture, seconds};

#[tokio::test(start_paused = true)]
async fn idle_workers_stop_at_once() {
    let fixture = Fixture::new();
    let workers = fixture.builder().build().start();
    tokio::time::sleep(seconds(5)).await;
    let began = Instant::now();
    let drained = workers.drain(seconds(20)).await;
    assert_eq!((drained.released, drained.unreleased), (0, 0));
    assert_eq!(began.elapsed(), seconds(0));
    // And nobody claims jobs any more.
    let id = fixture.submit("nasa").await;
    tokio::time::sleep(seconds(60)).await;
    assert_eq!(fixture.job(id).await.status, Status::Pending);
}

#[tokio::test(start_paused = true)]
async fn running_jobs_are_finished_and_no_new_one_is_started() {
    let fixture = Fixture::new();
    fixture
        .scraper
        .always(Step::succeed("scraped".into()).taking(seconds(5)));
    let workers = fixture.builder().with_concurrency(2).build().start();
    let mut ids = Vec::new();
    for n in 0..4 {
        ids.push(fixture.submit(&format!("user{n}")).await);
    }
    fixture.scraper.started(2).await;
    let began = Instant::now();
    let drained = workers.drain(seconds(20)).await;
    assert_eq!((drained.released, drained.unreleased), (0, 0));
    assert_eq!(began.elapsed(), seconds(5));
    let stats = fixture.client.stats().await.unwrap().jobs;
    assert_eq!(
        (stats.completed, stats.pending, stats.processing),
        (2, 2, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn unfinished_work_is_released_without_spending_an_attempt() {
    let fixture = Fixture::new();
    fixture.analyzer.on_call(1, Step::hang());
    let workers = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    fixture.analyzer.started(1).await;
    let before = fixture.job(id).await;
    assert_eq!(before.attempt, 1);

    let began = Instant::now();
    let drained = workers.drain(seconds(20)).await;
    assert!(began.elapsed() <= seconds(20), "{:?}", began.elapsed());
    assert_eq!((drained.released, drained.unreleased), (1, 0));
    let job = fixture.job(id).await;
    assert_eq!((job.status, job.phase), (Status::Pending, Phase::Analysis));
    assert_eq!((job.attempt, job.crashes, job.failures), (0, 0, 0));
    assert_eq!(job.next_attempt_at, None);

    // Another worker goes on at once, at the phase that had been reached.
    let began = Instant::now();
    let _others = fixture.builder().build().start();
    assert_eq!(fixture.ended(id).await.attempt, 1);
    assert_eq!(began.elapsed(), seconds(0));
    assert_eq!(fixture.calls(), [1, 2, 1]);
}

#[tokio::test(start_paused = true)]
async fn leases_are_renewed_while_jobs_are_waited_for() {
    let fixture = Fixture::new();
    fixture
        .scraper
        .always(Step::succeed("scraped".into()).taking(seconds(50)));
    let pipeline = fixture.builder().with_lease(seconds(6)).build();
    let workers = pipeline.start();
    let id = fixture.submit("nasa").await;
    fixture.scraper.started(1).await;
    let _others = pipeline.start();
    workers.drain(seconds(100)).await;
    let job = fixture.job(id).await;
    assert_eq!((job.status, job.crashes), (Status::Completed, 0));
    assert_eq!(fixture.calls(), [1, 1, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_phase_that_ends_when_asked_to_has_its_output_kept() {
    let fixture = Fixture::new();
    let gate = Gate::new();
    fixture
        .scraper
        .on_call(1, Step::succeed("scraped".into()).behind(&gate));
    let workers = fixture
        .builder()
        .with_cancel_grace(seconds(5))
        .build()
        .start();
    let id = fixture.submit("nasa").await;
    fixture.scraper.started(1).await;
    let drain = tokio::spawn(workers.drain(seconds(20)));
    // The jobs are asked to stop six seconds before the end; this one ends within its grace.
    tokio::time::sleep(seconds(15)).await;
    gate.open();
    let drained = drain.await.unwrap();
    assert_eq!((drained.released, drained.unreleased), (1, 0));
    let job = fixture.job(id).await;
    assert_eq!(
        (job.status, job.phase, job.attempt),
        (Status::Pending, Phase::Analysis, 0)
    );
    assert_eq!(fixture.scraper.ended(1).await, End::Succeeded);
    assert_eq!(fixture.calls(), [1, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_dead_store_does_not_hold_the_drain_up() {
    let fixture = Fixture::new();
    fixture.scraper.on_call(1, Step::hang());
    let workers = fixture.builder().build().start();
    fixture.submit("nasa").await;
    fixture.scraper.started(1).await;
    fixture.faults.everything(Fault::Hang);
    let began = Instant::now();
    let drained = workers.drain(seconds(20)).await;
    assert!(began.elapsed() <= seconds(20), "{:?}", began.elapsed());
    assert_eq!((drained.released, drained.unreleased), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_job_whose_claim_was_on_its_way_is_released() {
    let fixture = Fixture::new();
    fixture
        .faults
        .on_call(Verb::Claim, 1, Fault::DelayReply(seconds(10)));
    let workers = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    fixture
        .until(id, |job| job.status == Status::Processing)
        .await;
    let began = Instant::now();
    let drained = workers.drain(seconds(20)).await;
    assert_eq!((drained.released, drained.unreleased), (1, 0));
    assert_eq!(began.elapsed(), seconds(0));
    let job = fixture.job(id).await;
    assert_eq!(
        (job.status, job.attempt, job.crashes),
        (Status::Pending, 0, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn workers_can_be_started_and_stopped_many_times() {
    let fixture = Fixture::new();
    let pipeline = fixture.builder().build();
    for n in 0..100 {
        let workers = pipeline.start();
        let id = fixture.submit(&format!("user{n}")).await;
        let drained = workers.drain(seconds(5)).await;
        assert_eq!(drained.unreleased, 0);
        let job = fixture.job(id).await;
        assert!(
            matches!(job.status, Status::Pending | Status::Completed),
            "{job:?}"
        );
        assert_eq!(job.crashes, 0);
    }
    // No task of theirs is left: only this test's own.
    tokio::task::yield_now().await;
    assert_eq!(
        tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks(),
        0
    );
}

#[tokio::test(start_paused = true)]
async fn a_short_drain_releases_too() {
    for (deadline, grace) in [
        (2000, 1000),
        (1000, 1000),
        (20_000, 10_000),
        (20_000, 30_000),
    ] {
        let (deadline, grace) = (
            Duration::from_millis(deadline),
            Duration::from_millis(grace),
        );
        let fixture = Fixture::new();
        fixture.scraper.on_call(1, Step::hang());
        let workers = fixture.builder().with_cancel_grace(grace).build().start();
        fixture.submit("nasa").await;
        fixture.scraper.started(1).await;
        let began = Instant::now();
        let drained = workers.drain(deadline).await;
        assert_eq!(
            (drained.released, drained.unreleased),
            (1, 0),
            "{deadline:?} {grace:?}"
        );
        assert!(began.elapsed() <= deadline);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_claimed_and_not_started_counts_as_abandoned() {
    let fixture = Fixture::new();
    fixture
        .faults
        .on_call(Verb::Claim, 1, Fault::DelayReply(seconds(10)));
    let workers = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    fixture
        .until(id, |job| job.status == Status::Processing)
        .await;
    fixture.faults.from_now_on(Verb::Finish, Fault::Hang);
    let drained = workers.drain(seconds(4)).await;
    assert_eq!(fixture.job(id).await.status, Status::Processing);
    assert_eq!((drained.released, drained.unreleased), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn one_failed_call_does_not_keep_a_claimed_job_from_being_released() {
    for verb in [Verb::Finish, Verb::Claim] {
        let fixture = Fixture::new();
        fixture
            .faults
            .on_call(Verb::Claim, 1, Fault::DelayReply(seconds(10)));
        let workers = fixture.builder().build().start();
        let id = fixture.submit("nasa").await;
        fixture
            .until(id, |job| job.status == Status::Processing)
            .await;
        fixture.faults.on_next(verb, Fault::Fail);
        let drained = workers.drain(seconds(20)).await;
        assert_eq!((drained.released, drained.unreleased), (1, 0), "{verb:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_was_cancelled_meanwhile_is_not_released() {
    let fixture = Fixture::new();
    let gate = Gate::new();
    fixture
        .scraper
        .on_call(1, Step::succeed("s".into()).behind(&gate));
    let workers = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    fixture.scraper.started(1).await;
    let drain = tokio::spawn(workers.drain(seconds(4)));
    tokio::time::sleep(Duration::from_millis(2100)).await;
    fixture.client.cancel(id).await.unwrap();
    let drained = drain.await.unwrap();
    assert_eq!((drained.released, drained.unreleased), (0, 0));
}
