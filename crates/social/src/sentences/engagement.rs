//! Sentences about engagement.

use super::{counted, have, needed, percent, some, spoken, times};

pub(crate) const NO_BENCHMARK: &str = "there is no engagement benchmark for this platform";
pub(crate) const NO_FOLLOWER_COUNT: &str = "the number of followers is unknown";
pub(crate) const NO_FOLLOWERS: &str = "the account has no followers";
pub(crate) const NO_POSTS: &str = "no posts were read";
pub(crate) const HAS_NO_POSTS: &str = "the account has no posts";
pub(crate) const NO_RATE: &str = "the engagement rate is unknown";
pub(crate) const NO_LAST_POST: &str =
    "it is not known when the account last posted, or when it was read";
pub(crate) const NO_COUNTS: &str = "the posts do not have the counts it needs";

pub(crate) const LIKES_HIDDEN: &str = "likes are hidden";
pub(crate) const LIKES_UNKNOWN: &str = "likes are not known";
pub(crate) const VIEWS_UNKNOWN: &str = "views are not known";
pub(crate) const COMMENTS_UNKNOWN: &str = "the numbers of comments are not known";

/// `why` says which count all of the posts lack, if it is one.
pub(crate) fn too_few_rates(count: u64, least: usize, whole: &str, why: Option<&str>) -> String {
    let why = why.map_or_else(String::new, |why| format!("; {why}"));
    format!(
        "{} older than 48 hours {} all the counts that likes and comments per {whole} need, but \
         {}{why}",
        some(count, "post"),
        have(count),
        needed(least)
    )
}

pub(crate) fn rate(posts: u64, whole: &str, rate: f64, low: f64, high: f64) -> String {
    format!(
        "likes and comments per {whole}, median of {}: {}; usual for this size is {} to {}",
        counted(posts, "post"),
        percent(rate),
        percent(low),
        percent(high)
    )
}

pub(crate) fn mean_rate(rate: f64, low: f64, high: f64) -> String {
    format!(
        "likes and comments per follower, a mean from averages: {}; usual for this size is {} to {}",
        percent(rate),
        percent(low),
        percent(high)
    )
}

/// `factor` is above 1 beyond the usual range, below 1 short of it, and 1 within.
pub(crate) fn plausibility(rate: f64, factor: f64) -> String {
    let rate = percent(rate);
    if factor > 1.0 {
        format!(
            "an engagement rate of {rate} is {} the rate that only one in twenty accounts of this size exceeds",
            times(factor)
        )
    } else if factor < 1.0 {
        format!(
            "an engagement rate of {rate} is {} of the rate that only one in twenty accounts of this size stays below",
            percent(factor)
        )
    } else {
        format!(
            "an engagement rate of {rate} lies within what nine in ten accounts of this size have"
        )
    }
}

pub(crate) fn silence(days: u64) -> String {
    match days {
        0 => "the last post was less than a day old when the data was read".to_owned(),
        1..=59 => format!(
            "the last post was {} old when the data was read",
            counted(days, "day")
        ),
        60..=729 => format!(
            "the account had been silent for {} when it was read",
            counted(days / 30, "month")
        ),
        _ => format!(
            "the account had been silent for {} when it was read",
            counted(days / 365, "year")
        ),
    }
}

/// `name` is what is shown, such as `comments_per_like`.
pub(crate) fn shown_median(name: &str, value: f64, posts: u64) -> String {
    let median = if posts == 1 { "" } else { "median " };
    format!(
        "{}, {median}of {}: {}; shown without a score",
        spoken(name),
        counted(posts, "post"),
        percent(value)
    )
}
