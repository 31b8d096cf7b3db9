//! Times in words, such as "3 weeks ago".

use chrono::TimeDelta;

/// How far back the words point; `None` if they are not of this kind.
///
/// `YouTube` writes them in the language of whoever asked; these are the English ones, which tools
/// ask for.
pub(super) fn ago(text: &str) -> Option<TimeDelta> {
    let text = text.to_lowercase();
    let text = text.trim_end_matches("(edited)").trim_end();
    let mut words = text
        .strip_suffix("ago")?
        .split_whitespace()
        // "Streamed 3 weeks ago", "Premiered 2 days ago"
        .skip_while(|word| matches!(*word, "streamed" | "premiered" | "posted" | "updated"));
    let number = match words.next()? {
        "a" | "an" | "one" => 1,
        word => word.parse::<u32>().ok()?,
    };
    let unit = words.next()?.trim_end_matches('s');
    if words.next().is_some() {
        return None;
    }
    let seconds = match unit {
        "second" | "sec" => 1,
        "minute" | "min" => 60,
        "hour" | "hr" | "h" => 3_600,
        "day" | "d" => 86_400,
        "week" | "w" => 7 * 86_400,
        // The mean lengths of the calendar.
        "month" | "mo" => 2_629_746,
        "year" | "yr" | "y" => 31_556_952,
        _ => return None,
    };
    TimeDelta::try_seconds(i64::from(number) * seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_with_and_without_ornaments() {
        let days = |text| ago(text).map(|back| back.num_days());
        assert_eq!(days("3 weeks ago"), Some(21));
        assert_eq!(days("3 weeks ago (edited)"), Some(21));
        assert_eq!(days("Streamed 1 day ago"), Some(1));
        assert_eq!(days("a year ago"), Some(365));
        assert_eq!(days("10 months ago"), Some(304));
        for other in [
            "ago",
            "weeks ago",
            "3 fortnights ago",
            "3 weeks",
            "-1 days ago",
            "3 whole weeks ago",
        ] {
            assert_eq!(ago(other), None, "{other}");
        }
    }
}
