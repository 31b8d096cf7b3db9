//! Durations such as `P1DT2H3M4S` (ISO 8601).

use crate::values::Object;

/// The field's seconds.
pub(super) fn seconds(object: &Object<'_>, key: &str) -> Option<f64> {
    let text = object.name(key)?;
    parse(&text).or_else(|| object.fault(key, "is not a duration such as PT10M12S"))
}

fn parse(text: &str) -> Option<f64> {
    let rest = text.strip_prefix('P')?;
    let (days, time) = rest.split_once('T').unwrap_or((rest, ""));
    let mut seconds = 0.0;
    for (part, units) in [
        (days, &[('W', 604_800.0), ('D', 86_400.0)][..]),
        (time, &[('H', 3_600.0), ('M', 60.0), ('S', 1.0)][..]),
    ] {
        let mut part = part;
        for (unit, length) in units {
            if let Some((number, after)) = part.split_once(*unit) {
                if !number.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
                    return None;
                }
                seconds += number.parse::<f64>().ok()? * length;
                part = after;
            }
        }
        if !part.is_empty() {
            return None;
        }
    }
    (rest.bytes().any(|b| b.is_ascii_digit()) && seconds < 1e9).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_may_have_days_and_weeks() {
        for (text, expected) in [
            ("PT10M12S", Some(612.0)),
            ("P1DT2H", Some(93_600.0)),
            ("P0D", Some(0.0)),
            ("PT1.5S", Some(1.5)),
            ("P1W", Some(604_800.0)),
            ("P", None),
            ("PT", None),
            ("PT5", None),
            ("10:12", None),
            ("PTxM", None),
            ("PT-5M", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
