//! The request to stop working on a job.

use std::sync::{Arc, OnceLock};

use tokio_util::sync::CancellationToken;

/// Why a worker must stop working on a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StopReason {
    /// The job was cancelled.
    Cancelled,
    /// The store says that the lease is lost.
    LeaseLost,
    /// The store could not be reached for so long that the lease may be lost.
    Unrenewed,
    /// The process drains.
    Draining,
    /// The store refuses the output that the phase works on.
    Refused,
}

impl StopReason {
    /// Returns whether the output of a phase that ended in time can still be kept.
    pub(super) const fn leaves_the_job_ours(self) -> bool {
        matches!(self, Self::Unrenewed | Self::Draining)
    }
}

/// Asks one running job to stop, once, and says why. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct StopSwitch(Arc<Switch>);

#[derive(Default)]
struct Switch {
    why: OnceLock<StopReason>,
    token: CancellationToken,
}

impl StopSwitch {
    /// Asks the job's phase to stop. The first reason stands.
    pub(super) fn stop(&self, why: StopReason) {
        // The reason first: whoever sees the token cancelled finds it.
        _ = self.0.why.set(why);
        self.0.token.cancel();
    }

    /// Returns why the job must stop, if it must.
    pub(super) fn reason(&self) -> Option<StopReason> {
        self.0.why.get().copied()
    }

    /// Waits until the job must stop.
    pub(super) async fn stopped(&self) -> StopReason {
        self.0.token.cancelled().await;
        self.reason()
            .expect("only `stop` cancels the token, after it has set a reason")
    }

    /// Returns the token that is cancelled when the job must stop. Only [`stop`](Self::stop) may cancel it.
    pub(super) fn token(&self) -> CancellationToken {
        self.0.token.clone()
    }
}
