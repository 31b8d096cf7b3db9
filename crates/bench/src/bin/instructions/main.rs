//! What one call costs in instructions, for `crates/bench/instructions`, which runs it under callgrind.
//!
//! `instructions OPERATION COUNT` sets up, then does the operation `COUNT` times within [`measured`], which is
//! all that callgrind counts. Without arguments it prints the operations. Everything runs on one thread and
//! through the public API. The `bare` ones are floors: hyper without a service, and plain tokio without a
//! store, doing the least that could be called the same.

mod floor;
mod requests;

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use report_pipeline::http::{self, Api};
use report_pipeline::store::{ClaimRequest, ClaimedJob, Outcome, WorkerId};
use report_pipeline::{
    Client, Handle, JobId, JobStore, MemoryOptions, MemoryStore, Phase, PhaseContext, PhaseError,
    Pipeline, Platform, StoreLimits, Target, analyze_fn, assemble_fn, scrape_fn,
};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

const OPERATIONS: [&str; 14] = [
    "submit",
    "claim",
    "checkpoint",
    "finish",
    "get",
    "report",
    "job",
    "http-status",
    "http-report",
    "http-post",
    "bare-job",
    "bare-get",
    "bare-report",
    "bare-post",
];

/// Jobs that a store holds before anything is counted.
const HELD: usize = 2_000;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(operation), Some(count)) = (arguments.next(), arguments.next()) else {
        return OPERATIONS.iter().for_each(|name| println!("{name}"));
    };
    let count = count.parse().expect("COUNT is a number");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    match operation.as_str() {
        "submit" | "claim" | "checkpoint" | "finish" => a_step(&runtime, &operation, count),
        "get" | "report" => a_read(&runtime, &operation, count),
        "job" => whole_jobs(&runtime, count),
        "http-status" | "http-report" | "http-post" => a_request(&runtime, &operation, count),
        "bare-job" => floor::jobs(&runtime, count),
        "bare-get" | "bare-report" | "bare-post" => floor::requests(&runtime, &operation, count),
        other => panic!("no operation {other:?}"),
    }
}

/// Everything that callgrind counts.
#[inline(never)]
fn measured<T>(runtime: &Runtime, work: impl Future<Output = T>) -> T {
    runtime.block_on(work)
}

/// One verb of the life of a job, called through the trait as a pipeline calls it.
fn a_step(runtime: &Runtime, verb: &str, count: usize) {
    let store = runtime.block_on(filled());
    let store: &dyn JobStore = &*store;
    let jobs: Vec<_> = (0..count).map(|n| new_job("new", n)).collect();
    let submit = async {
        for job in jobs {
            store.submit(job).await.expect("there is room");
        }
    };
    if verb == "submit" {
        return measured(runtime, submit);
    }
    runtime.block_on(submit);
    let request = |max| ClaimRequest::new(WorkerId::unique()).with_max(max);
    if verb == "claim" {
        // As many at once as a pipeline of the default size.
        let requests: Vec<_> = (0..count / 8).map(|_| request(8)).collect();
        let mut claimed = Vec::with_capacity(count);
        measured(runtime, async {
            for request in requests {
                claimed.push(store.claim(request).await.expect("there are jobs"));
            }
        });
        assert_eq!(claimed.iter().map(Vec::len).sum::<usize>(), count / 8 * 8);
        return;
    }
    let mut claimed: Vec<ClaimedJob> = Vec::with_capacity(count);
    runtime.block_on(async {
        while claimed.len() < count {
            claimed.extend(store.claim(request(8)).await.expect("there are jobs"));
        }
    });
    let output = Bytes::from(vec![b'x'; if verb == "finish" { REPORT } else { 200 }]);
    measured(runtime, async {
        for job in &claimed[..count] {
            let output = output.clone();
            if verb == "finish" {
                let outcome = Outcome::Completed(output);
                store.finish(&job.lease, outcome).await.expect("it is held");
            } else {
                let phase = Phase::Scraping;
                let kept = store.checkpoint(&job.lease, phase, output).await;
                kept.expect("it is held");
            }
        }
    });
}

fn a_read(runtime: &Runtime, verb: &str, count: usize) {
    let store = runtime.block_on(filled());
    let store: &dyn JobStore = &*store;
    let ids = runtime.block_on(ended(store));
    let ids: Vec<_> = ids.iter().cycle().step_by(7).take(count).collect();
    measured(runtime, async {
        for id in ids {
            if verb == "get" {
                let job = store.get(*id).await.expect("memory is there");
                assert!(job.is_some());
            } else {
                let report = store.report(*id).await.expect("memory is there");
                assert!(report.is_some());
            }
        }
    });
}

/// From the submit to the report, through a client and the workers of a pipeline.
fn whole_jobs(runtime: &Runtime, count: usize) {
    let store = runtime.block_on(filled());
    let report = "r".repeat(REPORT - 2);
    let pipeline = Pipeline::builder(
        Client::new(Arc::clone(&store)),
        scrape_fn(|_: Target, _: PhaseContext| async { Ok::<_, PhaseError>(()) }),
        analyze_fn(|(): &(), _: &PhaseContext| Ok::<_, PhaseError>(())),
        assemble_fn(move |(): &(), (): &(), _: &PhaseContext| Ok::<_, PhaseError>(report.clone())),
    )
    .build();
    let _workers = {
        let _entered = runtime.enter();
        pipeline.start()
    };
    let targets: Vec<_> = (0..count).map(|n| target("new", n)).collect();
    measured(runtime, async {
        for (n, target) in targets.into_iter().enumerate() {
            pipeline
                .client()
                .submit(target)
                .await
                .expect("there is room");
            // Submitting and working overlap.
            if n % 64 == 63 {
                tokio::task::yield_now().await;
            }
        }
        let all = (HELD + count) as u64;
        while store.stats().await.expect("memory is there").jobs.completed < all {
            tokio::task::yield_now().await;
        }
    });
}

fn a_request(runtime: &Runtime, name: &str, count: usize) {
    let store = runtime.block_on(filled());
    let ids = runtime.block_on(ended(&*store));
    let address = runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("it is bound");
        let api = Api::new(Client::new(store));
        tokio::spawn(http::serve(listener, api, std::future::pending()));
        address
    });
    let requests = (0..count + requests::WARM_UP).map(|n| match name {
        "http-status" => requests::get("status", ids[n % ids.len()]),
        "http-report" => requests::get("report", ids[n % ids.len()]),
        _ => requests::post(n),
    });
    requests::send(runtime, address, &requests.collect::<Vec<_>>());
}

/// As long as the reports of the peers' benchmarks.
const REPORT: usize = 1_027;

/// A store that holds some finished jobs.
async fn filled() -> Arc<MemoryStore> {
    let limits = StoreLimits::default()
        .with_pending_jobs(1_000_000)
        .with_jobs(1_000_000);
    let store = Arc::new(MemoryOptions::new().with_limits(limits).build());
    for n in 0..HELD {
        let job = new_job("held", n);
        store.submit(job).await.expect("there is room");
        let request = ClaimRequest::new(WorkerId::unique());
        let claimed = store.claim(request).await.expect("there is a job");
        let outcome = Outcome::Completed(Bytes::from(vec![b'r'; REPORT]));
        let finished = store.finish(&claimed[0].lease, outcome).await;
        finished.expect("it is held");
    }
    store
}

async fn ended(store: &dyn JobStore) -> Vec<JobId> {
    let mut ids = Vec::with_capacity(HELD);
    for n in 0..HELD {
        let found = store.find(target("held", n).into()).await;
        ids.push(found.expect("memory is there").expect("it is kept").id);
    }
    ids
}

fn new_job(name: &str, n: usize) -> report_pipeline::NewJob {
    report_pipeline::NewJob::new(JobId::random(), target(name, n))
}

fn target(name: &str, n: usize) -> Target {
    let handle = Handle::canonical(&format!("{name}{n}")).expect("a handle");
    Target::new(Platform::INSTAGRAM, handle)
}
