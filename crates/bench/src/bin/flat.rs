//! Whether a job costs the same however many others there are, on the memory store.
//!
//! `cargo run --profile bench --package report-pipeline-bench --bin flat [HELD] [WAITING]`, by default 1,000,000 finished
//! jobs with reports of 1 KiB held and 200,000 waiting for a worker of their own platform. Beside such a store and an
//! empty one, in turn, the lives of 20,000 jobs: submit, claims of eight, two checkpoints, finish, a status and a
//! report. One thread, through the trait as a pipeline calls it. Also what a finished job takes beyond its report,
//! everything counted, by the memory that the system has given to the process. Needs some 2 GiB.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use report_pipeline::store::{ClaimRequest, Outcome, WorkerId};
use report_pipeline::{
    Handle, JobId, JobStore, MemoryOptions, MemoryStore, NewJob, Phase, Platform, Target,
};
use report_pipeline_bench::{limits, median, target};

const JOBS: usize = 20_000;
const REPORT: usize = 1_027;
const ROUNDS: usize = 7;
const STEPS: [&str; 6] = [
    "submit",
    "claim",
    "checkpoint",
    "finish",
    "status",
    "report",
];

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: usize| {
        let argument = arguments.next();
        argument.map_or(default, |argument| argument.parse().expect("a number"))
    };
    let (held, waiting) = (number(1_000_000), number(200_000));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let (empty, full) = (new_store(), new_store());
    let before = resident_bytes();
    runtime.block_on(finish_some(&full, held));
    let for_each = (resident_bytes() - before) / held.max(1) as u64;
    println!(
        "{} bytes for a finished job beyond its report",
        for_each.saturating_sub(REPORT as u64)
    );
    runtime.block_on(let_some_wait(&full, waiting));
    let mut times: [[Vec<f64>; STEPS.len()]; 2] = Default::default();
    for round in 0..=ROUNDS {
        for (store, times) in [&empty, &full].into_iter().zip(&mut times) {
            let took = runtime.block_on(lives(store, round));
            // The first round warms up.
            if round > 0 {
                for (times, took) in times.iter_mut().zip(took) {
                    times.push(took);
                }
            }
        }
    }
    println!("{held} finished jobs held, {waiting} waiting; ns a call, median of {ROUNDS} rounds");
    println!("{:<12} {:>10} {:>10} {:>7}", "", "empty", "full", "ratio");
    let [empty, full] = times;
    let mut all = (0.0, 0.0);
    for ((step, empty), full) in STEPS.into_iter().zip(empty).zip(full) {
        let (empty, full) = (median(empty), median(full));
        let calls = if step == "checkpoint" { 2.0 } else { 1.0 };
        all = (all.0 + calls * empty, all.1 + calls * full);
        print_row(step, empty, full);
    }
    print_row("a whole job", all.0, all.1);
}

fn print_row(name: &str, empty: f64, full: f64) {
    println!(
        "{name:<12} {empty:>10.0} {full:>10.0} {:>7.2}",
        full / empty
    );
}

fn new_store() -> Arc<MemoryStore> {
    Arc::new(MemoryOptions::new().with_limits(limits()).build())
}

async fn finish_some(store: &MemoryStore, held: usize) {
    for n in 0..held {
        let job = NewJob::new(JobId::random(), target(&format!("held{n}")));
        store.submit(job).await.expect("there is room");
        let request = ClaimRequest::new(WorkerId::unique());
        for claimed in store.claim(request).await.expect("memory") {
            let outcome = Outcome::Completed(Bytes::from(vec![b'r'; REPORT]));
            let finished = store.finish(&claimed.lease, outcome).await;
            finished.expect("it is held");
        }
    }
}

async fn let_some_wait(store: &MemoryStore, waiting: usize) {
    for n in 0..waiting {
        let handle = Handle::canonical(&format!("waits{n}")).expect("a handle");
        let job = NewJob::new(JobId::random(), Target::new(Platform::TIKTOK, handle));
        store.submit(job).await.expect("there is room");
    }
}

/// How long each step of the lives of some jobs took, for one call, in nanoseconds.
async fn lives(store: &MemoryStore, round: usize) -> [f64; STEPS.len()] {
    let store: &dyn JobStore = store;
    let jobs: Vec<_> = (0..JOBS)
        .map(|n| NewJob::new(JobId::random(), target(&format!("round{round}-{n}"))))
        .collect();
    let requests: Vec<_> = (0..JOBS / 8)
        .map(|_| {
            ClaimRequest::new(WorkerId::unique())
                .with_max(8)
                .with_platforms([Platform::INSTAGRAM])
        })
        .collect();
    let (output, report) = (
        Bytes::from(vec![b'o'; 200]),
        Bytes::from(vec![b'r'; REPORT]),
    );

    let began = Instant::now();
    for job in jobs {
        store.submit(job).await.expect("there is room");
    }
    let submit = began.elapsed();
    let began = Instant::now();
    let mut claimed = Vec::with_capacity(JOBS);
    for request in requests {
        claimed.extend(store.claim(request).await.expect("memory"));
    }
    let claim = began.elapsed();
    assert_eq!(claimed.len(), JOBS);
    let began = Instant::now();
    for job in &claimed {
        for phase in [Phase::Scraping, Phase::Analysis] {
            let kept = store.checkpoint(&job.lease, phase, output.clone()).await;
            kept.expect("it is held");
        }
    }
    let checkpoint = began.elapsed() / 2;
    let began = Instant::now();
    for job in &claimed {
        let outcome = Outcome::Completed(report.clone());
        store.finish(&job.lease, outcome).await.expect("it is held");
    }
    let finish = began.elapsed();
    let began = Instant::now();
    for job in &claimed {
        black_box(store.get(job.job.id).await.expect("memory"));
    }
    let status = began.elapsed();
    let began = Instant::now();
    for job in &claimed {
        black_box(store.report(job.job.id).await.expect("memory"));
    }
    let fetch = began.elapsed();
    [submit, claim, checkpoint, finish, status, fetch].map(for_one)
}

#[expect(clippy::cast_precision_loss, reason = "a number of jobs")]
fn for_one(all: Duration) -> f64 {
    all.as_secs_f64() * 1e9 / JOBS as f64
}

fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("this is Linux");
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    4096 * pages.unwrap_or(0_u64)
}
