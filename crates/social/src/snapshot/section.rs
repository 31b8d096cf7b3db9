//! Where the sections of a snapshot come from, and what the account was like earlier.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Where each section of a snapshot comes from, and how much of it there is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Sections {
    /// The profile.
    pub profile: Section,
    /// The posts.
    pub posts: Section,
    /// The comments.
    pub comments: Section,
}

/// Where one section comes from, and how much of it was asked for and supplied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Section {
    /// How many the source was asked for; `None` if for all, or if that is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<u64>,
    /// How many the sources supplied, each counted once; `None` if the section was not read. The
    /// snapshot may hold fewer: a sample of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub got: Option<u64>,
    /// The most that the source ever supplies, such as twelve posts of a profile; `None` if there is
    /// no such limit or if it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Which end of a longer list was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<SectionOrder>,
    /// Where it comes from, newest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SectionSource>,
}

/// Which end of a longer list was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SectionOrder {
    /// What the platform ranks highest.
    Top,
    /// The newest.
    Newest,
}

/// One source of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SectionSource {
    /// Its name, such as `yt-dlp` or `YouTube Data API`.
    pub name: String,
    /// When it read the platform, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured_at: Option<DateTime<Utc>>,
    /// How many items of the section it supplied; 1 for a profile.
    #[serde(default)]
    pub got: u64,
}

impl SectionSource {
    /// Makes a source that supplied nothing yet.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            captured_at: None,
            got: 0,
        }
    }
}

/// An account's counts at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Capture {
    /// When they were read.
    pub captured_at: DateTime<Utc>,
    /// How many accounts followed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follower_count: Option<u64>,
    /// How many accounts it followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub following_count: Option<u64>,
    /// How many posts it had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_count: Option<u64>,
    /// Likes of all its posts ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_like_count: Option<u64>,
    /// Views of all its posts ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_view_count: Option<u64>,
}

impl Capture {
    /// Makes a capture without counts.
    #[must_use]
    pub const fn new(captured_at: DateTime<Utc>) -> Self {
        Self {
            captured_at,
            follower_count: None,
            following_count: None,
            post_count: None,
            total_like_count: None,
            total_view_count: None,
        }
    }
}
