//! A primary that sentinels replace.

use std::time::Duration;

use report_pipeline::{
    Client, JobStore, RedisConnectError, RedisCredentials, RedisOptions, RedisStore, Status,
};
use report_pipeline_test_support::redis::{RedisServer, Watched};

use super::fixture::{
    Phases, again, connected, ended, new_job, options, patiently, report, submit, told,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_address_with_sentinels_follows_a_failover_by_itself() {
    let mut watched = Watched::start("");
    let address = format!("{}?prefix=r:", watched.url());
    let client = Client::new(RedisStore::connect(&address).await.unwrap());
    let workers = Phases::by("report").builder(&client).build().start();
    let id = submit(&client, "before").await;
    assert_eq!(ended(&client, id).await.status, Status::Completed);
    wait_for_replica(&watched).await;

    // The primary is gone for good.
    let first = watched.primary();
    watched.servers[first].kill();
    let id = submit(&client, "after").await;
    assert_eq!(ended(&client, id).await.status, Status::Completed);
    assert_eq!(report(&client, id).await.as_deref(), Some("report"));
    assert_ne!(watched.primary(), first);
    // Notifications come from the new primary. A sentinel would take the subscriptions too, and be silent.
    let primary = &watched.servers[watched.primary()];
    patiently("subscriptions", async {
        while primary.run(&["PUBSUB", "CHANNELS", "r:*"]).is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;

    workers.drain(Duration::from_secs(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_connected_to_the_old_primary_comes_back() {
    let mut watched = Watched::start("");
    let connect = async || RedisStore::connect(&watched.url()).await.unwrap();
    let (store, other) = (connect().await, connect().await);
    let before = new_job("before");
    store.submit(before.clone()).await.unwrap();
    wait_for_replica(&watched).await;
    let first = watched.primary();
    watched.servers[first].kill();
    again(async || store.submit(new_job("meanwhile")).await).await;

    // The old primary is back, as a replica, and this one has slept through it all.
    watched.servers[first].restart();
    let found = again(async || other.get(before.id).await).await;
    assert!(found.is_some());
    again(async || other.submit(new_job("after")).await).await;

    // The roles change while both run, so that no connection breaks but by the sentinels.
    watched.fail_over();
    for store in [&store, &other] {
        again(async || store.submit(new_job("again")).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_primaries_the_one_after_the_last_failover_is_used() {
    // The old primary has come back and says that it is one, and there is a sentinel that has not heard otherwise.
    let [old, new] = [(); 2].map(|()| RedisServer::start());
    let sentinels = [(&old, 3), (&new, 4), (&old, 3)].map(|(server, epoch)| {
        let port = server.address().port();
        RedisServer::sentinel(&[
            format!("sentinel monitor main 127.0.0.1 {port} 2"),
            format!("sentinel config-epoch main {epoch}"),
        ])
    });
    let [first, second, third] = sentinels.each_ref().map(RedisServer::address);
    let url = format!("redis-sentinel://{first},{second},{third}/main/0");
    for round in 0..10 {
        let store = RedisStore::connect(&url).await.unwrap();
        store
            .submit(new_job(&format!("nasa{round}")))
            .await
            .unwrap();
    }
    let [in_old, in_new] = [&old, &new].map(|server| server.run(&["DBSIZE"]));
    assert_eq!(in_old, "0");
    assert_ne!(in_new, "0");

    // A sentinel that says nothing does not hinder.
    sentinels[0].pause();
    let connecting = tokio::time::timeout(Duration::from_secs(5), RedisStore::connect(&url));
    connecting.await.unwrap().unwrap();
    sentinels[0].resume();
    assert_eq!(old.run(&["DBSIZE"]), "0");
}

/// What is accepted before the replica has it may be lost: that is not what is tested here.
async fn wait_for_replica(watched: &Watched) {
    let primary = &watched.servers[watched.primary()];
    patiently("a replica that keeps up", async {
        let told = |name: &str| {
            let told = primary.run(&["INFO", "replication"]);
            let (_, rest) = told.split_once(name)?;
            rest.split([',', '\r', '\n']).next().map(str::to_owned)
        };
        loop {
            let (primary, replica) = (told("master_repl_offset:"), told(",offset="));
            if primary.is_some() && primary == replica {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sentinels_and_servers_have_passwords_of_their_own() {
    let watched = Watched::start("secret");
    let options = RedisOptions::new(&watched.url()).unwrap();
    let refused = options.clone().connect().await.unwrap_err();
    assert!(told(&refused).contains("NOAUTH"), "{refused:?}");
    let options = options.with_sentinel_credentials(RedisCredentials::new("sentinel-secret"));
    assert!(!format!("{options:?}").contains("secret"), "{options:?}");
    let store = options.connect().await.unwrap();
    store.submit(new_job("nasa")).await.unwrap();
    watched.fail_over();
    again(async || store.submit(new_job("esa")).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_no_sentinel_knows_is_named() {
    let watched = Watched::start("");
    let unknown = watched.url().replace("/main/", "/other/");
    let refused = RedisStore::connect(&unknown).await.unwrap_err();
    assert!(matches!(refused, RedisConnectError::Unreachable { .. }));
    let told = told(&refused);
    assert!(
        told.contains("know no service") && told.contains("other"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_addresses_the_primary_is_used() {
    let watched = Watched::start("");
    let [first, second] = watched.servers.each_ref().map(RedisServer::address);
    let both = RedisOptions::new(&format!("redis://{second},{first}")).unwrap();
    let store = both.connect().await.unwrap();
    store.submit(new_job("nasa")).await.unwrap();
    watched.fail_over();
    again(async || store.submit(new_job("esa")).await).await;
    // With one address there is nowhere to go, and the error says what is wrong.
    let alone = connected(options(first)).await;
    let refused = alone.submit(new_job("alone")).await.unwrap_err();
    assert!(told(&refused).contains("sentinels"), "{refused}");
}
