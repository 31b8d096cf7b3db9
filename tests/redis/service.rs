//! What a service on this store answers while Redis is away, with the settings that it comes with.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use report_pipeline::http::Api;
use report_pipeline::testing::TcpProxy;
use report_pipeline::{Client, RedisStore};

use super::fixture::patiently;
use super::refusals::Trouble;
use report_pipeline_test_support::redis::{DURABLE, RedisServer};

/// A submit is refused within 2 s; the rest is for a busy machine.
const FAST: Duration = Duration::from_secs(4);

/// How Redis is away.
#[derive(Debug, Clone, Copy)]
enum Away {
    Killed,
    StandingStill,
    CutOff,
}

#[tokio::test(flavor = "multi_thread")]
async fn submits_are_refused_fast_and_health_tells_the_truth() {
    let mut server = RedisServer::with_options(DURABLE);
    let proxy = TcpProxy::start(server.address()).await.unwrap();
    let address = format!("redis://{}", proxy.address());
    let client = Client::new(RedisStore::connect(&address).await.unwrap());
    let api = Api::new(client);
    assert_eq!(health(&api).await, 200);
    let accepted = submit(&api, "before").await.unwrap();

    for away in [Away::Killed, Away::StandingStill, Away::CutOff] {
        match away {
            Away::Killed => server.kill(),
            Away::StandingStill => server.pause(),
            Away::CutOff => proxy.black_hole(),
        }
        let began = Instant::now();
        let refused = submit(&api, "meanwhile").await;
        let took = began.elapsed();
        assert_eq!(refused, Err(503), "{away:?}");
        assert!(took < FAST, "{away:?}: {took:?}");
        assert_eq!(health(&api).await, 503, "{away:?}");
        assert_eq!(status(&api, &accepted).await, 503, "{away:?}");

        match away {
            Away::Killed => server.restart(),
            Away::StandingStill => server.resume(),
            Away::CutOff => proxy.heal(),
        }
        patiently("health", async { while health(&api).await != 200 {} }).await;
        assert!(submit(&api, "after").await.is_ok(), "{away:?}");
        assert_eq!(status(&api, &accepted).await, 200, "{away:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ready_is_503_while_no_write_can_succeed() {
    let server = RedisServer::start();
    let address = format!("redis://{}", server.address());
    let api = Api::new(Client::new(RedisStore::connect(&address).await.unwrap()));
    let until_ready_is = async |status: u16| {
        let waiting = async { while get(&api, "/ready").await != status {} };
        patiently("readiness", waiting).await;
    };
    until_ready_is(200).await;
    for trouble in Trouble::ALL {
        trouble.begin(&server);
        until_ready_is(503).await;
        assert_eq!(submit(&api, "nasa").await, Err(503), "{trouble:?}");
        trouble.end(&server);
        until_ready_is(200).await;
        assert!(submit(&api, "nasa").await.is_ok(), "{trouble:?}");
    }
}

async fn health(api: &Api) -> u16 {
    get(api, "/health").await
}

async fn status(api: &Api, id: &str) -> u16 {
    get(api, &format!("/api/status/{id}")).await
}

async fn get(api: &Api, path: &str) -> u16 {
    let request = Request::get(path).body(Full::<Bytes>::default());
    let response = api.respond(request.expect("it is one")).await;
    response.status().as_u16()
}

/// Answers the job's id, or the status of the refusal, which says when to come back.
async fn submit(api: &Api, handle: &str) -> Result<String, u16> {
    let body = Full::<Bytes>::from(format!(r#"{{"handle":"{handle}"}}"#));
    let request = Request::post("/api/analyze")
        .header("content-type", "application/json")
        .body(body);
    let response = api.respond(request.expect("it is one")).await;
    let (head, body) = response.into_parts();
    if head.status != 202 {
        assert!(head.headers.contains_key("retry-after"), "{head:?}");
        return Err(head.status.as_u16());
    }
    let body = body.collect().await.expect("it is in memory").to_bytes();
    let answer: serde_json::Value = serde_json::from_slice(&body).expect("it is JSON");
    Ok(answer["job_id"].as_str().expect("it has an id").to_owned())
}
