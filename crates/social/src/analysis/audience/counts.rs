//! Signals from the posts' counts.

use super::super::sentences;
use super::super::signals::Spec;
use super::super::stats::{float, mad, median, robust_z};
use super::super::vault::Vault;
use super::{Audience, CITED};
use crate::pillar::{Direction, Signal};
use crate::snapshot::Post;

const OUTLIERS: Spec = Spec {
    name: "like_comment_outlier_share",
    weight: 1.0,
    direction: Direction::LowerIsBetter,
    full_sample: 24,
    curve: &[(0.05, 100.0), (0.10, 60.0), (0.25, 15.0), (0.4, 0.0)],
};

const SPREAD: Spec = Spec {
    name: "likes_spread",
    weight: 1.0,
    direction: Direction::RangeIsBest,
    full_sample: 24,
    curve: &[
        (0.0, 0.0),
        (0.02, 15.0),
        (0.05, 50.0),
        (0.07, 100.0),
        (0.51, 100.0),
        (0.8, 55.0),
        (1.0, 30.0),
    ],
};

/// Ratios between posts need this many.
const MIN_POSTS: usize = 10;

impl Audience<'_> {
    pub(super) fn outliers(&self, vault: &mut Vault) -> Signal {
        let counted: Vec<(&Post, f64)> = self
            .recent()
            .into_iter()
            .filter_map(|post| {
                let comments = float(post.comment_count?) + 0.5;
                let likes = float(post.like_count?) + 0.5;
                Some((post, (comments / likes).ln()))
            })
            .collect();
        let values: Vec<f64> = counted.iter().map(|(_, value)| *value).collect();
        if counted.len() < MIN_POSTS {
            return OUTLIERS.unknown(sentences::too_few_counted(counted.len() as u64, MIN_POSTS));
        }
        let Some(distances) = robust_z(&values) else {
            return OUTLIERS.unknown(sentences::ALL_RATIOS_EQUAL);
        };
        let odd: Vec<&Post> = counted
            .iter()
            .zip(&distances)
            .filter(|(_, z)| z.abs() > 3.5)
            .map(|((post, _), _)| *post)
            .collect();
        let meaning = sentences::outliers(odd.len() as u64, counted.len() as u64);
        let signal = OUTLIERS.share(odd.len() as u64, counted.len() as u64, &meaning);
        // By chance alone, one or two posts lie far out.
        if signal.interval.is_none_or(|bounds| bounds.low <= 0.1) {
            return signal;
        }
        let mut evidence = vec![vault.statistic(OUTLIERS.name, &meaning)];
        evidence.extend(odd.iter().take(CITED).map(|post| vault.post(post)));
        signal.flagged("uneven_likes_and_comments", evidence)
    }

    pub(super) fn spread(&self, vault: &mut Vault) -> Signal {
        let likes: Vec<f64> = self
            .recent()
            .iter()
            .filter_map(|post| post.like_count.map(float))
            .take(24)
            .collect();
        if likes.len() < MIN_POSTS {
            return SPREAD.unknown(sentences::too_few_liked(likes.len() as u64, MIN_POSTS));
        }
        let (Some(center), Some(distance)) = (median(&likes), mad(&likes)) else {
            return SPREAD.unknown(sentences::too_few_liked(0, MIN_POSTS));
        };
        // Below that many likes, whole numbers alone make the spread coarse.
        if center < 20.0 {
            return SPREAD.unknown(sentences::FEW_LIKES);
        }
        let value = distance / center;
        let meaning = sentences::spread(value, likes.len() as u64);
        let signal = SPREAD.measured(value, likes.len() as u64, &meaning);
        if value >= 0.05 {
            return signal;
        }
        let mut evidence = vec![vault.statistic(SPREAD.name, &meaning)];
        evidence.extend(
            self.recent()
                .iter()
                .take(CITED)
                .map(|post| vault.post(post)),
        );
        signal.flagged("likes_too_even", evidence)
    }
}
