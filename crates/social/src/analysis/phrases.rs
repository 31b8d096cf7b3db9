//! Lists of phrases, and where they occur in a text.

use super::text::Text;
use super::token::{Token, TokenKind};
use crate::hash::{fnv_1a as hash, leading};

/// Phrases, each with what it stands for.
///
/// A phrase is words with blanks between them. It matches whole words only, in the folded form of
/// [`Text`]: lower case, no accents, no apostrophes. Four signs stand for a token of their kind:
/// `@` a mention or a hashtag, `$` money, `&` a link, `*` any single token but never the first one.
#[derive(Debug)]
pub(super) struct Phrases<T> {
    /// Sorted by slot, longer phrases first.
    entries: Vec<Entry<T>>,
    /// Where the entries of each slot start; the last is the end.
    starts: Vec<usize>,
    /// Which slots have an entry, one bit each: most words of a text meet an empty one.
    used: [u64; SLOTS / 64],
}

#[derive(Debug)]
struct Entry<T> {
    slot: usize,
    /// The hashes of its first two parts where they are words: most texts differ there, which
    /// saves looking at the parts.
    lead: [Option<u64>; 2],
    parts: Vec<Part>,
    meaning: T,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Any,
    Someone,
    Money,
    Link,
    Word(&'static str),
}

/// The number of slots: a power of two, several times the number of phrases, so that most words
/// of a text meet an empty slot.
const SLOTS: usize = 4_096;

/// A phrase found in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit<T> {
    pub(super) meaning: T,
    /// The index of its first token.
    pub(super) start: usize,
    /// How many tokens it has.
    pub(super) length: usize,
}

impl<T: Copy> Phrases<T> {
    /// Reads lists in which `|` stands between phrases.
    pub(super) fn new(lists: &[(T, &'static str)]) -> Self {
        let mut entries: Vec<Entry<T>> = lists
            .iter()
            .flat_map(|(meaning, list)| {
                list.split('|').filter_map(|phrase| {
                    let parts: Vec<Part> = phrase.split_whitespace().map(Part::read).collect();
                    Some(Entry {
                        slot: parts.first()?.slot(),
                        lead: [0, 1].map(|index| parts.get(index)?.word_hash()),
                        parts,
                        meaning: *meaning,
                    })
                })
            })
            .collect();
        // Longer phrases first, so that "check out my" is found before "check out" and hides it.
        entries.sort_by(|a, b| {
            (a.slot, b.parts.len(), &a.parts).cmp(&(b.slot, a.parts.len(), &b.parts))
        });
        let starts = (0..=SLOTS)
            .map(|slot| entries.partition_point(|entry| entry.slot < slot))
            .collect();
        let mut used = [0; SLOTS / 64];
        for entry in &entries {
            used[entry.slot / 64] |= 1 << (entry.slot % 64);
        }
        Self {
            entries,
            starts,
            used,
        }
    }

    /// Every phrase in the text, from left to right, the longest at each place, none overlapping.
    pub(super) fn find<'a>(&'a self, text: &'a Text) -> impl Iterator<Item = Hit<T>> + 'a {
        let mut at = 0;
        std::iter::from_fn(move || {
            while at < text.tokens().len() {
                let start = at;
                let rest = &text.tokens()[start..];
                // No phrase has the hash 0, which stands for a second token that is not there.
                let leads = [rest[0].hash, rest.get(1).map_or(0, |token| token.hash)];
                let found = self
                    .candidates(rest[0])
                    .iter()
                    .find(|entry| entry.may_start(leads) && entry.starts(text, rest));
                let Some(entry) = found else {
                    at += 1;
                    continue;
                };
                at += entry.parts.len();
                return Some(Hit {
                    meaning: entry.meaning,
                    start,
                    length: entry.parts.len(),
                });
            }
            None
        })
    }

    fn candidates(&self, token: Token) -> &[Entry<T>] {
        let slot = match token.kind {
            TokenKind::Mention | TokenKind::Hashtag => Part::Someone.slot(),
            TokenKind::Money => Part::Money.slot(),
            TokenKind::Link => Part::Link.slot(),
            TokenKind::Word | TokenKind::Number => slot_of(token.hash),
        };
        if self.used[slot / 64] >> (slot % 64) & 1 == 0 {
            return &[];
        }
        &self.entries[self.starts[slot]..self.starts[slot + 1]]
    }
}

impl<T> Entry<T> {
    /// Whether the first two parts may be tokens of these hashes.
    fn may_start(&self, hashes: [u64; 2]) -> bool {
        let mut leads = self.lead.iter().zip(hashes);
        leads.all(|(lead, hash)| lead.is_none_or(|lead| lead == hash))
    }

    /// Whether the phrase stands at the start of some tokens.
    fn starts(&self, text: &Text, tokens: &[Token]) -> bool {
        self.parts.len() <= tokens.len()
            && self
                .parts
                .iter()
                .zip(tokens)
                .all(|(part, token)| part.matches(text, *token))
    }
}

impl Part {
    fn read(part: &'static str) -> Self {
        match part {
            "*" => Self::Any,
            "@" => Self::Someone,
            "$" => Self::Money,
            "&" => Self::Link,
            word => Self::Word(word),
        }
    }

    fn word_hash(&self) -> Option<u64> {
        match self {
            Self::Word(word) => Some(hash(word.as_bytes())),
            _ => None,
        }
    }

    fn slot(&self) -> usize {
        match self {
            // Never the first part.
            Self::Any => 0,
            Self::Someone => 1,
            Self::Money => 2,
            Self::Link => 3,
            Self::Word(word) => slot_of(hash(word.as_bytes())),
        }
    }

    fn matches(&self, text: &Text, token: Token) -> bool {
        match self {
            Self::Any => true,
            Self::Someone => matches!(token.kind, TokenKind::Mention | TokenKind::Hashtag),
            Self::Money => token.kind == TokenKind::Money,
            Self::Link => token.kind == TokenKind::Link,
            Self::Word(word) => {
                matches!(token.kind, TokenKind::Word | TokenKind::Number)
                    && text.str(token) == *word
            }
        }
    }
}

fn slot_of(hash: u64) -> usize {
    usize::try_from(leading(hash) >> (u64::BITS - SLOTS.ilog2())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(phrases: &Phrases<u8>, text: &str) -> Vec<(u8, usize)> {
        phrases
            .find(&Text::read(text))
            .map(|hit| (hit.meaning, hit.start))
            .collect()
    }

    #[test]
    fn only_whole_words_match() {
        let phrases = Phrases::new(&[(1, "gun|high")]);
        assert_eq!(found(&phrases, "Highly begun, gunmetal"), []);
        assert_eq!(found(&phrases, "a GUN, high!"), [(1, 1), (1, 2)]);
    }

    #[test]
    fn the_longest_phrase_at_a_place_wins() {
        let phrases = Phrases::new(&[(1, "check out"), (2, "check out my")]);
        assert_eq!(
            found(&phrases, "check out my video, check out"),
            [(2, 0), (1, 4)]
        );
    }

    #[test]
    fn signs_stand_for_tokens_of_their_kind() {
        let phrases = Phrases::new(&[(1, "made $"), (2, "thanks * @"), (3, "@ is"), (4, "& now")]);
        assert_eq!(found(&phrases, "I made $300"), [(1, 1)]);
        assert_eq!(found(&phrases, "made 300 and thanks to @you"), [(2, 3)]);
        assert_eq!(
            found(&phrases, "@you is here www.example.com now"),
            [(3, 0), (4, 3)]
        );
        assert_eq!(found(&phrases, ""), []);
    }
}
