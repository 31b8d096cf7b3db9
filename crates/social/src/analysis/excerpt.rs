//! Text as the report quotes it.

use unicode_normalization::char::is_combining_mark;

/// A quotation for the report: one line, at most `max` characters, without control, direction and
/// other invisible characters, and without towers of combining marks.
pub(crate) fn excerpt(text: &str, max: usize) -> String {
    let mut out = String::new();
    let (mut length, mut marks, mut blank) = (0, 0, false);
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            blank = !out.is_empty();
            continue;
        }
        if is_invisible(c) {
            continue;
        }
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        if marks > 2 {
            continue;
        }
        if length + usize::from(blank) >= max {
            out.push('\u{2026}');
            break;
        }
        if blank {
            out.push(' ');
            length += 1;
            blank = false;
        }
        out.push(c);
        length += 1;
    }
    out
}

/// Direction marks, zero-width characters, tags and the like. The zero-width joiner stays: it
/// holds emoji together.
pub(super) const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_excerpt_is_short_and_shows_nothing_invisible() {
        let hostile = "a\0b\u{202e}c\n\nd\u{200f}e\u{301}\u{301}\u{301}\u{301}";
        assert_eq!(excerpt(hostile, 200), "a bc de\u{301}\u{301}");
        assert_eq!(excerpt(&"x".repeat(500), 5), "xxxxx\u{2026}");
        assert_eq!(excerpt(" \n ", 5), "");
        assert_eq!(excerpt("a   ", 1), "a");
    }

    proptest! {
        #[test]
        fn an_excerpt_keeps_its_bound(text in any::<String>(), max in 1usize..50) {
            let quoted = excerpt(&text, max);
            prop_assert!(quoted.chars().count() <= max + 1);
            prop_assert!(!quoted.chars().any(|c| c.is_control() || is_invisible(c)));
        }
    }
}
