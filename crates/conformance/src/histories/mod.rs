//! Random histories on a store, compared after each step with a naive model.

//!
//! The [conformance suite](crate) has a case for each promise. A history has several workers, old
//! leases, repeated calls and everything else at once, so it finds what nobody has thought of. The model is
//! nothing but a list of jobs; where the contract leaves a choice, such as which of the ready jobs is
//! claimed, it follows the store.
//!
//! # Example
//! ```
//! # use std::time::Duration;
//! # use report_pipeline_conformance::{StoreFactory, StoreSetup};
//! # use report_pipeline::{JobId, MemoryOptions, MemoryStore, async_trait};
//! # struct Memory;
//! # #[async_trait]
//! # impl StoreFactory for Memory {
//! #     type Guard = ();
//! #     type Store = MemoryStore;
//! #     fn tick(&self) -> Duration { Duration::from_secs(1) }
//! #     async fn build(&self, setup: StoreSetup) -> ((), MemoryStore) {
//! #         ((), MemoryOptions::new().with_retention(setup.retention).build())
//! #     }
//! #     async fn damage(&self, _: &(), _: &MemoryStore, _: JobId) -> bool { false }
//! #     async fn another(&self, _: &(), _: &MemoryStore) -> Option<MemoryStore> { None }
//! #     async fn reopen(&self, _: &(), _: MemoryStore) -> Option<MemoryStore> { None }
//! # }
//! use report_pipeline_conformance::histories::{Clock, live_through};
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread()
//! #     .enable_time().start_paused(true).build().unwrap();
//! # runtime.block_on(async {
//! // In a test, with the factory that the conformance suite is run with.
//! live_through(Memory, Clock::Paused, 10).await;
//! # });
//! ```

mod command;
mod model;
mod run;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use futures::FutureExt;

use self::command::{Command, Times, draw};
use self::run::Run;
use crate::setup::{StoreFactory, StoreSetup};
use report_pipeline::store::JobStore;

/// The most steps of one history.
const STEPS: usize = 120;
/// How many ticks an ended job is kept under a paused clock.
const RETENTION: u32 = 30;
/// How often a history that fails is lived through again to find a shorter one.
const SHORTER: usize = 300;

/// How time passes for the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Clock {
    /// All of its time is tokio's, and the runtime's clock is paused: times are compared exactly, and
    /// jobs expire.
    Paused,
    /// Its time is real. What lasts is then either over before the next step or not before the history is,
    /// so that a slow machine fails none. Each step takes some milliseconds.
    Real,
}

/// Lives through `count` random histories, each on a store of its own.
///
/// # Panics
/// If the store and the model differ. The message has the seed, for [`live_through_again`], and a
/// history that is as short as could be found.
pub async fn live_through<F: StoreFactory>(factory: F, clock: Clock, count: usize) {
    for _ in 0..count {
        one(&factory, clock, fastrand::u64(..)).await;
    }
}

/// Lives through the history of one seed.
///
/// # Panics
/// As [`live_through`].
pub async fn live_through_again<F: StoreFactory>(factory: F, clock: Clock, seed: u64) {
    one(&factory, clock, seed).await;
}

async fn one<F: StoreFactory>(factory: &F, clock: Clock, seed: u64) {
    let times = match clock {
        Clock::Paused => Times::Exact {
            tick: factory.tick(),
        },
        Clock::Real => Times::Extreme {
            tick: factory.tick(),
        },
    };
    let mut rng = Rng::with_seed(seed);
    let steps = rng.usize(1..=STEPS);
    let mut history: Vec<Command> = (0..steps).map(|_| draw(&mut rng, times)).collect();
    let Err(mut finding) = attempt(factory, times, &history).await else {
        return;
    };
    let mut attempts = 0;
    let mut part = history.len() / 2;
    while part > 0 {
        let mut start = 0;
        while start < history.len() && attempts < SHORTER {
            let mut shorter = history.clone();
            shorter.drain(start..(start + part).min(history.len()));
            attempts += 1;
            match attempt(factory, times, &shorter).await {
                Err(found) => (finding, history) = (found, shorter),
                Ok(()) => start += part,
            }
        }
        part /= 2;
    }
    panic!("the history with seed {seed} tells the store from the model: {finding}\n{history:#?}");
}

/// Lives through a history, and returns what the first difference was.
async fn attempt<F: StoreFactory>(
    factory: &F,
    times: Times,
    history: &[Command],
) -> Result<(), String> {
    let retention = match times {
        Times::Exact { tick } => tick * RETENTION,
        Times::Extreme { .. } => times.far().saturating_mul(8),
    };
    let (_guard, store) = factory.build(StoreSetup::unlimited(retention)).await;
    let store: Arc<dyn JobStore> = Arc::new(store);
    let mut run = Run::new(store, retention, times);
    let life = async {
        for command in history {
            let passes: Duration = run.step(command.clone()).await;
            if !passes.is_zero() {
                factory.advance(passes).await;
                run.passed(passes);
            }
            run.compare().await;
        }
    };
    AssertUnwindSafe(life)
        .catch_unwind()
        .await
        .map_err(|panic| {
            crate::panic::message(&*panic)
                .unwrap_or("a panic")
                .to_owned()
        })
}
