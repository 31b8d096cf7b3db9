//! A store as simple as it can be: a list of jobs, scanned from end to end by every verb.

//!
//! It is told what the store has answered, says whether that was right, and where the contract
//! leaves a choice (which of the ready jobs is claimed) it follows the store.

mod compare;
mod entry;

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{
    ClaimEndedRequest, ClaimRequest, ClaimedJob, Delivery, EndedJob, Heartbeat, HeartbeatReply,
    Lease, Limit, NotContinuable, Outcome, RateLimit, Receipt, SaveRequest,
};
use report_pipeline::{
    FailureKind, Job, JobId, NewJob, Phase, Platform, Progress, Status, StoreError, Submitted,
};

use self::entry::{Entry, Notes};

/// What the store must show, with the times that the caller lets pass.
pub(super) struct Model {
    /// How long ended jobs are kept.
    retention: Duration,
    /// By how much a time may differ that the store shows: nothing under a paused clock.
    tolerance: Duration,
    now: Duration,
    jobs: Vec<Entry>,
    pauses: BTreeMap<Platform, Pause>,
}

/// What is known of a platform's pause.
#[derive(Default)]
struct Pause {
    until: Duration,
    quota: bool,
    // Whether the next job that is claimed is a probe.
    probes: bool,
    probe: Option<Lease>,
    in_a_row: u32,
    counted: u32,
}

impl Model {
    pub(super) fn new(retention: Duration, tolerance: Duration) -> Self {
        Self {
            retention,
            tolerance,
            now: Duration::ZERO,
            jobs: Vec::new(),
            pauses: BTreeMap::new(),
        }
    }

    pub(super) fn pass(&mut self, time: Duration) {
        self.now += time;
    }

    pub(super) fn submit(&mut self, new: &NewJob, answer: Result<Submitted, StoreError>) {
        let (now, retention) = (self.now, self.retention);
        for entry in &mut self.jobs {
            entry.may_be_gone |= entry.is_expired(now, retention);
        }
        if let Some(entry) = self.alive(new.id) {
            if entry.new.target == new.target && entry.new.scope == new.scope {
                assert_eq!(answer.expect("the call succeeds").job().id, new.id);
            } else {
                let taken = matches!(answer, Err(StoreError::IdTaken(id)) if id == new.id);
                assert!(taken, "{answer:?}");
            }
            return;
        }
        let holder = self.jobs.iter_mut().find(|entry| {
            entry.holds_target
                && !entry.is_expired(now, retention)
                && (&entry.new.target, &entry.new.scope) == (&new.target, &new.scope)
        });
        if let Some(holder) = holder {
            let Some(ended) = holder.ended else {
                let joined =
                    matches!(&answer, Ok(Submitted::Joined(job)) if job.id == holder.new.id);
                let noted = holder.add_note(new, now);
                assert_eq!(joined, noted, "{answer:?}");
                if !noted {
                    return assert_too_many_notes(&answer);
                }
                holder.head_start = holder.head_start.max(new.head_start());
                return;
            };
            let age = now.saturating_sub(ended);
            if new.max_age.is_none_or(|max_age| age < max_age) && age + retention / 10 <= retention
            {
                let served =
                    matches!(&answer, Ok(Submitted::Served(job)) if job.id == holder.new.id);
                let noted = holder.add_note(new, now);
                assert_eq!(served, noted, "{answer:?}");
                if !noted {
                    assert_too_many_notes(&answer);
                }
                return;
            }
        }
        let mut created = Entry::submitted(new.clone(), now);
        created.add_note(new, now);
        if let Some(id) = new.continued() {
            let reason = match self.alive(id) {
                None => Some(NotContinuable::Unknown),
                Some(failed) => failed.cannot_be_continued_by(new),
            };
            if let Some(expected) = reason {
                let refused = matches!(&answer, Err(StoreError::NotContinuable { job, reason, .. })
                    if (*job, *reason) == (id, expected));
                assert!(refused, "{answer:?}");
                return;
            }
            let failed = self.alive(id).expect("it was there");
            created.continue_with(failed.take_kept());
        }
        assert!(
            matches!(&answer, Ok(Submitted::Created(job)) if job.id == new.id),
            "{answer:?}"
        );
        for entry in &mut self.jobs {
            entry.holds_target &=
                (&entry.new.target, &entry.new.scope) != (&new.target, &new.scope);
        }
        // An expired job of that id makes room for the new one.
        self.jobs.retain(|entry| entry.new.id != new.id);
        self.jobs.push(created);
    }

    pub(super) fn claim(&mut self, request: &ClaimRequest, claimed: &[ClaimedJob], after: &[Job]) {
        let now = self.now;
        let held = self.held_under(request);
        if !held.is_empty() {
            let mut leases: Vec<Lease> = claimed.iter().map(|one| one.lease.clone()).collect();
            leases.sort_by_key(Lease::job);
            assert_eq!(leases, held, "a repeated claim returns what it took");
            for lease in held {
                let entry = self.alive(lease.job()).expect("it is held");
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
            }
            if entry.status == Status::Pending && shown.status == Status::Failed {
                let mut reasons = Vec::new();
                if entry.is_ready(now) && entry.is_overdue(now) {
                    reasons.push(FailureKind::DeadlineExceeded);
                }
                // Or it cannot wait for its platform's quota.
                let pause = self.pauses.get(&entry.new.target.platform);
                if pause.is_some_and(|pause| {
                    pause.quota && pause.until > now && entry.is_overdue(pause.until)
                }) {
                    reasons.push(FailureKind::QuotaExhausted);
                }
                if !reasons.is_empty() {
                    entry.fail(reasons, now);
                }
            }
        }
        for one in claimed {
            assert!(self.is_open(request, &one.job.target.platform), "{one:?}");
            let counted = self.take_probe(one);
            let entry = self
                .alive(one.job.id)
                .expect("only jobs that are held are claimed");
            assert!(entry.is_ready(now) && !entry.is_overdue(now), "{one:?}");
            assert_eq!(one.lease.token(), request.token);
            entry.take(one.lease.clone(), now + request.lease);
            entry.limits_seen = counted;
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

    pub(super) fn heartbeat(
        &mut self,
        lease: &Lease,
        beat: Heartbeat,
        answer: Result<HeartbeatReply, StoreError>,
    ) {
        let now = self.now;
        let Some(entry) = self.holder(lease) else {
            return assert_lost(lease, &answer);
        };
        assert_eq!(answer.expect("the call succeeds"), entry.signal());
        entry.lease = Some((lease.clone(), now + beat.lease));
        if let Some(progress) = beat.progress {
            let shown = progress.min(Progress::from_percent(99));
            entry.progress = entry.progress.max(shown);
        }
    }

    pub(super) fn save(
        &mut self,
        lease: &Lease,
        request: &SaveRequest,
        answer: Result<HeartbeatReply, StoreError>,
    ) {
        let Some(entry) = self.holder(lease) else {
            return assert_lost(lease, &answer);
        };
        if request.phase() > entry.phase {
            assert!(matches!(answer, Err(StoreError::Misuse(_))), "{answer:?}");
            return;
        }
        assert_eq!(answer.expect("the call succeeds"), entry.signal());
        let platform = entry.new.target.platform.clone();
        if request.phase() == entry.phase && request.number() >= entry.next_save {
            entry.next_save = request.number() + 1;
            if request.is_fresh() {
                entry.saved = (None, Vec::new());
            }
            let value = request.value().clone();
            if request.is_page() {
                entry.saved.1.push(value);
            } else {
                entry.saved.0 = Some(value);
            }
        }
        self.got_through(&platform, lease);
    }

    pub(super) fn checkpoint(
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
        assert_eq!(answer.expect("the call succeeds"), entry.signal());
        let platform = entry.new.target.platform.clone();
        match phase {
            Phase::Scraping => entry.scraping = Some(output.clone()),
            _ => entry.analysis = Some(output.clone()),
        }
        entry.saved = (None, Vec::new());
        if phase == entry.phase {
            entry.phase = phase.next().expect("it is not the last one");
            entry.progress = entry.progress.max(entry.phase.start());
            entry.failures = 0;
            // Whether the last attempt's failure still shows is not promised.
            entry.failure.push(None);
        }
        self.got_through(&platform, lease);
    }

    pub(super) fn finish(
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
                answer.expect("the call succeeds"),
                *first,
                "a repeated finish returns the first answer"
            );
            return;
        }
        let Some(entry) = self.holder(lease) else {
            return assert_lost(lease, &answer);
        };
        let answer = answer.expect("the call succeeds");
        let platform = entry.new.target.platform.clone();
        let completes = matches!(outcome, Outcome::Completed(_)) && !entry.cancel_requested;
        let seen = entry.limits_seen;
        let until = match &outcome {
            Outcome::RateLimited { limit, .. } => self.limit(&platform, limit, seen),
            _ => now,
        };
        let entry = self.holder(lease).expect("it was there");
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
                entry.failures += 1;
                entry.failure = vec![Some(failure.kind())];
                entry.give_back(answer, now, now + after);
                entry.retry_after = entry.ended.is_none().then_some(after);
            }
            Outcome::RateLimited { failure, limit } => {
                if entry.is_overdue(until) {
                    let late = if limit.is_quota() {
                        FailureKind::QuotaExhausted
                    } else {
                        FailureKind::DeadlineExceeded
                    };
                    entry.fail(vec![late], now);
                } else {
                    entry.failure = vec![Some(failure.kind())];
                    entry.give_back(answer, now, now);
                    entry.retry_after = Some(until.saturating_sub(now));
                }
            }
            Outcome::Released => {
                entry.attempt -= 1;
                entry.give_back(answer, now, now);
            }
        }
        assert_eq!(answer, entry.status);
        entry.settled = Some((lease.clone(), answer));
        if completes {
            self.got_through(&platform, lease);
        }
    }

    pub(super) fn cancel(&mut self, id: JobId, answer: Result<Status, StoreError>) {
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
        assert_eq!(answer.expect("the call succeeds"), entry.status);
    }

    pub(super) fn delete(&mut self, id: JobId, answer: Result<(), StoreError>) {
        let Some(entry) = self.alive(id) else {
            return answer.expect("the call succeeds");
        };
        if entry.ended.is_none() {
            let live = matches!(answer, Err(StoreError::NotEnded(live)) if live == id);
            assert!(live, "{answer:?}");
            return;
        }
        answer.expect("the call succeeds");
        self.jobs.retain(|entry| entry.new.id != id);
    }

    pub(super) fn claim_ended(&mut self, request: &ClaimEndedRequest, claimed: &[EndedJob]) {
        let (now, retention) = (self.now, self.retention);
        for entry in &mut self.jobs {
            entry.may_be_gone |= entry.is_expired(now, retention);
        }
        assert!(claimed.len() <= request.max);
        for ended in claimed {
            assert!(request.wants(&ended.job.target.platform), "{ended:?}");
            let entry = self.alive(ended.job.id).expect("its job is there");
            assert!(entry.has_due_notes(now), "{ended:?}");
            assert_eq!(ended.notes, entry.notes.all);
            entry.notes.deliveries += 1;
            assert_eq!(ended.delivery, entry.notes.deliveries);
            entry.notes.token = Some(request.token);
            entry.notes.due = now + request.lease;
        }
        if claimed.len() < request.max {
            let overlooked = |entry: &&Entry| {
                entry.has_due_notes(now)
                    && !entry.is_expired(now, retention)
                    && request.wants(&entry.new.target.platform)
            };
            let overlooked = self.jobs.iter().find(overlooked);
            assert!(overlooked.is_none(), "a claim overlooked notes");
        }
    }

    pub(super) fn acknowledge(&mut self, receipt: &Receipt, delivery: Delivery) {
        let now = self.now;
        let Some(entry) = self.alive(receipt.job()) else {
            return;
        };
        let notes = &mut entry.notes;
        let is_latest = notes.token == Some(receipt.token());
        let mut after = Duration::ZERO;
        match delivery {
            Delivery::Delivered => {
                let handed_out = receipt.notes();
                notes
                    .all
                    .retain(|note| !handed_out.contains(&note.submit()));
            }
            Delivery::Retry { after: wait } => after = wait,
        }
        if is_latest {
            notes.token = None;
            notes.due = now + after;
        }
        if notes.all.is_empty() {
            // A note that comes later begins anew.
            *notes = Notes::default();
            notes.due = now;
        }
    }

    /// All jobs, the newest first.
    pub(super) fn list(&self) -> Vec<JobId> {
        let jobs = self.jobs.iter().rev();
        jobs.filter(|entry| !entry.is_expired(self.now, self.retention))
            .map(|entry| entry.new.id)
            .collect()
    }

    /// The job that owns the target of `new`, in its scope.
    pub(super) fn owner(&self, new: &NewJob) -> Option<JobId> {
        let mut jobs = self.jobs.iter();
        let owner = jobs.find(|entry| {
            entry.holds_target
                && !entry.is_expired(self.now, self.retention)
                && entry.new.target == new.target
                && entry.new.scope == new.scope
        });
        owner.map(|entry| entry.new.id)
    }

    pub(super) fn pause(&mut self, platform: &Platform, length: Duration) {
        let (now, until) = (self.now, self.now + length);
        let pause = self.pauses.entry(platform.clone()).or_default();
        if until > now && until > pause.until {
            (pause.until, pause.quota, pause.probes) = (until, false, true);
        }
    }

    pub(super) fn unpause(&mut self, platform: &Platform) {
        if let Some(pause) = self.pauses.get_mut(platform) {
            pause.open();
        }
    }

    /// Counts a limit, and returns when the pause ends.
    fn limit(&mut self, platform: &Platform, limit: &RateLimit, seen: u32) -> Duration {
        let now = self.now;
        let pause = self.pauses.entry(platform.clone()).or_default();
        let mut until = now + limit.floor();
        if seen == pause.counted {
            (pause.counted, pause.in_a_row) = (pause.counted + 1, pause.in_a_row + 1);
            let longest = (limit.base() * (1 << (pause.in_a_row - 1))).min(limit.cap());
            until += longest.mul_f64(f64::from(limit.jitter()) / 1e6);
        }
        if until > pause.until || !pause.probes {
            (pause.until, pause.quota) = (until, limit.is_quota());
        }
        pause.probes = true;
        pause.until
    }

    /// A job was claimed: the probe, if one is due. Returns the limits that were counted.
    fn take_probe(&mut self, one: &ClaimedJob) -> u32 {
        let Some(pause) = self.pauses.get_mut(&one.job.target.platform) else {
            return 0;
        };
        if pause.probes {
            pause.probe = Some(one.lease.clone());
        }
        pause.counted
    }

    fn got_through(&mut self, platform: &Platform, lease: &Lease) {
        let now = self.now;
        if let Some(pause) = self.pauses.get_mut(platform)
            && pause.probe.as_ref() == Some(lease)
            && pause.until <= now
        {
            pause.open();
        }
    }

    /// What a sweep has done in all: removed, made pending again, failed.
    pub(super) fn sweep(&mut self, total: (usize, usize, usize)) {
        let (now, retention) = (self.now, self.retention);
        let expired = self
            .jobs
            .iter()
            .filter(|entry| entry.is_expired(now, retention));
        let (gone, sure): (Vec<_>, Vec<_>) = expired.partition(|entry| entry.may_be_gone);
        assert!(
            (sure.len()..=sure.len() + gone.len()).contains(&total.0),
            "{total:?}"
        );
        self.jobs.retain(|entry| !entry.is_expired(now, retention));
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
        self.forget_platforms();
    }

    fn check_claimed(&mut self, claimed: &[ClaimedJob]) {
        let (now, tolerance) = (self.now, self.tolerance);
        for one in claimed {
            let entry = self.alive(one.job.id).expect("what is claimed is held");
            assert_eq!(one.job.status, Status::Processing);
            assert_eq!(one.input(), &entry.input);
            assert_eq!(
                one.checkpoints.get(Phase::Scraping),
                entry.scraping.as_ref()
            );
            assert_eq!(
                one.checkpoints.get(Phase::Analysis),
                entry.analysis.as_ref()
            );
            let saved = (one.saved.state().cloned(), one.saved.pages().to_vec());
            assert_eq!(saved, entry.saved);
            let left = |deadline: Duration| (entry.submitted + deadline).saturating_sub(now);
            let left = entry.new.deadline.map(left);
            assert!(is_time(one.time_left, left, tolerance), "{one:?}");
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
        let paused = self.pauses.get(platform).is_some_and(|pause| {
            let probing = pause
                .probe
                .as_ref()
                .is_some_and(|probe| self.is_held(probe));
            pause.until > self.now || (pause.probes && probing)
        });
        !paused && request.wants(platform) && limit.is_none_or(|limit| held.count() < limit)
    }

    /// Whether a lease holds its job and has not expired.
    fn is_held(&self, lease: &Lease) -> bool {
        let holds = |entry: &Entry| {
            let held = entry.lease.as_ref().map(|(held, _)| held);
            held == Some(lease) && !entry.is_abandoned(self.now)
        };
        self.jobs.iter().any(holds)
    }

    /// A sweep forgets platforms that have neither a live job nor a pause.
    fn forget_platforms(&mut self) {
        let (now, jobs) = (self.now, &self.jobs);
        self.pauses.retain(|platform, pause| {
            let live = |entry: &Entry| {
                entry.new.target.platform == *platform && !entry.status.is_terminal()
            };
            pause.until > now || jobs.iter().any(live)
        });
    }

    fn alive(&mut self, id: JobId) -> Option<&mut Entry> {
        let (now, retention) = (self.now, self.retention);
        let of_id = |entry: &&mut Entry| entry.new.id == id && !entry.is_expired(now, retention);
        self.jobs.iter_mut().find(of_id)
    }

    /// The job of a lease that still holds it.
    fn holder(&mut self, lease: &Lease) -> Option<&mut Entry> {
        self.alive(lease.job())
            .filter(|entry| entry.lease.as_ref().is_some_and(|(held, _)| held == lease))
    }
}

impl Pause {
    fn open(&mut self) {
        *self = Self {
            counted: self.counted,
            ..Self::default()
        };
    }
}

/// Whether a time that the store shows is the one that is expected.
fn is_time(found: Option<Duration>, expected: Option<Duration>, tolerance: Duration) -> bool {
    match (found, expected) {
        (Some(found), Some(expected)) => found.abs_diff(expected) <= tolerance,
        (found, expected) => found == expected,
    }
}

fn assert_too_many_notes(answer: &Result<Submitted, StoreError>) {
    let refused = matches!(answer, Err(StoreError::Full { limit, .. }) if *limit == Limit::Notes);
    assert!(refused, "{answer:?}");
}

fn assert_lost<T: std::fmt::Debug>(lease: &Lease, answer: &Result<T, StoreError>) {
    let lost = matches!(answer, Err(StoreError::LeaseLost(id)) if *id == lease.job());
    assert!(lost, "{answer:?}");
}
