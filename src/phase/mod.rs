//! The three phases of a job: traits that users implement.
//!
//! The outputs of [`Scraper`] and [`Analyzer`] are kept as checkpoints, encoded as JSON, so that a
//! later attempt goes on where an earlier one stopped. The next phase begins while they are on their way to the
//! store. Inputs are references because a retry needs them again.
//!
//! Phases run **at least once**: any `await` in one may be its last (a cancel, a timeout, a lost
//! lease, a killed machine), and the phase then runs again from its start. Use
//! [`PhaseContext::job_id`] as the idempotency key for effects outside. Work that keeps a thread busy
//! for more than some milliseconds belongs in `tokio::task::spawn_blocking`, so that it does not hold
//! up other jobs.

mod adapters;
mod boxed;
mod context;
mod delayed;
mod error;
mod retry_after;
mod round_trip;
mod saving;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::adapters::{AnalyzeFn, AssembleFn, ScrapeFn, analyze_fn, assemble_fn, scrape_fn};
pub(crate) use self::context::JobContext;
pub use self::context::PhaseContext;
pub use self::delayed::Delayed;
pub use self::error::{PhaseError, PhaseErrorKind};
pub(crate) use self::retry_after::LONGEST_WAIT;
pub use self::retry_after::retry_after;
pub(crate) use self::round_trip::read_back;
pub use self::saving::SavedState;
pub(crate) use self::saving::{SavedJson, SavedValue, StateKeeper};
use crate::account::Target;

/// The first phase: reads an account from its platform.
#[async_trait]
pub trait Scraper: Send + Sync + 'static {
    /// What the scraper reads. Kept as a checkpoint.
    type Output: Serialize + DeserializeOwned + Send + Sync + 'static;

    /// Reads the account.
    ///
    /// # Errors
    /// A [`PhaseError`] that says whether, and when, to try again.
    ///
    /// # Cancel safety
    /// The future may be dropped at any `await`.
    async fn scrape(&self, target: &Target, ctx: &PhaseContext)
    -> Result<Self::Output, PhaseError>;
}

/// The second phase: analyses what the scraper read.
#[async_trait]
pub trait Analyzer: Send + Sync + 'static {
    /// What the scraper read.
    type Input: Send + Sync + 'static;
    /// The result of the analysis. Kept as a checkpoint.
    type Output: Serialize + DeserializeOwned + Send + Sync + 'static;

    /// Analyses what was read.
    ///
    /// # Errors
    /// A [`PhaseError`] that says whether, and when, to try again.
    ///
    /// # Cancel safety
    /// The future may be dropped at any `await`.
    async fn analyze(
        &self,
        scraped: &Self::Input,
        ctx: &PhaseContext,
    ) -> Result<Self::Output, PhaseError>;
}

/// The last phase: writes the report.
#[async_trait]
pub trait Assembler: Send + Sync + 'static {
    /// What the scraper read.
    type Scraped: Send + Sync + 'static;
    /// The result of the analysis.
    type Analysis: Send + Sync + 'static;
    /// The report. Stored, and served, as JSON.
    type Report: Serialize + Send + 'static;

    /// Writes the report.
    ///
    /// # Errors
    /// A [`PhaseError`] that says whether, and when, to try again.
    ///
    /// # Cancel safety
    /// The future may be dropped at any `await`.
    async fn assemble(
        &self,
        scraped: &Self::Scraped,
        analysis: &Self::Analysis,
        ctx: &PhaseContext,
    ) -> Result<Self::Report, PhaseError>;
}
