//! Signals from the posts' counts.

use super::super::signals::Spec;
use super::super::stats::{curve, float, mad, median, ratio, robust_z};
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

/// The curve is over the logarithm of how many times the usual range the rate lies outside.
const PLAUSIBILITY: Spec = Spec {
    name: "engagement_plausibility",
    weight: 4.0,
    direction: Direction::RangeIsBest,
    full_sample: 12,
    curve: &[
        (-1.6, 0.0),
        (-0.7, 25.0),
        (-0.2, 80.0),
        (0.0, 100.0),
        (0.7, 100.0),
        (1.6, 40.0),
        (2.3, 15.0),
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
            return OUTLIERS.unknown(format!(
                "only {} posts have likes and comments, and {MIN_POSTS} are the least",
                counted.len()
            ));
        }
        let Some(distances) = robust_z(&values) else {
            return OUTLIERS.unknown("more than half of the posts have the same comments per like");
        };
        let odd: Vec<&Post> = counted
            .iter()
            .zip(&distances)
            .filter(|(_, z)| z.abs() > 3.5)
            .map(|((post, _), _)| *post)
            .collect();
        let meaning = format!(
            "{} of {} posts have a ratio of comments to likes far from the account's usual one",
            odd.len(),
            counted.len()
        );
        let signal = OUTLIERS.share(odd.len() as u64, counted.len() as u64, &meaning);
        if ratio(odd.len() as u64, counted.len() as u64) <= 0.1 {
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
            return SPREAD.unknown(format!(
                "only {} posts have a known number of likes, and {MIN_POSTS} are the least",
                likes.len()
            ));
        }
        let (Some(center), Some(distance)) = (median(&likes), mad(&likes)) else {
            return SPREAD.unknown("no likes are known");
        };
        // Below that many likes, whole numbers alone make the spread coarse.
        if center < 20.0 {
            return SPREAD.unknown("a typical post has fewer than 20 likes, too few to spread");
        }
        let value = distance / center;
        let meaning = format!(
            "likes typically differ by {:.0} % from the median of {} posts",
            value * 100.0,
            likes.len()
        );
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

    pub(super) fn plausibility(&self, vault: &mut Vault) -> Signal {
        let Some(engagement) = self.engagement else {
            return PLAUSIBILITY.unknown("the engagement rate is unknown");
        };
        let times = engagement.plausibility();
        let meaning = format!(
            "an engagement rate of {:.2} % is {} what about nine in ten accounts of this size have",
            engagement.percent(),
            if times > 1.0 {
                format!("{times:.1} times above")
            } else if times < 1.0 {
                format!("{:.1} times below", 1.0 / times.max(1e-6))
            } else {
                "within".to_owned()
            }
        );
        let signal = PLAUSIBILITY.scored(
            times,
            curve(PLAUSIBILITY.curve, times.max(1e-6).ln()),
            engagement.sample(),
            &meaning,
        );
        let flag = match times {
            t if t > 2.0 => "engagement_far_above_size",
            t if t < 0.7 => "engagement_far_below_size",
            _ => return signal,
        };
        let mut evidence = vec![vault.statistic(PLAUSIBILITY.name, &meaning)];
        evidence.extend(
            self.recent()
                .iter()
                .take(CITED)
                .map(|post| vault.post(post)),
        );
        signal.flagged(flag, evidence)
    }
}
