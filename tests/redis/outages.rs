//! Redis that stands still, is killed, and comes back with what it has written down.

use std::time::Duration;

use report_pipeline::{Client, Status};

use super::fixture::{LEASE, connect, ended, patiently, report, submit};
use super::story::{Trouble, tell};
use super::worker::{Order, Worker};
use report_pipeline_test_support::redis::{DURABLE, RedisServer};

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_stands_still_changes_nothing() {
    tell(Trouble::Stopped).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_before_any_call_changes_nothing() {
    tell(Trouble::Restart).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_away_changes_nothing() {
    tell(Trouble::Killed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_accepted_job_is_lost_when_redis_is_killed_again_and_again() {
    let mut server = RedisServer::with_options(DURABLE);
    let client = Client::new(connect(server.address()).await);
    let work = || Worker::start(server.address(), "", Order::Work);
    let _workers = [work(), work()];

    let submitting = async {
        let mut ids = Vec::new();
        for n in 0..100 {
            ids.push(submit(&client, &format!("user{n}")).await);
        }
        ids
    };
    let killing = async {
        for done in [5, 30, 60] {
            completed(&client, done).await;
            server.kill();
            // Long enough for everybody to notice.
            while client.stats().await.is_ok() {}
            server.restart();
        }
    };
    let (ids, ()) = tokio::join!(submitting, killing);
    for id in ids {
        let job = ended(&client, id).await;
        assert_eq!(job.status, Status::Completed, "{job:?}");
        assert_eq!(report(&client, id).await.as_deref(), Some("report"));
    }
    let stats = client.stats().await.unwrap();
    assert_eq!((stats.jobs.completed, stats.jobs.total()), (100, 100));
    let bytes = 100 * "\"report\"".len() as u64;
    assert_eq!(stats.stored_bytes, bytes, "nothing is counted twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_stands_still_for_longer_than_a_lease_costs_no_job() {
    let server = RedisServer::start();
    let client = Client::new(connect(server.address()).await);
    let work = || Worker::start(server.address(), "", Order::Work);
    let _workers = [work(), work()];
    let mut ids = Vec::new();
    for n in 0..40 {
        ids.push(submit(&client, &format!("user{n}")).await);
    }
    completed(&client, 5).await;
    server.pause();
    tokio::time::sleep(LEASE + LEASE / 2).await;
    server.resume();
    for id in ids {
        let job = ended(&client, id).await;
        assert_eq!(job.status, Status::Completed, "{job:?}");
    }
    let stats = client.stats().await.unwrap();
    assert_eq!((stats.jobs.completed, stats.jobs.total()), (40, 40));
    assert_eq!(stats.stored_bytes, 40 * "\"report\"".len() as u64);
}

/// Waits until this many jobs are completed.
async fn completed(client: &Client, jobs: u64) {
    let done = async {
        loop {
            match client.stats().await {
                Ok(stats) if stats.jobs.completed >= jobs => return,
                _ => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    };
    patiently("completed jobs", done).await;
}
