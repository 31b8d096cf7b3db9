//! The work that the benches of the SQL stores give them: jobs with three phases and a report of 1 KiB.

mod takes;

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::StreamExt;
use report_pipeline::store::{ClaimRequest, Outcome, WorkerId};
use report_pipeline::{
    Client, Handle, JobId, JobStore, NewJob, Pipeline, Platform, StoreLimits, Target,
};

pub(crate) use takes::REPORT_BYTES;
use takes::Takes;

/// Submits under way at once.
const SUBMITTERS: usize = 64;

/// How jobs are run.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    /// Jobs at work at once.
    pub(crate) at_once: usize,
    /// How long each phase takes. Checkpoints of phases that end sooner than the store replies are overtaken by the
    /// report, so a job of empty phases has few.
    pub(crate) phase: Duration,
}

/// What came of it.
#[derive(Clone, Copy)]
pub(crate) struct Worked {
    /// Jobs in a second.
    pub(crate) rate: f64,
    /// Checkpoints that the store has taken, for each job: at most two.
    pub(crate) checkpoints: f64,
}

/// Runs so many jobs from submit to report.
pub(crate) async fn end_to_end(client: Client, jobs: u32, load: Load) -> Worked {
    let store = client.store();
    let before = store.stats().await.unwrap().jobs.completed;
    let workers = Pipeline::builder(
        client.clone(),
        Takes(load.phase),
        Takes(load.phase),
        Takes(load.phase),
    )
    .with_concurrency(load.at_once)
    .build()
    .start();
    let began = Instant::now();
    let ids: Vec<JobId> = futures::stream::iter(targets("worked", jobs))
        .map(|target| client.submit(target))
        .buffer_unordered(SUBMITTERS)
        .map(|submitted| submitted.unwrap().job().id)
        .collect()
        .await;
    while store.stats().await.unwrap().jobs.completed < before + u64::from(jobs) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let took = began.elapsed();
    drop(workers);
    // A version for each visible change: the submit, the claim, each checkpoint, the end.
    let mut versions = Vec::new();
    for id in ids.iter().step_by(10) {
        let job = store.get(*id).await.unwrap().unwrap();
        versions.push(u32::try_from(job.version.number()).unwrap());
    }
    Worked {
        rate: f64::from(jobs) / took.as_secs_f64(),
        checkpoints: f64::from(versions.iter().sum::<u32>()) / f64::from(jobs.div_ceil(10)) - 3.0,
    }
}

/// Submits jobs one at a time, and returns how long each took.
pub(crate) async fn submits(store: &dyn JobStore, count: u32) -> Vec<Duration> {
    let mut times = Vec::new();
    for target in targets("alone", count) {
        let new = NewJob::new(JobId::random(), target);
        let began = Instant::now();
        store.submit(new).await.unwrap();
        times.push(began.elapsed());
    }
    times
}

/// Reads the status of random ones of these jobs, one at a time, and returns how long each took.
pub(crate) async fn statuses(store: &dyn JobStore, ids: &[JobId], count: u32) -> Vec<Duration> {
    let mut times = Vec::new();
    for _ in 0..count {
        let id = ids[fastrand::usize(..ids.len())];
        let began = Instant::now();
        assert!(store.get(id).await.unwrap().is_some());
        times.push(began.elapsed());
    }
    times
}

/// Makes finished jobs, many at once.
pub(crate) async fn finished_jobs(store: &dyn JobStore, count: u32) {
    let submits = targets("user", count).map(|target| async move {
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

/// Room for everything.
pub(crate) fn limits() -> StoreLimits {
    StoreLimits::default()
        .with_jobs(2_000_000)
        .with_pending_jobs(2_000_000)
        .with_stored_bytes(4 << 30)
}

fn targets(name: &str, count: u32) -> impl Iterator<Item = Target> {
    (0..count).map(move |n| {
        let handle = Handle::canonical(&format!("{name}{n}")).unwrap();
        Target::new(Platform::INSTAGRAM, handle)
    })
}

pub(crate) fn p50(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Whether the command line asks for this part: it may name some, or none for all.
pub(crate) fn is_chosen(part: &str) -> bool {
    let mut chosen = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .peekable();
    chosen.peek().is_none() || chosen.any(|one| one == part)
}

/// The number behind this word on the command line.
#[allow(dead_code, reason = "not every bench has such a part")]
pub(crate) fn count_of(part: &str) -> Option<u32> {
    let mut arguments = std::env::args().skip_while(|argument| argument != part);
    arguments.next()?;
    let count = arguments.next().and_then(|count| count.parse().ok());
    Some(count.unwrap_or_else(|| panic!("`{part}` needs a number: `-- {part} 500`")))
}
