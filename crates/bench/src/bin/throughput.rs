//! Jobs per second, end to end, beside the least that plain tokio could do.
//!
//! `cargo run --profile bench --package report-pipeline-bench --bin throughput [JOBS]`. The floor does for each job: a
//! number, an insert into a map of owners and into one of jobs, one spawned task, three updates and a report that
//! is written as JSON and stored; its maps are those of `dashmap`. Both are submitted to by a task of the runtime,
//! which has two threads, with at most 1,024 jobs in flight, so that submitting and working overlap. Both run in
//! this process, in turn. The medians are printed, and the lowest and the highest ratio of a round; also the
//! processor time for a job, which on a busy machine says more.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use report_pipeline::{Client, JobStore, MemoryOptions};
use report_pipeline_bench::{analyze, assemble, limits, median, pipeline, scrape, target};
use tokio::sync::Semaphore;

const ROUNDS: usize = 7;
const IN_FLIGHT: usize = 1024;
const WORKERS: usize = 8;

fn main() {
    let jobs = std::env::args().nth(1);
    let jobs = jobs.map_or(200_000, |jobs| jobs.parse().expect("a number of jobs"));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let (mut floors, mut ours) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let floor = measured(jobs, || runtime.block_on(floor(jobs)));
        let ours_now = measured(jobs, || runtime.block_on(pipeline_of(jobs)));
        // The first round warms up: it is the one that makes the system find the memory.
        if round > 0 {
            floors.push(floor);
            ours.push(ours_now);
        }
    }
    println!("{jobs} jobs, {ROUNDS} rounds");
    for (name, figure) in [
        ("jobs/s", (|run| run.per_second) as fn(&Run) -> f64),
        ("us of processor time for a job", |run| run.processor),
    ] {
        let of = |runs: &[Run]| median(runs.iter().map(figure).collect());
        let mut ratios: Vec<f64> = (ours.iter().zip(&floors))
            .map(|(ours, floor)| figure(ours) / figure(floor))
            .collect();
        ratios.sort_by(f64::total_cmp);
        println!(
            "{name}: tokio and dashmap {:.1}, pipeline {:.1}, ratio {:.2} ({:.2} to {:.2})",
            of(&floors),
            of(&ours),
            median(ratios.clone()),
            ratios[0],
            ratios[ROUNDS - 1],
        );
    }
}

struct Run {
    per_second: f64,
    /// Processor time for a job, in microseconds.
    processor: f64,
}

#[expect(clippy::cast_precision_loss, reason = "a number of jobs")]
fn measured(jobs: usize, run: impl FnOnce() -> Duration) -> Run {
    let before = processor_ticks();
    let took = run();
    let ticks = processor_ticks() - before;
    Run {
        per_second: jobs as f64 / took.as_secs_f64(),
        // Linux counts a hundred a second for programs, whatever its own clock does.
        processor: f64::from(ticks) * 10_000.0 / jobs as f64,
    }
}

/// What this process has used so far, the kernel's work for it included.
fn processor_ticks() -> u32 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("this is Linux");
    let (_, after_name) = stat.rsplit_once(')').expect("it has a name");
    let ticks = |field: &str| field.parse::<u32>().expect("a number");
    let fields = after_name.split_whitespace().skip(11).take(2);
    fields.map(ticks).sum()
}

/// A job of the floor.
#[derive(Default)]
struct Record {
    status: &'static str,
    phase: &'static str,
    percent: u8,
    report: Option<Box<[u8]>>,
}

struct Floor {
    owners: DashMap<(String, String), u64>,
    jobs: DashMap<u64, Record>,
    done: AtomicU64,
    slots: Semaphore,
}

async fn floor(jobs: usize) -> Duration {
    let floor = Arc::new(Floor {
        owners: DashMap::new(),
        jobs: DashMap::new(),
        done: AtomicU64::new(0),
        slots: Semaphore::new(IN_FLIGHT),
    });
    let submitting = Arc::clone(&floor);
    let began = Instant::now();
    let submitted = tokio::spawn(async move {
        for n in 0..jobs as u64 {
            let slot = submitting.slots.acquire().await;
            slot.expect("nobody closes it").forget();
            submit_to_floor(&submitting, n);
        }
    });
    submitted.await.expect("it does not panic");
    while floor.done.load(Ordering::Acquire) < jobs as u64 {
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
    let took = began.elapsed();
    let completed = |job: &Record| (job.status, job.percent) == ("completed", 100);
    let is_whole = |job: &Record| completed(job) && job.phase == "assemble" && job.report.is_some();
    assert!(floor.jobs.iter().all(|job| is_whole(&job)));
    took
}

fn submit_to_floor(floor: &Arc<Floor>, n: u64) {
    let (handle, platform) = (format!("user{n}"), "instagram".to_owned());
    match floor.owners.entry((handle.clone(), platform.clone())) {
        Entry::Occupied(_) => return,
        Entry::Vacant(place) => _ = place.insert(n),
    }
    let queued = Record {
        status: "queued",
        ..Record::default()
    };
    floor.jobs.insert(n, queued);
    let floor = Arc::clone(floor);
    tokio::spawn(async move {
        let update = |phase, percent| {
            let mut record = floor.jobs.get_mut(&n).expect("it is there");
            (record.status, record.phase, record.percent) = ("processing", phase, percent);
        };
        update("scrape", 10);
        let scraped = scrape(&handle, &platform);
        update("analyse", 50);
        let analysis = analyze(&scraped);
        update("assemble", 90);
        let report = assemble(&scraped, &analysis);
        let report = serde_json::to_vec(&report).expect("it is JSON");
        {
            let mut record = floor.jobs.get_mut(&n).expect("it is there");
            record.report = Some(report.into_boxed_slice());
            (record.status, record.percent) = ("completed", 100);
        }
        floor.done.fetch_add(1, Ordering::Release);
        floor.slots.add_permits(1);
    });
}

async fn pipeline_of(jobs: usize) -> Duration {
    let store = Arc::new(MemoryOptions::new().with_limits(limits()).build());
    let slots = Arc::new(Semaphore::new(IN_FLIGHT));
    let ending = Arc::clone(&slots);
    let pipeline = pipeline(Client::new(Arc::clone(&store)), WORKERS, move || {
        ending.add_permits(1);
    });
    let workers = pipeline.start();
    let client = pipeline.client().clone();
    let began = Instant::now();
    let submitted = tokio::spawn(async move {
        for n in 0..jobs {
            let slot = slots.acquire().await;
            slot.expect("nobody closes it").forget();
            let submitted = client.submit(target(&format!("user{n}"))).await;
            submitted.expect("there is room");
        }
    });
    submitted.await.expect("it does not panic");
    while store.stats().await.expect("memory").jobs.completed < jobs as u64 {
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
    let took = began.elapsed();
    workers.drain(Duration::from_secs(5)).await;
    took
}
