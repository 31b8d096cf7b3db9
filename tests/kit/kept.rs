//! What several processes on one store must not lose.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use report_pipeline::store::WatchRequest;
use report_pipeline::{JobStore, Status, Version};

use super::calls::new_job;
use super::process::{Acknowledged, Worker};

/// Finds everything that was acknowledged.
pub(crate) async fn assert_kept(store: &impl JobStore, acknowledged: &HashSet<Acknowledged>) {
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

/// Kills two of three processes while they work on a hundred jobs.
pub(crate) async fn a_hundred_jobs_survive(store: &impl JobStore, worker: impl Fn() -> Worker) {
    const JOBS: usize = 100;
    let mut workers = [worker(), worker(), worker()].map(Some);
    let mut ids = Vec::new();
    for n in 0..JOBS {
        let new = new_job(&format!("account{n}"));
        ids.push(store.submit(new).await.unwrap().job().id);
    }
    workers[2].take().unwrap().kill();
    workers[0].as_mut().unwrap().hear(5);
    workers[1].take().unwrap().kill();
    let began = Instant::now();
    for id in ids {
        let mut version = Version::ZERO;
        loop {
            let watch = WatchRequest::new(id, version).with_wait(Duration::from_secs(30));
            let job = store.changed(watch).await.unwrap().unwrap();
            assert_ne!(job.status, Status::Failed, "{job:?}");
            if job.status == Status::Completed {
                break;
            }
            assert!(
                began.elapsed() < Duration::from_secs(300),
                "nobody works on {job:?}"
            );
            version = job.version;
        }
        let report = store.report(id).await.unwrap().unwrap();
        assert_eq!(report, format!("\"report of {id}\""));
    }
}

/// Lets another process do ten jobs, each of which is waited for here.
pub(crate) async fn another_process_is_heard_soon(store: &impl JobStore, mut worker: Worker) {
    store.submit(new_job("first")).await.unwrap();
    worker.hear(1);
    let mut times = Vec::new();
    for n in 0..10 {
        let began = Instant::now();
        let new = new_job(&format!("account{n}"));
        let id = store.submit(new).await.unwrap().job().id;
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
    // Some commits and looks; without notifications it were 15 seconds.
    assert!(times[5] < Duration::from_secs(2), "{times:?}");
}
