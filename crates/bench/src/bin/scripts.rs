//! Has a Redis server carry out each script of the store, for `crates/bench/instructions`, which counts the server's
//! instructions under callgrind.
//!
//! The server is the program that `REDIS_SERVER` names: `instructions` makes that one under valgrind. Jobs are plain,
//! with an empty submit, two checkpoints of 150 bytes and a report as long as that of the peers' benchmark. All calls of
//! one step are made at once on one thread, so the store sends them in groups of 64, whatever else the machine does.
//! Prints how many jobs each step was counted for.

use std::process::{Command, Stdio};

use bytes::Bytes;
use futures::future::join_all;
use report_pipeline::store::{ClaimRequest, ClaimedJob, Outcome, WorkerId};
use report_pipeline::{
    Handle, JobId, JobStore, NewJob, Phase, Platform, RedisOptions, RedisStore, Target,
};
use report_pipeline_test_support::redis::RedisServer;

/// As many calls as the store sends together.
const GROUP: usize = 64;
const GROUPS: usize = 8;
/// As long as an output of a small phase.
const OUTPUT: usize = 150;
/// As long as the reports of the peers' benchmarks.
const REPORT: usize = 1_027;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    // Nothing of its own while it is counted.
    let server = RedisServer::with_options(&["--hz", "1"]);
    let counter = Counter::of(&server);
    runtime.block_on(async {
        let options = RedisOptions::new(&server.url()).expect("an address");
        let store = options.connect().await.expect("it runs");
        // What Redis makes once is made before anything is counted.
        lives(&store, "first", None).await;
        lives(&store, "counted", Some(&counter)).await;
    });
    println!("{}", GROUP * GROUPS);
}

/// The life of some jobs, step by step.
async fn lives(store: &RedisStore, name: &str, counter: Option<&Counter>) {
    let targets = (0..GROUP * GROUPS).map(|n| {
        let handle = Handle::canonical(&format!("{name}{n}")).expect("a handle");
        Target::new(Platform::INSTAGRAM, handle)
    });
    let new: Vec<_> = targets
        .map(|target| NewJob::new(JobId::random(), target))
        .collect();
    step(counter, "submit", async {
        for group in new.chunks(GROUP) {
            for submitted in join_all(group.iter().map(|new| store.submit(new.clone()))).await {
                submitted.expect("there is room");
            }
        }
    })
    .await;
    let mut claimed: Vec<ClaimedJob> = Vec::new();
    step(counter, "claim", async {
        for _ in 0..GROUPS {
            let request = ClaimRequest::new(WorkerId::unique()).with_max(GROUP);
            claimed.extend(store.claim(request).await.expect("there are jobs"));
        }
    })
    .await;
    assert_eq!(claimed.len(), GROUP * GROUPS);
    for (name, phase) in [("scraped", Phase::Scraping), ("analyzed", Phase::Analysis)] {
        step(counter, name, async {
            for group in claimed.chunks(GROUP) {
                let output = Bytes::from_static(&[b'x'; OUTPUT]);
                let calls = group
                    .iter()
                    .map(|job| store.checkpoint(&job.lease, phase, output.clone()));
                for kept in join_all(calls).await {
                    kept.expect("it is held");
                }
            }
        })
        .await;
    }
    step(counter, "complete", async {
        for group in claimed.chunks(GROUP) {
            let report = Bytes::from_static(&[b'x'; REPORT]);
            let calls = group
                .iter()
                .map(|job| store.finish(&job.lease, Outcome::Completed(report.clone())));
            for ended in join_all(calls).await {
                ended.expect("it is held");
            }
        }
    })
    .await;
}

/// Does a step, and has it counted.
async fn step(counter: Option<&Counter>, name: &str, work: impl Future<Output = ()>) {
    let Some(counter) = counter else {
        return work.await;
    };
    counter.tell(&["--instr=on"]);
    work.await;
    counter.tell(&["--instr=off"]);
    counter.tell(&[&format!("--dump=redis-{name}")]);
}

/// The way to the callgrind that runs a server.
struct Counter {
    process: String,
}

impl Counter {
    fn of(server: &RedisServer) -> Self {
        let told = server.run(&["INFO", "server"]);
        let process = told
            .lines()
            .find_map(|line| line.strip_prefix("process_id:"));
        Self {
            process: process.expect("Redis says it").trim().to_owned(),
        }
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
