//! Processes that are killed: what was acknowledged is there.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use report_pipeline::store::WatchRequest;
use report_pipeline::{JobStore, Status, Version};

use super::contents::assert_agrees;
use super::fixture::{Place, new_job};
use super::worker::{Acknowledged, Worker};

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
        let mut worker = Worker::start(&place.file(), true);
        let mut acknowledged: HashSet<Acknowledged> = worker.hear(20).into_iter().collect();
        tokio::time::sleep(Duration::from_millis(fastrand::u64(..200))).await;
        acknowledged.extend(worker.kill());
        assert_agrees(&place.file());
        assert_kept(&place, &acknowledged).await;
        all.extend(acknowledged);
    }
    assert_kept(&place, &all).await;
    let sql = "SELECT count(*) FROM jobs WHERE status = 'failed'";
    let failed: i64 = place.inside().query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(failed, 0);
    println!("{rounds} rounds, {} acknowledgements", all.len());
}

async fn assert_kept(place: &Place, acknowledged: &HashSet<Acknowledged>) {
    let store = place.store().await;
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
    let place = Place::new();
    let store = place.store().await;
    let mut workers: Vec<_> = (0..3)
        .map(|_| Worker::start(&place.file(), false))
        .collect();
    let mut ids = Vec::new();
    for n in 0..JOBS {
        ids.push(
            store
                .submit(new_job(&format!("account{n}")))
                .await
                .unwrap()
                .job()
                .id,
        );
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
    assert_agrees(&place.file());
}

#[tokio::test]
async fn a_process_hears_soon_of_what_another_one_does() {
    let place = Place::new();
    let store = place.store().await;
    let mut worker = Worker::start(&place.file(), false);
    store.submit(new_job("first")).await.unwrap();
    worker.hear(1);
    let mut times = Vec::new();
    for n in 0..10 {
        let began = Instant::now();
        let id = store
            .submit(new_job(&format!("account{n}")))
            .await
            .unwrap()
            .job()
            .id;
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
    // Two looks, every 50 ms each, and some commits; without them it were 15 seconds.
    assert!(times[5] < Duration::from_secs(2), "{times:?}");
}
