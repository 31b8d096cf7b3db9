//! What event streams cost, and how soon they tell a change.
//!
//! `cargo bench --bench streams`. A server process of its own holds 200 running jobs, each of
//! which changes once a second. This process follows them over 1,000 connections, and says how
//! long after a change its event arrived, and what processor time and memory the server needed for
//! it beyond what it needs without a stream.

#[path = "streams/server.rs"]
mod server;

use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use futures::future::join_all;
use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::body::{Bytes, Incoming};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use server::{Change, Server};

const STREAMS: usize = 1_000;
const WARM_UP: Duration = Duration::from_secs(2);
const MEASURED: Duration = Duration::from_secs(15);

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    if server::is_one() {
        runtime.block_on(server::run());
    } else {
        runtime.block_on(measure());
    }
}

async fn measure() {
    let server = Server::start();
    tokio::time::sleep(WARM_UP).await;
    let memory = server.memory();
    let idle = busy(&server).await;

    let readers = (0..STREAMS).map(|n| follow(server.address, server.jobs[n % server.jobs.len()]));
    let readers: Vec<JoinHandle<Vec<Told>>> = join_all(readers).await;
    tokio::time::sleep(WARM_UP).await;
    let from = SystemTime::now();
    let following = busy(&server).await;
    let until = SystemTime::now();
    let memory = server.memory().saturating_sub(memory);

    // The server's end closes the streams.
    let changes = server.stop();
    let told: Vec<Vec<Told>> = join_all(readers)
        .await
        .into_iter()
        .map(|told| told.expect("a reader does not panic"))
        .collect();
    let expected: Vec<&Change> = changes
        .iter()
        // The last ones may still be on their way when the time is over.
        .filter(|change| from <= change.at && change.at < until - Duration::from_secs(1))
        .collect();
    let mut delays = Vec::new();
    let mut missed = 0;
    for change in expected {
        for events in told.iter().skip(change.job).step_by(server::JOBS) {
            match events.iter().find(|event| event.percent == change.percent) {
                Some(event) => delays.push(event.at.duration_since(change.at).unwrap_or_default()),
                None => missed += 1,
            }
        }
    }
    delays.sort_unstable();
    let at = |per_mille: usize| delays[(delays.len() * per_mille / 1000).min(delays.len() - 1)];
    println!(
        "{STREAMS} streams on {} jobs, a change per job and second",
        server::JOBS
    );
    println!(
        "  change to event   p50 {:.2?}  p99 {:.2?}  p99.9 {:.2?}  ({} events, {missed} skipped)",
        at(500),
        at(990),
        at(999),
        delays.len()
    );
    let each = |total: Duration| total / u32::try_from(STREAMS).expect("it is a thousand");
    println!(
        "  processor time    {:.1?} per stream and second ({:.1} % of a core without streams, {:.1} % with them)",
        each(following.saturating_sub(idle)),
        idle.as_secs_f64() * 100.0,
        following.as_secs_f64() * 100.0
    );
    println!("  memory            {} bytes per stream", memory / STREAMS);
}

/// The processor time that the server needs for a second.
async fn busy(server: &Server) -> Duration {
    let before = server.processor_time();
    tokio::time::sleep(MEASURED).await;
    let taken = server.processor_time().saturating_sub(before);
    taken.div_f64(MEASURED.as_secs_f64())
}

/// An event that has arrived.
struct Told {
    percent: u64,
    at: SystemTime,
}

/// Opens a stream, and reads it to its end in the background.
async fn follow(server: SocketAddr, job: uuid::Uuid) -> JoinHandle<Vec<Told>> {
    let stream = TcpStream::connect(server).await.expect("it listens");
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .expect("it is HTTP");
    tokio::spawn(connection);
    let request = Request::get(format!("/api/status/{job}/events"))
        .header("host", "localhost")
        .body(Empty::<Bytes>::new())
        .expect("a request");
    let answer = sender.send_request(request).await.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
    tokio::spawn(read(answer.into_body()))
}

async fn read(mut body: Incoming) -> Vec<Told> {
    let mut told = Vec::new();
    let mut text = String::new();
    while let Some(Ok(frame)) = body.frame().await {
        let at = SystemTime::now();
        let piece = frame.into_data().unwrap_or_default();
        text.push_str(std::str::from_utf8(&piece).expect("events are ASCII"));
        while let Some((event, rest)) = text.split_once("\n\n") {
            let data = event.lines().find_map(|line| line.strip_prefix("data: "));
            if let Some(data) = data {
                let status: Value = serde_json::from_str(data).expect("a status");
                let percent = status["percent"].as_u64().expect("a percent");
                told.push(Told { percent, at });
            }
            text = rest.to_owned();
        }
    }
    told
}
