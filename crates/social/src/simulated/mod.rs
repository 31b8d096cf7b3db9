//! Made-up accounts.

mod account;
mod dice;
#[cfg(test)]
mod reports;
mod texts;

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use self::dice::Dice;
use super::snapshot::Snapshot;
use report_pipeline::Target;
use report_pipeline::{PhaseContext, PhaseError, Scraper};

/// How many times a scrape waits and reports progress.
const STEPS: u32 = 5;

/// A [`Scraper`] that makes accounts up, for demonstrations, load tests and tests without a network.
///
/// **Nothing it returns is real**, and every snapshot says so in its
/// [`origin`](Snapshot::origin), [`Origin::Simulated`](super::Origin::Simulated). Use it on purpose only,
/// never in place of a scraper that failed.
///
/// An account follows from its platform and handle alone: the same target gives the same bytes on
/// every machine, in every process, and in every release that does not announce a change. It has a
/// profile, 12 to 30 posts and up to 50 comments for each. About half of the accounts are clean;
/// the others have bought followers, comment sections full of advertising, comments switched off,
/// or are private. [`HeuristicAnalyzer`](super::HeuristicAnalyzer) raises no flag on nearly all of
/// the clean ones, and flags those with bought followers or advertising. All dates are relative to [`REFERENCE_DATE`](Self::REFERENCE_DATE).
///
/// # Example
/// ```
/// use report_pipeline_social::{Origin, SimulatedScraper};
/// use report_pipeline::{Handle, Phase, PhaseContext, Platform, Scraper, Target};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let target = Target::new(Platform::INSTAGRAM, Handle::canonical("some_baker")?);
/// let ctx = PhaseContext::detached(target.clone(), Phase::Scraping);
/// let snapshot = SimulatedScraper::new().scrape(&target, &ctx).await?;
/// assert_eq!(snapshot.origin, Origin::Simulated);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct SimulatedScraper {
    delay: Duration,
    fault_one_in: u32,
}

impl SimulatedScraper {
    /// The moment at which every simulated account is seen: 2026-01-01, midnight UTC.
    ///
    /// It is fixed, because an account that depended on the clock would be another one tomorrow.
    pub const REFERENCE_DATE: DateTime<Utc> =
        DateTime::from_timestamp(1_767_225_600, 0).expect("the date is within range");

    /// A scraper that answers at once and never fails.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            delay: Duration::ZERO,
            fault_one_in: 0,
        }
    }

    /// Takes this long for each account, in several steps with progress between them. Zero by
    /// default.
    #[must_use]
    pub const fn with_delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Fails about one in this many attempts with a transient error: 1 means every attempt, 0, the
    /// default, none.
    ///
    /// Which attempts fail follows from the target and the attempt's number, so a retry can
    /// succeed and a repeated run fails at the same places.
    #[must_use]
    pub const fn with_faults(mut self, one_in: u32) -> Self {
        self.fault_one_in = one_in;
        self
    }

    fn fails(self, target: &Target, attempt: u32) -> bool {
        self.fault_one_in > 0
            && Dice::new(&format!("{target} fault {attempt}")).below(self.fault_one_in.into()) == 0
    }
}

#[async_trait]
impl Scraper for SimulatedScraper {
    type Output = Snapshot;

    /// Makes the account up.
    ///
    /// # Errors
    /// Transient, and only with [`with_faults`](SimulatedScraper::with_faults).
    async fn scrape(&self, target: &Target, ctx: &PhaseContext) -> Result<Snapshot, PhaseError> {
        let fails = self.fails(target, ctx.attempt());
        for step in 1..=STEPS {
            if !self.delay.is_zero() {
                tokio::time::sleep(self.delay / STEPS).await;
            }
            if fails && step > STEPS / 2 {
                return Err(PhaseError::transient(
                    "a simulated fault, as the scraper was asked for",
                ));
            }
            ctx.progress(f64::from(step) / f64::from(STEPS + 1));
        }
        Ok(account::make_up(target, Self::REFERENCE_DATE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use report_pipeline::Phase;
    use report_pipeline::{Handle, Platform};

    #[tokio::test]
    async fn faults_depend_on_the_attempt_so_that_a_retry_can_succeed() {
        let scraper = SimulatedScraper::new().with_faults(4);
        let mut failed = 0;
        let mut failed_once_only = 0;
        for number in 0..400 {
            let handle = Handle::canonical(&format!("account{number}")).unwrap();
            let target = Target::new(Platform::TIKTOK, handle);
            let first_attempt = PhaseContext::detached(target.clone(), Phase::Scraping);
            let fails = scraper.scrape(&target, &first_attempt).await.is_err();
            assert_eq!(fails, scraper.fails(&target, 1));
            if fails {
                failed += 1;
                failed_once_only += usize::from(!scraper.fails(&target, 2));
            }
        }
        assert!((70..130).contains(&failed), "{failed}");
        assert!(
            failed_once_only > failed / 2,
            "{failed_once_only} of {failed}"
        );
    }
}
