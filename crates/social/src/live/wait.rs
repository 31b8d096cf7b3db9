//! How long until a quota begins anew.

use std::time::Duration;

use chrono::{DateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

/// How long it is until the next midnight of a time zone.
pub(super) fn until_midnight(zone: Tz, now: DateTime<Utc>) -> Duration {
    let day = now.with_timezone(&zone).date_naive();
    let next = day.succ_opt().unwrap_or(day).and_time(NaiveTime::MIN);
    // Where the clock is put forward at midnight, the day begins an hour later.
    let midnight = zone.from_local_datetime(&next).earliest();
    let wait = midnight.map(|midnight| midnight.to_utc() - now);
    wait.and_then(|wait| wait.to_std().ok())
        .unwrap_or(Duration::from_secs(24 * 60 * 60))
}

#[cfg(test)]
mod tests {
    use chrono_tz::{America::Los_Angeles, UTC};

    use super::*;

    fn hours(zone: Tz, now: &str) -> f64 {
        until_midnight(zone, now.parse().unwrap()).as_secs_f64() / 3600.0
    }

    #[test]
    fn midnight_pacific_follows_daylight_saving_time() {
        for (now, expected) in [
            // Winter: UTC-8. One second before, and at midnight itself.
            ("2026-01-15T07:59:59Z", 1.0 / 3600.0),
            ("2026-01-15T08:00:00Z", 24.0),
            // Summer: UTC-7.
            ("2026-07-01T07:00:00Z", 24.0),
            ("2026-07-01T06:00:00Z", 1.0),
            // The days on which the clock is changed have 23 and 25 hours.
            ("2026-03-08T08:00:00Z", 23.0),
            ("2026-11-01T07:00:00Z", 25.0),
            ("2027-03-14T08:00:00Z", 23.0),
        ] {
            let found = hours(Los_Angeles, now);
            assert!((found - expected).abs() < 1e-6, "{now}: {found}");
        }
    }

    #[test]
    fn midnight_in_utc_is_at_most_a_day_away() {
        assert!((hours(UTC, "2026-03-08T23:00:00Z") - 1.0).abs() < 1e-9);
        assert!((hours(UTC, "2026-03-08T00:00:00Z") - 24.0).abs() < 1e-9);
    }
}
