//! Estimates how long jobs take, from those that were seen ending.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use crate::job::{Job, Status};
use crate::store::JobCounts;

const LEAST: Duration = Duration::from_secs(1);
const MOST: Duration = Duration::from_secs(60);

/// Estimates when a job will have ended.
#[derive(Debug, Default)]
pub(super) struct EtaEstimator(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    /// How long a job runs, as this process's own workers measure it.
    running: Option<Duration>,
    /// How long it is from submit to completion, as callers see it: the wait in the queue included.
    in_all: Option<Duration>,
    // Ended jobs are read many times; each counts once, by the order in which they ended.
    latest_end: Option<DateTime<Utc>>,
    queue: JobCounts,
    counted: Option<Instant>,
}

impl EtaEstimator {
    /// Learns how long a job ran here.
    pub(super) fn observe_run(&self, took: Duration) {
        let mut seen = self.seen();
        seen.running = Some(average(seen.running, took));
    }

    /// Learns from a completed job that a caller reads. Each job counts once.
    pub(super) fn observe(&self, job: &Job) {
        let (Status::Completed, Some(end)) = (job.status, job.completed_at) else {
            return;
        };
        let mut seen = self.seen();
        if seen.latest_end.is_some_and(|latest| end <= latest) {
            return;
        }
        seen.latest_end = Some(end);
        let took = (end - job.created_at).to_std().unwrap_or_default();
        seen.in_all = Some(average(seen.in_all, took));
    }

    /// Returns whether the queue should be counted again: once a second.
    pub(super) fn is_count_due(&self, now: Instant) -> bool {
        let mut seen = self.seen();
        let due = seen.counted.is_none_or(|counted| now - counted >= LEAST);
        if due {
            seen.counted = Some(now);
        }
        due
    }

    /// Learns how many jobs wait and how many run.
    pub(super) fn observe_queue(&self, queue: JobCounts) {
        self.seen().queue = queue;
    }

    /// Returns how long a job that is as far as this one will probably take, from 1 s to 60 s.
    ///
    /// The clock is read only for a job that waits for its next attempt.
    pub(super) fn retry_after(&self, job: &Job, now: impl FnOnce() -> DateTime<Utc>) -> Duration {
        let seen = self.seen();
        let left = match (job.status, seen.running, seen.in_all) {
            // Those before it leave the queue as fast as running ones end.
            (Status::Pending, Some(running), _) => {
                let turns = seen.queue.pending / seen.queue.processing.max(1);
                running.saturating_mul(u32::try_from(turns).unwrap_or(u32::MAX).saturating_add(1))
            }
            (_, Some(whole), _) | (_, None, Some(whole)) => {
                whole * u32::from(100 - job.progress.percent()) / 100
            }
            (_, None, None) => LEAST,
        };
        drop(seen);
        let next_attempt = job
            .next_attempt_at
            .and_then(|at| (at - now()).to_std().ok());
        left.max(next_attempt.unwrap_or_default())
            .clamp(LEAST, MOST)
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A moving average, one in five: a change of load shows after a handful of jobs.
fn average(before: Option<Duration>, new: Duration) -> Duration {
    before.map_or(new, |before| (before * 4 + new) / 5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Handle, Platform, Target};
    use crate::job::{JobId, Progress};

    fn completed(took: i64, ended: i64) -> Job {
        let target = Target::new(Platform::default(), Handle::canonical("nasa").unwrap());
        let end = DateTime::from_timestamp(ended, 0).unwrap();
        let created = end - chrono::TimeDelta::seconds(took);
        let mut job = Job::submitted(JobId::random(), target, created);
        job.status = Status::Completed;
        job.completed_at = Some(end);
        job
    }

    fn running(percent: u8) -> Job {
        let mut job = completed(0, 0);
        job.status = Status::Processing;
        job.completed_at = None;
        job.progress = Progress::from_percent(percent);
        job
    }

    fn waiting() -> Job {
        let mut job = running(0);
        job.status = Status::Pending;
        job
    }

    fn hint(eta: &EtaEstimator, job: &Job) -> u64 {
        eta.retry_after(job, || job.updated_at).as_secs()
    }

    #[test]
    fn knows_nothing_at_first_and_says_the_least() {
        assert_eq!(hint(&EtaEstimator::default(), &waiting()), 1);
        assert_eq!(hint(&EtaEstimator::default(), &running(0)), 1);
    }

    #[test]
    fn scales_with_what_is_left() {
        let eta = EtaEstimator::default();
        eta.observe(&completed(40, 100));
        assert_eq!(hint(&eta, &running(0)), 40);
        assert_eq!(hint(&eta, &running(75)), 10);
        assert_eq!(hint(&eta, &running(99)), 1);
    }

    #[test]
    fn the_workers_own_measure_counts_for_more_than_what_callers_see() {
        let eta = EtaEstimator::default();
        eta.observe(&completed(50, 100));
        eta.observe_run(Duration::from_secs(10));
        assert_eq!(hint(&eta, &running(0)), 10);
    }

    #[test]
    fn a_waiting_job_has_the_queue_before_it() {
        let eta = EtaEstimator::default();
        eta.observe_run(Duration::from_secs(6));
        eta.observe_queue(JobCounts {
            pending: 9,
            processing: 3,
            ..JobCounts::default()
        });
        assert_eq!(hint(&eta, &waiting()), 24);
        eta.observe_queue(JobCounts {
            pending: u64::MAX,
            ..JobCounts::default()
        });
        assert_eq!(hint(&eta, &waiting()), 60);
    }

    #[test]
    fn counts_a_job_once_and_running_jobs_never() {
        let eta = EtaEstimator::default();
        eta.observe(&completed(10, 100));
        let slow = completed(60, 200);
        for _ in 0..50 {
            eta.observe(&slow);
            eta.observe(&running(50));
        }
        assert_eq!(hint(&eta, &running(0)), 20);
    }

    #[test]
    fn waits_for_the_next_attempt_within_reason() {
        let eta = EtaEstimator::default();
        let mut job = waiting();
        let at = |seconds| job.updated_at + chrono::TimeDelta::seconds(seconds);
        let (soon, late, later) = (at(30), at(100_030), at(20));
        job.next_attempt_at = Some(late);
        assert_eq!(hint(&eta, &job), 60);
        job.next_attempt_at = Some(soon);
        assert_eq!(hint(&eta, &job), 30);
        // From now, not from when the attempt failed.
        assert_eq!(eta.retry_after(&job, || later), Duration::from_secs(10));
    }
}
