//! Three servers on one Redis, of which two are killed and the Redis once restarted.

mod redis_kit;
mod server_kit;

use std::collections::BTreeSet;

use redis_kit::{DURABLE, RedisServer};
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
        let report = survivor.ask(&format!("GET /api/report/{id} HTTP/1.1\r\n"), "");
        assert_eq!(report["id"], id.as_str());
    }
    let health = survivor.health_until(|health| health["status"] == "ok");
    assert_eq!(completed(&health), Some(JOBS as u64), "{health}");
    assert_eq!(survivor.stop(), Some(0));
}
