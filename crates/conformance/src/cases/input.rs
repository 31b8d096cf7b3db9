//! Promise 19: the input of a submit reaches every attempt; and promise 16: it has limits.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{Limit, NewJob, Outcome, Payload, StoreError, Submitted};
use report_pipeline::{FailureKind, JobId, Phase};

use crate::harness::{EXPIRED, Harness, PROMPT, SHORT, StoreUnderTest, completed, failure, retry};

pub(super) async fn every_claim_brings_the_input_byte_by_byte(harness: &Harness<'_>) {
    let store = harness.store().await;
    // Every byte there is: an input is not text.
    let input: Bytes = (0..=u8::MAX).collect();
    let new = store.new_job().with_input(input.clone());
    store.create(new.clone()).await;
    // A repetition of the submit is the same job, with the input that it has.
    let again = store.submit(new.clone()).await.expect("a submit succeeds");
    assert_eq!(again.job().id, new.id, "a repeated submit is the same job");

    let request = store.request();
    for when in ["first", "repeated"] {
        let claimed = store.claim_as(request.clone()).await;
        assert_eq!(claimed[0].input(), &input, "{when}");
    }
    let lease = store.claim_as(request).await[0].lease.clone();
    let output = Bytes::from_static(b"1");
    let kept = store.checkpoint(&lease, Phase::Scraping, output).await;
    kept.expect("the lease holds");
    let again = retry(Duration::ZERO, failure(FailureKind::Transient));
    store.requeue(&lease, again).await;
    let claimed = store.claim_one().await;
    assert_eq!(claimed.input(), &input, "after a retry");
    store.requeue(&claimed.lease, Outcome::Released).await;
    let claimed = store.claim_for(SHORT).await;
    assert_eq!(claimed.input(), &input, "after a release");
    store.pass(EXPIRED).await;
    let claimed = store.claim_one().await;
    assert_eq!(claimed.input(), &input, "after a crash");
    store.complete(&claimed.lease).await;

    store.submit_new().await;
    let without = store.claim_one().await;
    assert!(without.input().is_empty(), "no input is an empty one");
}

pub(super) async fn a_submit_that_joins_leaves_the_input_as_it_is(harness: &Harness<'_>) {
    let store = harness.store().await;
    let first = store.new_job().with_input(Bytes::from_static(b"first"));
    let other = |input: &'static [u8]| {
        NewJob::new(JobId::random(), first.target.clone())
            .with_deadline(None)
            .with_input(Bytes::from_static(input))
    };
    store.create(first.clone()).await;
    for input in [&b"second"[..], b""] {
        let joined = store.submit(other(input)).await.expect("a submit succeeds");
        assert!(matches!(joined, Submitted::Joined(_)), "{joined:?}");
    }
    let claimed = store.claim_one().await;
    assert_eq!(claimed.input(), &b"first"[..]);
    store.complete(&claimed.lease).await;
    let served = store.submit(other(b"second")).await;
    let served = served.expect("a submit succeeds");
    assert!(matches!(served, Submitted::Served(_)), "{served:?}");

    // A new job has its own.
    let rerun = other(b"third").with_max_age(Some(Duration::ZERO));
    store.create(rerun).await;
    assert_eq!(store.claim_one().await.input(), &b"third"[..]);
}

pub(super) async fn an_input_over_its_limit_is_refused_by_name(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    setup.input_bytes = Some(100);
    let store = harness.store_with(setup).await;
    let of = |size: usize| Bytes::from(vec![b'1'; size]);
    let new = store.new_job();
    let refused = async |new: NewJob| match store.submit(new).await {
        Err(
            error @ StoreError::TooLarge {
                payload, size, max, ..
            },
        ) => {
            assert_eq!((payload, size, max), (Payload::Input, 101, 100));
            assert!(!error.is_retryable());
        }
        other => panic!("the result should be TooLarge: {other:?}"),
    };
    refused(new.clone().with_input(of(101))).await;
    assert_eq!(store.get(new.id).await.expect("a read succeeds"), None);
    store.create(new.clone().with_input(of(100))).await;
    // Whether there is a job to join does not matter: the caller finds out at once.
    let mut joins = store.new_job().with_input(of(101));
    joins.target = new.target;
    refused(joins).await;
    assert_eq!(store.claim_one().await.input(), &of(100));
}

pub(super) async fn an_input_counts_until_the_job_ends(harness: &Harness<'_>) {
    let mut setup = harness.setup();
    setup.stored_bytes = Some(1000);
    let store = harness.store_with(setup).await;
    let buffer: Arc<[u8]> = vec![b'1'; 4096].into();
    let part = Bytes::from_owner(Arc::clone(&buffer)).slice(..600);
    store.create(store.new_job().with_input(part)).await;
    assert_eq!(stored(&store).await, 600);
    // What is kept is what is counted: the buffer that it came in is free.
    for _ in 0..PROMPT {
        if Arc::strong_count(&buffer) == 1 {
            break;
        }
        store.pass(1).await;
    }
    assert_eq!(Arc::strong_count(&buffer), 1, "the store keeps the buffer");

    let large = store.new_job().with_input(Bytes::from(vec![b'1'; 401]));
    match store.submit(large).await {
        Err(StoreError::Full { limit, max, .. }) => {
            assert_eq!((limit, max), (Limit::StoredBytes, 1000));
        }
        other => panic!("the result should be Full: {other:?}"),
    }
    let fits = store.new_job().with_input(Bytes::from(vec![b'1'; 400]));
    let fits = store.create(fits).await.id;
    assert_eq!(stored(&store).await, 1000);

    // The report takes the place of the input.
    let lease = store.claim_one().await.lease;
    let status = store.finish(&lease, completed()).await;
    status.expect("a report that is smaller than the input fits");
    store.cancel(fits).await.expect("it is there");
    let report = crate::harness::report().len() as u64;
    assert_eq!(stored(&store).await, report);
}

async fn stored(store: &StoreUnderTest<'_>) -> u64 {
    store.stats().await.expect("stats").stored_bytes
}
