//! The log, on standard output.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

use crate::settings::LogFormat;

/// Starts to log what `RUST_LOG` says, or else what is of interest to an operator.
pub(crate) fn start(format: LogFormat) {
    let wanted = std::env::var("RUST_LOG").ok();
    let targets: Option<Targets> = wanted.and_then(|wanted| wanted.parse().ok());
    let targets = targets.unwrap_or(Targets::new().with_default(LevelFilter::INFO));
    let registry = tracing_subscriber::registry().with(targets);
    match format {
        LogFormat::Text => registry.with(tracing_subscriber::fmt::layer()).init(),
        LogFormat::Json => {
            let lines = tracing_subscriber::fmt::layer().json().flatten_event(true);
            registry.with(lines).init();
        }
    }
}
