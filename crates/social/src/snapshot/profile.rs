//! An account's profile.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An account's profile.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Profile {
    /// The platform's own id of the account. It stays when the handle changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform_id: Option<String>,
    /// The name that is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The account's own description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bio: Option<String>,
    /// The description's length in characters, where only that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bio_length: Option<u64>,
    /// How many accounts follow this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follower_count: Option<u64>,
    /// Whether the source rounds the follower count, to three digits for example.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follower_count_rounded: Option<bool>,
    /// Whether the account hides its follower count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follower_count_hidden: Option<bool>,
    /// How many accounts this one follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub following_count: Option<u64>,
    /// How many posts it has in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_count: Option<u64>,
    /// Likes of all its posts ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_like_count: Option<u64>,
    /// Views of all its posts ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_view_count: Option<u64>,
    /// When the account was made; the day is exact, the time may not be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime<Utc>>,
    /// The country that the account states, in the source's words: a code such as `US` or a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The category that the account or the platform states, in the source's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Which type of account it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_type: Option<AccountType>,
    /// Whether it has a picture of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_profile_picture: Option<bool>,
    /// Whether it is private.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_private: Option<bool>,
    /// Whether the platform has verified it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_verified: Option<bool>,
    /// Whether it links to an address outside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_url: Option<bool>,
    /// The addresses outside that it links to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<Vec<String>>,
    /// The user name's length in characters, where the handle is not the real one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username_length: Option<u64>,
    /// How many digits the user name has, where the handle is not the real one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username_digit_count: Option<u64>,
    /// How many digits the user name ends with, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username_trailing_digit_count: Option<u64>,
    /// How many dots and underscores the user name has, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username_separator_count: Option<u64>,
    /// Whether it keeps highlights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_highlight_reels: Option<bool>,
    /// How often others have tagged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tagged_count: Option<u64>,
}

/// Which type of account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccountType {
    /// A person's account without business functions.
    Personal,
    /// A business account.
    Business,
    /// A creator account: professional, but not a business.
    Creator,
}
