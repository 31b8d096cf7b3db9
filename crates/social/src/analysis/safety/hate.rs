//! Hate against groups: a target and what is said of it, against quotation, counter-speech,
//! reclaimed use and homonyms.
//!
//! No list of words finds hate: the same words stand in the mouths of those who oppose it. So a find
//! takes two things in one sentence, a group and a hostile predicate about it, or a slur aimed at
//! somebody; and it is taken for meant only if the text neither reports nor rejects it (see
//! `stance.rs`). Whatever is left, about a group and in hard words, is unclear: a person must read it.

use std::ops::Range;

use super::super::text::Text;
use super::category::Reading;
use super::hate_words as words;
use super::object::as_object;
use super::predicate::{as_subject, as_unwanted};
use super::sentence::{Sentence, Word, around, names_somebody, sentences, words as words_of};
use super::slurs::{ambiguous_slur, slur};
use super::stance::{is_shown, opposes, opposes_phrase, speaks_against};
use super::terms::{GRAVE, MEANT, REACH, has, is_negated, says};

/// How many words after a phrase may still say whose it is: "... was shouted".
const SHORTLY: usize = 4;

/// What a text says about groups.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said {
    pub(super) reading: Reading,
    /// Whether it speaks of groups at all, well or ill: it names one, or hate, or those who hate.
    pub(super) of_groups: bool,
}

/// What a text says about groups.
pub(super) fn read(text: &Text) -> Said {
    if !names_somebody(text) {
        return Said {
            reading: Reading::Clear,
            of_groups: false,
        };
    }
    read_sentences(text)
}

fn read_sentences(text: &Text) -> Said {
    let sentences = sentences(text);
    let mut worst = Reading::Clear;
    let mut named = false;
    // Where haters were named, too, "they" may be those.
    let mut beside = false;
    for Sentence { words, is_question } in &sentences {
        let sentence = words.as_slice();
        let said = match of_sentence(sentence, false) {
            // Only what is said of "they" takes what was named before.
            Reading::Meant(find) => Reading::Meant(find),
            alone => match of_sentence(sentence, named) {
                Reading::Meant(_) if beside => Reading::Unclear,
                with_named => alone.max(with_named),
            },
        };
        worst = worst.max(match said {
            Reading::Meant(_) if *is_question && is_echo(sentence) => Reading::Unclear,
            said => said,
        });
        named |= (0..sentence.len()).any(|at| group_at(sentence, at).is_some());
        beside |= has(sentence, words::ATROCITIES) || has(sentence, words::HATERS);
    }
    let all: Vec<Word<'_>> = sentences.into_iter().flat_map(|s| s.words).collect();
    let reading = match worst {
        Reading::Meant(_) if opposes(&all, text) => Reading::Unclear,
        Reading::Meant(find) => Reading::Meant(find),
        _ if has(&all, words::ATROCITIES) => Reading::Unclear,
        _ if (named || has(&all, words::THEM))
            && has(&all, words::HARD | words::CRIMINALS)
            && !praises(&all) =>
        {
            Reading::Unclear
        }
        other => other,
    };
    let speaks = words::ATROCITIES | words::HATERS | words::PREJUDICE;
    Said {
        reading,
        of_groups: named || reading != Reading::Clear || has(&all, speaks),
    }
}

/// Whether what stands around a phrase, some tokens of a text, speaks against it or quotes it. Of a `fixed` one that is
/// said only in the same sentence, before it or shortly after.
pub(super) fn rejects(text: &Text, tokens: &Range<usize>, fixed: bool) -> bool {
    let all = around(text, tokens, 0..text.tokens().len());
    if !fixed {
        return opposes(&all, text);
    }
    let mut sentence = tokens.clone();
    while sentence.start > 0 && !text.ends_sentence(sentence.start - 1) {
        sentence.start -= 1;
    }
    while sentence.end < text.tokens().len().min(tokens.end + SHORTLY)
        && !text.ends_sentence(sentence.end - 1)
    {
        sentence.end += 1;
    }
    let before = around(text, tokens, sentence.start..tokens.start);
    let is_named = is_shown(&before);
    is_named || opposes_phrase(&all, &around(text, tokens, sentence), text)
}

/// Whether a text speaks against what is said: a swear word in it may be somebody else's.
pub(super) fn is_spoken_against(text: &Text) -> bool {
    speaks_against(&words_of(text))
}

/// Whether a question has the order of a statement: "women are weak?" repeats what somebody said.
fn is_echo(sentence: &[Word<'_>]) -> bool {
    (0..sentence.len().min(2)).any(|at| group_at(sentence, at).is_some())
}

/// What a sentence says; `named` is whether a group was named before it.
fn of_sentence(sentence: &[Word<'_>], named: bool) -> Reading {
    let mut worst = Reading::Clear;
    let mut named = named;
    let mut past_group = 0;
    for (at, word) in sentence.iter().enumerate() {
        if at >= past_group
            && let Some(length) = group_at(sentence, at)
        {
            named = true;
            past_group = at + length;
            let others = has(&sentence[..at], words::HATERS);
            worst = worst.max(match about_group(sentence, at, at + length) {
                Reading::Meant(_) if others => Reading::Unclear,
                GRAVE if is_some(sentence, at) => Reading::Unclear,
                // Of a faith: criticism, or hate of those who have it.
                Reading::Meant(_) if word.is_on(words::FAITHS) => Reading::Unclear,
                reading => reading,
            });
        } else if named && matches!(word.text, "they" | "them" | "their" | "theyre") {
            worst = worst.max(about_named(sentence, at));
        }
        if word.is_on(words::SLURS) {
            worst = worst.max(slur(sentence, at));
        } else if word.is_on(words::AMBIGUOUS_SLURS) {
            worst = worst.max(ambiguous_slur(sentence, at));
        }
        if matches!(word.text, "they" | "theyre" | "those" | "these") {
            worst = worst.max(about_them(sentence, at));
        }
    }
    worst
}

/// The length of the group's name that starts at a word.
fn group_at(sentence: &[Word<'_>], at: usize) -> Option<usize> {
    let word = sentence[at];
    let next = sentence.get(at + 1);
    if word.is_on(words::GROUP_ADJECTIVES) && next.is_some_and(|next| next.is_on(words::PEOPLE)) {
        return Some(2);
    }
    // "the disabled are ...": an adjective alone.
    let alone = word.is_on(words::GROUP_ADJECTIVES)
        && at > 0
        && sentence[at - 1].text == "the"
        && next.is_some_and(|next| next.is_on(words::COPULAS | words::MUST));
    let single = word.is_on(words::SINGULAR)
        && at > 0
        && !(word.text == "black" && is_side(sentence[at - 1], next))
        && !next.is_some_and(|next| next.is_on(words::THINGS));
    (word.is_on(words::GROUPS | words::FAITHS) || single || alone).then_some(1)
}

/// Whether "black" is a side of a game, which does something without an article: "here black is too weak".
fn is_side(before: Word<'_>, next: Option<&Word<'_>>) -> bool {
    let article = [
        "a", "an", "the", "every", "any", "no", "this", "that", "another", "you", "all",
    ];
    next.is_some_and(|next| next.is_on(words::COPULAS | words::MUST))
        && !before.is_on(words::INSULTS)
        && !article.contains(&before.text)
}

/// Whether one of a group is spoken of, and not the group: "a black man".
fn is_one(sentence: &[Word<'_>], at: usize, length: usize) -> bool {
    let head = sentence[at + length - 1].text;
    let before = at.checked_sub(1).map_or("", |place| sentence[place].text);
    length == 2
        && matches!(
            head,
            "man" | "woman" | "person" | "guy" | "kid" | "girl" | "boy" | "child"
        )
        && matches!(before, "a" | "this" | "that" | "another" | "one")
}

/// Whether some of a group are spoken of: "some stupid women".
fn is_some(sentence: &[Word<'_>], at: usize) -> bool {
    says(
        &sentence[at.saturating_sub(2)..at],
        &["some", "few", "several", "certain"],
    )
}

/// What is said of those who were named before. Somebody else may be meant where others act, too.
fn about_named(sentence: &[Word<'_>], at: usize) -> Reading {
    let others = has(&sentence[..at], words::OTHERS);
    match about_group(sentence, at, at + 1) {
        Reading::Meant(_) if others => Reading::Unclear,
        reading => reading,
    }
}

/// What a sentence says about the group that stands from `from` to `to`.
fn about_group(sentence: &[Word<'_>], from: usize, to: usize) -> Reading {
    let far = &sentence[from.saturating_sub(2 * REACH)..from];
    let after = &sentence[to..sentence.len().min(to + 2 * REACH + 2)];
    // "nobody should ...", "I do not ...": whatever follows is taken back.
    let negated = is_negated(far);
    let said = match as_subject(sentence, from, after, negated) {
        Reading::Meant(_) if is_one(sentence, from, to - from) => Reading::Unclear,
        said => said,
    };
    as_object(sentence, from, after)
        .max(said)
        .max(as_unwanted(far, after))
}

/// "They are not people, they are animals", "they breed like rats".
fn about_them(sentence: &[Word<'_>], at: usize) -> Reading {
    let after = &sentence[at + 1..sentence.len().min(at + 7)];
    let inhuman = has(&after[..after.len().min(4)], words::INHUMAN);
    let joins = |place: usize| {
        after
            .get(place)
            .is_some_and(|word| word.is_on(words::COPULAS))
    };
    let copula = joins(0) || joins(1) || sentence[at].text == "theyre";
    let unhuman = after.windows(2).any(|pair| {
        matches!(pair[0].text, "not" | "arent")
            && matches!(pair[1].text, "people" | "human" | "humans")
    });
    if copula && unhuman {
        return MEANT;
    }
    let peopled = matches!(sentence[at].text, "those" | "these")
        && after.first().is_some_and(|word| word.is_on(words::PEOPLE));
    if peopled && copula && inhuman && !has(after, words::NOT) {
        return MEANT;
    }
    if copula && inhuman {
        return Reading::Unclear;
    }
    Reading::Clear
}

/// Whether a text speaks well of a group.
fn praises(all: &[Word<'_>]) -> bool {
    has(all, words::PRAISE) && !has(all, words::INHUMAN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    proptest! {
        /// A text that is read no further says nothing about groups.
        #[test]
        fn nothing_is_found_where_nobody_is_named(
            words in prop::collection::vec(
                select(vec![
                    "they", "them", "their", "theyre", "those", "these", "are", "were", "not", "arent", "no", "human",
                    "people", "animals", "vermin", "stupid", "filthy", "hate", "kill", "should", "die", "women", "love",
                    "we", "i", "all", "the", "of", "like", "go", "home", "thieves", "racism", "my", "dogs", "?", ".",
                    "#theyareanimals", "#sunset",
                ]),
                1..10,
            ),
        ) {
            let text = Text::read(&words.join(" "));
            let said = read_sentences(&text);
            if !names_somebody(&text) {
                prop_assert_eq!(said.reading, Reading::Clear);
                prop_assert!(!said.of_groups);
            }
        }
    }
}
