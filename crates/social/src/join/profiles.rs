//! The profile of an account, now and earlier.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Age, merge};
use crate::snapshot::{Capture, Profile};

/// The most earlier captures that are kept: a year of daily ones.
const MAX_HISTORY: usize = 400;
/// A scan takes a while: captures that follow each other within this time are one.
const ONE_SCAN: TimeDelta = TimeDelta::hours(1);

/// What was read of the profile, by time of capture. What has no time counts as oldest.
#[derive(Debug, Default)]
pub(super) struct Profiles(BTreeMap<Option<DateTime<Utc>>, Profile>);

impl Profiles {
    pub(super) fn add(&mut self, age: Age, profile: Profile) {
        let older = self.0.remove(&age.captured_at).unwrap_or_default();
        self.0
            .insert(age.captured_at, merge::profile(older, profile));
    }

    /// The profile as it is now, and its counts at earlier times.
    pub(super) fn finish(self) -> (Profile, Vec<Capture>) {
        let mut now = Profile::default();
        let mut history: Vec<Capture> = Vec::new();
        for (captured_at, profile) in self.0 {
            if let Some(capture) = captured_at.and_then(|at| capture(at, &profile)) {
                match history.last_mut() {
                    Some(last) if capture.captured_at - last.captured_at <= ONE_SCAN => {
                        *last = later(last, capture);
                    }
                    _ => history.push(capture),
                }
            }
            now = merge::profile(now, profile);
        }
        // The last one is what the snapshot itself says.
        history.pop();
        let surplus = history.len().saturating_sub(MAX_HISTORY);
        history.drain(..surplus);
        (now, history)
    }
}

/// The counts of a profile, if it has any.
fn capture(captured_at: DateTime<Utc>, profile: &Profile) -> Option<Capture> {
    let capture = Capture {
        follower_count: profile.follower_count,
        following_count: profile.following_count,
        post_count: profile.post_count,
        total_like_count: profile.total_like_count,
        total_view_count: profile.total_view_count,
        ..Capture::new(captured_at)
    };
    (capture != Capture::new(captured_at)).then_some(capture)
}

fn later(earlier: &Capture, later: Capture) -> Capture {
    Capture {
        captured_at: later.captured_at,
        follower_count: later.follower_count.or(earlier.follower_count),
        following_count: later.following_count.or(earlier.following_count),
        post_count: later.post_count.or(earlier.post_count),
        total_like_count: later.total_like_count.or(earlier.total_like_count),
        total_view_count: later.total_view_count.or(earlier.total_view_count),
    }
}
