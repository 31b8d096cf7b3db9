//! A report service on real accounts: asks the platforms' official APIs, and reads an archive where
//! they do not reach. It has the same page and routes as `examples/server.rs` of `report-pipeline`.
//!
//! ```sh
//! export YOUTUBE_API_KEY=...
//! cargo run --release -p report-pipeline-social --example live -- --archive downloads/
//! ```
//!
//! Secrets come from the environment alone, so that no list of processes shows them; `docs/live.md`
//! says where to get them. A platform without any says what is missing.

#[path = "live/access.rs"]
mod access;
#[path = "live/options.rs"]
mod options;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use options::Options;
use report_pipeline::http::{self, Api};
use report_pipeline::{Client, MemoryOptions, Phase, Pipeline, Scraper};
use report_pipeline_page::Page;
use report_pipeline_social::{
    ArchiveScraper, HeuristicAnalyzer, LiveThenArchive, ReportAssembler, Snapshot,
};
use tokio::net::TcpListener;
use tokio::signal;

/// How long running jobs may take to finish after a signal.
const DRAIN: Duration = Duration::from_secs(20);
/// How long reading an account may take: a hundred requests, one after the other.
const SCRAPING: Duration = Duration::from_secs(5 * 60);
/// How long a job may wait for a quota to begin anew: it does so at midnight.
const DEADLINE: Duration = Duration::from_secs(25 * 60 * 60);

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().init();
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
    let live = access::scraper(&options)?;
    let missing = live.missing();
    for (platform, needed) in &missing {
        let variables = access::variables(platform);
        tracing::warn!("{platform} cannot be read live without {needed}: set {variables}");
    }
    let scraper: Box<dyn Scraper<Output = Snapshot>> = match &options.archive {
        Some(path) => {
            let archive = ArchiveScraper::open(path)?;
            println!("{}", archive.summary());
            Box::new(LiveThenArchive::new(live, archive))
        }
        None if missing.len() == 3 => {
            return Err(
                "nothing can be read: set YOUTUBE_API_KEY, INSTAGRAM_TOKEN with \
                INSTAGRAM_USER_ID, or TIKTOK_TOKENS, or give an --archive"
                    .into(),
            );
        }
        None => Box::new(live),
    };

    let store = MemoryOptions::new()
        .with_retention(options.retention)
        .build();
    let pipeline = Pipeline::builder(
        Client::new(store).with_deadline(Some(DEADLINE)),
        scraper,
        HeuristicAnalyzer::new(),
        ReportAssembler::new(),
    )
    .with_timeout(Phase::Scraping, SCRAPING)
    .build();

    let listener = TcpListener::bind(&options.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", options.listen))?;
    let address = listener.local_addr()?;
    tracing::info!(%address, "listening");
    let service = Page::around(Api::new(pipeline.client().clone()));
    let workers = pipeline.start();
    let shutdown = async move {
        // Whether it came or cannot be waited for: both end the service.
        let _ = signal::ctrl_c().await;
        tracing::info!("draining");
        workers.drain(DRAIN).await;
    };
    http::serve(listener, service, shutdown).await?;
    Ok(())
}
