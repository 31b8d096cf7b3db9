//! The suite can fail: for each promise there is a store that breaks it, and the suite says so.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{
    Checkpoints, ClaimRequest, ClaimedJob, FindRequest, Heartbeat, HeartbeatReply, InFlightLimits,
    Lease, Outcome, PauseRequest, SaveRequest, Stats, SweepRequest, SweepStats, WatchRequest,
};
use report_pipeline::testing::conformance::{
    BrokenPromise, StoreFactory, StoreSetup, broken_promises, single_case,
};
use report_pipeline::{
    Failure, FailureKind, Job, JobId, JobStore, MemoryOptions, MemoryStore, NewJob, Phase,
    Platform, Status, StoreError, StoreLimits, Submitted, Version, async_trait,
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
/// A store written before submits had a version, which serves the report of any program.
const IGNORES_VERSIONS: u8 = 108;
const MISTAKES: [(u8, u8); 6] = [
    (STALE_JOINED, 8),
    (CUTS_MESSAGES, 6),
    (HIDES_CRASHES, 13),
    (FORGETS_CHECKPOINTS, 6),
    (AGES_FROM_CREATION, 8),
    (IGNORES_VERSIONS, 8),
];

/// A memory store that breaks the promise of this number.
#[derive(Debug)]
struct Breaks {
    promise: u8,
    store: Arc<MemoryStore>,
    finished: Mutex<HashSet<Lease>>,
    asked: Mutex<HashSet<JobId>>,
    saves: AtomicU32,
    created: Mutex<HashMap<JobId, (Job, Instant)>>,
}

#[async_trait]
impl JobStore for Breaks {
    async fn submit(&self, mut job: NewJob) -> Result<Submitted, StoreError> {
        match self.promise {
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
        let mut claimed = self.store.claim(request).await?;
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

    async fn report(&self, id: JobId) -> Result<Option<Bytes>, StoreError> {
        let report = self.store.report(id).await?;
        // The report comes a moment after the status.
        let late = self.promise == 6 && self.asked.lock().unwrap().insert(id);
        Ok(report.filter(|_| !late))
    }

    async fn changed(&self, request: WatchRequest) -> Result<Option<Job>, StoreError> {
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
            limits = limits
                .with_pending_jobs(setup.pending_jobs.unwrap_or(100_000))
                .with_jobs(setup.jobs.unwrap_or(100_000))
                .with_stored_bytes(setup.stored_bytes.unwrap_or(1 << 30))
                .with_value_bytes(setup.value_bytes.unwrap_or(1 << 20))
                .with_input_bytes(setup.input_bytes.unwrap_or(1 << 16));
            if let Some(jobs) = setup.pending_jobs_per_scope {
                limits = limits.with_pending_jobs_per_scope(jobs);
            }
        }
        let mut options = MemoryOptions::new().with_limits(limits);
        if self.promise != 15 {
            options = options.with_retention(setup.retention);
            if let Some(kept) = setup.failed_checkpoints {
                options = options.with_failed_checkpoints(kept);
            }
        }
        let breaks = Breaks {
            promise: self.promise,
            store: Arc::new(options.build()),
            finished: Mutex::default(),
            asked: Mutex::default(),
            saves: AtomicU32::new(0),
            created: Mutex::default(),
        };
        ((), breaks)
    }

    async fn damage(&self, (): &(), _: &Breaks, _: JobId) -> bool {
        // It does not notice damage.
        self.promise == 17
    }

    async fn another(&self, (): &(), first: &Breaks) -> Option<Breaks> {
        Some(Breaks {
            // It waits as if nobody else could change anything.
            promise: if self.promise == DEAF {
                11
            } else {
                self.promise
            },
            store: Arc::clone(&first.store),
            finished: Mutex::default(),
            asked: Mutex::default(),
            saves: AtomicU32::new(0),
            created: Mutex::default(),
        })
    }
}

#[tokio::test(start_paused = true)]
async fn each_broken_promise_is_noticed_and_named() {
    // What the store without a fault does not pass says nothing about the faults.
    let sound: HashSet<_> = cases(Factory { promise: 0 }).await.collect();
    for promise in 1..=19 {
        let broken: Vec<_> = cases(Factory { promise })
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
async fn mistakes_that_were_once_let_through_are_noticed() {
    for (mistake, promise) in MISTAKES {
        let broken: Vec<_> = cases(Factory { promise: mistake }).await.collect();
        let named = broken.iter().any(|(number, _)| *number == promise);
        assert!(named, "mistake {mistake}, promise {promise}: {broken:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_handle_that_is_not_woken_is_noticed() {
    let broken: Vec<_> = cases(Factory { promise: DEAF }).await.collect();
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

async fn cases(factory: Factory) -> impl Iterator<Item = (u8, &'static str)> {
    let broken = broken_promises(factory).await;
    broken.into_iter().map(|found| (found.promise, found.case))
}
