//! What a phase knows of its job.

use std::fmt;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;

use super::PhaseError;
use super::saving::{SavedJson, SavedState, SavedValue, Saving, StateKeeper, encode};
use crate::account::{Platform, Target};
use crate::job::{Job, JobId, Phase, Progress, Scope};

/// A phase's view of its job: its target and input, where to report progress, what to save, whether to
/// stop.
///
/// Cheap to clone: give a clone to a task or a blocking closure that the phase starts.
#[derive(Clone)]
pub struct PhaseContext {
    job: Arc<JobContext>,
    phase: Phase,
    saving: Arc<Saving>,
}

/// What the phases of one attempt share with the worker that runs them.
pub(crate) struct JobContext {
    pub(crate) id: JobId,
    pub(crate) target: Target,
    pub(crate) scope: Scope,
    pub(crate) input: Bytes,
    pub(crate) attempt: u32,
    progress: AtomicU8,
    stop: CancellationToken,
    keeper: Option<Box<dyn StateKeeper>>,
    /// Told what is left of a platform's quota.
    on_quota: fn(&Platform, u64),
    /// What is saved of the phase that the job has reached, until that phase begins.
    saved: Mutex<Option<(Phase, SavedJson)>>,
}

impl JobContext {
    /// The context of a claimed job, of whose present phase `saved` was saved.
    pub(crate) fn new(
        job: &Job,
        input: Bytes,
        stop: CancellationToken,
        keeper: impl StateKeeper + 'static,
        saved: SavedJson,
        on_quota: fn(&Platform, u64),
    ) -> Self {
        Self {
            id: job.id,
            target: job.target.clone(),
            scope: job.scope.clone(),
            input,
            attempt: job.attempt,
            progress: AtomicU8::new(job.progress.percent()),
            stop,
            keeper: Some(Box::new(keeper)),
            on_quota,
            saved: Mutex::new(Some((job.phase, saved))),
        }
    }

    /// Forgets what is saved of a phase that has not begun: what it was made from is there no more.
    pub(crate) fn forget_saved(&self) {
        *self.saved.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn take_saved(&self, phase: Phase) -> SavedJson {
        let mut saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        let saved = saved.take_if(|(saved, _)| *saved == phase);
        saved.map(|(_, saved)| saved).unwrap_or_default()
    }

    pub(crate) fn overall_progress(&self) -> Progress {
        Progress::from_percent(self.progress.load(Ordering::Relaxed))
    }
}

impl PhaseContext {
    pub(crate) fn new(job: Arc<JobContext>, phase: Phase) -> Self {
        let start = phase.start().percent();
        job.progress.fetch_max(start, Ordering::Relaxed);
        let saving = Arc::new(Saving::new(job.take_saved(phase)));
        Self { job, phase, saving }
    }

    /// Creates a context that belongs to no pipeline, for calling a phase by itself. It is never asked
    /// to stop; `testing::detached` (feature `testing`) creates one that can be.
    #[must_use]
    pub fn detached(target: Target, phase: Phase) -> Self {
        Self::detached_with(target, phase, CancellationToken::new())
    }

    /// Creates a context that belongs to no pipeline and is asked to stop when `stop` is cancelled.
    pub(crate) fn detached_with(target: Target, phase: Phase, stop: CancellationToken) -> Self {
        let job = JobContext {
            id: JobId::random(),
            target,
            scope: Scope::NONE,
            input: Bytes::new(),
            attempt: 1,
            progress: AtomicU8::new(phase.start().percent()),
            stop,
            keeper: None,
            on_quota: |_, _| {},
            saved: Mutex::new(None),
        };
        Self::new(Arc::new(job), phase)
    }

    /// Sets the input of a [`detached`](Self::detached) context, for calling a phase by itself.
    ///
    /// The context is then apart from its clones: they report progress to themselves.
    #[must_use]
    pub fn with_input(self, input: Bytes) -> Self {
        let job = JobContext {
            id: self.job.id,
            target: self.job.target.clone(),
            scope: self.job.scope.clone(),
            input,
            attempt: self.job.attempt,
            progress: AtomicU8::new(self.overall_progress().percent()),
            stop: self.job.stop.clone(),
            keeper: None,
            on_quota: |_, _| {},
            saved: Mutex::new(None),
        };
        Self::new(Arc::new(job), self.phase)
    }

    /// Returns the job's id. It stays the same over retries and machines: use it as the idempotency
    /// key for effects outside.
    #[must_use]
    pub fn job_id(&self) -> JobId {
        self.job.id
    }

    /// Returns the account that the report is about.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.job.target
    }

    /// Returns what keeps the job apart from others for the same target, such as a tenant.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.job.scope
    }

    /// Returns the input that the job was submitted with; empty if it has none.
    ///
    /// The same bytes for every phase and every attempt, see
    /// [`NewJob::with_input`](crate::NewJob::with_input).
    #[must_use]
    pub fn input(&self) -> &Bytes {
        &self.job.input
    }

    /// Returns the number of this attempt at the job, from 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.job.attempt
    }

    /// Returns the phase that this context belongs to.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// Reports how much of this phase is done, from 0.0 to 1.0.
    ///
    /// Costs next to nothing and never waits: call it as often as you like. The library weighs the
    /// phases, ignores a lower value than before, and coalesces the updates for the store.
    pub fn progress(&self, fraction: f64) {
        let percent = Progress::within(self.phase, fraction).percent();
        self.job.progress.fetch_max(percent, Ordering::Relaxed);
    }

    /// Reports what is left of the platform's quota, in whatever unit the platform counts, for the gauge
    /// `report_pipeline_remaining_quota` (feature `metrics`). Nothing else depends on it: a quota that is
    /// used up is told with [`PhaseError::quota_exhausted`].
    ///
    /// One number for each platform: of several quotas report the one that runs out first.
    pub fn remaining_quota(&self, remaining: u64) {
        (self.job.on_quota)(&self.job.target.platform, remaining);
    }

    /// Returns the progress of the whole job.
    #[must_use]
    pub fn overall_progress(&self) -> Progress {
        self.job.overall_progress()
    }

    /// Saves a state of this phase, such as a cursor, for the attempts after this one. It replaces the
    /// last one.
    ///
    /// It is given back by [`saved`](Self::saved) after a retry, a rate limit, a drain and a crash, until the
    /// phase's output is kept. The first save of an attempt that has not called `saved` drops what
    /// earlier attempts have saved.
    ///
    /// A state that cannot be kept, because a limit of the store refuses it, is no error: the phase goes
    /// on, nothing that it saves after that is kept either, and the next attempt begins with what was
    /// kept before. While the store is away, has no memory left, or has not yet the output of the phase
    /// before, the call waits, for as long as a lease lasts.
    ///
    /// # Errors
    /// A permanent one if the value cannot be written as JSON. In debug builds also if it is another one
    /// when it is read again.
    ///
    /// # Cancel safety
    /// If dropped, the state may or may not be kept, and nothing that the phase saves after that is.
    ///
    /// # Example
    /// ```
    /// use report_pipeline::{PhaseContext, PhaseError};
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Serialize, Deserialize)]
    /// struct Page {
    ///     posts: Vec<String>,
    ///     next: Option<u32>,
    /// }
    ///
    /// // A page carries the cursor of the next one, so that both are kept in one step.
    /// async fn read_all(ctx: &PhaseContext) -> Result<Vec<Page>, PhaseError> {
    ///     let mut pages = ctx.saved::<(), Page>().pages;
    ///     let mut next = pages.last().map_or(Some(0), |page| page.next);
    ///     while let Some(cursor) = next {
    ///         let page = request(cursor).await?;
    ///         ctx.push(&page).await?;
    ///         next = page.next;
    ///         pages.push(page);
    ///     }
    ///     Ok(pages)
    /// }
    /// # async fn request(cursor: u32) -> Result<Page, PhaseError> {
    /// #     let next = (cursor < 3).then_some(cursor + 1);
    /// #     Ok(Page { posts: Vec::new(), next })
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use report_pipeline::{Handle, Phase, Platform, Target};
    /// # let target = Target::new(Platform::default(), Handle::canonical("nasa")?);
    /// # assert_eq!(read_all(&PhaseContext::detached(target, Phase::Scraping)).await?.len(), 4);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn save<T>(&self, state: &T) -> Result<(), PhaseError>
    where
        T: Serialize + DeserializeOwned + Sync,
    {
        let json = encode(self.phase, "state", state)?;
        self.keep(SavedValue::State(json)).await;
        Ok(())
    }

    /// Appends a page to those that this phase has saved; otherwise as [`save`](Self::save). What was
    /// pushed before is not sent again, so this suits what grows.
    ///
    /// A page and a state are kept one after the other, so a crash may come in between. What must
    /// agree with the pages, such as the cursor of the next one, belongs into the page.
    ///
    /// # Errors
    /// As [`save`](Self::save).
    ///
    /// # Cancel safety
    /// As [`save`](Self::save).
    pub async fn push<T>(&self, page: &T) -> Result<(), PhaseError>
    where
        T: Serialize + DeserializeOwned + Sync,
    {
        let json = encode(self.phase, "page", page)?;
        self.keep(SavedValue::Page(json)).await;
        Ok(())
    }

    /// Returns what earlier attempts at this phase have saved: the last state and all pages.
    ///
    /// Nothing for a first attempt, and nothing if it is not of these types, as another version of
    /// the program may have saved it: the phase then begins anew. A phase that saves no state, or no
    /// pages, may use `()` for the type.
    #[must_use]
    pub fn saved<S, P>(&self) -> SavedState<S, P>
    where
        S: DeserializeOwned,
        P: DeserializeOwned,
    {
        self.saving.read(self.phase)
    }

    async fn keep(&self, value: SavedValue) {
        let begin = || self.saving.begin();
        match &self.job.keeper {
            Some(keeper) => keeper.keep(self.phase, value, &begin).await,
            None => _ = begin(),
        }
    }

    /// Returns whether the phase is asked to stop: the job was cancelled, its lease was lost, or the
    /// workers drain. While they drain, the output of a phase that ends in time is kept; otherwise it
    /// is dropped.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.job.stop.is_cancelled()
    }

    /// Waits until the phase is asked to stop.
    ///
    /// Soon after that the phase's future is dropped, so use it to stop what dropping does not stop,
    /// such as a thread or a browser.
    ///
    /// # Cancel safety
    /// If dropped, nothing is lost: a later call returns at once if the request came meanwhile.
    pub async fn cancelled(&self) {
        self.job.stop.cancelled().await;
    }
}

impl fmt::Debug for PhaseContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PhaseContext")
            .field("job_id", &self.job.id)
            .field("attempt", &self.job.attempt)
            .field("phase", &self.phase)
            .finish_non_exhaustive()
    }
}
