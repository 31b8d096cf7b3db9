//! How a pipeline is set up.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{Phases, Pipeline};
use crate::account::Platform;
use crate::client::Client;
use crate::job::Phase;
use crate::retry::RetryPolicy;
use crate::store::InFlightLimits;

/// Sets a [`Pipeline`] up; made by [`Pipeline::builder`].
///
/// | setting | default |
/// |---|---|
/// | concurrency | 8 jobs |
/// | timeouts | Scraping 60 s, Analysis 60 s, Finalizing 30 s |
/// | retries | [`RetryPolicy::default`] for each phase |
/// | lease | 30 s, renewed every 10 s |
/// | in-flight limits | none |
/// | progress interval | 250 ms |
/// | cancel grace | 1 s |
/// | claim wait | 30 s |
/// | sweep interval | 10 s |
/// | store timeout | 5 s |
#[must_use = "a builder does nothing until it is built"]
pub struct PipelineBuilder<S, A, M> {
    client: Client,
    phases: Phases<S, A, M>,
    settings: Settings,
}

/// What all workers of a pipeline go by.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) concurrency: usize,
    pub(super) policies: [PhasePolicy; 3],
    pub(super) lease: Duration,
    pub(super) in_flight: Arc<InFlightLimits>,
    pub(super) progress_interval: Duration,
    pub(super) cancel_grace: Duration,
    pub(super) claim_wait: Duration,
    pub(super) sweep_interval: Duration,
    pub(super) store_timeout: Duration,
}

/// How long one phase may take, and how often it is tried.
#[derive(Debug, Clone, Copy)]
pub(super) struct PhasePolicy {
    pub(super) timeout: Duration,
    pub(super) retry: RetryPolicy,
}

impl Settings {
    pub(super) const fn policy(&self, phase: Phase) -> &PhasePolicy {
        &self.policies[phase as usize]
    }

    /// How often a lease is renewed: twice may fail before it runs out.
    pub(super) fn renewal(&self) -> Duration {
        self.lease / 3
    }
}

impl Default for Settings {
    fn default() -> Self {
        let policy = |seconds| PhasePolicy {
            timeout: Duration::from_secs(seconds),
            retry: RetryPolicy::default(),
        };
        Self {
            concurrency: 8,
            policies: [policy(60), policy(60), policy(30)],
            lease: Duration::from_secs(30),
            in_flight: Arc::default(),
            progress_interval: Duration::from_millis(250),
            cancel_grace: Duration::from_secs(1),
            claim_wait: Duration::from_secs(30),
            sweep_interval: Duration::from_secs(10),
            store_timeout: Duration::from_secs(5),
        }
    }
}

impl<S, A, M> PipelineBuilder<S, A, M> {
    pub(super) fn new(client: Client, phases: Phases<S, A, M>) -> Self {
        Self {
            client,
            phases,
            settings: Settings::default(),
        }
    }

    /// Sets how many jobs this process works on at once; 0 counts as 1.
    pub const fn with_concurrency(mut self, jobs: usize) -> Self {
        self.settings.concurrency = if jobs == 0 { 1 } else { jobs };
        self
    }

    /// Sets how long one attempt at a phase may take. A phase that takes longer is dropped and
    /// counts as failed.
    pub const fn with_timeout(mut self, phase: Phase, timeout: Duration) -> Self {
        self.settings.policies[phase as usize].timeout = timeout;
        self
    }

    /// Sets how often a phase is tried and how long to wait in between.
    pub const fn with_retry(mut self, phase: Phase, retry: RetryPolicy) -> Self {
        self.settings.policies[phase as usize].retry = retry;
        self
    }

    /// Sets how long a job stays this process's own without a sign of life: a vanished worker is
    /// noticed within that time. Renewed three times as often. At least 10 ms.
    pub fn with_lease(mut self, lease: Duration) -> Self {
        self.settings.lease = lease.max(Duration::from_millis(10));
        self
    }

    /// Lets at most `jobs` jobs of a platform be in work at once, over all processes that set the
    /// same limit.
    pub fn with_in_flight_limit(mut self, platform: Platform, jobs: usize) -> Self {
        let limits = InFlightLimits::clone(&self.settings.in_flight).with(platform, jobs);
        self.settings.in_flight = Arc::new(limits);
        self
    }

    /// Sets how often, at most, the store is told of progress within a phase. Changes of phase
    /// and ends are always told at once. At least 1 ms.
    pub fn with_progress_interval(mut self, interval: Duration) -> Self {
        self.settings.progress_interval = interval.max(Duration::from_millis(1));
        self
    }

    /// Sets how long a phase that is asked to stop may take to do so before it is dropped.
    pub const fn with_cancel_grace(mut self, grace: Duration) -> Self {
        self.settings.cancel_grace = grace;
        self
    }

    /// Sets how long one claim waits in the store for a job. Jobs are picked up at once whatever
    /// this is; it bounds the harm of a wake-up that got lost.
    pub const fn with_claim_wait(mut self, wait: Duration) -> Self {
        self.settings.claim_wait = wait;
        self
    }

    /// Sets how often the store is swept. At least 10 ms.
    pub fn with_sweep_interval(mut self, interval: Duration) -> Self {
        self.settings.sweep_interval = interval.max(Duration::from_millis(10));
        self
    }

    /// Sets how long a worker waits for the store's answer before it asks again.
    pub const fn with_store_timeout(mut self, timeout: Duration) -> Self {
        self.settings.store_timeout = timeout;
        self
    }

    /// Finishes the pipeline. Nothing runs until it is started.
    #[must_use]
    pub fn build(self) -> Pipeline<S, A, M> {
        Pipeline {
            client: self.client,
            phases: Arc::new(self.phases),
            settings: Arc::new(self.settings),
        }
    }
}

impl<S, A, M> fmt::Debug for PipelineBuilder<S, A, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PipelineBuilder")
            .field("client", &self.client)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
