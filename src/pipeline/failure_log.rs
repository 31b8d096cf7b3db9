//! What the log says of a failed attempt.

use std::error::Error;
use std::time::Duration;

use tracing::warn;

use crate::job::{Failure, Phase};
use crate::phase::JobContext;
use crate::store::Outcome;

/// What becomes of a job whose attempt has failed.
enum Next {
    Retry,
    Paused,
    Failed,
}

impl Next {
    const fn as_str(&self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Paused => "paused",
            Self::Failed => "failed",
        }
    }
}

/// Logs why an attempt failed and what happens next, if the outcome is that of a failed attempt.
///
/// The message is the one that clients see. The fields of the spans around it are repeated, because not
/// all that collects logs keeps spans.
pub(super) fn attempt_failed(
    job: &JobContext,
    phase: Phase,
    source: Option<&(dyn Error + 'static)>,
    outcome: &Outcome,
) {
    let Some((failure, next, wait)) = told(outcome) else {
        return;
    };
    warn!(
        job_id = %job.id,
        platform = %job.target.platform,
        attempt = job.attempt,
        %phase,
        kind = %failure.kind(),
        error = failure.message(),
        source,
        next = next.as_str(),
        wait = wait.map(tracing::field::debug),
        "attempt failed",
    );
}

/// Returns why the attempt failed, what happens next, and how long that takes at least.
const fn told(outcome: &Outcome) -> Option<(&Failure, Next, Option<Duration>)> {
    match outcome {
        Outcome::Retry { after, failure } => Some((failure, Next::Retry, Some(*after))),
        Outcome::RateLimited { failure, limit } => {
            Some((failure, Next::Paused, Some(limit.floor())))
        }
        Outcome::Failed(failure) => Some((failure, Next::Failed, None)),
        Outcome::Completed(_) | Outcome::Released => None,
    }
}
