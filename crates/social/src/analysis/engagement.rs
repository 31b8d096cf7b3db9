//! True engagement: how much the followers, or the viewers, really react.

use super::benchmarks::{Anchors, Basis, anchors, basis, per};
use super::bounded::BoundedSnapshot;
use super::sentences;
use super::signals::{Spec, pillar, weighed};
use super::stats::{float, median, rounded};
use super::vault::Vault;
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
    trust: f64,
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

const PLAUSIBILITY: Spec = Spec {
    name: "engagement_plausibility",
    direction: Direction::RangeIsBest,
    weight: 0.0,
    ..RATE
};
/// How many times above the usual range, or below it, is worth a flag.
const ABOVE: f64 = 2.5;
const BELOW: f64 = 0.7;

/// Bounds the pillar; it has no weight of its own.
const SILENCE: Spec = Spec {
    name: "days_since_last_post",
    weight: 0.0,
    direction: Direction::LowerIsBetter,
    full_sample: 1,
    curve: &[(90.0, 100.0), (180.0, 75.0), (365.0, 50.0), (1_095.0, 20.0)],
};
/// Longer without a post is dormant.
const DORMANT_DAYS: u64 = 180;

const COMMENTS_PER_LIKE: Spec = Spec {
    name: "comments_per_like",
    weight: 0.0,
    ..RATE
};

/// Finds the engagement rate, or says why there is none.
pub(super) fn measure(bounded: &BoundedSnapshot<'_>) -> Result<Engagement, String> {
    let Some(basis) = basis(bounded.platform()) else {
        return Err(sentences::NO_BENCHMARK.to_owned());
    };
    let Some(followers) = bounded.profile.follower_count else {
        return Err(sentences::NO_FOLLOWER_COUNT.to_owned());
    };
    let Some(anchors) = anchors(bounded.platform(), followers) else {
        return Err(sentences::NO_BENCHMARK.to_owned());
    };
    if followers == 0 {
        return Err(sentences::NO_FOLLOWERS.to_owned());
    }
    from_posts(bounded, basis, followers, anchors)
        .or_else(|why| from_aggregates(bounded, basis, anchors).ok_or(why))
}

pub(super) fn score(
    measured: &Result<Engagement, String>,
    bounded: &BoundedSnapshot<'_>,
    vault: &mut Vault,
) -> Pillar {
    let mut trust = 1.0;
    let main = match measured {
        Ok(found) => {
            trust = found.trust;
            let cited = vec![vault.statistic(RATE.name, &found.meaning)];
            RATE.scored(
                found.rate,
                found.score(found.rate),
                found.posts,
                &found.meaning,
            )
            .citing(cited)
        }
        Err(why) => RATE.unknown(why),
    };
    let posts = bounded.recent_posts(MAX_POSTS);
    let shown_views = basis(bounded.platform()) != Some(Basis::Views);
    let mut signals = vec![
        main,
        plausibility(measured, bounded, vault),
        silence(bounded, vault),
    ];
    if shown_views {
        signals.push(shown(&PER_VIEW, &posts, |post| {
            per(bounded.reactions(post)?, views(post)?)
        }));
    }
    signals.push(shown(&COMMENTS_PER_LIKE, &posts, |post| {
        per(post.comment_count?, bounded.likes(post)?)
    }));
    let mut pillar = pillar(weighed(signals), measured.is_ok(), trust, None);
    if let (Ok(found), Some(bounds)) = (measured, &mut pillar.interval) {
        let at = |rate: f64| rounded(found.score(rate), 1);
        let (less, more) = (found.rate / BENCHMARK_ERROR, found.rate * BENCHMARK_ERROR);
        bounds.low = bounds.low.min(at(less)).min(at(more));
        bounds.high = bounds.high.max(at(less)).max(at(more)).min(pillar.ceiling);
        pillar.range = *bounds;
    }
    pillar
}

/// How far the rate lies outside what accounts of this size have. Too much is no better: likes can
/// be bought, and then say nothing of the followers.
fn plausibility(
    measured: &Result<Engagement, String>,
    bounded: &BoundedSnapshot<'_>,
    vault: &mut Vault,
) -> Signal {
    let Ok(found) = measured else {
        return PLAUSIBILITY.unknown(sentences::NO_RATE);
    };
    let times = found.plausibility();
    let meaning = sentences::plausibility(found.rate, times);
    let mut signal = PLAUSIBILITY.scored(times, 0.0, found.posts, &meaning);
    signal.score = None;
    let flag = match times {
        t if t > ABOVE => "engagement_far_above_size",
        t if t < BELOW => "engagement_far_below_size",
        _ => return signal,
    };
    let mut evidence = vec![vault.statistic(PLAUSIBILITY.name, &meaning)];
    let recent = bounded.recent_posts(3);
    evidence.extend(recent.iter().map(|post| vault.post(post)));
    signal.flagged(flag, evidence)
}

/// How long the account has been silent: what followers did years ago says little about today.
fn silence(bounded: &BoundedSnapshot<'_>, vault: &mut Vault) -> Signal {
    let newest = bounded.posts().iter().filter_map(Post::about_when).max();
    let (Some(now), Some(newest)) = (bounded.captured_at, newest) else {
        return SILENCE.unknown(sentences::NO_LAST_POST);
    };
    let days = u64::try_from((now - newest).num_days()).unwrap_or_default();
    let meaning = sentences::silence(days);
    let mut signal = SILENCE
        .measured(float(days), 1, &meaning)
        .bounding(0.0, 1.0);
    signal.score = None;
    if days <= DORMANT_DAYS {
        return signal;
    }
    let evidence = vec![vault.statistic(SILENCE.name, &meaning)];
    signal.flagged("dormant", evidence)
}

fn from_posts(
    bounded: &BoundedSnapshot<'_>,
    basis: Basis,
    followers: u64,
    anchors: Anchors,
) -> Result<Engagement, String> {
    if bounded.posts().is_empty() {
        let why = match bounded.profile.post_count {
            Some(0) => sentences::HAS_NO_POSTS,
            _ => sentences::NO_POSTS,
        };
        return Err(why.to_owned());
    }
    let rates: Vec<f64> = bounded
        .recent_posts(usize::MAX)
        .into_iter()
        .filter_map(|post| match basis {
            Basis::Followers => per(bounded.reactions(post)?, followers),
            Basis::Views => per(bounded.reactions(post)?, views(post)?),
        })
        .take(MAX_POSTS)
        .collect();
    let whole = match basis {
        Basis::Followers => "follower",
        Basis::Views => "view",
    };
    if rates.len() < MIN_POSTS {
        return Err(sentences::too_few_rates(
            rates.len() as u64,
            MIN_POSTS,
            whole,
            lacking(bounded, basis),
        ));
    }
    let rate = median(&rates).unwrap_or_default();
    Ok(Engagement {
        rate,
        posts: rates.len() as u64,
        anchors,
        meaning: sentences::rate(rates.len() as u64, whole, rate, anchors.p25, anchors.p75),
        trust: 1.0,
    })
}

/// What the posts lack for a rate, if it is one count.
fn lacking(bounded: &BoundedSnapshot<'_>, basis: Basis) -> Option<&'static str> {
    let posts = bounded.posts();
    if posts.iter().any(|post| bounded.hides_likes(post)) {
        Some(sentences::LIKES_HIDDEN)
    } else if posts.iter().all(|post| post.like_count.is_none()) {
        Some(sentences::LIKES_UNKNOWN)
    } else if basis == Basis::Views && posts.iter().all(|post| views(post).is_none()) {
        Some(sentences::VIEWS_UNKNOWN)
    } else if posts.iter().all(|post| post.comment_count.is_none()) {
        Some(sentences::COMMENTS_UNKNOWN)
    } else {
        None
    }
}

/// Averages are per follower, and a mean can be decided by one post.
fn from_aggregates(
    bounded: &BoundedSnapshot<'_>,
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
        meaning: sentences::mean_rate(rate, anchors.p25, anchors.p75),
        trust: 0.6,
    })
}

/// Views of a post; plays where the source has only those.
fn views(post: &Post) -> Option<u64> {
    post.view_count.or(post.play_count)
}

/// A median that is shown without a score.
fn shown(spec: &Spec, posts: &[&Post], of: impl Fn(&Post) -> Option<f64>) -> Signal {
    let values: Vec<f64> = posts.iter().filter_map(|post| of(post)).collect();
    match median(&values) {
        Some(value) => {
            let count = values.len() as u64;
            let meaning = sentences::shown_median(spec.name, value, count);
            let mut signal = spec.scored(value, 0.0, count, meaning);
            signal.score = None;
            signal
        }
        None => spec.unknown(sentences::NO_COUNTS),
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

    /// The score of a rate: by the anchors up to the usual range, and less and less beyond it.
    fn score(&self, rate: f64) -> f64 {
        let high = self.anchors.p95();
        if rate <= high {
            return self.anchors.score(rate).min(MOST);
        }
        let most = self.anchors.score(high).min(MOST);
        (most - (rate / high).ln() * FALL).max(LEAST)
    }
}

/// The best score of a rate, and what is left of it far beyond the usual range.
const MOST: f64 = 95.0;
const LEAST: f64 = 20.0;
/// How many points each e-fold beyond the usual range costs: at five times of it, half of the score.
const FALL: f64 = 30.0;

/// The median of one count over posts.
pub(crate) fn median_count(posts: &[Post], of: impl Fn(&Post) -> Option<u64>) -> Option<f64> {
    let values: Vec<f64> = posts.iter().filter_map(of).map(float).collect();
    median(&values)
}
