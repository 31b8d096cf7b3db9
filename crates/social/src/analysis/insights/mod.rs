//! What a reader looks for beside the scores.

mod languages;
mod posts;
mod sponsorship;
mod topics;

use super::bounded::BoundedSnapshot;
use super::stats::{float, median, rounded};
use super::text::Text;
use super::vault::Vault;
use crate::insights::{Activity, Growth, Insights, Reach};
use crate::pillar::Interval;
use crate::sentences;
use crate::snapshot::Post;

/// How many of the newest posts are looked at.
const NEWEST: usize = 30;

/// `captions` are the posts' captions with their hashtags, as they were read.
pub(super) fn of(
    bounded: &BoundedSnapshot<'_>,
    captions: &[Option<Text>],
    comments: &[Text],
    vault: &mut Vault,
) -> Insights {
    Insights {
        activity: activity(bounded, vault),
        sponsorship: sponsorship::of(bounded, vault),
        posts: posts::of(bounded, vault),
        languages: languages::of(bounded, captions, comments, vault),
        reach: reach(bounded, vault),
        topics: topics::of(bounded, vault),
        growth: growth(bounded, vault),
    }
}

fn activity(bounded: &BoundedSnapshot<'_>, vault: &mut Vault) -> Activity {
    let mut dated: Vec<&Post> = bounded
        .posts()
        .iter()
        .filter(|p| p.about_when().is_some())
        .collect();
    dated.sort_by(|a, b| {
        b.about_when()
            .cmp(&a.about_when())
            .then_with(|| a.id.cmp(&b.id))
    });
    dated.truncate(NEWEST);
    let Some(last) = dated.first().and_then(|post| post.about_when()) else {
        return Activity {
            explanation: sentences::NO_ACTIVITY.to_owned(),
            ..Activity::default()
        };
    };
    let days_since_last_post = bounded
        .captured_at
        .and_then(|at| u64::try_from((at - last).num_days()).ok());
    let first = dated
        .last()
        .and_then(|post| post.about_when())
        .unwrap_or(last);
    let weeks = float((last - first).num_seconds().unsigned_abs()) / (7.0 * 86_400.0);
    let posts_per_week = (dated.len() >= 3 && weeks > 0.0)
        .then(|| rounded(float(dated.len() as u64 - 1) / weeks, 2));
    let engagement_trend = trend(bounded);
    Activity {
        last_post: Some(last),
        days_since_last_post,
        posts_per_week,
        engagement_trend,
        explanation: sentences::activity(
            dated.len() as u64,
            days_since_last_post,
            posts_per_week,
            engagement_trend,
        ),
        evidence_links: dated
            .first()
            .map(|post| vault.post(post))
            .into_iter()
            .collect(),
    }
}

/// How the newer half of the newest posts does against the older half.
fn trend(bounded: &BoundedSnapshot<'_>) -> Option<f64> {
    let reactions: Vec<f64> = bounded
        .recent_posts(NEWEST)
        .into_iter()
        .filter_map(|post| bounded.reactions(post).map(float))
        .collect();
    if reactions.len() < 10 {
        return None;
    }
    let (newer, older) = reactions.split_at(reactions.len() / 2);
    let (newer, older) = (median(newer)?, median(older)?);
    (older > 0.0).then(|| rounded((newer / older - 1.0).min(1e6), 3))
}

fn growth(bounded: &BoundedSnapshot<'_>, vault: &mut Vault) -> Growth {
    let mut growth = bounded.growth.clone();
    if growth.since.is_some() {
        growth.evidence_links = vec![vault.statistic("growth", &growth.explanation)];
    }
    growth
}

fn reach(bounded: &BoundedSnapshot<'_>, vault: &mut Vault) -> Reach {
    let mut seen: Vec<(u64, &Post)> = bounded
        .recent_posts(NEWEST)
        .into_iter()
        .filter_map(|post| Some((post.view_count.or(post.play_count)?, post)))
        .collect();
    let posts = seen.len() as u64;
    if posts < 5 {
        return Reach {
            posts,
            explanation: sentences::no_reach(posts),
            ..Reach::default()
        };
    }
    seen.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.id.cmp(&b.1.id)));
    let views: Vec<f64> = seen.iter().map(|(views, _)| float(*views)).collect();
    let at = |quarter: usize| rounded(views[(views.len() - 1) * quarter / 4], 0);
    let quartiles = Interval {
        low: at(1),
        high: at(3),
    };
    let median_views = median(&views).map(|views| rounded(views, 0));
    Reach {
        median_views,
        quartiles: Some(quartiles),
        posts,
        explanation: sentences::reach(posts, median_views.unwrap_or_default(), quartiles),
        evidence_links: (1..=3)
            .map(|quarter| vault.post(seen[(seen.len() - 1) * quarter / 4].1))
            .collect(),
    }
}
