//! Text as the heuristics see it: folded to plain lower case, cut into tokens.
//!
//! Comments are hostile input. Whoever calls bounds the length (see [`clip`]); everything here is
//! linear in it and never panics.

use super::bounded::hash;
use super::fold::fold;

/// A text, folded and cut into tokens.
#[derive(Debug)]
pub(super) struct Text {
    folded: String,
    tokens: Vec<Token>,
    words: usize,
}

/// One token: what it is, and where it stands in the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    start: usize,
    end: usize,
    /// Of the token as it stands in the folded text; equal texts have equal hashes.
    pub(super) hash: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    Word,
    Number,
    /// A number with a currency sign.
    Money,
    /// `@name`
    Mention,
    /// `#tag`
    Hashtag,
    /// A web or mail address.
    Link,
}

impl Text {
    /// Reads a text. Decorative letters become plain ones, case and accents go, apostrophes and
    /// invisible characters are dropped.
    pub(super) fn read(text: &str) -> Self {
        let folded = fold(text);
        let tokens = tokenize(&folded);
        let words = tokens.iter().filter(|t| t.kind == TokenKind::Word).count();
        Self {
            folded,
            tokens,
            words,
        }
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

fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 5 + 1);
    let mut at = 0;
    while let Some(first) = text.as_bytes().get(at) {
        // Most characters that start no token are blanks: told apart without decoding them.
        if *first == b' ' {
            at += 1;
            continue;
        }
        let Some(c) = text[at..].chars().next() else {
            break;
        };
        let found = if c.is_alphabetic() {
            Some(word_or_link(text, at))
        } else if c.is_ascii_digit() {
            Some(number(text, at))
        } else if is_currency(c) {
            money(text, at)
        } else if matches!(c, '@' | '#') {
            tag(text, at, c)
        } else {
            None
        };
        match found {
            Some((kind, end)) => {
                tokens.push(Token {
                    kind,
                    start: at,
                    end,
                    hash: hash(&text.as_bytes()[at..end]),
                });
                at = end;
            }
            None => at += c.len_utf8(),
        }
    }
    tokens
}

/// Endings that make `name.ending` an address. Endings that are common words after a full stop
/// without a blank (`me`, `so`, `to`) are left out.
const ENDINGS: [&str; 24] = [
    "com", "net", "org", "info", "biz", "ru", "tk", "eu", "uk", "gl", "ly", "tv", "io", "xyz",
    "shop", "site", "online", "blog", "co", "de", "fr", "nl", "pn", "us",
];

fn word_or_link(text: &str, at: usize) -> (TokenKind, usize) {
    let rest = &text[at..];
    let has_scheme = rest.starts_with(['h', 'w'])
        && ["http://", "https://", "www."]
            .iter()
            .any(|scheme| rest.starts_with(scheme));
    if has_scheme {
        return (TokenKind::Link, at + until(rest, char::is_whitespace));
    }
    let word = word_length(rest);
    if rest[word..].starts_with(['.', '@', '-']) {
        let name = until(rest, |c| {
            !(c.is_alphanumeric() || matches!(c, '.' | '@' | '-' | '_'))
        });
        let mut labels = rest[..name].trim_end_matches('.').rsplit(['.', '@']);
        let ending = labels.next().unwrap_or_default();
        let is_name = labels.next().is_some_and(|label| !label.is_empty());
        // With a path behind it, any ending makes an address.
        let mut path = rest[name..].chars();
        let has_path = path.next() == Some('/') && path.next().is_some_and(char::is_alphanumeric);
        if is_name && (has_path || ENDINGS.contains(&ending)) {
            return (TokenKind::Link, at + until(rest, char::is_whitespace));
        }
    }
    (TokenKind::Word, at + word)
}

fn number(text: &str, at: usize) -> (TokenKind, usize) {
    let end = at + digits(&text[at..]);
    let after = text[end..].trim_start_matches(' ');
    let after = after.strip_prefix("us ").unwrap_or(after);
    let word = until(after, |c| !c.is_alphabetic());
    if CURRENCIES.contains(&&after[..word]) {
        return (TokenKind::Money, text.len() - after.len() + word);
    }
    let mut next = text[end..].trim_start_matches(' ').chars();
    // In `5 $10` the sign belongs to the ten.
    match next.next() {
        Some(sign)
            if is_currency(sign) && !next.as_str().starts_with(|c: char| c.is_ascii_digit()) =>
        {
            (TokenKind::Money, text.len() - next.as_str().len())
        }
        _ => (TokenKind::Number, end),
    }
}

/// Words that make the number before them a sum of money.
const CURRENCIES: [&str; 14] = [
    "usd", "dollar", "dollars", "euro", "euros", "eur", "pounds", "gbp", "btc", "eth", "usdt",
    "grand", "grands", "bucks",
];

fn money(text: &str, at: usize) -> Option<(TokenKind, usize)> {
    let rest = &text[at..];
    let signs = until(rest, |c| !is_currency(c));
    let amount = rest[signs..].trim_start_matches(' ');
    let blanks = rest.len() - signs - amount.len();
    amount
        .starts_with(|c: char| c.is_ascii_digit())
        .then(|| (TokenKind::Money, at + signs + blanks + digits(amount)))
}

fn tag(text: &str, at: usize, sign: char) -> Option<(TokenKind, usize)> {
    let kind = if sign == '@' {
        TokenKind::Mention
    } else {
        TokenKind::Hashtag
    };
    let name = until(&text[at + 1..], |c| {
        !(c.is_alphanumeric() || matches!(c, '_' | '.'))
    });
    (name > 0).then_some((kind, at + 1 + name))
}

/// The length of a number such as `1,300`, `2.5k` or `10m`.
fn digits(text: &str) -> usize {
    let bare = until(text, |c| !(c.is_ascii_digit() || matches!(c, ',' | '.')));
    let end = text[..bare].trim_end_matches([',', '.']).len();
    let suffix = &text[end..];
    let has_suffix =
        suffix.starts_with(['k', 'm']) && !suffix[1..].starts_with(|c: char| c.is_alphanumeric());
    end + usize::from(has_suffix)
}

/// How many bytes the word at the start of `text` has. Most words are ASCII.
fn word_length(text: &str) -> usize {
    let plain = text
        .bytes()
        .position(|byte| !byte.is_ascii_alphanumeric())
        .unwrap_or(text.len());
    if text.as_bytes().get(plain).is_none_or(u8::is_ascii) {
        return plain;
    }
    plain + until(&text[plain..], |c| !c.is_alphanumeric())
}

/// How many bytes of `text` come before the first character that satisfies `stop`.
fn until(text: &str, stop: impl Fn(char) -> bool) -> usize {
    text.find(stop).unwrap_or(text.len())
}

const fn is_currency(c: char) -> bool {
    matches!(c, '$' | '\u{a2}'..='\u{a5}' | '\u{20a0}'..='\u{20cf}')
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
