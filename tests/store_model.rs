//! Random histories on the memory store, compared after each step with a naive model.

use std::time::Duration;

use report_pipeline::store::{ClaimRequest, JobStoreExt, PauseRequest, WorkerId};
use report_pipeline::{
    Handle, JobId, JobStore, MemoryOptions, MemoryStore, NewJob, Platform, Target, async_trait,
};
use report_pipeline_conformance::histories::{Clock, live_through};
use report_pipeline_conformance::{StoreFactory, StoreSetup};

struct Memory;

#[async_trait]
impl StoreFactory for Memory {
    type Guard = ();
    type Store = MemoryStore;

    fn tick(&self) -> Duration {
        Duration::from_secs(1)
    }

    async fn build(&self, setup: StoreSetup) -> ((), MemoryStore) {
        let options = MemoryOptions::new().with_retention(setup.retention);
        ((), options.build())
    }

    async fn damage(&self, (): &(), _: &MemoryStore, _: JobId) -> bool {
        false
    }

    async fn another(&self, (): &(), _: &MemoryStore) -> Option<MemoryStore> {
        None
    }

    async fn reopen(&self, (): &(), _: MemoryStore) -> Option<MemoryStore> {
        None
    }
}

#[tokio::test(start_paused = true)]
async fn the_memory_store_behaves_as_the_model() {
    live_through(Memory, Clock::Paused, 1_000).await;
}

/// As it does against a store with a clock of its own.
#[tokio::test]
async fn the_memory_store_behaves_as_the_model_on_the_real_clock() {
    live_through(Memory, Clock::Real, 8).await;
}

/// The sweep that fails a platform's last job forgets the platform with it: no probe is due any more.
#[tokio::test(start_paused = true)]
async fn a_platform_is_forgotten_with_its_last_job() {
    let seconds = Duration::from_secs;
    let new = |name: &str, deadline: Option<Duration>| {
        let handle = Handle::canonical(name).unwrap();
        NewJob::new(JobId::random(), Target::new(Platform::TIKTOK, handle))
            .with_deadline(deadline)
            .with_max_crashes(1)
    };
    let claim = |max: usize| {
        let request = ClaimRequest::new(WorkerId::unique());
        request.with_max(max).with_lease(seconds(1))
    };
    for is_claimed in [true, false] {
        let store = MemoryStore::new();
        let deadline = (!is_claimed).then_some(seconds(2));
        store.submit(new("last", deadline)).await.unwrap();
        if is_claimed {
            assert_eq!(store.claim(claim(1)).await.unwrap().len(), 1);
        }
        let pause = PauseRequest::new(Platform::TIKTOK, seconds(1));
        store.pause(pause).await.unwrap();
        tokio::time::advance(seconds(3)).await;
        assert_eq!(store.sweep_all(3).await.unwrap().failed, 1);
        store.submit(new("one", None)).await.unwrap();
        store.submit(new("two", None)).await.unwrap();
        assert_eq!(store.claim(claim(3)).await.unwrap().len(), 2);
    }
}
