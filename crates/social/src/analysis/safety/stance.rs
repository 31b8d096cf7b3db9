//! Whether a text means what it says: or reports it, quotes it, and speaks against it.

use super::super::text::Text;
use super::hate_words as words;
use super::sentence::Word;

/// Whether a text reports or rejects what it quotes.
pub(super) fn opposes(all: &[Word<'_>], text: &Text) -> bool {
    let asks = || text.folded().contains('?') && (0..all.len()).any(|at| is_challenged(all, at));
    is_quoted(text) || speaks_against(all) || asks()
}

fn is_quoted(text: &Text) -> bool {
    let quotes = text
        .folded()
        .matches(['"', '\u{201c}', '\u{201d}', '\u{ab}', '\u{bb}']);
    text.quotes || quotes.count() >= 2
}

/// Whether a text reports or rejects a phrase that has one meaning, such as a salute. Only what leads up to it, in the
/// words `before` and a few after it, makes it somebody else's: "that is all I have to say" behind it takes nothing back.
pub(super) fn opposes_phrase(all: &[Word<'_>], before: &[Word<'_>], text: &Text) -> bool {
    let judged = || (0..all.len()).any(|at| is_judged(all, at));
    let reported = || {
        (0..before.len())
            .any(|at| is_reported(before, at) || is_passed_on(before, at) || is_theirs(before, at))
    };
    is_quoted(text) || rejects(all) || judged() || reported() || tells_of_others(before)
}

/// Whether what leads up to a phrase shows it as something said, written or explained: "the slogan ...", "on the wall: ...",
/// "... stands for".
pub(super) fn is_shown(before: &[Word<'_>]) -> bool {
    let is_own = |at: usize| {
        let near = &before[at.saturating_sub(2)..at];
        let says = |words: &[&str]| near.iter().any(|word| words.contains(&word.text));
        says(&["my", "our"]) || before[at].text == "stand" && says(&["i", "we", "im"])
    };
    before.iter().enumerate().any(|(at, word)| {
        let shows = word.is_on(words::SAID) || words::SHOWING.contains(&word.text);
        shows && !is_own(at)
    })
}

/// Whether a sentence tells what others say or do: "they greeted with ...", "a man with a ... tattoo".
fn tells_of_others(sentence: &[Word<'_>]) -> bool {
    const OTHERS: [&str; 7] = [
        "he",
        "she",
        "they",
        "somebody",
        "someone",
        "nazis",
        "skinheads",
    ];
    let is_other = |at: usize| {
        let (word, before) = (sentence[at], at.checked_sub(1).map(|at| sentence[at].text));
        let article = ["a", "an", "some", "one", "this", "that", "two"];
        OTHERS.contains(&word.text)
            || word.is_on(words::HATERS)
            || word.is_on(words::PEOPLE) && before.is_some_and(|before| article.contains(&before))
    };
    // "they took our jobs, ..." says nothing of who salutes.
    let says_or_does = |word: &Word<'_>| {
        word.is_on(words::TOLD | words::SPEECH) || words::SHOWN.contains(&word.text)
    };
    (0..sentence.len())
        .any(|at| is_other(at) && sentence[at + 1..].iter().take(5).any(says_or_does))
}

/// Whether words of those who reject it stand in a text.
fn rejects(all: &[Word<'_>]) -> bool {
    let proud = all.windows(2).any(|pair| {
        matches!(pair[0].text, "im" | "am" | "proudly")
            && (pair[1].is_on(words::REJECTS) || pair[1].text == "proud")
    });
    all.iter().any(|word| word.is_on(words::REJECTS)) && !proud
}

/// Whether the words themselves reject what is said, or give it as others' words.
pub(super) fn speaks_against(all: &[Word<'_>]) -> bool {
    rejects(all)
        || (0..all.len()).any(|at| {
            is_reported(all, at)
                || is_passed_on(all, at)
                || is_judged(all, at)
                || is_theirs(all, at)
        })
}

/// Whether it is told as another's doing or view: "a man yelled ...", "I heard that ...", "in his eyes",
/// "imagine hating ...".
fn is_theirs(all: &[Word<'_>], at: usize) -> bool {
    let next = |step: usize| all.get(at + step).map_or("", |word| word.text);
    let before = &all[at.saturating_sub(2)..at];
    let own = before
        .iter()
        .any(|word| matches!(word.text, "i" | "we" | "ive" | "weve" | "id"));
    let told_to = all[at].text == "told" && matches!(next(1), "me" | "us" | "my" | "him" | "her");
    let enough = before
        .last()
        .is_some_and(|word| matches!(word.text, "enough" | "nuff"));
    // "people ask me whether ...".
    let by_others = |word: &Word<'_>| {
        word.is_on(words::PEOPLE)
            || matches!(word.text, "they" | "you" | "often" | "he" | "she" | "who")
    };
    let asked = matches!(all[at].text, "ask" | "asks" | "asked")
        && before.last().is_some_and(by_others)
        && matches!(next(1), "me" | "us" | "my" | "him" | "her")
        && all[at + 1..]
            .iter()
            .take(3)
            .any(|word| matches!(word.text, "if" | "whether"))
        && !before.iter().any(|word| word.is_on(words::NOT));
    if (all[at].is_on(words::TOLD) && !enough || told_to || asked) && !own {
        return true;
    }
    // "I heard that ...", "words I heard", and not "if I hear ... once more".
    let of_others = matches!(
        next(1),
        "that"
            | "how"
            | "people"
            | "someone"
            | "somebody"
            | "others"
            | "him"
            | "her"
            | "them"
            | "men"
    );
    if all[at].is_on(words::HEARD)
        && (of_others || before.iter().any(|word| word.is_on(words::SAID)))
    {
        return true;
    }
    let others = |word: &str| {
        matches!(
            word,
            "his" | "her" | "their" | "your" | "him" | "them" | "you" | "some" | "many" | "others"
        )
    };
    match all[at].text {
        "according" => next(1) == "to" && !matches!(next(2), "me" | "us"),
        "in" => {
            others(next(1)) && matches!(next(2), "eyes" | "view" | "mind" | "world" | "opinion")
        }
        "for" | "to" if at == 0 => {
            let near = &all[1..all.len().min(4)];
            others(next(1))
                || near
                    .iter()
                    .any(|word| word.is_on(words::HATERS | words::ATROCITIES))
        }
        "imagine" => next(1).ends_with("ing"),
        "hating" | "mocking" | "hurting" => at == 0,
        _ => false,
    }
}

/// Whether it is what others think of people: "the notion that they are ...", "they are seen as ...".
fn is_passed_on(all: &[Word<'_>], at: usize) -> bool {
    let own = at > 0 && matches!(all[at - 1].text, "my" | "our");
    let next = all.get(at + 1).map_or("", |word| word.text);
    if all[at].is_on(words::SAID) {
        return !own && matches!(next, "that" | "of" | "about" | "like" | "saying");
    }
    let passive = matches!(
        all[at].text,
        "taught"
            | "told"
            | "called"
            | "considered"
            | "seen"
            | "portrayed"
            | "labelled"
            | "labeled"
            | "depicted"
            | "accused"
            | "blamed"
            | "described"
    );
    passive
        && at > 0
        && (all[at - 1].is_on(words::COPULAS)
            || matches!(all[at - 1].text, "got" | "get" | "gets" | "been"))
}

/// Whether somebody is asked how he comes to say it: "how can you ...", "do you have any evidence".
fn is_challenged(all: &[Word<'_>], at: usize) -> bool {
    let next = |step: usize| all.get(at + step).map_or("", |word| word.text);
    match all[at].text {
        "evidence" | "proof" => true,
        "how" | "why" | "what" => {
            matches!(next(1), "do" | "would" | "can" | "could" | "are" | "did") && next(2) == "you"
                || next(1) == "is" && next(2) == "it"
                || next(1) == "did"
                    && all[at..]
                        .windows(2)
                        .any(|pair| matches!(pair[0].text, "do" | "done") && pair[1].text == "to")
        }
        "does" | "would" => next(1) == "it" || next(1) == "this",
        _ => false,
    }
}

/// Whether others say, call or think something at a word: "saying that", "anyone who thinks", "you
/// cannot call". What is said in the first person is the writer's own.
fn is_reported(all: &[Word<'_>], at: usize) -> bool {
    if !all[at].is_on(words::SPEECH) {
        return false;
    }
    let before = &all[at.saturating_sub(3)..at];
    let own = before.iter().rev().take(2).any(|word| {
        matches!(
            word.text,
            "i" | "we" | "im" | "ill" | "my" | "all" | "id" | "ive"
        )
    }) || has_to(&all[at.saturating_sub(5)..at]);
    let taken_back = before
        .iter()
        .any(|word| word.is_on(words::NOT) || word.text == "why");
    let own = own && !taken_back;
    let gerund = all[at].text.ends_with("ing");
    let begins = gerund && (at == 0 || matches!(all[at - 1].text, "of" | "from" | "by" | "about"));
    let by_others = before
        .iter()
        .any(|word| word.is_on(words::SPEAKERS | words::NOT | words::SAID) || word.text == "would");
    !own && (begins || by_others)
}

/// Whether somebody has something to say for himself: "I just want to ...".
fn has_to(before: &[Word<'_>]) -> bool {
    let first = before.iter().any(|word| matches!(word.text, "i" | "we"));
    let wants = before.windows(2).last().is_some_and(|pair| {
        matches!(
            pair[0].text,
            "have" | "want" | "need" | "like" | "got" | "had" | "wanted"
        ) && pair[1].text == "to"
    });
    first && wants
}

/// Whether it is what somebody says that is judged, and not those it is about: "such jokes are
/// disgusting", "it is sick to call them that".
fn is_judged(all: &[Word<'_>], at: usize) -> bool {
    let near = |from: usize, to: usize| &all[from.min(all.len())..to.min(all.len())];
    if all[at].is_on(words::SAID) {
        let after = near(at + 1, at + 7);
        let of_said = after.iter().any(|word| word.is_on(words::COPULAS))
            && after.iter().any(|word| word.is_on(words::ILL));
        let before = all[at.saturating_sub(2)..at].iter();
        return of_said || before.clone().any(|word| word.is_on(words::ILL));
    }
    // "hating them is not right": what is done to them is judged.
    let done = all[at].text.ends_with("ing")
        && (at == 0 || all[at - 1].is_on(words::NOT))
        && (at..all.len()).any(|joined| {
            all[joined].is_on(words::COPULAS)
                && near(joined + 1, joined + 4)
                    .iter()
                    .any(|word| word.is_on(words::ILL | words::NOT))
        });
    if done {
        return true;
    }
    // "it is wrong to say", "how sick that people call".
    let judged = all[at].is_on(words::ILL)
        && all[at.saturating_sub(3)..at].iter().any(|word| {
            matches!(
                word.text,
                "its" | "it" | "thats" | "that" | "how" | "is" | "so"
            )
        });
    judged
        && near(at + 1, at + 6).iter().any(|word| {
            word.is_on(words::SPEECH | words::HATE_VERBS | words::VIOLENCE | words::HARM)
                || matches!(word.text, "treat" | "discriminate")
        })
        && near(at + 1, at + 4)
            .iter()
            .any(|word| matches!(word.text, "to" | "that" | "when" | "how" | "people" | "you"))
}
