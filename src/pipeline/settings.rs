//! The settings that all workers of a pipeline share.

use std::sync::Arc;
use std::time::Duration;

use super::job_span::TraceHook;
use super::on_end::OnEnd;
use crate::account::Platform;
use crate::job::Phase;
use crate::retry::RetryPolicy;
use crate::store::InFlightLimits;

/// What [`PipelineBuilder`](super::PipelineBuilder) sets; its documentation has the defaults.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) concurrency: usize,
    pub(super) policies: [PhasePolicy; 3],
    pub(super) lease: Duration,
    pub(super) in_flight: Arc<InFlightLimits>,
    pub(super) platforms: Option<Arc<[Platform]>>,
    pub(super) trace_hook: Option<TraceHook>,
    pub(super) progress_interval: Duration,
    pub(super) cancel_grace: Duration,
    pub(super) claim_wait: Duration,
    pub(super) sweep_interval: Duration,
    pub(super) store_timeout: Duration,
    pub(super) on_end: Option<OnEnd>,
}

/// How long one attempt at a phase may take, and how often the phase is tried.
#[derive(Debug, Clone, Copy)]
pub(super) struct PhasePolicy {
    pub(super) timeout: Duration,
    pub(super) retry: RetryPolicy,
}

impl Settings {
    pub(super) const fn policy(&self, phase: Phase) -> &PhasePolicy {
        &self.policies[phase as usize]
    }

    pub(super) const fn policy_mut(&mut self, phase: Phase) -> &mut PhasePolicy {
        &mut self.policies[phase as usize]
    }

    /// Returns how often a lease is renewed: two renewals may fail before it runs out.
    pub(super) fn renewal_interval(&self) -> Duration {
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
            platforms: None,
            trace_hook: None,
            progress_interval: Duration::from_millis(250),
            cancel_grace: Duration::from_secs(1),
            claim_wait: Duration::from_secs(30),
            sweep_interval: Duration::from_secs(10),
            store_timeout: Duration::from_secs(5),
            on_end: None,
        }
    }
}
