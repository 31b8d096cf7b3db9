//! The settings: flags, each of which may also come from the environment or from a file.

use std::ffi::OsString;
use std::fmt;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use axum::http::HeaderValue;
use clap::{Args, CommandFactory, FromArgMatches, Parser, ValueEnum};

use crate::settings_file;

/// Serves reports on social-media accounts over HTTP.
///
/// A setting is taken from its flag, else from its variable, else from the file of `--config`, else it has its
/// default. Secrets have no flags, so that no list of processes shows them: keys of tenants stand in the file of
/// `--tenants`, and `OPERATOR_KEY` (for the operator's view), `STORE_SENTINEL_PASSWORD`, `WEBHOOK_SECRET`,
/// `YOUTUBE_API_KEY`, `INSTAGRAM_USER_ID` with `INSTAGRAM_TOKEN`, and `TIKTOK_TOKENS` (the path of a file) come from
/// the environment.
#[derive(Parser)]
#[command(version)]
pub(crate) struct Settings {
    /// A TOML file with settings under the names of their flags, such as `queue-limit = 1000`.
    #[arg(long, env = "REPORT_SERVER_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// What this process does.
    #[arg(long, env, default_value = "all")]
    pub(crate) role: Role,
    /// The form of the log. `RUST_LOG` says what is logged, such as `info,report_pipeline=debug`.
    #[arg(long, env, default_value = "text")]
    pub(crate) log_format: LogFormat,
    #[command(flatten)]
    pub(crate) http: HttpSettings,
    #[command(flatten)]
    pub(crate) access: AccessSettings,
    #[command(flatten)]
    pub(crate) store: StoreSettings,
    #[command(flatten)]
    pub(crate) jobs: JobSettings,
    #[command(flatten)]
    pub(crate) callbacks: CallbackSettings,
}

/// What a process does.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// Takes requests and works on jobs.
    All,
    /// Takes requests; other processes on the same store do the work.
    Api,
    /// Works on jobs, and serves health and metrics alone.
    Worker,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object for each line.
    Json,
}

#[derive(Args)]
#[command(next_help_heading = "HTTP")]
pub(crate) struct HttpSettings {
    /// The address to listen on.
    #[arg(long, env, default_value = "127.0.0.1:8080")]
    pub(crate) listen: String,
    /// A second address, for metrics and health alone. Without it `/metrics` is served on the first one as long as
    /// there are no tenants, and nowhere if there are.
    #[arg(long, env)]
    pub(crate) metrics_listen: Option<String>,
    /// The path below which everything is served, such as `/reports`. A proxy in front must not take it off.
    #[arg(long, env, default_value = "", value_parser = base_path)]
    pub(crate) base_path: String,
    /// An origin whose pages may use the service, such as `https://app.example`. May be given several times.
    #[arg(long, env, value_delimiter = ',', value_parser = origin)]
    pub(crate) cors_origin: Vec<HeaderValue>,
    /// How many proxies in front add to `X-Forwarded-For`. With 0 the field is not believed.
    #[arg(long, env, default_value_t = 0)]
    pub(crate) trusted_proxies: usize,
    /// How many requests one address may make each minute; one of a batch counts as one. 0 is no limit.
    #[arg(long, env, default_value_t = 0)]
    pub(crate) address_rate: u32,
}

#[derive(Args)]
#[command(next_help_heading = "Access")]
pub(crate) struct AccessSettings {
    /// A TOML file that names the tenants and their keys. Without it everybody may ask, and sees every job.
    #[arg(long, env)]
    pub(crate) tenants: Option<PathBuf>,
    /// How many requests a tenant may make each minute unless the file says otherwise; one of a batch counts as
    /// one. 0 is no limit.
    #[arg(long, env, default_value_t = 0)]
    pub(crate) tenant_rate: u32,
}

#[derive(Args)]
#[command(next_help_heading = "Store")]
pub(crate) struct StoreSettings {
    /// Where jobs are kept: `memory`; `sqlite:PATH`, a file for one machine; or for many machines
    /// `postgres://USER@HOST:PORT/DB?schema=`, with `&sslmode=require` over TLS, `redis://HOST:PORT/DB?prefix=`, with
    /// `rediss` over TLS, or `redis-sentinel://HOST:PORT,HOST:PORT/SERVICE/DB?prefix=`. An address with a password
    /// belongs into the variable or the file, which no list of processes shows.
    #[arg(long, env, default_value = "memory", hide_env_values = true)]
    pub(crate) store: StoreAddress,
    /// How long a start waits for the store. With 0 a store that is away ends the process.
    #[arg(long, env, default_value = "0s", value_parser = humantime::parse_duration)]
    pub(crate) store_wait: Duration,
    /// A file with the password of Redis, read with each new connection: for one that changes. It goes before that of
    /// the address.
    #[arg(long, env)]
    pub(crate) store_password_file: Option<PathBuf>,
    /// A PEM file with the authority that has signed the certificate of the store. Without it those are trusted that the
    /// system trusts.
    #[arg(long, env)]
    pub(crate) store_tls_ca: Option<PathBuf>,
    /// A PEM file with the certificate that is shown to the store.
    #[arg(long, env, requires = "store_tls_key")]
    pub(crate) store_tls_certificate: Option<PathBuf>,
    /// A PEM file with the private key of that certificate.
    #[arg(long, env, requires = "store_tls_certificate")]
    pub(crate) store_tls_key: Option<PathBuf>,
    /// Believes whatever certificate the store shows: only for trying things out.
    #[arg(long, env)]
    pub(crate) store_tls_insecure: bool,
    /// Prints the statements that make the tables in PostgreSQL, and ends: for a database in which the service may make
    /// none.
    #[arg(long)]
    pub(crate) print_schema: bool,
    /// How long a finished job is kept.
    #[arg(long, env, default_value = "24h", value_parser = humantime::parse_duration)]
    pub(crate) retention: Duration,
    /// How many jobs may wait for a worker.
    #[arg(long, env, default_value_t = 100_000)]
    pub(crate) queue_limit: usize,
    /// How many jobs of one tenant with the same options may wait for a worker.
    #[arg(long, env)]
    pub(crate) tenant_queue_limit: Option<usize>,
    /// How many jobs are kept, finished ones included.
    #[arg(long, env, default_value_t = 1_000_000)]
    pub(crate) max_jobs: usize,
    /// How many bytes of reports and intermediate results are kept in all.
    #[arg(long, env, default_value_t = 1 << 30)]
    pub(crate) max_stored_bytes: u64,
    /// How many bytes a report or an intermediate result may have.
    #[arg(long, env, default_value_t = 16 << 20)]
    pub(crate) max_value_bytes: u64,
}

/// The address of a store. It may contain a password, so it is never shown.
#[derive(Clone)]
pub(crate) struct StoreAddress(pub(crate) String);

impl From<&str> for StoreAddress {
    fn from(address: &str) -> Self {
        Self(address.to_owned())
    }
}

impl fmt::Debug for StoreAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreAddress")
    }
}

#[derive(Args)]
#[command(next_help_heading = "Jobs")]
pub(crate) struct JobSettings {
    /// Reads accounts from the platforms' official APIs. Which ones depends on the secrets in the environment.
    #[arg(long, env)]
    pub(crate) live: bool,
    /// A file or a folder to read accounts from, of yt-dlp, Instaloader, Apify and others. Without it and
    /// without `--live` accounts are simulated.
    #[arg(long, env)]
    pub(crate) archive: Option<PathBuf>,
    /// How many jobs are worked on at once.
    #[arg(long, env, default_value = "8")]
    pub(crate) concurrency: NonZeroUsize,
    /// How often each phase is tried.
    #[arg(long, env, default_value = "3")]
    pub(crate) max_attempts: NonZeroU32,
    /// How long each phase may take.
    #[arg(long, env, default_value = "5m", value_parser = humantime::parse_duration)]
    pub(crate) phase_timeout: Duration,
    /// How long after its submit a job fails if it has not ended. A quota that is used up is waited for until then.
    #[arg(long, env, default_value = "1h", value_parser = humantime::parse_duration)]
    pub(crate) deadline: Duration,
    /// How many workers may crash with a job before it fails.
    #[arg(long, env, default_value = "3")]
    pub(crate) max_crashes: NonZeroU32,
    /// How long after the last heartbeat another worker may take a job.
    #[arg(long, env, default_value = "30s", value_parser = humantime::parse_duration)]
    pub(crate) lease: Duration,
    /// How long running jobs may take to finish after a signal.
    #[arg(long, env, default_value = "20s", value_parser = humantime::parse_duration)]
    pub(crate) drain: Duration,
    /// Slows every phase down, for demonstrations and tests. By default simulated accounts take a second for each,
    /// so that there is a progress to be seen, and others are not held up.
    #[arg(long, env, value_parser = humantime::parse_duration)]
    pub(crate) phase_delay: Option<Duration>,
}

#[derive(Args)]
#[command(next_help_heading = "Callbacks")]
pub(crate) struct CallbackSettings {
    /// A host that `callback_url` may name where there are no tenants, such as `hooks.example.com`,
    /// `*.example.com` or `hooks.example.com:8443`. May be given several times; `WEBHOOK_SECRET` signs.
    #[arg(long, env, value_delimiter = ',')]
    pub(crate) callback_host: Vec<String>,
    /// Allows callbacks over plain HTTP and to private addresses. Only where every host that may be named is
    /// trusted.
    #[arg(long, env)]
    pub(crate) callback_insecure: bool,
}

impl Settings {
    /// Reads the settings of this process.
    ///
    /// # Errors
    /// If a setting is unknown or has no valid value; also for `--help`, which is then printed.
    pub(crate) fn of_process() -> Result<Self, clap::Error> {
        Self::of_args(std::env::args_os().collect())
    }

    fn of_args(args: Vec<OsString>) -> Result<Self, clap::Error> {
        let first = Self::command().try_get_matches_from(&args)?;
        let Some(path) = first.get_one::<PathBuf>("config") else {
            return Self::from_arg_matches(&first);
        };
        let command = settings_file::with_defaults_of(path, Self::command())?;
        Self::from_arg_matches(&command.try_get_matches_from(args)?)
    }
}

fn base_path(path: &str) -> Result<String, &'static str> {
    let path = path.trim_end_matches('/');
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"/-._~".contains(&b);
    let is_sane = path.is_empty()
        || (path.starts_with('/') && !path.contains("//") && path.bytes().all(is_plain));
    if is_sane {
        Ok(path.to_owned())
    } else {
        Err("write it like /reports")
    }
}

fn origin(origin: &str) -> Result<HeaderValue, &'static str> {
    const FORM: &str = "write an origin like https://app.example, without a path";
    let is_origin = origin.split_once("://").is_some_and(|(scheme, rest)| {
        !scheme.is_empty() && !rest.is_empty() && !rest.contains('/')
    });
    if !is_origin {
        return Err(FORM);
    }
    HeaderValue::try_from(origin).map_err(|_| FORM)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn settings(config: &str, more: &[&str]) -> Result<Settings, String> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(config.as_bytes()).unwrap();
        let path = file.path().to_str().unwrap();
        let args = ["report-server", "--config", path].into_iter();
        let args = args.chain(more.iter().copied()).map(OsString::from);
        Settings::of_args(args.collect()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let file = "queue-limit = 7\nretention = \"2h\"\nlive = true\ncors-origin = [\"https://a.example\", \"https://b.example\"]";
        let read = settings(file, &["--retention", "3h"]).unwrap();
        assert_eq!(read.store.queue_limit, 7);
        assert_eq!(read.store.retention, Duration::from_secs(3 * 3600));
        assert_eq!(read.store.max_jobs, 1_000_000);
        assert!(read.jobs.live);
        assert_eq!(read.http.cors_origin.len(), 2);
    }

    #[test]
    fn what_is_wrong_in_the_file_is_named() {
        for (file, named) in [
            ("queue-limits = 7", "queue-limits"),
            ("queue-limit = \"many\"", "--queue-limit"),
            ("queue-limit = {}", "queue-limit"),
            ("config = \"other.toml\"", "config"),
            ("queue-limit = ", "line 1"),
            ("base-path = \"reports\"", "/reports"),
        ] {
            let Err(error) = settings(file, &[]) else {
                panic!("{file} is accepted");
            };
            assert!(error.contains(named), "{file}: {error}");
        }
        let missing = ["report-server", "--config", "no/such/file.toml"];
        let missing = Settings::of_args(missing.map(OsString::from).into());
        assert!(missing.is_err_and(|error| error.to_string().contains("no/such/file.toml")));
    }

    #[test]
    fn no_help_shows_a_secret() {
        Settings::command().debug_assert();
        let address = Settings::command();
        let store = address.get_arguments().find(|arg| arg.get_id() == "store");
        assert!(store.unwrap().is_hide_env_values_set());
    }
}
