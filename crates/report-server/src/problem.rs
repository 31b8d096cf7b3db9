//! Errors of this service's own, in the form of the library's.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, WWW_AUTHENTICATE};
use axum::response::Response;
use report_pipeline::StoreError;
use report_pipeline::http::ProblemDetails;

/// A problem as a response of this service.
pub(crate) fn response(problem: ProblemDetails) -> Response {
    problem.into_response().map(Body::new)
}

/// The response to a request without a key.
pub(crate) fn unauthorized() -> Response {
    let uri = "urn:report-server:problem:unauthorized";
    let problem = ProblemDetails::new(StatusCode::UNAUTHORIZED, uri, "No valid key")
        .with_detail("send your key as `authorization: Bearer KEY` or as `x-api-key: KEY`");
    let mut response = response(problem);
    let scheme = HeaderValue::from_static("Bearer");
    response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
    response
}

/// The response to a path where nothing is.
pub(crate) fn not_found() -> Response {
    let uri = "urn:report-pipeline:problem:not-found";
    response(
        ProblemDetails::new(StatusCode::NOT_FOUND, uri, "No such resource")
            .with_detail("nothing is served at this path"),
    )
}

/// The response to a method that a resource of this service does not have. Its `Allow` is the router's.
pub(crate) fn method_not_allowed() -> Response {
    let uri = "urn:report-pipeline:problem:method-not-allowed";
    response(
        ProblemDetails::new(StatusCode::METHOD_NOT_ALLOWED, uri, "Method not allowed")
            .with_detail("this resource does not support the method; see the Allow header"),
    )
}

/// The response to a job whose account does not exist or is private: what was asked for is not there, and that is
/// nobody's fault here.
pub(crate) fn account_unavailable(detail: String) -> Response {
    let uri = "urn:report-server:problem:account-unavailable";
    response(ProblemDetails::new(StatusCode::NOT_FOUND, uri, "No such account").with_detail(detail))
}

/// The response to an `If-Match` that names another state.
pub(crate) fn precondition_failed() -> Response {
    let uri = "urn:report-server:problem:precondition-failed";
    response(
        ProblemDetails::new(
            StatusCode::PRECONDITION_FAILED,
            uri,
            "The state is another one",
        )
        .with_detail("the job has changed since the state that `If-Match` names"),
    )
}

/// The response to a delete of a job that has not ended.
pub(crate) fn not_ended() -> Response {
    let uri = "urn:report-server:problem:not-ended";
    response(
        ProblemDetails::new(StatusCode::CONFLICT, uri, "The job has not ended")
            .with_detail("cancel the job first, and delete it when it has ended"),
    )
}

/// The response to a value that makes no sense.
pub(crate) fn invalid(detail: impl Into<Cow<'static, str>>) -> Response {
    let uri = "urn:report-pipeline:problem:invalid-field";
    response(
        ProblemDetails::new(StatusCode::UNPROCESSABLE_ENTITY, uri, "A field is invalid")
            .with_detail(detail),
    )
}

/// The response to a call that the store has failed. What it calls misuse can only be a cursor here.
pub(crate) fn store(error: &StoreError) -> Response {
    if let StoreError::Misuse(what) = error {
        return invalid(*what);
    }
    tracing::warn!(
        error = error as &dyn std::error::Error,
        "a request failed in the store"
    );
    let uri = "urn:report-pipeline:problem:store-unavailable";
    response(
        ProblemDetails::new(
            StatusCode::SERVICE_UNAVAILABLE,
            uri,
            "The job store is unavailable",
        )
        .with_detail("the job store is not available; try again later")
        .with_retry_after(std::time::Duration::from_secs(5)),
    )
}
