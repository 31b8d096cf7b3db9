//! The signal that a server closes, and how a request learns of it.

use std::sync::Arc;

use http::Extensions;
use tokio_util::sync::CancellationToken;

/// Cancelled when a server closes. [`serve`](super::serve) puts it into the extensions of every
/// request, so that it reaches an `Api` through any middleware, and two servers of one `Api` close
/// independently.
///
/// Behind an `Arc`: a token's own clones all take one lock.
#[derive(Debug, Clone, Default)]
pub(super) struct ServerClosing(Arc<CancellationToken>);

impl ServerClosing {
    pub(super) fn begin(&self) {
        self.0.cancel();
    }
}

/// Ends the waits of one request: with its server, or with all waits of the `Api`.
#[derive(Debug, Clone)]
pub(super) struct Closing {
    api: CancellationToken,
    server: Option<CancellationToken>,
}

impl Closing {
    /// What ends the waits of a request with these extensions.
    pub(super) fn of(extensions: &Extensions, api: &CancellationToken) -> Self {
        Self {
            api: api.clone(),
            server: extensions
                .get::<ServerClosing>()
                .map(|server| CancellationToken::clone(&server.0)),
        }
    }

    pub(super) fn has_begun(&self) -> bool {
        self.api.is_cancelled()
            || self
                .server
                .as_ref()
                .is_some_and(CancellationToken::is_cancelled)
    }

    /// Waits until it has begun.
    ///
    /// # Cancel safety
    /// Dropping it loses nothing.
    pub(super) async fn begun(&self) {
        let Some(server) = &self.server else {
            return self.api.cancelled().await;
        };
        tokio::select! {
            () = self.api.cancelled() => {}
            () = server.cancelled() => {}
        }
    }
}
