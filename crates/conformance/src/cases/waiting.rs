//! Promise 11, the first half: a `claim` that waits misses nothing.

use std::time::Duration;

use report_pipeline::store::{ClaimToken, Outcome};
use report_pipeline::{FailureKind, Status};

use crate::harness::{
    EXPIRED, Harness, LONG, PROMPT, SHORT, completed, failure, limits, platform, retry,
};

pub(super) async fn claim_wakes_for_a_submit(harness: &Harness<'_>) {
    let store = harness.store().await;
    let waiting = store.claim_waiting(store.request());
    store.pass(2).await;
    assert!(!waiting.is_finished(), "there is nothing to claim yet");
    let id = store.submit_new().await;
    let claimed = store.woken("a submit", 0, waiting).await;
    assert_eq!(claimed[0].job.id, id);
    // Without a wait it does not wait, and with one not much longer.
    store.claim_nothing().await;
    let mut request = store.request();
    request.wait = store.ticks(2);
    let late = tokio::time::timeout(store.ticks(PROMPT), store.claim_as(request)).await;
    assert!(late.expect("the wait is over").is_empty());
}

pub(super) async fn claim_wakes_for_a_job_that_is_pending_again(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    let ways = [
        Outcome::Released,
        retry(Duration::ZERO, failure(FailureKind::Transient)),
    ];
    let mut lease = store.claim_one().await.lease;
    for outcome in ways {
        let waiting = store.claim_waiting(store.request());
        store.pass(1).await;
        store.requeue(&lease, outcome).await;
        let claimed = store.woken("a job that is pending again", 0, waiting).await;
        assert_eq!(claimed[0].job.id, id);
        lease = claimed[0].lease.clone();
    }
}

pub(super) async fn claim_wakes_for_a_retry_that_becomes_due(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    let lease = store.claim_one().await.lease;
    // Begun before the job waits for its retry: what it waits for changes while it waits.
    let waiting = store.claim_waiting(store.request());
    store.pass(1).await;
    store
        .requeue(
            &lease,
            retry(store.ticks(8), failure(FailureKind::Transient)),
        )
        .await;
    store.pass(4).await;
    assert!(!waiting.is_finished(), "it is not due yet");
    let claimed = store.woken("a retry becoming due", 4, waiting).await;
    assert_eq!(claimed[0].job.id, id);
    assert_eq!(claimed[0].job.next_attempt_at, None);
}

pub(super) async fn claim_wakes_for_a_lease_that_runs_out(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    store.claim_for(SHORT).await;
    let waiting = store.claim_waiting(store.request());
    let claimed = store.woken("a lease running out", SHORT, waiting).await;
    assert_eq!(claimed[0].job.id, id);

    // A lease can also be cut short by its holder, after the wait began.
    let waiting = store.claim_waiting(store.request());
    store.pass(1).await;
    let beat = store.beat(SHORT, None);
    store
        .heartbeat(&claimed[0].lease, beat)
        .await
        .expect("the lease holds");
    let claimed = store.woken("a lease cut short", SHORT, waiting).await;
    assert_eq!(claimed[0].job.crashes, 2);
}

pub(super) async fn claim_wakes_for_a_lease_that_began_while_it_waited(harness: &Harness<'_>) {
    let store = harness.store().await;
    let waiting: Vec<_> = (0..3)
        .map(|_| {
            let mut request = store.request();
            // One job is fewer than it asks for, so that its claim leaves room for another.
            (request.max, request.lease) = (5, store.ticks(SHORT));
            store.claim_waiting(request)
        })
        .collect();
    store.pass(1).await;
    let id = store.create(store.new_job().with_max_crashes(9)).await.id;
    // Each gets the job in its turn: the first for the submit, the others for the lease before.
    for waiting in waiting {
        let claimed = store
            .woken("a lease that expired", 3 * EXPIRED, waiting)
            .await;
        assert_eq!(claimed[0].job.id, id);
    }
    assert_eq!(store.job(id).await.attempt, 3);
}

pub(super) async fn claim_wakes_for_a_pause_that_ends(harness: &Harness<'_>) {
    let store = harness.store().await;
    let paused = platform("paused");
    store.pause_platform(&paused, store.ticks(8)).await;
    let id = store.submit_on(&paused).await;
    let waiting = store.claim_waiting(store.request());
    store.pass(4).await;
    assert!(!waiting.is_finished(), "the pause is not over");
    let claimed = store.woken("a pause ending", 4, waiting).await;
    assert_eq!(claimed[0].job.id, id);
}

pub(super) async fn claim_wakes_for_a_slot_that_is_freed(harness: &Harness<'_>) {
    let store = harness.store().await;
    let limited = platform("limited");
    let mut request = store.request();
    request.in_flight = limits(&limited, 1);
    let after = store.ticks(LONG);
    let failed = || failure(FailureKind::Transient);
    let ways = [
        completed(),
        Outcome::Failed(failed()),
        retry(after, failed()),
    ];
    store.submit_on(&limited).await;
    let mut lease = store.claim_as(request.clone()).await[0].lease.clone();
    for outcome in ways {
        let next = store.submit_on(&limited).await;
        request.token = ClaimToken::random();
        let waiting = store.claim_waiting(request.clone());
        store.pass(2).await;
        assert!(!waiting.is_finished(), "the slot is taken");
        store
            .finish(&lease, outcome)
            .await
            .expect("the lease holds");
        let claimed = store.woken("a slot freed", 0, waiting).await;
        assert_eq!(claimed[0].job.id, next);
        lease = claimed[0].lease.clone();
    }
}

pub(super) async fn claim_for_some_platforms_wakes_for_their_jobs(harness: &Harness<'_>) {
    let store = harness.store().await;
    let (ours, theirs) = (platform("ours"), platform("theirs"));
    let for_ours = || store.request().with_platforms([ours.clone()]);
    let waiting = store.claim_waiting(for_ours());
    let for_theirs = store.request().with_platforms([theirs.clone()]);
    let others = store.claim_waiting(for_theirs);
    store.pass(2).await;
    let their_job = store.submit_on(&theirs).await;
    let claimed = store.woken("a submit", 0, others).await;
    assert_eq!(claimed[0].job.id, their_job);
    store.submit_on(&theirs).await;
    store.pass(2).await;
    assert!(!waiting.is_finished(), "there is nothing for it");
    let our_job = store.submit_on(&ours).await;
    let claimed = store.woken("a submit", 0, waiting).await;
    assert_eq!(claimed[0].job.id, our_job);

    // A job that is taken from its worker by a claim which does not want it.
    let waiting = store.claim_waiting(for_ours());
    let beat = store.beat(SHORT, None);
    let beat = store.heartbeat(&claimed[0].lease, beat).await;
    beat.expect("the lease holds");
    store.pass(EXPIRED).await;
    let for_theirs = store.request().with_max(3).with_platforms([theirs.clone()]);
    store.claim_as(for_theirs).await;
    let claimed = store.woken("a lease that ran out", 0, waiting).await;
    assert_eq!(claimed[0].job.id, our_job);
}

pub(super) async fn every_waiting_claim_gets_its_job(harness: &Harness<'_>) {
    const WORKERS: usize = 20;
    let store = harness.store().await;
    let waiting: Vec<_> = (0..WORKERS)
        .map(|_| store.claim_waiting(store.request()))
        .collect();
    store.pass(1).await;
    let mut submitted = Vec::new();
    for _ in 0..WORKERS {
        submitted.push(store.submit_new().await);
    }
    let mut claimed = Vec::new();
    for waiting in waiting {
        claimed.push(store.woken("its job", 0, waiting).await[0].job.id);
    }
    claimed.sort_unstable();
    submitted.sort_unstable();
    assert_eq!(claimed, submitted);

    // And one claim that is woken for many jobs does not keep the others from theirs.
    let waiting: Vec<_> = (0..4)
        .map(|_| {
            let mut request = store.request();
            request.max = 3;
            store.claim_waiting(request)
        })
        .collect();
    store.pass(1).await;
    for _ in 0..12 {
        store.submit_new().await;
    }
    let mut count = 0;
    for waiting in waiting {
        count += store.woken("its jobs", 0, waiting).await.len();
    }
    count += store.claim_up_to(12).await.len();
    assert_eq!(count, 12);
}

pub(super) async fn a_wake_up_is_not_lost_with_a_waiter_that_left(harness: &Harness<'_>) {
    let store = harness.store().await;
    for yields in 0..6 {
        let leaves = store.claim_waiting(store.request());
        tokio::task::yield_now().await;
        let mut request = store.request();
        request.token = ClaimToken::random();
        let stays = store.claim_waiting(request);
        store.pass(1).await;
        let id = store.submit_new().await;
        for _ in 0..yields {
            tokio::task::yield_now().await;
        }
        leaves.abort();
        if let Ok(claimed) = leaves.await {
            // It was quicker: the job is its own.
            assert_eq!(claimed[0].job.id, id);
            store.fail(&claimed[0].lease).await;
            stays.abort();
            let _ = stays.await;
            continue;
        }
        // It left with the job or without it: one of its ways back brings the job. What was under way
        // when it left may still be carried out.
        store.pass(1).await;
        if store.job(id).await.status == Status::Pending {
            let claimed = store.woken("a submit", 0, stays).await;
            assert_eq!(claimed[0].job.id, id);
            store.fail(&claimed[0].lease).await;
        } else {
            stays.abort();
            let _ = stays.await;
            store.cancel(id).await.expect("it is there");
        }
    }
}

pub(super) async fn a_wake_up_is_not_spent_on_a_waiter_that_cannot_use_it(harness: &Harness<'_>) {
    let store = harness.store().await;
    let limited = platform("limited");
    let mut cannot = store.request();
    cannot.in_flight = limits(&limited, 0);
    // First in the line, and more of them than jobs will come.
    let useless: Vec<_> = (0..3)
        .map(|_| {
            let mut request = cannot.clone();
            request.token = ClaimToken::random();
            store.claim_waiting(request)
        })
        .collect();
    store.pass(1).await;
    let waiting = store.claim_waiting(store.request());
    store.pass(1).await;
    let id = store.submit_on(&limited).await;
    let claimed = store
        .woken("a submit behind waiters that cannot use it", 0, waiting)
        .await;
    assert_eq!(claimed[0].job.id, id);
    for useless in useless {
        assert!(!useless.is_finished());
        useless.abort();
    }
}
