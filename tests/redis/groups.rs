//! Calls that are under way at once go together, and none is touched by what becomes of another.

use std::time::Duration;

use bytes::Bytes;
use futures::future::join_all;
use report_pipeline::store::{
    ClaimRequest, Fence, Heartbeat, HeartbeatReply, Lease, ListRequest, Outcome, SaveRequest,
    SweepRequest, WorkerId,
};
use report_pipeline::testing::TcpProxy;
use report_pipeline::{
    JobId, JobStore, NewJob, Phase, RedisStore, Status, StoreError, StoreLimits, Submitted,
};

use super::fixture::{again, calls, connect, connect_impatiently, new_job, options, patiently};
use report_pipeline_test_support::redis::RedisServer;

const MINUTE: Duration = Duration::from_secs(60);
/// Less than one claim takes.
const JOBS: usize = 60;

/// Submits so many jobs at once and claims all of them.
async fn leases(store: &RedisStore) -> Vec<Lease> {
    let jobs: Vec<_> = (0..JOBS).map(|n| new_job(&format!("user{n}"))).collect();
    let submitted = join_all(jobs.iter().map(|job| store.submit(job.clone()))).await;
    for (submitted, job) in submitted.into_iter().zip(&jobs) {
        let submitted = submitted.unwrap();
        assert!(matches!(submitted, Submitted::Created(_)), "{submitted:?}");
        assert_eq!(submitted.job().id, job.id);
        // What is returned without being read is what is kept.
        let read = store.get(job.id).await.unwrap();
        assert_eq!(read.as_ref(), Some(submitted.job()));
    }
    let request = ClaimRequest::new(WorkerId::unique()).with_max(JOBS);
    let claimed = store.claim(request.with_lease(MINUTE)).await.unwrap();
    assert_eq!(claimed.len(), JOBS);
    claimed.into_iter().map(|one| one.lease).collect()
}

fn output() -> Bytes {
    Bytes::from_static(b"[1]")
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_at_once_take_few_round_trips_and_each_gets_its_own_reply() {
    let server = RedisServer::start();
    let store = connect(server.address()).await;
    let leases = leases(&store).await;
    calls(&server, "evalsha");
    let phases = [Phase::Scraping, Phase::Analysis];
    for phase in phases {
        let kept = leases
            .iter()
            .map(|lease| store.checkpoint(lease, phase, output()));
        for reply in join_all(kept).await {
            assert_eq!(reply.unwrap(), HeartbeatReply::Continue);
        }
    }
    let beats = leases
        .iter()
        .map(|lease| store.heartbeat(lease, Heartbeat::new(MINUTE)));
    for reply in join_all(beats).await {
        assert_eq!(reply.unwrap(), HeartbeatReply::Continue);
    }
    let reports = leases.iter().map(|lease| {
        let report = Bytes::from(format!("\"{}\"", lease.job()));
        store.finish(lease, Outcome::Completed(report))
    });
    for reply in join_all(reports).await {
        assert_eq!(reply.unwrap(), Status::Completed);
    }
    // 240 items; the first of each kind goes alone.
    let calls = calls(&server, "evalsha");
    assert!(calls <= 40, "{calls} calls");
    for lease in &leases {
        let report = store.report(lease.job()).await.unwrap().unwrap();
        assert_eq!(report, format!("\"{}\"", lease.job()));
    }
    let stats = store.stats().await.unwrap();
    assert_eq!((stats.jobs.completed, stats.jobs.total()), (60, 60));
    assert_eq!(stats.stored_bytes, 60 * 38);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_item_touches_no_other() {
    let server = RedisServer::start();
    let options = options(server.address());
    let limits = StoreLimits::default().with_value_bytes(1000);
    let store = options.with_limits(limits).connect().await.unwrap();
    let leases = leases(&store).await;
    let key = |of: &str, lease: &Lease| format!("jobs:{of}{}", lease.job());
    // One whose outputs are of another type, one that cannot be read, one that is gone, one that a newer version
    // has taken, one whose lease is another's, one that is too large, and one for which it is too early.
    server.run(&["SET", &key("q:outputs:", &leases[10]), "a string"]);
    server.run(&["HSET", &key("", &leases[11]), "own", "seven"]);
    server.run(&["DEL", &key("", &leases[12])]);
    let newer = ["status", "archiving", "own", "in another form"];
    server.run(&[&["HSET", &*key("", &leases[13])], &newer[..]].concat());
    let later = Fence::from_number(leases[14].fence().number() + 1);
    let other = Lease::new(leases[14].job(), later, leases[14].token());
    let replies = join_all(leases.iter().enumerate().map(|(n, lease)| {
        let (lease, phase) = match n {
            14 => (&other, Phase::Scraping),
            17 => (lease, Phase::Analysis),
            _ => (lease, Phase::Scraping),
        };
        let size = if n == 16 { 1001 } else { 3 };
        store.checkpoint(lease, phase, Bytes::from(vec![b'1'; size]))
    }))
    .await;
    for (n, (reply, lease)) in replies.into_iter().zip(&leases).enumerate() {
        match (n, reply) {
            (10 | 11, Err(StoreError::Damaged { job, .. }))
            | (12..=14, Err(StoreError::LeaseLost(job))) => assert_eq!(job, lease.job()),
            (16, Err(StoreError::TooLarge { size: 1001, .. }))
            | (17, Err(StoreError::Misuse(_))) => {}
            (_, Ok(HeartbeatReply::Continue)) if !(10..18).contains(&n) || n == 15 => {
                let job = store.get(lease.job()).await.unwrap().unwrap();
                assert_eq!((job.phase, job.progress.percent()), (Phase::Analysis, 30));
            }
            (n, reply) => panic!("{n}: {reply:?}"),
        }
    }
    assert_eq!(store.stats().await.unwrap().stored_bytes, 53 * 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_cannot_be_read_keeps_no_job_from_its_end() {
    let server = RedisServer::start();
    let store = connect(server.address()).await;
    let leases = leases(&store).await;
    // Nobody waits any more, so the key is free.
    server.run(&["SET", "jobs:q:waiting:instagram", "a string"]);
    let ends = leases.iter().map(|lease| {
        let report = Outcome::Completed(Bytes::from_static(b"{}"));
        store.finish(lease, report)
    });
    for status in join_all(ends).await {
        assert_eq!(status.unwrap(), Status::Completed);
    }
    server.run(&["DEL", "jobs:q:waiting:instagram"]);
    let stats = store.stats().await.unwrap();
    let ended = leases.len() as u64;
    assert_eq!((stats.jobs.completed, stats.jobs.total()), (ended, ended));
    assert_eq!(stats.stored_bytes, 2 * ended);
}

#[tokio::test(flavor = "multi_thread")]
async fn submits_of_one_call_meet_each_other() {
    let server = RedisServer::start();
    let store = connect(server.address()).await;
    let job = new_job("nasa");
    let of_same_id = NewJob::new(job.id, new_job("esa").target);
    // The first one goes alone, so the others go together.
    let all = [
        new_job("first"),
        job.clone(),
        job.clone(),
        of_same_id,
        new_job("nasa"),
        new_job("last"),
    ];
    let replies = join_all(all.iter().map(|job| store.submit(job.clone()))).await;
    // They have no order among them, so whoever came first has made the job of that id.
    let made = store.get(job.id).await.unwrap().unwrap();
    let mut taken = 0;
    for (reply, new) in replies.iter().zip(&all) {
        match reply {
            Ok(Submitted::Created(job)) => assert_eq!(job.id, new.id),
            Ok(Submitted::Joined(job)) => assert_eq!(job.target, new.target),
            Err(StoreError::IdTaken(id)) => {
                assert_eq!((*id, new.target == made.target), (made.id, false));
                taken += 1;
            }
            reply => panic!("{reply:?}"),
        }
    }
    assert!(taken > 0);
    let stats = store.stats().await.unwrap();
    let listed = store.list(ListRequest::new()).await.unwrap().jobs;
    assert_eq!(stats.jobs.pending, listed.len() as u64);
    for job in listed {
        assert_eq!(store.get(job.id).await.unwrap(), Some(job));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_of_one_call_are_listed_once_each_whatever_the_page() {
    let server = RedisServer::start();
    let store = connect(server.address()).await;
    let leases = leases(&store).await;
    let mut made: Vec<_> = leases.iter().map(Lease::job).collect();
    made.sort();
    for limit in [1, 7, 59, 60, 100] {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let request = ListRequest::new().with_limit(limit).with_after(after);
            let page = store.list(request).await.unwrap();
            assert!(page.jobs.len() <= limit);
            found.extend(page.jobs.iter().map(|job| job.id));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        found.sort();
        assert_eq!(found, made, "in pages of {limit}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_keeps_the_ids_of_one_call_until_the_last_job_is_gone() {
    let server = RedisServer::start();
    let brief = options(server.address()).with_retention(Duration::from_millis(50));
    let store = brief.connect().await.unwrap();
    let leases = leases(&store).await;
    let entries = || server.run(&["XLEN", "jobs:q:submits"]);
    assert!(entries().parse::<usize>().unwrap() < JOBS / 2);
    let (last, others) = leases.split_last().unwrap();
    let report = || Outcome::Completed(output());
    for ended in join_all(others.iter().map(|lease| store.finish(lease, report()))).await {
        ended.unwrap();
    }
    let removed = async |count: usize| {
        let mut removed = 0;
        while removed < count {
            removed += store.sweep(SweepRequest::new(10)).await.unwrap().removed;
        }
    };
    patiently("the sweeps", removed(JOBS - 1)).await;
    assert_eq!(entries(), "1");
    let listed = store.list(ListRequest::new()).await.unwrap().jobs;
    let listed: Vec<_> = listed.iter().map(|job| job.id).collect();
    assert_eq!(listed, [last.job()]);
    store.finish(last, report()).await.unwrap();
    patiently("the last sweep", removed(1)).await;
    assert_eq!(server.run(&["EXISTS", "jobs:q:submits"]), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn items_that_are_large_together_go_apart() {
    let server = RedisServer::start();
    let store = connect(server.address()).await;
    let leases = leases(&store).await;
    calls(&server, "evalsha");
    let large = Bytes::from(vec![b'x'; 100_000]);
    let saves = leases.iter().map(|lease| {
        let save = SaveRequest::replace(Phase::Scraping, 0, large.clone());
        store.save(lease, save)
    });
    for reply in join_all(saves).await {
        assert_eq!(reply.unwrap(), HeartbeatReply::Continue);
    }
    // No more than two of them have room in one call.
    let calls = calls(&server, "evalsha");
    assert!(calls >= JOBS as u64 / 2, "{calls} calls");
    assert_eq!(store.stats().await.unwrap().stored_bytes, 60 * 100_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_leaves_takes_nobody_along() {
    let server = RedisServer::start();
    let proxy = TcpProxy::start(server.address()).await.unwrap();
    let store = connect(proxy.address()).await;
    store.report(JobId::random()).await.unwrap();
    let leases = leases(&store).await;
    proxy.delay_replies(Duration::from_millis(100));
    let kept = leases.iter().enumerate().map(|(n, lease)| {
        let store = &store;
        async move {
            let kept = store.checkpoint(lease, Phase::Scraping, output());
            if n % 3 == 1 {
                // Before its item is sent, or with it.
                let soon = Duration::from_millis(if n % 2 == 0 { 0 } else { 130 });
                return tokio::time::timeout(soon, kept).await.ok();
            }
            Some(kept.await)
        }
    });
    let replies = patiently("the replies", join_all(kept)).await;
    proxy.heal();
    for (n, (reply, lease)) in replies.into_iter().zip(&leases).enumerate() {
        match reply {
            Some(reply) => assert_eq!(reply.unwrap(), HeartbeatReply::Continue),
            None => assert_eq!(n % 3, 1),
        }
        // Done or not done; and it can be repeated.
        let again = store.checkpoint(lease, Phase::Scraping, output()).await;
        assert_eq!(again.unwrap(), HeartbeatReply::Continue);
    }
    assert_eq!(store.stats().await.unwrap().stored_bytes, 60 * 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_whose_reply_is_lost_is_done_once() {
    let server = RedisServer::start();
    let proxy = TcpProxy::start(server.address()).await.unwrap();
    let store = connect_impatiently(proxy.address(), "").await;
    again(async || store.report(JobId::random()).await).await;
    let leases = leases(&store).await;
    for phase in [Phase::Scraping, Phase::Analysis] {
        let cuts = proxy.cuts();
        // In the middle of those that go together.
        proxy.cut_reply(leases[30].job().to_string());
        let kept = leases
            .iter()
            .map(|lease| again(async || store.checkpoint(lease, phase, output()).await));
        for reply in join_all(kept).await {
            assert_eq!(reply, HeartbeatReply::Continue);
        }
        assert_eq!(proxy.cuts(), cuts + 1);
    }
    proxy.cut_reply(leases[30].job().to_string());
    let outcome = Outcome::Completed(output());
    let ends = leases
        .iter()
        .map(|lease| again(async || store.finish(lease, outcome.clone()).await));
    for status in join_all(ends).await {
        assert_eq!(status, Status::Completed);
    }
    proxy.heal();
    for lease in &leases {
        let job = again(async || store.get(lease.job()).await).await.unwrap();
        // Submitted, claimed, two checkpoints, completed.
        assert_eq!((job.version.number(), job.attempt), (5, 1));
    }
    let stats = again(async || store.stats().await).await;
    assert_eq!((stats.jobs.completed, stats.jobs.total()), (60, 60));
    assert_eq!(stats.stored_bytes, 60 * 3, "nothing is counted twice");
}

#[test]
fn a_runtime_that_ends_takes_no_call_of_another_along() {
    let server = RedisServer::start();
    let lasting = tokio::runtime::Runtime::new().unwrap();
    let store = std::sync::Arc::new(lasting.block_on(connect(server.address())));
    let id = lasting.block_on(async { store.submit(new_job("first")).await.unwrap().job().id });
    for n in 0..20 {
        let brief = tokio::runtime::Runtime::new().unwrap();
        // Its calls are under way, or about to be, when it ends.
        let begun = std::sync::Arc::clone(&store);
        brief.spawn(async move {
            let calls = (0..50).map(|m| begun.submit(new_job(&format!("brief{n}.{m}"))));
            join_all(calls).await;
        });
        let calls = async {
            let calls = (0..50).map(|m| store.submit(new_job(&format!("lasting{n}.{m}"))));
            join_all(calls).await
        };
        let end = std::thread::spawn(move || brief.shutdown_background());
        let replies = lasting.block_on(patiently("the replies", calls));
        end.join().unwrap();
        assert!(replies.iter().all(Result::is_ok), "{replies:?}");
    }
    assert!(lasting.block_on(store.get(id)).unwrap().is_some());
}
