//! The PostgreSQL store keeps every promise of the contract, on a real server, and behaves as the model.
#![cfg(feature = "postgres")]

#[path = "postgres/contents.rs"]
mod contents;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use report_pipeline::{JobId, PostgresOptions, PostgresStore, async_trait};
use report_pipeline_conformance::histories::{Clock, live_through};
use report_pipeline_conformance::{StoreFactory, StoreSetup, suite};
use report_pipeline_test_support::postgres::PostgresServer;

use self::contents::assert_all_agree;

/// A schema for each case, on one server. After all of them, what each counts is compared with what it holds.
struct Postgres {
    server: &'static PostgresServer,
    prefix: &'static str,
    schemas: Arc<Mutex<Vec<String>>>,
}

/// The schema of a case.
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

    fn cases_at_once(&self) -> usize {
        4
    }

    async fn build(&self, setup: StoreSetup) -> (Schema, PostgresStore) {
        let name = {
            let mut schemas = self.schemas.lock().unwrap();
            let name = format!("{}{}", self.prefix, schemas.len());
            schemas.push(name.clone());
            name
        };
        let schema = Schema {
            server: self.server,
            name,
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
        self.server.run(&sql) == "1"
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

impl Postgres {
    /// The names of its schemas begin with `prefix`.
    fn new(prefix: &'static str) -> Self {
        Self {
            server: PostgresServer::shared(),
            prefix,
            schemas: Arc::default(),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_postgres_store_keeps_every_promise() {
    let postgres = Postgres::new("case");
    let (server, schemas) = (postgres.server, Arc::clone(&postgres.schemas));
    suite(postgres).await;
    assert_all_agree(server, &schemas.lock().unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_postgres_store_behaves_as_the_model() {
    let postgres = Postgres::new("history");
    let (server, schemas) = (postgres.server, Arc::clone(&postgres.schemas));
    live_through(postgres, Clock::Real, 12).await;
    assert_all_agree(server, &schemas.lock().unwrap());
}
