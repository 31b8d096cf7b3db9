//! Promise 11, the second half: a `changed` that waits misses nothing.

use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{Outcome, WatchRequest};
use report_pipeline::{FailureKind, Job, JobId, Phase, Status, Version};
use tokio::task::JoinHandle;

use crate::harness::{
    EXPIRED, Harness, LONG, PROMPT, SHORT, StoreUnderTest, completed, failure, retry,
};

pub(super) async fn changed_wakes_for_every_kind_of_change(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    let mut watch = Watch::begin(&store, id).await;

    let lease = store.claim_one().await.lease;
    watch.wakes(&store, "a claim").await;
    store.progress(&lease, 10).await;
    watch.wakes(&store, "progress").await;
    let output = Bytes::from_static(b"1");
    store
        .checkpoint(&lease, Phase::Scraping, output)
        .await
        .expect("kept");
    watch.wakes(&store, "a checkpoint").await;
    store
        .requeue(
            &lease,
            retry(Duration::ZERO, failure(FailureKind::Transient)),
        )
        .await;
    watch.wakes(&store, "a retry").await;
    let lease = store.claim_one().await.lease;
    watch.wakes(&store, "another claim").await;
    store.requeue(&lease, Outcome::Released).await;
    watch.wakes(&store, "a release").await;
    store.let_lease_expire().await;
    watch.wakes(&store, "a third claim").await;
    store.sweep_up_to(10).await;
    watch.wakes(&store, "a rescue").await;
    store.let_lease_expire().await;
    watch.wakes(&store, "a fourth claim").await;
    let lease = store.claim_one().await.lease;
    watch.wakes(&store, "a takeover").await;
    store.cancel(id).await.expect("it is there");
    watch.wakes(&store, "a cancel request").await;
    store
        .finish(&lease, completed())
        .await
        .expect("the lease holds");
    assert_eq!(watch.wakes(&store, "its end").await.status, Status::Failed);
    watch.stop();

    // Many watchers of one job are all woken; and for the good end and the swift one too.
    let id = store.submit_new().await;
    let lease = store.claim_one().await.lease;
    let mut watchers = Vec::new();
    for _ in 0..5 {
        watchers.push(Watch::begin(&store, id).await);
    }
    store
        .finish(&lease, completed())
        .await
        .expect("the lease holds");
    for mut watch in watchers {
        assert_eq!(
            watch.wakes(&store, "its report").await.status,
            Status::Completed
        );
        watch.stop();
    }
    let id = store.submit_new().await;
    let mut watch = Watch::begin(&store, id).await;
    store.cancel(id).await.expect("it is there");
    assert_eq!(
        watch.wakes(&store, "its cancelling").await.status,
        Status::Failed
    );
    watch.stop();
    let new = store.new_job().with_deadline(Some(store.ticks(SHORT)));
    let id = store.create(new).await.id;
    let mut watch = Watch::begin(&store, id).await;
    store.pass(EXPIRED).await;
    store.sweep_up_to(10).await;
    assert_eq!(
        watch.wakes(&store, "its deadline").await.status,
        Status::Failed
    );
    watch.stop();
}

pub(super) async fn changed_returns_at_once_or_at_the_end_of_its_wait(harness: &Harness<'_>) {
    let store = harness.store().await;
    let wait = store.ticks(LONG);
    let within = async |what: &str, id: JobId, after: Version, wait: Duration| {
        let request = WatchRequest::new(id, after).with_wait(wait);
        let result = tokio::time::timeout(store.ticks(PROMPT), store.changed(request)).await;
        let result = result.unwrap_or_else(|_| panic!("{what} waited too long"));
        result.expect("a read succeeds")
    };
    let absent = within("an absent job", JobId::random(), Version::ZERO, wait).await;
    assert_eq!(absent, None);

    let id = store.submit_new().await;
    let job = store.job(id).await;
    let news = within("a version that is there", id, Version::ZERO, wait).await;
    assert_eq!(news.as_ref(), Some(&job));
    let none = within("a wait of nothing", id, job.version, Duration::ZERO).await;
    assert_eq!(none.as_ref(), Some(&job));
    let short = store.ticks(3);
    let none = within("a short wait", id, job.version, short).await;
    assert_eq!(
        none.as_ref(),
        Some(&job),
        "at the end of the wait: as it is"
    );
    let ahead = Version::from_number(job.version.number() + 100);
    let none = within("a version that is not there yet", id, ahead, short).await;
    assert_eq!(none, Some(job));
}

pub(super) async fn changed_misses_nothing_that_happens_as_it_begins(harness: &Harness<'_>) {
    const RACES: usize = 100;
    let store = harness.store().await;
    let mut calls = Vec::new();
    for race in 0..RACES {
        let id = store.submit_new().await;
        let seen = store.job(id).await.version;
        // Each time the change comes a little later: before the call, while it looks, while it waits.
        let call = Watch::call(&store, id, seen);
        let shared = store.shared();
        let change = tokio::spawn(async move {
            for _ in 0..race % 10 {
                tokio::task::yield_now().await;
            }
            shared.cancel(id).await
        });
        calls.push((call, change));
    }
    for (call, change) in calls {
        change.await.expect("no panic").expect("it is there");
        let job = store.woken("a change that came as it began", 0, call).await;
        assert_eq!(job.status, Status::Failed);
    }
}

/// One reader that is woken for one change after the other.
struct Watch {
    seen: Version,
    call: JoinHandle<Job>,
    id: JobId,
}

impl Watch {
    async fn begin(store: &StoreUnderTest<'_>, id: JobId) -> Self {
        let seen = store.job(id).await.version;
        let call = Self::call(store, id, seen);
        // Lets the call begin to wait.
        store.pass(1).await;
        Self { seen, call, id }
    }

    fn call(store: &StoreUnderTest<'_>, id: JobId, seen: Version) -> JoinHandle<Job> {
        let (store, wait) = (store.shared(), store.ticks(PROMPT * 10));
        let pause = wait / 1000;
        tokio::spawn(async move {
            loop {
                let request = WatchRequest::new(id, seen).with_wait(wait);
                let result = store.changed(request).await;
                let job = result.expect("a read succeeds").expect("it is there");
                if job.version > seen {
                    return job;
                }
                tokio::time::sleep(pause).await;
            }
        })
    }

    async fn wakes(&mut self, store: &StoreUnderTest<'_>, what: &str) -> Job {
        let call = std::mem::replace(&mut self.call, tokio::spawn(std::future::pending()));
        let job = store.woken(what, 0, call).await;
        assert!(job.version > self.seen);
        *self = Self::begin(store, self.id).await;
        job
    }

    fn stop(self) {
        self.call.abort();
    }
}
