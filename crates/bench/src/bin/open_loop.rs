//! Latency over HTTP under an open-loop load at half of what saturates the service, on the memory store.
//!
//! `cargo run --profile bench --package report-pipeline-bench --bin open_loop [SECONDS]`. A service and its clients in one
//! process, a thread each. First it finds how many requests a second 64 clients get that each wait for their response:
//! a tenth submits, seven tenths statuses, two tenths reports, of jobs that were made beforehand; no workers run. Then
//! requests come in the same mix at half of that rate, each when it is due, whether or not those before it have been
//! responded to, and its latency counts from when it was due and not from when it was sent: a service that stalls
//! does not hide what it has delayed (Tene, "How NOT to Measure Latency", 2013).
//!
//! Below it the same for a bare hyper server that responds with constants: what of a tail is the machine's.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use report_pipeline::http::{self, Api};
use report_pipeline::store::{ClaimRequest, Outcome, WorkerId};
use report_pipeline::{Client, JobId, JobStore, MemoryOptions, NewJob};
use report_pipeline_bench::{limits, target};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

const CONNECTIONS: usize = 64;
const JOBS: usize = 10_000;
const REPORT: usize = 1_027;
const KINDS: [&str; 3] = ["submit", "status", "report"];

fn main() {
    let seconds = std::env::args().nth(1);
    let seconds = seconds.map_or(20, |seconds| seconds.parse().expect("a number of seconds"));
    for (name, server) in [("service", serve as Serve), ("bare hyper", serve_bare)] {
        let (send, address) = std::sync::mpsc::channel();
        std::thread::spawn(move || runtime().block_on(server(send)));
        let (address, ids) = address.recv().expect("it listens");
        let load = Arc::new(Load {
            address,
            ids,
            next: AtomicUsize::new(0),
        });
        runtime().block_on(measure(name, &load, Duration::from_secs(seconds)));
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

type Listening = std::sync::mpsc::Sender<(SocketAddr, Vec<JobId>)>;
type Serve = fn(Listening) -> std::pin::Pin<Box<dyn Future<Output = ()>>>;

/// The service with some finished jobs.
fn serve(listening: Listening) -> std::pin::Pin<Box<dyn Future<Output = ()>>> {
    Box::pin(async move {
        let store = Arc::new(MemoryOptions::new().with_limits(limits()).build());
        let mut ids = Vec::with_capacity(JOBS);
        for n in 0..JOBS {
            let job = NewJob::new(JobId::random(), target(&format!("held{n}")));
            ids.push(job.id);
            store.submit(job).await.expect("there is room");
            let request = ClaimRequest::new(WorkerId::unique());
            let claimed = store.claim(request).await.expect("memory");
            let outcome = Outcome::Completed(Bytes::from(vec![b'r'; REPORT]));
            let finished = store.finish(&claimed[0].lease, outcome).await;
            finished.expect("it is held");
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("it is bound");
        listening.send((address, ids)).expect("somebody waits");
        let api = Api::new(Client::new(store));
        let served = http::serve(listener, api, std::future::pending()).await;
        served.expect("it serves for ever");
    })
}

/// Constants of the same lengths.
fn serve_bare(listening: Listening) -> std::pin::Pin<Box<dyn Future<Output = ()>>> {
    Box::pin(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("it is bound");
        let ids = (0..JOBS).map(|_| JobId::random()).collect();
        listening.send((address, ids)).expect("somebody waits");
        let local = tokio::task::LocalSet::new();
        let accepting = local.run_until(async {
            loop {
                let (stream, _) = listener.accept().await.expect("a client");
                stream.set_nodelay(true).expect("a socket");
                let respond = service_fn(respond);
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(stream), respond);
                tokio::task::spawn_local(connection);
            }
        });
        accepting.await;
    })
}

async fn respond(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let content = match request.uri().path() {
        path if path.starts_with("/api/report") => Bytes::from_static(&[b'r'; REPORT]),
        path if path.starts_with("/api/status") => Bytes::from_static(&[b's'; 320]),
        _ => Bytes::from_static(&[b'p'; 70]),
    };
    if request.method() == Method::POST {
        let body = request.into_body().collect().await.expect("it arrives");
        let body: serde_json::Value = serde_json::from_slice(&body.to_bytes()).expect("JSON");
        assert!(body["handle"].is_string());
    }
    let mut response = Response::new(Full::new(content));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

/// The requests: which comes next, and of which job.
struct Load {
    address: SocketAddr,
    ids: Vec<JobId>,
    next: AtomicUsize,
}

impl Load {
    /// The next request, and the index of its kind.
    fn next(&self) -> (usize, Request<Full<Bytes>>) {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        let id = self.ids[n * 7919 % self.ids.len()];
        let (kind, request) = match n % 10 {
            0 => {
                let body = format!(r#"{{"handle":"posted{n}","platform":"instagram"}}"#);
                let request = Request::post("/api/analyze");
                let request = request.header("content-type", "application/json");
                return (0, with_body(request, Full::new(Bytes::from(body))));
            }
            1 | 5 => (2, format!("/api/report/{id}")),
            _ => (1, format!("/api/status/{id}")),
        };
        (kind, with_body(Request::get(request), Full::default()))
    }
}

fn with_body(request: hyper::http::request::Builder, body: Full<Bytes>) -> Request<Full<Bytes>> {
    let request = request.header("host", "127.0.0.1:8080").body(body);
    request.expect("a request")
}

async fn measure(name: &str, load: &Arc<Load>, duration: Duration) {
    let saturated = saturate(load, duration / 4).await;
    let rate = saturated / 2.0;
    let mut latencies = open_loop(load, rate, duration).await;
    println!("{name}: saturated at {saturated:.0} requests/s, loaded with {rate:.0}");
    for (kind, latencies) in KINDS.into_iter().zip(&mut latencies) {
        latencies.sort_unstable();
        let part = |thousandths: usize| {
            let last = latencies.len().saturating_sub(1);
            latencies.get(last * thousandths / 1000).copied()
        };
        let [half, most, nearly_all] = [500, 990, 999].map(part).map(Option::unwrap_or_default);
        println!(
            "  {kind:<8} {:>9} requests: p50 {half:>9.1?}, p99 {most:>9.1?}, p99.9 {nearly_all:>9.1?}",
            latencies.len()
        );
    }
}

/// Requests a second that clients get which each wait for their response.
async fn saturate(load: &Arc<Load>, duration: Duration) -> f64 {
    let end = Instant::now() + duration;
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..CONNECTIONS {
        let load = Arc::clone(load);
        clients.spawn(async move {
            let mut connection = connect(load.address).await;
            let mut responses = 0_u32;
            while Instant::now() < end {
                let (_, request) = load.next();
                exchange(&mut connection, request).await;
                responses += 1;
            }
            f64::from(responses)
        });
    }
    let responses: f64 = clients.join_all().await.into_iter().sum();
    responses / duration.as_secs_f64()
}

/// Sends requests at a rate, and returns the latencies of each kind, from when each was due.
async fn open_loop(load: &Arc<Load>, rate: f64, duration: Duration) -> [Vec<Duration>; 3] {
    // As many at once as there are connections; the others wait, and their wait counts.
    let (give_back, mut connections) = mpsc::unbounded_channel();
    for _ in 0..CONNECTIONS {
        let connection = connect(load.address).await;
        assert!(give_back.send(connection).is_ok());
    }
    let (sample, mut samples) = mpsc::unbounded_channel();
    let gap = Duration::from_secs_f64(1.0 / rate);
    let began = Instant::now();
    let mut due = began;
    while due < began + duration {
        // Timers are no finer than a millisecond: whoever is early by less lets the others go on.
        while Instant::now() < due {
            tokio::task::yield_now().await;
        }
        let mut connection = connections.recv().await.expect("one is free");
        let (give_back, sample) = (give_back.clone(), sample.clone());
        let (kind, request) = load.next();
        tokio::spawn(async move {
            exchange(&mut connection, request).await;
            _ = sample.send((kind, due.elapsed()));
            _ = give_back.send(connection);
        });
        due += gap;
    }
    drop(sample);
    let mut latencies: [Vec<Duration>; 3] = Default::default();
    while let Some((kind, latency)) = samples.recv().await {
        latencies[kind].push(latency);
    }
    latencies
}

type Connection = hyper::client::conn::http1::SendRequest<Full<Bytes>>;

async fn connect(address: SocketAddr) -> Connection {
    let stream = TcpStream::connect(address).await.expect("it listens");
    stream.set_nodelay(true).expect("a socket");
    let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
    let (connection, driver) = handshake.expect("it is HTTP");
    tokio::spawn(driver);
    connection
}

async fn exchange(connection: &mut Connection, request: Request<Full<Bytes>>) {
    connection.ready().await.expect("the connection is open");
    let response = connection.send_request(request).await.expect("a response");
    assert!(response.status().is_success(), "{}", response.status());
    response.into_body().collect().await.expect("a whole body");
}
