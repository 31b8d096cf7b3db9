//! Callbacks: signed, at least once, over failures of the receiver and of the service.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use report_pipeline_test_support::redis::RedisServer;
use serde_json::Value;
use standardwebhooks::Webhook;

use crate::support::{ACME, SECRET, Service, with_tenants};

/// What must come comes within this time, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// A receiver that responds with each of some statuses in turn, then with the last one for ever.
fn receiver(statuses: &'static [u16]) -> (u16, Receiver<(HeaderMap, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (sender, messages) = channel();
    std::thread::spawn(move || {
        for n in 0.. {
            let Ok((stream, _)) = listener.accept() else {
                return;
            };
            let mut stream = BufReader::new(stream);
            let mut headers = HeaderMap::new();
            let mut line = String::new();
            while stream.read_line(&mut line).is_ok_and(|read| read > 2) {
                if let Some((name, value)) = line.trim_end().split_once(": ") {
                    let name: HeaderName = name.parse().expect("a name");
                    headers.insert(name, HeaderValue::from_str(value).expect("a value"));
                }
                line.clear();
            }
            let length = headers
                .get("content-length")
                .and_then(|length| length.to_str().ok());
            let mut body = vec![0; length.and_then(|length| length.parse().ok()).unwrap_or(0)];
            stream.read_exact(&mut body).expect("the body");
            let status = statuses[n.min(statuses.len() - 1)];
            let response =
                format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            _ = stream.get_mut().write_all(response.as_bytes());
            if sender.send((headers, body)).is_err() {
                return;
            }
        }
    });
    (port, messages)
}

fn service(port: u16, flags: &[&str]) -> Service {
    let tenant = format!("callback_hosts = [\"127.0.0.1:{port}\"]\nwebhook_secret = \"{SECRET}\"");
    let flags: Vec<&str> = ["--callback-insecure"]
        .iter()
        .chain(flags)
        .copied()
        .collect();
    with_tenants(&tenant, &flags)
}

fn submit(service: &Service, handle: &str, port: u16) -> String {
    let body =
        format!(r#"{{"handle":"{handle}","callback_url":"http://127.0.0.1:{port}/done?x=1"}}"#);
    service.ask_as(ACME, "POST /api/analyze", &body).job_id()
}

/// Checks a message as receivers do, and returns its id and its body.
fn verified(message: &(HeaderMap, Vec<u8>)) -> (String, Value) {
    let (headers, body) = message;
    let webhook = Webhook::new(SECRET).expect("a secret");
    webhook.verify(body, headers).expect("it is signed");
    let id = headers["webhook-id"].to_str().expect("text").to_owned();
    (id, serde_json::from_slice(body).expect("JSON"))
}

#[test]
fn the_end_of_a_job_is_told_in_a_signed_message() {
    let (port, messages) = receiver(&[204]);
    let service = service(port, &[]);
    let id = submit(&service, "nasa", port);
    let (_, message) = verified(&messages.recv_timeout(PATIENCE).expect("a message"));
    assert_eq!(message["type"], "job.completed");
    assert_eq!(message["data"]["job_id"], *id);
    assert_eq!(message["data"]["status"], "completed");
    assert_eq!(message["data"]["handle"], "nasa");
    let report = message["data"]["report"].as_str().expect("a path");
    assert_eq!(
        service.ask_as(ACME, &format!("GET {report}"), "").status,
        200
    );
    // One that is served is told, too, with an id of its own.
    assert_eq!(submit(&service, "nasa", port), id);
    let (_, again) = verified(&messages.recv_timeout(PATIENCE).expect("a message"));
    assert_eq!(again["data"]["job_id"], *id);
}

#[test]
fn a_receiver_that_fails_is_asked_again_and_one_that_is_gone_is_not() {
    let (port, messages) = receiver(&[500, 200]);
    let (gone, last_words) = receiver(&[410]);
    let tenant = format!(
        "callback_hosts = [\"127.0.0.1:{port}\", \"127.0.0.1:{gone}\"]\nwebhook_secret = \"{SECRET}\""
    );
    let service = with_tenants(&tenant, &["--callback-insecure", "--phase-delay", "200ms"]);
    let id = submit(&service, "nasa", port);
    assert_eq!(submit(&service, "nasa", gone), id);
    let first = verified(&messages.recv_timeout(PATIENCE).expect("a message"));
    let second = verified(&messages.recv_timeout(PATIENCE).expect("another try"));
    assert_eq!(first.0, second.0);
    last_words.recv_timeout(PATIENCE).expect("a message");
    // Both are settled: the job's next one is a new one's.
    assert!(messages.recv_timeout(Duration::from_secs(1)).is_err());
    assert!(last_words.try_recv().is_err());
}

#[test]
fn a_callback_survives_the_service_and_any_node_delivers_it() {
    let redis = RedisServer::start();
    let store = format!("redis://{}", redis.address());
    let (port, messages) = receiver(&[200]);
    let front = service(port, &["--store", &store, "--role", "api"]);
    let id = submit(&front, "nasa", port);
    front.server.kill();
    let worker = service(port, &["--store", &store, "--role", "worker"]);
    let (_, message) = verified(&messages.recv_timeout(PATIENCE).expect("a message"));
    assert_eq!(message["data"]["job_id"], *id);
    assert_eq!(worker.ask("GET /health", &[], "").status, 200);
    assert_eq!(worker.ask_as(ACME, "GET /api/jobs", "").status, 404);
    assert_eq!(worker.server.stop(), Some(0));
}

#[test]
fn addresses_that_are_not_allowed_are_refused_by_name() {
    let (port, _messages) = receiver(&[200]);
    let service = service(port, &[]);
    for url in ["https://evil.example/", "http://127.0.0.1:1/", "nonsense"] {
        let body = format!(r#"{{"handle":"nasa","callback_url":"{url}"}}"#);
        let refused = service.ask_as(ACME, "POST /api/analyze", &body);
        assert_eq!(refused.status, 422);
        assert_eq!(refused.json()["errors"][0]["field"], "callback_url");
    }
    let body = format!(r#"{{"handle":"nasa","callback_url":"http://127.0.0.1:{port}/"}}"#);
    let none = service.ask_as(crate::support::BETA, "POST /api/analyze", &body);
    assert_eq!(none.json()["detail"], "callbacks are not set up here");
}
