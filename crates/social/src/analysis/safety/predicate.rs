//! What is said of a group as a whole: that its people are vermin, that they should go or obey, that nobody wants them.
//! What is felt or meant to be done to them is in `object.rs`.

use super::category::Reading;
use super::hate_words as words;
use super::sentence::Word;
use super::terms::{GRAVE, MEANT, REACH, has, is_negated, says};

/// "... are animals", "... should die", "why are ... so stupid": what is said of the group.
pub(super) fn as_subject(
    sentence: &[Word<'_>],
    from: usize,
    after: &[Word<'_>],
    negated: bool,
) -> Reading {
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
pub(super) fn as_unwanted(far: &[Word<'_>], after: &[Word<'_>]) -> Reading {
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
