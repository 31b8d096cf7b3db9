//! A scraper of one's own, for a platform of one's own, over real HTTP.
//!
//! `cargo run --example custom_scraper` starts a little platform, "bluebird", on a free port of
//! this machine and asks for reports on its accounts. Some requests fail, so that every way of
//! telling the pipeline what to do next can be seen: give up, try again, wait as long as asked.

#[path = "custom_scraper/platform.rs"]
mod platform;
#[path = "custom_scraper/scraper.rs"]
mod scraper;

use std::error::Error;
use std::time::Duration;

use futures::StreamExt;
use report_pipeline::{
    Backoff, Client, JobId, MemoryStore, Phase, PhaseContext, PhaseError, Pipeline, Platform,
    PlatformRules, Platforms, ReportState, RetryPolicy, analyze_fn, assemble_fn,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use self::scraper::{Account, Bluebird};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let rules = PlatformRules::new(Platform::new("bluebird")?).with_hosts(["bluebird.example"]);
    let platforms = Platforms::only(rules);
    let scraper = Bluebird::new(platform::start().await?);
    let assembler = assemble_fn(|account: &Account, reach: &Reach, ctx: &PhaseContext| {
        Ok(json!({ "account": ctx.target(), "notes": account.notes.len(), "reach": reach }))
    });
    let client = Client::new(MemoryStore::new());
    let retry = RetryPolicy::default().with_backoff(Backoff::new(Duration::from_millis(100)));
    let pipeline = Pipeline::builder(client.clone(), scraper, analyze_fn(analyze), assembler)
        .with_retry(Phase::Scraping, retry)
        .build();

    let workers = pipeline.start();
    for input in [
        "@Ada",
        "https://bluebird.example/@busy",
        "flaky",
        "broken",
        "new",
        "nobody",
    ] {
        let target = platforms.target(None, input)?;
        let submitted = client.submit(target).await?;
        follow(&client, submitted.job().id).await?;
    }
    workers.drain(Duration::from_secs(5)).await;
    Ok(())
}

/// What is found out about an account. The pipeline keeps it, like what was read.
#[derive(Serialize, Deserialize)]
struct Reach {
    likes_per_follower: f64,
}

fn analyze(account: &Account, _: &PhaseContext) -> Result<Reach, PhaseError> {
    if account.followers == 0 {
        return Err(PhaseError::permanent("nobody follows the account"));
    }
    let known = account.notes.iter().filter_map(|note| note.likes);
    let likes: f64 = known.map(f64::from).sum();
    let likes_per_follower = likes / f64::from(account.followers);
    Ok(Reach { likes_per_follower })
}

/// Prints how a job goes, and its report if there is one.
async fn follow(client: &Client, id: JobId) -> Result<(), Box<dyn Error>> {
    let mut changes = std::pin::pin!(client.watch(id));
    while let Some(job) = changes.next().await.transpose()? {
        let (percent, phase) = (job.progress.percent(), job.phase);
        let reason = job.error_message().unwrap_or("no failure so far");
        println!(
            "{}: {} at {percent} % ({phase}), {reason}",
            job.target, job.status
        );
    }
    if let ReportState::Ready(report) = client.report(id).await? {
        println!("{}", String::from_utf8_lossy(&report));
    }
    Ok(())
}
