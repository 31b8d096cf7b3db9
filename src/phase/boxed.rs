//! Phases behind pointers, so that a phase can be chosen at run time.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Analyzer, Assembler, PhaseContext, PhaseError, Scraper};
use crate::account::Target;

macro_rules! forward {
    ($pointer:ident) => {
        #[async_trait]
        impl<P: Scraper + ?Sized> Scraper for $pointer<P> {
            type Output = P::Output;

            async fn scrape(
                &self,
                target: &Target,
                ctx: &PhaseContext,
            ) -> Result<Self::Output, PhaseError> {
                (**self).scrape(target, ctx).await
            }
        }

        #[async_trait]
        impl<P: Analyzer + ?Sized> Analyzer for $pointer<P> {
            type Input = P::Input;
            type Output = P::Output;

            async fn analyze(
                &self,
                scraped: &Self::Input,
                ctx: &PhaseContext,
            ) -> Result<Self::Output, PhaseError> {
                (**self).analyze(scraped, ctx).await
            }
        }

        #[async_trait]
        impl<P: Assembler + ?Sized> Assembler for $pointer<P> {
            type Scraped = P::Scraped;
            type Analysis = P::Analysis;
            type Report = P::Report;

            async fn assemble(
                &self,
                scraped: &Self::Scraped,
                analysis: &Self::Analysis,
                ctx: &PhaseContext,
            ) -> Result<Self::Report, PhaseError> {
                (**self).assemble(scraped, analysis, ctx).await
            }
        }
    };
}

forward!(Arc);
forward!(Box);
