//! The page at `/`: one file, which loads nothing from elsewhere.

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Response};
use report_pipeline::http::Body;
use uuid::Uuid;

const PAGE: &str = include_str!("page.html");

/// Nothing runs or styles but what carries the answer's nonce, and no text can become HTML.
const POLICY: &str = "default-src 'none'; script-src 'nonce-{{nonce}}'; \
    style-src 'nonce-{{nonce}}'; img-src data:; connect-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
    trusted-types 'none'";

/// Answers a request for the page; everything else is the API's.
pub(crate) fn answer(head: &Parts) -> Option<Response<Body>> {
    if head.uri.path() != "/" || !matches!(head.method, Method::GET | Method::HEAD) {
        return None;
    }
    // Random, and used once: so the page is not cached.
    let nonce = Uuid::new_v4().simple().to_string();
    let with_nonce = |text: &str| text.replace("{{nonce}}", &nonce);
    let mut response = Response::new(with_nonce(PAGE).into_bytes().into());
    let policy = HeaderValue::try_from(with_nonce(POLICY)).expect("the policy is visible ASCII");
    response.headers_mut().extend([
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (CONTENT_SECURITY_POLICY, policy),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        ),
    ]);
    Some(response)
}
