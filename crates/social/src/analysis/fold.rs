//! Folding: every text in plain lower case.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};
use unicode_security::skeleton;

use super::excerpt::is_invisible;
use super::tokenize::is_picture;

/// A folded text, and how much of it was written in letters made to be seen and not to be found.
#[derive(Debug, Default)]
pub(super) struct Folded {
    pub(super) text: String,
    /// How many letters were decorative ones: bold, circled, squared, small capitals.
    pub(super) decorated: usize,
    /// Whether one word mixes such letters, or look-alikes of another script, with plain ones.
    pub(super) mixed: bool,
    /// Whether some words stand between single quotation marks. Apostrophes are none.
    pub(super) quotes: bool,
}

/// The text in lower case, without accents, apostrophes and invisible characters, with plain
/// letters for decorative ones, and with the letters of one script in a word that mixes two.
pub(super) fn fold(text: &str) -> Folded {
    let mut folded = Folded {
        text: String::with_capacity(text.len()),
        ..Folded::default()
    };
    let mut rest = text;
    let (mut foreign, mut opened) = (false, false);
    loop {
        // Most characters are ASCII: whole runs of them are copied at once.
        let plain = plain_length(rest.as_bytes());
        let start = folded.text.len();
        folded.text.push_str(&rest[..plain]);
        folded.text[start..].make_ascii_lowercase();
        let mut chars = rest[plain..].chars();
        let Some(special) = chars.next() else {
            break;
        };
        if matches!(special, '\'' | '\u{2018}' | '\u{2019}') {
            let before = folded.text.chars().next_back();
            let inside = chars.as_str().starts_with(char::is_alphanumeric);
            folded.quotes |= opened && !inside && before.is_some_and(|c| !c.is_whitespace());
            opened |= inside && !before.is_some_and(char::is_alphanumeric);
        }
        if is_picture(special) {
            folded.text.push(special);
        } else if let Some(letter) = decorative(special) {
            folded.decorated += 1;
            let before = rest[..plain].bytes().next_back();
            let after = chars.as_str().bytes().next();
            let is_plain = |byte: Option<u8>| byte.is_some_and(|b| b.is_ascii_alphabetic());
            folded.mixed |= is_plain(before) || is_plain(after);
            folded.text.push(letter);
        } else {
            foreign |= matches!(special, '\u{370}'..='\u{52f}' | '\u{13a0}'..='\u{13ff}');
            // Marks are dropped, so their canonical order does not matter.
            decompose_compatible(special, |part| push_folded(&mut folded.text, part));
        }
        rest = chars.as_str();
    }
    if foreign {
        unmix(&mut folded);
    }
    folded
}

/// How many bytes come before the first that is not ASCII, or an apostrophe.
fn plain_length(bytes: &[u8]) -> usize {
    let is_special =
        |byte: &u8| u8::from(!byte.is_ascii()) | u8::from(*byte == b'\'') | u8::from(*byte == b'`');
    // Without a branch for each byte, the compiler looks at all of a piece at once.
    let (pieces, _) = bytes.as_chunks::<16>();
    let is_plain = |piece: &[u8; 16]| piece.iter().fold(0, |any, byte| any | is_special(byte)) == 0;
    let start = 16 * pieces.iter().take_while(|piece| is_plain(piece)).count();
    let more = bytes[start..].iter().position(|byte| is_special(byte) != 0);
    more.map_or(bytes.len(), |more| start + more)
}

fn push_folded(out: &mut String, c: char) {
    let dropped = is_combining_mark(c)
        || is_invisible(c)
        || matches!(
            c,
            '\'' | '`' | '\u{200d}' | '\u{2019}' | '\u{2018}' | '\u{b4}' | '\u{fe0f}'
        );
    if !dropped {
        out.extend(c.to_lowercase());
    }
}

/// The plain letter behind a decorative one. Unicode decomposes bold and circled letters, but
/// neither small capitals nor white letters on black.
fn decorative(c: char) -> Option<char> {
    let from = |first: u32| char::from_u32(u32::from('a') + (u32::from(c) - first));
    match c {
        '\u{1d400}'..='\u{1d7ff}'
        | '\u{ff21}'..='\u{ff5a}'
        | '\u{24b6}'..='\u{24e9}'
        | '\u{1f110}'..='\u{1f149}'
        | '\u{2100}'..='\u{214f}' => {
            let mut plain = None;
            decompose_compatible(c, |part| {
                if part.is_ascii_alphabetic() {
                    plain = Some(part.to_ascii_lowercase());
                }
            });
            plain
        }
        '\u{1f150}'..='\u{1f169}' => from(0x1f150),
        '\u{1f170}'..='\u{1f189}' => from(0x1f170),
        _ => small_capital(c),
    }
}

/// Letters that look like small capitals.
fn small_capital(c: char) -> Option<char> {
    const DISGUISED: &str = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ";
    const PLAIN: &[u8] = b"abcdefghijklmnopqrstuvwyz";
    if !matches!(c, '\u{1d00}'..='\u{1d22}' | '\u{250}'..='\u{2af}' | '\u{a730}' | '\u{a731}' | 'ǫ')
    {
        return None;
    }
    let index = DISGUISED.chars().position(|d| d == c)?;
    PLAIN.get(index).map(|b| char::from(*b))
}

/// Gives each word that mixes Latin with Cyrillic or Greek letters the letters of the script that
/// most of it is in. A word of one script stays as it is, however much it looks like another's.
fn unmix(folded: &mut Folded) {
    let mut out = String::with_capacity(folded.text.len());
    for piece in folded.text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let latin = piece.bytes().filter(u8::is_ascii_alphabetic).count();
        let other = piece.chars().filter(|c| is_other_script(*c)).count();
        if latin == 0 || other == 0 {
            out.push_str(piece);
            continue;
        }
        folded.mixed = true;
        for c in piece.chars() {
            match (latin >= other, c) {
                (true, c) if is_other_script(c) => out.extend(look_alike(c)),
                (false, c) if c.is_ascii_alphabetic() => out.push(cyrillic(c)),
                _ => out.push(c),
            }
        }
    }
    folded.text = out;
}

const fn is_other_script(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{52f}' | '\u{13a0}'..='\u{13ff}')
}

/// What a letter looks like, by Unicode's table of confusables (UTS 39), if that is a Latin letter.
fn look_alike(c: char) -> impl Iterator<Item = char> {
    let mut buffer = [0; 4];
    let shape: Vec<char> = skeleton(c.encode_utf8(&mut buffer)).collect();
    let is_latin = shape.iter().all(char::is_ascii_alphabetic) && !shape.is_empty();
    let letters = if is_latin { shape } else { vec![c] };
    letters.into_iter().flat_map(char::to_lowercase)
}

/// The other way there is no table: UTS 39 leads to Latin letters only.
const fn cyrillic(c: char) -> char {
    match c {
        'a' => 'а',
        'b' => 'в',
        'c' => 'с',
        'e' => 'е',
        'h' => 'н',
        'k' => 'к',
        'm' => 'м',
        'o' => 'о',
        'p' => 'р',
        't' => 'т',
        'x' => 'х',
        'y' => 'у',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_disguise_of_a_letter_is_folded_away() {
        for (disguised, plain) in [
            ("ᴍᴀᴅᴇ 𝓂𝒶𝒹𝑒 ｍａｄｅ ⓜⓐⓓⓔ", "made made made made"),
            ("🅼🅰🅳🅴 🅜🅐🅓🅔", "made made"),
            ("tеlеgrаm", "telegram"),
            ("зарaбoтoк", "заработок"),
            ("Привет, Ада", "привет, ада"),
            ("crème brûlée Łódź", "creme brulee łodz"),
            ("don’t", "dont"),
        ] {
            assert_eq!(fold(disguised).text, plain, "{disguised}");
        }
    }

    proptest! {
        #[test]
        fn a_plain_run_ends_before_its_first_special_byte(text in "[a-z !]{0,50}['`é]?[a-z'é]{0,9}") {
            let bytes = text.as_bytes();
            let special = |byte: &u8| *byte >= 128 || matches!(byte, b'\'' | b'`');
            let first = bytes.iter().position(special).unwrap_or(bytes.len());
            prop_assert_eq!(plain_length(bytes), first);
        }
    }

    #[test]
    fn quotation_marks_are_told_from_apostrophes() {
        for text in ["he said 'go home' to us", "‘go home’", "'go home!'"] {
            assert!(fold(text).quotes, "{text}");
        }
        for text in [
            "don't, I won't",
            "the boys' club",
            "'tis a long way",
            "rock 'n roll",
        ] {
            assert!(!fold(text).quotes, "{text}");
        }
    }

    #[test]
    fn decorated_letters_are_counted_and_mixed_words_noticed() {
        let of = |text| {
            let folded = fold(text);
            (folded.decorated, folded.mixed)
        };
        assert_eq!(of("P𝗨L𝗔U57"), (2, true));
        assert_eq!(of("𝐥𝐨𝐯𝐞 it"), (4, false));
        assert_eq!(of("tеlegram"), (0, true));
        assert_eq!(of("Приве́т and hello"), (0, false));
    }
}
