//! What is felt, called for and meant about a group that is named after it: "kill all ...", "I hate ...".

use super::category::Reading;
use super::hate_words as words;
use super::hate_words::Lists;
use super::sentence::Word;
use super::terms::{GRAVE, MEANT, REACH, has, is_negated, says};

/// "kill all ...", "I hate ...", "dirty ...": what stands before the group.
pub(super) fn as_object(sentence: &[Word<'_>], from: usize, after: &[Word<'_>]) -> Reading {
    let before = &sentence[from.saturating_sub(REACH)..from];
    let far = &sentence[from.saturating_sub(2 * REACH)..from];
    let negated = is_negated(far);
    // "anyone who wants to kill ...", "they threatened to kill ...": others mean it.
    let told = has(before, words::PAST)
        || says(far, &["used", "reportedly", "allegedly"])
        || says(far, &["whoever", "anyone", "anybody", "if"])
        || far
            .iter()
            .any(|word| words::OTHERS_MEAN.contains(&word.text))
        || far.windows(2).any(|pair| {
            let some = pair[0].is_on(words::PEOPLE | words::THEM)
                || matches!(
                    pair[0].text,
                    "some" | "many" | "others" | "he" | "she" | "you"
                );
            some && matches!(
                pair[1].text,
                "who" | "want" | "wants" | "try" | "love" | "like" | "plan"
            )
        });
    // "kill ...", "we should kill ...", and not "the urge to kill ..." or "who would kill ...?".
    if let Some(verb) = does(sentence, from, words::VIOLENCE).filter(|_| !negated && !told) {
        return if is_called_for(&sentence[..verb]) {
            MEANT
        } else {
            Reading::Unclear
        };
    }
    // "we should attack ...": others do that, so it takes an intention.
    let harm = does(sentence, from, words::HARM).filter(|_| !negated && !told);
    if harm.is_some_and(|verb| has(far, words::INTENT) && is_called_for(&sentence[..verb])) {
        return MEANT;
    }
    // "I hate ...", and not "those who hate ..." or "I hate to say it, but ...".
    if feels(before) && !negated && !has(before, words::OTHERS) {
        return GRAVE;
    }
    // "I cannot stand ...", and not what is done to them.
    let done_to = after.first().is_some_and(|word| word.is_on(words::DONE_TO));
    let own = says(far, &["i", "im", "ive", "we", "my", "our", "nothing"]);
    let averse = before.windows(2).any(|pair| {
        let pair = (pair[0].text, pair[1].text);
        words::AVERSION.contains(&pair) || own && words::FEELINGS.contains(&pair)
    });
    if averse && !done_to && !has(before, words::OTHERS) {
        return GRAVE;
    }
    let Some(right_before) = before.last() else {
        return Reading::Clear;
    };
    let cursed = matches!(right_before.text, "fuck" | "screw" | "fucking");
    // "violent women": some of them may be meant.
    if words::PLAIN.contains(&right_before.text) {
        return Reading::Unclear;
    }
    if (right_before.is_on(words::INSULTS) || cursed) && !negated {
        return GRAVE;
    }
    Reading::Clear
}

/// Whether what follows some words of a sentence is called for or meant: nothing but fillers stands before
/// it ("please just ..."), or the writer's own will or what ought to be ("I will ...", "somebody should ...").
fn is_called_for(before: &[Word<'_>]) -> bool {
    let asked = before.first().is_some_and(|word| {
        matches!(
            word.text,
            "who"
                | "what"
                | "how"
                | "why"
                | "would"
                | "do"
                | "does"
                | "did"
                | "can"
                | "could"
                | "is"
                | "was"
        )
    });
    let near = &before[before.len().saturating_sub(5)..];
    let bare = near.iter().all(|word| {
        word.is_on(words::VIOLENCE | words::HARM)
            || matches!(
                word.text,
                "please"
                    | "just"
                    | "lets"
                    | "and"
                    | "or"
                    | "then"
                    | "now"
                    | "so"
                    | "yes"
                    | "go"
                    | "get"
                    | "all"
                    | "of"
                    | "to"
            )
    }) && near.first().is_none_or(|word| word.text != "to");
    let own = says(
        near,
        &[
            "i",
            "we",
            "im",
            "ill",
            "id",
            "were",
            "well",
            "lets",
            "us",
            "someone",
            "somebody",
            "everybody",
            "everyone",
            "gonna",
            "wanna",
            "gotta",
        ],
    );
    let ought = has(near, words::OUGHT)
        || says(
            near,
            &[
                "need", "needs", "time", "will", "right", "okay", "fine", "good", "great", "legal",
                "duty",
            ],
        );
    let outlawed = says(near, &["crime", "illegal", "wrong", "sin"]);
    !asked && !outlawed && (bare || own || ought)
}

/// The verb of some lists among the four words before a group: "rape of", "the murder of", and
/// "violence and" are nouns.
fn does(sentence: &[Word<'_>], from: usize, lists: Lists) -> Option<usize> {
    (from.saturating_sub(REACH)..from).find(|at| {
        let at = *at;
        let before = at.checked_sub(1).map_or("", |before| sentence[before].text);
        let after = sentence.get(at + 1).map_or("", |next| next.text);
        let article = matches!(
            before,
            "the" | "a" | "this" | "that" | "of" | "about" | "by"
        );
        let noun = article || matches!(after, "against" | "by" | "of" | "victims")
            // "rape and violence against ...", but "rape and kill ...".
            || matches!(after, "and" | "or")
                && !sentence.get(at + 2).is_some_and(|next| next.is_on(lists | words::VIOLENCE));
        // "get rid of".
        sentence[at].is_on(lists) && (!noun || sentence[at].text == "rid")
    })
}

/// Whether the hate that stands before a group is felt for it: no other clause begins between.
fn feels(before: &[Word<'_>]) -> bool {
    let felt = before
        .iter()
        .rposition(|word| word.is_on(words::HATE_VERBS));
    felt.is_some_and(|at| {
        // "terrorists hate ...", "the shooter hated ...": others do.
        let mine = says(&before[..at], &["i", "we", "ive", "all"]);
        if before[at].text == "hated" && !mine
            || has(&before[at.saturating_sub(1)..at], words::CRIMINALS)
        {
            return false;
        }
        let between = &before[at + 1..];
        let elsewhere = [
            "it", "you", "to", "but", "when", "that", "if", "against", "towards", "for", "is",
            "are", "how", "what", "why", "where", "seeing", "hearing",
        ];
        !says(between, &elsewhere)
    })
}
