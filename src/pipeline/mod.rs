//! The worker's half: takes jobs from a store and leads them through their phases.

mod attempt;
mod builder;
mod claimer;
mod guard;
mod lease_renewer;
mod pool;
mod running;
mod workers;

use std::fmt;
use std::sync::Arc;

use futures::Stream;

pub use self::builder::PipelineBuilder;
use self::builder::Settings;
pub use self::workers::{Drained, Workers};
use crate::account::Target;
use crate::client::Client;
use crate::job::{Job, JobId, Status};
use crate::phase::{Analyzer, Assembler, Scraper};
use crate::store::{ReportState, StoreError, Submitted};

/// Three phases over a job store: submits jobs, and does them wherever it is
/// [started](Self::start).
///
/// The phases are wired by their types: the analyzer takes what the scraper gives, the assembler
/// takes both. What does not fit does not compile. A process that only submits can do without a
/// pipeline: a [`Client`] of the same store is enough. A process that only works starts a
/// pipeline and never submits.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use futures::StreamExt;
/// use report_pipeline::{
///     Client, ReportState, MemoryStore, PhaseContext, PhaseError, Pipeline, Platforms, Target,
///     analyze_fn, assemble_fn, scrape_fn,
/// };
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let pipeline = Pipeline::builder(
///     Client::new(MemoryStore::new()),
///     scrape_fn(|target: Target, _ctx: PhaseContext| async move {
///         Ok::<_, PhaseError>(target.handle.to_string())
///     }),
///     analyze_fn(|name: &String, _ctx: &PhaseContext| Ok::<_, PhaseError>(name.len())),
///     assemble_fn(|name: &String, length: &usize, _ctx: &PhaseContext| {
///         Ok::<_, PhaseError>(format!("{name} has {length} letters"))
///     }),
/// )
/// .with_concurrency(4)
/// .build();
///
/// let workers = pipeline.start();
/// let submitted = pipeline.submit(Platforms::default().target(None, "@NASA")?).await?;
/// let id = submitted.job().id;
///
/// let mut changes = std::pin::pin!(pipeline.watch(id));
/// while let Some(job) = changes.next().await {
///     println!("{}", job?.progress);
/// }
/// let ReportState::Ready(report) = pipeline.report(id).await? else { panic!("it has ended") };
/// assert_eq!(&report[..], br#""nasa has 4 letters""#);
///
/// workers.drain(Duration::from_secs(5)).await;
/// # Ok(())
/// # }
/// ```
///
/// An analyzer that does not take what the scraper gives:
/// ```compile_fail
/// # use report_pipeline::*;
/// let pipeline = Pipeline::builder(
///     Client::new(MemoryStore::new()),
///     scrape_fn(|_: Target, _: PhaseContext| async { Ok::<_, PhaseError>(1_u32) }),
///     analyze_fn(|name: &String, _: &PhaseContext| Ok::<_, PhaseError>(name.len())),
///     assemble_fn(|_: &u32, length: &usize, _: &PhaseContext| Ok::<_, PhaseError>(*length)),
/// );
/// ```
pub struct Pipeline<S, A, M> {
    client: Client,
    phases: Arc<Phases<S, A, M>>,
    settings: Arc<Settings>,
}

/// The three phases, shared by all workers.
struct Phases<S, A, M> {
    scraper: S,
    analyzer: A,
    assembler: M,
}

impl<S, A, M> Pipeline<S, A, M>
where
    S: Scraper,
    A: Analyzer<Input = S::Output>,
    M: Assembler<Scraped = S::Output, Analysis = A::Output>,
{
    /// Begins a pipeline that takes its jobs from the client's store.
    pub fn builder(
        client: Client,
        scraper: S,
        analyzer: A,
        assembler: M,
    ) -> PipelineBuilder<S, A, M> {
        PipelineBuilder::new(
            client,
            Phases {
                scraper,
                analyzer,
                assembler,
            },
        )
    }

    /// Starts workers in this process, as many as the pipeline's concurrency says.
    ///
    /// They run until the answer is [drained](Workers::drain) or dropped. Dropping it stops them at
    /// once, as a crash would: their jobs are taken up again when their leases run out.
    ///
    /// # Panics
    /// If called outside a Tokio runtime with time enabled.
    #[must_use = "dropping the workers stops them"]
    pub fn start(&self) -> Workers {
        Workers::start(&self.client, &self.phases, &self.settings)
    }

    /// Asks for a report; see [`Client::submit`].
    ///
    /// # Errors
    /// As [`Client::submit`].
    ///
    /// # Cancel safety
    /// As [`Client::submit`].
    pub async fn submit(&self, target: Target) -> Result<Submitted, StoreError> {
        self.client.submit(target).await
    }

    /// Reads a job; see [`Client::status`].
    ///
    /// # Errors
    /// As [`Client::status`].
    ///
    /// # Cancel safety
    /// As [`Client::status`].
    pub async fn status(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        self.client.status(id).await
    }

    /// Reads a finished report, or why there is none; see [`Client::report`].
    ///
    /// # Errors
    /// As [`Client::report`].
    ///
    /// # Cancel safety
    /// As [`Client::report`].
    pub async fn report(&self, id: JobId) -> Result<ReportState, StoreError> {
        self.client.report(id).await
    }

    /// Follows a job to its end; see [`Client::watch`].
    pub fn watch(
        &self,
        id: JobId,
    ) -> impl Stream<Item = Result<Job, StoreError>> + Send + 'static + use<S, A, M> {
        self.client.watch(id)
    }

    /// Cancels a job; see [`Client::cancel`].
    ///
    /// # Errors
    /// As [`Client::cancel`].
    ///
    /// # Cancel safety
    /// As [`Client::cancel`].
    pub async fn cancel(&self, id: JobId) -> Result<Status, StoreError> {
        self.client.cancel(id).await
    }

    /// The caller's half of this pipeline, for code that needs no phases.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }
}

impl<S, A, M> fmt::Debug for Pipeline<S, A, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipeline")
            .field("client", &self.client)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
