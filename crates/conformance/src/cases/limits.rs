//! Promise 16: limits refuse, by name, and evict no job.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{Limit, NewJob, Outcome, Payload, SaveRequest, StoreError, Submitted};
use report_pipeline::{FailureKind, JobId, Phase, Status};

use crate::harness::{
    EXPIRED, Harness, PROMPT, SHORT, StoreUnderTest, assert_lease_lost, failure, report, retry,
};

pub(super) async fn a_full_queue_refuses_new_jobs_only(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    setup.pending_jobs = Some(2);
    let store = harness.store_with(setup).await;
    let done = store.completed_job().await;
    let first = store.new_job();
    store.create(first.clone()).await;
    let second = store.submit_new().await;

    let third = store.new_job();
    for _ in 0..3 {
        assert_full(Limit::PendingJobs, 2, store.submit(third.clone()).await);
    }
    let full = store.stats().await.expect("stats").full;
    assert_eq!(full, Some(Limit::PendingJobs));
    let checked = store.check().await;
    checked.expect("a limit that is reached is no failure of the store");
    assert_eq!(store.get(third.id).await.expect("a read succeeds"), None);
    // Nobody else notices: joining, being served and repeating go on, nothing was evicted.
    let joins = NewJob::new(JobId::random(), first.target.clone());
    let answer = store.submit(joins).await.expect("joining is never refused");
    assert!(matches!(answer, Submitted::Joined(_)), "{answer:?}");
    let served = NewJob::new(JobId::random(), done.target.clone());
    let answer = store
        .submit(served)
        .await
        .expect("being served is never refused");
    assert!(matches!(answer, Submitted::Served(_)), "{answer:?}");
    let answer = store
        .submit(first.clone())
        .await
        .expect("a repetition is no new job");
    assert_eq!(answer.job().id, first.id);
    let rerun = NewJob::new(JobId::random(), done.target).with_max_age(Some(Duration::ZERO));
    assert_full(Limit::PendingJobs, 2, store.submit(rerun).await);
    for id in [first.id, second] {
        assert_eq!(store.job(id).await.status, Status::Pending);
    }

    // A running job has left the queue, and may return to it though it is full.
    let lease = store.claim_one().await.lease;
    assert_eq!(store.stats().await.expect("stats").full, None);
    store.create(third).await;
    store
        .requeue(
            &lease,
            retry(Duration::ZERO, failure(FailureKind::Transient)),
        )
        .await;
    let lease = store.claim_one().await.lease;
    store.submit(store.new_job()).await.expect_err("two wait");
    store.requeue(&lease, Outcome::Released).await;
    store.let_lease_expire().await;
    store.sweep_up_to(10).await;
    assert_eq!(store.stats().await.expect("stats").jobs.pending, 3);
}

pub(super) async fn errors_come_in_one_order(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    (setup.stored_bytes, setup.value_bytes, setup.input_bytes) = (Some(100), Some(80), Some(20));
    let store = harness.store_with(setup).await;
    let value = |size: usize| Bytes::from(vec![b'1'; size]);
    let new = store.new_job();
    let id = store.create(new.clone()).await.id;
    let old = store.claim_one().await.lease;
    store.requeue(&old, Outcome::Released).await;
    let lease = store.claim_one().await.lease;

    // With a lease: whether it holds, whether the call makes sense, the value, the store.
    let save = |phase, size| SaveRequest::append(phase, 0, value(size));
    for phase in [Phase::Scraping, Phase::Analysis, Phase::Finalizing] {
        assert_lease_lost(id, store.checkpoint(&old, phase, value(200)).await);
        assert_lease_lost(id, store.save(&old, save(phase, 200)).await);
    }
    assert_lease_lost(id, store.finish(&old, Outcome::Completed(value(200))).await);
    for phase in [Phase::Analysis, Phase::Finalizing] {
        let kept = store.checkpoint(&lease, phase, value(200)).await;
        assert!(matches!(kept, Err(StoreError::Misuse(_))), "{kept:?}");
        let kept = store.save(&lease, save(phase, 200)).await;
        assert!(matches!(kept, Err(StoreError::Misuse(_))), "{kept:?}");
    }
    let kept = store.checkpoint(&lease, Phase::Scraping, value(200)).await;
    assert!(matches!(kept, Err(StoreError::TooLarge { .. })), "{kept:?}");
    let kept = store.save(&lease, save(Phase::Scraping, 200)).await;
    assert!(matches!(kept, Err(StoreError::TooLarge { .. })), "{kept:?}");
    let kept = store.finish(&lease, Outcome::Completed(value(200))).await;
    assert!(matches!(kept, Err(StoreError::TooLarge { .. })), "{kept:?}");

    // A submit: the input, the id, the job to continue, the store.
    let unknown = JobId::random();
    let mut taken = store.new_job().continuing(unknown).with_input(value(30));
    taken.id = id;
    let refused = store.submit(taken.clone()).await;
    assert!(
        matches!(refused, Err(StoreError::TooLarge { .. })),
        "{refused:?}"
    );
    let kept = store.checkpoint(&lease, Phase::Scraping, value(80)).await;
    kept.expect("it fits");
    let kept = store.checkpoint(&lease, Phase::Analysis, value(20)).await;
    kept.expect("it fits, and the store is full");
    let refused = store.submit(taken.with_input(value(1))).await;
    assert!(
        matches!(refused, Err(StoreError::IdTaken(_))),
        "{refused:?}"
    );
    let refused = store.submit(store.new_job().continuing(unknown)).await;
    let is_named = matches!(refused, Err(StoreError::NotContinuable { .. }));
    assert!(is_named, "{refused:?}");
    let refused = store.submit(store.new_job()).await;
    assert!(
        matches!(refused, Err(StoreError::Full { .. })),
        "{refused:?}"
    );
    let mut joins = store.new_job().continuing(unknown).with_input(value(1));
    joins.target = new.target;
    let joined = store.submit(joins).await;
    assert!(matches!(joined, Ok(Submitted::Joined(_))), "{joined:?}");
}

pub(super) async fn a_full_store_refuses_until_it_is_swept(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    (setup.jobs, setup.retention) = (Some(3), harness.ticks(SHORT));
    let store = harness.store_with(setup).await;
    let done = store.completed_job().await;
    store.submit_new().await;
    let lease = store.claim_one().await.lease;
    store.fail(&lease).await;
    let live = store.submit_new().await;

    let new = store.new_job();
    assert_full(Limit::Jobs, 3, store.submit(new.clone()).await);
    assert_eq!(
        store.report(done.id).await.expect("a read succeeds"),
        Some(report())
    );
    let answer = store
        .submit(NewJob::new(JobId::random(), done.target))
        .await;
    assert!(matches!(answer, Ok(Submitted::Served(_))), "{answer:?}");

    store.pass(EXPIRED).await;
    store.sweep_up_to(10).await;
    store.create(new).await;
    assert_eq!(store.job(live).await.status, Status::Pending);
}

pub(super) async fn a_value_that_is_too_large_is_refused_by_name(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    setup.value_bytes = Some(100);
    let store = harness.store_with(setup).await;
    let id = store.submit_new().await;
    let lease = store.claim_one().await.lease;
    let (fits, too_large) = (Bytes::from(vec![b'1'; 100]), Bytes::from(vec![b'1'; 101]));
    for phase in [Phase::Scraping, Phase::Analysis] {
        let before = store.job(id).await;
        let answer = store.checkpoint(&lease, phase, too_large.clone()).await;
        assert_too_large(Payload::Checkpoint(phase), answer);
        assert_eq!(store.job(id).await, before);
        store
            .checkpoint(&lease, phase, fits.clone())
            .await
            .expect("100 bytes fit");
    }
    let before = store.job(id).await;
    let answer = store.finish(&lease, Outcome::Completed(too_large)).await;
    assert_too_large(Payload::Report, answer);
    assert_eq!(store.job(id).await, before);
    assert_eq!(store.report(id).await.expect("a read succeeds"), None);
    // The job is still held: it can be finished with another outcome, this one included.
    store
        .heartbeat(&lease, store.beat(SHORT, None))
        .await
        .expect("the lease holds");
    let status = store.finish(&lease, Outcome::Completed(fits.clone())).await;
    assert_eq!(status.expect("100 bytes fit"), Status::Completed);
    assert_eq!(store.report(id).await.expect("a read succeeds"), Some(fits));
}

pub(super) async fn a_store_full_of_bytes_refuses_until_it_is_swept(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    (setup.stored_bytes, setup.retention) = (Some(1000), harness.ticks(SHORT));
    let store = harness.store_with(setup).await;
    for _ in 0..2 {
        store.submit_new().await;
    }
    let held = store.claim_up_to(2).await;
    let (big, small) = (&held[0].lease, &held[1].lease);
    let of = |size: usize| Bytes::from(vec![b'1'; size]);
    store
        .checkpoint(big, Phase::Scraping, of(900))
        .await
        .expect("900 bytes fit");
    // What replaces a value does not count beside it.
    store
        .checkpoint(big, Phase::Scraping, of(950))
        .await
        .expect("950 bytes fit");
    let stored = store.stats().await.expect("stats").stored_bytes;
    assert_eq!(stored, 950);

    let before = store.job(small.job()).await;
    let answer = store.checkpoint(small, Phase::Scraping, of(51)).await;
    assert_full(Limit::StoredBytes, 1000, answer);
    let answer = store.finish(small, Outcome::Completed(of(51))).await;
    assert_full(Limit::StoredBytes, 1000, answer);
    assert_eq!(store.job(small.job()).await, before);
    store
        .checkpoint(small, Phase::Scraping, of(40))
        .await
        .expect("990 bytes fit");

    store.fail(big).await;
    store.pass(EXPIRED).await;
    store.sweep_up_to(10).await;
    let status = store.finish(small, Outcome::Completed(of(900))).await;
    assert_eq!(status.expect("there is room again"), Status::Completed);
    let stored = store.stats().await.expect("stats").stored_bytes;
    assert!((900..=1000).contains(&stored), "{stored}");
}

pub(super) async fn what_is_kept_is_what_is_counted(harness: &Harness<'_>) {
    let store = harness.store().await;
    store.submit_new().await;
    let lease = store.claim_one().await.lease;
    // Two bytes of a buffer with many more: its room must be free again once the call has returned.
    let part = |buffer: &Arc<[u8]>| Bytes::from_owner(Arc::clone(buffer)).slice(..2);
    for phase in [Phase::Scraping, Phase::Analysis] {
        let buffer: Arc<[u8]> = vec![b'1'; 4096].into();
        let number = 2 * phase as u32;
        let page = SaveRequest::append(phase, number, part(&buffer));
        let state = SaveRequest::replace(phase, number + 1, part(&buffer));
        for request in [page, state] {
            let kept = store.save(&lease, request).await;
            kept.expect("two bytes fit");
        }
        assert_freed(&store, &buffer, "what was saved").await;
        let kept = store.checkpoint(&lease, phase, part(&buffer)).await;
        kept.expect("two bytes fit");
        assert_freed(&store, &buffer, &phase.to_string()).await;
    }
    assert_eq!(store.stats().await.expect("stats").stored_bytes, 4);
    let buffer: Arc<[u8]> = vec![b'1'; 4096].into();
    let report = Outcome::Completed(part(&buffer));
    let status = store.finish(&lease, report).await;
    assert_eq!(status.expect("two bytes fit"), Status::Completed);
    assert_freed(&store, &buffer, "the report").await;
    let report = store.report(lease.job()).await.expect("a read succeeds");
    assert_eq!(report.as_deref(), Some(&b"11"[..]));
}

/// What a store sends on its way may be dropped a little later than the call returns.
async fn assert_freed(store: &StoreUnderTest<'_>, buffer: &Arc<[u8]>, what: &str) {
    for _ in 0..PROMPT {
        if Arc::strong_count(buffer) == 1 {
            return;
        }
        store.pass(1).await;
    }
    panic!("{what}: the store keeps a buffer of which it counts two bytes");
}

#[track_caller]
fn assert_full<T: Debug>(name: Limit, value: u64, answer: Result<T, StoreError>) {
    match answer {
        Err(error @ StoreError::Full { limit, max, .. }) => {
            assert_eq!((limit, max), (name, value));
            assert!(error.is_retryable());
        }
        other => panic!("the result should be Full by {name}: {other:?}"),
    }
}

#[track_caller]
fn assert_too_large<T: Debug>(name: Payload, answer: Result<T, StoreError>) {
    match answer {
        Err(
            error @ StoreError::TooLarge {
                payload, size, max, ..
            },
        ) => {
            assert_eq!((payload, size, max), (name, 101, 100));
            assert!(!error.is_retryable());
        }
        other => panic!("the result should be TooLarge: {other:?}"),
    }
}
