//! Whole pipelines on a file.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::StreamExt;
use report_pipeline::testing::{Fault, FaultyStore, Verb};
use report_pipeline::{
    Client, JobId, JobStore, PhaseContext, PhaseError, Pipeline, Platforms, Status, Target,
    Workers, analyze_fn, assemble_fn, scrape_fn,
};

use super::contents::assert_agrees;
use super::fixture::Place;

/// How often each phase was run.
#[derive(Default)]
struct Runs([AtomicUsize; 3]);

impl Runs {
    fn count(&self, phase: usize) -> usize {
        self.0[phase].fetch_add(1, Ordering::SeqCst) + 1
    }

    fn counts(&self) -> [usize; 3] {
        self.0.each_ref().map(|runs| runs.load(Ordering::SeqCst))
    }
}

/// Workers whose analysis hangs when it is run for the first time, if it should.
fn start(client: &Client, runs: &Arc<Runs>, hangs: bool) -> Workers {
    let [scrapes, analyses, assemblies] = [0; 3].map(|_| Arc::clone(runs));
    Pipeline::builder(
        client.clone(),
        scrape_fn(move |target: Target, _: PhaseContext| {
            scrapes.count(0);
            async move { Ok::<_, PhaseError>(format!("posts of {}", target.handle)) }
        }),
        analyze_fn(move |posts: &String, _: &PhaseContext| {
            if analyses.count(1) == 1 && hangs {
                std::thread::sleep(Duration::from_millis(700));
            }
            Ok::<_, PhaseError>(posts.len())
        }),
        assemble_fn(move |posts: &String, length: &usize, _: &PhaseContext| {
            assemblies.count(2);
            Ok::<_, PhaseError>(serde_json::json!({ "posts": posts, "length": length }))
        }),
    )
    .with_lease(Duration::from_millis(500))
    .with_concurrency(1)
    .build()
    .start()
}

async fn submit(client: &Client) -> JobId {
    let target = Platforms::default().target(None, "nasa").unwrap();
    client.submit(target).await.unwrap().job().id
}

async fn ended(client: &Client, id: JobId) -> Status {
    let mut changes = std::pin::pin!(client.watch(id));
    let mut last = None;
    while let Some(job) = changes.next().await {
        last = Some(job.unwrap().status);
    }
    last.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_restart_a_job_goes_on_where_it_was() {
    let place = Place::new();
    let runs = Arc::new(Runs::default());
    let client = Client::new(place.store().await);
    let id = submit(&client).await;
    let workers = start(&client, &runs, true);
    while runs.counts() != [1, 1, 0] {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // A crash: the workers are gone in the middle of the analysis, and so is the store.
    drop((workers, client));
    let client = Client::new(place.store().await);
    let _workers = start(&client, &runs, false);
    assert_eq!(ended(&client, id).await, Status::Completed);
    assert_eq!(
        runs.counts(),
        [1, 2, 1],
        "what was finished is not done again"
    );
    let job = client.store().get(id).await.unwrap().unwrap();
    assert_eq!((job.crashes, job.failures), (1, 0));
    assert_agrees(&place.file());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_fails_or_loses_its_reply_costs_no_job_and_no_second_run() {
    for (verb, n) in [
        (Verb::Claim, 1),
        (Verb::Checkpoint, 1),
        (Verb::Checkpoint, 2),
        (Verb::Finish, 1),
    ] {
        for fault in [Fault::Fail, Fault::LoseReply] {
            let place = Place::new();
            let (store, faults) = FaultyStore::new(place.store().await);
            let client = Client::new(store);
            faults.on_call(verb, n, fault);
            let runs = Arc::new(Runs::default());
            let _workers = start(&client, &runs, false);
            let id = submit(&client).await;
            let case = format!("{fault:?} at call {n} of {verb:?}");
            assert_eq!(ended(&client, id).await, Status::Completed, "{case}");
            assert_eq!(runs.counts(), [1, 1, 1], "{case}");
            assert_agrees(&place.file());
        }
    }
}
