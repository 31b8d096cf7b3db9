//! Promise 1: readers never see half a change, and a refused call changes nothing.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use report_pipeline::store::{JobStore, StoreError};
use report_pipeline::{FailureKind, Job, JobId, Phase, Progress, Status, Version};

use crate::harness::{Harness, LONG, failure, platform, report, retry};

pub(super) async fn no_reader_sees_half_a_change(harness: &Harness<'_>) {
    let store = harness.store().await;
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(store.submit_new().await);
    }
    let done = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..3)
        .map(|_| tokio::spawn(read_until(store.shared(), ids.clone(), Arc::clone(&done))))
        .collect();
    for round in 0..ids.len() {
        let claimed = store.claim_one().await;
        tokio::task::yield_now().await;
        store.progress(&claimed.lease, 12).await;
        tokio::task::yield_now().await;
        match round % 4 {
            0 => store.fail(&claimed.lease).await,
            1 => {
                let outcome = retry(store.ticks(LONG), failure(FailureKind::Transient));
                store.requeue(&claimed.lease, outcome).await;
            }
            _ => store.complete(&claimed.lease).await,
        }
        tokio::task::yield_now().await;
    }
    done.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.await.expect("a reader sees whole jobs");
    }
}

pub(super) async fn a_refused_call_changes_nothing(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    let lease = store.claim_one().await.lease;
    let before = (store.job(id).await, store.stats().await.expect("stats"));

    for phase in [Phase::Analysis, Phase::Finalizing] {
        let result = store
            .checkpoint(&lease, phase, Bytes::from_static(b"1"))
            .await;
        assert!(
            matches!(result, Err(StoreError::Misuse(_))),
            "a checkpoint of {phase} makes no sense yet: {result:?}"
        );
    }
    let other = store.new_job();
    let mut stolen = other.clone();
    stolen.id = id;
    let result = store.submit(stolen).await;
    assert!(
        matches!(result, Err(StoreError::IdTaken(taken)) if taken == id),
        "{result:?}"
    );

    let after = (store.job(id).await, store.stats().await.expect("stats"));
    assert_eq!(after.0, before.0);
    assert_eq!(after.1.jobs, before.1.jobs);
    assert_eq!(after.1.stored_bytes, before.1.stored_bytes);
    // The refused submit did not take the key of its target either.
    store.create(other).await;
}

pub(super) async fn counts_agree_with_the_jobs(harness: &Harness<'_>) {
    let store = harness.store().await;
    let (a, b) = (platform("alpha"), platform("beta"));
    assert_eq!(store.stats().await.expect("stats").jobs.total(), 0);

    for _ in 0..4 {
        store.submit_on(&a).await;
    }
    for lease in store
        .claim_up_to(3)
        .await
        .into_iter()
        .map(|one| one.lease)
        .enumerate()
    {
        match lease {
            (0, lease) => store.complete(&lease).await,
            (1, lease) => store.fail(&lease).await,
            _ => {}
        }
    }
    store.submit_on(&b).await;
    store.pause_platform(&b, store.ticks(LONG)).await;
    store.pass(2).await;

    let stats = store.stats().await.expect("stats");
    assert_eq!(stats.jobs.pending, 2);
    assert_eq!(stats.jobs.processing, 1);
    assert_eq!(stats.jobs.completed, 1);
    assert_eq!(stats.jobs.failed, 1);
    assert_eq!(stats.jobs.total(), 5);
    let (on_a, on_b) = (stats.platforms[&a], stats.platforms[&b]);
    assert_eq!((on_a.pending, on_a.processing), (1, 1));
    assert_eq!((on_b.pending, on_b.processing), (1, 0));
    assert_eq!(on_a.paused_for, None);
    assert!(
        on_b.paused_for
            .is_some_and(|left| left <= store.ticks(LONG))
    );
    assert!(stats.oldest_ready.is_some_and(|age| age >= store.ticks(1)));
    assert!(stats.stored_bytes >= report().len() as u64);
    assert_eq!(stats.damaged, 0);
}

async fn read_until(store: Arc<dyn JobStore>, ids: Vec<JobId>, done: Arc<AtomicBool>) {
    let mut seen: HashMap<(JobId, Version), Job> = HashMap::new();
    while !done.load(Ordering::Relaxed) {
        for &id in &ids {
            // In this order: a report that is read is that of a job which has ended before.
            let report = store.report(id).await.expect("a read succeeds");
            let job = store.get(id).await.expect("a read succeeds").expect("held");
            if report.is_some() {
                assert_eq!(job.status, Status::Completed, "a report before its status");
            }
            if job.status == Status::Completed {
                let report = store.report(id).await.expect("a read succeeds");
                assert!(report.is_some(), "a status before its report");
            }
            assert_whole(&job);
            let known = seen.entry((id, job.version)).or_insert_with(|| job.clone());
            assert_eq!(*known, job, "one version has one face");
        }
        tokio::task::yield_now().await;
    }
}

fn assert_whole(job: &Job) {
    let ended = job.status.is_terminal();
    assert_eq!(job.completed_at.is_some(), ended, "{job:?}");
    let complete = job.status == Status::Completed;
    assert_eq!(job.progress == Progress::COMPLETE, complete, "{job:?}");
    assert_eq!(job.report_id().is_some(), complete, "{job:?}");
    assert!(
        job.status != Status::Failed || job.failure.is_some(),
        "{job:?}"
    );
    assert!(
        job.status != Status::Processing || job.attempt > 0,
        "{job:?}"
    );
    assert!(job.updated_at >= job.created_at, "{job:?}");
    let waits_for_retry = job.next_attempt_at.is_some();
    assert!(!waits_for_retry || job.status == Status::Pending, "{job:?}");
    assert!(job.progress >= job.phase.start(), "{job:?}");
}
