//! Jobs per second, end to end, as a ratio to the least that plain tokio could do.
//!
//! `cargo bench --bench throughput`. The floor is, per job: a random id, one spawned task, one map
//! insert, three map updates, one stored report of the same size, all under one lock. The pipeline
//! does the same job with three empty phases on the memory store. Both run in the same process,
//! in turn, several times; the median of each and their ratio are printed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use report_pipeline::{
    Client, Handle, JobId, JobStore, MemoryOptions, PhaseContext, PhaseError, Pipeline, Platform,
    StoreLimits, Target, analyze_fn, assemble_fn, scrape_fn,
};

const JOBS: usize = 50_000;
const ROUNDS: usize = 9;
const REPORT_BYTES: usize = 1024;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    // The first round of each warms up and is not counted.
    let mut floors = Vec::new();
    let mut pipelines = Vec::new();
    for round in 0..=ROUNDS {
        let floor = runtime.block_on(floor(report()));
        let pipeline = runtime.block_on(pipeline(targets()));
        if round > 0 {
            floors.push(floor);
            pipelines.push(pipeline);
        }
    }
    let (floor, pipeline) = (median(floors), median(pipelines));
    println!("{JOBS} jobs, {REPORT_BYTES}-byte report, median of {ROUNDS} rounds");
    print_row("plain tokio (floor)", floor, floor);
    print_row("pipeline", pipeline, floor);
}

fn print_row(name: &str, took: Duration, floor: Duration) {
    let each = took / u32::try_from(JOBS).unwrap();
    let per_second = f64::from(u32::try_from(JOBS).unwrap()) / took.as_secs_f64();
    let ratio = floor.as_secs_f64() / took.as_secs_f64();
    println!(
        "{name:<22} {per_second:>10.0} jobs/s {each:>10.2?} per job  {ratio:>5.2} of the floor"
    );
}

#[derive(Default)]
struct Record {
    status: u8,
    percent: u8,
    report: Option<Bytes>,
}

async fn floor(report: String) -> Duration {
    let jobs: Arc<Mutex<HashMap<JobId, Record>>> = Arc::default();
    let began = Instant::now();
    let mut tasks = Vec::with_capacity(JOBS);
    for _ in 0..JOBS {
        let id = JobId::random();
        jobs.lock().unwrap().insert(id, Record::default());
        let (jobs, report) = (Arc::clone(&jobs), report.clone());
        tasks.push(tokio::spawn(async move {
            let update = |status, percent| {
                let mut jobs = jobs.lock().unwrap();
                let record = jobs.get_mut(&id).unwrap();
                (record.status, record.percent) = (status, percent);
            };
            update(1, 0);
            update(1, 30);
            update(1, 90);
            let report = Bytes::from(serde_json::to_vec(&report).unwrap());
            let mut jobs = jobs.lock().unwrap();
            let record = jobs.get_mut(&id).unwrap();
            (record.status, record.percent, record.report) = (2, 100, Some(report));
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    began.elapsed()
}

async fn pipeline(targets: Vec<Target>) -> Duration {
    let store = Arc::new(
        MemoryOptions::new()
            .with_limits(StoreLimits::default().with_pending_jobs(JOBS))
            .build(),
    );
    let report = report();
    let pipeline = Pipeline::builder(
        Client::new(Arc::clone(&store)),
        scrape_fn(|_: Target, _: PhaseContext| async { Ok::<_, PhaseError>(()) }),
        analyze_fn(|(): &(), _: &PhaseContext| Ok::<_, PhaseError>(())),
        assemble_fn(move |(): &(), (): &(), _: &PhaseContext| Ok::<_, PhaseError>(report.clone())),
    )
    .with_concurrency(8)
    .build();
    let workers = pipeline.start();
    let began = Instant::now();
    for target in targets {
        pipeline.client().submit(target).await.unwrap();
    }
    while store.stats().await.unwrap().jobs.completed < JOBS as u64 {
        tokio::task::yield_now().await;
    }
    let took = began.elapsed();
    workers.drain(Duration::from_secs(5)).await;
    took
}

fn targets() -> Vec<Target> {
    (0..JOBS)
        .map(|n| {
            Target::new(
                Platform::INSTAGRAM,
                Handle::canonical(&format!("user{n}")).unwrap(),
            )
        })
        .collect()
}

fn report() -> String {
    "r".repeat(REPORT_BYTES - 2)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
