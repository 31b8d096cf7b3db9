//! Routes of one job: only its tenant gets through.

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header::IF_MATCH;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use report_pipeline::{FailureKind, Job, JobId, StoreError};

use crate::access::TenantScope;
use crate::app::App;
use crate::problem;

/// What a request names.
enum Found {
    /// A job of the tenant.
    Own(Box<Job>),
    /// A job of somebody else, or none: nobody can tell which.
    None,
}

/// Status, events and cancel.
pub(crate) async fn job(
    State(app): State<App>,
    Extension(tenant): Extension<TenantScope>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let job = match find(&app, &tenant, &id).await {
        Ok(Found::Own(job)) => job,
        Ok(Found::None) => return forward_without_job(&app, request).await,
        Err(response) => return response,
    };
    let tag = format!("\"{}\"", job.version);
    if is_stale(request.headers(), &tag) {
        return problem::precondition_failed();
    }
    app.forward(request).await
}

/// The report.
pub(crate) async fn report(
    State(app): State<App>,
    Extension(tenant): Extension<TenantScope>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let job = match find(&app, &tenant, &id).await {
        Ok(Found::Own(job)) => job,
        Ok(Found::None) => return forward_without_job(&app, request).await,
        Err(response) => return response,
    };
    if is_stale(request.headers(), &format!("\"{}\"", job.id)) {
        return problem::precondition_failed();
    }
    if let Some(failure) = &job.failure
        && job.status.is_terminal()
        && failure.kind() == FailureKind::AccountUnavailable
        && request.method().is_safe()
    {
        metrics::counter!("report_server_refused_total", "reason" => "account-unavailable")
            .increment(1);
        return problem::account_unavailable(format!("there is no report: {}", failure.message()));
    }
    app.forward(request).await
}

/// Deletes an ended job at once.
pub(crate) async fn delete(
    State(app): State<App>,
    Extension(tenant): Extension<TenantScope>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let job = match find(&app, &tenant, &id).await {
        Ok(Found::Own(job)) => job,
        Ok(Found::None) => return job_not_found(&app).await,
        Err(response) => return response,
    };
    if is_stale(request.headers(), &format!("\"{}\"", job.version)) {
        return problem::precondition_failed();
    }
    match app.client.delete(job.id).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(StoreError::NotEnded(_)) => problem::not_ended(),
        Err(error) => problem::store(&error),
    }
}

async fn find(app: &App, tenant: &TenantScope, id: &str) -> Result<Found, Response> {
    let Ok(id) = id.parse::<JobId>() else {
        return Ok(Found::None);
    };
    match app.client.status(id).await {
        Ok(Some(job)) if tenant.owns(&job) => Ok(Found::Own(Box::new(job))),
        Ok(_) => Ok(Found::None),
        Err(error) => Err(problem::store(&error)),
    }
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
