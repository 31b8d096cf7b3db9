//! Following one job to its end.

use std::time::Duration;

use futures::{Stream, stream};
use tokio::time::Instant;

use super::Client;
use crate::job::{Job, JobId, Version};
use crate::store::StoreError;

/// How long one question to the store waits for a change. Bounds how long a wake-up that a store
/// lost against its contract could delay the stream.
const ASK: Duration = Duration::from_secs(60);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

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
    let mut pause = FIRST_PAUSE;
    loop {
        let asked = Instant::now();
        match client.changed(id, seen, ASK).await {
            // An ended job has no change to wait for, even if the reader knows its end.
            Ok(Some(job)) if job.version > seen || job.status.is_terminal() => return Ok(job),
            Ok(Some(_)) => {
                // Stores may answer early: one that always does is not asked all the time.
                tokio::time::sleep_until(asked + FIRST_PAUSE).await;
                pause = FIRST_PAUSE;
            }
            Ok(None) => return Err(StoreError::NotFound(id)),
            Err(error) if error.is_retryable() => {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            Err(error) => return Err(error),
        }
    }
}
