//! The report of the reference domain.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::completeness::{Coverage, DataCompleteness};
use super::decision::Decision;
use super::evidence::Evidence;
use super::insights::Insights;
use super::pillar::{Grade, Interval, Pillar};
use super::snapshot::Origin;
use super::timeline::PostPoint;
use report_pipeline::JobId;
use report_pipeline::{Handle, Platform};

/// The version of the formulas, written into every report.
pub const METHODOLOGY_VERSION: &str = "v3.0";

/// A report on one account.
///
/// Unknown is `null`, never zero. The same snapshot gives the same bytes, apart from
/// [`id`](Self::id) and [`generated_at`](Self::generated_at).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The report's id, which is its job's.
    pub id: JobId,
    /// The account, as analysed.
    pub handle: Handle,
    /// The platform it is on.
    pub platform: Platform,
    /// When the report was put together.
    pub generated_at: DateTime<Utc>,
    /// When the data was read from the platform, if that is known.
    pub captured_at: Option<DateTime<Utc>>,
    /// The version of the formulas.
    pub methodology_version: String,
    /// Where the data comes from: `{"kind": "live" | "archive" | "simulated", ...}`.
    pub data_origin: Origin,
    /// Whether the report was built from stored data.
    pub is_archival: bool,
    /// What must be shown with the report, and must not be dismissible.
    pub warning_banners: Vec<String>,
    /// What to do, why, and what to ask the creator for; `null` in reports of earlier versions.
    #[serde(default)]
    pub decision: Option<Decision>,
    /// 0 (worst) to 100 (best): the weighted mean of the pillars, at most 20 above the worst of them;
    /// `null` when a pillar has no score, and below a confidence of 0.15.
    pub score: Option<f64>,
    /// Where the score may lie: each pillar within its own range; `null` without a score.
    pub interval: Option<Interval>,
    /// Where the truth may lie, also without a score: a pillar without one may be anything from 0 to
    /// its ceiling.
    #[serde(default = "Interval::whole")]
    pub range: Interval,
    /// 0.0 to 1.0: the weighted mean of the pillars' confidence, 0 for those without a score.
    pub confidence: f64,
    /// The score as a letter; `null` without a score or with little confidence.
    pub grade: Option<Grade>,
    /// How far the report can be relied on.
    pub epistemic_state: EpistemicState,
    /// The worst level of everything that fed the report.
    pub data_completeness: DataCompleteness,
    /// How much of each section was read.
    pub coverage: Coverage,
    /// The flags of all pillars, sorted.
    pub flags: Vec<String>,
    /// The evidence that the pillars cite, sorted.
    pub evidence_links: Vec<String>,
    /// How much followers or viewers react; 40 % of the score.
    pub true_engagement: Pillar,
    /// Whether those who react are genuine; 30 %.
    pub audience_authenticity: Pillar,
    /// Whether the account itself is; 10 %.
    pub account_authenticity: Pillar,
    /// Whether a brand can be seen beside it; 20 %.
    pub brand_safety: Pillar,
    /// Numbers to display.
    pub profile_metrics: Vec<ProfileMetric>,
    /// The newest posts whose time is known, at most 200, oldest first. Nothing is worked out from
    /// it: it is there to be drawn.
    #[serde(default)]
    pub timeline: Vec<PostPoint>,
    /// What a reader looks for beside the scores.
    #[serde(default)]
    pub insights: Insights,
    /// What the report's claims rest on, sorted by id.
    pub evidence_vault: Vec<Evidence>,
    /// What no report of this kind can tell.
    pub known_limitations: Vec<String>,
}

/// A number to display.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileMetric {
    /// A stable snake-case name.
    pub name: String,
    /// The number; `null` if unknown.
    pub value: Option<f64>,
    /// What it counts: `accounts`, `posts`, `likes`, `comments`, `views` or `share`.
    pub unit: String,
}

/// How far a report can be relied on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpistemicState {
    /// The level.
    pub status: EpistemicStatus,
    /// Why, in words.
    pub reason: String,
    /// How many posts, comments and profile fields were examined.
    pub data_points_analyzed: u64,
}

/// How far a report can be relied on, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EpistemicStatus {
    /// Enough data for most of the report.
    Robust,
    /// Enough for a part of it.
    Partial,
    /// Too little, or not real.
    Fragile,
}
