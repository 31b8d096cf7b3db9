//! What a phase saves while it runs, and where its next attempt begins.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use report_pipeline::store::{ClaimRequest, Outcome, SaveRequest, WorkerId};
use report_pipeline::testing::{Fault, FaultyStore, Verb};
use report_pipeline::{
    Client, FailureKind, Job, JobId, JobStore, MemoryOptions, MemoryStore, Phase, PhaseContext,
    PhaseError, Pipeline, ReportState, Scraper, Status, StoreLimits, Target, Workers, analyze_fn,
    assemble_fn, async_trait,
};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

use super::fixture::{seconds, target};

const PAGES: usize = 15;

/// A platform that allows ten requests in each second, and asks for a second's wait beyond that.
struct Platform {
    requests: AtomicUsize,
    window: Mutex<(Instant, usize)>,
}

impl Platform {
    fn new() -> Self {
        Self {
            requests: AtomicUsize::new(0),
            window: Mutex::new((Instant::now(), 0)),
        }
    }

    fn request(&self, page: usize) -> Result<Page, PhaseError> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let mut window = self.window.lock().unwrap();
        if window.0.elapsed() >= seconds(1) {
            *window = (Instant::now(), 0);
        }
        window.1 += 1;
        if window.1 > 10 {
            return Err(PhaseError::rate_limited("slow down", Some(seconds(1))));
        }
        Ok(Page { number: page })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Page {
    number: usize,
}

/// What a scraper does with the pages that it has read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keeps {
    Pushed,
    State,
    Nothing,
}

struct Scan {
    platform: Arc<Platform>,
    keeps: Keeps,
}

#[async_trait]
impl Scraper for Scan {
    type Output = Vec<Page>;

    async fn scrape(&self, _: &Target, ctx: &PhaseContext) -> Result<Vec<Page>, PhaseError> {
        let mut pages = match self.keeps {
            Keeps::Pushed => ctx.saved::<(), Page>().pages,
            Keeps::State => ctx.saved::<Vec<Page>, ()>().state.unwrap_or_default(),
            Keeps::Nothing => Vec::new(),
        };
        while pages.len() < PAGES {
            let page = self.platform.request(pages.len())?;
            pages.push(page.clone());
            match self.keeps {
                Keeps::Pushed => ctx.push(&page).await?,
                Keeps::State => ctx.save(&pages).await?,
                Keeps::Nothing => {}
            }
        }
        Ok(pages)
    }
}

/// Workers whose report is what the scraper returns.
fn start<S>(client: &Client, scraper: S) -> Workers
where
    S: Scraper,
    S::Output: Clone,
{
    let pipeline = Pipeline::builder(
        client.clone(),
        scraper,
        analyze_fn(|_: &S::Output, _: &PhaseContext| Ok::<_, PhaseError>(())),
        assemble_fn(|scraped: &S::Output, (): &(), _: &PhaseContext| {
            Ok::<_, PhaseError>(scraped.clone())
        }),
    );
    pipeline.build().start()
}

async fn submit(client: &Client) -> JobId {
    client.submit(target("nasa")).await.unwrap().job().id
}

async fn ended(client: &Client, id: JobId) -> Job {
    let last = client.watch(id).map(Result::unwrap);
    last.fold(None, async |_, job| Some(job)).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_scan_of_more_pages_than_a_platform_allows_at_once_ends() {
    for keeps in [Keeps::Pushed, Keeps::State, Keeps::Nothing] {
        let client = Client::new(MemoryStore::new());
        let platform = Arc::new(Platform::new());
        let _workers = start(
            &client,
            Scan {
                platform: Arc::clone(&platform),
                keeps,
            },
        );
        let id = submit(&client).await;
        let job = ended(&client, id).await;
        let requests = platform.requests.load(Ordering::Relaxed);
        if keeps == Keeps::Nothing {
            // Each attempt reads the same ten pages.
            assert_eq!(job.status, Status::Failed);
            assert!(requests > 100, "{requests}");
            continue;
        }
        assert_eq!(
            (job.status, job.failures),
            (Status::Completed, 0),
            "{job:?}"
        );
        // Ten in the first second, one that is refused, and the other five: twenty would do.
        assert_eq!(requests, 16);
        let ReportState::Ready(report) = client.report(id).await.unwrap() else {
            panic!("it is completed");
        };
        let pages: Vec<Page> = serde_json::from_slice(&report).unwrap();
        let numbers: Vec<usize> = pages.iter().map(|page| page.number).collect();
        assert_eq!(numbers, (0..PAGES).collect::<Vec<_>>());
    }
}

/// What one attempt does with pages of numbers.
#[derive(Clone, Copy)]
enum Step {
    /// Reads what is saved, which must be this.
    Read(&'static [u64]),
    /// Reads it as text, which it is not.
    ReadText,
    Push(u64),
    /// Pushes two pages at once, and drops the second one soon.
    PushAndDrop(u64, u64),
    Save(u64),
    Wait(Duration),
    Fail,
    Limited,
    Panic,
    Hang,
}

/// A scraper that follows a script, attempt by attempt. After the last step of an attempt it succeeds.
#[derive(Clone)]
struct Script(Arc<Mutex<VecDeque<Vec<Step>>>>);

impl Script {
    fn new<const N: usize>(attempts: [&[Step]; N]) -> Self {
        let attempts = attempts.into_iter().map(<[Step]>::to_vec);
        Self(Arc::new(Mutex::new(attempts.collect())))
    }

    fn assert_done(&self) {
        assert_eq!(self.0.lock().unwrap().len(), 0, "attempts are left");
    }
}

#[async_trait]
impl Scraper for Script {
    type Output = String;

    async fn scrape(&self, _: &Target, ctx: &PhaseContext) -> Result<String, PhaseError> {
        let steps = self.0.lock().unwrap().pop_front();
        for step in steps.expect("one attempt too many") {
            match step {
                Step::Read(pages) => {
                    let saved = ctx.saved::<u64, u64>();
                    if saved.pages != pages {
                        let found = format!("{:?} instead of {pages:?}", saved.pages);
                        return Err(PhaseError::permanent(found));
                    }
                }
                Step::ReadText => {
                    let saved = ctx.saved::<String, String>();
                    assert!(saved.state.is_none() && saved.pages.is_empty());
                }
                Step::Push(page) => ctx.push(&page).await?,
                Step::PushAndDrop(kept, dropped) => {
                    let soon = Duration::from_millis(100);
                    let dropped = tokio::time::timeout(soon, ctx.push(&dropped));
                    let (kept, dropped) = tokio::join!(ctx.push(&kept), dropped);
                    kept?;
                    assert!(dropped.is_err(), "it was not dropped");
                }
                Step::Save(state) => ctx.save(&state).await?,
                Step::Wait(time) => sleep(time).await,
                Step::Fail => return Err(PhaseError::transient("it failed")),
                Step::Limited => return Err(PhaseError::rate_limited("slow down", None)),
                Step::Panic => panic!("it panicked"),
                Step::Hang => std::future::pending().await,
            }
        }
        let saved = ctx.saved::<u64, u64>();
        Ok(format!("{:?} {:?}", saved.state, saved.pages))
    }
}

async fn completes(client: &Client, id: JobId, script: &Script) {
    let job = ended(client, id).await;
    assert_eq!(job.status, Status::Completed, "{job:?}");
    script.assert_done();
}

#[tokio::test(start_paused = true)]
async fn the_next_attempt_begins_where_the_last_one_saved() {
    use Step::{Fail, Hang, Limited, Panic, Push, Read, Wait};
    let client = Client::new(MemoryStore::new());
    let script = Script::new([
        &[Read(&[]), Push(1), Push(2), Fail],
        &[Read(&[1, 2]), Push(3), Limited],
        &[Read(&[1, 2, 3]), Push(4), Panic],
        // A drain, and then a crash.
        &[Read(&[1, 2, 3, 4]), Push(5), Wait(seconds(1)), Hang],
        &[Read(&[1, 2, 3, 4, 5]), Push(6), Wait(seconds(1)), Hang],
        &[Read(&[1, 2, 3, 4, 5, 6])],
    ]);
    let id = submit(&client).await;
    for crashes in [false, true] {
        let workers = start(&client, script.clone());
        sleep(seconds(30)).await;
        if crashes {
            drop(workers);
        } else {
            workers.drain(seconds(2)).await;
        }
    }
    let _workers = start(&client, script.clone());
    completes(&client, id, &script).await;
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_does_not_read_what_is_saved_begins_anew() {
    use Step::{Fail, Push, Read, ReadText, Save};
    let client = Client::new(MemoryStore::new());
    let script = Script::new([
        &[Push(1), Push(2), Save(3), Fail],
        &[Push(7), Push(8), Fail],
        // What an older version of the program has saved.
        &[Read(&[7, 8]), ReadText, Fail],
    ]);
    let _workers = start(&client, script.clone());
    let id = submit(&client).await;
    assert_eq!(ended(&client, id).await.status, Status::Failed);
    script.assert_done();

    let script = Script::new([
        &[Push(1), Push(2), Fail],
        &[ReadText, Push(9), Fail],
        &[Read(&[9])],
    ]);
    let client = Client::new(MemoryStore::new());
    let _workers = start(&client, script.clone());
    let id = submit(&client).await;
    completes(&client, id, &script).await;
}

#[tokio::test(start_paused = true)]
async fn after_a_save_that_is_refused_nothing_more_is_kept_and_the_phase_goes_on() {
    use Step::{Fail, Push, Read, Save};
    // Three pages of one digit, and not a fourth.
    let limits = StoreLimits::default().with_value_bytes(3);
    let store = MemoryOptions::new().with_limits(limits).build();
    let (store, faults) = FaultyStore::new(store);
    let client = Client::new(store);
    let script = Script::new([
        &[Push(1), Push(2), Push(333), Push(4), Save(5), Fail],
        // A page is missing behind these: what came after it is not there.
        &[Read(&[1, 2]), Push(3), Push(4), Push(5)],
    ]);
    let _workers = start(&client, script.clone());
    let id = submit(&client).await;
    let job = ended(&client, id).await;
    script.assert_done();
    // It has come to its end, where the output is refused, too.
    assert_eq!(job.failure.unwrap().kind(), FailureKind::TooLarge);
    assert_eq!(faults.calls(Verb::Save), 3 + 2);
}

#[tokio::test(start_paused = true)]
async fn after_a_save_that_was_dropped_while_it_waited_nothing_more_is_kept() {
    use Step::{Fail, Push, PushAndDrop, Read};
    let (store, faults) = FaultyStore::new(MemoryStore::new());
    faults.on_call(Verb::Save, 1, Fault::DelayReply(seconds(1)));
    let client = Client::new(store);
    let script = Script::new([
        &[PushAndDrop(1, 2), Push(3), Fail],
        &[Read(&[1]), Push(2), Fail],
        &[Read(&[1, 2])],
    ]);
    let _workers = start(&client, script.clone());
    let id = submit(&client).await;
    completes(&client, id, &script).await;
    assert_eq!(faults.calls(Verb::Save), 2);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_takes_no_saves_holds_a_phase_up_for_a_lease_at_most() {
    let (store, faults) = FaultyStore::new(MemoryStore::new());
    faults.from_now_on(Verb::Save, Fault::Fail);
    let client = Client::new(store);
    let script = Script::new([&[Step::Push(1), Step::Push(2)]]);
    let _workers = start(&client, script.clone());
    let began = Instant::now();
    let id = submit(&client).await;
    completes(&client, id, &script).await;
    // The lease lasts 30 s, and the phase may take 60.
    assert!((29..=34).contains(&began.elapsed().as_secs()));
}

#[tokio::test(start_paused = true)]
async fn a_save_is_repeated_until_it_is_kept_and_kept_once() {
    use Step::{Fail, Push, Read};
    let (store, faults) = FaultyStore::new(MemoryStore::new());
    faults.on_call(Verb::Save, 1, Fault::LoseReply);
    faults.on_call(Verb::Save, 3, Fault::Fail);
    faults.on_call(Verb::Save, 4, Fault::Hang);
    faults.on_call(Verb::Save, 5, Fault::LoseReply);
    let client = Client::new(store);
    let script = Script::new([
        &[Push(1), Push(2), Push(3), Fail],
        &[Read(&[1, 2, 3]), Push(4), Fail],
        &[Read(&[1, 2, 3, 4])],
    ]);
    let _workers = start(&client, script.clone());
    let id = submit(&client).await;
    completes(&client, id, &script).await;
}

#[tokio::test(start_paused = true)]
async fn a_save_learns_of_a_cancel_at_once() {
    use Step::{Hang, Push, Wait};
    let store = Arc::new(MemoryStore::new());
    let client = Client::new(Arc::clone(&store));
    let script = Script::new([&[Wait(seconds(2)), Push(1), Hang]]);
    let _workers = start(&client, script.clone());
    let id = submit(&client).await;
    sleep(seconds(1)).await;
    let began = Instant::now();
    client.cancel(id).await.unwrap();
    let job = ended(&client, id).await;
    assert_eq!(job.failure.unwrap().kind(), FailureKind::Cancelled);
    // Long before the next heartbeat: at the save, and after the grace for phases that do not stop.
    assert!(began.elapsed() <= seconds(3), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn what_a_phase_saved_is_forgotten_when_its_input_is_made_anew() {
    let store = Arc::new(MemoryStore::new());
    let client = Client::new(Arc::clone(&store));
    let id = submit(&client).await;
    let request = ClaimRequest::new(WorkerId::unique());
    let lease = store.claim(request).await.unwrap().remove(0).lease;
    let unreadable = Bytes::from_static(b"of another version");
    store
        .checkpoint(&lease, Phase::Scraping, unreadable)
        .await
        .unwrap();
    let page = SaveRequest::append(Phase::Analysis, 0, Bytes::from_static(b"1"));
    store.save(&lease, page).await.unwrap();
    store.finish(&lease, Outcome::Released).await.unwrap();

    let seen = Arc::new(Mutex::new(None));
    let analysis = {
        let seen = Arc::clone(&seen);
        analyze_fn(move |_: &u32, ctx: &PhaseContext| {
            let pages = ctx.saved::<(), u32>().pages;
            *seen.lock().unwrap() = Some(pages);
            Ok::<_, PhaseError>(2_u32)
        })
    };
    let pipeline = Pipeline::builder(
        client.clone(),
        report_pipeline::scrape_fn(async |_: Target, _: PhaseContext| Ok::<_, PhaseError>(1_u32)),
        analysis,
        assemble_fn(|_: &u32, _: &u32, _: &PhaseContext| Ok::<_, PhaseError>(3_u32)),
    );
    let _workers = pipeline.build().start();
    assert_eq!(ended(&client, id).await.status, Status::Completed);
    assert_eq!(*seen.lock().unwrap(), Some(Vec::new()));
}
