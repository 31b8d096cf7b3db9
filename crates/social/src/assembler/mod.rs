//! The last phase of the reference domain: from pillars to the report.

mod banners;
mod decision;
mod verdict;

use async_trait::async_trait;
use chrono::Utc;

use self::banners::banners;
use self::decision::decision;
use self::verdict::{Verdict, weighted};
use super::analysis::{Analysis, float, median_count, rounded};
use super::completeness::{Coverage, DataCompleteness};
use super::pillar::Pillar;
use super::report::{METHODOLOGY_VERSION, ProfileMetric, Report};
use super::snapshot::{Origin, Snapshot};
use super::timeline::timeline;
use crate::sentences::LIMITATIONS;
use report_pipeline::{Assembler, PhaseContext, PhaseError};

/// Puts the report together: overall score, completeness, warnings, display numbers.
///
/// Everything except the report's id (the job's) and `generated_at` depends on the snapshot and
/// the analysis alone.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReportAssembler;

impl ReportAssembler {
    /// Makes an assembler.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

#[async_trait]
impl Assembler for ReportAssembler {
    type Scraped = Snapshot;
    type Analysis = Analysis;
    type Report = Report;

    async fn assemble(
        &self,
        snapshot: &Snapshot,
        analysis: &Analysis,
        ctx: &PhaseContext,
    ) -> Result<Report, PhaseError> {
        let weighted = weighted(analysis);
        let completeness = DataCompleteness::of(snapshot);
        let coverage = Coverage::of(snapshot);
        let verdict = Verdict::of(snapshot, analysis, completeness, &coverage);
        let report = Report {
            id: ctx.job_id(),
            handle: snapshot.target.handle.clone(),
            platform: snapshot.target.platform.clone(),
            generated_at: Utc::now(),
            captured_at: snapshot.captured_at,
            methodology_version: METHODOLOGY_VERSION.to_owned(),
            data_origin: snapshot.origin.clone(),
            is_archival: matches!(snapshot.origin, Origin::Archive { .. }),
            warning_banners: banners(snapshot, analysis, &verdict, &coverage),
            decision: Some(decision(snapshot, analysis, &verdict)),
            score: verdict.score,
            interval: verdict.interval,
            range: verdict.range,
            confidence: verdict.confidence,
            grade: verdict.grade,
            epistemic_state: verdict.state,
            data_completeness: completeness,
            coverage,
            flags: gathered(&weighted, |pillar| &pillar.flags),
            evidence_links: gathered(&weighted, |pillar| &pillar.evidence_links),
            true_engagement: analysis.true_engagement.clone(),
            audience_authenticity: analysis.audience_authenticity.clone(),
            account_authenticity: analysis.account_authenticity.clone(),
            brand_safety: analysis.brand_safety.clone(),
            profile_metrics: metrics(snapshot, analysis),
            timeline: timeline(snapshot.posts.as_deref().unwrap_or_default()),
            insights: analysis.insights.clone(),
            evidence_vault: analysis.evidence.clone(),
            known_limitations: LIMITATIONS.iter().map(ToString::to_string).collect(),
        };
        ctx.progress(1.0);
        Ok(report)
    }
}

fn gathered(weighted: &[(f64, &Pillar); 4], of: impl Fn(&Pillar) -> &Vec<String>) -> Vec<String> {
    let mut all: Vec<String> = weighted
        .iter()
        .flat_map(|(_, pillar)| of(pillar).iter().cloned())
        .collect();
    all.sort();
    all.dedup();
    all
}

fn metrics(snapshot: &Snapshot, analysis: &Analysis) -> Vec<ProfileMetric> {
    let profile = &snapshot.profile;
    let posts = snapshot.posts.as_deref().unwrap_or_default();
    let count = |count: Option<u64>| count.map(float);
    let rate = analysis
        .true_engagement
        .signals
        .iter()
        .find(|signal| signal.name == "engagement_rate")
        .and_then(|signal| signal.value);
    [
        ("followers", count(profile.follower_count), "accounts"),
        ("following", count(profile.following_count), "accounts"),
        ("posts", count(profile.post_count), "posts"),
        (
            "posts_read",
            snapshot.posts.as_ref().map(|p| float(p.len() as u64)),
            "posts",
        ),
        (
            "comments_read",
            snapshot.comments.as_ref().map(|c| float(c.len() as u64)),
            "comments",
        ),
        (
            "median_likes",
            median_count(posts, |post| post.like_count),
            "likes",
        ),
        (
            "median_comments",
            median_count(posts, |post| post.comment_count),
            "comments",
        ),
        (
            "median_views",
            median_count(posts, |post| post.view_count),
            "views",
        ),
        ("engagement_rate", rate, "share"),
    ]
    .into_iter()
    .map(|(name, value, unit)| ProfileMetric {
        name: name.to_owned(),
        value: value.map(|value| {
            if unit == "share" {
                value
            } else {
                rounded(value, 1)
            }
        }),
        unit: unit.to_owned(),
    })
    .collect()
}
