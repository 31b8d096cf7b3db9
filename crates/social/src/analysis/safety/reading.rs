//! What one text says that brands mind.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::super::phrases::Hit;
use super::super::text::Text;
use super::super::token::TokenKind;
use super::category::{Category, Find, Reading};
use super::context::{cleared, is_lived_through, is_news, is_offer};
use super::hate;
use super::phrases::{HELP, HELP_OFFERS, Meaning, NEGATIONS, NO_NEGATIONS, PHRASES, in_hashtags};
use crate::level::Level;

/// What was found in a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TextReading {
    /// The worst find.
    pub(crate) find: Option<Find>,
    /// Whether it says something that words alone cannot decide.
    pub(crate) unclear: bool,
    /// Whether it speaks of groups of people, well or ill.
    pub(crate) of_groups: bool,
}

impl TextReading {
    /// 0.0 for harmless to 1.0 for what no brand may stand beside; 0.3 for unclear.
    pub(crate) fn risk(self) -> f64 {
        let found = self.find.map_or(0.0, |find| find.level.harm());
        if self.unclear { found.max(0.3) } else { found }
    }

    /// The worse of two readings of a text.
    fn or(self, other: Self) -> Self {
        Self {
            find: self.find.max(other.find),
            unclear: self.unclear || other.unclear,
            of_groups: self.of_groups || other.of_groups,
        }
    }
}

/// Reads a text, and a disguised one twice.
pub(super) fn read(text: &Text) -> TextReading {
    read_among(text, &[])
}

/// Reads a text of an account whose field gives the words of some categories another sense, as long as they are not
/// grave.
pub(super) fn read_among(text: &Text, usual: &[Category]) -> TextReading {
    let plain = of(text, usual);
    text.undisguised()
        .map_or(plain, |read| plain.or(of(read, usual)))
}

fn of(text: &Text, usual: &[Category]) -> TextReading {
    let said = hate::read(text);
    let hate = said.reading;
    let mut of_text: Option<Vec<_>> = None;
    let mut found = TextReading {
        find: match hate {
            Reading::Meant(find) => Some(find),
            _ => None,
        },
        unclear: hate == Reading::Unclear,
        of_groups: said.of_groups,
    };
    for hit in PHRASES.find(text) {
        let Some((category, mut level)) = hit.meaning else {
            continue;
        };
        // What words cannot decide about a group is undecided with every word in it: "rape" and a swear word
        // may be quoted, too.
        let spoken_against = || category == Category::Obscenity && hate::is_spoken_against(text);
        let undecided = level < Level::High && (hate == Reading::Unclear || spoken_against());
        let rejected = || {
            let tokens = hit.start..hit.start + hit.length;
            hate::rejects(text, &tokens, level == Level::Floor)
                || level < Level::Floor && is_denied(text, hit.start)
        };
        if undecided || category == Category::Hate && rejected() {
            found.unclear = true;
            continue;
        }
        // A negation says nothing where the phrase itself is the offence.
        let cleared = of_text.get_or_insert_with(|| cleared(text));
        let mut here = cleared.iter().filter(|(of, _)| *of == category);
        let elsewhere = here.any(|(_, levels)| levels.contains(&level))
            || level < Level::High && usual.contains(&category) && !is_offer(text);
        if level < Level::Floor && (elsewhere || is_negated(text, &hit)) {
            continue;
        }
        if level < Level::Floor && is_help(text, &hit) {
            level = Level::Low;
        }
        let is_told = || is_news(text, category) || is_lived_through(text, word(text, hit.start));
        if level == Level::High && is_told() {
            level = Level::Medium;
        }
        found.find = found.find.max(Some(Find {
            level,
            category,
            is_fixed: level == Level::Floor,
        }));
    }
    found.find = found.find.max(in_tags(text));
    found
}

/// Phrases of high and floor level, written as one word.
static TAGS: LazyLock<BTreeMap<String, (Category, Level)>> =
    LazyLock::new(|| in_hashtags().collect());

fn in_tags(text: &Text) -> Option<Find> {
    let tags = text
        .tokens()
        .iter()
        .filter(|t| t.kind == TokenKind::Hashtag);
    tags.filter_map(|token| {
        let tag: String = text
            .str(*token)
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect();
        let (category, level) = TAGS.get(&tag)?;
        Some(Find {
            level: *level,
            category: *category,
            is_fixed: *level == Level::Floor,
        })
    })
    .max()
}

/// Whether one of the three words before a hit, in the same clause, takes it back.
fn is_negated<T>(text: &Text, hit: &Hit<T>) -> bool {
    let negation = (hit.start.saturating_sub(3)..hit.start)
        .rev()
        .take_while(|index| text.is_joined_to_next(*index))
        .find(|index| NEGATIONS.contains(&word(text, *index)));
    // What begins with the word before is looked at too: "cant stop" is no "stop".
    negation.is_some_and(|index| {
        let around = [Some(index), index.checked_sub(1), index.checked_sub(2)];
        !around
            .into_iter()
            .flatten()
            .any(|start| is_no_negation(text, start, index))
    })
}

/// Whether one of the eight words before a place, in the same sentence, is a negation.
fn is_denied(text: &Text, start: usize) -> bool {
    (start.saturating_sub(8)..start)
        .rev()
        .take_while(|index| !text.ends_sentence(*index))
        .any(|index| matches!(word(text, index), "not" | "never" | "no" | "arent" | "isnt"))
}

/// Whether the phrase that starts at one word is no negation, and reaches another word.
fn is_no_negation(text: &Text, start: usize, reaches: usize) -> bool {
    NO_NEGATIONS.iter().any(|phrase| {
        let length = phrase.split(' ').count();
        start + length > reaches
            && phrase
                .split(' ')
                .zip(start..)
                .all(|(part, index)| index < text.tokens().len() && word(text, index) == part)
    })
}

fn word(text: &Text, index: usize) -> &str {
    text.str(text.tokens()[index])
}

/// Whether a phrase about suicide or self-harm stands in the name of a help against it, or beside an offer of one.
fn is_help(text: &Text, hit: &Hit<Meaning>) -> bool {
    let end = text.tokens().len().min(hit.start + hit.length + 3);
    matches!(
        word(text, hit.start),
        "suicide" | "self" | "end" | "nobody" | "no" | "world"
    ) && ((hit.start + 1..end).any(|index| HELP.contains(&word(text, index)))
        || HELP_OFFERS.find(text).next().is_some())
}
