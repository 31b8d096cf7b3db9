//! Watches one job to its end.

use std::time::Duration;

use futures::{Stream, stream};
use tokio::time::Instant;

use super::Client;
use crate::backoff::Backoff;
use crate::job::{Job, JobId, Version};
use crate::store::StoreError;

/// How long one call to the store waits for a change. Bounds how long a wake-up that a store
/// loses against its contract can delay the stream.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// The shortest time between two calls.
const MIN_PAUSE: Duration = Duration::from_millis(100);

/// How long to wait while the store is away. Drawn, so that watchers do not all return at once when
/// an outage ends.
const BACKOFF: Backoff = Backoff::new(Duration::from_millis(200))
    .with_cap(Duration::from_secs(5))
    .with_min(MIN_PAUSE);

enum Follow {
    After(Version),
    Ended,
}

pub(super) fn watch(
    client: Client,
    id: JobId,
    seen: Version,
) -> impl Stream<Item = Result<Job, StoreError>> + Send + 'static {
    stream::unfold(Follow::After(seen), move |follow| {
        let client = client.clone();
        async move {
            let Follow::After(seen) = follow else {
                return None;
            };
            Some(match next_change(&client, id, seen).await {
                Ok(job) if job.status.is_terminal() => (Ok(job), Follow::Ended),
                Ok(job) => {
                    let seen = job.version;
                    (Ok(job), Follow::After(seen))
                }
                Err(error) => (Err(error), Follow::Ended),
            })
        }
    })
}

async fn next_change(client: &Client, id: JobId, seen: Version) -> Result<Job, StoreError> {
    let mut failures = 0;
    loop {
        let called = Instant::now();
        match client.changed(id, seen, MAX_WAIT).await {
            // An ended job has no change to wait for, even if the reader knows its end.
            Ok(Some(job)) if job.version > seen || job.status.is_terminal() => return Ok(job),
            Ok(Some(_)) => {
                // Stores may return early: one that always does is not called all the time.
                tokio::time::sleep_until(called + MIN_PAUSE).await;
                failures = 0;
            }
            Ok(None) => return Err(StoreError::NotFound(id)),
            Err(error) if error.is_retryable() => {
                failures += 1;
                tokio::time::sleep(BACKOFF.wait(failures)).await;
            }
            Err(error) => return Err(error),
        }
    }
}
