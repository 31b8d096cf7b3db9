//! The stores of this crate keep every promise of the contract.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use report_pipeline::testing::FaultyStore;
use report_pipeline::{JobId, JobStore, MemoryOptions, MemoryStore, async_trait};
use report_pipeline_conformance::{StoreFactory, StoreSetup, suite};

/// Makes memory stores and puts each into something that must make no difference.
struct Memory<S> {
    tick: Duration,
    cases_at_once: usize,
    wrap: fn(MemoryStore) -> S,
    store: PhantomData<fn() -> S>,
}

impl<S> Memory<S> {
    /// For a paused clock.
    fn new(wrap: fn(MemoryStore) -> S) -> Self {
        Self {
            tick: Duration::from_secs(1),
            cases_at_once: 1,
            wrap,
            store: PhantomData,
        }
    }
}

#[async_trait]
impl<S: JobStore> StoreFactory for Memory<S> {
    type Guard = ();
    type Store = S;

    fn tick(&self) -> Duration {
        self.tick
    }

    fn cases_at_once(&self) -> usize {
        self.cases_at_once
    }

    async fn build(&self, setup: StoreSetup) -> ((), S) {
        let mut options = MemoryOptions::new()
            .with_retention(setup.retention)
            .with_limits(setup.limits());
        if let Some(kept) = setup.failed_checkpoints {
            options = options.with_failed_checkpoints(kept);
        }
        ((), (self.wrap)(options.build()))
    }

    async fn damage(&self, (): &(), _: &S, _: JobId) -> bool {
        false
    }

    async fn another(&self, (): &(), _: &S) -> Option<S> {
        None
    }

    async fn reopen(&self, (): &(), _: S) -> Option<S> {
        None
    }
}

#[tokio::test(start_paused = true)]
async fn the_memory_store_keeps_every_promise() {
    suite(Memory::new(|store| store)).await;
}

#[tokio::test(start_paused = true)]
async fn a_store_behind_an_arc_keeps_every_promise() {
    suite(Memory::new(|store| Arc::new(store) as Arc<dyn JobStore>)).await;
}

#[tokio::test(start_paused = true)]
async fn a_store_in_a_box_keeps_every_promise() {
    suite(Memory::new(|store| Box::new(store) as Box<dyn JobStore>)).await;
}

#[tokio::test(start_paused = true)]
async fn a_faulty_store_without_faults_keeps_every_promise() {
    suite(Memory::new(|store| FaultyStore::new(store).0)).await;
}

/// On the real clock and many threads, so that calls truly happen at the same time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_memory_store_keeps_every_promise_on_many_threads() {
    let mut memory = Memory::new(|store| store);
    memory.tick = Duration::from_millis(30);
    memory.cases_at_once = 8;
    suite(memory).await;
}
