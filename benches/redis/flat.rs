//! Whether a job costs the same however many are held and wait, with each way of keeping what was acknowledged.

use std::time::{Duration, Instant};

use futures::StreamExt;
use report_pipeline::{Client, JobStore};
use report_pipeline_test_support::redis::RedisServer;

use crate::usage::Usage;
use crate::worker::Worker;
use crate::{JOBS, SUBMITTERS, connect, targets};

const HELD: u32 = 1_000_000;
const WAITING: u32 = 200_000;
const WORKERS: usize = 3;
/// How many jobs one script copies.
const COPIED_AT_ONCE: u32 = 1_000;

/// Copies a finished job with everything that belongs to it.
const COPY: &str = "
local row = redis.call('ZRANGE', 'jobs:q:completed', 0, 0, 'WITHSCORES')
local id, size = string.match(row[1], '^(.*):(%d+)$')
for n = tonumber(ARGV[1]), tonumber(ARGV[2]) do
  local copy = string.format('00000000-0000-4000-8000-%012x', n)
  redis.call('COPY', 'jobs:' .. id, 'jobs:' .. copy)
  redis.call('HSET', 'jobs:' .. copy, 'job_id', copy, 'handle', 'copy' .. n)
  redis.call('COPY', 'jobs:' .. id .. ':report', 'jobs:' .. copy .. ':report')
  redis.call('SET', 'jobs:handle:copy' .. n .. ':instagram', copy, 'PX', 86400000)
  redis.call('ZADD', 'jobs:q:completed', row[2], copy .. ':' .. size)
  redis.call('XADD', 'jobs:q:submits', '*', 'id', struct.pack('>I6I2I2I6', 0, 16384, 32768, n))
  redis.call('INCRBY', 'jobs:q:bytes', size)
end";

/// How the server keeps what it acknowledged, and its options for that. Of itself Redis writes its file anew when it has
/// doubled, by a child process that shares the memory.
const FILES: [(&str, &[&str]); 5] = [
    ("none", &[]),
    ("everysec", &["--appendonly", "yes"]),
    (
        "everysec-no-rewrite",
        &["--appendonly", "yes", "--auto-aof-rewrite-percentage", "0"],
    ),
    (
        "always",
        &["--appendonly", "yes", "--appendfsync", "always"],
    ),
    (
        "always-no-rewrite",
        &[
            "--appendonly",
            "yes",
            "--appendfsync",
            "always",
            "--auto-aof-rewrite-percentage",
            "0",
        ],
    ),
];

/// With each way, or those that are named.
pub(crate) async fn all(chosen: &[String]) {
    let is_named = |name: &str| chosen.iter().any(|one| one == name);
    let some_are = FILES.iter().any(|(name, _)| is_named(name));
    println!("{WORKERS} worker processes, {JOBS} jobs submitted and as many finished");
    println!("append-only file             held    waiting   jobs/s   redis-server us/job   ratio");
    for (name, options) in FILES {
        if some_are && !is_named(name) {
            continue;
        }
        let mut least = None;
        for (held, waiting) in [(0, 0), (HELD, 0), (HELD, WAITING)] {
            let (rate, micros) = one(options, held, waiting).await;
            let least = *least.get_or_insert(micros);
            let ratio = micros / least;
            println!("{name:<20} {held:>11} {waiting:>10} {rate:>8.0} {micros:>21.1} {ratio:>7.2}");
        }
    }
}

async fn one(options: &[&str], held: u32, waiting: u32) -> (f64, f64) {
    let server = RedisServer::with_options(&[options, &["--save", ""]].concat());
    let client = Client::new(connect(&server).await);
    let worker = Worker::start(&server, "empty");
    submit(&client, "first", 1).await;
    completed(&client, 1).await;
    drop(worker);
    for from in (0..held).step_by(COPIED_AT_ONCE as usize) {
        let to = (from + COPIED_AT_ONCE - 1).to_string();
        server.run(&["EVAL", COPY, "0", &from.to_string(), &to]);
    }
    submit(&client, "waiting", waiting).await;

    let _workers: Vec<Worker> = (0..WORKERS)
        .map(|_| Worker::start(&server, "empty"))
        .collect();
    // Every process has seen every script when it counts.
    submit(&client, "warm", 1_000).await;
    let done = completed(&client, u64::from(held) + 1_001).await;
    let (before, began) = (Usage::read(&server), Instant::now());
    let submits = submit(&client, "user", JOBS);
    let (reached, ()) = tokio::join!(completed(&client, done + u64::from(JOBS)), submits);
    let took = began.elapsed();
    let after = Usage::read(&server).since(&before, 1);
    // The one is under way for as long as the other is.
    let finished = u32::try_from(completed(&client, reached).await - done).unwrap();
    let jobs = f64::midpoint(f64::from(finished), f64::from(JOBS));
    (jobs / took.as_secs_f64(), after.processor_micros / jobs)
}

async fn submit(client: &Client, name: &str, count: u32) {
    futures::stream::iter(targets(name, count))
        .map(|target| client.submit(target))
        .buffer_unordered(SUBMITTERS)
        .for_each(|reply| async move {
            reply.unwrap();
        })
        .await;
}

/// Waits until so many jobs are completed, and returns how many are.
async fn completed(client: &Client, count: u64) -> u64 {
    loop {
        let completed = client.store().stats().await.unwrap().jobs.completed;
        if completed >= count {
            return completed;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
