//! Schemas and jobs for the tests.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use report_pipeline::{PostgresOptions, PostgresStore, StoreError};
use report_pipeline_test_support::postgres::PostgresServer;

pub(crate) use super::calls::{claim_one, claim_request, new_job, submit};
use super::process;

/// A schema of its own on the server that the tests of this program share.
pub(crate) struct Schema(String);

impl Schema {
    pub(crate) fn new() -> Self {
        static SCHEMAS: AtomicUsize = AtomicUsize::new(0);
        Self(format!("test{}", SCHEMAS.fetch_add(1, Ordering::Relaxed)))
    }

    pub(crate) fn name(&self) -> &str {
        &self.0
    }

    pub(crate) fn server() -> &'static PostgresServer {
        PostgresServer::shared()
    }

    /// Its connections are known to the server by the name of the schema.
    pub(crate) fn url(&self) -> String {
        self.url_at(Self::server().address())
    }

    /// The same by another address of the server.
    pub(crate) fn url_at(&self, address: SocketAddr) -> String {
        let url = Self::server().url_at(address, &self.0);
        format!("{url}&application_name={}", self.0)
    }

    /// What the server says of each connection of the schema, as long as that meets a condition.
    pub(crate) fn connections(&self, column: &str, condition: &str) -> Vec<String> {
        let told = Self::server().run(&format!(
            "SELECT {column} FROM pg_stat_activity WHERE application_name = '{}' AND {condition}",
            self.0
        ));
        told.lines().map(str::to_owned).collect()
    }

    pub(crate) async fn store(&self) -> PostgresStore {
        PostgresStore::connect(&self.url()).await.unwrap()
    }

    /// A store that reaches the server by another address.
    pub(crate) async fn store_at(&self, address: SocketAddr, timeout: Duration) -> PostgresStore {
        PostgresOptions::new(&self.url_at(address))
            .unwrap()
            .with_timeout(timeout)
            .connect()
            .await
            .unwrap()
    }

    /// Runs statements in the schema, as another program does.
    pub(crate) fn run(&self, sql: &str) -> String {
        Self::server().run(&format!("SET search_path TO {}; {sql}", self.0))
    }

    pub(crate) fn assert_agrees(&self) {
        super::contents::assert_all_agree(Self::server(), std::slice::from_ref(&self.0));
    }
}

/// Repeats a call until the store is available, as callers do.
pub(crate) async fn again<T, F>(call: impl FnMut() -> F) -> T
where
    F: Future<Output = Result<T, StoreError>>,
{
    process::again(call).await.unwrap()
}
