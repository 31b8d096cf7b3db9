//! Connections that break: at every call, and under callers that wait.

use std::time::Duration;

use bytes::Bytes;
use futures::future::join_all;
use report_pipeline::store::{ClaimRequest, HeartbeatReply, Outcome, WatchRequest, WorkerId};
use report_pipeline::testing::TcpProxy;
use report_pipeline::{Client, JobId, JobStore, Phase, Status};

use super::fixture::{
    Phases, again, connect, connect_impatiently, ended, new_job, patiently, submit,
};
use super::story::{Trouble, tell};
use report_pipeline_test_support::redis::{DURABLE, RedisServer};

/// Longer than what is waited for, and shorter than the patience of a test.
const LONG: Duration = Duration::from_secs(50);

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_before_any_call_changes_nothing() {
    tell(Trouble::Reset).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_lost_on_its_way_changes_nothing() {
    tell(Trouble::CutRequest).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_lost_on_its_way_changes_nothing() {
    tell(Trouble::CutReply).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_connections_change_nothing() {
    tell(Trouble::Refused).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_black_hole_at_any_call_changes_nothing() {
    tell(Trouble::BlackHole).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_answers_change_nothing() {
    tell(Trouble::Delay).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_comes_too_late_is_taken_for_no_other() {
    tell(Trouble::LateReply).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_are_cut_in_half_on_their_way_are_none() {
    let server = RedisServer::start();
    let proxy = TcpProxy::start(server.address()).await.unwrap();
    let store = connect_impatiently(proxy.address(), "").await;
    let direct = connect(server.address()).await;
    let id = direct.submit(new_job("nasa")).await.unwrap().job().id;
    let mut request = ClaimRequest::new(WorkerId::unique());
    request.lease = LONG;
    let lease = store.claim(request).await.unwrap()[0].lease.clone();

    // The first half has arrived when the connection breaks.
    let half = "x".repeat(100_000);
    let value = Bytes::from(format!("{half}the middle{half}"));
    proxy.cut_request("the middle");
    let keep = async || {
        store
            .checkpoint(&lease, Phase::Scraping, value.clone())
            .await
    };
    assert_eq!(again(keep).await, HeartbeatReply::Continue);
    assert_eq!(proxy.cuts(), 1);
    assert_eq!(direct.stats().await.unwrap().stored_bytes, 200_010);

    proxy.cut_request("the middle");
    let finish = async || {
        store
            .finish(&lease, Outcome::Completed(value.clone()))
            .await
    };
    assert_eq!(again(finish).await, Status::Completed);
    assert_eq!(proxy.cuts(), 2);
    assert_eq!(direct.stats().await.unwrap().stored_bytes, 200_010);
    assert!(direct.report(id).await.unwrap() == Some(value));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_grows_with_the_outputs_of_many_jobs() {
    let server = RedisServer::start();
    let store = connect(server.address()).await;
    let claim = async |max| {
        let mut request = ClaimRequest::new(WorkerId::unique());
        (request.max, request.lease) = (max, LONG);
        again(async || store.claim(request.clone()).await).await
    };
    let output = Bytes::from(vec![b' '; 600 << 10]);
    for n in 0..5 {
        let job = new_job(&format!("user{n}"));
        again(async || store.submit(job.clone()).await).await;
    }
    for held in claim(5).await {
        let keep = async || {
            let kept = store.checkpoint(&held.lease, Phase::Scraping, output.clone());
            kept.await
        };
        again(keep).await;
        again(async || store.finish(&held.lease, Outcome::Released).await).await;
    }
    let mut taken = Vec::new();
    for _ in 0..3 {
        taken.push(claim(5).await.len());
    }
    assert_eq!(taken, [2, 2, 1]);
}

/// What happens to the connections of those who wait.
#[derive(Debug, Clone, Copy)]
enum Break {
    Reset,
    BlackHole,
    KillPubSub,
    Restart,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_claim_and_a_watcher_outlive_their_connections() {
    let breaks = [
        Break::Reset,
        Break::BlackHole,
        Break::KillPubSub,
        Break::Restart,
    ];
    join_all(breaks.map(those_who_wait_outlive)).await;
}

async fn those_who_wait_outlive(broken_by: Break) {
    let mut server = RedisServer::with_options(DURABLE);
    let proxy = TcpProxy::start(server.address()).await.unwrap();
    let store = connect_impatiently(proxy.address(), "").await;
    let direct = Client::new(connect(server.address()).await);
    let watched = submit(&direct, "watched").await;
    let request = || {
        let mut request = ClaimRequest::new(WorkerId::unique());
        (request.wait, request.lease) = (LONG, LONG);
        request
    };
    // The watched job is out of the way, so that the next claim waits.
    let held = store.claim(request()).await.unwrap();
    let version = held[0].job.version;

    let request = request();
    let claim = async {
        let claimed = again(async || store.claim(request.clone()).await).await;
        claimed[0].job.id
    };
    let change = async {
        let changed = again(async || {
            store
                .changed(WatchRequest::new(watched, version).with_wait(LONG))
                .await
        })
        .await;
        changed.unwrap().version
    };
    let happen = async {
        subscribed(&server, 2).await;
        match broken_by {
            Break::Reset => proxy.reset().await,
            Break::BlackHole => {
                proxy.black_hole();
                proxy.heal();
            }
            Break::KillPubSub => drop(server.run(&["CLIENT", "KILL", "TYPE", "pubsub"])),
            Break::Restart => server.restart(),
        }
        again(async || direct.cancel(watched).await).await;
        submit(&direct, "wanted").await
    };
    let all = async { tokio::join!(claim, change, happen) };
    let (claimed, changed, submitted) = Box::pin(patiently("those who wait", all)).await;
    assert_eq!(claimed, submitted, "{broken_by:?}");
    assert!(changed > version, "{broken_by:?}");
}

/// Waits until somebody listens on this many channels.
async fn subscribed(server: &RedisServer, channels: usize) {
    let listening = async {
        while server.run(&["PUBSUB", "CHANNELS"]).lines().count() < channels {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    patiently("subscriptions", listening).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_callers_of_a_redis_that_is_away_are_no_storm_of_connections() {
    let server = RedisServer::start();
    let proxy = TcpProxy::start(server.address()).await.unwrap();
    let store = connect_impatiently(proxy.address(), "").await;
    again(async || store.report(JobId::random()).await).await;
    let before = proxy.accepted();
    proxy.refuse();
    proxy.reset().await;
    let calling = join_all((0..50).map(async |n| {
        loop {
            drop(store.submit(new_job(&format!("user{n}"))).await);
            drop(store.report(JobId::random()).await);
            tokio::task::yield_now().await;
        }
    }));
    let outage = tokio::time::timeout(Duration::from_secs(2), calling).await;
    assert!(outage.is_err(), "callers go on for ever");
    // A store has three connections, and waits longer after each failure.
    let attempts = proxy.accepted() - before;
    assert!(attempts < 100, "{attempts} attempts to connect");

    proxy.heal();
    again(async || store.submit(new_job("nasa")).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_gets_everything_done_over_a_network_that_keeps_breaking() {
    const JOBS: usize = 60;
    let server = RedisServer::start();
    let proxy = TcpProxy::start(server.address()).await.unwrap();
    let direct = Client::new(connect(server.address()).await);
    let mut ids = Vec::new();
    for n in 0..JOBS {
        ids.push(submit(&direct, &format!("user{n}")).await);
    }
    let phases = Phases::by("report").taking(Duration::from_millis(20));
    let client = Client::new(connect_impatiently(proxy.address(), "").await);
    let workers = phases.builder(&client).with_concurrency(4).build().start();

    let breaking = async {
        for n in 0.. {
            match n % 5 {
                0 => proxy.reset().await,
                1 => proxy.cut_reply("EVALSHA"),
                2 => proxy.cut_request("EVALSHA"),
                3 => proxy.black_hole(),
                _ => {
                    proxy.refuse();
                    proxy.reset().await;
                }
            }
            tokio::time::sleep(Duration::from_millis(60)).await;
            proxy.heal();
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
    };
    let working = async {
        for id in &ids {
            let job = ended(&direct, *id).await;
            assert_eq!(job.status, Status::Completed, "{job:?}");
        }
    };
    tokio::select! {
        () = breaking => unreachable!("it goes on for ever"),
        () = working => {}
    }
    assert!(proxy.accepted() > 10, "{proxy:?}");
    let stats = direct.stats().await.unwrap();
    assert_eq!((stats.jobs.completed, stats.jobs.total()), (60, 60));
    assert_eq!(stats.stored_bytes, 60 * "\"report\"".len() as u64);
    workers.drain(Duration::from_secs(1)).await;
}
