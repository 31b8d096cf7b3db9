//! How long to wait before something that failed is tried again.

use std::time::Duration;

/// Waits that grow exponentially and are drawn at random.
///
/// The wait after the n-th failure is drawn evenly from 0 to `min(cap, base * 2^(n-1))` ("full
/// jitter", Brooker, AWS Architecture Blog 2015), so that many callers that failed together do not
/// come back together.
///
/// | setting | default |
/// |---|---|
/// | `base` | 1 s |
/// | `cap` | 30 s |
///
/// # Example
/// ```
/// use std::time::Duration;
/// use report_pipeline::Backoff;
///
/// let backoff = Backoff::new(Duration::from_millis(200)).with_cap(Duration::from_secs(5));
/// assert!(backoff.wait(1) <= Duration::from_millis(200));
/// assert!(backoff.wait(3) <= Duration::from_millis(800));
/// assert!(backoff.wait(1000) <= Duration::from_secs(5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    base: Duration,
    cap: Duration,
    min: Duration,
}

impl Backoff {
    pub(crate) const DEFAULT: Self = Self::new(Duration::from_secs(1));

    /// Creates a backoff that waits at most `base` after the first failure.
    #[must_use]
    pub const fn new(base: Duration) -> Self {
        Self {
            base,
            cap: Duration::from_secs(30),
            min: Duration::ZERO,
        }
    }

    /// Sets the longest wait after any failure.
    #[must_use]
    pub const fn with_cap(mut self, cap: Duration) -> Self {
        self.cap = cap;
        self
    }

    /// Sets the shortest wait. For callers that fail at once and would otherwise call again at once
    /// whenever a short wait is drawn.
    #[must_use]
    pub(crate) const fn with_min(mut self, min: Duration) -> Self {
        self.min = min;
        self
    }

    pub(crate) const fn base(&self) -> Duration {
        self.base
    }

    pub(crate) const fn cap(&self) -> Duration {
        self.cap
    }

    /// Draws how long to wait after the `failures`-th failure in a row, counted from 1.
    #[must_use]
    pub fn wait(&self, failures: u32) -> Duration {
        self.wait_with(&mut fastrand::Rng::new(), failures)
    }

    /// [`wait`](Self::wait) with the caller's random numbers.
    pub(crate) fn wait_with(&self, rng: &mut fastrand::Rng, failures: u32) -> Duration {
        let longest = self.longest(failures);
        let range = longest.saturating_sub(self.min);
        self.min.saturating_add(range.mul_f64(rng.f64()))
    }

    /// Returns the longest wait that can be drawn after the `failures`-th failure, unless the
    /// shortest one is longer.
    pub(crate) fn longest(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        self.base.saturating_mul(1 << doublings).min(self.cap)
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn backoffs() -> impl Strategy<Value = Backoff> {
        (0..100_000u64, 0..1_000_000u64, 0..10_000u64).prop_map(|(base, cap, min)| {
            Backoff::new(Duration::from_millis(base))
                .with_cap(Duration::from_millis(cap))
                .with_min(Duration::from_millis(min))
        })
    }

    proptest! {
        #[test]
        fn waits_are_within_their_bounds(backoff in backoffs(), failures: u32, seed: u64) {
            let wait = backoff.wait_with(&mut fastrand::Rng::with_seed(seed), failures);
            prop_assert!(wait >= backoff.min);
            prop_assert!(wait <= backoff.longest(failures).max(backoff.min));
            prop_assert!(backoff.longest(failures) <= backoff.cap);
        }

        #[test]
        fn the_longest_wait_never_shrinks(backoff in backoffs(), failures in 0..u32::MAX) {
            prop_assert!(backoff.longest(failures) <= backoff.longest(failures + 1));
        }
    }

    #[test]
    fn the_draw_uses_the_whole_range() {
        let seconds = Duration::from_secs;
        let mut rng = fastrand::Rng::with_seed(7);
        for (backoff, least) in [
            (Backoff::new(seconds(1)), 0.0),
            (Backoff::new(seconds(1)).with_min(seconds(2)), 2.0),
        ] {
            let waits: Vec<f64> = (0..2000)
                .map(|_| backoff.wait_with(&mut rng, 3).as_secs_f64())
                .collect();
            let shortest = waits.iter().copied().fold(f64::MAX, f64::min);
            let longest = waits.iter().copied().fold(0.0, f64::max);
            assert!((least..least + 0.1).contains(&shortest), "{shortest}");
            assert!(longest > 3.9 && longest <= 4.0, "{longest}");
        }
    }

    #[test]
    fn the_longest_durations_do_not_overflow() {
        let endless = Backoff::new(Duration::MAX).with_cap(Duration::MAX);
        assert_eq!(endless.longest(u32::MAX), Duration::MAX);
        let waits = endless.with_min(Duration::MAX);
        assert_eq!(waits.wait(u32::MAX), Duration::MAX);
    }
}
