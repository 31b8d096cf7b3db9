//! The program's function that delivers notes.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;

use crate::store::EndedJob;

/// What the program does with an ended job that has notes.
#[derive(Clone)]
pub(super) struct OnEnd(Arc<Handler>);

type Handler = dyn Fn(EndedJob) -> BoxFuture<'static, Result<(), String>> + Send + Sync;

impl OnEnd {
    pub(super) fn new<F, Fut, E>(deliver: F) -> Self
    where
        F: Fn(EndedJob) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: fmt::Display,
    {
        Self(Arc::new(move |ended| {
            let delivered = deliver(ended);
            async move { delivered.await.map_err(|error| error.to_string()) }.boxed()
        }))
    }

    /// Calls the program, and returns what it says went wrong.
    pub(super) async fn deliver(&self, ended: EndedJob) -> Result<(), String> {
        (self.0)(ended).await
    }
}

impl fmt::Debug for OnEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnEnd")
    }
}
