//! The jobs of one claim, and the workers that wait for them.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use futures::StreamExt;
use report_pipeline::testing::mock::Step;
use report_pipeline::{
    Client, MemoryStore, PhaseContext, PhaseError, Pipeline, Status, Target, analyze_fn,
    assemble_fn, scrape_fn,
};

use super::fixture::{Fixture, seconds, target};

/// Where threads wait for each other.
#[derive(Default)]
struct Meeting {
    here: Mutex<usize>,
    came: Condvar,
}

impl Meeting {
    /// Blocks the thread until so many are here. Returns whether they came.
    fn wait_for(&self, all: usize) -> bool {
        let mut here = self.here.lock().unwrap();
        *here += 1;
        self.came.notify_all();
        let limit = Duration::from_secs(20);
        let waited = self
            .came
            .wait_timeout_while(here, limit, |here| *here < all);
        !waited.unwrap().1.timed_out()
    }
}

/// One claim takes all four. A worker that is woken where a phase blocks the thread must not wait for that phase.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_jobs_of_one_claim_run_side_by_side_though_their_phases_block() {
    for _ in 0..20 {
        let client = Client::new(MemoryStore::new());
        let mut jobs = Vec::new();
        for n in 0..4 {
            let submitted = client.submit(target(&format!("account{n}"))).await;
            jobs.push(submitted.unwrap().job().id);
        }
        let meeting = Arc::new(Meeting::default());
        let pipeline = Pipeline::builder(
            client.clone(),
            scrape_fn(async |_: Target, _: PhaseContext| Ok::<_, PhaseError>(0)),
            analyze_fn(move |_: &i32, _: &PhaseContext| {
                let all_came = meeting.wait_for(4);
                all_came
                    .then_some(0)
                    .ok_or_else(|| PhaseError::permanent("the others did not come"))
            }),
            assemble_fn(|_: &i32, _: &i32, _: &PhaseContext| Ok::<_, PhaseError>(0)),
        );
        let _workers = pipeline.with_concurrency(4).build().start();
        for id in jobs {
            let changes = client.watch(id).map(Result::unwrap);
            let last = changes.fold(None, async |_, job| Some(job)).await;
            let last = last.unwrap();
            assert_eq!(last.status, Status::Completed, "{:?}", last.failure);
        }
    }
}

/// A claim for a worker that has a job takes one that waits, under its lease, for that worker to be done.
#[tokio::test(start_paused = true)]
async fn a_claim_is_for_workers_without_a_job_only() {
    let fixture = Fixture::new();
    fixture.scraper.always(Step::hang());
    let _workers = fixture.builder().with_concurrency(3).build().start();
    // So that all of them wait.
    tokio::time::sleep(seconds(1)).await;
    fixture.submit("first").await;
    fixture.scraper.started(1).await;
    for n in 0..5 {
        fixture.submit(&format!("user{n}")).await;
    }
    fixture.scraper.started(3).await;
    tokio::time::sleep(seconds(5)).await;
    let jobs = fixture.client.stats().await.unwrap().jobs;
    assert_eq!((jobs.processing, jobs.pending), (3, 3));
}
