//! The metrics at `/metrics`, in Prometheus' text format.

use std::time::Duration;

use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::request::Parts;
use http::{HeaderValue, Method, Response};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder};
use report_pipeline::describe_metrics;
use report_pipeline::http::Body;

/// How often what was recorded is gathered up; it takes memory until then.
const UPKEEP: Duration = Duration::from_secs(5);

/// The bounds of histograms in seconds: calls of a store take microseconds, phases up to a minute.
const BUCKETS: [f64; 14] = [
    1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 60.0,
];

/// Begins to record, and answers what answers requests for the metrics.
pub(crate) fn start() -> Result<impl Fn(&Parts) -> Option<Response<Body>> + Clone, BuildError> {
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
    Ok(move |head: &Parts| {
        if head.uri.path() != "/metrics" || !matches!(head.method, Method::GET | Method::HEAD) {
            return None;
        }
        let mut response = Response::new(recorder.render().into_bytes().into());
        let text = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, text);
        let no_store = HeaderValue::from_static("no-store");
        response.headers_mut().insert(CACHE_CONTROL, no_store);
        let no_sniff = HeaderValue::from_static("nosniff");
        response
            .headers_mut()
            .insert(X_CONTENT_TYPE_OPTIONS, no_sniff);
        Some(response)
    })
}
