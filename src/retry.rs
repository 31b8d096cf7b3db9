//! When to try a failed phase again.

use std::num::NonZeroU32;
use std::time::Duration;

/// How often a phase is tried and how long to wait between the attempts.
///
/// The wait after the n-th failure is drawn evenly from 0 to `min(cap, base * 2^(n-1))` ("full
/// jitter", Brooker, AWS Architecture Blog 2015), so that many jobs which failed together do not
/// come back together. Where a platform names a wait, that wait is the least, however short the
/// draw; it is itself cut at [`max_wait`](Self::with_max_wait).
///
/// | setting | default |
/// |---|---|
/// | `max_attempts` | 3 |
/// | `base` | 1 s |
/// | `cap` | 30 s |
/// | `max_wait` | 15 min |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    max_attempts: NonZeroU32,
    base: Duration,
    cap: Duration,
    max_wait: Duration,
}

impl RetryPolicy {
    /// Tries `max_attempts` times, with the default waits.
    #[must_use]
    pub const fn new(max_attempts: NonZeroU32) -> Self {
        Self {
            max_attempts,
            base: Duration::from_secs(1),
            cap: Duration::from_secs(30),
            max_wait: Duration::from_secs(15 * 60),
        }
    }

    /// Tries once and never again.
    #[must_use]
    pub const fn never() -> Self {
        Self::new(NonZeroU32::MIN)
    }

    /// Sets the greatest wait after the first failure.
    #[must_use]
    pub const fn with_base(mut self, base: Duration) -> Self {
        self.base = base;
        self
    }

    /// Sets the greatest wait after any failure.
    #[must_use]
    pub const fn with_cap(mut self, cap: Duration) -> Self {
        self.cap = cap;
        self
    }

    /// Sets the longest wait that a platform may ask for; longer ones are cut to it.
    #[must_use]
    pub const fn with_max_wait(mut self, max_wait: Duration) -> Self {
        self.max_wait = max_wait;
        self
    }

    /// How often the phase is tried in all.
    #[must_use]
    pub const fn max_attempts(&self) -> NonZeroU32 {
        self.max_attempts
    }

    /// Whether there is another attempt after `failures` failed ones.
    #[must_use]
    pub const fn allows(&self, failures: u32) -> bool {
        failures < self.max_attempts.get()
    }

    /// How long to wait after the `failures`-th failure (from 1), at least as long as the
    /// platform asked for.
    #[must_use]
    pub fn wait(&self, failures: u32, retry_after: Option<Duration>) -> Duration {
        self.wait_with(&mut fastrand::Rng::new(), failures, retry_after)
    }

    /// How long to hold a platform back that limits requests for the `times`-th time: as long as
    /// it asked for, or else between half and all of the backoff, and a second at least. A draw
    /// from nothing upwards would ask again at once every now and then.
    pub(crate) fn brake(&self, times: u32, retry_after: Option<Duration>) -> Duration {
        if retry_after.is_some() {
            return self.wait(1, retry_after);
        }
        let envelope = self.envelope(times);
        let drawn = envelope / 2 + (envelope / 2).mul_f64(fastrand::f64());
        drawn.max(Duration::from_secs(1))
    }

    fn wait_with(
        &self,
        rng: &mut fastrand::Rng,
        failures: u32,
        retry_after: Option<Duration>,
    ) -> Duration {
        let drawn = self.envelope(failures).mul_f64(rng.f64());
        let floor = retry_after.unwrap_or(Duration::ZERO).min(self.max_wait);
        drawn.max(floor)
    }

    /// The greatest wait that can be drawn after the `failures`-th failure.
    fn envelope(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        self.base.saturating_mul(1 << doublings).min(self.cap)
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

    fn policies() -> impl Strategy<Value = RetryPolicy> {
        (1..50u32, 0..100_000u64, 0..1_000_000u64, 0..10_000_000u64).prop_map(
            |(attempts, base, cap, max_wait)| {
                RetryPolicy::new(NonZeroU32::new(attempts).unwrap())
                    .with_base(Duration::from_millis(base))
                    .with_cap(Duration::from_millis(cap))
                    .with_max_wait(Duration::from_millis(max_wait))
            },
        )
    }

    proptest! {
        #[test]
        fn waits_stay_inside_the_envelope(policy in policies(), failures: u32, seed: u64) {
            let wait = policy.wait_with(&mut fastrand::Rng::with_seed(seed), failures, None);
            prop_assert!(wait <= policy.envelope(failures));
            prop_assert!(policy.envelope(failures) <= policy.cap);
        }

        #[test]
        fn the_envelope_never_shrinks(policy in policies(), failures in 0..u32::MAX) {
            prop_assert!(policy.envelope(failures) <= policy.envelope(failures + 1));
        }

        #[test]
        fn a_platforms_wait_is_a_floor_and_is_cut(
            policy in policies(), failures: u32, seed: u64, asked in 0..100_000_000u64,
        ) {
            let asked = Duration::from_millis(asked);
            let wait = policy.wait_with(&mut fastrand::Rng::with_seed(seed), failures, Some(asked));
            prop_assert!(wait >= asked.min(policy.max_wait));
            prop_assert!(wait <= policy.max_wait.max(policy.cap));
        }
    }

    #[test]
    fn the_draw_uses_the_whole_envelope() {
        let policy = RetryPolicy::default();
        let mut rng = fastrand::Rng::with_seed(7);
        let waits: Vec<f64> = (0..2000)
            .map(|_| policy.wait_with(&mut rng, 3, None).as_secs_f64())
            .collect();
        let least = waits.iter().copied().fold(f64::MAX, f64::min);
        let most = waits.iter().copied().fold(0.0, f64::max);
        assert!(least < 0.1 && most > 3.9 && most <= 4.0, "{least} {most}");
    }

    #[test]
    fn a_brake_without_a_named_wait_grows_and_is_never_short() {
        let policy = RetryPolicy::default().with_cap(Duration::from_secs(60));
        let within = |times, least, most| {
            let wait = policy.brake(times, None).as_secs_f64();
            assert!((least..=most).contains(&wait), "{times}: {wait}");
        };
        for _ in 0..200 {
            within(1, 1.0, 1.0);
            within(4, 4.0, 8.0);
            within(30, 30.0, 60.0);
        }
        let none = policy.with_base(Duration::ZERO);
        assert_eq!(none.brake(5, None), Duration::from_secs(1));
    }

    #[test]
    fn attempts_are_counted_in_all() {
        let policy = RetryPolicy::default();
        assert!(policy.allows(0) && policy.allows(2) && !policy.allows(3));
        assert!(!RetryPolicy::never().allows(1));
    }
}
