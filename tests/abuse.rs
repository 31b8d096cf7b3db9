//! Clients that are slow, broken, many, or gone: the server serves the others, and its memory stays
//! bounded.

#[path = "http/support.rs"]
#[allow(dead_code)]
mod support;

use std::process::Command;
use std::time::Duration;

use futures::future::join_all;
use report_pipeline::http::{Api, ServeOptions};
use report_pipeline::testing::{FaultyStore, Verb};
use report_pipeline::{Client, JobId, MemoryStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Mutex, MutexGuard};

use support::{Server, claim, complete, get, read_to_close, read_until, request, service, submit};

/// Streams that are opened on a service without a socket.
const STREAMS: usize = 1_000;

/// Files that this process needs beside its connections, at most.
const OTHER_FILES: usize = 200;

/// How many connections of this process to itself the limit on open files leaves room for, and
/// `wanted` at most. The limit is raised where that is allowed.
fn connections(wanted: usize) -> usize {
    // Both ends are ours.
    let files = 2 * wanted + OTHER_FILES;
    let (soft, hard) = open_files();
    if soft < files {
        _ = Command::new("prlimit")
            .arg(format!("--pid={}", std::process::id()))
            .arg(format!("--nofile={}:", files.min(hard)))
            .status();
    }
    let (soft, _) = open_files();
    let room = soft.saturating_sub(OTHER_FILES) / 2;
    if room < wanted {
        eprintln!(
            "the limit of {soft} open files leaves room for {room} connections, not {wanted}"
        );
    }
    room.min(wanted)
}

/// The limits on open files of this process: the one that holds, and how far it may be raised.
fn open_files() -> (usize, usize) {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    let mut limits = line.unwrap_or_default().split_whitespace();
    let mut next = || limits.next().and_then(|limit| limit.parse().ok());
    (next().unwrap_or(1024), next().unwrap_or(1024))
}

/// Resident memory of this process, in KiB.
fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number
        .and_then(|number| number.parse().ok())
        .expect("a number of KiB")
}

/// Lets one test run at a time: they measure what the process as a whole needs.
async fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::const_new(());
    ONE.lock().await
}

async fn is_healthy(server: &Server) {
    let response = server.ask(request("GET", "/health"), "");
    let response = tokio::time::timeout(Duration::from_secs(30), response).await;
    assert_eq!(response.expect("the server responds").status, 200);
}

#[tokio::test]
async fn ten_thousand_idle_and_unfinished_connections_are_cut_and_leave_nothing_behind() {
    let _alone = alone().await;
    let count = connections(10_000);
    let options = ServeOptions::default()
        .with_max_connections(count + 10)
        .with_header_timeout(Duration::from_secs(2));
    let server = Server::start_with(options, service().0).await;
    let mut peaks = Vec::new();
    // The first waves teach the allocator; then what one wave needed is used again by the next. On a busy machine
    // some are cut before the last have come, and how many of a wave are open at once differs: then a wave more.
    let settled = |peaks: &[usize]| match peaks {
        [_, _, _, _, .., earlier, _, last] => *last < earlier + earlier / 10,
        _ => false,
    };
    while peaks.len() < 14 && !settled(&peaks) {
        let mut open = Vec::with_capacity(count);
        for number in 0..count {
            let mut stream = server.connect().await;
            // Every other one begins a request and sends no more.
            if number % 2 == 0 {
                stream.write_all(b"GET /health HT").await.unwrap();
            }
            open.push(stream);
        }
        is_healthy(&server).await;
        peaks.push(memory());
        for mut stream in open {
            _ = stream.read_to_end(&mut Vec::new()).await;
        }
    }
    is_healthy(&server).await;
    assert!(settled(&peaks), "{count} connections: {peaks:?} KiB");
}

#[tokio::test]
async fn bodies_that_never_arrive_delay_nobody_else() {
    let _alone = alone().await;
    let api = service().0.with_body_timeout(Duration::from_secs(3));
    let server = Server::start(api).await;
    let head = "POST /api/analyze HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n\
                content-length: 17\r\n\r\n{";
    let mut slow = Vec::new();
    for _ in 0..connections(500) {
        let mut stream = server.connect().await;
        stream.write_all(head.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    is_healthy(&server).await;
    for mut stream in slow {
        let response = read_to_close(&mut stream).await;
        assert!(response.starts_with("HTTP/1.1 408 "), "{response}");
    }
}

#[tokio::test]
async fn a_thousand_event_streams_all_get_the_terminal_event() {
    let _alone = alone().await;
    let (api, client) = service();
    let server = Server::start(api.clone()).await;
    let count = connections(1_000);
    let mut jobs = Vec::new();
    for number in 0..10 {
        jobs.push(submit(&api, &format!("account{number}")).await);
    }
    let before = memory();
    let mut streams = Vec::with_capacity(count);
    for number in 0..count {
        let mut stream = server.connect().await;
        follow(&mut stream, jobs[number % jobs.len()]).await;
        read_until(&mut stream, "\"pending\"").await;
        streams.push(stream);
    }
    let each = memory().saturating_sub(before) / count.max(1);
    assert!(each < 100, "{each} KiB for each of {count} streams");
    for _ in &jobs {
        complete(&client, &claim(&client).await, "{}").await;
    }
    let ends = streams
        .iter_mut()
        .map(|stream| read_until(stream, "\"completed\""));
    join_all(ends).await;
    is_healthy(&server).await;
}

#[tokio::test(start_paused = true)]
async fn idle_streams_call_the_store_once_a_minute() {
    let _alone = alone().await;
    let (store, faults) = FaultyStore::new(MemoryStore::new());
    let api = Api::new(Client::new(store));
    let id = submit(&api, "nasa").await;
    let path = format!("/api/status/{id}/events");
    let follow = || async {
        let request = request("GET", &path).body(http_body_util::Empty::<bytes::Bytes>::new());
        let body = api.respond(request.unwrap()).await.into_body();
        let drained = http_body_util::BodyExt::collect(body);
        _ = tokio::time::timeout(Duration::from_secs(59), drained).await;
    };
    let asked = || faults.calls(Verb::Get) + faults.calls(Verb::Changed);
    let before = asked();
    join_all((0..STREAMS).map(|_| follow())).await;
    let calls = usize::try_from(asked() - before).unwrap();
    // One at the start, then one that waits for a minute.
    assert_eq!(calls, STREAMS * 2);
}

#[tokio::test]
async fn clients_that_vanish_during_a_response_leave_nothing_behind() {
    let _alone = alone().await;
    let (api, client) = service();
    let id = submit(&api, "nasa").await;
    let report = "x".repeat(4 << 20).leak();
    complete(&client, &claim(&client).await, report).await;
    let running = submit(&api, "esa").await;
    // Fewer slots than streams in all: those of clients that vanished are free again.
    let server = Server::start(api.with_max_streams(250)).await;
    let mut after = Vec::new();
    for _ in 0..3 {
        for _ in 0..100 {
            let mut stream = server.connect().await;
            let asking = format!("GET /api/report/{id} HTTP/1.1\r\nhost: a\r\n\r\n");
            stream.write_all(asking.as_bytes()).await.unwrap();
            read_until(&mut stream, "content-length").await;
            let mut other = server.connect().await;
            follow(&mut other, running).await;
            let begun = read_until(&mut other, "\"pending\"");
            let begun = tokio::time::timeout(Duration::from_secs(30), begun).await;
            begun.expect("there is a slot for the stream");
        }
        is_healthy(&server).await;
        after.push(memory());
    }
    assert!(after[2] < after[0] + 32 * 1024, "{after:?} KiB");
}

async fn follow(stream: &mut TcpStream, id: JobId) {
    let asking = format!("GET /api/status/{id}/events HTTP/1.1\r\nhost: a\r\n\r\n");
    stream.write_all(asking.as_bytes()).await.unwrap();
}

/// Bytes that a client may send, and the status of the first response; 0 if there is none.
fn odd_requests() -> Vec<(Vec<u8>, u16)> {
    const GET: &str = "GET /health HTTP/1.1\r\nhost: a\r\nconnection: close\r\n";
    const POST: &str = "POST /api/analyze HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\
                        content-type: application/json\r\n";
    const SENT: &str = r#"{"handle":"nasa"}"#;
    let text = |text: String, status| (text.into_bytes(), status);
    let fields = |count: usize| -> String {
        let field = |number| format!("x-{number}: y\r\n");
        (0..count).map(field).collect()
    };
    vec![
        // Heads that are too large or have too many fields.
        text(format!("{GET}x: {}\r\n\r\n", "y".repeat(40_000)), 431),
        text(format!("{GET}{}\r\n", fields(200)), 431),
        text(format!("{GET}{}\r\n", fields(90)), 200),
        text(
            format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "y".repeat(40_000)),
            431,
        ),
        // Fields that come twice: they have one meaning, or the request is refused.
        text(format!("{GET}host: b\r\n\r\n"), 400),
        text(
            format!("{POST}content-length: 17\r\ncontent-length: 18\r\n\r\n{SENT}"),
            400,
        ),
        text(
            format!("{POST}content-length: 17\r\ncontent-length: 17\r\n\r\n{SENT}"),
            202,
        ),
        text(format!("{POST}content-length: +17\r\n\r\n{SENT}"), 400),
        text(format!("{POST}content-length: -1\r\n\r\n{SENT}"), 400),
        text(
            format!(
                "{GET}x-request-id: a\r\nx-request-id: b\r\nprefer: wait=1\r\nprefer: x\r\n\r\n"
            ),
            200,
        ),
        // Malformed chunks.
        text(
            format!("{POST}transfer-encoding: chunked\r\n\r\nzz\r\n"),
            400,
        ),
        text(format!("{POST}transfer-encoding: chunked, x\r\n\r\n"), 400),
        // Targets in other forms.
        text(
            "GET http://a/health HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_owned(),
            200,
        ),
        text(
            "GET /%68ealth HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_owned(),
            200,
        ),
        text(
            "GET /health%00 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_owned(),
            404,
        ),
        text(
            "GET /api/status/%ff%fe HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_owned(),
            404,
        ),
        text(
            "GET /api/status/..%2f..%2fhealth HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"
                .to_owned(),
            404,
        ),
        text(
            "OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_owned(),
            404,
        ),
        text(
            "CONNECT a:80 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_owned(),
            404,
        ),
        // Not text.
        (
            b"GET /\xff HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_vec(),
            400,
        ),
        (
            [GET.as_bytes(), b"x: \xff\xfe\r\nprefer: \xff\r\n\r\n"].concat(),
            200,
        ),
        ([GET.as_bytes(), b"x: a\0b\r\n\r\n"].concat(), 400),
        (
            [
                POST.as_bytes(),
                b"content-length: 15\r\n\r\n{\"handle\":\"\xff\"} ",
            ]
            .concat(),
            400,
        ),
        // Not HTTP/1.1.
        (
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
            400,
        ),
        text("GET /health\r\n\r\n".to_owned(), 400),
        text(
            "GET /health HTTP/1.1\r\n folded: yes\r\n\r\n".to_owned(),
            400,
        ),
    ]
}

#[tokio::test]
async fn malformed_requests_get_the_right_status_and_hurt_nobody() {
    let _alone = alone().await;
    let server = Server::start(service().0).await;
    for (sent, status) in odd_requests() {
        let mut stream = server.connect().await;
        stream.write_all(&sent).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut response = Vec::new();
        _ = stream.read_to_end(&mut response).await;
        let response = String::from_utf8_lossy(&response);
        let got = response.get(9..12).map_or(0, |code| code.parse().unwrap());
        let shown = String::from_utf8_lossy(&sent[..sent.len().min(120)]).into_owned();
        assert_eq!(got, status, "the response to {shown:?} is {response}");
    }
    is_healthy(&server).await;
}

#[tokio::test]
async fn a_thousand_pipelined_requests_all_get_a_response() {
    let _alone = alone().await;
    let (api, _) = service();
    let server = Server::start(api.clone()).await;
    let id = submit(&api, "nasa").await;
    let one = format!("GET /api/status/{id} HTTP/1.1\r\nhost: a\r\n\r\n");
    let last = "GET /health HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let (mut read, mut write) = server.connect().await.into_split();
    let all = one.repeat(1_000) + last;
    let sending =
        tokio::spawn(async move { write.write_all(all.as_bytes()).await.map(|()| write) });
    let mut responses = String::new();
    read.read_to_string(&mut responses).await.unwrap();
    assert_eq!(responses.matches("HTTP/1.1 200 OK").count(), 1_001);
    drop(sending.await.unwrap().unwrap());
    assert_eq!(get(&api, "/health").await.status, 200);
}
