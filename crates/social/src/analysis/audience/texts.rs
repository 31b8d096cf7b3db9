//! Signals from what the comments say.

use std::collections::{BTreeMap, BTreeSet};

use super::super::sentences;
use super::super::signals::{Spec, Weighed};
use super::super::stats::{curve, float, ratio, rounded};
use super::super::text::Text;
use super::super::vault::Vault;
use super::Audience;
use super::judged::is_wordless;
use crate::hash::mix;
use crate::pillar::{Direction, Grade, Signal};

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
        (0.20, 42.0),
        (0.40, 18.0),
        (0.60, 8.0),
        (1.0, 0.0),
    ],
};

/// How far the pillar may be above its share of spam: the heaviest signal decides nearly alone.
const SPAM_MARGIN: f64 = 5.0;
/// How far it may be above another signal about comments.
const MARGIN: f64 = 35.0;
/// From so many comments on, a share bounds the pillar in full.
const ENOUGH: u64 = 40;

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
    // It bounds the pillar and has no weight: that there are few of them clears nobody.
    weight: 0.0,
    direction: Direction::LowerIsBetter,
    full_sample: 100,
    curve: &[(0.5, 100.0), (0.8, 50.0), (1.0, 20.0)],
};

/// How far the pillar may be above its share of comments that say nothing: it is for them that an
/// audience is read. Where eight in ten comments are emoji it cannot be above 60.
const GENERIC_MARGIN: f64 = 10.0;

const DIVERSITY: Spec = Spec {
    name: "lexical_diversity",
    weight: 1.0,
    direction: Direction::HigherIsBetter,
    full_sample: 1_000,
    curve: &[(0.40, 0.0), (0.55, 40.0), (0.70, 100.0)],
};
/// Fewer finds accuse nobody.
const LEAST_FOUND: u64 = 3;
/// Fewer comments say nothing about a whole audience.
const MIN_COMMENTS: usize = 5;
/// Shares of text kinds need more.
const MIN_TEXTS: usize = 20;

impl Audience<'_> {
    pub(super) fn spam(&self, vault: &mut Vault) -> Weighed {
        let signal = self.spam_share(vault);
        let judged = &self.judged;
        let of_full = |comments: f64| comments / float(SPAM.full_sample);
        // An alarm takes no language that is known: what was found among comments that nobody can read
        // was found. Until there is one, comments that cannot be read say nothing.
        let is_alarm = curve(SPAM.curve, judged.spam_share()) < 50.0;
        let heard = if is_alarm {
            float(judged.worded() + judged.hateful)
        } else {
            judged.read()
        };
        signal.reaching(of_full(judged.cleared).min(1.0), of_full(heard))
    }

    fn spam_share(&self, vault: &mut Vault) -> Signal {
        let judged = &self.judged;
        let worded = judged.worded();
        if judged.total < MIN_COMMENTS as u64 {
            return SPAM.unknown(self.too_few(MIN_COMMENTS));
        }
        if !judged.is_enough() && judged.spam == 0 {
            return SPAM.unknown(sentences::unheard_audience(
                judged.total,
                judged.wordless,
                judged.spam,
            ));
        }
        let meaning = sentences::spam_share(judged.spam, worded);
        let mut signal = SPAM.share(judged.spam, worded, &meaning);
        // What could not be judged makes the sample no larger.
        signal.reliability = rounded((judged.read() / float(SPAM.full_sample)).min(1.0), 4);
        let least = signal.interval.map_or(0.0, |bounds| bounds.low);
        if let Some((share, judge)) = &judged.opinion {
            signal = widened(signal, *share, judge);
        }
        // Hateful comments were read, too: that honest ones become hateful makes nothing less certain.
        signal = signal.bounding(SPAM_MARGIN, ratio(worded + judged.hateful, ENOUGH));
        // Clearing takes comments that can be cleared; an accusation does not. The others count as
        // unknown: they lower a good score and no weight, so that emoji outvote no spam.
        let cleared = judged.cleared_share();
        signal.score = signal.score.map(|score| {
            let drawn = cleared * score + (1.0 - cleared) * score.min(50.0);
            rounded(drawn, 1)
        });
        // Two of five may both be mistakes: of honest comments one in twenty-five is.
        let flag = match judged.spam_share() {
            _ if judged.spam < LEAST_FOUND => None,
            share if share > 0.4 && least > 0.2 => Some("spam_dominates_comments"),
            share if share > 0.2 && least > 0.1 => Some("spam_in_comments"),
            _ => None,
        };
        if flag.is_none() && !signal.decides() {
            return signal;
        }
        let mut marked: Vec<usize> = (0..self.texts.len())
            .filter(|index| judged.is_spam[*index])
            .collect();
        marked.sort_by(|a, b| {
            judged.points[*b]
                .total_cmp(&judged.points[*a])
                .then(a.cmp(b))
        });
        let evidence = self.cite(SPAM.name, &meaning, marked.into_iter(), vault);
        signal.citing(evidence).raising(flag)
    }

    pub(super) fn duplicates(&self, vault: &mut Vault) -> Signal {
        let groups = &self.copies;
        let others: Vec<usize> = self
            .others()
            .filter(|index| groups[*index].is_some())
            .collect();
        let eligible = others.len();
        if eligible < MIN_TEXTS {
            return DUPLICATES
                .unknown(self.unless_unread(sentences::too_few_long(eligible as u64, MIN_TEXTS)));
        }
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for index in others {
            if let Some(group) = groups[index] {
                members.entry(group).or_default().push(index);
            }
        }
        let mut campaigns: Vec<&Vec<usize>> = members
            .values()
            .filter(|group| group.len() >= 3 && self.authors_of(group) >= 3)
            .collect();
        campaigns.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        // One phrase that many write may be a greeting, a line of the song or the entry to a
        // raffle: the largest group counts by half, and accuses nobody alone.
        let copies: usize = campaigns.iter().map(|group| group.len()).sum();
        let largest = campaigns.first().map_or(0, |group| group.len());
        let counted = copies - largest / 2;
        let meaning = sentences::copies(copies as u64, eligible as u64, campaigns.len() as u64);
        let signal = DUPLICATES
            .share(counted as u64, eligible as u64, &meaning)
            .bounding(MARGIN, ratio(eligible as u64, ENOUGH));
        let least = signal.interval.map_or(0.0, |bounds| bounds.low);
        let is_habit = campaigns.len() >= 2 && least > 0.1;
        if !is_habit && !signal.decides() {
            return signal;
        }
        let cited = campaigns.iter().flat_map(|group| group.iter().copied());
        let evidence = self.cite(DUPLICATES.name, &meaning, cited, vault);
        signal
            .citing(evidence)
            .raising(is_habit.then_some("copied_comments"))
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
        let judged = &self.judged;
        if judged.total < MIN_TEXTS as u64 {
            return GENERIC.unknown(self.too_few(MIN_TEXTS));
        }
        let meaning = sentences::generic(judged.wordless, judged.total);
        let mut signal = GENERIC.share(judged.wordless, judged.total, &meaning);
        // The bound takes all comments that say nothing, spam included: an emoji that turns into spam
        // must not lift it.
        let score = curve(GENERIC.curve, judged.empty_share());
        signal.score = Some(rounded(score, 1));
        signal = signal.bounding(GENERIC_MARGIN, 1.0);
        let is_sure = signal.interval.is_some_and(|bounds| bounds.low > 0.6);
        // What only spam bounds is told by the share of spam.
        let own = curve(GENERIC.curve, ratio(judged.wordless, judged.total));
        if !is_sure && own + GENERIC_MARGIN >= Grade::BEST {
            return signal;
        }
        let cited = self
            .others()
            .filter(|index| is_wordless(&self.texts[*index]));
        let evidence = self.cite(GENERIC.name, &meaning, cited, vault);
        signal
            .citing(evidence)
            .raising(is_sure.then_some("generic_comments"))
    }

    /// The mean share of different words in each stretch of 50 words (the moving-average
    /// type-token ratio, Covington and `McFall` 2010):
    /// unlike raw entropy it does not grow with the length of the section.
    pub(super) fn diversity(&self, vault: &mut Vault) -> Signal {
        const LEAST: usize = 200;
        // Comments of two words say nothing, and would only make the sample look larger.
        let others = self.others().map(|index| &self.texts[index]);
        let spoken = others.filter(|text| !is_wordless(text));
        let words: Vec<u64> = spoken.flat_map(Text::word_hashes).collect();
        if words.len() < LEAST {
            return DIVERSITY
                .unknown(self.unless_unread(sentences::too_few_words(words.len() as u64, LEAST)));
        }
        let value = moving_diversity(&words);
        let meaning = sentences::diversity(WINDOW, value);
        let signal = DIVERSITY.measured(value, words.len() as u64, &meaning);
        if value >= 0.55 {
            return signal;
        }
        let evidence = vec![vault.statistic(DIVERSITY.name, &meaning)];
        signal.flagged("repetitive_comments", evidence)
    }
}

/// What a stronger judge says may lower the score of the signal and widen its bounds; it never
/// raises or narrows anything.
fn widened(mut signal: Signal, share: f64, judge: &str) -> Signal {
    let own = signal.value.unwrap_or_default();
    if let Some(bounds) = &mut signal.interval {
        bounds.low = bounds.low.min(rounded(share, 4));
        bounds.high = bounds.high.max(rounded(share, 4));
    }
    if share > own {
        // Half of the way: it is one voice beside a measured one.
        let between = f64::midpoint(own, share);
        signal.score = Some(rounded(curve(SPAM.curve, between), 1));
    }
    signal.explanation = sentences::with_opinion(&signal.explanation, share, judge);
    signal
}

/// The length of a stretch of words.
const WINDOW: usize = 50;

/// The mean share of different words over all stretches of [`WINDOW`] words.
fn moving_diversity(words: &[u64]) -> f64 {
    // The index of a word fits: no section has 2^24 words of the bytes that are read.
    const INDEX: u64 = (1 << 24) - 1;
    let places: Vec<u64> = words
        .iter()
        .zip(0..)
        .map(|(word, index)| (mix(*word) & !INDEX) | index)
        .collect();
    // The places of each word now stand side by side. A place adds to every stretch that holds it
    // and not the same word's place before.
    let stretches = (words.len() + 1).saturating_sub(WINDOW) as u64;
    let last_start = stretches.saturating_sub(1);
    let (mut sum, mut before) = (0, None);
    for place in sorted(&places) {
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

/// Numbers that are spread over all 64 bits, sorted: first by their leading bits, which is one pass, so that only
/// handfuls are left to sort. Others are sorted as well, and no slower than without.
fn sorted(numbers: &[u64]) -> Vec<u64> {
    const BITS: u32 = 11;
    let shelf = |number: u64| usize::try_from(number >> (64 - BITS)).unwrap_or_default();
    // Where the next number of each shelf goes.
    let mut next = vec![0; (1 << BITS) + 1];
    for number in numbers {
        next[shelf(*number) + 1] += 1;
    }
    for index in 1..next.len() {
        next[index] += next[index - 1];
    }
    let mut sorted = vec![0; numbers.len()];
    for number in numbers {
        let place = &mut next[shelf(*number)];
        sorted[*place] = *number;
        *place += 1;
    }
    let mut rest = sorted.as_mut_slice();
    let mut start = 0;
    for end in &next[..1 << BITS] {
        let (of_shelf, others) = rest.split_at_mut(end - start);
        of_shelf.sort_unstable();
        (rest, start) = (others, *end);
    }
    sorted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_are_sorted_however_they_are_spread(
            numbers in prop::collection::vec(prop_oneof![any::<u64>(), 0u64..9, Just(u64::MAX)], 0..200),
        ) {
            let mut expected = numbers.clone();
            expected.sort_unstable();
            prop_assert_eq!(sorted(&numbers), expected);
        }

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
