//! A store that fails, replies late, or loses its reply, at any call.

use futures::StreamExt;
use report_pipeline::testing::mock::Step;
use report_pipeline::testing::{Fault, Verb};
use report_pipeline::{Client, Phase, Status, StoreError};
use tokio::time::Instant;

use super::fixture::{Fixture, seconds, target};

const FAULTS: [Fault; 5] = [
    Fault::Fail,
    Fault::LoseReply,
    Fault::Hang,
    Fault::Delay(seconds(20)),
    Fault::DelayReply(seconds(20)),
];

#[tokio::test(start_paused = true)]
async fn one_fault_at_any_call_costs_no_job_and_no_second_run() {
    let calls = [
        (Verb::Claim, 1),
        (Verb::Checkpoint, 1),
        (Verb::Checkpoint, 2),
        (Verb::Finish, 1),
        (Verb::Heartbeat, 1),
        (Verb::Heartbeat, 2),
        (Verb::Heartbeat, 3),
        (Verb::Sweep, 1),
        (Verb::Sweep, 2),
        (Verb::Sweep, 3),
    ];
    for (verb, n) in calls {
        for fault in FAULTS {
            let fixture = Fixture::new();
            fixture.faults.on_call(verb, n, fault);
            for &phase in Phase::ALL {
                let output = format!("{phase}");
                fixture
                    .remote(phase)
                    .always(Step::succeed(output).taking(seconds(15)));
            }
            let _workers = fixture.builder().build().start();
            let id = fixture.submit("nasa").await;
            let job = fixture.ended(id).await;
            let case = format!("{fault:?} at call {n} of {verb:?}");
            assert!(fixture.faults.calls(verb) >= n, "{case} never happened");
            assert_eq!(job.status, Status::Completed, "{case}: {job:?}");
            assert_eq!(fixture.calls(), [1, 1, 1], "{case}");
            assert_eq!((job.attempt, job.crashes), (1, 0), "{case}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn workers_find_their_way_back_after_an_outage() {
    let fixture = Fixture::new();
    fixture
        .analyzer
        .always(Step::succeed("a".into()).taking(seconds(3)));
    let _workers = fixture.builder().build().start();
    let running = fixture.submit("running").await;
    fixture.analyzer.started(1).await;
    fixture.faults.everything(Fault::Fail);
    // Longer than the phase, shorter than the lease.
    tokio::time::sleep(seconds(20)).await;
    assert!(fixture.client.submit(target("refused")).await.is_err());
    fixture.faults.heal();
    let healed = Instant::now();
    assert_eq!(fixture.ended(running).await.status, Status::Completed);
    assert_eq!(fixture.calls(), [1, 1, 1]);
    let next = fixture.submit("next").await;
    assert_eq!(fixture.ended(next).await.status, Status::Completed);
    assert!(healed.elapsed() <= seconds(12), "{:?}", healed.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_outage_longer_than_the_lease_loses_no_job() {
    let fixture = Fixture::new();
    fixture
        .scraper
        .on_call(1, Step::succeed("s".into()).taking(seconds(45)));
    let _workers = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    fixture.scraper.started(1).await;
    fixture.faults.everything(Fault::Hang);
    tokio::time::sleep(seconds(300)).await;
    fixture.faults.heal();
    let job = fixture.ended(id).await;
    assert_eq!((job.status, job.crashes), (Status::Completed, 1));
}

#[tokio::test(start_paused = true)]
async fn a_submit_whose_reply_is_lost_is_one_job() {
    let fixture = Fixture::new();
    fixture.faults.on_call(Verb::Submit, 1, Fault::LoseReply);
    let id = fixture.submit("nasa").await;
    assert_eq!(fixture.faults.calls(Verb::Submit), 2);
    assert_eq!(fixture.submit("nasa").await, id);
    assert_eq!(fixture.client.stats().await.unwrap().jobs.total(), 1);
}

/// The default of `Client::with_call_timeout`.
const CALL_TIMEOUT: std::time::Duration = std::time::Duration::from_millis(1900);

#[tokio::test(start_paused = true)]
async fn calls_to_a_dead_store_fail_within_the_call_timeout() {
    let fixture = Fixture::new();
    let id = fixture.submit("nasa").await;
    fixture.faults.everything(Fault::Hang);
    let client: &Client = &fixture.client;
    let began = Instant::now();
    let unavailable = |error| matches!(error, StoreError::Unavailable { .. });
    assert!(client.submit(target("other")).await.is_err_and(unavailable));
    assert_eq!(began.elapsed(), CALL_TIMEOUT);
    assert!(client.status(id).await.is_err_and(unavailable));
    assert!(client.report(id).await.is_err_and(unavailable));
    assert!(client.cancel(id).await.is_err_and(unavailable));
    assert!(client.stats().await.is_err_and(unavailable));
    assert_eq!(began.elapsed(), 5 * CALL_TIMEOUT);
}

#[tokio::test(start_paused = true)]
async fn a_watcher_waits_out_an_outage() {
    let fixture = Fixture::new();
    fixture
        .scraper
        .next(Step::succeed("s".into()).taking(seconds(100)));
    let _workers = fixture
        .builder()
        .with_timeout(Phase::Scraping, seconds(200))
        .build()
        .start();
    let id = fixture.submit("nasa").await;
    let watcher = {
        let changes = fixture.client.watch(id);
        tokio::spawn(async move {
            changes
                .map(|job| job.unwrap().status)
                .collect::<Vec<_>>()
                .await
        })
    };
    fixture.scraper.started(1).await;
    fixture.faults.from_now_on(Verb::Changed, Fault::Fail);
    fixture.ended(id).await;
    tokio::time::sleep(seconds(100)).await;
    fixture.faults.heal();
    assert_eq!(watcher.await.unwrap().last(), Some(&Status::Completed));
}

#[tokio::test(start_paused = true)]
async fn one_hung_heartbeat_does_not_cost_the_lease() {
    let fixture = Fixture::new();
    fixture
        .scraper
        .next(Step::succeed("s".into()).taking(seconds(1)));
    fixture
        .scraper
        .always(Step::succeed("s".into()).taking(seconds(50)));
    fixture.submit("first").await;
    let id = fixture.submit("second").await;
    let pipeline = fixture
        .builder()
        .with_concurrency(1)
        .with_progress_interval(seconds(10))
        .with_sweep_interval(seconds(1))
        .build();
    let _workers = pipeline.start();
    fixture.faults.on_call(Verb::Heartbeat, 1, Fault::Hang);
    fixture.scraper.started(2).await;
    let job = fixture.ended(id).await;
    assert_eq!((job.crashes, fixture.scraper.calls()), (0, 2));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_cannot_be_finished_frees_its_worker() {
    // One record that the store cannot finish: does it cost the process a worker for ever?
    let fixture = Fixture::new();
    let workers = fixture.builder().with_concurrency(1).build().start();
    fixture.faults.from_now_on(Verb::Finish, Fault::Fail);
    fixture.submit("a").await;
    tokio::time::sleep(seconds(4000)).await;
    assert!(format!("{workers:?}").contains("busy: 0"));
}

#[tokio::test(start_paused = true)]
async fn watchers_do_not_return_in_step_after_an_outage() {
    let fixture = Fixture::new();
    let id = fixture.submit("nasa").await;
    fixture.faults.from_now_on(Verb::Changed, Fault::Fail);
    let watchers: Vec<_> = (0..100)
        .map(|_| {
            let changes = fixture.client.watch(id);
            tokio::spawn(async move {
                std::pin::pin!(changes).next().await.unwrap().unwrap();
                Instant::now()
            })
        })
        .collect();
    tokio::time::sleep(seconds(60)).await;
    fixture.faults.heal();
    let healed = Instant::now();
    let mut returned = Vec::new();
    for watcher in watchers {
        returned.push(watcher.await.unwrap() - healed);
    }
    returned.sort();
    assert!(returned[99] <= seconds(5), "{returned:?}");
    // In no tenth of the longest pause more than a third of them.
    for part in returned.chunk_by(|a, b| a.as_millis() / 500 == b.as_millis() / 500) {
        assert!(part.len() <= 33, "{returned:?}");
    }
}
