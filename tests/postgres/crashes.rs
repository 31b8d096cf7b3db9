//! Servers and processes that are killed: what was acknowledged is there.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use report_pipeline::store::WatchRequest;
use report_pipeline::{JobStore, PostgresStore, Status, Version};
use report_pipeline_test_support::postgres::PostgresServer;

use super::contents::assert_agrees;
use super::fixture::{Schema, again, new_job};
use super::worker::{Acknowledged, Worker};

#[tokio::test]
async fn three_killed_servers_lose_nothing_that_was_acknowledged() {
    kill_again_and_again(3).await;
}

#[tokio::test]
#[ignore = "it takes some minutes"]
async fn three_hundred_killed_servers_lose_nothing_that_was_acknowledged() {
    kill_again_and_again(300).await;
}

/// Kills a server while two processes submit and work, and one of these processes with it; again and again.
async fn kill_again_and_again(rounds: usize) {
    let mut server = PostgresServer::start();
    let url = server.url("jobs");
    drop(PostgresStore::connect(&url).await.unwrap());
    let mut steady = Worker::start(&url, true);
    let mut all = HashSet::new();
    for _ in 0..rounds {
        let mut worker = Worker::start(&url, true);
        let mut acknowledged: HashSet<Acknowledged> = worker.hear(20).into_iter().collect();
        tokio::time::sleep(Duration::from_millis(fastrand::u64(..200))).await;
        server.kill();
        acknowledged.extend(worker.kill());
        server.restart();
        assert_agrees(&server, "jobs");
        // The other process goes on by itself.
        acknowledged.extend(steady.hear(20));
        assert_kept(&url, &acknowledged).await;
        all.extend(acknowledged);
    }
    all.extend(steady.kill());
    assert_kept(&url, &all).await;
    let failed = server.run("SELECT count(*) FROM jobs.jobs WHERE status = 'failed'");
    assert_eq!(failed, "0");
    println!("{rounds} rounds, {} acknowledgements", all.len());
}

/// Finds everything that was acknowledged.
pub(crate) async fn assert_kept(url: &str, acknowledged: &HashSet<Acknowledged>) {
    let store = PostgresStore::connect(url).await.unwrap();
    for one in acknowledged {
        match one {
            Acknowledged::Submitted(id) => {
                let job = store.get(*id).await.unwrap();
                assert!(job.is_some(), "{one:?}");
            }
            Acknowledged::Completed(id) => {
                let report = store.report(*id).await.unwrap();
                assert_eq!(report.unwrap(), format!("\"report of {id}\""), "{one:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_jobs_survive_two_of_three_processes() {
    const JOBS: usize = 100;
    let schema = Schema::new();
    let store = schema.store().await;
    let mut workers: Vec<_> = (0..3)
        .map(|_| Worker::start(&schema.url(), false))
        .collect();
    let mut ids = Vec::new();
    for n in 0..JOBS {
        let new = new_job(&format!("account{n}"));
        ids.push(store.submit(new).await.unwrap().job().id);
    }
    workers.pop().unwrap().kill();
    workers[0].hear(5);
    workers.pop().unwrap().kill();
    for id in ids {
        let mut version = Version::ZERO;
        loop {
            let watch = WatchRequest::new(id, version).with_wait(Duration::from_secs(30));
            let job = store.changed(watch).await.unwrap().unwrap();
            assert_ne!(job.status, Status::Failed, "{job:?}");
            if job.status == Status::Completed {
                break;
            }
            version = job.version;
        }
        let report = store.report(id).await.unwrap().unwrap();
        assert_eq!(report, format!("\"report of {id}\""));
    }
    schema.assert_agrees();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_hears_soon_of_what_another_one_does() {
    let schema = Schema::new();
    let store = schema.store().await;
    let mut worker = Worker::start(&schema.url(), false);
    store.submit(new_job("first")).await.unwrap();
    worker.hear(1);
    let mut times = Vec::new();
    for n in 0..10 {
        let began = Instant::now();
        let new = new_job(&format!("account{n}"));
        let id = again(|| store.submit(new.clone())).await.job().id;
        let mut version = Version::FIRST;
        while version != Version::ZERO {
            let watch = WatchRequest::new(id, version).with_wait(Duration::from_secs(20));
            let job = store.changed(watch).await.unwrap().unwrap();
            version = if job.status.is_terminal() {
                Version::ZERO
            } else {
                job.version
            };
        }
        times.push(began.elapsed());
    }
    times.sort_unstable();
    // Some commits; without notifications it were 15 seconds.
    assert!(times[5] < Duration::from_secs(2), "{times:?}");
}
