//! Which endpoint a path names, and what may be done with it.

use std::borrow::Cow;

use http::Method;

/// An endpoint of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    Analyze,
    Status,
    Events,
    Report,
    Cancel,
    Health,
    Ready,
    OpenApi,
}

impl Endpoint {
    /// Its path, as people write it.
    pub(super) const fn template(self) -> &'static str {
        match self {
            Self::Analyze => "/api/analyze",
            Self::Status => "/api/status/{job_id}",
            Self::Events => "/api/status/{job_id}/events",
            Self::Report => "/api/report/{job_id}",
            Self::Cancel => "/api/cancel/{job_id}",
            Self::Health => "/health",
            Self::Ready => "/ready",
            Self::OpenApi => "/openapi.json",
        }
    }

    const fn is_post(self) -> bool {
        matches!(self, Self::Analyze | Self::Cancel)
    }

    /// The value of `Allow`.
    pub(super) const fn allow(self) -> &'static str {
        if self.is_post() { "POST" } else { "GET, HEAD" }
    }

    pub(super) fn allows(self, method: &Method) -> bool {
        if self.is_post() {
            method == Method::POST
        } else {
            method == Method::GET || method == Method::HEAD
        }
    }
}

/// Finds the endpoint of a path, and the segment that names a job (empty where none belongs).
///
/// Every resource has exactly one path: a trailing slash or a doubled one names nothing. The
/// path must be [`normal`].
pub(super) fn find(path: &str) -> Option<(Endpoint, &str)> {
    let mut rest = path.strip_prefix('/')?.split('/');
    let segments: [_; 5] = std::array::from_fn(|_| rest.next());
    Some(match segments {
        [Some("health"), None, ..] => (Endpoint::Health, ""),
        [Some("ready"), None, ..] => (Endpoint::Ready, ""),
        [Some("openapi.json"), None, ..] => (Endpoint::OpenApi, ""),
        [Some("api"), Some("analyze"), None, ..] => (Endpoint::Analyze, ""),
        [_, _, None | Some(""), ..] => return None,
        [Some("api"), Some("status"), Some(id), None, _] => (Endpoint::Status, id),
        [Some("api"), Some("status"), Some(id), Some("events"), None] => (Endpoint::Events, id),
        [Some("api"), Some("report"), Some(id), None, _] => (Endpoint::Report, id),
        [Some("api"), Some("cancel"), Some(id), None, _] => (Endpoint::Cancel, id),
        _ => return None,
    })
}

/// Decodes what RFC 3986 (section 6.2.2.2) calls equivalent: escapes of letters, digits, `-`,
/// `.`, `_` and `~`. Every other escape stays, so that `%2F` never becomes a separator.
pub(super) fn normal(path: &str) -> Cow<'_, str> {
    if !path.contains('%') {
        return Cow::Borrowed(path);
    }
    let mut normal = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        normal.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(plain) = unreserved(rest) {
            normal.push(plain);
            rest = &rest[3..];
        } else {
            normal.push('%');
            rest = &rest[1..];
        }
    }
    normal.push_str(rest);
    Cow::Owned(normal)
}

/// The character of an escape such as `%2D` at the start of the text, if it needs no escape.
fn unreserved(text: &str) -> Option<char> {
    let hex = |at: usize| char::from(*text.as_bytes().get(at)?).to_digit(16);
    let code = u8::try_from(hex(1)? * 16 + hex(2)?).ok()?;
    let plain = char::from(code);
    (plain.is_ascii_alphanumeric() || "-._~".contains(plain)).then_some(plain)
}

#[cfg(test)]
impl Endpoint {
    pub(super) const ALL: [Self; 8] = [
        Self::Analyze,
        Self::Status,
        Self::Events,
        Self::Report,
        Self::Cancel,
        Self::Health,
        Self::Ready,
        Self::OpenApi,
    ];
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_endpoint_has_its_path() {
        for endpoint in Endpoint::ALL {
            let template = endpoint.template();
            let id = if template.contains("{job_id}") {
                "x"
            } else {
                ""
            };
            let path = template.replace("{job_id}", "x");
            assert_eq!(find(&path), Some((endpoint, id)), "{path}");
        }
    }

    #[test]
    fn near_misses_name_nothing() {
        for path in [
            "",
            "*",
            "/",
            "/api",
            "/api/",
            "/health/",
            "/Health",
            "/api/analyze/",
            "/api/analyze/x",
            "/api/status",
            "/api/status/",
            "/api/status/x/",
            "/api/status/x/y",
            "/api/status//events",
            "/api/status/x/events/",
            "/api/status/x/events/y",
            "/api/report/x/events",
            "health",
            "//api/status/x",
            "/api//status/x",
            "/api/jobs/x",
        ] {
            assert_eq!(find(path), None, "{path}");
        }
    }

    #[test]
    fn escapes_of_plain_characters_are_the_characters() {
        assert_eq!(normal("/%61pi/status/a%2Db"), "/api/status/a-b");
        assert_eq!(normal("/api%2Fstatus/a"), "/api%2Fstatus/a");
        assert_eq!(normal("%"), "%");
        assert_eq!(normal("%2"), "%2");
        assert_eq!(normal("%%61"), "%a");
        assert_eq!(normal("%ä1"), "%ä1");
    }

    proptest! {
        #[test]
        fn any_path_is_normalized_without_panic_and_gains_no_separator(path in ".{0,40}") {
            let normal = normal(&path);
            prop_assert_eq!(normal.matches('/').count(), path.matches('/').count());
            let _ = find(&normal);
        }
    }
}
