//! Phases that take longer than they need, for demonstrations and tests.

use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::{Analyzer, Assembler, PhaseContext, PhaseError, Scraper};
use crate::account::Target;

/// How many times the progress rises while a phase takes its time.
const STEPS: u32 = 50;

/// A phase that begins only after a given time, with its progress rising evenly meanwhile.
///
/// It is a [`Scraper`], an [`Analyzer`] or an [`Assembler`] like the phase it is made of, and it
/// ends as that phase does. When it is asked to stop it does not hold the phase back any longer.
/// The delay comes first because a phase that is done soon would otherwise show its whole progress
/// at once.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use report_pipeline::{Delayed, PhaseContext, PhaseError, Target, scrape_fn};
///
/// let scraper = scrape_fn(|target: Target, _: PhaseContext| async move {
///     Ok::<_, PhaseError>(target.handle.as_str().len())
/// });
/// let slow_scraper = Delayed::new(scraper, Duration::from_secs(5));
/// # let _ = slow_scraper;
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Delayed<P> {
    phase: P,
    delay: Duration,
}

impl<P> Delayed<P> {
    /// Lets `phase` begin after `delay`; zero changes nothing.
    pub const fn new(phase: P, delay: Duration) -> Self {
        Self { phase, delay }
    }

    async fn hold_back(&self, ctx: &PhaseContext) {
        tokio::select! {
            () = rise(ctx, self.delay) => {}
            () = ctx.cancelled() => {}
        }
    }
}

#[async_trait]
impl<P: Scraper> Scraper for Delayed<P> {
    type Output = P::Output;

    async fn scrape(&self, target: &Target, ctx: &PhaseContext) -> Result<P::Output, PhaseError> {
        self.hold_back(ctx).await;
        self.phase.scrape(target, ctx).await
    }
}

#[async_trait]
impl<P: Analyzer> Analyzer for Delayed<P> {
    type Input = P::Input;
    type Output = P::Output;

    async fn analyze(
        &self,
        scraped: &P::Input,
        ctx: &PhaseContext,
    ) -> Result<P::Output, PhaseError> {
        self.hold_back(ctx).await;
        self.phase.analyze(scraped, ctx).await
    }
}

#[async_trait]
impl<P: Assembler> Assembler for Delayed<P> {
    type Scraped = P::Scraped;
    type Analysis = P::Analysis;
    type Report = P::Report;

    async fn assemble(
        &self,
        scraped: &P::Scraped,
        analysis: &P::Analysis,
        ctx: &PhaseContext,
    ) -> Result<P::Report, PhaseError> {
        self.hold_back(ctx).await;
        self.phase.assemble(scraped, analysis, ctx).await
    }
}

/// Takes `time`, and says at each step how much of it is over.
async fn rise(ctx: &PhaseContext, time: Duration) {
    if time.is_zero() {
        return;
    }
    let start = Instant::now();
    for step in 1..=STEPS {
        // Against the start, so that small delays of each step do not add up.
        let due = (time / STEPS).saturating_mul(step);
        tokio::time::sleep(due.saturating_sub(start.elapsed())).await;
        ctx.progress(f64::from(step) / f64::from(STEPS));
    }
    tokio::time::sleep(time.saturating_sub(start.elapsed())).await;
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::account::{Handle, Platform};
    use crate::job::Phase;
    use crate::phase::{analyze_fn, scrape_fn};

    const DELAY: Duration = Duration::from_secs(10);

    fn target() -> Target {
        Target::new(Platform::default(), Handle::canonical("nasa").unwrap())
    }

    /// An analysis that takes three times the delay by itself.
    struct Slow;

    #[async_trait]
    impl Analyzer for Slow {
        type Input = u8;
        type Output = u8;

        async fn analyze(&self, scraped: &u8, _: &PhaseContext) -> Result<u8, PhaseError> {
            tokio::time::sleep(DELAY * 3).await;
            Ok(*scraped)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_phase_takes_by_itself_comes_on_top() {
        let ctx = PhaseContext::detached(target(), Phase::Analysis);
        let start = Instant::now();
        let result = Delayed::new(Slow, DELAY).analyze(&7, &ctx).await;
        assert_eq!((result.unwrap(), start.elapsed()), (7, DELAY * 4));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_to_stop_is_not_held_back() {
        let phase = Delayed::new(analyze_fn(|n: &u8, _: &PhaseContext| Ok(*n)), DELAY);
        let stop = CancellationToken::new();
        let ctx = PhaseContext::detached_with(target(), Phase::Analysis, stop.clone());
        stop.cancel();
        let start = Instant::now();
        phase.analyze(&1, &ctx).await.unwrap();
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn progress_rises_meanwhile() {
        let phase = Delayed::new(analyze_fn(|n: &u8, _: &PhaseContext| Ok(*n)), DELAY);
        let ctx = PhaseContext::detached(target(), Phase::Analysis);
        let call = phase.analyze(&1, &ctx);
        let look = async {
            let mut seen = Vec::new();
            for _ in 0..9 {
                tokio::time::sleep(DELAY / 10).await;
                seen.push(ctx.overall_progress().percent());
            }
            seen
        };
        let (_, seen) = tokio::join!(call, look);
        assert!(
            seen.is_sorted_by(|earlier, later| earlier < later),
            "{seen:?}"
        );
        assert!(
            (30..45).contains(&seen[0]) && (75..90).contains(&seen[8]),
            "{seen:?}"
        );
        assert_eq!(ctx.overall_progress().percent(), 90);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_delay_it_is_the_phase_itself() {
        let gone = scrape_fn(|_: Target, _: PhaseContext| async {
            Err::<u8, _>(PhaseError::permanent("no such account"))
        });
        let ctx = PhaseContext::detached(target(), Phase::Scraping);
        let start = Instant::now();
        let error = Delayed::new(gone, Duration::ZERO)
            .scrape(&target(), &ctx)
            .await
            .unwrap_err();
        assert!(!error.is_retryable());
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert_eq!(ctx.overall_progress().percent(), 0);
    }
}
