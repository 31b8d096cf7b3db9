//! Promise 18: what a phase saves while it runs.

use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{
    ClaimedJob, HeartbeatReply, Lease, Limit, Outcome, Payload, RateLimit, SaveRequest, Saved,
    StoreError,
};
use report_pipeline::{FailureKind, JobId, Phase, Status};

use crate::harness::{
    EXPIRED, Harness, SHORT, StoreUnderTest, assert_lease_lost, completed, failure, retry,
};

const FIRST: Phase = Phase::Scraping;

fn of(size: usize) -> Bytes {
    vec![b'1'; size].into()
}

fn state(number: u32, state: &'static str) -> SaveRequest {
    SaveRequest::replace(FIRST, number, Bytes::from_static(state.as_bytes()))
}

fn page(number: u32, page: &'static str) -> SaveRequest {
    SaveRequest::append(FIRST, number, Bytes::from_static(page.as_bytes()))
}

fn saved(state: Option<&'static str>, pages: &[&'static str]) -> Saved {
    let mut saved = pages.iter().fold(Saved::none(), |saved, page| {
        saved.with_page(Bytes::from_static(page.as_bytes()))
    });
    if let Some(state) = state {
        saved = saved.with_state(Bytes::from_static(state.as_bytes()));
    }
    saved
}

async fn save(store: &StoreUnderTest<'_>, lease: &Lease, request: SaveRequest) {
    let kept = store.save(lease, request).await;
    assert_eq!(kept.expect("a save is kept"), HeartbeatReply::Continue);
}

async fn stored_bytes(store: &StoreUnderTest<'_>) -> u64 {
    store.stats().await.expect("stats").stored_bytes
}

/// Submits a job and claims it.
async fn claimed(store: &StoreUnderTest<'_>) -> ClaimedJob {
    store.submit_new().await;
    let claimed = store.claim_one().await;
    assert_eq!(
        claimed.saved,
        Saved::none(),
        "nothing is saved of a new job"
    );
    claimed
}

pub(super) async fn what_was_saved_comes_back_with_every_claim(harness: &Harness<'_>) {
    let store = harness.store().await;
    let new = store.new_job().with_max_crashes(10);
    let id = store.create(new).await.id;
    let request = store.request();
    let lease = store.claim_as(request.clone()).await.remove(0).lease;
    save(&store, &lease, page(0, "a")).await;
    save(&store, &lease, state(1, "x")).await;
    save(&store, &lease, page(2, "b")).await;
    save(&store, &lease, state(3, "y")).await;
    let mut expected = saved(Some("y"), &["a", "b"]);
    let again = store.claim_as(request).await.remove(0);
    assert_eq!(again.saved, expected, "a repeated claim");

    let limited = Outcome::RateLimited {
        failure: failure(FailureKind::RateLimited),
        limit: RateLimit::new(Duration::ZERO).with_backoff(Duration::ZERO, Duration::ZERO),
    };
    let transient = retry(Duration::ZERO, failure(FailureKind::Transient));
    let mut lease = again.lease;
    for outcome in [transient, limited, Outcome::Released] {
        let when = format!("after {outcome:?}");
        store.requeue(&lease, outcome).await;
        let next = store.claim_one().await;
        assert_eq!(next.saved, expected, "{when}");
        // And it goes on from there.
        save(&store, &next.lease, page(0, "c")).await;
        expected = expected.with_page(Bytes::from_static(b"c"));
        lease = next.lease;
    }
    for by in ["a claim", "a sweep"] {
        let beat = store.beat(SHORT, None);
        store.heartbeat(&lease, beat).await.expect("it holds");
        store.pass(EXPIRED).await;
        if by == "a sweep" {
            store.sweep_up_to(10).await;
        }
        let next = store.claim_one().await;
        assert_eq!((next.job.id, &next.saved), (id, &expected), "{by} reclaims");
        lease = next.lease;
    }
    store.complete(&lease).await;
}

pub(super) async fn saved_state_comes_back_byte_by_byte(harness: &Harness<'_>) {
    let store = harness.store().await;
    let every_byte: Bytes = (0..=u8::MAX).chain(0..=u8::MAX).collect();
    for value in [Bytes::new(), every_byte, Bytes::from_static(b"\0\r\n\xff")] {
        for phase in [Phase::Scraping, Phase::Analysis, Phase::Finalizing] {
            let mut lease = claimed(&store).await.lease;
            for earlier in Phase::ALL.iter().take_while(|earlier| **earlier < phase) {
                let kept = store.checkpoint(&lease, *earlier, of(1)).await;
                kept.expect("a checkpoint is kept");
            }
            let empty = SaveRequest::append(phase, 0, Bytes::new());
            save(&store, &lease, empty).await;
            let only_a_page = Saved::none().with_page(Bytes::new());
            lease = released(&store, &lease, &only_a_page).await;
            let request = SaveRequest::replace(phase, 0, value.clone());
            save(&store, &lease, request).await;
            let request = SaveRequest::append(phase, 1, value.clone());
            save(&store, &lease, request).await;
            let both = only_a_page
                .with_page(value.clone())
                .with_state(value.clone());
            lease = released(&store, &lease, &both).await;
            store.fail(&lease).await;
        }
    }
}

/// Releases a job, claims it, and compares what it has saved.
async fn released(store: &StoreUnderTest<'_>, lease: &Lease, expected: &Saved) -> Lease {
    store.requeue(lease, Outcome::Released).await;
    let next = store.claim_one().await;
    assert_eq!(&next.saved, expected);
    assert_eq!(next.saved.pages(), expected.pages());
    assert_eq!(next.saved.state(), expected.state());
    next.lease
}

pub(super) async fn a_checkpoint_and_the_end_drop_what_was_saved(harness: &Harness<'_>) {
    let store = harness.store().await;
    let lease = claimed(&store).await.lease;
    save(&store, &lease, page(0, "page")).await;
    save(&store, &lease, state(1, "state")).await;
    assert_eq!(stored_bytes(&store).await, 9);
    let checkpoint = async |lease: &Lease, phase: Phase| {
        let kept = store.checkpoint(lease, phase, of(3)).await;
        kept.expect("a checkpoint is kept");
    };
    checkpoint(&lease, FIRST).await;
    assert_eq!(stored_bytes(&store).await, 3, "bytes after the checkpoint");
    // Numbers go on over a checkpoint: this one is an old save that comes late.
    let late = SaveRequest::append(Phase::Analysis, 1, of(5));
    save(&store, &lease, late).await;
    let lease = released(&store, &lease, &Saved::none()).await;

    // Also an output that replaces an earlier one: the present phase has begun with the old one.
    let request = SaveRequest::append(Phase::Analysis, 0, of(5));
    save(&store, &lease, request.clone()).await;
    checkpoint(&lease, FIRST).await;
    assert_eq!(
        stored_bytes(&store).await,
        3,
        "bytes after a checkpoint that replaced an earlier output"
    );
    let lease = released(&store, &lease, &Saved::none()).await;

    save(&store, &lease, request).await;
    let ended = store.finish(&lease, completed()).await;
    assert_eq!(ended.expect("kept"), Status::Completed);
    let report = store.report(lease.job()).await.expect("a read succeeds");
    let left = report.expect("it is completed").len() as u64;
    assert_eq!(stored_bytes(&store).await, left);
    for cancels in [false, true] {
        let lease = claimed(&store).await.lease;
        save(&store, &lease, page(0, "page")).await;
        if cancels {
            store.requeue(&lease, Outcome::Released).await;
            store.cancel(lease.job()).await.expect("it is there");
        } else {
            store.fail(&lease).await;
        }
        assert_eq!(stored_bytes(&store).await, left, "cancelled: {cancels}");
    }
}

pub(super) async fn a_repeated_save_is_kept_once(harness: &Harness<'_>) {
    let store = harness.store().await;
    let mut lease = claimed(&store).await.lease;
    for attempt in 1..=2 {
        for _ in 0..3 {
            save(&store, &lease, page(0, "a")).await;
        }
        // Numbers rise; they need not follow each other.
        for _ in 0..2 {
            save(&store, &lease, page(7, "b")).await;
            save(&store, &lease, state(8, "new")).await;
            // It was overtaken on its way.
            save(&store, &lease, state(5, "old")).await;
            save(&store, &lease, page(6, "old").with_fresh(true)).await;
        }
        let pages = ["a", "b", "a", "b"];
        let expected = saved(Some("new"), &pages[..2 * attempt]);
        lease = released(&store, &lease, &expected).await;
    }
    assert_eq!(stored_bytes(&store).await, 7);
}

pub(super) async fn a_save_of_another_lease_or_phase_changes_nothing(harness: &Harness<'_>) {
    let store = harness.store().await;
    let lease = claimed(&store).await.lease;
    let id = lease.job();
    save(&store, &lease, page(0, "a")).await;
    for phase in [Phase::Analysis, Phase::Finalizing] {
        let early = SaveRequest::append(phase, 1, of(1));
        let refused = store.save(&lease, early).await;
        assert!(matches!(refused, Err(StoreError::Misuse(_))), "{refused:?}");
    }
    store.requeue(&lease, Outcome::Released).await;
    assert_lease_lost(id, store.save(&lease, page(1, "b")).await);
    let old = lease;
    let claimed = store.claim_one().await;
    assert_eq!(claimed.saved, saved(None, &["a"]));
    assert_lease_lost(id, store.save(&old, page(1, "b")).await);
    let lease = claimed.lease;
    let kept = store.checkpoint(&lease, FIRST, of(1)).await;
    kept.expect("a checkpoint is kept");
    save(&store, &lease, page(1, "late")).await;
    assert_eq!(stored_bytes(&store).await, 1);
    let lease = released(&store, &lease, &Saved::none()).await;
    store.complete(&lease).await;
    assert_lease_lost(id, store.save(&lease, page(2, "b")).await);
    let unknown = JobId::random();
    let lease = Lease::new(unknown, lease.fence(), lease.token());
    assert_lease_lost(unknown, store.save(&lease, page(0, "a")).await);
}

pub(super) async fn a_save_counts_nothing_and_does_not_show(harness: &Harness<'_>) {
    let store = harness.store().await;
    let lease = claimed(&store).await.lease;
    let outcome = retry(Duration::ZERO, failure(FailureKind::Transient));
    store.requeue(&lease, outcome).await;
    let lease = store.claim_one().await.lease;
    let before = store.job(lease.job()).await;
    assert_eq!(before.failures, 1);
    save(&store, &lease, page(0, "a")).await;
    save(&store, &lease, state(1, "x")).await;
    assert_eq!(store.job(lease.job()).await, before);
    // It tells the worker of a request to cancel, as a heartbeat does.
    store.cancel(lease.job()).await.expect("it is there");
    for number in [1, 2] {
        let told = store.save(&lease, page(number, "b")).await;
        assert_eq!(told.expect("the lease holds"), HeartbeatReply::Cancel);
    }
}

pub(super) async fn a_fresh_save_drops_what_was_there(harness: &Harness<'_>) {
    let store = harness.store().await;
    let mut lease = claimed(&store).await.lease;
    save(&store, &lease, page(0, "aaa").with_fresh(true)).await;
    save(&store, &lease, state(1, "x")).await;
    lease = released(&store, &lease, &saved(Some("x"), &["aaa"])).await;
    save(&store, &lease, page(0, "bb").with_fresh(true)).await;
    save(&store, &lease, page(1, "c")).await;
    lease = released(&store, &lease, &saved(None, &["bb", "c"])).await;
    save(&store, &lease, state(0, "yy").with_fresh(true)).await;
    assert_eq!(stored_bytes(&store).await, 2);
    released(&store, &lease, &saved(Some("yy"), &[])).await;
}

pub(super) async fn a_save_over_a_limit_leaves_what_was_there(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    (setup.value_bytes, setup.stored_bytes) = (Some(100), Some(150));
    let store = harness.store_with(setup).await;
    let lease = claimed(&store).await.lease;
    let append = |number: u32, size: usize| SaveRequest::append(FIRST, number, of(size));
    let replace = |number: u32, size: usize| SaveRequest::replace(FIRST, number, of(size));
    save(&store, &lease, append(0, 60)).await;
    save(&store, &lease, replace(1, 30)).await;
    // All of it counts as one value.
    for request in [
        append(2, 11),
        replace(2, 41),
        append(2, 101).with_fresh(true),
    ] {
        let refused = store.save(&lease, request.clone()).await;
        match refused {
            Err(StoreError::TooLarge {
                payload, size, max, ..
            }) => {
                assert_eq!((payload, size, max), (Payload::Saved(FIRST), 101, 100));
            }
            other => panic!("{request:?} should be TooLarge: {other:?}"),
        }
    }
    assert_eq!(stored_bytes(&store).await, 90);
    // The number of what was refused is free.
    save(&store, &lease, replace(2, 40)).await;

    store.submit_new().await;
    let other = store.claim_one().await.lease;
    save(&store, &other, append(0, 50)).await;
    let refused = store.save(&other, append(1, 1)).await;
    match refused {
        Err(StoreError::Full { limit, max, .. }) => {
            assert_eq!((limit, max), (Limit::StoredBytes, 150));
        }
        other => panic!("the result should be Full: {other:?}"),
    }
    // What replaces needs no room beside what it replaces.
    save(&store, &other, replace(1, 50).with_fresh(true)).await;
    let kept = store.checkpoint(&other, FIRST, of(50)).await;
    kept.expect("a checkpoint replaces what was saved");
    let expected = Saved::none().with_page(of(60)).with_state(of(40));
    released(&store, &lease, &expected).await;
}
