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

/// "... are animals", "... should die", "why are ... so stupid": what is said of the group.
fn as_subject(sentence: &[Word<'_>], from: usize, after: &[Word<'_>], negated: bool) -> Reading {
    let before = &sentence[from.saturating_sub(REACH)..from];
    // "a friend of ... is": somebody else is spoken of.
    if says(
        before.last().map_or(&[], std::slice::from_ref),
        &["of", "for", "with", "against", "to"],
    ) {
        return Reading::Clear;
    }
    // "those who hate ... are": of those who do it something is said.
    let far = &sentence[from.saturating_sub(2 * REACH)..from];
    if says(far, &["who", "whoever", "anyone", "anybody"]) {
        return Reading::Clear;
    }
    let asked = before
        .last()
        .is_some_and(|word| matches!(word.text, "are" | "is"));
    let contracted = from < sentence.len() && sentence[from].text == "theyre";
    // "being gay can be ...": of a state something is said, and of nobody.
    if before.last().is_some_and(|word| word.text == "being") {
        return Reading::Clear;
    }
    // "it makes ... look stupid": it is said of what makes them so.
    let made = ["make", "makes", "making", "made"];
    if before.last().is_some_and(|word| made.contains(&word.text)) {
        return Reading::Clear;
    }
    let verb = after
        .iter()
        .take(4)
        .position(|word| word.is_on(words::COPULAS));
    let predicate = match verb {
        _ if asked || contracted => after,
        // "... you are": the next sentence has begun.
        Some(at) if says(&after[..at], &["i", "you", "we", "he", "she", "it"]) => {
            return Reading::Clear;
        }
        Some(at) => &after[at + 1..],
        None => return of_deeds(after, negated),
    };
    let until = |length: usize| &predicate[..predicate.len().min(length)];
    // "arent", "aint" are joining words and negations.
    let joined = verb.map_or(&[] as &[Word<'_>], |at| &after[..=at]);
    let denies = |length: usize| {
        let only = says(until(length), &["only", "just", "nothing"]);
        (has(joined, words::NOT) || has(until(length), words::NOT)) && !only
    };
    // "... are only good for ...".
    if !negated
        && predicate.len() > 3
        && says(until(1), &["only"])
        && says(&predicate[1..3], &["for"])
    {
        return GRAVE;
    }
    let unhuman = (has(joined, words::NOT) || has(until(1), words::NOT))
        && says(until(3), &["people", "human", "humans"])
        && !says(until(3), &["less"]);
    let lesser = predicate.windows(2).take(5).any(|pair| {
        matches!(pair[0].text, "less" | "sub") && matches!(pair[1].text, "human" | "than")
    });
    if (unhuman || lesser && !denies(4)) && !negated {
        return MEANT;
    }
    let even = says(until(5), &["the", "only", "just", "all", "less", "against"]);
    let refused = clause(until(5));
    if !negated && !even && denies(2) && has(refused, words::DENIED) {
        // "... are not welcome in many countries" tells what is so; "here" says that it shall be so.
        let first = refused.iter().find(|word| word.is_on(words::DENIED));
        // "do not deserve abuse": what nobody deserves.
        if first.is_some_and(|word| word.text == "deserve") && has(refused, words::ABUSE)
            || is_freed(refused)
        {
            return Reading::Clear;
        }
        let granted = first.is_some_and(|word| words::GRANTED.contains(&word.text));
        let near = says(predicate, &["here", "our", "my", "this", "us", "anywhere"])
            || has(joined, words::OUGHT);
        return if granted && !near {
            Reading::Unclear
        } else {
            GRAVE
        };
    }
    if !negated && !denies(3) {
        if has(until(7), words::INHUMAN) {
            return MEANT;
        }
        if has(until(7), words::INSULTS | words::CRIMINALS) {
            return GRAVE;
        }
    }
    of_deeds(after, negated)
}

/// The words up to where somebody else is spoken of, or something else is said.
fn clause<'a, 'b>(words: &'a [Word<'b>]) -> &'a [Word<'b>] {
    let others = [
        "they", "it", "he", "she", "we", "i", "you", "but", "because", "which",
    ];
    let end = words.iter().position(|word| others.contains(&word.text));
    &words[..end.unwrap_or(words.len())]
}

/// "... should die", "... belong in the kitchen", "... are ruining this country".
fn of_deeds(after: &[Word<'_>], negated: bool) -> Reading {
    if negated {
        return Reading::Clear;
    }
    let not = has(after, words::NOT);
    let near = &after[..after.len().min(4)];
    if has(near, words::MUST) && has(after, words::PUNISHED) && !not {
        return MEANT;
    }
    if has(near, words::OUGHT) && has(after, words::DESTROYED) && !not {
        return MEANT;
    }
    // "... should never be allowed", "... will never be equal", "... cannot drive".
    let denied = near
        .iter()
        .position(|word| word.is_on(words::NOT))
        .map(|at| clause(&after[at + 1..after.len().min(at + 5)]));
    if denied.is_some_and(|rest| {
        has(rest, words::DENIED)
            && !has(rest, words::ABUSE)
            && !is_freed(rest)
            && !says(rest, &["to", "just", "only", "less"])
    }) {
        return GRAVE;
    }
    // "... should not be allowed to vote": denied with a "to", too, where it is a matter of leave. What
    // does them harm is denied in their favour.
    let harmed =
        words::PUNISHED | words::DESTROYED | words::VIOLENCE | words::HARM | words::HATE_VERBS;
    let leave =
        denied.is_some_and(|rest| says(rest, &["allowed", "permitted"])) && !has(after, harmed);
    if leave && (has(near, words::OUGHT) || says(near, &["cant", "cannot", "never"])) {
        return GRAVE;
    }
    let moved = after.windows(2).take(3).any(|pair| {
        pair[0].is_on(words::DISGUSTS)
            && matches!(pair[1].text, "me" | "us" | "everybody" | "everyone")
    });
    let sickened = after.windows(3).take(3).any(|three| {
        matches!(three[0].text, "make" | "makes")
            && matches!(three[1].text, "me" | "us" | "my")
            && (three[2].is_on(words::INSULTS)
                || matches!(
                    three[2].text,
                    "sick" | "puke" | "vomit" | "gag" | "skin" | "angry" | "want"
                ))
    });
    if (moved || sickened) && !not {
        return GRAVE;
    }
    // "... would go home if there was one" wishes nobody away.
    let wished = !(says(near, &["would", "could"]) && says(after, &["home", "back"]));
    let go = wished
        && says(after, &["go", "rot", "fuck", "piss"])
        && says(after, &["hell", "back", "home", "off", "themselves"]);
    let belong = says(near, &["belong", "belongs", "stay"]) && has(after, words::PLACES);
    // "... with rape", "... accused of stealing": no deed of theirs.
    let harm = (0..after.len().min(3)).any(|at| {
        let before = at.checked_sub(1).map_or("", |before| after[before].text);
        after[at].is_on(words::HARMFUL_ACTS)
            && !matches!(
                before,
                "with" | "of" | "for" | "from" | "by" | "about" | "against"
            )
    });
    // "... have no place here".
    let placeless = after.windows(3).take(3).any(|three| {
        matches!(three[0].text, "have" | "has" | "got")
            && three[1].text == "no"
            && matches!(
                three[2].text,
                "place"
                    | "right"
                    | "rights"
                    | "business"
                    | "brain"
                    | "brains"
                    | "soul"
                    | "morals"
                    | "shame"
                    | "value"
            )
    });
    if (go || belong || harm) && !not || placeless {
        return GRAVE;
    }
    Reading::Clear
}

/// "do not belong in the kitchen": where nobody else is sent, either.
fn is_freed(denied: &[Word<'_>]) -> bool {
    denied
        .iter()
        .any(|word| word.is_on(words::PLACES) && !matches!(word.text, "country" | "home"))
}

/// "no ... allowed", "too many ...", "never trust ...", "no place for ...": whom nobody wants.
fn as_unwanted(far: &[Word<'_>], after: &[Word<'_>]) -> Reading {
    let near = &far[far.len().saturating_sub(3)..];
    let last = far.last().map(|word| word.text).unwrap_or_default();
    let second = far.len().checked_sub(2).map_or("", |at| far[at].text);
    let refused = last == "no"
        && says(
            &after[..after.len().min(2)],
            &["allowed", "welcome", "wanted"],
        );
    let crowded =
        second == "too" && last == "many" || last == "fewer" || second == "no" && last == "more";
    let mistrusted = near.iter().enumerate().any(|(at, word)| {
        matches!(word.text, "never" | "dont" | "cant" | "cannot" | "wont")
            && near[at + 1..].iter().any(|next| next.is_on(words::TRUST))
    }) && !has(after, words::DONE_TO)
        && !says(after, &["tell", "be", "down", "who"]);
    let placeless = far.windows(3).any(|three| {
        three[0].text == "no"
            && matches!(three[1].text, "place" | "room" | "need" | "use")
            && three[2].text == "for"
    });
    // "no ... should be allowed to ...", unless it is to suffer.
    let harm = words::PUNISHED | words::DESTROYED | words::VIOLENCE | words::HARM;
    let forbidden = last == "no"
        && has(&after[..after.len().min(2)], words::MUST)
        && says(after, &["allowed", "permitted"])
        && !has(after, harm);
    // "nobody wants ... here", "send ... back", "the only good ... is a dead one".
    let shunned =
        matches!(second, "nobody" | "one") && last == "wants" && says(after, &["here", "in"]);
    let sent = says(near, &["send", "ship"])
        && says(&after[..after.len().min(2)], &["back", "home", "away"])
        && !is_negated(far)
        && !says(far, &["they", "he", "she", "who", "to", "wants"]);
    let killed = far
        .windows(2)
        .any(|pair| (pair[0].text, pair[1].text) == ("only", "good"))
        && says(after, &["dead"]);
    let wish = near
        .iter()
        .rposition(|word| matches!(word.text, "wish" | "hope"));
    let wished = wish.is_some_and(|at| {
        at == 0 && near.len() < 3 || at > 0 && matches!(near[at - 1].text, "i" | "we")
    }) && has(&after[..after.len().min(4)], words::PUNISHED)
        && !is_negated(far)
        && !has(near, words::SPEECH | words::PEOPLE)
        && !says(after, &["not", "never"]);
    if killed || wished {
        return MEANT;
    }
    if forbidden || shunned || sent {
        return GRAVE;
    }
    let gone = has(near, words::LET) && says(near, &["why", "stop"]);
    if refused || crowded || mistrusted || placeless {
        return GRAVE;
    }
    if gone {
        Reading::Unclear
    } else {
        Reading::Clear
    }
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
