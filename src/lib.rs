//! Report jobs that take too long for a request: submit an account, get a job id at once, watch the
//! percent rise, fetch the finished report.
//!
//! A [`Target`] (a platform and a handle) is submitted and becomes a [`Job`]. A worker claims the
//! job under a lease and takes it through three phases of your own, [`Scraper`] -> [`Analyzer`] ->
//! [`Assembler`], keeping each one's output as a checkpoint. Anyone may watch the status and fetch
//! the report, from any process that shares the [`JobStore`].
//!
//! ```
//! use std::time::Duration;
//! use report_pipeline::{
//!     Client, ReportState, MemoryStore, PhaseContext, PhaseError, Pipeline, Platforms, Target,
//!     analyze_fn, assemble_fn, scrape_fn,
//! };
//! use futures::StreamExt;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new(MemoryStore::new());
//! let pipeline = Pipeline::builder(
//!     client.clone(),
//!     scrape_fn(async |target: Target, ctx: PhaseContext| {
//!         ctx.progress(0.5);
//!         Ok::<_, PhaseError>(target.handle.to_string())
//!     }),
//!     analyze_fn(|name: &String, _: &PhaseContext| Ok::<_, PhaseError>(name.len())),
//!     assemble_fn(|name: &String, length: &usize, _: &PhaseContext| {
//!         Ok::<_, PhaseError>(format!("{name}: {length}"))
//!     }),
//! )
//! .build();
//! let workers = pipeline.start();
//!
//! let target = Platforms::default().target(Some("tiktok"), "@Nasa")?;
//! let id = client.submit(target).await?.job().id;
//! client.watch(id).for_each(|job| async move { println!("{job:?}") }).await;
//! assert_eq!(client.report(id).await?, ReportState::Ready("\"nasa: 4\"".into()));
//!
//! workers.drain(Duration::from_secs(10)).await;
//! # Ok(())
//! # }
//! ```
//!
//! # Where to look
//!
//! | to | see |
//! |---|---|
//! | submit jobs, watch them, fetch reports | [`Client`], [`NewJob`], [`Submitted`], [`ReportState`] |
//! | run phases | [`Pipeline`], [`PipelineBuilder`], [`RetryPolicy`], [`Workers`] |
//! | write phases | [`Scraper`], [`Analyzer`], [`Assembler`], [`PhaseContext`], [`SavedState`], [`PhaseError`], [`retry_after`] |
//! | read what a job says | [`Job`], [`Status`], [`Phase`], [`Progress`], [`Failure`] |
//! | read pasted handles; add a platform | [`Platforms`], [`PlatformRules`], [`Target`] |
//! | keep jobs in this process | [`MemoryStore`], [`MemoryOptions`], [`StoreLimits`] |
//! | keep jobs in a file, over restarts | [`SqliteStore`], [`SqliteOptions`] |
//! | keep jobs in PostgreSQL, for many machines | [`PostgresStore`], [`PostgresOptions`] |
//! | keep jobs in Redis, for many machines | [`RedisStore`], [`RedisOptions`] |
//! | serve jobs over HTTP | [`http::Api`], [`http::serve`] |
//! | record metrics | [`describe_metrics`] |
//! | test what you build on this | [`testing`] |
//! | write a store | [`store`], and [`JobStore`]: its documentation is the contract |
//!
//! # Guides
//!
//! | guide | says |
//! |---|---|
//! | [`guide::writing_a_scraper`] | how to read a platform, and how to fail well |
//! | [`guide::http_api`] | every route, its responses and its errors |
//! | [`guide::operations`] | settings, SQLite, PostgreSQL, Redis, deployment, metrics |
//! | [`guide::guarantees`] | each guarantee, and the test that would break |
//! | [`guide::store_contract`] | each promise of a store, and the case that checks it |
//! | [`guide::writing_a_store`] | how to build a store, and how to prove it |
//!
//! # Features
//!
//! None is on by default; each is paid for only when used.
//!
//! | feature | adds |
//! |---|---|
//! | `postgres` | [`PostgresStore`]: the same promises over many machines, in tables beside your own |
//! | `postgres-tls` | [`StoreTls`]: PostgreSQL over TLS, with rustls and ring |
//! | `redis` | [`RedisStore`]: the same promises over many machines |
//! | `redis-tls` | [`StoreTls`]: Redis over TLS, with rustls and ring |
//! | `sqlite` | [`SqliteStore`]: the same promises in a file of one machine; builds SQLite, which is C |
//! | `http` | [`http`]: the HTTP service, to mount in axum or hyper or to serve by itself |
//! | `metrics` | counters, gauges and histograms through the `metrics` facade |
//! | `testing` | [`testing`]: scripted phases, stores and networks that fail on command |
//!
//! # Versions of other crates
//!
//! These crates' types are in the public interface. Cargo unifies compatible versions, so depend on
//! the version below; a new major version of one of them is a breaking release here.
//!
//! | crate | version | where |
//! |---|---|---|
//! | `async-trait` | 0.1 | on the traits; re-exported as [`async_trait`](macro@async_trait) |
//! | `bytes` | 1 | reports, checkpoints, saved state and inputs |
//! | `chrono` | 0.4 | the times of a [`Job`] |
//! | `futures` | 0.3 | the stream of [`Client::watch`] |
//! | `http` | 1 | feature `http`: requests and responses |
//! | `http-body` | 1 | feature `http`: bodies |
//! | `hyper` | 1 | feature `http`: the bodies of requests in [`http::serve`] |
//! | `metrics` | 0.24 | feature `metrics`: the facade that the program's recorder must be made for; with another version it records nothing |
//! | `serde` | 1 | the outputs of phases |
//! | `tokio` | 1 | the runtime under everything |
//! | `tokio-postgres` | 0.7 | feature `postgres`: the transaction of [`PostgresStore::submit_in`] |
//! | `tower-service` | 0.3 | feature `http`: what [`http::serve`] serves, and what [`http::Api`] is |
//! | `tracing` | 0.1 | spans and events, and the span that [`PipelineBuilder::with_trace_hook`] links |
//! | `uuid` | 1 | [`JobId::as_uuid`] and the like |
//!
//! # Guarantees in one paragraph
//!
//! State changes happen exactly once; phases run at least once, so effects outside should use
//! [`PhaseContext::job_id`] as their idempotency key. A target has at most one live job in a scope. A job
//! whose worker crashes is claimed again when its lease runs out, at the phase it had reached.
//! Percent never falls. An ended job never changes, and disappears with its report when its
//! retention is over. Limits refuse; they never evict a job. The [`JobStore`] contract has the details.
//!
//! # Cancel safety
//!
//! Dropping a future is the way to stop it. A dropped store or client call is done or not done,
//! never half; every one of them can be repeated. A phase may be dropped at any `await`.
//!
//! # What the library never does
//!
//! It binds no port, installs no logger, reads no environment and handles no signals: programs do.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]
// Items show the feature that they need on docs.rs, which builds with a nightly compiler.
#![cfg_attr(docsrs, feature(doc_cfg))]
// The tables above link to what features add.
#![cfg_attr(
    not(all(
        feature = "http",
        feature = "metrics",
        feature = "postgres-tls",
        feature = "redis-tls",
        feature = "testing"
    )),
    allow(rustdoc::broken_intra_doc_links)
)]

mod account;
mod backoff;
mod client;
#[cfg(doc)]
pub mod guide;
#[cfg(feature = "http")]
pub mod http;
mod job;
mod measure;
mod panic;
mod phase;
mod pipeline;
mod retry;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod timeout;

pub use self::account::{
    Handle, InvalidTarget, NameCase, Platform, PlatformRules, Platforms, Target,
};
pub use self::backoff::Backoff;
pub use self::client::{Client, TargetDeleted};
pub use self::job::{
    Failure, FailureKind, InvalidJobId, InvalidScope, Job, JobId, Phase, Progress, Scope, Status,
    UnknownName, Version,
};
#[cfg(feature = "metrics")]
pub use self::measure::describe_metrics;
pub use self::phase::{
    AnalyzeFn, Analyzer, AssembleFn, Assembler, Delayed, PhaseContext, PhaseError, PhaseErrorKind,
    SavedState, ScrapeFn, Scraper, analyze_fn, assemble_fn, retry_after, scrape_fn,
};
pub use self::pipeline::{Drained, Pipeline, PipelineBuilder, Workers};
pub use self::retry::RetryPolicy;
#[cfg(any(feature = "postgres-tls", feature = "redis-tls"))]
#[doc(inline)]
pub use self::store::StoreTls;
#[doc(inline)]
pub use self::store::{
    EndedJob, InvalidProgramVersion, InvalidTraceContext, JobStore, MemoryOptions, MemoryStore,
    NewJob, Note, ProgramVersion, ReportState, StoreError, StoreLimits, Submitted, TraceContext,
};
#[cfg(feature = "postgres")]
#[doc(inline)]
pub use self::store::{PostgresConnectError, PostgresOptions, PostgresStore};
#[cfg(feature = "redis")]
#[doc(inline)]
pub use self::store::{RedisConnectError, RedisCredentials, RedisOptions, RedisStore};
#[cfg(feature = "sqlite")]
#[doc(inline)]
pub use self::store::{SqliteConnectError, SqliteOptions, SqliteStore};
pub use async_trait::async_trait;

/// The README's examples, kept compiling.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
