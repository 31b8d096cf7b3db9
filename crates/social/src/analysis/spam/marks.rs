//! Points for what is no phrase.

use super::super::text::Text;
use super::super::token::TokenKind;

/// A link counts a whole point: few readers leave an address, nearly every advertiser does.
const LINK: f64 = 1.0;
/// Encyclopedias and the press are quoted, not advertised; and a network writes its own address into
/// whatever is shared on it.
const REFERENCE: f64 = 0.4;
/// A shortened link hides where it leads.
const SHORTENED: f64 = 1.3;
const SHORTENERS: [&str; 5] = ["bit.ly/", "tinyurl.com/", "goo.gl/", "cutt.ly/", "is.gd/"];
const REFERENCES: [&str; 9] = [
    "t.co",
    "wikipedia.org",
    "imdb.com",
    "bbc.com",
    "bbc.co.uk",
    "nytimes.com",
    "theguardian.com",
    "reuters.com",
    "apnews.com",
];
/// A sum of money, and two or more.
const MONEY: [f64; 2] = [0.3, 0.6];
/// A hashtag with an underscore is the name of an account, written so that no filter sees it.
const NAME_AS_TAG: f64 = 0.6;
/// A mention that starts a comment is a reply; one that ends a long sentence points the reader to
/// somebody.
const POINTS_TO_SOMEONE: f64 = 0.4;
/// A sentence of so many words is long.
const LONG: usize = 8;

pub(super) fn points(text: &Text) -> f64 {
    let (mut link, mut money, mut words, mut named) = (0.0, 0usize, 0usize, false);
    for token in text.tokens() {
        match token.kind {
            TokenKind::Link => link = f64::max(link, worth(text.str(*token))),
            TokenKind::Money => money += 1,
            TokenKind::Word => words += 1,
            TokenKind::Hashtag => named |= text.str(*token).contains('_'),
            TokenKind::Mention | TokenKind::Number => {}
        }
    }
    let ends_with_someone = text
        .tokens()
        .last()
        .is_some_and(|last| last.kind == TokenKind::Mention);
    let mut points = link;
    if money > 0 {
        points += MONEY[usize::from(money > 1)];
    }
    if named {
        points += NAME_AS_TAG;
    } else if ends_with_someone && words >= LONG {
        points += POINTS_TO_SOMEONE;
    }
    points
}

/// What a link is worth.
fn worth(link: &str) -> f64 {
    if is_reference(link) {
        REFERENCE
    } else if SHORTENERS.iter().any(|short| link.contains(short)) {
        SHORTENED
    } else {
        LINK
    }
}

/// Whether a link leads to one of the [`REFERENCES`].
pub(super) fn is_reference(link: &str) -> bool {
    let address = link.split_once("://").map_or(link, |(_, rest)| rest);
    let host = address.split(['/', '?', '#']).next().unwrap_or_default();
    let is_at = |reference: &str| {
        host.strip_suffix(reference)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    REFERENCES.iter().any(|reference| is_at(reference))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> f64 {
        points(&Text::read(text))
    }

    #[test]
    fn a_link_counts_unless_it_is_a_reference() {
        for advertised in [
            "https://example.com/buy",
            "https://wikipedia.org.example.com",
            "notwikipedia.org",
            "https://en.wikipedia.org/wiki/Owl and www.example.com",
        ] {
            assert!((of(advertised) - LINK).abs() < 1e-9, "{advertised}");
        }
        for quoted in ["https://en.wikipedia.org/wiki/Owl", "bbc.com/news?x=1"] {
            assert!((of(quoted) - REFERENCE).abs() < 1e-9, "{quoted}");
        }
    }

    #[test]
    fn money_names_and_pointers_count_once() {
        for (text, expected) in [
            ("nothing at all", 0.0),
            ("$5", 0.3),
            ("$5 and $6 and $7", 0.6),
            ("#some_trader #some_other", 0.6),
            ("#sunset", 0.0),
            ("what she told me to do was right @someone", 0.4),
            ("so right @someone", 0.0),
            ("@someone what she told me to do was right", 0.0),
        ] {
            assert!((of(text) - expected).abs() < 1e-9, "{text}: {}", of(text));
        }
    }
}
