//! Runs of characters, as the fitted part of the scorer sees them.
//!
//! Words are looked up in no dictionary: every run of three to five characters of the folded text
//! is hashed to one of a few thousand weights. That reads any language, endings and misspellings
//! included, in one pass and without a single allocation per run.

use super::super::text::Text;
use super::super::token::TokenKind;
use super::marks::is_reference;

/// The number of weights, a power of two.
pub(super) const BUCKETS: usize = 1 << BITS;
const BITS: u32 = 14;
/// The shortest and the longest run.
const SHORTEST: usize = 3;
const LONGEST: usize = 5;
/// More characters than this tell nothing new about a comment.
const MOST: usize = 600;

/// Calls `visit` with the weight's place of every run, and returns how many there are.
pub(super) fn each(text: &Text, mut visit: impl FnMut(usize)) -> usize {
    let signs = signs(text);
    // Nearly every run starts where the longest fits: there the number of steps is known.
    for run in signs.windows(LONGEST) {
        let mut hash = run[..SHORTEST].iter().copied().fold(START, step);
        visit(place(hash));
        for sign in &run[SHORTEST..] {
            hash = step(hash, *sign);
            visit(place(hash));
        }
    }
    let last = &signs[(signs.len() + 1).saturating_sub(LONGEST)..];
    for start in 0..last.len() {
        let mut hash = START;
        for (sign, length) in last[start..].iter().zip(1..) {
            hash = step(hash, *sign);
            if length >= SHORTEST {
                visit(place(hash));
            }
        }
    }
    (SHORTEST..=LONGEST)
        .map(|length| (signs.len() + 1).saturating_sub(length))
        .sum()
}

const START: u64 = 0xcbf2_9ce4_8422_2325;

fn step(hash: u64, sign: u32) -> u64 {
    (hash ^ u64::from(sign)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn place(hash: u64) -> usize {
    usize::try_from((hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> (64 - BITS))
        .unwrap_or_default()
}

/// The text as a row of signs: letters as they are, one sign for a link, a mention, a sum of money,
/// a digit; a blank between tokens and at both ends.
fn signs(text: &Text) -> Vec<u32> {
    let mut signs = Vec::with_capacity(text.folded().len() + 2);
    signs.push(u32::from(' '));
    for token in text.tokens() {
        match token.kind {
            TokenKind::Link if is_reference(text.str(*token)) => signs.push(5),
            TokenKind::Link => signs.push(1),
            TokenKind::Mention => signs.push(2),
            TokenKind::Money => signs.push(3),
            TokenKind::Number => signs.push(4),
            TokenKind::Word | TokenKind::Hashtag => {
                let letters = text.str(*token);
                if token.ascii_letters.is_some() {
                    // As many signs as bytes: they need no look at the room for each.
                    let sign = |byte: u8| {
                        if byte.is_ascii_digit() {
                            4
                        } else {
                            u32::from(byte)
                        }
                    };
                    signs.extend(letters.bytes().map(sign));
                } else {
                    let sign = |c: char| if c.is_numeric() { 4 } else { u32::from(c) };
                    signs.extend(letters.chars().map(sign));
                }
            }
        }
        signs.push(u32::from(' '));
        if signs.len() >= MOST {
            signs.truncate(MOST);
            break;
        }
    }
    signs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn places(text: &str) -> Vec<usize> {
        let mut places = Vec::new();
        each(&Text::read(text), |place| places.push(place));
        places
    }

    #[test]
    fn runs_of_three_to_five_signs_are_counted() {
        // " ab ": two runs of three, one of four.
        assert_eq!(places("ab").len(), 3);
        assert_eq!(places("").len(), 0);
        assert!(places("любая речь").iter().all(|place| *place < BUCKETS));
    }

    proptest! {
        #[test]
        fn runs_come_in_the_order_of_their_starts_each_with_its_own_hash(text in "\\PC{0,40}|[a-z 5$@]{0,40}") {
            let text = Text::read(&text);
            let signs = signs(&text);
            let starts = 0..signs.len();
            let expected: Vec<usize> = starts
                .flat_map(|start| {
                    let ends = (start + 3..=start + 5).filter(|end| *end <= signs.len());
                    ends.map(|end| (start, end)).collect::<Vec<_>>()
                })
                .map(|(start, end)| place(signs[start..end].iter().copied().fold(START, step)))
                .collect();
            let mut found = Vec::new();
            let count = each(&text, |place| found.push(place));
            prop_assert_eq!(count, expected.len());
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn numbers_names_and_addresses_are_alike() {
        assert_eq!(places("pay $5 @ann"), places("pay $77,000 @bob"));
        assert_eq!(places("see x.com/a 12"), places("see y.org/b 3456"));
        assert_ne!(places("see it"), places("sea it"));
    }

    #[test]
    fn a_long_text_costs_no_more_than_its_start() {
        assert!(places(&"word ".repeat(10_000)).len() <= 3 * MOST);
    }
}
