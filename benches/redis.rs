//! What the store in Redis costs and gives, on one machine with a server of its own.
//!
//! `cargo bench --bench redis`, or a part of it: `-- throughput`, `-- latency`, `-- recovery`, `-- flat`. Jobs have
//! three phases and a 1 KiB report: empty phases, whose checkpoints the report overtakes, or such that take 20 ms each.
//! Workers are processes of their own; this one submits. The floor is `redis-benchmark` in the same run, with as many
//! `EVALSHA` calls as the jobs took, whose scripts carry out as many commands as ours do on average, with arguments of
//! like size; that of bytes is a server with nothing but the promised keys. Recovery after a kill waits for the default
//! lease of 30 s, so these take about two minutes. `flat`, with a million jobs held and 200,000 waiting, takes some
//! 4 GB of memory and of disk, and some ten minutes; `-- flat everysec` is one part of that.

#[path = "redis/flat.rs"]
mod flat;
#[path = "redis/floor.rs"]
mod floor;
#[path = "redis/latency.rs"]
mod latency;
#[path = "work/takes.rs"]
mod takes;
#[path = "redis/usage.rs"]
mod usage;
#[path = "redis/worker.rs"]
mod worker;

use std::time::{Duration, Instant};

use futures::StreamExt;
use report_pipeline::{
    Client, Handle, JobStore, Platform, RedisOptions, RedisStore, StoreLimits, Target,
};
use report_pipeline_test_support::redis::RedisServer;

use takes::REPORT_BYTES;
use usage::Usage;
use worker::Worker;

const JOBS: u32 = 50_000;
/// Submits under way at once.
const SUBMITTERS: usize = 64;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    if let Some(task) = worker::task() {
        return runtime.block_on(worker::run(task));
    }
    let chosen: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let is_chosen = |part: &str| chosen.is_empty() || chosen.iter().any(|one| one == part);
    if is_chosen("throughput") {
        for (workers, task) in [(1, "empty"), (3, "empty"), (3, "busy")] {
            runtime.block_on(throughput(workers, task));
        }
    }
    if is_chosen("latency") {
        runtime.block_on(latency::submit_and_pickup());
    }
    if is_chosen("recovery") {
        runtime.block_on(latency::recovery());
    }
    if is_chosen("flat") {
        runtime.block_on(flat::all(&chosen));
    }
}

async fn throughput(workers: usize, task: &str) {
    let server = RedisServer::start();
    let store = connect(&server).await;
    let client = Client::new(store);
    let processes: Vec<Worker> = (0..workers).map(|_| Worker::start(&server, task)).collect();
    let before = Usage::read(&server);
    let began = Instant::now();
    futures::stream::iter(targets("user", JOBS))
        .map(|target| client.submit(target))
        .buffer_unordered(SUBMITTERS)
        .for_each(|answer| async move {
            answer.unwrap();
        })
        .await;
    let submitted = began.elapsed();
    while client.store().stats().await.unwrap().jobs.completed < u64::from(JOBS) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let took = began.elapsed();
    let used = Usage::read(&server).since(&before, JOBS);
    drop(processes);

    println!(
        "{workers} worker process(es), {JOBS} jobs, phases: {task}, {REPORT_BYTES}-byte report"
    );
    println!(
        "  end to end       {:>8.0} jobs/s (all submitted after {submitted:.1?})",
        rate(took)
    );
    println!(
        "  round trips      {:>8.2} per job, {:.1} Redis commands per job",
        used.calls, used.commands
    );
    println!(
        "  processor time   {:>8.1} us per job of redis-server; {:.1} us in scripts by the clock",
        used.processor_micros, used.script_micros
    );
    let at_once = Usage::read(&server);
    forget_claims(&server);
    let beyond = |usage: Usage| usage.since(&before, JOBS).bytes - f64::from(REPORT_BYTES);
    let (bytes, kept) = (beyond(at_once), beyond(Usage::read(&server)));
    let promised = floor::bytes(JOBS);
    println!(
        "  memory           {bytes:>8.0} bytes per finished job beyond its report; {kept:.0} once claims are forgotten; \
         the promised keys alone {promised:.0}, ratios {:.2} and {:.2}",
        bytes / promised,
        kept / promised
    );
    let floor = floor::run(&server, used.calls, used.commands);
    for (name, per_second) in floor {
        let jobs = per_second / used.calls;
        println!(
            "  {name:<40} {per_second:>8.0} calls/s = {jobs:>6.0} jobs/s; ratio {:.2}",
            rate(took) / jobs
        );
    }
}

/// Removes what claims have taken, as Redis does by itself a minute after the lease or somewhat later.
fn forget_claims(server: &RedisServer) {
    const FORGET: &str =
        "for _, key in ipairs(redis.call('KEYS', 'jobs:q:claim:*')) do redis.call('DEL', key) end";
    server.run(&["EVAL", FORGET, "0"]);
}

fn rate(took: Duration) -> f64 {
    f64::from(JOBS) / took.as_secs_f64()
}

async fn connect(server: &RedisServer) -> RedisStore {
    RedisOptions::new(&server.url())
        .unwrap()
        .with_limits(limits())
        .connect()
        .await
        .unwrap()
}

/// Room for everything.
fn limits() -> StoreLimits {
    StoreLimits::default()
        .with_pending_jobs(4_000_000)
        .with_jobs(8_000_000)
        .with_stored_bytes(16 << 30)
}

fn targets(name: &str, count: u32) -> impl Iterator<Item = Target> {
    (0..count).map(move |n| {
        let handle = Handle::canonical(&format!("{name}{n}")).unwrap();
        Target::new(Platform::INSTAGRAM, handle)
    })
}
