//! Many processes on one Redis: three servers, of which two are killed and the Redis once restarted;
//! and streams on one node about work on another.

mod redis_kit;
mod server_kit;

use std::collections::BTreeSet;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use redis_kit::{DURABLE, RedisServer};
use report_pipeline::http::Api;
use report_pipeline::store::{ClaimRequest, Outcome, WorkerId};
use report_pipeline::{
    Client, Failure, FailureKind, JobStore, Platforms, RedisOptions, RedisStore,
};
use server_kit::Server;

const JOBS: usize = 100;

#[test]
fn a_hundred_jobs_survive_two_killed_servers_and_a_restart_of_redis() {
    let mut redis = RedisServer::with_options(DURABLE);
    let store = format!("{}?prefix=fleet:", redis.url());
    let start = || {
        Server::start(
            &[
                ["--store", &store],
                ["--phase-delay", "50ms"],
                ["--lease", "1s"],
                ["--concurrency", "4"],
            ]
            .concat(),
        )
    };
    let mut servers = [start(), start(), start()].map(Some);
    let ids: Vec<String> = (0..JOBS)
        .map(|n| {
            let server = servers[n % 3].as_ref().expect("all run");
            server.submit(&format!("account{n}"))
        })
        .collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), JOBS);

    let survivor = servers[2].take().expect("all run");
    let completed = |health: &serde_json::Value| health["jobs"]["completed"].as_u64();
    survivor.health_until(|health| completed(health) >= Some(10));
    servers[0].take().expect("it runs").kill();
    survivor.health_until(|health| completed(health) >= Some(20));
    redis.kill();
    survivor.health_until(|health| health["status"] != "ok");
    redis.restart();
    survivor.health_until(|health| completed(health) >= Some(30));
    servers[1].take().expect("it runs").kill();

    for id in &ids {
        survivor.until(id, |status| {
            assert_ne!(status["status"], "failed", "{status}");
            status["status"] == "completed"
        });
        assert_eq!(survivor.report_of(id)["id"], id.as_str());
    }
    let health = survivor.health_until(|health| health["status"] == "ok");
    assert_eq!(completed(&health), Some(JOBS as u64), "{health}");
    assert_eq!(survivor.stop(), Some(0));
}

#[tokio::test]
async fn an_event_stream_on_one_node_follows_the_work_of_another() {
    let redis = RedisServer::start();
    let [watching, working] = [node(&redis).await, node(&redis).await];
    let client = Client::new(watching);
    let target = Platforms::default().target(None, "nasa").unwrap();
    let id = client.submit(target).await.unwrap().job().id;
    let request = http::Request::get(format!("/api/status/{id}/events"));
    let request = request.body(Empty::<Bytes>::new()).unwrap();
    let mut stream = Api::new(client).respond(request).await.into_body();
    let mut next = async || {
        let frame = stream.frame().await?.unwrap();
        Some(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap())
    };
    assert!(next().await.unwrap().contains("\"pending\""));
    let claimed = working
        .claim(ClaimRequest::new(WorkerId::unique()))
        .await
        .unwrap();
    assert!(next().await.unwrap().contains("\"processing\""));
    let failure = Failure::new(FailureKind::Permanent, "no such account");
    let outcome = Outcome::Failed(failure);
    working.finish(&claimed[0].lease, outcome).await.unwrap();
    assert!(next().await.unwrap().contains("no such account"));
    assert_eq!(next().await, None);
}

async fn node(redis: &RedisServer) -> RedisStore {
    let url = format!("{}?prefix=streams:", redis.url());
    RedisOptions::new(&url).unwrap().connect().await.unwrap()
}
