//! The pause of a platform, and the probe after it.
//!
//! Pure functions of the platform's state, a command and a timestamp, as [`rules`](super::rules) are
//! of one job.

use super::RateLimit;
use super::timestamp::Timestamp;
use crate::job::JobId;

/// What a store knows of one platform beside its jobs. The default is a platform without a pause.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct PlatformPause {
    /// When the last pause ends; `None` once a probe has got through.
    pub(super) until: Option<Timestamp>,
    /// Whether it is the platform's quota that ends then.
    pub(super) quota: bool,
    /// Rate limits in a row, without a probe that got through.
    pub(super) limits: u32,
    /// Rate limits that were counted, as long as the platform is known.
    pub(super) counted: u32,
    /// The job that was claimed after the pause, for as long as it is held.
    pub(super) probe: Option<JobId>,
}

impl PlatformPause {
    /// Pauses the platform; never shortens a pause.
    pub(super) fn pause(&mut self, until: Timestamp, now: Timestamp) {
        if until > now && self.until.is_none_or(|present| present < until) {
            self.until = Some(until);
            self.quota = false;
        }
    }

    /// Pauses the platform for a rate limit that a job met which was claimed when `seen` limits had been
    /// counted, and returns when the pause ends.
    ///
    /// Jobs that were claimed before the last limit report the same one again: it is counted once.
    /// What they name is waited for all the same.
    pub(super) fn limit(&mut self, limit: &RateLimit, seen: u32, now: Timestamp) -> Timestamp {
        let wait = if seen >= self.counted {
            self.counted = self.counted.saturating_add(1);
            self.limits = self.limits.saturating_add(1);
            limit.wait(self.limits)
        } else {
            limit.floor()
        };
        let until = now.after(wait);
        match self.until {
            Some(present) if present >= until => present,
            _ => {
                self.until = Some(until);
                self.quota = limit.is_quota();
                until
            }
        }
    }

    /// When a job of the platform may be claimed next: `None` while a probe is running, and the
    /// beginning of time if nothing holds it back.
    pub(super) fn opens_at(&self) -> Option<Timestamp> {
        match self.probe {
            Some(_) => None,
            None => Some(self.until.unwrap_or(Timestamp::START)),
        }
    }

    /// The end of a pause that is not over.
    pub(super) fn paused_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.until.filter(|until| *until > now)
    }

    /// The end of a pause for a quota that is not over.
    pub(super) fn quota_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.paused_until(now).filter(|_| self.quota)
    }

    /// How many limits were counted: a job remembers it when it is claimed.
    pub(super) const fn counted(&self) -> u32 {
        self.counted
    }

    /// A job was claimed: the probe, if there was a pause.
    pub(super) const fn claimed(&mut self, job: JobId) {
        if self.until.is_some() && self.probe.is_none() {
            self.probe = Some(job);
        }
    }

    /// A job is held no longer.
    pub(super) fn let_go(&mut self, job: JobId) {
        if self.probe == Some(job) {
            self.probe = None;
        }
    }

    /// A job got something from the platform. Returns whether it was the probe: then the platform is
    /// open again and its limits are forgotten.
    pub(super) fn got_through(&mut self, job: JobId, now: Timestamp) -> bool {
        let probed = self.probe == Some(job) && self.paused_until(now).is_none();
        if probed {
            self.open();
        }
        probed
    }

    /// Ends the pause and the search for a probe, and forgets the limits in a row.
    pub(super) fn open(&mut self) {
        *self = Self {
            counted: self.counted,
            ..Self::default()
        };
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn at(second: u64) -> Timestamp {
        Timestamp::since_start(seconds(second))
    }

    fn limit(floor: u64, jitter: f64) -> RateLimit {
        RateLimit::new(seconds(floor))
            .with_backoff(seconds(1), seconds(30))
            .with_jitter(jitter)
    }

    #[test]
    fn the_wait_grows_above_the_floor_with_each_limit_in_a_row_up_to_the_cap() {
        let mut platform = PlatformPause::default();
        let mut now = at(0);
        for (seen, above) in [1, 2, 4, 8, 16, 30, 30].into_iter().enumerate() {
            let seen = u32::try_from(seen).unwrap();
            let until = platform.limit(&limit(10, 1.0), seen, now);
            assert_eq!(until.since(now), seconds(10 + above));
            now = until;
        }
        let until = platform.limit(&limit(10, 0.0), platform.counted(), now);
        assert_eq!(until.since(now), seconds(10));
    }

    #[test]
    fn a_limit_counts_once_and_its_floor_counts_each_time() {
        let mut platform = PlatformPause::default();
        let first = platform.limit(&limit(3, 1.0), 0, at(0));
        assert_eq!(first, at(4));
        assert_eq!(platform.limit(&limit(1, 1.0), 0, at(0)), first);
        assert_eq!(platform.limit(&limit(9, 1.0), 0, at(0)), at(9));
        assert_eq!((platform.limits, platform.counted), (1, 1));
    }

    #[test]
    fn a_probe_that_gets_through_opens_the_platform_and_another_job_does_not() {
        let (probe, other) = (JobId::random(), JobId::random());
        let mut platform = PlatformPause::default();
        platform.limit(&limit(3, 0.0), 0, at(0));
        assert_eq!(platform.opens_at(), Some(at(3)));
        platform.claimed(probe);
        assert_eq!(platform.opens_at(), None);
        assert!(!platform.got_through(other, at(3)));
        platform.let_go(other);
        assert_eq!(platform.opens_at(), None);
        let mut failed = platform;
        failed.let_go(probe);
        assert_eq!((failed.opens_at(), failed.limits), (Some(at(3)), 1));
        assert!(platform.got_through(probe, at(3)));
        assert_eq!(platform.opens_at(), Some(Timestamp::START));
        // A limit of the time before is not counted again, and a new one begins anew.
        platform.limit(&limit(3, 1.0), 0, at(4));
        assert_eq!((platform.limits, platform.counted), (0, 1));
        assert_eq!(platform.limit(&limit(3, 1.0), 1, at(7)), at(11));
    }

    #[test]
    fn a_pause_that_begins_while_a_probe_runs_is_not_ended_by_it() {
        let probe = JobId::random();
        let mut platform = PlatformPause::default();
        platform.pause(at(3), at(0));
        platform.claimed(probe);
        platform.pause(at(60), at(5));
        assert!(!platform.got_through(probe, at(6)));
        platform.let_go(probe);
        assert_eq!(platform.opens_at(), Some(at(60)));
    }

    proptest! {
        #[test]
        fn no_pause_is_shortened(
            steps in prop::collection::vec((any::<bool>(), 0..100_u64, 0..9_u32), 1..20),
        ) {
            let mut platform = PlatformPause::default();
            let mut latest = at(0);
            for (by_hand, wait, seen) in steps {
                if by_hand {
                    platform.pause(at(wait), at(0));
                    latest = latest.max(at(wait));
                } else {
                    let until = platform.limit(&limit(wait, 0.5), seen, at(0));
                    prop_assert!(until >= latest && until >= at(wait));
                    latest = until;
                }
                let shown = platform.paused_until(at(0)).unwrap_or(at(0));
                prop_assert_eq!(shown, latest);
            }
        }
    }
}
