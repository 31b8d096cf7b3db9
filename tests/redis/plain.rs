//! Claims of plain jobs: what else there is on their platforms, and among their records.

use std::time::Duration;

use bytes::Bytes;
use futures::future::join_all;
use report_pipeline::store::{
    ClaimRequest, ClaimedJob, InFlightLimits, Outcome, PauseRequest, RateLimit, WorkerId,
};
use report_pipeline::{
    Failure, FailureKind, Handle, JobId, JobStore, NewJob, Phase, Platform, RedisStore, Status,
    Target,
};

use super::fixture::{calls, connect, new_job};
use report_pipeline_test_support::redis::RedisServer;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
/// Shorter than the interval at which a waiting claim asks by itself, which is 11 s at least.
const WAIT: Duration = Duration::from_secs(10);

fn job_on(platform: Platform, name: &str) -> NewJob {
    let handle = Handle::canonical(name).unwrap();
    NewJob::new(JobId::random(), Target::new(platform, handle))
}

async fn claim(store: &RedisStore, request: ClaimRequest) -> Vec<ClaimedJob> {
    store.claim(request.with_lease(HOUR)).await.unwrap()
}

fn request() -> ClaimRequest {
    ClaimRequest::new(WorkerId::unique()).with_max(60)
}

fn limited(floor: Duration, base: Duration) -> Outcome {
    Outcome::RateLimited {
        failure: Failure::new(FailureKind::RateLimited, "slow down"),
        limit: RateLimit::new(floor).with_backoff(base, 10 * HOUR),
    }
}

/// Has a platform report a limit, which counts, and be open again.
async fn limit_once(store: &RedisStore, platform: Platform) {
    let first = job_on(platform, "first");
    store.submit(first).await.unwrap();
    let refused = claim(store, request()).await.remove(0);
    let limit = limited(Duration::from_millis(1), Duration::ZERO);
    store.finish(&refused.lease, limit).await.unwrap();
    let probe = claim(store, request().with_wait(WAIT)).await.remove(0);
    let output = Bytes::from_static(b"1");
    let kept = store.checkpoint(&probe.lease, Phase::Scraping, output);
    kept.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn pauses_and_limits_beside_plain_jobs_leave_them_plain() {
    let server = RedisServer::start();
    let store = connect(server.address()).await;
    limit_once(&store, Platform::INSTAGRAM).await;
    let pause = PauseRequest::new(Platform::TIKTOK, HOUR);
    store
        .submit(job_on(Platform::TIKTOK, "paused"))
        .await
        .unwrap();
    store.pause(pause).await.unwrap();
    // And one waits for a quota, as its job can.
    store
        .submit(job_on(Platform::YOUTUBE, "waits"))
        .await
        .unwrap();
    let refused = claim(&store, request()).await.remove(0);
    let used_up = Outcome::RateLimited {
        failure: Failure::new(FailureKind::QuotaExhausted, "tomorrow"),
        limit: RateLimit::quota(MINUTE),
    };
    let ended = store.finish(&refused.lease, used_up).await;
    assert_eq!(ended.unwrap(), Status::Pending);
    for n in 0..10 {
        store.submit(new_job(&format!("user{n}"))).await.unwrap();
    }
    calls(&server, "hvals");
    let limits = InFlightLimits::none().with(Platform::INSTAGRAM, 8);
    // The probe holds a slot.
    let claimed = claim(&store, request().with_in_flight(limits.clone())).await;
    assert_eq!(claimed.len(), 7);
    assert_eq!(
        calls(&server, "hvals"),
        7,
        "only plain claims read like that"
    );
    assert!(
        claim(&store, request().with_in_flight(limits))
            .await
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_of_one_submit_and_one_claim_have_seen_the_limits_of_their_own_platforms() {
    let server = RedisServer::start();
    let store = connect(server.address()).await;
    limit_once(&store, Platform::INSTAGRAM).await;
    let platforms = [Platform::INSTAGRAM, Platform::TIKTOK];
    let new: Vec<_> = (0..20)
        .map(|n| job_on(platforms[n % 2].clone(), &format!("user{n}")))
        .collect();
    let submitted = join_all(new.iter().map(|new| store.submit(new.clone()))).await;
    let submitted: Vec<_> = submitted.into_iter().map(Result::unwrap).collect();
    let times: Vec<_> = submitted.iter().map(|one| one.job().created_at).collect();
    assert_eq!(times[10], times[11], "one call, so their records are alike");
    let claimed = claim(&store, request()).await;
    assert_eq!(claimed.len(), 20);
    for platform in platforms {
        let mut of_it = claimed
            .iter()
            .filter(|one| one.job.target.platform == platform);
        // The first one counts, and grows the wait; the other ones say the same.
        for _ in 0..3 {
            let lease = &of_it.next().unwrap().lease;
            store.finish(lease, limited(MINUTE, HOUR)).await.unwrap();
            let left = store.stats().await.unwrap().platforms[&platform]
                .paused_for
                .unwrap();
            assert!(HOUR < left && left <= HOUR + MINUTE, "{platform}: {left:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_waits_for_the_end_of_a_pause_asks_rarely() {
    let server = RedisServer::start();
    let store = connect(server.address()).await;
    store.submit(new_job("alice")).await.unwrap();
    let pause = PauseRequest::new(Platform::INSTAGRAM, Duration::from_secs(1));
    store.pause(pause).await.unwrap();
    calls(&server, "evalsha");
    let claim = tokio::time::timeout(WAIT, claim(&store, request().with_wait(2 * WAIT)));
    assert_eq!(claim.await.expect("it is woken").len(), 1);
    // Twice for a script that the server does not know yet, again when the subscription is confirmed, and at the end.
    let calls = calls(&server, "evalsha");
    assert!((1..=10).contains(&calls), "{calls} calls");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_looks_behind_jobs_that_only_scripts_can_read() {
    let server = RedisServer::start();
    let store = connect(server.address()).await;
    let later = new_job("later");
    store.submit(later.clone()).await.unwrap();
    let lease = claim(&store, request()).await.remove(0).lease;
    let retry = Outcome::Retry {
        after: Duration::from_secs(3),
        failure: Failure::new(FailureKind::Transient, "once more"),
    };
    store.finish(&lease, retry).await.unwrap();
    // From here on it is subscribed, which has it look again when it begins.
    let nothing = claim(&store, request().with_wait(Duration::from_millis(500)));
    assert!(nothing.await.is_empty());
    let unreadable = new_job("unreadable");
    store.submit(unreadable.clone()).await.unwrap();
    server.run(&["HSET", &format!("jobs:{}", unreadable.id), "handle", ""]);
    let claim = tokio::time::timeout(WAIT, claim(&store, request().with_wait(2 * WAIT)));
    let claimed = claim
        .await
        .expect("it waits for the next job, not for a lease");
    assert_eq!(claimed[0].job.id, later.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_that_a_job_has_seen_are_read_where_builds_of_schema_4_have_written_them() {
    const MOVE: &str = "
        local own = {cmsgpack.unpack(redis.call('HGET', KEYS[1], 'own'))}
        own[9], own[16], own[23] = nil, 1, own[9]
        redis.call('HSET', KEYS[1], 'own', cmsgpack.pack(unpack(own, 1, 23)))
        return own[23]";
    let server = RedisServer::start();
    let store = connect(server.address()).await;
    limit_once(&store, Platform::INSTAGRAM).await;
    store.submit(new_job("alice")).await.unwrap();
    let claimed = claim(&store, request()).await.remove(0);
    let key = format!("jobs:{}", claimed.job.id);
    assert_eq!(server.run(&["EVAL", MOVE, "1", &key]), "1");
    let limit = limited(MINUTE, HOUR);
    store.finish(&claimed.lease, limit).await.unwrap();
    let stats = store.stats().await.unwrap();
    let left = stats.platforms[&Platform::INSTAGRAM].paused_for.unwrap();
    assert!(
        HOUR < left,
        "a new limit, not the one that it has seen: {left:?}"
    );
}
