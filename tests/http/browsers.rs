//! Pages of other origins, and the readiness check of load balancers.

use http::{HeaderValue, Method};
use report_pipeline::http::{Api, ServeOptions};
use report_pipeline::testing::{self, FaultyStore, Verb};
use report_pipeline::{Client, MemoryOptions, MemoryStore, StoreLimits};
use serde_json::json;
use tower_http::cors::CorsLayer;
use tower_layer::Layer;

use crate::support::{
    BrokenStore, Fault, Server, analyze, ask, broken, claim, complete, get, request, service,
    submit,
};

const HOME: &str = "https://app.example";

fn preflight(path: &str) -> http::request::Builder {
    request("OPTIONS", path)
        .header("origin", HOME)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type")
}

#[tokio::test]
async fn by_itself_it_lets_no_page_of_another_origin_in() {
    let (api, _) = service();
    let asked = ask(&api, preflight("/api/analyze")).await;
    assert_eq!(asked.status, 405);
    let read = ask(&api, request("GET", "/health").header("origin", HOME)).await;
    for reply in [asked, read] {
        let cors = |name: &http::HeaderName| name.as_str().starts_with("access-control-");
        assert!(!reply.headers.keys().any(cors), "{reply:?}");
    }
}

#[tokio::test]
async fn a_cors_layer_around_it_lets_pages_of_its_origins_send_and_read() {
    let (api, _) = service();
    let id = submit(&api, "nasa").await;
    let cors = CorsLayer::new()
        .allow_origin([HeaderValue::from_static(HOME)])
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(Api::REQUEST_HEADERS)
        .expose_headers(Api::RESPONSE_HEADERS);
    let server = Server::start_with(ServeOptions::default(), cors.layer(api)).await;

    let asked = server.ask(preflight("/api/analyze"), "").await;
    assert_eq!((asked.status, asked.body.len()), (200, 0));
    assert_eq!(asked.field("access-control-allow-origin"), HOME);
    assert_eq!(asked.field("access-control-allow-methods"), "GET,POST");
    assert_eq!(
        asked.field("access-control-allow-headers"),
        "content-type,if-none-match,last-event-id,prefer,traceparent,tracestate,x-request-id"
    );

    for path in [
        format!("/api/status/{id}"),
        format!("/api/status/{id}/events"),
        "/api/nowhere".to_owned(),
    ] {
        let read = request("HEAD", &path).header("origin", HOME);
        let read = server.ask(read, "").await;
        assert_eq!(read.field("access-control-allow-origin"), HOME);
        assert_eq!(
            read.field("access-control-expose-headers"),
            "etag,location,preference-applied,retry-after,x-request-id"
        );
    }
    for other in ["https://app.example.evil", "http://app.example", "null"] {
        let read = request("GET", "/health").header("origin", other);
        let read = server.ask(read, "").await;
        assert!(!read.has("access-control-allow-origin"), "{other}");
    }
}

/// Every response header that clients need is one that browsers always let pages read, or one that
/// the layer is told to expose.
#[tokio::test]
async fn a_page_can_read_every_header_that_the_documentation_mentions() {
    let (api, client) = service();
    let submitted = analyze(&api, r#"{"handle":"nasa"}"#).await;
    let id = submitted.json()["job_id"].as_str().unwrap().to_owned();
    let waited = request("GET", &format!("/api/status/{id}")).header("prefer", "wait=0");
    let mut replies = vec![submitted, ask(&api, waited).await];
    complete(&client, &claim(&client).await, "{}").await;
    replies.push(get(&api, &format!("/api/report/{id}")).await);
    // Fetch standard: "CORS-safelisted response-header name", and what is for browsers and proxies.
    let always = [
        "cache-control",
        "content-length",
        "content-type",
        "x-content-type-options",
    ];
    for name in replies.iter().flat_map(|reply| reply.headers.keys()) {
        let exposed = Api::RESPONSE_HEADERS.contains(name);
        assert!(exposed || always.contains(&name.as_str()), "{name}");
    }
}

#[tokio::test]
async fn ready_is_200_only_while_submits_are_accepted_and_the_store_responds() {
    let (api, _) = service();
    let ready = get(&api, "/ready").await;
    assert_eq!(
        (ready.status, ready.json()),
        (200, json!({"status": "ready"}))
    );
    assert_eq!(ask(&api, request("POST", "/ready")).await.status, 405);

    api.refuse_submits();
    let draining = get(&api, "/ready").await;
    assert_eq!(
        (draining.status, &*draining.problem()),
        (503, "shutting-down")
    );
    assert_eq!(get(&api, "/health").await.status, 200);

    let (api, _) = service();
    api.release_waits();
    assert_eq!(get(&api, "/ready").await.status, 503);

    let away = get(&broken(Fault::Away), "/ready").await;
    assert_eq!((away.status, &*away.problem()), (503, "store-unavailable"));
}

#[tokio::test]
async fn a_full_queue_is_ready_and_health_says_that_it_takes_no_new_jobs() {
    let limits = StoreLimits::default().with_pending_jobs(1);
    let client = Client::new(MemoryOptions::new().with_limits(limits).build());
    let api = Api::new(client.clone());
    submit(&api, "nasa").await;
    let refused = analyze(&api, r#"{"handle":"esa"}"#).await;
    assert_eq!((refused.status, &*refused.problem()), (503, "store-full"));
    assert_eq!(get(&api, "/ready").await.status, 200);
    let health = get(&api, "/health").await;
    assert_eq!(
        (health.status, &health.json()["accepting"]),
        (200, &json!(false))
    );
    let reason = health.json()["reason"].as_str().unwrap().to_owned();
    assert!(reason.contains("pending jobs"), "{reason}");
    // Joining goes on.
    submit(&api, "nasa").await;

    claim(&client).await;
    let health = get(&api, "/health").await.json();
    assert_eq!(
        (&health["accepting"], health.get("reason")),
        (&json!(true), None)
    );
    api.refuse_submits();
    let health = get(&api, "/health").await.json();
    assert_eq!(health["accepting"], json!(false));
    assert!(health["reason"].as_str().unwrap().contains("shutting down"));
}

#[tokio::test]
async fn a_store_that_takes_no_writes_is_healthy_and_not_ready() {
    let (store, faults) = FaultyStore::new(MemoryStore::new());
    let api = Api::new(Client::new(store));
    faults.from_now_on(Verb::Check, testing::Fault::Fail);
    assert_eq!(get(&api, "/health").await.status, 200);
    let unready = get(&api, "/ready").await;
    assert_eq!(
        (unready.status, &*unready.problem()),
        (503, "store-unavailable")
    );
    assert!(unready.has("retry-after"));
    faults.heal();
    assert_eq!(get(&api, "/ready").await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn ready_does_not_wait_for_a_silent_store_longer_than_health_does() {
    let api = Api::new(Client::new(BrokenStore(Fault::Silent)));
    let began = tokio::time::Instant::now();
    assert_eq!(get(&api, "/ready").await.status, 503);
    assert_eq!(began.elapsed().as_secs(), 1);
}
