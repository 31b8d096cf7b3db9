//! Decides what becomes of a job whose attempt did not succeed.
//!
//! Pure functions: they read no clock, call no store, and take their random numbers from the caller.

use std::time::Duration;

use super::running::StopReason;
use crate::job::{Failure, FailureKind};
use crate::retry::RetryPolicy;
use crate::store::{Outcome, StoreError};

/// What is known of a failed attempt.
#[derive(Debug, Clone)]
pub(super) struct FailedAttempt {
    pub(super) failure: Failure,
    /// The wait that the platform named, if it limits requests.
    pub(super) retry_after: Option<Duration>,
    /// The number of the attempt at the job, from 1.
    pub(super) attempt: u32,
    /// How many attempts at the phase have failed before this one.
    pub(super) earlier_failures: u32,
    /// The time until the job's deadline.
    pub(super) time_left: Duration,
}

/// What becomes of a job.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decision {
    /// How long the job's platform is paused for every worker, before the outcome is reported.
    pub(super) pause: Option<Duration>,
    pub(super) outcome: Outcome,
}

/// Decides between another attempt and the end of the job.
///
/// - What trying again cannot help fails now.
/// - A rate limit is the platform's doing: it pauses the platform and spends no attempt, so only the
///   deadline ends it.
/// - Every other failure spends an attempt; the policy says how many there are.
/// - A job whose next attempt could not start before the deadline fails now.
pub(super) fn after_failure(
    policy: &RetryPolicy,
    failed: FailedAttempt,
    rng: &mut fastrand::Rng,
) -> Decision {
    let FailedAttempt {
        failure, time_left, ..
    } = failed;
    let end = |failure| Decision {
        pause: None,
        outcome: Outcome::Failed(failure),
    };
    match failure.kind() {
        FailureKind::Permanent | FailureKind::TooLarge => return end(failure),
        _ if time_left.is_zero() => return end(too_late(&failure)),
        _ => {}
    }
    let is_rate_limit = failure.kind() == FailureKind::RateLimited;
    let after = if is_rate_limit {
        policy.pause_with(rng, failed.attempt, failed.retry_after)
    } else {
        let failures = failed.earlier_failures.saturating_add(1);
        if !policy.allows(failures) {
            let message = format!("{failure} (failed attempts: {failures})");
            return end(Failure::new(failure.kind(), message));
        }
        policy.backoff().wait_with(rng, failures)
    };
    Decision {
        pause: is_rate_limit.then_some(after),
        outcome: if after < time_left {
            Outcome::Retry { after, failure }
        } else {
            Outcome::Failed(too_late(&failure))
        },
    }
}

/// Decides what to report of a job that was stopped: nothing, if another worker may own it.
pub(super) fn after_stop(why: StopReason) -> Option<Outcome> {
    match why {
        StopReason::Cancelled => Some(Outcome::Failed(Failure::new(
            FailureKind::Cancelled,
            "the job was cancelled",
        ))),
        StopReason::LeaseLost => None,
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
            attempt: 1,
            earlier_failures: 0,
            time_left: Duration::MAX,
        }
    }

    fn decide(policy: &RetryPolicy, failed: FailedAttempt) -> Decision {
        after_failure(policy, failed, &mut fastrand::Rng::with_seed(7))
    }

    fn kind(decision: &Decision) -> Option<FailureKind> {
        match &decision.outcome {
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
            1..100u32,
            0..30u32,
            0..2_000_000u64,
        )
            .prop_map(
                |(kind, asked, attempt, earlier_failures, left)| FailedAttempt {
                    retry_after: asked.map(Duration::from_millis),
                    attempt,
                    earlier_failures,
                    time_left: Duration::from_millis(left),
                    ..failed(kind)
                },
            )
    }

    proptest! {
        #[test]
        fn what_trying_again_cannot_help_fails_as_it_is(
            policy in policies(),
            attempt in attempts(&[FailureKind::Permanent, FailureKind::TooLarge]),
        ) {
            let decision = decide(&policy, attempt.clone());
            let outcome = Outcome::Failed(attempt.failure);
            prop_assert_eq!(decision, Decision { pause: None, outcome });
        }

        #[test]
        fn a_failure_is_retried_as_often_as_the_policy_allows_within_the_deadline(
            policy in policies(), attempt in attempts(&RETRYABLE), seed: u64,
        ) {
            let rng = &mut fastrand::Rng::with_seed(seed);
            let decision = after_failure(&policy, attempt.clone(), rng);
            let failures = attempt.earlier_failures + 1;
            prop_assert_eq!(decision.pause, None);
            match decision.outcome {
                Outcome::Retry { after, failure } => {
                    prop_assert!(policy.allows(failures));
                    prop_assert!(after < attempt.time_left);
                    prop_assert!(after <= policy.backoff().longest(failures));
                    prop_assert_eq!(failure, attempt.failure);
                }
                Outcome::Failed(failure) if failure.kind() == FailureKind::DeadlineExceeded => {
                    prop_assert!(attempt.time_left <= policy.backoff().longest(failures));
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
        fn a_rate_limit_pauses_the_platform_and_counts_no_failure(
            policy in policies(), attempt in attempts(&[FailureKind::RateLimited]), seed: u64,
        ) {
            let rng = &mut fastrand::Rng::with_seed(seed);
            let decision = after_failure(&policy, attempt.clone(), rng);
            let left = attempt.time_left;
            match decision.outcome {
                Outcome::Retry { after, .. } => {
                    prop_assert!(after < left);
                    prop_assert_eq!(decision.pause, Some(after));
                }
                Outcome::Failed(failure) => {
                    prop_assert_eq!(failure.kind(), FailureKind::DeadlineExceeded);
                    // The others of the platform are spared, also by a job that has no time left
                    // to wait itself.
                    prop_assert!(left.is_zero() || decision.pause >= Some(left));
                }
                other => prop_assert!(false, "{other:?}"),
            }
        }
    }

    #[test]
    fn the_last_failure_says_how_many_there_were() {
        let last = FailedAttempt {
            earlier_failures: 2,
            ..failed(FailureKind::Transient)
        };
        let decision = decide(&RetryPolicy::default(), last);
        let failure = Failure::new(FailureKind::Transient, "why (failed attempts: 3)");
        assert_eq!(decision.outcome, Outcome::Failed(failure));
    }

    #[test]
    fn nothing_is_tried_again_once_the_deadline_has_passed() {
        for kind_of_failure in RETRYABLE.into_iter().chain([FailureKind::RateLimited]) {
            let late = FailedAttempt {
                time_left: Duration::ZERO,
                ..failed(kind_of_failure)
            };
            let no_wait = RetryPolicy::default().with_backoff(Backoff::new(Duration::ZERO));
            let decision = decide(&no_wait, late);
            assert_eq!(kind(&decision), Some(FailureKind::DeadlineExceeded));
            assert_eq!(decision.pause, None);
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
