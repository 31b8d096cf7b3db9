//! How long callers wait: for a submit, for a worker to begin, for a dead worker's job.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures::StreamExt;
use report_pipeline::{
    Client, PhaseContext, PhaseError, Pipeline, Status, Target, analyze_fn, assemble_fn, scrape_fn,
};

use crate::worker::Worker;
use crate::{connect, targets};
use report_pipeline_test_support::redis::RedisServer;

const JOBS: u32 = 1_000;
const BETWEEN: Duration = Duration::from_millis(10);

/// One job after the other to a fleet that has nothing to do.
pub(crate) async fn submit_and_pickup() {
    let server = RedisServer::start();
    let begun: Arc<Mutex<Option<Instant>>> = Arc::default();
    let scraped = Arc::clone(&begun);
    let pipeline = Pipeline::builder(
        Client::new(connect(&server).await),
        scrape_fn(move |_: Target, _: PhaseContext| {
            *scraped.lock().unwrap() = Some(Instant::now());
            async { Ok::<_, PhaseError>(()) }
        }),
        analyze_fn(|(): &(), _: &PhaseContext| Ok::<_, PhaseError>(())),
        assemble_fn(|(): &(), (): &(), _: &PhaseContext| Ok::<_, PhaseError>(())),
    )
    .build();
    let workers = pipeline.start();
    // Its own connections, as a process that only takes requests has them.
    let caller = Client::new(connect(&server).await);
    let (mut submits, mut pickups) = (Vec::new(), Vec::new());
    for target in targets("user", JOBS) {
        tokio::time::sleep(BETWEEN).await;
        let sent = Instant::now();
        let id = caller.submit(target).await.unwrap().job().id;
        submits.push(sent.elapsed());
        caller.watch(id).for_each(|_| async {}).await;
        let begun = begun.lock().unwrap().take().expect("the job has run");
        pickups.push(begun.saturating_duration_since(sent));
    }
    workers.drain(Duration::from_secs(1)).await;
    println!("idle fleet, {JOBS} jobs one after the other");
    print_percentiles("submit", submits);
    print_percentiles("submit to begin", pickups);
}

/// A worker is killed in its first phase; another one is there.
pub(crate) async fn recovery() {
    let server = RedisServer::start();
    let caller = Client::new(connect(&server).await);
    let victim = Worker::start(&server, "hang");
    let target = targets("user", 1).next().unwrap();
    let id = caller.submit(target).await.unwrap().job().id;
    while caller.status(id).await.unwrap().unwrap().status != Status::Processing {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let _survivor = Worker::start(&server, "empty");
    drop(victim);
    let killed = Instant::now();
    caller.watch(id).for_each(|_| async {}).await;
    assert_eq!(
        caller.status(id).await.unwrap().unwrap().status,
        Status::Completed
    );
    println!(
        "kill -9 of the worker to the report, lease of 30 s: {:.1?}",
        killed.elapsed()
    );
}

fn print_percentiles(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
    println!("  {what:<16} p50 {:>9.2?}  p99 {:>9.2?}", at(50), at(99));
}
