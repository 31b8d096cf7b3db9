//! What one call of a mock does.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::phase::{PhaseContext, PhaseError};

/// What one call of a mock does: some waiting, some progress, and an end.
///
/// The order is always the same: wait at the gate, take the time, report the progress that was
/// set, and end.
#[derive(Clone)]
pub struct Step<T> {
    gate: Option<Gate>,
    takes: Duration,
    progress: Vec<f64>,
    ending: Ending<T>,
    retry_after: Option<Duration>,
}

#[derive(Clone)]
enum Ending<T> {
    Succeed(T),
    Fail(Fail, Box<str>),
    Panic(Box<str>),
    Hang,
    // How long the phase goes on after it was asked to stop.
    UntilCancelled(Duration),
}

#[derive(Clone, Copy)]
enum Fail {
    Transient,
    RateLimited(Option<Duration>),
    QuotaExhausted(Duration),
    Permanent,
}

/// Holds calls up until the test lets them pass. Cheap to clone; closed at first.
#[derive(Clone)]
pub struct Gate(Arc<Semaphore>);

impl<T> Step<T> {
    /// Succeeds with a value.
    #[must_use]
    pub const fn succeed(value: T) -> Self {
        Self::ending(Ending::Succeed(value))
    }

    /// Fails with [`PhaseError::transient`].
    #[must_use]
    pub fn transient(message: &str) -> Self {
        Self::ending(Ending::Fail(Fail::Transient, message.into()))
    }

    /// Fails with [`PhaseError::rate_limited`].
    #[must_use]
    pub fn rate_limited(message: &str, retry_after: Option<Duration>) -> Self {
        Self::ending(Ending::Fail(Fail::RateLimited(retry_after), message.into()))
    }

    /// Fails with [`PhaseError::quota_exhausted`].
    #[must_use]
    pub fn quota_exhausted(message: &str, wait: Duration) -> Self {
        Self::ending(Ending::Fail(Fail::QuotaExhausted(wait), message.into()))
    }

    /// Fails with [`PhaseError::permanent`].
    #[must_use]
    pub fn permanent(message: &str) -> Self {
        Self::ending(Ending::Fail(Fail::Permanent, message.into()))
    }

    /// Panics.
    #[must_use]
    pub fn panic(message: &str) -> Self {
        Self::ending(Ending::Panic(message.into()))
    }

    /// Never ends by itself, asked to stop or not.
    #[must_use]
    pub const fn hang() -> Self {
        Self::ending(Ending::Hang)
    }

    /// Goes on until it is asked to stop and for `linger` after that, then fails.
    #[must_use]
    pub const fn until_cancelled(linger: Duration) -> Self {
        Self::ending(Ending::UntilCancelled(linger))
    }

    /// Waits at a gate first.
    #[must_use]
    pub fn behind(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.clone());
        self
    }

    /// Names a wait with its failure, as [`PhaseError::with_retry_after`] does.
    #[must_use]
    pub const fn retrying_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Takes this long.
    #[must_use]
    pub const fn taking(mut self, time: Duration) -> Self {
        self.takes = time;
        self
    }

    /// Reports these fractions of its phase, 0.0 to 1.0, spread evenly over the time it takes.
    #[must_use]
    pub fn reporting(mut self, fractions: impl IntoIterator<Item = f64>) -> Self {
        self.progress = fractions.into_iter().collect();
        self
    }

    pub(super) async fn run(self, ctx: &PhaseContext) -> Result<T, PhaseError> {
        if let Some(gate) = &self.gate {
            gate.pass().await;
        }
        let parts = u32::try_from(self.progress.len().max(1)).unwrap_or(u32::MAX);
        for fraction in &self.progress {
            tokio::time::sleep(self.takes / parts).await;
            ctx.progress(*fraction);
        }
        if self.progress.is_empty() && !self.takes.is_zero() {
            tokio::time::sleep(self.takes).await;
        }
        match self.ending {
            Ending::Succeed(value) => Ok(value),
            Ending::Fail(fail, message) => {
                let error = fail.error(&message);
                let wait = self.retry_after.or(error.retry_after());
                Err(error.with_retry_after(wait))
            }
            Ending::Panic(message) => panic!("{message}"),
            Ending::Hang => std::future::pending().await,
            Ending::UntilCancelled(linger) => {
                ctx.cancelled().await;
                tokio::time::sleep(linger).await;
                Err(PhaseError::transient("the phase was asked to stop"))
            }
        }
    }

    const fn ending(ending: Ending<T>) -> Self {
        Self {
            gate: None,
            takes: Duration::ZERO,
            progress: Vec::new(),
            ending,
            retry_after: None,
        }
    }
}

impl Fail {
    fn error(self, message: &str) -> PhaseError {
        match self {
            Self::Transient => PhaseError::transient(message),
            Self::RateLimited(retry_after) => PhaseError::rate_limited(message, retry_after),
            Self::QuotaExhausted(wait) => PhaseError::quota_exhausted(message, wait),
            Self::Permanent => PhaseError::permanent(message),
        }
    }
}

impl Gate {
    /// A closed gate.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    /// Lets this many calls pass, those that wait already and those to come.
    pub fn let_pass(&self, calls: usize) {
        self.0.add_permits(calls);
    }

    /// Lets every call pass from now on.
    pub fn open(&self) {
        self.0.close();
    }

    async fn pass(&self) {
        // A closed semaphore is an open gate.
        if let Ok(permit) = self.0.acquire().await {
            permit.forget();
        }
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("open", &self.0.is_closed())
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Step<T> {
    // Without the value, which need not be printable.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ending = match &self.ending {
            Ending::Succeed(_) => "succeed",
            Ending::Fail(Fail::Transient, _) => "fail for now",
            Ending::Fail(Fail::RateLimited(_), _) => "be rate limited",
            Ending::Fail(Fail::QuotaExhausted(_), _) => "find the quota used up",
            Ending::Fail(Fail::Permanent, _) => "fail for good",
            Ending::Panic(_) => "panic",
            Ending::Hang => "hang",
            Ending::UntilCancelled(_) => "go on until cancelled",
        };
        f.debug_struct("Step")
            .field("gate", &self.gate)
            .field("takes", &self.takes)
            .field("progress", &self.progress)
            .field("retry_after", &self.retry_after)
            .field("ending", &ending)
            .finish()
    }
}
