//! Cutting a folded text into tokens: words, numbers, sums of money, names, tags and addresses.

use super::letter::is_letter;
use super::token::{Token, TokenKind};
use crate::hash::{fnv_1a as hash, fnv_1a_more};

/// Cuts a folded text into tokens.
pub(super) fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 5 + 1);
    let mut at = 0;
    while let Some(first) = text.as_bytes().get(at) {
        // Most characters that start no token are blanks: told apart without decoding them.
        if *first == b' ' {
            at += 1;
            continue;
        }
        if let Some(plain) = plain_word(text.as_bytes(), at) {
            tokens.push(Token {
                kind: TokenKind::Word,
                start: at,
                end: plain.end,
                hash: plain.hash,
                ascii_letters: Some(plain.letters),
            });
            at = plain.end;
            continue;
        }
        let Some(c) = text[at..].chars().next() else {
            break;
        };
        let found = if is_picture(c) {
            None
        } else if is_letter(c) {
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
                    ascii_letters: ascii_letters(&text.as_bytes()[at..end]),
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

/// The end and the hash of a word of small ASCII letters and digits, as most are, in one pass; `None`
/// where it may be something else, or more than that.
fn plain_word(text: &[u8], at: usize) -> Option<Plain> {
    if !text[at].is_ascii_lowercase() {
        return None;
    }
    let mut end = at;
    let (mut so_far, mut letters) = (hash(b""), 0);
    let next = loop {
        match text.get(end).copied() {
            Some(byte @ (b'a'..=b'z' | b'0'..=b'9')) => {
                so_far = fnv_1a_more(so_far, &[byte]);
                letters += u32::from(byte >= b'a');
                end += 1;
            }
            next => break next,
        }
    };
    // A scheme has a colon behind it.
    let is_whole = next.is_none_or(|byte| {
        byte.is_ascii()
            && !byte.is_ascii_alphanumeric()
            && !matches!(byte, b'.' | b'@' | b'-' | b':')
    });
    is_whole.then_some(Plain {
        end,
        hash: so_far,
        letters,
    })
}

/// A plain word that was read in one pass.
#[derive(Debug)]
struct Plain {
    end: usize,
    hash: u64,
    letters: u32,
}

/// How many letters a token has, if all of it is ASCII.
fn ascii_letters(token: &[u8]) -> Option<u32> {
    let letters = token.iter().filter(|byte| byte.is_ascii_alphabetic());
    token
        .is_ascii()
        .then(|| u32::try_from(letters.count()).unwrap_or(u32::MAX))
}

fn word_or_link(text: &str, at: usize) -> (TokenKind, usize) {
    let rest = &text[at..];
    let has_scheme = rest.starts_with(['h', 'w'])
        && ["http://", "https://", "www."]
            .iter()
            .any(|scheme| rest.starts_with(scheme));
    if has_scheme {
        return (TokenKind::Link, at + until(rest, char::is_whitespace));
    }
    // Scripts without blanks between words: about two characters make a word.
    if rest.starts_with(is_unspaced) {
        let second = rest.char_indices().nth(1);
        let third = rest.char_indices().nth(2);
        let end = match (second, third) {
            (Some((at, c)), _) if !is_unspaced(c) => at,
            (_, Some((at, _))) => at,
            _ => rest.len(),
        };
        return (TokenKind::Word, at + end);
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
    let word = until(after, |c| !is_letter(c));
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
    plain + until(&text[plain..], |c| !c.is_alphanumeric() || is_unspaced(c))
}

/// Whether a character is an emoji or the like: they are many, and have neither case nor accents.
pub(super) const fn is_picture(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}')
}

/// Whether a character is of a script that puts no blanks between words: Thai, Lao, Burmese, Khmer,
/// kana, Chinese characters.
const fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{20000}'..='\u{323af}')
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

    proptest! {
        #[test]
        fn a_word_read_in_one_pass_is_what_it_is_read_otherwise(
            text in "(http|https|www|[a-z0-9]{1,6})([.:@, -]|://|é|ß|字|[A-Z]|\\PC)?[a-z0-9./]{0,8}",
        ) {
            if let Some(Plain { end, hash: of_word, letters }) = plain_word(text.as_bytes(), 0) {
                prop_assert_eq!(word_or_link(&text, 0), (TokenKind::Word, end));
                prop_assert_eq!(of_word, hash(&text.as_bytes()[..end]));
                prop_assert_eq!(Some(letters), ascii_letters(&text.as_bytes()[..end]));
            }
        }
    }
}
