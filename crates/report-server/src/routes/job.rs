//! Routes of one job: only its tenant gets through.

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header::IF_MATCH;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use report_pipeline::{FailureKind, Job, JobId, StoreError};

use crate::access::{Tenant, TenantScope};
use crate::app::App;
use crate::problem;

/// Status, events and cancel.
pub(crate) async fn job(
    State(app): State<App>,
    Extension(tenant): Extension<TenantScope>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Response> {
    let found = find(&app, &tenant, &id, request.headers(), version_tag).await?;
    Ok(match found {
        Some(_) => app.forward(request).await,
        None => forward_without_job(&app, request).await,
    })
}

/// The report.
pub(crate) async fn report(
    State(app): State<App>,
    Extension(tenant): Extension<TenantScope>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Response> {
    let tag = |job: &Job| format!("\"{}\"", job.id);
    let Some(job) = find(&app, &tenant, &id, request.headers(), tag).await? else {
        return Ok(forward_without_job(&app, request).await);
    };
    if let Some(failure) = &job.failure
        && job.status.is_terminal()
        && failure.kind() == FailureKind::AccountUnavailable
        && request.method().is_safe()
    {
        metrics::counter!("report_server_refused_total", "reason" => "account-unavailable")
            .increment(1);
        let detail = format!("there is no report: {}", failure.message());
        return Err(problem::account_unavailable(detail));
    }
    Ok(app.forward(request).await)
}

/// Deletes an ended job at once.
pub(crate) async fn delete(
    State(app): State<App>,
    Extension(tenant): Extension<TenantScope>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let Some(job) = find(&app, &tenant, &id, &headers, version_tag).await? else {
        return Err(job_not_found(&app).await);
    };
    match app.client.delete(job.id).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(StoreError::NotEnded(_)) => Err(problem::not_ended()),
        Err(error) => Err(problem::store(&error)),
    }
}

/// The tenant's job of this id. A job of somebody else is none: nobody can tell which.
///
/// # Errors
/// If the store is away, or `If-Match` names another state than the `tag` of the job.
async fn find(
    app: &App,
    tenant: &Tenant,
    id: &str,
    headers: &HeaderMap,
    tag: impl Fn(&Job) -> String,
) -> Result<Option<Job>, Response> {
    let Ok(id) = id.parse::<JobId>() else {
        return Ok(None);
    };
    let found = app.client.status(id).await;
    let found = found.map_err(|error| problem::store(&error))?;
    let own = found.filter(|job| tenant.owns(job));
    if own.as_ref().is_some_and(|job| is_stale(headers, &tag(job))) {
        return Err(problem::precondition_failed());
    }
    Ok(own)
}

/// The entity tag of a job's status.
fn version_tag(job: &Job) -> String {
    format!("\"{}\"", job.version)
}

/// Lets the library say that there is no such job, in the words and with the fields that it has for it.
async fn forward_without_job(app: &App, mut request: Request) -> Response {
    let path = request.uri().path();
    let mut segments: Vec<&str> = path.split('/').collect();
    let nobody = JobId::from_uuid(uuid::Uuid::nil()).to_string();
    // `/api/status/{id}` and what stands behind it.
    segments[3] = &nobody;
    let uri = Uri::try_from(segments.join("/")).expect("a path with another id is a path");
    *request.uri_mut() = uri;
    app.forward(request).await
}

pub(super) async fn job_not_found(app: &App) -> Response {
    let request = Request::get("/api/status/none").body(Body::empty());
    app.forward(request.expect("it is well-formed")).await
}

/// Whether `If-Match` is there and does not name `tag` (RFC 9110, section 13.1.1): a list of tags compared
/// strongly, or `*`.
fn is_stale(headers: &HeaderMap, tag: &str) -> bool {
    let mut lists = headers.get_all(IF_MATCH).iter().peekable();
    lists.peek().is_some()
        && !lists.any(|list| {
            let tags = list.to_str().unwrap_or_default().split(',');
            tags.map(str::trim)
                .any(|named| named == "*" || named == tag)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_strongly() {
        let is_stale = |list: &str| {
            is_stale(
                &HeaderMap::from_iter([(IF_MATCH, list.parse().unwrap())]),
                "\"7\"",
            )
        };
        for current in ["\"7\"", "*", "\"1\", \"7\""] {
            assert!(!is_stale(current), "{current}");
        }
        for stale in ["\"8\"", "W/\"7\"", "7", ""] {
            assert!(is_stale(stale), "{stale}");
        }
    }
}
