//! Hate against groups: a target and what is said of it, against quotation, counter-speech,
//! reclaimed use and homonyms.
//!
//! No list of words finds hate: the same words stand in the mouths of those who oppose it. So a find
//! takes two things in one clause, a group and a hostile predicate about it, or a slur aimed at
//! somebody; and it is taken for meant only if the text neither reports nor rejects it. Whatever is
//! left, about a group and in hard words, is unclear: a person must read it.

use std::sync::LazyLock;

use super::super::text::Text;
use super::super::token::TokenKind;
use super::category::{Category, Find, Reading};
use super::hate_words as words;
use crate::hash::fnv_1a as hash;
use crate::level::Level;

/// How many words may stand between a group and its predicate.
const REACH: usize = 4;

/// Words of which a text must have one to say anything about groups.
static NAMES: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let lists = [
        words::GROUPS,
        words::GROUP_ADJECTIVES,
        words::SINGULAR,
        words::SLURS,
        words::AMBIGUOUS_SLURS,
        words::THEM,
        words::ATROCITIES,
    ];
    let mut hashes: Vec<u64> = lists.concat().iter().map(|w| hash(w.as_bytes())).collect();
    hashes.sort_unstable();
    hashes
});

/// Whether a text names a group, or anybody as `they`: most texts do not, and are read no further.
fn names_somebody(text: &Text) -> bool {
    let names: &[u64] = &NAMES;
    text.tokens().iter().any(|token| match token.kind {
        TokenKind::Word => names.binary_search(&token.hash).is_ok(),
        TokenKind::Hashtag => {
            let word = text.str(*token).trim_start_matches('#');
            names.binary_search(&hash(word.as_bytes())).is_ok()
        }
        _ => false,
    })
}

/// What a text says about groups.
pub(super) fn read(text: &Text) -> Reading {
    if !names_somebody(text) {
        return Reading::Clear;
    }
    let clauses = clauses(text);
    let mut worst = Reading::Clear;
    let mut mentions = false;
    for clause in &clauses {
        worst = worst.max(of_clause(clause));
        mentions |= (0..clause.len()).any(|at| group_at(clause, at).is_some());
    }
    let all: Vec<&str> = clauses.concat();
    let has = |list: &[&str]| all.iter().any(|word| list.contains(word));
    match worst {
        Reading::Meant(_) if opposes(&all, text) => Reading::Unclear,
        Reading::Meant(find) => Reading::Meant(find),
        _ if has(words::ATROCITIES) => Reading::Unclear,
        _ if (mentions || has(words::THEM)) && has(words::HARD) && !praises(&all) => {
            Reading::Unclear
        }
        other => other,
    }
}

/// The words of each clause, mentions and numbers left out.
fn clauses(text: &Text) -> Vec<Vec<&str>> {
    let mut clauses = vec![Vec::new()];
    for (index, token) in text.tokens().iter().enumerate() {
        let word = text.str(*token);
        match token.kind {
            TokenKind::Word => {
                if let Some(clause) = clauses.last_mut() {
                    clause.push(word);
                }
            }
            TokenKind::Hashtag => {
                if let Some(clause) = clauses.last_mut() {
                    clause.push(word.trim_start_matches('#'));
                }
            }
            _ => {}
        }
        if index + 1 < text.tokens().len() && text.ends_sentence(index) {
            clauses.push(Vec::new());
        }
    }
    clauses
}

const MEANT: Reading = Reading::Meant(Find {
    category: Category::Hate,
    level: Level::Floor,
});
const GRAVE: Reading = Reading::Meant(Find {
    category: Category::Hate,
    level: Level::High,
});

fn of_clause(clause: &[&str]) -> Reading {
    let mut worst = Reading::Clear;
    for at in 0..clause.len() {
        if let Some(length) = group_at(clause, at) {
            worst = worst.max(about_group(clause, at, at + length));
        }
        if words::SLURS.contains(&clause[at]) {
            worst = worst.max(slur(clause, at));
        } else if words::AMBIGUOUS_SLURS.contains(&clause[at]) {
            worst = worst.max(ambiguous_slur(clause, at));
        }
        if matches!(clause[at], "they" | "theyre" | "those" | "these") {
            worst = worst.max(about_them(clause, at));
        }
    }
    worst
}

/// The length of the group's name that starts at a word.
fn group_at(clause: &[&str], at: usize) -> Option<usize> {
    let two = clause.get(at + 1).is_some_and(|next| {
        words::GROUP_ADJECTIVES.contains(&clause[at]) && words::PEOPLE.contains(next)
    });
    if two {
        return Some(2);
    }
    let single = words::SINGULAR.contains(&clause[at])
        && at > 0
        && !clause
            .get(at + 1)
            .is_some_and(|next| words::THINGS.contains(next));
    (words::GROUPS.contains(&clause[at]) || single).then_some(1)
}

/// What a clause says about the group that stands from `from` to `to`.
fn about_group(clause: &[&str], from: usize, to: usize) -> Reading {
    let before = &clause[from.saturating_sub(REACH)..from];
    let after = &clause[to..clause.len().min(to + 2 * REACH)];
    let is_negated = |words: &[&str]| words.iter().any(|word| words::NOT.contains(word));
    let far = &clause[from.saturating_sub(2 * REACH)..from];
    let in_front = |list: &[&str]| before.iter().any(|word| list.contains(word));

    // "kill all ...", "get rid of ...": before the group, in order.
    if in_front(words::VIOLENCE) && !is_negated(far) && !in_front(words::PAST) {
        return MEANT;
    }
    // "I hate ...".
    if in_front(words::HATE_VERBS) && !is_negated(far) && !before.contains(&"when") {
        return GRAVE;
    }
    // "no ... allowed", "dirty ...".
    let right_before = before.last().copied().unwrap_or_default();
    if words::INSULTS.contains(&right_before) && !is_negated(far) {
        return GRAVE;
    }
    if right_before == "no"
        && after
            .iter()
            .take(2)
            .any(|word| matches!(*word, "allowed" | "welcome" | "wanted"))
    {
        return GRAVE;
    }
    // "... are animals", "... are not people".
    let subject = before
        .iter()
        .all(|word| !matches!(*word, "of" | "for" | "with" | "against"));
    let Some(verb) = after
        .iter()
        .position(|word| words::COPULAS.contains(word))
        .filter(|at| *at <= 2)
    else {
        return after_group(after, is_negated(far));
    };
    let predicate = &after[verb + 1..];
    let negated = is_negated(&predicate[..predicate.len().min(2)]) || is_negated(far);
    let inhuman = predicate.windows(2).any(|pair| {
        matches!(pair[0], "not" | "arent" | "isnt" | "less")
            && matches!(pair[1], "people" | "human" | "humans" | "than")
    });
    if inhuman && subject {
        return MEANT;
    }
    let says = |list: &[&str]| {
        predicate
            .iter()
            .take(REACH + 2)
            .any(|word| list.contains(word))
    };
    if !negated && says(words::INHUMAN) {
        return MEANT;
    }
    if !negated && (says(words::INSULTS) || says(words::CRIMINALS)) {
        return GRAVE;
    }
    after_group(after, is_negated(far))
}

/// "... should die", "... belong in the kitchen", "... are ruining this country".
fn after_group(after: &[&str], negated: bool) -> Reading {
    let has = |list: &[&str]| after.iter().any(|word| list.contains(word));
    let not = after.iter().any(|word| words::NOT.contains(word));
    if has(words::MUST) && has(words::PUNISHED) && !not && !negated {
        return MEANT;
    }
    let belongs = after
        .iter()
        .take(3)
        .any(|word| matches!(*word, "belong" | "belongs" | "stay"));
    if belongs && has(words::PLACES) && !not && !negated {
        return GRAVE;
    }
    let refused = not
        && has(&[
            "belong", "deserve", "drive", "vote", "rights", "think", "lead", "trusted",
        ]);
    if refused && !negated && !has(&["to"]) {
        return GRAVE;
    }
    if has(words::HARMFUL_ACTS)
        && !not
        && !negated
        && after
            .iter()
            .take(3)
            .any(|w| words::HARMFUL_ACTS.contains(w))
    {
        return GRAVE;
    }
    Reading::Clear
}

/// "They are not people, they are animals", "they breed like rats".
fn about_them(clause: &[&str], at: usize) -> Reading {
    let after = &clause[at + 1..clause.len().min(at + 7)];
    let inhuman = after
        .iter()
        .take(4)
        .any(|word| words::INHUMAN.contains(word));
    let copula = after
        .first()
        .is_some_and(|word| words::COPULAS.contains(word))
        || clause[at] == "theyre"
        || after
            .get(1)
            .is_some_and(|word| words::COPULAS.contains(word));
    let unhuman = after.windows(2).any(|pair| {
        matches!(pair[0], "not" | "arent") && matches!(pair[1], "people" | "human" | "humans")
    });
    if copula && unhuman {
        return MEANT;
    }
    let peopled = matches!(clause[at], "those" | "these")
        && after
            .first()
            .is_some_and(|word| words::PEOPLE.contains(word));
    if peopled && copula && inhuman && !after.iter().any(|word| words::NOT.contains(word)) {
        return MEANT;
    }
    if copula && inhuman {
        return Reading::Unclear;
    }
    Reading::Clear
}

/// A word that is nothing but a slur. In the first person it may be reclaimed.
fn slur(clause: &[&str], at: usize) -> Reading {
    let others = [
        "you", "youre", "they", "theyre", "them", "those", "these", "all", "hate", "kill",
        "fucking", "dirty", "stupid", "he", "she", "every", "his", "her",
    ];
    let own = ["my", "we", "us", "our", "im", "proud", "me", "i", "am"];
    let near = &clause[at.saturating_sub(5)..clause.len().min(at + 4)];
    let aimed = near.iter().any(|word| others.contains(word));
    let owned = near.iter().any(|word| own.contains(word));
    if owned
        && !near
            .iter()
            .any(|word| words::HATE_VERBS.contains(word) || words::VIOLENCE.contains(word))
        && !aimed
    {
        return Reading::Unclear;
    }
    if aimed { MEANT } else { GRAVE }
}

/// A word that is a slur of somebody and a plain word of something.
fn ambiguous_slur(clause: &[&str], at: usize) -> Reading {
    let before = &clause[at.saturating_sub(3)..at];
    let insulted = before.iter().any(|word| {
        words::INSULTS.contains(word)
            || matches!(
                *word,
                "fucking" | "you" | "youre" | "those" | "these" | "hate"
            )
    });
    let thing = clause
        .get(at + 1)
        .is_some_and(|next| words::THINGS.contains(next));
    if insulted && !thing {
        GRAVE
    } else {
        Reading::Clear
    }
}

/// Whether a text reports or rejects what it quotes.
fn opposes(all: &[&str], text: &Text) -> bool {
    let has = |list: &[&str]| all.iter().any(|word| list.contains(word));
    let proud = all.windows(2).any(|pair| {
        matches!(pair[0], "im" | "am" | "proudly")
            && (words::REJECTS.contains(&pair[1]) || pair[1] == "proud")
    });
    let rejects = has(words::REJECTS) && !proud;
    let reports = has(words::REPORTS);
    let quoted = text
        .folded()
        .matches(['"', '\u{201c}', '\u{201d}', '\u{ab}', '\u{bb}'])
        .count()
        >= 2;
    let asks = text.folded().trim_end().ends_with('?') && has(&["why", "how", "who", "what"]);
    rejects || ((reports || quoted) && (has(words::NOT) || asks || quoted))
}

/// Whether what stands around some tokens of a text speaks against them, or quotes them.
pub(super) fn rejects(text: &Text, tokens: &std::ops::Range<usize>) -> bool {
    let around: Vec<&str> = text
        .tokens()
        .iter()
        .enumerate()
        .filter(|(index, token)| token.kind == TokenKind::Word && !tokens.contains(index))
        .map(|(_, token)| text.str(*token))
        .collect();
    opposes(&around, text)
}

/// Whether a text speaks well of a group.
fn praises(all: &[&str]) -> bool {
    all.iter().any(|word| words::PRAISE.contains(word))
        && !all.iter().any(|word| words::INHUMAN.contains(word))
}
