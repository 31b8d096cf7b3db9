//! Promise 9: a head start orders a job before others, within bounds.
//!
//! Exact order is not promised, so every case leaves room: of [`CLAIMED`] jobs that are claimed together one
//! that is far ahead of the others is among them, and one that is far behind is not.

use std::time::Duration;

use report_pipeline::store::{NewJob, Outcome, RateLimit};
use report_pipeline::{FailureKind, JobId};

use crate::harness::{EXPIRED, Harness, SHORT, StoreUnderTest, failure, retry};

const BULK: usize = 100;
const CLAIMED: usize = 10;
/// More ticks than a case takes.
const FAR_AHEAD: u32 = 1_000;

pub(super) async fn a_head_start_passes_the_jobs_before_it(harness: &Harness<'_>) {
    let store = harness.store().await;
    bulk(&store).await;
    store.pass(4).await;
    let late = store.submit_new().await;
    let ahead = store.new_job().with_head_start(store.ticks(FAR_AHEAD));
    let ahead = store.create(ahead).await.id;
    // What is ahead is ready at once, and its age is that of its submit.
    let oldest = store.stats().await.expect("stats").oldest_ready;
    assert!(
        oldest.is_some_and(|age| age < store.ticks(FAR_AHEAD)),
        "{oldest:?}"
    );
    let claimed = claim_some(&store).await;
    assert!(claimed.contains(&ahead), "the head start is ignored");
    assert!(!claimed.contains(&late), "nothing put this one forward");
    // A head start that is shorter than the time that the others have waited changes nothing.
    let short = store.new_job().with_head_start(store.ticks(1));
    let short = store.create(short).await.id;
    assert!(!claim_some(&store).await.contains(&short));
}

pub(super) async fn joining_moves_a_ready_job_forward_and_never_back(harness: &Harness<'_>) {
    let store = harness.store().await;
    bulk(&store).await;
    store.pass(4).await;
    let first = store.new_job();
    store.create(first.clone()).await;
    let before = store.job(first.id).await;
    assert!(!claim_some(&store).await.contains(&first.id));
    for ticks in [FAR_AHEAD, 0, 10] {
        let joins = NewJob::new(JobId::random(), first.target.clone());
        let joins = joins.with_head_start(store.ticks(ticks));
        let joined = store.submit(joins).await.expect("a submit succeeds");
        assert_eq!(joined.job(), &before, "its position is nothing visible");
    }
    assert!(claim_some(&store).await.contains(&first.id));

    // What counts is when the job itself was submitted, not when it was joined.
    let store = harness.store().await;
    let waits = store.new_job();
    store.create(waits.clone()).await;
    store.pass(10).await;
    bulk(&store).await;
    store.pass(10).await;
    let between = store.new_job().with_head_start(store.ticks(15));
    store.create(between.clone()).await;
    let joins = NewJob::new(JobId::random(), waits.target.clone());
    let joins = joins.with_head_start(store.ticks(8));
    store.submit(joins).await.expect("a submit succeeds");
    assert_eq!(store.claim_one().await.job.id, waits.id);
}

pub(super) async fn a_head_start_is_kept_by_all_but_a_retry(harness: &Harness<'_>) {
    let store = harness.store().await;
    let ahead = store.new_job().with_head_start(store.ticks(FAR_AHEAD));
    store.create(ahead.clone()).await;
    let lease = store.claim_for(SHORT).await.lease;
    bulk(&store).await;
    store.pass(EXPIRED).await;
    // Whoever reclaims it gets it before the others.
    let claimed = store.claim_up_to(CLAIMED).await;
    let held = claimed.iter().find(|one| one.job.id == ahead.id);
    let held = held.expect("a crash keeps the position");
    assert!(held.lease.fence() > lease.fence());
    store.requeue(&held.lease, Outcome::Released).await;
    let claimed = store.claim_up_to(CLAIMED).await;
    let held = claimed.iter().find(|one| one.job.id == ahead.id);
    let held = held.expect("a release keeps the position");
    let limited = Outcome::RateLimited {
        failure: failure(FailureKind::RateLimited),
        limit: RateLimit::new(Duration::ZERO).with_backoff(Duration::ZERO, Duration::ZERO),
    };
    store.requeue(&held.lease, limited).await;
    let platform = &ahead.target.platform;
    store.unpause(platform).await.expect("it is unpaused");
    let claimed = store.claim_up_to(CLAIMED).await;
    let held = claimed.iter().find(|one| one.job.id == ahead.id);
    let held = held.expect("a rate limit keeps the position");

    let again = retry(store.ticks(3), failure(FailureKind::Transient));
    store.requeue(&held.lease, again).await;
    // Joining does not shorten the wait.
    let joins = NewJob::new(JobId::random(), ahead.target.clone());
    let joins = joins.with_head_start(store.ticks(FAR_AHEAD));
    store.submit(joins).await.expect("a submit succeeds");
    assert!(
        !claim_some(&store).await.contains(&ahead.id),
        "it is due later"
    );
    store.pass(5).await;
    let ids = claim_some(&store).await;
    assert!(
        !ids.contains(&ahead.id),
        "a retry is ordered by when it is due"
    );
}

/// Submits many jobs.
async fn bulk(store: &StoreUnderTest<'_>) {
    for _ in 0..BULK {
        store.submit_new().await;
    }
}

/// Claims some of them.
async fn claim_some(store: &StoreUnderTest<'_>) -> Vec<JobId> {
    let claimed = store.claim_up_to(CLAIMED).await;
    claimed.iter().map(|one| one.job.id).collect()
}
