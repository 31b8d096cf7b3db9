//! Decides what becomes of a job whose attempt did not succeed.
//!
//! Pure functions: they read no clock, call no store, and take their random numbers from the caller.

use std::time::Duration;

use super::stop::StopReason;
use crate::job::{Failure, FailureKind};
use crate::phase::LONGEST_WAIT;
use crate::retry::RetryPolicy;
use crate::store::{Outcome, RateLimit, StoreError};

/// The shortest pause of a platform that names no wait: one from nothing upwards would ask again at
/// once every now and then.
const UNNAMED_WAIT: Duration = Duration::from_secs(1);

/// What is known of a failed attempt.
#[derive(Debug, Clone)]
pub(super) struct FailedAttempt {
    pub(super) failure: Failure,
    /// The wait that the platform named, if any.
    pub(super) retry_after: Option<Duration>,
    /// How many attempts at the phase have failed before this one.
    pub(super) earlier_failures: u32,
    /// The time until the job's deadline.
    pub(super) time_left: Duration,
}

/// Decides between another attempt and the end of the job.
///
/// - What trying again cannot help fails now.
/// - A rate limit or a used-up quota is the platform's doing: it pauses the platform and spends no
///   attempt. The store knows how long the pause lasts in the end, and whether the deadline comes
///   first.
/// - Every other failure spends an attempt; the policy says how many there are. A wait that was named
///   comes before the backoff.
/// - A job whose next attempt could not start before the deadline fails now.
pub(super) fn after_failure(
    policy: &RetryPolicy,
    failed: FailedAttempt,
    rng: &mut fastrand::Rng,
) -> Outcome {
    let FailedAttempt {
        failure,
        retry_after,
        earlier_failures,
        time_left,
    } = failed;
    let backoff = policy.backoff();
    match failure.kind() {
        FailureKind::Permanent | FailureKind::AccountUnavailable | FailureKind::TooLarge => {
            Outcome::Failed(failure)
        }
        FailureKind::RateLimited => Outcome::RateLimited {
            failure,
            limit: RateLimit::new(policy.cut(retry_after.unwrap_or(UNNAMED_WAIT)))
                .with_backoff(backoff.base(), backoff.cap())
                .with_jitter(rng.f64()),
        },
        FailureKind::QuotaExhausted => Outcome::RateLimited {
            failure,
            limit: RateLimit::quota(retry_after.unwrap_or(UNNAMED_WAIT).min(LONGEST_WAIT)),
        },
        _ if time_left.is_zero() => Outcome::Failed(too_late(&failure)),
        _ => {
            let failures = earlier_failures.saturating_add(1);
            if !policy.allows(failures) {
                let message = format!("{failure} (failed attempts: {failures})");
                return Outcome::Failed(Failure::new(failure.kind(), message));
            }
            let named = policy.cut(retry_after.unwrap_or_default());
            let after = named.saturating_add(backoff.wait_with(rng, failures));
            if after < time_left {
                Outcome::Retry { after, failure }
            } else {
                Outcome::Failed(too_late(&failure))
            }
        }
    }
}

/// Decides what to report of a job that was stopped: nothing, if another worker may own it.
pub(super) fn after_stop(why: StopReason) -> Option<Outcome> {
    match why {
        StopReason::Cancelled => Some(Outcome::Failed(Failure::new(
            FailureKind::Cancelled,
            "the job was cancelled",
        ))),
        // Of what is refused the attempt reports why.
        StopReason::LeaseLost | StopReason::Refused => None,
        // Unrenewed: if no other worker has taken the job meanwhile, nobody is to blame.
        StopReason::Unrenewed | StopReason::Draining => Some(Outcome::Released),
    }
}

/// Returns the failure of a job whose output the store refuses.
pub(super) fn refusal(error: &StoreError) -> Failure {
    let kind = match error {
        StoreError::TooLarge { .. } => FailureKind::TooLarge,
        error if error.is_retryable() => FailureKind::Transient,
        _ => FailureKind::Permanent,
    };
    Failure::new(kind, error.to_string())
}

fn too_late(failure: &Failure) -> Failure {
    let message = format!("the job's deadline leaves no time to try again: {failure}");
    Failure::new(FailureKind::DeadlineExceeded, message)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::backoff::Backoff;
    use crate::store::{Limit, Payload};

    const RETRYABLE: [FailureKind; 3] = [
        FailureKind::Transient,
        FailureKind::TimedOut,
        FailureKind::Panicked,
    ];

    fn failed(kind: FailureKind) -> FailedAttempt {
        FailedAttempt {
            failure: Failure::new(kind, "why"),
            retry_after: None,
            earlier_failures: 0,
            time_left: Duration::MAX,
        }
    }

    fn decide(policy: &RetryPolicy, failed: FailedAttempt) -> Outcome {
        after_failure(policy, failed, &mut fastrand::Rng::with_seed(7))
    }

    fn kind(outcome: &Outcome) -> Option<FailureKind> {
        match outcome {
            Outcome::Failed(failure) => Some(failure.kind()),
            _ => None,
        }
    }

    fn policies() -> impl Strategy<Value = RetryPolicy> {
        (1..20u32, 0..100_000u64, 0..1_000_000u64, 0..1_000_000u64).prop_map(
            |(attempts, base, cap, max_wait)| {
                let backoff = Backoff::new(Duration::from_millis(base));
                RetryPolicy::new(NonZeroU32::new(attempts).unwrap())
                    .with_backoff(backoff.with_cap(Duration::from_millis(cap)))
                    .with_max_wait(Duration::from_millis(max_wait))
            },
        )
    }

    fn attempts(kinds: &'static [FailureKind]) -> impl Strategy<Value = FailedAttempt> {
        (
            select(kinds),
            prop::option::of(0..1_000_000u64),
            0..30u32,
            0..2_000_000u64,
        )
            .prop_map(|(kind, named, earlier_failures, left)| FailedAttempt {
                retry_after: named.map(Duration::from_millis),
                earlier_failures,
                time_left: Duration::from_millis(left),
                ..failed(kind)
            })
    }

    proptest! {
        #[test]
        fn what_trying_again_cannot_help_fails_as_it_is(
            policy in policies(),
            attempt in attempts(&[
                FailureKind::Permanent, FailureKind::AccountUnavailable, FailureKind::TooLarge,
            ]),
        ) {
            let outcome = decide(&policy, attempt.clone());
            prop_assert_eq!(outcome, Outcome::Failed(attempt.failure));
        }

        #[test]
        fn a_failure_is_retried_as_often_as_the_policy_allows_within_the_deadline(
            policy in policies(), attempt in attempts(&RETRYABLE), seed: u64,
        ) {
            let rng = &mut fastrand::Rng::with_seed(seed);
            let outcome = after_failure(&policy, attempt.clone(), rng);
            let failures = attempt.earlier_failures + 1;
            let named = policy.cut(attempt.retry_after.unwrap_or_default());
            let longest = named + policy.backoff().longest(failures);
            match outcome {
                Outcome::Retry { after, failure } => {
                    prop_assert!(policy.allows(failures));
                    prop_assert!(after < attempt.time_left);
                    prop_assert!(named <= after && after <= longest);
                    prop_assert_eq!(failure, attempt.failure);
                }
                Outcome::Failed(failure) if failure.kind() == FailureKind::DeadlineExceeded => {
                    prop_assert!(attempt.time_left <= longest);
                    prop_assert!(failure.message().contains("why"));
                }
                Outcome::Failed(failure) => {
                    prop_assert!(!policy.allows(failures));
                    prop_assert_eq!(failure.kind(), attempt.failure.kind());
                }
                other => prop_assert!(false, "{other:?}"),
            }
        }

        #[test]
        fn a_rate_limit_is_left_to_the_store_with_the_named_wait_as_its_floor(
            policy in policies(), attempt in attempts(&[FailureKind::RateLimited]), seed: u64,
        ) {
            let rng = &mut fastrand::Rng::with_seed(seed);
            let outcome = after_failure(&policy, attempt.clone(), rng);
            let Outcome::RateLimited { failure, limit } = outcome else {
                return Err(TestCaseError::fail(format!("{outcome:?}")));
            };
            prop_assert_eq!(failure, attempt.failure);
            prop_assert_eq!(limit.floor(), policy.cut(attempt.retry_after.unwrap_or(UNNAMED_WAIT)));
            prop_assert_eq!(limit.base(), policy.backoff().base());
            prop_assert_eq!(limit.cap(), policy.backoff().cap());
            prop_assert!(!limit.is_quota());
        }
    }

    #[test]
    fn a_quota_is_waited_for_however_long_it_takes_up_to_31_days() {
        let day = Duration::from_secs(24 * 60 * 60);
        for (named, waited) in [(3 * day, 3 * day), (90 * day, 31 * day)] {
            let used_up = FailedAttempt {
                retry_after: Some(named),
                ..failed(FailureKind::QuotaExhausted)
            };
            let Outcome::RateLimited { limit, .. } = decide(&RetryPolicy::default(), used_up)
            else {
                panic!("the platform is paused");
            };
            assert_eq!(limit, RateLimit::quota(waited));
        }
    }

    #[test]
    fn the_last_failure_says_how_many_there_were() {
        let last = FailedAttempt {
            earlier_failures: 2,
            ..failed(FailureKind::Transient)
        };
        let outcome = decide(&RetryPolicy::default(), last);
        let failure = Failure::new(FailureKind::Transient, "why (failed attempts: 3)");
        assert_eq!(outcome, Outcome::Failed(failure));
    }

    #[test]
    fn nothing_is_tried_again_once_the_deadline_has_passed() {
        for kind_of_failure in RETRYABLE {
            let late = FailedAttempt {
                time_left: Duration::ZERO,
                ..failed(kind_of_failure)
            };
            let no_wait = RetryPolicy::default().with_backoff(Backoff::new(Duration::ZERO));
            let outcome = decide(&no_wait, late);
            assert_eq!(kind(&outcome), Some(FailureKind::DeadlineExceeded));
        }
    }

    #[test]
    fn a_lost_lease_is_left_to_its_new_owner_and_a_drain_spends_nothing() {
        assert_eq!(after_stop(StopReason::LeaseLost), None);
        assert_eq!(after_stop(StopReason::Draining), Some(Outcome::Released));
        assert_eq!(after_stop(StopReason::Unrenewed), Some(Outcome::Released));
        let Some(Outcome::Failed(failure)) = after_stop(StopReason::Cancelled) else {
            panic!("a cancelled job fails");
        };
        assert_eq!(failure.kind(), FailureKind::Cancelled);
    }

    #[test]
    fn a_store_without_room_is_tried_again_and_a_value_that_is_too_large_is_not() {
        let full = StoreError::Full {
            limit: Limit::StoredBytes,
            max: 1,
        };
        let too_large = StoreError::TooLarge {
            payload: Payload::Report,
            size: 2,
            max: 1,
        };
        for (error, kind) in [
            (full, FailureKind::Transient),
            (StoreError::unavailable("away"), FailureKind::Transient),
            (too_large, FailureKind::TooLarge),
            (StoreError::Misuse("wrong"), FailureKind::Permanent),
        ] {
            assert_eq!(refusal(&error).kind(), kind, "{error}");
        }
    }
}
