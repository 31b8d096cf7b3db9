//! The wait that a platform names in its answer.

use std::time::{Duration, SystemTime};

/// The longest wait that is read: 31 days, so that a month's quota fits.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(31 * 24 * 60 * 60);

/// Reads the value of a `Retry-After` header: a number of seconds, or a date in one of the three forms
/// of HTTP ([RFC 9110, sections 5.6.7 and 10.2.3]).
///
/// Returns how long to wait from `now` on, zero for a date that is over, and 31 days for everything
/// longer. `None` if the value is neither.
///
/// [RFC 9110, sections 5.6.7 and 10.2.3]: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
///
/// # Example
/// ```
/// use std::time::{Duration, SystemTime};
/// use report_pipeline::{PhaseError, retry_after};
///
/// // With a client of your own: `response.headers().get("retry-after")`.
/// let value = "120";
/// let wait = retry_after(value, SystemTime::now());
/// assert_eq!(wait, Some(Duration::from_secs(120)));
/// let error = PhaseError::rate_limited("the platform limits our requests", wait);
/// # assert!(error.is_retryable());
/// ```
#[must_use]
pub fn retry_after(value: impl AsRef<[u8]>, now: SystemTime) -> Option<Duration> {
    let value = std::str::from_utf8(value.as_ref()).ok()?.trim();
    let wait = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // Digits only: what cannot be parsed is too long.
        value.parse().map_or(LONGEST_WAIT, Duration::from_secs)
    } else {
        let date = httpdate::parse_http_date(value).ok()?;
        date.duration_since(now).unwrap_or(Duration::ZERO)
    };
    Some(wait.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT, the example of the RFC.
    const EXAMPLE: u64 = 784_111_777;

    fn read(value: &str) -> Option<u64> {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(EXAMPLE - 90);
        retry_after(value, now).map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_and_the_three_forms_of_dates_are_read() {
        assert_eq!(read("0"), Some(0));
        assert_eq!(read(" 120 "), Some(120));
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT"), Some(90));
        assert_eq!(read("Sunday, 06-Nov-94 08:49:37 GMT"), Some(90));
        assert_eq!(read("Sun Nov  6 08:49:37 1994"), Some(90));
        assert_eq!(read("Sun, 06 Nov 1994 08:40:00 GMT"), Some(0));
    }

    #[test]
    fn a_long_wait_is_cut_however_long_its_number_is() {
        let longest = Some(LONGEST_WAIT.as_secs());
        assert_eq!(read("99999999"), longest);
        assert_eq!(read(&"9".repeat(400)), longest);
        assert_eq!(read("Sat, 06 Nov 2094 08:49:37 GMT"), longest);
    }

    #[test]
    fn what_is_no_wait_is_none() {
        for value in ["", " ", "-1", "1.5", "+3", "soon", "12 s", "1e3", "٣"] {
            assert_eq!(read(value), None, "{value}");
        }
        assert_eq!(retry_after([0xff, 0xfe], SystemTime::now()), None);
    }
}
