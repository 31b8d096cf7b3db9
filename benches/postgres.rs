//! What the store in PostgreSQL costs and gives, beside plain statements on the same server, whose files are on the
//! disk.
//!
//! `cargo bench --bench postgres --features postgres`, or a part of it: `-- throughput`, `-- submit`, `-- held`. Jobs have three phases, which are
//! empty or take 20 ms each, and a 1 KiB report. The floor for jobs is an update by its key for each call of a job, each
//! committed by itself, over 16 connections; for a submit it is one insert and its commit. Each is
//! measured in turns with its floor. `held` is the status of a job, and jobs end to end, beside a thousand and beside
//! a million finished ones, which are copies of a thousand with ids and handles of their own.

#[path = "postgres/floor.rs"]
mod floor;
#[path = "work/mod.rs"]
mod work;

use std::time::{Duration, Instant};

use report_pipeline::{Client, JobId, JobStore, PostgresOptions, PostgresStore};
use report_pipeline_test_support::postgres::PostgresServer;
use work::{Load, REPORT_BYTES, Worked, median, p50};

const JOBS: u32 = 5_000;
/// Connections of the floor. More of them bring no more.
const CONNECTIONS: u32 = 16;
const LOADS: [Load; 2] = [
    Load {
        at_once: 16,
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
    let server = PostgresServer::on_disk();
    if work::is_chosen("throughput") {
        for load in LOADS {
            runtime.block_on(throughput(&server, load));
        }
    }
    if work::is_chosen("submit") {
        runtime.block_on(submit_alone(&server));
    }
    if work::is_chosen("held") {
        runtime.block_on(held(&server));
    }
}

/// Jobs per second from submit to report, in turns with the floor.
async fn throughput(server: &PostgresServer, load: Load) {
    println!("{} at once, phases of {:?}", load.at_once, load.phase);
    let mut ratios = Vec::new();
    for turn in 1..=TURNS {
        let schema = format!("throughput_{}_{turn}", load.at_once);
        let store = open(server, &schema).await;
        let before = floor::commits(server);
        let Worked { rate, checkpoints } = work::end_to_end(Client::new(store), JOBS, load).await;
        let commits = (floor::commits(server) - before) / f64::from(JOBS);
        let bytes = floor::size(server, &schema) / f64::from(JOBS) - f64::from(REPORT_BYTES);
        let floor = floor::jobs_per_second(server, JOBS, checkpoints, CONNECTIONS).await;
        ratios.push(rate / floor);
        println!(
            "turn {turn}: {rate:>6.0} jobs/s, {checkpoints:.2} checkpoints and {commits:.2} transactions a job; floor {floor:>6.0} jobs/s; \
             ratio {:.2}; {bytes:.0} bytes on disk per finished job beyond its report",
            rate / floor
        );
    }
    println!("jobs end to end: median ratio {:.2}", median(&mut ratios));
}

/// One submit at a time, in turns with one durable insert.
async fn submit_alone(server: &PostgresServer) {
    let mut ratios = Vec::new();
    for turn in 1..=TURNS {
        let store = open(server, &format!("submit{turn}")).await;
        let times = work::submits(&store, 300).await;
        let floor = floor::durable_inserts(server, 300).await;
        let (p50, floor) = (p50(times), p50(floor));
        ratios.push(p50.as_secs_f64() / floor.as_secs_f64());
        println!("turn {turn}: submit p50 {p50:.2?}; one durable insert {floor:.2?}");
    }
    println!("submit alone: median ratio {:.2}", median(&mut ratios));
}

/// The status of random jobs, and jobs end to end, beside few and beside many finished ones.
async fn held(server: &PostgresServer) {
    const FEW: u32 = 1_000;
    const MANY: u32 = 1_000_000;
    let (mut statuses, mut rates) = (Vec::new(), Vec::new());
    for count in [FEW, MANY] {
        let schema = format!("held{count}");
        let store = open(server, &schema).await;
        let began = Instant::now();
        work::finished_jobs(&store, FEW).await;
        floor::multiply(server, &schema, FEW, count);
        let bytes = floor::size(server, &schema) / f64::from(count) - f64::from(REPORT_BYTES);
        println!(
            "{count} finished jobs made in {:.0?}, {bytes:.0} bytes on disk each beyond the report",
            began.elapsed()
        );
        assert_eq!(
            store.stats().await.unwrap().jobs.completed,
            u64::from(count)
        );
        let ids = floor::some_ids(server, &schema, 4_000);
        let ids: Vec<JobId> = ids.iter().map(|id| id.parse().unwrap()).collect();
        let mut turns = Vec::new();
        for _ in 0..TURNS {
            let times = work::statuses(&store, &ids, 4_000).await;
            turns.push(p50(times).as_secs_f64() * 1e6);
        }
        let Worked { rate, .. } = work::end_to_end(Client::new(store), JOBS, LOADS[0]).await;
        println!("status p50 of {count}: {turns:.1?} us; beside them {rate:.0} jobs/s");
        statuses.push(median(&mut turns));
        rates.push(rate);
    }
    println!("status: ratio {:.2}", statuses[1] / statuses[0]);
    println!("jobs end to end: ratio {:.2}", rates[1] / rates[0]);
}

async fn open(server: &PostgresServer, schema: &str) -> PostgresStore {
    PostgresOptions::new(&server.url(schema))
        .unwrap()
        .with_limits(work::limits())
        .connect()
        .await
        .unwrap()
}
