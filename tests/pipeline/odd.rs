//! Odd settings and odd stores: the shortest and the longest of everything, stores that return
//! early, always have more to do, or panic.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use report_pipeline::store::{
    ClaimEndedRequest, ClaimRequest, ClaimedJob, Delivery, EndedJob, FindRequest, Heartbeat,
    HeartbeatReply, JobPage, JobStoreExt, Lease, ListRequest, Outcome, PauseRequest, Receipt,
    SaveRequest, Stats, SweepRequest, SweepStats, WatchRequest, WorkerId,
};
use report_pipeline::testing::mock::Step;
use report_pipeline::{
    Backoff, Client, Job, JobId, JobStore, MemoryStore, NewJob, Phase, Platform, RetryPolicy,
    Status, StoreError, Submitted,
};

use super::fixture::{Fixture, seconds, target};

/// Runs a program on a single-threaded runtime in a thread; false if it does not end in 3 s.
fn ends<F: Future<Output = ()>>(program: impl FnOnce() -> F + Send + 'static) -> bool {
    let (done, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(program());
        _ = done.send(());
    });
    ended.recv_timeout(Duration::from_secs(3)).is_ok()
}

/// A store whose waits return early, as promise 11 allows; may also panic once in a heartbeat.
#[derive(Debug)]
struct Odd {
    inner: MemoryStore,
    early: bool,
    panics: AtomicUsize,
    more_for_ever: bool,
    calls: Arc<AtomicUsize>,
}
impl Odd {
    fn new() -> Self {
        Self {
            inner: MemoryStore::new(),
            early: false,
            panics: AtomicUsize::new(0),
            more_for_ever: false,
            calls: Arc::default(),
        }
    }
}
#[async_trait]
impl JobStore for Odd {
    async fn submit(&self, job: NewJob) -> Result<Submitted, StoreError> {
        self.inner.submit(job).await
    }
    async fn claim(&self, mut request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if self.early {
            tokio::task::yield_now().await;
            request.wait = Duration::ZERO;
        }
        self.inner.claim(request).await
    }
    async fn heartbeat(
        &self,
        lease: &Lease,
        beat: Heartbeat,
    ) -> Result<HeartbeatReply, StoreError> {
        if self.panics.load(Ordering::Relaxed) > 0 {
            self.panics.fetch_sub(1, Ordering::Relaxed);
            panic!("a bug in a store's heartbeat");
        }
        self.inner.heartbeat(lease, beat).await
    }
    async fn save(
        &self,
        lease: &Lease,
        request: SaveRequest,
    ) -> Result<HeartbeatReply, StoreError> {
        self.inner.save(lease, request).await
    }
    async fn checkpoint(
        &self,
        lease: &Lease,
        phase: Phase,
        output: Bytes,
    ) -> Result<HeartbeatReply, StoreError> {
        self.inner.checkpoint(lease, phase, output).await
    }
    async fn finish(&self, lease: &Lease, outcome: Outcome) -> Result<Status, StoreError> {
        self.inner.finish(lease, outcome).await
    }
    async fn cancel(&self, id: JobId) -> Result<Status, StoreError> {
        self.inner.cancel(id).await
    }
    async fn pause(&self, request: PauseRequest) -> Result<(), StoreError> {
        self.inner.pause(request).await
    }
    async fn unpause(&self, platform: &Platform) -> Result<(), StoreError> {
        self.inner.unpause(platform).await
    }
    async fn get(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        self.inner.get(id).await
    }
    async fn get_many(&self, ids: &[JobId]) -> Result<Vec<Option<Job>>, StoreError> {
        self.inner.get_many(ids).await
    }
    async fn find(&self, request: FindRequest) -> Result<Option<Job>, StoreError> {
        self.inner.find(request).await
    }
    async fn delete(&self, id: JobId) -> Result<(), StoreError> {
        self.inner.delete(id).await
    }
    async fn list(&self, request: ListRequest) -> Result<JobPage, StoreError> {
        self.inner.list(request).await
    }
    async fn claim_ended(&self, request: ClaimEndedRequest) -> Result<Vec<EndedJob>, StoreError> {
        self.inner.claim_ended(request).await
    }
    async fn acknowledge(&self, receipt: &Receipt, delivery: Delivery) -> Result<(), StoreError> {
        self.inner.acknowledge(receipt, delivery).await
    }
    async fn report(&self, id: JobId) -> Result<Option<Bytes>, StoreError> {
        self.inner.report(id).await
    }
    async fn changed(&self, mut request: WatchRequest) -> Result<Option<Job>, StoreError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if self.early {
            tokio::task::yield_now().await;
            request.wait = Duration::ZERO;
        }
        self.inner.changed(request).await
    }
    async fn sweep(&self, request: SweepRequest) -> Result<SweepStats, StoreError> {
        let mut swept = self.inner.sweep(request).await?;
        swept.more |= self.more_for_ever;
        Ok(swept)
    }
    async fn stats(&self) -> Result<Stats, StoreError> {
        self.inner.stats().await
    }
    async fn check(&self) -> Result<(), StoreError> {
        self.inner.check().await
    }
}

#[test]
fn a_claim_that_does_not_wait_does_not_hang_the_runtime() {
    assert!(ends(|| async {
        let fixture = Fixture::new();
        let _workers = fixture
            .builder()
            .with_claim_wait(Duration::ZERO)
            .build()
            .start();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }));
}

#[tokio::test]
async fn early_replies_to_a_claim_are_no_storm() {
    let fixture = Fixture::new();
    let mut odd = Odd::new();
    odd.early = true;
    let calls = Arc::clone(&odd.calls);
    let _workers = fixture.builder_on(Client::new(odd)).build().start();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let calls = calls.load(Ordering::Relaxed);
    assert!(calls < 100, "{calls} claims in half an idle second");
}

#[tokio::test]
async fn early_replies_to_a_watcher_are_no_storm() {
    let mut odd = Odd::new();
    odd.early = true;
    let calls = Arc::clone(&odd.calls);
    let client = Client::new(odd);
    let id = client.submit(target("nasa")).await.unwrap().job().id;
    let changes = client.watch(id);
    let watcher = tokio::spawn(async move { changes.for_each(async |_| {}).await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    watcher.abort();
    let calls = calls.load(Ordering::Relaxed);
    assert!(calls < 100, "{calls} calls in half a second");
}

#[test]
fn a_sweep_in_steps_of_none_ends() {
    assert!(ends(|| async {
        MemoryStore::new().sweep_all(0).await.unwrap();
    }));
}

#[test]
fn a_store_that_always_has_more_to_sweep_leaves_the_runtime_alive() {
    assert!(ends(|| async {
        let fixture = Fixture::new();
        let mut odd = Odd::new();
        odd.more_for_ever = true;
        // The memory store sleeps only if it has more itself.
        let _workers = fixture
            .builder_on(Client::new(odd))
            .with_sweep_interval(Duration::from_millis(10))
            .build()
            .start();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }));
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_heartbeat_does_not_end_the_renewal_of_leases() {
    let fixture = Fixture::new();
    fixture
        .scraper
        .always(Step::succeed("s".into()).taking(seconds(50)));
    let odd = Odd::new();
    odd.panics.store(1, Ordering::Relaxed);
    let client = Client::new(odd);
    let _w = fixture.builder_on(client.clone()).build().start();
    for n in 0..3 {
        let id = client
            .submit(target(&format!("user{n}")))
            .await
            .unwrap()
            .job()
            .id;
        let last = client
            .watch(id)
            .map(Result::unwrap)
            .fold(None, async |_, j| Some(j))
            .await
            .unwrap();
        assert_eq!((last.status, last.crashes), (Status::Completed, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_lease_of_no_time_is_claimed_once() {
    let store = MemoryStore::new();
    store
        .submit(NewJob::new(JobId::random(), target("nasa")))
        .await
        .unwrap();
    let mut request = ClaimRequest::new(WorkerId::unique());
    request.lease = Duration::ZERO;
    request.max = 8;
    let claimed = store.claim(request).await.unwrap();
    assert_eq!(claimed.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_longest_waits_for_the_store_do_no_harm() {
    let fixture = Fixture::new();
    for (name, builder) in [
        (
            "claim_wait",
            fixture.builder().with_claim_wait(Duration::MAX),
        ),
        (
            "store_timeout",
            fixture.builder().with_store_timeout(Duration::MAX),
        ),
    ] {
        let _workers = builder.build().start();
        let id = fixture.submit(name).await;
        let ended = tokio::time::timeout(seconds(600), fixture.ended(id)).await;
        assert!(ended.is_ok(), "{name}: no worker is left");
    }
}

#[tokio::test(start_paused = true)]
async fn the_longest_cancel_grace_does_no_harm() {
    let fixture = Fixture::new();
    let workers = fixture
        .builder()
        .with_cancel_grace(Duration::MAX)
        .build()
        .start();
    let drained = workers.drain(seconds(20)).await;
    assert_eq!(drained.unreleased, 0);
}

#[tokio::test(start_paused = true)]
async fn the_longest_of_everything_else_does_no_harm() {
    let fixture = Fixture::new();
    let max = Duration::MAX;
    let retry = RetryPolicy::default()
        .with_backoff(Backoff::new(max).with_cap(max))
        .with_max_wait(max);
    fixture
        .scraper
        .next(Step::transient("x").taking(seconds(1)));
    let client = fixture
        .client
        .clone()
        .with_deadline(Some(max))
        .with_max_age(Some(max))
        .with_call_timeout(max);
    let workers = fixture
        .builder_on(client.clone())
        .with_lease(max)
        .with_progress_interval(max)
        .with_sweep_interval(max)
        .with_timeout(Phase::Scraping, max)
        .with_retry(Phase::Scraping, retry)
        .build()
        .start();
    let id = client.submit(target("nasa")).await.unwrap().job().id;
    tokio::time::sleep(seconds(5)).await;
    // Retried in some centuries or given up for that: either way it does not run any more.
    assert_ne!(fixture.job(id).await.status, Status::Processing);
    assert!(client.retry_after(&fixture.job(id).await) >= seconds(1));
    let id = client.submit(target("b")).await.unwrap().job().id;
    fixture.ended(id).await;
    workers.drain(max).await;
}
