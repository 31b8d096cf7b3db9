//! Open-loop load on a running server: clients arrive at a fixed rate, whatever the answers take.
//!
//! Each client submits a handle of its own, asks for the status at fixed times until the job has
//! ended, and fetches the report. Latencies count from the moment at which a request was **due**,
//! not from when it could be sent, so a server that stalls does not hide the requests it delayed
//! (Tene, "How NOT to Measure Latency", 2013).
//!
//! ```sh
//! cargo run --release --example server -- --phase-delay 0s &
//! cargo run --release --example load -- --rate 200 --duration 10s
//! ```

#[path = "load/pacer.rs"]
mod pacer;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use clap::Parser;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use pacer::Pacer;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Puts open-loop load on a report server on this machine.
#[derive(Parser)]
struct Options {
    /// The server. Only loopback addresses are accepted.
    #[arg(long, default_value = "127.0.0.1:8080")]
    address: SocketAddr,
    /// How many clients arrive per second, 1 to 100,000.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rate: u32,
    /// For how long clients arrive.
    #[arg(long, default_value = "10s", value_parser = humantime::parse_duration)]
    duration: Duration,
    /// How long a client waits between two status requests.
    #[arg(long, default_value = "1s", value_parser = humantime::parse_duration)]
    poll: Duration,
    /// How long clients that have arrived may take to get their report.
    #[arg(long, default_value = "30s", value_parser = humantime::parse_duration)]
    patience: Duration,
}

type Http = Client<HttpConnector, Full<Bytes>>;
/// One request's kind, and its latency or what went wrong.
type Sample = (&'static str, Result<Duration, String>);

const ANSWER_WITHIN: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options::parse();
    if !options.address.ip().is_loopback() {
        return Err("this puts load on a server: only loopback addresses are accepted".into());
    }
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let http: Http = Client::builder(TokioExecutor::new()).build(connector);
    let (samples, mut collected) = mpsc::unbounded_channel();

    let pacer = Pacer::start();
    let began = Instant::now();
    let gap = Duration::from_secs(1) / options.rate;
    let run = std::process::id();
    let mut clients = tokio::task::JoinSet::new();
    for number in 0_u32.. {
        let due = began + gap * number;
        if due >= began + options.duration {
            break;
        }
        pacer.until(due).await;
        let visitor = Visitor {
            http: http.clone(),
            base: format!("http://{}", options.address),
            samples: samples.clone(),
            pacer: pacer.clone(),
        };
        clients.spawn(visitor.visit(format!("load_{run}_{number}"), due, options.poll));
    }
    drop(samples);
    let _ = timeout(options.patience, async {
        while clients.join_next().await.is_some() {}
    })
    .await;
    let unfinished = clients.len();
    clients.shutdown().await;

    let mut latencies: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    let mut errors: BTreeMap<String, usize> = BTreeMap::new();
    while let Some((kind, sample)) = collected.recv().await {
        match sample {
            Ok(latency) => latencies.entry(kind).or_default().push(latency),
            Err(error) => *errors.entry(format!("{kind}: {error}")).or_default() += 1,
        }
    }
    println!(
        "{:<8}{:>9}{:>12}{:>12}{:>12}",
        "", "count", "p50", "p99", "p99.9"
    );
    for (kind, mut latencies) in latencies {
        latencies.sort_unstable();
        let at = |share| format!("{:.2?}", quantile(&latencies, share));
        let (p50, p99, p999) = (at(0.5), at(0.99), at(0.999));
        println!(
            "{kind:<8}{:>9}{p50:>12}{p99:>12}{p999:>12}",
            latencies.len()
        );
    }
    println!("errors: {}", errors.values().sum::<usize>());
    for (error, count) in &errors {
        println!("  {count} x {error}");
    }
    println!("clients without an end: {unfinished}");
    if errors.is_empty() && unfinished == 0 {
        Ok(())
    } else {
        Err("not every client got its report".into())
    }
}

/// The least latency that a share of all requests did not exceed.
fn quantile(sorted: &[Duration], share: f64) -> Duration {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "the product lies between 0 and the number of samples"
    )]
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    sorted[rank.clamp(1, sorted.len()) - 1]
}

struct Visitor {
    http: Http,
    base: String,
    samples: mpsc::UnboundedSender<Sample>,
    pacer: Pacer,
}

impl Visitor {
    /// Submits, polls and fetches; stops at the first error.
    async fn visit(self, handle: String, arrival: Instant, poll: Duration) {
        let body = serde_json::json!({ "handle": handle }).to_string();
        let Some(accepted) = self
            .ask("submit", "/api/analyze", Some(body), arrival)
            .await
        else {
            return;
        };
        let id = accepted["job_id"].as_str().unwrap_or_default().to_owned();
        let mut due = arrival;
        loop {
            due += poll;
            self.pacer.until(due).await;
            let path = format!("/api/status/{id}");
            match self.ask("status", &path, None, due).await {
                Some(job) if job["status"] == "completed" => break,
                Some(job) if job["status"] == "failed" => {
                    let error = job["error_message"]
                        .as_str()
                        .unwrap_or("no reason")
                        .to_owned();
                    let _ = self.samples.send(("job", Err(error)));
                    return;
                }
                Some(_) => {}
                None => return,
            }
        }
        self.ask("report", &format!("/api/report/{id}"), None, Instant::now())
            .await;
    }

    /// Sends one request that was due at `due`, and notes how it went.
    async fn ask(
        &self,
        kind: &'static str,
        path: &str,
        body: Option<String>,
        due: Instant,
    ) -> Option<Value> {
        let answer = timeout(ANSWER_WITHIN, self.exchange(path, body))
            .await
            .unwrap_or_else(|_| Err(format!("no answer within {ANSWER_WITHIN:?}")));
        let (sample, answer) = match answer {
            Ok(answer) => (Ok(due.elapsed()), Some(answer)),
            Err(error) => (Err(error), None),
        };
        let _ = self.samples.send((kind, sample));
        answer
    }

    async fn exchange(&self, path: &str, body: Option<String>) -> Result<Value, String> {
        let method = if body.is_some() { "POST" } else { "GET" };
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(body.unwrap_or_default())))
            .map_err(|error| error.to_string())?;
        let answer = self
            .http
            .request(request)
            .await
            .map_err(|error| error.to_string())?;
        let status = answer.status();
        let content = answer
            .into_body()
            .collect()
            .await
            .map_err(|error| error.to_string())?;
        if !status.is_success() {
            return Err(format!("status {status}"));
        }
        let content = serde_json::from_slice(&content.to_bytes()).map_err(|e| e.to_string())?;
        Ok(content)
    }
}
