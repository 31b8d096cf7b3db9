//! A primary that is lost, and its synchronous replica in its place: what was acknowledged is there.

use std::collections::HashSet;
use std::time::Duration;

use report_pipeline::store::WatchRequest;
use report_pipeline::{JobId, JobStore, PostgresOptions, PostgresStore, Status, Version};
use report_pipeline_test_support::postgres::PostgresServer;

use super::contents::assert_all_agree;
use super::crashes::assert_kept;
use super::fixture::{again, new_job};
use super::process::{Acknowledged, Worker};

const SCHEMA: &str = "jobs";

#[tokio::test]
async fn a_failover_to_a_synchronous_replica_loses_nothing_that_was_acknowledged() {
    fail_over_again_and_again(1).await;
}

#[tokio::test]
#[ignore = "it takes some minutes"]
async fn twenty_failovers_lose_nothing_that_was_acknowledged() {
    fail_over_again_and_again(20).await;
}

/// Loses the primary while two processes work and one of them submits; again and again. The one that was lost comes
/// back as the new replica.
async fn fail_over_again_and_again(rounds: usize) {
    let mut primary = PostgresServer::start();
    let mut replica = primary.start_replica();
    primary.wait_for_replica();
    let url = url(&primary, &replica);
    drop(PostgresStore::connect(&url).await.unwrap());
    let mut submitter = Worker::start(&url, true);
    let mut worker = Worker::start(&url, false);
    let mut all = Vec::new();
    for round in 1..=rounds {
        // Under load from both.
        let mut acknowledged = submitter.hear(50);
        acknowledged.extend(worker.hear(10));
        tokio::time::sleep(Duration::from_millis(fastrand::u64(..200))).await;
        primary.kill();
        replica.promote();
        std::mem::swap(&mut primary, &mut replica);
        for process in [&mut submitter, &mut worker] {
            acknowledged.extend(process.heard());
            // They find the new one by themselves.
            acknowledged.extend(process.hear(20));
        }
        assert_all_agree(&primary, &[SCHEMA.to_owned()]);
        assert_kept(&url, &acknowledged.iter().cloned().collect()).await;
        println!("failover {round}: {} acknowledgements", acknowledged.len());
        all.extend(acknowledged);
        if round < rounds {
            replica.come_back_as_replica_of(&primary);
            primary.wait_for_replica();
        }
    }
    all.extend(submitter.kill());
    let ids = submitted(&all);
    assert_completed(&url, &ids).await;
    all.extend(worker.kill());
    let mut completed = HashSet::new();
    for one in &all {
        if let Acknowledged::Completed(id) = one {
            assert!(completed.insert(*id), "{id} was completed twice");
        }
    }
    assert_kept(&url, &all.iter().cloned().collect()).await;
    assert_all_agree(&primary, &[SCHEMA.to_owned()]);
    let failed = primary.run("SELECT count(*) FROM jobs.jobs WHERE status = 'failed'");
    assert_eq!(failed, "0");
    println!(
        "{rounds} failovers, {} jobs, {} completions",
        ids.len(),
        completed.len()
    );
}

fn submitted(acknowledged: &[Acknowledged]) -> HashSet<JobId> {
    let submitted = acknowledged.iter().filter_map(|one| match one {
        Acknowledged::Submitted(id) => Some(*id),
        Acknowledged::Completed(_) => None,
    });
    submitted.collect()
}

/// Waits until every job is completed.
async fn assert_completed(url: &str, ids: &HashSet<JobId>) {
    let store = PostgresStore::connect(url).await.unwrap();
    for id in ids {
        let mut version = Version::ZERO;
        loop {
            let watch = WatchRequest::new(*id, version).with_wait(Duration::from_secs(30));
            let job = store.changed(watch).await.unwrap().unwrap();
            assert_ne!(job.status, Status::Failed, "{job:?}");
            if job.status == Status::Completed {
                break;
            }
            version = job.version;
        }
        let report = store.report(*id).await.unwrap().unwrap();
        assert_eq!(report, format!("\"report of {id}\""));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_acknowledged_that_the_replica_does_not_have() {
    let primary = PostgresServer::start();
    let mut replica = primary.start_replica();
    primary.wait_for_replica();
    let store = PostgresOptions::new(&url(&primary, &replica))
        .unwrap()
        .with_timeout(Duration::from_secs(2))
        .connect()
        .await
        .unwrap();
    replica.kill();
    let new = new_job("alone");
    let error = store.submit(new.clone()).await.unwrap_err();
    assert!(error.is_retryable(), "{error:?}");
    let told = error.to_string();
    assert!(
        told.contains("did not confirm a commit") && told.contains("synchronous_standby_names"),
        "{error}"
    );
    // That commit still waits, and holds the lock. Whoever waits for it hears of the same cause.
    let error = store.submit(new_job("other")).await.unwrap_err();
    let told = error.to_string();
    assert!(
        told.contains("held the lock") && told.contains("synchronous_standby_names"),
        "{error}"
    );
    assert_eq!(store.stats().await.unwrap().jobs.total(), 0);
    replica.restart();
    // The same job, whether the first call was committed or not.
    let job = again(|| store.submit(new.clone())).await.job().clone();
    assert_eq!(job.id, new.id);
    drop(primary);
    replica.promote();
    assert_eq!(again(|| store.get(new.id)).await.unwrap().id, new.id);
}

/// The address of both servers, whichever of them takes writes.
fn url(one: &PostgresServer, other: &PostgresServer) -> String {
    let (one, other) = (one.address(), other.address());
    format!("postgres://postgres@{one},{other}/postgres?schema={SCHEMA}")
}
