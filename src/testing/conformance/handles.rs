//! Several stores over the same jobs: other processes, and this one after a restart. Parts of promises 1
//! and 11.

use bytes::Bytes;

use super::harness::{EXPIRED, Harness, LONG, SHORT, completed, report};
use crate::job::{Phase, Status, Version};
use crate::store::{FindRequest, HeartbeatReply, Outcome, SaveRequest, Submitted, WatchRequest};

pub(super) async fn what_one_handle_does_all_others_see(harness: &Harness<'_>) {
    let store = harness.store().await;
    let Some(other) = store.another().await else {
        return;
    };
    let new = store.new_job();
    let id = store.create(new.clone()).await.id;
    let joined = other.submit(new.clone()).await.expect("a submit succeeds");
    assert_eq!(joined.job().id, id);
    let claimed = other
        .claim(store.request())
        .await
        .expect("a claim succeeds");
    let lease = claimed[0].lease.clone();
    store.claim_nothing().await;
    // A lease holds wherever it is shown, and so does all that was kept under it.
    let page = SaveRequest::append(Phase::Scraping, 0, Bytes::from_static(b"page"));
    let kept = store.save(&lease, page.clone()).await;
    assert_eq!(kept.expect("it holds"), HeartbeatReply::Continue);
    let kept = other.save(&lease, page).await;
    assert_eq!(kept.expect("it holds"), HeartbeatReply::Continue);
    store.requeue(&lease, Outcome::Released).await;

    // As after a restart: one that has seen nothing of it.
    let Some(fresh) = store.another().await else {
        return;
    };
    let claimed = fresh
        .claim(store.request())
        .await
        .expect("a claim succeeds");
    assert_eq!(claimed[0].job.id, id);
    assert_eq!(claimed[0].saved.pages(), [Bytes::from_static(b"page")]);
    let lease = claimed[0].lease.clone();
    let kept = other.checkpoint(&lease, Phase::Scraping, Bytes::from_static(b"1"));
    kept.await.expect("a checkpoint is kept");
    let beat = fresh.heartbeat(&lease, store.beat(SHORT, None)).await;
    beat.expect("the lease holds");
    store.pass(EXPIRED).await;
    let lease = store.claim_one().await.lease;
    let late = fresh.heartbeat(&lease, store.beat(LONG, None)).await;
    late.expect("it is the new lease");
    let ended = other.finish(&lease, completed()).await;
    assert_eq!(ended.expect("kept"), Status::Completed);
    for handle in [&*store, &other, &fresh] {
        assert_eq!(handle.report(id).await.expect("a read"), Some(report()));
        let found = handle.find(FindRequest::new(new.target.clone())).await;
        assert_eq!(found.expect("a read").map(|job| job.id), Some(id));
        let stats = handle.stats().await.expect("stats");
        assert_eq!((stats.jobs.total(), stats.jobs.completed), (1, 1));
    }
    let mut again = store.new_job();
    again.target = new.target;
    let served = fresh.submit(again).await.expect("a submit succeeds");
    assert!(matches!(served, Submitted::Served(job) if job.id == id));
}

pub(super) async fn one_handle_wakes_what_waits_on_another(harness: &Harness<'_>) {
    let store = harness.store().await;
    let Some(other) = store.another().await else {
        return;
    };
    let waiting = store.claim_waiting(store.request());
    store.pass(2).await;
    let id = store.new_job();
    let id = other.submit(id).await.expect("a submit succeeds").job().id;
    let claimed = store.woken("a submit elsewhere", 0, waiting).await;
    assert_eq!(claimed[0].job.id, id);

    // And the other way round.
    let lease = claimed[0].lease.clone();
    let version = store.job(id).await.version;
    assert!(version > Version::ZERO);
    let request = WatchRequest::new(id, version).with_wait(store.ticks(LONG));
    let watching = {
        let other = other.clone();
        tokio::spawn(async move { other.changed(request).await })
    };
    let mut claim = store.request();
    claim.wait = store.ticks(LONG);
    let waiting = {
        let other = other.clone();
        tokio::spawn(async move { other.claim(claim).await })
    };
    store.pass(2).await;
    store.progress(&lease, 10).await;
    let job = store.woken("progress elsewhere", 0, watching).await;
    let job = job.expect("a read succeeds").expect("it is there");
    assert_eq!(job.progress.percent(), 10);
    store.requeue(&lease, Outcome::Released).await;
    let claimed = store.woken("a release elsewhere", 0, waiting).await;
    assert_eq!(claimed.expect("a claim succeeds")[0].job.id, id);
}
