//! Limits on connections, heads and bodies, over raw sockets.

use std::time::Duration;

use report_pipeline::http::{Api, ServeOptions};
use tokio::io::AsyncWriteExt;
use tokio::time::Instant;

use crate::support::{
    HEAD_START, Server, analyze, claim, complete, read_to_close, read_until, request, service,
    submit,
};

const POST: &str =
    "POST /api/analyze HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";

fn api() -> Api {
    service().0
}

#[tokio::test(start_paused = true)]
async fn a_slow_head_is_cut_after_10_s() {
    let server = Server::start(api()).await;
    let began = Instant::now();
    let response = server.send_raw(b"GET /health HTTP/1.1\r\nhost: loc").await;
    assert!(!response.contains(" 200 "), "{response}");
    assert_eq!(began.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_slow_body_gets_408_after_10_s_and_is_cut() {
    let server = Server::start(api()).await;
    let began = Instant::now();
    let response = server
        .send_raw(format!("{POST}content-length: 17\r\n\r\n{{\"han").as_bytes())
        .await;
    assert!(response.starts_with("HTTP/1.1 408 "), "{response}");
    assert!(response.contains("connection: close") && response.contains("body-timeout"));
    assert_eq!(began.elapsed().as_secs(), 10);
}

#[tokio::test]
async fn an_oversize_body_is_refused_by_length_by_chunks_and_before_it_is_sent() {
    let server = Server::start(api()).await;
    let post = || request("POST", "/api/analyze").header("content-type", "application/json");
    for size in [80 * 1024 + 1, 1024 * 1024] {
        let reply = server.ask(post(), &" ".repeat(size)).await;
        assert_eq!((reply.status, &*reply.problem()), (413, "body-too-large"));
    }

    let head = format!("{POST}connection: close\r\ntransfer-encoding: chunked\r\n\r\n");
    let chunks = format!("400\r\n{}\r\n", " ".repeat(1024)).repeat(81);
    let response = server
        .send_raw(format!("{head}{chunks}0\r\n\r\n").as_bytes())
        .await;
    assert!(response.starts_with("HTTP/1.1 413 "), "{response}");

    let asking = format!("{POST}content-length: 100000\r\nexpect: 100-continue\r\n\r\n");
    let response = server.send_raw(asking.as_bytes()).await;
    assert!(response.starts_with("HTTP/1.1 413 "), "{response}");
}

#[tokio::test]
async fn a_body_may_arrive_in_pieces() {
    let server = Server::start(api()).await;
    let mut stream = server.connect().await;
    let head = format!("{POST}connection: close\r\ncontent-length: 17\r\n\r\n");
    for piece in [head.as_str(), "{\"handle\":", "\"nasa\"", "}"] {
        stream.write_all(piece.as_bytes()).await.unwrap();
        tokio::task::yield_now().await;
    }
    let response = read_to_close(&mut stream).await;
    assert!(response.starts_with("HTTP/1.1 202 "), "{response}");
}

#[tokio::test]
async fn a_connection_over_the_cap_is_served_when_another_closes() {
    let options = ServeOptions::default().with_max_connections(1);
    let server = Server::start_with(options, api()).await;
    let get = b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let mut first = server.connect().await;
    first.write_all(get).await.unwrap();
    read_until(&mut first, "\"failed\":0}}").await;

    let mut second = server.connect().await;
    second.write_all(get).await.unwrap();
    let early = tokio::time::timeout(
        Duration::from_millis(100),
        read_until(&mut second, HEAD_START),
    );
    assert!(early.await.is_err(), "a response over the cap");
    drop(first);
    read_until(&mut second, "HTTP/1.1 200 OK").await;
}

#[tokio::test]
async fn a_client_that_does_not_read_its_response_is_cut() {
    let (api, client) = service();
    let id = submit(&api, "nasa").await;
    // More than the sockets' buffers take.
    let report = "x".repeat(15 << 20).leak();
    complete(&client, &claim(&client).await, report).await;
    let options = ServeOptions::default()
        .with_max_connections(1)
        .with_write_timeout(Duration::from_millis(100));
    let server = Server::start_with(options, api).await;
    let mut deaf = server.connect().await;
    let asking = format!("GET /api/report/{id} HTTP/1.1\r\nhost: a\r\n\r\n");
    deaf.write_all(asking.as_bytes()).await.unwrap();
    read_until(&mut deaf, HEAD_START).await;
    // Its connection is given to the next client.
    let next = server.ask(request("GET", "/health"), "");
    let next = tokio::time::timeout(Duration::from_secs(10), next).await;
    assert_eq!(next.expect("a connection is free").status, 200);

    // One that reads gets everything.
    let report = server
        .ask(request("GET", &format!("/api/report/{id}")), "")
        .await;
    assert_eq!(report.body.len(), 15 << 20);
    drop(deaf);
}

#[tokio::test]
async fn pipelined_requests_get_their_responses_in_order() {
    let server = Server::start(api()).await;
    let response = server
        .send_raw(
            b"GET /health HTTP/1.1\r\nhost: a\r\n\r\n\
              GET /nowhere HTTP/1.1\r\nhost: a\r\n\r\n\
              GET http://a/health?x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
        )
        .await;
    let lines: Vec<_> = response
        .match_indices(HEAD_START)
        .map(|(at, _)| &response[at + HEAD_START.len()..at + HEAD_START.len() + 3])
        .collect();
    assert_eq!(lines, ["200", "404", "200"]);
}

#[tokio::test]
async fn a_refused_request_with_a_body_leaves_the_connection_usable() {
    let server = Server::start(api()).await;
    let response = server
        .send_raw(
            b"POST /api/analyze HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\n\
              content-length: 5\r\n\r\nhello\
              GET /health HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
        )
        .await;
    assert!(response.starts_with("HTTP/1.1 415 "), "{response}");
    assert!(response.contains("HTTP/1.1 200 OK"), "{response}");
}

#[tokio::test]
async fn a_body_in_a_second_packet_leaves_the_connection_usable_though_nobody_needs_it() {
    let server = Server::start(api()).await;
    let mut stream = server.connect().await;
    for (line, status) in [
        ("POST /api/analyze", 415),
        ("POST /nowhere", 404),
        ("POST /health", 405),
    ] {
        let head = format!("{line} HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        // Two packets: the server has seen the head by now.
        tokio::time::sleep(Duration::from_millis(20)).await;
        stream.write_all(b"{}").await.unwrap();
        let response = read_until(&mut stream, "}").await;
        assert!(
            response.starts_with(&format!("HTTP/1.1 {status} ")),
            "{response}"
        );
        assert!(!response.contains("connection: close"), "{response}");
    }
}

#[tokio::test]
async fn a_large_body_that_nobody_reads_closes_the_connection_and_says_so() {
    let server = Server::start(api()).await;
    for head in [
        "POST /nowhere HTTP/1.1",
        "POST /health HTTP/1.1",
        "POST /api/analyze HTTP/1.1",
    ] {
        let body = "x".repeat(60_000);
        let sent = format!("{head}\r\nhost: a\r\ncontent-length: 60000\r\n\r\n{body}");
        let response = server.send_raw(sent.as_bytes()).await;
        assert!(response.contains("\r\nconnection: close\r\n"), "{response}");
    }
}

#[tokio::test]
async fn a_request_without_exactly_one_sound_host_is_malformed() {
    let server = Server::start(api()).await;
    for hosts in ["", "host: a\r\nhost: a\r\n", "host: a b@@/\r\n"] {
        let sent = format!("GET /health HTTP/1.1\r\n{hosts}\r\n");
        let response = server.send_raw(sent.as_bytes()).await;
        assert!(
            response.starts_with("HTTP/1.1 400 "),
            "{hosts:?} {response}"
        );
        assert!(response.contains("problem:malformed-request"), "{response}");
        assert!(response.contains("\r\nx-request-id: "), "{response}");
    }
    for sound in [
        "GET /health HTTP/1.1\r\nhost: [::1]:8080\r\nconnection: close\r\n\r\n",
        "GET /health HTTP/1.0\r\n\r\n",
    ] {
        let response = server.send_raw(sound.as_bytes()).await;
        assert!(response.contains(" 200 OK"), "{response}");
    }
}

#[tokio::test]
async fn bytes_that_are_not_http_are_refused_and_hurt_nobody() {
    let server = Server::start(api()).await;
    let response = server.send_raw(b"not http\r\n\r\n").await;
    assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
    let huge = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "x".repeat(33 * 1024));
    let response = server.send_raw(huge.as_bytes()).await;
    assert!(response.starts_with("HTTP/1.1 431 "), "{response}");
    assert_eq!(server.ask(request("GET", "/health"), "").await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_leaves_while_it_waits_frees_its_connection() {
    let api = api();
    let id = analyze(&api, r#"{"handle":"nasa"}"#).await.json()["job_id"].clone();
    let options = ServeOptions::default().with_max_connections(1);
    let server = Server::start_with(options, api).await;
    let mut waiting = server.connect().await;
    let path = format!("/api/status/{}", id.as_str().unwrap());
    let held = format!("GET {path} HTTP/1.1\r\nhost: a\r\nprefer: wait=30\r\n\r\n");
    waiting.write_all(held.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(10)).await;
    let began = Instant::now();
    drop(waiting);
    assert_eq!(server.ask(request("GET", &path), "").await.status, 200);
    assert!(began.elapsed() < Duration::from_secs(1));
}
