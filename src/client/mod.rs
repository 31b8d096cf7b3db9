//! The caller's half: submit, watch, fetch, cancel. Needs a store, but no worker and no phases.

mod eta;
mod listed;
mod watch;

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use futures::Stream;
use tokio::time::Instant;
use tracing::info;

use self::eta::EtaEstimator;
pub use self::listed::TargetDeleted;
use crate::account::{Platform, Target};
use crate::job::{Job, JobId, Status, Version};
use crate::measure;
use crate::store::{
    FindRequest, JobPage, JobStore, JobStoreExt, ListRequest, NewJob, ProgramVersion, ReportState,
    Stats, StoreError, Submitted, TraceContext, WatchRequest,
};
use crate::timeout::within;

/// Submits jobs, watches them, and fetches their reports. Cheap to clone.
///
/// A process that only submits needs nothing else: the work is done by any process that runs a
/// [`Pipeline`](crate::Pipeline) on the same store. Every call returns within the
/// [call timeout](Self::with_call_timeout), also when the store does not reply; [`count`](Self::count) and
/// [`delete_target`](Self::delete_target), which read the whole list of jobs, for each page that they read.
///
/// # Example
/// ```
/// use report_pipeline::{Client, MemoryStore, Platforms, Status};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let client = Client::new(MemoryStore::new());
/// let target = Platforms::default().target(None, "@NASA")?;
///
/// let submitted = client.submit(target).await?;
/// let job = client.status(submitted.job().id).await?.expect("just submitted");
/// assert_eq!(job.status, Status::Pending);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    store: Arc<dyn JobStore>,
    defaults: JobDefaults,
    call_timeout: Duration,
    eta: Arc<EtaEstimator>,
}

/// What every job of this client starts from, unless the caller says otherwise.
#[derive(Clone)]
struct JobDefaults {
    max_age: Option<Duration>,
    deadline: Option<Duration>,
    max_crashes: u32,
    program_version: Option<ProgramVersion>,
}

impl Client {
    /// Creates a client of `store` with the defaults of [`NewJob`] and a call timeout of 1.9 s.
    #[must_use]
    pub fn new(store: impl JobStore) -> Self {
        Self {
            store: measure::store(store),
            defaults: JobDefaults {
                max_age: None,
                deadline: NewJob::DEFAULT_DEADLINE,
                max_crashes: NewJob::DEFAULT_MAX_CRASHES,
                program_version: None,
            },
            // So that a caller over a network has a reply within 2 s.
            call_timeout: Duration::from_millis(1900),
            eta: Arc::default(),
        }
    }

    /// Sets how long a call waits for the store's reply. After that the call fails with
    /// [`Unavailable`](StoreError::Unavailable); it may or may not have been carried out.
    #[must_use]
    pub const fn with_call_timeout(mut self, timeout: Duration) -> Self {
        self.call_timeout = timeout;
        self
    }

    /// Sets how old a finished report may be to be served instead of a new run;
    /// see [`NewJob::max_age`].
    #[must_use]
    pub const fn with_max_age(mut self, max_age: Option<Duration>) -> Self {
        self.defaults.max_age = max_age;
        self
    }

    /// Sets how long after its submit a job fails if it has not ended; see [`NewJob::deadline`].
    #[must_use]
    pub const fn with_deadline(mut self, deadline: Option<Duration>) -> Self {
        self.defaults.deadline = deadline;
        self
    }

    /// Sets how many workers may crash with a job before it fails; see [`NewJob::max_crashes`].
    #[must_use]
    pub const fn with_max_crashes(mut self, max_crashes: u32) -> Self {
        self.defaults.max_crashes = max_crashes;
        self
    }

    /// Sets the version of the program that makes reports, for the submits of this client and for a
    /// [`Pipeline`](crate::Pipeline) that is built with it; by default there is none.
    ///
    /// Change it when a report is made otherwise than before, such as by another methodology. Then:
    ///
    /// - A submit is served a finished report only if workers of its own version have made it; otherwise it
    ///   makes a new job. It still joins a job that has not ended, whichever version works on it.
    /// - An attempt does not use the checkpoints of another version, nor what that has saved: those phases run
    ///   again.
    ///
    /// It is kept with the job, so it holds over restarts and between processes. A client without a version
    /// is served every report.
    #[must_use]
    pub fn with_program_version(mut self, version: ProgramVersion) -> Self {
        self.defaults.program_version = Some(version);
        self
    }

    /// Creates a job for `target` with a new id and this client's defaults, to be changed and then
    /// submitted with [`submit_job`](Self::submit_job).
    #[must_use]
    pub fn new_job(&self, target: Target) -> NewJob {
        NewJob::new(JobId::random(), target)
            .with_max_age(self.defaults.max_age)
            .with_deadline(self.defaults.deadline)
            .with_max_crashes(self.defaults.max_crashes)
            .with_program_version(self.defaults.program_version.clone())
    }

    /// Asks for a report on `target`. Returns a new job, the one that already runs, or a finished one
    /// whose report is fresh enough.
    ///
    /// A submit that failed as unavailable is repeated once, within the same call timeout.
    ///
    /// # Errors
    /// As [`JobStore::submit`].
    ///
    /// # Cancel safety
    /// If dropped, the job may or may not have been submitted.
    pub async fn submit(&self, target: Target) -> Result<Submitted, StoreError> {
        self.submit_job(self.new_job(target)).await
    }

    /// Submits a job with options of its own.
    ///
    /// # Errors
    /// As [`submit`](Self::submit).
    ///
    /// # Cancel safety
    /// If dropped, submit the same job again: its id makes that safe.
    pub async fn submit_job(&self, job: NewJob) -> Result<Submitted, StoreError> {
        let trace = job.trace().cloned();
        let submit = pin!(self.store.submit_twice(job));
        let submit = self.within(Duration::ZERO, submit);
        let submitted = if self.eta.is_count_due(Instant::now()) {
            // Side by side: counting must not make a submit to a dead store wait twice. And an
            // estimate is not worth an error. Boxed, because the other submits need no room for it.
            Box::pin(async { futures::join!(submit, self.stats()).0 }).await?
        } else {
            submit.await?
        };
        log(&submitted, trace.as_ref());
        measure::submitted(&submitted);
        self.eta.observe(submitted.job());
        Ok(submitted)
    }

    /// Returns a job, or `None` if it is unknown or has expired.
    ///
    /// # Errors
    /// As [`JobStore::get`].
    ///
    /// # Cancel safety
    /// If dropped, nothing is lost.
    pub async fn status(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        let job = self.within(Duration::ZERO, self.store.get(id)).await?;
        Ok(self.observed(job))
    }

    /// Returns some jobs, in the order of their ids: `None` for one that is unknown or has expired.
    ///
    /// # Errors
    /// As [`JobStore::get_many`].
    ///
    /// # Cancel safety
    /// If dropped, nothing is lost.
    pub async fn statuses(&self, ids: &[JobId]) -> Result<Vec<Option<Job>>, StoreError> {
        self.within(Duration::ZERO, self.store.get_many(ids)).await
    }

    /// Returns the job that owns a target: the live one that a submit would join, or else the completed
    /// one, until it expires. Without a scope a target is enough.
    ///
    /// # Errors
    /// As [`JobStore::find`].
    ///
    /// # Cancel safety
    /// If dropped, nothing is lost.
    pub async fn find(&self, request: impl Into<FindRequest>) -> Result<Option<Job>, StoreError> {
        let job = self
            .within(Duration::ZERO, self.store.find(request.into()))
            .await?;
        Ok(self.observed(job))
    }

    /// Returns a page of the jobs that are asked for, the newest first. Go on with its
    /// [cursor](JobPage::next).
    ///
    /// Ids of jobs are all that it takes to read and cancel them: show a list only to those who may see
    /// every job in it.
    ///
    /// # Errors
    /// As [`JobStore::list`].
    ///
    /// # Cancel safety
    /// If dropped, nothing is lost.
    pub async fn list(&self, request: ListRequest) -> Result<JobPage, StoreError> {
        self.within(Duration::ZERO, self.store.list(request)).await
    }

    /// Returns a job once its version is above `after`, or when `wait` is over.
    ///
    /// # Errors
    /// As [`JobStore::changed`].
    ///
    /// # Cancel safety
    /// If dropped, nothing is lost.
    pub async fn changed(
        &self,
        id: JobId,
        after: Version,
        wait: Duration,
    ) -> Result<Option<Job>, StoreError> {
        let request = WatchRequest::new(id, after).with_wait(wait);
        let job = self.within(wait, self.store.changed(request)).await?;
        Ok(self.observed(job))
    }

    /// Returns a finished report, or why there is none.
    ///
    /// # Errors
    /// As [`JobStore::report`].
    ///
    /// # Cancel safety
    /// If dropped, nothing is lost.
    pub async fn report(&self, id: JobId) -> Result<ReportState, StoreError> {
        let fetch = pin!(self.store.fetch(id));
        self.within(Duration::ZERO, fetch).await
    }

    /// Watches a job: yields its state now, then every change that this reader is quick enough to see,
    /// and always the terminal state, after which the stream ends.
    ///
    /// While the store is away the stream waits. Any other error is the last item, such as
    /// [`NotFound`](StoreError::NotFound) when the job has expired.
    pub fn watch(
        &self,
        id: JobId,
    ) -> impl Stream<Item = Result<Job, StoreError>> + Send + 'static + use<> {
        self.watch_after(id, Version::ZERO)
    }

    /// Watches a job as [`watch`](Self::watch) does, without the states up to the version `seen`.
    ///
    /// The terminal state is yielded even if it was seen: without it nobody could tell an ended stream
    /// from a broken one. A version that the job has not reached yet is waited for. Dropping the stream
    /// loses nothing: go on with the version of the last job that it yielded.
    pub fn watch_after(
        &self,
        id: JobId,
        seen: Version,
    ) -> impl Stream<Item = Result<Job, StoreError>> + Send + 'static + use<> {
        watch::watch(self.clone(), id, seen)
    }

    /// Cancels a job and returns its status after that: a waiting job has failed at once, a running
    /// one fails soon, an ended one is left as it is.
    ///
    /// # Errors
    /// As [`JobStore::cancel`].
    ///
    /// # Cancel safety
    /// If dropped, the job may or may not have been cancelled; the call can be repeated.
    pub async fn cancel(&self, id: JobId) -> Result<Status, StoreError> {
        self.within(Duration::ZERO, self.store.cancel(id)).await
    }

    /// Deletes an ended job with its report at once. Does nothing if there is no such job.
    ///
    /// # Errors
    /// As [`JobStore::delete`]: [`NotEnded`](StoreError::NotEnded) for a live job; cancel it first.
    ///
    /// # Cancel safety
    /// If dropped, the job may or may not have been deleted; the call can be repeated.
    pub async fn delete(&self, id: JobId) -> Result<(), StoreError> {
        self.within(Duration::ZERO, self.store.delete(id)).await
    }

    /// Ends a platform's pause, whoever began it, and forgets its rate limits: its jobs are claimed again
    /// at once, without a probe.
    ///
    /// # Errors
    /// As [`JobStore::unpause`].
    ///
    /// # Cancel safety
    /// If dropped, the pause may or may not have ended; the call can be repeated.
    pub async fn unpause(&self, platform: &Platform) -> Result<(), StoreError> {
        self.within(Duration::ZERO, self.store.unpause(platform))
            .await
    }

    /// Counts what the store holds, in one real round trip: a health check.
    ///
    /// # Errors
    /// As [`JobStore::stats`].
    ///
    /// # Cancel safety
    /// If dropped, nothing is lost.
    pub async fn stats(&self) -> Result<Stats, StoreError> {
        let stats = self.within(Duration::ZERO, self.store.stats()).await?;
        self.eta.observe_queue(stats.jobs);
        measure::counted(&stats);
        Ok(stats)
    }

    /// Checks that a write of the store could succeed now: what a load balancer wants to know.
    ///
    /// # Errors
    /// As [`JobStore::check`].
    ///
    /// # Cancel safety
    /// If dropped, nothing is lost.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.within(Duration::ZERO, self.store.check()).await
    }

    /// Returns how long to wait before asking for this job again: from 1 s to 60 s, and within that
    /// never before the job's next attempt.
    ///
    /// An estimate, from how long jobs ran in this process, or else from how long the jobs took that
    /// this client saw ending. For a waiting job it is multiplied by the queue before it, as counted
    /// within the last second or so.
    #[must_use]
    pub fn retry_after(&self, job: &Job) -> Duration {
        self.eta.retry_after(job, Utc::now)
    }

    /// Returns the store that this client calls.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn JobStore> {
        &self.store
    }

    /// Returns the version of the program, if it has one.
    pub(crate) const fn program_version(&self) -> Option<&ProgramVersion> {
        self.defaults.program_version.as_ref()
    }

    /// Lets estimates know how long a job ran.
    pub(crate) fn observe_run(&self, took: Duration) {
        self.eta.observe_run(took);
    }

    fn observed(&self, job: Option<Job>) -> Option<Job> {
        job.inspect(|job| self.eta.observe(job))
    }

    /// Bounds a store call by the call timeout, on top of the `wait` that was asked for.
    async fn within<T>(
        &self,
        wait: Duration,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let limit = wait.saturating_add(self.call_timeout);
        match within(limit, call).await {
            Ok(reply) => reply,
            Err(_) => Err(StoreError::unavailable(format!(
                "it did not reply within {limit:?}"
            ))),
        }
    }
}

/// Logs what became of a submit. Over HTTP the span around it names the request.
fn log(submitted: &Submitted, trace: Option<&TraceContext>) {
    let job = submitted.job();
    info!(
        job_id = %job.id,
        platform = %job.target.platform,
        outcome = submitted.outcome(),
        trace_id = trace.map(TraceContext::trace_id),
        "job submitted",
    );
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("store", &self.store)
            .field("call_timeout", &self.call_timeout)
            .finish_non_exhaustive()
    }
}
