//! Averages, where single posts are not known.

use serde::{Deserialize, Serialize};

/// Averages over an account's posts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Aggregates {
    /// Mean likes of a post, divided by followers.
    pub mean_likes_per_follower: Option<f64>,
    /// Mean comments of a post, divided by followers.
    pub mean_comments_per_follower: Option<f64>,
    /// Mean comments of a post.
    pub mean_comments_per_post: Option<f64>,
    /// Mean hashtags of a post.
    pub mean_hashtags_per_post: Option<f64>,
    /// All likes over all comments.
    pub like_comment_ratio: Option<f64>,
    /// Sum of the gaps between posts over the number of posts, in hours: for `n` posts the mean
    /// gap is this times `n / (n - 1)`.
    pub upload_interval_hours: Option<f64>,
    /// Share of posts with comments switched off, 0.0 to 1.0.
    pub comments_disabled_fraction: Option<f64>,
    /// Share of posts that name a place, 0.0 to 1.0.
    pub has_location_fraction: Option<f64>,
}
