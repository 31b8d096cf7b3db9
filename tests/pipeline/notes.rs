//! Notes, delivered by a pipeline when their jobs have ended.

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{Delivery, EndedJob, Note};
use report_pipeline::testing::mock::{Gate, Step};
use report_pipeline::testing::{Fault, Verb};
use report_pipeline::{JobId, JobStore, NewJob, Platform, Status};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

use super::fixture::{Fixture, seconds, target};

/// What was delivered, by way of a channel.
struct Delivered(mpsc::UnboundedReceiver<EndedJob>);

impl Delivered {
    async fn next(&mut self) -> EndedJob {
        let next = timeout(seconds(3600), self.0.recv()).await;
        next.expect("a note is delivered in time")
            .expect("the pipeline runs")
    }

    async fn nothing_for(&mut self, time: Duration) {
        let next = timeout(time, self.0.recv()).await;
        assert!(next.is_err(), "{next:?}");
    }
}

/// A handler that passes on what it is called with.
fn handler() -> (
    impl Fn(EndedJob) -> std::future::Ready<Result<(), Infallible>>,
    Delivered,
) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let deliver = move |ended| {
        _ = sender.send(ended);
        std::future::ready(Ok(()))
    };
    (deliver, Delivered(receiver))
}

fn noted(fixture: &Fixture, name: &str, note: &'static str) -> NewJob {
    let new = fixture.client.new_job(target(name));
    new.with_note(Bytes::from_static(note.as_bytes()))
}

async fn submit(fixture: &Fixture, new: &NewJob) -> JobId {
    let submitted = fixture.client.submit_job(new.clone()).await;
    submitted.expect("the store accepts it").job().id
}

async fn undelivered(fixture: &Fixture) -> u64 {
    fixture.store.stats().await.expect("stats").undelivered
}

/// Waits until every note is acknowledged.
async fn all_acknowledged(fixture: &Fixture) {
    while undelivered(fixture).await > 0 {
        sleep(seconds(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_note_of_every_submit_is_delivered_when_the_job_has_ended() {
    let fixture = Fixture::new();
    let (deliver, mut delivered) = handler();
    let gate = Gate::new();
    fixture
        .scraper
        .next(Step::succeed("scraped".to_owned()).behind(&gate));
    let _workers = fixture.builder().on_end(deliver).build().start();
    let (first, second) = (
        noted(&fixture, "nasa", "one"),
        noted(&fixture, "nasa", "two"),
    );
    let id = submit(&fixture, &first).await;
    assert_eq!(submit(&fixture, &second).await, id);
    delivered.nothing_for(seconds(20)).await;
    gate.open();
    let ended = delivered.next().await;
    assert_eq!((ended.job.id, ended.job.status), (id, Status::Completed));
    assert_eq!(ended.notes, [first, second].map(|new| new.note().unwrap()));
    all_acknowledged(&fixture).await;

    let third = noted(&fixture, "nasa", "three");
    assert_eq!(submit(&fixture, &third).await, id, "it is served");
    let ended = delivered.next().await;
    assert_eq!(ended.notes, [third.note().unwrap()]);
    delivered.nothing_for(seconds(3600)).await;

    // However the job ends, and without a note nothing is delivered.
    let silent = fixture.submit("esa").await;
    fixture.ended(silent).await;
    fixture.scraper.next(Step::permanent("no such account"));
    let failing = noted(&fixture, "jaxa", "four");
    submit(&fixture, &failing).await;
    let ended = delivered.next().await;
    assert_eq!(
        (ended.job.id, ended.job.status),
        (failing.id, Status::Failed)
    );
    delivered.nothing_for(seconds(3600)).await;
}

#[tokio::test(start_paused = true)]
async fn a_delivery_that_fails_panics_or_hangs_is_tried_again() {
    let fixture = Fixture::new();
    let tries = Arc::new(Mutex::new(Vec::new()));
    let deliver = {
        let tries = Arc::clone(&tries);
        move |ended: EndedJob| {
            tries.lock().unwrap().push((ended.delivery, Instant::now()));
            async move {
                match ended.delivery {
                    1 => Err("503 from the receiver"),
                    2 => panic!("a handler with a fault"),
                    3 => std::future::pending().await,
                    _ => Ok(()),
                }
            }
        }
    };
    let _workers = fixture.builder().on_end(deliver).build().start();
    submit(&fixture, &noted(&fixture, "nasa", "note")).await;
    // And others are not held up by it.
    while tries.lock().unwrap().len() < 4 {
        sleep(seconds(1)).await;
    }
    all_acknowledged(&fixture).await;
    sleep(seconds(3600)).await;
    let tries = tries.lock().unwrap();
    let numbers: Vec<u32> = tries.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    assert!(tries[1].1 - tries[0].1 >= seconds(1));
    // The third was dropped after 45 s.
    assert!(tries[3].1 - tries[2].1 >= seconds(45));
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_never_takes_it_is_given_up_after_twenty_tries_over_hours() {
    let fixture = Fixture::new();
    let tries = Arc::new(AtomicUsize::new(0));
    let deliver = {
        let tries = Arc::clone(&tries);
        move |_: EndedJob| {
            tries.fetch_add(1, Ordering::Relaxed);
            std::future::ready(Err("410 Gone"))
        }
    };
    let _workers = fixture.builder().on_end(deliver).build().start();
    let began = Instant::now();
    let id = submit(&fixture, &noted(&fixture, "nasa", "note")).await;
    fixture.ended(id).await;
    all_acknowledged(&fixture).await;
    assert_eq!(tries.load(Ordering::Relaxed), 20);
    assert!(began.elapsed() > seconds(30 * 60), "{:?}", began.elapsed());
    assert!(
        began.elapsed() < seconds(12 * 60 * 60),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_delays_a_delivery_and_loses_none() {
    let fixture = Fixture::new();
    let (deliver, mut delivered) = handler();
    let _workers = fixture.builder().on_end(deliver).build().start();
    fixture.faults.from_now_on(Verb::ClaimEnded, Fault::Fail);
    let id = submit(&fixture, &noted(&fixture, "nasa", "one")).await;
    fixture.ended(id).await;
    delivered.nothing_for(seconds(60)).await;
    fixture.faults.heal();
    fixture
        .faults
        .on_call(Verb::Acknowledge, 1, Fault::LoseReply);
    fixture.faults.on_call(Verb::Acknowledge, 3, Fault::Fail);
    delivered.next().await;
    all_acknowledged(&fixture).await;
    submit(&fixture, &noted(&fixture, "esa", "two")).await;
    delivered.next().await;
    all_acknowledged(&fixture).await;
    delivered.nothing_for(seconds(3600)).await;
}

#[tokio::test(start_paused = true)]
async fn an_acknowledgement_that_is_lost_for_good_delivers_once_more() {
    let fixture = Fixture::new();
    let (deliver, mut delivered) = handler();
    let _workers = fixture.builder().on_end(deliver).build().start();
    fixture.faults.from_now_on(Verb::Acknowledge, Fault::Fail);
    let new = noted(&fixture, "nasa", "note");
    submit(&fixture, &new).await;
    assert_eq!(delivered.next().await.delivery, 1);
    sleep(seconds(30)).await;
    fixture.faults.heal();
    let again = delivered.next().await;
    assert_eq!(again.delivery, 2);
    assert_eq!(
        again.notes.iter().map(Note::submit).collect::<Vec<_>>(),
        [new.id]
    );
    all_acknowledged(&fixture).await;
}

#[tokio::test(start_paused = true)]
async fn a_drain_delivers_what_ended_and_a_crash_leaves_it_to_others() {
    let fixture = Fixture::new();
    let (deliver, mut delivered) = handler();
    let gate = Gate::new();
    fixture
        .scraper
        .next(Step::succeed("scraped".to_owned()).behind(&gate));
    let workers = fixture.builder().on_end(deliver).build().start();
    let id = submit(&fixture, &noted(&fixture, "nasa", "note")).await;
    fixture
        .until(id, |job| job.status == Status::Processing)
        .await;
    let drain = tokio::spawn(workers.drain(seconds(60)));
    sleep(seconds(1)).await;
    gate.open();
    drain.await.expect("a drain ends");
    assert_eq!(delivered.next().await.job.id, id);
    assert_eq!(undelivered(&fixture).await, 0);

    // A process that dies while it delivers.
    let hangs = |_: EndedJob| std::future::pending::<Result<(), Infallible>>();
    let workers = fixture.builder().on_end(hangs).build().start();
    let second = noted(&fixture, "nasa", "again");
    submit(&fixture, &second).await;
    sleep(seconds(5)).await;
    drop(workers);
    let (deliver, mut delivered) = handler();
    let began = Instant::now();
    let _workers = fixture.builder().on_end(deliver).build().start();
    assert_eq!(delivered.next().await.notes, [second.note().unwrap()]);
    assert!(began.elapsed() <= seconds(60), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_pipeline_of_some_platforms_delivers_for_those_only() {
    let fixture = Fixture::new();
    let (deliver, mut delivered) = handler();
    let other = fixture.builder().with_platforms([Platform::YOUTUBE]);
    let _others = other.on_end(deliver).build().start();
    let _workers = fixture.builder().build().start();
    let id = submit(&fixture, &noted(&fixture, "nasa", "note")).await;
    fixture.ended(id).await;
    delivered.nothing_for(seconds(600)).await;
    assert_eq!(undelivered(&fixture).await, 1);
    // By hand.
    let store = &fixture.store;
    let request = report_pipeline::store::ClaimEndedRequest::new();
    let ended = store.claim_ended(request).await.unwrap();
    store
        .acknowledge(&ended[0].receipt, Delivery::Delivered)
        .await
        .unwrap();
    assert_eq!(undelivered(&fixture).await, 0);
}
