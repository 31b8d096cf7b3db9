//! What the others of a job must know of outputs that the store has not acknowledged.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::job::{Phase, Progress};

/// Says of which phases an output is on its way to the store. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct OnItsWay(Arc<Way>);

#[derive(Default)]
struct Way {
    /// At most two, in their order.
    phases: Mutex<Vec<Phase>>,
    arrived: Notify,
}

impl OnItsWay {
    fn phases(&self) -> MutexGuard<'_, Vec<Phase>> {
        self.0.phases.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The output of this phase is sent, and there is no reply yet.
    pub(super) fn left(&self, phase: Phase) {
        self.phases().push(phase);
    }

    /// The store has the output of this phase.
    pub(super) fn has_arrived(&self, phase: Phase) {
        self.phases().retain(|left| *left != phase);
        self.0.arrived.notify_waiters();
    }

    /// Waits until nothing is on its way.
    pub(super) async fn all_arrived(&self) {
        loop {
            // Made before the look, so that it hears of what comes after.
            let arrived = self.0.arrived.notified();
            if self.phases().is_empty() {
                return;
            }
            arrived.await;
        }
    }

    /// Returns the progress that may be told of a job: at most the start of the phase that follows the output on its
    /// way.
    pub(super) fn bound(&self, progress: Progress) -> Progress {
        match self.phases().first().and_then(|phase| phase.next()) {
            Some(next) => progress.min(next.start()),
            None => progress,
        }
    }
}
