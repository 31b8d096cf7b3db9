//! The page and the policy that it is sent with.

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderName, HeaderValue, Response};
use http_body_util::Full;
use uuid::Uuid;

const PAGE: &str = include_str!("page.html");

/// Nothing runs and nothing styles but what carries the response's nonce, and no text can become
/// HTML.
const POLICY: &str = "default-src 'none'; script-src 'nonce-{{nonce}}'; \
    style-src 'nonce-{{nonce}}'; img-src data:; connect-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
    trusted-types 'none'";

/// Returns the page with its headers.
///
/// The content-security policy and the page share a nonce that is new in each response, so a
/// response must not be used twice; its headers forbid caches to keep it.
#[must_use]
#[allow(
    clippy::missing_panics_doc,
    reason = "the policy and its nonce are visible ASCII"
)]
pub fn response() -> Response<Full<Bytes>> {
    let nonce = Uuid::new_v4().simple().to_string();
    let with_nonce = |text: &str| text.replace("{{nonce}}", &nonce);
    let mut response = Response::new(Full::from(with_nonce(PAGE)));
    let policy = HeaderValue::try_from(with_nonce(POLICY)).expect("the policy is visible ASCII");
    let text = HeaderValue::from_static;
    response.headers_mut().extend([
        (CONTENT_TYPE, text("text/html; charset=utf-8")),
        (CONTENT_SECURITY_POLICY, policy),
        (X_CONTENT_TYPE_OPTIONS, text("nosniff")),
        (REFERRER_POLICY, text("no-referrer")),
        (CACHE_CONTROL, text("no-store")),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            text("same-origin"),
        ),
    ]);
    response
}
