//! Whether and when a failed phase is tried again.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::backoff::Backoff;

/// How often a phase is tried, and how long to wait between two attempts.
///
/// | setting | default |
/// |---|---|
/// | `max_attempts` | 3 |
/// | `backoff` | [`Backoff::default`]: up to 1 s after the first failure, doubling to 30 s |
/// | `max_wait` | 15 min |
///
/// # Example
/// ```
/// use std::num::NonZeroU32;
/// use std::time::Duration;
/// use report_pipeline::{Backoff, RetryPolicy};
///
/// let five_times = RetryPolicy::new(NonZeroU32::new(5).expect("not zero"))
///     .with_backoff(Backoff::new(Duration::from_millis(100)));
/// assert!(five_times.allows(4) && !five_times.allows(5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    max_attempts: NonZeroU32,
    backoff: Backoff,
    max_wait: Duration,
}

impl RetryPolicy {
    /// Creates a policy that tries `max_attempts` times, with the default waits.
    #[must_use]
    pub const fn new(max_attempts: NonZeroU32) -> Self {
        Self {
            max_attempts,
            backoff: Backoff::DEFAULT,
            max_wait: Duration::from_secs(15 * 60),
        }
    }

    /// Creates a policy that tries once and never again.
    #[must_use]
    pub const fn never() -> Self {
        Self::new(NonZeroU32::MIN)
    }

    /// Sets how long to wait between two attempts.
    #[must_use]
    pub const fn with_backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Sets the longest wait that a platform may ask for; a longer one is cut to it. That of a quota is
    /// not cut.
    #[must_use]
    pub const fn with_max_wait(mut self, max_wait: Duration) -> Self {
        self.max_wait = max_wait;
        self
    }

    /// Returns how often the phase is tried in all.
    #[must_use]
    pub const fn max_attempts(&self) -> NonZeroU32 {
        self.max_attempts
    }

    /// Returns the waits between two attempts.
    #[must_use]
    pub const fn backoff(&self) -> Backoff {
        self.backoff
    }

    /// Returns whether there is another attempt after `failures` failed ones.
    #[must_use]
    pub const fn allows(&self, failures: u32) -> bool {
        failures < self.max_attempts.get()
    }

    /// Cuts a wait that a platform named to the longest one that it may ask for.
    pub(crate) fn cut(&self, named: Duration) -> Duration {
        named.min(self.max_wait)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        const THREE: NonZeroU32 = NonZeroU32::MIN.saturating_add(2);
        Self::new(THREE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_counted_in_all() {
        let policy = RetryPolicy::default();
        assert!(policy.allows(0) && policy.allows(2) && !policy.allows(3));
        assert!(!RetryPolicy::never().allows(1));
    }
}
