//! Brand safety: what stands in the captions and under them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::bounded::BoundedSnapshot;
use super::language::Language;
use super::phrases::Hit;
use super::safety_lexicon::{Category, HELP, Level, NEGATIONS, NO_NEGATIONS, PHRASES};
use super::signals::{Spec, pillar};
use super::stats::{float, ratio};
use super::text::{Text, TokenKind};
use super::vault::Vault;
use super::wording::counted;
use crate::pillar::{Direction, Pillar, Signal};
use crate::snapshot::Post;

const CAPTIONS: Spec = Spec {
    name: "caption_risk",
    weight: 4.0,
    direction: Direction::LowerIsBetter,
    full_sample: 500,
    curve: RISK,
};

const RECURRENCE: Spec = Spec {
    name: "risky_post_share",
    weight: 3.0,
    direction: Direction::LowerIsBetter,
    full_sample: 12,
    curve: &[(0.0, 100.0), (0.1, 70.0), (0.3, 35.0), (0.6, 5.0)],
};

const COMMENTS: Spec = Spec {
    name: "comment_risk",
    weight: 2.0,
    direction: Direction::LowerIsBetter,
    full_sample: 1_000,
    curve: RISK,
};

/// Over risk points per 1,000 words.
const RISK: &[(f64, f64)] = &[
    (0.0, 100.0),
    (5.0, 85.0),
    (20.0, 50.0),
    (60.0, 20.0),
    (150.0, 0.0),
];

/// Shorter texts are counted as this long: one word in a short caption is no rate.
const LEAST_WORDS: u64 = 300;
/// Posts with a caption needed to speak of recurrence.
const MIN_POSTS: usize = 3;
/// The most pieces of evidence per signal.
const CITED: usize = 3;

/// What was found in a number of texts.
#[derive(Debug, Default)]
struct Findings {
    words: u64,
    hits: u64,
    points: f64,
    by_category: BTreeMap<Category, (Level, u64)>,
    /// For each text and category with a hit, the worst level; the worst first.
    found: Vec<(Level, usize, Category)>,
}

pub(super) fn score(bounded: &BoundedSnapshot, comments: &[Text], vault: &mut Vault) -> Pillar {
    let captioned: Vec<(&Post, Text)> = bounded
        .posts()
        .iter()
        .take(30)
        .filter_map(|post| Some((post, Text::read(post.caption.as_deref()?))))
        .collect();
    let captions: Vec<&Text> = captioned.iter().map(|(_, text)| text).collect();
    let comments: Vec<&Text> = comments.iter().collect();
    let of_captions = Language::of(&captions);
    let of_comments = Language::of(&comments);

    let in_captions = examine(&captions);
    let in_comments = examine(&comments);
    let posts: Vec<&Post> = captioned.iter().map(|(post, _)| *post).collect();
    let signals = vec![
        risk(
            &CAPTIONS,
            "captions",
            &in_captions,
            &of_captions,
            |vault, index| vault.post(posts[index]),
            vault,
        ),
        recurrence(&in_captions, &of_captions, &posts, vault),
        risk(
            &COMMENTS,
            "comments",
            &in_comments,
            &of_comments,
            |vault, index| vault.comment(&bounded.comments()[index], bounded),
            vault,
        ),
    ];
    // What others write may accuse an account but not clear it: that takes its own words.
    let unread = of_captions.check("captions").err();
    let accused = signals.iter().any(|signal| signal.flag.is_some());
    let share = of_captions.covered * 100.0;
    let (doubt, reason) = match unread {
        Some(why) if accused => (1.0, Some(why)),
        Some(why) => (
            0.0,
            Some(format!("{why}, and comments alone do not clear an account")),
        ),
        None if share < 80.0 => (
            1.0,
            Some(format!(
                "the phrase lists are English and can judge about {share:.0} % of the captions"
            )),
        ),
        None => (1.0, None),
    };
    pillar(signals, doubt, reason)
}

fn risk(
    spec: &Spec,
    what: &str,
    findings: &Findings,
    language: &Language,
    cite: impl Fn(&mut Vault, usize) -> String,
    vault: &mut Vault,
) -> Signal {
    if let Err(why) = language.check(what) {
        return spec.unknown(why);
    }
    let rate = findings.points * 1_000.0 / float(findings.words.max(LEAST_WORDS));
    let meaning = format!(
        "{rate:.1} risk points per 1,000 words in {what} of {} words: {}",
        findings.words,
        findings.summary()
    );
    let signal = spec
        .measured(rate, findings.words, &meaning)
        .covering(language.covered);
    let worst = findings.by_category.values().map(|(level, _)| *level).max();
    let category = findings
        .by_category
        .iter()
        .max_by_key(|(category, (level, hits))| (*level, *hits, Reverse(**category)));
    let (Some(worst), Some((category, _))) = (worst, category) else {
        return signal;
    };
    if worst < Level::High && rate < 20.0 {
        return signal;
    }
    let mut evidence = vec![vault.statistic(spec.name, &meaning)];
    let of_category = findings.found.iter().filter(|(_, _, of)| of == category);
    for (_, index, _) in of_category.take(CITED) {
        evidence.push(cite(vault, *index));
    }
    signal.flagged(&format!("{}_in_{what}", category.as_str()), evidence)
}

fn recurrence(
    findings: &Findings,
    language: &Language,
    posts: &[&Post],
    vault: &mut Vault,
) -> Signal {
    if let Err(why) = language.check("captions") {
        return RECURRENCE.unknown(why);
    }
    if posts.len() < MIN_POSTS {
        return RECURRENCE.unknown(format!(
            "{} with a caption, and {MIN_POSTS} are the least",
            counted(posts.len() as u64, "post")
        ));
    }
    let grave = findings.grave();
    let cited: Vec<usize> = grave.iter().copied().take(CITED).collect();
    let grave = grave.len() as u64;
    let meaning = format!(
        "{grave} of {} captions have a phrase of level medium or worse",
        posts.len()
    );
    let signal = RECURRENCE
        .share(grave, posts.len() as u64, &meaning)
        .covering(language.covered);
    if ratio(grave, posts.len() as u64) <= 0.1 {
        return signal;
    }
    let mut evidence = vec![vault.statistic(RECURRENCE.name, &meaning)];
    evidence.extend(cited.iter().map(|index| vault.post(posts[*index])));
    signal.flagged("recurring_risky_captions", evidence)
}

fn examine(texts: &[&Text]) -> Findings {
    let mut findings = Findings::default();
    for (index, text) in texts.iter().enumerate() {
        findings.words += text.count(TokenKind::Word) as u64;
        let mut worst: BTreeMap<Category, Level> = BTreeMap::new();
        for hit in PHRASES.find(text) {
            let (category, mut level) = hit.meaning;
            // A negation says nothing where the phrase itself is the offence.
            if level < Level::Floor && is_negated(text, &hit) {
                continue;
            }
            if level < Level::Floor && is_help(text, &hit) {
                level = Level::Low;
            }
            findings.hits += 1;
            findings.points += level.points();
            let entry = findings.by_category.entry(category).or_insert((level, 0));
            entry.0 = entry.0.max(level);
            entry.1 += 1;
            let of_text = worst.entry(category).or_insert(level);
            *of_text = level.max(*of_text);
        }
        let of_text = worst.iter().map(|(of, level)| (*level, index, *of));
        findings.found.extend(of_text);
    }
    findings
        .found
        .sort_by_key(|(level, index, category)| (Reverse(*level), *index, *category));
    findings
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

/// Whether a phrase about suicide or self-harm stands in the name of a help against it.
fn is_help<T>(text: &Text, hit: &Hit<T>) -> bool {
    let end = text.tokens().len().min(hit.start + 4);
    matches!(word(text, hit.start), "suicide" | "self")
        && (hit.start + 1..end).any(|index| HELP.contains(&word(text, index)))
}

impl Findings {
    /// The texts with a hit of level medium or worse, the worst first, each once.
    fn grave(&self) -> Vec<usize> {
        let mut seen = BTreeSet::new();
        self.found
            .iter()
            .filter(|(level, index, _)| *level >= Level::Medium && seen.insert(*index))
            .map(|(_, index, _)| *index)
            .collect()
    }

    fn summary(&self) -> String {
        if self.by_category.is_empty() {
            return "no listed phrase".to_owned();
        }
        let parts: Vec<String> = self
            .by_category
            .iter()
            .map(|(category, (_, hits))| format!("{} {hits}", category.as_str()))
            .collect();
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(text: &str) -> Vec<&'static str> {
        examine(&[&Text::read(text)])
            .by_category
            .keys()
            .map(|category| category.as_str())
            .collect()
    }

    #[test]
    fn harmless_words_that_contain_listed_ones_are_no_hits() {
        assert_eq!(
            hits("Highlights: begun classes in Scunthorpe, assassin's creed, grapes"),
            [""; 0]
        );
        assert_eq!(hits("a handgun and cocaine"), ["arms", "drugs"]);
    }

    #[test]
    fn a_negation_shortly_before_cancels_a_hit() {
        assert_eq!(hits("Say no to cocaine. Stop gang violence"), [""; 0]);
        assert_eq!(hits("not today but later maybe cocaine"), ["drugs"]);
    }

    #[test]
    fn what_only_sounds_like_a_negation_cancels_nothing() {
        for text in [
            "not gonna lie cocaine is my life",
            "no joke, cocaine",
            "I cant stop doing cocaine",
            "never say no to cocaine",
            "never without my cocaine",
            "why not. Cocaine!",
            "no, cocaine",
            "not now\ncocaine",
        ] {
            assert_eq!(hits(text), ["drugs"], "{text}");
        }
        for text in [
            "we do not sell cocaine",
            "no drugs no cocaine",
            "anti-cocaine",
        ] {
            assert_eq!(hits(text), [""; 0], "{text}");
        }
    }
}
