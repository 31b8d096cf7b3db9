//! What must be shown with a report.

use chrono::{DateTime, Utc};

use super::super::analysis::{Analysis, MAX_COMMENTS, excerpt};
use super::super::completeness::Coverage;
use super::super::snapshot::{Origin, Snapshot};
use super::verdict::{MIN_CONFIDENCE, MIN_COVERAGE, Verdict};

/// Fewer posts than this are a small sample.
const FEW_POSTS: u64 = 12;
/// The most problems of the source that are shown.
const MAX_PROBLEMS: usize = 10;

/// The banners of a report, in a fixed order.
pub(super) fn banners(
    snapshot: &Snapshot,
    analysis: &Analysis,
    verdict: &Verdict,
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
        ("the profile", coverage.profile.read == 0),
        (
            "the number of followers",
            coverage.profile.read > 0 && snapshot.profile.follower_count.is_none(),
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
    banners.extend(assessment_banners(analysis, verdict));
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

/// What no score was found for, and what that does to the overall score.
fn assessment_banners(analysis: &Analysis, verdict: &Verdict) -> Vec<String> {
    let unscored: Vec<&str> = [
        ("true engagement", &analysis.true_engagement),
        ("audience authenticity", &analysis.audience_authenticity),
        ("brand safety", &analysis.brand_safety),
        ("account authenticity", &analysis.account_authenticity),
    ]
    .into_iter()
    .filter_map(|(name, pillar)| pillar.score.is_none().then_some(name))
    .collect();
    let mut banners = Vec::new();
    if !unscored.is_empty() {
        let mut text = format!("Not assessed: {}.", unscored.join(", "));
        if verdict.score.is_some() {
            text.push_str(" The overall score says nothing about that, and has no grade.");
        }
        banners.push(text);
    }
    if verdict.score.is_none() {
        banners.push(if verdict.covered < MIN_COVERAGE {
            format!(
                "No overall score: what could be assessed makes up {:.0} % of it, and {:.0} % is \
                 the least.",
                verdict.covered * 100.0,
                MIN_COVERAGE * 100.0
            )
        } else {
            format!(
                "No overall score: the confidence of {} is below {MIN_CONFIDENCE}.",
                verdict.confidence
            )
        });
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
            } else {
                text.push_str(", read at an unknown time");
            }
            text.push('.');
            Some(text)
        }
        Origin::Live => None,
    }
}
