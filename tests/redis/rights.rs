//! Users who may do only some things, as Redis's access rules have them.

use std::error::Error;

use bytes::Bytes;
use report_pipeline::store::{
    ClaimRequest, FindRequest, Heartbeat, Outcome, PauseRequest, RateLimit, SaveRequest,
    SweepRequest, TraceContext, WatchRequest, WorkerId,
};
use report_pipeline::{
    Client, Failure, FailureKind, JobStore, NewJob, Phase, Platform, Progress, RedisConnectError,
    RedisOptions, RedisStore, Scope, Status, StoreError, Version,
};

use super::fixture::{LEASE, Phases, ended, new_job, report, submit};
use report_pipeline_test_support::redis::RedisServer;

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
async fn the_documented_rights_are_enough_for_every_verb() {
    let server = RedisServer::start();
    add_user(&server);
    let store = options(&server, PASSWORD).connect().await.unwrap();
    let new = job_with_everything("nasa");
    let id = store.submit(new.clone()).await.unwrap().job().id;
    let request = ClaimRequest::new(WorkerId::unique());
    let lease = store.claim(request.clone()).await.unwrap().remove(0).lease;
    let beat = Heartbeat::new(LEASE).with_progress(Progress::from_percent(20));
    store.heartbeat(&lease, beat).await.unwrap();
    for save in saves() {
        store.save(&lease, save).await.unwrap();
    }
    let output = store.checkpoint(&lease, Phase::Scraping, VALUE).await;
    output.unwrap();
    let limited = Outcome::RateLimited {
        failure: Failure::new(FailureKind::RateLimited, "later"),
        limit: RateLimit::new(LEASE),
    };
    store.finish(&lease, limited).await.unwrap();
    store.unpause(&Platform::INSTAGRAM).await.unwrap();
    let lease = store.claim(request.clone()).await.unwrap().remove(0).lease;
    store.finish(&lease, failed()).await.unwrap();
    let next = job_with_everything("nasa").continuing(id);
    let next = store.submit(next).await.unwrap().into_job();
    let lease = store.claim(request).await.unwrap().remove(0).lease;
    assert_eq!(store.cancel(next.id).await.unwrap(), Status::Processing);
    store.finish(&lease, Outcome::Released).await.unwrap();
    let pause = PauseRequest::new(Platform::TIKTOK, LEASE);
    store.pause(pause).await.unwrap();
    let find = FindRequest::new(new.target).with_scope(new.scope);
    assert_eq!(store.find(find).await.unwrap(), None);
    let watch = WatchRequest::new(id, Version::ZERO).with_wait(LEASE);
    assert!(store.changed(watch).await.unwrap().is_some());
    assert!(store.get_many(&[id, next.id]).await.unwrap()[1].is_some());
    assert_eq!(store.report(id).await.unwrap(), None);
    store.delete(id).await.unwrap();
    store.sweep(SweepRequest::new(10)).await.unwrap();
    store.stats().await.unwrap();
    assert_eq!(server.run(&["ACL", "LOG"]), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_is_missing_is_named_and_leaves_nothing_half_done() {
    let server = RedisServer::start();
    add_user(&server);
    let store = options(&server, PASSWORD).connect().await.unwrap();
    let rights = |change: &str| server.run(&["ACL", "SETUSER", "reports", change]);
    let refused = async |reply: Result<(), StoreError>, what: &str| {
        let error = reply.expect_err(what);
        assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
        assert!(
            error.to_string().contains("lacks a right"),
            "{what}: {error}"
        );
        let log = server.run(&["ACL", "LOG"]);
        assert!(log.contains(what), "{log}");
        store.stats().await.unwrap().stored_bytes
    };
    let id = store.submit(job_with_everything("nasa")).await.unwrap();
    let id = id.into_job().id;
    let request = ClaimRequest::new(WorkerId::unique());
    let claim = async || store.claim(request.clone()).await.unwrap().remove(0);
    let lease = claim().await.lease;
    let before = store.stats().await.unwrap().stored_bytes;

    // A page needs the one, and a state the other one, too.
    for (what, save) in ["rpush", "lset"].into_iter().zip(saves().into_iter().rev()) {
        rights(&format!("-{what}"));
        let reply = store.save(&lease, save).await.map(drop);
        assert_eq!(refused(reply, what).await, before, "{what}");
        rights(&format!("+{what}"));
    }
    for save in saves() {
        store.save(&lease, save).await.unwrap();
    }
    let claimed = claim().await;
    assert_eq!(claimed.saved.state(), Some(&VALUE));
    assert_eq!(claimed.saved.pages(), [VALUE]);

    store
        .checkpoint(&lease, Phase::Scraping, VALUE)
        .await
        .unwrap();
    store.finish(&lease, failed()).await.unwrap();
    let before = store.stats().await.unwrap().stored_bytes;
    for what in ["persist", "rename"] {
        rights(&format!("-{what}"));
        let next = job_with_everything("nasa").continuing(id);
        let reply = store.submit(next.clone()).await.map(drop);
        assert_eq!(refused(reply, what).await, before, "{what}");
        assert_eq!(store.get(next.id).await.unwrap(), None);
        rights(&format!("+{what}"));
    }
    let next = job_with_everything("nasa").continuing(id);
    store.submit(next.clone()).await.unwrap();
    let claimed = claim().await;
    assert_eq!(claimed.job.id, next.id);
    assert_eq!(claimed.checkpoints.get(Phase::Scraping), Some(&VALUE));
    assert_eq!(store.stats().await.unwrap().stored_bytes, before);
}

const VALUE: Bytes = Bytes::from_static(b"\"value\"");

/// A job that uses everything that a submit may carry.
fn job_with_everything(name: &str) -> NewJob {
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    new_job(name)
        .with_scope(Scope::new("tenant").unwrap())
        .with_input(VALUE)
        .with_head_start(LEASE)
        .with_trace(TraceContext::new(trace).unwrap())
}

/// A state and a page.
fn saves() -> [SaveRequest; 2] {
    [
        SaveRequest::replace(Phase::Scraping, 0, VALUE),
        SaveRequest::append(Phase::Scraping, 1, VALUE),
    ]
}

fn failed() -> Outcome {
    Outcome::Failed(Failure::new(FailureKind::Permanent, "why"))
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
