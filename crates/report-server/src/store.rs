//! The store of a service.

use std::time::Duration;

use report_pipeline::{JobStore, MemoryOptions, RedisOptions, SqliteOptions, StoreLimits};
use tokio::time::Instant;

use crate::run::BoxError;
use crate::settings::StoreSettings;

/// The pause between two attempts to reach the store at the start.
const PAUSE: Duration = Duration::from_secs(1);

/// Opens the store that the settings name.
///
/// # Errors
/// If it cannot be reached within the time that the settings give it.
pub(crate) async fn open(settings: &StoreSettings) -> Result<Box<dyn JobStore>, BoxError> {
    let mut limits = StoreLimits::default()
        .with_pending_jobs(settings.queue_limit)
        .with_jobs(settings.max_jobs)
        .with_stored_bytes(settings.max_stored_bytes)
        .with_value_bytes(settings.max_value_bytes);
    if let Some(limit) = settings.tenant_queue_limit {
        limits = limits.with_pending_jobs_per_scope(limit);
    }
    let address = &*settings.store.0;
    if address == "memory" {
        let options = MemoryOptions::new().with_retention(settings.retention);
        return Ok(Box::new(options.with_limits(limits).build()));
    }
    if let Some(path) = address.strip_prefix("sqlite:") {
        let options = SqliteOptions::new(path).with_retention(settings.retention);
        return Ok(Box::new(options.with_limits(limits).connect().await?));
    }
    let options = RedisOptions::new(address)?
        .with_retention(settings.retention)
        .with_limits(limits);
    let until = Instant::now() + settings.store_wait;
    loop {
        match options.clone().connect().await {
            Ok(store) => return Ok(Box::new(store)),
            Err(error) if Instant::now() < until => {
                tracing::warn!(%error, "the store is not there yet; trying again");
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}
