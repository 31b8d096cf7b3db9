//! How an account grew between two captures.

use std::collections::BTreeSet;

use super::stats::{float, rounded};
use crate::insights::Growth;
use crate::sentences;
use crate::snapshot::Snapshot;

/// From the earliest capture to the newest.
pub(super) fn growth(snapshot: &Snapshot) -> Growth {
    let known = |followers: &Option<u64>| followers.is_some();
    let first = snapshot
        .history
        .iter()
        .filter(|capture| known(&capture.follower_count))
        .min_by_key(|capture| capture.captured_at);
    let (Some(first), Some(now), Some(followers)) =
        (first, snapshot.captured_at, snapshot.profile.follower_count)
    else {
        return Growth {
            explanation: sentences::NO_GROWTH.to_owned(),
            ..Growth::default()
        };
    };
    let seconds = (now - first.captured_at).num_seconds();
    if seconds < 86_400 {
        return Growth {
            explanation: sentences::NO_GROWTH.to_owned(),
            ..Growth::default()
        };
    }
    let days = seconds.unsigned_abs() / 86_400;
    let change = |now: Option<u64>, then: Option<u64>| {
        i64::try_from(i128::from(now?) - i128::from(then?)).ok()
    };
    let before = first.follower_count.unwrap_or_default();
    let gained = change(Some(followers), first.follower_count);
    let per_month = gained.filter(|_| before > 0).map(|gained| {
        let share = float(gained.unsigned_abs()) / float(before) * 30.0 / float(days.max(1));
        rounded(if gained < 0 { -share } else { share }, 4)
    });
    let captures: BTreeSet<_> = snapshot.history.iter().map(|c| c.captured_at).collect();
    Growth {
        since: Some(first.captured_at),
        days: Some(days),
        followers: gained,
        followers_per_month: per_month,
        evidence_links: Vec::new(),
        posts: change(snapshot.profile.post_count, first.post_count),
        explanation: sentences::growth(
            captures.len() as u64 + 1,
            days,
            gained.unwrap_or_default(),
            per_month,
        ),
    }
}
