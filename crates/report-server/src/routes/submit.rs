//! A submit, which may wait for its report.

use std::time::Duration;

use axum::Extension;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_LOCATION, ETAG, IF_NONE_MATCH, LOCATION};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use report_pipeline::JobId;
use serde::Deserialize;
use tokio::time::Instant;

use super::job::report;
use crate::access::TenantScope;
use crate::app::App;

const PREFER: HeaderName = HeaderName::from_static("prefer");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// The longest that a submit is held.
const MAX_WAIT: Duration = Duration::from_secs(30);

/// Submits. With `Prefer: wait=N` the response is the report, if it is made within that time: what a script
/// needs that makes one call.
pub(crate) async fn submit(
    State(app): State<App>,
    Extension(tenant): Extension<TenantScope>,
    request: Request,
) -> Response {
    let wait = preferred_wait(request.headers()).filter(|_| request.method() == Method::POST);
    let extensions = request.extensions().clone();
    let mut accepted = app.forward(request).await;
    let Some(wait) = wait.filter(|_| accepted.status() == StatusCode::ACCEPTED) else {
        return accepted;
    };
    let location = accepted
        .headers()
        .get(LOCATION)
        .and_then(|at| at.to_str().ok());
    let id = location.and_then(|at| at.rsplit('/').next()?.parse::<JobId>().ok());
    let applied = HeaderValue::try_from(format!("wait={}", wait.as_secs()));
    let applied = applied.expect("a number is visible ASCII");
    if let Some(id) = id
        && has_ended_within(&app, id, wait, &extensions).await
    {
        let path = format!("/api/report/{id}");
        let request = get(&path, &extensions);
        let state = State(app.clone());
        let reported = report(state, Extension(tenant), Path(id.to_string()), request).await;
        let mut response = reported.unwrap_or_else(|refusal| refusal);
        let at = HeaderValue::try_from(format!("{}{path}", app.base_path));
        let fields = response.headers_mut();
        fields.insert(
            CONTENT_LOCATION,
            at.expect("a checked path and an id are visible ASCII"),
        );
        fields.insert(PREFERENCE_APPLIED, applied);
        return response;
    }
    accepted.headers_mut().insert(PREFERENCE_APPLIED, applied);
    accepted
}

#[derive(Deserialize)]
struct Shown {
    status: String,
}

/// Follows a job through the library's own waits, which end when the server closes and count as followers
/// while it drains.
async fn has_ended_within(app: &App, id: JobId, wait: Duration, extensions: &Extensions) -> bool {
    let deadline = Instant::now() + wait;
    let mut seen: Option<HeaderValue> = None;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let mut request = get(&format!("/api/status/{id}"), extensions);
        if let Some(seen) = seen.take() {
            let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
            let fields = request.headers_mut();
            let preference = HeaderValue::try_from(format!("wait={seconds}"));
            fields.insert(PREFER, preference.expect("a number is visible ASCII"));
            fields.insert(IF_NONE_MATCH, seen);
        }
        let response = app.forward(request).await;
        if response.status() != StatusCode::OK {
            // The time is up, the server closes, or the store is away.
            return false;
        }
        seen = response.headers().get(ETAG).cloned();
        let Ok(body) = to_bytes(response.into_body(), 64 * 1024).await else {
            return false;
        };
        match serde_json::from_slice::<Shown>(&body) {
            Ok(state) if ["completed", "failed"].contains(&&*state.status) => return true,
            Ok(_) if seen.is_some() && Instant::now() < deadline => {}
            _ => return false,
        }
    }
}

/// A request of this service to the library's, in the name of a client.
fn get(path: &str, extensions: &Extensions) -> Request {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = path.parse().expect("a route and an id are a path");
    *request.extensions_mut() = extensions.clone();
    request
}

/// The `wait` preference (RFC 7240, section 4.3).
fn preferred_wait(headers: &HeaderMap) -> Option<Duration> {
    let lists = headers
        .get_all(PREFER)
        .iter()
        .filter_map(|list| list.to_str().ok());
    let seconds = lists
        .flat_map(|list| list.split([',', ';']))
        .find_map(|preference| {
            let (name, value) = preference.split_once('=')?;
            let is_wait = name.trim().eq_ignore_ascii_case("wait");
            is_wait.then(|| value.trim().trim_matches('"').parse::<u64>().ok())?
        })?;
    Some(Duration::from_secs(seconds).min(MAX_WAIT))
}
