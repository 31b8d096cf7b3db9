//! Connections that break in the middle of a call, are ended by the server, or fall silent.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use report_pipeline::store::{
    ClaimEndedRequest, Delivery, Heartbeat, Outcome, PauseRequest, SaveRequest, SweepRequest,
    WatchRequest,
};
use report_pipeline::testing::TcpProxy;
use report_pipeline::{
    JobStore, Phase, Platform, PostgresStore, Progress, Status, StoreError, Version,
};

use super::callers;
use super::fixture::{Schema, again, claim_request, new_job, submit};

const TIMEOUT: Duration = Duration::from_secs(5);
const MINUTE: Duration = Duration::from_secs(60);

/// How many calls the life of a job below has.
const CALLS: usize = 11;

#[derive(Debug, Clone, Copy)]
enum Loss {
    /// The commit does not arrive.
    Request,
    /// It does, and the reply does not.
    Reply,
}

/// Lives through the life of a job, with a loss at one of its calls.
async fn live(store: &PostgresStore, before: impl Fn(usize)) {
    let new = new_job("nasa")
        .with_input(Bytes::from_static(b"input"))
        .with_note(Bytes::from_static(b"note"));
    let id = new.id;
    before(0);
    let submitted = again(|| store.submit(new.clone())).await;
    assert_eq!(submitted.job().id, id);
    before(1);
    let request = claim_request(1).with_lease(MINUTE);
    let claimed = again(|| store.claim(request.clone())).await;
    assert_eq!(&claimed[0].input()[..], b"input");
    let lease = &claimed[0].lease;
    before(2);
    let beat = Heartbeat::new(MINUTE).with_progress(Progress::from_percent(10));
    again(|| store.heartbeat(lease, beat)).await;
    before(3);
    let page = SaveRequest::append(Phase::Scraping, 1, Bytes::from_static(b"page"));
    again(|| store.save(lease, page.clone())).await;
    before(4);
    let output = Bytes::from_static(b"output");
    again(|| store.checkpoint(lease, Phase::Scraping, output.clone())).await;
    before(5);
    let pause = PauseRequest::new(Platform::TIKTOK, MINUTE);
    again(|| store.pause(pause.clone())).await;
    before(6);
    again(|| store.unpause(&Platform::TIKTOK)).await;
    before(7);
    let report = Outcome::Completed(Bytes::from_static(b"{}"));
    let status = again(|| store.finish(lease, report.clone())).await;
    assert_eq!(status, Status::Completed);
    before(8);
    // What a lost reply took comes again when its lease is over.
    let request = ClaimEndedRequest::new()
        .with_lease(Duration::from_millis(20))
        .with_wait(Duration::from_secs(10));
    let ended = loop {
        let mut ended = again(|| store.claim_ended(request.clone())).await;
        if let Some(ended) = ended.pop() {
            break ended;
        }
    };
    assert_eq!(&ended.notes[0].value()[..], b"note");
    before(9);
    again(|| store.acknowledge(&ended.receipt, Delivery::Delivered)).await;
    before(10);
    let job = again(|| store.get(id)).await.unwrap();
    assert_eq!((job.failures, job.crashes), (0, 0));
    let report = again(|| store.report(id)).await;
    assert_eq!(report.as_deref(), Some(&b"{}"[..]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_call_can_be_repeated_after_its_request_or_its_reply_was_lost() {
    let proxy = TcpProxy::start(Schema::server().address()).await.unwrap();
    for call in 0..CALLS {
        for loss in [Loss::Request, Loss::Reply] {
            let schema = Schema::new();
            let store = schema.store_at(proxy.address(), TIMEOUT).await;
            let cuts = proxy.cuts();
            live(&store, |n| {
                if n == call {
                    match loss {
                        Loss::Request => proxy.cut_request("COMMIT"),
                        Loss::Reply => proxy.cut_reply("COMMIT"),
                    }
                }
            })
            .await;
            assert_eq!(proxy.cuts(), cuts + 1, "{loss:?} at call {call}");
            proxy.heal();
            schema.assert_agrees();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_the_server_ends_cost_no_call_that_it_had_not_begun() {
    let schema = Schema::new();
    let store = schema.store().await;
    let id = submit(&store, "first").await;
    assert!(store.get(id).await.unwrap().is_some());
    for round in 0..5 {
        end_connections(&schema);
        let name = format!("account{round}");
        submit(&store, &name).await;
        assert!(store.get(id).await.unwrap().is_some());
    }
    schema.assert_agrees();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_ended_in_the_middle_lose_nothing() {
    const CALLERS: usize = 8;
    let schema = Schema::new();
    let store = Arc::new(schema.store().await);
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let mut ids = Vec::new();
                for n in 0..30 {
                    let new = new_job(&format!("c{caller}.{n}"));
                    let submitted = again(|| store.submit(new.clone())).await;
                    ids.push(submitted.job().id);
                }
                ids
            })
        })
        .collect();
    while !callers.iter().all(tokio::task::JoinHandle::is_finished) {
        end_connections(&schema);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mut count = 0;
    for caller in callers {
        for id in caller.await.unwrap() {
            assert!(again(|| store.get(id)).await.is_some());
            count += 1;
        }
    }
    let stats = again(|| store.stats()).await;
    assert_eq!(stats.jobs.pending, count);
    schema.assert_agrees();
}

fn end_connections(schema: &Schema) {
    schema.connections("pg_terminate_backend(pid)", "true");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_is_heard_also_after_the_connection_that_listens_was_ended() {
    let schema = Schema::new();
    let (one, other) = (Arc::new(schema.store().await), schema.store().await);
    for round in 0..3 {
        let waiting = {
            let one = Arc::clone(&one);
            let request = claim_request(1).with_wait(MINUTE);
            tokio::spawn(async move { one.claim(request).await })
        };
        until_waiting(&schema).await;
        let began = Instant::now();
        let id = submit(&other, &format!("account{round}")).await;
        let claimed = waiting.await.unwrap().unwrap();
        assert_eq!(claimed[0].job.id, id);
        // It would look by itself after 15 seconds.
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "{:?}",
            began.elapsed()
        );
        let ended = schema.connections("pg_terminate_backend(pid)", LISTENS);
        assert_eq!(ended.len(), 2);
        // They listen again.
        let began = Instant::now();
        while schema.connections("pid", LISTENS).len() < 2 {
            assert!(began.elapsed() < MINUTE);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

const LISTENS: &str = "(query LIKE 'LISTEN %' OR query = 'SELECT 1')";

/// Waits until a claim has looked in vain.
async fn until_waiting(schema: &Schema) {
    let looked = "state = 'idle' AND query = 'COMMIT' AND state_change < now() - interval '200 ms'";
    let began = Instant::now();
    while schema.connections("pid", looked).is_empty() {
        assert!(began.elapsed() < MINUTE);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_falls_silent_is_named_and_found_again() {
    let schema = Schema::new();
    let proxy = TcpProxy::start(Schema::server().address()).await.unwrap();
    let store = schema
        .store_at(proxy.address(), Duration::from_secs(1))
        .await;
    let id = submit(&store, "first").await;
    assert!(store.get(id).await.unwrap().is_some());
    proxy.black_hole();
    for error in [
        store.submit(new_job("second")).await.unwrap_err(),
        store.get(id).await.unwrap_err(),
        store.check().await.unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
        assert!(
            error.to_string().contains("did not reply in time"),
            "{error}"
        );
    }
    proxy.heal();
    again(|| store.submit(new_job("second"))).await;
    assert!(again(|| store.get(id)).await.is_some());
    schema.assert_agrees();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_who_leave_take_nothing_with_them() {
    let schema = Schema::new();
    let store = Arc::new(schema.store().await);
    callers::leave_at_any_moment(Arc::clone(&store), 10).await;
    let watch = WatchRequest::new(submit(&store, "last").await, Version::ZERO);
    assert!(store.changed(watch).await.unwrap().is_some());
    store.sweep(SweepRequest::new(10)).await.unwrap();
    schema.assert_agrees();
}
