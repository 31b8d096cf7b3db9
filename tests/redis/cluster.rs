//! A cluster of six nodes: nodes die, and slots move.

use std::time::Duration;

use report_pipeline::{Client, JobStore, RedisOptions, Status, StoreError};
use report_pipeline_test_support::redis::Cluster;

use super::fixture::{Phases, again, ended, new_job, report, submit, told};

const PREFIX: &str = "{reports}:";

fn options(cluster: &Cluster, nodes: &[usize]) -> RedisOptions {
    let nodes: Vec<String> = nodes
        .iter()
        .map(|node| cluster.nodes[*node].address().to_string())
        .collect();
    let options = RedisOptions::new(&format!("redis://{}", nodes.join(",")));
    options.unwrap().with_prefix(PREFIX)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_death_of_the_named_node_is_no_outage_for_good() {
    let mut cluster = Cluster::start();
    let owner = cluster.owner(PREFIX);
    let client = Client::new(options(&cluster, &[owner]).connect().await.unwrap());
    let workers = Phases::by("report").builder(&client).build().start();
    let id = submit(&client, "before").await;
    assert_eq!(ended(&client, id).await.status, Status::Completed);

    cluster.nodes[owner].kill();
    let id = submit(&client, "after").await;
    assert_eq!(ended(&client, id).await.status, Status::Completed);
    assert_eq!(report(&client, id).await.as_deref(), Some("report"));

    // Of several named nodes, one is enough to start.
    let alive = (0..6).find(|node| *node != owner).unwrap();
    let late = options(&cluster, &[owner, alive]).connect().await.unwrap();
    assert!(late.get(id).await.unwrap().is_some());
    workers.drain(Duration::from_secs(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_that_moves_refuses_in_words_and_harms_nothing() {
    let cluster = Cluster::start();
    let from = cluster.owner(PREFIX);
    let to = (0..3).find(|node| *node != from).unwrap();
    let (source, target) = (&cluster.nodes[from], &cluster.nodes[to]);
    let store = options(&cluster, &[to]).connect().await.unwrap();
    let jobs: Vec<_> = (0..20).map(|n| new_job(&format!("user{n}"))).collect();
    for job in &jobs {
        store.submit(job.clone()).await.unwrap();
    }
    let slot = source.run(&["CLUSTER", "KEYSLOT", PREFIX]);
    let [source_id, target_id] = [source, target].map(|node| node.run(&["CLUSTER", "MYID"]));
    target.run(&["CLUSTER", "SETSLOT", &slot, "IMPORTING", &source_id]);
    source.run(&["CLUSTER", "SETSLOT", &slot, "MIGRATING", &target_id]);
    let refused = store.submit(new_job("meanwhile")).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unavailable { .. }));
    assert!(refused.is_retryable());
    let words = told(&refused);
    assert!(
        words.contains("moving these keys") && words.contains("ASK "),
        "{words}"
    );

    let port = target.address().port().to_string();
    loop {
        let keys = source.run(&["CLUSTER", "GETKEYSINSLOT", &slot, "100"]);
        if keys.is_empty() {
            break;
        }
        let mut migrate = vec!["MIGRATE", "127.0.0.1", &port, "", "0", "5000", "KEYS"];
        migrate.extend(keys.lines());
        source.run(&migrate);
        // Half of the keys here and half there: nobody may work on that.
        assert!(store.submit(new_job("meanwhile")).await.is_err());
    }
    for node in [target, source] {
        node.run(&["CLUSTER", "SETSLOT", &slot, "NODE", &target_id]);
    }
    let client = Client::new(store);
    let workers = Phases::by("report").builder(&client).build().start();
    again(async || client.store().submit(new_job("meanwhile")).await).await;
    for job in &jobs {
        assert_eq!(ended(&client, job.id).await.status, Status::Completed);
    }
    let stats = client.stats().await.unwrap();
    assert_eq!((stats.jobs.total(), stats.damaged), (21, 0));
    assert_eq!(cluster.owner(PREFIX), to);
    workers.drain(Duration::from_secs(1)).await;
}
