//! Signs of spam that are neither phrase nor run of letters.

use super::super::text::Text;
use super::super::token::TokenKind;

/// How many signs there are.
pub(super) const COUNT: usize = 6;

/// Which signs a text has, in a fixed order; what each is worth is fitted.
pub(super) fn of(text: &Text) -> [bool; COUNT] {
    [
        // Letters of two kinds within a word: a filter was to be deceived.
        text.mixed,
        text.decorated >= 4,
        // A name with a number behind it, as gambling sites have: `dora77`.
        has_numbered_name(text),
        // Letters kept apart, or digits for letters.
        text.undisguised().is_some(),
        // Nothing but a few words, as most honest comments are.
        text.count(TokenKind::Word) <= 3,
        text.count(TokenKind::Word) > 30,
    ]
}

/// Whether a word of four letters or more is followed at once, or after a blank, by two or three
/// digits.
fn has_numbered_name(text: &Text) -> bool {
    let is_numbered = |word: &str| {
        // Most words end with a letter, and are looked at no further.
        if !word
            .bytes()
            .next_back()
            .is_some_and(|last| last.is_ascii_digit())
        {
            return false;
        }
        let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
        let digits = word.len() - letters;
        letters >= 4
            && (2..=3).contains(&digits)
            && word.bytes().skip(letters).all(|byte| byte.is_ascii_digit())
    };
    let texts = std::iter::once(text).chain(text.undisguised());
    texts.into_iter().any(|text| {
        text.tokens()
            .iter()
            .any(|token| token.kind == TokenKind::Word && is_numbered(text.str(*token)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_number_is_noticed() {
        for (text, expected) in [
            ("main di dora77 malam ini", true),
            ("in 2019 we had 77", false),
            ("mp3 and b2b and 20th", false),
            ("since summer2019", false),
        ] {
            assert_eq!(of(&Text::read(text))[2], expected, "{text}");
        }
    }
}
