//! Accounts of many kinds, each with what its report must show: other languages, other disguises, other sizes, other
//! ways to cheat, and honest accounts that look odd. Every text here is made up.

#[path = "../kit/mod.rs"]
mod kit;

// Macros stand before the modules that use them.

/// An account under which these texts are written.
macro_rules! fans {
    ($name:literal, $must:ident, [$($text:literal),* $(,)?]) => {
        ($name, stringify!($must), |s| fans(s, &[$($text),*]), $must)
    };
}

/// English fans, and of a hundred comments so many of these.
macro_rules! spam {
    ($name:literal, $percent:literal, $must:ident, [$($text:literal),* $(,)?]) => {
        ($name, stringify!($must), |s| written(s, &ENGLISH, $percent, &[$($text),*]), $must)
    };
}

/// An account that has these captions.
macro_rules! says {
    ($name:literal, $must:ident, [$($text:literal),* $(,)?]) => {
        ($name, stringify!($must), |s| captions(s, &[$($text),*]), $must)
    };
}

mod against_hate;
mod by_text;
mod cores;
mod crafts;
mod crowds;
mod dialects;
mod figures;
mod groups;
mod harms;
mod hate;
mod honest;
mod languages;
mod missing;
mod offers;
mod spam;
mod spam_by_language;
mod texts;
mod trades;

use report_pipeline_social::{Advice, Report, Snapshot};

use kit::kinds::{Decided, ENGLISH, audience_at_most, captions, is_spared, posts, written};

/// Nothing is held against the audience.
fn is_honest(report: &Report) -> bool {
    is_spared(&report.audience_authenticity)
}

/// It is known to be good.
fn is_good(report: &Report) -> bool {
    report.audience_authenticity.score >= Some(65.0)
        && report.audience_authenticity.flags.is_empty()
}

fn is_no_sponsor(report: &Report) -> bool {
    audience_at_most(report, 65.0) && report.decision().advice != Advice::Sponsor
}

/// Nobody is accused, and the score is good or there is none.
fn is_not_accused(report: &Report) -> bool {
    is_spared(&report.brand_safety)
}

/// Not good, or left to a person; never recommended.
fn is_never_good(report: &Report) -> bool {
    report.brand_safety.score.is_none_or(|score| score < 60.0)
        && report.decision().advice != Advice::Sponsor
}

/// Every comment is put together from parts of these.
fn fans(snapshot: &mut Snapshot, texts: &[&str]) {
    written(snapshot, texts, 0, &[]);
}

/// As few posts as there are captions.
fn only(snapshot: &mut Snapshot, texts: &[&str]) {
    posts(snapshot).truncate(texts.len());
    captions(snapshot, texts);
    written(snapshot, &ENGLISH, 0, &[]);
}
