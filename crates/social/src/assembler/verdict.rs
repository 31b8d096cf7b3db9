//! The account as a whole: one score, how sure it is, and what it is worth.

use super::super::analysis::{Analysis, rounded};
use super::super::completeness::{Coverage, DataCompleteness};
use super::super::pillar::{Grade, Interval, Pillar};
use super::super::report::{EpistemicState, EpistemicStatus};
use super::super::snapshot::{Origin, Snapshot};
use crate::sentences;

/// What the pillars say together.
pub(super) struct Verdict {
    pub(super) score: Option<f64>,
    pub(super) interval: Option<Interval>,
    /// Where the truth may lie, also without a score.
    pub(super) range: Interval,
    pub(super) grade: Option<Grade>,
    pub(super) confidence: f64,
    /// The pillars without a score.
    pub(super) missing: Vec<&'static str>,
    pub(super) state: EpistemicState,
}

/// The pillars with their weights, which add up to 1. Account authenticity takes the tenth that
/// the product's first design gave to niche credibility, which nothing here can measure.
pub(super) fn weighted(analysis: &Analysis) -> [(f64, &Pillar); 4] {
    [
        (0.4, &analysis.true_engagement),
        (0.3, &analysis.audience_authenticity),
        (0.2, &analysis.brand_safety),
        (0.1, &analysis.account_authenticity),
    ]
}

/// The pillars by name.
pub(super) fn named(analysis: &Analysis) -> [(&'static str, &Pillar); 4] {
    [
        ("true_engagement", &analysis.true_engagement),
        ("audience_authenticity", &analysis.audience_authenticity),
        ("brand_safety", &analysis.brand_safety),
        ("account_authenticity", &analysis.account_authenticity),
    ]
}

/// The least overall confidence for an overall score: one number for a whole account promises more
/// than a handful of comments can keep.
pub(super) const MIN_CONFIDENCE: f64 = 0.15;

/// The least confidence of each pillar for a robust report.
const FIRM: f64 = 0.4;

/// How far the whole may be above its worst pillar: the width of a grade. A clean profile buys no
/// audience back.
const ABOVE_WORST: f64 = 20.0;

impl Verdict {
    pub(super) fn of(
        snapshot: &Snapshot,
        analysis: &Analysis,
        completeness: DataCompleteness,
        coverage: &Coverage,
    ) -> Self {
        let weighted = weighted(analysis);
        let trusted: f64 = weighted.iter().map(|(w, p)| w * p.confidence).sum();
        let confidence = rounded(trusted, 3);
        let missing: Vec<&'static str> = named(analysis)
            .into_iter()
            .filter_map(|(name, pillar)| pillar.score.is_none().then_some(name))
            .collect();
        let range = range(&weighted);
        // One number for the whole claims that the whole was looked at. A pillar that is hidden or
        // cannot be judged may be anything from 0 to 100, and must not be better than one that was
        // shown: so it makes the number unknown, and only the range is left.
        let enough = missing.is_empty() && confidence >= MIN_CONFIDENCE;
        let score = enough.then(|| {
            let of = |pillar: &Pillar| pillar.score.unwrap_or_default();
            let mean: f64 = weighted
                .iter()
                .map(|(weight, pillar)| weight * of(pillar))
                .sum();
            rounded(mean.min(most(&weighted, of)), 1)
        });
        let interval = score.map(|score| Interval {
            low: range.low.min(score),
            high: range.high.max(score),
        });
        Self {
            score,
            interval,
            range: interval.unwrap_or(range),
            grade: score.and_then(|score| Grade::of(score, confidence)),
            confidence,
            missing,
            state: EpistemicState {
                data_points_analyzed: analysis
                    .posts_examined
                    .saturating_add(analysis.comments_examined)
                    .saturating_add(coverage.profile.read),
                ..state(snapshot, score, confidence, &weighted, completeness)
            },
        }
    }
}

/// The most the whole may be, given a figure of each pillar.
fn most(weighted: &[(f64, &Pillar); 4], of: impl Fn(&Pillar) -> f64) -> f64 {
    let worst = weighted
        .iter()
        .map(|(_, pillar)| of(pillar))
        .fold(100.0, f64::min);
    (worst + ABOVE_WORST).min(100.0)
}

/// Where the whole may lie: each pillar within its own range, and never further above the worst one
/// than the score itself.
fn range(weighted: &[(f64, &Pillar); 4]) -> Interval {
    let mean = |of: fn(&Pillar) -> f64| {
        let sum: f64 = weighted
            .iter()
            .map(|(weight, pillar)| weight * of(pillar))
            .sum();
        rounded(sum.min(most(weighted, of)), 1)
    };
    Interval {
        low: mean(|pillar| pillar.range.low),
        high: mean(|pillar| pillar.range.high),
    }
}

/// Without the number of data points.
fn state(
    snapshot: &Snapshot,
    score: Option<f64>,
    confidence: f64,
    weighted: &[(f64, &Pillar); 4],
    completeness: DataCompleteness,
) -> EpistemicState {
    let level = completeness.as_str();
    // A pillar that could hardly be judged makes the whole no firmer than that.
    let firm = weighted.iter().all(|(_, pillar)| pillar.confidence >= FIRM);
    let (status, reason) = if snapshot.origin == Origin::Simulated {
        (
            EpistemicStatus::Fragile,
            sentences::SIMULATED_STATE.to_owned(),
        )
    } else if score.is_none() {
        (EpistemicStatus::Fragile, sentences::no_score_state(level))
    } else if confidence >= 0.7 && firm && completeness <= DataCompleteness::Archival {
        (EpistemicStatus::Robust, sentences::robust_state(level))
    } else if confidence >= 0.35 {
        (EpistemicStatus::Partial, sentences::partial_state(level))
    } else {
        (EpistemicStatus::Fragile, sentences::fragile_state(level))
    };
    EpistemicState {
        status,
        reason,
        data_points_analyzed: 0,
    }
}
