//! Account authenticity: whether the account itself looks like a person's or a firm's own.
//!
//! Ratios and habits, not size: no signal here is a count of followers, and none that merely goes
//! with size has a weight that could decide.

use super::bounded::BoundedSnapshot;
use super::sentences;
use super::signals::{Spec, pillar, weighed};
use super::stats::{burstiness, float, relative_entropy};
use super::vault::Vault;
use crate::pillar::{Direction, Pillar, Signal};
use crate::snapshot::Profile;
use chrono::Timelike;

const FOLLOWING_PER_FOLLOWER: Spec = Spec {
    name: "following_per_follower",
    weight: 4.0,
    direction: Direction::LowerIsBetter,
    full_sample: 1,
    // Over the natural logarithm: 1.5, 3, 5, 15 and 50 accounts followed for each follower.
    curve: &[
        (0.4, 100.0),
        (1.1, 60.0),
        (1.6, 35.0),
        (2.7, 10.0),
        (3.9, 0.0),
    ],
};

const FOLLOWING_PER_POST: Spec = Spec {
    name: "following_per_post",
    weight: 4.0,
    direction: Direction::LowerIsBetter,
    full_sample: 1,
    // Over the natural logarithm: 5, 20, 50, 200 and 1,000 accounts followed for each post.
    curve: &[
        (1.6, 100.0),
        (3.0, 65.0),
        (3.9, 35.0),
        (5.3, 10.0),
        (6.9, 0.0),
    ],
};

const NAME_DIGITS: Spec = Spec {
    name: "username_digits",
    weight: 2.0,
    direction: Direction::LowerIsBetter,
    full_sample: 1,
    curve: &[
        (0.0, 100.0),
        (1.0, 85.0),
        (2.0, 75.0),
        (3.0, 60.0),
        (4.0, 40.0),
        (7.0, 10.0),
    ],
};

const PICTURE: Spec = Spec {
    name: "profile_picture",
    weight: 1.5,
    direction: Direction::HigherIsBetter,
    full_sample: 1,
    curve: &[(0.0, 0.0), (1.0, 100.0)],
};

const BIO: Spec = Spec {
    name: "bio_length",
    weight: 1.0,
    direction: Direction::HigherIsBetter,
    full_sample: 1,
    curve: &[(0.0, 40.0), (10.0, 90.0), (30.0, 100.0)],
};

const POSTS: Spec = Spec {
    name: "post_count",
    weight: 1.0,
    direction: Direction::HigherIsBetter,
    full_sample: 1,
    curve: &[(0.0, 10.0), (1.0, 40.0), (5.0, 75.0), (15.0, 100.0)],
};

const VERIFIED: Spec = Spec {
    name: "verified",
    weight: 2.0,
    direction: Direction::HigherIsBetter,
    full_sample: 1,
    curve: &[(1.0, 100.0)],
};

const REGULARITY: Spec = Spec {
    name: "posting_burstiness",
    weight: 0.0,
    direction: Direction::RangeIsBest,
    full_sample: 30,
    curve: &[],
};

const HOURS: Spec = Spec {
    name: "posting_hour_entropy",
    weight: 1.0,
    direction: Direction::LowerIsBetter,
    full_sample: 60,
    curve: &[(0.95, 100.0), (0.97, 60.0), (1.0, 20.0)],
};

const HASHTAGS: Spec = Spec {
    name: "hashtags_per_post",
    weight: 0.5,
    direction: Direction::LowerIsBetter,
    full_sample: 10,
    curve: &[(5.0, 100.0), (12.0, 60.0), (25.0, 20.0)],
};

/// How far the pillar may be above one of the two ratios.
const MARGIN: f64 = 45.0;
/// How many accounts followed for each follower, and for each post, are worth a flag: fewer occur
/// among genuine accounts more often than once in a hundred.
const FLAGGED_RATIO: f64 = 10.0;
const FLAGGED_POSTS: f64 = 500.0;
/// How many accounts followed for each follower make a missing picture worth one.
const NO_PICTURE_RATIO: f64 = 5.0;
/// How many digits of a user name are.
const FLAGGED_DIGITS: u64 = 5;

/// As if every account had this many posts more: fewer are no habit.
const FEW_POSTS: u64 = 4;

/// A ratio needs this many on either side: a new or deserted account has no habits.
const LEAST_FOR_A_RATIO: u64 = 10;

pub(super) fn score(bounded: &BoundedSnapshot<'_>, vault: &mut Vault) -> Pillar {
    let signals = vec![
        followers(bounded, vault),
        posts_ratio(bounded, vault),
        name(bounded, vault),
        picture(bounded, vault),
        bio(bounded),
        posts(bounded),
        verified(bounded),
        regularity(bounded),
        hours(bounded, vault),
        hashtags(bounded),
    ];
    pillar(weighed(signals), true, 1.0, None)
}

fn followers(bounded: &BoundedSnapshot<'_>, vault: &mut Vault) -> Signal {
    let profile = &bounded.profile;
    let spec = &FOLLOWING_PER_FOLLOWER;
    let (Some(following), Some(followers)) = (profile.following_count, profile.follower_count)
    else {
        return spec.unknown(sentences::NO_FOLLOWING_AND_FOLLOWERS);
    };
    if following.max(followers) < LEAST_FOR_A_RATIO {
        return spec.unknown(sentences::no_ratio(following, followers, "follower"));
    }
    let value = log_ratio(following, followers);
    let meaning = sentences::ratio(following, followers, "follower");
    let signal = spec.log_measured(value, &meaning).bounding(MARGIN, 1.0);
    raise(
        signal,
        value > FLAGGED_RATIO.ln() && posts_little(profile),
        "follows_far_more_than_followed",
        &meaning,
        vault,
    )
}

fn posts_ratio(bounded: &BoundedSnapshot<'_>, vault: &mut Vault) -> Signal {
    let profile = &bounded.profile;
    let spec = &FOLLOWING_PER_POST;
    let (Some(following), Some(posts)) = (profile.following_count, profile.post_count) else {
        return spec.unknown(sentences::NO_FOLLOWING_AND_POSTS);
    };
    if following.max(posts) < LEAST_FOR_A_RATIO {
        return spec.unknown(sentences::no_ratio(following, posts, "post"));
    }
    // That there are few posts is charged as such: a person who reads and hardly posts follows no more
    // than others do.
    let value = log_ratio(following, posts.saturating_add(FEW_POSTS));
    let meaning = sentences::ratio(following, posts, "post");
    let signal = spec.log_measured(value, &meaning).bounding(MARGIN, 1.0);
    raise(
        signal,
        log_ratio(following, posts) > FLAGGED_POSTS.ln(),
        "follows_many_posts_little",
        &meaning,
        vault,
    )
}

/// The source's figures for the user name come first; the handle itself counts only where it is
/// the account's real name, as in a live snapshot.
fn name(bounded: &BoundedSnapshot<'_>, vault: &mut Vault) -> Signal {
    let profile = &bounded.profile;
    let handle = bounded.target.handle.as_str();
    let digits = profile.username_digit_count.or_else(|| {
        let known = profile.username_length.is_some();
        (bounded.handle_is_real && !known)
            .then(|| handle.chars().filter(char::is_ascii_digit).count() as u64)
    });
    let Some(digits) = digits else {
        return NAME_DIGITS.unknown(sentences::NO_REAL_NAME);
    };
    let meaning = sentences::name_digits(digits);
    let signal = NAME_DIGITS.measured(float(digits), 1, &meaning);
    raise(
        signal,
        digits >= FLAGGED_DIGITS,
        "many_digits_in_name",
        &meaning,
        vault,
    )
}

fn picture(bounded: &BoundedSnapshot<'_>, vault: &mut Vault) -> Signal {
    let Some(has) = bounded.profile.has_profile_picture else {
        return PICTURE.unknown(sentences::NO_PICTURE_KNOWN);
    };
    let meaning = sentences::PICTURE[usize::from(has)];
    let signal = PICTURE.measured(f64::from(u8::from(has)), 1, meaning);
    // Some people have none. It is a sign only beside another one.
    let profile = &bounded.profile;
    let follows = profile.following_count.zip(profile.follower_count);
    let odd = follows.is_some_and(|(following, followers)| {
        log_ratio(following, followers) > NO_PICTURE_RATIO.ln()
    });
    raise(signal, !has && odd, "no_profile_picture", meaning, vault)
}

fn bio(bounded: &BoundedSnapshot<'_>) -> Signal {
    let profile = &bounded.profile;
    let length = match &profile.bio {
        Some(bio) => Some(bio.trim().chars().count() as u64),
        None => profile.bio_length,
    };
    match length {
        Some(length) => BIO.measured(float(length), 1, sentences::bio(length)),
        None => BIO.unknown(sentences::NO_BIO),
    }
}

fn posts(bounded: &BoundedSnapshot<'_>) -> Signal {
    match bounded.profile.post_count {
        Some(count) => POSTS.measured(float(count), 1, sentences::posts(count)),
        None => POSTS.unknown(sentences::NO_POST_COUNT),
    }
}

/// Being verified says much; not being verified says nothing.
fn verified(bounded: &BoundedSnapshot<'_>) -> Signal {
    if bounded.profile.is_verified == Some(true) {
        VERIFIED.measured(1.0, 1, sentences::VERIFIED)
    } else {
        Spec {
            weight: 0.0,
            ..VERIFIED
        }
        .unknown(sentences::NOT_VERIFIED)
    }
}

/// Shown without a score: people post on a schedule, and tools do it for them.
fn regularity(bounded: &BoundedSnapshot<'_>) -> Signal {
    let mut times: Vec<i64> = bounded
        .posts()
        .iter()
        .filter_map(|post| Some(post.timestamp?.timestamp()))
        .collect();
    times.sort_unstable();
    let gaps: Vec<f64> = times
        .windows(2)
        .map(|pair| float(pair[1].abs_diff(pair[0])))
        .filter(|gap| *gap > 0.0)
        .collect();
    let Some(value) = burstiness(&gaps) else {
        return REGULARITY.unknown(sentences::too_few_gaps(gaps.len() as u64));
    };
    let mut signal = REGULARITY.scored(
        value,
        0.0,
        gaps.len() as u64,
        sentences::regularity(gaps.len() as u64, value),
    );
    signal.score = None;
    signal
}

fn hours(bounded: &BoundedSnapshot<'_>, vault: &mut Vault) -> Signal {
    let mut counts = [0u64; 24];
    for post in bounded.posts() {
        if let Some(at) = post.timestamp {
            counts[at.hour() as usize % 24] += 1;
        }
    }
    let total: u64 = counts.iter().sum();
    let Some(value) = relative_entropy(&counts).filter(|_| total >= 30) else {
        return HOURS.unknown(sentences::too_few_times(total));
    };
    let meaning = sentences::hours(value);
    let signal = HOURS.measured(value, total, &meaning);
    raise(
        signal,
        value > 0.97,
        "posts_around_the_clock",
        &meaning,
        vault,
    )
}

fn hashtags(bounded: &BoundedSnapshot<'_>) -> Signal {
    let counts: Vec<u64> = bounded
        .posts()
        .iter()
        .filter_map(|post| post.hashtag_count)
        .take(30)
        .collect();
    if counts.len() >= 5 {
        let sum = counts.iter().fold(0u64, |sum, n| sum.saturating_add(*n));
        let value = float(sum) / float(counts.len() as u64);
        return HASHTAGS.measured(value, counts.len() as u64, sentences::hashtags(value));
    }
    let mean = bounded
        .aggregates
        .as_ref()
        .and_then(|averages| averages.mean_hashtags_per_post)
        .filter(|mean| (0.0..=1_000.0).contains(mean));
    match (mean, bounded.profile.post_count) {
        (Some(mean), Some(posts)) if posts > 0 => {
            HASHTAGS.measured(mean, posts, sentences::mean_hashtags(mean))
        }
        _ => HASHTAGS.unknown(sentences::NO_HASHTAGS),
    }
}

/// Whether it follows so many and posts so little that fewer than one in a hundred genuine accounts
/// do: following many alone is what small accounts do to be seen.
fn posts_little(profile: &Profile) -> bool {
    let known = profile.following_count.zip(profile.post_count);
    known.is_some_and(|(following, posts)| log_ratio(following, posts) > FLAGGED_POSTS.ln())
}

fn raise(signal: Signal, when: bool, flag: &str, meaning: &str, vault: &mut Vault) -> Signal {
    if !when && !signal.decides() {
        return signal;
    }
    let cited = vec![vault.statistic(&signal.name, meaning)];
    signal.citing(cited).raising(when.then_some(flag))
}

fn log_ratio(a: u64, b: u64) -> f64 {
    ((float(a) + 1.0) / (float(b) + 1.0)).ln()
}

impl Spec {
    /// A ratio that is scored by its logarithm and shown as itself.
    fn log_measured(&self, log: f64, meaning: &str) -> Signal {
        self.scored(log.exp(), super::stats::curve(self.curve, log), 1, meaning)
    }
}
