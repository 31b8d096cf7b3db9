//! Folding: every text in plain lower case.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use super::excerpt::is_invisible;

/// The text in lower case, without accents, apostrophes and invisible characters, and with plain
/// letters for decorative ones.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        // Most characters are ASCII: whole runs of them are copied at once.
        let plain = rest
            .bytes()
            .position(|byte| !byte.is_ascii() || matches!(byte, b'\'' | b'`'))
            .unwrap_or(rest.len());
        let start = out.len();
        out.push_str(&rest[..plain]);
        out[start..].make_ascii_lowercase();
        let mut chars = rest[plain..].chars();
        let Some(special) = chars.next() else {
            return out;
        };
        // Marks are dropped, so their canonical order does not matter.
        decompose_compatible(special, |part| push_folded(&mut out, part));
        rest = chars.as_str();
    }
}

fn push_folded(out: &mut String, c: char) {
    let dropped = is_combining_mark(c)
        || is_invisible(c)
        || matches!(
            c,
            '\'' | '`' | '\u{200d}' | '\u{2019}' | '\u{2018}' | '\u{b4}' | '\u{fe0f}'
        );
    if dropped {
        return;
    }
    match small_capital(c) {
        Some(plain) => out.push(plain),
        None => out.extend(c.to_lowercase()),
    }
}

/// Letters that look like small capitals are a common disguise, and no Unicode form undoes them.
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
