//! The second phase of the reference domain: from a snapshot to four scored pillars.
//!
//! `docs/methodology.md` lists every formula with its source.

mod account;
mod audience;
mod benchmarks;
mod bounded;
mod disguise;
mod engagement;
mod excerpt;
mod fold;
mod growth;
mod insights;
mod language;
mod letter;
mod opinion;
mod phrases;
mod regulars;
mod safety;
mod signals;
mod similar;
mod spam;
mod stats;
mod text;
mod timing;
mod token;
mod tokenize;
mod vault;
mod word_table;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use self::audience::Audience;
use self::bounded::BoundedSnapshot;
pub(crate) use self::engagement::median_count;
pub(crate) use self::excerpt::excerpt;
use self::opinion::{Bench, Opinions};
pub use self::opinion::{JudgedText, TextJudge, TextKind};
pub use self::safety::text_risk;
pub use self::spam::{SPAM_THRESHOLD, spam_score};
#[doc(hidden)]
pub use self::spam::{SpamInputs, spam_inputs};
pub(crate) use self::stats::{float, rounded};
use self::text::Text;
use self::vault::Vault;
use super::evidence::Evidence;
use super::insights::Insights;
use super::pillar::Pillar;
use super::sentences;
use super::snapshot::Snapshot;
use report_pipeline::{Analyzer, PhaseContext, PhaseError};

/// The most comments that are examined. Of more, a fixed sample is taken.
pub(crate) const MAX_COMMENTS: usize = 5_000;
/// The most posts that are examined, newest first.
pub(crate) const MAX_POSTS: usize = 1_000;
/// The most bytes of a comment, caption or id that are read.
pub(crate) const MAX_TEXT_BYTES: usize = 2_000;

/// Scores a snapshot by transparent rules and fixed weights: no network, no clock, no randomness.
///
/// The same snapshot gives the same [`Analysis`], in whatever order its comments were delivered.
/// Hostile snapshots are bounded first: at most 5,000 comments (a fixed sample of more), 1,000
/// posts and 2,000 bytes of any text are examined.
///
/// The work always runs in `tokio::task::spawn_blocking`, on a bounded copy of the snapshot: it
/// takes a few milliseconds for 1,500 comments, but a good part of a second for the worst snapshot,
/// and the worker's heartbeats must not wait for it. Only the copy is made where the phase runs; of
/// 100,000 comments that takes some tens of milliseconds. Between pillars it looks whether to stop.
///
/// # Engagement benchmarks
/// True engagement is a percentile for platform and size: p25, p50 and p75 score 35, 60 and 80.
/// The figures stand for the middle of each tier and are interpolated between, in per cent, as of
/// 2026-08: likes and comments per follower, for `YouTube` per view.
///
/// | followers | Instagram | `TikTok` | `YouTube` |
/// |---|---|---|---|
/// | under 1K | 3 / 8 / 15 | 5 / 11 / 20 | 3.5 / 5.5 / 8.5 |
/// | 1K-10K | 1.2 / 2.5 / 5 | 4 / 8 / 14 | 3.4 / 5.2 / 7.8 |
/// | 10K-50K | 0.6 / 1.4 / 3 | 3 / 6.5 / 11 | 2.5 / 3.7 / 5.4 |
/// | 50K-500K | 0.5 / 1.2 / 2.5 | 2.5 / 5 / 9 | 1.5 / 2.4 / 3.6 |
/// | 500K-1M | 0.4 / 0.9 / 2 | 2 / 4.5 / 8 | 0.9 / 1.5 / 2.4 |
/// | over 1M | 0.3 / 0.7 / 1.6 | 2 / 4 / 7 | 0.9 / 1.4 / 2.2 |
///
/// About the geometric middle of figures that differ three- to five-fold, from `HypeAuditor` 2026
/// (via `eMarketer`) and 2021 (with Later and Fohr), Statista 2023, Rival IQ 2022 and 2025,
/// Socialinsider 2026, Organic Media Buying, and `SociaVault` (about 75,000 `YouTube` channels).
/// A platform that is not in the table has no benchmark and so no engagement score.
#[derive(Debug, Clone, Default)]
pub struct HeuristicAnalyzer {
    bench: Option<Bench>,
}

/// What was found out about an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    /// How much followers or viewers react.
    pub true_engagement: Pillar,
    /// Whether those who react are genuine.
    pub audience_authenticity: Pillar,
    /// Whether the account itself is.
    pub account_authenticity: Pillar,
    /// Whether a brand can be seen beside it.
    pub brand_safety: Pillar,
    /// What a reader looks for beside the scores.
    #[serde(default)]
    pub insights: Insights,
    /// Everything that pillars and insights cite, sorted by id.
    pub evidence: Vec<Evidence>,
    /// What the report must say beside the scores: a judge that failed.
    #[serde(default)]
    pub notes: Vec<String>,
    /// How many posts were examined.
    pub posts_examined: u64,
    /// How many comments were examined.
    pub comments_examined: u64,
}

impl HeuristicAnalyzer {
    /// Makes an analyzer.
    #[must_use]
    pub const fn new() -> Self {
        Self { bench: None }
    }

    /// Asks a stronger judge about the texts, and waits for it no longer than `time_limit`. What its
    /// word can do is bounded, see [`TextJudge`].
    ///
    /// With a judge the same snapshot gives the same report only if the judge says the same.
    #[must_use]
    pub fn with_judge(mut self, judge: Arc<dyn TextJudge>, time_limit: Duration) -> Self {
        self.bench = Some(Bench { judge, time_limit });
        self
    }

    /// Analyses a snapshot on the calling thread, without a judge.
    #[must_use]
    pub fn examine(&self, snapshot: &Snapshot) -> Analysis {
        let bounded = BoundedSnapshot::of(snapshot);
        let Ok(analysis) = examine(&bounded, &Opinions::default(), |_| Ok::<(), Infallible>(()));
        analysis
    }
}

#[async_trait]
impl Analyzer for HeuristicAnalyzer {
    type Input = Snapshot;
    type Output = Analysis;

    async fn analyze(
        &self,
        scraped: &Snapshot,
        ctx: &PhaseContext,
    ) -> Result<Analysis, PhaseError> {
        let bounded = BoundedSnapshot::of(scraped);
        let opinions = match &self.bench {
            Some(bench) => Opinions::ask(bench, &bounded).await,
            None => Opinions::default(),
        };
        let bounded = bounded.into_owned();
        let ctx = ctx.clone();
        // A blocking closure outlives the future that waits for it: the guard tells it to stop.
        let dropped = CancellationToken::new();
        let guard = dropped.clone().drop_guard();
        let work = tokio::task::spawn_blocking(move || {
            examine(&bounded, &opinions, |done| {
                ctx.progress(done);
                if dropped.is_cancelled() || ctx.is_cancelled() {
                    return Err(PhaseError::transient("the analysis was asked to stop"));
                }
                Ok(())
            })
        });
        let done = work.await;
        drop(guard);
        done.unwrap_or_else(|error| {
            Err(if error.is_cancelled() {
                PhaseError::transient("the worker is shutting down").with_source(error)
            } else {
                PhaseError::permanent("the analysis failed inside").with_source(error)
            })
        })
    }
}

/// The analysis itself. `advance` is told how much is done, and may stop it with an error.
fn examine<E>(
    bounded: &BoundedSnapshot<'_>,
    opinions: &Opinions,
    advance: impl Fn(f64) -> Result<(), E>,
) -> Result<Analysis, E> {
    let mut vault = Vault::default();
    advance(0.1)?;
    let texts: Vec<Text> = bounded
        .comments()
        .iter()
        .map(|comment| Text::read(&comment.text))
        .collect();
    let captions: Vec<Option<Text>> = bounded.posts().iter().map(safety::caption).collect();
    advance(0.3)?;
    let engagement = engagement::measure(bounded);
    let true_engagement = engagement::score(&engagement, bounded, &mut vault);
    advance(0.4)?;
    let finds = safety::grave_finds(&texts);
    let audience = Audience::of(bounded, &texts, &finds, opinions);
    let audience_authenticity = audience::score(&audience, &mut vault);
    advance(0.7)?;
    let account_authenticity = account::score(bounded, &mut vault);
    advance(0.8)?;
    let is_spam = audience.is_spam();
    let brand_safety = safety::score(
        bounded, &captions, &texts, &finds, is_spam, opinions, &mut vault,
    );
    advance(0.9)?;
    let insights = insights::of(bounded, &captions, &texts, &mut vault);
    if let Some(source) = opinions.source() {
        vault.statistic("judge", &source);
    }
    advance(1.0)?;
    Ok(Analysis {
        true_engagement,
        audience_authenticity,
        account_authenticity,
        brand_safety,
        insights,
        evidence: vault.into_entries(),
        notes: opinions.failure.iter().cloned().collect(),
        posts_examined: bounded.posts().len() as u64,
        comments_examined: texts.len() as u64,
    })
}

#[cfg(test)]
mod tests {
    use report_pipeline::testing::detached;
    use report_pipeline::{Handle, Phase, Platform, Target};

    use super::*;
    use crate::Origin;

    fn snapshot() -> Snapshot {
        let handle = Handle::canonical("someone").expect("a valid handle");
        Snapshot::new(Target::new(Platform::INSTAGRAM, handle), Origin::Live)
    }

    #[tokio::test]
    async fn a_stopped_analysis_ends_with_an_error_that_may_be_retried() {
        let (ctx, stop) = detached(snapshot().target, Phase::Analysis);
        stop.stop();
        let stopped = HeuristicAnalyzer::new().analyze(&snapshot(), &ctx).await;
        assert!(stopped.expect_err("it was stopped").is_retryable());
    }

    #[test]
    fn between_any_two_pillars_the_analysis_can_be_stopped() {
        let snapshot = snapshot();
        let bounded = BoundedSnapshot::of(&snapshot);
        for limit in [0.1, 0.3, 0.4, 0.7, 0.8, 0.9, 1.0] {
            let reached = std::cell::Cell::new(0.0);
            let result = examine(&bounded, &Opinions::default(), |done| {
                reached.set(done);
                if done >= limit { Err(()) } else { Ok(()) }
            });
            assert!(result.is_err());
            assert!((reached.get() - limit).abs() < 1e-9);
        }
    }
}
