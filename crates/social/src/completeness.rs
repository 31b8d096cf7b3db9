//! How much of an account the report could be made from.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::snapshot::{Origin, Post, Profile, Snapshot};

/// How complete the data is: one total order, best first. A report carries the worst level of
/// everything that fed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataCompleteness {
    /// Profile, posts and comments were read.
    Full,
    /// Media are missing. Nothing here looks at media; kept for sources that report it.
    PartialNoImages,
    /// Stored data was used.
    Archival,
    /// Comments were not read, or are switched off everywhere.
    PartialNoComments,
    /// Posts were not read.
    PartialNoPosts,
    /// Only texts are known: no counts of the account and none of its posts.
    TextOnly,
    /// Nothing is known, and the source says why.
    Unavailable,
    /// Nothing is known.
    Failed,
}

/// How much of one section of the account was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionCoverage {
    /// How many there should be, as far as the source says; `null` if unknown.
    pub expected: Option<u64>,
    /// How many were read.
    pub read: u64,
    /// How many are known to be closed to us; `null` if unknown.
    pub blocked: Option<u64>,
}

/// How much of each section was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Fields of the profile.
    pub profile: SectionCoverage,
    /// Posts; `expected` is the profile's post count, `read` what the source supplied.
    pub posts: SectionCoverage,
    /// Comments; `expected` is the sum of the posts' comment counts, where every post has one.
    pub comments: SectionCoverage,
    /// Posts by whether comments are open: `blocked` are those with comments switched off.
    pub comment_sections: SectionCoverage,
}

impl Coverage {
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let posts = snapshot.posts.as_deref().unwrap_or_default();
        let comments = snapshot.comments.as_deref().unwrap_or_default();
        let (known, fields) = known_fields(&snapshot.profile);
        let expected_comments = posts
            .iter()
            .map(|post| post.comment_count)
            .try_fold(0u64, |sum, count| Some(sum.saturating_add(count?)))
            .filter(|_| snapshot.posts.is_some());
        let commented: BTreeSet<&str> = comments
            .iter()
            .filter_map(|comment| comment.post_id.as_deref())
            .collect();
        let open = |post: &&Post| {
            post.comments_disabled == Some(false) || commented.contains(post.id.as_str())
        };
        let states: Vec<bool> = posts.iter().filter_map(|p| p.comments_disabled).collect();
        Self {
            profile: SectionCoverage {
                expected: Some(fields),
                read: known,
                blocked: None,
            },
            posts: SectionCoverage {
                expected: snapshot.profile.post_count,
                read: posts.len() as u64,
                blocked: None,
            },
            comments: SectionCoverage {
                expected: expected_comments,
                read: comments.len() as u64,
                blocked: None,
            },
            comment_sections: SectionCoverage {
                expected: snapshot.posts.as_ref().map(|posts| posts.len() as u64),
                read: posts.iter().filter(open).count() as u64,
                blocked: (!states.is_empty())
                    .then(|| states.iter().filter(|off| **off).count() as u64),
            },
        }
    }
}

impl DataCompleteness {
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let content = content_level(snapshot);
        match snapshot.origin {
            Origin::Archive { .. } => content.max(Self::Archival),
            Origin::Live | Origin::Simulated => content,
        }
    }

    /// The level as it is written in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::PartialNoImages => "partial_no_images",
            Self::Archival => "archival",
            Self::PartialNoComments => "partial_no_comments",
            Self::PartialNoPosts => "partial_no_posts",
            Self::TextOnly => "text_only",
            Self::Unavailable => "unavailable",
            Self::Failed => "failed",
        }
    }
}

fn content_level(snapshot: &Snapshot) -> DataCompleteness {
    let posts = snapshot.posts.as_deref().unwrap_or_default();
    let comments = snapshot.comments.as_deref().unwrap_or_default();
    let profile = &snapshot.profile;
    let has_counts = [
        profile.follower_count,
        profile.following_count,
        profile.post_count,
    ]
    .iter()
    .any(Option::is_some);
    let posts_have_counts = posts.iter().any(|post| {
        [post.like_count, post.comment_count, post.view_count]
            .iter()
            .any(Option::is_some)
    });
    let has_text = comments.iter().any(|c| !c.text.is_empty())
        || posts.iter().any(|p| p.caption.is_some())
        || profile.bio.is_some();

    // Knowing of an account only that it is private is the reason why nothing else is known.
    let known = known_fields(profile).0 - u64::from(profile.is_private == Some(true));
    if known == 0 && posts.is_empty() && comments.is_empty() && snapshot.aggregates.is_none() {
        let explained = profile.is_private == Some(true) || !snapshot.problems.is_empty();
        return if explained {
            DataCompleteness::Unavailable
        } else {
            DataCompleteness::Failed
        };
    }
    if has_text && !has_counts && !posts_have_counts && snapshot.aggregates.is_none() {
        return DataCompleteness::TextOnly;
    }
    if snapshot.posts.is_none() || (posts.is_empty() && profile.post_count != Some(0)) {
        return DataCompleteness::PartialNoPosts;
    }
    let all_off = !posts.is_empty() && posts.iter().all(|p| p.comments_disabled == Some(true));
    let none_expected = posts.iter().all(|p| p.comment_count == Some(0));
    if snapshot.comments.is_none() || all_off || (comments.is_empty() && !none_expected) {
        return DataCompleteness::PartialNoComments;
    }
    DataCompleteness::Full
}

/// How many of the profile's fields are known, and how many there are.
fn known_fields(profile: &Profile) -> (u64, u64) {
    let known = [
        profile.display_name.is_some(),
        profile.bio.is_some() || profile.bio_length.is_some(),
        profile.follower_count.is_some(),
        profile.following_count.is_some(),
        profile.post_count.is_some(),
        profile.has_profile_picture.is_some(),
        profile.is_private.is_some(),
        profile.is_verified.is_some(),
        profile.has_url.is_some(),
    ];
    (
        known.iter().filter(|known| **known).count() as u64,
        known.len() as u64,
    )
}
