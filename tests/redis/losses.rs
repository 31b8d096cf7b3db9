//! A Redis that has forgotten something, as after a failover or without an append-only file: then
//! a job may be gone or run again, but nobody gets a wrong report.

use std::time::Duration;

use report_pipeline::store::{ClaimRequest, Heartbeat, Lease, Outcome, WorkerId};
use report_pipeline::testing::mock::{Gate, Step};
use report_pipeline::{Client, JobStore, Phase, RedisStore, Status, StoreError};

use super::fixture::{Phases, again, connect, ended, report, submit};
use super::redis_kit::RedisServer;

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_claim_lets_no_late_worker_in() {
    let mut server = RedisServer::start();
    let [first, second] = [
        connect(server.address()).await,
        connect(server.address()).await,
    ];
    let id = submit(&Client::new(connect(server.address()).await), "nasa").await;
    server.run(&["SAVE"]);
    let lost = claim(&first).await;
    // It comes back as it was before the claim, and numbers its claims anew.
    server.restart();
    let good = claim(&second).await;
    assert_eq!((lost.job(), good.job()), (id, id));
    assert_eq!(lost.fence(), good.fence());

    let beat = Heartbeat::new(MINUTE);
    let late = Outcome::Completed("\"late\"".into());
    refused(async || first.heartbeat(&lost, beat).await).await;
    refused(async || {
        first
            .checkpoint(&lost, Phase::Scraping, "late".into())
            .await
    })
    .await;
    refused(async || first.finish(&lost, late.clone()).await).await;
    refused(async || first.finish(&lost, Outcome::Released).await).await;

    let report = Outcome::Completed("\"good\"".into());
    let finish = again(async || second.finish(&good, report.clone()).await);
    assert_eq!(finish.await, Status::Completed);
    let kept = second.report(id).await.unwrap();
    assert_eq!(kept.as_deref(), Some(&b"\"good\""[..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_end_is_worked_for_again() {
    let mut server = RedisServer::start();
    let client = Client::new(connect(server.address()).await);
    let phases = Phases::by("report");
    let id = submit(&client, "nasa").await;
    server.run(&["SAVE"]);
    let _workers = phases.builder(&client).build().start();
    ended(&client, id).await;
    server.restart();
    let job = ended(&client, id).await;
    assert_eq!((job.status, job.attempt), (Status::Completed, 1));
    assert_eq!(report(&client, id).await.as_deref(), Some("report"));
    assert_eq!(phases.calls(), [2, 2, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_job_leaves_no_trace_of_its_late_worker() {
    let mut server = RedisServer::start();
    let client = Client::new(connect(server.address()).await);
    let phases = Phases::by("report");
    let gate = Gate::new();
    let step = Step::succeed("late".to_owned()).behind(&gate);
    phases.assembler.on_call(1, step);
    let _worker = phases.builder(&client).with_concurrency(1).build().start();
    let id = submit(&client, "nasa").await;
    phases.assembler.started(1).await;

    server.restart();
    gate.open();
    phases.assembler.ended(1).await;
    // Its worker has been told when it takes the next job.
    let next = submit(&client, "nasa").await;
    assert_eq!(ended(&client, next).await.status, Status::Completed);
    assert_eq!(report(&client, next).await.as_deref(), Some("report"));
    let gone = again(async || client.status(id).await).await;
    assert_eq!(gone, None);
    assert_eq!(server.run(&["KEYS", &format!("*{id}*")]), "");
    let stats = client.stats().await.unwrap();
    assert_eq!((stats.jobs.total(), stats.stored_bytes), (1, 8));
}

async fn claim(store: &RedisStore) -> Lease {
    let mut request = ClaimRequest::new(WorkerId::unique());
    request.lease = MINUTE;
    let claimed = again(async || store.claim(request.clone()).await).await;
    claimed[0].lease.clone()
}

/// Makes a late call until it is answered, and fails if it is taken.
async fn refused<T: std::fmt::Debug>(mut call: impl AsyncFnMut() -> Result<T, StoreError>) {
    let error = again(async || match call().await {
        Err(error) if !error.is_retryable() => Ok(error),
        Err(error) => Err(error),
        Ok(taken) => panic!("a late call was taken: {taken:?}"),
    });
    let error = error.await;
    assert!(matches!(error, StoreError::LeaseLost(_)), "{error:?}");
}
