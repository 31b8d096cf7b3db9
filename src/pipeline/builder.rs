//! How a pipeline is set up.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tracing::Span;

use super::Pipeline;
use super::job_span::TraceHook;
use super::on_end::OnEnd;
use super::phases::Phases;
use super::settings::Settings;
use crate::account::Platform;
use crate::client::Client;
use crate::job::Phase;
use crate::phase::{Analyzer, Assembler, Scraper};
use crate::retry::RetryPolicy;
use crate::store::{EndedJob, InFlightLimits, TraceContext};

/// Sets up a [`Pipeline`]; created by [`Pipeline::builder`].
///
/// | setting | default |
/// |---|---|
/// | concurrency | 8 jobs |
/// | timeouts | Scraping 60 s, Analysis 60 s, Finalizing 30 s |
/// | retries | [`RetryPolicy::default`] for each phase |
/// | lease | 30 s, renewed every 10 s |
/// | in-flight limits | none |
/// | platforms | all |
/// | trace hook | none |
/// | progress interval | 250 ms |
/// | cancel grace | 1 s |
/// | claim wait | 30 s |
/// | sweep interval | 10 s |
/// | store timeout | 5 s |
/// | on end | notes are left to other processes |
#[must_use = "a builder does nothing until it is built"]
pub struct PipelineBuilder<S, A, M> {
    client: Client,
    phases: Phases<S, A, M>,
    settings: Settings,
}

impl<S, A, M> Pipeline<S, A, M>
where
    S: Scraper,
    A: Analyzer<Input = S::Output>,
    M: Assembler<Scraped = S::Output, Analysis = A::Output>,
{
    /// Sets up a pipeline that claims its jobs from the client's store.
    pub fn builder(
        client: Client,
        scraper: S,
        analyzer: A,
        assembler: M,
    ) -> PipelineBuilder<S, A, M> {
        PipelineBuilder {
            client,
            phases: Phases {
                scraper,
                analyzer,
                assembler,
            },
            settings: Settings::default(),
        }
    }
}

impl<S, A, M> PipelineBuilder<S, A, M> {
    /// Sets how many jobs this process works on at once; 0 counts as 1.
    pub const fn with_concurrency(mut self, jobs: usize) -> Self {
        self.settings.concurrency = if jobs == 0 { 1 } else { jobs };
        self
    }

    /// Sets how long one attempt at a phase may take. A phase that takes longer is dropped and
    /// counts as failed.
    pub const fn with_timeout(mut self, phase: Phase, timeout: Duration) -> Self {
        self.settings.policy_mut(phase).timeout = timeout;
        self
    }

    /// Sets how often a phase is tried and how long to wait in between.
    pub const fn with_retry(mut self, phase: Phase, retry: RetryPolicy) -> Self {
        self.settings.policy_mut(phase).retry = retry;
        self
    }

    /// Sets how long after the last heartbeat another worker may take the job, so that a crashed
    /// worker is noticed within that time. A heartbeat is sent every third of it. At least 10 ms.
    pub fn with_lease(mut self, lease: Duration) -> Self {
        self.settings.lease = lease.max(Duration::from_millis(10));
        self
    }

    /// Sets how many jobs of a platform may run at once, over all processes that set the same limit.
    pub fn with_in_flight_limit(mut self, platform: Platform, jobs: usize) -> Self {
        let limits = InFlightLimits::clone(&self.settings.in_flight).with(platform, jobs);
        self.settings.in_flight = Arc::new(limits);
        self
    }

    /// Works on jobs of these platforms only. Jobs of others are left to other pipelines on the same store,
    /// such as one with another scraper.
    pub fn with_platforms(mut self, platforms: impl IntoIterator<Item = Platform>) -> Self {
        self.settings.platforms = Some(platforms.into_iter().collect());
        self
    }

    /// Sets what is done with the span `job` of each attempt whose submit belongs to a trace: it makes
    /// the span a child of that trace in the program's exporter, before anything enters it.
    ///
    /// The span has the fields `trace_id` and `parent_span_id` with or without a hook. A panic in the hook
    /// is logged; the attempt begins all the same.
    ///
    /// # Example
    /// With the crates `opentelemetry`, `opentelemetry_sdk` and `tracing-opentelemetry`:
    /// ```ignore
    /// let propagator = TraceContextPropagator::new();
    /// let builder = builder.with_trace_hook(move |span, trace| {
    ///     let mut fields = HashMap::from([("traceparent".to_owned(), trace.traceparent().to_owned())]);
    ///     if let Some(state) = trace.tracestate() {
    ///         fields.insert("tracestate".to_owned(), state.to_owned());
    ///     }
    ///     _ = span.set_parent(propagator.extract(&fields));
    /// });
    /// ```
    pub fn with_trace_hook(
        mut self,
        hook: impl Fn(&Span, &TraceContext) + Send + Sync + 'static,
    ) -> Self {
        self.settings.trace_hook = Some(TraceHook::new(hook));
        self
    }

    /// Sets the shortest time between two reports of progress within a phase to the store. Changes
    /// of phase and ends are always reported at once. At least 1 ms.
    pub fn with_progress_interval(mut self, interval: Duration) -> Self {
        self.settings.progress_interval = interval.max(Duration::from_millis(1));
        self
    }

    /// Sets how long a phase that is asked to stop may take to do so before it is dropped.
    pub const fn with_cancel_grace(mut self, grace: Duration) -> Self {
        self.settings.cancel_grace = grace;
        self
    }

    /// Sets how long one claim waits in the store for a job. Jobs are claimed at once whatever this
    /// is; it bounds the harm of a wake-up that got lost.
    pub const fn with_claim_wait(mut self, wait: Duration) -> Self {
        self.settings.claim_wait = wait;
        self
    }

    /// Sets how often the store is swept. At least 10 ms.
    pub fn with_sweep_interval(mut self, interval: Duration) -> Self {
        self.settings.sweep_interval = interval.max(Duration::from_millis(10));
        self
    }

    /// Sets how long a worker waits for the store's reply before it repeats the call.
    pub const fn with_store_timeout(mut self, timeout: Duration) -> Self {
        self.settings.store_timeout = timeout;
        self
    }

    /// Delivers the [notes](crate::NewJob::with_note) of ended jobs: `deliver` is called with each such job, of
    /// this pipeline's [platforms](Self::with_platforms), whoever ended it.
    ///
    /// At least once, so `deliver` may see a note again that it has delivered: [`Note::submit`] is the same
    /// each time. A delivery that fails, panics or takes longer than 45 s is tried again, up to 20 times over
    /// some hours, by any process that delivers. Up to 8 run at once in one process.
    ///
    /// [`Note::submit`]: crate::store::Note::submit
    pub fn on_end<F, Fut, E>(mut self, deliver: F) -> Self
    where
        F: Fn(EndedJob) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: fmt::Display,
    {
        self.settings.on_end = Some(OnEnd::new(deliver));
        self
    }

    /// Returns the pipeline. Nothing runs until it is started.
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
