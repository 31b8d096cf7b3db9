//! The PostgreSQL store keeps every promise of the contract, on a real server, and behaves as the model.
#![cfg(feature = "postgres")]

#[path = "postgres/contents.rs"]
mod contents;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use report_pipeline::{JobId, PostgresOptions, PostgresStore, async_trait};
use report_pipeline_conformance::histories::{Clock, live_through};
use report_pipeline_conformance::{StoreFactory, StoreSetup, suite};
use report_pipeline_test_support::postgres::PostgresServer;

use self::contents::assert_agrees;

/// A schema for each case, on one server.
struct Postgres(&'static PostgresServer);

/// The schema of a case. After each case and each history, what it counts is compared with what it holds.
struct Schema {
    server: &'static PostgresServer,
    name: String,
    setup: StoreSetup,
}

#[async_trait]
impl StoreFactory for Postgres {
    type Guard = Schema;
    type Store = PostgresStore;

    fn tick(&self) -> Duration {
        Duration::from_millis(50)
    }

    async fn build(&self, setup: StoreSetup) -> (Schema, PostgresStore) {
        static CASES: AtomicUsize = AtomicUsize::new(0);
        let schema = Schema {
            server: self.0,
            name: format!("case{}", CASES.fetch_add(1, Ordering::Relaxed)),
            setup,
        };
        let store = schema.open().await;
        (schema, store)
    }

    async fn damage(&self, schema: &Schema, _: &PostgresStore, id: JobId) -> bool {
        let sql = format!(
            "UPDATE {}.jobs SET created_at = 'yesterday' WHERE job_id = '{id}' RETURNING 1",
            schema.name
        );
        self.0.run(&sql) == "1"
    }

    async fn another(&self, schema: &Schema, _: &PostgresStore) -> Option<PostgresStore> {
        Some(schema.open().await)
    }

    async fn reopen(&self, schema: &Schema, store: PostgresStore) -> Option<PostgresStore> {
        drop(store);
        Some(schema.open().await)
    }
}

impl Schema {
    async fn open(&self) -> PostgresStore {
        let mut options =
            PostgresOptions::new(&self.server.url(&self.name)).expect("it is an address");
        if let Some(kept) = self.setup.failed_checkpoints {
            options = options.with_failed_checkpoints(kept);
        }
        options
            .with_retention(self.setup.retention)
            .with_limits(self.setup.limits())
            .connect()
            .await
            .expect("the server runs")
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_agrees(self.server, &self.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_postgres_store_keeps_every_promise() {
    suite(Postgres(PostgresServer::shared())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_postgres_store_behaves_as_the_model() {
    live_through(Postgres(PostgresServer::shared()), Clock::Real, 12).await;
}
