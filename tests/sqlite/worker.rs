//! The other process of these tests.

use std::time::Duration;

use report_pipeline::SqliteStore;

use super::process::{self, Patience};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it is run by other tests, in a process of its own"]
async fn work() {
    if let Some(file) = process::place() {
        let store = SqliteStore::connect(file).await.unwrap();
        process::work(store, Duration::from_secs(1), Patience::None).await;
    }
}
