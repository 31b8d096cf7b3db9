//! Times.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use super::time_words::ago;
use crate::snapshot::{ApproximateTime, TimePrecision};

/// A value that is no time of our age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotATime;

/// A time, and how exact it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Exact(DateTime<Utc>),
    Rough(ApproximateTime),
}

impl When {
    pub(crate) const fn exact(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Exact(at) => Some(at),
            Self::Rough(_) => None,
        }
    }

    pub(crate) const fn rough(self) -> Option<ApproximateTime> {
        match self {
            Self::Exact(_) => None,
            Self::Rough(time) => Some(time),
        }
    }

    /// The time, if at least the day is known.
    pub(crate) fn day(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Exact(at) => Some(at),
            Self::Rough(time) => (time.precision == TimePrecision::Day).then_some(time.at),
        }
    }

    /// The same time as an estimate, whatever it looks like.
    pub(crate) const fn estimated(self) -> Self {
        let at = match self {
            Self::Exact(at) => at,
            Self::Rough(time) => time.at,
        };
        Self::Rough(ApproximateTime {
            at,
            precision: TimePrecision::Estimate,
        })
    }
}

/// Reads a JSON number: Unix time in seconds, milliseconds or microseconds, told apart by size.
/// Zero stands for unknown.
pub(super) fn from_number(json: &str) -> Result<Option<When>, NotATime> {
    let number = json.parse::<f64>().map_err(|_| NotATime)?;
    if number == 0.0 {
        return Ok(None);
    }
    let seconds = match number {
        n if n < 1e11 => n,
        n if n < 1e14 => n / 1e3,
        n => n / 1e6,
    };
    // The digits below a second say nothing that anybody looks at.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "within the bounds of a century"
    )]
    let whole = seconds as i64;
    let at = (0.0..1e11)
        .contains(&seconds)
        .then(|| DateTime::from_timestamp(whole, 0))
        .flatten();
    believed(When::Exact(at.ok_or(NotATime)?)).map(Some)
}

/// Reads text: RFC 3339 and its relatives, dates, Unix seconds, and words such as "3 weeks ago",
/// which are counted back from `captured_at`.
pub(super) fn from_text(
    text: &str,
    captured_at: Option<DateTime<Utc>>,
) -> Result<Option<When>, NotATime> {
    let text = text.trim();
    if super::unknown::says_unknown(text) {
        return Ok(None);
    }
    if text.bytes().all(|b| b.is_ascii_digit()) && text.len() != 8 {
        return from_number(text);
    }
    if let Some(when) = written_out(text).or_else(|| date(text)) {
        return believed(when).map(Some);
    }
    let back = ago(text).ok_or(NotATime)?;
    // Nobody knows from when to count back: the words are read, the time stays unknown.
    let Some(captured_at) = captured_at else {
        return Ok(None);
    };
    let at = captured_at.checked_sub_signed(back).ok_or(NotATime)?;
    believed(When::Exact(at).estimated()).map(Some)
}

/// The platforms are younger than 1990, and what lies centuries ahead is a slip.
fn believed(when: When) -> Result<When, NotATime> {
    let at = match when {
        When::Exact(at) => at,
        When::Rough(time) => time.at,
    };
    (631_152_000..7_258_118_400)
        .contains(&at.timestamp())
        .then_some(when)
        .ok_or(NotATime)
}

fn written_out(text: &str) -> Option<When> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(When::Exact(time.to_utc()));
    }
    // Instagram's own API leaves the colon of the zone out.
    for format in [
        "%Y-%m-%dT%H:%M:%S%.f%z",
        "%Y-%m-%d %H:%M:%S%.f%z",
        "%Y-%m-%d %H:%M:%S%.f %z",
    ] {
        if let Ok(time) = DateTime::parse_from_str(text, format) {
            return Some(When::Exact(time.to_utc()));
        }
    }
    let text = text.trim_end_matches(" UTC");
    ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .map(|time| When::Exact(time.and_utc()))
}

fn date(text: &str) -> Option<When> {
    [
        "%Y-%m-%d",
        "%Y%m%d",
        "%b %d, %Y",
        "%B %d, %Y",
        "%d %b %Y",
        "%d %B %Y",
    ]
    .iter()
    .find_map(|format| NaiveDate::parse_from_str(text, format).ok())
    .map(|date| {
        When::Rough(ApproximateTime {
            at: date.and_time(NaiveTime::MIN).and_utc(),
            precision: TimePrecision::Day,
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const AT: i64 = 1_757_930_400;

    fn exact() -> When {
        When::Exact(DateTime::from_timestamp(AT, 0).unwrap())
    }

    fn day(text: &str) -> When {
        let at = format!("{text}T00:00:00Z").parse().unwrap();
        let precision = TimePrecision::Day;
        When::Rough(ApproximateTime { at, precision })
    }

    #[test]
    fn the_same_second_is_read_in_every_spelling() {
        for number in [
            "1757930400",
            "1757930400.0",
            "1757930400000",
            "1757930400123",
            "1757930400000000",
        ] {
            assert_eq!(from_number(number), Ok(Some(exact())), "{number}");
        }
        for text in [
            "2025-09-15T10:00:00Z",
            "2025-09-15T12:00:00+02:00",
            "2025-09-15T10:00:00+0000",
            "2025-09-15 10:00:00",
            "2025-09-15 10:00:00 UTC",
            "2025-09-15 12:00:00 +0200",
            "2025-09-15T10:00:00",
            "1757930400",
            "1757930400000",
        ] {
            assert_eq!(from_text(text, None), Ok(Some(exact())), "{text}");
        }
        let millis = from_text("2025-09-15T10:00:00.000Z", None);
        assert_eq!(millis, Ok(Some(exact())));
    }

    #[test]
    fn dates_are_known_to_the_day() {
        for text in [
            "20250915",
            "2025-09-15",
            "Sep 15, 2025",
            "September 15, 2025",
            "15 Sep 2025",
        ] {
            assert_eq!(from_text(text, None), Ok(Some(day("2025-09-15"))), "{text}");
        }
    }

    #[test]
    fn words_are_estimates_and_need_a_time_to_count_back_from() {
        let captured = DateTime::from_timestamp(AT, 0);
        let estimate = from_text("3 weeks ago (edited)", captured)
            .unwrap()
            .unwrap();
        let When::Rough(time) = estimate else {
            panic!("{estimate:?}");
        };
        assert_eq!(time.precision, TimePrecision::Estimate);
        assert_eq!(time.at.timestamp(), AT - 21 * 86_400);
        assert_eq!(from_text("3 weeks ago", None), Ok(None));
    }

    #[test]
    fn what_is_no_time_of_our_age_is_refused_and_zero_is_unknown() {
        assert_eq!(from_number("0"), Ok(None));
        assert_eq!(from_text("", None), Ok(None));
        assert_eq!(from_text("None", None), Ok(None));
        for odd in ["-5", "1", "1e300", "7258118400"] {
            assert_eq!(from_number(odd), Err(NotATime), "{odd}");
        }
        for odd in [
            "yesterday-ish",
            "2025-13-01",
            "9999-01-01T00:00:00Z",
            "1066-10-14",
            "20251399",
            "5",
        ] {
            assert_eq!(from_text(odd, None), Err(NotATime), "{odd}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,24}", captured in proptest::option::of(any::<i64>())) {
            let captured = captured.and_then(|at| DateTime::from_timestamp(at, 0));
            let _ = from_text(&text, captured);
            let _ = from_number(&text);
        }
    }
}
