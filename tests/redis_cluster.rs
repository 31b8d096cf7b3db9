//! The Redis store on a cluster: in one slot, on whichever node has it.

mod redis_kit;

use std::time::{Duration, Instant};

use bytes::Bytes;
use redis_kit::{Port, RedisServer};
use report_pipeline::store::{ClaimRequest, Outcome, WatchRequest, WorkerId};
use report_pipeline::{
    Handle, JobId, JobStore, NewJob, Platform, RedisConnectError, RedisStore, Status, Target,
    Version,
};

const ALL_SLOTS: [&str; 2] = ["0", "16383"];

#[tokio::test]
async fn a_cluster_needs_a_hash_tag_and_says_so() {
    let (node, _bus) = node();
    add_slots(&node, ALL_SLOTS);
    until_ok(&node, 1);
    for prefix in ["", "reports:", "{}:"] {
        let refused = RedisStore::connect(&format!("{}?prefix={prefix}", node.url())).await;
        let error = refused.expect_err("keys would be spread over the nodes");
        assert!(matches!(error, RedisConnectError::NoHashTag), "{error}");
        assert!(error.to_string().contains("?prefix={reports}:"), "{error}");
    }
    works(&node).await;
}

#[tokio::test]
async fn any_node_leads_to_the_one_that_has_the_slot() {
    let (first, _bus) = node();
    let (second, bus) = node();
    add_slots(&first, ["0", "8191"]);
    add_slots(&second, ["8192", "16383"]);
    let (port, bus) = (second.address().port(), bus.address.port());
    let (port, bus) = (port.to_string(), bus.to_string());
    first.run(&["CLUSTER", "MEET", "127.0.0.1", &port, &bus]);
    until_ok(&first, 2);
    until_ok(&second, 2);
    works(&first).await;
    works(&second).await;
}

/// Takes a job through its life, with a caller who waits for its end.
async fn works(node: &RedisServer) {
    let address = format!("{}?prefix={{reports}}:", node.url());
    let connect = || RedisStore::connect(&address);
    let (caller, worker) = (connect().await.unwrap(), connect().await.unwrap());
    let handle = Handle::canonical(&format!("account{}", node.address().port())).unwrap();
    let new = NewJob::new(JobId::random(), Target::new(Platform::TIKTOK, handle));
    let id = new.id;

    let mut request = ClaimRequest::new(WorkerId::unique());
    request.wait = Duration::from_secs(20);
    let claiming = tokio::spawn(async move {
        let claimed = worker.claim(request).await.unwrap();
        (worker, claimed)
    });
    caller.submit(new).await.unwrap();
    let (worker, claimed) = claiming.await.unwrap();
    assert_eq!(claimed[0].job.id, id);

    let version = claimed[0].job.version;
    let (ended, finished) = tokio::join!(
        caller.changed(WatchRequest::new(id, version).with_wait(Duration::from_secs(20))),
        worker.finish(
            &claimed[0].lease,
            Outcome::Completed(Bytes::from_static(b"{}"))
        ),
    );
    assert_eq!(finished.unwrap(), Status::Completed);
    let ended = ended.unwrap().expect("it is held");
    assert_eq!(ended.status, Status::Completed);
    assert!(ended.version > Version::FIRST);
    assert_eq!(
        caller.report(id).await.unwrap(),
        Some(Bytes::from_static(b"{}"))
    );
}

/// A node that knows no other one, with the port of its bus.
fn node() -> (RedisServer, Port) {
    // The default, 10,000 above the server's own, may not exist.
    let bus = Port::choose();
    let port = bus.address.port().to_string();
    let options = ["--cluster-enabled", "yes", "--cluster-port", &port];
    (RedisServer::with_options(&options), bus)
}

fn add_slots(node: &RedisServer, [from, to]: [&str; 2]) {
    node.run(&["CLUSTER", "ADDSLOTSRANGE", from, to]);
}

fn until_ok(node: &RedisServer, nodes: usize) {
    let began = Instant::now();
    loop {
        let info = node.run(&["CLUSTER", "INFO"]);
        let knows = format!("cluster_known_nodes:{nodes}");
        if info.contains("cluster_state:ok") && info.contains(&knows) {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{info}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
