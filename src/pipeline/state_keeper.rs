//! Keeps what phases save while they run.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Mutex;
use tracing::warn;

use super::persist::persist;
use super::stop::{StopReason, StopSwitch};
use crate::job::Phase;
use crate::phase::{SavedJson, SavedValue, StateKeeper};
use crate::store::{HeartbeatReply, JobStore, Lease, SaveRequest, Saved, StoreError};

/// Keeps the partial state of one running job's phases in the store.
///
/// What is kept of a phase is always all that it has saved up to some point: after a save that was not
/// kept no later one is, or a page would be missing between others.
pub(super) struct StoredState {
    store: Arc<dyn JobStore>,
    lease: Lease,
    timeout: Duration,
    stop: StopSwitch,
    saves: Mutex<Saves>,
}

#[derive(Default)]
struct Saves {
    next: u32,
    /// The phase of which nothing more is kept.
    incomplete: Option<Phase>,
}

impl StoredState {
    pub(super) fn new(
        store: Arc<dyn JobStore>,
        lease: Lease,
        timeout: Duration,
        stop: StopSwitch,
    ) -> Self {
        Self {
            store,
            lease,
            timeout,
            stop,
            saves: Mutex::default(),
        }
    }
}

/// What a claim has brought of earlier attempts, for the phase that it belongs to.
pub(super) fn as_json(saved: &Saved) -> SavedJson {
    SavedJson {
        state: saved.state().cloned(),
        pages: saved.pages().to_vec(),
    }
}

#[async_trait]
impl StateKeeper for StoredState {
    async fn keep(&self, phase: Phase, value: SavedValue, fresh: bool) {
        // One after the other, so that numbers rise in the order in which the store sees them.
        let mut saves = self.saves.lock().await;
        if saves.incomplete == Some(phase) {
            return;
        }
        let number = saves.next;
        saves.next = saves.next.saturating_add(1);
        // Until the store has replied, which it never does if the phase drops this call.
        saves.incomplete = Some(phase);
        let request = match value {
            SavedValue::State(state) => SaveRequest::replace(phase, number, state),
            SavedValue::Page(page) => SaveRequest::append(phase, number, page),
        }
        .with_fresh(fresh);
        let call = || self.store.save(&self.lease, request.clone());
        let stopped = async { _ = self.stop.stopped().await };
        match persist(self.timeout, call, stopped).await {
            Ok(HeartbeatReply::Continue) => saves.incomplete = None,
            Ok(HeartbeatReply::Cancel) => self.stop.stop(StopReason::Cancelled),
            Err(StoreError::LeaseLost(_)) => {
                warn!("lease lost: another worker may own the job");
                self.stop.stop(StopReason::LeaseLost);
            }
            // Another attempt begins with what was kept before.
            Err(error) => warn!(
                %phase, %error, "state of the phase is not kept, nor what it saves after that; it goes on"
            ),
        }
    }
}
