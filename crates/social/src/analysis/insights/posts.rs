//! Which posts did well, and which did not.

use std::collections::BTreeMap;

use super::super::bounded::BoundedSnapshot;
use super::super::engagement::median_count;
use super::super::stats::{float, median, rounded};
use super::super::vault::Vault;
use super::NEWEST;
use crate::insights::{FormatFigures, PostFigures, RankedPost};
use crate::sentences;
use crate::snapshot::{Post, PostKind};

/// Fewer posts have no best ones.
const LEAST: usize = 6;
/// How many are named on each side.
const NAMED: usize = 3;

pub(super) fn of(bounded: &BoundedSnapshot<'_>, vault: &mut Vault) -> PostFigures {
    let recent = bounded.recent_posts(NEWEST);
    let mut counted: Vec<(u64, &Post)> = recent
        .iter()
        .filter_map(|post| Some((bounded.reactions(post)?, *post)))
        .collect();
    let by_format = by_format(bounded, &recent);
    if counted.len() < LEAST {
        return PostFigures {
            by_format,
            explanation: sentences::no_ranking(counted.len() as u64, LEAST),
            ..PostFigures::default()
        };
    }
    counted.sort_by(|(a, first), (b, second)| b.cmp(a).then_with(|| first.id.cmp(&second.id)));
    let values: Vec<f64> = counted.iter().map(|(count, _)| float(*count)).collect();
    let usual = median(&values).unwrap_or_default().max(1.0);
    let mut ranked = |&(count, post): &(u64, &Post)| RankedPost {
        evidence_id: vault.post(post),
        format: format(post),
        against_median: rounded(float(count) / usual, 2),
    };
    let named = NAMED.min(counted.len() / 2);
    let best: Vec<RankedPost> = counted.iter().take(named).map(&mut ranked).collect();
    let weakest: Vec<RankedPost> = counted.iter().rev().take(named).map(&mut ranked).collect();
    let explanation = sentences::ranking(
        counted.len() as u64,
        best.first().map_or(1.0, |post| post.against_median),
        weakest.first().map_or(1.0, |post| post.against_median),
    );
    PostFigures {
        best,
        weakest,
        by_format,
        explanation,
    }
}

/// The format, as far as the source says it.
fn format(post: &Post) -> Option<PostKind> {
    post.kind
        .or_else(|| (post.is_video == Some(true)).then_some(PostKind::Video))
}

fn by_format(bounded: &BoundedSnapshot<'_>, posts: &[&Post]) -> Vec<FormatFigures> {
    let mut by_format: BTreeMap<Option<PostKind>, Vec<Post>> = BTreeMap::new();
    for post in posts {
        let mut shown = Post::new("");
        shown.like_count = bounded.likes(post);
        shown.comment_count = post.comment_count;
        shown.view_count = post.view_count.or(post.play_count);
        by_format.entry(format(post)).or_default().push(shown);
    }
    if by_format.keys().all(Option::is_none) {
        return Vec::new();
    }
    let mut figures: Vec<FormatFigures> = by_format
        .into_iter()
        .map(|(format, posts)| FormatFigures {
            format,
            posts: posts.len() as u64,
            median_likes: median_count(&posts, |post| post.like_count),
            median_comments: median_count(&posts, |post| post.comment_count),
            median_views: median_count(&posts, |post| post.view_count),
        })
        .collect();
    figures.sort_by_key(|format| std::cmp::Reverse(format.posts));
    figures
}
