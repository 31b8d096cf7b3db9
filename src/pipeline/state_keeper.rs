//! Keeps what phases save while they run.

use std::collections::BTreeSet;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Mutex;
use tracing::warn;

use super::on_its_way::OnItsWay;
use super::persist::persist;
use super::settings::Settings;
use super::stop::{StopReason, StopSwitch};
use super::versioned::{mark, unmark};
use crate::job::Phase;
use crate::phase::{SavedJson, SavedValue, StateKeeper};
use crate::store::{
    HeartbeatReply, JobStore, Lease, ProgramVersion, SaveRequest, Saved, StoreError,
};
use crate::timeout::instant_after;

/// Keeps the partial state of one running job's phases in the store.
///
/// What is kept of a phase is always all that it has saved up to some point: after a save that was not
/// kept no later one is, or a page would be missing between others.
pub(super) struct StoredState {
    store: Arc<dyn JobStore>,
    lease: Lease,
    timeout: Duration,
    patience: Duration,
    program_version: Option<ProgramVersion>,
    stop: StopSwitch,
    on_its_way: OnItsWay,
    /// The next save's number. Whoever holds the lock has its turn.
    next: Mutex<u32>,
    incomplete: Incomplete,
}

/// The phases of which nothing more is kept.
#[derive(Default)]
struct Incomplete(std::sync::Mutex<BTreeSet<Phase>>);

impl Incomplete {
    fn phases(&self) -> MutexGuard<'_, BTreeSet<Phase>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a save, which leaves its phase incomplete unless it is told to be kept: also if the phase
    /// drops it, in whatever it waits for.
    const fn begin(&self, phase: Phase) -> Begun<'_> {
        Begun {
            incomplete: self,
            phase,
            kept: false,
        }
    }
}

/// A save that has begun.
struct Begun<'a> {
    incomplete: &'a Incomplete,
    phase: Phase,
    kept: bool,
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        if !self.kept {
            self.incomplete.phases().insert(self.phase);
        }
    }
}

impl StoredState {
    pub(super) fn new(
        store: Arc<dyn JobStore>,
        lease: Lease,
        settings: &Settings,
        program_version: Option<ProgramVersion>,
        stop: StopSwitch,
        on_its_way: OnItsWay,
    ) -> Self {
        Self {
            store,
            lease,
            timeout: settings.store_timeout,
            patience: settings.lease,
            program_version,
            stop,
            on_its_way,
            next: Mutex::default(),
            incomplete: Incomplete::default(),
        }
    }
}

/// What a claim has brought of earlier attempts, for the phase that it belongs to.
pub(super) fn as_json(saved: &Saved, version: Option<&ProgramVersion>) -> SavedJson {
    let unmark = |kept| unmark(version, kept);
    SavedJson {
        state: saved.state().map(unmark),
        pages: saved.pages().iter().map(unmark).collect(),
    }
}

#[async_trait]
impl StateKeeper for StoredState {
    async fn keep(&self, phase: Phase, value: SavedValue, begin: &(dyn Fn() -> bool + Sync)) {
        let mut save = self.incomplete.begin(phase);
        // One after the other, so that numbers rise in the order in which the store sees them.
        let mut next = self.next.lock().await;
        if self.incomplete.phases().contains(&phase) {
            return;
        }
        // A phase can do without, so it is not held up for longer than another worker would wait.
        let give_up = instant_after(self.patience);
        let stopped = || async {
            tokio::select! {
                _ = self.stop.stopped() => {}
                () = tokio::time::sleep_until(give_up) => {}
            }
        };
        // The output of the phase before drops what was saved when it arrives.
        tokio::select! {
            biased;
            () = self.on_its_way.all_arrived() => {}
            () = stopped() => {
                return warn!(
                    %phase,
                    "state of the phase is not kept, nor what it saves after that: the output of the phase before has \
                     not reached the store; it goes on"
                );
            }
        }
        let number = *next;
        *next = next.saturating_add(1);
        let mark = |json| mark(self.program_version.as_ref(), json);
        let request = match value {
            SavedValue::State(state) => SaveRequest::replace(phase, number, mark(state)),
            SavedValue::Page(page) => SaveRequest::append(phase, number, mark(page)),
        }
        .with_fresh(begin());
        let call = || self.store.save(&self.lease, request.clone());
        match persist(self.timeout, call, stopped).await {
            Ok(HeartbeatReply::Continue) => save.kept = true,
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
