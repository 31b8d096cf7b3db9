//! What every case needs: a store, jobs for it, and the passing of time.

use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use report_pipeline::store::{
    ClaimRequest, ClaimedJob, Heartbeat, InFlightLimits, JobStore, Lease, NewJob, Outcome,
    PauseRequest, StoreError, Submitted, SweepRequest, SweepStats, WorkerId,
};
use report_pipeline::{
    Failure, FailureKind, Handle, Job, JobId, Phase, Platform, Progress, Status, Target,
};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::erased::{AnyFactory, Built};
use crate::setup::StoreSetup;

/// A lease, in ticks, that is meant to expire: it has after [`EXPIRED`] ticks.
pub(super) const SHORT: u32 = 4;
pub(super) const EXPIRED: u32 = 6;
/// Longer, in ticks, than any case takes.
pub(super) const LONG: u32 = 100_000;
/// How many ticks a wake-up may take, and how long at most: where ticks are long, a store that only asks every
/// 15 s must not pass.
pub(super) const PROMPT: u32 = 20;
const PROMPT_AT_MOST: Duration = Duration::from_secs(4);

/// Makes stores for one run of a case, and knows how time passes for them.
pub(super) struct Harness<'a> {
    factory: &'a dyn AnyFactory,
    tick: Duration,
    begun: Instant,
    /// Nanoseconds that went by on purpose: time that was let pass, stores that were made.
    intended: AtomicU64,
}

impl<'a> Harness<'a> {
    /// A tick is so many times as long as the factory says.
    pub(super) fn new(factory: &'a dyn AnyFactory, stretch: u32) -> Self {
        Self {
            factory,
            tick: factory.tick() * stretch,
            begun: Instant::now(),
            intended: AtomicU64::new(0),
        }
    }

    pub(super) fn ticks(&self, ticks: u32) -> Duration {
        self.tick * ticks
    }

    /// Lets time pass.
    pub(super) async fn pass(&self, ticks: u32) {
        let time = self.ticks(ticks);
        self.factory.advance(time).await;
        self.intend(time);
    }

    /// Whether all else that the case did has taken longer than a tick: then what a short lease was to show
    /// may have been over before the case looked, and a failure says nothing.
    pub(super) fn was_slow(&self) -> bool {
        let intended = Duration::from_nanos(self.intended.load(Ordering::Relaxed));
        self.begun.elapsed().saturating_sub(intended) > self.tick
    }

    fn intend(&self, time: Duration) {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.intended.fetch_add(nanos, Ordering::Relaxed);
    }

    /// A setup without limits, whose retention no case outlives.
    pub(super) fn setup(&self) -> StoreSetup {
        StoreSetup::unlimited(self.ticks(LONG))
    }

    pub(super) async fn store(&'a self) -> StoreUnderTest<'a> {
        self.store_with(self.setup()).await
    }

    pub(super) async fn store_with(&'a self, setup: StoreSetup) -> StoreUnderTest<'a> {
        let begun = Instant::now();
        let built = self.factory.build(setup).await;
        self.intend(begun.elapsed());
        StoreUnderTest {
            harness: self,
            built,
            targets: AtomicUsize::new(0),
        }
    }
}

/// The store under test. It dereferences to the store; its methods are for what cases do often and
/// expect to succeed.
pub(super) struct StoreUnderTest<'a> {
    harness: &'a Harness<'a>,
    built: Box<dyn Built + 'a>,
    targets: AtomicUsize,
}

impl Deref for StoreUnderTest<'_> {
    type Target = Arc<dyn JobStore>;

    fn deref(&self) -> &Self::Target {
        self.built.store()
    }
}

impl<'a> StoreUnderTest<'a> {
    /// Closes the store and opens what it has kept again, if that can be.
    pub(super) async fn reopened(self) -> Option<StoreUnderTest<'a>> {
        Some(StoreUnderTest {
            harness: self.harness,
            built: self.built.reopen().await?,
            targets: self.targets,
        })
    }

    pub(super) fn ticks(&self, ticks: u32) -> Duration {
        self.harness.ticks(ticks)
    }

    pub(super) async fn pass(&self, ticks: u32) {
        self.harness.pass(ticks).await;
    }

    /// The store for a task of its own.
    pub(super) fn shared(&self) -> Arc<dyn JobStore> {
        Arc::clone(self.built.store())
    }

    pub(super) async fn damage(&self, id: JobId) -> bool {
        self.built.damage(id).await
    }

    /// Another store over the same jobs, if there can be one.
    pub(super) async fn another(&self) -> Option<Arc<dyn JobStore>> {
        self.built.another().await
    }

    /// A target that no other job of this case has.
    pub(super) fn target_on(&self, platform: &Platform) -> Target {
        let number = self.targets.fetch_add(1, Ordering::Relaxed);
        Target::new(platform.clone(), handle(&format!("account{number}")))
    }

    pub(super) fn new_job(&self) -> NewJob {
        self.new_job_on(&Platform::default())
    }

    /// A new job without a deadline.
    pub(super) fn new_job_on(&self, platform: &Platform) -> NewJob {
        NewJob::new(JobId::random(), self.target_on(platform)).with_deadline(None)
    }

    pub(super) async fn submit_new(&self) -> JobId {
        self.create(self.new_job()).await.id
    }

    pub(super) async fn submit_on(&self, platform: &Platform) -> JobId {
        self.create(self.new_job_on(platform)).await.id
    }

    /// Submits so many jobs on a platform, several at a time.
    pub(super) async fn submit_many(&self, count: usize, platform: &Platform) {
        let mut submits = FuturesUnordered::new();
        for _ in 0..count {
            submits.push(self.submit_on(platform));
            if submits.len() == 64 {
                submits.next().await;
            }
        }
        while submits.next().await.is_some() {}
    }

    pub(super) async fn create(&self, job: NewJob) -> Job {
        let id = job.id;
        match self.submit(job).await {
            Ok(Submitted::Created(job)) => {
                assert_eq!(job.id, id, "a new job has the id it was submitted with");
                job
            }
            other => panic!("a submit should make a new job: {other:?}"),
        }
    }

    /// A request for one job under a long lease.
    pub(super) fn request(&self) -> ClaimRequest {
        ClaimRequest::new(WorkerId::unique()).with_lease(self.ticks(LONG))
    }

    pub(super) async fn claim_up_to(&self, max: usize) -> Vec<ClaimedJob> {
        self.claim_as(self.request().with_max(max)).await
    }

    pub(super) async fn claim_as(&self, request: ClaimRequest) -> Vec<ClaimedJob> {
        let (max, token) = (request.max, request.token);
        let claimed = self.claim(request).await.expect("a claim succeeds");
        assert!(claimed.len() <= max, "{} jobs for {max}", claimed.len());
        for one in &claimed {
            assert_eq!(one.job.status, Status::Processing, "{one:?}");
            assert_eq!(one.lease.job(), one.job.id, "{one:?}");
            assert_eq!(one.lease.token(), token, "{one:?}");
        }
        claimed
    }

    /// Claims the one job that is there.
    pub(super) async fn claim_one(&self) -> ClaimedJob {
        self.claim_for(LONG).await
    }

    pub(super) async fn claim_for(&self, lease: u32) -> ClaimedJob {
        let request = self.request().with_lease(self.ticks(lease));
        let claimed = self.claim_as(request).await.pop();
        claimed.expect("a ready job is claimed")
    }

    pub(super) async fn claim_nothing(&self) {
        let claimed = self.claim_up_to(10).await;
        assert!(claimed.is_empty(), "nothing is to be claimed: {claimed:?}");
    }

    /// Claims the one job that is there and lets its lease expire.
    pub(super) async fn let_lease_expire(&self) -> Lease {
        let lease = self.claim_for(SHORT).await.lease;
        self.pass(EXPIRED).await;
        lease
    }

    pub(super) async fn job(&self, id: JobId) -> Job {
        let job = self.get(id).await.expect("a read succeeds");
        job.unwrap_or_else(|| panic!("job {id} is there"))
    }

    pub(super) async fn progress(&self, lease: &Lease, percent: u8) {
        let beat = self.beat(LONG, Some(percent));
        self.heartbeat(lease, beat).await.expect("the lease holds");
    }

    pub(super) fn beat(&self, lease: u32, percent: Option<u8>) -> Heartbeat {
        Heartbeat::new(self.ticks(lease)).with_progress(percent.map(Progress::from_percent))
    }

    /// Takes a held job through its phases to a report.
    pub(super) async fn complete(&self, lease: &Lease) {
        for phase in [Phase::Scraping, Phase::Analysis] {
            let output = Bytes::from_static(b"\"output\"");
            let kept = self.checkpoint(lease, phase, output).await;
            kept.expect("a checkpoint is kept");
        }
        let status = self.finish(lease, completed()).await;
        assert_eq!(status.expect("a report is kept"), Status::Completed);
    }

    /// Submits, claims and completes a job.
    pub(super) async fn completed_job(&self) -> Job {
        let id = self.submit_new().await;
        let lease = self.claim_one().await.lease;
        self.complete(&lease).await;
        self.job(id).await
    }

    /// Ends a held job as a failed one.
    pub(super) async fn fail(&self, lease: &Lease) {
        let outcome = Outcome::Failed(failure(FailureKind::Permanent));
        let status = self.finish(lease, outcome).await.expect("the lease holds");
        assert_eq!(status, Status::Failed);
    }

    pub(super) async fn requeue(&self, lease: &Lease, outcome: Outcome) {
        let status = self.finish(lease, outcome).await.expect("the lease holds");
        assert_eq!(status, Status::Pending);
    }

    pub(super) async fn pause_platform(&self, platform: &Platform, duration: Duration) {
        let request = PauseRequest::new(platform.clone(), duration);
        self.pause(request).await.expect("a platform is paused");
    }

    pub(super) async fn sweep_up_to(&self, limit: usize) -> SweepStats {
        let swept = self.sweep(SweepRequest::new(limit)).await;
        swept.expect("a sweep returns what it did")
    }

    /// Claims on a task of its own, with a wait that is far longer than a wake-up may take.
    /// Returning early with nothing is allowed, so it asks again.
    pub(super) fn claim_waiting(&self, mut request: ClaimRequest) -> JoinHandle<Vec<ClaimedJob>> {
        let (store, tick) = (self.shared(), self.ticks(1));
        request.wait = tick * PROMPT * 10;
        tokio::spawn(async move {
            loop {
                let claimed = store.claim(request.clone()).await;
                let claimed = claimed.expect("a waiting claim succeeds");
                if !claimed.is_empty() {
                    return claimed;
                }
                tokio::time::sleep(tick / 4).await;
            }
        })
    }

    /// Waits for a call that something has just woken, or is to wake in so many ticks.
    pub(super) async fn woken<T>(&self, what: &str, within: u32, call: JoinHandle<T>) -> T {
        let limit = self.ticks(within) + self.ticks(PROMPT).min(PROMPT_AT_MOST);
        let answer = tokio::time::timeout(limit, call).await;
        let answer = answer.unwrap_or_else(|_| panic!("a waiting call slept through {what}"));
        answer.expect("a waiting call does not panic")
    }
}

pub(super) fn platform(name: &str) -> Platform {
    Platform::new(name).expect("a lower-case word names a platform")
}

pub(super) fn limits(platform: &Platform, limit: usize) -> Arc<InFlightLimits> {
    Arc::new(InFlightLimits::none().with(platform.clone(), limit))
}

pub(super) fn failure(kind: FailureKind) -> Failure {
    Failure::new(kind, format!("the attempt ended: {kind}"))
}

pub(super) fn completed() -> Outcome {
    Outcome::Completed(report())
}

pub(super) const fn report() -> Bytes {
    Bytes::from_static(b"{\"report\":true}")
}

pub(super) const fn retry(after: Duration, failure: Failure) -> Outcome {
    Outcome::Retry { after, failure }
}

/// Polls a call some times at most and then drops it.
pub(super) async fn dropped_after<T>(polls: usize, call: impl Future<Output = T>) -> Option<T> {
    let mut call = std::pin::pin!(call);
    for _ in 0..polls {
        if let std::task::Poll::Ready(answer) = futures::poll!(call.as_mut()) {
            return Some(answer);
        }
        tokio::task::yield_now().await;
    }
    None
}

#[track_caller]
pub(super) fn assert_lease_lost<T: fmt::Debug>(id: JobId, answer: Result<T, StoreError>) {
    match answer {
        Err(StoreError::LeaseLost(lost)) => assert_eq!(lost, id),
        other => panic!("the result should be LeaseLost: {other:?}"),
    }
}

#[track_caller]
pub(super) fn assert_not_found<T: fmt::Debug>(id: JobId, answer: Result<T, StoreError>) {
    match answer {
        Err(StoreError::NotFound(absent)) => assert_eq!(absent, id),
        other => panic!("the result should be NotFound: {other:?}"),
    }
}

#[track_caller]
pub(super) fn assert_failed(job: &Job, kind: FailureKind) {
    assert_eq!(job.status, Status::Failed, "{job:?}");
    let found = job.failure.as_ref().map(Failure::kind);
    assert_eq!(found, Some(kind), "{job:?}");
    assert!(job.completed_at.is_some(), "{job:?}");
}

fn handle(name: &str) -> Handle {
    Handle::canonical(name).expect("letters and digits are a handle")
}
