//! Workers that crash: at every point of a job's way, and what is done again then.

use std::sync::Arc;

use futures::StreamExt;
use report_pipeline::testing::mock::{End, Step};
use report_pipeline::testing::{Fault, FaultyStore, Verb};
use report_pipeline::{
    Client, FailureKind, Phase, PhaseContext, Pipeline, Status, Target, analyze_fn, assemble_fn,
    scrape_fn,
};
use tokio::time::Instant;

use super::fixture::{Fixture, seconds};

/// Where a job is parked for ever when its worker is dropped.
#[derive(Debug, Clone, Copy)]
enum Point {
    /// Claimed in the store, but the worker does not know it yet.
    Claimed,
    /// In the middle of a phase.
    Inside(Phase),
    /// A phase is done and the next one runs; the output is not kept yet.
    BeforeCheckpoint(u64),
    /// The output is kept; the worker does not know it yet.
    AfterCheckpoint(u64),
    /// The report is done; the store has not got it yet.
    BeforeFinish,
    /// The store has the report; the worker does not know it yet.
    AfterFinish,
}

impl Point {
    const ALL: [Self; 10] = [
        Self::Claimed,
        Self::Inside(Phase::Scraping),
        Self::BeforeCheckpoint(1),
        Self::AfterCheckpoint(1),
        Self::Inside(Phase::Analysis),
        Self::BeforeCheckpoint(2),
        Self::AfterCheckpoint(2),
        Self::Inside(Phase::Finalizing),
        Self::BeforeFinish,
        Self::AfterFinish,
    ];

    fn park(self, fixture: &Fixture) {
        let for_ever = Fault::DelayReply(seconds(1_000_000));
        match self {
            Self::Claimed => fixture.faults.on_call(Verb::Claim, 1, for_ever),
            Self::Inside(phase) => fixture.remote(phase).on_call(1, Step::hang()),
            Self::BeforeCheckpoint(n) => {
                fixture.faults.on_call(Verb::Checkpoint, n, Fault::Hang);
                fixture.remote(after(n)).on_call(1, Step::hang());
            }
            Self::AfterCheckpoint(n) => {
                fixture.faults.on_call(Verb::Checkpoint, n, for_ever);
                fixture.remote(after(n)).on_call(1, Step::hang());
            }
            Self::BeforeFinish => fixture.faults.on_call(Verb::Finish, 1, Fault::Hang),
            Self::AfterFinish => fixture.faults.on_call(Verb::Finish, 1, for_ever),
        }
    }

    /// How often each phase must have run in the end: what was kept once, what was interrupted
    /// twice.
    const fn calls(self) -> [usize; 3] {
        match self {
            Self::Claimed | Self::AfterFinish => [1, 1, 1],
            Self::Inside(Phase::Scraping) => [2, 1, 1],
            Self::BeforeCheckpoint(1) => [2, 2, 1],
            Self::Inside(Phase::Analysis) | Self::AfterCheckpoint(1) => [1, 2, 1],
            Self::BeforeCheckpoint(_) => [1, 2, 2],
            Self::Inside(_) | Self::AfterCheckpoint(_) | Self::BeforeFinish => [1, 1, 2],
        }
    }

    /// Waits until the job is there.
    async fn reached(self, fixture: &Fixture) {
        let verb = match self {
            Self::Inside(phase) => return fixture.remote(phase).started(1).await,
            Self::Claimed => (Verb::Claim, 1),
            Self::BeforeCheckpoint(n) | Self::AfterCheckpoint(n) => {
                fixture.remote(after(n)).started(1).await;
                (Verb::Checkpoint, n)
            }
            Self::BeforeFinish | Self::AfterFinish => (Verb::Finish, 1),
        };
        while fixture.faults.calls(verb.0) < verb.1 {
            tokio::task::yield_now().await;
        }
        // The call has been made; it now hangs, or its reply does.
        tokio::task::yield_now().await;
    }
}

/// The phase that runs while the output of the `n`th is on its way.
const fn after(n: u64) -> Phase {
    match n {
        1 => Phase::Analysis,
        _ => Phase::Finalizing,
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_crashes_at_any_point_costs_no_phase_whose_output_is_kept() {
    for point in Point::ALL {
        let fixture = Fixture::new();
        point.park(&fixture);
        let id = fixture.submit("nasa").await;
        // The worker waits for ever for a reply that never comes: the point is where it stands.
        let first = fixture
            .builder()
            .with_store_timeout(seconds(100_000))
            .build()
            .start();
        point.reached(&fixture).await;
        drop(first);

        let began = Instant::now();
        let _second = fixture.builder().build().start();
        let job = fixture.ended(id).await;
        assert_eq!(job.status, Status::Completed, "{point:?}");
        assert_eq!(fixture.calls(), point.calls(), "{point:?}");
        assert_eq!(
            fixture.report(id).await.as_deref(),
            Some("report"),
            "{point:?}"
        );
        let crashed = !matches!(point, Point::AfterFinish);
        assert_eq!(job.crashes, u32::from(crashed), "{point:?}");
        assert_eq!(job.failures, 0, "{point:?}");
        // A crashed worker is noticed within one lease.
        assert!(
            began.elapsed() <= seconds(30),
            "{point:?} {:?}",
            began.elapsed()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn progress_does_not_fall_when_another_worker_takes_over() {
    let fixture = Fixture::new();
    fixture.analyzer.on_call(1, Step::hang().reporting([0.5]));
    let first = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    fixture.until(id, |job| job.progress.percent() == 60).await;
    drop(first);
    let seen: Vec<_> = {
        let _second = fixture.builder().build().start();
        fixture.client.watch(id).map(Result::unwrap).collect().await
    };
    assert!(
        seen.iter().all(|job| job.progress.percent() >= 60),
        "{seen:?}"
    );
    assert_eq!(seen.last().unwrap().status, Status::Completed);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_takes_every_worker_with_it_is_given_up() {
    let fixture = Fixture::new();
    fixture.scraper.always(Step::hang());
    let id = fixture.submit("poison").await;
    let began = Instant::now();
    for crash in 1..=3 {
        let workers = fixture
            .builder()
            .with_sweep_interval(seconds(100_000))
            .build()
            .start();
        fixture.scraper.started(crash).await;
        drop(workers);
    }
    let _last = fixture.builder().build().start();
    let job = fixture.ended(id).await;
    let failure = job.failure.unwrap();
    assert_eq!(
        (job.status, failure.kind()),
        (Status::Failed, FailureKind::Crashed)
    );
    assert_eq!((job.crashes, job.failures, job.attempt), (3, 0, 3));
    assert_eq!(
        failure.message(),
        "given up: the worker's lease expired 3 times"
    );
    assert!(began.elapsed() <= seconds(91), "{:?}", began.elapsed());
    assert_eq!(fixture.scraper.calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_was_cut_off_changes_nothing_when_it_comes_back() {
    let fixture = Fixture::new();
    fixture.assembler.on_call(
        1,
        Step::succeed("from the first".into()).taking(seconds(20)),
    );
    let (cut_off, faults) = FaultyStore::new(Arc::clone(&fixture.store));
    let first = fixture.builder_on(Client::new(cut_off));
    let _first = first.with_concurrency(1).build().start();
    let id = fixture.submit("nasa").await;
    fixture.assembler.started(1).await;
    // From here on the first worker speaks into the void. It has its report after 20 s.
    faults.everything(Fault::Hang);
    let _second = fixture.builder().build().start();
    let job = fixture.ended(id).await;
    assert_eq!(
        (job.status, job.crashes, job.attempt),
        (Status::Completed, 1, 2)
    );
    assert_eq!(fixture.assembler.ended(1).await, End::Succeeded);

    let said = faults.calls(Verb::Finish);
    faults.heal();
    tokio::time::sleep(seconds(60)).await;
    assert!(
        faults.calls(Verb::Finish) > said,
        "the first worker never had its say"
    );
    assert_eq!(fixture.job(id).await, job);
    assert_eq!(fixture.report(id).await.as_deref(), Some("report"));
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_cannot_renew_stops_by_itself_and_releases_the_job() {
    let fixture = Fixture::new();
    fixture.scraper.on_call(1, Step::hang());
    fixture.faults.from_now_on(Verb::Heartbeat, Fault::Fail);
    let _workers = fixture
        .builder()
        .with_timeout(Phase::Scraping, seconds(500))
        .build()
        .start();
    let began = Instant::now();
    let id = fixture.submit("nasa").await;
    let job = fixture.ended(id).await;
    // Before the lease was over, and without a crash or an attempt being counted.
    assert!(began.elapsed() < seconds(30), "{:?}", began.elapsed());
    assert_eq!(
        (job.status, job.crashes, job.attempt),
        (Status::Completed, 0, 1)
    );
    assert_eq!(fixture.scraper.ended(1).await, End::Dropped);
}

#[tokio::test(start_paused = true)]
async fn a_checkpoint_that_cannot_be_read_is_made_again() {
    // The way a new release meets what an old one has kept.
    let fixture = Fixture::new();
    fixture.assembler.on_call(1, Step::hang());
    let first = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    fixture.assembler.started(1).await;
    drop(first);

    let scraper = scrape_fn(async |_: Target, _: PhaseContext| Ok(vec![1_u32, 2]));
    let analyzer = analyze_fn(|numbers: &Vec<u32>, _: &PhaseContext| Ok(numbers.len()));
    let assembler = assemble_fn(|numbers: &Vec<u32>, length: &usize, _: &PhaseContext| {
        Ok(format!("{numbers:?} {length}"))
    });
    let next = Pipeline::builder(fixture.client.clone(), scraper, analyzer, assembler);
    let _second = next.build().start();
    let job = fixture.ended(id).await;
    assert_eq!(job.status, Status::Completed);
    assert_eq!(fixture.report(id).await.as_deref(), Some("[1, 2] 2"));
}

#[tokio::test(start_paused = true)]
async fn outputs_of_two_different_scrapes_are_not_mixed() {
    let fixture = Fixture::new();
    fixture.assembler.on_call(1, Step::hang());
    let first = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    fixture.assembler.started(1).await;
    drop(first);
    // A new release reads another thing, and its analysis has the same type as before.
    let next = Pipeline::builder(
        fixture.client.clone(),
        scrape_fn(async |_: Target, _: PhaseContext| Ok(vec![1_u32, 2])),
        analyze_fn(|n: &Vec<u32>, _: &PhaseContext| Ok(format!("analysis of {n:?}"))),
        assemble_fn(|n: &Vec<u32>, a: &String, _: &PhaseContext| Ok(format!("{n:?}: {a}"))),
    );
    let _second = next.build().start();
    fixture.ended(id).await;
    assert_eq!(
        fixture.report(id).await.as_deref(),
        Some("[1, 2]: analysis of [1, 2]")
    );
}

#[tokio::test(start_paused = true)]
async fn a_worker_stops_before_its_lease_is_over_when_heartbeats_hang() {
    let fixture = Fixture::new();
    fixture.scraper.on_call(1, Step::hang());
    fixture.faults.from_now_on(Verb::Heartbeat, Fault::Hang);
    let _workers = fixture
        .builder()
        .with_timeout(Phase::Scraping, seconds(500))
        .build()
        .start();
    let began = Instant::now();
    fixture.submit("nasa").await;
    fixture.scraper.started(1).await;
    assert_eq!(fixture.scraper.ended(1).await, End::Dropped);
    assert!(began.elapsed() < seconds(30));
}
