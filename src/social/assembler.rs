//! The last phase of the reference domain: from pillars to the report.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::analysis::{Analysis, MAX_COMMENTS, excerpt, float, median_count, rounded};
use super::completeness::{Coverage, DataCompleteness};
use super::pillar::{Grade, Pillar};
use super::report::{EpistemicState, EpistemicStatus, METHODOLOGY_VERSION, ProfileMetric, Report};
use super::snapshot::{Origin, Snapshot};
use crate::phase::{Assembler, PhaseContext, PhaseError};

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
        let confidence = rounded(
            weighted
                .iter()
                .map(|(weight, p)| weight * p.confidence)
                .sum::<f64>(),
            3,
        );
        let score = overall(&weighted, confidence);
        let completeness = DataCompleteness::of(snapshot);
        let coverage = Coverage::of(snapshot);
        let report = Report {
            id: ctx.job_id(),
            handle: snapshot.target.handle.clone(),
            platform: snapshot.target.platform.clone(),
            generated_at: Utc::now(),
            captured_at: snapshot.captured_at,
            methodology_version: METHODOLOGY_VERSION.to_owned(),
            data_origin: snapshot.origin.clone(),
            is_archival: matches!(snapshot.origin, Origin::Archive { .. }),
            warning_banners: banners(snapshot, analysis, confidence, &coverage),
            score,
            confidence,
            grade: score.and_then(|score| Grade::of(score, confidence)),
            epistemic_state: epistemic_state(
                snapshot,
                analysis,
                confidence,
                completeness,
                &coverage,
            ),
            data_completeness: completeness,
            coverage,
            flags: gathered(&weighted, |pillar| &pillar.flags),
            evidence_links: gathered(&weighted, |pillar| &pillar.evidence_links),
            true_engagement: analysis.true_engagement.clone(),
            audience_authenticity: analysis.audience_authenticity.clone(),
            account_authenticity: analysis.account_authenticity.clone(),
            brand_safety: analysis.brand_safety.clone(),
            profile_metrics: metrics(snapshot, analysis),
            evidence_vault: analysis.evidence.clone(),
            known_limitations: KNOWN_LIMITATIONS.iter().map(ToString::to_string).collect(),
        };
        ctx.progress(1.0);
        Ok(report)
    }
}

/// The pillars with their weights, which add up to 1. Account authenticity takes the tenth that
/// the product's first design gave to niche credibility, which nothing here can measure.
fn weighted(analysis: &Analysis) -> [(f64, &Pillar); 4] {
    [
        (0.4, &analysis.true_engagement),
        (0.3, &analysis.audience_authenticity),
        (0.2, &analysis.brand_safety),
        (0.1, &analysis.account_authenticity),
    ]
}

/// The least weight of scored pillars for an overall score.
const MIN_COVERAGE: f64 = 0.5;
/// The least overall confidence for an overall score: one number for a whole account promises more
/// than a handful of comments can keep.
const MIN_CONFIDENCE: f64 = 0.15;

/// The mean of the scored pillars, with their weights brought back to a sum of 1.
fn overall(weighted: &[(f64, &Pillar); 4], confidence: f64) -> Option<f64> {
    let scored = || {
        weighted
            .iter()
            .filter_map(|(weight, pillar)| Some((*weight, pillar.score?)))
    };
    let covered: f64 = scored().map(|(weight, _)| weight).sum();
    let sum: f64 = scored().map(|(weight, score)| weight * score).sum();
    // The tolerance forgives sums such as 0.3 + 0.2.
    (covered >= MIN_COVERAGE - 1e-9 && confidence >= MIN_CONFIDENCE)
        .then(|| rounded(sum / covered, 1))
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

/// Fewer posts than this are a small sample.
const FEW_POSTS: u64 = 12;
/// The most problems of the source that are shown.
const MAX_PROBLEMS: usize = 10;

fn banners(
    snapshot: &Snapshot,
    analysis: &Analysis,
    confidence: f64,
    coverage: &Coverage,
) -> Vec<String> {
    let mut banners: Vec<String> = origin_banner(&snapshot.origin, snapshot.captured_at)
        .into_iter()
        .collect();
    let nothing_read = snapshot.posts.as_ref().is_none_or(Vec::is_empty);
    if snapshot.profile.is_private == Some(true) && nothing_read {
        banners.push(
            "Access denied: the account is private, so its posts and comments cannot be read."
                .to_owned(),
        );
    }
    let posts = coverage.posts.read;
    if let Some(blocked) = coverage.comment_sections.blocked
        && blocked.saturating_mul(2) > posts
    {
        banners.push(format!(
            "Signal blocked: comments are switched off on {blocked} of {posts} posts."
        ));
    }
    if snapshot.posts.is_some() && posts < FEW_POSTS {
        banners.push(format!(
            "Low sample size: posts read: {posts}; {FEW_POSTS} or more make a score firm."
        ));
    }
    let missing: Vec<&str> = [
        (
            "posts",
            snapshot.posts.is_none() && snapshot.aggregates.is_none(),
        ),
        (
            "comments",
            snapshot.comments.as_ref().is_none_or(Vec::is_empty)
                && coverage.comments.expected != Some(0),
        ),
        (
            "the number of followers",
            snapshot.profile.follower_count.is_none(),
        ),
    ]
    .into_iter()
    .filter_map(|(what, missing)| missing.then_some(what))
    .collect();
    if !missing.is_empty() {
        banners.push(format!(
            "Partial data: {} could not be read.",
            missing.join(" and ")
        ));
    }
    let unscored: Vec<&str> = [
        ("true engagement", &analysis.true_engagement),
        ("audience authenticity", &analysis.audience_authenticity),
        ("brand safety", &analysis.brand_safety),
        ("account authenticity", &analysis.account_authenticity),
    ]
    .into_iter()
    .filter_map(|(name, pillar)| pillar.score.is_none().then_some(name))
    .collect();
    if !unscored.is_empty() {
        banners.push(format!(
            "Not assessed: {}. The overall score says nothing about it.",
            unscored.join(", ")
        ));
    }
    if confidence < MIN_CONFIDENCE {
        banners.push(format!(
            "No overall score: the confidence of {confidence} is below {MIN_CONFIDENCE}."
        ));
    }
    if coverage.comments.read > MAX_COMMENTS as u64 {
        banners.push(format!(
            "Sample: {} of {} comments were examined.",
            analysis.comments_examined, coverage.comments.read
        ));
    }
    for problem in snapshot.problems.iter().take(MAX_PROBLEMS) {
        let shown = excerpt(problem, 200);
        if !shown.is_empty() {
            banners.push(format!("The source reports: {shown}"));
        }
    }
    banners
}

/// What must be said of data that was not just read from the platform.
fn origin_banner(origin: &Origin, captured_at: Option<DateTime<Utc>>) -> Option<String> {
    match origin {
        Origin::Simulated => Some(
            "SIMULATED DATA: this report was made from invented data. It says nothing about any \
             real account and must not be used for a decision."
                .to_owned(),
        ),
        Origin::Archive { source } => {
            let mut text = "Archival data: this report was made from stored data and may not \
                            describe the account of today"
                .to_owned();
            if let Some(source) = source {
                text.push_str(" (source: ");
                text.push_str(&excerpt(source, 100));
                text.push(')');
            }
            if let Some(at) = captured_at {
                text.push_str(", read on ");
                text.push_str(&at.date_naive().to_string());
            }
            text.push('.');
            Some(text)
        }
        Origin::Live => None,
    }
}

fn epistemic_state(
    snapshot: &Snapshot,
    analysis: &Analysis,
    confidence: f64,
    completeness: DataCompleteness,
    coverage: &Coverage,
) -> EpistemicState {
    let (status, reason) = if snapshot.origin == Origin::Simulated {
        (EpistemicStatus::Fragile, "the data is simulated".to_owned())
    } else {
        let level = completeness.as_str();
        if confidence >= 0.7 && completeness <= DataCompleteness::Archival {
            (
                EpistemicStatus::Robust,
                format!("most signals were measured on enough data ({level})"),
            )
        } else if confidence >= 0.35 {
            (
                EpistemicStatus::Partial,
                format!("a part of the signals was measured on enough data ({level})"),
            )
        } else if confidence < MIN_CONFIDENCE {
            (
                EpistemicStatus::Fragile,
                format!(
                    "too few signals were measured, or on too little data, for any score of the \
                     whole ({level}): no overall score"
                ),
            )
        } else {
            (
                EpistemicStatus::Fragile,
                format!("few signals were measured, or on little data ({level})"),
            )
        }
    };
    EpistemicState {
        status,
        reason,
        data_points_analyzed: analysis
            .posts_examined
            .saturating_add(analysis.comments_examined)
            .saturating_add(coverage.profile.read),
    }
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

const KNOWN_LIMITATIONS: [&str; 5] = [
    "Who the followers and likers are cannot be seen from outside; only commenters and counts are examined.",
    "Growth over time is unknown: a report sees one moment, so bought followers show only by how little they react.",
    "Images, sound and video are not examined.",
    "The phrase lists are English; other languages lower the confidence or leave a pillar without a score.",
    "Benchmarks are wide: published engagement rates differ three- to five-fold between their sources.",
];
