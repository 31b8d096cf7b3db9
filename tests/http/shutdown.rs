//! Stopping a server.

use std::time::Duration;

use report_pipeline::http::{ServeOptions, serve};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use crate::support::{
    Fault, Server, broken, get, read_to_close, read_until, request, service, submit,
};

#[tokio::test]
async fn a_held_answer_is_given_at_once_and_does_not_hold_up_the_shutdown() {
    let (api, _) = service();
    let path = format!("/api/status/{}", submit(&api, "nasa").await);
    let server = Server::start(api.clone()).await;
    let held = format!("GET {path} HTTP/1.1\r\nhost: a\r\nprefer: wait=30\r\n\r\n");
    let mut waiting = server.connect().await;
    waiting.write_all(held.as_bytes()).await.unwrap();
    // The same server answers this one later, so the first one is being held by then.
    assert_eq!(server.ask(request("GET", &path), "").await.status, 200);

    let began = Instant::now();
    server.stop().await;
    assert!(began.elapsed() < Duration::from_secs(5));
    let answer = read_to_close(&mut waiting).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains("\"pending\""));

    // Only the waits of that server are released.
    let held = request("GET", &path).header("prefer", "wait=1");
    let began = Instant::now();
    crate::support::ask(&api, held).await;
    assert!(began.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn idle_connections_are_closed_and_new_ones_refused() {
    let (api, _) = service();
    let server = Server::start(api).await;
    let address = server.address;
    let mut unused = server.connect().await;
    let mut used = server.connect().await;
    used.write_all(b"GET /health HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    read_until(&mut used, "\"failed\":0}}").await;
    server.stop().await;
    assert_eq!(read_to_close(&mut used).await, "");
    assert_eq!(read_to_close(&mut unused).await, "");
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_request_that_runs_is_finished() {
    let (api, _) = service();
    let server = Server::start(api).await;
    let mut stream = server.connect().await;
    let head = "POST /api/analyze HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n\
                expect: 100-continue\r\ncontent-length: 17\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    // The server asks for the body, so the request runs.
    read_until(&mut stream, "100 Continue").await;
    let stopped = tokio::spawn(server.stop());
    stream.write_all(b"{\"handle\":\"nasa\"}").await.unwrap();
    let answer = read_to_close(&mut stream).await;
    assert!(answer.contains("HTTP/1.1 202 "), "{answer}");
    stopped.await.unwrap();
}

#[tokio::test]
async fn a_request_that_hangs_is_cut_after_the_timeout() {
    let api = report_pipeline::http::Api::new(
        report_pipeline::Client::new(crate::support::BrokenStore(Fault::Silent))
            .with_call_timeout(Duration::from_secs(600)),
    );
    let options = ServeOptions::default().with_shutdown_timeout(Duration::from_millis(100));
    let server = Server::start_with(options, api).await;
    let mut stream = server.connect().await;
    let id = report_pipeline::JobId::random();
    stream
        .write_all(format!("GET /api/status/{id} HTTP/1.1\r\nhost: a\r\n\r\n").as_bytes())
        .await
        .unwrap();
    server.ask(request("GET", "/nowhere"), "").await;
    let began = Instant::now();
    server.stop().await;
    assert!((100..5000).contains(&began.elapsed().as_millis()));
    assert_eq!(read_to_close(&mut stream).await, "");
}

#[tokio::test]
async fn requests_are_served_while_the_shutdown_future_runs() {
    let (api, _) = service();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let draining = api.clone();
    serve(listener, api, async move {
        draining.refuse_submits();
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET /health HTTP/1.1\r\nhost: a\r\n\r\n")
            .await
            .unwrap();
        read_until(&mut stream, "HTTP/1.1 200 OK").await;
    })
    .await
    .unwrap();
}

#[tokio::test(start_paused = true)]
async fn released_waits_stay_released() {
    let (api, _) = service();
    let path = format!("/api/status/{}", submit(&api, "nasa").await);
    api.release_waits();
    let began = Instant::now();
    let waiting = request("GET", &path).header("prefer", "wait=30");
    assert_eq!(crate::support::ask(&api, waiting).await.status, 200);
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(get(&broken(Fault::Away), &path).await.status, 503);
}
