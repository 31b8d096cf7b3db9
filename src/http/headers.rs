//! Reads and writes the header fields that the service knows.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::Request;
use http::header::{
    CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH,
};

use crate::job::Version;

pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
pub(super) const PREFER: HeaderName = HeaderName::from_static("prefer");
pub(super) const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
pub(super) const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
pub(super) const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// Returns the caller's request id if it is valid (1 to 64 letters, digits, `.`, `_` or `-`), else a
/// new one: 16 hexadecimal digits, counted up from where this process began by chance. It only ties log
/// lines together, so others may guess the next one.
pub(super) fn request_id(callers: Option<&HeaderValue>) -> HeaderValue {
    static NEXT: LazyLock<AtomicU64> = LazyLock::new(|| AtomicU64::new(fastrand::u64(..)));
    let is_valid = |value: &&HeaderValue| {
        let id = value.as_bytes();
        (1..=64).contains(&id.len())
            && id
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(b))
    };
    if let Some(callers) = callers.filter(is_valid) {
        return callers.clone();
    }
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let digit = |place| b"0123456789abcdef"[(number >> (60 - 4 * place) & 15) as usize];
    let hex: [u8; 16] = std::array::from_fn(digit);
    HeaderValue::from_bytes(&hex).expect("hexadecimal digits are visible ASCII")
}

/// The entity tag of a job's status: its version.
pub(super) fn version_tag(version: Version) -> HeaderValue {
    let mut tag = [b'"'; 22];
    let first = put_number(version.number(), &mut tag[1..21]);
    HeaderValue::from_bytes(&tag[first..]).expect("only visible ASCII is written")
}

/// Writes a number to the end of a buffer and returns how many bytes before it are left. The general formatter, or the
/// conversion of the crate `http`, costs as much as a header field.
fn put_number(number: u64, buffer: &mut [u8]) -> usize {
    let (mut left, mut first) = (number, buffer.len());
    loop {
        first -= 1;
        buffer[first] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            return first;
        }
    }
}

/// A wait in whole seconds, rounded up, 1 at least.
pub(super) fn seconds(wait: Duration) -> HeaderValue {
    let whole = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let mut digits = [0; 20];
    let first = put_number(whole.max(1), &mut digits);
    HeaderValue::from_bytes(&digits[first..]).expect("digits are visible ASCII")
}

/// Whether `If-None-Match` names the entity tag `current` (RFC 9110, section 13.1.2): a list of
/// tags compared weakly, or `*`.
pub(super) fn none_match(headers: &HeaderMap, current: &HeaderValue) -> bool {
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .any(|list| names_tag(list.as_bytes(), current.as_bytes()))
}

fn names_tag(list: &[u8], current: &[u8]) -> bool {
    let mut rest = list.trim_ascii();
    if rest == b"*" {
        return true;
    }
    loop {
        while let [b' ' | b'\t' | b',', after @ ..] = rest {
            rest = after;
        }
        let tag = rest.strip_prefix(b"W/").unwrap_or(rest);
        let Some(end) = tag
            .strip_prefix(b"\"")
            .and_then(|opaque| opaque.iter().position(|b| *b == b'"'))
        else {
            return false;
        };
        let (tag, after) = tag.split_at(end + 2);
        if tag == current {
            return true;
        }
        rest = after;
    }
}

/// The version that a client of an event stream has seen last. Anything but a version counts as
/// absent: the client then gets the present state, which is always right.
pub(super) fn last_event_id(headers: &HeaderMap) -> Option<Version> {
    let id = headers.get(LAST_EVENT_ID)?.to_str().ok()?;
    let digits = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| id.parse().ok().map(Version::from_number))?
}

/// The `wait` preference (RFC 7240, section 4.3), `max` at most. Of several the first counts; one
/// that is not a whole number of seconds counts as absent.
pub(super) fn preferred_wait(headers: &HeaderMap, max: Duration) -> Option<Duration> {
    let wait = headers
        .get_all(PREFER)
        .iter()
        .filter_map(|list| list.to_str().ok())
        .flat_map(|list| list.split(','))
        .find_map(|preference| {
            let preference = preference.split(';').next()?;
            let (name, value) = preference.split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case("wait")
                .then(|| value.trim())
        })?;
    let digits = wait
        .strip_prefix('"')
        .and_then(|quoted| quoted.strip_suffix('"'))
        .unwrap_or(wait);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // A number with more digits than fit is a long wait.
    let seconds = digits.parse().unwrap_or(u64::MAX);
    Some(Duration::from_secs(seconds).min(max))
}

/// The value of `Preference-Applied` for a wait.
pub(super) fn wait_applied(wait: Duration) -> HeaderValue {
    let text = format!("wait={}", wait.as_secs());
    HeaderValue::try_from(text).expect("only visible ASCII is written")
}

/// Whether the body is declared as JSON that is not compressed. Who declares it twice may not agree with
/// us on which one counts (RFC 9110, section 5.3).
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let mut declared = headers.get_all(CONTENT_TYPE).iter();
    let (Some(media_type), None) = (declared.next(), declared.next()) else {
        return false;
    };
    // Nearly every request says exactly this.
    let json = media_type == "application/json" || media_type.to_str().is_ok_and(names_json);
    let plain = headers
        .get(CONTENT_ENCODING)
        .is_none_or(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"));
    json && plain
}

fn names_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let essence = essence.as_bytes();
    essence.eq_ignore_ascii_case(b"application/json")
        || (essence.len() > b"application/+json".len()
            && essence[..12].eq_ignore_ascii_case(b"application/")
            && essence[essence.len() - 5..].eq_ignore_ascii_case(b"+json"))
}

/// Whether a request names its host as HTTP/1.1 requires: once, with the characters of a host
/// (RFC 9112, section 3.2). HTTP/1.0 does not require it.
pub(super) fn has_valid_host<B>(request: &Request<B>) -> bool {
    if request.version() < http::Version::HTTP_11 {
        return true;
    }
    let mut hosts = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    host.as_bytes().iter().all(|b| IN_HOSTS[usize::from(*b)])
}

/// The characters that RFC 3986 allows in a host and a port. `@` is not one: no user name.
const IN_HOSTS: [bool; 256] = {
    let mut allowed = [false; 256];
    let punctuation = b"-._~!$&'()*+,;=:[]%";
    let mut n = 0;
    while n < punctuation.len() {
        allowed[punctuation[n] as usize] = true;
        n += 1;
    }
    let mut b = 0_u8;
    while b < 128 {
        allowed[b as usize] |= b.is_ascii_alphanumeric();
        b += 1;
    }
    allowed
};

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use proptest::prelude::*;

    use super::*;

    fn with(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::try_from(value).unwrap())])
    }

    fn wait(value: &str) -> Option<u64> {
        preferred_wait(&with(PREFER, value), Duration::from_secs(30)).map(|wait| wait.as_secs())
    }

    #[test]
    fn valid_request_ids_are_kept_and_others_replaced() {
        let given = |id: &str| request_id(Some(&HeaderValue::try_from(id).unwrap()));
        for valid in ["a", "7b3f.A_c-9", &"x".repeat(64)] {
            assert_eq!(given(valid), valid);
        }
        for odd in ["", "a b", "a\tb", "<script>", "ä", &"x".repeat(65)] {
            let id = given(odd);
            assert_ne!(id, odd);
            assert_eq!(id.len(), 16);
        }
        assert_ne!(request_id(None), request_id(None));
    }

    #[test]
    fn entity_tags_are_compared_weakly_over_the_whole_list() {
        let current = version_tag(Version::from_number(7));
        assert_eq!(current, "\"7\"");
        for list in [
            "*",
            " * ",
            "\"7\"",
            "W/\"7\"",
            "\"1\",\"7\"",
            "\"a,b\" , W/\"7\"",
            ",\"7\",",
        ] {
            assert!(none_match(&with(IF_NONE_MATCH, list), &current), "{list}");
        }
        for list in [
            "", "7", "\"77\"", "\"7", "w/\"7\"", "\"*\"", "\"1\", *", "\"1\" 7",
        ] {
            assert!(!none_match(&with(IF_NONE_MATCH, list), &current), "{list}");
        }
        assert!(!none_match(&HeaderMap::new(), &current));
        let longest = version_tag(Version::from_number(u64::MAX));
        assert_eq!(longest.len(), 22);
    }

    #[test]
    fn the_wait_preference_is_read_as_rfc_7240_writes_it() {
        assert_eq!(wait("wait=10"), Some(10));
        assert_eq!(wait("Wait = \"10\""), Some(10));
        assert_eq!(wait("respond-async, wait=5; strict, wait=9"), Some(5));
        assert_eq!(wait("wait=0"), Some(0));
        assert_eq!(wait("wait=31"), Some(30));
        assert_eq!(wait("wait=99999999999999999999999"), Some(30));
        for ignored in ["wait", "wait=", "wait=-1", "wait=1.5", "wait=x", "await=3"] {
            assert_eq!(wait(ignored), None, "{ignored}");
        }
    }

    #[test]
    fn only_a_version_is_a_last_event_id() {
        let seen = |value| last_event_id(&with(LAST_EVENT_ID, value));
        assert_eq!(seen("7"), Some(Version::from_number(7)));
        assert_eq!(
            seen("18446744073709551615"),
            Some(Version::from_number(u64::MAX))
        );
        for other in ["", "-1", "+1", " 7", "7a", "\"7\"", "18446744073709551616"] {
            assert_eq!(seen(other), None, "{other}");
        }
    }

    #[test]
    fn waits_are_whole_seconds_and_never_under_one() {
        assert_eq!(seconds(Duration::ZERO), "1");
        assert_eq!(seconds(Duration::from_millis(1001)), "2");
        assert_eq!(seconds(Duration::from_secs(60)), "60");
    }

    #[test]
    fn only_plain_json_is_json() {
        for json in [
            "application/json",
            "Application/JSON ; charset=utf-8",
            "application/vnd.api+json",
        ] {
            assert!(is_json(&with(CONTENT_TYPE, json)), "{json}");
        }
        for other in ["text/json", "application/jsonp", "application/+json", ""] {
            assert!(!is_json(&with(CONTENT_TYPE, other)), "{other}");
        }
        assert!(!is_json(&HeaderMap::new()));
        let mut twice = with(CONTENT_TYPE, "application/json");
        twice.append(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        assert!(!is_json(&twice));
        let mut packed = with(CONTENT_TYPE, "application/json");
        packed.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        assert!(!is_json(&packed));
    }

    proptest! {
        #[test]
        fn any_header_is_read_without_panic(value in prop::collection::vec(32..=255u8, 0..60)) {
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                let mut headers = HeaderMap::new();
                for name in [PREFER, IF_NONE_MATCH, CONTENT_TYPE, LAST_EVENT_ID] {
                    headers.insert(name, value.clone());
                }
                let _ = request_id(Some(&value));
                let _ = none_match(&headers, &version_tag(Version::FIRST));
                let _ = preferred_wait(&headers, Duration::from_secs(30));
                let _ = last_event_id(&headers);
                let _ = is_json(&headers);
            }
        }
    }
}
