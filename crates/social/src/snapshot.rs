//! What was read of an account.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use report_pipeline::Target;

/// Everything a scraper read of one account, at one moment.
///
/// **Unknown is `None`, never zero.** A list that was not read is `None`; a list that was read and
/// found empty is `Some` of nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The account.
    pub target: Target,
    /// Where the data comes from.
    pub origin: Origin,
    /// When it was read from the platform, if that is known.
    pub captured_at: Option<DateTime<Utc>>,
    /// The account's profile.
    pub profile: Profile,
    /// Its posts, newest first; `None` if posts were not read.
    pub posts: Option<Vec<Post>>,
    /// Comments under its posts; `None` if comments were not read.
    pub comments: Option<Vec<Comment>>,
    /// Averages over the account's posts, from sources that supply no single posts.
    pub aggregates: Option<Aggregates>,
    /// What could not be read, in words for the reader of the report.
    pub problems: Vec<String>,
}

/// Where a snapshot comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Origin {
    /// Read from the platform itself for this report.
    Live,
    /// Read from stored data.
    Archive {
        /// What the archive calls its source.
        source: Option<String>,
    },
    /// Made up. A report from it says so.
    Simulated,
}

/// An account's profile.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// The name that is shown.
    pub display_name: Option<String>,
    /// The account's own description.
    pub bio: Option<String>,
    /// The description's length in characters, where only that is known.
    pub bio_length: Option<u64>,
    /// How many accounts follow this one.
    pub follower_count: Option<u64>,
    /// How many accounts this one follows.
    pub following_count: Option<u64>,
    /// How many posts it has in all.
    pub post_count: Option<u64>,
    /// Whether it has a picture of its own.
    pub has_profile_picture: Option<bool>,
    /// Whether it is private.
    pub is_private: Option<bool>,
    /// Whether the platform has verified it.
    pub is_verified: Option<bool>,
    /// Whether it links to an address outside.
    pub has_url: Option<bool>,
    /// The user name's length in characters, where the handle is not the real one.
    pub username_length: Option<u64>,
    /// How many digits the user name has, where the handle is not the real one.
    pub username_digit_count: Option<u64>,
    /// How many digits the user name ends with, likewise.
    pub username_trailing_digit_count: Option<u64>,
    /// How many dots and underscores the user name has, likewise.
    pub username_separator_count: Option<u64>,
    /// Whether it keeps highlights.
    pub has_highlight_reels: Option<bool>,
    /// How often others have tagged it.
    pub tagged_count: Option<u64>,
}

/// One post.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Post {
    /// The platform's id of the post.
    pub id: String,
    /// Its address.
    pub url: Option<String>,
    /// Its text.
    pub caption: Option<String>,
    /// When it was published.
    pub timestamp: Option<DateTime<Utc>>,
    /// Likes.
    pub like_count: Option<u64>,
    /// Comments under it, read or not.
    pub comment_count: Option<u64>,
    /// Shares.
    pub share_count: Option<u64>,
    /// Views.
    pub view_count: Option<u64>,
    /// Whether it is a video.
    pub is_video: Option<bool>,
    /// Whether it is pinned to the top of the profile.
    pub is_pinned: Option<bool>,
    /// Whether comments are switched off.
    pub comments_disabled: Option<bool>,
    /// How many hashtags it has.
    pub hashtag_count: Option<u64>,
    /// Whether it names a place.
    pub has_location: Option<bool>,
}

/// One comment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Comment {
    /// The platform's id of the comment.
    pub id: String,
    /// The post it stands under.
    pub post_id: Option<String>,
    /// Who wrote it.
    pub author_id: Option<String>,
    /// What it says.
    pub text: String,
    /// When it was written.
    pub timestamp: Option<DateTime<Utc>>,
    /// Likes.
    pub like_count: Option<u64>,
    /// Replies.
    pub reply_count: Option<u64>,
    /// Whether it is pinned.
    pub is_pinned: Option<bool>,
}

/// Averages over an account's posts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
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
