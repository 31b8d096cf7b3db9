//! Why a phase failed, and what to do next.

use std::error::Error;
use std::time::Duration;

use crate::job::{Failure, FailureKind};

/// The failure of a phase: a message, and whether trying again can help.
///
/// The message reaches clients in `error_message`: write it for them, without secrets (such as an API
/// key in an address) and without payloads. A [`source`](Self::with_source) reaches only the log.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use report_pipeline::PhaseError;
///
/// fn for_http_status(status: u16, retry_after: Option<Duration>) -> PhaseError {
///     match status {
///         404 => PhaseError::permanent("the account does not exist"),
///         429 => PhaseError::rate_limited("the platform limits our requests", retry_after),
///         _ => PhaseError::transient(format!("the platform returned status {status}")),
///     }
/// }
/// # assert!(!for_http_status(404, None).is_retryable());
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct PhaseError {
    kind: PhaseErrorKind,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What to do about a failed phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PhaseErrorKind {
    /// A fault that may pass: try again after a backoff, as often as the policy allows.
    Transient,
    /// The platform limits requests: pause it for every job, and try again after the wait that it
    /// named, or a backoff if it named none. Does not count as a failed attempt.
    RateLimited {
        /// How long the platform asked to wait, if it said so.
        retry_after: Option<Duration>,
    },
    /// Trying again cannot help.
    Permanent,
}

impl PhaseError {
    /// Creates the error of a fault that may pass, such as a broken connection.
    #[must_use]
    pub fn transient(message: impl Into<String>) -> Self {
        Self::new(PhaseErrorKind::Transient, message)
    }

    /// Creates the error of a platform that limits requests. `retry_after` is the wait that it named,
    /// if any.
    #[must_use]
    pub fn rate_limited(message: impl Into<String>, retry_after: Option<Duration>) -> Self {
        Self::new(PhaseErrorKind::RateLimited { retry_after }, message)
    }

    /// Creates the error of a fault that stays, such as an account that does not exist.
    #[must_use]
    pub fn permanent(message: impl Into<String>) -> Self {
        Self::new(PhaseErrorKind::Permanent, message)
    }

    /// Sets the error that caused this one, for the log.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Returns what to do about the failure.
    #[must_use]
    pub const fn kind(&self) -> PhaseErrorKind {
        self.kind
    }

    /// Returns whether another attempt may succeed.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        !matches!(self.kind, PhaseErrorKind::Permanent)
    }

    fn new(kind: PhaseErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }
}

impl From<&PhaseError> for Failure {
    /// Takes what is stored and shown of a phase's error: its message, never its source.
    fn from(error: &PhaseError) -> Self {
        let kind = match error.kind {
            PhaseErrorKind::Transient => FailureKind::Transient,
            PhaseErrorKind::RateLimited { .. } => FailureKind::RateLimited,
            PhaseErrorKind::Permanent => FailureKind::Permanent,
        };
        Self::new(kind, &error.message)
    }
}
