//! One post.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ApproximateTime;

/// One post.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Post {
    /// The platform's id of the post.
    pub id: String,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its text; of a video with a title, the title, a line break and the description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// When it was published, exact to the second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<DateTime<Utc>>,
    /// When it was published, where that is known only roughly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approximate_time: Option<ApproximateTime>,
    /// What kind of post it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<PostKind>,
    /// Likes; `None` if they are hidden or unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub like_count: Option<u64>,
    /// Whether the account hides the likes. `None` if the source cannot tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likes_hidden: Option<bool>,
    /// Comments under it, read or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment_count: Option<u64>,
    /// The least number of comments under it, where the exact one is unknown: some tools write how
    /// many they fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment_count_at_least: Option<u64>,
    /// Shares.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_count: Option<u64>,
    /// How often people saved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save_count: Option<u64>,
    /// Views.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view_count: Option<u64>,
    /// Plays, where the source counts them apart from views. Neither is always the greater one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub play_count: Option<u64>,
    /// Whether the source rounds some of the counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts_rounded: Option<bool>,
    /// Whether it is a video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_video: Option<bool>,
    /// How long it is, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<f64>,
    /// The language that the source names, usually a tag such as `en` or `pt-BR`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Whether it is pinned to the top of the profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_pinned: Option<bool>,
    /// Whether comments are switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments_disabled: Option<bool>,
    /// Whether it is declared as paid or sponsored, in the platform's own field for that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_sponsored: Option<bool>,
    /// The sponsors that the declaration names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sponsors: Option<Vec<String>>,
    /// The accounts that published it together with this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collaborators: Option<Vec<String>>,
    /// Whether it is declared to be made for children.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_made_for_kids: Option<bool>,
    /// Whether it is declared to be altered or made by a machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_synthetic: Option<bool>,
    /// Whether only some people may see it: members, subscribers, or adults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_restricted: Option<bool>,
    /// How many hashtags it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hashtag_count: Option<u64>,
    /// Its hashtags, without `#`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hashtags: Option<Vec<String>>,
    /// The accounts that it names, without `@`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mentions: Option<Vec<String>>,
    /// Whether it names a place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_location: Option<bool>,
}

/// What kind of post it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PostKind {
    /// One picture.
    Photo,
    /// Several pictures or videos in one post, or a slide show.
    Album,
    /// A video.
    Video,
    /// A short upright video in a feed of its own: a reel, a short, any video on `TikTok`.
    Short,
    /// A live broadcast, running or recorded.
    Live,
    /// A story, which disappears after a day.
    Story,
}

impl Post {
    /// Makes a post of which nothing but the id is known.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            ..Self::default()
        }
    }

    /// The best known time: the exact one, or else the rough one. Only for what looks at days.
    #[must_use]
    pub fn about_when(&self) -> Option<DateTime<Utc>> {
        self.timestamp
            .or_else(|| self.approximate_time.map(|time| time.at))
    }
}
