//! The live scrapers against local servers that answer what the platforms' APIs answer.

mod combined;
mod end_to_end;
mod example;
mod instagram;
mod mask;
mod network;
mod secrets;
mod server;
mod tiktok;
mod youtube;
mod youtube_api;
mod youtube_document;
mod youtube_errors;

use report_pipeline::{Phase, PhaseContext, PhaseError, Platforms, Scraper, Target};
use report_pipeline_social::Snapshot;

fn target(platform: &str, name: &str) -> Target {
    Platforms::default()
        .target(Some(platform), name)
        .expect(name)
}

async fn scrape(
    scraper: &impl Scraper<Output = Snapshot>,
    target: &Target,
) -> Result<Snapshot, PhaseError> {
    let ctx = PhaseContext::detached(target.clone(), Phase::Scraping);
    scraper.scrape(target, &ctx).await
}
