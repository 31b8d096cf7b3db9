//! What is measured. Without the feature `metrics` every function here does nothing and costs
//! nothing.
#![cfg_attr(not(feature = "metrics"), allow(unused_variables))]

#[cfg(feature = "metrics")]
mod names;
#[cfg(feature = "metrics")]
mod store;

use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "metrics")]
use metrics::{counter, gauge, histogram};

#[cfg(feature = "metrics")]
pub use self::names::describe_metrics;
use crate::account::Platform;
use crate::job::{FailureKind, Phase};
use crate::store::{JobStore, Stats, Submitted};

/// Whether the store is to be counted only for the metrics.
pub(crate) const WANTS_COUNTS: bool = cfg!(feature = "metrics");

/// Returns the store as it is to be called: measured, if anything is.
pub(crate) fn store(store: impl JobStore) -> Arc<dyn JobStore> {
    #[cfg(feature = "metrics")]
    let store = store::Measured(store);
    Arc::new(store)
}

/// Measures how long something takes.
pub(crate) struct Stopwatch(#[cfg(feature = "metrics")] tokio::time::Instant);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(
            #[cfg(feature = "metrics")]
            tokio::time::Instant::now(),
        )
    }

    #[cfg(feature = "metrics")]
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Counts a submit that the store has taken.
pub(crate) fn submitted(submitted: &Submitted) {
    #[cfg(feature = "metrics")]
    {
        let platform = submitted.job().target.platform.to_string();
        let outcome = submitted.outcome();
        counter!(names::SUBMITS, "platform" => platform, "outcome" => outcome).increment(1);
    }
}

/// Records how long a job waited from its submit to its first claim.
pub(crate) fn first_claimed(platform: &Platform, waited: Duration) {
    #[cfg(feature = "metrics")]
    histogram!(names::QUEUE_WAIT, "platform" => platform.to_string()).record(waited);
}

/// Counts a job that a worker has ended: `completed`, `stopped`, or the kind of failure; `age` is the
/// time since its submit.
pub(crate) fn job_ended(platform: &Platform, outcome: &'static str, age: Duration) {
    #[cfg(feature = "metrics")]
    {
        counter!(names::JOBS_ENDED, "platform" => platform.to_string(), "outcome" => outcome)
            .increment(1);
        histogram!(names::JOB, "platform" => platform.to_string(), "outcome" => outcome)
            .record(age);
    }
}

/// Sets what is left of a platform's quota.
pub(crate) fn remaining_quota(platform: &Platform, remaining: u64) {
    #[cfg(feature = "metrics")]
    gauge!(names::REMAINING_QUOTA, "platform" => platform.to_string()).set(lossy(remaining));
}

/// Counts a failed attempt after which the job is tried again.
pub(crate) fn retried(platform: &Platform, kind: FailureKind) {
    #[cfg(feature = "metrics")]
    counter!(names::RETRIES, "platform" => platform.to_string(), "kind" => kind.as_str())
        .increment(1);
}

/// Counts a job that was claimed again after its last worker lost its lease.
pub(crate) fn taken_over(platform: &Platform) {
    #[cfg(feature = "metrics")]
    counter!(names::TAKEOVERS, "platform" => platform.to_string()).increment(1);
}

/// Records how long a phase ran; its result is `ok`, `failed` or `stopped`.
pub(crate) fn phase_ran(
    platform: &Platform,
    phase: Phase,
    result: &'static str,
    watch: &Stopwatch,
) {
    #[cfg(feature = "metrics")]
    {
        let platform = platform.to_string();
        histogram!(
            names::PHASE, "platform" => platform, "phase" => phase.as_str(), "result" => result
        )
        .record(watch.elapsed());
    }
}

/// Sets the gauges to what the store holds.
pub(crate) fn counted(stats: &Stats) {
    #[cfg(feature = "metrics")]
    {
        for (status, jobs) in [
            ("pending", stats.jobs.pending),
            ("processing", stats.jobs.processing),
            ("completed", stats.jobs.completed),
            ("failed", stats.jobs.failed),
        ] {
            gauge!(names::JOBS, "status" => status).set(lossy(jobs));
        }
        let paused = stats.platforms.values().filter(|p| p.paused_for.is_some());
        gauge!(names::PAUSED_PLATFORMS).set(lossy(paused.count() as u64));
        gauge!(names::OLDEST_PENDING).set(stats.oldest_ready.unwrap_or_default());
        gauge!(names::STORED_BYTES).set(lossy(stats.stored_bytes));
    }
}

/// Records a request that was answered; `route` is the template of its path.
#[cfg(feature = "http")]
pub(crate) fn answered(route: &'static str, status: http::StatusCode, watch: &Stopwatch) {
    #[cfg(feature = "metrics")]
    {
        let code = status.as_str().to_owned();
        counter!(names::HTTP_REQUESTS, "route" => route, "status" => code).increment(1);
        histogram!(names::HTTP, "route" => route).record(watch.elapsed());
    }
}

/// Counts one event stream as open until it is dropped.
#[cfg(feature = "http")]
pub(crate) struct OpenStream(());

#[cfg(feature = "http")]
impl OpenStream {
    pub(crate) fn new() -> Self {
        #[cfg(feature = "metrics")]
        gauge!(names::EVENT_STREAMS).increment(1.0);
        Self(())
    }
}

#[cfg(feature = "http")]
impl Drop for OpenStream {
    fn drop(&mut self) {
        #[cfg(feature = "metrics")]
        gauge!(names::EVENT_STREAMS).decrement(1.0);
    }
}

/// A count as a gauge takes it; exact up to 2^53.
#[cfg(feature = "metrics")]
#[expect(clippy::cast_precision_loss)]
const fn lossy(count: u64) -> f64 {
    count as f64
}
