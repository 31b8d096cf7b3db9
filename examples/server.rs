//! A whole report service in one process: workers and HTTP over one store, and a page at `/` on
//! which people make a report and read it. What a service in production needs besides, such as keys, limits and
//! metrics, is in `crates/report-server`.
//!
//! ```sh
//! cargo run --example server -- --archive downloads/
//! curl -d '{"handle": "@nasa"}' -H 'content-type: application/json' 127.0.0.1:8080/api/analyze
//! ```
//!
//! On SIGTERM or Ctrl-C it takes no new jobs, lets the running ones finish or releases them,
//! serves status and reports until then, and ends with exit code 0. `RUST_LOG` sets what is
//! logged, such as `info,report_pipeline=debug`.

#[path = "server/options.rs"]
mod options;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use options::Options;
use report_pipeline::http::{self, Api};
use report_pipeline::{
    Client, Delayed, JobStore, MemoryOptions, Phase, Pipeline, RedisOptions, RetryPolicy, Scraper,
    StoreLimits,
};
use report_pipeline_page::Page;
use report_pipeline_social::{
    ArchiveScraper, HeuristicAnalyzer, ReportAssembler, SimulatedScraper, Snapshot,
};
use tokio::net::TcpListener;
use tokio::signal;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

/// How long running jobs may take to finish after a signal.
const DRAIN: Duration = Duration::from_secs(20);
/// How long the server then waits for those who followed these jobs to fetch their reports.
const FOLLOWERS: Duration = Duration::from_secs(5);
/// How long each phase of a simulated account takes, unless `--phase-delay` says otherwise.
const SIMULATED_DELAY: Duration = Duration::from_secs(1);
/// How long each phase may take, on top of `--phase-delay`.
const PHASE_TIMEOUT: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() -> ExitCode {
    let wanted = std::env::var("RUST_LOG").ok();
    let targets: Option<Targets> = wanted.and_then(|wanted| wanted.parse().ok());
    tracing_subscriber::registry()
        .with(tracing_subscriber::fmt::layer())
        .with(targets.unwrap_or(Targets::new().with_default(LevelFilter::INFO)))
        .init();
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
    let phase_delay = options.phase_delay.unwrap_or(match options.archive {
        Some(_) => Duration::ZERO,
        None => SIMULATED_DELAY,
    });
    let mut builder = Pipeline::builder(
        Client::new(store),
        Delayed::new(scraper, phase_delay),
        Delayed::new(HeuristicAnalyzer::new(), phase_delay),
        Delayed::new(ReportAssembler::new(), phase_delay),
    )
    .with_concurrency(options.concurrency.get())
    .with_lease(options.lease);
    for &phase in Phase::ALL {
        builder = builder
            .with_retry(phase, RetryPolicy::new(options.max_attempts))
            .with_timeout(phase, PHASE_TIMEOUT + phase_delay);
    }
    let pipeline = builder.build();

    #[cfg(unix)]
    let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate())?;
    #[cfg(windows)]
    let mut terminate = signal::windows::ctrl_close()?;
    let listener = TcpListener::bind(&options.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", options.listen))?;
    let address = listener.local_addr()?;
    tracing::info!(%address, "listening");
    tracing::info!("open http://{address}/ in a browser");
    let api = Api::new(pipeline.client().clone());
    let service = Page::around(api.clone());
    let workers = pipeline.start();
    let shutdown = async move {
        tokio::select! { _ = terminate.recv() => {} _ = signal::ctrl_c() => {} }
        tracing::info!("draining; a second signal stops at once");
        api.refuse_submits();
        tokio::select! {
            () = async {
                let drained = workers.drain(DRAIN).await;
                let unserved = api.wait_for_followers(FOLLOWERS).await;
                tracing::info!(?drained, unserved, "closing");
            } => {}
            _ = terminate.recv() => {}
            _ = signal::ctrl_c() => {}
        }
    };
    http::serve(listener, service, shutdown).await?;
    Ok(())
}
