//! Processes that are killed: what was acknowledged is there.

use std::collections::HashSet;
use std::time::Duration;

use super::contents::assert_agrees;
use super::fixture::Place;
use super::kept::{self, assert_kept};
use super::process::{Acknowledged, Worker};

#[tokio::test]
async fn ten_killed_processes_lose_nothing_that_was_acknowledged() {
    kill_again_and_again(10).await;
}

#[tokio::test]
#[ignore = "it takes some minutes"]
async fn three_hundred_killed_processes_lose_nothing_that_was_acknowledged() {
    kill_again_and_again(300).await;
}

/// Lets a process submit and work on a file and kills it in the middle of that, again and again.
async fn kill_again_and_again(rounds: usize) {
    let place = Place::new();
    let mut all = HashSet::new();
    for _ in 0..rounds {
        let mut worker = Worker::start(place.file(), true);
        let mut acknowledged: HashSet<Acknowledged> = worker.hear(20).into_iter().collect();
        tokio::time::sleep(Duration::from_millis(fastrand::u64(..200))).await;
        acknowledged.extend(worker.kill());
        assert_agrees(&place.file());
        assert_kept(&place.store().await, &acknowledged).await;
        all.extend(acknowledged);
    }
    assert_kept(&place.store().await, &all).await;
    let sql = "SELECT count(*) FROM jobs WHERE status = 'failed'";
    let failed: i64 = place.inside().query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(failed, 0);
    println!("{rounds} rounds, {} acknowledgements", all.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_jobs_survive_two_of_three_processes() {
    let place = Place::new();
    let worker = || Worker::start(place.file(), false);
    kept::a_hundred_jobs_survive(&place.store().await, worker).await;
    assert_agrees(&place.file());
}

#[tokio::test]
async fn a_process_hears_soon_of_what_another_one_does() {
    let place = Place::new();
    let store = place.store().await;
    kept::another_process_is_heard_soon(&store, Worker::start(place.file(), false)).await;
}
