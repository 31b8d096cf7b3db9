//! Which endpoint a path names, and what may be done with it.

use std::borrow::Cow;

use http::Method;

/// An endpoint of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    Analyze,
    Status,
    Report,
    Cancel,
    Health,
}

impl Endpoint {
    /// The value of `Allow`.
    pub(super) const fn allow(self) -> &'static str {
        match self {
            Self::Analyze | Self::Cancel => "POST",
            Self::Status | Self::Report | Self::Health => "GET, HEAD",
        }
    }

    pub(super) fn allows(self, method: &Method) -> bool {
        match self {
            Self::Analyze | Self::Cancel => method == Method::POST,
            Self::Status | Self::Report | Self::Health => {
                method == Method::GET || method == Method::HEAD
            }
        }
    }
}

/// Finds the endpoint of a path, and the segment that names a job (empty where none belongs).
///
/// Every resource has exactly one path: a trailing slash or a doubled one names nothing. The
/// path must be [`normal`].
pub(super) fn find(path: &str) -> Option<(Endpoint, &str)> {
    if path == "/health" {
        return Some((Endpoint::Health, ""));
    }
    let rest = path.strip_prefix("/api/")?;
    if rest == "analyze" {
        return Some((Endpoint::Analyze, ""));
    }
    let (collection, id) = rest.split_once('/')?;
    if id.is_empty() || id.contains('/') {
        return None;
    }
    let endpoint = match collection {
        "status" => Endpoint::Status,
        "report" => Endpoint::Report,
        "cancel" => Endpoint::Cancel,
        _ => return None,
    };
    Some((endpoint, id))
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
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_endpoint_has_its_path() {
        assert_eq!(find("/health"), Some((Endpoint::Health, "")));
        assert_eq!(find("/api/analyze"), Some((Endpoint::Analyze, "")));
        assert_eq!(find("/api/status/x"), Some((Endpoint::Status, "x")));
        assert_eq!(find("/api/report/x"), Some((Endpoint::Report, "x")));
        assert_eq!(find("/api/cancel/x"), Some((Endpoint::Cancel, "x")));
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
