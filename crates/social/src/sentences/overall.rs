//! Sentences about the account as a whole.

use chrono::{DateTime, Utc};

use super::{are, counted, listed, number, percent, spoken};
use crate::decision::Advice;
use crate::insights::Insights;
use crate::snapshot::Snapshot;

pub(crate) const SIMULATED_STATE: &str = "the data is simulated";
pub(crate) const SIMULATED_BANNER: &str = "SIMULATED DATA: this report was made from invented \
    data. It says nothing about any real account and must not be used for a decision.";
pub(crate) const PRIVATE_BANNER: &str =
    "Access denied: the account is private, so its posts and comments cannot be read.";

pub(crate) fn no_score_state(level: &str) -> String {
    format!(
        "one number for the whole needs all four pillars and enough data ({level}): there is no \
         overall score"
    )
}

pub(crate) fn robust_state(level: &str) -> String {
    format!("most signals were measured on enough data ({level})")
}

pub(crate) fn partial_state(level: &str) -> String {
    format!("a part of the signals was measured on enough data ({level})")
}

pub(crate) fn fragile_state(level: &str) -> String {
    format!("few signals were measured, or on little data ({level})")
}

pub(crate) fn archive_banner(source: Option<&str>, captured_at: Option<DateTime<Utc>>) -> String {
    let source = match source {
        Some(source) if !source.is_empty() => format!(" (source: {source})"),
        _ => String::new(),
    };
    let read = match captured_at {
        Some(at) => format!("read on {}", at.date_naive()),
        None => "read at an unknown time".to_owned(),
    };
    format!(
        "Archival data: this report was made from stored data and may not describe the account of \
         today{source}, {read}."
    )
}

pub(crate) fn dormant_banner(days: u64) -> String {
    format!(
        "Dormant: {}. What its followers did then says little about now.",
        super::silence(days)
    )
}

pub(crate) fn blocked_banner(blocked: u64, posts: u64) -> String {
    format!(
        "Signal blocked: comments are switched off on {} of {}.",
        number(blocked),
        counted(posts, "post")
    )
}

pub(crate) fn few_posts_banner(posts: u64, enough: u64) -> String {
    let verb = if posts == 1 { "was" } else { "were" };
    format!(
        "Low sample size: {} {verb} read; {enough} or more make a score firm.",
        counted(posts, "post")
    )
}

pub(crate) fn missing_banner(missing: &[&str]) -> String {
    format!("Partial data: {} could not be read.", listed(missing))
}

pub(crate) fn unscored_banner(missing: &[&str]) -> String {
    let missing: Vec<String> = missing.iter().map(|name| spoken(name)).collect();
    format!(
        "Not assessed: {}. An overall score needs all four pillars; the range says what is possible.",
        listed(&missing)
    )
}

pub(crate) fn unsure_banner(confidence: f64, least: f64) -> String {
    format!(
        "No overall score: the confidence of {} is below {}.",
        percent(confidence),
        percent(least)
    )
}

pub(crate) fn sample_banner(examined: u64, read: u64) -> String {
    format!(
        "Sample: {} of {} were examined.",
        number(examined),
        counted(read, "comment")
    )
}

pub(crate) fn problem_banner(problem: &str) -> String {
    format!("The source reports: {problem}")
}

/// The decision in one sentence.
pub(crate) fn summary(
    advice: Advice,
    simulated: bool,
    [weak, low, middling, unknown]: [&[&str]; 4],
    flagged: bool,
    unread: bool,
) -> String {
    let spoken = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| spoken(name)).collect();
        listed(&names)
    };
    let is = |names: &[&str]| are(names.len() as u64);
    match advice {
        Advice::Avoid => format!("Avoid: {} {} weak.", spoken(weak), is(weak)),
        Advice::Sponsor => {
            "Sponsor: engagement is usual for the size or better, the other pillars are good, nothing is \
             flagged, and there is enough data."
                .to_owned()
        }
        Advice::LookCloser if simulated => "Look closer: the data is invented.".to_owned(),
        Advice::LookCloser => {
            let mut reasons = Vec::new();
            if !unknown.is_empty() {
                reasons.push(format!("{} could not be assessed", spoken(unknown)));
            }
            if !low.is_empty() {
                reasons.push(format!("{} {} low", spoken(low), is(low)));
            }
            if !middling.is_empty() {
                reasons.push(format!("{} {} mixed", spoken(middling), is(middling)));
            }
            if flagged {
                reasons.push("something is flagged".to_owned());
            }
            if unread {
                reasons.push("some captions need a person to read them".to_owned());
            }
            if reasons.is_empty() {
                reasons.push("there is little data".to_owned());
            }
            format!("Look closer: {}.", listed(&reasons))
        }
    }
}

/// What to ask the creator for, by the scores of engagement, audience and brand safety.
pub(crate) fn questions(
    snapshot: &Snapshot,
    [engagement, audience, safety]: [Option<f64>; 3],
    insights: &Insights,
) -> Vec<String> {
    let mut ask = Vec::new();
    if engagement.is_none() {
        ask.push("A screenshot of the insights of the last ten posts: reach, likes and comments.");
    }
    if audience.is_none() {
        ask.push("Access to the comments of the last posts, or a screenshot of them.");
    }
    if safety.is_none() {
        let mut posts = snapshot.posts.iter().flatten();
        let has_captions = posts.any(|post| post.caption.is_some());
        let mut languages = insights.languages.captions.iter();
        let in_english = languages
            .next()
            .is_some_and(|main| main.language == "English");
        ask.push(match (has_captions, in_english) {
            (false, _) => "The last twenty captions, or access to the posts.",
            (true, true) => {
                "The last twenty captions, and what was meant by those that are cited, if any."
            }
            (true, false) => "The last twenty captions in a language you read, or a translation.",
        });
    }
    if insights.reach.median_views.is_none() {
        ask.push("A screenshot of reach and views of the last thirty days.");
    }
    if snapshot.history.is_empty() {
        ask.push("A screenshot of the follower growth of the last ninety days.");
    }
    ask.push("A screenshot of the audience by country, age and gender: public data cannot tell.");
    if insights.sponsorship.share.is_some_and(|share| share > 0.0) {
        ask.push("Results of earlier paid posts: clicks, codes used, sales.");
    }
    ask.into_iter().map(str::to_owned).collect()
}

/// What no report of this kind can tell.
pub(crate) const LIMITATIONS: [&str; 6] = [
    "Who the followers and likers are cannot be seen from outside; only commenters and counts are examined. Country, age, gender and overlap with other accounts stay unknown: ask for a screenshot of the audience insights.",
    "Growth needs two captures of the same account; with one, bought followers show only by how little they react.",
    "Images, sound and video are not examined.",
    "Brand safety is judged in English only. Spam is found in several languages, but comments are cleared only in English, Indonesian and Russian, the languages it was measured in.",
    "Words do not always tell what is meant: what they cannot decide is cited for a person to read.",
    "Benchmarks are wide: published engagement rates differ three- to five-fold between their sources.",
];

/// Beside accounts that cannot be told apart.
pub(crate) fn tied(first: &str, second: &str) -> String {
    format!("{first} and {second} cannot be told apart: their ranges overlap.")
}

pub(crate) fn other_platforms(platforms: &[String]) -> String {
    format!(
        "The accounts are on {}: scores compare each with its own platform and size.",
        listed(platforms)
    )
}

pub(crate) fn other_versions(versions: &[String]) -> String {
    format!(
        "The reports were made by different versions of the formulas: {}.",
        listed(versions)
    )
}
