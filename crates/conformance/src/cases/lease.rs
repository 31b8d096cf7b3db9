//! Promises 2 and 3: fences and leases.

use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{ClaimToken, Fence, Lease, Outcome};
use report_pipeline::{FailureKind, JobId, Phase, Status};

use crate::harness::{
    EXPIRED, Harness, LONG, SHORT, StoreUnderTest, assert_lease_lost, completed, failure, platform,
    retry,
};

pub(super) async fn fences_grow_with_every_claim_and_reclaim(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.create(store.new_job().with_max_crashes(100)).await.id;
    let mut last: Option<Fence> = None;
    for round in 0..8 {
        let lease = store.claim_for(SHORT).await.lease;
        assert_eq!(lease.job(), id);
        assert!(
            last < Some(lease.fence()),
            "{last:?} then {:?}",
            lease.fence()
        );
        last = Some(lease.fence());
        match round % 4 {
            0 => store.requeue(&lease, Outcome::Released).await,
            1 => {
                let outcome = retry(Duration::ZERO, failure(FailureKind::Transient));
                store.requeue(&lease, outcome).await;
            }
            2 => store.pass(EXPIRED).await,
            _ => {
                store.pass(EXPIRED).await;
                store.sweep_up_to(10).await;
            }
        }
    }
}

pub(super) async fn an_old_lease_is_lost_and_changes_nothing(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    let old = store.let_lease_expire().await;
    let new = store.claim_one().await.lease;
    let before = store.job(id).await;

    assert_refused(&store, &old).await;
    assert_eq!(store.job(id).await, before);

    // Neither does it touch the job once the new holder has ended it.
    store.complete(&new).await;
    let before = store.job(id).await;
    assert_refused(&store, &old).await;
    assert_eq!(store.job(id).await, before);
}

pub(super) async fn a_lease_is_lost_never_not_found(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    setup.retention = harness.ticks(SHORT);
    let store = harness.store_with(setup).await;

    let unknown = Lease::new(JobId::random(), Fence::from_number(1), ClaimToken::random());
    assert_refused(&store, &unknown).await;

    store.submit_new().await;
    let lease = store.claim_one().await.lease;
    store.complete(&lease).await;
    store.pass(EXPIRED).await;
    assert_refused(&store, &lease).await;
    store.sweep_up_to(10).await;
    assert_refused(&store, &lease).await;
}

pub(super) async fn a_lease_of_the_wrong_fence_or_token_is_lost(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    let lease = store.claim_one().await.lease;
    let before = store.job(id).await;

    let (fence, token) = (lease.fence(), lease.token());
    let next = Fence::from_number(fence.number() + 1);
    assert_refused(&store, &Lease::new(id, next, token)).await;
    assert_refused(&store, &Lease::new(id, fence, ClaimToken::random())).await;
    let other = store.submit_new().await;
    assert_refused(&store, &Lease::new(other, fence, token)).await;

    assert_eq!(store.job(id).await, before);
    store.complete(&lease).await;
}

pub(super) async fn a_lease_ends_with_finish(harness: &Harness<'_>) {
    let store = harness.store().await;
    let outcomes = [
        completed(),
        Outcome::Failed(failure(FailureKind::Permanent)),
        retry(store.ticks(LONG), failure(FailureKind::Transient)),
        // Last: it alone leaves a job that can be claimed.
        Outcome::Released,
    ];
    for outcome in outcomes {
        let id = store.submit_new().await;
        let lease = store.claim_one().await.lease;
        store
            .finish(&lease, outcome)
            .await
            .expect("the lease holds");
        let before = store.job(id).await;
        assert_lease_lost(
            id,
            store.heartbeat(&lease, store.beat(LONG, Some(50))).await,
        );
        let output = Bytes::from_static(b"1");
        assert_lease_lost(id, store.checkpoint(&lease, Phase::Scraping, output).await);
        assert_eq!(store.job(id).await, before);
    }
}

pub(super) async fn sweep_reclaims_as_claim_does(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    let old = store.let_lease_expire().await;
    let swept = store.sweep_up_to(10).await;
    assert_eq!((swept.requeued, swept.failed, swept.removed), (1, 0, 0));
    let before = store.job(id).await;
    assert_eq!((before.status, before.crashes), (Status::Pending, 1));

    assert_refused(&store, &old).await;
    assert_eq!(store.job(id).await, before);

    let claimed = store.claim_one().await;
    assert!(claimed.lease.fence() > old.fence());
    assert_eq!(claimed.job.crashes, 1, "one lost lease is counted once");
}

pub(super) async fn an_expired_lease_is_valid_until_reclaimed(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    let lease = store.let_lease_expire().await;
    let output = Bytes::from_static(b"1");
    let kept = store.checkpoint(&lease, Phase::Scraping, output).await;
    kept.expect("nobody has taken the job");
    // The heartbeat makes the lease whole again.
    store.progress(&lease, 40).await;
    store.claim_nothing().await;
    assert_eq!(store.job(id).await.crashes, 0);
    let beat = store.beat(SHORT, None);
    store
        .heartbeat(&lease, beat)
        .await
        .expect("the lease holds");
    store.pass(EXPIRED).await;
    let status = store.finish(&lease, completed()).await;
    assert_eq!(status.expect("nobody has taken the job"), Status::Completed);
}

pub(super) async fn a_heartbeat_keeps_the_job(harness: &Harness<'_>) {
    let store = harness.store().await;
    store.submit_new().await;
    let lease = store.claim_for(SHORT).await.lease;
    for _ in 0..5 {
        store.pass(SHORT / 2).await;
        store.claim_nothing().await;
        let swept = store.sweep_up_to(10).await;
        assert_eq!(swept.requeued, 0, "a living worker keeps its job");
        let beat = store.beat(SHORT, None);
        store
            .heartbeat(&lease, beat)
            .await
            .expect("the lease holds");
    }
    store.pass(EXPIRED).await;
    let taken = store.claim_one().await;
    assert_eq!(taken.lease.job(), lease.job());
}

pub(super) async fn claim_reclaims_without_a_sweep(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    let lease = store.claim_for(SHORT).await.lease;
    let output = Bytes::from_static(b"\"scraped\"");
    let kept = store
        .checkpoint(&lease, Phase::Scraping, output.clone())
        .await;
    kept.expect("the lease holds");
    store.claim_nothing().await;
    store.pass(EXPIRED).await;

    let taken = store.claim_one().await;
    assert_eq!(taken.job.id, id);
    assert_eq!(taken.job.phase, Phase::Analysis);
    assert_eq!(taken.checkpoints.get(Phase::Scraping), Some(&output));
    assert_eq!(taken.checkpoints.get(Phase::Analysis), None);
    assert_eq!((taken.job.attempt, taken.job.crashes), (2, 1));
    store.claim_nothing().await;
}

pub(super) async fn claim_finds_a_claimable_job_behind_others(harness: &Harness<'_>) {
    let store = harness.store().await;
    let paused = platform("paused");
    // Their leases expire first, and none of them may be claimed.
    for _ in 0..3 {
        store.submit_on(&paused).await;
        store.claim_for(SHORT - 1).await;
        store.create(store.new_job().with_max_crashes(1)).await;
        store.claim_for(SHORT - 1).await;
    }
    store.pause_platform(&paused, store.ticks(LONG)).await;
    let takeable = store.submit_new().await;
    store.let_lease_expire().await;
    assert_eq!(store.claim_one().await.job.id, takeable);
    store.claim_nothing().await;
}

pub(super) async fn a_job_has_one_holder_among_many_claimers(harness: &Harness<'_>) {
    const JOBS: usize = 300;
    let store = harness.store().await;
    for _ in 0..JOBS {
        store.submit_new().await;
    }
    let workers: Vec<_> = (0..8)
        .map(|worker| {
            let (store, mut request) = (store.shared(), store.request());
            tokio::spawn(async move {
                let mut held = Vec::new();
                loop {
                    request.token = ClaimToken::random();
                    request.max = 1 + worker % 3;
                    let claimed = store.claim(request.clone()).await.expect("a read succeeds");
                    if claimed.is_empty() {
                        return held;
                    }
                    held.extend(claimed.into_iter().map(|one| one.job.id));
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    let mut held = Vec::new();
    for worker in workers {
        held.extend(worker.await.expect("a worker does not panic"));
    }
    assert_eq!(held.len(), JOBS);
    held.sort_unstable();
    held.dedup();
    assert_eq!(held.len(), JOBS, "a job was handed out twice");
}

/// Every verb that takes a lease refuses this one.
async fn assert_refused(store: &StoreUnderTest<'_>, lease: &Lease) {
    let id = lease.job();
    assert_lease_lost(id, store.heartbeat(lease, store.beat(LONG, Some(77))).await);
    let output = Bytes::from_static(b"\"late\"");
    assert_lease_lost(id, store.checkpoint(lease, Phase::Scraping, output).await);
    for outcome in [
        completed(),
        Outcome::Failed(failure(FailureKind::Permanent)),
        retry(Duration::ZERO, failure(FailureKind::Transient)),
        Outcome::Released,
    ] {
        assert_lease_lost(id, store.finish(lease, outcome).await);
    }
}
