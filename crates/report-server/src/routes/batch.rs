//! Many submits in one request.

use std::num::NonZeroU32;
use std::time::Duration;

use axum::Extension;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HeaderValue};
use axum::http::{Extensions, Method};
use axum::response::{IntoResponse, Response};
use axum::{Json, http};
use futures::stream::{self, StreamExt};
use report_pipeline::http::ProblemDetails;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::access::{TenantScope, too_many};
use crate::app::App;
use crate::{gate, problem};

/// The most submits of one request.
const MAX_SUBMITS: usize = 100;
/// The most bytes of a batch: a submit has options of a few hundred bytes at most, mostly.
const MAX_BODY: usize = 1024 * 1024;
/// How long the body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// How many submits are under way at once.
const AT_ONCE: usize = 16;

/// Submits each member of a list of what `POST /api/analyze` takes. Each has a result of its own: what that route
/// would have responded with.
pub(crate) async fn batch(
    State(app): State<App>,
    Extension(tenant): Extension<TenantScope>,
    request: Request,
) -> Response {
    let (mut head, body) = request.into_parts();
    let body = match tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, MAX_BODY)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return unread(http::StatusCode::PAYLOAD_TOO_LARGE, "body-too-large"),
        Err(_) => return unread(http::StatusCode::REQUEST_TIMEOUT, "body-timeout"),
    };
    let submits: Vec<Box<RawValue>> = match serde_json::from_slice(&body) {
        Ok(submits) => submits,
        Err(error) => {
            return problem::invalid(format!("the body must be a list of submits: {error}"));
        }
    };
    if !(1..=MAX_SUBMITS).contains(&submits.len()) {
        return problem::invalid(format!("a batch has 1 to {MAX_SUBMITS} submits"));
    }
    let more = u32::try_from(submits.len() - 1).unwrap_or(u32::MAX);
    if let Some(more) = NonZeroU32::new(more)
        && let Err(left) = gate::admit_more(&app, &head, &tenant, more)
    {
        return too_many(left);
    }
    // What described the whole body describes none of its parts.
    head.headers.remove(CONTENT_LENGTH);
    head.headers.remove(EXPECT);
    let calls = submits.into_iter().map(|submit| {
        let mut request = Request::new(Body::from(String::from(Box::<str>::from(submit))));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = http::Uri::from_static("/api/analyze");
        *request.headers_mut() = head.headers.clone();
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(CONTENT_TYPE, json);
        *request.extensions_mut() = Extensions::clone(&head.extensions);
        app.forward(request)
    });
    let responses: Vec<Response> = stream::iter(calls).buffered(AT_ONCE).collect().await;
    let mut results = Vec::with_capacity(responses.len());
    for response in responses {
        results.push(result(response).await);
    }
    Json(json!({ "results": results })).into_response()
}

/// The response to one submit as a member of the list: its status, and its body.
async fn result(response: Response) -> Value {
    let status = response.status();
    let body = to_bytes(response.into_body(), MAX_BODY).await;
    let body: Value = body
        .ok()
        .and_then(|body| serde_json::from_slice(&body).ok())
        .unwrap_or_default();
    if status.is_success() {
        json!({ "status": status.as_u16(), "job_id": body["job_id"] })
    } else {
        json!({ "status": status.as_u16(), "problem": body })
    }
}

fn unread(status: http::StatusCode, kind: &str) -> Response {
    let uri = format!("urn:report-pipeline:problem:{kind}");
    let title = if kind == "body-timeout" {
        "The body arrived too slowly"
    } else {
        "The body is too large"
    };
    let detail =
        format!("a batch has {MAX_BODY} bytes at most and arrives within {BODY_TIMEOUT:?}");
    problem::response(ProblemDetails::new(status, uri, title).with_detail(detail))
}
