//! Notes and their delivery: promise 20.

use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{
    ClaimEndedRequest, Delivery, EndedJob, Limit, NewJob, Note, Outcome, Payload, StoreError,
    Submitted,
};
use report_pipeline::{FailureKind, JobId, Status};
use tokio::task::JoinHandle;

use crate::harness::{EXPIRED, Harness, LONG, SHORT, StoreUnderTest, failure, platform, retry};

/// Again at once.
const AGAIN: Delivery = Delivery::Retry {
    after: Duration::ZERO,
};

fn text(name: &str) -> Bytes {
    Bytes::copy_from_slice(name.as_bytes())
}

/// Another submit for the target of `new`, with a note.
fn another(new: &NewJob, note: &str) -> NewJob {
    NewJob::new(JobId::random(), new.target.clone())
        .with_deadline(None)
        .with_note(text(note))
}

fn request(store: &StoreUnderTest<'_>) -> ClaimEndedRequest {
    ClaimEndedRequest::new().with_lease(store.ticks(LONG))
}

async fn claim_up_to(store: &StoreUnderTest<'_>, max: usize) -> Vec<EndedJob> {
    let claimed = store.claim_ended(request(store).with_max(max)).await;
    claimed.expect("a claim of notes succeeds")
}

async fn claim(store: &StoreUnderTest<'_>) -> EndedJob {
    let claimed = claim_up_to(store, 1).await.pop();
    claimed.expect("an ended job has notes")
}

async fn claim_nothing(store: &StoreUnderTest<'_>, when: &str) {
    let claimed = claim_up_to(store, 10).await;
    assert!(claimed.is_empty(), "{when}: {claimed:?}");
}

async fn acknowledge(store: &StoreUnderTest<'_>, ended: &EndedJob, delivery: Delivery) {
    let done = store.acknowledge(&ended.receipt, delivery).await;
    done.expect("an acknowledgement is kept");
}

fn values(ended: &EndedJob) -> Vec<Bytes> {
    ended
        .notes
        .iter()
        .map(|note| note.value().clone())
        .collect()
}

pub(super) async fn every_submit_of_a_job_leaves_its_note(harness: &Harness<'_>) {
    let store = harness.store().await;
    let first = store
        .new_job()
        .with_note(Bytes::from_static(b"\0 first\xff"));
    store.create(first.clone()).await;
    let (second, third) = (another(&first, "second"), another(&first, "second"));
    let joined = store.submit(second.clone()).await.expect("it joins");
    assert!(matches!(joined, Submitted::Joined(_)), "{joined:?}");
    let lease = store.claim_one().await.lease;
    store.submit(third.clone()).await.expect("it joins");
    // Repetitions, and one without a note.
    for again in [&first, &second, &third] {
        store.submit(again.clone()).await.expect("it is the same");
    }
    let mut silent = store.new_job();
    silent.target = first.target.clone();
    store.submit(silent).await.expect("it joins");
    claim_nothing(&store, "before the end").await;
    store.complete(&lease).await;

    let ended = claim(&store).await;
    assert_eq!(ended.job, store.job(first.id).await);
    assert_eq!((ended.delivery, ended.receipt.job()), (1, first.id));
    let expected = [&first, &second, &third].map(|new| new.note().expect("it has one"));
    assert_eq!(ended.notes, expected, "each once, the oldest first");
    claim_nothing(&store, "under the lease").await;
    acknowledge(&store, &ended, Delivery::Delivered).await;
    acknowledge(&store, &ended, Delivery::Delivered).await;
    claim_nothing(&store, "delivered").await;
    assert_eq!(store.stats().await.expect("stats").undelivered, 0);
}

pub(super) async fn notes_are_due_however_the_job_ended(harness: &Harness<'_>) {
    let store = harness.store().await;
    let mut ended = Vec::new();
    let noted = || store.new_job().with_note(text("note"));
    let cancelled = store.create(noted()).await.id;
    store.cancel(cancelled).await.expect("it is there");
    ended.push(cancelled);
    for outcome in [
        Outcome::Completed(text("{}")),
        Outcome::Failed(failure(FailureKind::Permanent)),
    ] {
        ended.push(store.create(noted()).await.id);
        let lease = store.claim_one().await.lease;
        store.finish(&lease, outcome).await.expect("it holds");
    }
    let mut overdue = noted();
    overdue.deadline = Some(store.ticks(1));
    ended.push(store.create(overdue).await.id);
    let mut poison = noted();
    poison.max_crashes = 1;
    // The first of the two queues that a claim looks at.
    ended.push(store.create(poison).await.id);
    store.pass(2).await;
    let sweep = async || while store.sweep_up_to(100).await.more {};
    sweep().await;
    store.let_lease_expire().await;
    sweep().await;
    let mut found = Vec::new();
    for ended in claim_up_to(&store, 10).await {
        assert!(ended.job.status.is_terminal(), "{ended:?}");
        assert_eq!(values(&ended), [text("note")]);
        found.push(ended.job.id);
        acknowledge(&store, &ended, Delivery::Delivered).await;
    }
    ended.sort();
    found.sort();
    assert_eq!(found, ended);
    claim_nothing(&store, "delivered").await;
}

pub(super) async fn a_served_submit_is_told_at_once(harness: &Harness<'_>) {
    let store = harness.store().await;
    let first = store.new_job();
    store.create(first.clone()).await;
    let lease = store.claim_one().await.lease;
    store.complete(&lease).await;
    claim_nothing(&store, "no notes").await;
    let before = store.job(first.id).await;
    // A sweep may forget what it needs no more.
    store.sweep_up_to(100).await;
    let served = store.submit(another(&first, "served")).await;
    assert!(matches!(served, Ok(Submitted::Served(_))), "{served:?}");
    assert_eq!(
        store.job(first.id).await,
        before,
        "an ended job never changes"
    );
    let ended = claim(&store).await;
    assert_eq!(values(&ended), [text("served")]);

    // One that comes while others are being delivered is not lost with them, and need not wait.
    store.submit(another(&first, "next")).await.expect("served");
    claim_nothing(&store, "under the lease").await;
    acknowledge(&store, &ended, Delivery::Delivered).await;
    let ended = claim(&store).await;
    assert_eq!((values(&ended), ended.delivery), (vec![text("next")], 1));
    let later = Delivery::Retry {
        after: store.ticks(LONG),
    };
    acknowledge(&store, &ended, later).await;
    claim_nothing(&store, "put off").await;
    store.submit(another(&first, "last")).await.expect("served");
    let ended = claim(&store).await;
    assert_eq!(values(&ended), [text("next"), text("last")]);
    assert_eq!(ended.delivery, 1, "a new note begins anew");
    acknowledge(&store, &ended, Delivery::Delivered).await;
    claim_nothing(&store, "delivered").await;
}

pub(super) async fn what_is_not_acknowledged_comes_again(harness: &Harness<'_>) {
    let store = harness.store().await;
    let new = store.new_job().with_note(text("note"));
    store.create(new.clone()).await;
    store.cancel(new.id).await.expect("it is there");
    let short = request(&store).with_lease(store.ticks(SHORT));
    let lost = store.claim_ended(short).await.expect("claimed").pop();
    let lost = lost.expect("it has a note");
    claim_nothing(&store, "under the lease").await;
    store.pass(EXPIRED).await;
    let again = claim(&store).await;
    assert_eq!((again.delivery, &again.notes), (2, &lost.notes));
    // A receipt that is not the latest puts nothing off, but what was delivered is.
    acknowledge(&store, &lost, AGAIN).await;
    claim_nothing(&store, "an old receipt").await;
    let wait = Delivery::Retry {
        after: store.ticks(SHORT),
    };
    acknowledge(&store, &again, wait).await;
    claim_nothing(&store, "before the next try").await;
    store.pass(EXPIRED).await;
    let third = claim(&store).await;
    assert_eq!(third.delivery, 3);
    acknowledge(&store, &lost, Delivery::Delivered).await;
    acknowledge(&store, &third, AGAIN).await;
    store.pass(1).await;
    claim_nothing(&store, "delivered").await;
}

pub(super) async fn notes_are_given_up_after_many_deliveries(harness: &Harness<'_>) {
    let store = harness.store().await;
    let new = store.new_job().with_note(text("note"));
    store.create(new.clone()).await;
    store.cancel(new.id).await.expect("it is there");
    let bytes = store.stats().await.expect("stats").stored_bytes;
    for delivery in 1..=EndedJob::MAX_DELIVERIES {
        let ended = claim(&store).await;
        assert_eq!(ended.delivery, delivery);
        acknowledge(&store, &ended, AGAIN).await;
    }
    claim_nothing(&store, "given up").await;
    let stats = store.stats().await.expect("stats");
    assert_eq!((stats.undelivered, stats.stored_bytes + 4), (0, bytes));
    assert!(store.get(new.id).await.expect("a read").is_some());
}

pub(super) async fn a_note_that_comes_during_a_delivery_begins_the_tries_anew(
    harness: &Harness<'_>,
) {
    let store = harness.store().await;
    let new = store.new_job().with_note(text("first"));
    store.create(new.clone()).await;
    let lease = store.claim_one().await.lease;
    store.complete(&lease).await;
    let mut ended = claim(&store).await;
    for delivery in 2..EndedJob::MAX_DELIVERIES {
        acknowledge(&store, &ended, AGAIN).await;
        ended = claim(&store).await;
        assert_eq!(ended.delivery, delivery);
    }
    store.submit(another(&new, "second")).await.expect("served");
    acknowledge(&store, &ended, AGAIN).await;
    let ended = claim(&store).await;
    assert_eq!((ended.delivery, ended.notes.len()), (1, 2));
    acknowledge(&store, &ended, Delivery::Delivered).await;
    claim_nothing(&store, "delivered").await;
}

pub(super) async fn notes_of_some_platforms_are_left_to_others(harness: &Harness<'_>) {
    let store = harness.store().await;
    let (here, there) = (platform("here"), platform("there"));
    for platform in [&here, &there] {
        let new = store.new_job_on(platform).with_note(text("note"));
        store.create(new.clone()).await;
        store.cancel(new.id).await.expect("it is there");
    }
    let only = |platform| request(&store).with_max(10).with_platforms([platform]);
    let claimed = store
        .claim_ended(only(there.clone()))
        .await
        .expect("claimed");
    let platforms: Vec<_> = claimed.iter().map(|one| &one.job.target.platform).collect();
    assert_eq!(platforms, [&there]);
    let nothing = store.claim_ended(only(there)).await.expect("claimed");
    assert!(nothing.is_empty(), "{nothing:?}");
    let claimed = store.claim_ended(only(here)).await.expect("claimed");
    assert_eq!(claimed.len(), 1);
}

pub(super) async fn notes_over_a_limit_are_refused_by_name(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    setup.stored_bytes = Some(3 * 1024);
    let store = harness.store_with(setup).await;
    let large = |bytes| Bytes::from(vec![7; bytes]);
    let new = store.new_job().with_note(large(Note::MAX_BYTES + 1));
    let refused = store.submit(new).await;
    let is_named = matches!(
        refused,
        Err(StoreError::TooLarge {
            payload: Payload::Note,
            size: 1025,
            max: 1024,
            ..
        })
    );
    assert!(is_named, "{refused:?}");
    let new = store.new_job().with_note(large(Note::MAX_BYTES));
    store.create(new.clone()).await;
    store.submit(another(&new, "")).await.expect("it joins");
    for _ in 2..Note::MAX_PER_JOB {
        store.submit(another(&new, "x")).await.expect("it joins");
    }
    let refused = store.submit(another(&new, "one too many")).await;
    let is_named = matches!(
        refused,
        Err(StoreError::Full {
            limit: Limit::Notes,
            max: 16,
            ..
        })
    );
    assert!(is_named, "{refused:?}");
    // They count as stored bytes, until they are delivered.
    let stored = async || store.stats().await.expect("stats").stored_bytes;
    assert_eq!(stored().await, 1024 + 14);
    let second = store.new_job().with_note(large(Note::MAX_BYTES));
    store.create(second.clone()).await;
    let full = |refused| {
        matches!(
            refused,
            Err(StoreError::Full {
                limit: Limit::StoredBytes,
                ..
            })
        )
    };
    let third = store.new_job().with_note(large(Note::MAX_BYTES));
    assert!(full(store.submit(third).await));
    let mut joining = another(&second, "").with_note(large(Note::MAX_BYTES));
    assert!(full(store.submit(joining.clone()).await));
    joining.id = JobId::random();
    assert_eq!(
        stored().await,
        2 * 1024 + 14,
        "what was refused left nothing"
    );
    store.cancel(new.id).await.expect("it is there");
    assert_eq!(stored().await, 2 * 1024 + 14);
    let ended = claim(&store).await;
    assert_eq!(ended.notes.len(), Note::MAX_PER_JOB);
    acknowledge(&store, &ended, Delivery::Delivered).await;
    assert_eq!(stored().await, 1024);
    store.submit(joining).await.expect("there is room again");
    store.cancel(second.id).await.expect("it is there");
    store.delete(second.id).await.expect("it has ended");
    assert_eq!(stored().await, 0);
    claim_nothing(&store, "deleted").await;
}

pub(super) async fn notes_go_with_their_job(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    setup.retention = harness.ticks(40);
    let store = harness.store_with(setup).await;
    let new = store.new_job().with_note(text("note"));
    store.create(new.clone()).await;
    let lease = store.claim_one().await.lease;
    store.complete(&lease).await;
    let short = request(&store).with_lease(store.ticks(1));
    let late = store.claim_ended(short).await.expect("claimed");
    assert_eq!(late.len(), 1);
    store.pass(20).await;
    // A note does not keep its job.
    store
        .submit(another(&new, "late"))
        .await
        .expect("it is served");
    store.pass(24).await;
    claim_nothing(&store, "expired").await;
    acknowledge(&store, &late[0], Delivery::Delivered).await;
    while store.sweep_up_to(100).await.more {}
    let stats = store.stats().await.expect("stats");
    assert_eq!(
        (stats.undelivered, stats.stored_bytes, stats.jobs.total()),
        (0, 0, 0)
    );
}

pub(super) async fn claim_ended_wakes_for_notes_that_are_due(harness: &Harness<'_>) {
    let store = harness.store().await;
    let waiting = |store: &StoreUnderTest<'_>| -> JoinHandle<EndedJob> {
        let (shared, tick) = (store.shared(), store.ticks(1));
        let request = request(store).with_wait(store.ticks(LONG));
        tokio::spawn(async move {
            loop {
                let claimed = shared.claim_ended(request.clone()).await;
                match claimed.expect("a waiting claim succeeds").pop() {
                    Some(ended) => return ended,
                    // Returning early with nothing is allowed.
                    None => tokio::time::sleep(tick / 4).await,
                }
            }
        })
    };
    let new = store.new_job().with_note(text("note"));
    store.create(new.clone()).await;
    let lease = store.claim_one().await.lease;
    let call = waiting(&store);
    store.pass(2).await;
    store
        .requeue(
            &lease,
            retry(Duration::ZERO, failure(FailureKind::Transient)),
        )
        .await;
    let lease = store.claim_one().await.lease;
    store.complete(&lease).await;
    let ended = store.woken("the end of a job", 0, call).await;
    assert_eq!(ended.job.status, Status::Completed);
    let call = waiting(&store);
    store.pass(2).await;
    let later = Delivery::Retry {
        after: store.ticks(SHORT),
    };
    acknowledge(&store, &ended, later).await;
    let ended = store.woken("a retry that is due", SHORT, call).await;
    acknowledge(&store, &ended, Delivery::Delivered).await;
    let call = waiting(&store);
    store.pass(2).await;
    store.submit(another(&new, "served")).await.expect("served");
    let ended = store.woken("a note of a served submit", 0, call).await;
    let other = store.another().await;
    let acknowledged = match &other {
        Some(other) => other.acknowledge(&ended.receipt, Delivery::Delivered).await,
        None => store.acknowledge(&ended.receipt, Delivery::Delivered).await,
    };
    acknowledged.expect("an acknowledgement is kept");
    let call = waiting(&store);
    store.pass(2).await;
    let again = another(&new, "elsewhere");
    let submitted = match &other {
        Some(other) => other.submit(again).await,
        None => store.submit(again).await,
    };
    submitted.expect("served");
    store.woken("a submit elsewhere", 0, call).await;
}
