//! Text as the heuristics see it: folded to plain lower case, cut into tokens.
//!
//! Comments are hostile input. Whoever calls bounds the length (see [`clip`]); everything here is
//! linear in it and never panics.

use super::disguise::second_reading;
use super::fold::fold;
use super::token::{Token, TokenKind};
use super::tokenize::tokenize;

/// A text, folded and cut into tokens.
#[derive(Debug)]
pub(super) struct Text {
    folded: String,
    tokens: Vec<Token>,
    words: usize,
    /// How many decorative letters it has.
    pub(super) decorated: usize,
    /// Whether one word mixes plain letters with decorative ones or with look-alikes.
    pub(super) mixed: bool,
    /// Whether some words stand between single quotation marks, which folding drops.
    pub(super) quotes: bool,
    /// The text read otherwise, where digits or kept-apart letters may be a disguise.
    undisguised: Option<Box<Text>>,
}

impl Text {
    /// Reads a text. Decorative letters become plain ones, case and accents go, apostrophes and
    /// invisible characters are dropped.
    pub(super) fn read(text: &str) -> Self {
        let folded = fold(text);
        let second = second_reading(&folded.text).map(|text| Box::new(Self::of(text)));
        Self {
            decorated: folded.decorated,
            mixed: folded.mixed,
            quotes: folded.quotes,
            undisguised: second,
            ..Self::of(folded.text)
        }
    }

    fn of(folded: String) -> Self {
        let tokens = tokenize(&folded);
        let words = tokens.iter().filter(|t| t.kind == TokenKind::Word).count();
        Self {
            folded,
            tokens,
            words,
            decorated: 0,
            mixed: false,
            quotes: false,
            undisguised: None,
        }
    }

    /// The same text with digits read as letters and kept-apart letters joined, if that reads
    /// otherwise.
    pub(super) fn undisguised(&self) -> Option<&Self> {
        self.undisguised.as_deref()
    }

    /// The whole text in its folded form.
    pub(super) fn folded(&self) -> &str {
        &self.folded
    }

    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The token as it stands in the folded text.
    pub(super) fn str(&self, token: Token) -> &str {
        &self.folded[token.start..token.end]
    }

    /// Whether a token and the next one stand in the same clause: no full stop, comma, line end
    /// or the like is between them.
    pub(super) fn is_joined_to_next(&self, index: usize) -> bool {
        let end = self.tokens[index].end;
        let next = self.tokens.get(index + 1).map_or(end, |next| next.start);
        !self.folded[end..next].contains(['.', ',', ';', ':', '!', '?', '\n', '\u{2026}'])
    }

    /// Whether a sentence ends after a token.
    pub(super) fn ends_sentence(&self, index: usize) -> bool {
        let end = self.tokens[index].end;
        let next = self.tokens.get(index + 1).map_or(end, |next| next.start);
        self.folded[end..next].contains(['.', '!', '?', '\n', ';'])
    }

    /// Whether a question mark stands right after a token.
    pub(super) fn asks_after(&self, index: usize) -> bool {
        let rest = &self.folded[self.tokens[index].end..];
        let next = self.tokens.get(index + 1);
        let until = next.map_or(rest.len(), |next| next.start - self.tokens[index].end);
        rest[..until].contains('?')
    }

    pub(super) fn word_hashes(&self) -> impl Iterator<Item = u64> {
        self.tokens
            .iter()
            .filter(|token| token.kind == TokenKind::Word)
            .map(|token| token.hash)
    }

    pub(super) fn count(&self, kind: TokenKind) -> usize {
        match kind {
            TokenKind::Word => self.words,
            _ => self.tokens.iter().filter(|t| t.kind == kind).count(),
        }
    }
}

/// The start of `text`, at most `max` bytes, cut between characters.
pub(super) fn clip(text: &str, max: usize) -> &str {
    let mut end = text.len().min(max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kinds(text: &str) -> Vec<(TokenKind, String)> {
        let text = Text::read(text);
        text.tokens()
            .iter()
            .map(|t| (t.kind, text.str(*t).to_owned()))
            .collect()
    }

    #[test]
    fn disguised_letters_become_plain_ones() {
        for disguised in ["ᴍᴀᴅᴇ", "𝓂𝒶𝒹𝑒", "ｍａｄｅ", "m\u{200b}a\u{301}de"]
        {
            assert_eq!(kinds(disguised), [(TokenKind::Word, "made".to_owned())]);
        }
    }

    #[test]
    fn tokens_tell_money_mentions_tags_links_and_words_apart() {
        use TokenKind::{Hashtag, Link, Mention, Money, Number, Word};
        for (text, expected) in [
            (
                "I don't know",
                vec![(Word, "i"), (Word, "dont"), (Word, "know")],
            ),
            ("made $10,500!", vec![(Word, "made"), (Money, "$10,500")]),
            (
                "£78k with @a_b",
                vec![(Money, "£78k"), (Word, "with"), (Mention, "@a_b")],
            ),
            (
                "500 € in 3days",
                vec![
                    (Money, "500 €"),
                    (Word, "in"),
                    (Number, "3"),
                    (Word, "days"),
                ],
            ),
            ("5 US dollars", vec![(Money, "5 us dollars")]),
            (
                "both of 2 us",
                vec![(Word, "both"), (Word, "of"), (Number, "2"), (Word, "us")],
            ),
            (
                "1,300 USD or 1.5btc",
                vec![(Money, "1,300 usd"), (Word, "or"), (Money, "1.5btc")],
            ),
            (
                "a.bc/d e/f",
                vec![(Link, "a.bc/d"), (Word, "e"), (Word, "f")],
            ),
            ("#Tag_1 ok", vec![(Hashtag, "#tag_1"), (Word, "ok")]),
            (
                "see https://x.y/z?a=1 now",
                vec![(Word, "see"), (Link, "https://x.y/z?a=1"), (Word, "now")],
            ),
            (
                "Visit EXAMPLE.COM.",
                vec![(Word, "visit"), (Link, "example.com.")],
            ),
            (
                "mail a.b@example.org",
                vec![(Word, "mail"), (Link, "a.b@example.org")],
            ),
            ("end.Next", vec![(Word, "end"), (Word, "next")]),
            ("$ @ # ...", vec![]),
        ] {
            let expected: Vec<_> = expected
                .iter()
                .map(|(k, s)| (*k, (*s).to_owned()))
                .collect();
            assert_eq!(kinds(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_its_tokens_do_not_overlap(text in "\\PC{0,80}|[$€@#.a-z0-9 ]{0,60}") {
            let read = Text::read(&text);
            let mut last = 0;
            for token in read.tokens() {
                prop_assert!(token.start >= last && token.end > token.start);
                last = token.end;
                prop_assert!(!read.str(*token).is_empty());
            }
        }
    }
}
