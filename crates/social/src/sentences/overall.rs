//! Sentences about the account as a whole.

use chrono::{DateTime, Utc};

use super::{are, counted, listed, number, percent, some, spoken};
use crate::decision::Advice;
use crate::insights::Insights;
use crate::snapshot::Snapshot;

pub(crate) const SIMULATED_STATE: &str = "the data is simulated";
pub(crate) const SIMULATED_BANNER: &str = "SIMULATED DATA: this report was made from invented \
    data. It says nothing about any real account and must not be used for a decision.";
pub(crate) const PRIVATE_BANNER: &str =
    "Access denied: the account is private, so its posts and comments cannot be read.";

pub(crate) const SMALL_SAMPLE: &str = "the sample is too small for a score";

/// Why a pillar has no score: what its main signals lack, and how many lack something else.
pub(crate) fn too_little(reasons: &[&str], more: u64) -> String {
    let rest = match more {
        0 => String::new(),
        1 => "; 1 more signal is unknown".to_owned(),
        more => format!("; {} more signals are unknown", number(more)),
    };
    format!("too little could be measured: {}{rest}", reasons.join("; "))
}

/// Why a pillar without anything against it is not good.
pub(crate) fn little_known(confidence: f64) -> String {
    format!(
        "only {} of what would show it was there to be looked at, and the rest counts as average",
        percent(confidence)
    )
}

/// What `data_completeness` says, in words.
fn data(level: &str) -> &str {
    match level {
        "full" => "the source left nothing out",
        "partial_no_images" => "the data has no images",
        "archival" => "the data is from an archive",
        "partial_no_comments" => "the data has no comments",
        "partial_no_posts" => "the data has no posts",
        "text_only" => "the data has only texts",
        _ => "there is no data",
    }
}

pub(crate) fn no_score_state(level: &str) -> String {
    format!(
        "one number for the whole needs all four pillars and enough data, so there is no overall score; {}",
        data(level)
    )
}

pub(crate) fn robust_state(level: &str) -> String {
    format!("most signals were measured on enough data; {}", data(level))
}

pub(crate) fn partial_state(level: &str) -> String {
    format!(
        "a part of the signals was measured on enough data; {}",
        data(level)
    )
}

pub(crate) fn fragile_state(level: &str) -> String {
    format!(
        "few signals were measured, or on little data; {}",
        data(level)
    )
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
        some(posts, "post")
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

/// `languages` with how many captions each, of those whose language can be told.
pub(crate) fn other_languages_banner(languages: &[(&str, u64)], told: u64) -> String {
    let each: Vec<String> = languages
        .iter()
        .map(|(language, captions)| format!("{} in {language}", counted(*captions, "caption")))
        .collect();
    format!(
        "Brand safety reads English: not judged {} {}, of {} whose language could be told.",
        if languages.len() == 1 && languages[0].1 == 1 {
            "is"
        } else {
            "are"
        },
        listed(&each),
        number(told)
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

/// What a decision rests on: names of pillars, and signals that bound one (signal, pillar).
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reasons<'a> {
    pub(crate) weak: &'a [&'a str],
    /// Without a score, but bounded there.
    pub(crate) weak_at_best: &'a [&'a str],
    pub(crate) unknown: &'a [&'a str],
    pub(crate) low: &'a [&'a str],
    pub(crate) middling: &'a [&'a str],
    pub(crate) bounded: &'a [(&'a str, &'a str)],
    pub(crate) flags: &'a [&'a str],
    /// Whether captions were left that lists cannot judge.
    pub(crate) unread: bool,
}

/// The most flags that a summary names.
const NAMED_FLAGS: usize = 3;

/// The decision in one sentence.
pub(crate) fn summary(advice: Advice, simulated: bool, of: &Reasons<'_>) -> String {
    let said = |names: &[&str], what: &str| {
        let spoken: Vec<String> = names.iter().map(|name| spoken(name)).collect();
        let is = are(names.len() as u64);
        (!names.is_empty()).then(|| format!("{} {is} {what}", listed(&spoken)))
    };
    let mut reasons = Vec::new();
    match advice {
        Advice::Sponsor => {
            return "Sponsor: engagement is usual for the size or better, the other pillars are good, \
                    nothing is flagged, and there is enough data."
                .to_owned();
        }
        Advice::LookCloser if simulated => return "Look closer: the data is invented.".to_owned(),
        Advice::Avoid => {
            reasons.extend(said(of.weak, "weak"));
            reasons.extend(said(of.weak_at_best, "weak at best"));
        }
        Advice::LookCloser => {
            if !of.unknown.is_empty() {
                let names: Vec<String> = of.unknown.iter().map(|name| spoken(name)).collect();
                reasons.push(format!("{} could not be assessed", listed(&names)));
            }
            reasons.extend(said(of.low, "low"));
            reasons.extend(said(of.middling, "mixed"));
            let bounded = of.bounded.iter();
            reasons.extend(
                bounded.map(|(signal, pillar)| {
                    format!("{} limits {}", spoken(signal), spoken(pillar))
                }),
            );
            if of.unread {
                reasons.push("some captions need a person to read them".to_owned());
            }
        }
    }
    if !of.flags.is_empty() {
        let mut flags: Vec<String> = of.flags.iter().map(|flag| spoken(flag)).collect();
        if flags.len() > NAMED_FLAGS {
            let more = flags.split_off(NAMED_FLAGS).len();
            flags.push(format!("{more} more"));
        }
        let there = if of.flags.len() == 1 {
            "there is a flag"
        } else {
            "there are flags"
        };
        reasons.push(format!("{there} ({})", listed(&flags)));
    }
    if reasons.is_empty() {
        reasons.push("there is little data".to_owned());
    }
    let word = if advice == Advice::Avoid {
        "Avoid"
    } else {
        "Look closer"
    };
    format!("{word}: {}.", reasons.join("; "))
}

/// From so many comments on, more of them would not help.
const READABLE: usize = 20;

/// What to ask the creator for, by the scores of engagement, audience and brand safety.
pub(crate) fn questions(
    snapshot: &Snapshot,
    [engagement, audience, safety]: [Option<f64>; 3],
    insights: &Insights,
) -> Vec<String> {
    let mut ask = Vec::new();
    // Who has never posted has nothing to show.
    let posts = snapshot.posts.as_deref().unwrap_or_default();
    let has_posts = snapshot.profile.post_count != Some(0) || !posts.is_empty();
    let comments = snapshot.comments.as_deref().unwrap_or_default();
    // English, Indonesian and Russian ones were read: where those give no score, it is not for their language.
    let main = insights.languages.comments.first();
    let is_foreign = main.is_some_and(|main| {
        !matches!(main.language.as_str(), "English" | "Indonesian" | "Russian")
    });
    if engagement.is_none() && has_posts {
        ask.push("A screenshot of the insights of the last ten posts: reach, likes and comments.");
    }
    if audience.is_none() && has_posts {
        ask.push(if comments.len() >= READABLE && is_foreign {
            "What typical comments say, from somebody who reads their language."
        } else {
            "Access to the comments of the last posts, or a screenshot of them."
        });
    }
    if safety.is_none() && has_posts {
        let mut posts = snapshot.posts.iter().flatten();
        let has_captions = posts.any(|post| post.caption.is_some());
        let main = insights.languages.captions.first();
        let in_english = main.map(|main| main.language == "English");
        ask.push(match (has_captions, in_english) {
            (false, _) | (true, None) => "The last twenty captions, or access to the posts.",
            (true, Some(true)) => {
                "The last twenty captions, and what was meant by those that are cited, if any."
            }
            (true, Some(false)) => {
                "The last twenty captions in a language you read, or a translation."
            }
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
