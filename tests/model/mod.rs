//! A store as simple as it can be: a list of jobs, scanned from end to end by every verb.
//!
//! It is told what the store has answered, says whether that was right, and where the contract
//! leaves a choice (which of the ready jobs is claimed) it follows the store.

mod compare;
mod entry;

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{ClaimRequest, ClaimedJob, Heartbeat, HeartbeatReply, Lease, Outcome};
use report_pipeline::{
    FailureKind, Job, JobId, NewJob, Phase, Platform, Progress, Status, StoreError, Submitted,
};

use self::entry::Entry;

pub(crate) const RETENTION: Duration = Duration::from_secs(30);

#[derive(Default)]
pub(crate) struct Model {
    now: Duration,
    jobs: Vec<Entry>,
    pauses: BTreeMap<Platform, Duration>,
}

impl Model {
    pub(crate) fn pass(&mut self, time: Duration) {
        self.now += time;
    }

    pub(crate) fn submit(&mut self, new: &NewJob, answer: Result<Submitted, StoreError>) {
        let now = self.now;
        for entry in &mut self.jobs {
            entry.may_be_gone |= entry.is_expired(now);
        }
        if let Some(entry) = self.alive(new.id) {
            if entry.new.target == new.target {
                assert_eq!(answer.unwrap().job().id, new.id);
            } else {
                let taken = matches!(answer, Err(StoreError::IdTaken(id)) if id == new.id);
                assert!(taken, "{answer:?}");
            }
            return;
        }
        let holder = self.jobs.iter().find(|entry| {
            entry.holds_target && !entry.is_expired(now) && entry.new.target == new.target
        });
        if let Some(holder) = holder {
            let Some(ended) = holder.ended else {
                let joined =
                    matches!(&answer, Ok(Submitted::Joined(job)) if job.id == holder.new.id);
                assert!(joined, "{answer:?}");
                return;
            };
            if new
                .max_age
                .is_none_or(|max_age| now.saturating_sub(ended) < max_age)
            {
                let served =
                    matches!(&answer, Ok(Submitted::Served(job)) if job.id == holder.new.id);
                assert!(served, "{answer:?}");
                return;
            }
        }
        assert!(
            matches!(&answer, Ok(Submitted::Created(job)) if job.id == new.id),
            "{answer:?}"
        );
        for entry in &mut self.jobs {
            entry.holds_target &= entry.new.target != new.target;
        }
        // An expired job of that id makes room for the new one.
        self.jobs.retain(|entry| entry.new.id != new.id);
        self.jobs.push(Entry::submitted(new.clone(), now));
    }

    pub(crate) fn claim(&mut self, request: &ClaimRequest, claimed: &[ClaimedJob], after: &[Job]) {
        let now = self.now;
        let held = self.held_under(request);
        if !held.is_empty() {
            let mut leases: Vec<Lease> = claimed.iter().map(|one| one.lease.clone()).collect();
            leases.sort_by_key(Lease::job);
            assert_eq!(leases, held, "a repeated claim returns what it took");
            for lease in held {
                let entry = self.alive(lease.job()).unwrap();
                entry.lease = Some((lease, now + request.lease));
            }
            self.check_claimed(claimed);
            return;
        }
        assert!(claimed.len() <= request.max);

        // What a claim comes across on its way: abandoned and overdue jobs.
        for entry in &mut self.jobs {
            let shown = after.iter().find(|job| job.id == entry.new.id);
            let taken = claimed.iter().any(|one| one.job.id == entry.new.id);
            let Some(shown) = shown else { continue };
            if entry.is_abandoned(now) && (taken || shown.status != Status::Processing) {
                entry.abandon(now);
            } else if entry.is_ready(now) && entry.is_overdue(now) && shown.status == Status::Failed
            {
                entry.fail(vec![FailureKind::DeadlineExceeded], now);
            }
        }
        for one in claimed {
            assert!(self.is_open(request, &one.job.target.platform), "{one:?}");
            let entry = self
                .alive(one.job.id)
                .expect("only jobs that are held are claimed");
            assert!(entry.is_ready(now) && !entry.is_overdue(now), "{one:?}");
            assert_eq!(one.lease.token(), request.token);
            entry.take(one.lease.clone(), now + request.lease);
        }
        self.check_claimed(claimed);
        if claimed.len() < request.max {
            for entry in &self.jobs {
                let left = entry.is_ready(now) || entry.is_abandoned(now);
                let open = self.is_open(request, &entry.new.target.platform);
                assert!(!(left && open), "a claim overlooked job {}", entry.new.id);
            }
        }
    }

    pub(crate) fn heartbeat(
        &mut self,
        lease: &Lease,
        beat: Heartbeat,
        answer: Result<HeartbeatReply, StoreError>,
    ) {
        let now = self.now;
        let Some(entry) = self.holder(lease) else {
            return assert_lost(lease, &answer);
        };
        assert_eq!(answer.unwrap(), entry.signal());
        entry.lease = Some((lease.clone(), now + beat.lease));
        if let Some(progress) = beat.progress {
            let shown = progress.min(Progress::from_percent(99));
            entry.progress = entry.progress.max(shown);
        }
    }

    pub(crate) fn checkpoint(
        &mut self,
        lease: &Lease,
        phase: Phase,
        output: &Bytes,
        answer: Result<HeartbeatReply, StoreError>,
    ) {
        let Some(entry) = self.holder(lease) else {
            return assert_lost(lease, &answer);
        };
        if phase == Phase::Finalizing || phase > entry.phase {
            assert!(matches!(answer, Err(StoreError::Misuse(_))), "{answer:?}");
            return;
        }
        assert_eq!(answer.unwrap(), entry.signal());
        match phase {
            Phase::Scraping => entry.scraping = Some(output.clone()),
            _ => entry.analysis = Some(output.clone()),
        }
        if phase == entry.phase {
            entry.phase = phase.next().unwrap();
            entry.progress = entry.progress.max(entry.phase.start());
            entry.failures = 0;
            // Whether the last attempt's failure still shows is not promised.
            entry.failure.push(None);
        }
    }

    pub(crate) fn finish(
        &mut self,
        lease: &Lease,
        outcome: Outcome,
        answer: Result<Status, StoreError>,
    ) {
        let now = self.now;
        if let Some(entry) = self.alive(lease.job())
            && let Some((settled, first)) = &entry.settled
            && settled == lease
        {
            assert_eq!(
                answer.unwrap(),
                *first,
                "a repeated finish returns the first answer"
            );
            return;
        }
        let Some(entry) = self.holder(lease) else {
            return assert_lost(lease, &answer);
        };
        let answer = answer.unwrap();
        match outcome {
            _ if entry.cancel_requested => entry.fail(vec![FailureKind::Cancelled], now),
            Outcome::Completed(report) => {
                entry.report = Some(report);
                entry.progress = Progress::COMPLETE;
                entry.phase = Phase::Finalizing;
                entry.failure = vec![None];
                entry.end(Status::Completed, now);
            }
            Outcome::Failed(failure) => entry.fail(vec![failure.kind()], now),
            Outcome::Retry { after, failure } => {
                entry.failures += u32::from(failure.kind() != FailureKind::RateLimited);
                entry.failure = vec![Some(failure.kind())];
                entry.give_back(answer, now, now + after);
                entry.retry_after = entry.ended.is_none().then_some(after);
            }
            Outcome::Released => {
                entry.attempt -= 1;
                entry.give_back(answer, now, now);
            }
        }
        assert_eq!(answer, entry.status);
        entry.settled = Some((lease.clone(), answer));
    }

    pub(crate) fn cancel(&mut self, id: JobId, answer: Result<Status, StoreError>) {
        let now = self.now;
        let Some(entry) = self.alive(id) else {
            assert!(matches!(answer, Err(StoreError::NotFound(_))), "{answer:?}");
            return;
        };
        match entry.status {
            Status::Pending => {
                entry.fail(vec![FailureKind::Cancelled], now);
            }
            Status::Processing => {
                entry.cancel_requested = true;
                entry.holds_target = false;
            }
            _ => {}
        }
        assert_eq!(answer.unwrap(), entry.status);
    }

    pub(crate) fn pause(&mut self, platform: &Platform, length: Duration) {
        let until = self.pauses.entry(platform.clone()).or_default();
        *until = (*until).max(self.now + length);
    }

    /// What a sweep has done in all: removed, made pending again, failed.
    pub(crate) fn sweep(&mut self, total: (usize, usize, usize)) {
        let now = self.now;
        let expired = self.jobs.iter().filter(|entry| entry.is_expired(now));
        let (gone, sure): (Vec<_>, Vec<_>) = expired.partition(|entry| entry.may_be_gone);
        assert!(
            (sure.len()..=sure.len() + gone.len()).contains(&total.0),
            "{total:?}"
        );
        self.jobs.retain(|entry| !entry.is_expired(now));
        let (mut requeued, mut failed) = (0, 0);
        for entry in &mut self.jobs {
            let abandoned = entry.is_abandoned(now);
            if abandoned {
                entry.abandon(now);
            } else if entry.status == Status::Pending && entry.is_overdue(now) {
                entry.fail(vec![FailureKind::DeadlineExceeded], now);
                failed += 1;
            }
            requeued += usize::from(abandoned && entry.status == Status::Pending);
            failed += usize::from(abandoned && entry.status == Status::Failed);
        }
        assert_eq!(
            (total.1, total.2),
            (requeued, failed),
            "requeued and failed"
        );
    }

    fn check_claimed(&mut self, claimed: &[ClaimedJob]) {
        let now = self.now;
        for one in claimed {
            let entry = self.alive(one.job.id).expect("what is claimed is held");
            assert_eq!(one.job.status, Status::Processing);
            assert_eq!(
                one.checkpoints.get(Phase::Scraping),
                entry.scraping.as_ref()
            );
            assert_eq!(
                one.checkpoints.get(Phase::Analysis),
                entry.analysis.as_ref()
            );
            let left = |deadline: Duration| (entry.submitted + deadline).saturating_sub(now);
            assert_eq!(one.time_left, entry.new.deadline.map(left));
        }
    }

    fn held_under(&self, request: &ClaimRequest) -> Vec<Lease> {
        let leases = self.jobs.iter().filter_map(|entry| entry.lease.as_ref());
        let mut held: Vec<Lease> = leases
            .map(|(lease, _)| lease.clone())
            .filter(|lease| lease.token() == request.token)
            .collect();
        held.sort_by_key(Lease::job);
        held
    }

    /// Whether one more job of this platform may be claimed.
    fn is_open(&self, request: &ClaimRequest, platform: &Platform) -> bool {
        let held = self.jobs.iter().filter(|entry| {
            entry.new.target.platform == *platform
                && entry.status == Status::Processing
                && !entry.is_abandoned(self.now)
        });
        let limit = request.in_flight.of(platform);
        let paused = self
            .pauses
            .get(platform)
            .is_some_and(|until| *until > self.now);
        !paused && limit.is_none_or(|limit| held.count() < limit)
    }

    fn alive(&mut self, id: JobId) -> Option<&mut Entry> {
        let now = self.now;
        let of_id = |entry: &&mut Entry| entry.new.id == id && !entry.is_expired(now);
        self.jobs.iter_mut().find(of_id)
    }

    /// The job of a lease that still holds it.
    fn holder(&mut self, lease: &Lease) -> Option<&mut Entry> {
        self.alive(lease.job())
            .filter(|entry| entry.lease.as_ref().is_some_and(|(held, _)| held == lease))
    }
}

fn assert_lost<T: std::fmt::Debug>(lease: &Lease, answer: &Result<T, StoreError>) {
    let lost = matches!(answer, Err(StoreError::LeaseLost(id)) if *id == lease.job());
    assert!(lost, "{answer:?}");
}
