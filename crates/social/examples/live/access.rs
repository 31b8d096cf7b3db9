//! Access to the platforms, from the environment.

use std::env;

use report_pipeline::Platform;
use report_pipeline_social::{
    InstagramApi, LiveError, LiveOptions, LiveScraper, TikTokApi, TikTokTokens, YouTubeApi,
};

use crate::options::Options;

/// The scraper of the platforms that the environment gives access to.
pub(crate) fn scraper(options: &Options) -> Result<LiveScraper, LiveError> {
    let wanted = LiveOptions::new()
        .with_posts(options.posts)
        .with_comments_per_post(options.comments_per_post)
        .with_replies_per_comment(options.replies_per_comment)
        .with_budget(options.budget);
    let mut builder = LiveScraper::builder().with_options(wanted);
    if let Some(key) = value("YOUTUBE_API_KEY") {
        let api = YouTubeApi::new(key);
        builder = builder.with_youtube(match &options.youtube_base {
            Some(base) => api.with_base(base),
            None => api,
        });
    }
    if let (Some(user), Some(token)) = (value("INSTAGRAM_USER_ID"), value("INSTAGRAM_TOKEN")) {
        let api = InstagramApi::new(user, token);
        builder = builder.with_instagram(match &options.instagram_base {
            Some(base) => api.with_base(base),
            None => api,
        });
    }
    if let Some(path) = value("TIKTOK_TOKENS") {
        let api = TikTokApi::new(TikTokTokens::open(path)?);
        builder = builder.with_tiktok(match &options.tiktok_base {
            Some(base) => api.with_base(base),
            None => api,
        });
    }
    builder.build()
}

/// The variables that give access to a platform.
pub(crate) fn variables(platform: &Platform) -> &'static str {
    match platform.as_str() {
        "youtube" => "YOUTUBE_API_KEY",
        "instagram" => "INSTAGRAM_TOKEN and INSTAGRAM_USER_ID",
        _ => "TIKTOK_TOKENS, the path of a file",
    }
}

/// A variable that is set and not empty.
fn value(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.trim().is_empty())
}
