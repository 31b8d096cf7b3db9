//! Sentences about the account itself.

use super::{counted, have, needed, percent, some};

pub(crate) const NO_FOLLOWING_AND_FOLLOWERS: &str =
    "the numbers of followers and of accounts followed are not both known";
pub(crate) const NO_FOLLOWING_AND_POSTS: &str =
    "the numbers of posts and of accounts followed are not both known";
pub(crate) const NO_REAL_NAME: &str = "the account's real user name is not known";
pub(crate) const NO_PICTURE_KNOWN: &str = "it is not known whether there is a profile picture";
/// Without and with one.
pub(crate) const PICTURE: [&str; 2] = ["has no profile picture", "has a profile picture"];
pub(crate) const NO_BIO: &str = "the description is not known";
pub(crate) const NO_POST_COUNT: &str = "the number of posts is not known";
pub(crate) const VERIFIED: &str = "the platform has verified the account";
pub(crate) const NOT_VERIFIED: &str = "the account is not known to be verified, which says nothing";
pub(crate) const NO_HASHTAGS: &str = "the numbers of hashtags are not known";

pub(crate) fn ratio(following: u64, of: u64, noun: &str) -> String {
    format!(
        "follows {} and has {}",
        some(following, "account"),
        some(of, noun)
    )
}

pub(crate) fn no_ratio(following: u64, of: u64, noun: &str) -> String {
    format!("{}, too few for a ratio", ratio(following, of, noun))
}

pub(crate) fn name_digits(digits: u64) -> String {
    format!("the user name has {}", some(digits, "digit"))
}

pub(crate) fn bio(length: u64) -> String {
    if length == 0 {
        return "the description is empty".to_owned();
    }
    format!("the description has {}", counted(length, "character"))
}

pub(crate) fn posts(count: u64) -> String {
    format!("has {}", some(count, "post"))
}

pub(crate) fn too_few_gaps(count: u64) -> String {
    format!(
        "{} between posts {} known, but {}",
        some(count, "gap"),
        super::are(count),
        needed(10)
    )
}

pub(crate) fn regularity(gaps: u64, value: f64) -> String {
    let habit = match value {
        v if v < -0.3 => "on a schedule",
        v if v < -0.1 => "fairly evenly",
        v if v < 0.1 => "at random times",
        v if v < 0.5 => "now and then, as most people do",
        _ => "in bursts with long pauses between",
    };
    format!(
        "judging by {} between posts, it posts {habit} (burstiness {value:.2}, where -1 means a clock and 0 means chance); shown without a score",
        counted(gaps, "gap")
    )
}

pub(crate) fn too_few_times(count: u64) -> String {
    format!(
        "{} {} an exact time, but {}",
        some(count, "post"),
        have(count),
        needed(30)
    )
}

pub(crate) fn hours(value: f64) -> String {
    format!(
        "the hours of the day at which it posts are {} as even as they could be",
        percent(value)
    )
}

pub(crate) fn hashtags(mean: f64) -> String {
    format!("{mean:.1} hashtags in an average post")
}

pub(crate) fn mean_hashtags(mean: f64) -> String {
    format!("{mean:.1} hashtags in an average post, from averages")
}
