//! Records that somebody has changed by hand, and records of another version of this library.

use std::time::Duration;

use bytes::Bytes;
use futures::future::join_all;
use report_pipeline::store::{ClaimRequest, Outcome, WorkerId};
use report_pipeline::testing::mock::{Gate, Step};
use report_pipeline::{Client, JobId, JobStore, RedisConnectError, Status, StoreError};

use super::fixture::{
    Phases, connect, connect_with_prefix, ended, new_job, options, patiently, report, submit,
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
    ("HSET {key} status sleeping", Told::Damage),
    ("HSET {key} phase Dreaming", Told::Damage),
    ("HSET {key} version seven", Told::Damage),
    ("HSET {key} percent -1", Told::Damage),
    ("HSET {key} platform Insta:gram", Told::Damage),
    ("HSET {key} platform tiktok", Told::Job),
    ("HSET {key} created_at yesterday", Told::Damage),
    ("HSET {key} fence 1e99", Told::Job),
    ("HDEL {key} place", Told::Job),
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
    // What only a waiting job needs is gone.
    if command.contains("place") {
        return;
    }
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
async fn another_version_s_jobs_are_refused_at_start_and_left_alone() {
    let server = RedisServer::start();
    let client = Client::new(connect(server.address()).await);
    let id = submit(&client, "nasa").await;
    let ours = server.run(&["HGET", "jobs:q:meta", "schema"]);
    server.run(&["HSET", "jobs:q:meta", "schema", "99"]);
    let before = server.run(&["HGETALL", &key(id)]);

    let refused = options(server.address()).connect().await.unwrap_err();
    assert!(
        matches!(refused, RedisConnectError::Schema { .. }),
        "{refused:?}"
    );
    let told = refused.to_string();
    assert!(told.contains("schema 99") && told.contains(&ours), "{told}");
    assert_eq!(server.run(&["HGET", "jobs:q:meta", "schema"]), "99");
    assert_eq!(server.run(&["HGETALL", &key(id)]), before);

    // Other prefixes are other pipelines.
    let other = options(server.address()).with_prefix("other:").connect();
    assert!(other.await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_store_notices_another_version_when_it_connects_again() {
    let server = RedisServer::start();
    let store = connect(server.address()).await;
    server.run(&["HSET", "jobs:q:meta", "schema", "99"]);
    server.run(&["CLIENT", "KILL", "TYPE", "normal"]);
    let error = store.submit(new_job("nasa")).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
    assert!(error.to_string().contains("schema 99"), "{error}");
    assert_eq!(server.run(&["KEYS", "*"]), "jobs:q:meta");
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
