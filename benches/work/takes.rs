//! Phases that do nothing for a while.

use std::time::Duration;

use report_pipeline::{
    Analyzer, Assembler, PhaseContext, PhaseError, Scraper, Target, async_trait,
};

pub(crate) const REPORT_BYTES: u16 = 1024;

/// Each of the three phases. The last one makes a report of [`REPORT_BYTES`].
pub(crate) struct Takes(pub(crate) Duration);

impl Takes {
    async fn take(&self) -> Result<(), PhaseError> {
        if !self.0.is_zero() {
            tokio::time::sleep(self.0).await;
        }
        Ok(())
    }
}

#[async_trait]
impl Scraper for Takes {
    type Output = ();

    async fn scrape(&self, _: &Target, _: &PhaseContext) -> Result<(), PhaseError> {
        self.take().await
    }
}

#[async_trait]
impl Analyzer for Takes {
    type Input = ();
    type Output = ();

    async fn analyze(&self, (): &(), _: &PhaseContext) -> Result<(), PhaseError> {
        self.take().await
    }
}

#[async_trait]
impl Assembler for Takes {
    type Scraped = ();
    type Analysis = ();
    type Report = String;

    async fn assemble(&self, (): &(), (): &(), _: &PhaseContext) -> Result<String, PhaseError> {
        self.take().await?;
        Ok("x".repeat(usize::from(REPORT_BYTES) - 2))
    }
}
