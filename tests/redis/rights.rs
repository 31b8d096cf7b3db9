//! Users who may do only some things, as Redis's access rules have them.

use std::error::Error;

use report_pipeline::store::{ClaimRequest, SweepRequest, WorkerId};
use report_pipeline::{Client, JobStore, RedisConnectError, RedisOptions};
use report_pipeline::{RedisStore, Status};

use super::fixture::{Phases, ended, new_job, report, submit};
use super::redis_kit::RedisServer;

const PASSWORD: &str = "hunter2";

/// A user with the rights that docs/operations.md asks for.
fn add_user(server: &RedisServer) {
    let rules = include_str!("../../docs/operations.md")
        .lines()
        .find_map(|line| line.trim().strip_prefix("ACL SETUSER reports "))
        .expect("the page has the rules")
        .replace("PASSWORD", PASSWORD);
    let rules: Vec<_> = rules.split(' ').collect();
    server.run(&[&["ACL", "SETUSER", "reports"], &*rules].concat());
}

fn options(server: &RedisServer, password: &str) -> RedisOptions {
    let address = format!("redis://reports:{password}@{}", server.address());
    RedisOptions::new(&address).unwrap().with_prefix("reports:")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_with_the_documented_rights_has_all_that_it_takes() {
    let server = RedisServer::start();
    add_user(&server);
    let client = Client::new(options(&server, PASSWORD).connect().await.unwrap());
    let phases = Phases::by("report");
    let _workers = phases.builder(&client).build().start();
    let id = submit(&client, "nasa").await;
    assert_eq!(ended(&client, id).await.status, Status::Completed);
    assert_eq!(report(&client, id).await.as_deref(), Some("report"));
    let cancelled = submit(&client, "esa").await;
    assert!(client.cancel(cancelled).await.is_ok());
    client.store().sweep(SweepRequest::new(10)).await.unwrap();
    client.stats().await.unwrap();
    let refused = server.run(&["ACL", "LOG"]);
    assert_eq!(refused, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_without_the_channels_is_refused_at_start() {
    let server = RedisServer::start();
    add_user(&server);
    server.run(&["ACL", "SETUSER", "reports", "resetchannels"]);
    let refused = options(&server, PASSWORD).connect().await.unwrap_err();
    assert!(
        matches!(refused, RedisConnectError::Unreachable { .. }),
        "{refused:?}"
    );
    let source = refused.source().expect("Redis has said why").to_string();
    assert!(source.contains("channel"), "{source}");
}

#[tokio::test(flavor = "multi_thread")]
async fn losing_the_channels_leaves_no_transition_half_done() {
    let server = RedisServer::start();
    add_user(&server);
    let store: RedisStore = options(&server, PASSWORD).connect().await.unwrap();
    // Both connections are there; a new one would be refused.
    let request = ClaimRequest::new(WorkerId::unique());
    assert!(store.claim(request.clone()).await.unwrap().is_empty());
    server.run(&["ACL", "SETUSER", "reports", "resetchannels"]);
    let job = new_job("nasa");
    store.submit(job.clone()).await.unwrap();
    let claimed = store.claim(request).await.unwrap();
    assert_eq!(claimed[0].job.id, job.id);
    let held = server.run(&["ZRANGE", "reports:jobs:q:held:instagram", "0", "-1"]);
    assert_eq!(held, job.id.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_refused_and_shown_nowhere() {
    let server = RedisServer::start();
    add_user(&server);
    let refused = options(&server, "s3cret").connect().await.unwrap_err();
    let source = refused.source().expect("Redis has said why");
    let told = format!("{refused} {source} {refused:?}");
    assert!(told.contains("authentication failed"), "{told}");
    assert!(!told.contains("s3cret"), "{told}");
    let store = options(&server, PASSWORD).connect().await.unwrap();
    assert!(!format!("{store:?}").contains(PASSWORD));
}
