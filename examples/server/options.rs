//! The flags, each of which may also come from the environment.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

/// Serves reports on social-media accounts over HTTP.
#[derive(Parser)]
pub(crate) struct Options {
    /// The address to listen on.
    #[arg(long, env, default_value = "127.0.0.1:8080")]
    pub(crate) listen: String,
    /// Where jobs are kept: `memory`, or `redis://HOST:PORT/DB?prefix=` for many machines.
    #[arg(long, env, default_value = "memory", hide_env_values = true)]
    pub(crate) store: String,
    /// A file or a folder to read accounts from, of yt-dlp, Instaloader, Apify and others; without
    /// it they are simulated.
    #[arg(long, env)]
    pub(crate) archive: Option<PathBuf>,
    /// How many jobs are worked on at once.
    #[arg(long, env, default_value = "8")]
    pub(crate) concurrency: NonZeroUsize,
    /// How long a finished job is kept.
    #[arg(long, env, default_value = "24h", value_parser = humantime::parse_duration)]
    pub(crate) retention: Duration,
    /// How many jobs may wait for a worker.
    #[arg(long, env, default_value_t = 100_000)]
    pub(crate) queue_limit: usize,
    /// Slows every phase down, for demonstrations and tests. By default simulated accounts take a second for each,
    /// so that there is a progress to be seen, and others are not held up.
    #[arg(long, env, value_parser = humantime::parse_duration)]
    pub(crate) phase_delay: Option<Duration>,
    /// How long after the last heartbeat another worker may take a job.
    #[arg(long, env, default_value = "30s", value_parser = humantime::parse_duration)]
    pub(crate) lease: Duration,
    /// How often each phase is tried.
    #[arg(long, env, default_value = "3")]
    pub(crate) max_attempts: NonZeroU32,
}
