//! What the Redis store leaves in Redis, and how often it asks.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use bytes::Bytes;
use report_pipeline::store::{
    ClaimRequest, Heartbeat, JobStoreExt, Lease, Outcome, SweepRequest, WorkerId,
};
use report_pipeline::{
    Client, Failure, FailureKind, Handle, JobId, JobStore, NewJob, Phase, PhaseContext, PhaseError,
    Pipeline, Platform, Progress, RedisOptions, RedisStore, ReportState, Target, analyze_fn,
    assemble_fn, scrape_fn,
};
use report_pipeline_test_support::redis::RedisServer;

fn target(name: &str) -> Target {
    Target::new(Platform::TIKTOK, Handle::canonical(name).unwrap())
}

async fn submit(store: &RedisStore, name: &str) -> JobId {
    let new = NewJob::new(JobId::random(), target(name));
    store.submit(new).await.unwrap().job().id
}

async fn claim(store: &RedisStore) -> Lease {
    let request = ClaimRequest::new(WorkerId::unique());
    store.claim(request).await.unwrap()[0].lease.clone()
}

fn hash(server: &RedisServer, key: &str) -> BTreeMap<String, String> {
    // One by one: what the store keeps for itself may hold ends of lines.
    let names = server.run(&["HKEYS", key]);
    let field = |name: &str| (name.to_owned(), server.run(&["HGET", key, name]));
    names.lines().map(field).collect()
}

fn keys(server: &RedisServer) -> Vec<String> {
    let mut keys: Vec<String> = server
        .run(&["KEYS", "*"])
        .lines()
        .map(str::to_owned)
        .collect();
    keys.sort();
    keys
}

#[tokio::test]
async fn any_program_can_read_a_job_without_the_library() {
    let server = RedisServer::start();
    let store = RedisStore::connect(&server.url()).await.unwrap();
    let id = submit(&store, "nasa").await;
    let key = format!("jobs:{id}");
    let is_time = |text: &str| chrono::DateTime::parse_from_rfc3339(text).is_ok();
    let expect = |fields: &BTreeMap<String, String>, status: &str, phase: &str, percent: &str| {
        for (name, value) in [
            ("job_id", &*id.to_string()),
            ("handle", "nasa"),
            ("platform", "tiktok"),
            ("status", status),
            ("phase", phase),
            ("percent", percent),
        ] {
            assert_eq!(fields[name], value, "{name} in {fields:?}");
        }
        assert!(is_time(&fields["created_at"]), "{fields:?}");
        assert!(is_time(&fields["updated_at"]), "{fields:?}");
    };

    let fields = hash(&server, &key);
    expect(&fields, "pending", "Scraping", "0");
    assert!(!fields.contains_key("completed_at") && !fields.contains_key("error_message"));
    assert_eq!(
        server.run(&["GET", "jobs:handle:nasa:tiktok"]),
        id.to_string()
    );

    let lease = claim(&store).await;
    let beat = Heartbeat::new(Duration::from_secs(30)).with_progress(Progress::from_percent(12));
    store.heartbeat(&lease, beat).await.unwrap();
    expect(&hash(&server, &key), "processing", "Scraping", "12");

    // `[]` and numbers beyond 2^53 come back as they were: nothing reads the report.
    let report = r#"{"empty":[],"big":9007199254740993}"#;
    let outcome = Outcome::Completed(Bytes::from_static(report.as_bytes()));
    store.finish(&lease, outcome).await.unwrap();
    let fields = hash(&server, &key);
    expect(&fields, "completed", "Finalizing", "100");
    assert!(is_time(&fields["completed_at"]), "{fields:?}");
    assert_eq!(server.run(&["GET", &format!("{key}:report")]), report);

    let id = submit(&store, "esa").await;
    let lease = claim(&store).await;
    let failure = Failure::new(FailureKind::Permanent, "the account is private");
    store
        .finish(&lease, Outcome::Failed(failure))
        .await
        .unwrap();
    let fields = hash(&server, &format!("jobs:{id}"));
    assert_eq!(fields["status"], "failed");
    assert_eq!(fields["error_message"], "the account is private");
}

#[tokio::test]
async fn every_key_of_an_ended_job_expires_and_the_sweep_leaves_nothing() {
    let server = RedisServer::start();
    let store = RedisOptions::new(&server.url())
        .unwrap()
        .with_retention(Duration::from_millis(400))
        .connect()
        .await
        .unwrap();
    for outcome in [
        Outcome::Completed(Bytes::from_static(b"{}")),
        Outcome::Failed(Failure::new(FailureKind::Permanent, "no")),
    ] {
        submit(&store, "nasa").await;
        let lease = claim(&store).await;
        let output = Bytes::from_static(b"[1]");
        store
            .checkpoint(&lease, Phase::Scraping, output)
            .await
            .unwrap();
        store.finish(&lease, outcome).await.unwrap();
        for key in keys(&server) {
            let time_left: i64 = server.run(&["PTTL", &key]).parse().unwrap();
            let is_index = key.starts_with("jobs:q:");
            assert!(
                is_index || (1..=400).contains(&time_left),
                "{key}: {time_left}"
            );
        }
        let began = Instant::now();
        while !store
            .sweep_all(100)
            .await
            .is_ok_and(|swept| swept.removed > 0)
        {
            assert!(
                began.elapsed() < Duration::from_secs(10),
                "{:?}",
                keys(&server)
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        store.sweep(SweepRequest::new(1)).await.unwrap();
        // The schema's version, and a counter at zero. What a claim has taken is forgotten by itself.
        let (claims, kept): (Vec<String>, Vec<String>) = keys(&server)
            .into_iter()
            .partition(|key| key.starts_with("jobs:q:claim:"));
        for key in claims {
            let time_left: i64 = server.run(&["PTTL", &key]).parse().unwrap();
            assert!((1..=90_000).contains(&time_left), "{key}: {time_left}");
        }
        assert_eq!(kept, ["jobs:q:bytes", "jobs:q:meta"]);
        assert_eq!(server.run(&["GET", "jobs:q:bytes"]), "0");
    }
}

/// How often each command was called since the last look, in scripts too.
fn calls(server: &RedisServer) -> BTreeMap<String, u64> {
    let told = server.run(&["INFO", "commandstats"]);
    server.run(&["CONFIG", "RESETSTAT"]);
    told.lines()
        .filter_map(|line| line.strip_prefix("cmdstat_")?.split_once(":calls="))
        .map(|(command, rest)| (command, rest.split(',').next().unwrap()))
        .filter(|(command, _)| !command.starts_with("config") && *command != "info")
        .map(|(command, calls)| (command.to_owned(), calls.parse().unwrap()))
        .collect()
}

#[tokio::test]
async fn each_verb_is_one_round_trip() {
    let server = RedisServer::start();
    let store = RedisStore::connect(&server.url()).await.unwrap();
    let live = async |name: &str| {
        let id = submit(&store, name).await;
        let lease = claim(&store).await;
        for phase in [Phase::Scraping, Phase::Analysis] {
            let output = Bytes::from_static(b"[1]");
            store.checkpoint(&lease, phase, output).await.unwrap();
        }
        let outcome = Outcome::Completed(Bytes::from_static(b"{}"));
        store.finish(&lease, outcome).await.unwrap();
        id
    };
    // Opens both connections and loads every script.
    live("esa").await;
    calls(&server);
    let id = live("nasa").await;
    assert_eq!(calls(&server)["evalsha"], 5);
    store.get(id).await.unwrap().unwrap();
    store.report(id).await.unwrap().unwrap();
    let mut reads = calls(&server);
    // Also counted: the check of the connection for hints.
    reads.remove("ping");
    let expected = [("get".to_owned(), 1), ("hgetall".to_owned(), 1)];
    assert_eq!(reads, BTreeMap::from(expected));
}

#[tokio::test]
async fn an_idle_worker_process_sends_less_than_a_command_per_second() {
    const SECONDS: u64 = 8;
    let server = RedisServer::start();
    let store = RedisStore::connect(&server.url()).await.unwrap();
    let pipeline = Pipeline::builder(
        Client::new(store),
        scrape_fn(|_: Target, _: PhaseContext| async { Ok::<_, PhaseError>(()) }),
        analyze_fn(|(): &(), _: &PhaseContext| Ok::<_, PhaseError>(())),
        assemble_fn(|(): &(), (): &(), _: &PhaseContext| Ok::<_, PhaseError>(())),
    )
    .build();
    let workers = pipeline.start();
    // It has worked, so that every platform and script is known, and is idle now.
    let id = pipeline
        .client()
        .submit(target("nasa"))
        .await
        .unwrap()
        .job()
        .id;
    let began = Instant::now();
    while pipeline.client().report(id).await.unwrap() == ReportState::Absent
        || began.elapsed().as_secs() < 2
    {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    calls(&server);
    tokio::time::sleep(Duration::from_secs(SECONDS)).await;
    let sent = calls(&server);
    let over_the_network: u64 = ["evalsha", "ping", "subscribe", "unsubscribe", "hgetall"]
        .iter()
        .filter_map(|command| sent.get(*command))
        .sum();
    assert!(over_the_network < SECONDS, "{sent:?}");
    // Also with the commands inside scripts.
    assert!(sent.values().sum::<u64>() < 4 * SECONDS, "{sent:?}");
    workers.drain(Duration::from_secs(1)).await;
}
