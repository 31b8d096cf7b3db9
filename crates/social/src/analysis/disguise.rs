//! Disguises made of plain characters: digits for letters, and letters kept apart.

/// A second reading of a folded text: `fr33` as `free`, `w.h.a.t.s.a.p.p` as `whatsapp`; `None` if
/// there is nothing to read otherwise.
///
/// It is only ever a second reading: `4k`, `b2b` and `u.s.a.` are no disguises, and digits mean
/// digits more often than not.
pub(super) fn second_reading(folded: &str) -> Option<String> {
    let (apart, spelled) = hints(folded);
    let joined = if apart { joined(folded) } else { None };
    let text = joined.as_deref().unwrap_or(folded);
    let spelled = if spelled { spelled_out(text) } else { None };
    spelled.or(joined)
}

/// Whether four single letters stand side by side, and whether there is a digit or sign that may stand for a
/// letter: most texts have neither, and are looked at no further.
fn hints(text: &str) -> (bool, bool) {
    // The kinds of the last eight characters, two bits each: a sign, a letter, and so on, four times.
    const APART: u16 = 0x1111 * LETTER as u16;
    let (mut last, mut all, mut apart) = (0u16, 0u8, false);
    for byte in text.bytes() {
        let class = CLASSES[usize::from(byte)];
        all |= class;
        last = last << 2 | u16::from(class & (LETTER | DIGIT));
        apart |= last == APART;
    }
    (apart, all & STANDS_FOR_LETTER != 0)
}

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const STANDS_FOR_LETTER: u8 = 4;

/// What each byte is, as bits.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0u8;
    loop {
        let own = if byte.is_ascii_alphabetic() {
            LETTER
        } else if byte.is_ascii_digit() {
            DIGIT
        } else {
            0
        };
        let stands = match letter_for(byte) {
            Some(_) => STANDS_FOR_LETTER,
            None => 0,
        };
        classes[byte as usize] = own | stands;
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    classes
};

/// The least number of single letters that make a word of a row of them.
const LEAST_LETTERS: usize = 4;

/// Rows of single letters with one and the same sign between them, as words.
fn joined(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
    let is_sign = |at: usize| {
        let byte = bytes.get(at).copied().unwrap_or_default();
        matches!(byte, b' ' | b'.' | b'-' | b'_' | b'*' | b'|' | b'+' | b',')
    };
    let mut out: Option<String> = None;
    let (mut at, mut copied) = (0, 0);
    while at < bytes.len() {
        let starts =
            is_letter(at) && is_sign(at + 1) && (at == 0 || !bytes[at - 1].is_ascii_alphanumeric());
        if !starts {
            at += 1;
            continue;
        }
        let sign = bytes[at + 1];
        let mut letters = 1;
        while bytes.get(at + 2 * letters - 1) == Some(&sign)
            && is_letter(at + 2 * letters)
            && !bytes
                .get(at + 2 * letters + 1)
                .is_some_and(u8::is_ascii_alphabetic)
        {
            letters += 1;
        }
        if letters >= LEAST_LETTERS {
            let out = out.get_or_insert_with(|| String::with_capacity(text.len()));
            out.push_str(&text[copied..at]);
            out.extend((0..letters).map(|n| char::from(bytes[at + 2 * n])));
            copied = at + 2 * letters - 1;
        }
        at += 2 * letters - 1;
    }
    let mut out = out?;
    out.push_str(&text[copied..]);
    Some(out)
}

/// Digits and signs between letters, or before a letter, as the letters they look like.
fn spelled_out(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out: Option<Vec<u8>> = None;
    // Most characters stand for nothing: they are passed by the table.
    let stands = |byte: &u8| CLASSES[usize::from(*byte)] & STANDS_FOR_LETTER != 0;
    let mut next = 0;
    while let Some(gap) = bytes[next..].iter().position(stands) {
        let at = next + gap;
        next = at + 1;
        let Some(letter) = letter_for(bytes[at]) else {
            continue;
        };
        let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        // `fr33`: a second digit in a row reads on as long as a letter is beside the pair.
        let pair = bytes.get(at + 1).is_some_and(|next| *next == bytes[at])
            && !bytes.get(at + 2).is_some_and(u8::is_ascii_digit);
        let after = is_letter(bytes.get(at + 1))
            || (pair && at > 0 && bytes[at].is_ascii_digit())
            || before == Some(&bytes[at]) && bytes[at].is_ascii_digit();
        let sign = !bytes[at].is_ascii_digit();
        let starts_word =
            sign && !before.is_some_and(u8::is_ascii_alphanumeric) && bytes[at] == b'$';
        let before_is_letter = is_letter(before)
            || before.is_some_and(|b| letter_for(*b).is_some())
                && at >= 2
                && is_letter(bytes.get(at - 2));
        if after && (before_is_letter || starts_word) {
            out.get_or_insert_with(|| bytes.to_vec())[at] = letter;
        }
    }
    // Only ASCII bytes were changed, into ASCII bytes.
    out.and_then(|bytes| String::from_utf8(bytes).ok())
}

const fn letter_for(byte: u8) -> Option<u8> {
    Some(match byte {
        b'0' => b'o',
        b'1' | b'!' => b'i',
        b'3' => b'e',
        b'4' | b'@' => b'a',
        b'5' | b'$' => b's',
        b'7' => b't',
        b'8' => b'b',
        b'|' => b'l',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn digits_and_signs_between_letters_are_letters() {
        for (disguised, read) in [
            ("fr33 m0ney", "free money"),
            ("b1tc0in", "bitcoin"),
            ("$ubscribe to my ch@nnel", "subscribe to my channel"),
            ("t3l3gr4m", "telegram"),
            ("te|egr@m", "telegram"),
        ] {
            assert_eq!(second_reading(disguised).as_deref(), Some(read));
        }
    }

    #[test]
    fn letters_kept_apart_are_a_word() {
        for (disguised, read) in [
            ("w.h.a.t.s.a.p.p me", "whatsapp me"),
            ("m a w a r 36", "mawar 36"),
            ("on t-e-l-e-g-r-a-m now", "on telegram now"),
        ] {
            assert_eq!(second_reading(disguised).as_deref(), Some(read));
        }
    }

    #[test]
    fn ordinary_digits_and_initials_are_left_alone() {
        for text in [
            "4k video",
            "in 2019 i was 20",
            "u.s.a. today",
            "i a m",
            "dora19",
            "$500 or 10k",
            "20th",
        ] {
            assert_eq!(second_reading(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,60}|[a-z0-9$@. ]{0,60}") {
            let _ = second_reading(&text);
        }
    }
}
