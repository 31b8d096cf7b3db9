//! True engagement: how much the followers, or the viewers, really react.

use super::benchmarks::{Anchors, Basis, anchors, basis, per};
use super::bounded::BoundedSnapshot;
use super::signals::{Spec, pillar};
use super::stats::{float, median, rounded};
use super::vault::Vault;
use super::wording::counted;
use crate::pillar::{Direction, Pillar, Signal};
use crate::snapshot::Post;

/// The account's engagement rate, and what it is compared with.
#[derive(Debug, Clone)]
pub(super) struct Engagement {
    /// The median over posts, or the mean from averages.
    pub(super) rate: f64,
    pub(super) posts: u64,
    pub(super) anchors: Anchors,
    /// How the rate came about, in words.
    meaning: String,
    /// Averages say less than single posts.
    doubt: f64,
}

/// The last posts that count.
const MAX_POSTS: usize = 30;
/// Fewer posts give no score.
const MIN_POSTS: usize = 5;

/// The benchmarks' sources differ three-fold and more, and the table is about in their middle: it
/// may be wrong by this factor either way, which the interval shows.
const BENCHMARK_ERROR: f64 = 1.7;

const RATE: Spec = Spec {
    name: "engagement_rate",
    weight: 1.0,
    direction: Direction::HigherIsBetter,
    full_sample: 12,
    curve: &[],
};

const PER_VIEW: Spec = Spec {
    name: "engagement_per_view",
    weight: 0.0,
    ..RATE
};

const COMMENTS_PER_LIKE: Spec = Spec {
    name: "comments_per_like",
    weight: 0.0,
    ..RATE
};

/// Finds the engagement rate, or says why there is none.
pub(super) fn measure(bounded: &BoundedSnapshot) -> Result<Engagement, String> {
    let Some(basis) = basis(bounded.platform()) else {
        return Err("there is no engagement benchmark for this platform".to_owned());
    };
    let Some(followers) = bounded.profile.follower_count else {
        return Err("the number of followers is unknown".to_owned());
    };
    let Some(anchors) = anchors(bounded.platform(), followers) else {
        return Err("there is no engagement benchmark for this platform".to_owned());
    };
    if followers == 0 {
        return Err("the account has no followers".to_owned());
    }
    from_posts(bounded, basis, followers, anchors)
        .or_else(|why| from_aggregates(bounded, basis, anchors).ok_or(why))
}

pub(super) fn score(
    measured: &Result<Engagement, String>,
    bounded: &BoundedSnapshot,
    vault: &mut Vault,
) -> Pillar {
    let mut doubt = 1.0;
    let main = match measured {
        Ok(found) => {
            doubt = found.doubt;
            let cited = vec![vault.statistic(RATE.name, &found.meaning)];
            RATE.scored(
                found.rate,
                found.anchors.score(found.rate),
                found.posts,
                &found.meaning,
            )
            .citing(cited)
        }
        Err(why) => RATE.unknown(why),
    };
    let posts = bounded.recent_posts(MAX_POSTS);
    let shown_views = basis(bounded.platform()) != Some(Basis::Views);
    let mut signals = vec![main];
    if shown_views {
        signals.push(shown(&PER_VIEW, &posts, |post| {
            per(reactions(post)?, post.view_count?)
        }));
    }
    signals.push(shown(&COMMENTS_PER_LIKE, &posts, |post| {
        per(post.comment_count?, post.like_count?)
    }));
    let mut pillar = pillar(signals, doubt, None);
    if let (Ok(found), Some(bounds)) = (measured, &mut pillar.interval) {
        let at = |rate: f64| rounded(found.anchors.score(rate), 1);
        bounds.low = bounds.low.min(at(found.rate / BENCHMARK_ERROR));
        bounds.high = bounds.high.max(at(found.rate * BENCHMARK_ERROR));
    }
    pillar
}

fn from_posts(
    bounded: &BoundedSnapshot,
    basis: Basis,
    followers: u64,
    anchors: Anchors,
) -> Result<Engagement, String> {
    if bounded.posts().is_empty() {
        return Err("no single posts were read".to_owned());
    }
    let rates: Vec<f64> = bounded
        .recent_posts(usize::MAX)
        .into_iter()
        .filter_map(|post| match basis {
            Basis::Followers => per(reactions(post)?, followers),
            Basis::Views => per(reactions(post)?, post.view_count?),
        })
        .take(MAX_POSTS)
        .collect();
    let whole = match basis {
        Basis::Followers => "follower",
        Basis::Views => "view",
    };
    if rates.len() < MIN_POSTS {
        return Err(format!(
            "{} older than 48 hours with all the counts that likes and comments per {whole} need; \
             {MIN_POSTS} are the least",
            counted(rates.len() as u64, "post")
        ));
    }
    let rate = median(&rates).unwrap_or_default();
    Ok(Engagement {
        rate,
        posts: rates.len() as u64,
        anchors,
        meaning: format!(
            "median over {} posts of likes and comments per {whole}: {:.2} %; usual for this size: \
             {:.2} % to {:.2} %",
            rates.len(),
            rate * 100.0,
            anchors.p25 * 100.0,
            anchors.p75 * 100.0
        ),
        doubt: 1.0,
    })
}

/// Averages are per follower, and a mean can be decided by one post.
fn from_aggregates(
    bounded: &BoundedSnapshot,
    basis: Basis,
    anchors: Anchors,
) -> Option<Engagement> {
    let averages = bounded.aggregates.as_ref()?;
    let posts = bounded.profile.post_count?.min(MAX_POSTS as u64);
    // More than a thousand reactions of each follower are no average but an error.
    let valid = |rate: f64| (0.0..=1_000.0).contains(&rate).then_some(rate);
    let rate =
        valid(averages.mean_likes_per_follower?)? + valid(averages.mean_comments_per_follower?)?;
    if basis != Basis::Followers || posts < MIN_POSTS as u64 {
        return None;
    }
    Some(Engagement {
        rate,
        posts,
        anchors,
        meaning: format!(
            "mean likes and comments per follower, from averages: {:.2} %; usual for this size: \
             {:.2} % to {:.2} %",
            rate * 100.0,
            anchors.p25 * 100.0,
            anchors.p75 * 100.0
        ),
        doubt: 0.6,
    })
}

/// Likes and comments of a post, if both are known. Comments switched off are known to be none.
/// Shares are left out: sources that hide them would look worse than those that show them.
fn reactions(post: &Post) -> Option<u64> {
    let comments = match (post.comment_count, post.comments_disabled) {
        (Some(count), _) => count,
        (None, Some(true)) => 0,
        (None, _) => return None,
    };
    Some(post.like_count?.saturating_add(comments))
}

/// A median that is shown without a score.
fn shown(spec: &Spec, posts: &[&Post], of: impl Fn(&Post) -> Option<f64>) -> Signal {
    let values: Vec<f64> = posts.iter().filter_map(|post| of(post)).collect();
    match median(&values) {
        Some(value) => {
            let mut signal = spec.scored(
                value,
                0.0,
                values.len() as u64,
                format!(
                    "median over {}; shown without a score",
                    counted(values.len() as u64, "post")
                ),
            );
            signal.score = None;
            signal
        }
        None => spec.unknown("the posts do not have the counts it needs"),
    }
}

impl Engagement {
    /// How many times the usual rate: 1 inside the range of about nine in ten accounts of this
    /// size, above 1 beyond it, below 1 short of it.
    pub(super) fn plausibility(&self) -> f64 {
        let (low, high) = (self.anchors.p5(), self.anchors.p95());
        if self.rate > high {
            self.rate / high
        } else if self.rate < low {
            self.rate / low
        } else {
            1.0
        }
    }

    /// The number of followers that rate stands for, as a share: for wording only.
    pub(super) fn percent(&self) -> f64 {
        self.rate * 100.0
    }

    /// How sure the rate is, as a number of posts.
    pub(super) fn sample(&self) -> u64 {
        if self.doubt < 1.0 {
            self.posts / 2
        } else {
            self.posts
        }
    }
}

/// The median of one count over posts.
pub(crate) fn median_count(posts: &[Post], of: impl Fn(&Post) -> Option<u64>) -> Option<f64> {
    let values: Vec<f64> = posts.iter().filter_map(of).map(float).collect();
    median(&values)
}
