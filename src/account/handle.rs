//! The name of an account.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::is_nfc;

use super::InvalidTarget;

/// The canonical name of an account on its platform, such as `nasa`.
///
/// Two handles that mean the same account are equal: the platform's rules
/// ([`PlatformRules`](super::PlatformRules)) have already dropped the `@`, brought the letters to
/// one case and one Unicode form, and refused what the platform does not allow. Made with
/// [`Platforms::target`](super::Platforms::target) from what people type.
///
/// Whatever the platform, a handle has 1 to 200 printable characters in Unicode's composed form (NFC), such
/// as `alice@mastodon.social` or `example.com/a?b=c`; what a platform's rules allow of that is up to them. It
/// begins with no mark and has no blank at either end. None of its characters is a control or direction
/// character, invisible, or a blank other than the space. So it can stand in a log line as it is; a store
/// escapes what has a meaning in its keys.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Handle(Arc<str>);

impl Handle {
    /// The greatest number of characters in a handle of any platform.
    pub const MAX_CHARS: usize = 200;

    /// Takes a name that is canonical already: read back from a store, or passed by a platform's
    /// rules.
    ///
    /// # Errors
    /// [`InvalidTarget`] if the name breaks the rules that hold for every platform.
    pub fn canonical(name: &str) -> Result<Self, InvalidTarget> {
        if name.is_empty() {
            return Err(InvalidTarget::handle("is empty"));
        }
        if name.len() > Self::MAX_CHARS && name.chars().count() > Self::MAX_CHARS {
            return Err(InvalidTarget::handle("is longer than 200 characters"));
        }
        // Nearly every name.
        let is_plain = name.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        // A mark at the start would be drawn on whatever stands before the handle.
        let is_printed =
            is_plain || name.chars().all(is_printable) && !name.starts_with(is_combining_mark);
        if !is_printed {
            return Err(InvalidTarget::handle(
                "has a character that cannot be printed (it may be an invisible one)",
            ));
        }
        if name.starts_with(' ') || name.ends_with(' ') {
            return Err(InvalidTarget::handle("has a blank at its beginning or end"));
        }
        if !is_plain && !is_nfc(name) {
            return Err(InvalidTarget::handle(
                "is not in Unicode's composed form (NFC)",
            ));
        }
        Ok(Self(name.into()))
    }

    /// The handle as text, without `@`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a character may stand in a handle of any platform.
fn is_printable(c: char) -> bool {
    !c.is_control() && (c == ' ' || !c.is_whitespace()) && !is_invisible(c)
}

/// Whether a character is usually drawn as nothing, or changes the direction of others: Unicode's
/// `Default_Ignorable_Code_Point` and `Bidi_Control`, the Braille blank, and what is for private use or no
/// character.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'                        // soft hyphen
            | '\u{34f}'                 // combining grapheme joiner
            | '\u{61c}'                 // Arabic letter mark
            | '\u{115f}' | '\u{1160}'   // Hangul fillers
            | '\u{17b4}' | '\u{17b5}'   // Khmer inherent vowels
            | '\u{180b}'..='\u{180f}'   // Mongolian variation selectors
            | '\u{200b}'..='\u{200f}'   // zero-width characters and direction marks
            | '\u{202a}'..='\u{202e}'   // directions
            | '\u{2060}'..='\u{206f}'   // joiners, invisible operators, directions
            | '\u{2800}'                // Braille blank
            | '\u{3164}'                // Hangul filler
            | '\u{e000}'..='\u{f8ff}'   // private use
            | '\u{fdd0}'..='\u{fdef}'   // no characters
            | '\u{fe00}'..='\u{fe0f}'   // variation selectors
            | '\u{feff}'                // byte order mark
            | '\u{ffa0}'                // half-width Hangul filler
            | '\u{fff0}'..='\u{ffff}'   // annotations, no characters
            | '\u{1bca0}'..='\u{1bca3}' // shorthand controls
            | '\u{1d173}'..='\u{1d17a}' // musical controls
            | '\u{e0000}'..='\u{10ffff}' // variation selectors, tags, private use
    )
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl TryFrom<String> for Handle {
    type Error = InvalidTarget;

    fn try_from(name: String) -> Result<Self, InvalidTarget> {
        Self::canonical(&name)
    }
}

impl From<Handle> for String {
    fn from(handle: Handle) -> Self {
        handle.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_of_many_scripts_pass() {
        for name in [
            "nasa",
            "a.b_c-d\u{b7}e",
            "łódź",
            "россия",
            "日本語",
            "한국어",
            "नमस्ते",
            "ภาษาไทย",
            "தமிழ்",
            "עברית",
            "العربية",
            "q\u{301}",
        ] {
            assert!(Handle::canonical(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn any_printable_text_passes() {
        for name in [
            "alice@mastodon.social",
            "example.com/a?b=c&d=%7B{}#e",
            "ACME Inc.",
            "a:b",
            "😀",
        ] {
            assert!(Handle::canonical(name).is_ok(), "{name}");
        }
        for name in [" a", "a ", " "] {
            assert!(Handle::canonical(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn blanks_and_controls_never_pass() {
        for c in "\t\r\n\0\u{7f}\u{a0}\u{2028}\u{3000}\u{2800}".chars() {
            assert!(Handle::canonical(&format!("a{c}b")).is_err(), "{c:?}");
        }
    }

    // `Default_Ignorable_Code_Point` and `Bidi_Control` of Unicode 17, whole.
    #[test]
    fn invisible_and_direction_characters_never_pass() {
        let invisible = [
            '\u{ad}'..='\u{ad}',
            '\u{34f}'..='\u{34f}',
            '\u{61c}'..='\u{61c}',
            '\u{115f}'..='\u{1160}',
            '\u{17b4}'..='\u{17b5}',
            '\u{180b}'..='\u{180f}',
            '\u{200b}'..='\u{200f}',
            '\u{202a}'..='\u{202e}',
            '\u{2060}'..='\u{206f}',
            '\u{3164}'..='\u{3164}',
            '\u{fe00}'..='\u{fe0f}',
            '\u{feff}'..='\u{feff}',
            '\u{ffa0}'..='\u{ffa0}',
            '\u{fff0}'..='\u{fff8}',
            '\u{1bca0}'..='\u{1bca3}',
            '\u{1d173}'..='\u{1d17a}',
            '\u{e0000}'..='\u{e0fff}',
        ];
        for c in invisible.into_iter().flatten() {
            assert!(Handle::canonical(&format!("a{c}b")).is_err(), "{c:?}");
        }
    }

    #[test]
    fn blanks_and_controls_of_all_of_unicode_never_pass() {
        for c in (char::MIN..=char::MAX).filter(|c| c.is_whitespace() || c.is_control()) {
            assert!(c == ' ' || !is_printable(c), "{c:?}");
        }
    }

    #[test]
    fn a_mark_needs_a_letter_to_stand_on() {
        assert!(Handle::canonical("\u{301}a").is_err());
    }

    #[test]
    fn two_spellings_of_one_name_cannot_both_be_canonical() {
        assert!(Handle::canonical("é").is_ok());
        assert!(Handle::canonical("e\u{301}").is_err());
    }

    #[test]
    fn length_counts_characters() {
        assert!(Handle::canonical(&"日".repeat(Handle::MAX_CHARS)).is_ok());
        assert!(Handle::canonical(&"日".repeat(Handle::MAX_CHARS + 1)).is_err());
        assert!(Handle::canonical("").is_err());
    }

    #[test]
    fn reading_back_applies_the_rules() {
        let read = |json: &str| serde_json::from_str::<Handle>(json);
        assert_eq!(read("\"nasa\"").unwrap().as_str(), "nasa");
        assert!(read(r#""a\nb""#).is_err());
    }
}
