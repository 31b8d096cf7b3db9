//! The trace that a request belongs to: the header fields of W3C Trace Context.

use std::borrow::Cow;

use http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::store::TraceContext;

pub(super) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
pub(super) const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// The length of a `traceparent` of version 00. Later versions may only append to it.
const LENGTH: usize = 55;

/// Returns the trace of a request. A `traceparent` that cannot be read is as good as none (section 2.2),
/// and a `tracestate` that cannot be read is dropped by itself (section 2.3.2).
pub(super) fn trace_context(headers: &HeaderMap) -> Option<TraceContext> {
    let mut parents = headers.get_all(TRACEPARENT).iter();
    // Several are none: nobody could tell which one counts.
    let (Some(parent), None) = (parents.next(), parents.next()) else {
        return None;
    };
    let parent = as_version_00(parent.to_str().ok()?)?;
    let trace = TraceContext::new(&parent).ok()?;
    let with_state = state(headers).and_then(|state| trace.clone().with_state(&state).ok());
    Some(with_state.unwrap_or(trace))
}

/// A `traceparent` of a later version, read as one of version 00 as far as that goes: with the bit that
/// says whether the trace is sampled, and without what follows (section 4.3).
fn as_version_00(parent: &str) -> Option<Cow<'_, str>> {
    let version = parent.split_once('-')?.0;
    if version == "00" {
        return Some(parent.into());
    }
    let is_hex = |text: &str| text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let known = parent.get(..LENGTH)?;
    let ends = parent.len() == LENGTH || parent.as_bytes()[LENGTH] == b'-';
    if version.len() != 2 || !is_hex(version) || version == "ff" || !ends {
        return None;
    }
    let (ids, flags) = known.get(3..)?.rsplit_once('-')?;
    let flags = is_hex(flags).then(|| u8::from_str_radix(flags, 16).ok())??;
    Some(format!("00-{ids}-{:02x}", flags & 1).into())
}

/// All `tracestate` fields as one list.
fn state(headers: &HeaderMap) -> Option<String> {
    let fields: Result<Vec<&str>, _> = headers
        .get_all(TRACESTATE)
        .iter()
        .map(HeaderValue::to_str)
        .collect();
    Some(fields.ok()?.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn read(fields: &[(&'static str, &str)]) -> Option<TraceContext> {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        trace_context(&headers)
    }

    fn parent(value: &str) -> Option<String> {
        read(&[("traceparent", value)]).map(|trace| trace.traceparent().to_owned())
    }

    #[test]
    fn a_valid_trace_is_read_and_any_other_is_none() {
        assert_eq!(parent(PARENT).as_deref(), Some(PARENT));
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[("tracestate", "a=1")]), None);
        assert_eq!(
            read(&[("traceparent", PARENT), ("traceparent", PARENT)]),
            None
        );
        for wrong in [
            "",
            "00",
            "-",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ] {
            assert_eq!(parent(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_later_version_is_read_as_far_as_it_is_known() {
        let known = &PARENT[2..];
        assert_eq!(parent(&format!("01{known}")).as_deref(), Some(PARENT));
        assert_eq!(
            parent(&format!("cc{known}-what-follows")).as_deref(),
            Some(PARENT)
        );
        // Of its flags the known bit.
        let flags = format!("01{}", known.replace("-01", "-fe"));
        assert_eq!(
            parent(&flags).as_deref(),
            Some(&*PARENT.replace("-01", "-00"))
        );
        for wrong in [
            "01",
            "0g-",
            "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        ] {
            assert_eq!(parent(wrong), None, "{wrong}");
        }
        assert_eq!(parent(&format!("01{known}.x")), None);
        assert_eq!(parent(&format!("01{}", known.replace("-01", "-0g"))), None);
    }

    #[test]
    fn a_state_is_one_list_and_dropped_by_itself() {
        let state = |states: &[&str]| {
            let states = states.iter().map(|state| ("tracestate", *state));
            let fields: Vec<_> = std::iter::once(("traceparent", PARENT))
                .chain(states)
                .collect();
            read(&fields)
                .expect("the trace itself is sound")
                .tracestate()
                .map(str::to_owned)
        };
        assert_eq!(state(&["a=1,b=2", "c=3"]).as_deref(), Some("a=1,b=2,c=3"));
        assert_eq!(state(&[]), None);
        assert_eq!(state(&[&"x".repeat(513)]), None);
        assert_eq!(state(&["a=1\u{e9}"]), None);
    }
}
