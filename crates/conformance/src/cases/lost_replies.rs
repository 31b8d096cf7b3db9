//! Promise 5: after a lost reply the caller simply calls again.

use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{HeartbeatReply, Outcome, StoreError, Submitted};
use report_pipeline::{FailureKind, Phase, Status};

use crate::harness::{
    EXPIRED, Harness, LONG, SHORT, assert_lease_lost, completed, failure, platform, report, retry,
};

pub(super) async fn a_repeated_submit_is_the_same_job(harness: &Harness<'_>) {
    let store = harness.store().await;
    let new = store.new_job();
    let first = store.create(new.clone()).await;
    let again = |when: &'static str| {
        let (store, new) = (store.shared(), new.clone());
        async move {
            let result = store.submit(new.clone()).await.expect("a submit succeeds");
            assert_eq!(result.job().id, new.id, "{when}");
            result.into_job()
        }
    };
    assert_eq!(again("while pending").await, first);
    let lease = store.claim_one().await.lease;
    assert_eq!(again("while processing").await, store.job(new.id).await);
    store.fail(&lease).await;
    let ended = again("after it failed").await;
    assert_eq!(
        ended.status,
        Status::Failed,
        "an ended job is not begun anew"
    );
    store.claim_nothing().await;

    // Also when another job has the target meanwhile.
    let mut next = store.new_job();
    next.target = new.target.clone();
    let next = store.create(next).await;
    assert_eq!(again("after another job took the target").await, ended);
    assert_eq!(store.claim_one().await.job.id, next.id);

    // And a repetition of a submit that returned another job returns that job again.
    let mut joined = store.new_job();
    joined.target = new.target.clone();
    for _ in 0..2 {
        let result = store
            .submit(joined.clone())
            .await
            .expect("a submit succeeds");
        assert!(
            matches!(&result, Submitted::Joined(job) if job.id == next.id),
            "{result:?}"
        );
    }

    // A rerun was asked for once: its repetition is not asking for another one.
    let old = store.completed_job().await;
    let mut rerun = store.new_job().with_max_age(Some(Duration::ZERO));
    rerun.target = old.target;
    store.create(rerun.clone()).await;
    let lease = store.claim_one().await.lease;
    store.complete(&lease).await;
    let result = store
        .submit(rerun.clone())
        .await
        .expect("a submit succeeds");
    assert_eq!(result.job().id, rerun.id);
    assert_eq!(result.job().status, Status::Completed);
    store.claim_nothing().await;
}

pub(super) async fn an_id_belongs_to_one_target(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    for when in ["while pending", "while processing", "after the end"] {
        let mut other = store.new_job();
        other.id = id;
        let result = store.submit(other).await;
        assert!(
            matches!(result, Err(StoreError::IdTaken(taken)) if taken == id),
            "{when}"
        );
        match when {
            "while pending" => drop(store.claim_one().await),
            "while processing" => drop(store.cancel(id).await),
            _ => {}
        }
    }
}

pub(super) async fn a_repeated_claim_returns_what_it_took(harness: &Harness<'_>) {
    let store = harness.store().await;
    for _ in 0..5 {
        store.submit_new().await;
    }
    let mut request = store.request();
    request.max = 2;
    let ids = |claimed: &[report_pipeline::store::ClaimedJob]| {
        let mut ids: Vec<_> = claimed
            .iter()
            .map(|one| (one.job.id, one.lease.fence()))
            .collect();
        ids.sort_unstable();
        ids
    };
    let first = store.claim_as(request.clone()).await;
    assert_eq!(first.len(), 2);
    let output = Bytes::from_static(b"\"scraped\"");
    let kept = store
        .checkpoint(&first[0].lease, Phase::Scraping, output.clone())
        .await;
    kept.expect("the lease holds");

    let again = store.claim_as(request.clone()).await;
    assert_eq!(
        ids(&again),
        ids(&first),
        "the same jobs under the same leases"
    );
    let kept: Vec<_> = again
        .iter()
        .filter_map(|one| one.checkpoints.get(Phase::Scraping).cloned())
        .collect();
    assert_eq!(kept, [output]);
    for one in &again {
        assert_eq!(one.job.attempt, 1, "a repetition is not another attempt");
        assert_eq!(one.job.crashes, 0, "a repetition is not a crash");
    }

    // Only what is still held comes back.
    store.complete(&first[0].lease).await;
    let rest = store.claim_as(request.clone()).await;
    assert_eq!(ids(&rest), ids(&first[1..]));

    // Once nothing is held under the token, the repetition takes new jobs.
    store.fail(&first[1].lease).await;
    let next = store.claim_as(request.clone()).await;
    assert_eq!(next.len(), 2);
    for one in &first {
        assert_lease_lost(
            one.job.id,
            store.heartbeat(&one.lease, store.beat(LONG, None)).await,
        );
        assert!(next.iter().all(|new| new.job.id != one.job.id));
    }

    // Nor is a lease lost that has run out, as long as nobody has reclaimed the job.
    for one in &next {
        let beat = store.beat(SHORT, None);
        let kept = store.heartbeat(&one.lease, beat).await;
        kept.expect("the lease holds");
    }
    store.pass(EXPIRED).await;
    let late = store.claim_as(request.clone()).await;
    assert_eq!(ids(&late), ids(&next), "expired and not reclaimed");

    // What others have taken over is not held under the token any more.
    for one in &next {
        let beat = store.beat(SHORT, None);
        store
            .heartbeat(&one.lease, beat)
            .await
            .expect("the lease holds");
    }
    store.pass(EXPIRED).await;
    let taken = store.claim_up_to(10).await;
    assert_eq!(taken.len(), 3, "two expired jobs and a new one");
    assert!(store.claim_as(request).await.is_empty());
}

pub(super) async fn a_repeated_claim_begins_its_leases_anew(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    let request = store.request().with_lease(store.ticks(40));
    let first = store.claim_as(request.clone()).await.remove(0).lease;
    store.pass(25).await;
    let again = store.claim_as(request).await.remove(0).lease;
    assert_eq!(again, first);
    // The first lease would have run out by now.
    store.pass(25).await;
    store.claim_nothing().await;
    assert_eq!(store.job(id).await.crashes, 0);
    let beat = store.heartbeat(&first, store.beat(LONG, None)).await;
    beat.expect("the lease holds");
}

pub(super) async fn a_claim_of_none_takes_none(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    let mut request = store.request();
    request.max = 0;
    assert!(store.claim_as(request.clone()).await.is_empty());
    assert_eq!(store.job(id).await.status, Status::Pending);

    // It does return what is held under its token.
    request.max = 1;
    let held = store.claim_as(request.clone()).await;
    request.max = 0;
    let again = store.claim(request).await.expect("a claim succeeds");
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].lease, held[0].lease);
}

pub(super) async fn a_repeated_finish_returns_the_first_status(harness: &Harness<'_>) {
    let store = harness.store().await;
    let outcomes = || {
        [
            (completed(), Status::Completed),
            (
                Outcome::Failed(failure(FailureKind::Permanent)),
                Status::Failed,
            ),
            (
                retry(store.ticks(LONG), failure(FailureKind::Transient)),
                Status::Pending,
            ),
            (Outcome::Released, Status::Pending),
        ]
    };
    for (outcome, status) in outcomes() {
        let id = store.submit_new().await;
        let lease = store.claim_one().await.lease;
        for (repeated, _) in std::iter::once((outcome.clone(), status)).chain(outcomes()) {
            // Whatever a repetition says: the first call has decided.
            let result = store.finish(&lease, repeated).await;
            assert_eq!(
                result.expect("the lease is known"),
                status,
                "first {outcome:?}"
            );
            assert_eq!(store.job(id).await.status, status, "first {outcome:?}");
        }
        let expected = (status == Status::Completed).then(report);
        assert_eq!(store.report(id).await.expect("a read succeeds"), expected);
        if outcome == Outcome::Released {
            let next = store.claim_one().await.lease;
            assert_lease_lost(id, store.finish(&lease, outcome).await);
            store.complete(&next).await;
            assert_lease_lost(id, store.finish(&lease, completed()).await);
        }
    }
}

pub(super) async fn a_repeated_finish_counts_once(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    let lease = store.claim_one().await.lease;
    let outcome = retry(Duration::ZERO, failure(FailureKind::Transient));
    store.requeue(&lease, outcome.clone()).await;
    let once = store.job(id).await;
    assert_eq!((once.attempt, once.failures), (1, 1));
    store.requeue(&lease, outcome).await;
    assert_eq!(store.job(id).await, once);

    let lease = store.claim_one().await.lease;
    store.requeue(&lease, Outcome::Released).await;
    let once = store.job(id).await;
    assert_eq!((once.attempt, once.failures), (1, 1));
    store.requeue(&lease, Outcome::Released).await;
    assert_eq!(store.job(id).await, once);
    assert_eq!(store.stats().await.expect("stats").jobs.pending, 1);
}

pub(super) async fn the_other_verbs_can_be_repeated(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    let lease = store.claim_one().await.lease;

    store.progress(&lease, 20).await;
    let once = store.job(id).await;
    store.progress(&lease, 20).await;
    assert_eq!(store.job(id).await, once, "heartbeat");

    let output = Bytes::from_static(b"\"output\"");
    for _ in 0..2 {
        let kept = store
            .checkpoint(&lease, Phase::Scraping, output.clone())
            .await;
        assert_eq!(kept.expect("the lease holds"), HeartbeatReply::Continue);
    }
    let twice = store.job(id).await;
    assert_eq!(
        twice.phase,
        Phase::Analysis,
        "a repeated checkpoint moves the job once"
    );
    assert_eq!(twice.version, once.version.next(), "and is one change");
    let bytes = store.stats().await.expect("stats").stored_bytes;
    assert_eq!(bytes, output.len() as u64, "and is kept once");

    assert_eq!(
        store.cancel(id).await.expect("it is there"),
        Status::Processing
    );
    let once = store.job(id).await;
    assert_eq!(
        store.cancel(id).await.expect("it is there"),
        Status::Processing
    );
    assert_eq!(store.job(id).await, once, "cancel");

    let other = platform("other");
    for _ in 0..2 {
        store.pause_platform(&other, store.ticks(LONG)).await;
    }
    let paused = store.stats().await.expect("stats").platforms[&other].paused_for;
    assert!(
        paused <= Some(store.ticks(LONG)),
        "a repeated pause does not add up"
    );
}
