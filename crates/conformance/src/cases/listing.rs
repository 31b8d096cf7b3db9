//! `list`: a part of promise 1.

use std::collections::BTreeSet;
use std::time::Duration;

use report_pipeline::store::{Cursor, ListRequest, StoreError};
use report_pipeline::{Job, JobId, Platform, Scope, Status};

use crate::harness::{EXPIRED, Harness, SHORT, StoreUnderTest, platform};

/// Reads all pages.
async fn all(store: &StoreUnderTest<'_>, mut request: ListRequest) -> Vec<Job> {
    let mut found = Vec::new();
    // Far more pages than there can be: a cursor must get on.
    for _ in 0..200 {
        let page = store.list(request.clone()).await.expect("a list is read");
        assert!(page.jobs.len() <= request.limit, "{}", page.jobs.len());
        found.extend(page.jobs);
        match page.next {
            None => return found,
            Some(next) => request.after = Some(next),
        }
    }
    panic!("a list of a few jobs does not end");
}

fn ids(jobs: &[Job]) -> Vec<JobId> {
    jobs.iter().map(|job| job.id).collect()
}

pub(super) async fn a_list_has_every_job_once_the_newest_first(harness: &Harness<'_>) {
    let store = harness.store().await;
    let none = store.list(ListRequest::new()).await;
    let none = none.expect("an empty store has a list");
    assert_eq!((none.jobs.len(), none.next), (0, None));
    let mut made = Vec::new();
    for number in 0..30 {
        let mut new = store.new_job();
        if number % 3 == 0 {
            // What is ordered before older jobs is no older for it.
            new = new.with_head_start(Duration::from_secs(60));
        }
        made.push(store.create(new).await.id);
    }
    // Whatever becomes of them.
    store.claim_up_to(5).await;
    let lease = store.claim_one().await.lease;
    store.complete(&lease).await;
    store.cancel(made[20]).await.expect("it is there");
    made.reverse();
    for limit in [1, 7, 30, 1_000] {
        let listed = all(&store, ListRequest::new().with_limit(limit)).await;
        assert_eq!(ids(&listed), made, "in pages of {limit}");
    }
    let listed = all(&store, ListRequest::new()).await;
    for job in listed {
        assert_eq!(job, store.job(job.id).await);
    }
    // A submit that joins or is repeated makes no second entry, and what comes later is on no later page.
    let first = store.list(ListRequest::new().with_limit(10)).await;
    let first = first.expect("a list is read");
    store.submit_new().await;
    let rest = all(&store, ListRequest::new().with_after(first.next)).await;
    assert_eq!(ids(&rest), made[10..]);
}

pub(super) async fn a_list_has_the_jobs_that_are_asked_for(harness: &Harness<'_>) {
    let store = harness.store().await;
    let (here, there) = (platform("here"), platform("there"));
    let tenant = Scope::new("tenant").expect("a word is a scope");
    let mut made = Vec::new();
    for number in 0..12 {
        let platform = if number % 2 == 0 { &here } else { &there };
        let mut new = store.new_job_on(platform);
        if number % 3 == 0 {
            new = new.with_scope(tenant.clone());
        }
        made.push(store.create(new).await);
    }
    store.cancel(made[0].id).await.expect("it is there");
    store.claim_up_to(3).await;
    let target = made[6].target.clone();
    let requests = [
        ListRequest::new().with_status(Status::Failed),
        ListRequest::new().with_status(Status::Processing),
        ListRequest::new().with_platform(there.clone()),
        ListRequest::new().with_scope(tenant.clone()),
        ListRequest::new().with_scope(Scope::NONE),
        ListRequest::new().with_target(target.clone()),
        ListRequest::new()
            .with_target(target.clone())
            .with_scope(Scope::NONE),
        ListRequest::new()
            .with_target(target)
            .with_platform(there.clone()),
        ListRequest::new().with_scope(tenant).with_platform(there),
    ];
    for request in requests {
        let mut expected = Vec::new();
        for job in made.iter().rev() {
            let job = store.job(job.id).await;
            expected.extend(request.wants(&job).then_some(job));
        }
        for limit in [1, 50] {
            let listed = all(&store, request.clone().with_limit(limit)).await;
            assert_eq!(listed, expected, "{request:?}");
        }
    }
}

pub(super) async fn a_list_gets_past_many_that_are_not_asked_for(harness: &Harness<'_>) {
    let store = harness.store().await;
    let rare = store.submit_on(&platform("rare")).await;
    store.submit_many(1_500, &Platform::default()).await;
    let request = ListRequest::new().with_platform(platform("rare"));
    assert_eq!(ids(&all(&store, request).await), [rare]);
    let listed = all(&store, ListRequest::new().with_limit(1_000)).await;
    let listed: BTreeSet<JobId> = listed.into_iter().map(|job| job.id).collect();
    assert_eq!(listed.len(), 1_501);
}

pub(super) async fn a_list_leaves_out_what_is_gone(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    setup.retention = harness.ticks(SHORT);
    let store = harness.store_with(setup).await;
    let mut stay = Vec::new();
    for _ in 0..40 {
        stay.push(store.submit_new().await);
        let gone = store.submit_new().await;
        store.cancel(gone).await.expect("it is there");
    }
    stay.reverse();
    store.pass(EXPIRED).await;
    let listed = all(&store, ListRequest::new()).await;
    assert_eq!(ids(&listed), stay, "before a sweep");
    for _ in 0..3 {
        store.sweep_up_to(1_000).await;
        let listed = all(&store, ListRequest::new().with_limit(3)).await;
        assert_eq!(ids(&listed), stay, "after a sweep");
    }
    let ended = store.submit_new().await;
    store.cancel(ended).await.expect("it is there");
    store.delete(ended).await.expect("it has ended");
    assert_eq!(ids(&all(&store, ListRequest::new()).await), stay);
    let foreign = Cursor::new("elsewhere").expect("letters are a cursor");
    let refused = store.list(ListRequest::new().with_after(foreign)).await;
    assert!(matches!(refused, Err(StoreError::Misuse(_))), "{refused:?}");
}
