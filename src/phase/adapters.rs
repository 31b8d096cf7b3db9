//! Phases from functions.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Analyzer, Assembler, PhaseContext, PhaseError, Scraper};
use crate::account::Target;

/// Creates a [`Scraper`] from an async function of the target and the context.
///
/// # Example
/// ```
/// use report_pipeline::{PhaseContext, PhaseError, Target, scrape_fn};
///
/// let scraper = scrape_fn(|target: Target, ctx: PhaseContext| async move {
///     ctx.progress(0.5);
///     Ok::<_, PhaseError>(target.handle.as_str().len())
/// });
/// # let _ = scraper;
/// ```
pub const fn scrape_fn<F, Fut, O>(function: F) -> ScrapeFn<F>
where
    F: Fn(Target, PhaseContext) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<O, PhaseError>> + Send,
    O: Serialize + DeserializeOwned + Send + Sync + 'static,
{
    ScrapeFn(function)
}

/// Creates an [`Analyzer`] from a plain function of what was scraped.
///
/// The function runs on the worker's own task: keep it short, or implement [`Analyzer`] yourself
/// to await things or to use `spawn_blocking`.
pub const fn analyze_fn<F, I, O>(function: F) -> AnalyzeFn<F, I>
where
    F: Fn(&I, &PhaseContext) -> Result<O, PhaseError> + Send + Sync + 'static,
    I: Send + Sync + 'static,
    O: Serialize + DeserializeOwned + Send + Sync + 'static,
{
    AnalyzeFn(function, PhantomData)
}

/// Creates an [`Assembler`] from a plain function of what was scraped and the analysis of it.
///
/// The function runs on the worker's own task: keep it short, or implement [`Assembler`] yourself
/// to await things or to use `spawn_blocking`.
pub const fn assemble_fn<F, I, A, R>(function: F) -> AssembleFn<F, I, A>
where
    F: Fn(&I, &A, &PhaseContext) -> Result<R, PhaseError> + Send + Sync + 'static,
    I: Send + Sync + 'static,
    A: Send + Sync + 'static,
    R: Serialize + Send + 'static,
{
    AssembleFn(function, PhantomData)
}

/// A [`Scraper`] created by [`scrape_fn`].
#[derive(Clone, Copy)]
pub struct ScrapeFn<F>(F);

/// An [`Analyzer`] created by [`analyze_fn`].
pub struct AnalyzeFn<F, I>(F, PhantomData<fn(I)>);

/// An [`Assembler`] created by [`assemble_fn`].
pub struct AssembleFn<F, I, A>(F, PhantomData<fn(I, A)>);

#[async_trait]
impl<F, Fut, O> Scraper for ScrapeFn<F>
where
    F: Fn(Target, PhaseContext) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<O, PhaseError>> + Send,
    O: Serialize + DeserializeOwned + Send + Sync + 'static,
{
    type Output = O;

    async fn scrape(&self, target: &Target, ctx: &PhaseContext) -> Result<O, PhaseError> {
        (self.0)(target.clone(), ctx.clone()).await
    }
}

#[async_trait]
impl<F, I, O> Analyzer for AnalyzeFn<F, I>
where
    F: Fn(&I, &PhaseContext) -> Result<O, PhaseError> + Send + Sync + 'static,
    I: Send + Sync + 'static,
    O: Serialize + DeserializeOwned + Send + Sync + 'static,
{
    type Input = I;
    type Output = O;

    async fn analyze(&self, scraped: &I, ctx: &PhaseContext) -> Result<O, PhaseError> {
        (self.0)(scraped, ctx)
    }
}

#[async_trait]
impl<F, I, A, R> Assembler for AssembleFn<F, I, A>
where
    F: Fn(&I, &A, &PhaseContext) -> Result<R, PhaseError> + Send + Sync + 'static,
    I: Send + Sync + 'static,
    A: Send + Sync + 'static,
    R: Serialize + Send + 'static,
{
    type Scraped = I;
    type Analysis = A;
    type Report = R;

    async fn assemble(
        &self,
        scraped: &I,
        analysis: &A,
        ctx: &PhaseContext,
    ) -> Result<R, PhaseError> {
        (self.0)(scraped, analysis, ctx)
    }
}

impl<F> fmt::Debug for ScrapeFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ScrapeFn")
    }
}

impl<F, I> fmt::Debug for AnalyzeFn<F, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnalyzeFn")
    }
}

impl<F, I, A> fmt::Debug for AssembleFn<F, I, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AssembleFn")
    }
}
