//! Worker processes that are killed or stand still, at every point of a job's way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::join_all;
use report_pipeline::{
    Backoff, Client, Job, Phase, PhaseContext, PhaseError, Pipeline, RetryPolicy, Status, Target,
    analyze_fn, assemble_fn, scrape_fn,
};
use tokio_util::sync::CancellationToken;

use super::fixture::{Phases, connect, connect_with_prefix, ended, report, submit, until};
use super::worker::{Order, Point, Worker};
use report_pipeline_test_support::redis::RedisServer;

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_killed_at_any_point_costs_no_phase_whose_output_is_kept() {
    let server = RedisServer::start();
    let cases = Point::ALL.into_iter().enumerate();
    join_all(cases.map(|(n, point)| killed_at(&server, format!("{n}:"), point))).await;
}

async fn killed_at(server: &RedisServer, prefix: String, point: Point) {
    let store = connect_with_prefix(server.address(), &prefix).await;
    let client = Client::new(store);
    let id = submit(&client, "nasa").await;
    let mut first = Worker::start(server.address(), &prefix, Order::StopAt(point));
    if matches!(point, Point::BeforeFinish | Point::AfterFinish) {
        until(&client, id, |job| job.phase == Phase::Finalizing).await;
        first.go_on();
    }
    let ran = first.reached().await;
    let ran: Vec<usize> = ran.split(' ').map(|count| count.parse().unwrap()).collect();
    until(&client, id, |job| is_there(point, job)).await;
    first.kill();

    let phases = Phases::by("another worker");
    let _second = phases.builder(&client).build().start();
    let job = ended(&client, id).await;
    assert_eq!(job.status, Status::Completed, "{point:?}: {job:?}");
    let calls = [0, 1, 2].map(|n| ran[n] + phases.calls()[n]);
    assert_eq!(calls, expected_calls(point), "{point:?}");
    let finished = point == Point::AfterFinish;
    let crashes = u32::from(!finished);
    assert_eq!(
        (job.attempt, job.crashes, job.failures),
        (1 + crashes, crashes, 0),
        "{point:?}"
    );
    let author = if finished {
        "the worker process"
    } else {
        "another worker"
    };
    assert_eq!(
        report(&client, id).await.as_deref(),
        Some(author),
        "{point:?}"
    );
    let stats = client.stats().await.unwrap();
    assert_eq!(
        (stats.jobs.total(), stats.jobs.completed),
        (1, 1),
        "{point:?}"
    );
    // One report, and nothing of an output that was made twice.
    assert_eq!(stats.stored_bytes, author.len() as u64 + 2, "{point:?}");
}

/// Whether the store has carried out what the worker will never be told of.
fn is_there(point: Point, job: &Job) -> bool {
    match point {
        Point::Inside(phase) => job.phase == phase,
        Point::AfterCheckpoint(1) | Point::BeforeCheckpoint(2) => job.phase == Phase::Analysis,
        Point::AfterCheckpoint(_) => job.phase == Phase::Finalizing,
        Point::AfterFinish => job.status == Status::Completed,
        _ => job.attempt == 1,
    }
}

/// How often each phase must have run in the end: what was kept once, what was interrupted twice.
const fn expected_calls(point: Point) -> [usize; 3] {
    match point {
        Point::ClaimedJob | Point::AfterFinish => [1, 1, 1],
        Point::Inside(Phase::Scraping) => [2, 1, 1],
        Point::BeforeCheckpoint(1) => [2, 2, 1],
        Point::Inside(Phase::Analysis) | Point::AfterCheckpoint(1) => [1, 2, 1],
        Point::BeforeCheckpoint(_) => [1, 2, 2],
        Point::Inside(_) | Point::AfterCheckpoint(_) | Point::BeforeFinish => [1, 1, 2],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_kills_every_worker_is_given_up() {
    let server = RedisServer::start();
    let client = Client::new(connect(server.address()).await);
    let id = submit(&client, "poison").await;
    for _ in 0..3 {
        let order = Order::StopAt(Point::Inside(Phase::Scraping));
        let mut worker = Worker::start(server.address(), "", order);
        worker.reached().await;
        worker.kill();
    }
    let phases = Phases::by("nobody");
    let _last = phases.builder(&client).build().start();
    let job = ended(&client, id).await;
    assert_eq!(
        (job.status, job.crashes, job.attempt),
        (Status::Failed, 3, 3)
    );
    assert_eq!(phases.calls(), [0, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_stood_still_past_its_lease_spoils_nothing_and_goes_on() {
    let server = RedisServer::start();
    let client = Client::new(connect(server.address()).await);
    let id = submit(&client, "nasa").await;
    let mut first = Worker::start(server.address(), "", Order::WaitInLastPhase);
    first.reached().await;
    until(&client, id, |job| job.phase == Phase::Finalizing).await;
    first.pause();

    let phases = Phases::by("another worker");
    let second = phases.builder(&client).build().start();
    let job = ended(&client, id).await;
    assert_eq!((job.attempt, job.crashes), (2, 1));
    assert_eq!(phases.calls(), [0, 0, 1]);
    second.drain(std::time::Duration::ZERO).await;

    first.go_on();
    first.resume();
    // It has been through with its late report before it takes another job.
    let next = submit(&client, "esa").await;
    assert_eq!(ended(&client, next).await.status, Status::Completed);
    assert_eq!(
        report(&client, next).await.as_deref(),
        Some("the worker process")
    );
    assert_eq!(client.status(id).await.unwrap(), Some(job));
    assert_eq!(report(&client, id).await.as_deref(), Some("another worker"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_late_write_is_refused() {
    let server = RedisServer::start();
    let client = Client::new(connect(server.address()).await);
    let id = submit(&client, "nasa").await;
    let mut first = Worker::start(server.address(), "", Order::HoldOneJob);
    first.reached().await;
    first.pause();

    let phases = Phases::by("another worker");
    let _second = phases.builder(&client).build().start();
    let job = ended(&client, id).await;
    first.go_on();
    first.resume();
    for call in ["heartbeat", "save", "checkpoint", "finish", "release"] {
        assert_eq!(first.reached().await, "refused", "{call}");
    }
    assert_eq!(client.status(id).await.unwrap(), Some(job));
    assert_eq!(report(&client, id).await.as_deref(), Some("another worker"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_job_of_two_processes_probes_after_a_pause() {
    let server = RedisServer::start();
    let clients = [
        Client::new(connect(server.address()).await),
        Client::new(connect(server.address()).await),
    ];
    let requests = Arc::new(AtomicUsize::new(0));
    let through = CancellationToken::new();
    let scraper = {
        let (requests, through) = (Arc::clone(&requests), through.clone());
        move |_: Target, _: PhaseContext| {
            let first = requests.fetch_add(1, Ordering::SeqCst) == 0;
            let through = through.clone();
            async move {
                if first {
                    let wait = Some(Duration::from_secs(3));
                    return Err(PhaseError::rate_limited("slow down", wait));
                }
                through.cancelled().await;
                Ok(1_u32)
            }
        }
    };
    let no_backoff = RetryPolicy::default().with_backoff(Backoff::new(Duration::ZERO));
    let start = |client: &Client| {
        let pipeline = Pipeline::builder(
            client.clone(),
            scrape_fn(scraper.clone()),
            analyze_fn(|_: &u32, _: &PhaseContext| Ok::<_, PhaseError>(2_u32)),
            assemble_fn(|_: &u32, _: &u32, _: &PhaseContext| Ok::<_, PhaseError>(3_u32)),
        );
        let pipeline = pipeline.with_retry(Phase::Scraping, no_backoff);
        pipeline.with_concurrency(8).build().start()
    };
    let first = submit(&clients[0], "first").await;
    let _one = start(&clients[0]);
    until(&clients[0], first, |job| job.next_attempt_at.is_some()).await;
    let _two = start(&clients[1]);
    let mut ids = vec![first];
    for n in 0..19 {
        ids.push(submit(&clients[n % 2], &format!("user{n}")).await);
    }
    assert_eq!(requests.load(Ordering::SeqCst), 1, "the platform is paused");
    // Long past the end of the pause, and past all that the workers wait for.
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(requests.load(Ordering::SeqCst), 2, "the probe alone");
    through.cancel();
    for id in ids {
        let job = ended(&clients[0], id).await;
        assert_eq!((job.status, job.failures), (Status::Completed, 0));
    }
    assert_eq!(requests.load(Ordering::SeqCst), 21);
}
