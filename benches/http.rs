//! The HTTP service under wrk, as a ratio to a bare hyper server that answers constant JSON.
//!
//! `cargo bench --bench http`. Needs `wrk` (`apt-get install wrk`). Both servers run in this
//! process on one runtime and are loaded in turn, several rounds; medians and ratios are printed,
//! of requests per second and of this process's processor time for a request.
//! For POST the bare server reads and parses the same body; every submit is of a handle of its
//! own. Reports are that of a simulated account, and the bare server answers the same bytes.
//!
//! Then the latency of one client's status and submit requests, with 1,000 and with 1,000,000
//! finished jobs held.

#[path = "http/bare.rs"]
mod bare;

use std::io::Write;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::StreamExt;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use report_pipeline::http::{self, Api};
use report_pipeline::store::{ClaimRequest, Outcome, WorkerId};
use report_pipeline::{
    Client, Handle, JobId, JobStore, MemoryOptions, MemoryStore, NewJob, Pipeline, Platform,
    ReportState, StoreLimits, Target,
};
use report_pipeline_social::{HeuristicAnalyzer, ReportAssembler, SimulatedScraper};
use tokio::net::{TcpListener, TcpStream};

const ROUNDS: usize = 11;
const SECONDS: &str = "2s";
const CONNECTIONS: &str = "64";
const REQUESTS: usize = 20_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let limits = StoreLimits::default()
        .with_jobs(100_000_000)
        .with_pending_jobs(100_000_000);
    let client = Client::new(MemoryOptions::new().with_limits(limits).build());
    let (bare, ours, finished, pending) = runtime.block_on(async {
        let (finished, report) = make_report(&client).await;
        println!("a report of {} bytes", report.len());
        let target = Target::new(Platform::INSTAGRAM, handle("pending"));
        let pending = client.submit(target).await.expect("there is room");
        let bare = bare::serve(report).await;
        (
            bare,
            serve(Api::new(client)).await,
            finished,
            pending.job().id,
        )
    });

    println!("wrk, 1 thread, {CONNECTIONS} connections, median of {ROUNDS} rounds of {SECONDS}");
    let report = format!("/api/report/{finished}");
    for (name, path, script) in [
        ("GET /api/status", format!("/api/status/{pending}"), ""),
        ("GET /api/report", report.clone(), ""),
        ("GET /api/report, 304", report, KNOWN),
        ("POST /api/analyze", "/api/analyze".to_owned(), POST),
    ] {
        compare(name, &|server| wrk(server, &path, script), bare, ours);
    }

    let few = runtime.block_on(latencies(1_000));
    let many = runtime.block_on(latencies(1_000_000));
    println!("one client, median of {REQUESTS} requests      1,000 held  1,000,000 held   ratio");
    for (name, few, many) in [("status", few.0, many.0), ("submit", few.1, many.1)] {
        let ratio = many.as_secs_f64() / few.as_secs_f64();
        println!("{name:<34} {few:>16.2?} {many:>15.2?} {ratio:>7.2}");
    }
}

/// Asks for what it has already.
const KNOWN: &str = r#"wrk.headers["if-none-match"] = "*""#;

/// Posts a new handle each time.
const POST: &str = r#"
local base = os.time() % 100000
local n = 0
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
function request()
    n = n + 1
    return wrk.format(nil, nil, nil, '{"handle":"user' .. base .. '_' .. n .. '","platform":"tiktok"}')
end
"#;

fn compare(name: &str, load: &dyn Fn(SocketAddr) -> Load, bare: SocketAddr, ours: SocketAddr) {
    let mut rounds: Vec<[Load; 2]> = (0..=ROUNDS).map(|_| [load(bare), load(ours)]).collect();
    // The first one warms up.
    rounds.remove(0);
    let of = |figure: &dyn Fn(&[Load; 2]) -> f64| median(rounds.iter().map(figure).collect());
    println!(
        "{name:<20} bare hyper {:>6.0}/s {:>5.1} us  ours {:>6.0}/s {:>5.1} us  ratio {:.2}, of processor time {:.2}",
        of(&|[bare, _]| bare.rate),
        of(&|[bare, _]| bare.processor),
        of(&|[_, ours]| ours.rate),
        of(&|[_, ours]| ours.processor),
        of(&|[bare, ours]| ours.rate / bare.rate),
        of(&|[bare, ours]| ours.processor / bare.processor),
    );
}

/// What wrk has measured.
struct Load {
    /// Requests per second.
    rate: f64,
    /// Microseconds of this process's processor time for a request, the system's included: other
    /// work of the machine disturbs that least.
    processor: f64,
}

/// Loads a server.
fn wrk(server: SocketAddr, path: &str, script: &str) -> Load {
    let before = processor_seconds();
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(script.as_bytes())
        .expect("room for a script");
    let output = Command::new("wrk")
        .args(["-t1", "-c", CONNECTIONS, "-d", SECONDS, "-s"])
        .arg(file.path())
        .arg(format!("http://{server}{path}"))
        .output()
        .expect("wrk is installed (apt-get install wrk)");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(!text.contains("Non-2xx"), "{text}");
    let figure = |line: Option<&str>| -> f64 {
        let first = line.and_then(|line| line.split_whitespace().next());
        let figure = first.and_then(|figure| figure.parse().ok());
        figure.expect("wrk prints its figures")
    };
    let rate = text
        .lines()
        .find_map(|line| line.strip_prefix("Requests/sec:"));
    let requests = text.lines().find(|line| line.contains(" requests in "));
    Load {
        rate: figure(rate),
        processor: (processor_seconds() - before) * 1e6 / figure(requests),
    }
}

/// What this process has used, in all its threads.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("this is Linux");
    // After the name, which may have blanks, the 12th and 13th field are user and system time, in
    // ticks of a hundredth of a second.
    let fields = stat.rsplit(") ").next().unwrap_or_default();
    let ticks = fields.split(' ').skip(11).take(2);
    ticks
        .map(|ticks| ticks.parse::<f64>().expect("a number"))
        .sum::<f64>()
        / 100.0
}

async fn serve(api: Api) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(http::serve(listener, api, std::future::pending()));
    address
}

/// Makes the report of a simulated account.
async fn make_report(client: &Client) -> (JobId, Bytes) {
    let pipeline = Pipeline::builder(
        client.clone(),
        SimulatedScraper::new(),
        HeuristicAnalyzer::new(),
        ReportAssembler::new(),
    )
    .build();
    let workers = pipeline.start();
    let target = Target::new(Platform::INSTAGRAM, handle("nasa"));
    let submitted = client.submit(target).await.expect("there is room");
    let id = submitted.job().id;
    client.watch(id).for_each(|_| async {}).await;
    let Ok(ReportState::Ready(report)) = client.report(id).await else {
        panic!("simulated accounts have reports");
    };
    workers.drain(Duration::from_secs(1)).await;
    (id, report)
}

fn handle(name: &str) -> Handle {
    Handle::canonical(name).expect("a plain name")
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// The median times of a status and of a submit over one connection, with that many finished jobs
/// held.
async fn latencies(jobs: usize) -> (Duration, Duration) {
    let limits = StoreLimits::default()
        .with_jobs(10_000_000)
        .with_stored_bytes(1 << 40);
    let store = Arc::new(MemoryOptions::new().with_limits(limits).build());
    let ids = fill(&store, jobs).await;
    let server = serve(Api::new(Client::new(store))).await;
    let stream = TcpStream::connect(server).await.expect("it listens");
    stream.set_nodelay(true).expect("a TCP stream");
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .expect("it is HTTP");
    tokio::spawn(connection);

    let mut random = fastrand::Rng::with_seed(7);
    let mut statuses = Vec::with_capacity(REQUESTS);
    let mut submits = Vec::with_capacity(REQUESTS);
    for n in 0..REQUESTS {
        let id = ids[random.usize(..ids.len())];
        let status = Request::get(format!("/api/status/{id}"))
            .header("host", "localhost")
            .body(Full::default());
        statuses.push(timed(&mut sender, status.expect("a request")).await);
        let body = format!(r#"{{"handle":"new{n}"}}"#);
        let submit = Request::post("/api/analyze")
            .header("host", "localhost")
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(body)));
        submits.push(timed(&mut sender, submit.expect("a request")).await);
    }
    (median_of(statuses), median_of(submits))
}

async fn timed(sender: &mut SendRequest<Full<Bytes>>, request: Request<Full<Bytes>>) -> Duration {
    let began = Instant::now();
    sender.ready().await.expect("the connection is open");
    let answer = sender.send_request(request).await.expect("an answer");
    assert!(answer.status().is_success());
    answer.into_body().collect().await.expect("a body");
    began.elapsed()
}

/// Puts that many finished jobs into the store and answers their ids.
async fn fill(store: &MemoryStore, jobs: usize) -> Vec<JobId> {
    let worker = WorkerId::unique();
    let mut ids = Vec::with_capacity(jobs);
    for n in 0..jobs {
        let target = Target::new(Platform::INSTAGRAM, handle(&format!("user{n}")));
        let job = NewJob::new(JobId::random(), target);
        ids.push(job.id);
        store.submit(job).await.expect("there is room");
        for claimed in store
            .claim(ClaimRequest::new(worker.clone()))
            .await
            .expect("it answers")
        {
            let report = Outcome::Completed(Bytes::from_static(b"{}"));
            store
                .finish(&claimed.lease, report)
                .await
                .expect("it is held");
        }
    }
    ids
}

fn median_of(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
