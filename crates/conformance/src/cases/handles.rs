//! Several stores over the same jobs: other processes, and this one after a restart. Parts of promises 1
//! and 11.

use bytes::Bytes;
use report_pipeline::store::{
    FindRequest, HeartbeatReply, Outcome, SaveRequest, Stats, Submitted, WatchRequest,
};
use report_pipeline::{Phase, Status, Version};

use crate::harness::{EXPIRED, Harness, LONG, SHORT, completed, platform, report};

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

pub(super) async fn all_is_there_after_reopening(harness: &Harness<'_>) {
    let store = harness.store().await;
    let ready = store.submit_new().await;
    let done = {
        let lease = store.claim_one().await.lease;
        store.complete(&lease).await;
        store.job(ready).await
    };
    store.submit_new().await;
    let failed = store.claim_one().await.lease;
    store.fail(&failed).await;

    // Held, with a checkpoint, a state and a page.
    let input = Bytes::from_static(b"input");
    let held = store
        .create(store.new_job().with_input(input.clone()))
        .await
        .id;
    let request = store.request();
    let claimed = store.claim_as(request.clone()).await.remove(0);
    let lease = claimed.lease;
    let output = Bytes::from_static(b"\"scraped\"");
    let kept = store.checkpoint(&lease, Phase::Scraping, output.clone());
    kept.await.expect("a checkpoint is kept");
    let (state, page) = (Bytes::from_static(b"state"), Bytes::from_static(b"page"));
    let replace = SaveRequest::replace(Phase::Analysis, 0, state.clone());
    store.save(&lease, replace).await.expect("it is kept");
    let append = SaveRequest::append(Phase::Analysis, 1, page.clone());
    store.save(&lease, append).await.expect("it is kept");
    // And one that waits behind a pause, with what a reader and a submit need.
    let paused = platform("paused");
    store.pause_platform(&paused, store.ticks(LONG)).await;
    let waiting = store.new_job_on(&paused).with_input(input.clone());
    let target = waiting.target.clone();
    let waiting = store.create(waiting).await;
    let held_then = store.job(held).await;
    let counted = |stats: Stats| (stats.jobs, stats.stored_bytes, stats.damaged);
    let before = counted(store.stats().await.expect("stats"));

    let Some(store) = store.reopened().await else {
        return;
    };
    assert_eq!(counted(store.stats().await.expect("stats")), before);
    for job in [&done, &held_then, &waiting] {
        assert_eq!(&store.job(job.id).await, job);
    }
    assert_eq!(store.job(failed.job()).await.status, Status::Failed);
    let kept = store.report(done.id).await.expect("a read succeeds");
    assert_eq!(kept, Some(report()));
    let mut again = store.new_job();
    again.target = target;
    let joined = store.submit(again).await.expect("a submit succeeds");
    assert!(matches!(joined, Submitted::Joined(job) if job.id == waiting.id));
    store.claim_nothing().await;

    // The lease holds, and its claim can be repeated.
    let beat = store.heartbeat(&lease, store.beat(LONG, Some(40))).await;
    assert_eq!(beat.expect("the lease holds"), HeartbeatReply::Continue);
    let repeated = store.claim_as(request).await.remove(0);
    assert_eq!((repeated.job.id, &repeated.lease), (held, &lease));
    assert_eq!(repeated.input(), &input);
    assert_eq!(repeated.checkpoints.get(Phase::Scraping), Some(&output));
    assert_eq!(repeated.saved.state(), Some(&state));
    assert_eq!(repeated.saved.pages(), [page]);
    store.requeue(&lease, Outcome::Released).await;
    let next = store.claim_one().await.lease;
    assert!(next.fence() > lease.fence());
    store.complete(&next).await;
    store.unpause(&paused).await.expect("it is unpaused");
    let last = store.claim_one().await;
    assert_eq!((last.job.id, last.input()), (waiting.id, &input));
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
