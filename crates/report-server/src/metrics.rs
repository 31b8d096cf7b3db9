//! The metrics at `/metrics`, in Prometheus' text format.

use std::time::Duration;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::IntoResponse;
use axum::routing::get;
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use report_pipeline::describe_metrics;

/// How often what was recorded is gathered up; it takes memory until then.
const UPKEEP: Duration = Duration::from_secs(5);

/// The bounds of histograms in seconds: calls of a store take microseconds, phases up to a minute.
const BUCKETS: [f64; 15] = [
    1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 60.0, 300.0,
];

/// What is recorded in this process. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Metrics(PrometheusHandle);

impl Metrics {
    /// Starts to record.
    pub(crate) fn start() -> Result<Self, BuildError> {
        let recorder = PrometheusBuilder::new()
            .set_buckets(&BUCKETS)?
            .install_recorder()?;
        describe_metrics();
        metrics::describe_counter!(
            "report_server_refused_total",
            "Requests that were refused, by reason: no-key, tenant-rate, address-rate, account-unavailable"
        );
        metrics::describe_counter!(
            "report_server_callbacks_total",
            "Responses of receivers to callbacks, by outcome: delivered, refused"
        );
        tokio::spawn({
            let recorder = recorder.clone();
            async move {
                loop {
                    tokio::time::sleep(UPKEEP).await;
                    recorder.run_upkeep();
                }
            }
        });
        Ok(Self(recorder))
    }

    pub(crate) fn router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        let response = async move || {
            let fields = [
                (CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"),
                (CACHE_CONTROL, "no-store"),
                (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (fields, self.0.render()).into_response()
        };
        Router::new().route("/metrics", get(response))
    }
}
