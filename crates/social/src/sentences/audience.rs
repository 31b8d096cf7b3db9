//! Sentences about the audience.

use super::{are, counted, have, needed, number, part, percent, plural, some};

pub(crate) const COMMENTS_NOT_READ: &str = "comments were not read";
pub(crate) const NO_BUSY_POST: &str = "no post has ten comments with known authors";
pub(crate) const NO_TIMED_POST: &str = "no post has five comments with exact times";
pub(crate) const NO_REGULARS: &str =
    "fewer than six posts have comments with known authors, so regulars cannot be told from others";
pub(crate) const ALL_RATIOS_EQUAL: &str =
    "more than half of the posts have the same comments per like";
pub(crate) const FEW_LIKES: &str = "a typical post has fewer than 20 likes, too few to spread";

/// Why the commenters could not be judged: of `total` comments, `wordless` have at most two words and
/// `found` look like spam.
pub(crate) fn unheard_audience(total: u64, wordless: u64, found: u64) -> String {
    if total == 0 {
        return "no comments were read, so the commenters could not be examined".to_owned();
    }
    let unread = total - wordless - found;
    let whole = match total {
        1 => "the only one".to_owned(),
        2 => "both".to_owned(),
        _ => format!("all {}", number(total)),
    };
    if wordless == total {
        let have = have(total);
        return format!("too few comments can be judged: {whole} {have} at most two words");
    }
    if unread == total {
        let are = are(total);
        return format!(
            "too few comments can be judged: {whole} {are} in a language that the scorer was not measured \
             in, or too short to tell"
        );
    }
    if found == total {
        let look = if total == 1 { "looks" } else { "look" };
        return format!("too few comments for a score: {whole} {look} like spam");
    }
    let mut text = format!(
        "too few comments can be judged: of {}, ",
        counted(total, "comment")
    );
    let mut parts = Vec::new();
    if wordless > 0 {
        parts.push(format!(
            "{} {} at most two words",
            number(wordless),
            have(wordless)
        ));
    }
    if unread > 0 {
        parts.push(format!(
            "{} {} in {} that the scorer was not measured in, or too short to tell",
            number(unread),
            are(unread),
            if unread == 1 {
                "a language"
            } else {
                "languages"
            }
        ));
    }
    if found > 0 {
        parts.push(format!(
            "{} {} like spam",
            number(found),
            if found == 1 { "looks" } else { "look" }
        ));
    }
    text.push_str(&super::listed(&parts));
    text
}

/// That half of the comments or more could not be judged; `share` could, 0.0 to 1.0.
pub(crate) fn half_heard_audience(share: f64) -> String {
    format!(
        "about {} of the comments could be judged; the others are too short or in another language",
        percent(share)
    )
}

/// "has" after "none of" and "the one".
const fn has_of(count: u64) -> &'static str {
    have(if count == 0 { 1 } else { count })
}

pub(crate) fn spam_share(spam: u64, worded: u64) -> String {
    // "none of" takes a singular, as in the other sentences.
    let verb = if spam <= 1 { "looks" } else { "look" };
    format!(
        "{} with words {verb} like spam or scams",
        part(spam, worded, "comment")
    )
}

pub(crate) fn with_opinion(explanation: &str, share: f64, judge: &str) -> String {
    format!(
        "{explanation}; the judge {judge} puts it at {}",
        percent(share)
    )
}

pub(crate) fn too_few_long(count: u64, least: usize) -> String {
    format!(
        "{} that {} neither spam nor hateful {} four words or more, but {}",
        some(count, "comment"),
        are(count),
        have(count),
        needed(least)
    )
}

pub(crate) fn too_few_words(count: u64, least: usize) -> String {
    format!(
        "the comments that are neither spam nor hateful have {}, but {}",
        some(count, "word"),
        needed(least)
    )
}

pub(crate) fn copies(copies: u64, eligible: u64, groups: u64) -> String {
    if copies == 0 {
        return format!(
            "there are no near-copies among {}",
            counted(eligible, "longer comment")
        );
    }
    format!(
        "{} {} near-copies written by three or more authors, in {}",
        part(copies, eligible, "longer comment"),
        are(copies),
        counted(groups, "group")
    )
}

pub(crate) fn generic(hits: u64, total: u64) -> String {
    if hits == 0 {
        return format!(
            "{} is shorter than three words, spam aside",
            part(0, total, "comment")
        );
    }
    format!(
        "{} {} no letters or at most two words",
        part(hits, total, "comment"),
        has_of(hits)
    )
}

pub(crate) fn diversity(window: usize, value: f64) -> String {
    format!(
        "in a stretch of {window} words of the comments, {} are different ones",
        percent(value)
    )
}

pub(crate) fn uniqueness(posts: u64, value: f64) -> String {
    let of = if posts == 1 {
        "the one post".to_owned()
    } else {
        format!("a typical one of {}", counted(posts, "post"))
    };
    format!(
        "under {of} with ten comments or more, {} of the comments come from different people",
        percent(value)
    )
}

pub(crate) fn bursts(found: u64, examined: u64) -> String {
    format!(
        "{} {} a minute with more comments than the post's own pace explains",
        part(found, examined, "post"),
        has_of(found)
    )
}

/// What `members` who comment under more than 60 % of `posts` wrote of all `comments`.
pub(crate) fn pod(members: u64, posts: u64, written: u64, comments: u64) -> String {
    if members == 0 {
        return format!(
            "nobody comments under more than 60 % of {}",
            counted(posts, "post")
        );
    }
    format!(
        "{} who {} under more than 60 % of {} wrote {}",
        counted(members, "commenter"),
        if members == 1 { "is" } else { "are" },
        counted(posts, "post"),
        part(written, comments, "comment"),
    )
}

/// What `members` who come back with a few words of praise wrote of all `comments`.
pub(crate) fn praise(members: u64, written: u64, comments: u64) -> String {
    format!(
        "{} who {} back with hardly more than a few words wrote {}; those of others with at most two words are left out",
        counted(members, "commenter"),
        if members == 1 { "comes" } else { "come" },
        part(written, comments, "comment"),
    )
}

pub(crate) fn too_few_counted(count: u64, least: usize) -> String {
    format!(
        "{} {} both likes and comments, but {}",
        some(count, "post"),
        have(count),
        needed(least)
    )
}

pub(crate) fn outliers(odd: u64, counted_posts: u64) -> String {
    format!(
        "{} {} a ratio of comments to likes far from the account's usual one",
        part(odd, counted_posts, "post"),
        has_of(odd)
    )
}

pub(crate) fn too_few_liked(count: u64, least: usize) -> String {
    format!(
        "{} {} a known number of likes, but {}",
        some(count, "post"),
        have(count),
        needed(least)
    )
}

pub(crate) fn spread(value: f64, posts: u64) -> String {
    format!(
        "likes typically differ by {} from the median of {posts} {}",
        percent(value),
        plural(posts, "post")
    )
}

pub(crate) fn failed_judge(name: &str, why: &str) -> String {
    format!("The judge {name} gave no opinion, and the report is made without it: {why}")
}

pub(crate) const WRONG_JUDGE: &str = "it did not return one probability from 0 to 1 for each text";

pub(crate) fn late_judge(limit: std::time::Duration) -> String {
    format!("it was not ready within {:.1} seconds", limit.as_secs_f64())
}

pub(crate) fn judge_source(
    name: &str,
    comments: u64,
    spam: Option<f64>,
    captions: u64,
    harm: Option<f64>,
) -> String {
    let mut parts = Vec::new();
    if let Some(spam) = spam {
        parts.push(format!(
            "{} of {} spam",
            percent(spam),
            counted(comments, "comment")
        ));
    }
    if let Some(harm) = harm {
        parts.push(format!(
            "{} of {} harmful",
            percent(harm),
            counted(captions, "caption")
        ));
    }
    format!("the judge {name} expects {}", super::listed(&parts))
}
