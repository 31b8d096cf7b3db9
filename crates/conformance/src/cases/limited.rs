//! Promise 14, the second half: platforms that limit requests, and the probe after a pause.

use bytes::Bytes;
use report_pipeline::store::{ClaimedJob, Lease, Outcome, RateLimit, SaveRequest};
use report_pipeline::{FailureKind, JobId, Phase, Platform, Status};

use crate::harness::{
    EXPIRED, Harness, LONG, SHORT, StoreUnderTest, assert_failed, completed, failure, platform,
    retry,
};

/// A limit whose wait above the floor begins with `base` ticks, drawn in full.
fn limited(store: &StoreUnderTest<'_>, floor: u32, base: u32) -> Outcome {
    Outcome::RateLimited {
        failure: failure(FailureKind::RateLimited),
        limit: RateLimit::new(store.ticks(floor))
            .with_backoff(store.ticks(base), store.ticks(LONG)),
    }
}

fn used_up(store: &StoreUnderTest<'_>, wait: u32) -> Outcome {
    Outcome::RateLimited {
        failure: failure(FailureKind::QuotaExhausted),
        limit: RateLimit::quota(store.ticks(wait)),
    }
}

/// Whether the platform is paused for so many ticks, but for the time that the calls took: a slow
/// machine may take up to half of it.
async fn assert_paused(store: &StoreUnderTest<'_>, platform: &Platform, ticks: u32) {
    let stats = store.stats().await.expect("stats");
    let left = stats.platforms[platform].paused_for.unwrap_or_default();
    let (least, most) = (store.ticks(ticks) / 2, store.ticks(ticks));
    assert!(
        least < left && left <= most,
        "a pause of {ticks} ticks has {left:?} left, and a tick is {:?}",
        store.ticks(1)
    );
}

/// Submits some jobs of a platform and claims as many of them as may run.
async fn claimed_jobs(
    store: &StoreUnderTest<'_>,
    platform: &Platform,
    jobs: usize,
) -> Vec<ClaimedJob> {
    for _ in 0..jobs {
        store.submit_on(platform).await;
    }
    store.claim_up_to(jobs).await
}

async fn checkpoint(store: &StoreUnderTest<'_>, lease: &Lease) {
    let output = Bytes::from_static(b"1");
    let kept = store.checkpoint(lease, Phase::Scraping, output).await;
    kept.expect("a checkpoint is kept");
}

/// Pauses a platform with `jobs` waiting jobs and lets the pause end: the next claim is a probe.
async fn probe_is_due(store: &StoreUnderTest<'_>, platform: &Platform, jobs: usize) {
    store.pause_platform(platform, store.ticks(2)).await;
    for _ in 0..jobs {
        store.submit_on(platform).await;
    }
    store.pass(4).await;
}

pub(super) async fn a_limited_job_waits_for_the_pause_and_counts_no_failure(harness: &Harness<'_>) {
    let store = harness.store().await;
    let (slow, free) = (platform("slow"), platform("free"));
    let first = claimed_jobs(&store, &slow, 1).await.remove(0);
    let same = store.submit_on(&slow).await;
    store.requeue(&first.lease, limited(&store, 30, 0)).await;
    assert_paused(&store, &slow, 30).await;
    store.claim_nothing().await;
    let other = store.submit_on(&free).await;
    assert_eq!(store.claim_one().await.job.id, other);

    let job = store.job(first.job.id).await;
    assert_eq!((job.failures, job.attempt, job.crashes), (0, 1, 0));
    assert_eq!(job.failure, Some(failure(FailureKind::RateLimited)));
    let shown = job.next_attempt_at.is_some();
    assert!(shown, "the end of the pause is the next attempt: {job:?}");
    store.pass(32).await;
    // The limited job has kept its position.
    let probe = store.claim_one().await;
    assert_eq!((probe.job.id, probe.job.attempt), (first.job.id, 2));
    store.complete(&probe.lease).await;
    assert_eq!(store.claim_one().await.job.id, same);
}

pub(super) async fn a_limit_is_counted_once_and_the_wait_grows_with_each_in_a_row(
    harness: &Harness<'_>,
) {
    let store = harness.store().await;
    let slow = platform("slow");
    let refused = claimed_jobs(&store, &slow, 4).await;
    assert_eq!(refused.len(), 4);
    // One for all that were claimed before it, repeated or not.
    for one in &refused {
        for _ in 0..2 {
            store.requeue(&one.lease, limited(&store, 1, 20)).await;
        }
        assert_paused(&store, &slow, 21).await;
    }
    store.pass(23).await;
    let probe = store.claim_one().await;
    store.requeue(&probe.lease, limited(&store, 1, 20)).await;
    assert_paused(&store, &slow, 41).await;
    store.pass(43).await;
    let probe = store.claim_one().await;
    store.requeue(&probe.lease, limited(&store, 1, 20)).await;
    assert_paused(&store, &slow, 81).await;
    store.pass(83).await;
    // A probe that gets through forgets them.
    let probe = store.claim_one().await;
    checkpoint(&store, &probe.lease).await;
    store.requeue(&probe.lease, limited(&store, 1, 20)).await;
    assert_paused(&store, &slow, 21).await;
}

pub(super) async fn a_limit_of_an_older_claim_adds_its_floor_only(harness: &Harness<'_>) {
    let store = harness.store().await;
    let slow = platform("slow");
    let refused = claimed_jobs(&store, &slow, 2).await;
    store
        .requeue(&refused[0].lease, limited(&store, 2, 20))
        .await;
    assert_paused(&store, &slow, 22).await;
    store
        .requeue(&refused[1].lease, limited(&store, 60, 20))
        .await;
    assert_paused(&store, &slow, 60).await;
}

pub(super) async fn a_limit_of_a_newer_claim_is_a_new_one(harness: &Harness<'_>) {
    let store = harness.store().await;
    let slow = platform("slow");
    let refused = claimed_jobs(&store, &slow, 1).await.remove(0);
    store.requeue(&refused.lease, limited(&store, 1, 20)).await;
    store.pass(23).await;
    let probe = store.claim_one().await;
    checkpoint(&store, &probe.lease).await;
    // The platform is open again. Jobs that nobody has claimed before, at once and after a phase.
    for has_output in [false, true] {
        let fresh = claimed_jobs(&store, &slow, 1).await.remove(0);
        assert_eq!(fresh.job.attempt, 1);
        if has_output {
            checkpoint(&store, &fresh.lease).await;
        }
        store.requeue(&fresh.lease, limited(&store, 1, 20)).await;
        assert_paused(&store, &slow, 21).await;
        store.cancel(fresh.job.id).await.expect("it is there");
        store.unpause(&slow).await.expect("the pause ends");
    }
}

pub(super) async fn after_a_pause_one_job_probes_until_it_ends(harness: &Harness<'_>) {
    let store = harness.store().await;
    let (slow, free) = (platform("slow"), platform("free"));
    probe_is_due(&store, &slow, 9).await;
    let later = store.ticks(LONG);
    let failed = || failure(FailureKind::Transient);
    let ways = [
        retry(later, failed()),
        Outcome::Failed(failed()),
        Outcome::Released,
    ];
    for outcome in ways {
        let probe = store.claim_up_to(10).await;
        assert_eq!(probe.len(), 1, "before {outcome:?}");
        store.claim_nothing().await;
        let ended = store.finish(&probe[0].lease, outcome).await;
        ended.expect("the lease holds");
    }
    // A lease that expires frees the platform too, whoever notices it.
    store.let_lease_expire().await;
    assert_eq!(store.claim_up_to(10).await.len(), 1, "a claim reclaims");
    store.claim_nothing().await;

    // And so does a cancel.
    let other = platform("other");
    probe_is_due(&store, &other, 3).await;
    let probe = store.claim_one().await;
    store.claim_nothing().await;
    store.cancel(probe.job.id).await.expect("it is there");
    store.claim_nothing().await;
    let ended = store.finish(&probe.lease, completed()).await;
    assert_eq!(ended.expect("the lease holds"), Status::Failed);
    let probe = store.claim_for(SHORT).await;
    assert_eq!(probe.job.target.platform, other);
    store.pass(EXPIRED).await;
    store.sweep_up_to(10).await;
    assert_eq!(store.claim_up_to(10).await.len(), 1, "a sweep reclaims");
    // Other platforms are not concerned.
    store.submit_on(&free).await;
    store.submit_on(&free).await;
    assert_eq!(store.claim_up_to(10).await.len(), 2);
}

pub(super) async fn a_probe_that_gets_through_opens_the_platform(harness: &Harness<'_>) {
    let store = harness.store().await;
    let slow = platform("slow");
    probe_is_due(&store, &slow, 4).await;
    let probe = store.claim_one().await;
    store.progress(&probe.lease, 5).await;
    store.claim_nothing().await;
    let waiting = store.claim_waiting(store.request().with_max(10));
    store.pass(1).await;
    checkpoint(&store, &probe.lease).await;
    let others = store.woken("a probe that got through", 0, waiting).await;
    assert_eq!(others.len(), 3, "by a checkpoint");

    let other = platform("other");
    probe_is_due(&store, &other, 3).await;
    let probe = store.claim_one().await;
    store.claim_nothing().await;
    let ended = store.finish(&probe.lease, completed()).await;
    assert_eq!(ended.expect("kept"), Status::Completed);
    assert_eq!(store.claim_up_to(10).await.len(), 2, "by its report");

    let third = platform("third");
    probe_is_due(&store, &third, 3).await;
    let probe = store.claim_one().await;
    store.claim_nothing().await;
    let waiting = store.claim_waiting(store.request().with_max(10));
    store.pass(1).await;
    let page = SaveRequest::append(Phase::Scraping, 0, Bytes::from_static(b"1"));
    let kept = store.save(&probe.lease, page).await;
    kept.expect("a save is kept");
    let others = store.woken("a probe that got through", 0, waiting).await;
    assert_eq!(others.len(), 2, "by a save");
}

pub(super) async fn a_deadline_before_the_end_of_the_pause_fails_the_job_at_once(
    harness: &Harness<'_>,
) {
    let store = harness.store().await;
    let slow = platform("slow");
    let short = async |outcome: Outcome, kind: FailureKind| {
        let new = store
            .new_job_on(&slow)
            .with_deadline(Some(store.ticks(100)));
        let id = store.create(new).await.id;
        let lease = store.claim_one().await.lease;
        let status = store.finish(&lease, outcome).await;
        assert_eq!(status.expect("the lease holds"), Status::Failed);
        assert_failed(&store.job(id).await, kind);
        store.unpause(&slow).await.expect("the pause ends");
    };
    short(limited(&store, 200, 0), FailureKind::DeadlineExceeded).await;
    short(used_up(&store, 200), FailureKind::QuotaExhausted).await;
    // The platform is paused all the same.
    let id = store.submit_on(&slow).await;
    let lease = store.claim_one().await.lease;
    store.requeue(&lease, used_up(&store, 200)).await;
    assert_paused(&store, &slow, 200).await;
    assert_eq!(store.job(id).await.status, Status::Pending);
}

pub(super) async fn jobs_that_cannot_wait_for_a_quota_are_failed_by_claim(harness: &Harness<'_>) {
    let store = harness.store().await;
    let slow = platform("slow");
    let first = claimed_jobs(&store, &slow, 1).await.remove(0);
    let create = async |deadline: u32| -> JobId {
        let new = store
            .new_job_on(&slow)
            .with_deadline(Some(store.ticks(deadline)));
        store.create(new).await.id
    };
    let before = [create(100).await, create(110).await];
    store.cancel(first.job.id).await.expect("it is there");
    // What the platform says holds, whatever becomes of the job.
    let status = store.finish(&first.lease, used_up(&store, 400)).await;
    assert_eq!(status.expect("the lease holds"), Status::Failed);
    let after = create(LONG).await;
    let late = create(100).await;
    store.claim_nothing().await;
    for id in before {
        assert_failed(&store.job(id).await, FailureKind::QuotaExhausted);
    }
    // The quota is over with the next pause of another kind.
    store.unpause(&slow).await.expect("the pause ends");
    store.pause_platform(&slow, store.ticks(300)).await;
    let waits = create(100).await;
    store.claim_nothing().await;
    assert_eq!(store.job(waits).await.status, Status::Pending, "no quota");
    // Behind one that can wait it need not be found.
    let status = store.job(late).await.status;
    assert!(matches!(status, Status::Pending | Status::Failed));
    assert_eq!(store.job(after).await.status, Status::Pending);
}

pub(super) async fn unpause_ends_a_pause_and_waits_for_no_probe(harness: &Harness<'_>) {
    let store = harness.store().await;
    let (slow, unknown) = (platform("slow"), platform("unknown"));
    let first = claimed_jobs(&store, &slow, 1).await.remove(0);
    store
        .requeue(&first.lease, limited(&store, LONG, LONG))
        .await;
    store.submit_on(&slow).await;
    store.claim_nothing().await;
    let waiting = store.claim_waiting(store.request().with_max(10));
    store.pass(1).await;
    for _ in 0..2 {
        store.unpause(&slow).await.expect("the pause ends");
        store
            .unpause(&unknown)
            .await
            .expect("there is nothing to end");
    }
    let claimed = store.woken("the end of a pause", 0, waiting).await;
    assert_eq!(claimed.len(), 2);
    let stats = store.stats().await.expect("stats");
    assert_eq!(stats.platforms[&slow].paused_for, None);
    assert!(!stats.platforms.contains_key(&unknown));
    // The limits in a row are forgotten.
    store
        .requeue(&claimed[0].lease, limited(&store, 1, 20))
        .await;
    assert_paused(&store, &slow, 21).await;
}

pub(super) async fn a_sweep_forgets_the_pause_of_a_platform_without_jobs(harness: &Harness<'_>) {
    let store = harness.store().await;
    let quiet = platform("quiet");
    // Notes of an ended job wait for somebody to deliver them; that is no reason to probe.
    let noted = store
        .new_job_on(&quiet)
        .with_note(Bytes::from_static(b"{}"));
    let noted = store.create(noted).await;
    store.cancel(noted.id).await.expect("it is there");
    store.pause_platform(&quiet, store.ticks(8)).await;
    store.sweep_up_to(10).await;
    assert_paused(&store, &quiet, 8).await;
    store.pass(10).await;
    store.sweep_up_to(10).await;
    assert_eq!(claimed_jobs(&store, &quiet, 3).await.len(), 3);
    assert_eq!(store.stats().await.expect("stats").undelivered, 1);
}
