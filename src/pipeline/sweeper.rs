//! The housekeeping of the store.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use tracing::{error, warn};

use super::settings::Settings;
use crate::client::Client;
use crate::measure;
use crate::store::SweepRequest;
use crate::timeout::within;

/// How many jobs one step of a sweep handles.
const BATCH: usize = 256;
const PAUSE_BETWEEN_STEPS: Duration = Duration::from_millis(1);

/// Sweeps the store at the interval of the settings, and counts what it holds for the metrics. Runs
/// until it is aborted.
///
/// Correctness does not depend on it: only memory, and how soon a deadline or a lost lease shows.
pub(super) async fn sweep(client: Client, settings: Arc<Settings>) {
    loop {
        tokio::time::sleep(settings.sweep_interval).await;
        while sweep_step(&client, settings.store_timeout).await {
            // Other tasks first, also where the store itself never waits.
            tokio::time::sleep(PAUSE_BETWEEN_STEPS).await;
        }
        // A store that is away shows in the metrics, too.
        if measure::WANTS_COUNTS {
            _ = AssertUnwindSafe(client.stats()).catch_unwind().await;
        }
    }
}

/// Makes one step. Returns whether there is more to sweep.
async fn sweep_step(client: &Client, timeout: Duration) -> bool {
    let step = within(timeout, client.store().sweep(SweepRequest::new(BATCH)));
    // A store is foreign code; its panic must not end all housekeeping.
    match AssertUnwindSafe(step).catch_unwind().await {
        Ok(Ok(Ok(swept))) => return swept.more,
        Ok(Ok(Err(error))) => warn!(%error, "the store could not be swept; will try again"),
        Ok(Err(_)) => warn!("the store did not reply to a sweep in time; will try again"),
        Err(_) => error!("the store panicked in a sweep; will try again"),
    }
    false
}
