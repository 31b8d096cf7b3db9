//! The worker's half: claims jobs from a store and runs their phases.

mod attempt;
mod builder;
mod claimer;
mod decision;
mod deliverer;
mod failure_log;
mod guard;
mod job_span;
mod lease_renewer;
mod on_end;
mod on_its_way;
mod output;
mod persist;
mod phases;
mod pool;
mod running;
mod settings;
mod state_keeper;
mod step_back;
mod stop;
mod sweeper;
mod unacknowledged;
mod versioned;
mod workers;

use std::fmt;
use std::sync::Arc;

pub use self::builder::PipelineBuilder;
use self::phases::Phases;
use self::settings::Settings;
pub use self::workers::{Drained, Workers};
use crate::client::Client;
use crate::phase::{Analyzer, Assembler, Scraper};

/// Three phases over a job store: processes jobs wherever it is [started](Self::start).
///
/// The phases are wired by their types: the analyzer takes what the scraper returns, the assembler
/// takes both. What does not fit does not compile.
///
/// Jobs are submitted, watched and fetched through a [`Client`] of the same store, in this process or
/// any other: keep a clone of the one that the pipeline is built with, or use [`client`](Self::client).
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
/// let client = Client::new(MemoryStore::new());
/// let pipeline = Pipeline::builder(
///     client.clone(),
///     scrape_fn(async |target: Target, _: PhaseContext| {
///         Ok::<_, PhaseError>(target.handle.to_string())
///     }),
///     analyze_fn(|name: &String, _: &PhaseContext| Ok::<_, PhaseError>(name.len())),
///     assemble_fn(|name: &String, length: &usize, _: &PhaseContext| {
///         Ok::<_, PhaseError>(format!("{name} has {length} letters"))
///     }),
/// )
/// .with_concurrency(4)
/// .build();
///
/// let workers = pipeline.start();
/// let target = Platforms::default().target(None, "@NASA")?;
/// let id = client.submit(target).await?.job().id;
///
/// let mut changes = std::pin::pin!(client.watch(id));
/// while let Some(job) = changes.next().await {
///     println!("{}", job?.progress);
/// }
/// let ReportState::Ready(report) = client.report(id).await? else { panic!("it has ended") };
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

impl<S, A, M> Pipeline<S, A, M>
where
    S: Scraper,
    A: Analyzer<Input = S::Output>,
    M: Assembler<Scraped = S::Output, Analysis = A::Output>,
{
    /// Starts workers in this process, as many as the pipeline's concurrency.
    ///
    /// They run until the returned value is [drained](Workers::drain) or dropped. Dropping it stops
    /// them at once, as a crash would: their jobs are claimed again when their leases run out.
    ///
    /// # Panics
    /// If called outside a Tokio runtime with time enabled.
    #[must_use = "dropping the workers stops them"]
    pub fn start(&self) -> Workers {
        Workers::start(&self.client, &self.phases, &self.settings)
    }

    /// Returns the client that this pipeline was built with.
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
