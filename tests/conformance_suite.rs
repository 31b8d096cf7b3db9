//! The suite can fail: for each promise there is a store that breaks it, and the suite says so.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{
    ClaimRequest, ClaimedJob, Heartbeat, HeartbeatReply, InFlightLimits, Lease, Outcome,
    PauseRequest, SaveRequest, Stats, SweepRequest, SweepStats, WatchRequest,
};
use report_pipeline::testing::conformance::{
    BrokenPromise, StoreFactory, StoreSetup, broken_promises,
};
use report_pipeline::{
    Job, JobId, JobStore, MemoryOptions, MemoryStore, NewJob, Phase, Platform, Status, StoreError,
    StoreLimits, Submitted, Version, async_trait,
};

/// No promise: a store whose sweep never answers.
const HANGS: u8 = u8::MAX;

/// A memory store that breaks the promise of this number.
#[derive(Debug)]
struct Breaks {
    promise: u8,
    store: MemoryStore,
    finished: Mutex<HashSet<Lease>>,
    asked: Mutex<HashSet<JobId>>,
    saves: AtomicU32,
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
            // It keeps no input.
            19 => job = job.with_input(Bytes::new()),
            _ => {}
        }
        self.store.submit(job).await
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
        self.store.claim(request).await
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
                _ => {}
            }
        }
        Ok(job)
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
        }
        let mut options = MemoryOptions::new().with_limits(limits);
        if self.promise != 15 {
            options = options.with_retention(setup.retention);
        }
        let breaks = Breaks {
            promise: self.promise,
            store: options.build(),
            finished: Mutex::default(),
            asked: Mutex::default(),
            saves: AtomicU32::new(0),
        };
        ((), breaks)
    }

    async fn damage(&self, (): &(), _: &Breaks, _: JobId) -> bool {
        // It does not notice damage.
        self.promise == 17
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

async fn cases(factory: Factory) -> impl Iterator<Item = (u8, &'static str)> {
    let broken = broken_promises(factory).await;
    broken.into_iter().map(|found| (found.promise, found.case))
}
