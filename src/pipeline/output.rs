//! Outputs of phases as JSON.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::error;

use crate::job::{Failure, FailureKind, Phase};
use crate::panic;
use crate::phase::read_back;

/// Returns an output as JSON.
pub(super) fn encode<T: Serialize>(phase: Phase, output: &T) -> Result<Bytes, Failure> {
    // A value's own serialization is foreign code, like the phase that made it: what it says may
    // quote the value, so it goes to the log and not to clients.
    let (kind, reason) = match catch_unwind(AssertUnwindSafe(|| serde_json::to_vec(output))) {
        Ok(Ok(json)) => return Ok(Bytes::from(json)),
        Ok(Err(error)) => {
            error!(%phase, %error, "the output cannot be written as JSON");
            (FailureKind::Permanent, "its serialization failed")
        }
        Err(panic) => {
            let message = panic::message(&*panic).unwrap_or("no message");
            error!(%phase, panic = message, "the output's serialization panicked");
            (FailureKind::Panicked, "its serialization panicked")
        }
    };
    let message = format!("the output of phase {phase} cannot be written as JSON: {reason}");
    Err(Failure::new(kind, message))
}

/// Returns the output as a retry of a later phase will see it. In debug builds only: it costs a second
/// copy, and what differs shows at the first attempt.
pub(super) fn as_after_a_retry<T: Serialize + DeserializeOwned>(
    phase: Phase,
    output: T,
    json: &[u8],
) -> Result<T, Failure> {
    if !cfg!(debug_assertions) {
        return Ok(output);
    }
    // Foreign code again: see `encode`.
    let read = catch_unwind(AssertUnwindSafe(|| read_back(json)));
    let reason = match read {
        Ok(Ok(read)) => return Ok(read),
        Ok(Err(reason)) => reason,
        Err(_) => "reading it again panicked".to_owned(),
    };
    error!(%phase, %reason, "the output does not survive its JSON");
    let message = format!("the output of phase {phase} does not survive its JSON: {reason}");
    Err(Failure::new(FailureKind::Permanent, message))
}
