//! Which comments are spam, which are not, and of which it cannot be told.

use super::super::language::Language;
use super::super::opinion::Opinions;
use super::super::spam::{self, SPAM_THRESHOLD};
use super::super::stats::{float, ratio};
use super::super::text::Text;
use super::super::token::TokenKind;

/// Fewer comments that can be judged say nothing about a whole audience.
pub(crate) const LEAST: u64 = 10;

/// What the words of the comments say.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) is_spam: Vec<bool>,
    /// The points of each comment.
    pub(crate) points: Vec<f64>,
    pub(crate) total: u64,
    /// Comments of at most two words that are no spam: nothing can be told from them.
    pub(crate) wordless: u64,
    pub(crate) spam: u64,
    /// About how many could be cleared: they have words, in a language that the scorer was measured
    /// in, and are no spam.
    pub(crate) cleared: f64,
    /// What a stronger judge says the share of spam is, and its name.
    pub(crate) opinion: Option<(f64, String)>,
}

impl Judged {
    pub(super) fn of(texts: &[Text], opinions: &Opinions) -> Self {
        let points: Vec<f64> = texts.iter().map(spam::score).collect();
        let is_spam: Vec<bool> = points
            .iter()
            .map(|points| *points >= SPAM_THRESHOLD)
            .collect();
        let mut clear: Vec<&Text> = Vec::with_capacity(texts.len());
        let mut wordless = 0;
        for (text, spam) in texts.iter().zip(&is_spam) {
            if is_wordless(text) {
                wordless += u64::from(!spam);
            } else if !spam {
                clear.push(text);
            }
        }
        let language = Language::of(&clear);
        Self {
            total: texts.len() as u64,
            spam: is_spam.iter().filter(|spam| **spam).count() as u64,
            cleared: language.covered_by_scorer() * float(clear.len() as u64),
            opinion: opinions.spam_share(),
            is_spam,
            points,
            wordless,
        }
    }

    /// Whether enough comments could be judged for a score, either way.
    pub(super) fn is_enough(&self) -> bool {
        self.judged() >= float(LEAST)
    }

    /// About how many comments could be judged, either way.
    pub(crate) fn judged(&self) -> f64 {
        float(self.spam) + self.cleared
    }

    /// The share of all comments that could be judged.
    pub(crate) fn share(&self) -> f64 {
        self.judged() / float(self.total.max(1))
    }

    /// The share of spam among the comments with words. Those that could not be judged count as
    /// none: an accusation needs a find.
    pub(super) fn spam_share(&self) -> f64 {
        ratio(self.spam, self.total - self.wordless)
    }
}

/// Whether a comment has too few words to be judged.
pub(super) fn is_wordless(text: &Text) -> bool {
    text.count(TokenKind::Word) <= 2
}
