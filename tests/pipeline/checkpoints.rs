//! Outputs that are on their way to the store while the next phase runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::StreamExt;
use report_pipeline::testing::mock::Step;
use report_pipeline::testing::{Fault, FaultyStore, Verb};
use report_pipeline::{
    Analyzer, Client, FailureKind, MemoryOptions, MemoryStore, Phase, PhaseContext, PhaseError,
    Pipeline, ReportState, Status, StoreLimits, Target, assemble_fn, async_trait, scrape_fn,
};
use tokio::time::Instant;

use super::fixture::{Fixture, seconds, target};

#[tokio::test(start_paused = true)]
async fn the_next_phase_does_not_wait_for_the_store() {
    let fixture = Fixture::new();
    for n in [1, 2] {
        fixture
            .faults
            .on_call(Verb::Checkpoint, n, Fault::Delay(seconds(4)));
    }
    for &phase in Phase::ALL {
        fixture
            .remote(phase)
            .always(Step::succeed(phase.to_string()).taking(seconds(5)));
    }
    let _workers = fixture.builder().build().start();
    let began = Instant::now();
    let id = fixture.submit("nasa").await;
    assert_eq!(fixture.ended(id).await.status, Status::Completed);
    assert_eq!(began.elapsed().as_secs(), 15);
    assert_eq!(fixture.faults.calls(Verb::Checkpoint), 2);
}

#[tokio::test(start_paused = true)]
async fn a_report_overtakes_the_outputs_that_it_was_made_from() {
    let fixture = Fixture::new();
    fixture.faults.from_now_on(Verb::Checkpoint, Fault::Hang);
    let _workers = fixture.builder().build().start();
    let began = Instant::now();
    let id = fixture.submit("nasa").await;
    assert_eq!(fixture.ended(id).await.status, Status::Completed);
    assert_eq!(fixture.report(id).await.as_deref(), Some("report"));
    assert_eq!(began.elapsed().as_secs(), 0);
    let stats = fixture.client.stats().await.unwrap();
    assert_eq!(stats.stored_bytes, "\"report\"".len() as u64);
}

#[tokio::test(start_paused = true)]
async fn a_failure_waits_until_what_was_done_before_is_kept() {
    for after in [
        Step::transient("no"),
        Step::rate_limited("slow down", Some(seconds(1))),
        Step::panic("oh"),
    ] {
        let fixture = Fixture::new();
        fixture
            .faults
            .on_call(Verb::Checkpoint, 1, Fault::Delay(seconds(4)));
        fixture.analyzer.on_call(1, after.clone());
        let _workers = fixture.builder().build().start();
        let began = Instant::now();
        let id = fixture.submit("nasa").await;
        assert_eq!(fixture.ended(id).await.status, Status::Completed);
        assert_eq!(fixture.calls(), [1, 2, 1], "{after:?}");
        assert!(began.elapsed() >= seconds(4));
    }
}

#[tokio::test(start_paused = true)]
async fn what_fails_for_good_is_said_of_its_own_phase() {
    let fixture = Fixture::new();
    fixture
        .faults
        .on_call(Verb::Checkpoint, 1, Fault::Delay(seconds(4)));
    fixture.analyzer.on_call(1, Step::permanent("no"));
    let _workers = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    let job = fixture.ended(id).await;
    assert_eq!((job.status, job.phase), (Status::Failed, Phase::Analysis));
    assert_eq!(job.error_message(), Some("no"));
}

#[tokio::test(start_paused = true)]
async fn a_drain_waits_until_what_was_done_before_is_kept() {
    let fixture = Fixture::new();
    fixture
        .faults
        .on_call(Verb::Checkpoint, 1, Fault::Delay(seconds(3)));
    fixture
        .analyzer
        .on_call(1, Step::until_cancelled(seconds(0)));
    let workers = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    fixture.analyzer.started(1).await;
    // The phase is asked to stop after two seconds, and does.
    workers.drain(seconds(4)).await;
    let job = fixture.job(id).await;
    assert_eq!(
        (job.status, job.phase),
        (Status::Pending, Phase::Analysis),
        "{job:?}"
    );
    let _others = fixture.builder().build().start();
    fixture.ended(id).await;
    assert_eq!(fixture.calls(), [1, 2, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_report_that_is_refused_costs_no_phase_before_it() {
    let limits = StoreLimits::default().with_value_bytes(100);
    let fixture = Fixture::on(MemoryOptions::new().with_limits(limits).build());
    for n in [1, 2] {
        fixture
            .faults
            .on_call(Verb::Checkpoint, n, Fault::Delay(seconds(4)));
    }
    fixture.assembler.on_call(1, Step::succeed("x".repeat(200)));
    let _workers = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    let job = fixture.ended(id).await;
    assert_eq!(job.failure.unwrap().kind(), FailureKind::TooLarge);
    // What was overtaken is there for a job that continues this one.
    assert_eq!(job.phase, Phase::Finalizing);
    assert_eq!(fixture.calls(), [1, 1, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_report_that_has_no_room_costs_no_phase_before_it() {
    let limits = StoreLimits::default().with_stored_bytes(250);
    let fixture = Fixture::on(MemoryOptions::new().with_limits(limits).build());
    for n in [1, 2] {
        fixture
            .faults
            .on_call(Verb::Checkpoint, n, Fault::Delay(seconds(4)));
    }
    fixture.assembler.on_call(1, Step::succeed("x".repeat(300)));
    let _workers = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    assert_eq!(fixture.ended(id).await.status, Status::Completed);
    assert_eq!(fixture.calls(), [1, 1, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_worker_gives_an_outcome_up_in_the_end_that_the_store_cannot_take() {
    let fixture = Fixture::new();
    for verb in [Verb::Checkpoint, Verb::Finish] {
        fixture.faults.from_now_on(verb, Fault::Fail);
    }
    let _workers = fixture.builder().with_concurrency(1).build().start();
    fixture.submit("nasa").await;
    tokio::time::sleep(seconds(290)).await;
    assert_eq!(fixture.scraper.calls(), 1);
    tokio::time::sleep(seconds(60)).await;
    assert_eq!(fixture.scraper.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refused_output_ends_the_phase_that_works_on_it() {
    let limits = StoreLimits::default().with_value_bytes(100);
    let fixture = Fixture::on(MemoryOptions::new().with_limits(limits).build());
    fixture
        .faults
        .on_call(Verb::Checkpoint, 1, Fault::Delay(seconds(4)));
    fixture.scraper.always(Step::succeed("x".repeat(200)));
    // It is asked to stop.
    fixture.analyzer.always(Step::until_cancelled(seconds(0)));
    let _workers = fixture.builder().build().start();
    let began = Instant::now();
    let id = fixture.submit("nasa").await;
    let job = fixture.ended(id).await;
    assert_eq!(job.failure.unwrap().kind(), FailureKind::TooLarge);
    assert_eq!(job.phase, Phase::Scraping);
    assert_eq!(began.elapsed().as_secs(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_brings_a_cancellation_stops_the_next_phase() {
    let fixture = Fixture::new();
    fixture
        .faults
        .on_call(Verb::Checkpoint, 1, Fault::Delay(seconds(4)));
    fixture.analyzer.always(Step::until_cancelled(seconds(0)));
    fixture.faults.from_now_on(Verb::Heartbeat, Fault::Fail);
    let _workers = fixture.builder().build().start();
    let began = Instant::now();
    let id = fixture.submit("nasa").await;
    fixture.analyzer.started(1).await;
    _ = fixture.client.cancel(id).await;
    let job = fixture.ended(id).await;
    assert_eq!(job.failure.unwrap().kind(), FailureKind::Cancelled);
    assert_eq!(began.elapsed().as_secs(), 4);
}

#[tokio::test(start_paused = true)]
async fn progress_is_not_ahead_of_the_phase() {
    let fixture = Fixture::new();
    fixture
        .faults
        .on_call(Verb::Checkpoint, 1, Fault::Delay(seconds(40)));
    let busy = Step::succeed("analysed".to_owned()).taking(seconds(60));
    fixture.analyzer.always(busy.reporting([0.5, 0.9]));
    let builder = fixture.builder().with_store_timeout(seconds(100));
    let _workers = builder.build().start();
    let id = fixture.submit("nasa").await;
    let mut beyond = 0;
    for _ in 0..59 {
        tokio::time::sleep(seconds(1)).await;
        let job = fixture.job(id).await;
        match job.phase {
            Phase::Scraping => assert!(job.progress <= Phase::Analysis.start(), "{job:?}"),
            _ => beyond += u32::from(job.progress > Phase::Analysis.start()),
        }
    }
    assert!(beyond > 0);
}

/// Fails once, after it has saved something, and then returns what was saved.
#[derive(Default)]
struct SavesAndFails {
    attempts: Arc<AtomicUsize>,
}

#[async_trait]
impl Analyzer for SavesAndFails {
    type Input = u32;
    type Output = Option<u32>;

    async fn analyze(&self, _: &u32, ctx: &PhaseContext) -> Result<Option<u32>, PhaseError> {
        if self.attempts.fetch_add(1, Ordering::Relaxed) == 0 {
            ctx.save(&7_u32).await?;
            return Err(PhaseError::transient("after a save"));
        }
        Ok(ctx.saved::<u32, ()>().state)
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_phase_saves_waits_for_the_output_before_it() {
    let (store, faults) = FaultyStore::new(Arc::new(MemoryStore::new()));
    faults.on_call(Verb::Checkpoint, 1, Fault::Delay(seconds(4)));
    let analyzer = SavesAndFails::default();
    let attempts = Arc::clone(&analyzer.attempts);
    let client = Client::new(store);
    let pipeline = Pipeline::builder(
        client.clone(),
        scrape_fn(async |_: Target, _: PhaseContext| Ok::<_, PhaseError>(1_u32)),
        analyzer,
        assemble_fn(|_: &u32, saved: &Option<u32>, _: &PhaseContext| Ok::<_, PhaseError>(*saved)),
    );
    let _workers = pipeline.build().start();
    let id = client.submit(target("nasa")).await.unwrap().job().id;
    tokio::time::sleep(seconds(600)).await;
    assert_eq!(attempts.load(Ordering::Relaxed), 2);
    assert_eq!(
        client.report(id).await.unwrap(),
        ReportState::Ready("7".into())
    );
}

/// Saves, and blocks its thread until that is done.
struct Blocks;

#[async_trait]
impl Analyzer for Blocks {
    type Input = u32;
    type Output = u32;

    async fn analyze(&self, _: &u32, ctx: &PhaseContext) -> Result<u32, PhaseError> {
        let save = ctx.save(&7_u32);
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(save))?;
        Ok(7)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phase_that_blocks_its_thread_holds_up_no_output() {
    let (store, faults) = FaultyStore::new(Arc::new(MemoryStore::new()));
    let a_while = std::time::Duration::from_millis(100);
    faults.on_call(Verb::Checkpoint, 1, Fault::Delay(a_while));
    let client = Client::new(store);
    let pipeline = Pipeline::builder(
        client.clone(),
        scrape_fn(async |_: Target, _: PhaseContext| Ok::<_, PhaseError>(1_u32)),
        Blocks,
        assemble_fn(|_: &u32, seven: &u32, _: &PhaseContext| Ok::<_, PhaseError>(*seven)),
    );
    let _workers = pipeline.build().start();
    let began = Instant::now();
    let id = client.submit(target("nasa")).await.unwrap().job().id;
    let last = client.watch(id).map(Result::unwrap);
    let last = last.fold(None, async |_, job| Some(job)).await;
    assert_eq!(last.unwrap().status, Status::Completed);
    // Far less than a lease, for which the save would have waited.
    assert!(began.elapsed() < seconds(15), "{:?}", began.elapsed());
}
