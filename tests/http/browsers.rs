//! Pages of other origins, and the check that load balancers make.

use report_pipeline::Client;
use report_pipeline::http::{Api, Cors};
use serde_json::json;

use crate::support::{BrokenStore, Fault, ask, broken, get, request, service, submit};

const HOME: &str = "https://app.example";

fn preflight(path: &str) -> http::request::Builder {
    request("OPTIONS", path)
        .header("origin", HOME)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type")
}

#[tokio::test]
async fn without_configuration_no_page_of_another_origin_is_let_in() {
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
async fn a_listed_origin_may_ask_send_and_read() {
    let api = service()
        .0
        .with_cors(Cors::origins([HOME, "http://localhost:3000"]));
    let asked = ask(&api, preflight("/api/analyze")).await;
    assert_eq!((asked.status, asked.body.len()), (204, 0));
    assert_eq!(asked.field("access-control-allow-origin"), HOME);
    assert_eq!(asked.field("access-control-allow-methods"), "POST");
    assert_eq!(
        asked.field("access-control-allow-headers"),
        "content-type, if-none-match, last-event-id, prefer, x-request-id"
    );
    assert!(asked.has("access-control-max-age"));
    assert_eq!(asked.field("cache-control"), "no-store");

    let id = submit(&api, "nasa").await;
    for path in [
        format!("/api/status/{id}"),
        format!("/api/status/{id}/events"),
        "/api/nowhere".to_owned(),
    ] {
        let read = ask(&api, request("HEAD", &path).header("origin", HOME)).await;
        assert_eq!(read.field("access-control-allow-origin"), HOME);
        assert_eq!(read.field("vary"), "origin");
        assert_eq!(
            read.field("access-control-expose-headers"),
            "etag, location, preference-applied, retry-after, x-request-id"
        );
        assert!(!read.has("access-control-allow-credentials"));
    }
}

#[tokio::test]
async fn other_origins_are_not_let_in() {
    let api = service().0.with_cors(Cors::origins([HOME]));
    for other in [
        "https://app.example.evil",
        "http://app.example",
        "https://app.example:8443",
        "null",
    ] {
        let read = ask(&api, request("GET", "/health").header("origin", other)).await;
        assert!(!read.has("access-control-allow-origin"), "{other}");
        assert_eq!(read.field("vary"), "origin");
    }
    // OPTIONS that is no question of a browser is a method like any other.
    assert_eq!(ask(&api, request("OPTIONS", "/health")).await.status, 405);
    assert_eq!(ask(&api, preflight("/nowhere")).await.status, 404);
}

#[tokio::test]
async fn every_origin_may_be_let_in() {
    let api = service().0.with_cors(Cors::any());
    let read = ask(&api, request("GET", "/health").header("origin", HOME)).await;
    assert_eq!(read.field("access-control-allow-origin"), "*");
    assert!(!read.has("vary"));
}

#[test]
fn an_origin_must_be_one() {
    for wrong in [
        "",
        "null",
        "app.example",
        "://a",
        "https://",
        "https://a/",
        "https://a\n",
        "https://a b",
        "https://a?b",
        "https://a#b",
        "https://user@a",
        "https://a:",
        "https://a:x",
        "https://a:443",
        "http://a:80",
        "HTTPS://a",
        "https://A.example",
    ] {
        let made = std::panic::catch_unwind(|| Cors::origins([wrong]));
        assert!(made.is_err(), "{wrong:?}");
    }
    let _ = Cors::origins([
        "http://a:443",
        "https://[::1]:8443",
        "https://xn--bcher-kva.example",
        "capacitor://localhost",
    ]);
}

#[tokio::test]
async fn ready_is_for_who_can_take_requests() {
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

#[tokio::test(start_paused = true)]
async fn ready_does_not_wait_for_a_silent_store_longer_than_health_does() {
    let api = Api::new(Client::new(BrokenStore(Fault::Silent)));
    let began = tokio::time::Instant::now();
    assert_eq!(get(&api, "/ready").await.status, 503);
    assert_eq!(began.elapsed().as_secs(), 1);
}
