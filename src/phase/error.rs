//! Why a phase failed, and what to do next.

use std::error::Error;
use std::time::Duration;

use crate::job::{Failure, FailureKind};

/// The failure of a phase: a message, and what to do about it.
///
/// The message reaches clients in `error_message`: write it for them, without secrets (such as an API
/// key in an address) and without payloads. A [`source`](Self::with_source) reaches only the log, at level
/// WARN, with all that caused it: it must hold no secrets either.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use report_pipeline::PhaseError;
///
/// fn for_http_status(status: u16, retry_after: Option<Duration>) -> PhaseError {
///     match status {
///         404 => PhaseError::account_unavailable("the account does not exist"),
///         429 => PhaseError::rate_limited("the platform limits our requests", retry_after),
///         _ => PhaseError::transient(format!("the platform returned status {status}"))
///             .with_retry_after(retry_after),
///     }
/// }
/// # assert!(!for_http_status(404, None).is_retryable());
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct PhaseError {
    kind: PhaseErrorKind,
    retry_after: Option<Duration>,
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
    /// named and a backoff. Does not count as a failed attempt.
    RateLimited,
    /// The quota of the platform is used up: pause it for every job until it begins anew. A job
    /// whose deadline comes first fails at once. Does not count as a failed attempt.
    QuotaExhausted,
    /// There is no such account, or it is private: trying again cannot help.
    AccountUnavailable,
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
    /// if any; [`retry_after`](crate::retry_after) reads the header of that name.
    ///
    /// The platform is paused for that long and a random time above it, which grows with each limit in
    /// a row. A wait over the policy's [`max_wait`](crate::RetryPolicy::with_max_wait) is cut to it.
    #[must_use]
    pub fn rate_limited(message: impl Into<String>, retry_after: Option<Duration>) -> Self {
        Self::new(PhaseErrorKind::RateLimited, message).with_retry_after(retry_after)
    }

    /// Creates the error of a platform whose quota is used up, and begins anew after `wait`.
    ///
    /// The platform is paused for exactly that long, at most 31 days; see
    /// [`Client::unpause`](crate::Client::unpause). Jobs whose deadline comes first fail with
    /// [`FailureKind::QuotaExhausted`].
    #[must_use]
    pub fn quota_exhausted(message: impl Into<String>, wait: Duration) -> Self {
        Self::new(PhaseErrorKind::QuotaExhausted, message).with_retry_after(wait)
    }

    /// Creates the error of an account that does not exist or is private.
    #[must_use]
    pub fn account_unavailable(message: impl Into<String>) -> Self {
        Self::new(PhaseErrorKind::AccountUnavailable, message)
    }

    /// Creates the error of a fault that stays, such as an answer that cannot be read.
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

    /// Sets the wait that was named, such as by a 503 with `Retry-After`. After a transient fault only
    /// this job waits, for that long and a backoff; the platform is not paused. An error that is not
    /// retried ignores it.
    #[must_use]
    pub fn with_retry_after(mut self, wait: impl Into<Option<Duration>>) -> Self {
        self.retry_after = wait.into();
        self
    }

    /// Returns the wait that was named, if any.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Returns what to do about the failure.
    #[must_use]
    pub const fn kind(&self) -> PhaseErrorKind {
        self.kind
    }

    /// Returns whether another attempt may succeed.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        !matches!(
            self.kind,
            PhaseErrorKind::Permanent | PhaseErrorKind::AccountUnavailable
        )
    }

    /// Returns the error that caused this one.
    pub(crate) fn into_source(self) -> Option<Box<dyn Error + Send + Sync>> {
        self.source
    }

    fn new(kind: PhaseErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            retry_after: None,
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
            PhaseErrorKind::RateLimited => FailureKind::RateLimited,
            PhaseErrorKind::QuotaExhausted => FailureKind::QuotaExhausted,
            PhaseErrorKind::AccountUnavailable => FailureKind::AccountUnavailable,
            PhaseErrorKind::Permanent => FailureKind::Permanent,
        };
        Self::new(kind, &error.message)
    }
}
