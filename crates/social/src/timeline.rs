//! An account's posts over time, for a report's chart.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::snapshot::Post;

/// The most points of a timeline: the newest posts. A chart shows no more, and a report stays
/// small.
const MAX_POINTS: usize = 200;

/// One post as a point in time: when it was published, and how many reacted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostPoint {
    /// When it was published.
    pub timestamp: DateTime<Utc>,
    /// Likes; `null` if unknown.
    pub like_count: Option<u64>,
    /// Comments; `null` if unknown.
    pub comment_count: Option<u64>,
    /// Views; `null` if unknown.
    pub view_count: Option<u64>,
}

/// The points of the newest posts whose time is known, oldest first, each post once.
pub(super) fn timeline(posts: &[Post]) -> Vec<PostPoint> {
    let mut dated: Vec<(DateTime<Utc>, &Post)> = posts
        .iter()
        .filter_map(|post| Some((post.timestamp?, post)))
        .collect();
    // Of a post that was read twice the later time counts. What has no id is a post of its own.
    let counts = |post: &Post| (post.like_count, post.comment_count, post.view_count);
    dated.sort_by(|(a_time, a), (b_time, b)| {
        (&a.id, b_time, counts(a)).cmp(&(&b.id, a_time, counts(b)))
    });
    dated.dedup_by(|(_, a), (_, b)| a.id == b.id && !a.id.is_empty());
    dated.sort_by(|(a_time, a), (b_time, b)| (a_time, &a.id).cmp(&(b_time, &b.id)));
    let newest = dated.len().saturating_sub(MAX_POINTS);
    dated[newest..]
        .iter()
        .map(|(timestamp, post)| PostPoint {
            timestamp: *timestamp,
            like_count: post.like_count,
            comment_count: post.comment_count,
            view_count: post.view_count,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(id: usize, day: i64) -> Post {
        Post {
            id: id.to_string(),
            timestamp: DateTime::from_timestamp(day * 86_400, 0),
            ..Post::default()
        }
    }

    #[test]
    fn the_newest_posts_are_shown_oldest_first_and_each_once() {
        let mut posts: Vec<Post> = (0..300)
            .map(|n| post(n, 1_000 - i64::try_from(n).unwrap()))
            .collect();
        posts.push(post(0, 1_000));
        // Read twice, at different times.
        posts.push(post(7, 900));
        posts.push(Post::default());
        let points = timeline(&posts);
        assert_eq!(points.len(), MAX_POINTS);
        assert!(points.is_sorted_by(|a, b| a.timestamp < b.timestamp));
        assert_eq!(points.last().map(|p| p.timestamp), posts[0].timestamp);
        assert_eq!(points[0].like_count, None);
        let day = |n: i64| DateTime::from_timestamp(n * 86_400, 0).unwrap();
        assert!(points.iter().any(|p| p.timestamp == day(993)));

        let twice = [post(7, 900), post(7, 993), post(8, 950)];
        let days: Vec<_> = timeline(&twice).iter().map(|p| p.timestamp).collect();
        assert_eq!(days, [day(950), day(993)]);
        let nameless = Post {
            id: String::new(),
            ..post(0, 1)
        };
        assert_eq!(timeline(&[nameless.clone(), nameless]).len(), 2);
    }
}
