//! Several accounts side by side.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::decision::Advice;
use super::pillar::{Grade, Interval};
use super::report::Report;
use super::sentences;

/// Several accounts side by side, the one to look at first on top.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Comparison {
    /// The accounts: by advice, then by the low end of their range, so that what is hidden never
    /// beats what was shown.
    pub accounts: Vec<ComparedAccount>,
    /// What to know when reading it: who cannot be told apart, and what differs between the reports.
    pub notes: Vec<String>,
}

/// One account of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ComparedAccount {
    /// Its handle.
    pub handle: String,
    /// Its platform.
    pub platform: String,
    /// The report's advice.
    pub advice: Advice,
    /// The overall score; `null` without one.
    pub score: Option<f64>,
    /// Where the overall score may lie.
    pub range: Interval,
    /// The overall grade; `null` without one.
    pub grade: Option<Grade>,
    /// Scores of true engagement, audience authenticity, brand safety and account authenticity.
    pub pillars: [Option<f64>; 4],
    /// Followers.
    pub followers: Option<f64>,
    /// Median views, where posts have views.
    pub median_views: Option<f64>,
    /// The share of posts that are advertising.
    pub sponsored_share: Option<f64>,
    /// How many flags were raised.
    pub flags: u64,
}

/// Puts accounts side by side. The order of the reports does not matter.
///
/// # Example
/// ```
/// use report_pipeline_social::compare;
///
/// assert!(compare(&[]).accounts.is_empty());
/// ```
#[must_use]
pub fn compare(reports: &[Report]) -> Comparison {
    let mut accounts: Vec<ComparedAccount> = reports.iter().map(account).collect();
    accounts.sort_by(|a, b| {
        a.advice
            .cmp(&b.advice)
            .then_with(|| b.range.low.total_cmp(&a.range.low))
            .then_with(|| b.range.high.total_cmp(&a.range.high))
            .then_with(|| (&a.platform, &a.handle).cmp(&(&b.platform, &b.handle)))
    });
    let mut notes: Vec<String> = accounts
        .windows(2)
        .filter(|pair| pair[0].advice == pair[1].advice && pair[1].range.high >= pair[0].range.low)
        .map(|pair| sentences::tied(&pair[0].handle, &pair[1].handle))
        .collect();
    let platforms: BTreeSet<String> = accounts.iter().map(|a| a.platform.clone()).collect();
    if platforms.len() > 1 {
        notes.push(sentences::other_platforms(
            &platforms.into_iter().collect::<Vec<_>>(),
        ));
    }
    let versions: BTreeSet<String> = reports
        .iter()
        .map(|r| r.methodology_version.clone())
        .collect();
    if versions.len() > 1 {
        notes.push(sentences::other_versions(
            &versions.into_iter().collect::<Vec<_>>(),
        ));
    }
    Comparison { accounts, notes }
}

fn account(report: &Report) -> ComparedAccount {
    let metric = |name: &str| {
        let mut metrics = report.profile_metrics.iter();
        metrics.find(|metric| metric.name == name)?.value
    };
    ComparedAccount {
        handle: report.handle.as_str().to_owned(),
        platform: report.platform.as_str().to_owned(),
        advice: report
            .decision
            .as_ref()
            .map_or(Advice::LookCloser, |decision| decision.advice),
        score: report.score,
        range: report.range,
        grade: report.grade,
        pillars: [
            &report.true_engagement,
            &report.audience_authenticity,
            &report.brand_safety,
            &report.account_authenticity,
        ]
        .map(|pillar| pillar.score),
        followers: metric("followers"),
        median_views: report.insights.reach.median_views,
        sponsored_share: report.insights.sponsorship.share,
        flags: report.flags.len() as u64,
    }
}
