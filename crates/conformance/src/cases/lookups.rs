//! `find`, `get_many` and `delete`: parts of promises 1, 8 and 15.

use std::time::Duration;

use report_pipeline::store::{FindRequest, NewJob, Outcome, Stats, StoreError};
use report_pipeline::{FailureKind, Job, JobId, Phase, Scope, Status, Target};

use crate::harness::{
    EXPIRED, Harness, SHORT, StoreUnderTest, assert_lease_lost, assert_not_found, completed,
    failure, platform, retry,
};

async fn found(store: &StoreUnderTest<'_>, target: &Target) -> Option<Job> {
    let found = store.find(FindRequest::new(target.clone())).await;
    found.expect("a read succeeds")
}

pub(super) async fn find_returns_the_job_that_owns_the_target(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    setup.retention = harness.ticks(60);
    let store = harness.store_with(setup).await;
    let new = store.new_job();
    let (id, target) = (new.id, new.target.clone());
    let elsewhere = Target::new(platform("elsewhere"), target.handle.clone());
    let finds = async |expected: Option<JobId>, when: &str| {
        let found = found(&store, &target).await;
        match expected {
            Some(id) => assert_eq!(found, Some(store.job(id).await), "{when}"),
            None => assert_eq!(found, None, "{when}"),
        }
    };
    finds(None, "before any submit").await;
    store.create(new).await;
    finds(Some(id), "waiting").await;
    let lease = store.claim_one().await.lease;
    finds(Some(id), "processing").await;
    let transient = retry(Duration::ZERO, failure(FailureKind::Transient));
    store.requeue(&lease, transient).await;
    finds(Some(id), "waiting for a retry").await;
    let lease = store.claim_one().await.lease;
    store.complete(&lease).await;
    finds(Some(id), "completed").await;
    assert_eq!(found(&store, &elsewhere).await, None);
    let scope = Scope::new("tenant").expect("a word is a scope");
    let scoped = FindRequest::new(target.clone()).with_scope(scope.clone());
    assert_eq!(store.find(scoped.clone()).await.expect("a read"), None);
    let new = NewJob::new(JobId::random(), target.clone()).with_scope(scope);
    let tenants = store.create(new).await;
    assert_eq!(store.find(scoped).await.expect("a read"), Some(tenants));
    finds(Some(id), "beside another scope").await;
    let lease = store.claim_one().await.lease;
    store.fail(&lease).await;
    let again = || NewJob::new(JobId::random(), target.clone()).with_max_age(Some(Duration::ZERO));
    let next = store.create(again()).await.id;
    finds(Some(next), "a newer job owns it").await;
    let lease = store.claim_one().await.lease;
    store.cancel(next).await.expect("it is there");
    finds(None, "to be cancelled").await;
    store.finish(&lease, completed()).await.expect("it holds");
    finds(None, "failed").await;
    store.create(again()).await;
    let lease = store.claim_one().await.lease;
    store.complete(&lease).await;
    store.pass(64).await;
    finds(None, "expired").await;
}

pub(super) async fn get_many_reads_each_as_get_does(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    setup.retention = harness.ticks(SHORT);
    let store = harness.store_with(setup).await;
    let expired = store.completed_job().await.id;
    store.pass(EXPIRED).await;
    let mut ids = vec![expired, JobId::random()];
    for _ in 0..300 {
        ids.push(store.submit_new().await);
    }
    store.claim_up_to(3).await;
    store.cancel(ids[300]).await.expect("it is there");
    ids.push(ids[5]);
    let damaged = store.damage(ids[6]).await;
    let read = store.get_many(&ids).await.expect("a read succeeds");
    assert_eq!(read.len(), ids.len());
    for (index, (id, found)) in ids.iter().zip(read).enumerate() {
        let expected = match index {
            6 if damaged => None,
            // It ended just now, and may expire between the two readings.
            300 => found.clone(),
            _ => store.get(*id).await.expect("a read succeeds"),
        };
        assert_eq!(found, expected, "number {index}");
        let is_none = index < 2 || (index == 6 && damaged);
        assert!(found.is_none() == is_none || index == 300, "number {index}");
    }
    assert!(store.get_many(&[]).await.expect("a read").is_empty());
}

pub(super) async fn delete_leaves_nothing_of_an_ended_job(harness: &Harness<'_>) {
    let store = harness.store().await;
    let new = store.new_job();
    let id = store.create(new.clone()).await.id;
    let refused = |answer: Result<(), StoreError>, when: &str| match answer {
        Err(StoreError::NotEnded(live)) => assert_eq!(live, id, "{when}"),
        other => panic!("{when} the result should be NotEnded: {other:?}"),
    };
    refused(store.delete(id).await, "while pending");
    let lease = store.claim_one().await.lease;
    refused(store.delete(id).await, "while processing");
    // What a failed job leaves for one that continues it is deleted, too.
    let output = store.checkpoint(&lease, Phase::Scraping, vec![b'x'; 100].into());
    output.await.expect("the lease holds");
    store.cancel(id).await.expect("it is there");
    refused(store.delete(id).await, "while it is being cancelled");
    let ended = store.finish(&lease, Outcome::Released).await;
    assert_eq!(ended.expect("the lease holds"), Status::Failed);

    let done = store.completed_job().await;
    for (id, target) in [(id, &new.target), (done.id, &done.target)] {
        for _ in 0..2 {
            store.delete(id).await.expect("an ended job is deleted");
        }
        assert_eq!(store.get(id).await.expect("a read succeeds"), None);
        assert_eq!(store.report(id).await.expect("a read succeeds"), None);
        assert_eq!(found(&store, target).await, None);
        assert_not_found(id, store.cancel(id).await);
    }
    assert_lease_lost(id, store.finish(&lease, completed()).await);
    let unknown = store.delete(JobId::random()).await;
    unknown.expect("there is nothing to delete");
    let swept = store.sweep_up_to(10).await;
    assert_eq!(swept.removed, 0, "nothing is left to sweep");
    assert_eq!(store.stats().await.expect("stats"), Stats::default());

    // The id and the target are free; a job that does not own its target takes nothing with it.
    let old = store.create(new.clone()).await.id;
    let lease = store.claim_one().await.lease;
    store.complete(&lease).await;
    let mut rerun = store.new_job().with_max_age(Some(Duration::ZERO));
    rerun.target = new.target;
    let rerun = store.create(rerun).await;
    store.delete(old).await.expect("an ended job is deleted");
    assert_eq!(found(&store, &rerun.target).await, Some(rerun));
}
