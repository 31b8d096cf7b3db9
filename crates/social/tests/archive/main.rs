//! The archive scraper, through its public interface.

mod fixtures;
mod formats;
mod odd;
mod opening;
mod records;
mod samples;
mod scraping;

use std::fs;
use std::path::{Path, PathBuf};

use report_pipeline::{Handle, Phase, PhaseContext, PhaseError, Platform, Scraper, Target};
use report_pipeline_social::{ArchiveScraper, Snapshot};
use serde_json::json;
use tempfile::TempDir;

/// A folder of archive files that goes away with the value.
struct Archive(TempDir);

impl Archive {
    fn of(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        for (name, content) in files {
            fs::write(folder.path().join(name), content).expect("it can be written to");
        }
        Self(folder)
    }

    fn file(content: impl AsRef<[u8]>) -> (Self, PathBuf) {
        let archive = Self::of(&[("a.jsonl", content.as_ref())]);
        let path = archive.path().join("a.jsonl");
        (archive, path)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

fn target(platform: Platform, handle: &str) -> Target {
    Target::new(
        platform,
        Handle::canonical(handle).expect("the test's handle is canonical"),
    )
}

fn record(handle: &str, followers: u64) -> String {
    json!({"platform": "instagram", "handle": handle, "profile": {"follower_count": followers}})
        .to_string()
}

async fn scrape(scraper: &ArchiveScraper, handle: &str) -> Result<Snapshot, PhaseError> {
    let target = target(Platform::INSTAGRAM, handle);
    let ctx = PhaseContext::detached(target.clone(), Phase::Scraping);
    scraper.scrape(&target, &ctx).await
}

async fn followers(scraper: &ArchiveScraper, handle: &str) -> Option<u64> {
    let snapshot = scrape(scraper, handle).await.expect("the account is there");
    snapshot.profile.follower_count
}
