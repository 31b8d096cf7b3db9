//! The fields that every response of this service has.

use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, ETAG, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives a response of this service's own what one of the library has: who asked twice reads the same log line in
/// both.
pub(crate) async fn complete(mut request: Request, next: Next) -> Response {
    let callers = request.headers().get(X_REQUEST_ID);
    let id = match callers.filter(|id| is_valid(id.as_bytes())) {
        Some(id) => id.clone(),
        None => new_id(),
    };
    request.headers_mut().insert(X_REQUEST_ID, id.clone());
    let mut response = next.run(request).await;
    let fields = response.headers_mut();
    fields.insert(X_REQUEST_ID, id);
    fields
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    fields.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    weaken_tag(&mut response);
    response
}

/// As the library reads them: 1 to 64 letters, digits, `.`, `_` or `-`.
fn is_valid(id: &[u8]) -> bool {
    (1..=64).contains(&id.len())
        && id
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(b))
}

fn new_id() -> HeaderValue {
    let id = uuid::Uuid::new_v4().simple().to_string();
    HeaderValue::try_from(id).expect("hexadecimal digits are visible ASCII")
}

/// Weakens the entity tag of a compressed response: a strong one promises the same bytes (RFC 9110, section
/// 8.8.3.3). Both forms match in `If-None-Match`.
fn weaken_tag(response: &mut Response) {
    if response.headers().contains_key(CONTENT_ENCODING)
        && let Some(tag) = response.headers().get(ETAG)
        && !tag.as_bytes().starts_with(b"W/")
        && let Ok(weak) = HeaderValue::from_bytes(&[b"W/", tag.as_bytes()].concat())
    {
        response.headers_mut().insert(ETAG, weak);
    }
}
