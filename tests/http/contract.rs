//! The rows of the route table.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use report_pipeline::http::Api;
use report_pipeline::store::Outcome;
use report_pipeline::{Client, Failure, FailureKind, JobId, MemoryOptions};
use serde_json::json;
use tokio::time::Instant;

use crate::support::{
    Reply, Server, analyze, ask, ask_with, claim, complete, get, progress, request, service, submit,
};

#[tokio::test]
async fn a_job_is_submitted_followed_and_its_report_fetched_over_a_socket() {
    let (api, client) = service();
    let server = Server::start(api).await;
    let post = request("POST", "/api/analyze").header("content-type", "application/json");
    let accepted = server.ask(post, r#"{"handle":"@NASA"}"#).await;
    assert_eq!(accepted.status, 202);
    assert_eq!(accepted.field("content-type"), "application/json");
    let id = accepted.json()["job_id"].as_str().unwrap().to_owned();
    assert_eq!(accepted.json(), json!({"job_id": id, "status": "accepted"}));
    assert_eq!(accepted.field("location"), format!("/api/status/{id}"));
    assert!(accepted.field("retry-after").parse::<u64>().unwrap() >= 1);

    let pending = server
        .ask(request("GET", accepted.field("location")), "")
        .await;
    assert_eq!(pending.status, 200);
    let body = pending.json();
    assert_eq!(body["job_id"], id);
    assert_eq!(body["status"], "pending");
    assert_eq!(body["phase"], "Scraping");
    assert_eq!(body["percent"], 0);
    assert!(body["created_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(body["created_at"], body["updated_at"]);
    assert_eq!(body.as_object().unwrap().len(), 6);

    let report_path = format!("/api/report/{id}");
    let early = server.ask(request("GET", &report_path), "").await;
    assert_eq!(early.status, 202);
    assert_eq!(early.json()["status"], "pending");
    assert!(early.field("retry-after").parse::<u64>().unwrap() >= 1);

    let lease = claim(&client).await;
    progress(&client, &lease, 12).await;
    let running = server
        .ask(request("GET", accepted.field("location")), "")
        .await;
    assert_eq!(running.json()["status"], "processing");
    assert_eq!(running.json()["percent"], 12);
    assert_eq!(running.json()["attempt"], 1);

    complete(&client, &lease, "{ \"kept\":  \"as stored\" }").await;
    let done = server
        .ask(request("GET", accepted.field("location")), "")
        .await;
    assert_eq!(done.json()["status"], "completed");
    assert_eq!(done.json()["phase"], "Finalizing");
    assert_eq!(done.json()["percent"], 100);
    assert!(done.json()["completed_at"].is_string());

    let report = server.ask(request("GET", &report_path), "").await;
    assert_eq!(report.status, 200);
    assert_eq!(report.field("content-type"), "application/json");
    assert_eq!(report.field("etag"), format!("\"{id}\""));
    assert_eq!(report.field("cache-control"), "private, no-cache");
    assert_eq!(&report.body[..], b"{ \"kept\":  \"as stored\" }");
    server.stop().await;
}

#[tokio::test]
async fn a_duplicate_submit_gets_the_same_id() {
    let (api, client) = service();
    let first = submit(&api, "nasa").await;
    assert_eq!(submit(&api, " @NASA ").await, first);
    let lease = claim(&client).await;
    assert_eq!(submit(&api, "nasa").await, first);
    complete(&client, &lease, "{}").await;
    assert_eq!(submit(&api, "nasa").await, first);
    let fresh = analyze(&api, r#"{"handle":"nasa","max_age":0}"#).await;
    assert_eq!(fresh.status, 202);
    assert_ne!(fresh.json()["job_id"], first.to_string());
    assert_ne!(submit(&api, "esa").await, first);
}

#[tokio::test]
async fn bodies_that_cannot_be_used_are_told_apart() {
    let (api, _) = service();
    let broken = analyze(&api, "{\"handle\":").await;
    assert_eq!((broken.status, &*broken.problem()), (400, "malformed-json"));

    // Also where the bytes that are no text would be ignored.
    for not_utf8 in [
        &b"{\"handle\":\"nasa\",\"later\":\"\xff\"}"[..],
        b"\"\xff\"",
    ] {
        let post = request("POST", "/api/analyze").header("content-type", "application/json");
        let post = post.body(Full::new(Bytes::from_static(not_utf8))).unwrap();
        let broken = Reply::read(api.respond(post).await).await;
        assert_eq!((broken.status, &*broken.problem()), (400, "malformed-json"));
    }

    let invalid = analyze(&api, r#"{"handle":" ","max_age":-1}"#).await;
    assert_eq!(
        (invalid.status, &*invalid.problem()),
        (422, "invalid-field")
    );
    let errors = invalid.json()["errors"].as_array().unwrap().clone();
    let fields: Vec<_> = errors.iter().map(|error| error["field"].clone()).collect();
    assert_eq!(fields, ["max_age", "handle"]);
    assert!(errors.iter().all(|error| error["detail"].is_string()));

    for media_type in ["text/plain", "application/x-www-form-urlencoded"] {
        let post = request("POST", "/api/analyze").header("content-type", media_type);
        let form = ask_with(&api, post, r#"{"handle":"nasa"}"#).await;
        assert_eq!(
            (form.status, &*form.problem()),
            (415, "unsupported-media-type")
        );
    }
    let untyped = ask_with(&api, request("POST", "/api/analyze"), "{}").await;
    assert_eq!(untyped.status, 415);
    let twice = request("POST", "/api/analyze")
        .header("content-type", "application/json")
        .header("content-type", "text/plain");
    assert_eq!(ask_with(&api, twice, "{}").await.status, 415);
    let packed = request("POST", "/api/analyze")
        .header("content-type", "application/json")
        .header("content-encoding", "gzip");
    let packed = ask_with(&api, packed, "{}").await;
    assert_eq!(packed.status, 415);
    assert_eq!(packed.headers["accept-encoding"], "identity");
}

#[tokio::test]
async fn a_body_may_have_80_kib_and_no_more() {
    let (api, _) = service();
    let body = r#"{"handle":"nasa"}"#;
    let padded = |length: usize| format!("{body}{}", " ".repeat(length - body.len()));
    assert_eq!(analyze(&api, &padded(80 * 1024)).await.status, 202);
    let larger = analyze(&api, &padded(80 * 1024 + 1)).await;
    assert_eq!((larger.status, &*larger.problem()), (413, "body-too-large"));
}

#[tokio::test]
async fn unknown_malformed_and_expired_jobs_are_404() {
    let client = Client::new(MemoryOptions::new().with_retention(Duration::ZERO).build());
    let api = Api::new(client.clone());
    let expired = submit(&api, "nasa").await;
    complete(&client, &claim(&client).await, "{}").await;

    let unknown = JobId::random();
    for id in [
        unknown.to_string(),
        expired.to_string(),
        "not-a-uuid".to_owned(),
        unknown.as_uuid().simple().to_string(),
        format!("%7B{unknown}%7D"),
    ] {
        for (method, place) in [("GET", "status"), ("GET", "report"), ("POST", "cancel")] {
            let reply = ask(&api, request(method, &format!("/api/{place}/{id}"))).await;
            assert_eq!(reply.status, 404, "{place} {id}");
            assert_eq!(reply.problem(), "job-not-found");
        }
    }
}

#[tokio::test]
async fn a_job_id_is_read_in_upper_case_too_and_written_in_lower_case() {
    let (api, client) = service();
    let id = submit(&api, "nasa").await.to_string();
    let upper = id.to_uppercase();
    let status = get(&api, &format!("/api/status/{upper}")).await;
    assert_eq!((status.status, &status.json()["job_id"]), (200, &json!(id)));
    complete(&client, &claim(&client).await, "{}").await;
    let report = get(&api, &format!("/api/report/{upper}")).await;
    assert_eq!(
        (report.status, report.field("etag")),
        (200, &*format!("\"{id}\""))
    );
    let events = get(&api, &format!("/api/status/{upper}/events")).await;
    assert!(String::from_utf8_lossy(&events.body).contains(&id));
    let cancelled = ask(&api, request("POST", &format!("/api/cancel/{upper}"))).await;
    assert_eq!(cancelled.json()["job_id"], id);
}

#[tokio::test]
async fn unknown_paths_and_wrong_methods_are_told_apart() {
    let (api, _) = service();
    let id = submit(&api, "nasa").await;
    for path in ["/", "/api", "/api/analyze/", "/api/jobs", "/health/x", "*"] {
        let reply = get(&api, path).await;
        assert_eq!(
            (reply.status, &*reply.problem()),
            (404, "not-found"),
            "{path}"
        );
    }
    for (method, path, allow) in [
        ("GET", "/api/analyze".to_owned(), "POST"),
        ("HEAD", "/api/analyze".to_owned(), "POST"),
        ("POST", format!("/api/status/{id}"), "GET, HEAD"),
        ("DELETE", format!("/api/report/{id}"), "GET, HEAD"),
        ("GET", format!("/api/cancel/{id}"), "POST"),
        ("PUT", "/health".to_owned(), "GET, HEAD"),
        ("OPTIONS", "/api/status/not-a-uuid".to_owned(), "GET, HEAD"),
        ("BREW", "/health".to_owned(), "GET, HEAD"),
    ] {
        let reply = ask(&api, request(method, &path)).await;
        assert_eq!(reply.status, 405, "{method} {path}");
        assert_eq!(reply.field("allow"), allow, "{method} {path}");
        if method != "HEAD" {
            assert_eq!(reply.problem(), "method-not-allowed");
        }
    }
}

#[tokio::test]
async fn equivalent_spellings_of_a_path_are_understood() {
    let (api, _) = service();
    let id = submit(&api, "nasa").await.to_string();
    let escaped = id.replace('-', "%2d");
    for path in [
        format!("/api/status/{escaped}"),
        format!("/%61pi/status/{id}?ignored=1"),
        format!("http://localhost:8080/api/status/{id}"),
    ] {
        assert_eq!(get(&api, &path).await.status, 200, "{path}");
    }
    for path in [
        format!("/api%2Fstatus/{id}"),
        format!("/api/status/{id}/"),
        format!("/api/../api/status/{id}"),
    ] {
        assert_eq!(get(&api, &path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn the_status_tag_is_the_version_and_saves_the_body() {
    let (api, client) = service();
    let path = format!("/api/status/{}", submit(&api, "nasa").await);
    let first = get(&api, &path).await;
    assert_eq!(first.field("etag"), "\"1\"");
    assert_eq!(first.field("cache-control"), "no-store");
    for list in ["\"1\"", "W/\"1\"", "\"0\", \"1\"", "*"] {
        let same = ask(&api, request("GET", &path).header("if-none-match", list)).await;
        assert_eq!(same.status, 304, "{list}");
        assert_eq!(same.field("etag"), "\"1\"");
        assert!(same.body.is_empty() && same.has("x-request-id"));
    }
    claim(&client).await;
    let changed = ask(&api, request("GET", &path).header("if-none-match", "\"1\"")).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.field("etag"), "\"1\"");
}

#[tokio::test]
async fn a_reports_tag_is_strong_and_saves_the_body() {
    let (api, client) = service();
    let id = submit(&api, "nasa").await;
    let path = format!("/api/report/{id}");
    let tag = format!("\"{id}\"");
    let unfinished = ask(&api, request("GET", &path).header("if-none-match", "*")).await;
    assert_eq!(unfinished.status, 202);
    complete(&client, &claim(&client).await, "{\"a\":1}").await;
    assert_eq!(get(&api, &path).await.field("etag"), tag);
    let same = ask(&api, request("GET", &path).header("if-none-match", &tag)).await;
    assert_eq!(same.status, 304);
    assert_eq!(same.field("etag"), tag);
    assert_eq!(same.field("cache-control"), "private, no-cache");
    assert!(same.body.is_empty());
    let other = ask(&api, request("GET", &path).header("if-none-match", "\"1\"")).await;
    assert_eq!(other.status, 200);
}

#[tokio::test]
async fn head_returns_the_fields_of_get_without_the_body() {
    let (api, client) = service();
    let id = submit(&api, "nasa").await;
    complete(&client, &claim(&client).await, "{\"a\":1}").await;
    let server = Server::start(api.clone()).await;
    for path in [
        format!("/api/status/{id}"),
        format!("/api/report/{id}"),
        "/health".to_owned(),
        "/api/status/unknown".to_owned(),
    ] {
        let full = server.ask(request("GET", &path), "").await;
        for head in [
            server.ask(request("HEAD", &path), "").await,
            ask(&api, request("HEAD", &path)).await,
        ] {
            assert_eq!(head.status, full.status, "{path}");
            assert!(head.body.is_empty());
            assert_eq!(head.field("content-length"), full.body.len().to_string());
            for name in ["content-type", "cache-control", "etag"] {
                assert_eq!(head.headers.get(name), full.headers.get(name), "{path}");
            }
        }
    }
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn prefer_wait_holds_the_response_until_something_changes() {
    let (api, client) = service();
    let path = format!("/api/status/{}", submit(&api, "nasa").await);
    let began = Instant::now();
    let work = async {
        tokio::time::sleep(Duration::from_secs(7)).await;
        claim(&client).await;
    };
    let held = ask(&api, request("GET", &path).header("prefer", "wait=20"));
    let (reply, ()) = tokio::join!(held, work);
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json()["status"], "processing");
    assert_eq!(reply.field("preference-applied"), "wait=20");
    assert_eq!(began.elapsed().as_secs(), 7);
}

#[tokio::test(start_paused = true)]
async fn prefer_wait_ends_after_the_time_and_30_s_at_most() {
    let (api, _) = service();
    let path = format!("/api/status/{}", submit(&api, "nasa").await);
    for (asked, applied) in [("wait=3", 3), ("wait=30", 30), ("wait=86400", 30)] {
        let began = Instant::now();
        let reply = ask(&api, request("GET", &path).header("prefer", asked)).await;
        assert_eq!((reply.status, began.elapsed().as_secs()), (200, applied));
        assert_eq!(reply.field("preference-applied"), format!("wait={applied}"));
        let known = request("GET", &path).header("prefer", asked);
        let reply = ask(&api, known.header("if-none-match", "\"1\"")).await;
        assert_eq!(reply.status, 304);
        assert_eq!(began.elapsed().as_secs(), 2 * applied);
    }
}

#[tokio::test(start_paused = true)]
async fn prefer_wait_does_not_hold_what_is_news_or_final() {
    let (api, client) = service();
    let id = submit(&api, "nasa").await;
    let path = format!("/api/status/{id}");
    let began = Instant::now();
    let waiting = || request("GET", &path).header("prefer", "wait=30");
    claim(&client).await;
    let news = ask(&api, waiting().header("if-none-match", "\"1\"")).await;
    assert_eq!(news.status, 200);
    client.cancel(id).await.unwrap();
    let (api, client) = service();
    let id = submit(&api, "esa").await;
    complete(&client, &claim(&client).await, "{}").await;
    let path = format!("/api/status/{id}");
    let last = ask(&api, request("GET", &path).header("prefer", "wait=30")).await;
    assert_eq!(last.json()["status"], "completed");
    let malformed = ask(&api, request("GET", &path).header("prefer", "wait=soon")).await;
    assert!(!malformed.has("preference-applied"));
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test]
async fn a_large_report_arrives_as_it_was_stored() {
    let (api, client) = service();
    let id = submit(&api, "nasa").await;
    let digits: Vec<String> = (0..60_000).map(|number: u32| number.to_string()).collect();
    let stored = format!("\"{}\"", digits.concat());
    complete(&client, &claim(&client).await, stored.clone().leak()).await;
    let server = Server::start(api).await;
    let path = format!("/api/report/{id}");
    let report = server.ask(request("GET", &path), "").await;
    assert_eq!(report.field("content-length"), stored.len().to_string());
    assert!(report.body == stored.as_bytes());
    server.stop().await;
}

#[tokio::test]
async fn a_failed_jobs_report_is_a_problem_that_says_why() {
    let (api, client) = service();
    let id = submit(&api, "nasa").await;
    let lease = claim(&client).await;
    progress(&client, &lease, 17).await;
    let failure = Failure::new(FailureKind::Permanent, "the account does not exist");
    client
        .store()
        .finish(&lease, Outcome::Failed(failure))
        .await
        .unwrap();
    let report = get(&api, &format!("/api/report/{id}")).await;
    assert_eq!((report.status, &*report.problem()), (500, "job-failed"));
    assert_eq!(report.json()["job_id"], id.to_string());
    assert_eq!(report.json()["phase"], "Scraping");
    assert_eq!(report.json()["error_message"], "the account does not exist");

    let status = get(&api, &format!("/api/status/{id}")).await.json();
    assert_eq!(status["status"], "failed");
    assert_eq!(status["percent"], 17);
    assert_eq!(status["error_message"], "the account does not exist");
    assert!(status["completed_at"].is_string());
}

#[tokio::test]
async fn a_retry_shows_when_it_comes_and_holds_clients_off_until_then() {
    let (api, client) = service();
    let id = submit(&api, "nasa").await;
    let lease = claim(&client).await;
    let failure = Failure::new(FailureKind::Transient, "the platform returned 502");
    let after = Duration::from_secs(40);
    client
        .store()
        .finish(&lease, Outcome::Retry { after, failure })
        .await
        .unwrap();
    let status = get(&api, &format!("/api/status/{id}")).await.json();
    assert_eq!(status["status"], "pending");
    assert_eq!(status["error_message"], "the platform returned 502");
    assert!(status["next_attempt_at"].as_str() > status["updated_at"].as_str());
    let report = get(&api, &format!("/api/report/{id}")).await;
    assert_eq!(report.status, 202);
    assert_eq!(report.field("retry-after"), "40");
}

#[tokio::test]
async fn cancelling_is_202_while_it_does_something_and_200_after() {
    let (api, client) = service();
    let cancel = |id| {
        let api = api.clone();
        async move { ask(&api, request("POST", &format!("/api/cancel/{id}"))).await }
    };
    let waiting = submit(&api, "nasa").await;
    let reply = cancel(waiting).await;
    assert_eq!(
        (reply.status, &reply.json()["status"]),
        (202, &json!("failed"))
    );
    let message = reply.json()["error_message"].as_str().unwrap().to_owned();
    assert!(message.contains("cancelled"), "{message}");
    assert_eq!(cancel(waiting).await.status, 200);

    let running = submit(&api, "esa").await;
    let lease = claim(&client).await;
    let reply = cancel(running).await;
    assert_eq!(
        (reply.status, &reply.json()["status"]),
        (202, &json!("processing"))
    );
    let done = Outcome::Completed("{}".into());
    client.store().finish(&lease, done).await.unwrap();
    let ended = cancel(running).await;
    assert_eq!(
        (ended.status, &ended.json()["status"]),
        (200, &json!("failed"))
    );

    let completed = submit(&api, "jaxa").await;
    complete(&client, &claim(&client).await, "{}").await;
    let reply = cancel(completed).await;
    assert_eq!(
        (reply.status, &reply.json()["status"]),
        (200, &json!("completed"))
    );
}

#[tokio::test]
async fn health_counts_the_jobs() {
    let (api, client) = service();
    submit(&api, "nasa").await;
    complete(&client, &claim(&client).await, "{}").await;
    submit(&api, "esa").await;
    claim(&client).await;
    submit(&api, "jaxa").await;
    submit(&api, "isro").await;
    let health = get(&api, "/health").await;
    assert_eq!(health.status, 200);
    assert_eq!(
        health.json(),
        json!({
            "status": "ok",
            "store": "ok",
            "accepting": true,
            "jobs": {"pending": 2, "processing": 1, "completed": 1, "failed": 0},
        })
    );
}

#[tokio::test]
async fn every_response_has_a_request_id_and_is_not_sniffed() {
    let (api, _) = service();
    let id = submit(&api, "nasa").await;
    for path in ["/health", "/nowhere", &format!("/api/status/{id}")] {
        let named = ask(&api, request("GET", path).header("x-request-id", "a.b-c_9")).await;
        assert_eq!(named.field("x-request-id"), "a.b-c_9");
        assert_eq!(named.field("x-content-type-options"), "nosniff");
        let odd = ask(&api, request("GET", path).header("x-request-id", "a b")).await;
        assert_ne!(odd.field("x-request-id"), "a b");
        let (one, two) = (get(&api, path).await, get(&api, path).await);
        assert_ne!(one.field("x-request-id"), two.field("x-request-id"));
    }
}
