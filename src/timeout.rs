//! Waiting for a limited time.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures::future::poll_immediate;
use tokio::time::Instant;
use tokio::time::error::Elapsed;

/// Awaits a future for at most `limit`.
///
/// A future that is ready at once costs neither a look at the clock nor a timer, nor the room for one: most
/// calls of a store in memory are.
pub(crate) async fn within<F: Future>(limit: Duration, future: F) -> Result<F::Output, Elapsed> {
    let mut future = pin!(future);
    match poll_immediate(&mut future).await {
        Some(output) => Ok(output),
        None => Box::pin(tokio::time::timeout(limit, future)).await,
    }
}

/// Returns the instant after a wait, however long the wait.
pub(crate) fn instant_after(wait: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
    let now = Instant::now();
    now.checked_add(wait).unwrap_or(now + FAR)
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn waits_no_longer_than_the_limit() {
        let second = Duration::from_secs(1);
        assert_eq!(within(second, ready(7)).await, Ok(7));
        assert_eq!(
            within(second, async { tokio::time::sleep(second / 2).await }).await,
            Ok(())
        );
        assert!(within(second, pending::<()>()).await.is_err());
    }
}
