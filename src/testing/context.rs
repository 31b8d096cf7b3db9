//! Contexts for calling a phase without a pipeline.

use tokio_util::sync::CancellationToken;

use crate::account::Target;
use crate::job::Phase;
use crate::phase::PhaseContext;

/// Creates a context that belongs to no pipeline, and a handle that asks its phase to stop.
///
/// For testing how a phase takes a request to stop, as a pipeline makes it when a job is cancelled.
///
/// # Example
/// ```
/// use report_pipeline::testing::detached;
/// use report_pipeline::{Handle, Phase, PhaseContext, PhaseError, Platform, Scraper, Target, scrape_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let scraper = scrape_fn(async |_: Target, ctx: PhaseContext| -> Result<u32, _> {
///     ctx.cancelled().await;
///     // Stop here what dropping this future does not stop.
///     Err(PhaseError::transient("the scraper was asked to stop"))
/// });
///
/// let target = Target::new(Platform::default(), Handle::canonical("nasa")?);
/// let (ctx, stop) = detached(target, Phase::Scraping);
/// stop.stop();
/// assert!(scraper.scrape(ctx.target(), &ctx).await.is_err());
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn detached(target: Target, phase: Phase) -> (PhaseContext, StopHandle) {
    let stop = CancellationToken::new();
    let context = PhaseContext::detached_with(target, phase, stop.clone());
    (context, StopHandle(stop))
}

/// Asks the phase of a [`detached`] context to stop. Cheap to clone.
#[derive(Debug, Clone)]
pub struct StopHandle(CancellationToken);

impl StopHandle {
    /// Asks the phase to stop, for good: a context cannot be used again after that.
    pub fn stop(&self) {
        self.0.cancel();
    }
}
