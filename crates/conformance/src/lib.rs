//! Proves that a store keeps the promises of [`JobStore`](report_pipeline::JobStore): a case for each of them, and [random
//! histories](histories) with everything at once.
//!
//! Implement [`StoreFactory`] and call [`suite`] in one test. The suite knows all of its cases by
//! itself, so that a store cannot leave one out.
//!
//! # Example
//! ```
//! use std::time::Duration;
//! use report_pipeline_conformance::{StoreFactory, StoreSetup, suite};
//! use report_pipeline::{JobId, MemoryOptions, MemoryStore, async_trait};
//!
//! struct Memory;
//!
//! #[async_trait]
//! impl StoreFactory for Memory {
//!     type Guard = ();
//!     type Store = MemoryStore;
//!
//!     fn tick(&self) -> Duration {
//!         Duration::from_secs(1)
//!     }
//!
//!     async fn build(&self, setup: StoreSetup) -> ((), MemoryStore) {
//!         let mut options = MemoryOptions::new().with_limits(setup.limits());
//!         if let Some(kept) = setup.failed_checkpoints {
//!             options = options.with_failed_checkpoints(kept);
//!         }
//!         ((), options.with_retention(setup.retention).build())
//!     }
//!
//!     async fn damage(&self, _: &(), _: &MemoryStore, _: JobId) -> bool {
//!         false // Records in memory cannot be damaged.
//!     }
//!
//!     async fn another(&self, _: &(), _: &MemoryStore) -> Option<MemoryStore> {
//!         None // What is in memory dies with its store.
//!     }
//!
//!     async fn reopen(&self, _: &(), _: MemoryStore) -> Option<MemoryStore> {
//!         None
//!     }
//! }
//!
//! // In a test, on a runtime whose clock is paused: suite(Memory).await
//! # let _ = suite::<Memory>;
//! ```

mod broken;
mod cases;
mod erased;
mod harness;
pub mod histories;
mod panic;
mod setup;

use std::collections::BTreeMap;

use futures::{StreamExt, future, stream};

pub use self::broken::BrokenPromise;
use self::cases::CASES;
pub use self::setup::{StoreFactory, StoreSetup};

/// Runs every case, each on a store of its own.
///
/// # Panics
/// If a case fails. All of them are run first; the message names each broken promise.
pub async fn suite<F: StoreFactory>(factory: F) {
    let broken = broken_promises(factory).await;
    let findings: Vec<String> = broken.iter().map(BrokenPromise::to_string).collect();
    assert!(
        broken.is_empty(),
        "{} of {} cases failed:\n  {}",
        broken.len(),
        CASES.len(),
        findings.join("\n  ")
    );
}

/// Runs every case like [`suite`], and returns those that failed instead of panicking.
pub async fn broken_promises<F: StoreFactory>(factory: F) -> Vec<BrokenPromise> {
    let runs = CASES.iter().enumerate().map(async |(position, case)| {
        let broken = case.check(&factory).await?;
        Some((position, broken))
    });
    let runs = stream::iter(runs).buffer_unordered(factory.cases_at_once().max(1));
    // In the order of the cases, whichever was through first.
    let broken: BTreeMap<_, _> = runs.filter_map(future::ready).collect().await;
    broken.into_values().collect()
}

/// Runs one case, by the name that [`BrokenPromise::case`] has: for finding out why it fails.
///
/// # Panics
/// If it fails, or if there is no case of that name; the message then lists all names.
pub async fn single_case<F: StoreFactory>(factory: F, name: &str) {
    let Some(case) = CASES.iter().find(|case| case.name == name) else {
        let names: Vec<&str> = CASES.iter().map(|case| case.name).collect();
        panic!(
            "there is no case {name}; these are:\n  {}",
            names.join("\n  ")
        );
    };
    if let Some(broken) = case.check(&factory).await {
        panic!("{broken}");
    }
}

/// Returns the promise, 1 to 20, and the name of each case.
pub fn cases() -> impl Iterator<Item = (u8, &'static str)> {
    CASES.iter().map(|case| (case.promise, case.name))
}

/// The README's example, kept compiling.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
