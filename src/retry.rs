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

    /// Sets the longest wait that a platform may ask for; a longer one is cut to it.
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

    /// Draws how long a platform is paused that limits requests, at the job's `attempt`-th attempt:
    /// as long as it asked for, or else between half and all of the backoff, and at least 1 s.
    ///
    /// A wait that the platform named is the least, however short the draw. Without one the draw
    /// starts at half: one from nothing upwards would ask again at once every now and then.
    pub(crate) fn pause_with(
        &self,
        rng: &mut fastrand::Rng,
        attempt: u32,
        retry_after: Option<Duration>,
    ) -> Duration {
        if let Some(asked) = retry_after {
            return self.backoff.wait_with(rng, 1).max(asked.min(self.max_wait));
        }
        let half = self.backoff.longest(attempt) / 2;
        let drawn = half + half.mul_f64(rng.f64());
        drawn.max(Duration::from_secs(1))
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
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_wait_a_platform_names_is_a_floor_and_is_cut(
            base in 0..100_000u64, cap in 0..1_000_000u64, max_wait in 0..10_000_000u64,
            asked in 0..100_000_000u64, attempt: u32, seed: u64,
        ) {
            let millis = Duration::from_millis;
            let backoff = Backoff::new(millis(base)).with_cap(millis(cap));
            let policy = RetryPolicy::default()
                .with_backoff(backoff)
                .with_max_wait(millis(max_wait));
            let mut rng = fastrand::Rng::with_seed(seed);
            let wait = policy.pause_with(&mut rng, attempt, Some(millis(asked)));
            prop_assert!(wait >= millis(asked.min(max_wait)));
            prop_assert!(wait <= millis(max_wait.max(cap)));
        }
    }

    #[test]
    fn a_pause_without_a_named_wait_grows_and_is_never_short() {
        let backoff = Backoff::default().with_cap(Duration::from_secs(60));
        let policy = RetryPolicy::default().with_backoff(backoff);
        let mut rng = fastrand::Rng::with_seed(7);
        let mut within = |attempt, least, most| {
            let wait = policy.pause_with(&mut rng, attempt, None).as_secs_f64();
            assert!((least..=most).contains(&wait), "{attempt}: {wait}");
        };
        for _ in 0..200 {
            within(1, 1.0, 1.0);
            within(4, 4.0, 8.0);
            within(30, 30.0, 60.0);
        }
        let none = policy.with_backoff(Backoff::new(Duration::ZERO));
        assert_eq!(none.pause_with(&mut rng, 5, None), Duration::from_secs(1));
    }

    #[test]
    fn attempts_are_counted_in_all() {
        let policy = RetryPolicy::default();
        assert!(policy.allows(0) && policy.allows(2) && !policy.allows(3));
        assert!(!RetryPolicy::never().allows(1));
    }
}
