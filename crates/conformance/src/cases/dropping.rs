//! Promise 12: calls that are dropped break nothing.

use std::time::Duration;

use bytes::Bytes;
use report_pipeline::{FailureKind, Phase, Status};

use crate::harness::{EXPIRED, Harness, LONG, SHORT, assert_failed, completed, dropped_after};

pub(super) async fn a_dropped_claim_costs_a_lease_or_a_repetition(harness: &Harness<'_>) {
    const JOBS: usize = 40;
    let store = harness.store().await;
    let mut submitted = Vec::new();
    let mut repeated = Vec::new();
    for round in 0..JOBS {
        let mut request = store.request();
        (request.lease, request.wait) = (store.ticks(SHORT), store.ticks(LONG));
        let claim = {
            let (store, request) = (store.shared(), request.clone());
            tokio::spawn(async move { store.claim(request).await })
        };
        for _ in 0..round % 3 {
            tokio::task::yield_now().await;
        }
        let new = store.new_job().with_max_crashes(1000);
        submitted.push(store.create(new).await.id);
        for _ in 0..round % 5 {
            tokio::task::yield_now().await;
        }
        claim.abort();
        let _ = claim.await;
        // Half of the workers ask again with their token, the other half are gone for good.
        if round % 2 == 0 {
            request.wait = Duration::ZERO;
            let held = store.claim_as(request).await;
            assert_eq!(
                held.len(),
                1,
                "a job is there, taken by the dropped claim or not"
            );
            store.complete(&held[0].lease).await;
            repeated.push(held[0].job.id);
        }
    }
    store.pass(EXPIRED).await;
    let mut ended = repeated;
    while ended.len() < JOBS {
        let claimed = store.claim_one().await;
        store.complete(&claimed.lease).await;
        ended.push(claimed.job.id);
    }
    ended.sort_unstable();
    submitted.sort_unstable();
    assert_eq!(ended, submitted);
    store.claim_nothing().await;
}

pub(super) async fn a_dropped_call_is_done_or_not_done(harness: &Harness<'_>) {
    for polls in [0, 1, 2, 4, 7] {
        // A store for each round, so that the bytes are those of one job.
        let store = harness.store().await;
        let new = store.new_job();
        dropped_after(polls, store.submit(new.clone())).await;
        // What a dropped call has set going in the background is over by then.
        store.pass(1).await;
        let again = store.submit(new.clone()).await.expect("a submit succeeds");
        assert_eq!(again.job().id, new.id);
        assert_eq!(store.stats().await.expect("stats").jobs.total(), 1);

        let lease = store.claim_one().await.lease;
        let before = store.job(new.id).await;
        let output = Bytes::from_static(b"\"half\"");
        let call = store.checkpoint(&lease, Phase::Scraping, output.clone());
        dropped_after(polls, call).await;
        store.pass(1).await;
        let after = store.job(new.id).await;
        let bytes = store.stats().await.expect("stats").stored_bytes;
        match after.phase {
            Phase::Scraping => assert_eq!((after, bytes), (before, 0)),
            _ => assert_eq!(bytes, output.len() as u64),
        }

        dropped_after(polls, store.finish(&lease, completed())).await;
        store.pass(1).await;
        let status = store.job(new.id).await.status;
        let report = store.report(new.id).await.expect("a read succeeds");
        assert_eq!(report.is_some(), status == Status::Completed);
        let status = store.finish(&lease, completed()).await;
        assert_eq!(
            status.expect("the first status, or the first call"),
            Status::Completed
        );

        let id = store.submit_new().await;
        dropped_after(polls, store.cancel(id)).await;
        store.pass(1).await;
        let job = store.job(id).await;
        if job.status == Status::Failed {
            assert_failed(&job, FailureKind::Cancelled);
        } else {
            assert_eq!((job.status, job.cancel_requested), (Status::Pending, false));
        }
    }
}
