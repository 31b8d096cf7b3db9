//! Signals from what the comments say.

use std::collections::{BTreeMap, BTreeSet};

use super::super::bounded::mix;
use super::super::language::Language;
use super::super::signals::Spec;
use super::super::similar;
use super::super::spam::{self, SPAM_THRESHOLD};
use super::super::stats::{ratio, rounded};
use super::super::text::{Text, TokenKind};
use super::super::vault::Vault;
use super::Audience;
use crate::pillar::{Direction, Signal};

const SPAM: Spec = Spec {
    name: "spam_share",
    weight: 8.0,
    direction: Direction::LowerIsBetter,
    full_sample: 100,
    curve: &[
        (0.0, 100.0),
        (0.02, 97.0),
        (0.05, 85.0),
        (0.10, 68.0),
        (0.20, 40.0),
        (0.40, 12.0),
        (0.60, 0.0),
    ],
};

const DUPLICATES: Spec = Spec {
    name: "near_duplicate_share",
    weight: 2.0,
    direction: Direction::LowerIsBetter,
    full_sample: 100,
    curve: &[
        (0.0, 100.0),
        (0.03, 90.0),
        (0.10, 60.0),
        (0.25, 25.0),
        (0.5, 0.0),
    ],
};

const GENERIC: Spec = Spec {
    name: "generic_comment_share",
    weight: 1.0,
    direction: Direction::LowerIsBetter,
    full_sample: 100,
    curve: &[(0.6, 100.0), (0.8, 60.0), (1.0, 20.0)],
};

const DIVERSITY: Spec = Spec {
    name: "lexical_diversity",
    weight: 1.0,
    direction: Direction::HigherIsBetter,
    full_sample: 1_000,
    curve: &[(0.40, 0.0), (0.55, 40.0), (0.70, 100.0)],
};
/// Fewer comments say nothing about a whole audience.
const MIN_COMMENTS: usize = 5;
/// Shares of text kinds need more.
const MIN_TEXTS: usize = 20;

impl Audience<'_> {
    pub(super) fn spam(&self, vault: &mut Vault) -> Signal {
        if self.texts.len() < MIN_COMMENTS {
            return SPAM.unknown(self.too_few(MIN_COMMENTS));
        }
        let language = Language::of(&self.texts.iter().collect::<Vec<_>>());
        if let Err(why) = language.check("comments") {
            return SPAM.unknown(why);
        }
        let mut marked: Vec<(usize, f64)> = self
            .texts
            .iter()
            .map(spam::score)
            .enumerate()
            .filter(|(_, points)| *points >= SPAM_THRESHOLD)
            .collect();
        let meaning = format!(
            "{} of {} comments look like spam or scams",
            marked.len(),
            self.texts.len()
        );
        let mut signal = SPAM.share(marked.len() as u64, self.texts.len() as u64, &meaning);
        // The lists can clear neither a language they do not know nor a comment without words.
        let wordless = self.texts.iter().filter(|text| is_generic(text)).count();
        let total = self.texts.len() as u64;
        let found = ratio(marked.len() as u64, total);
        let cleared = (1.0 - found - ratio(wordless as u64, total)).max(0.0) * language.covered;
        let judged = found + cleared;
        signal.reliability = rounded(signal.reliability * judged.min(1.0), 4);
        let flag = match signal.value {
            Some(share) if share > 0.4 => "spam_dominates_comments",
            Some(share) if share > 0.2 => "spam_in_comments",
            _ => return signal,
        };
        marked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let cited = marked.iter().map(|(index, _)| *index);
        let evidence = self.cite(SPAM.name, &meaning, cited, vault);
        signal.flagged(flag, evidence)
    }

    pub(super) fn duplicates(&self, vault: &mut Vault) -> Signal {
        let groups = similar::groups(self.texts);
        let eligible = groups.iter().flatten().count();
        if eligible < MIN_TEXTS {
            return DUPLICATES.unknown(format!(
                "only {eligible} comments have {} words or more, and {MIN_TEXTS} are the least",
                similar::MIN_WORDS
            ));
        }
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, group) in groups.iter().enumerate() {
            if let Some(group) = group {
                members.entry(*group).or_default().push(index);
            }
        }
        let mut campaigns: Vec<&Vec<usize>> = members
            .values()
            .filter(|group| group.len() >= 3 && self.authors_of(group) >= 3)
            .collect();
        campaigns.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        let copies: usize = campaigns.iter().map(|group| group.len()).sum();
        let meaning = format!(
            "{copies} of {eligible} longer comments are near-copies written by three or more \
             authors, in {} groups",
            campaigns.len()
        );
        let signal = DUPLICATES.share(copies as u64, eligible as u64, &meaning);
        if ratio(copies as u64, eligible as u64) <= 0.1 {
            return signal;
        }
        let cited = campaigns.iter().flat_map(|group| group.iter().copied());
        let evidence = self.cite(DUPLICATES.name, &meaning, cited, vault);
        signal.flagged("copied_comments", evidence)
    }

    /// The different authors of some comments. A comment whose author is unknown counts as one of
    /// its own.
    fn authors_of(&self, comments: &[usize]) -> usize {
        let authors = comments
            .iter()
            .map(|index| self.bounded.comments()[*index].author_id.as_deref());
        let unknown = authors.clone().filter(Option::is_none).count();
        authors.flatten().collect::<BTreeSet<_>>().len() + unknown
    }

    pub(super) fn generic(&self, vault: &mut Vault) -> Signal {
        if self.texts.len() < MIN_TEXTS {
            return GENERIC.unknown(self.too_few(MIN_TEXTS));
        }
        let hits = self.texts.iter().filter(|text| is_generic(text)).count();
        let meaning = format!(
            "{hits} of {} comments have no letters or at most two words",
            self.texts.len()
        );
        let signal = GENERIC.share(hits as u64, self.texts.len() as u64, &meaning);
        if ratio(hits as u64, self.texts.len() as u64) <= 0.6 {
            return signal;
        }
        let cited = (0..self.texts.len()).filter(|index| is_generic(&self.texts[*index]));
        let evidence = self.cite(GENERIC.name, &meaning, cited, vault);
        signal.flagged("generic_comments", evidence)
    }

    /// The mean share of different words in each stretch of 50 words (the moving-average
    /// type-token ratio, Covington and `McFall` 2010):
    /// unlike raw entropy it does not grow with the length of the section.
    pub(super) fn diversity(&self, vault: &mut Vault) -> Signal {
        const LEAST: usize = 200;
        let words: Vec<u64> = self.texts.iter().flat_map(Text::word_hashes).collect();
        if words.len() < LEAST {
            return DIVERSITY.unknown(format!(
                "the comments have {} words, and {LEAST} are the least",
                words.len()
            ));
        }
        let value = moving_diversity(&words);
        let meaning = format!(
            "in a stretch of {WINDOW} words, {:.0} % are different ones",
            value * 100.0
        );
        let signal = DIVERSITY.measured(value, words.len() as u64, &meaning);
        if value >= 0.55 {
            return signal;
        }
        let evidence = vec![vault.statistic(DIVERSITY.name, &meaning)];
        signal.flagged("repetitive_comments", evidence)
    }
}

/// The length of a stretch of words.
const WINDOW: usize = 50;

/// The mean share of different words over all stretches of [`WINDOW`] words.
fn moving_diversity(words: &[u64]) -> f64 {
    // The index of a word fits: no section has 2^24 words of the bytes that are read.
    const INDEX: u64 = (1 << 24) - 1;
    let mut places: Vec<u64> = words
        .iter()
        .zip(0..)
        .map(|(word, index)| (mix(*word) & !INDEX) | index)
        .collect();
    places.sort_unstable();
    // The places of each word now stand side by side. A place adds to every stretch that holds it
    // and not the same word's place before.
    let stretches = (words.len() + 1).saturating_sub(WINDOW) as u64;
    let last_start = stretches.saturating_sub(1);
    let (mut sum, mut before) = (0, None);
    for place in places {
        let (word, index) = (place & !INDEX, place & INDEX);
        let after_same = match before {
            Some((same, at)) if same == word => at + 1,
            _ => 0,
        };
        let first = after_same.max((index + 1).saturating_sub(WINDOW as u64));
        sum += (index.min(last_start) + 1).saturating_sub(first);
        before = Some((word, index));
    }
    ratio(sum, stretches * WINDOW as u64)
}

fn is_generic(text: &Text) -> bool {
    text.count(TokenKind::Word) <= 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn moving_diversity_is_the_mean_over_all_stretches(
            words in prop::collection::vec(0u64..40, WINDOW..300),
        ) {
            let stretches: Vec<usize> = words
                .windows(WINDOW)
                .map(|stretch| stretch.iter().collect::<BTreeSet<_>>().len())
                .collect();
            let expected = ratio(
                stretches.iter().sum::<usize>() as u64,
                (stretches.len() * WINDOW) as u64,
            );
            prop_assert!((moving_diversity(&words) - expected).abs() < 1e-12);
        }
    }
}
