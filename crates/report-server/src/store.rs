//! The store of a service.

use std::path::Path;
use std::time::Duration;

use report_pipeline::{
    JobStore, MemoryOptions, PostgresConnectError, PostgresOptions, RedisConnectError,
    RedisCredentials, RedisOptions, SqliteOptions, StoreLimits, StoreTls,
};
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
    if settings.store_password_file.is_some() && !address.starts_with("redis") {
        return Err("--store-password-file is for Redis; the password of PostgreSQL belongs into the address, which the \
                    variable STORE keeps out of the list of processes"
            .into());
    }
    if address == "memory" {
        let options = MemoryOptions::new().with_retention(settings.retention);
        return Ok(Box::new(options.with_limits(limits).build()));
    }
    if let Some(path) = address.strip_prefix("sqlite:") {
        let options = SqliteOptions::new(path).with_retention(settings.retention);
        return Ok(Box::new(options.with_limits(limits).connect().await?));
    }
    let until = Instant::now() + settings.store_wait;
    if address.starts_with("postgres") {
        let mut options = PostgresOptions::new(address)?
            .with_retention(settings.retention)
            .with_limits(limits);
        if let Some(tls) = tls(settings)? {
            options = options.with_tls(tls);
        }
        return connect(until, async || match options.clone().connect().await {
            Ok(store) => Ok(Box::new(store) as Box<dyn JobStore>),
            Err(error) => {
                let may_come = matches!(error, PostgresConnectError::Unreachable { .. });
                Err((error.into(), may_come))
            }
        })
        .await;
    }
    let mut options = RedisOptions::new(address)?
        .with_retention(settings.retention)
        .with_limits(limits);
    if let Some(tls) = tls(settings)? {
        options = options.with_tls(tls);
    }
    if let Some(path) = settings.store_password_file.clone() {
        options = options.with_credentials(move || {
            let path = path.clone();
            async move {
                let reading = tokio::task::spawn_blocking(move || read_password(&path));
                Ok(RedisCredentials::new(reading.await??))
            }
        });
    }
    if let Ok(password) = std::env::var("STORE_SENTINEL_PASSWORD") {
        options = options.with_sentinel_credentials(RedisCredentials::new(password));
    }
    connect(until, async || match options.clone().connect().await {
        Ok(store) => Ok(Box::new(store) as Box<dyn JobStore>),
        Err(error) => {
            let may_come = matches!(error, RedisConnectError::Unreachable { .. });
            Err((error.into(), may_come))
        }
    })
    .await
}

/// Returns the statements that make the tables of the store.
///
/// # Errors
/// If it has none that somebody else could make.
pub(crate) fn schema(settings: &StoreSettings) -> Result<String, BoxError> {
    let address = &*settings.store.0;
    if !address.starts_with("postgres") {
        return Err("--print-schema needs a store in PostgreSQL: --store postgres://...".into());
    }
    Ok(PostgresOptions::new(address)?.ddl())
}

/// Connects again and again until then, as long as the error says that the store may come.
async fn connect(
    until: Instant,
    attempt: impl AsyncFn() -> Result<Box<dyn JobStore>, (BoxError, bool)>,
) -> Result<Box<dyn JobStore>, BoxError> {
    loop {
        match attempt().await {
            Ok(store) => return Ok(store),
            Err((error, true)) if Instant::now() < until => {
                tracing::warn!(%error, "the store is not there yet; trying again");
                tokio::time::sleep(PAUSE).await;
            }
            Err((error, _)) => return Err(error),
        }
    }
}

/// Reads a file with a password, which may end with a line break.
fn read_password(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path)
        .map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
        .map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// Reads the files of the TLS settings; `None` if there are no such settings.
fn tls(settings: &StoreSettings) -> Result<Option<StoreTls>, BoxError> {
    let read = |path: &Path| {
        std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
    };
    let mut tls = None;
    if let Some(ca) = &settings.store_tls_ca {
        tls = Some(StoreTls::new().with_ca(read(ca)?));
    }
    if let (Some(certificate), Some(key)) =
        (&settings.store_tls_certificate, &settings.store_tls_key)
    {
        let shown = tls.unwrap_or_default();
        tls = Some(shown.with_client_certificate(read(certificate)?, read(key)?));
    }
    if settings.store_tls_insecure {
        tracing::warn!(
            "any certificate of the store is believed: whoever is in between can read and change everything"
        );
        tls = Some(tls.unwrap_or_default().without_verification());
    }
    Ok(tls)
}
