//! Promise 10: cancelling.

use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{HeartbeatReply, Outcome};
use report_pipeline::{FailureKind, JobId, Phase, Status};

use crate::harness::{
    EXPIRED, Harness, LONG, SHORT, assert_failed, assert_not_found, completed, failure, retry,
};

pub(super) async fn a_waiting_job_ends_at_once(harness: &Harness<'_>) {
    let store = harness.store().await;
    let pending = store.submit_new().await;
    assert_eq!(
        store.cancel(pending).await.expect("it is there"),
        Status::Failed
    );

    let retrying = store.submit_new().await;
    let lease = store.claim_one().await.lease;
    store
        .requeue(
            &lease,
            retry(store.ticks(2), failure(FailureKind::Transient)),
        )
        .await;
    assert_eq!(
        store.cancel(retrying).await.expect("it is there"),
        Status::Failed
    );

    let released = store.submit_new().await;
    let lease = store.claim_one().await.lease;
    store.requeue(&lease, Outcome::Released).await;
    assert_eq!(
        store.cancel(released).await.expect("it is there"),
        Status::Failed
    );

    store.pass(4).await;
    store.claim_nothing().await;
    for id in [pending, retrying, released] {
        let job = store.job(id).await;
        assert_failed(&job, FailureKind::Cancelled);
        assert_eq!(job.next_attempt_at, None);
    }
    assert_eq!(store.stats().await.expect("stats").jobs.pending, 0);
}

pub(super) async fn a_processing_job_is_told_and_fails_whatever_its_outcome(harness: &Harness<'_>) {
    let store = harness.store().await;
    let outcomes = [
        completed(),
        Outcome::Failed(failure(FailureKind::Permanent)),
        retry(Duration::ZERO, failure(FailureKind::Transient)),
        Outcome::Released,
    ];
    for outcome in outcomes {
        let id = store.submit_new().await;
        let lease = store.claim_one().await.lease;
        let beat = store.beat(LONG, Some(5));
        let signal = store
            .heartbeat(&lease, beat)
            .await
            .expect("the lease holds");
        assert_eq!(signal, HeartbeatReply::Continue);
        assert_eq!(
            store.cancel(id).await.expect("it is there"),
            Status::Processing
        );
        let job = store.job(id).await;
        assert_eq!(
            (job.status, job.cancel_requested),
            (Status::Processing, true)
        );

        let signal = store
            .heartbeat(&lease, beat)
            .await
            .expect("the lease holds");
        assert_eq!(signal, HeartbeatReply::Cancel);
        let output = Bytes::from_static(b"1");
        let signal = store.checkpoint(&lease, Phase::Scraping, output).await;
        assert_eq!(signal.expect("the lease holds"), HeartbeatReply::Cancel);
        for _ in 0..2 {
            let status = store.finish(&lease, outcome.clone()).await;
            assert_eq!(
                status.expect("the lease holds"),
                Status::Failed,
                "{outcome:?}"
            );
        }
        assert_failed(&store.job(id).await, FailureKind::Cancelled);
        assert_eq!(store.report(id).await.expect("a read succeeds"), None);
    }
    store.claim_nothing().await;
}

pub(super) async fn a_cancelled_job_with_an_expired_lease_is_failed_by_claim(
    harness: &Harness<'_>,
) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    let lease = store.claim_for(SHORT).await.lease;
    store.cancel(id).await.expect("it is there");
    store.pass(EXPIRED).await;
    assert_eq!(store.job(id).await.status, Status::Processing);
    store.claim_nothing().await;
    assert_failed(&store.job(id).await, FailureKind::Cancelled);
    crate::harness::assert_lease_lost(id, store.finish(&lease, completed()).await);
    assert_eq!(store.report(id).await.expect("a read succeeds"), None);
}

pub(super) async fn a_cancelled_job_with_an_expired_lease_is_failed_by_sweep(
    harness: &Harness<'_>,
) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    store.let_lease_expire().await;
    // Cancelled when its lease has expired already: the holder has it until it is reclaimed.
    assert_eq!(
        store.cancel(id).await.expect("it is there"),
        Status::Processing
    );
    let swept = store.sweep_up_to(10).await;
    assert_eq!((swept.failed, swept.requeued), (1, 0));
    assert_failed(&store.job(id).await, FailureKind::Cancelled);
    store.claim_nothing().await;
}

pub(super) async fn no_report_appears_after_a_cancel_that_raced_finish(harness: &Harness<'_>) {
    let store = harness.store().await;
    for round in 0..100 {
        let id = store.submit_new().await;
        let lease = store.claim_one().await.lease;
        let finish = {
            let store = store.shared();
            tokio::spawn(async move {
                for _ in 0..round % 3 {
                    tokio::task::yield_now().await;
                }
                store.finish(&lease, completed()).await
            })
        };
        for _ in 0..round % 4 {
            tokio::task::yield_now().await;
        }
        let cancelled = store.cancel(id).await.expect("it is there");
        let report = store.report(id).await.expect("a read succeeds");
        let finished = finish.await.expect("no panic").expect("the lease holds");
        let job = store.job(id).await;
        assert_eq!(job.status, finished, "one of them is first");
        if cancelled == Status::Completed {
            assert!(report.is_some(), "cancel came after the report");
        } else {
            assert_eq!(report, None, "cancel returned {cancelled}");
            assert_eq!(store.report(id).await.expect("a read succeeds"), None);
            assert_failed(&job, FailureKind::Cancelled);
        }
    }
}

pub(super) async fn an_unknown_job_is_refused_and_an_ended_one_stays(harness: &Harness<'_>) {
    let store = harness.store().await;
    let unknown = JobId::random();
    assert_not_found(unknown, store.cancel(unknown).await);
    let done = store.completed_job().await;
    assert_eq!(
        store.cancel(done.id).await.expect("it is there"),
        Status::Completed
    );
    assert_eq!(store.job(done.id).await, done);
    assert!(
        store
            .report(done.id)
            .await
            .expect("a read succeeds")
            .is_some()
    );
}
