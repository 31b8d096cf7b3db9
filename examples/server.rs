//! A whole report service in one process: workers and HTTP over one store, a page at `/` on
//! which people make a report and read it, and metrics at `/metrics`.
//!
//! ```sh
//! cargo run --example server -- --archive downloads/
//! curl -d '{"handle": "@nasa"}' -H 'content-type: application/json' 127.0.0.1:8080/api/analyze
//! ```
//!
//! On SIGTERM or Ctrl-C it takes no new jobs, lets the running ones finish or hands them back,
//! answers status and report requests until then, and leaves with exit code 0. `RUST_LOG` sets
//! what is logged.

#[path = "server/beside.rs"]
mod beside;
#[path = "server/measured.rs"]
mod measured;
#[path = "server/page.rs"]
mod page;

use std::error::Error;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use beside::Beside;
use clap::Parser;
use report_pipeline::http::{self, Api};
use report_pipeline::testing::Delayed;
use report_pipeline::{
    Client, JobStore, MemoryOptions, Phase, Pipeline, RedisOptions, RetryPolicy, Scraper,
    StoreLimits,
};
use report_pipeline_social::{
    ArchiveScraper, HeuristicAnalyzer, ReportAssembler, SimulatedScraper, Snapshot,
};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// How long running jobs may take to finish after a signal.
const DRAIN: Duration = Duration::from_secs(20);
/// How long the server then waits for those who followed these jobs to fetch their reports.
const FOLLOWERS: Duration = Duration::from_secs(5);
/// How long each phase may take, on top of `--phase-delay`.
const PHASE_TIMEOUT: Duration = Duration::from_secs(60);

/// Serves reports on social-media accounts over HTTP.
#[derive(Parser)]
struct Options {
    /// The address to listen on.
    #[arg(long, env, default_value = "127.0.0.1:8080")]
    listen: String,
    /// Where jobs are kept: `memory`, or `redis://HOST:PORT/DB?prefix=` for many machines.
    #[arg(long, env, default_value = "memory", hide_env_values = true)]
    store: String,
    /// A file or a folder to read accounts from, of yt-dlp, Instaloader, Apify and others; without
    /// it they are simulated.
    #[arg(long, env)]
    archive: Option<PathBuf>,
    /// How many jobs are worked on at once.
    #[arg(long, env, default_value = "8")]
    concurrency: NonZeroUsize,
    /// How long a finished job is kept.
    #[arg(long, env, default_value = "24h", value_parser = humantime::parse_duration)]
    retention: Duration,
    /// How many jobs may wait for a worker.
    #[arg(long, env, default_value_t = 100_000)]
    queue_limit: usize,
    /// Slows every phase down, for demonstrations and tests.
    #[arg(long, env, default_value = "0ms", value_parser = humantime::parse_duration)]
    phase_delay: Duration,
    /// How long a job stays a worker's own without a sign of life.
    #[arg(long, env, default_value = "30s", value_parser = humantime::parse_duration)]
    lease: Duration,
    /// How often each phase is tried.
    #[arg(long, env, default_value = "3")]
    max_attempts: NonZeroU32,
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).init();
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(cause) = error.source() {
                eprintln!("  because: {cause}");
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), Box<dyn Error>> {
    let limits = StoreLimits::default().with_pending_jobs(options.queue_limit);
    let store: Box<dyn JobStore> = if options.store == "memory" {
        let store = MemoryOptions::new().with_retention(options.retention);
        Box::new(store.with_limits(limits).build())
    } else {
        let store = RedisOptions::new(&options.store)?.with_retention(options.retention);
        Box::new(store.with_limits(limits).connect().await?)
    };

    let scraper: Box<dyn Scraper<Output = Snapshot>> = if let Some(path) = &options.archive {
        let archive = ArchiveScraper::open(path)?;
        println!("{}", archive.summary());
        Box::new(archive)
    } else {
        tracing::warn!("no --archive is given: every account and report is simulated");
        Box::new(SimulatedScraper::new())
    };
    let mut builder = Pipeline::builder(
        Client::new(store),
        Delayed::new(scraper, options.phase_delay),
        Delayed::new(HeuristicAnalyzer::new(), options.phase_delay),
        Delayed::new(ReportAssembler::new(), options.phase_delay),
    )
    .with_concurrency(options.concurrency.get())
    .with_lease(options.lease);
    for &phase in Phase::ALL {
        builder = builder
            .with_retry(phase, RetryPolicy::new(options.max_attempts))
            .with_timeout(phase, PHASE_TIMEOUT + options.phase_delay);
    }
    let pipeline = builder.build();

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let listener = TcpListener::bind(&options.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", options.listen))?;
    let address = listener.local_addr()?;
    tracing::info!(%address, "listening");
    tracing::info!("open http://{address}/ in a browser");
    let measured = measured::start()?;
    let api = Api::new(pipeline.client().clone());
    let service = Beside::new(api.clone(), move |head| {
        page::answer(head).or_else(|| measured(head))
    });
    let workers = pipeline.start();
    let shutdown = async move {
        tokio::select! { _ = terminate.recv() => {} _ = interrupt.recv() => {} }
        tracing::info!("draining; a second signal stops at once");
        api.refuse_submits();
        tokio::select! {
            () = async {
                let drained = workers.drain(DRAIN).await;
                let unserved = api.wait_for_followers(FOLLOWERS).await;
                tracing::info!(?drained, unserved, "closing");
            } => {}
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    http::serve(listener, service, shutdown).await?;
    Ok(())
}
