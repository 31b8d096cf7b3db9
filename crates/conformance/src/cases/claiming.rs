//! Promises 9 and 14: what is claimed next, and what is held back.

use std::collections::HashSet;
use std::time::Duration;

use report_pipeline::FailureKind;
use report_pipeline::store::{ClaimToken, ClaimedJob, InFlightLimits, Outcome};

use crate::harness::{EXPIRED, Harness, LONG, SHORT, completed, failure, limits, platform, retry};

pub(super) async fn no_job_starves_behind_thousands_that_cannot_run(harness: &Harness<'_>) {
    const BLOCKED: usize = 1500;
    let store = harness.store().await;
    let (paused, limited) = (platform("paused"), platform("limited"));
    store.pause_platform(&paused, store.ticks(LONG)).await;
    store.submit_many(BLOCKED, &paused).await;
    store.submit_many(BLOCKED, &limited).await;
    let mut free = HashSet::new();
    for _ in 0..5 {
        free.insert(store.submit_on(&platform("free")).await);
    }
    // One job of the limited platform may run, and each free one, though they came last.
    let mut request = store.request();
    request.in_flight = limits(&limited, 1);
    request.max = 2;
    let mut on_limited = 0;
    for _ in 0..3 {
        request.token = ClaimToken::random();
        for one in store.claim_as(request.clone()).await {
            if !free.remove(&one.job.id) {
                assert_eq!(one.job.target.platform, limited);
                on_limited += 1;
            }
        }
    }
    assert!(free.is_empty(), "{} jobs starve", free.len());
    assert_eq!(on_limited, 1);
    request.token = ClaimToken::random();
    assert!(store.claim_as(request).await.is_empty());
}

pub(super) async fn old_jobs_are_not_passed_over_for_new_ones(harness: &Harness<'_>) {
    let store = harness.store().await;
    let mut old = HashSet::new();
    for _ in 0..15 {
        old.insert(store.submit_new().await);
    }
    // As many come as go. Roughly oldest first: the old ones are through after a few rounds.
    for _ in 0..30 {
        store.pass(1).await;
        store.submit_new().await;
        let claimed = store.claim_one().await;
        old.remove(&claimed.job.id);
        store.fail(&claimed.lease).await;
    }
    assert!(old.is_empty(), "{} old jobs are passed over", old.len());
}

pub(super) async fn a_due_retry_is_not_passed_over_for_new_jobs(harness: &Harness<'_>) {
    let store = harness.store().await;
    let id = store.submit_new().await;
    let lease = store.claim_one().await.lease;
    store
        .requeue(
            &lease,
            retry(store.ticks(2), failure(FailureKind::Transient)),
        )
        .await;
    store.pass(4).await;
    for _ in 0..10 {
        store.submit_new().await;
    }
    for _ in 0..40 {
        store.submit_new().await;
        let claimed = store.claim_one().await;
        if claimed.job.id == id {
            return;
        }
        store.fail(&claimed.lease).await;
    }
    panic!("a retry that is due is passed over");
}

pub(super) async fn a_claim_for_some_platforms_takes_no_others(harness: &Harness<'_>) {
    let store = harness.store().await;
    let (ours, theirs) = (platform("ours"), platform("theirs"));
    let for_ours = || store.request().with_max(10).with_platforms([ours.clone()]);
    // Theirs come first: waiting ones, and one whose lease expires.
    store.submit_on(&theirs).await;
    let expired = store.claim_for(SHORT).await.lease;
    for _ in 0..200 {
        store.submit_on(&theirs).await;
    }
    store.pass(EXPIRED).await;
    assert!(store.claim_as(for_ours()).await.is_empty());
    let first = store.submit_on(&ours).await;
    let second = store.submit_on(&ours).await;
    let request = for_ours();
    let claimed = store.claim_as(request.clone()).await;
    let mut ids: Vec<_> = claimed.iter().map(|one| one.job.id).collect();
    ids.sort_unstable();
    let mut expected = [first, second];
    expected.sort_unstable();
    assert_eq!(ids, expected);
    // What is held under the token comes back whatever is asked for.
    let again = store.claim_as(request.with_platforms([])).await;
    assert_eq!(again.len(), 2);

    store.submit_on(&ours).await;
    let none = store.request().with_max(10).with_platforms([]);
    assert!(store.claim_as(none).await.is_empty());
    let unknown = store.request().with_platforms([platform("unknown")]);
    assert!(store.claim_as(unknown).await.is_empty());
    // Others go on with theirs, and limits hold beside the platforms that are asked for.
    let mut both = store.request().with_max(300);
    both = both.with_platforms([theirs.clone(), ours.clone()]);
    let claimed = store.claim_as(both.with_in_flight(limits(&ours, 2))).await;
    assert!(!claimed.is_empty());
    let on_theirs = |one: &ClaimedJob| one.job.target.platform == theirs;
    assert!(claimed.iter().all(on_theirs), "two of ours are running");
    let taken_over = claimed.iter().any(|one| one.job.id == expired.job());
    assert!(taken_over, "a job keeps its position");
}

pub(super) async fn a_paused_platform_is_passed_over(harness: &Harness<'_>) {
    let store = harness.store().await;
    let (paused, free) = (platform("paused"), platform("free"));
    store.submit_on(&paused).await;
    let lease = store.claim_one().await.lease;
    store.submit_on(&paused).await;
    let expired = store.claim_for(SHORT).await.lease;
    let waiting = store.submit_on(&paused).await;
    let other = store.submit_on(&free).await;

    store.pause_platform(&paused, store.ticks(30)).await;
    let claimed = store.claim_up_to(10).await;
    assert_eq!(
        claimed.iter().map(|one| one.job.id).collect::<Vec<_>>(),
        [other]
    );
    // A running job goes on; one whose lease has expired is paused like the others.
    store.progress(&lease, 20).await;
    store.pass(EXPIRED).await;
    store.claim_nothing().await;
    store.complete(&lease).await;

    store.pass(30).await;
    let mut claimed = Vec::new();
    for _ in 0..2 {
        let probe = store.claim_one().await;
        claimed.push(probe.job.id);
        store.complete(&probe.lease).await;
    }
    claimed.sort_unstable();
    let mut expected = vec![expired.job(), waiting];
    expected.sort_unstable();
    assert_eq!(claimed, expected);
    let stats = store.stats().await.expect("stats");
    let left = stats.platforms.get(&paused).and_then(|one| one.paused_for);
    assert_eq!(left, None);
}

pub(super) async fn a_pause_is_never_shortened(harness: &Harness<'_>) {
    let store = harness.store().await;
    let paused = platform("paused");
    store.pause_platform(&paused, store.ticks(20)).await;
    store.pause_platform(&paused, store.ticks(3)).await;
    store.pause_platform(&paused, Duration::ZERO).await;
    let id = store.submit_on(&paused).await;
    store.pass(8).await;
    store.claim_nothing().await;
    let left = store.stats().await.expect("stats").platforms[&paused].paused_for;
    assert!(left.is_some_and(|left| left <= store.ticks(12)), "{left:?}");
    // Nor do pauses add up, and a longer one lengthens.
    store.pause_platform(&paused, store.ticks(16)).await;
    store.pass(13).await;
    store.claim_nothing().await;
    store.pass(5).await;
    assert_eq!(store.claim_one().await.job.id, id);
}

pub(super) async fn in_flight_limits_hold_over_all_workers(harness: &Harness<'_>) {
    let store = harness.store().await;
    let (limited, free) = (platform("limited"), platform("free"));
    for _ in 0..12 {
        store.submit_on(&limited).await;
    }
    let in_flight = limits(&limited, 2);
    let claim = async |max: usize| {
        let mut request = store.request();
        (request.max, request.in_flight) = (max, in_flight.clone());
        store.claim_as(request).await
    };
    let mut held = claim(10).await;
    assert_eq!(held.len(), 2, "one claim does not overrun the limit");
    assert!(claim(10).await.is_empty(), "nor does another worker's");

    // Each outcome frees the job's slot, and one slot only.
    let after = store.ticks(LONG);
    let failed = || failure(FailureKind::Transient);
    let ways = [
        completed(),
        Outcome::Failed(failed()),
        retry(after, failed()),
        Outcome::Released,
    ];
    for outcome in ways {
        let lease = held.pop().expect("two are held").lease;
        store
            .finish(&lease, outcome.clone())
            .await
            .expect("the lease holds");
        let next = claim(10).await;
        assert_eq!(next.len(), 1, "after {outcome:?}");
        held.extend(next);
    }
    // A repeated finish frees no second slot.
    let lease = held.pop().expect("two are held").lease;
    for _ in 0..2 {
        store
            .finish(&lease, completed())
            .await
            .expect("the first status");
    }
    held.extend(claim(10).await);
    assert_eq!(held.len(), 2);

    // Other platforms are not concerned, and a limit is that of the claim which names it.
    store.submit_on(&free).await;
    assert_eq!(claim(10).await.len(), 1);
    let mut none = store.request();
    none.in_flight = InFlightLimits::none().with(limited.clone(), 0).into();
    assert!(
        store.claim_as(none).await.is_empty(),
        "a limit of 0 is nothing at all"
    );
    assert_eq!(
        store.claim_up_to(1).await.len(),
        1,
        "without a limit there is none"
    );
    let stats = store.stats().await.expect("stats");
    assert_eq!(stats.platforms[&limited].processing, 3);
}

pub(super) async fn an_expired_lease_does_not_block_its_slot(harness: &Harness<'_>) {
    let store = harness.store().await;
    let limited = platform("limited");
    let id = store.submit_on(&limited).await;
    let mut request = store.request();
    (request.lease, request.in_flight) = (store.ticks(SHORT), limits(&limited, 1));
    assert_eq!(store.claim_as(request.clone()).await.len(), 1);
    let waiting = store.submit_on(&limited).await;
    store.pass(EXPIRED).await;

    (request.max, request.token) = (10, ClaimToken::random());
    let first = store.claim_as(request.clone()).await;
    assert_eq!(
        first.len(),
        1,
        "the slot is taken over, and it is still one slot"
    );
    store.complete(&first[0].lease).await;
    request.token = ClaimToken::random();
    let second = store.claim_as(request).await;
    assert_eq!(second.len(), 1);
    let mut both = [first[0].job.id, second[0].job.id];
    both.sort_unstable();
    let mut expected = [id, waiting];
    expected.sort_unstable();
    assert_eq!(both, expected);
}
