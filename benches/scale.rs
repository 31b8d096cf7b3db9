//! What a full memory store costs: latency, memory, and the sweep of a million expired jobs.
//!
//! `cargo bench --bench scale`. Prints, for 1,000 and for 1,000,000 finished jobs held, the latency
//! of `get` and `submit` and their ratio, and of a `get` from a plain map with as many jobs and
//! reports; the bytes per finished job beyond its report (by the process's resident memory); and
//! the longest that any call waited while a million expired jobs were swept.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use report_pipeline::store::{ClaimRequest, JobStoreExt, Outcome, WorkerId};
use report_pipeline::{
    Handle, Job, JobId, JobStore, MemoryOptions, MemoryStore, NewJob, Platform, StoreLimits, Target,
};

const FEW: usize = 1_000;
const MANY: usize = 1_000_000;
const CALLS: usize = 50_000;
const REPORT_BYTES: usize = 1024;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("runtime");
    runtime.block_on(async {
        let before = resident_bytes();
        let (store, ids) = filled(MANY, Duration::from_secs(3600)).await;
        let held = resident_bytes() - before - size_of_val(&*ids) as u64;
        let each = held / MANY as u64;
        let many = latencies(&(store, ids)).await;
        // Behind the measure of memory: what these give back would be used again.
        let few = latencies(&filled(FEW, Duration::from_secs(3600)).await).await;
        let (plain_few, plain_many) = (plain_map(FEW), plain_map(MANY));

        println!(
            "{:<24} {:>14} {:>14} {:>8}",
            "", "1,000 held", "1,000,000 held", "ratio"
        );
        print_latencies("get of a plain map", plain_few, plain_many);
        print_latencies("get", few.0, many.0);
        print_latencies("submit", few.1, many.1);
        println!(
            "bytes per finished job beyond its report: {}",
            each - REPORT_BYTES as u64
        );
        sweep().await;
    });
}

/// A store with that many finished jobs, and their ids.
async fn filled(jobs: usize, retention: Duration) -> (Arc<MemoryStore>, Vec<JobId>) {
    let limits = StoreLimits::default()
        .with_jobs(MANY * 2)
        .with_stored_bytes(1 << 40);
    let store = Arc::new(
        MemoryOptions::new()
            .with_retention(retention)
            .with_limits(limits)
            .build(),
    );
    let worker = WorkerId::unique();
    let mut ids = Vec::with_capacity(jobs);
    for n in 0..jobs {
        let job = NewJob::new(JobId::random(), target(n));
        ids.push(job.id);
        store.submit(job).await.expect("there is room");
        for claimed in store
            .claim(ClaimRequest::new(worker.clone()))
            .await
            .expect("claims")
        {
            let report = Bytes::from(vec![b'r'; REPORT_BYTES]);
            store
                .finish(&claimed.lease, Outcome::Completed(report))
                .await
                .expect("is held");
        }
    }
    (store, ids)
}

/// The median and the 99th percentile.
type Latency = [Duration; 2];

/// The times of a `get` of a random job and of a `submit` of a new one.
async fn latencies((store, ids): &(Arc<MemoryStore>, Vec<JobId>)) -> (Latency, Latency) {
    let mut random = fastrand::Rng::with_seed(7);
    let mut gets = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let id = ids[random.usize(..ids.len())];
        let began = Instant::now();
        black_box(store.get(id).await.expect("answers"));
        gets.push(began.elapsed());
    }
    let mut submits = Vec::with_capacity(CALLS);
    for n in 0..CALLS {
        let job = NewJob::new(JobId::random(), target(MANY + n));
        let began = Instant::now();
        black_box(store.submit(job).await.expect("there is room"));
        submits.push(began.elapsed());
    }
    (latency(gets), latency(submits))
}

/// The times of a copy of a random job from a map behind a lock, which holds as many jobs with their reports.
fn plain_map(jobs: usize) -> Latency {
    let mut ids = Vec::with_capacity(jobs);
    let mut map = HashMap::new();
    for n in 0..jobs {
        let job = Job::submitted(JobId::random(), target(n), chrono::Utc::now());
        ids.push(job.id);
        map.insert(job.id, (job, vec![b'r'; REPORT_BYTES]));
    }
    let map = Mutex::new(map);
    let mut random = fastrand::Rng::with_seed(7);
    let mut gets = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let id = ids[random.usize(..ids.len())];
        let began = Instant::now();
        let job = map
            .lock()
            .expect("no panic")
            .get(&id)
            .map(|(job, _)| job.clone());
        black_box(job);
        gets.push(began.elapsed());
    }
    latency(gets)
}

fn print_latencies(name: &str, few: Latency, many: Latency) {
    for (which, few, many) in [("p50", few[0], many[0]), ("p99", few[1], many[1])] {
        let (ratio, name) = (
            many.as_secs_f64() / few.as_secs_f64(),
            format!("{name}, {which}"),
        );
        println!("{name:<24} {few:>14.2?} {many:>14.2?} {ratio:>8.2}");
    }
}

/// Sweeps a million expired jobs while other calls go on, and prints how long those waited; before
/// it, how long they wait without a sweep on this machine.
async fn sweep() {
    let retention = Duration::from_secs(15);
    let began = Instant::now();
    let (store, ids) = filled(MANY, retention).await;
    assert!(
        began.elapsed() < retention,
        "the first jobs expired before the last were made"
    );
    let control = {
        let caller = Caller::start(&store, ids.clone());
        tokio::time::sleep(retention).await;
        caller.stop().await
    };
    print_waits("no sweep", control);

    let caller = Caller::start(&store, ids);
    let began = Instant::now();
    let swept = tokio::spawn(async move { store.sweep_all(4096).await });
    let swept = swept.await.expect("no panic").expect("answers");
    let took = began.elapsed();
    print_waits("sweep", caller.stop().await);
    println!("swept {} expired jobs in {took:.2?}", swept.removed);
}

/// Somebody who reads jobs, one after the other, as fast as the store answers.
struct Caller {
    done: Arc<AtomicBool>,
    calls: tokio::task::JoinHandle<Vec<Duration>>,
}

impl Caller {
    fn start(store: &Arc<MemoryStore>, ids: Vec<JobId>) -> Self {
        let (store, done) = (Arc::clone(store), Arc::new(AtomicBool::new(false)));
        let is_done = Arc::clone(&done);
        let calls = tokio::spawn(async move {
            let mut waits = Vec::with_capacity(100_000_000);
            while !is_done.load(Ordering::Relaxed) {
                let began = Instant::now();
                black_box(
                    store
                        .get(ids[waits.len() % ids.len()])
                        .await
                        .expect("answers"),
                );
                waits.push(began.elapsed());
                tokio::task::yield_now().await;
            }
            waits
        });
        Self { done, calls }
    }

    async fn stop(self) -> Vec<Duration> {
        self.done.store(true, Ordering::Relaxed);
        self.calls.await.expect("no panic")
    }
}

fn print_waits(name: &str, mut waits: Vec<Duration>) {
    waits.sort_unstable();
    println!(
        "{name:<9} {} calls, {} over 5 ms: p50 {:.2?}, p99.9 {:.2?}, p99.999 {:.2?}, longest {:.2?}",
        waits.len(),
        waits
            .iter()
            .filter(|wait| **wait > Duration::from_millis(5))
            .count(),
        waits[waits.len() / 2],
        waits[waits.len() - 1 - waits.len() / 1000],
        waits[waits.len() - 1 - waits.len() / 100_000],
        waits[waits.len() - 1],
    );
}

fn target(n: usize) -> Target {
    let handle = Handle::canonical(&format!("user{n}")).expect("letters and digits");
    Target::new(Platform::INSTAGRAM, handle)
}

fn latency(mut times: Vec<Duration>) -> Latency {
    times.sort_unstable();
    [
        times[times.len() / 2],
        times[times.len() - 1 - times.len() / 100],
    ]
}

fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("this is Linux");
    let pages: u64 = statm
        .split(' ')
        .nth(1)
        .and_then(|n| n.parse().ok())
        .expect("a number");
    pages * 4096
}
