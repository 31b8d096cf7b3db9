//! Has a Redis server carry out each script of the store, for `crates/bench/instructions`, which counts the server's
//! instructions under callgrind.
//!
//! The server is the program that `REDIS_SERVER` names: `instructions` makes that one under valgrind. The first jobs are plain,
//! with an empty submit, two checkpoints of 150 bytes and a report as long as that of the peers' benchmark; others have a
//! note, and go through everything else; the last ones expire. All calls of one step are made at once on one thread, so the store sends those that
//! it groups in groups of 64, whatever else the machine does. Prints how many jobs each step was counted for.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::join_all;
use report_pipeline::store::{
    ClaimEndedRequest, ClaimRequest, ClaimedJob, Delivery, FindRequest, Heartbeat, InFlightLimits,
    JobStoreExt, ListRequest, Outcome, PauseRequest, SaveRequest, WatchRequest, WorkerId,
};
use report_pipeline::{
    Failure, FailureKind, Handle, JobId, JobStore, NewJob, Phase, Platform, RedisOptions,
    RedisStore, StoreError, Target,
};
use report_pipeline_test_support::redis::RedisServer;

/// As many calls as the store sends together.
const GROUP: usize = 64;
const GROUPS: usize = 8;
/// As long as an output of a small phase.
const OUTPUT: usize = 150;
/// As long as the reports of the peers' benchmarks.
const REPORT: usize = 1_027;
/// How long a reply and a lease may take: under callgrind a server is some fifty times slower, and other work comes on top.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long the jobs are kept whose sweep is counted.
const RETENTION: Duration = Duration::from_secs(1);

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    // Nothing of its own while it is counted.
    let server = RedisServer::with_options(&["--hz", "1", "--enable-debug-command", "yes"]);
    server.run(&["DEBUG", "SET-ACTIVE-EXPIRE", "0"]);
    let counter = Counter::of(&server);
    runtime.block_on(async {
        let store = options(&server).connect().await.expect("it runs");
        let brief = options(&server)
            .with_prefix("brief:")
            .with_retention(RETENTION);
        let brief = brief.connect().await.expect("it runs");
        // What Redis makes once is made before anything is counted.
        let rounds = [("first", None), ("counted", Some(&counter))];
        for (name, counter) in rounds {
            lives(&store, name, counter).await;
        }
        for (name, counter) in rounds {
            other_lives(&server, &store, &format!("other{name}"), counter).await;
            expire(&brief, name, counter).await;
        }
    });
    println!("{}", GROUP * GROUPS);
}

fn options(server: &RedisServer) -> RedisOptions {
    let options = RedisOptions::new(&server.url()).expect("an address");
    options.with_timeout(PATIENCE)
}

/// The life of some plain jobs, step by step.
async fn lives(store: &RedisStore, name: &str, counter: Option<&Counter<'_>>) {
    let new = jobs(name);
    step(
        counter,
        "submit",
        each(&new, |new| store.submit(new.clone())),
    )
    .await;
    let mut claimed = Vec::new();
    step(counter, "claim", async {
        claimed = claim(store).await;
    })
    .await;
    for (name, phase) in [("scraped", Phase::Scraping), ("analyzed", Phase::Analysis)] {
        let output = || Bytes::from_static(&[b'x'; OUTPUT]);
        let kept = each(&claimed, |job| {
            store.checkpoint(&job.lease, phase, output())
        });
        step(counter, name, kept).await;
    }
    let report = || Outcome::Completed(Bytes::from_static(&[b'x'; REPORT]));
    step(
        counter,
        "complete",
        each(&claimed, |job| store.finish(&job.lease, report())),
    )
    .await;
}

/// What else may become of jobs.
async fn other_lives(
    server: &RedisServer,
    store: &RedisStore,
    name: &str,
    counter: Option<&Counter<'_>>,
) {
    let new: Vec<_> = jobs(name)
        .into_iter()
        .map(|new| new.with_note(Bytes::from_static(b"note")))
        .collect();
    step(
        counter,
        "noted",
        each(&new, |new| store.submit(new.clone())),
    )
    .await;
    let mut claimed = Vec::new();
    step(counter, "taken", async {
        claimed = claim(store).await;
    })
    .await;
    let lease = Heartbeat::new(PATIENCE);
    step(
        counter,
        "heartbeat",
        each(&claimed, |job| store.heartbeat(&job.lease, lease)),
    )
    .await;
    let state = || SaveRequest::replace(Phase::Scraping, 0, Bytes::from_static(&[b'x'; OUTPUT]));
    step(
        counter,
        "save",
        each(&claimed, |job| store.save(&job.lease, state())),
    )
    .await;
    let failure = || Failure::new(FailureKind::Transient, "once more");
    let retry = || Outcome::Retry {
        after: Duration::ZERO,
        failure: failure(),
    };
    step(
        counter,
        "retry",
        each(&claimed, |job| store.finish(&job.lease, retry())),
    )
    .await;
    let claimed = claim(store).await;

    reads(store, &new, counter).await;
    watch(server, &claimed, counter).await;

    let ids: Vec<JobId> = new.iter().map(|new| new.id).collect();
    step(counter, "cancel", each(&ids, |id| store.cancel(*id))).await;
    step(
        counter,
        "cancelled",
        each(&claimed, |job| store.finish(&job.lease, Outcome::Released)),
    )
    .await;
    let mut ended = Vec::new();
    step(counter, "ended", async {
        while ended.len() < new.len() {
            let request = ClaimEndedRequest::new()
                .with_max(GROUP)
                .with_lease(PATIENCE);
            ended.extend(store.claim_ended(request).await.expect("there are notes"));
        }
    })
    .await;
    step(
        counter,
        "delivered",
        each(&ended, |job| {
            store.acknowledge(&job.receipt, Delivery::Delivered)
        }),
    )
    .await;
    step(counter, "delete", each(&ids, |id| store.delete(*id))).await;
}

/// What is asked about jobs, and told of platforms.
async fn reads(store: &RedisStore, new: &[NewJob], counter: Option<&Counter<'_>>) {
    let ids: Vec<JobId> = new.iter().map(|new| new.id).collect();
    step(counter, "many", async {
        let read = store.get_many(&ids).await.expect("it replies");
        assert!(read.iter().all(Option::is_some));
    })
    .await;
    step(
        counter,
        "find",
        each(new, |new| store.find(FindRequest::new(new.target.clone()))),
    )
    .await;
    step(counter, "list", async {
        let page = store.list(ListRequest::new().with_limit(new.len())).await;
        assert_eq!(page.expect("it replies").jobs.len(), new.len());
    })
    .await;
    step(counter, "stats", each(new, |_| store.stats())).await;
    let paused = || PauseRequest::new(Platform::TIKTOK, Duration::from_secs(60));
    step(counter, "pause", each(new, |_| store.pause(paused()))).await;
    step(
        counter,
        "unpause",
        each(new, |_| store.unpause(&Platform::TIKTOK)),
    )
    .await;
}

/// Watches jobs, through a store of its own: one that goes on would end its subscriptions some seconds later, amid another
/// step.
async fn watch(server: &RedisServer, claimed: &[ClaimedJob], counter: Option<&Counter<'_>>) {
    let store = options(server).connect().await.expect("it runs");
    let watch = |job: &ClaimedJob| {
        WatchRequest::new(job.job.id, job.job.version).with_wait(Duration::from_millis(1))
    };
    step(
        counter,
        "watch",
        each(claimed, |job| store.changed(watch(job))),
    )
    .await;
    drop(store);
    while !server.run(&["PUBSUB", "CHANNELS"]).trim().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Jobs of a platform with a limit that remembers a pause, claimed while another one is paused, and that expire; and the sweep
/// of what is left of them.
async fn expire(store: &RedisStore, name: &str, counter: Option<&Counter<'_>>) {
    let new = jobs(name);
    each(&new, |new| store.submit(new.clone())).await;
    for platform in [Platform::INSTAGRAM, Platform::TIKTOK] {
        let pause = PauseRequest::new(platform, PATIENCE);
        store.pause(pause).await.expect("it replies");
    }
    store
        .unpause(&Platform::INSTAGRAM)
        .await
        .expect("it replies");
    let mut claimed = Vec::new();
    step(counter, "remembered", async {
        let limits = InFlightLimits::none().with(Platform::INSTAGRAM, new.len());
        claimed = claim_within(store, limits).await;
    })
    .await;
    let report = || Outcome::Completed(Bytes::from_static(b"{}"));
    each(&claimed, |job| store.finish(&job.lease, report())).await;
    // Rows stay for a second longer than their jobs.
    tokio::time::sleep(RETENTION + Duration::from_millis(1_500)).await;
    step(counter, "sweep", async {
        let swept = store.sweep_all(GROUP).await.expect("it replies");
        assert_eq!(swept.removed, new.len());
    })
    .await;
}

fn jobs(name: &str) -> Vec<NewJob> {
    let target = |n| {
        let handle = Handle::canonical(&format!("{name}{n}")).expect("a handle");
        Target::new(Platform::INSTAGRAM, handle)
    };
    (0..GROUP * GROUPS)
        .map(|n| NewJob::new(JobId::random(), target(n)))
        .collect()
}

async fn claim(store: &RedisStore) -> Vec<ClaimedJob> {
    claim_within(store, InFlightLimits::default()).await
}

async fn claim_within(store: &RedisStore, limits: InFlightLimits) -> Vec<ClaimedJob> {
    let limits = Arc::new(limits);
    let mut claimed = Vec::new();
    for _ in 0..GROUPS {
        let request = ClaimRequest::new(WorkerId::unique()).with_max(GROUP);
        let request = request.with_lease(PATIENCE).with_in_flight(limits.clone());
        claimed.extend(store.claim(request).await.expect("there are jobs"));
    }
    assert_eq!(claimed.len(), GROUP * GROUPS);
    claimed
}

/// A call for each, a group at once.
async fn each<'a, T, R, F>(items: &'a [T], call: impl Fn(&'a T) -> F)
where
    F: Future<Output = Result<R, StoreError>>,
{
    for group in items.chunks(GROUP) {
        for reply in join_all(group.iter().map(&call)).await {
            reply.expect("it replies");
        }
    }
}

/// Does a step, and has it counted.
async fn step(counter: Option<&Counter<'_>>, name: &str, work: impl Future<Output = ()>) {
    let Some(counter) = counter else {
        return work.await;
    };
    counter.hold_collecting();
    counter.tell(&["--instr=on"]);
    work.await;
    counter.collect();
    counter.tell(&["--instr=off"]);
    counter.tell(&[&format!("--dump=redis-{name}")]);
}

/// A number of a line of `INFO commandstats`.
fn field(line: &str, name: &str) -> u64 {
    let value = line
        .split([':', ','])
        .find_map(|field| field.strip_prefix(name)?.strip_prefix('='));
    let number = value.and_then(|value| value.parse().ok());
    number.unwrap_or_else(|| panic!("{name} in {line}"))
}

/// The way to the callgrind that runs a server.
struct Counter<'a> {
    server: &'a RedisServer,
    process: String,
}

impl<'a> Counter<'a> {
    fn of(server: &'a RedisServer) -> Self {
        let told = server.run(&["INFO", "server"]);
        let process = told
            .lines()
            .find_map(|line| line.strip_prefix("process_id:"));
        Self {
            server,
            process: process.expect("Redis says it").trim().to_owned(),
        }
    }

    /// Collects what scripts have left behind, and has the next 49 leave it all there, for [`Self::collect`] to count: whether
    /// Lua begins to collect within a step, by itself, hangs on a few bytes. Redis collects a part with every 50th script, and
    /// from there on Lua does, which is a small part of the steps that have so many.
    fn hold_collecting(&self) {
        const PERIOD: u64 = 50;
        let told = self.server.run(&["INFO", "commandstats"]);
        let calls: u64 = told
            .lines()
            .filter(|line| line.starts_with("cmdstat_eval"))
            .map(|line| field(line, "calls") - field(line, "failed_calls"))
            .sum();
        for _ in calls..calls.next_multiple_of(PERIOD) {
            self.collect();
        }
        self.server
            .run(&["EVAL", "collectgarbage() collectgarbage('stop')", "0"]);
    }

    /// Collects what scripts have left behind, all of it.
    fn collect(&self) {
        self.server.run(&["EVAL", "collectgarbage()", "0"]);
    }

    fn tell(&self, arguments: &[&str]) {
        let told = Command::new("callgrind_control")
            .args(arguments)
            .arg(&self.process)
            .stdout(Stdio::null())
            .status();
        assert!(
            told.is_ok_and(|status| status.success()),
            "callgrind_control"
        );
    }
}
