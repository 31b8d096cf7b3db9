//! What must be shown with a report.

use super::super::analysis::{Analysis, MAX_COMMENTS, excerpt};
use super::super::completeness::Coverage;
use super::super::snapshot::{Origin, Snapshot};
use super::verdict::{MIN_CONFIDENCE, Verdict};
use crate::sentences;

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
    let mut banners: Vec<String> = match &snapshot.origin {
        Origin::Simulated => vec![sentences::SIMULATED_BANNER.to_owned()],
        Origin::Archive { source } => {
            let source = source.as_deref().map(|source| excerpt(source, 100));
            vec![sentences::archive_banner(
                source.as_deref(),
                snapshot.captured_at,
            )]
        }
        Origin::Live => Vec::new(),
    };
    let nothing_read = snapshot.posts.as_ref().is_none_or(Vec::is_empty);
    if snapshot.profile.is_private == Some(true) && nothing_read {
        banners.push(sentences::PRIVATE_BANNER.to_owned());
    }
    if analysis
        .true_engagement
        .flags
        .iter()
        .any(|flag| flag == "dormant")
        && let Some(days) = analysis.insights.activity.days_since_last_post
    {
        banners.push(sentences::dormant_banner(days));
    }
    let posts = coverage.posts.read;
    if let Some(blocked) = coverage.comment_sections.blocked
        && blocked.saturating_mul(2) > posts
    {
        banners.push(sentences::blocked_banner(blocked, posts));
    }
    if snapshot.posts.is_some() && posts < FEW_POSTS {
        banners.push(sentences::few_posts_banner(posts, FEW_POSTS));
    }
    let missing = missing(snapshot, coverage);
    if !missing.is_empty() {
        banners.push(sentences::missing_banner(&missing));
    }
    if !verdict.missing.is_empty() {
        banners.push(sentences::unscored_banner(&verdict.missing));
    } else if verdict.score.is_none() {
        banners.push(sentences::unsure_banner(verdict.confidence, MIN_CONFIDENCE));
    }
    let languages = &analysis.insights.languages;
    let others: Vec<(&str, u64)> = languages
        .captions
        .iter()
        .filter(|language| language.language != "English")
        .map(|language| (language.language.as_str(), language.texts))
        // One may be a mistake: short texts are easily taken for another language.
        .filter(|(_, captions)| *captions > 1)
        .collect();
    if !others.is_empty() {
        banners.push(sentences::other_languages_banner(
            &others,
            languages.captions_told,
        ));
    }
    if coverage.comments.read > MAX_COMMENTS as u64 {
        banners.push(sentences::sample_banner(
            analysis.comments_examined,
            coverage.comments.read,
        ));
    }
    banners.extend(analysis.notes.iter().cloned());
    for problem in snapshot.problems.iter().take(MAX_PROBLEMS) {
        let shown = excerpt(problem, 200);
        if !shown.is_empty() {
            banners.push(sentences::problem_banner(&shown));
        }
    }
    banners
}

/// What could not be read.
fn missing(snapshot: &Snapshot, coverage: &Coverage) -> Vec<&'static str> {
    [
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
    .collect()
}
