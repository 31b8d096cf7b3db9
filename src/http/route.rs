//! Which endpoint a path names, and what may be done with it.

use std::borrow::Cow;

use http::Method;
use percent_encoding::percent_decode_str;

/// An endpoint of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    Analyze,
    Status,
    Events,
    ManyEvents,
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
            Self::ManyEvents => "/api/events",
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

/// Finds the endpoint of nearly all requests, which neither looks for segments nor for escapes. What it does
/// not know, [`find`] may.
fn find_plain(path: &str) -> Option<(Endpoint, &str)> {
    const ID: usize = uuid::fmt::Hyphenated::LENGTH;
    if path == Endpoint::Analyze.template() {
        return Some((Endpoint::Analyze, ""));
    }
    let (endpoint, id) = if let Some(id) = path.strip_prefix("/api/status/") {
        (Endpoint::Status, id)
    } else {
        (Endpoint::Report, path.strip_prefix("/api/report/")?)
    };
    if id.len() != ID {
        return None;
    }
    // A count has no early exit, so the compiler can check many bytes at once.
    let odd = id.bytes().filter(|b| matches!(b, b'/' | b'%')).count();
    (odd == 0).then_some((endpoint, id))
}

/// Finds the endpoint of a path, and the segment that names a job (empty where none belongs).
///
/// Every resource has exactly one path: a trailing slash or a doubled one names nothing. Escapes are
/// decoded segment by segment, so that `%2F` never becomes a separator.
pub(super) fn find(path: &str) -> Option<(Endpoint, Cow<'_, str>)> {
    if let Some((endpoint, id)) = find_plain(path) {
        return Some((endpoint, id.into()));
    }
    let mut rest = path.strip_prefix('/')?.split('/').map(decoded);
    let segments: [_; 5] = std::array::from_fn(|_| rest.next());
    let endpoint = match segments.each_ref().map(Option::as_deref) {
        [Some("health"), None, ..] => Endpoint::Health,
        [Some("ready"), None, ..] => Endpoint::Ready,
        [Some("openapi.json"), None, ..] => Endpoint::OpenApi,
        [Some("api"), Some("analyze"), None, ..] => Endpoint::Analyze,
        [Some("api"), Some("events"), None, ..] => Endpoint::ManyEvents,
        [_, _, None | Some(""), ..] => return None,
        [Some("api"), Some("status"), _, None, _] => Endpoint::Status,
        [Some("api"), Some("status"), _, Some("events"), None] => Endpoint::Events,
        [Some("api"), Some("report"), _, None, _] => Endpoint::Report,
        [Some("api"), Some("cancel"), _, None, _] => Endpoint::Cancel,
        _ => return None,
    };
    let [_, _, id, ..] = segments;
    Some((endpoint, id.unwrap_or_default()))
}

/// What is not UTF-8 gets replacement characters, which no path of ours has.
fn decoded(segment: &str) -> Cow<'_, str> {
    percent_decode_str(segment).decode_utf8_lossy()
}

#[cfg(test)]
impl Endpoint {
    pub(super) const ALL: [Self; 9] = [
        Self::Analyze,
        Self::Status,
        Self::Events,
        Self::ManyEvents,
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
            assert_eq!(find(&path), Some((endpoint, id.into())), "{path}");
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
            "/api/events/",
            "/api/events/x",
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
    fn escapes_are_decoded_within_their_segment() {
        let status = |id: &'static str| Some((Endpoint::Status, id.into()));
        assert_eq!(find("/%61pi/%73tatus/a%2Db"), status("a-b"));
        assert_eq!(find("/api/status/a%2Fevents"), status("a/events"));
        assert_eq!(find("/api/status/%2561"), status("%61"));
        assert_eq!(find("/api%2Fstatus/a"), None);
        assert_eq!(find("/api/status/%ff"), status("\u{fffd}"));
        for odd in ["%", "%2", "%zz", "%ä1"] {
            assert_eq!(find(&format!("/api/status/{odd}")).unwrap().1, odd);
        }
    }

    #[test]
    fn plain_paths_are_those_whose_last_segment_is_as_long_as_an_id() {
        let id = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        let plain = |path: &str| find_plain(&path.replace("ID", id)).map(|(found, _)| found);
        assert_eq!(plain("/api/analyze"), Some(Endpoint::Analyze));
        assert_eq!(plain("/api/status/ID"), Some(Endpoint::Status));
        assert_eq!(plain("/api/report/ID"), Some(Endpoint::Report));
        // The last two are as long as an id, and name the events of a job and nothing.
        for other in [
            "/api/status/IDx",
            "/api/status/ID/events",
            "/api/status/%37e55044-10b1-426f-9247-bb680e5fe0",
            "/api/status/67e55044-10b1-426f-9247-bb680/events",
            "/api/report/67e55044-10b1-426f-9247-bb680/events",
        ] {
            assert_eq!(plain(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_path_is_read_without_panic(path in ".{0,40}") {
            let _ = find(&path);
        }
    }
}
