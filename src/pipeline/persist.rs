//! Calls of the store that are repeated while it is away.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use tracing::debug;

use crate::backoff::Backoff;
use crate::store::StoreError;
use crate::timeout::within;

/// Calls the store until it replies, or until it is away while `stop` is done.
///
/// Every call may take `timeout`. At least one is made. [`Unavailable`](StoreError::Unavailable) is
/// returned only once `stop` is done; every other reply is returned at once. `stop` is made when the first
/// call has failed.
pub(super) async fn persist<T, F, S>(
    timeout: Duration,
    call: impl Fn() -> F,
    stop: impl FnOnce() -> S,
) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
    S: Future<Output = ()>,
{
    match reply(timeout, call()).await {
        // Boxed, so that the usual case does not carry the room for it around.
        Err(error @ StoreError::Unavailable { .. }) => {
            Box::pin(repeat(timeout, call, error, stop())).await
        }
        reply => reply,
    }
}

/// Repeats a call that has failed as unavailable.
async fn repeat<T, F>(
    timeout: Duration,
    call: impl Fn() -> F,
    mut error: StoreError,
    stop: impl Future<Output = ()>,
) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    const BACKOFF: Backoff = Backoff::new(Duration::from_millis(50))
        .with_cap(Duration::from_secs(2))
        .with_min(Duration::from_millis(25));
    let mut stop = pin!(stop);
    let mut failures = 0;
    loop {
        failures += 1;
        debug!(%error, failures, "the store is away; the call will be repeated");
        tokio::select! {
            () = tokio::time::sleep(BACKOFF.wait(failures)) => {}
            () = &mut stop => return Err(error),
        }
        error = match reply(timeout, call()).await {
            Err(error @ StoreError::Unavailable { .. }) => error,
            reply => return reply,
        };
    }
}

async fn reply<T>(
    timeout: Duration,
    call: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let late = |_| Err(StoreError::unavailable("it did not reply in time"));
    within(timeout, call).await.unwrap_or_else(late)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::{pending, ready};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn repeats_a_call_until_the_store_replies() {
        let calls = Cell::new(0);
        let call = || {
            calls.set(calls.get() + 1);
            let n = calls.get();
            async move {
                match n {
                    1 => Err(StoreError::unavailable("away")),
                    2 => pending().await,
                    n => Ok(n),
                }
            }
        };
        assert_eq!(persist(SECOND, call, pending).await.unwrap(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn returns_a_refusal_at_once() {
        let refuse = || ready(Err::<(), _>(StoreError::Misuse("wrong")));
        let reply = persist(SECOND, refuse, pending).await;
        assert!(matches!(reply, Err(StoreError::Misuse(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn makes_one_call_and_no_more_once_it_must_stop() {
        let calls = Cell::new(0);
        let fail = || {
            calls.set(calls.get() + 1);
            ready(Err::<(), _>(StoreError::unavailable("away")))
        };
        let reply = persist(SECOND, fail, || ready(())).await;
        assert!(matches!(reply, Err(StoreError::Unavailable { .. })));
        assert_eq!(calls.get(), 1);
    }
}
