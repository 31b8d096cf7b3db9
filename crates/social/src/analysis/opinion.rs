//! What a stronger judge says of texts, bounded.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::bounded::BoundedSnapshot;
use super::stats::float;
use crate::hash::mix;
use crate::sentences;

/// What a text under judgement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    /// A comment under a post: is it spam?
    Comment,
    /// A caption of a post: is it harmful to a brand that stands beside it?
    Caption,
}

/// A text under judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JudgedText<'a> {
    /// What it is.
    pub kind: TextKind,
    /// Its words, at most 2,000 bytes. Hostile: whoever wrote it may try to talk to a model.
    pub text: &'a str,
}

/// A judge that knows more than lists: a model of your own, or the moderation API of somebody else.
///
/// The report is made without a judge, and a judge can only add doubt to it: half of the distance
/// between what it says and what was measured lowers the score of one signal, whose bounds are
/// widened to what it says. It never raises a score, makes one, or narrows a range. Its name stands
/// in the signal and in the evidence. If it fails, is late, or returns something else than one
/// probability for each text, the report says so and is what it would have been without.
///
/// The example `judge` plugs in a local stand-in.
#[async_trait]
pub trait TextJudge: Send + Sync {
    /// The name under which the report cites it.
    fn name(&self) -> &str;

    /// For each text, in order, the probability from 0.0 to 1.0 that it is what its kind asks.
    ///
    /// # Errors
    /// Whatever kept it from judging; a sentence for the reader of the report.
    ///
    /// # Cancel safety
    /// The future is dropped when its time is up.
    async fn judge(&self, texts: &[JudgedText<'_>]) -> Result<Vec<f64>, String>;
}

/// A judge and how long it is waited for.
#[derive(Clone)]
pub(super) struct Bench {
    pub(super) judge: Arc<dyn TextJudge>,
    pub(super) time_limit: Duration,
}

impl std::fmt::Debug for Bench {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bench")
            .field("judge", &self.judge.name())
            .field("time_limit", &self.time_limit)
            .finish()
    }
}

/// The most comments and captions that a judge is shown: a fixed sample of more.
const MOST: usize = 200;

/// What the judge said; empty without one.
#[derive(Debug, Clone, Default)]
pub(super) struct Opinions {
    judge: Option<String>,
    /// The sums of the probabilities, and how many there were.
    comments: (f64, u64),
    captions: (f64, u64),
    /// Why there are none, if a judge was asked.
    pub(super) failure: Option<String>,
}

impl Opinions {
    /// Asks the judge about a fixed sample of the texts.
    pub(super) async fn ask(bench: &Bench, bounded: &BoundedSnapshot<'_>) -> Self {
        let comments = bounded
            .comments()
            .iter()
            .map(|comment| comment.text.as_str());
        let captions = bounded
            .posts()
            .iter()
            .filter_map(|post| post.caption.as_deref());
        let mut texts = sample(TextKind::Comment, comments);
        texts.extend(sample(TextKind::Caption, captions));
        if texts.is_empty() {
            return Self::default();
        }
        let name = super::excerpt(bench.judge.name(), 60);
        let failed = |why: String| Self {
            failure: Some(sentences::failed_judge(&name, &why)),
            ..Self::default()
        };
        let answer = tokio::time::timeout(bench.time_limit, bench.judge.judge(&texts)).await;
        let probabilities = match answer {
            Err(_) => return failed(sentences::late_judge(bench.time_limit)),
            Ok(Err(why)) => return failed(super::excerpt(&why, 200)),
            Ok(Ok(probabilities)) => probabilities,
        };
        let valid = |p: &f64| (0.0..=1.0).contains(p);
        if probabilities.len() != texts.len() || !probabilities.iter().all(valid) {
            return failed(sentences::WRONG_JUDGE.to_owned());
        }
        let mut opinions = Self {
            judge: Some(name),
            ..Self::default()
        };
        for (text, probability) in texts.iter().zip(probabilities) {
            let sum = match text.kind {
                TextKind::Comment => &mut opinions.comments,
                TextKind::Caption => &mut opinions.captions,
            };
            *sum = (sum.0 + probability, sum.1 + 1);
        }
        opinions
    }

    /// The share of spam among the comments, and who says so.
    pub(super) fn spam_share(&self) -> Option<(f64, String)> {
        self.share(self.comments)
    }

    /// The share of harmful captions, and who says so.
    pub(super) fn harm_share(&self) -> Option<(f64, String)> {
        self.share(self.captions)
    }

    fn share(&self, (sum, count): (f64, u64)) -> Option<(f64, String)> {
        // A handful of opinions says nothing about the whole.
        let judge = self.judge.clone().filter(|_| count >= 5)?;
        Some((sum / float(count), judge))
    }

    /// What the judge's share of the evidence is: who was asked about how much.
    pub(super) fn source(&self) -> Option<String> {
        let judge = self.judge.as_deref()?;
        let share = |(sum, count): (f64, u64)| (count > 0).then(|| sum / float(count));
        Some(sentences::judge_source(
            judge,
            self.comments.1,
            share(self.comments),
            self.captions.1,
            share(self.captions),
        ))
    }
}

fn sample<'a>(kind: TextKind, texts: impl Iterator<Item = &'a str>) -> Vec<JudgedText<'a>> {
    // By place, so that copies of one text do not fill the sample.
    let mut texts: Vec<(u64, &str)> = (0u64..)
        .zip(texts.filter(|text| !text.trim().is_empty()))
        .map(|(index, text)| (mix(index), text))
        .collect();
    texts.sort_unstable();
    texts.truncate(MOST);
    texts
        .into_iter()
        .map(|(_, text)| JudgedText { kind, text })
        .collect()
}
