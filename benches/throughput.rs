//! Jobs per second, end to end, as a ratio to the least that plain tokio could do.
//!
//! `cargo bench --bench throughput`. The pipeline runs jobs with three empty phases on the memory store. The
//! floor does for each job: a random id, an insert into a map of owners and into one of jobs, one spawned task,
//! three updates and one stored report of the same size. Both are submitted to by a task of the runtime, with
//! at most 1,024 jobs in flight, so that submitting and working overlap; both run in the same process, in
//! turn, several times. The medians and their ratio are printed, and the lowest and the highest ratio of a round.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use report_pipeline::{
    Client, Handle, JobId, JobStore, MemoryOptions, PhaseContext, PhaseError, Pipeline, Platform,
    Target, analyze_fn, assemble_fn, scrape_fn,
};
use tokio::sync::Semaphore;

const JOBS: usize = 50_000;
const ROUNDS: usize = 9;
const REPORT_BYTES: usize = 1024;
const IN_FLIGHT: usize = 1024;

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
    let ratio =
        |(floor, pipeline): (&Duration, &Duration)| floor.as_secs_f64() / pipeline.as_secs_f64();
    let ratios: Vec<f64> = floors.iter().zip(&pipelines).map(ratio).collect();
    let (lowest, highest) = ratios
        .iter()
        .fold((f64::MAX, 0.0_f64), |(low, high), ratio| {
            (low.min(*ratio), high.max(*ratio))
        });
    let (floor, pipeline) = (median(floors), median(pipelines));
    println!("{JOBS} jobs, {REPORT_BYTES}-byte report, median of {ROUNDS} rounds");
    print_row("plain tokio (floor)", floor, floor);
    print_row("pipeline", pipeline, floor);
    println!("rounds: {lowest:.2} to {highest:.2} of the floor");
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
    let owners: Arc<Mutex<HashMap<Target, JobId>>> = Arc::default();
    let jobs: Arc<Mutex<HashMap<JobId, Record>>> = Arc::default();
    let targets = targets();
    let slots = Arc::new(Semaphore::new(IN_FLIGHT));
    let began = Instant::now();
    let submitting = tokio::spawn({
        let slots = Arc::clone(&slots);
        async move {
            for target in targets {
                slots.acquire().await.unwrap().forget();
                let id = JobId::random();
                owners.lock().unwrap().insert(target, id);
                jobs.lock().unwrap().insert(id, Record::default());
                let (jobs, report, slots) = (Arc::clone(&jobs), report.clone(), Arc::clone(&slots));
                tokio::spawn(async move {
                    let update = |status, percent| {
                        let mut jobs = jobs.lock().unwrap();
                        let record = jobs.get_mut(&id).unwrap();
                        (record.status, record.percent) = (status, percent);
                    };
                    update(1, 0);
                    update(1, 30);
                    update(1, 90);
                    let report = Bytes::from(serde_json::to_vec(&report).unwrap());
                    {
                        let mut jobs = jobs.lock().unwrap();
                        let record = jobs.get_mut(&id).unwrap();
                        (record.status, record.percent, record.report) = (2, 100, Some(report));
                    }
                    slots.add_permits(1);
                });
            }
        }
    });
    submitting.await.unwrap();
    // All are done once every slot is free again.
    let in_flight = u32::try_from(IN_FLIGHT).unwrap();
    slots.acquire_many(in_flight).await.unwrap().forget();
    began.elapsed()
}

async fn pipeline(targets: Vec<Target>) -> Duration {
    let store = Arc::new(MemoryOptions::new().build());
    let slots = Arc::new(Semaphore::new(IN_FLIGHT));
    let report = report();
    let pipeline = Pipeline::builder(
        Client::new(Arc::clone(&store)),
        scrape_fn(|_: Target, _: PhaseContext| async { Ok::<_, PhaseError>(()) }),
        analyze_fn(|(): &(), _: &PhaseContext| Ok::<_, PhaseError>(())),
        assemble_fn({
            let slots = Arc::clone(&slots);
            move |(): &(), (): &(), _: &PhaseContext| {
                // Just before the store is told.
                slots.add_permits(1);
                Ok::<_, PhaseError>(report.clone())
            }
        }),
    )
    .with_concurrency(8)
    .build();
    let workers = pipeline.start();
    let client = pipeline.client().clone();
    let began = Instant::now();
    let submitting = tokio::spawn(async move {
        for target in targets {
            slots.acquire().await.unwrap().forget();
            client.submit(target).await.unwrap();
        }
    });
    submitting.await.unwrap();
    while store.stats().await.unwrap().jobs.completed < JOBS as u64 {
        tokio::time::sleep(Duration::from_micros(200)).await;
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
