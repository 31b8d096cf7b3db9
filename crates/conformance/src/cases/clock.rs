//! Promise 4: one clock measures leases, retries, deadlines and pauses.

use std::time::Duration;

use report_pipeline::store::{Heartbeat, Outcome, RateLimit, WatchRequest};
use report_pipeline::{FailureKind, Status, Version};

use crate::harness::{EXPIRED, Harness, LONG, SHORT, assert_failed, failure, platform, retry};

pub(super) async fn durations_count_on_the_store_clock(harness: &Harness<'_>) {
    let store = harness.store().await;
    let deadline = store.ticks(40);
    let first = store
        .create(store.new_job().with_deadline(Some(deadline)))
        .await;
    store.pass(10).await;
    let second = store.create(store.new_job()).await;
    assert!(
        second.created_at > first.created_at,
        "instants are the store's"
    );

    let mut claimed = store.claim_up_to(2).await;
    claimed.sort_by_key(|one| one.job.created_at);
    let left = claimed[0].time_left.expect("it has a deadline");
    assert!(left > Duration::ZERO && left <= store.ticks(30), "{left:?}");
    assert_eq!(claimed[1].time_left, None);

    let after = store.ticks(7);
    let outcome = retry(after, failure(FailureKind::Transient));
    store.requeue(&claimed[1].lease, outcome).await;
    let job = store.job(second.id).await;
    let at = job.next_attempt_at.expect("it waits for a retry");
    let waits = (at - job.updated_at).to_std().expect("it lies ahead");
    // Timestamps may be cut to whole milliseconds.
    let slack = Duration::from_millis(2);
    assert!(
        waits + slack >= after && waits <= after + slack,
        "{waits:?}"
    );
    store.claim_nothing().await;
    store.pass(9).await;
    assert_eq!(store.claim_one().await.job.id, second.id);
}

pub(super) async fn the_longest_durations_do_no_harm(harness: &Harness<'_>) {
    let store = harness.store().await;
    let new = store.new_job().with_deadline(Some(Duration::MAX));
    let max_age = Some(Duration::MAX);
    let id = store.create(new.with_max_age(max_age)).await.id;
    let mut request = store.request();
    (request.lease, request.wait) = (Duration::MAX, Duration::MAX);
    let lease = store
        .claim_as(request)
        .await
        .pop()
        .expect("it is ready")
        .lease;
    let beat = Heartbeat::new(Duration::MAX);
    store
        .heartbeat(&lease, beat)
        .await
        .expect("the lease holds");
    store.claim_nothing().await;
    let outcome = retry(Duration::MAX, failure(FailureKind::Transient));
    store.requeue(&lease, outcome).await;
    store.claim_nothing().await;
    let other = platform("other");
    store.pause_platform(&other, Duration::MAX).await;
    store.submit_on(&other).await;
    store.claim_nothing().await;
    assert_eq!(store.job(id).await.status, Status::Pending);
    let request = WatchRequest::new(id, Version::ZERO).with_wait(Duration::MAX);
    let job = store.changed(request).await;
    assert!(job.expect("a read succeeds").is_some());
    store.stats().await.expect("stats succeed");
    store.sweep_up_to(10).await;
}

pub(super) async fn an_overdue_job_is_failed_by_claim(harness: &Harness<'_>) {
    let store = harness.store().await;
    let overdue = store.new_job().with_deadline(Some(store.ticks(SHORT)));
    let again = overdue.target.clone();
    let overdue = store.create(overdue).await.id;
    let other = store.submit_new().await;
    store.pass(EXPIRED).await;
    let mut claimed = store.claim_up_to(10).await;
    assert_eq!(claimed.pop().map(|one| one.job.id), Some(other));
    assert!(
        claimed.is_empty(),
        "an overdue job is not handed out: {claimed:?}"
    );
    assert_failed(&store.job(overdue).await, FailureKind::DeadlineExceeded);
    // Its target is free.
    let mut again_job = store.new_job();
    again_job.target = again;
    store.create(again_job).await;
}

pub(super) async fn a_deadline_counts_from_the_submit_over_all_attempts(harness: &Harness<'_>) {
    let store = harness.store().await;
    let deadline = store.ticks(90);
    let mut ids = Vec::new();
    for _ in 0..4 {
        let new = store.new_job().with_deadline(Some(deadline));
        ids.push(store.create(new).await.id);
    }
    // One is tried again, one is limited, one is released, and one loses its worker, twice each.
    for _ in 0..2 {
        store.pass(30 - EXPIRED).await;
        let request = store.request().with_lease(store.ticks(SHORT));
        let mut claimed = store.claim_as(request.with_max(4)).await;
        assert_eq!(claimed.len(), 4, "all wait again");
        claimed.sort_by_key(|one| ids.iter().position(|id| *id == one.job.id));
        let outcomes = [
            retry(Duration::ZERO, failure(FailureKind::Transient)),
            Outcome::RateLimited {
                failure: failure(FailureKind::RateLimited),
                limit: RateLimit::new(Duration::ZERO).with_backoff(Duration::ZERO, Duration::ZERO),
            },
            Outcome::Released,
        ];
        for (one, outcome) in claimed.iter().zip(outcomes) {
            store.requeue(&one.lease, outcome).await;
        }
        store.pass(EXPIRED).await;
        store
            .unpause(&claimed[0].job.target.platform)
            .await
            .expect("it is unpaused");
    }
    let claimed = store.claim_up_to(4).await;
    assert_eq!(claimed.len(), 4, "they have a third of their time left");
    for one in &claimed {
        let left = one.time_left.expect("it has a deadline");
        assert!(left <= store.ticks(30), "{left:?} is more than it had");
        store.requeue(&one.lease, Outcome::Released).await;
    }
    store.pass(32).await;
    store.claim_nothing().await;
    for id in ids {
        assert_failed(&store.job(id).await, FailureKind::DeadlineExceeded);
    }
}

pub(super) async fn an_overdue_job_is_failed_by_sweep(harness: &Harness<'_>) {
    let store = harness.store().await;
    let deadline = Some(store.ticks(SHORT));
    let waiting = store
        .create(store.new_job().with_deadline(deadline))
        .await
        .id;
    let lease = store.claim_one().await.lease;
    let outcome = retry(store.ticks(LONG), failure(FailureKind::Transient));
    store.requeue(&lease, outcome).await;
    let paused = platform("paused");
    store.pause_platform(&paused, store.ticks(LONG)).await;
    let new = store.new_job_on(&paused).with_deadline(deadline);
    let paused = store.create(new).await.id;

    let swept = store.sweep_up_to(10).await;
    assert_eq!((swept.failed, swept.more), (0, false), "nothing is due yet");
    store.pass(EXPIRED).await;
    let swept = store.sweep_up_to(10).await;
    assert_eq!((swept.failed, swept.requeued, swept.removed), (2, 0, 0));
    for id in [waiting, paused] {
        assert_failed(&store.job(id).await, FailureKind::DeadlineExceeded);
    }
}
