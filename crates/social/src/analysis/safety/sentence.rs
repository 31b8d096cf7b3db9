//! The sentences of a text, each word with the lists that it is on.

use std::ops::Range;

use super::super::text::Text;
use super::super::token::{Token, TokenKind};
use super::hate_words::{self as words, Lists, lists};
use crate::hash::fnv_1a as hash;

/// A word and the lists that it is on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    lists: Lists,
}

impl<'a> Word<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            text,
            lists: lists(hash(text.as_bytes())),
        }
    }

    /// Whether it is on one of the lists.
    pub(super) const fn is_on(self, lists: Lists) -> bool {
        self.lists & lists != 0
    }
}

/// A sentence, and whether it ends with a question mark.
#[derive(Debug, Default)]
pub(super) struct Sentence<'a> {
    pub(super) words: Vec<Word<'a>>,
    pub(super) is_question: bool,
}

/// Words of which a text must have one to say anything about groups.
const NAMES: Lists = words::GROUPS
    | words::GROUP_ADJECTIVES
    | words::SINGULAR
    | words::SLURS
    | words::AMBIGUOUS_SLURS
    | words::ATROCITIES
    | words::HATERS
    | words::PREJUDICE;

/// Words of which a text must have one, too, where it names nobody but "them".
const SAID_OF_THEM: Lists = words::INHUMAN | words::HARD | words::CRIMINALS | words::NOT;

/// Whether a text names a group, or says of "them" what may be hard: most texts do not, and are read no further.
pub(super) fn names_somebody(text: &Text) -> bool {
    let (mut tries, mut seen) = (0, 0);
    let names = text.tokens().iter().any(|token| {
        let known = match token.kind {
            TokenKind::Word => lists(token.hash),
            TokenKind::Hashtag => lists(hash(plain(text, *token).as_bytes())),
            _ => return false,
        };
        seen |= known;
        known & NAMES != 0
            || may_be_run(text, *token, &mut tries) && !run(plain(text, *token)).is_empty()
    });
    names || seen & words::THEM != 0 && seen & SAID_OF_THEM != 0
}

/// The words of each sentence, mentions and numbers left out.
pub(super) fn sentences(text: &Text) -> Vec<Sentence<'_>> {
    let mut sentences = vec![Sentence::default()];
    let mut tries = 0;
    for (index, token) in text.tokens().iter().enumerate() {
        let is_word = matches!(token.kind, TokenKind::Word | TokenKind::Hashtag);
        let Some(sentence) = sentences.last_mut() else {
            break;
        };
        if is_word {
            let word = plain(text, *token);
            let parts = if may_be_run(text, *token, &mut tries) {
                run(word)
            } else {
                Vec::new()
            };
            match word {
                _ if !parts.is_empty() => sentence.words.extend(parts),
                "theyre" => sentence.words.extend([Word::of("they"), Word::of("are")]),
                _ if token.kind == TokenKind::Word => sentence.words.push(Word {
                    text: word,
                    lists: lists(token.hash),
                }),
                _ => sentence.words.push(Word::of(word)),
            }
        }
        sentence.is_question |= text.asks_after(index);
        if index + 1 < text.tokens().len() && text.ends_sentence(index) {
            sentences.push(Sentence::default());
        }
    }
    sentences
}

/// The words of all sentences of a text.
pub(super) fn words(text: &Text) -> Vec<Word<'_>> {
    let sentences = sentences(text).into_iter();
    sentences.flat_map(|sentence| sentence.words).collect()
}

/// A word, or a hashtag without its sign.
fn plain(text: &Text, token: Token) -> &str {
    text.str(token).trim_start_matches('#')
}

/// Whether a token may be a sentence written as one word. Only the first few of a text are tried: no
/// choice of words can make that slow.
fn may_be_run(text: &Text, token: Token, tries: &mut usize) -> bool {
    let length = match token.kind {
        TokenKind::Hashtag => plain(text, token).len(),
        _ => token.end - token.start,
    };
    let is_long = (LEAST_RUN..=LONGEST_RUN).contains(&length);
    *tries += usize::from(is_long);
    is_long && *tries <= MOST_TRIES
}

/// The words of a stretch of a text, without those of some tokens in it.
pub(super) fn around<'a>(text: &'a Text, tokens: &Range<usize>, of: Range<usize>) -> Vec<Word<'a>> {
    of.filter(|index| text.tokens()[*index].kind == TokenKind::Word && !tokens.contains(index))
        .map(|index| Word::of(text.str(text.tokens()[index])))
        .collect()
}

/// Shorter and longer words are no sentence written as one word.
const LEAST_RUN: usize = 10;
const LONGEST_RUN: usize = 60;
const MOST_TRIES: usize = 8;

/// The words of a sentence about a group that is written as one word: `ihateallimmigrants`, as in
/// hashtags. Nothing unless it can be cut into three known words or more, of which one names a group.
fn run(word: &str) -> Vec<Word<'_>> {
    let length = word.len();
    if !word.bytes().all(|byte| byte.is_ascii_alphabetic()) || lists(hash(word.as_bytes())) != 0 {
        return Vec::new();
    }
    // For each place the fewest words that reach it, and where the last of them starts.
    let mut best = [None; LONGEST_RUN + 1];
    best[0] = Some((0, 0));
    for start in 0..length {
        let Some((before, _)) = best[start] else {
            continue;
        };
        let mut so_far = hash(b"");
        for end in start + 1..=length.min(start + 14) {
            so_far = crate::hash::fnv_1a_more(so_far, &word.as_bytes()[end - 1..end]);
            let single = matches!(&word[start..end], "i" | "a");
            let is_known = (end - start > 1 || single) && lists(so_far) != 0;
            if is_known && best[end].is_none_or(|(count, _)| before + 1 < count) {
                best[end] = Some((before + 1, start));
            }
        }
    }
    let mut parts = Vec::new();
    let mut at = length;
    while let Some((_, start)) = best[at].filter(|_| at > 0) {
        parts.push(Word::of(&word[start..at]));
        at = start;
    }
    parts.reverse();
    if at > 0 || parts.len() < 3 || !parts.iter().any(|part| part.is_on(NAMES | words::THEM)) {
        return Vec::new();
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_written_as_one_word_is_cut_into_its_words() {
        let cut = |word: &str| -> Vec<String> {
            run(word).iter().map(|part| part.text.to_owned()).collect()
        };
        assert_eq!(cut("deportallmuslims"), ["deport", "all", "muslims"]);
        assert_eq!(cut("womenarevermin"), ["women", "are", "vermin"]);
        for other in [
            "neighbours",
            "photographs",
            "womenswear",
            "thelongwalkhome",
            "internationalwomensday",
        ] {
            assert_eq!(cut(other), [""; 0], "{other}");
        }
    }
}
