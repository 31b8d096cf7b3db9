//! The suite can fail: for each promise there is a store that breaks it, and the suite says so.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{
    Checkpoints, ClaimEndedRequest, ClaimRequest, ClaimedJob, Delivery, EndedJob, FindRequest,
    Heartbeat, HeartbeatReply, InFlightLimits, JobPage, Lease, ListRequest, Outcome, PauseRequest,
    Receipt, SaveRequest, Stats, SweepRequest, SweepStats, WatchRequest,
};
use report_pipeline::{
    Failure, FailureKind, Job, JobId, JobStore, MemoryOptions, MemoryStore, NewJob, Phase,
    Platform, Scope, Status, StoreError, StoreLimits, Submitted, Version, async_trait,
};
use report_pipeline_conformance::histories::{Clock, live_through};
use report_pipeline_conformance::{
    BrokenPromise, StoreFactory, StoreSetup, broken_promises, single_case,
};
use tokio::time::Instant;

/// No promise: a store whose sweep never answers.
const HANGS: u8 = 101;
/// No promise: a store whose second handle hears nothing of what the first one does.
const DEAF: u8 = 102;
/// Mistakes that earlier versions of the suite let through, each with a promise that it breaks.
const STALE_JOINED: u8 = 103;
const CUTS_MESSAGES: u8 = 104;
const HIDES_CRASHES: u8 = 105;
const FORGETS_CHECKPOINTS: u8 = 106;
const AGES_FROM_CREATION: u8 = 107;
const MOVES_DEADLINES: u8 = 108;
const LOOKS_BEFORE_IT_LISTENS: u8 = 109;
const FORGETS_LEASES: u8 = 110;
const MAKES_TWO_NOW_AND_THEN: u8 = 111;
const DROPS_NEW_NOTES: u8 = 113;
const LISTS_THE_OLDEST_FIRST: u8 = 114;
/// A store written before submits had a version, which serves the report of any program.
const IGNORES_VERSIONS: u8 = 115;
const MISTAKES: [(u8, &str); 12] = [
    (
        STALE_JOINED,
        "submit::a_live_job_is_joined_whatever_the_age",
    ),
    (CUTS_MESSAGES, "ends::the_longest_message_comes_back_whole"),
    (
        HIDES_CRASHES,
        "crashes::crashes_and_failures_are_counted_apart",
    ),
    (
        FORGETS_CHECKPOINTS,
        "ends::reports_and_checkpoints_come_back_byte_by_byte",
    ),
    (
        AGES_FROM_CREATION,
        "submit::a_completed_job_is_served_while_it_is_fresh",
    ),
    (
        MOVES_DEADLINES,
        "clock::a_deadline_counts_from_the_submit_over_all_attempts",
    ),
    (
        LOOKS_BEFORE_IT_LISTENS,
        "watching::changed_misses_nothing_that_happens_as_it_begins",
    ),
    (FORGETS_LEASES, "handles::all_is_there_after_reopening"),
    (
        MAKES_TWO_NOW_AND_THEN,
        "submit::submits_that_race_for_one_target_make_one_job_each_time",
    ),
    (DROPS_NEW_NOTES, "notes::a_served_submit_is_told_at_once"),
    (
        LISTS_THE_OLDEST_FIRST,
        "listing::a_list_has_every_job_once_the_newest_first",
    ),
    (
        IGNORES_VERSIONS,
        "submit::a_report_of_another_program_is_not_served",
    ),
];
/// No mistake: it keeps deadlines itself, as [`MOVES_DEADLINES`] does, and does not move them.
const KEEPS_DEADLINES: u8 = 112;
/// No mistake: a machine so busy that a submit takes nearly half a tick.
const SLOW: u8 = 116;

/// A memory store that breaks the promise of this number.
#[derive(Debug)]
struct Breaks {
    promise: u8,
    store: Arc<MemoryStore>,
    finished: Mutex<HashSet<Lease>>,
    asked: Mutex<HashSet<JobId>>,
    saves: AtomicU32,
    created: Mutex<HashMap<JobId, (Job, Instant)>>,
    deadlines: Mutex<HashMap<JobId, (Duration, Instant)>>,
    submits: AtomicU32,
    is_reopened: bool,
}

impl Breaks {
    fn new(promise: u8, store: Arc<MemoryStore>) -> Self {
        Self {
            promise,
            store,
            finished: Mutex::default(),
            asked: Mutex::default(),
            saves: AtomicU32::new(0),
            created: Mutex::default(),
            deadlines: Mutex::default(),
            submits: AtomicU32::new(0),
            is_reopened: false,
        }
    }

    fn keeps_deadlines(&self) -> bool {
        matches!(self.promise, MOVES_DEADLINES | KEEPS_DEADLINES)
    }

    /// How much time a job has left of the deadlines that this store keeps itself.
    fn time_left(&self, id: JobId) -> Option<Duration> {
        let deadlines = self.deadlines.lock().unwrap();
        let (_, at) = deadlines.get(&id)?;
        Some(at.saturating_duration_since(Instant::now()))
    }

    /// Claims, and fails the jobs whose deadline, as this store keeps it, has passed.
    async fn claim_in_time(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        loop {
            let (mut in_time, mut failed) = (Vec::new(), false);
            for mut one in self.store.claim(request.clone()).await? {
                one.time_left = self.time_left(one.job.id);
                if one.time_left.is_some_and(|left| left.is_zero()) {
                    let failure = Failure::new(FailureKind::DeadlineExceeded, "too late");
                    self.store
                        .finish(&one.lease, Outcome::Failed(failure))
                        .await?;
                    failed = true;
                } else {
                    in_time.push(one);
                }
            }
            if !in_time.is_empty() || !failed {
                return Ok(in_time);
            }
        }
    }
}

#[async_trait]
impl JobStore for Breaks {
    async fn submit(&self, mut job: NewJob) -> Result<Submitted, StoreError> {
        match self.promise {
            SLOW => tokio::time::sleep(Duration::from_millis(400)).await,
            // It forgets deadlines.
            4 => job.deadline = None,
            // It serves reports however old they are.
            8 => job.max_age = None,
            // It hands poison out once more than it should.
            13 => job.max_crashes += 1,
            IGNORES_VERSIONS => job = job.with_program_version(None),
            // It keeps no input.
            19 => job = job.with_input(Bytes::new()),
            _ => {}
        }
        if self.keeps_deadlines()
            && let Some(deadline) = job.deadline.take()
        {
            let at = Instant::now() + deadline;
            self.deadlines
                .lock()
                .unwrap()
                .insert(job.id, (deadline, at));
        }
        // Now and then it looks for the target's job and makes one in two steps.
        if self.promise == MAKES_TWO_NOW_AND_THEN
            && self.submits.fetch_add(1, Ordering::Relaxed) % 16 < 2
            && self
                .store
                .find(FindRequest::new(job.target.clone()))
                .await?
                .is_none()
        {
            tokio::task::yield_now().await;
            let other = Scope::new(&job.id.to_string()).unwrap();
            job = job.with_scope(other);
        }
        // It counts the age of a report from its job's submit.
        if self.promise == AGES_FROM_CREATION
            && let Some(owner) = self
                .store
                .find(FindRequest::new(job.target.clone()).with_scope(job.scope.clone()))
                .await?
            && let Some((_, created)) = self.created.lock().unwrap().get(&owner.id)
            && job
                .max_age
                .is_some_and(|max_age| created.elapsed() >= max_age)
        {
            job.max_age = Some(Duration::ZERO);
        }
        let submitted = self.store.submit(job).await?;
        let mut created = self.created.lock().unwrap();
        let job = submitted.job().clone();
        let (first, _) = created.entry(job.id).or_insert((job, Instant::now()));
        Ok(match submitted {
            // It shows a job that is joined as it was submitted.
            Submitted::Joined(_) if self.promise == STALE_JOINED => {
                Submitted::Joined(first.clone())
            }
            other => other,
        })
    }

    async fn claim(&self, mut request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        match self.promise {
            // It gives leases that are half as long.
            3 => request.lease /= 2,
            // It passes a platform over for ever.
            9 => {
                let free = Platform::new("free").unwrap();
                request.in_flight = InFlightLimits::none().with(free, 0).into();
            }
            // It looks before it waits and after that, but not while it waits.
            11 if !request.wait.is_zero() => {
                let wait = std::mem::take(&mut request.wait);
                let claimed = self.store.claim(request.clone()).await?;
                if !claimed.is_empty() {
                    return Ok(claimed);
                }
                tokio::time::sleep(wait).await;
            }
            // What a dropped claim has taken is gone for good.
            12 => request.lease = Duration::MAX,
            14 => request.in_flight = InFlightLimits::none().into(),
            _ => {}
        }
        let mut claimed = if self.keeps_deadlines() {
            self.claim_in_time(request).await?
        } else {
            self.store.claim(request).await?
        };
        if self.promise == FORGETS_CHECKPOINTS {
            let after_a_retry = |one: &&mut ClaimedJob| one.job.failures > 0;
            for one in claimed.iter_mut().filter(after_a_retry) {
                one.checkpoints = Checkpoints::none();
            }
        }
        Ok(claimed)
    }

    async fn heartbeat(
        &self,
        lease: &Lease,
        beat: Heartbeat,
    ) -> Result<HeartbeatReply, StoreError> {
        // It knows the leases only that it has given itself.
        if self.promise == FORGETS_LEASES && self.is_reopened {
            return Err(StoreError::LeaseLost(lease.job()));
        }
        let answer = self.store.heartbeat(lease, beat).await;
        match (self.promise, answer) {
            (2, Err(StoreError::LeaseLost(id))) => Err(StoreError::NotFound(id)),
            (_, answer) => answer,
        }
    }

    async fn save(
        &self,
        lease: &Lease,
        mut request: SaveRequest,
    ) -> Result<HeartbeatReply, StoreError> {
        // It takes a repeated page for another one.
        if self.promise == 18 && request.is_page() {
            let number = self.saves.fetch_add(1, Ordering::Relaxed);
            let (phase, page) = (request.phase(), request.value().clone());
            request = SaveRequest::append(phase, number, page).with_fresh(request.is_fresh());
        }
        self.store.save(lease, request).await
    }

    async fn checkpoint(
        &self,
        lease: &Lease,
        phase: Phase,
        output: Bytes,
    ) -> Result<HeartbeatReply, StoreError> {
        self.store.checkpoint(lease, phase, output).await
    }

    async fn finish(&self, lease: &Lease, outcome: Outcome) -> Result<Status, StoreError> {
        // It forgets its first answer.
        if self.promise == 5 && !self.finished.lock().unwrap().insert(lease.clone()) {
            return Err(StoreError::LeaseLost(lease.job()));
        }
        // Each attempt has the whole time.
        if self.promise == MOVES_DEADLINES
            && let Some((deadline, at)) = self.deadlines.lock().unwrap().get_mut(&lease.job())
        {
            *at = Instant::now() + *deadline;
        }
        self.store.finish(lease, outcome).await
    }

    async fn cancel(&self, id: JobId) -> Result<Status, StoreError> {
        let status = self.store.get(id).await?.map(|job| job.status);
        match (self.promise, status) {
            // It says that it will tell the worker, and does not.
            (10, Some(Status::Processing)) => Ok(Status::Processing),
            _ => self.store.cancel(id).await,
        }
    }

    async fn pause(&self, request: PauseRequest) -> Result<(), StoreError> {
        self.store.pause(request).await
    }

    async fn unpause(&self, platform: &Platform) -> Result<(), StoreError> {
        self.store.unpause(platform).await
    }

    async fn get(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        let mut job = self.store.get(id).await?;
        if let Some(job) = &mut job {
            match self.promise {
                // The status is there before the time of the end.
                1 if job.status == Status::Completed => job.completed_at = None,
                7 => job.version = Version::FIRST,
                CUTS_MESSAGES => {
                    job.failure = job.failure.take().map(|failure| {
                        let text: String = failure.message().chars().take(32).collect();
                        Failure::new(failure.kind(), text)
                    });
                }
                HIDES_CRASHES if job.status != Status::Failed => {
                    let crashed = |failure: &Failure| failure.kind() == FailureKind::Crashed;
                    job.failure = job.failure.take().filter(|failure| !crashed(failure));
                }
                _ => {}
            }
        }
        Ok(job)
    }

    async fn get_many(&self, ids: &[JobId]) -> Result<Vec<Option<Job>>, StoreError> {
        self.store.get_many(ids).await
    }
    async fn find(&self, request: FindRequest) -> Result<Option<Job>, StoreError> {
        self.store.find(request).await
    }
    async fn delete(&self, id: JobId) -> Result<(), StoreError> {
        self.store.delete(id).await
    }

    async fn list(&self, request: ListRequest) -> Result<JobPage, StoreError> {
        let mut page = self.store.list(request).await?;
        if self.promise == LISTS_THE_OLDEST_FIRST {
            page.jobs.reverse();
        }
        Ok(page)
    }

    async fn claim_ended(&self, request: ClaimEndedRequest) -> Result<Vec<EndedJob>, StoreError> {
        let claimed = self.store.claim_ended(request).await?;
        if self.promise == 20 {
            // It hands notes out once, whatever becomes of them.
            for ended in &claimed {
                self.store
                    .acknowledge(&ended.receipt, Delivery::Delivered)
                    .await?;
            }
        }
        Ok(claimed)
    }

    async fn acknowledge(&self, receipt: &Receipt, delivery: Delivery) -> Result<(), StoreError> {
        self.store.acknowledge(receipt, delivery).await?;
        if self.promise == DROPS_NEW_NOTES && delivery == Delivery::Delivered {
            // With what was delivered goes what has come since.
            let rest = ClaimEndedRequest::new().with_max(100);
            for ended in self.store.claim_ended(rest).await? {
                self.store
                    .acknowledge(&ended.receipt, Delivery::Delivered)
                    .await?;
            }
        }
        Ok(())
    }

    async fn report(&self, id: JobId) -> Result<Option<Bytes>, StoreError> {
        let report = self.store.report(id).await?;
        // The report comes a moment after the status.
        let late = self.promise == 6 && self.asked.lock().unwrap().insert(id);
        Ok(report.filter(|_| !late))
    }

    async fn changed(&self, request: WatchRequest) -> Result<Option<Job>, StoreError> {
        if self.promise == LOOKS_BEFORE_IT_LISTENS {
            match self.store.get(request.id).await? {
                Some(job) if job.version <= request.after && !job.status.is_terminal() => {}
                job => return Ok(job),
            }
            tokio::task::yield_now().await;
            // What has changed meanwhile, it has not heard of.
            if let Some(job) = self.store.get(request.id).await?
                && job.version > request.after
            {
                tokio::time::sleep(request.wait).await;
                return Ok(Some(job));
            }
        }
        self.store.changed(request).await
    }

    async fn sweep(&self, request: SweepRequest) -> Result<SweepStats, StoreError> {
        if self.promise == HANGS {
            std::future::pending::<()>().await;
        }
        self.store.sweep(request).await
    }

    async fn stats(&self) -> Result<Stats, StoreError> {
        self.store.stats().await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.store.check().await
    }
}

struct Factory {
    promise: u8,
}

#[async_trait]
impl StoreFactory for Factory {
    type Guard = ();
    type Store = Breaks;

    fn tick(&self) -> Duration {
        Duration::from_secs(1)
    }

    async fn build(&self, setup: StoreSetup) -> ((), Breaks) {
        let mut limits = StoreLimits::default();
        if self.promise != 16 {
            limits = setup.limits();
        }
        let mut options = MemoryOptions::new().with_limits(limits);
        if self.promise != 15 {
            options = options.with_retention(setup.retention);
            if let Some(kept) = setup.failed_checkpoints {
                options = options.with_failed_checkpoints(kept);
            }
        }
        ((), Breaks::new(self.promise, Arc::new(options.build())))
    }

    async fn damage(&self, (): &(), _: &Breaks, _: JobId) -> bool {
        // It does not notice damage.
        self.promise == 17
    }

    async fn another(&self, (): &(), first: &Breaks) -> Option<Breaks> {
        // It waits as if nobody else could change anything.
        let promise = if self.promise == DEAF {
            11
        } else {
            self.promise
        };
        Some(Breaks::new(promise, Arc::clone(&first.store)))
    }

    async fn reopen(&self, (): &(), mut first: Breaks) -> Option<Breaks> {
        first.is_reopened = true;
        Some(first)
    }
}

#[tokio::test(start_paused = true)]
async fn each_broken_promise_is_noticed_and_named() {
    // What the store without a fault does not pass says nothing about the faults.
    let sound: HashSet<_> = broken_cases(Factory { promise: 0 }).await.collect();
    for promise in 1..=20 {
        let broken: Vec<_> = broken_cases(Factory { promise })
            .await
            .filter(|case| !sound.contains(case))
            .collect();
        let named = broken.iter().any(|(number, _)| *number == promise);
        assert!(named, "promise {promise}: {broken:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_never_answers_does_not_stop_the_suite() {
    let broken = broken_promises(Factory { promise: HANGS }).await;
    let named = |found: &BrokenPromise| found.case == "retention::a_sweep_leaves_nothing";
    assert!(broken.iter().any(named), "{broken:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_slow_machine_breaks_no_promise() {
    let sound: Vec<_> = broken_cases(Factory { promise: 0 }).await.collect();
    let slow: Vec<_> = broken_cases(Factory { promise: SLOW }).await.collect();
    assert_eq!(slow, sound);
}

#[tokio::test(start_paused = true)]
async fn mistakes_that_were_once_let_through_are_noticed() {
    for (mistake, case) in MISTAKES {
        let broken: Vec<_> = broken_cases(Factory { promise: mistake }).await.collect();
        let named = broken.iter().any(|(_, name)| *name == case);
        assert!(named, "mistake {mistake}, {case}: {broken:#?}");
    }
    // It is the moving that is noticed, not how this store fails what is overdue.
    let case = "clock::a_deadline_counts_from_the_submit_over_all_attempts";
    single_case(
        Factory {
            promise: KEEPS_DEADLINES,
        },
        case,
    )
    .await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "tells the store from the model")]
async fn a_store_that_loses_a_lease_is_told_from_the_model() {
    live_through(Factory { promise: 3 }, Clock::Paused, 1_000).await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "tells the store from the model")]
async fn a_store_that_delivers_at_most_once_is_told_from_the_model() {
    live_through(Factory { promise: 20 }, Clock::Paused, 1_000).await;
}

#[tokio::test(start_paused = true)]
async fn a_second_handle_that_is_not_woken_is_noticed() {
    let broken: Vec<_> = broken_cases(Factory { promise: DEAF }).await.collect();
    let named = (11, "handles::one_handle_wakes_what_waits_on_another");
    assert!(broken.contains(&named), "{broken:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_case_can_be_run_alone() {
    single_case(
        Factory { promise: 0 },
        "clock::an_overdue_job_is_failed_by_claim",
    )
    .await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "promise 4, clock::an_overdue_job_is_failed_by_claim: ")]
async fn a_case_that_is_run_alone_fails_as_in_the_suite() {
    single_case(
        Factory { promise: 4 },
        "clock::an_overdue_job_is_failed_by_claim",
    )
    .await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "there is no case clock::unknown; these are:")]
async fn a_case_that_is_not_there_is_named() {
    single_case(Factory { promise: 0 }, "clock::unknown").await;
}

async fn broken_cases(factory: Factory) -> impl Iterator<Item = (u8, &'static str)> {
    let broken = broken_promises(factory).await;
    broken.into_iter().map(|found| (found.promise, found.case))
}

#[test]
fn every_promise_of_the_contract_has_a_case() {
    let checked: BTreeSet<u8> = report_pipeline_conformance::cases()
        .map(|(promise, _)| promise)
        .collect();
    let promised: BTreeSet<u8> = include_str!("../src/store/contract.md")
        .lines()
        .filter_map(|line| line.split_once(". **")?.0.parse().ok())
        .collect();
    assert_eq!(promised, (1..=20).collect());
    assert_eq!(checked, promised);
}

#[test]
fn every_case_is_in_the_guide_and_the_guide_names_no_other() {
    let guide = include_str!("../docs/store-contract.md");
    let named: BTreeSet<&str> = guide
        .split('`')
        .filter(|word| word.contains("::") && !word.contains(' '))
        .collect();
    let listed: BTreeSet<&str> = report_pipeline_conformance::cases()
        .map(|(_, name)| name)
        .collect();
    assert_eq!(named, listed);
}
