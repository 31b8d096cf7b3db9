//! The metrics at `/metrics`, in Prometheus' text format.

use std::time::Duration;

use http::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use report_pipeline::describe_metrics;
use report_pipeline::http::Body;

/// How often what was recorded is gathered up; it takes memory until then.
const UPKEEP: Duration = Duration::from_secs(5);

/// The bounds of histograms in seconds: calls of a store take microseconds, phases up to a minute.
const BUCKETS: [f64; 14] = [
    1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 60.0,
];

/// Starts to record, and returns the recorder.
pub(crate) fn start() -> Result<PrometheusHandle, BuildError> {
    let recorder = PrometheusBuilder::new()
        .set_buckets(&BUCKETS)?
        .install_recorder()?;
    describe_metrics();
    tokio::spawn({
        let recorder = recorder.clone();
        async move {
            loop {
                tokio::time::sleep(UPKEEP).await;
                recorder.run_upkeep();
            }
        }
    });
    Ok(recorder)
}

/// Returns what was recorded.
pub(crate) fn response(recorder: &PrometheusHandle) -> Response<Body> {
    Response::builder()
        .header(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
        .header(CACHE_CONTROL, "no-store")
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(recorder.render().into_bytes().into())
        .expect("the headers are well-formed")
}
