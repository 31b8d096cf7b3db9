//! Counts.

/// The greatest count that is believed. No platform has counted that far.
pub(crate) const MAX_COUNT: u64 = 1_000_000_000_000_000;

/// A count, as a source writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) value: u64,
    /// Whether it was written out; "25.6K" is not exact.
    pub(crate) exact: bool,
}

/// What a value says about a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    Known(Count),
    /// -1, which tools write for "hidden".
    MinusOne,
    /// Words such as "None" or "N/A", or nothing.
    Unknown,
}

/// Reads a JSON number: a whole one from 0 to 10^15, whether or not it is written with a point.
pub(super) fn from_number(json: &str) -> Option<Counted> {
    if let Ok(value) = json.parse::<u64>() {
        return believed(value, true);
    }
    let value = json.parse::<f64>().ok()?;
    if (value + 1.0).abs() < f64::EPSILON {
        return Some(Counted::MinusOne);
    }
    whole(value).and_then(|value| believed(value, true))
}

/// Reads text: digits, digits in groups of three, or a short form such as "25.6K".
pub(super) fn from_text(text: &str) -> Option<Counted> {
    let text = text.trim();
    if super::unknown::says_unknown(text) {
        return Some(Counted::Unknown);
    }
    if text == "-1" {
        return Some(Counted::MinusOne);
    }
    let (digits, factor) = match text.char_indices().next_back()? {
        (at, 'k' | 'K') => (&text[..at], 1e3),
        (at, 'm' | 'M') => (&text[..at], 1e6),
        (at, 'b' | 'B') => (&text[..at], 1e9),
        _ => return grouped(text).and_then(|value| believed(value, true)),
    };
    let digits = digits.trim_end();
    // In a short form a comma is a decimal point in half of the world; nothing groups there.
    if !digits.starts_with(|c: char| c.is_ascii_digit())
        || !digits
            .bytes()
            .all(|b| b.is_ascii_digit() || b".,".contains(&b))
    {
        return None;
    }
    let value: f64 = digits.replace(',', ".").parse().ok()?;
    whole((value * factor).round()).and_then(|value| believed(value, false))
}

fn believed(value: u64, exact: bool) -> Option<Counted> {
    (value <= MAX_COUNT).then_some(Counted::Known(Count { value, exact }))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the number is whole and within the bounds"
)]
fn whole(value: f64) -> Option<u64> {
    (value.fract() == 0.0 && (0.0..=1e15).contains(&value)).then_some(value as u64)
}

/// Digits, or digits in groups of three. One group behind a point alone is refused: "1.204" is a
/// thousand in one country and a little more than one in the next.
fn grouped(text: &str) -> Option<u64> {
    let is_separator =
        |c: char| matches!(c, ',' | '.' | '\'' | '\u{2019}' | '_') || c.is_whitespace();
    let Some(separator) = text.chars().find(|c| is_separator(*c)) else {
        return digits(text);
    };
    let groups: Vec<&str> = text.split(separator).collect();
    let well_formed = groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3);
    if !well_formed || (separator == '.' && groups.len() == 2) {
        return None;
    }
    digits(&groups.concat())
}

fn digits(text: &str) -> Option<u64> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn exact(value: u64) -> Counted {
        Counted::Known(Count { value, exact: true })
    }

    fn rounded(value: u64) -> Counted {
        let exact = false;
        Counted::Known(Count { value, exact })
    }

    #[test]
    fn numbers_are_whole_and_within_bounds() {
        assert_eq!(from_number("0"), Some(exact(0)));
        assert_eq!(from_number("612.0"), Some(exact(612)));
        assert_eq!(from_number("1e3"), Some(exact(1000)));
        assert_eq!(from_number("1000000000000000"), Some(exact(MAX_COUNT)));
        assert_eq!(from_number("-1"), Some(Counted::MinusOne));
        assert_eq!(from_number("-1.0"), Some(Counted::MinusOne));
        for odd in [
            "-2",
            "1.5",
            "1000000000000001",
            "1e300",
            "18446744073709551616",
            "true",
        ] {
            assert_eq!(from_number(odd), None, "{odd}");
        }
    }

    #[test]
    fn texts_are_read_with_their_separators_and_short_forms() {
        for (text, expected) in [
            ("1873", exact(1873)),
            (" 25600 ", exact(25_600)),
            ("1,710,167,563", exact(1_710_167_563)),
            ("1.710.167", exact(1_710_167)),
            ("1 204", exact(1204)),
            ("1\u{202f}204", exact(1204)),
            ("1'204", exact(1204)),
            ("25.6K", rounded(25_600)),
            ("25,6k", rounded(25_600)),
            ("1.2 M", rounded(1_200_000)),
            ("3B", rounded(3_000_000_000)),
            ("", Counted::Unknown),
            ("None", Counted::Unknown),
            ("n/a", Counted::Unknown),
            ("-1", Counted::MinusOne),
        ] {
            assert_eq!(from_text(text), Some(expected), "{text:?}");
        }
        for odd in [
            "1.204", "12,34", "1,2345", "many", "K", "1.2.3K", "-5", "0x10", "1e3", "infM", "٣",
        ] {
            assert_eq!(from_text(odd), None, "{odd:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_back_or_refused(value in 0_u64..=MAX_COUNT, text in ".{0,12}") {
            prop_assert_eq!(from_number(&value.to_string()), Some(exact(value)));
            prop_assert_eq!(from_text(&value.to_string()), Some(exact(value)));
            let _ = (from_number(&text), from_text(&text));
        }
    }
}
