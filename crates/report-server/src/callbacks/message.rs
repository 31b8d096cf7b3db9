//! What a callback says.

use bytes::Bytes;
use chrono::Utc;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{Request, Uri};
use http_body_util::Full;
use report_pipeline::http::StatusBody;
use report_pipeline::{Job, JobId, Status};
use serde::Serialize;
use standardwebhooks::{
    HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook,
};
use url::Url;

/// The body of a callback. The report itself is fetched by its reader, who has a key.
#[derive(Serialize)]
struct Message<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    #[serde(flatten)]
    status: StatusBody<'a>,
    platform: &'a str,
    handle: &'a str,
    /// The path of the report.
    report: String,
}

/// The id of the message of one submit, the same at every delivery: who has seen it throws it away.
pub(super) fn id_of(job: JobId, submit: JobId) -> String {
    format!("msg_{job}_{submit}")
}

/// A callback as a signed request (Standard Webhooks 1.0).
///
/// # Errors
/// If the address is none that can be asked.
pub(super) fn request(
    url: &Url,
    id: &str,
    job: &Job,
    base_path: &str,
    secret: &Webhook,
) -> Result<Request<Full<Bytes>>, String> {
    let uri: Uri = url.as_str().parse().map_err(|_| "it is no address")?;
    let kind = if job.status == Status::Completed {
        "job.completed"
    } else {
        "job.failed"
    };
    let now = Utc::now();
    let message = Message {
        kind,
        timestamp: now.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        data: Data {
            status: StatusBody::new(job),
            platform: job.target.platform.as_str(),
            handle: job.target.handle.as_str(),
            report: format!("{base_path}/api/report/{}", job.id),
        },
    };
    let body = serde_json::to_vec(&message).map_err(|error| error.to_string())?;
    let signature = secret
        .sign(id, now.timestamp(), &body)
        .map_err(|error| error.to_string())?;
    Request::post(uri)
        .header(CONTENT_TYPE, "application/json")
        .header(
            USER_AGENT,
            concat!("report-server/", env!("CARGO_PKG_VERSION")),
        )
        .header(HEADER_WEBHOOK_ID, id)
        .header(HEADER_WEBHOOK_TIMESTAMP, now.timestamp())
        .header(HEADER_WEBHOOK_SIGNATURE, signature)
        .body(Full::from(body))
        .map_err(|error| error.to_string())
}
