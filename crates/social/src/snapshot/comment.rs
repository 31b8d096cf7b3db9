//! One comment.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ApproximateTime;

/// One comment, or a reply to one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Comment {
    /// The platform's id of the comment.
    pub id: String,
    /// The post it stands under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_id: Option<String>,
    /// The comment it is a reply to; `None` if it stands directly under the post, or if the source
    /// does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    /// Who wrote it: the platform's id of the author, or the author's name where the source has no
    /// id. One author has one spelling in a snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author_id: Option<String>,
    /// The author's handle, without `@`, or the name that is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author_name: Option<String>,
    /// Whether the account that the snapshot is of wrote it. `None` if the author is unknown, or if
    /// the source cannot tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_by_owner: Option<bool>,
    /// Whether the platform has verified the author.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author_is_verified: Option<bool>,
    /// What it says.
    pub text: String,
    /// When it was written, exact to the second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<DateTime<Utc>>,
    /// When it was written, where that is known only roughly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approximate_time: Option<ApproximateTime>,
    /// Likes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub like_count: Option<u64>,
    /// Whether the account that the snapshot is of likes it, or marked it with a heart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_liked_by_owner: Option<bool>,
    /// Replies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_count: Option<u64>,
    /// Whether it is pinned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_pinned: Option<bool>,
}

impl Comment {
    /// Makes a comment of which nothing but the id and the text is known.
    #[must_use]
    pub fn new(id: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            text: text.into(),
            ..Self::default()
        }
    }

    /// Whether it is a reply to another comment.
    #[must_use]
    pub const fn is_reply(&self) -> bool {
        self.parent_id.is_some()
    }
}
