//! What reports say about simulated accounts: the clean ones are cleared, the others are not.

use super::SimulatedScraper;
use super::account::{Kind, kind_of, make_up};
use crate::{HeuristicAnalyzer, Report, ReportAssembler};
use report_pipeline::Phase;
use report_pipeline::{Assembler, PhaseContext};
use report_pipeline::{Handle, Platform, Target};

async fn reports(platform: &Platform) -> Vec<(Kind, Report)> {
    let mut reports = Vec::new();
    for number in 0..300 {
        let handle = Handle::canonical(&format!("user{number}")).expect("a canonical handle");
        let target = Target::new(platform.clone(), handle);
        let snapshot = make_up(&target, SimulatedScraper::REFERENCE_DATE);
        let analysis = HeuristicAnalyzer::new().examine(&snapshot);
        let ctx = PhaseContext::detached(target.clone(), Phase::Finalizing);
        let report = ReportAssembler::new()
            .assemble(&snapshot, &analysis, &ctx)
            .await;
        reports.push((kind_of(&target), report.expect("assembled")));
    }
    reports
}

/// The middle one of the scores, 0 where there is none.
fn median(mut scores: Vec<Option<f64>>) -> f64 {
    scores.sort_by(|a, b| a.partial_cmp(b).expect("no score is NaN"));
    scores[scores.len() / 2].unwrap_or_default()
}

async fn clean_accounts_are_cleared_and_the_others_are_not(platform: Platform) {
    let reports = reports(&platform).await;
    let of = |kinds: &'static [Kind]| reports.iter().filter(move |(kind, _)| kinds.contains(kind));
    let clean: Vec<&Report> = of(&[Kind::Clean, Kind::CommentsOff])
        .map(|(_, r)| r)
        .collect();
    let flagged: Vec<_> = clean.iter().filter(|r| !r.flags.is_empty()).collect();
    assert!(
        flagged.len() * 20 <= clean.len(),
        "{} of {} clean accounts are flagged: {:?}",
        flagged.len(),
        clean.len(),
        flagged
            .iter()
            .map(|r| (r.handle.as_str(), &r.flags))
            .collect::<Vec<_>>()
    );
    let good = clean.iter().filter(|r| r.score >= Some(65.0)).count();
    assert!(
        good * 20 >= clean.len() * 19,
        "{good} of {} score well",
        clean.len()
    );

    let usual = median(of(&[Kind::Clean]).map(|(_, r)| r.score).collect());
    let trusted = |r: &Report| r.audience_authenticity.score;
    let audience = median(of(&[Kind::Clean]).map(|(_, r)| trusted(r)).collect());
    for (kinds, flags, lower) in [
        (
            &[Kind::BoughtFollowers],
            ["engagement_far_below_size", "generic_comments"],
            25.0,
        ),
        (
            &[Kind::SpammySection],
            ["spam_in_comments", "spam_dominates_comments"],
            8.0,
        ),
    ] {
        let all = of(kinds).count();
        let caught = of(kinds).filter(|(_, r)| r.flags.iter().any(|f| flags.contains(&f.as_str())));
        let caught = caught.count();
        assert!(caught * 20 >= all * 19, "{flags:?}: only {caught} of {all}");
        let score = median(of(kinds).map(|(_, r)| r.score).collect());
        assert!(score < usual - lower, "{flags:?}: {score} against {usual}");
        let score = median(of(kinds).map(|(_, r)| trusted(r)).collect());
        assert!(
            score < audience - 25.0,
            "{flags:?}: audience {score} against {audience}"
        );
    }
}

#[tokio::test]
async fn on_instagram_clean_accounts_are_cleared_and_the_others_are_not() {
    clean_accounts_are_cleared_and_the_others_are_not(Platform::INSTAGRAM).await;
}

#[tokio::test]
async fn on_tiktok_clean_accounts_are_cleared_and_the_others_are_not() {
    clean_accounts_are_cleared_and_the_others_are_not(Platform::TIKTOK).await;
}

#[tokio::test]
async fn on_youtube_clean_accounts_are_cleared_and_the_others_are_not() {
    clean_accounts_are_cleared_and_the_others_are_not(Platform::YOUTUBE).await;
}
