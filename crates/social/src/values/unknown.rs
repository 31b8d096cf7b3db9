//! Values that stand for "not known".

/// Whether a text is one of the words that tools write for "unknown".
pub(super) fn says_unknown(text: &str) -> bool {
    const WORDS: [&str; 8] = ["", "none", "null", "n/a", "na", "nan", "-", "hidden"];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}
