//! Runs one phase under guard: timeout, panic, request to stop.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::Duration;

use futures::FutureExt;
use futures::future::poll_immediate;
use tokio::time::Instant;
use tracing::debug;

use super::running::{RunningJob, StopReason};
use crate::job::{Failure, FailureKind};
use crate::phase::{PhaseError, PhaseErrorKind};

/// Why a phase gave no output.
pub(super) enum Interrupted {
    /// It failed.
    Failed {
        failure: Failure,
        /// The wait the platform asked for, if it limits us.
        retry_after: Option<Duration>,
    },
    /// It was stopped.
    Stopped(StopReason),
}

impl From<Failure> for Interrupted {
    fn from(failure: Failure) -> Self {
        Self::Failed {
            failure,
            retry_after: None,
        }
    }
}

/// Awaits a phase for at most `timeout`, and not beyond the job's `deadline`.
///
/// A phase that is asked to stop has `grace` to end by itself, after which it is dropped. If it
/// ends well in that time and the job may still be ours, its output counts.
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
        Ok(Ok(Err(error))) => Err(failed(running, &error)),
        Ok(Err(panic)) => {
            let message = format!("the phase panicked: {}", panic_message(&*panic));
            Err(Failure::new(FailureKind::Panicked, message).into())
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

fn failed(running: &RunningJob, error: &PhaseError) -> Interrupted {
    if let Some(source) = std::error::Error::source(error) {
        // Only here: a source may hold what clients must not see.
        debug!(job_id = %running.lease.job(), %error, source, "phase failed");
    }
    let retry_after = match error.kind() {
        PhaseErrorKind::RateLimited { retry_after } => retry_after,
        PhaseErrorKind::Transient | PhaseErrorKind::Permanent => None,
    };
    Interrupted::Failed {
        failure: Failure::from(error),
        retry_after,
    }
}

pub(super) fn panic_message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&'static str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
