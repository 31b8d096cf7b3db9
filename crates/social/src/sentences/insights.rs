//! Sentences about what is not scored.

use super::{counted, have, listed, needed, number, part, percent, plural, some, times};
use crate::insights::{LanguageShare, Named};
use crate::pillar::Interval;

pub(crate) const NO_ACTIVITY: &str = "no post has a known time";
pub(crate) const NO_SPONSORSHIP: &str = "no captions and no labels of the platform were read, so advertising cannot be told from the rest";
pub(crate) const NO_GROWTH: &str =
    "growth needs two captures of the follower count, a day or more apart";

pub(crate) fn activity(
    posts: u64,
    days: Option<u64>,
    per_week: Option<f64>,
    trend: Option<f64>,
) -> String {
    let mut parts = Vec::new();
    if let Some(days) = days {
        parts.push(super::silence(days));
    }
    if let Some(per_week) = per_week {
        let rate = match per_week {
            w if w >= 10.0 => format!("{w:.0} posts a week"),
            w if w >= 0.95 => format!("{w:.1} posts a week"),
            w if w * 4.345 >= 0.95 => format!("{:.1} posts a month", w * 4.345),
            w => format!("{:.1} posts a year", w * 52.1),
        };
        parts.push(format!("{rate} over the newest {}", counted(posts, "post")));
    }
    if let Some(trend) = trend {
        parts.push(change(
            "the newer half of them gets",
            trend,
            "the older half",
        ));
    }
    if parts.is_empty() {
        return format!("{} {} a known time", counted(posts, "post"), have(posts));
    }
    parts.join("; ")
}

/// "gets 20 % more reactions than the others".
fn change(who: &str, share: f64, others: &str) -> String {
    if share.abs() < 0.05 {
        format!("{who} about as many reactions as {others}")
    } else if share >= 1.0 {
        format!("{who} {} as many reactions as {others}", times(share + 1.0))
    } else if share > 0.0 {
        format!("{who} {} more reactions than {others}", percent(share))
    } else {
        format!("{who} {} fewer reactions than {others}", percent(-share))
    }
}

pub(crate) fn sponsorship(
    total: u64,
    declared: Option<u64>,
    marked: u64,
    against: Option<f64>,
) -> String {
    let mut text = match declared {
        Some(declared) => {
            let rest = match (total.saturating_sub(declared), marked) {
                (0, _) => String::new(),
                (_, 0) if declared == 0 => ", nor a mark such as #ad or a code".to_owned(),
                (_, 0) => "; no other has a mark such as #ad or a code".to_owned(),
                (_, marked) => format!(
                    "; {} more {} a mark such as #ad or a code",
                    number(marked),
                    have(marked)
                ),
            };
            format!(
                "{} {} the platform's label for paid posts{rest}",
                part(declared, total, "post"),
                have(declared.max(1))
            )
        }
        None => format!(
            "{} {} a mark such as #ad or a code; the platform's own label is not known",
            part(marked, total, "post"),
            have(marked.max(1))
        ),
    };
    if let Some(against) = against {
        text.push_str("; ");
        text.push_str(&change("they get", against - 1.0, "the others"));
    }
    text
}

pub(crate) fn no_ranking(posts: u64, least: usize) -> String {
    format!(
        "{} {} known likes and comments, but {}",
        some(posts, "post"),
        have(posts),
        needed(least)
    )
}

pub(crate) fn ranking(posts: u64, best: f64, weakest: f64) -> String {
    format!(
        "by likes and comments of {}: the best has {} the median, the weakest {} of it",
        counted(posts, "post"),
        times(best),
        percent(weakest)
    )
}

pub(crate) fn no_reach(posts: u64) -> String {
    format!(
        "{} {} known views, but {}",
        some(posts, "post"),
        have(posts),
        needed(5)
    )
}

pub(crate) fn reach(posts: u64, median: f64, quartiles: Interval) -> String {
    let (low, high) = (whole(quartiles.low), whole(quartiles.high));
    let half = if low == high {
        "half of them have as many".to_owned()
    } else {
        format!("half of them have between {low} and {high}")
    };
    format!(
        "a median post of {} has {} views; {half}",
        number(posts),
        whole(median)
    )
}

/// A figure that is a count, or between two.
fn whole(count: f64) -> String {
    format!("{count:.0}")
        .parse()
        .map_or_else(|_| format!("{count:.0}"), number)
}

/// Of captions and of comments: whether any were read, the shares of their languages, and of how many
/// texts these were told.
pub(crate) fn languages(
    captions: (bool, &[LanguageShare], u64),
    comments: (bool, &[LanguageShare], u64),
) -> String {
    let named = |shares: &[LanguageShare]| {
        let parts: Vec<String> = shares
            .iter()
            .take(3)
            .map(|share| format!("{} {}", share.language, percent(share.share)))
            .collect();
        listed(&parts)
    };
    let side = |what: &str, (read, shares, told): (bool, &[LanguageShare], u64)| {
        if !read {
            format!("no {what}s were read")
        } else if shares.is_empty() {
            format!("the language of the {what}s cannot be told")
        } else if let [only] = shares
            && only.share >= 1.0
        {
            match told {
                1 => format!(
                    "the one {what} whose language can be told is {}",
                    only.language
                ),
                _ => format!(
                    "all {} {what}s whose language can be told are {}",
                    number(told),
                    only.language
                ),
            }
        } else {
            let of = counted(told, what);
            format!(
                "{what}s: {} (of {of} whose language can be told)",
                named(shares)
            )
        }
    };
    format!(
        "{}; {}",
        side("caption", captions),
        side("comment", comments)
    )
}

pub(crate) fn topics(captions: u64, hashtags: &[Named], mentions: &[Named]) -> String {
    if captions == 0 {
        return "no captions were read".to_owned();
    }
    let some = |names: &[Named], sign: char| {
        let names: Vec<String> = names
            .iter()
            .take(3)
            .map(|n| format!("{sign}{}", n.name))
            .collect();
        listed(&names)
    };
    let found = match (hashtags.is_empty(), mentions.is_empty()) {
        (true, true) => "no hashtag recurs, and no account is named".to_owned(),
        (false, true) => format!("most often {}", some(hashtags, '#')),
        (true, false) => format!(
            "no hashtag recurs; accounts named are {}",
            some(mentions, '@')
        ),
        (false, false) => format!(
            "most often {}; accounts named are {}",
            some(hashtags, '#'),
            some(mentions, '@')
        ),
    };
    format!("in {}: {found}", counted(captions, "caption"))
}

pub(crate) fn growth(captures: u64, days: u64, followers: i64, per_month: Option<f64>) -> String {
    let direction = if followers < 0 { "fewer" } else { "more" };
    let count = followers.unsigned_abs();
    let rate = match per_month {
        Some(share) if share.abs() >= 0.0001 => format!(", {} a month", percent(share)),
        _ => String::new(),
    };
    format!(
        "{} {direction} {} after {}, by {}{rate}",
        number(count),
        plural(count, "follower"),
        counted(days, "day"),
        counted(captures, "capture")
    )
}
