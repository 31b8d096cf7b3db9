//! Promise 8 within a scope, and promise 16: one scope cannot fill the queue.

use std::time::Duration;

use report_pipeline::store::{Limit, NewJob, Outcome, StoreError, Submitted};
use report_pipeline::{FailureKind, JobId, Scope, Status, Target};

use crate::harness::{EXPIRED, Harness, SHORT, StoreUnderTest, failure, retry};

pub(super) async fn jobs_of_different_scopes_never_meet(harness: &Harness<'_>) {
    let store = harness.store().await;
    let target = store.new_job().target;
    // Names that an encoding could mix up, with each other and with no scope.
    let names = ["", "a", "A", "a:b", "a%3Ab", "a%3ab", "{a}", " a", "ä", "%"];
    let mut ids = Vec::new();
    for name in names {
        let new = within(&target, name);
        let id = new.id;
        let job = store.create(new).await;
        assert_eq!(job.scope.as_str(), name);
        assert_eq!(store.job(id).await, job, "{name:?}");
        ids.push(id);
    }
    for (name, id) in names.into_iter().zip(&ids) {
        let result = store.submit(within(&target, name)).await;
        let joined = matches!(&result, Ok(Submitted::Joined(job)) if job.id == *id);
        assert!(joined, "{name:?}: {result:?}");
    }
    // One scope's end is nothing to the others.
    let status = store.cancel(ids[1]).await.expect("it is there");
    assert_eq!(status, Status::Failed);
    let again = store.create(within(&target, "a")).await;
    let result = store.submit(within(&target, "")).await;
    let joined = matches!(&result, Ok(Submitted::Joined(job)) if job.id == ids[0]);
    assert!(joined, "{result:?}");
    ids[1] = again.id;

    let claimed = store.claim_up_to(names.len()).await;
    assert_eq!(claimed.len(), names.len());
    for one in claimed {
        let place = ids.iter().position(|id| *id == one.job.id);
        let name = names[place.expect("every job was submitted here")];
        assert_eq!(one.job.scope.as_str(), name);
        store.complete(&one.lease).await;
        let result = store.submit(within(&target, name)).await;
        let served = matches!(&result, Ok(Submitted::Served(job)) if job.id == one.job.id);
        assert!(served, "{name:?}: {result:?}");
    }
}

pub(super) async fn an_id_belongs_to_one_scope(harness: &Harness<'_>) {
    let store = harness.store().await;
    let target = store.new_job().target;
    for (own, other) in [("", "a"), ("b", "c"), ("d", "")] {
        let new = within(&target, own);
        store.create(new.clone()).await;
        let moved = new.clone().with_scope(scope(other));
        let result = store.submit(moved).await;
        let taken = matches!(result, Err(StoreError::IdTaken(id)) if id == new.id);
        assert!(taken, "{own:?} to {other:?}: {result:?}");
    }
}

pub(super) async fn a_full_scope_refuses_its_own_jobs_only(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    setup.pending_jobs_per_scope = Some(2);
    let store = harness.store_with(setup).await;
    let in_scope = |name| store.new_job().with_scope(scope(name));
    let first = in_scope("a");
    store.create(first.clone()).await;
    let second = store.create(in_scope("a")).await.id;
    assert_full(&store, in_scope("a")).await;
    // Joining is never refused, and neither are the jobs of others and of no scope.
    let joins = within(&first.target, "a");
    let result = store.submit(joins).await;
    assert!(matches!(result, Ok(Submitted::Joined(_))), "{result:?}");
    store.create(in_scope("b")).await;
    for _ in 0..3 {
        store.submit_new().await;
    }

    // Every way out of the queue makes room, and every way back into it takes some.
    store.cancel(second).await.expect("it is there");
    let third = in_scope("a");
    store.create(third.clone()).await;
    assert_full(&store, in_scope("a")).await;
    let held = store.claim_up_to(10).await;
    let lease_of = |id: JobId| {
        let of_id = held.iter().find(|one| one.job.id == id);
        of_id.expect("every waiting job is claimed").lease.clone()
    };
    let fourth = store.create(in_scope("a")).await.id;
    store.create(in_scope("a")).await;
    assert_full(&store, in_scope("a")).await;
    let again = retry(Duration::ZERO, failure(FailureKind::Transient));
    store.requeue(&lease_of(first.id), again).await;
    store.cancel(fourth).await.expect("it is there");
    assert_full(&store, in_scope("a")).await;
    store.cancel(first.id).await.expect("it is there");
    let deadline = Some(store.ticks(SHORT));
    store.create(in_scope("a").with_deadline(deadline)).await;
    assert_full(&store, in_scope("a")).await;
    store.pass(EXPIRED).await;
    store.sweep_up_to(10).await;
    store.create(in_scope("a")).await;
    assert_full(&store, in_scope("a")).await;
    store.requeue(&lease_of(third.id), Outcome::Released).await;
    assert_full(&store, in_scope("a")).await;
    for one in store.claim_up_to(10).await {
        store.complete(&one.lease).await;
    }
    for _ in 0..2 {
        store.create(in_scope("a")).await;
    }
    assert_full(&store, in_scope("a")).await;
}

async fn assert_full(store: &StoreUnderTest<'_>, new: NewJob) {
    match store.submit(new).await {
        Err(error @ StoreError::Full { limit, max, .. }) => {
            assert_eq!((limit, max), (Limit::PendingJobsPerScope, 2));
            assert!(error.is_retryable());
        }
        other => panic!("the result should be Full: {other:?}"),
    }
}

fn within(target: &Target, name: &str) -> NewJob {
    NewJob::new(JobId::random(), target.clone())
        .with_deadline(None)
        .with_scope(scope(name))
}

fn scope(name: &str) -> Scope {
    Scope::new(name).expect("a short text is a scope")
}
