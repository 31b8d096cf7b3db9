//! Servers and processes that are killed: what was acknowledged is there.

use std::collections::HashSet;
use std::time::Duration;

use report_pipeline::PostgresStore;
use report_pipeline_test_support::postgres::PostgresServer;

use super::contents::assert_all_agree;
use super::fixture::Schema;
use super::kept;
use super::process::{Acknowledged, Worker};

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
        assert_all_agree(&server, &["jobs".to_owned()]);
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
    kept::assert_kept(&store, acknowledged).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_jobs_survive_two_of_three_processes() {
    let schema = Schema::new();
    let worker = || Worker::start(schema.url(), false);
    kept::a_hundred_jobs_survive(&schema.store().await, worker).await;
    schema.assert_agrees();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_hears_soon_of_what_another_one_does() {
    let schema = Schema::new();
    let store = schema.store().await;
    kept::another_process_is_heard_soon(&store, Worker::start(schema.url(), false)).await;
}
