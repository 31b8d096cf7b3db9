//! What was read of an account.
//!
//! **Unknown is `None`, never zero.** Every part can be written as JSON and read back; fields that
//! are absent are unknown, so JSON of earlier releases still decodes.

mod aggregates;
mod comment;
mod post;
mod profile;
mod section;
mod time;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use report_pipeline::Target;

pub use self::aggregates::Aggregates;
pub use self::comment::Comment;
pub use self::post::{Post, PostKind};
pub use self::profile::{AccountType, Profile};
pub use self::section::{Capture, Section, SectionOrder, SectionSource, Sections};
pub use self::time::{ApproximateTime, TimePrecision};

/// Everything a scraper read of one account.
///
/// A list that was not read is `None`; a list that was read and found empty is `Some` of nothing.
///
/// # Example
/// ```
/// use report_pipeline::{Handle, Platform, Target};
/// use report_pipeline_social::{Origin, Post, Snapshot};
///
/// let target = Target::new(Platform::TIKTOK, Handle::canonical("ada")?);
/// let mut snapshot = Snapshot::new(target, Origin::Live);
/// let mut post = Post::new("7400000000000000001");
/// post.like_count = Some(36);
/// snapshot.posts = Some(vec![post]);
/// # Ok::<(), report_pipeline::InvalidTarget>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Snapshot {
    /// The account.
    pub target: Target,
    /// Where the data comes from.
    pub origin: Origin,
    /// When it was read from the platform, if that is known; of parts read at different times, the
    /// newest.
    #[serde(default)]
    pub captured_at: Option<DateTime<Utc>>,
    /// The account's profile.
    #[serde(default)]
    pub profile: Profile,
    /// Its posts, newest first; `None` if posts were not read.
    #[serde(default)]
    pub posts: Option<Vec<Post>>,
    /// Comments under its posts, the account's own among them; `None` if comments were not read.
    ///
    /// Of a great many this may be a sample: [`Section::got`] of
    /// [`Sections::comments`] says how many there were.
    #[serde(default)]
    pub comments: Option<Vec<Comment>>,
    /// Averages over the account's posts, from sources that supply no single posts.
    #[serde(default)]
    pub aggregates: Option<Aggregates>,
    /// What could not be read, in words for the reader of the report.
    #[serde(default)]
    pub problems: Vec<String>,
    /// Where each section comes from and how much of it was asked for.
    #[serde(default)]
    pub sections: Sections,
    /// The account's counts at earlier times, oldest first, without those of
    /// [`captured_at`](Self::captured_at).
    #[serde(default)]
    pub history: Vec<Capture>,
}

impl Snapshot {
    /// Makes a snapshot in which nothing is known yet.
    #[must_use]
    pub fn new(target: Target, origin: Origin) -> Self {
        Self {
            target,
            origin,
            captured_at: None,
            profile: Profile::default(),
            posts: None,
            comments: None,
            aggregates: None,
            problems: Vec::new(),
            sections: Sections::default(),
            history: Vec::new(),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use report_pipeline::{Handle, Platform};

    #[test]
    fn json_of_earlier_releases_still_decodes() {
        let old = r#"{"target":{"platform":"tiktok","handle":"ada"},"origin":{"kind":"archive","source":"x"},
            "captured_at":null,"profile":{"follower_count":5,"bio":null},
            "posts":[{"id":"p","url":null,"like_count":3,"timestamp":"2024-05-01T12:00:00Z"}],
            "comments":[{"id":"c","post_id":"p","author_id":null,"text":"t","is_pinned":null}],
            "aggregates":{"mean_comments_per_post":1.5},"problems":["p"]}"#;
        let snapshot: Snapshot = serde_json::from_str(old).unwrap();
        assert_eq!(snapshot.profile.follower_count, Some(5));
        assert_eq!(snapshot.posts.unwrap()[0].like_count, Some(3));
        assert_eq!(snapshot.comments.unwrap()[0].text, "t");
        assert_eq!(snapshot.sections, Sections::default());
        assert_eq!(snapshot.history, []);
    }

    #[test]
    fn what_is_unknown_takes_no_room_in_a_checkpoint() {
        let target = Target::new(Platform::TIKTOK, Handle::canonical("ada").unwrap());
        let mut snapshot = Snapshot::new(target, Origin::Live);
        snapshot.comments = Some(vec![Comment::new("c", "t")]);
        let json = serde_json::to_string(&snapshot).unwrap();
        assert!(
            json.contains(r#""comments":[{"id":"c","text":"t"}]"#),
            "{json}"
        );
        assert_eq!(serde_json::from_str::<Snapshot>(&json).unwrap(), snapshot);
    }
}
