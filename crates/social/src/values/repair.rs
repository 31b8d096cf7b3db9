//! Making what is nearly JSON into JSON.

/// Mends a JSON text in place, byte for byte of the same length, so that one broken character does
/// not cost the whole document:
///
/// - half of a surrogate pair (`"\ud83d"`: an emoji that was cut in two) becomes U+FFFD;
/// - a control character inside a text becomes a blank;
/// - `NaN` and `Infinity`, which Python writes, become an empty text, which means unknown.
pub(crate) fn repair(json: &mut [u8]) {
    let mut at = 0;
    let mut in_text = false;
    while at < json.len() {
        match json[at] {
            b'"' => in_text = !in_text,
            b'\\' if in_text => {
                at += escape(&mut json[at..]);
                continue;
            }
            byte if in_text && byte < 0x20 => json[at] = b' ',
            b'N' | b'I' if !in_text => {
                at += not_a_number(&mut json[at..]);
                continue;
            }
            b'-' if !in_text && json[at + 1..].starts_with(b"Infinity") => {
                json[at] = b' ';
            }
            _ => {}
        }
        at += 1;
    }
}

/// Mends the escape at the start, and returns its length.
fn escape(text: &mut [u8]) -> usize {
    let Some(unit) = unit(text) else {
        return 2;
    };
    match unit {
        0xD800..=0xDBFF => match text.get(6..).and_then(self::unit) {
            Some(0xDC00..=0xDFFF) => 12,
            _ => {
                text[2..6].copy_from_slice(b"fffd");
                6
            }
        },
        0xDC00..=0xDFFF => {
            text[2..6].copy_from_slice(b"fffd");
            6
        }
        _ => 6,
    }
}

/// The UTF-16 unit that a `\uXXXX` escape at the start stands for.
fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(br"\u")?.get(..4)?;
    let digits = str::from_utf8(digits).ok()?;
    u16::from_str_radix(digits, 16).ok()
}

fn not_a_number(json: &mut [u8]) -> usize {
    for word in [&b"NaN"[..], b"Infinity"] {
        if json.starts_with(word) {
            json[..word.len()].fill(b' ');
            json[..2].copy_from_slice(b"\"\"");
            return word.len();
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn repaired(json: &str) -> String {
        let mut bytes = json.as_bytes().to_vec();
        repair(&mut bytes);
        assert_eq!(bytes.len(), json.len());
        String::from_utf8(bytes).expect("only ASCII was changed")
    }

    #[test]
    fn what_python_and_a_cut_leave_behind_becomes_json() {
        for (json, expected) in [
            (r#"["\ud83d"]"#, "[\"\u{fffd}\"]"),
            (r#"["\udE42x"]"#, "[\"\u{fffd}x\"]"),
            (r#"["\ud83d\ud83d\ude42"]"#, "[\"\u{fffd}🙂\"]"),
            (r#"["\ud83d\ude42"]"#, "[\"🙂\"]"),
            (r#"["\\ud83d"]"#, r#"["\\ud83d"]"#),
            ("[\"a\tb\nc\"]", r#"["a b c"]"#),
            ("[NaN, -Infinity, Infinity]", r#"["","",""]"#),
            (
                r#"["NaN","Infinity -Infinity"]"#,
                r#"["NaN","Infinity -Infinity"]"#,
            ),
        ] {
            let value: Value = serde_json::from_str(&repaired(json)).expect(json);
            let expected: Value = serde_json::from_str(expected).unwrap();
            assert_eq!(value, expected, "{json}");
        }
    }

    proptest! {
        #[test]
        fn good_json_stays_as_it_is(texts in proptest::collection::vec(any::<String>(), 0..6)) {
            let json = serde_json::to_string(&texts).unwrap();
            prop_assert_eq!(repaired(&json), json);
        }

        #[test]
        fn no_bytes_panic(mut bytes in proptest::collection::vec(
            prop_oneof![Just(b'"'), Just(b'\\'), Just(b'u'), Just(b'd'), Just(b'8'), Just(b'N'), any::<u8>()], 0..40)) {
            repair(&mut bytes);
        }
    }
}
