//! What responses have in common.

use http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, X_CONTENT_TYPE_OPTIONS,
};
use http::{Method, Response, StatusCode};

use super::body::Body;

pub(super) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// A response with a JSON body, for nobody to store.
pub(super) fn json(status: StatusCode, content: impl Into<Body>) -> Response<Body> {
    cached_json(status, NO_STORE, content)
}

/// A response with a JSON body.
pub(super) fn cached_json(
    status: StatusCode,
    caching: HeaderValue,
    content: impl Into<Body>,
) -> Response<Body> {
    let mut response = Response::new(content.into());
    *response.status_mut() = status;
    // Room for the fields of nearly all responses. One more would take twice the memory, which is
    // more than what allocators keep at hand.
    let mut fields = HeaderMap::with_capacity(6);
    fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    fields.insert(CACHE_CONTROL, caching);
    *response.headers_mut() = fields;
    response
}

/// A response without a body.
pub(super) fn empty(status: StatusCode, caching: HeaderValue) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.headers_mut().insert(CACHE_CONTROL, caching);
    response
}

/// Adds what every response has, and removes the body of a response to HEAD.
pub(super) fn finish(method: &Method, mut response: Response<Body>) -> Response<Body> {
    if method == Method::HEAD {
        withhold_body(&mut response);
    }
    response
        .headers_mut()
        .insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Makes the response to HEAD of the response to GET: all fields, no content.
fn withhold_body(response: &mut Response<Body>) {
    let length = response.body().len();
    *response.body_mut() = Body::empty();
    let has_content = !matches!(
        response.status(),
        StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED
    );
    if let Some(length) = length.filter(|_| has_content) {
        response
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
}
