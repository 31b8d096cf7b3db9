//! Addresses of calls.

use std::fmt::Write as _;

use http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::LiveError;

/// What stands in a query as it is.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b',');

/// A path and a query. It is the same for the same call, and holds no secret.
pub(super) fn path(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut text = path.to_owned();
    for (at, (name, value)) in parameters.iter().enumerate() {
        let mark = if at == 0 { '?' } else { '&' };
        let value = utf8_percent_encode(value, ESCAPED);
        // Writing to a text cannot fail.
        let _ = write!(text, "{mark}{name}={value}");
    }
    text
}

/// Checks the address below which an API lives, and takes `/` from its end.
pub(super) fn base(base: &str) -> Result<String, LiveError> {
    let uri = base.parse::<Uri>().ok();
    let is_address = uri.is_some_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.query().is_none()
            && uri
                .authority()
                .is_some_and(|host| !host.as_str().contains('@'))
    });
    if !is_address || base.contains('#') {
        // What stands before `@` or behind `?` may be a secret, which must not be repeated.
        let shown = base.rsplit('@').next().unwrap_or_default();
        let shown = shown.split(['?', '#']).next().unwrap_or_default();
        let base = shown.to_owned();
        return Err(LiveError::Address { base });
    }
    Ok(base.trim_end_matches('/').to_owned())
}
