//! Promise 19: a job may start where a failed one stopped; and what that costs, promises 15 and 16.

use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{
    HeartbeatReply, Lease, Limit, NewJob, NotContinuable, Outcome, StoreError, Submitted,
};
use report_pipeline::{Job, JobId, Phase, Scope, Status, Target};

use crate::harness::{EXPIRED, Harness, LONG, SHORT, StoreUnderTest, report};

pub(super) async fn a_job_goes_on_where_a_failed_one_stopped(harness: &Harness<'_>) {
    let store = harness.store().await;
    let input = Bytes::from_static(b"input");
    let failed = failed_job(&store, Some(&input), 10).await;
    assert_eq!(failed.phase, Phase::Analysis);
    let new = again(&failed.target).continuing(failed.id);
    let new = new.with_input(Bytes::from_static(b"not used"));
    let created = store.create(new.clone()).await;
    assert_eq!(created.phase, Phase::Analysis);
    assert_eq!(created.progress, Phase::Analysis.start());
    assert_eq!((created.attempt, created.failure), (0, None));
    // A repetition of the submit moves nothing more.
    let repeated = store.submit(new.clone()).await.expect("a submit succeeds");
    assert_eq!(repeated.job().id, new.id);
    assert_eq!(store.job(failed.id).await, failed, "ends are final");

    let claimed = store.claim_one().await;
    assert_eq!(claimed.job.id, new.id);
    assert_eq!(claimed.input(), &input);
    let kept = claimed.checkpoints.get(Phase::Scraping);
    assert_eq!(kept, Some(&output(10)));
    // It may fail again, and be continued again.
    let reply = store
        .checkpoint(&claimed.lease, Phase::Analysis, output(5))
        .await;
    assert_eq!(reply.expect("it fits"), HeartbeatReply::Continue);
    store.fail(&claimed.lease).await;
    let last = again(&failed.target).continuing(new.id);
    store.create(last.clone()).await;
    let claimed = store.claim_one().await;
    assert_eq!(claimed.job.phase, Phase::Finalizing);
    assert_eq!(claimed.input(), &input);
    for (phase, size) in [(Phase::Scraping, 10), (Phase::Analysis, 5)] {
        assert_eq!(claimed.checkpoints.get(phase), Some(&output(size)));
    }
    let done = store
        .finish(&claimed.lease, Outcome::Completed(report()))
        .await;
    assert_eq!(done.expect("it fits"), Status::Completed);
    assert_eq!(stored(&store).await, report().len() as u64);
}

pub(super) async fn what_cannot_be_continued_is_refused_by_name(harness: &Harness<'_>) {
    let store = harness.store().await;
    let before = failed_job(&store, None, 10).await;
    let refused = async |new: NewJob, id: JobId, expected: NotContinuable| {
        let stats = store.stats().await.expect("stats");
        match store.submit(new.clone().continuing(id)).await {
            Err(error @ StoreError::NotContinuable { job, reason, .. }) => {
                assert_eq!((job, reason), (id, expected));
                assert!(!error.is_retryable());
            }
            other => panic!("the result should be {expected:?}: {other:?}"),
        }
        let after = store.stats().await.expect("stats");
        assert_eq!(
            (after.jobs, after.stored_bytes),
            (stats.jobs, stats.stored_bytes)
        );
        assert_eq!(store.get(new.id).await.expect("a read succeeds"), None);
    };
    let unknown = JobId::random();
    refused(again(&before.target), unknown, NotContinuable::Unknown).await;
    refused(store.new_job(), before.id, NotContinuable::OtherTarget).await;
    let scope = Scope::new("other").expect("a short text is a scope");
    let scoped = again(&before.target).with_scope(scope);
    refused(scoped, before.id, NotContinuable::OtherTarget).await;

    // A job that has ended well, and is too old to be served.
    let done = store.completed_job().await;
    let rerun = again(&done.target).with_max_age(Some(Duration::ZERO));
    refused(rerun, done.id, NotContinuable::NotFailed).await;
    let early = store.submit_new().await;
    let target = store.job(early).await.target;
    let lease = store.claim_one().await.lease;
    store.fail(&lease).await;
    refused(again(&target), early, NotContinuable::NoCheckpoints).await;

    // What it has left goes to the first.
    let first = store
        .create(again(&before.target).continuing(before.id))
        .await;
    store.cancel(first.id).await.expect("it is there");
    refused(
        again(&before.target),
        before.id,
        NotContinuable::NoCheckpoints,
    )
    .await;
    store
        .create(again(&before.target).continuing(first.id))
        .await;
}

pub(super) async fn a_submit_that_joins_moves_nothing(harness: &Harness<'_>) {
    let store = harness.store().await;
    let failed = failed_job(&store, None, 10).await;
    let owner = store.create(again(&failed.target)).await;
    for _ in 0..2 {
        let joins = again(&failed.target).continuing(failed.id);
        let joined = store.submit(joins).await.expect("joining is never refused");
        assert!(
            matches!(&joined, Submitted::Joined(job) if *job == owner),
            "{joined:?}"
        );
    }
    let claimed = store.claim_one().await;
    assert_eq!(claimed.checkpoints.get(Phase::Scraping), None);
    store.fail(&claimed.lease).await;
    store
        .create(again(&failed.target).continuing(failed.id))
        .await;
    let kept = store.claim_one().await.checkpoints;
    assert_eq!(kept.get(Phase::Scraping), Some(&output(10)));
}

pub(super) async fn what_a_failed_job_has_left_goes_in_time(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    setup.failed_checkpoints = Some(harness.ticks(SHORT));
    let store = harness.store_with(setup).await;
    let failed = failed_job(&store, Some(&Bytes::from_static(b"input")), 10).await;
    assert_eq!(stored(&store).await, 15);
    store.pass(EXPIRED).await;
    refused_for_want_of_checkpoints(&store, &failed).await;
    store.sweep_up_to(10).await;
    assert_eq!(stored(&store).await, 0);
    assert_eq!(store.job(failed.id).await, failed, "the job itself stays");
}

pub(super) async fn what_is_kept_for_no_time_is_dropped_at_the_end(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    setup.failed_checkpoints = Some(Duration::ZERO);
    let store = harness.store_with(setup).await;
    let failed = failed_job(&store, Some(&Bytes::from_static(b"input")), 10).await;
    assert_eq!(stored(&store).await, 0);
    refused_for_want_of_checkpoints(&store, &failed).await;
}

pub(super) async fn checkpoints_never_outlive_their_job(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    setup.retention = harness.ticks(SHORT);
    setup.failed_checkpoints = Some(harness.ticks(LONG));
    let store = harness.store_with(setup).await;
    let failed = failed_job(&store, Some(&Bytes::from_static(b"input")), 10).await;
    store.pass(EXPIRED).await;
    match store
        .submit(again(&failed.target).continuing(failed.id))
        .await
    {
        Err(StoreError::NotContinuable { job, reason, .. }) => {
            assert_eq!((job, reason), (failed.id, NotContinuable::Unknown));
        }
        other => panic!("the job is gone: {other:?}"),
    }
    store.sweep_up_to(10).await;
    let stats = store.stats().await.expect("stats");
    assert_eq!((stats.jobs.total(), stats.stored_bytes), (0, 0));
}

pub(super) async fn what_failed_jobs_have_left_goes_first(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    setup.stored_bytes = Some(1000);
    let store = harness.store_with(setup).await;
    let old = failed_job(&store, None, 400).await;
    store.pass(1).await;
    let young = failed_job(&store, None, 400).await;
    assert_eq!(stored(&store).await, 800);
    store.submit_new().await;
    let lease = store.claim_one().await.lease;
    // The older one makes room, the younger one stays.
    checkpoint(&store, &lease, 500).await;
    assert_eq!(stored(&store).await, 900);
    refused_for_want_of_checkpoints(&store, &old).await;
    // What is refused drops nothing.
    match store
        .checkpoint(&lease, Phase::Scraping, output(1001))
        .await
    {
        Err(StoreError::Full { limit, max, .. }) => {
            assert_eq!((limit, max), (Limit::StoredBytes, 1000));
        }
        other => panic!("the result should be Full: {other:?}"),
    }
    assert_eq!(stored(&store).await, 900);
    let full = async || store.stats().await.expect("stats").full;
    checkpoint(&store, &lease, 600).await;
    assert_eq!((stored(&store).await, full().await), (1000, None));
    store
        .create(again(&young.target).continuing(young.id))
        .await;
    assert_eq!(full().await, Some(Limit::StoredBytes));
    // What has moved to a live job makes no room for anybody.
    match store.checkpoint(&lease, Phase::Scraping, output(601)).await {
        Err(StoreError::Full { limit, .. }) => assert_eq!(limit, Limit::StoredBytes),
        other => panic!("the result should be Full: {other:?}"),
    }
    checkpoint(&store, &lease, 600).await;
    let large = store.new_job().with_input(output(1));
    store.submit(large).await.expect_err("the store is full");
}

/// A job that failed after its first phase.
async fn failed_job(store: &StoreUnderTest<'_>, input: Option<&Bytes>, size: usize) -> Job {
    let new = store.new_job();
    let id = new.id;
    store
        .create(new.with_input(input.cloned().unwrap_or_default()))
        .await;
    let lease = store.claim_one().await.lease;
    assert_eq!(lease.job(), id);
    checkpoint(store, &lease, size).await;
    store.fail(&lease).await;
    store.job(id).await
}

async fn refused_for_want_of_checkpoints(store: &StoreUnderTest<'_>, failed: &Job) {
    match store
        .submit(again(&failed.target).continuing(failed.id))
        .await
    {
        Err(StoreError::NotContinuable { reason, .. }) => {
            assert_eq!(reason, NotContinuable::NoCheckpoints);
        }
        other => panic!("there is nothing left to continue: {other:?}"),
    }
}

async fn checkpoint(store: &StoreUnderTest<'_>, lease: &Lease, size: usize) {
    let kept = store.checkpoint(lease, Phase::Scraping, output(size)).await;
    kept.expect("it fits");
}

fn output(size: usize) -> Bytes {
    Bytes::from(vec![b'1'; size])
}

fn again(target: &Target) -> NewJob {
    NewJob::new(JobId::random(), target.clone()).with_deadline(None)
}

async fn stored(store: &StoreUnderTest<'_>) -> u64 {
    store.stats().await.expect("stats").stored_bytes
}
