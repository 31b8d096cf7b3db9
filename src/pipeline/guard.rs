//! Runs one phase under guard: timeout, deadline, panic, request to stop.

use std::error::Error;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::Duration;

use futures::FutureExt;
use futures::future::poll_immediate;
use tokio::time::Instant;
use tracing::error;

use super::running::RunningJob;
use super::stop::StopReason;
use crate::job::{Failure, FailureKind};
use crate::panic;
use crate::phase::PhaseError;

/// Why a phase returned no output.
pub(super) enum Interrupted {
    /// It failed.
    Failed {
        failure: Failure,
        /// The wait that the platform named, if any.
        retry_after: Option<Duration>,
        /// What caused the failure, for the log.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// It was stopped.
    Stopped(StopReason),
}

impl From<Failure> for Interrupted {
    fn from(failure: Failure) -> Self {
        Self::Failed {
            failure,
            retry_after: None,
            source: None,
        }
    }
}

/// Awaits a phase for at most `timeout`, and not beyond the job's `deadline`.
///
/// A phase that is asked to stop has `grace` to end by itself, after which it is dropped. If it
/// succeeds in that time and the job may still be ours, its output counts.
pub(super) async fn guard<T>(
    running: &RunningJob,
    timeout: Duration,
    deadline: Option<Instant>,
    grace: impl FnOnce(StopReason) -> Duration,
    phase: impl Future<Output = Result<T, PhaseError>>,
) -> Result<T, Interrupted> {
    if let Some(why) = running.stop_reason() {
        return Err(Interrupted::Stopped(why));
    }
    let mut phase = pin!(AssertUnwindSafe(phase).catch_unwind());
    // One that is done at once touches neither the timer nor the token.
    let ended = if let Some(ended) = poll_immediate(&mut phase).await {
        Ok(ended)
    } else {
        tokio::select! {
            biased;
            ended = tokio::time::timeout(shorter(timeout, deadline), &mut phase) => ended,
            why = running.stopped() => {
                let ended = tokio::time::timeout(grace(why), &mut phase).await;
                return match ended {
                    Ok(Ok(Ok(output))) if why.leaves_the_job_ours() => Ok(output),
                    _ => Err(Interrupted::Stopped(why)),
                };
            }
        }
    };
    match ended {
        Ok(Ok(Ok(output))) => Ok(output),
        Ok(Ok(Err(error))) => Err(failed(error)),
        Ok(Err(panic)) => {
            // The message only here: it may quote what clients must not see.
            let message = panic::message(&*panic).unwrap_or("no message");
            error!(job_id = %running.context.id, panic = message, "the phase panicked");
            Err(Failure::new(FailureKind::Panicked, "the phase panicked").into())
        }
        Err(_) => {
            let message = if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                "the phase did not end before the job's deadline".to_owned()
            } else {
                format!("the phase did not end within {timeout:?}")
            };
            Err(Failure::new(FailureKind::TimedOut, message).into())
        }
    }
}

fn shorter(timeout: Duration, deadline: Option<Instant>) -> Duration {
    deadline.map_or(timeout, |deadline| {
        timeout.min(deadline.saturating_duration_since(Instant::now()))
    })
}

fn failed(error: PhaseError) -> Interrupted {
    Interrupted::Failed {
        failure: Failure::from(&error),
        retry_after: error.retry_after(),
        source: error.into_source(),
    }
}
