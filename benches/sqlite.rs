//! What the store in SQLite costs and gives, beside a bare loop on the same disk.
//!
//! `cargo bench --bench sqlite --features sqlite`, or a part of it: `-- throughput`, `-- submit`, `-- status`. Jobs have three phases, which are empty or
//! take 20 ms each, and a 1 KiB report. The floor for jobs is one table and as many row writes as a job needs, with as many of them in one
//! commit as the store has; for a submit it is one insert and its commit. Disks are uneven, so each is measured in
//! turns with its floor, several times. For the status of one among a million the rows of a
//! thousand finished jobs are copied, with ids and handles of their own.
//!
//! `-- once 500` runs 500 jobs and measures nothing. Under `valgrind --tool=callgrind` the difference of two counts is what
//! a job takes, whatever else the machine does.

#[path = "sqlite/floor.rs"]
mod floor;
#[path = "work/mod.rs"]
mod work;

use std::path::Path;
use std::time::{Duration, Instant};

use report_pipeline::{Client, JobId, JobStore, SqliteOptions, SqliteStore};
use work::{Load, REPORT_BYTES, Worked, median, p50};

const JOBS: u32 = 4_000;
const LOADS: [Load; 2] = [
    Load {
        at_once: 64,
        phase: Duration::ZERO,
    },
    Load {
        at_once: 512,
        phase: Duration::from_millis(20),
    },
];
/// How often each is measured.
const TURNS: usize = 5;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    if let Some(jobs) = work::count_of("once") {
        runtime.block_on(once(jobs));
        return;
    }
    if work::is_chosen("throughput") {
        for load in LOADS {
            runtime.block_on(throughput(load));
        }
    }
    if work::is_chosen("submit") {
        runtime.block_on(submit_alone());
    }
    if work::is_chosen("status") {
        runtime.block_on(status());
    }
}

/// Runs jobs from submit to report, for a profiler.
async fn once(jobs: u32) {
    let folder = tempfile::tempdir().unwrap();
    let client = Client::new(open(&folder.path().join("jobs.db")).await);
    work::end_to_end(client, jobs, LOADS[0]).await;
}

/// Jobs per second from submit to report, in turns with the floor.
async fn throughput(load: Load) {
    println!("{} at once, phases of {:?}", load.at_once, load.phase);
    let mut ratios = Vec::new();
    for turn in 1..=TURNS {
        let folder = tempfile::tempdir().unwrap();
        let (Worked { rate, checkpoints }, group, bytes) =
            end_to_end(&folder.path().join("jobs.db"), load).await;
        let floor = folder.path().join("floor.db");
        let floor = floor::jobs_per_second(&floor, JOBS, checkpoints, group);
        ratios.push(rate / floor);
        println!(
            "turn {turn}: {rate:>6.0} jobs/s, {checkpoints:.2} checkpoints a job, {group:.0} row writes a commit; \
             floor {floor:>6.0} jobs/s; ratio {:.2}; {bytes:.0} bytes on disk per finished job beyond its report",
            rate / floor
        );
    }
    println!("jobs end to end: median ratio {:.2}", median(&mut ratios));
}

/// Returns what was done, row writes per commit and bytes of the file per job.
async fn end_to_end(file: &Path, load: Load) -> (Worked, f64, f64) {
    let client = Client::new(open(file).await);
    let commits = floor::Commits::of(file);
    // The last one to close the file removes what the commits are counted in.
    let worked = work::end_to_end(client.clone(), JOBS, load).await;
    let writes = f64::from(JOBS) * floor::writes_per_job(worked.checkpoints);
    let commits = commits.since();
    drop(client);
    let size = floor::folded_size(file);
    (
        worked,
        writes / commits,
        size / f64::from(JOBS) - f64::from(REPORT_BYTES),
    )
}

/// One submit at a time, in turns with one durable insert.
async fn submit_alone() {
    let mut ratios = Vec::new();
    for turn in 1..=TURNS {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder.path().join("jobs.db")).await;
        let times = work::submits(&store, 300).await;
        let floor = floor::durable_inserts(&folder.path().join("floor.db"), 300);
        let (p50, floor) = (p50(times), p50(floor));
        ratios.push(p50.as_secs_f64() / floor.as_secs_f64());
        println!("turn {turn}: submit p50 {p50:.2?}; one durable insert {floor:.2?}");
    }
    println!("submit alone: median ratio {:.2}", median(&mut ratios));
}

/// Reads the status of random jobs among few and among many finished ones.
async fn status() {
    const FEW: u32 = 1_000;
    const MANY: u32 = 1_000_000;
    let folder = tempfile::tempdir().unwrap();
    let mut medians = Vec::new();
    for count in [FEW, MANY] {
        let file = folder.path().join(format!("{count}.db"));
        let store = open(&file).await;
        let began = Instant::now();
        work::finished_jobs(&store, FEW).await;
        floor::multiply(&file, FEW, count);
        println!("{count} finished jobs made in {:.0?}", began.elapsed());
        assert_eq!(
            store.stats().await.unwrap().jobs.completed,
            u64::from(count)
        );
        let ids: Vec<JobId> = floor::some_ids(&file, 4_000)
            .iter()
            .map(|id| id.parse().unwrap())
            .collect();
        let mut turns = Vec::new();
        for _ in 0..TURNS {
            let times = work::statuses(&store, &ids, 4_000).await;
            turns.push(p50(times).as_secs_f64() * 1e6);
        }
        println!("status p50 of {count}: {turns:.1?} us");
        medians.push(median(&mut turns));
    }
    println!("status: ratio {:.2}", medians[1] / medians[0]);
}

async fn open(file: &Path) -> SqliteStore {
    SqliteOptions::new(file)
        .with_limits(work::limits())
        .connect()
        .await
        .unwrap()
}
