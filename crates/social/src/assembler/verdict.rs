//! The account as a whole: one score, how sure it is, and what it is worth.

use super::super::analysis::{Analysis, rounded};
use super::super::completeness::{Coverage, DataCompleteness};
use super::super::pillar::{Grade, Interval, Pillar};
use super::super::report::{EpistemicState, EpistemicStatus};
use super::super::snapshot::{Origin, Snapshot};

/// What the pillars say together.
pub(super) struct Verdict {
    pub(super) score: Option<f64>,
    pub(super) interval: Option<Interval>,
    pub(super) grade: Option<Grade>,
    pub(super) confidence: f64,
    /// The weight of the pillars that have a score, 0.0 to 1.0.
    pub(super) covered: f64,
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

/// The least weight of scored pillars for an overall score.
pub(super) const MIN_COVERAGE: f64 = 0.5;
/// The least overall confidence for an overall score: one number for a whole account promises more
/// than a handful of comments can keep.
pub(super) const MIN_CONFIDENCE: f64 = 0.15;

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
        let scored = || {
            weighted
                .iter()
                .filter_map(|(weight, pillar)| Some((*weight, pillar.score?)))
        };
        let covered = rounded(scored().map(|(weight, _)| weight).sum(), 3);
        let sum: f64 = scored().map(|(weight, score)| weight * score).sum();
        let enough = covered >= MIN_COVERAGE && confidence >= MIN_CONFIDENCE;
        let score = enough.then(|| rounded(sum / covered, 1));
        // A letter for the whole claims that the whole was looked at.
        let complete = weighted.iter().all(|(_, pillar)| pillar.score.is_some());
        Self {
            score,
            interval: score.map(|_| bounds(&weighted)),
            grade: score
                .filter(|_| complete)
                .and_then(|score| Grade::of(score, confidence)),
            confidence,
            covered,
            state: EpistemicState {
                data_points_analyzed: analysis
                    .posts_examined
                    .saturating_add(analysis.comments_examined)
                    .saturating_add(coverage.profile.read),
                ..state(snapshot, score, confidence, completeness)
            },
        }
    }
}

/// Where the overall score may lie: each pillar within its own interval, and one that could not be
/// assessed anywhere.
fn bounds(weighted: &[(f64, &Pillar); 4]) -> Interval {
    let (mut low, mut high) = (0.0, 0.0);
    for (weight, pillar) in weighted {
        let own = pillar.interval.unwrap_or(Interval {
            low: 0.0,
            high: 100.0,
        });
        low += weight * own.low;
        high += weight * own.high;
    }
    Interval {
        low: rounded(low, 1),
        high: rounded(high, 1),
    }
}

/// Without the number of data points.
fn state(
    snapshot: &Snapshot,
    score: Option<f64>,
    confidence: f64,
    completeness: DataCompleteness,
) -> EpistemicState {
    let level = completeness.as_str();
    let (status, reason) = if snapshot.origin == Origin::Simulated {
        (EpistemicStatus::Fragile, "the data is simulated".to_owned())
    } else if score.is_none() {
        (
            EpistemicStatus::Fragile,
            format!(
                "too few signals were measured, or on too little data, for any score of the \
                 whole ({level}): no overall score"
            ),
        )
    } else if confidence >= 0.7 && completeness <= DataCompleteness::Archival {
        (
            EpistemicStatus::Robust,
            format!("most signals were measured on enough data ({level})"),
        )
    } else if confidence >= 0.35 {
        (
            EpistemicStatus::Partial,
            format!("a part of the signals was measured on enough data ({level})"),
        )
    } else {
        (
            EpistemicStatus::Fragile,
            format!("few signals were measured, or on little data ({level})"),
        )
    };
    EpistemicState {
        status,
        reason,
        data_points_analyzed: 0,
    }
}
