//! Promise 8: one live job per target, and who holds a target's key for how long.

use std::time::Duration;

use report_pipeline::store::{FindRequest, NewJob, Outcome, ProgramVersion, Submitted};
use report_pipeline::{FailureKind, JobId, Platform, Status, Target};

use crate::harness::{
    EXPIRED, Harness, LONG, SHORT, StoreUnderTest, assert_failed, completed, failure, report, retry,
};

pub(super) async fn a_live_job_is_joined_whatever_the_age(harness: &Harness<'_>) {
    let store = harness.store().await;
    let new = store.new_job();
    let (id, target) = (new.id, new.target.clone());
    store.create(new).await;
    let joins = async |when: &str| {
        for max_age in [None, Some(Duration::ZERO), Some(Duration::MAX)] {
            let result = store.submit(again(&target).with_max_age(max_age)).await;
            match result {
                // The job as it is now, not as it was submitted.
                Ok(Submitted::Joined(job)) => assert_eq!(job, store.job(id).await, "{when}"),
                other => panic!("{when}, max_age {max_age:?}: {other:?}"),
            }
        }
    };
    joins("while pending").await;
    let lease = store.claim_one().await.lease;
    joins("while processing").await;
    store
        .requeue(
            &lease,
            retry(store.ticks(3), failure(FailureKind::Transient)),
        )
        .await;
    joins("while waiting for a retry").await;
    store.pass(5).await;
    let lease = store.claim_one().await.lease;
    store.requeue(&lease, Outcome::Released).await;
    joins("after a release").await;
    store.let_lease_expire().await;
    joins("after a crash").await;
    store.sweep_up_to(10).await;
    joins("after a rescue").await;
    assert_eq!(store.stats().await.expect("stats").jobs.total(), 1);
}

pub(super) async fn a_completed_job_is_served_while_it_is_fresh(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    setup.retention = harness.ticks(30);
    let store = harness.store_with(setup).await;
    let old = store.completed_job().await;
    store.pass(6).await;
    for max_age in [None, Some(store.ticks(20)), Some(Duration::MAX)] {
        let result = store.submit(again(&old.target).with_max_age(max_age)).await;
        match result {
            Ok(Submitted::Served(job)) => assert_eq!(job, old),
            other => panic!("a report of 6 ticks is fresh for {max_age:?}: {other:?}"),
        }
    }
    // Too old for this caller. The new job is live, so that everybody joins it from now on.
    let rerun = again(&old.target).with_max_age(Some(store.ticks(3)));
    let rerun = store.create(rerun).await.id;
    assert_joined(&store, &old.target, rerun).await;
    let lease = store.claim_one().await.lease;
    store.complete(&lease).await;
    let zero = again(&old.target).with_max_age(Some(Duration::ZERO));
    let zero = store.create(zero).await.id;
    assert_joined(&store, &old.target, zero).await;
    let lease = store.claim_one().await.lease;
    store.complete(&lease).await;
    assert_served(&store, &old.target, zero).await;
    // Nobody is served with what has expired, swept or not.
    store.pass(32).await;
    store.create(again(&old.target)).await;
    let lease = store.claim_one().await.lease;
    store.fail(&lease).await;

    // Its age counts from its end, however long the job took.
    let new = store.new_job();
    store.create(new.clone()).await;
    store.pass(20).await;
    let lease = store.claim_one().await.lease;
    store.complete(&lease).await;
    let fresh = again(&new.target).with_max_age(Some(store.ticks(15)));
    let result = store.submit(fresh).await;
    let served = matches!(&result, Ok(Submitted::Served(job)) if job.id == new.id);
    assert!(
        served,
        "a report that has just been made is fresh: {result:?}"
    );
}

pub(super) async fn a_report_of_another_program_is_not_served(harness: &Harness<'_>) {
    let store = harness.store().await;
    let version = |name| ProgramVersion::new(name).expect("a version");
    let asks = |target: &Target, name| again(target).with_program_version(version(name));
    let claim = async |name| {
        let request = store.request().with_program_version(version(name));
        let mut claimed = store.claim_as(request).await;
        claimed.pop().expect("the job is ready").lease
    };
    let served = async |job: NewJob, id, why: &str| {
        let result = store.submit(job).await;
        let served = matches!(&result, Ok(Submitted::Served(job)) if job.id == id);
        assert!(served, "{why}: {result:?}");
    };
    let first = store.create(asks(&store.new_job().target, "1")).await;
    let target = &first.target;
    // The last claim counts: that is who makes the report.
    let lease = claim("2").await;
    store.requeue(&lease, Outcome::Released).await;
    store.complete(&claim("1").await).await;
    served(asks(target, "1"), first.id, "it has made the report").await;
    served(again(target), first.id, "any version will do").await;

    // A live job is joined, whatever works on it.
    let second = store.create(asks(target, "2")).await.id;
    let lease = claim("1").await;
    let result = store.submit(asks(target, "3")).await;
    let joined = matches!(&result, Ok(Submitted::Joined(job)) if job.id == second);
    assert!(joined, "{result:?}");
    store.requeue(&lease, Outcome::Released).await;
    store.complete(&claim("2").await).await;
    served(asks(target, "2"), second, "it has made the report").await;

    // Nor one that nobody has put a version on.
    let third = store.create(asks(target, "1")).await.id;
    store.complete(&store.claim_one().await.lease).await;
    served(again(target), third, "any version will do").await;
    store.create(asks(target, "1")).await;
}

pub(super) async fn a_report_that_is_about_to_expire_is_not_served(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    setup.retention = harness.ticks(100);
    let store = harness.store_with(setup).await;
    let old = store.completed_job().await;
    assert_served(&store, &old.target, old.id).await;
    // The last tenth has begun.
    store.pass(94).await;
    // It is still there for those who ask for it.
    let find = FindRequest::new(old.target.clone());
    let found = store.find(find).await.expect("a read succeeds");
    assert_eq!(found.map(|job| job.id), Some(old.id));
    let next = store.create(again(&old.target)).await.id;
    assert_joined(&store, &old.target, next).await;
}

pub(super) async fn every_bad_end_frees_the_target_at_once(harness: &Harness<'_>) {
    let store = harness.store().await;
    let target = store.new_job().target;

    store.create(again(&target)).await;
    let lease = store.claim_one().await.lease;
    store.fail(&lease).await;

    let id = store.create(again(&target)).await.id;
    assert_eq!(store.cancel(id).await.expect("it is there"), Status::Failed);

    let id = store.create(again(&target)).await.id;
    let lease = store.claim_one().await.lease;
    store
        .requeue(
            &lease,
            retry(store.ticks(LONG), failure(FailureKind::Transient)),
        )
        .await;
    assert_eq!(store.cancel(id).await.expect("it is there"), Status::Failed);

    let id = store.create(again(&target).with_max_crashes(1)).await.id;
    store.let_lease_expire().await;
    store.claim_nothing().await;
    assert_failed(&store.job(id).await, FailureKind::Crashed);

    let deadline = Some(store.ticks(SHORT));
    let id = store
        .create(again(&target).with_deadline(deadline))
        .await
        .id;
    store.pass(EXPIRED).await;
    store.claim_nothing().await;
    assert_failed(&store.job(id).await, FailureKind::DeadlineExceeded);

    let last = store.create(again(&target)).await.id;
    assert_eq!(store.claim_one().await.job.id, last);
}

pub(super) async fn a_cancel_request_frees_the_target_at_once(harness: &Harness<'_>) {
    let store = harness.store().await;
    let target = store.new_job().target;
    let cancelled = store.create(again(&target)).await.id;
    let old = store.claim_one().await.lease;
    let status = store.cancel(cancelled).await.expect("it is there");
    assert_eq!(status, Status::Processing);

    let new = store.create(again(&target)).await.id;
    assert_joined(&store, &target, new).await;
    // The end of the cancelled job is not the end of the new one's key.
    let status = store
        .finish(&old, completed())
        .await
        .expect("the lease holds");
    assert_eq!(status, Status::Failed);
    assert_joined(&store, &target, new).await;
    let lease = store.claim_one().await.lease;
    assert_eq!(lease.job(), new);
    store.complete(&lease).await;
    assert_served(&store, &target, new).await;
}

pub(super) async fn a_crash_frees_the_target_through_the_lease(harness: &Harness<'_>) {
    let store = harness.store().await;
    let target = store.new_job().target;
    let id = store.create(again(&target)).await.id;
    store.let_lease_expire().await;
    // The expired job is live: it is joined, and it runs again.
    assert_joined(&store, &target, id).await;
    let lease = store.claim_one().await.lease;
    assert_eq!(lease.job(), id);
    store.complete(&lease).await;
    assert_served(&store, &target, id).await;
}

pub(super) async fn a_rerun_leaves_the_old_report_and_keeps_the_key(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    setup.retention = harness.ticks(20);
    let store = harness.store_with(setup).await;
    let old = store.completed_job().await;
    store.pass(12).await;
    let rerun = again(&old.target).with_max_age(Some(Duration::ZERO));
    let new = store.create(rerun).await.id;
    let lease = store.claim_one().await.lease;
    assert_eq!(
        store.report(old.id).await.expect("a read succeeds"),
        Some(report())
    );
    assert_eq!(store.job(old.id).await, old);

    store.pass(12).await;
    assert_eq!(
        store.get(old.id).await.expect("a read succeeds"),
        None,
        "its time is over"
    );
    assert_joined(&store, &old.target, new).await;
    store.sweep_up_to(10).await;
    assert_joined(&store, &old.target, new).await;
    store.complete(&lease).await;
    assert_served(&store, &old.target, new).await;

    // The same when the new job has completed before the old report expires.
    store.pass(12).await;
    let rerun = again(&old.target).with_max_age(Some(Duration::ZERO));
    let newest = store.create(rerun).await.id;
    let lease = store.claim_one().await.lease;
    store.complete(&lease).await;
    store.pass(12).await;
    store.sweep_up_to(10).await;
    assert_eq!(
        store.get(new).await.expect("a read succeeds"),
        None,
        "its time is over"
    );
    assert_served(&store, &old.target, newest).await;
}

pub(super) async fn platforms_do_not_share_handles(harness: &Harness<'_>) {
    let store = harness.store().await;
    let first = store.new_job();
    let mut second = store.new_job();
    let other = crate::harness::platform("other");
    second.target = Target::new(other, first.target.handle.clone());
    store.create(first).await;
    store.create(second).await;
    assert_eq!(store.claim_up_to(10).await.len(), 2);
}

pub(super) async fn submits_that_race_for_one_target_make_one_job_each_time(harness: &Harness<'_>) {
    const RACES: usize = 100;
    const CALLERS: usize = 8;
    let store = harness.store().await;
    for race in 0..RACES {
        // A free target is raced for, and one whose report is too old for all.
        let target = if race % 2 == 0 {
            store.target_on(&Platform::default())
        } else {
            store.completed_job().await.target
        };
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                let store = store.shared();
                let job = again(&target).with_max_age(Some(Duration::ZERO));
                tokio::spawn(async move { store.submit(job).await })
            })
            .collect();
        let (mut created, mut followed) = (0, Vec::new());
        for caller in callers {
            let result = caller.await.expect("a caller does not panic");
            let result = result.expect("a submit succeeds");
            created += usize::from(matches!(result, Submitted::Created(_)));
            followed.push(result.job().id);
        }
        followed.dedup();
        assert_eq!((created, followed.len()), (1, 1), "race {race}");
        let lease = store.claim_one().await.lease;
        assert_eq!(lease.job(), followed[0]);
        store.complete(&lease).await;
        store.claim_nothing().await;
    }
}

pub(super) async fn ten_thousand_submits_of_one_target_make_one_job(harness: &Harness<'_>) {
    const CALLERS: usize = 100;
    const EACH: usize = 100;
    let store = harness.store().await;
    let target = store.target_on(&Platform::default());
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (store, target) = (store.shared(), target.clone());
            tokio::spawn(async move {
                let (mut created, mut followed) = (0, Vec::new());
                for _ in 0..EACH {
                    let result = store.submit(again(&target)).await;
                    let result = result.expect("a submit succeeds");
                    created += usize::from(matches!(result, Submitted::Created(_)));
                    followed.push(result.job().id);
                    tokio::task::yield_now().await;
                }
                (created, followed)
            })
        })
        .collect();
    let (mut created, mut followed) = (0, Vec::<JobId>::new());
    for caller in callers {
        let results = caller.await.expect("a caller does not panic");
        created += results.0;
        followed.extend(results.1);
    }
    assert_eq!(created, 1);
    assert_eq!(followed.len(), CALLERS * EACH);
    followed.dedup();
    assert_eq!(followed.len(), 1, "everybody follows the same job");
    assert_eq!(store.stats().await.expect("stats").jobs.total(), 1);
}

/// A submit of somebody else for the same target.
fn again(target: &Target) -> NewJob {
    NewJob::new(JobId::random(), target.clone()).with_deadline(None)
}

async fn assert_joined(store: &StoreUnderTest<'_>, target: &Target, id: JobId) {
    let result = store.submit(again(target)).await;
    let joined = matches!(&result, Ok(Submitted::Joined(job)) if job.id == id);
    assert!(joined, "{result:?} should be Joined {id}");
}

async fn assert_served(store: &StoreUnderTest<'_>, target: &Target, id: JobId) {
    let result = store.submit(again(target)).await;
    let served = matches!(&result, Ok(Submitted::Served(job)) if job.id == id);
    assert!(served, "{result:?} should be Served {id}");
}
