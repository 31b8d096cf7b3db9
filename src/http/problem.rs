//! Errors for clients: `application/problem+json` (RFC 9457).

use std::borrow::Cow;
use std::time::Duration;

use http::header::{ACCEPT_ENCODING, ALLOW, CONNECTION, HeaderMap, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use serde::Serialize;

use super::body::Body;
use super::headers;
use super::problem_details::problem_response;
use crate::job::{Job, JobId, Phase};
use crate::store::StoreError;

/// Every kind of problem: a stable type, a title and a status code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    MalformedRequest,
    MalformedJson,
    MalformedBody,
    Forbidden,
    NotFound,
    JobNotFound,
    MethodNotAllowed,
    BodyTimeout,
    BodyTooLarge,
    UnsupportedMediaType,
    InvalidField,
    JobFailed,
    Internal,
    StoreFull,
    StoreUnavailable,
    ShuttingDown,
    TooManyStreams,
}

impl Kind {
    /// Type, title and status code.
    pub(super) const fn describe(self) -> (&'static str, &'static str, StatusCode) {
        match self {
            Self::MalformedRequest => (
                "urn:report-pipeline:problem:malformed-request",
                "Malformed request",
                StatusCode::BAD_REQUEST,
            ),
            Self::MalformedJson => (
                "urn:report-pipeline:problem:malformed-json",
                "Malformed JSON",
                StatusCode::BAD_REQUEST,
            ),
            Self::MalformedBody => (
                "urn:report-pipeline:problem:malformed-body",
                "Malformed body",
                StatusCode::BAD_REQUEST,
            ),
            Self::Forbidden => (
                "urn:report-pipeline:problem:forbidden",
                "Not allowed",
                StatusCode::FORBIDDEN,
            ),
            Self::NotFound => (
                "urn:report-pipeline:problem:not-found",
                "No such resource",
                StatusCode::NOT_FOUND,
            ),
            Self::JobNotFound => (
                "urn:report-pipeline:problem:job-not-found",
                "No such job",
                StatusCode::NOT_FOUND,
            ),
            Self::MethodNotAllowed => (
                "urn:report-pipeline:problem:method-not-allowed",
                "Method not allowed",
                StatusCode::METHOD_NOT_ALLOWED,
            ),
            Self::BodyTimeout => (
                "urn:report-pipeline:problem:body-timeout",
                "The body arrived too slowly",
                StatusCode::REQUEST_TIMEOUT,
            ),
            Self::BodyTooLarge => (
                "urn:report-pipeline:problem:body-too-large",
                "The body is too large",
                StatusCode::PAYLOAD_TOO_LARGE,
            ),
            Self::UnsupportedMediaType => (
                "urn:report-pipeline:problem:unsupported-media-type",
                "The body is not JSON",
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ),
            Self::InvalidField => (
                "urn:report-pipeline:problem:invalid-field",
                "A field is invalid",
                StatusCode::UNPROCESSABLE_ENTITY,
            ),
            Self::JobFailed => (
                "urn:report-pipeline:problem:job-failed",
                "The job failed",
                StatusCode::INTERNAL_SERVER_ERROR,
            ),
            Self::Internal => (
                "urn:report-pipeline:problem:internal",
                "Internal error",
                StatusCode::INTERNAL_SERVER_ERROR,
            ),
            Self::StoreFull => (
                "urn:report-pipeline:problem:store-full",
                "A limit is reached",
                StatusCode::SERVICE_UNAVAILABLE,
            ),
            Self::StoreUnavailable => (
                "urn:report-pipeline:problem:store-unavailable",
                "The job store is unavailable",
                StatusCode::SERVICE_UNAVAILABLE,
            ),
            Self::ShuttingDown => (
                "urn:report-pipeline:problem:shutting-down",
                "The service is shutting down",
                StatusCode::SERVICE_UNAVAILABLE,
            ),
            Self::TooManyStreams => (
                "urn:report-pipeline:problem:too-many-streams",
                "Too many open event streams",
                StatusCode::SERVICE_UNAVAILABLE,
            ),
        }
    }
}

/// A request's failure, before it is written.
#[derive(Debug)]
pub(super) struct Problem {
    kind: Kind,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    failed: Option<Box<Job>>,
    allow: Option<&'static str>,
    retry_after: Option<Duration>,
    cause: Option<Box<StoreError>>,
}

/// One invalid field of a body, and what is wrong with it.
#[derive(Debug, Serialize)]
pub(super) struct FieldError {
    field: &'static str,
    detail: Cow<'static, str>,
}

impl FieldError {
    pub(super) fn new(field: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            field,
            detail: detail.into(),
        }
    }
}

impl Problem {
    pub(super) fn new(kind: Kind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            errors: Vec::new(),
            failed: None,
            allow: None,
            retry_after: None,
            cause: None,
        }
    }

    /// One or more fields are invalid.
    pub(super) fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = errors
            .iter()
            .map(|error| &*error.detail)
            .collect::<Vec<_>>()
            .join("; ");
        Self {
            errors,
            ..Self::new(Kind::InvalidField, detail)
        }
    }

    pub(super) fn job_not_found() -> Self {
        Self::new(
            Kind::JobNotFound,
            "there is no such job: the id is unknown or malformed, or the job has expired",
        )
    }

    pub(super) fn method_not_allowed(allow: &'static str) -> Self {
        Self {
            allow: Some(allow),
            ..Self::new(
                Kind::MethodNotAllowed,
                "this resource does not support the method; see the Allow header",
            )
        }
    }

    /// There is no report and will be none: the job failed.
    pub(super) fn job_failed(job: Job) -> Self {
        let detail = format!(
            "there is no report: the job failed in phase {}: {}",
            job.phase,
            job.error_message().unwrap_or(NO_REASON)
        );
        Self {
            failed: Some(Box::new(job)),
            ..Self::new(Kind::JobFailed, detail)
        }
    }

    /// Sets when the same request may succeed.
    pub(super) fn with_retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Keeps the error behind the problem, for the log only.
    pub(super) fn with_cause(mut self, cause: StoreError) -> Self {
        self.cause = Some(Box::new(cause));
        self
    }

    pub(super) fn cause(&self) -> Option<&StoreError> {
        self.cause.as_deref()
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let (uri, title, status) = self.kind.describe();
        let failed = self.failed.as_deref();
        let members = Members {
            uri,
            title,
            status: status.as_u16(),
            detail: &self.detail,
            errors: &self.errors,
            job_id: failed.map(|job| job.id),
            phase: failed.map(|job| job.phase),
            error_message: failed.map(|job| job.error_message().unwrap_or(NO_REASON)),
        };
        let content =
            serde_json::to_vec(&members).expect("strings and numbers are always encodable");

        let mut response = problem_response(status, content);
        let headers: &mut HeaderMap = response.headers_mut();
        if let Some(allow) = self.allow {
            headers.insert(ALLOW, HeaderValue::from_static(allow));
        }
        if let Some(wait) = self.retry_after {
            headers.insert(RETRY_AFTER, headers::seconds(wait));
        }
        if self.kind == Kind::UnsupportedMediaType {
            // A client that compressed its body has to know (RFC 9110, section 12.5.3).
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        if matches!(
            self.kind,
            Kind::BodyTimeout | Kind::BodyTooLarge | Kind::MalformedBody
        ) {
            // The rest of the body must not be read as a request.
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

const NO_REASON: &str = "no reason was given";

#[derive(Serialize)]
struct Members<'a> {
    #[serde(rename = "type")]
    uri: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(skip_serializing_if = "Option::is_none")]
    job_id: Option<JobId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phase: Option<Phase>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<&'a str>,
}

#[cfg(test)]
impl Kind {
    pub(super) const ALL: [Self; 17] = [
        Self::MalformedRequest,
        Self::MalformedJson,
        Self::MalformedBody,
        Self::Forbidden,
        Self::NotFound,
        Self::JobNotFound,
        Self::MethodNotAllowed,
        Self::BodyTimeout,
        Self::BodyTooLarge,
        Self::UnsupportedMediaType,
        Self::InvalidField,
        Self::JobFailed,
        Self::Internal,
        Self::StoreFull,
        Self::StoreUnavailable,
        Self::ShuttingDown,
        Self::TooManyStreams,
    ];
}

#[cfg(test)]
impl Problem {
    pub(super) const fn status(&self) -> StatusCode {
        self.kind.describe().2
    }

    pub(super) fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

#[cfg(test)]
impl FieldError {
    pub(super) const fn field(&self) -> &'static str {
        self.field
    }
}
