//! How much of its limits the API says is used.

use std::time::Duration;

use http::HeaderMap;

use crate::values::{Faults, Object};

/// From so many percent on no further page is asked for: who goes on is locked out for an hour.
const BRAKE: f64 = 90.0;

/// Whether a limit is nearly reached, by the header `X-App-Usage`.
pub(super) fn is_nearly_used_up(headers: &HeaderMap) -> bool {
    let Some(usage) = header(headers, "x-app-usage") else {
        return false;
    };
    let faults = Faults::default();
    Object::document(&usage, &faults).is_some_and(|usage| {
        ["call_count", "total_cputime", "total_time"]
            .iter()
            .filter_map(|key| usage.ratio(key))
            .any(|percent| percent >= BRAKE)
    })
}

/// How long until requests are accepted again, by the header `X-Business-Use-Case-Usage`: an object
/// with a list for each business, of which the longest wait counts.
pub(super) fn regained(headers: &HeaderMap) -> Option<Duration> {
    let usage = header(headers, "x-business-use-case-usage")?;
    let usage: serde_json::Value = serde_json::from_str(&usage).ok()?;
    let lists = usage
        .as_object()?
        .values()
        .filter_map(|list| list.as_array());
    let minutes = lists
        .flatten()
        .filter_map(|entry| entry.get("estimated_time_to_regain_access")?.as_u64())
        .max()?;
    (minutes > 0).then(|| Duration::from_secs(minutes.saturating_mul(60)))
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(
            http::HeaderName::from_static(name),
            http::HeaderValue::from_static(value),
        )])
    }

    #[test]
    fn a_limit_is_nearly_used_up_from_90_percent_of_any_count_on() {
        let used = |value| is_nearly_used_up(&headers("x-app-usage", value));
        assert!(!used(
            r#"{"call_count":89,"total_cputime":12,"total_time":5}"#
        ));
        assert!(used(
            r#"{"call_count":2,"total_cputime":90,"total_time":5}"#
        ));
        assert!(!used("soon"));
        assert!(!is_nearly_used_up(&HeaderMap::new()));
    }

    #[test]
    fn the_longest_wait_of_all_businesses_counts() {
        let wait = |value| regained(&headers("x-business-use-case-usage", value));
        let value = r#"{"1":[{"type":"pages","estimated_time_to_regain_access":5}],
            "2":[{"estimated_time_to_regain_access":7},{"estimated_time_to_regain_access":0}]}"#;
        let value: &'static str = Box::leak(value.replace('\n', " ").into_boxed_str());
        assert_eq!(wait(value), Some(Duration::from_secs(420)));
        assert_eq!(
            wait(r#"{"1":[{"estimated_time_to_regain_access":0}]}"#),
            None
        );
        assert_eq!(wait("soon"), None);
    }
}
