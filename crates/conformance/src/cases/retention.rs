//! Promises 15 and 17: what a store forgets, and what it keeps apart.

use report_pipeline::store::{Outcome, Stats, StoreError, SweepStats, WatchRequest};
use report_pipeline::{FailureKind, JobId, Status, Version};

use crate::harness::{
    EXPIRED, Harness, LONG, SHORT, StoreUnderTest, assert_lease_lost, assert_not_found, completed,
    failure, platform, retry,
};

pub(super) async fn an_ended_job_says_when_it_expires(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    setup.retention = harness.ticks(50);
    let store = harness.store_with(setup).await;
    let id = store.submit_new().await;
    let lease = store.claim_one().await.lease;
    store.requeue(&lease, Outcome::Released).await;
    assert_eq!(store.job(id).await.expires_at, None, "it has not ended");
    let lease = store.claim_one().await.lease;
    store.complete(&lease).await;
    let waiting = store.submit_new().await;
    store.cancel(waiting).await.expect("it is there");
    for id in [id, waiting] {
        let job = store.job(id).await;
        let (end, expiry) = (job.completed_at, job.expires_at);
        let (end, expiry) = end.zip(expiry).expect("it has ended and says both");
        let kept = (expiry - end).to_std().expect("it expires after its end");
        assert!(kept.abs_diff(store.ticks(50)) <= store.ticks(1), "{kept:?}");
    }
}

pub(super) async fn an_expired_job_is_absent_before_any_sweep(harness: &Harness<'_>) {
    let store = short_memory(harness).await;
    let new = store.new_job();
    let done = store.create(new.clone()).await.id;
    let lease = store.claim_one().await.lease;
    store.complete(&lease).await;
    let failed = store.submit_new().await;
    store.cancel(failed).await.expect("it is there");
    let live = store.submit_new().await;

    for when in ["before", "after"] {
        if when == "before" {
            store.pass(EXPIRED).await;
        } else {
            store.sweep_up_to(10).await;
        }
        for id in [done, failed] {
            assert_eq!(
                store.get(id).await.expect("a read succeeds"),
                None,
                "{when} the sweep"
            );
            assert_eq!(
                store.report(id).await.expect("a read succeeds"),
                None,
                "{when} the sweep"
            );
            let request = WatchRequest::new(id, Version::ZERO).with_wait(store.ticks(1));
            let changed = store.changed(request).await;
            assert_eq!(changed.expect("a read succeeds"), None, "{when} the sweep");
            assert_not_found(id, store.cancel(id).await);
        }
        assert_lease_lost(done, store.finish(&lease, completed()).await);
        // Only ended jobs expire.
        assert_eq!(store.job(live).await.status, Status::Pending);
    }
    // The target is free, and so is the id.
    store.create(new).await;
}

pub(super) async fn a_sweep_leaves_nothing(harness: &Harness<'_>) {
    let store = short_memory(harness).await;
    let on = platform("busy");
    for _ in 0..6 {
        let new = store.new_job_on(&on).with_deadline(Some(store.ticks(LONG)));
        store.create(new).await;
    }
    let held = store.claim_up_to(6).await;
    let leases: Vec<_> = held.into_iter().map(|one| one.lease).collect();
    for lease in &leases[..3] {
        store.complete(lease).await;
    }
    store.fail(&leases[3]).await;
    store.cancel(leases[4].job()).await.expect("it is there");
    store
        .finish(&leases[4], completed())
        .await
        .expect("the lease holds");
    store
        .requeue(
            &leases[5],
            retry(store.ticks(LONG), failure(FailureKind::Transient)),
        )
        .await;
    store.cancel(leases[5].job()).await.expect("it is there");
    assert!(store.stats().await.expect("stats").stored_bytes > 0);

    store.pass(EXPIRED).await;
    let swept = store.sweep_up_to(100).await;
    let mut expected = SweepStats::default();
    expected.removed = 6;
    assert_eq!(swept, expected);
    assert_eq!(store.stats().await.expect("stats"), Stats::default());
    let swept = store.sweep_up_to(100).await;
    assert_eq!(swept, SweepStats::default(), "nothing is swept twice");
}

pub(super) async fn a_sweep_is_bounded_and_says_what_is_left(harness: &Harness<'_>) {
    let store = short_memory(harness).await;
    let deadline = Some(store.ticks(SHORT));
    for _ in 0..5 {
        let id = store.submit_new().await;
        store.cancel(id).await.expect("it is there");
    }
    for _ in 0..5 {
        store.submit_new().await;
        store.claim_for(SHORT).await;
    }
    for _ in 0..5 {
        store.create(store.new_job().with_deadline(deadline)).await;
    }
    store.pass(EXPIRED).await;
    let mut total = SweepStats::default();
    for round in 0.. {
        let swept = store.sweep_up_to(4).await;
        let step = swept.removed + swept.requeued + swept.failed;
        assert!(step <= 4, "{swept:?} is more than was allowed");
        total.removed += swept.removed;
        total.requeued += swept.requeued;
        total.failed += swept.failed;
        if !swept.more {
            break;
        }
        assert!(
            step > 0 || round < 20,
            "a sweep that gets nowhere: {swept:?}"
        );
        assert!(round < 20, "a sweep without an end");
    }
    assert_eq!((total.removed, total.requeued, total.failed), (5, 5, 5));
}

pub(super) async fn a_sweep_touches_nothing_that_is_not_due(harness: &Harness<'_>) {
    let store = harness.store().await;
    let deadline = Some(store.ticks(LONG));
    store.completed_job().await;
    let failed = store.submit_new().await;
    store.cancel(failed).await.expect("it is there");
    store.create(store.new_job().with_deadline(deadline)).await;
    let lease = store.claim_one().await.lease;
    store.submit_new().await;
    let retries = store.claim_one().await.lease;
    store
        .requeue(
            &retries,
            retry(store.ticks(LONG), failure(FailureKind::Transient)),
        )
        .await;
    store.submit_new().await;
    let before = store.stats().await.expect("stats");
    store.pass(EXPIRED).await;
    let swept = store.sweep_up_to(100).await;
    assert_eq!(swept, SweepStats::default());
    let after = store.stats().await.expect("stats");
    assert_eq!(
        (after.jobs, after.stored_bytes),
        (before.jobs, before.stored_bytes)
    );
    store.complete(&lease).await;

    // A job in the hands of a living worker is left to it, overdue or not.
    let store = harness.store().await;
    let deadline = Some(store.ticks(SHORT));
    store.create(store.new_job().with_deadline(deadline)).await;
    let lease = store.claim_one().await.lease;
    store.pass(EXPIRED).await;
    store.sweep_up_to(100).await;
    store.complete(&lease).await;
}

pub(super) async fn a_damaged_record_stays_alone(harness: &Harness<'_>) {
    let store = short_memory(harness).await;
    // Damaged while it waits, while it is held, and after its end: each is in the way elsewhere.
    let ended = store.submit_new().await;
    let lease = store.claim_one().await.lease;
    store.fail(&lease).await;
    let held = store.submit_new().await;
    store.claim_for(SHORT).await;
    let waiting = store.submit_new().await;
    let healthy = store.submit_new().await;
    for id in [ended, held, waiting] {
        if !store.damage(id).await {
            // Records that cannot be damaged keep this promise by that.
            return;
        }
    }
    store.pass(EXPIRED).await;
    let mut claimed: Vec<JobId> = Vec::new();
    for _ in 0..4 {
        claimed.extend(store.claim_up_to(10).await.iter().map(|one| one.job.id));
    }
    assert_eq!(claimed, [healthy], "claim goes on behind a damaged record");
    let mut last = SweepStats::default();
    for _ in 0..10 {
        last = store.sweep_up_to(10).await;
    }
    assert!(
        !last.more,
        "a damaged record is not work for ever: {last:?}"
    );
    for id in [held, waiting] {
        match store.get(id).await {
            Ok(None) => {}
            Err(StoreError::Damaged { job, .. }) => assert_eq!(job, id),
            other => panic!("a damaged record cannot be read: {other:?}"),
        }
    }
    assert!(
        store.stats().await.expect("stats").damaged >= 2,
        "it is counted"
    );
    // The others live on.
    store.completed_job().await;
}

/// A store that forgets ended jobs after [`SHORT`] ticks.
async fn short_memory<'a>(harness: &'a Harness<'a>) -> StoreUnderTest<'a> {
    let mut setup = harness.setup();
    setup.retention = harness.ticks(SHORT);
    harness.store_with(setup).await
}
