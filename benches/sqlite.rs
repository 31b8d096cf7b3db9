//! What the store in SQLite costs and gives, beside a bare loop on the same disk.
//!
//! `cargo bench --bench sqlite --features sqlite`, or a part of it: `-- throughput`, `-- submit`, `-- status`. Jobs have three empty phases and a 1 KiB
//! report. The floor for jobs is one table and as many row writes as a job needs, with as many of them in one
//! commit as the store has; for a submit it is one insert and its commit. Disks are uneven, so each is measured in
//! turns with its floor, several times. For the status of one among a million the rows of a
//! thousand finished jobs are copied, with ids and handles of their own.

#[path = "sqlite/floor.rs"]
mod floor;

use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::StreamExt;
use report_pipeline::store::{ClaimRequest, Outcome, WorkerId};
use report_pipeline::{
    Client, Handle, JobId, JobStore, NewJob, PhaseContext, PhaseError, Pipeline, Platform,
    SqliteOptions, SqliteStore, StoreLimits, Target, analyze_fn, assemble_fn, scrape_fn,
};

const JOBS: u32 = 4_000;
const REPORT_BYTES: u16 = 1024;
/// Submits under way at once.
const SUBMITTERS: usize = 64;
/// Jobs that run at once.
const CONCURRENCY: usize = 64;
/// How often each is measured.
const TURNS: usize = 5;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let chosen: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let is_chosen = |part: &str| chosen.is_empty() || chosen.iter().any(|one| one == part);
    if is_chosen("throughput") {
        runtime.block_on(throughput());
    }
    if is_chosen("submit") {
        runtime.block_on(submit_alone());
    }
    if is_chosen("status") {
        runtime.block_on(status());
    }
}

/// Jobs per second from submit to report, in turns with the floor.
async fn throughput() {
    let mut ratios = Vec::new();
    for turn in 1..=TURNS {
        let folder = tempfile::tempdir().unwrap();
        let (rate, group, bytes) = end_to_end(&folder.path().join("jobs.db")).await;
        let floor = floor::jobs_per_second(&folder.path().join("floor.db"), JOBS, group);
        ratios.push(rate / floor);
        println!(
            "turn {turn}: {rate:>6.0} jobs/s, {group:.0} row writes a commit; floor {floor:>6.0} jobs/s; \
             ratio {:.2}; {bytes:.0} bytes on disk per finished job beyond its report",
            rate / floor
        );
    }
    println!("jobs end to end: median ratio {:.2}", median(&mut ratios));
}

/// Returns jobs per second, row writes per commit and bytes of the file per job.
async fn end_to_end(file: &Path) -> (f64, f64, f64) {
    let client = Client::new(open(file).await);
    let store = client.store();
    let commits = floor::Commits::of(file);
    let workers = Pipeline::builder(
        client.clone(),
        scrape_fn(async |_: Target, _: PhaseContext| Ok::<_, PhaseError>(())),
        analyze_fn(|(): &(), _: &PhaseContext| Ok::<_, PhaseError>(())),
        assemble_fn(|(): &(), (): &(), _: &PhaseContext| {
            Ok::<_, PhaseError>("x".repeat(usize::from(REPORT_BYTES) - 2))
        }),
    )
    .with_concurrency(CONCURRENCY)
    .build()
    .start();
    let began = Instant::now();
    futures::stream::iter(targets(JOBS))
        .map(|target| client.submit(target))
        .buffer_unordered(SUBMITTERS)
        .for_each(|submitted| async move {
            submitted.unwrap();
        })
        .await;
    while store.stats().await.unwrap().jobs.completed < u64::from(JOBS) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let took = began.elapsed();
    let commits = commits.since();
    drop(workers);
    drop(client);
    let writes = f64::from(JOBS) * floor::WRITES_PER_JOB;
    let size = floor::folded_size(file);
    (
        f64::from(JOBS) / took.as_secs_f64(),
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
        let mut times = Vec::new();
        for target in targets(300) {
            let new = NewJob::new(JobId::random(), target);
            let began = Instant::now();
            store.submit(new).await.unwrap();
            times.push(began.elapsed());
        }
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
        finished_jobs(&store, FEW).await;
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
            let mut times = Vec::new();
            for _ in 0..4_000 {
                let id = ids[fastrand::usize(..ids.len())];
                let began = Instant::now();
                assert!(store.get(id).await.unwrap().is_some());
                times.push(began.elapsed());
            }
            turns.push(p50(times).as_secs_f64() * 1e6);
        }
        println!("status p50 of {count}: {turns:.1?} us");
        medians.push(median(&mut turns));
    }
    println!("status: ratio {:.2}", medians[1] / medians[0]);
}

/// Makes finished jobs, many at once.
async fn finished_jobs(store: &SqliteStore, count: u32) {
    let submits = targets(count).map(|target| async move {
        let new = NewJob::new(JobId::random(), target);
        store.submit(new).await.unwrap();
    });
    let submitted = futures::stream::iter(submits)
        .buffer_unordered(256)
        .collect::<Vec<()>>();
    let finishes = async {
        let mut left = count as usize;
        while left > 0 {
            let request = ClaimRequest::new(WorkerId::unique()).with_max(100);
            let claimed = store
                .claim(request.with_wait(Duration::from_secs(1)))
                .await
                .unwrap();
            left -= claimed.len();
            let finishes = claimed.iter().map(|claimed| async {
                let report = Bytes::from_static(&[b'7'; REPORT_BYTES as usize]);
                store
                    .finish(&claimed.lease, Outcome::Completed(report))
                    .await
                    .unwrap();
            });
            futures::future::join_all(finishes).await;
        }
    };
    futures::join!(submitted, finishes);
}

async fn open(file: &Path) -> SqliteStore {
    let limits = StoreLimits::default()
        .with_jobs(2_000_000)
        .with_pending_jobs(2_000_000)
        .with_stored_bytes(4 << 30);
    SqliteOptions::new(file)
        .with_limits(limits)
        .connect()
        .await
        .unwrap()
}

fn targets(count: u32) -> impl Iterator<Item = Target> {
    (0..count).map(|n| {
        let handle = Handle::canonical(&format!("user{n}")).unwrap();
        Target::new(Platform::INSTAGRAM, handle)
    })
}

fn p50(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
