//! Promise 13: lost leases, failed attempts and releases are three different things.

use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::Outcome;
use report_pipeline::{FailureKind, JobId, Phase, Status};

use crate::harness::{
    EXPIRED, Harness, SHORT, StoreUnderTest, assert_failed, assert_lease_lost, completed, failure,
    retry,
};

pub(super) async fn a_poison_job_is_failed_by_claim(harness: &Harness<'_>) {
    for max_crashes in [1, 3] {
        let store = harness.store().await;
        let id = poison(&store, max_crashes).await;
        for crash in 1..=max_crashes {
            let lease = store.let_lease_expire().await;
            assert_eq!(lease.job(), id, "crash {crash} of {max_crashes}");
        }
        assert_eq!(
            store.job(id).await.status,
            Status::Processing,
            "nobody has looked yet"
        );
        store.claim_nothing().await;
        assert_poisoned(&store, id, max_crashes).await;
    }
}

pub(super) async fn a_poison_job_is_failed_by_sweep(harness: &Harness<'_>) {
    for max_crashes in [1, 3] {
        let store = harness.store().await;
        let id = poison(&store, max_crashes).await;
        for crash in 1..=max_crashes {
            let lease = store.let_lease_expire().await;
            let swept = store.sweep_up_to(10).await;
            let last = usize::from(crash == max_crashes);
            assert_eq!((swept.requeued, swept.failed), (1 - last, last));
            assert_lease_lost(id, store.finish(&lease, completed()).await);
        }
        assert_poisoned(&store, id, max_crashes).await;
        store.claim_nothing().await;
    }
}

pub(super) async fn crashes_and_failures_are_counted_apart(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.create(store.new_job().with_max_crashes(4)).await.id;
    let counted = async |attempt: u32, failures: u32, crashes: u32, when: &str| {
        let job = store.job(id).await;
        let found = (job.attempt, job.failures, job.crashes);
        assert_eq!(found, (attempt, failures, crashes), "{when}");
    };
    counted(0, 0, 0, "submitted").await;
    let mut lease = store.claim_one().await.lease;
    counted(1, 0, 0, "claimed").await;
    for (kind, failures) in [
        (FailureKind::Transient, 1),
        (FailureKind::TimedOut, 2),
        (FailureKind::Panicked, 3),
    ] {
        if store.job(id).await.status != Status::Processing {
            lease = store.claim_one().await.lease;
        }
        store
            .requeue(&lease, retry(Duration::ZERO, failure(kind)))
            .await;
        let job = store.job(id).await;
        assert_eq!((job.failures, job.crashes), (failures, 0), "{kind}");
        assert_eq!(job.failure, Some(failure(kind)));
    }
    counted(3, 3, 0, "three attempts").await;
    store.let_lease_expire().await;
    counted(4, 3, 0, "the lease has expired, and nobody has looked").await;
    let lease = store.claim_one().await.lease;
    counted(5, 3, 1, "taken over").await;
    let output = Bytes::from_static(b"1");
    store
        .checkpoint(&lease, Phase::Scraping, output)
        .await
        .expect("kept");
    counted(5, 0, 1, "the next phase: crashes belong to the job").await;
    let beat = store.beat(SHORT, None);
    store
        .heartbeat(&lease, beat)
        .await
        .expect("the lease holds");
    store.pass(EXPIRED).await;
    store.sweep_up_to(10).await;
    counted(5, 0, 2, "swept").await;
    // A job that waits again after a crash says so.
    let left = store.job(id).await.failure.map(|failure| failure.kind());
    assert_eq!(left, Some(FailureKind::Crashed));
    let lease = store.claim_one().await.lease;
    store.complete(&lease).await;
    let job = store.job(id).await;
    assert_eq!(
        (job.crashes, job.failure),
        (2, None),
        "what ended well has no failure"
    );
}

pub(super) async fn a_released_job_counts_as_neither(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.create(store.new_job().with_max_crashes(1)).await.id;
    for _ in 0..5 {
        let claimed = store.claim_one().await;
        assert_eq!(claimed.job.attempt, 1, "the attempt is uncounted each time");
        store.requeue(&claimed.lease, Outcome::Released).await;
        let job = store.job(id).await;
        assert_eq!((job.attempt, job.failures, job.crashes), (0, 0, 0));
        assert_eq!((job.failure, job.next_attempt_at), (None, None));
    }
    // Nor when the worker releases after its lease has expired, if nobody has claimed the job.
    let lease = store.let_lease_expire().await;
    store.requeue(&lease, Outcome::Released).await;
    assert_eq!(store.job(id).await.crashes, 0);
    let lease = store.claim_one().await.lease;
    store.complete(&lease).await;
}

pub(super) async fn a_new_phase_begins_with_no_failures(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    let transient = || retry(Duration::ZERO, failure(FailureKind::Transient));
    let output = Bytes::from_static(b"1");
    for phase in [Phase::Scraping, Phase::Analysis] {
        for _ in 0..2 {
            let lease = store.claim_one().await.lease;
            store.requeue(&lease, transient()).await;
        }
        assert_eq!(store.job(id).await.failures, 2, "{phase}");
        let lease = store.claim_one().await.lease;
        store
            .checkpoint(&lease, phase, output.clone())
            .await
            .expect("kept");
        let job = store.job(id).await;
        assert_eq!((job.failures, Some(job.phase)), (0, phase.next()));
        store.requeue(&lease, Outcome::Released).await;
    }
    // Replacing the output of an earlier phase is not a new phase.
    let lease = store.claim_one().await.lease;
    store.requeue(&lease, transient()).await;
    let lease = store.claim_one().await.lease;
    store
        .checkpoint(&lease, Phase::Scraping, output)
        .await
        .expect("replaced");
    assert_eq!(store.job(id).await.failures, 1);
}

async fn poison(store: &StoreUnderTest<'_>, max_crashes: u32) -> JobId {
    let new = store.new_job().with_max_crashes(max_crashes);
    store.create(new).await.id
}

async fn assert_poisoned(store: &StoreUnderTest<'_>, id: JobId, max_crashes: u32) {
    let job = store.job(id).await;
    assert_failed(&job, FailureKind::Crashed);
    assert_eq!((job.crashes, job.failures), (max_crashes, 0));
    assert_eq!(job.attempt, max_crashes);
}
