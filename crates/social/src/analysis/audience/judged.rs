//! Which comments are spam, which are not, and of which it cannot be told.

use super::super::language::{Coverage, Tally};
use super::super::opinion::Opinions;
use super::super::safety::Find;
use super::super::signals::UNKNOWN;
use super::super::spam::{self, SPAM_THRESHOLD};
use super::super::stats::{Point, curve, float, ratio};
use super::super::text::Text;
use super::super::token::TokenKind;

/// Fewer comments that can be judged say nothing about a whole audience.
pub(crate) const LEAST: u64 = 10;

/// The best score over the share of the comments that could be cleared.
const CARRIED: &[Point] = &[(0.0, UNKNOWN), (0.2, 100.0)];

/// What the words of the comments say.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) is_spam: Vec<bool>,
    /// Which comments are neither spam nor hateful: every signal but the share of spam looks at these
    /// alone. Spam is charged as spam, and hate to brand safety.
    pub(crate) is_other: Vec<bool>,
    /// The points of each comment.
    pub(crate) points: Vec<f64>,
    pub(crate) total: u64,
    /// Comments of at most two words that are no spam: nothing can be told from them.
    pub(crate) wordless: u64,
    pub(crate) spam: u64,
    /// Comments that brands mind and that are no spam.
    pub(super) hateful: u64,
    /// About how many could be cleared: they have words, in a language that the scorer was measured
    /// in, and are neither spam nor hateful. Three near-copies of one text and more clear nothing, and
    /// whatever clears nothing counts as no language that is known: what is bad makes nothing clearer.
    pub(crate) cleared: f64,
    /// About how many were read: the same, copies counted, in the language of the others alone.
    readable: f64,
    /// What a stronger judge says the share of spam is, and its name.
    pub(crate) opinion: Option<(f64, String)>,
}

impl Judged {
    /// `copies` is for each text its group of near-copies, `finds` what brands mind in it.
    pub(super) fn of(
        texts: &[Text],
        copies: &[Option<usize>],
        finds: &[Option<Find>],
        opinions: &Opinions,
    ) -> Self {
        let points: Vec<f64> = texts.iter().map(spam::score).collect();
        let is_spam: Vec<bool> = points
            .iter()
            .map(|points| *points >= SPAM_THRESHOLD)
            .collect();
        let mut group_sizes = vec![0usize; texts.len()];
        for group in copies.iter().flatten() {
            group_sizes[*group] += 1;
        }
        let (mut clear, mut readable) = (Coverage::default(), Coverage::default());
        let mut wordless = 0;
        let is_hateful = |index: usize| !is_spam[index] && finds[index].is_some();
        let is_other: Vec<bool> = (0..texts.len())
            .map(|index| !is_spam[index] && !is_hateful(index))
            .collect();
        let others = texts
            .iter()
            .enumerate()
            .filter(|(index, _)| is_other[*index]);
        for (index, text) in others {
            if is_wordless(text) {
                wordless += 1;
                continue;
            }
            let tally = Tally::of(text);
            readable.add(tally);
            if copies[index].is_none_or(|group| group_sizes[group] < 3) {
                clear.add(tally);
            } else {
                clear.add_unknown();
            }
        }
        let spam = is_spam.iter().filter(|spam| **spam).count() as u64;
        let hateful = (0..texts.len()).filter(|index| is_hateful(*index)).count() as u64;
        for _ in 0..spam + hateful {
            clear.add_unknown();
        }
        // Hateful ones are counted apart, and were read: that an English comment becomes hateful makes the others no
        // less English.
        let found = texts
            .iter()
            .enumerate()
            .filter(|(index, _)| is_hateful(*index));
        for (_, text) in found {
            readable.add_beside(Tally::of(text));
        }
        Self {
            total: texts.len() as u64,
            spam,
            hateful,
            cleared: clear.by_scorer(),
            readable: readable.by_scorer(),
            opinion: opinions.spam_share(),
            is_other,
            is_spam,
            points,
            wordless,
        }
    }

    /// Whether enough comments could be judged for a score, either way.
    pub(super) fn is_enough(&self) -> bool {
        self.read() >= float(LEAST)
    }

    /// About how many comments were read in a language that is known: copies, spam and hate included.
    pub(super) fn read(&self) -> f64 {
        float(self.spam + self.hateful) + self.readable
    }

    /// About how many comments could be judged, either way.
    pub(crate) fn judged(&self) -> f64 {
        float(self.spam) + self.cleared
    }

    /// The share of all comments that could be judged, either way.
    pub(crate) fn share(&self) -> f64 {
        (self.judged() / float(self.total.max(1))).min(1.0)
    }

    /// The share of all comments that could be cleared. Spam is none of them: if it counted, a few
    /// finds among comments that cannot be judged would make the others look judged.
    pub(super) fn cleared_share(&self) -> f64 {
        (self.cleared / float(self.total.max(1))).min(1.0)
    }

    /// The best score that what was cleared carries: finds alone, among comments that cannot be judged, make none
    /// that is better than the unknown.
    pub(super) fn most(&self) -> f64 {
        curve(CARRIED, self.cleared_share())
    }

    /// How many comments have words and are not hateful: spam is a share of these. Hateful ones are
    /// left out, for they would make the spam among them look less.
    pub(super) fn worded(&self) -> u64 {
        self.total - self.wordless - self.hateful
    }

    /// The share of comments that say nothing: spam, and those of at most two words.
    pub(super) fn empty_share(&self) -> f64 {
        ratio(self.spam + self.wordless, self.total - self.hateful)
    }

    /// The share of spam among the comments with words. Those that could not be judged count as
    /// none: an accusation needs a find.
    pub(super) fn spam_share(&self) -> f64 {
        ratio(self.spam, self.worded())
    }
}

/// Whether a comment has too few words to be judged.
pub(super) fn is_wordless(text: &Text) -> bool {
    text.count(TokenKind::Word) <= 2
}
