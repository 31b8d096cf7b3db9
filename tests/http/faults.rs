//! What clients see when the store is away, full or broken.

use std::time::Duration;

use report_pipeline::http::Api;
use report_pipeline::store::Limit;
use report_pipeline::{Client, JobId, MemoryOptions, MemoryStore, StoreLimits, testing};
use tokio::time::Instant;

use crate::support::{Fault, Reply, Server, analyze, ask, broken, get, request, submit};

/// The default of `Client::with_call_timeout`.
const CALL_TIMEOUT: Duration = Duration::from_millis(1900);

/// Asks everything that needs the store.
async fn ask_all(api: &Api) -> Vec<Reply> {
    let id = JobId::random();
    vec![
        analyze(api, r#"{"handle":"nasa"}"#).await,
        get(api, &format!("/api/status/{id}")).await,
        get(api, &format!("/api/report/{id}")).await,
        ask(api, request("POST", &format!("/api/cancel/{id}"))).await,
        get(api, "/health").await,
    ]
}

#[tokio::test]
async fn a_store_that_is_away_is_503_with_a_hint_and_without_its_secrets() {
    for reply in ask_all(&broken(Fault::Away)).await {
        assert_eq!(
            (reply.status, &*reply.problem()),
            (503, "store-unavailable")
        );
        assert!(reply.field("retry-after").parse::<u64>().unwrap() >= 1);
        assert!(!String::from_utf8_lossy(&reply.body).contains("hunter2"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_store_is_503_within_the_call_timeout_and_health_within_1_s() {
    let api = broken(Fault::Silent);
    let began = Instant::now();
    let health = get(&api, "/health").await;
    assert_eq!(
        (health.status, &*health.problem()),
        (503, "store-unavailable")
    );
    assert_eq!(began.elapsed(), Duration::from_secs(1));
    for reply in ask_all(&api).await {
        assert_eq!(reply.status, 503);
        assert!(reply.has("retry-after"));
    }
    assert_eq!(
        began.elapsed(),
        Duration::from_secs(1 + 1) + 4 * CALL_TIMEOUT
    );
}

#[tokio::test]
async fn a_full_queue_refuses_new_jobs_and_still_joins_old_ones() {
    let limits = StoreLimits::default().with_pending_jobs(1);
    let api = Api::new(Client::new(
        MemoryOptions::new().with_limits(limits).build(),
    ));
    let first = submit(&api, "nasa").await;
    let refused = analyze(&api, r#"{"handle":"esa"}"#).await;
    assert_eq!((refused.status, &*refused.problem()), (503, "store-full"));
    assert!(refused.field("retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(submit(&api, "nasa").await, first);
}

#[tokio::test]
async fn a_store_without_room_asks_for_more_patience_than_a_full_queue() {
    let patience = async |limit| {
        let reply = analyze(&broken(Fault::Full(limit)), r#"{"handle":"nasa"}"#).await;
        assert_eq!(reply.problem(), "store-full");
        reply.field("retry-after").parse::<u64>().unwrap()
    };
    assert!(patience(Limit::PendingJobs).await < patience(Limit::StoredBytes).await);
}

#[tokio::test]
async fn a_panic_in_the_store_fails_one_request_and_no_other() {
    for reply in ask_all(&broken(Fault::Panics)).await {
        assert_eq!((reply.status, &*reply.problem()), (500, "internal"));
        assert!(reply.has("x-request-id"));
    }
    let server = Server::start(broken(Fault::Panics)).await;
    assert_eq!(server.ask(request("GET", "/health"), "").await.status, 500);
    assert_eq!(server.ask(request("GET", "/nowhere"), "").await.status, 404);
    server.stop().await;
}

#[tokio::test]
async fn refused_submits_leave_all_else_served() {
    let (api, _) = crate::support::service();
    let id = submit(&api, "nasa").await;
    let mounted = api.clone().with_max_body(100);
    api.refuse_submits();
    for api in [&api, &mounted] {
        let refused = analyze(api, r#"{"handle":"nasa"}"#).await;
        assert_eq!(
            (refused.status, &*refused.problem()),
            (503, "shutting-down")
        );
        assert!(refused.has("retry-after"));
        assert_eq!(get(api, &format!("/api/status/{id}")).await.status, 200);
        assert_eq!(get(api, "/health").await.status, 200);
    }
}

/// A service over a store whose calls the second value makes go wrong.
fn faulty() -> (Api, testing::Faults) {
    let (store, faults) = testing::FaultyStore::new(MemoryStore::new());
    (Api::new(Client::new(store)), faults)
}

#[tokio::test]
async fn a_submit_whose_reply_was_lost_is_one_job() {
    let (api, faults) = faulty();
    faults.on_next(testing::Verb::Submit, testing::Fault::LoseReply);
    let id = submit(&api, "nasa").await;
    assert_eq!(get(&api, &format!("/api/status/{id}")).await.status, 200);
    assert_eq!(get(&api, "/health").await.json()["jobs"]["pending"], 1);
}

#[tokio::test]
async fn a_store_that_comes_back_is_served_again() {
    let (api, faults) = faulty();
    let path = format!("/api/status/{}", submit(&api, "nasa").await);
    faults.everything(testing::Fault::Fail);
    for path in [&path, "/health"] {
        assert_eq!(get(&api, path).await.status, 503);
    }
    faults.heal();
    for path in [&path, "/health"] {
        assert_eq!(get(&api, path).await.status, 200);
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_goes_silent_during_a_wait_is_503_soon_after_it() {
    let (api, faults) = faulty();
    let path = format!("/api/status/{}", submit(&api, "nasa").await);
    faults.from_now_on(testing::Verb::Changed, testing::Fault::Hang);
    let began = Instant::now();
    let waiting = request("GET", &path).header("prefer", "wait=5");
    assert_eq!(ask(&api, waiting).await.status, 503);
    assert_eq!(began.elapsed(), Duration::from_secs(5) + CALL_TIMEOUT);
}

#[tokio::test(start_paused = true)]
async fn a_slow_store_is_unhealthy_after_1_s_and_healthy_before() {
    let (api, faults) = faulty();
    for (delay, status) in [(900, 200), (1100, 503)] {
        let delay = Duration::from_millis(delay);
        faults.on_next(testing::Verb::Stats, testing::Fault::Delay(delay));
        assert_eq!(get(&api, "/health").await.status, status);
    }
}
