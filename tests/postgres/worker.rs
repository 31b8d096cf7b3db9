//! The other process of these tests. Its server may be killed under it.

use std::time::Duration;

use report_pipeline::PostgresStore;

use super::process::{self, Patience};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it is run by other tests, in a process of its own"]
async fn work() {
    if let Some(url) = process::place() {
        let store = PostgresStore::connect(url.to_str().unwrap()).await.unwrap();
        process::work(store, Duration::from_secs(2), Patience::ServerMayGo).await;
    }
}
