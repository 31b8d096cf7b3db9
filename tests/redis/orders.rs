//! What an operator, or a machine that is too small, can do to a Redis that runs.

use std::time::Duration;

use report_pipeline::store::{
    ClaimRequest, Heartbeat, HeartbeatReply, PauseRequest, SweepRequest, WorkerId,
};
use report_pipeline::testing::mock::{Gate, Step};
use report_pipeline::{Client, JobStore, Platform, Status, StoreError};

use super::fixture::{Phases, connect, ended, new_job, options, patiently, report, submit, target};
use super::story::{Trouble, tell};
use report_pipeline_test_support::redis::RedisServer;

#[tokio::test(flavor = "multi_thread")]
async fn forgotten_scripts_change_nothing() {
    tell(Trouble::ScriptFlush).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_clients_change_nothing() {
    tell(Trouble::KillNormal).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_subscriptions_change_nothing() {
    tell(Trouble::KillPubSub).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_of_all_clients_changes_nothing() {
    tell(Trouble::ClientPause).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_as_replica_changes_nothing() {
    tell(Trouble::ReadOnly).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_without_memory_changes_nothing() {
    tell(Trouble::OutOfMemory).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_work_on_through_all_of_it() {
    let server = RedisServer::start();
    let client = Client::new(connect(server.address()).await);
    let phases = Phases::by("report").taking(Duration::from_millis(20));
    let _workers = phases.builder(&client).with_concurrency(4).build().start();
    let orders: [&[&str]; 6] = [
        &["SCRIPT FLUSH"],
        &["CLIENT KILL TYPE normal"],
        &["CLIENT KILL TYPE pubsub"],
        &["CLIENT PAUSE 600 ALL"],
        &["REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE"],
        &["CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0"],
    ];
    let mut ids = Vec::new();
    for (n, orders) in orders.iter().enumerate() {
        for part in 0..4 {
            ids.push(submit(&client, &format!("user{n}.{part}")).await);
        }
        // In the middle of something.
        phases.scraper.started(4 * n + 1).await;
        for order in *orders {
            server.run(&order.split(' ').collect::<Vec<_>>());
            // For as long as a call takes, or takes to fail.
            if let Ok(submitted) = client.submit(target(&format!("meanwhile{n}"))).await {
                ids.push(submitted.job().id);
            }
        }
    }
    for id in ids {
        let job = ended(&client, id).await;
        assert_eq!(job.status, Status::Completed, "{job:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_refuses_submits_and_still_answers_reads() {
    let server = RedisServer::start();
    let store = connect(server.address()).await;
    let accepted = new_job("nasa");
    store.submit(accepted.clone()).await.unwrap();
    server.run(&["REPLICAOF", "127.0.0.1", "1"]);
    let error = store.submit(new_job("esa")).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
    assert!(error.to_string().contains("replica"), "{error}");
    let read = store.get(accepted.id).await.unwrap();
    assert!(read.is_some());
    assert_eq!(
        store.get_many(&[accepted.id]).await.unwrap(),
        std::slice::from_ref(&read)
    );
    let found = store.find(accepted.target.into()).await;
    assert_eq!(found.unwrap(), read);

    let warned = options(server.address()).connect().await.unwrap();
    assert!(
        warned
            .warnings()
            .iter()
            .any(|text| text.contains("replica")),
        "{:?}",
        warned.warnings()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_redis_refuses_submits_and_loses_nothing_it_has_accepted() {
    let server = RedisServer::with_options(&["--maxmemory-policy", "noeviction"]);
    let client = Client::new(connect(server.address()).await);
    let phases = Phases::by("report");
    let gate = Gate::new();
    let step = Step::succeed("scraped".to_owned());
    phases.scraper.on_call(1, step.behind(&gate));
    let _workers = phases.builder(&client).build().start();
    let running = submit(&client, "running").await;
    phases.scraper.started(1).await;

    let mut accepted = Vec::new();
    let filling = async {
        for n in 0.. {
            let job = new_job(&format!("user{n}"));
            match client.store().submit(job.clone()).await {
                Ok(_) => accepted.push(job.id),
                Err(error) => return error,
            }
        }
        unreachable!("the memory has an end")
    };
    let used = server.run(&["INFO", "memory"]);
    let used = used
        .lines()
        .find_map(|line| line.strip_prefix("used_memory:"));
    let used: usize = used.unwrap().parse().unwrap();
    // Room for some jobs, and no more.
    let room = used + (256 << 10);
    server.run(&["CONFIG", "SET", "maxmemory", &room.to_string()]);
    let refusal = patiently("a full Redis", filling).await;
    assert!(refusal.is_retryable(), "{refusal:?}");
    assert!(refusal.to_string().contains("memory"), "{refusal}");
    assert!(client.status(running).await.unwrap().is_some());

    server.run(&["CONFIG", "SET", "maxmemory", "0"]);
    gate.open();
    accepted.push(running);
    accepted.push(submit(&client, "late").await);
    for id in accepted {
        assert_eq!(ended(&client, id).await.status, Status::Completed);
        assert_eq!(report(&client, id).await.as_deref(), Some("report"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_redis_still_renews_leases_and_ends_jobs() {
    let server = RedisServer::with_options(&["--maxmemory-policy", "noeviction"]);
    let store = connect(server.address()).await;
    let waiting = store.submit(new_job("waiting")).await.unwrap().job().id;
    store.submit(new_job("held")).await.unwrap();
    let mut request = ClaimRequest::new(WorkerId::unique());
    request.max = 2;
    request.lease = Duration::from_millis(1);
    let lease = store.claim(request.clone()).await.unwrap()[1].lease.clone();

    server.run(&["CONFIG", "SET", "maxmemory", "1"]);
    let beat = Heartbeat::new(Duration::from_secs(60));
    // A job whose worker cannot renew its lease would count a crash each time it ran out.
    assert_eq!(
        store.heartbeat(&lease, beat).await.unwrap(),
        HeartbeatReply::Continue
    );
    let swept = store.sweep(SweepRequest::new(10)).await.unwrap();
    assert_eq!((swept.requeued, swept.failed), (1, 0));
    assert_eq!(store.cancel(waiting).await.unwrap(), Status::Failed);
    let brake = store.pause(PauseRequest::new(Platform::TIKTOK, Duration::from_secs(1)));
    brake.await.unwrap();
    assert!(store.submit(new_job("new")).await.is_err());
}
