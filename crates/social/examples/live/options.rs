//! The flags, each of which may also come from the environment. None of them is a secret.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

/// Serves reports on accounts that are read from the platforms' official APIs.
///
/// Secrets come from the environment: `YOUTUBE_API_KEY`; `INSTAGRAM_TOKEN` and `INSTAGRAM_USER_ID`;
/// `TIKTOK_TOKENS`, the path of a file.
#[derive(Parser)]
pub(crate) struct Options {
    /// The address to listen on.
    #[arg(long, env, default_value = "127.0.0.1:8080")]
    pub(crate) listen: String,
    /// A file or a folder to read accounts from where the APIs do not reach.
    #[arg(long, env)]
    pub(crate) archive: Option<PathBuf>,
    /// How long a finished report is kept. The platforms' terms limit it.
    #[arg(long, env, default_value = "24h", value_parser = humantime::parse_duration)]
    pub(crate) retention: Duration,
    /// How many posts of an account are read.
    #[arg(long, env, default_value_t = 30)]
    pub(crate) posts: u32,
    /// How many comments of each post are read.
    #[arg(long, env, default_value_t = 100)]
    pub(crate) comments_per_post: u32,
    /// How many replies to each comment are read.
    #[arg(long, env, default_value_t = 0)]
    pub(crate) replies_per_comment: u32,
    /// How many units of the `YouTube` quota one report may cost.
    #[arg(long, env, default_value_t = 100)]
    pub(crate) budget: u32,
    /// Another address of the `YouTube` API.
    #[arg(long, env)]
    pub(crate) youtube_base: Option<String>,
    /// Another address of the Instagram API, with its version.
    #[arg(long, env)]
    pub(crate) instagram_base: Option<String>,
    /// Another address of the `TikTok` API.
    #[arg(long, env)]
    pub(crate) tiktok_base: Option<String>,
}
