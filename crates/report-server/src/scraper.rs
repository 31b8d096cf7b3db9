//! Where the accounts come from.

use std::env;

use report_pipeline::{Platform, Scraper};
use report_pipeline_social::{
    ArchiveScraper, InstagramApi, LiveError, LiveScraper, LiveThenArchive, SimulatedScraper,
    Snapshot, TikTokApi, TikTokTokens, YouTubeApi,
};

use crate::run::BoxError;
use crate::settings::JobSettings;

/// The scraper that the settings name.
///
/// # Errors
/// If an archive cannot be read, or nothing gives access to any platform.
pub(crate) fn open(
    settings: &JobSettings,
) -> Result<Box<dyn Scraper<Output = Snapshot>>, BoxError> {
    let archive = settings.archive.as_ref().map(ArchiveScraper::open);
    let archive = archive.transpose()?;
    if let Some(archive) = &archive {
        tracing::info!("{}", archive.summary());
    }
    if !settings.live {
        if let Some(archive) = archive {
            return Ok(Box::new(archive));
        }
        tracing::warn!(
            "neither --live nor --archive is given: every account and report is simulated"
        );
        return Ok(Box::new(SimulatedScraper::new()));
    }
    let live = live()?;
    let missing = live.missing();
    for (platform, needed) in &missing {
        let variables = variables(platform);
        tracing::warn!("{platform} cannot be read live without {needed}: set {variables}");
    }
    match archive {
        Some(archive) => Ok(Box::new(LiveThenArchive::new(live, archive))),
        None if missing.len() == 3 => Err("nothing can be read: set YOUTUBE_API_KEY, \
            INSTAGRAM_TOKEN with INSTAGRAM_USER_ID, or TIKTOK_TOKENS, or give an --archive"
            .into()),
        None => Ok(Box::new(live)),
    }
}

/// Whether the settings name no accounts that there are.
pub(crate) const fn is_simulated(settings: &JobSettings) -> bool {
    !settings.live && settings.archive.is_none()
}

/// The scraper of the platforms that the environment gives access to.
fn live() -> Result<LiveScraper, LiveError> {
    let mut builder = LiveScraper::builder();
    if let Some(key) = value("YOUTUBE_API_KEY") {
        builder = builder.with_youtube(YouTubeApi::new(key));
    }
    if let (Some(user), Some(token)) = (value("INSTAGRAM_USER_ID"), value("INSTAGRAM_TOKEN")) {
        builder = builder.with_instagram(InstagramApi::new(user, token));
    }
    if let Some(path) = value("TIKTOK_TOKENS") {
        builder = builder.with_tiktok(TikTokApi::new(TikTokTokens::open(path)?));
    }
    builder.build()
}

/// The variables that give access to a platform.
fn variables(platform: &Platform) -> &'static str {
    match platform.as_str() {
        "youtube" => "YOUTUBE_API_KEY",
        "instagram" => "INSTAGRAM_TOKEN and INSTAGRAM_USER_ID",
        _ => "TIKTOK_TOKENS, the path of a file",
    }
}

/// A variable that is set and not empty.
pub(crate) fn value(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.trim().is_empty())
}
