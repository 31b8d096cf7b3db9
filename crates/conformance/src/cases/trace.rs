//! Promise 19: the trace of a submit reaches every attempt.

use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{NewJob, Outcome, Submitted, TraceContext};
use report_pipeline::{FailureKind, JobId, Phase};

use crate::harness::{Harness, failure, retry};

pub(super) async fn every_claim_brings_the_trace_of_the_first_submit(harness: &Harness<'_>) {
    let store = harness.store().await;
    let first = trace("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    let first = first.with_state("a=1,b=2").expect("printable ASCII");
    let other = trace("00-11111111111111111111111111111111-2222222222222222-00");
    let new = store.new_job().with_trace(first.clone());
    store.create(new.clone()).await;
    let joins = NewJob::new(JobId::random(), new.target).with_trace(other.clone());
    let joined = store.submit(joins).await.expect("a submit succeeds");
    assert!(matches!(joined, Submitted::Joined(_)), "{joined:?}");

    let claimed = store.claim_one().await;
    assert_eq!(claimed.trace(), Some(&first));
    let again = retry(Duration::ZERO, failure(FailureKind::Transient));
    store.requeue(&claimed.lease, again).await;
    assert_eq!(
        store.claim_one().await.trace(),
        Some(&first),
        "after a retry"
    );

    store
        .create(store.new_job().with_trace(other.clone()))
        .await;
    assert_eq!(store.claim_one().await.trace(), Some(&other));
    store.submit_new().await;
    assert_eq!(store.claim_one().await.trace(), None);
}

pub(super) async fn a_job_that_continues_another_has_its_own_trace(harness: &Harness<'_>) {
    let store = harness.store().await;
    let first = trace("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    let first = first.with_state("a=1,b=2").expect("printable ASCII");
    let own = trace("00-11111111111111111111111111111111-2222222222222222-00");
    let failed = store.new_job().with_trace(first);
    store.create(failed.clone()).await;
    let mut last = failed.id;
    for trace in [Some(own), None] {
        let lease = store.claim_one().await.lease;
        let output = Bytes::from_static(b"1");
        let kept = store.checkpoint(&lease, Phase::Scraping, output).await;
        kept.expect("the lease holds");
        store.fail(&lease).await;
        let next = NewJob::new(JobId::random(), failed.target.clone()).continuing(last);
        last = store.create(next.with_trace(trace.clone())).await.id;
        let claimed = store.claim_one().await;
        assert_eq!(claimed.job.id, last);
        assert_eq!(claimed.trace(), trace.as_ref());
        store.requeue(&claimed.lease, Outcome::Released).await;
    }
}

fn trace(parent: &str) -> TraceContext {
    TraceContext::new(parent).expect("a trace context of version 00")
}
