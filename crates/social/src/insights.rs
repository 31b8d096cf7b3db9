//! What a reader looks for beside the scores: none of it is scored.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::pillar::Interval;
use super::snapshot::PostKind;

/// What was found beside the scores. Each part says in [`explanation`] what it rests on, or why it is
/// unknown; unknown figures are `null`.
///
/// [`explanation`]: Activity::explanation
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Insights {
    /// How often the account posts, and whether reactions rise or fall.
    pub activity: Activity,
    /// How much of it is advertising.
    pub sponsorship: Sponsorship,
    /// Which posts did well, and which did not.
    pub posts: PostFigures,
    /// In which languages the account and its audience write.
    pub languages: Languages,
    /// How many a post may reach.
    pub reach: Reach,
    /// What the account posts about.
    pub topics: Topics,
    /// How its counts have changed.
    pub growth: Growth,
}

/// How often the account posts, and whether reactions rise or fall.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Activity {
    /// When the newest post was published.
    pub last_post: Option<DateTime<Utc>>,
    /// Days from then to when the data was read.
    pub days_since_last_post: Option<u64>,
    /// Over the newest 30 posts with a known time.
    pub posts_per_week: Option<f64>,
    /// Median reactions of the newer half of the newest 30 posts over those of the older half, minus
    /// 1: 0.2 is a rise by 20 %.
    pub engagement_trend: Option<f64>,
    /// What this rests on, or why it is unknown.
    pub explanation: String,
    /// Entries of the report's vault.
    pub evidence_links: Vec<String>,
}

/// How much of the account is advertising.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Sponsorship {
    /// Posts that were looked at.
    pub posts: u64,
    /// Posts with the platform's own label.
    pub declared: Option<u64>,
    /// Other posts whose caption has a mark of advertising: `#ad`, a discount code, thanks to a
    /// sponsor.
    pub marked: u64,
    /// The share of both.
    pub share: Option<f64>,
    /// The 95 % interval of the share.
    pub interval: Option<Interval>,
    /// Median reactions of these posts over those of the others: 0.8 is a fifth fewer.
    pub reactions_against_others: Option<f64>,
    /// What this rests on, or why it is unknown.
    pub explanation: String,
    /// Entries of the report's vault.
    pub evidence_links: Vec<String>,
}

/// Which posts did well, and which did not.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PostFigures {
    /// The best first.
    pub best: Vec<RankedPost>,
    /// The weakest first.
    pub weakest: Vec<RankedPost>,
    /// Medians by format, the most frequent first.
    pub by_format: Vec<FormatFigures>,
    /// What this rests on, or why it is unknown.
    pub explanation: String,
}

/// A post against the account's other posts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RankedPost {
    /// The entry of the report's vault that quotes it.
    pub evidence_id: String,
    /// Its format.
    pub format: Option<PostKind>,
    /// Its reactions over the account's median.
    pub against_median: f64,
}

/// The posts of one format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FormatFigures {
    /// The format; `null` for posts whose source does not say.
    pub format: Option<PostKind>,
    /// How many posts.
    pub posts: u64,
    /// Median likes.
    pub median_likes: Option<f64>,
    /// Median comments.
    pub median_comments: Option<f64>,
    /// Median views.
    pub median_views: Option<f64>,
}

/// In which languages the account and its audience write.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Languages {
    /// Of the captions whose language can be told, the most frequent first.
    pub captions: Vec<LanguageShare>,
    /// Of a sample of the comments, likewise.
    pub comments: Vec<LanguageShare>,
    /// How many captions and comments the shares rest on.
    pub captions_told: u64,
    /// Likewise.
    pub comments_told: u64,
    /// What this rests on, or why it is unknown.
    pub explanation: String,
    /// Entries of the report's vault.
    #[serde(default)]
    pub evidence_links: Vec<String>,
}

/// The share of one language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LanguageShare {
    /// Its English name.
    pub language: String,
    /// 0.0 to 1.0.
    pub share: f64,
    /// How many texts that is.
    #[serde(default)]
    pub texts: u64,
}

/// How many a post may reach.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Reach {
    /// Median views of the newest 30 posts that are not pinned and older than 48 hours.
    pub median_views: Option<f64>,
    /// A quarter of the posts stays below the low, a quarter above the high figure.
    pub quartiles: Option<Interval>,
    /// How many posts.
    pub posts: u64,
    /// What this rests on, or why it is unknown.
    pub explanation: String,
    /// Entries of the report's vault: the posts at the lower quartile, the median and the upper quartile.
    #[serde(default)]
    pub evidence_links: Vec<String>,
}

/// What the account posts about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Topics {
    /// Hashtags, the most frequent first.
    pub hashtags: Vec<Named>,
    /// Accounts that captions name: brands, friends, sponsors.
    pub mentions: Vec<Named>,
    /// Words of several captions that are not everybody's words.
    pub words: Vec<Named>,
    /// What this rests on, or why it is unknown.
    pub explanation: String,
    /// Entries of the report's vault: for the most frequent names of each kind a post that has them.
    #[serde(default)]
    pub evidence_links: Vec<String>,
}

/// A name and in how many posts it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Named {
    /// The word, without `#` and `@`.
    pub name: String,
    /// In how many posts.
    pub posts: u64,
}

/// How the account's counts have changed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Growth {
    /// The earliest capture.
    pub since: Option<DateTime<Utc>>,
    /// How many days lie between it and the newest.
    pub days: Option<u64>,
    /// Followers since then.
    pub followers: Option<i64>,
    /// The same in a month, as a share of what it was.
    pub followers_per_month: Option<f64>,
    /// Posts since then.
    pub posts: Option<i64>,
    /// What this rests on, or why it is unknown.
    pub explanation: String,
    /// Entries of the report's vault: the two counts and their times.
    #[serde(default)]
    pub evidence_links: Vec<String>,
}
