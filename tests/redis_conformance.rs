//! The Redis store keeps every promise of the contract, on a real server, and behaves as the model.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use report_pipeline::{JobId, RedisOptions, RedisStore, async_trait};
use report_pipeline_conformance::histories::{Clock, live_through};
use report_pipeline_conformance::{StoreFactory, StoreSetup, suite};
use report_pipeline_test_support::redis::RedisServer;

/// One server for all cases; each case has a prefix of its own.
struct Redis {
    server: RedisServer,
    stores: AtomicUsize,
}

#[async_trait]
impl StoreFactory for Redis {
    /// The prefix, and how the store was set up.
    type Guard = (String, StoreSetup);
    type Store = RedisStore;

    fn tick(&self) -> Duration {
        Duration::from_millis(50)
    }

    fn cases_at_once(&self) -> usize {
        8
    }

    async fn build(&self, setup: StoreSetup) -> (Self::Guard, RedisStore) {
        let number = self.stores.fetch_add(1, Ordering::Relaxed);
        let prefix = format!("case{number}:");
        let store = self.connect(&prefix, setup).await;
        ((prefix, setup), store)
    }

    async fn damage(&self, (prefix, _): &Self::Guard, _: &RedisStore, id: JobId) -> bool {
        self.server
            .run(&["HSET", &format!("{prefix}jobs:{id}"), "own", "seven"]);
        true
    }

    async fn another(&self, (prefix, setup): &Self::Guard, _: &RedisStore) -> Option<RedisStore> {
        Some(self.connect(prefix, *setup).await)
    }

    async fn reopen(&self, (prefix, setup): &Self::Guard, store: RedisStore) -> Option<RedisStore> {
        drop(store);
        Some(self.connect(prefix, *setup).await)
    }
}

impl Redis {
    fn start() -> Self {
        Self {
            server: RedisServer::start(),
            stores: AtomicUsize::new(0),
        }
    }

    async fn connect(&self, prefix: &str, setup: StoreSetup) -> RedisStore {
        let mut options =
            RedisOptions::new(&self.server.url()).expect("a server's own address is one");
        if let Some(kept) = setup.failed_checkpoints {
            options = options.with_failed_checkpoints(kept);
        }
        options
            .with_prefix(prefix)
            .with_retention(setup.retention)
            .with_limits(setup.limits())
            .connect()
            .await
            .expect("the server runs")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_redis_store_keeps_every_promise() {
    suite(Redis::start()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_redis_store_behaves_as_the_model() {
    live_through(Redis::start(), Clock::Real, 12).await;
}
