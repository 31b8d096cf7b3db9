//! What the others of a job must know of outputs that the store has not acknowledged.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::job::{Phase, Progress};

/// Says of which phase an output is on its way to the store. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct OnItsWay(Arc<Way>);

#[derive(Default)]
struct Way {
    phase: Mutex<Option<Phase>>,
    arrived: Notify,
}

impl OnItsWay {
    fn phase(&self) -> MutexGuard<'_, Option<Phase>> {
        self.0.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set(&self, phase: Option<Phase>) {
        if std::mem::replace(&mut *self.phase(), phase).is_some() && phase.is_none() {
            self.0.arrived.notify_waiters();
        }
    }

    /// Waits until nothing is on its way.
    pub(super) async fn arrived(&self) {
        loop {
            // Made before the look, so that it hears of what comes after.
            let arrived = self.0.arrived.notified();
            if self.phase().is_none() {
                return;
            }
            arrived.await;
        }
    }

    /// Returns the progress that may be told of a job: no more than the phase begins with that the store will know of.
    pub(super) fn bound(&self, progress: Progress) -> Progress {
        match self.phase().and_then(Phase::next) {
            Some(next) => progress.min(next.start()),
            None => progress,
        }
    }
}
