//! Invented accounts with a known answer: one account a line in the archive's format, under the
//! handles below. What a report must show is a relation, never a single value.

use std::collections::BTreeMap;

use report_pipeline::PhaseError;
use report_pipeline_social::{Pillar, Report};

use super::records::Set;
use super::reports::report;
use super::table::Table;

/// The reports by handle.
type Reports = BTreeMap<String, Report>;

/// An account, what its report must show, and whether it does.
type Case = (&'static str, &'static str, fn(&Report, &Reports) -> bool);

const CASES: [Case; 20] = [
    ("honest", "audience >= 85, no flag", |r, _| {
        r.audience_authenticity.score >= Some(85.0) && r.flags.is_empty()
    }),
    ("spam20", "audience below honest", |r, all| {
        falls(r, all, "honest")
    }),
    (
        "spam40",
        "audience below spam20 and <= 50, C at best",
        |r, all| {
            falls(r, all, "spam20") && at_most(&r.audience_authenticity, 50.0) && under(r, 60.0)
        },
    ),
    (
        "spam60",
        "audience below spam40 and <= 35, C at best",
        |r, all| {
            falls(r, all, "spam40") && at_most(&r.audience_authenticity, 35.0) && under(r, 60.0)
        },
    ),
    (
        "spam100",
        "audience below spam60 and <= 15, D at best",
        |r, all| {
            falls(r, all, "spam60") && at_most(&r.audience_authenticity, 15.0) && under(r, 40.0)
        },
    ),
    ("slot80", "audience unknown or <= 40, C at best", |r, _| {
        at_most(&r.audience_authenticity, 40.0) && under(r, 60.0)
    }),
    ("spanishhonest", "audience unknown or >= 65", |r, _| {
        r.audience_authenticity
            .score
            .is_none_or(|score| score >= 65.0)
    }),
    (
        "spanishcopies",
        "audience unknown or <= 65, no more than spanishhonest",
        |r, all| at_most(&r.audience_authenticity, 65.0) && no_more(r, all, "spanishhonest"),
    ),
    (
        "spanishenglishspam",
        "audience unknown or <= 65, no more than spanishhonest",
        |r, all| at_most(&r.audience_authenticity, 65.0) && no_more(r, all, "spanishhonest"),
    ),
    ("fourspam", "no good audience", |r, _| {
        at_most(&r.audience_authenticity, 60.0)
    }),
    (
        "fivespam",
        "no good audience, no more than fourspam",
        |r, all| at_most(&r.audience_authenticity, 60.0) && no_more(r, all, "fourspam"),
    ),
    ("emojionly", "audience unknown or <= 65", |r, _| {
        at_most(&r.audience_authenticity, 65.0)
    }),
    ("boughtlikes", "no more than honest", |r, all| {
        no_more(r, all, "honest")
    }),
    ("hiddenlikes", "no number above honest", |r, all| {
        all.get("honest")
            .is_some_and(|honest| r.score <= honest.score)
    }),
    ("dormant", "said in a banner or flag", |r, _| {
        r.flags.iter().any(|flag| flag == "dormant")
    }),
    ("hatewriter", "safety unknown or <= 50", |r, _| {
        at_most(&r.brand_safety, 50.0)
    }),
    ("harmless", "safety >= 65", |r, _| {
        r.brand_safety.score >= Some(65.0)
    }),
    ("onschedule", "no flag", |r, _| r.flags.is_empty()),
    ("pod", "flagged", |r, _| {
        r.flags.iter().any(|flag| flag == "engagement_pod")
    }),
    (
        "éclairdéco",
        "own comments are no audience: >= 85, no flag",
        |r, _| r.audience_authenticity.score >= Some(85.0) && r.flags.is_empty(),
    ),
];

/// Makes the report on each account and holds it to what it must show.
pub(crate) async fn table(set: &Set) -> Result<Table, PhaseError> {
    let mut reports = Reports::new();
    for record in &set.records {
        let handle = record.snapshot.target.handle.as_str().to_owned();
        reports.insert(handle, report(&record.snapshot).await?);
    }
    let mut table = Table::new(
        "Invented accounts: scores, and what must be shown",
        &[
            "account",
            "score",
            "range",
            "grade",
            "engagement",
            "audience",
            "safety",
            "account",
            "advice",
            "must show",
            "",
        ],
    );
    for record in &set.records {
        let handle = record.snapshot.target.handle.as_str();
        let Some(report) = reports.get(handle) else {
            continue;
        };
        let case = CASES.iter().find(|(name, ..)| *name == handle);
        let (must, verdict) = case.map_or(("-", "-"), |(_, must, holds)| {
            (
                *must,
                if holds(report, &reports) {
                    "met"
                } else {
                    "NOT MET"
                },
            )
        });
        let score =
            |score: Option<f64>| score.map_or_else(|| "-".to_owned(), |s| format!("{s:.1}"));
        table.row(vec![
            handle.to_owned(),
            score(report.score),
            format!("{:.0}-{:.0}", report.range.low, report.range.high),
            report
                .grade
                .map_or_else(|| "-".to_owned(), |grade| format!("{grade:?}")),
            score(report.true_engagement.score),
            score(report.audience_authenticity.score),
            score(report.brand_safety.score),
            score(report.account_authenticity.score),
            report
                .decision
                .as_ref()
                .map_or_else(String::new, |d| format!("{:?}", d.advice)),
            must.to_owned(),
            verdict.to_owned(),
        ]);
    }
    Ok(table)
}

/// Whether a pillar is unknown or no better than that.
fn at_most(pillar: &Pillar, most: f64) -> bool {
    pillar.score.is_none_or(|score| score <= most)
}

/// Whether the whole has no number, or one below that.
fn under(report: &Report, bound: f64) -> bool {
    report.score.is_none_or(|score| score < bound)
}

/// Whether the audience is worse than another account's.
fn falls(report: &Report, all: &Reports, other: &str) -> bool {
    all.get(other)
        .is_some_and(|other| report.audience_authenticity.score < other.audience_authenticity.score)
}

/// Whether the whole can be no more than another account's, at the upper ends of the ranges.
fn no_more(report: &Report, all: &Reports, other: &str) -> bool {
    all.get(other)
        .is_some_and(|other| report.range.high <= other.range.high)
}
