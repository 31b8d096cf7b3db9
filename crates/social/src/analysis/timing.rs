//! When comments arrive, post by post.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::bounded::BoundedSnapshot;
use super::stats::{float, poisson_tail};
use crate::snapshot::Comment;

/// Fewer comments at once are no burst.
const MIN_BURST: usize = 5;
/// The length of a burst, in seconds.
const WINDOW: i64 = 60;
/// On each side of a window, in seconds, what the usual rate is taken from.
const SURROUNDINGS: i64 = 1_800;
/// How unlikely a burst must be, over all windows of its post.
const UNLIKELY: f64 = 0.001;

/// The comments of one post, by index into the snapshot's comments.
pub(super) type ByPost<'a> = BTreeMap<&'a str, Vec<usize>>;

/// The comments by post, those that `counts` says, in the order of the comments.
pub(super) fn by_post<'a>(
    comments: &'a [Cow<'_, Comment>],
    counts: impl Iterator<Item = bool>,
) -> ByPost<'a> {
    let mut posts = ByPost::new();
    for ((index, comment), counts) in comments.iter().enumerate().zip(counts) {
        if let Some(post_id) = comment.post_id.as_deref().filter(|_| counts) {
            posts.entry(post_id).or_default().push(index);
        }
    }
    posts
}

/// Posts whose comments came in a burst.
#[derive(Debug, Default)]
pub(super) struct Bursts<'a> {
    /// Posts with enough timed comments to tell.
    pub(super) examined: u64,
    /// Per post with a burst: its id, and the comments of its largest one.
    pub(super) found: Vec<(&'a str, Vec<usize>)>,
}

/// Looks in each post for a minute with more comments than the post's own rate explains.
///
/// The expected number in a window is the larger of two: what the half hours around it suggest,
/// and what a rate that decays with the post's age (evenly spread over the logarithm of the age)
/// suggests. A burst must be unlikely (Poisson) even when every window of the post is counted as
/// a try.
pub(super) fn bursts<'a>(bounded: &'a BoundedSnapshot<'_>, posts: &ByPost<'a>) -> Bursts<'a> {
    let mut result = Bursts::default();
    let published: BTreeMap<&str, i64> = bounded
        .posts()
        .iter()
        .filter_map(|post| Some((post.id.as_str(), post.timestamp?.timestamp())))
        .collect();
    for (post_id, indices) in posts {
        let mut timed: Vec<(i64, usize)> = indices
            .iter()
            .filter_map(|index| Some((bounded.comments()[*index].timestamp?.timestamp(), *index)))
            .collect();
        timed.sort_unstable();
        // Times that are all full hours are dates or roundings, and say nothing about minutes.
        if timed.len() < MIN_BURST || timed.iter().all(|(at, _)| at % 3_600 == 0) {
            continue;
        }
        result.examined += 1;
        let moments: Vec<i64> = timed.iter().map(|(at, _)| *at).collect();
        if let Some((from, to)) = largest_burst(&moments, published.get(post_id).copied()) {
            let members = timed[from..to].iter().map(|(_, index)| *index).collect();
            result.found.push((post_id, members));
        }
    }
    result
}

/// The bounds of the most unlikely window in sorted times, if one is unlikely enough.
fn largest_burst(times: &[i64], published: Option<i64>) -> Option<(usize, usize)> {
    let first = *times.first()?;
    let last = *times.last()?;
    let start = published.unwrap_or(first).min(first);
    // Ages are counted from ten minutes before publication: in its first minutes a post's rate
    // is high but not infinite.
    let age = |at: i64| seconds(at.saturating_sub(start)) + 600.0;
    let span = (age(last).ln() - age(first).ln()).max(1e-9);
    let (mut best, mut to, mut near_from, mut near_to) = (None, 0, 0, 0);
    for from in 0..times.len() {
        let at = times[from];
        while to < times.len() && times[to] <= at.saturating_add(WINDOW) {
            to += 1;
        }
        let count = to - from;
        if count < MIN_BURST {
            continue;
        }
        while times[near_from] < at.saturating_sub(SURROUNDINGS) {
            near_from += 1;
        }
        while near_to < times.len() && times[near_to] <= at.saturating_add(WINDOW + SURROUNDINGS) {
            near_to += 1;
        }
        let near = float((near_to - near_from - count) as u64 + 1);
        let local = near * seconds(WINDOW) / seconds(2 * SURROUNDINGS);
        let others = float((times.len() - count) as u64 + 1);
        let decaying = others * ((age(at) + seconds(WINDOW)).ln() - age(at).ln()) / span;
        let expected = local.max(decaying.min(others));
        let p = poisson_tail(count, expected) * float(times.len() as u64);
        if p < UNLIKELY && best.is_none_or(|(_, _, least)| p < least) {
            best = Some((from, to, p));
        }
    }
    best.map(|(from, to, _)| (from, to))
}

fn seconds(duration: i64) -> f64 {
    float(duration.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_comments_in_a_minute_of_a_quiet_day_are_a_burst() {
        let mut times: Vec<i64> = (0..24).map(|hour| hour * 3_600 + 7).collect();
        times.extend((0..10).map(|i| 40_000 + i * 4));
        times.sort_unstable();
        let (from, to) = largest_burst(&times, Some(0)).expect("a burst");
        assert!(to - from >= 10 && times[from] == 40_000);
    }

    #[test]
    fn a_post_that_fades_naturally_has_no_burst() {
        let mut random = fastrand::Rng::with_seed(11);
        let mut false_alarms = 0;
        for _ in 0..200 {
            // Ages whose logarithm is evenly spread: many at first, fewer and fewer later.
            let mut times: Vec<i64> = (0..120)
                .map(|_| {
                    #[expect(clippy::cast_possible_truncation, reason = "a few days of seconds")]
                    let age = (600.0 * ((random.f64() * 5.5).exp() - 1.0)) as i64;
                    age
                })
                .collect();
            times.sort_unstable();
            false_alarms += u32::from(largest_burst(&times, Some(0)).is_some());
        }
        assert!(false_alarms <= 2, "{false_alarms} of 200");
    }

    #[test]
    fn extreme_times_do_not_overflow() {
        let times = [i64::MIN, i64::MIN, -5, 0, 0, 0, 0, 0, 0, i64::MAX];
        let _ = largest_burst(&times, Some(i64::MAX));
    }
}
