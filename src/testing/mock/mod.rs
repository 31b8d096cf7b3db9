//! Phases that do what a test tells them.
//!
//! [`phase`] makes a [`Mock`], which is a scraper, an analyzer and an assembler at once, and a
//! [`MockHandle`], which scripts its calls, counts them, and waits for them to start and to end: tests
//! need no sleep.
//!
//! # Example
//! ```
//! use report_pipeline::testing::mock::{self, End, Step};
//! use report_pipeline::{Handle, Phase, PhaseContext, Platform, Scraper, Target};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let (scraper, remote) = mock::phase("posts".to_owned());
//! remote.next(Step::transient("the connection broke"));
//!
//! let target = Target::new(Platform::default(), Handle::canonical("nasa").unwrap());
//! let ctx = PhaseContext::detached(target.clone(), Phase::Scraping);
//! assert!(scraper.scrape(&target, &ctx).await.is_err());
//! assert_eq!(scraper.scrape(&target, &ctx).await.unwrap(), "posts");
//!
//! assert_eq!(remote.calls(), 2);
//! assert_eq!(remote.ended(1).await, End::Failed);
//! assert_eq!(remote.ended(2).await, End::Succeeded);
//! # }
//! ```

mod handle;
mod step;

use std::fmt;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::handle::{Call, End, MockHandle};
pub use self::step::{Gate, Step};
use crate::account::Target;
use crate::phase::{Analyzer, Assembler, PhaseContext, PhaseError, Scraper};

/// Makes a phase that succeeds with `value` unless its remote says otherwise.
pub fn phase<T: Clone + Send + 'static>(value: T) -> (Mock<T>, MockHandle<T>) {
    let remote = MockHandle::new(Step::succeed(value));
    (Mock(remote.clone()), remote)
}

/// A phase under remote control: [`Scraper`], [`Analyzer`] and [`Assembler`] with the same type
/// for all that goes in and comes out.
pub struct Mock<T>(MockHandle<T>);

#[async_trait]
impl<T> Scraper for Mock<T>
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    type Output = T;

    async fn scrape(&self, _: &Target, ctx: &PhaseContext) -> Result<T, PhaseError> {
        self.0.run(ctx, Vec::new()).await
    }
}

#[async_trait]
impl<T> Analyzer for Mock<T>
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    type Input = T;
    type Output = T;

    async fn analyze(&self, scraped: &T, ctx: &PhaseContext) -> Result<T, PhaseError> {
        self.0.run(ctx, vec![scraped.clone()]).await
    }
}

#[async_trait]
impl<T> Assembler for Mock<T>
where
    T: Clone + Serialize + Send + Sync + 'static,
{
    type Scraped = T;
    type Analysis = T;
    type Report = T;

    async fn assemble(
        &self,
        scraped: &T,
        analysis: &T,
        ctx: &PhaseContext,
    ) -> Result<T, PhaseError> {
        let inputs = vec![scraped.clone(), analysis.clone()];
        self.0.run(ctx, inputs).await
    }
}

impl<T> fmt::Debug for Mock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Mock").field(&self.0).finish()
    }
}
