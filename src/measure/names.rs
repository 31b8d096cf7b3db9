//! The name, kind, unit and meaning of every metric. `docs/operations.md` has the same table, with
//! the labels; a test compares the two.

use metrics::{
    Unit, describe_counter as counter, describe_gauge as gauge, describe_histogram as histogram,
};

pub(super) const SUBMITS: &str = "report_pipeline_submits_total";
pub(super) const QUEUE_WAIT: &str = "report_pipeline_queue_wait_seconds";
pub(super) const JOB: &str = "report_pipeline_job_seconds";
pub(super) const JOBS_ENDED: &str = "report_pipeline_jobs_ended_total";
pub(super) const RETRIES: &str = "report_pipeline_retries_total";
pub(super) const TAKEOVERS: &str = "report_pipeline_lease_takeovers_total";
pub(super) const PHASE: &str = "report_pipeline_phase_seconds";
pub(super) const JOBS: &str = "report_pipeline_jobs";
pub(super) const OLDEST_PENDING: &str = "report_pipeline_oldest_pending_seconds";
pub(super) const PAUSED_PLATFORMS: &str = "report_pipeline_paused_platforms";
pub(super) const REMAINING_QUOTA: &str = "report_pipeline_remaining_quota";
pub(super) const STORED_BYTES: &str = "report_pipeline_stored_bytes";
pub(super) const STORE: &str = "report_pipeline_store_seconds";
pub(super) const STORE_ERRORS: &str = "report_pipeline_store_errors_total";
pub(super) const EVENT_STREAMS: &str = "report_pipeline_event_streams";
pub(super) const HTTP_REQUESTS: &str = "report_pipeline_http_requests_total";
pub(super) const HTTP: &str = "report_pipeline_http_seconds";

/// Tells the installed recorder the meaning and the unit of each metric. Call it once, after the
/// recorder was installed.
///
/// `docs/operations.md` lists the metrics with their labels, and has an example with an exporter.
pub fn describe_metrics() {
    counter!(
        SUBMITS,
        Unit::Count,
        "submits that the store took, by what became of them"
    );
    histogram!(
        QUEUE_WAIT,
        Unit::Seconds,
        "how long jobs waited from their submit to their first claim"
    );
    histogram!(
        JOB,
        Unit::Seconds,
        "how long it took from a job's submit to its end"
    );
    counter!(
        JOBS_ENDED,
        Unit::Count,
        "jobs that workers of this process ended"
    );
    counter!(
        RETRIES,
        Unit::Count,
        "failed attempts after which the job is tried again"
    );
    counter!(
        TAKEOVERS,
        Unit::Count,
        "jobs claimed again after their last worker lost its lease"
    );
    histogram!(PHASE, Unit::Seconds, "how long phases ran");
    gauge!(JOBS, Unit::Count, "jobs that the store holds");
    gauge!(
        OLDEST_PENDING,
        Unit::Seconds,
        "how long the oldest ready job has been waiting"
    );
    gauge!(
        PAUSED_PLATFORMS,
        Unit::Count,
        "platforms that are paused by a rate limit"
    );
    gauge!(
        REMAINING_QUOTA,
        Unit::Count,
        "what is left of a platform's quota, as its scraper was told last"
    );
    gauge!(
        STORED_BYTES,
        Unit::Bytes,
        "bytes of reports, checkpoints, saved state and inputs in the store"
    );
    histogram!(STORE, Unit::Seconds, "how long calls of the store took");
    counter!(STORE_ERRORS, Unit::Count, "calls of the store that failed");
    gauge!(EVENT_STREAMS, Unit::Count, "event streams that are open");
    // It is there from the beginning, also while nobody has opened one.
    metrics::gauge!(EVENT_STREAMS).increment(0.0);
    counter!(HTTP_REQUESTS, Unit::Count, "requests that were answered");
    histogram!(
        HTTP,
        Unit::Seconds,
        "how long requests took until their response began"
    );
}
