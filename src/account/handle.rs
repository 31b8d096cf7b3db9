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
/// Whatever the platform, a handle has 1 to 100 characters in Unicode's composed form (NFC): letters
/// and digits of any script, the marks that scripts such as Devanagari or Thai put on them, and
/// `.`, `_`, `-` and the middle dot. It does not begin with a mark. None of its characters is a
/// blank, invisible, a control or direction character, `:`, `/`, `{`, `}`, `@` or another character
/// with a meaning in keys and addresses. So it can stand in a key or a log line as it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Handle(Arc<str>);

impl Handle {
    /// The greatest number of characters in a handle of any platform.
    pub const MAX_CHARS: usize = 100;

    /// Takes a name that is canonical already: read back from a store, or passed by a platform's
    /// rules.
    ///
    /// # Errors
    /// [`InvalidTarget`] if the name breaks the rules that hold for every platform.
    pub fn canonical(name: &str) -> Result<Self, InvalidTarget> {
        if name.is_empty() {
            return Err(InvalidTarget::handle("is empty"));
        }
        if name.chars().count() > Self::MAX_CHARS {
            return Err(InvalidTarget::handle("is longer than 100 characters"));
        }
        // A mark at the start would be drawn on whatever stands before the handle.
        if !name.chars().all(is_allowed) || name.starts_with(is_combining_mark) {
            return Err(InvalidTarget::handle(
                "has a character other than letters, digits, '.', '_' and '-' (it may be an \
                 invisible one)",
            ));
        }
        if !name.is_ascii() && !is_nfc(name) {
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
fn is_allowed(c: char) -> bool {
    (c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '.' | '_' | '-' | '\u{b7}'))
        && !is_invisible(c)
}

/// Whether a letter or mark is usually drawn as nothing: those of Unicode's
/// `Default_Ignorable_Code_Point` that are not excluded already for being neither letter nor mark.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{34f}'                       // combining grapheme joiner
            | '\u{115f}' | '\u{1160}'   // Hangul fillers
            | '\u{17b4}' | '\u{17b5}'   // Khmer inherent vowels
            | '\u{180b}'..='\u{180f}'   // Mongolian variation selectors
            | '\u{3164}'                // Hangul filler
            | '\u{fe00}'..='\u{fe0f}'   // variation selectors
            | '\u{ffa0}'                // half-width Hangul filler
            | '\u{e0000}'..='\u{e0fff}' // variation selectors and tags
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
    fn characters_with_a_meaning_elsewhere_never_pass() {
        for c in
            "@:/\\{}[]()<>#?&=%+*!,;'\"`~^$| \t\r\n\0\u{7f}\u{a0}\u{2028}\u{3000}\u{2800}".chars()
        {
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
            assert!(!is_allowed(c), "{c:?}");
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
        assert!(read("\"a:b\"").is_err());
    }
}
