//! Compares what a store shows with the model.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{JobCounts, PlatformStats, Stats};
use report_pipeline::{Failure, Job, JobId, Platform, Status};

use super::entry::Entry;
use super::{Model, is_time};

impl Model {
    pub(in crate::histories) fn compare_job(
        &mut self,
        id: JobId,
        job: Option<&Job>,
        report: Option<&Bytes>,
    ) {
        let (retention, tolerance) = (self.retention, self.tolerance);
        let Some(entry) = self.alive(id) else {
            assert_eq!((job, report), (None, None), "what has expired is absent");
            return;
        };
        let job = job.expect("what is held can be read");
        assert_eq!(report, entry.report.as_ref());
        assert_eq!(report.is_some(), job.status == Status::Completed);
        assert_eq!(job.target, entry.new.target);
        assert_eq!(job.scope, entry.new.scope);
        assert_eq!(job.status, entry.status, "{job:?}");
        assert_eq!(
            (job.phase, job.progress),
            (entry.phase, entry.progress),
            "{job:?}"
        );
        let counts = (job.attempt, job.failures, job.crashes);
        assert_eq!(
            counts,
            (entry.attempt, entry.failures, entry.crashes),
            "{job:?}"
        );
        let failure = job.failure.as_ref().map(Failure::kind);
        assert!(
            entry.failure.contains(&failure),
            "{job:?}: {:?}",
            entry.failure
        );
        entry.failure = vec![failure];
        if job.status != Status::Failed {
            assert_eq!(job.cancel_requested, entry.cancel_requested, "{job:?}");
        }
        assert_eq!(job.completed_at.is_some(), entry.ended.is_some(), "{job:?}");
        let kept = job.expires_at.zip(job.completed_at);
        let kept = kept.map(|(expiry, end)| (expiry - end).to_std().expect("it is later"));
        let expected = entry.ended.map(|_| retention);
        assert!(is_time(kept, expected, tolerance), "{job:?}");
        let wait = job
            .next_attempt_at
            .map(|at| (at - job.updated_at).to_std().expect("it is later"));
        let expected = entry.retry_after;
        // A wait of nothing shows as none.
        let nothing = expected == Some(Duration::ZERO) && wait.is_none();
        assert!(is_time(wait, expected, tolerance) || nothing, "{job:?}");

        if let Some(seen) = entry.seen.replace(job.clone()) {
            assert!(job.updated_at >= seen.updated_at, "{job:?} after {seen:?}");
            assert_eq!(job.created_at, seen.created_at);
            if job.version == seen.version {
                assert_eq!(*job, seen, "every visible change is a new version");
            } else {
                assert!(job.version > seen.version, "{job:?} after {seen:?}");
                let mut blind = seen;
                (blind.version, blind.updated_at) = (job.version, job.updated_at);
                assert_ne!(*job, blind, "a new version is a visible change");
            }
        }
    }

    /// Whether a job that waits on the same platform was ever given a head start.
    fn has_head_start(&self, entry: &Entry) -> bool {
        self.jobs.iter().any(|other| {
            !other.head_start.is_zero()
                && other.status == Status::Pending
                && other.new.target.platform == entry.new.target.platform
        })
    }

    pub(in crate::histories) fn compare_stats(&self, stats: &Stats) {
        let now = self.now;
        // With the bytes, and the jobs whose notes are to be delivered.
        let mut least = (JobCounts::default(), 0, 0);
        let mut most = (JobCounts::default(), 0, 0);
        let mut platforms: BTreeMap<Platform, PlatformStats> = BTreeMap::new();
        for entry in &self.jobs {
            let sure = !(entry.is_expired(now, self.retention) && entry.may_be_gone);
            let is_undelivered = entry.ended.is_some() && !entry.notes.all.is_empty();
            for (counted, (counts, bytes, undelivered)) in [(sure, &mut least), (true, &mut most)] {
                if counted {
                    *bytes += entry.bytes();
                    *undelivered += u64::from(is_undelivered);
                    match entry.status {
                        Status::Pending => counts.pending += 1,
                        Status::Processing => counts.processing += 1,
                        Status::Completed => counts.completed += 1,
                        _ => counts.failed += 1,
                    }
                }
            }
            if !entry.status.is_terminal() {
                let platform = platforms
                    .entry(entry.new.target.platform.clone())
                    .or_default();
                platform.pending += u64::from(entry.status == Status::Pending);
                platform.processing += u64::from(entry.status == Status::Processing);
            }
        }
        for (platform, pause) in &self.pauses {
            if pause.until > now {
                platforms.entry(platform.clone()).or_default().paused_for =
                    Some(pause.until.saturating_sub(now));
            }
        }
        let within = |least: u64, found: u64, most: u64| {
            assert!(
                least <= found && found <= most,
                "{least} <= {found} <= {most}: {stats:?}"
            );
        };
        within(least.0.pending, stats.jobs.pending, most.0.pending);
        within(least.0.processing, stats.jobs.processing, most.0.processing);
        within(least.0.completed, stats.jobs.completed, most.0.completed);
        within(least.0.failed, stats.jobs.failed, most.0.failed);
        within(least.1, stats.stored_bytes, most.1);
        within(least.2, stats.undelivered, most.2);
        let shown = stats.platforms.keys().eq(platforms.keys());
        let shown = shown
            && stats.platforms.iter().all(|(name, shown)| {
                let expected = &platforms[name];
                (shown.pending, shown.processing) == (expected.pending, expected.processing)
                    && is_time(shown.paused_for, expected.paused_for, self.tolerance)
            });
        assert!(shown, "{stats:?}: {platforms:?}");
        assert_eq!(stats.damaged, 0);

        let ready = || self.jobs.iter().filter(|entry| entry.is_ready(now));
        assert_eq!(stats.oldest_ready.is_some(), ready().next().is_some());
        if let Some(age) = stats.oldest_ready.filter(|_| self.tolerance.is_zero()) {
            // A job that came back may keep its old place in the queue.
            assert!(
                ready().any(|entry| age <= now.saturating_sub(entry.submitted)),
                "{age:?}"
            );
            // It is that of the next job, and one with a head start may be before an older one.
            let may_be_passed = |entry: &Entry| self.has_head_start(entry);
            assert!(
                ready().all(|entry| age >= now.saturating_sub(entry.ready) || may_be_passed(entry)),
                "{age:?}"
            );
        }
    }
}
