//! Records that somebody has changed by hand.

use std::time::Duration;

use bytes::Bytes;
use futures::future::join_all;
use report_pipeline::store::{ClaimRequest, Outcome, SweepRequest, WorkerId};
use report_pipeline::testing::mock::{Gate, Step};
use report_pipeline::{Client, JobId, JobStore, Phase, Status, StoreError};

use super::fixture::{
    Phases, connect, connect_with_prefix, ended, new_job, options, patiently, report, submit, until,
};
use report_pipeline_test_support::redis::RedisServer;

/// What a reader is told of a damaged record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Damage,
    /// Only workers need what is damaged.
    Job,
    Nothing,
}

/// Commands that damage a record; `{key}` is the record's, `{other}` holds another type.
const DAMAGES: [(&str, Told); 12] = [
    ("DEL {key}", Told::Nothing),
    ("RENAME {other} {key}", Told::Damage),
    ("HDEL {key} status", Told::Damage),
    ("HDEL {key} phase", Told::Damage),
    // As MessagePack, these letters are numbers.
    ("HSET {key} own seven", Told::Damage),
    ("HSET {key} own \u{fffd}", Told::Damage),
    ("HDEL {key} own", Told::Damage),
    ("HSET {key} percent -1", Told::Damage),
    ("HSET {key} platform Insta:gram", Told::Damage),
    ("HSET {key} platform tiktok", Told::Job),
    ("HSET {key} created_at yesterday", Told::Damage),
    ("HDEL {key} updated_at", Told::Damage),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_record_that_cannot_be_read_stays_alone() {
    let server = RedisServer::start();
    let server = &server;
    let cases = DAMAGES.iter().enumerate();
    join_all(cases.map(|(n, (command, told))| {
        let prefix = format!("{n}:");
        async move { a_waiting_one_stays_alone(server, &prefix, command, *told).await }
    }))
    .await;
}

async fn a_waiting_one_stays_alone(server: &RedisServer, prefix: &str, command: &str, told: Told) {
    let client = Client::new(connect_with_prefix(server.address(), prefix).await);
    let damaged = submit(&client, "damaged").await;
    let good = submit(&client, "good").await;
    damage(server, prefix, damaged, command);

    let phases = Phases::by("report");
    // The damaged one is met first, and by a claim of its own.
    let _workers = phases.builder(&client).with_concurrency(1).build().start();
    assert_eq!(ended(&client, good).await.status, Status::Completed);
    let stats = client.stats().await.unwrap();
    assert_eq!(stats.damaged, 1, "{command}");
    assert_eq!(
        (stats.jobs.total(), stats.jobs.completed),
        (1, 1),
        "{command}"
    );
    assert_eq!(phases.calls(), [1, 1, 1], "{command}");
    let read = match client.store().get(damaged).await {
        Ok(Some(_)) => Told::Job,
        Ok(None) => Told::Nothing,
        Err(StoreError::Damaged { job, .. }) if job == damaged => Told::Damage,
        Err(error) => panic!("{command}: {error}"),
    };
    assert_eq!(read, told, "{command}");
    // Its target is free again.
    let next = submit(&client, "damaged").await;
    assert_eq!(
        ended(&client, next).await.status,
        Status::Completed,
        "{command}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_record_that_cannot_be_read_does_not_keep_its_target() {
    let server = RedisServer::start();
    let server = &server;
    let cases = DAMAGES.iter().enumerate();
    join_all(cases.map(|(n, (command, _))| {
        let prefix = format!("{n}:");
        async move { an_ended_one_frees_its_target(server, &prefix, command).await }
    }))
    .await;
}

async fn an_ended_one_frees_its_target(server: &RedisServer, prefix: &str, command: &str) {
    let client = Client::new(connect_with_prefix(server.address(), prefix).await);
    let phases = Phases::by("report");
    let _workers = phases.builder(&client).build().start();
    let damaged = submit(&client, "damaged").await;
    assert_eq!(ended(&client, damaged).await.status, Status::Completed);
    damage(server, prefix, damaged, command);

    let next = submit(&client, "damaged").await;
    assert_eq!(
        ended(&client, next).await.status,
        Status::Completed,
        "{command}"
    );
    assert_eq!(phases.calls(), [2, 2, 2], "{command}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_record_that_cannot_be_read_costs_its_worker_that_job_only() {
    let server = RedisServer::start();
    let server = &server;
    let cases = DAMAGES.iter().enumerate();
    join_all(cases.map(|(n, (command, _))| {
        let prefix = format!("{n}:");
        async move { a_held_one_costs_that_job_only(server, &prefix, command).await }
    }))
    .await;
}

async fn a_held_one_costs_that_job_only(server: &RedisServer, prefix: &str, command: &str) {
    let client = Client::new(connect_with_prefix(server.address(), prefix).await);
    let phases = Phases::by("report");
    let gate = Gate::new();
    let step = Step::succeed("scraped".to_owned()).behind(&gate);
    phases.scraper.on_call(1, step);
    let _workers = phases.builder(&client).with_concurrency(1).build().start();
    let damaged = submit(&client, "damaged").await;
    phases.scraper.started(1).await;
    damage(server, prefix, damaged, command);
    gate.open();
    let good = submit(&client, "good").await;
    assert_eq!(
        ended(&client, good).await.status,
        Status::Completed,
        "{command}"
    );
    assert_eq!(report(&client, good).await.as_deref(), Some("report"));
}

fn damage(server: &RedisServer, prefix: &str, id: JobId, command: &str) {
    let key = format!("{prefix}{}", key(id));
    let other = format!("{prefix}other");
    server.run(&["SET", &other, "a string"]);
    let command = command.replace("{key}", &key).replace("{other}", &other);
    server.run(&command.split(' ').collect::<Vec<_>>());
}

fn key(id: JobId) -> String {
    format!("jobs:{id}")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_quarantined_keeps_its_handle_no_longer_than_a_retention() {
    const RETENTION: Duration = Duration::from_secs(3600);
    let server = RedisServer::start();
    let options = options(server.address()).with_retention(RETENTION);
    let store = options.connect().await.unwrap();
    let time_left = |id| -> u64 {
        let left = server.run(&["PTTL", &key(id)]);
        left.parse().expect("it expires")
    };
    let full = RETENTION.as_millis();
    for how in ["claim", "sweep", "submit", "rust"] {
        let job = new_job(how).with_deadline(Some(Duration::from_millis(1)));
        let id = store.submit(job).await.unwrap().job().id;
        tokio::time::sleep(Duration::from_millis(2)).await;
        // Scripts do not read the time of the submit.
        let field = if how == "rust" { "created_at" } else { "own" };
        server.run(&["HSET", &key(id), field, "seven"]);
        match how {
            "claim" => _ = store.claim(ClaimRequest::new(WorkerId::unique())).await,
            "sweep" => _ = store.sweep(SweepRequest::new(10)).await,
            _ => _ = store.submit(new_job(how)).await,
        }
        let left = u128::from(time_left(id));
        assert!(left <= full && left > full / 2, "{how}: {left} ms");
    }
    assert_eq!(store.stats().await.unwrap().damaged, 4);

    // One that was about to go does not stay longer.
    let id = store.submit(new_job("esa")).await.unwrap().job().id;
    store.cancel(id).await.unwrap();
    server.run(&["PEXPIRE", &key(id), "50000"]);
    server.run(&["HSET", &key(id), "own", "seven"]);
    server.run(&["SET", "jobs:handle:esa:instagram", &id.to_string()]);
    store.submit(new_job("esa")).await.unwrap();
    assert!(time_left(id) <= 50_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_what_was_quarantined_after_a_retention() {
    let server = RedisServer::start();
    let options = options(server.address()).with_retention(Duration::from_millis(300));
    let store = options.connect().await.unwrap();
    let id = store.submit(new_job("nasa")).await.unwrap().job().id;
    server.run(&["HSET", &key(id), "own", "seven"]);
    let request = ClaimRequest::new(WorkerId::unique());
    assert!(store.claim(request).await.unwrap().is_empty());
    assert_eq!(store.stats().await.unwrap().damaged, 1);
    let gone = async {
        while store.stats().await.unwrap().damaged > 0 {
            store.sweep(SweepRequest::new(10)).await.unwrap();
        }
        // A key lasts to the end of its last millisecond, the entry only to the microsecond.
        while server.run(&["EXISTS", &key(id)]) == "1" {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    patiently("the end of the quarantine", gone).await;
    assert_eq!(server.run(&["KEYS", "*nasa*"]), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_s_key_of_another_type_is_in_nobody_s_way() {
    let server = RedisServer::start();
    let store = connect(server.address()).await;
    let job = new_job("damaged").with_max_crashes(1);
    store.submit(job.clone()).await.unwrap();
    let mut request = ClaimRequest::new(WorkerId::unique());
    request.lease = Duration::from_millis(1);
    store.claim(request).await.unwrap();
    let key = "jobs:handle:damaged:instagram";
    server.run(&["DEL", key]);
    server.run(&["LPUSH", key, "another type"]);

    // The job has lost its last worker, and its end looks at the key.
    let client = Client::new(store);
    let good = submit(&client, "good").await;
    let phases = Phases::by("report");
    let _workers = phases.builder(&client).build().start();
    assert_eq!(ended(&client, good).await.status, Status::Completed);
    assert_eq!(ended(&client, job.id).await.status, Status::Failed);
    let next = submit(&client, "damaged").await;
    assert_eq!(ended(&client, next).await.status, Status::Completed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_s_key_of_another_type_makes_way_for_a_new_job() {
    let server = RedisServer::start();
    let client = Client::new(connect(server.address()).await);
    let target = "jobs:handle:nasa:instagram";
    server.run(&["RPUSH", target, "not a job"]);
    let id = submit(&client, "nasa").await;
    assert_eq!(server.run(&["GET", target]), id.to_string());

    server.run(&["DEL", target]);
    server.run(&["RPUSH", target, "not a job"]);
    let phases = Phases::by("report");
    let _workers = phases.builder(&client).build().start();
    assert_eq!(ended(&client, id).await.status, Status::Completed);
    let failed = submit(&client, "esa").await;
    server.run(&["DEL", "jobs:handle:esa:instagram"]);
    server.run(&["RPUSH", "jobs:handle:esa:instagram", "not a job"]);
    assert!(client.cancel(failed).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_that_was_deleted_stops_no_statistics() {
    let server = RedisServer::start();
    // So that the end of the job takes off what it had added.
    let options = options(server.address()).with_failed_checkpoints(Duration::ZERO);
    let client = Client::new(options.connect().await.unwrap());
    let phases = Phases::by("report");
    let gate = Gate::new();
    let step = Step::succeed("analysed".to_owned()).behind(&gate);
    phases.analyzer.on_call(1, step);
    let _workers = phases.builder(&client).build().start();
    let id = submit(&client, "nasa").await;
    phases.analyzer.started(1).await;
    until(&client, id, |job| job.phase == Phase::Analysis).await;
    server.run(&["DEL", "jobs:q:bytes"]);
    assert!(client.cancel(id).await.is_ok());
    gate.open();
    ended(&client, id).await;
    assert!(server.run(&["GET", "jobs:q:bytes"]).starts_with('-'));
    assert_eq!(client.stats().await.unwrap().stored_bytes, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retention_of_nothing_keeps_no_job_from_its_end() {
    let server = RedisServer::start();
    let store = options(server.address()).with_retention(Duration::ZERO);
    let store = store.connect().await.unwrap();
    let id = store.submit(new_job("nasa")).await.unwrap().job().id;
    let claimed = store.claim(ClaimRequest::new(WorkerId::unique())).await;
    let lease = claimed.unwrap()[0].lease.clone();
    let outcome = Outcome::Completed(Bytes::from_static(b"{}"));
    let status = store.finish(&lease, outcome).await.unwrap();
    assert_eq!(status, Status::Completed);
    let gone = async {
        while store.get(id).await.unwrap().is_some() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    patiently("the end of its retention", gone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_queue_is_mended_by_the_next_submit() {
    let server = RedisServer::start();
    let client = Client::new(connect(server.address()).await);
    let id = submit(&client, "nasa").await;
    server.run(&["DEL", "jobs:q:waiting:instagram", "jobs:q:platforms"]);
    let phases = Phases::by("report");
    let _workers = phases.builder(&client).build().start();
    let again = client.submit(new_job("nasa").target).await.unwrap();
    assert_eq!(again.job().id, id, "it is joined");
    assert_eq!(ended(&client, id).await.status, Status::Completed);
}
