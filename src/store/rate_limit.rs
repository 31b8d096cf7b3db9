//! How long a platform is paused that limits requests.

use std::time::Duration;

/// What a store must know to pause a platform that limits requests.
///
/// The pause lasts `floor`, plus a random part of `base * 2^(n - 1)`, where `n` is the number of limits
/// in a row, this one included; that product is cut to `cap`. The random part comes from the caller as a
/// number, so that the rules of a store stay pure.
///
/// | option | default |
/// |---|---|
/// | [`backoff`](Self::with_backoff) | 1 s, at most 30 s |
/// | [`jitter`](Self::with_jitter) | 1.0: the longest wait |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    floor: Duration,
    base: Duration,
    cap: Duration,
    jitter: u32,
    quota: bool,
}

impl RateLimit {
    /// A pause of at least `floor`: the wait that the platform named.
    #[must_use]
    pub const fn new(floor: Duration) -> Self {
        Self {
            floor,
            base: Duration::from_secs(1),
            cap: Duration::from_secs(30),
            jitter: 1_000_000,
            quota: false,
        }
    }

    /// A pause of exactly `wait`, until a quota begins anew.
    ///
    /// A job whose deadline comes first fails at once with
    /// [`QuotaExhausted`](crate::FailureKind::QuotaExhausted).
    #[must_use]
    pub const fn quota(wait: Duration) -> Self {
        Self {
            floor: wait,
            base: Duration::ZERO,
            cap: Duration::ZERO,
            jitter: 0,
            quota: true,
        }
    }

    /// Sets what the wait above the floor begins with, and what it is cut to.
    #[must_use]
    pub const fn with_backoff(mut self, base: Duration, cap: Duration) -> Self {
        self.base = base;
        self.cap = cap;
        self
    }

    /// Sets which part of the wait above the floor is taken: a random number from 0.0 to 1.0, kept in
    /// millionths. What is not a number counts as 1.0.
    #[must_use]
    pub fn with_jitter(mut self, part: f64) -> Self {
        let part = if part.is_nan() {
            1.0
        } else {
            part.clamp(0.0, 1.0)
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is from 0 to a million"
        )]
        {
            self.jitter = (part * 1_000_000.0) as u32;
        }
        self
    }

    /// The shortest pause.
    #[must_use]
    pub const fn floor(&self) -> Duration {
        self.floor
    }

    /// What the wait above the floor begins with.
    #[must_use]
    pub const fn base(&self) -> Duration {
        self.base
    }

    /// The longest wait above the floor.
    #[must_use]
    pub const fn cap(&self) -> Duration {
        self.cap
    }

    /// Which part of the wait above the floor is taken, in millionths.
    #[must_use]
    pub const fn jitter(&self) -> u32 {
        self.jitter
    }

    /// Whether the pause is that of a quota.
    #[must_use]
    pub const fn is_quota(&self) -> bool {
        self.quota
    }

    /// Returns how long the pause lasts if this is the `limits`-th limit in a row, counted from 1.
    #[must_use]
    pub fn wait(&self, limits: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(limits.saturating_sub(1));
        let above = self.base.saturating_mul(doubled).min(self.cap);
        self.floor.saturating_add(part(above, self.jitter))
    }
}

/// Draws a wait out of `0..=most`. `jitter` is in millionths.
fn part(most: Duration, jitter: u32) -> Duration {
    let micros = u128::from(jitter) * most.as_micros() / 1_000_000;
    Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
}
