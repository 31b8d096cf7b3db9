//! Errors of a service's own in the form of this one's.

use std::borrow::Cow;
use std::time::Duration;

use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use serde::Serialize;

use super::body::Body;
use super::headers;
use super::response::NO_STORE;

/// An error as this service writes it, `application/problem+json` (RFC 9457), for what stands in front of
/// it: middleware that asks for credentials, or limits a client's rate.
///
/// # Example
/// ```
/// use http::header::{HeaderValue, WWW_AUTHENTICATE};
/// use http::{Response, StatusCode};
/// use report_pipeline::http::{Body, ProblemDetails};
///
/// fn unauthorized() -> Response<Body> {
///     let status = StatusCode::UNAUTHORIZED;
///     let problem = ProblemDetails::new(status, "urn:example:problem:unauthorized", "No key")
///         .with_detail("send your key as `authorization: Bearer KEY`");
///     let mut response = problem.into_response();
///     let scheme = HeaderValue::from_static("Bearer");
///     response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
///     response
/// }
/// # assert_eq!(unauthorized().headers()["content-type"], "application/problem+json");
/// ```
#[derive(Debug, Clone, Serialize)]
pub struct ProblemDetails {
    #[serde(rename = "type")]
    uri: Cow<'static, str>,
    title: Cow<'static, str>,
    status: u16,
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: Cow<'static, str>,
    #[serde(skip)]
    retry_after: Option<Duration>,
}

impl ProblemDetails {
    /// A problem of the type that `uri` names, with a title that is the same for all of that type.
    #[must_use]
    pub fn new(
        status: StatusCode,
        uri: impl Into<Cow<'static, str>>,
        title: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            uri: uri.into(),
            title: title.into(),
            status: status.as_u16(),
            detail: Cow::Borrowed(""),
            retry_after: None,
        }
    }

    /// Says what is wrong with this request, for people.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Says when the same request may succeed, in a `Retry-After` field: whole seconds, rounded up.
    #[must_use]
    pub const fn with_retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Returns the response, for nobody to store.
    ///
    /// # Panics
    /// Never: the status code was a valid one.
    #[must_use]
    pub fn into_response(self) -> Response<Body> {
        let content = serde_json::to_vec(&self).expect("strings and numbers are always encodable");
        let status = StatusCode::from_u16(self.status).expect("it was made of one");
        let mut response = problem_response(status, content);
        if let Some(wait) = self.retry_after {
            response
                .headers_mut()
                .insert(RETRY_AFTER, headers::seconds(wait));
        }
        response
    }
}

/// A response with a problem as its body.
pub(super) fn problem_response(status: StatusCode, content: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(content));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let media_type = HeaderValue::from_static("application/problem+json");
    headers.insert(CONTENT_TYPE, media_type);
    headers.insert(CACHE_CONTROL, NO_STORE);
    response
}
