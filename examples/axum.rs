//! The report API beside the routes of an application of your own, with its workers in the same process.
//!
//! It needs `report-pipeline` with the feature `http`, `axum` 0.8, `tokio` and `serde_json`.
//!
//! ```sh
//! cargo run --example axum
//! curl -i -d '{"handle": "@nasa"}' -H 'content-type: application/json' \
//!     127.0.0.1:8080/reports/api/analyze
//! ```

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use report_pipeline::http::Api;
use report_pipeline::{
    Client, MemoryStore, PhaseContext, PhaseError, Pipeline, Target, analyze_fn, assemble_fn,
    scrape_fn,
};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let pipeline = Pipeline::builder(
        Client::new(MemoryStore::new()),
        scrape_fn(|target: Target, _ctx: PhaseContext| async move {
            Ok::<_, PhaseError>(target.handle.to_string())
        }),
        analyze_fn(|handle: &String, _ctx: &PhaseContext| Ok(handle.len())),
        assemble_fn(|handle: &String, length: &usize, _ctx: &PhaseContext| {
            Ok(serde_json::json!({ "handle": handle, "length": length }))
        }),
    )
    .build();
    let workers = pipeline.start();

    // axum takes the prefix off before the API sees a path; the API puts it back into `Location`.
    let api = Api::new(pipeline.client().clone()).with_base_path("/reports");
    let app = Router::new()
        .route("/", get(|| async { "an application of its own" }))
        .nest_service("/reports", api.clone());

    let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    axum::serve(listener, app)
        .with_graceful_shutdown(async move {
            let _ = tokio::signal::ctrl_c().await;
            api.refuse_submits();
            // Running jobs finish, or another process takes them over without a crash being counted.
            workers.drain(Duration::from_secs(20)).await;
            // Whoever has followed a job can still fetch its report.
            api.wait_for_followers(Duration::from_secs(5)).await;
            // Otherwise clients that wait for a change would hold the shutdown up.
            api.release_waits();
        })
        .await
}
