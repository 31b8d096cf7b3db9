//! The test kit at work on the pipeline: scripted phases over a store that fails on command.

use std::time::Duration;

use futures::StreamExt;
use report_pipeline::testing::mock::{self, End, Gate, Step};
use report_pipeline::testing::{Fault, Faults, FaultyStore, Verb, detached};
use report_pipeline::{
    Client, Handle, Job, MemoryStore, Phase, Pipeline, Platform, ReportState, Scraper, Status,
    Target,
};
use tokio::time::Instant;

type Text = mock::MockHandle<String>;

struct Kit {
    client: Client,
    pipeline: Pipeline<mock::Mock<String>, mock::Mock<String>, mock::Mock<String>>,
    faults: Faults,
    scraper: Text,
    analyzer: Text,
    assembler: Text,
}

fn kit() -> Kit {
    let (store, faults) = FaultyStore::new(MemoryStore::new());
    let (first, scraper) = mock::phase("scraped".to_owned());
    let (second, analyzer) = mock::phase("analyzed".to_owned());
    let (third, assembler) = mock::phase("report".to_owned());
    let client = Client::new(store);
    Kit {
        pipeline: Pipeline::builder(client.clone(), first, second, third).build(),
        client,
        faults,
        scraper,
        analyzer,
        assembler,
    }
}

fn target() -> Target {
    Target::new(Platform::default(), Handle::canonical("nasa").unwrap())
}

impl Kit {
    async fn last(&self, submitted: &Job) -> Job {
        let mut changes = std::pin::pin!(self.client.watch(submitted.id));
        let mut last = None;
        while let Some(job) = changes.next().await {
            last = Some(job.unwrap());
        }
        last.unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn each_phase_gets_what_the_ones_before_it_made() {
    let kit = kit();
    let _workers = kit.pipeline.start();
    let submitted = kit.client.submit(target()).await.unwrap().into_job();
    assert_eq!(kit.last(&submitted).await.status, Status::Completed);
    let report = kit.client.report(submitted.id).await.unwrap();
    assert_eq!(report, ReportState::Ready("\"report\"".into()));

    assert!(kit.scraper.call(1).unwrap().inputs.is_empty());
    assert_eq!(kit.analyzer.call(1).unwrap().inputs, ["scraped"]);
    assert_eq!(
        kit.assembler.call(1).unwrap().inputs,
        ["scraped", "analyzed"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_lost_reply_costs_no_attempt_and_no_second_run() {
    let verbs = [
        Verb::Submit,
        Verb::Claim,
        Verb::Heartbeat,
        Verb::Checkpoint,
        Verb::Finish,
        Verb::Changed,
    ];
    for verb in verbs {
        let kit = kit();
        // Long enough for the lease to be renewed.
        kit.scraper
            .next(Step::succeed("scraped".to_owned()).taking(Duration::from_secs(25)));
        // Nor is the report done before the checkpoint was repeated.
        kit.analyzer
            .next(Step::succeed("analyzed".to_owned()).taking(Duration::from_secs(1)));
        kit.faults.on_call(verb, 1, Fault::LoseReply);
        let workers = kit.pipeline.start();
        let submitted = kit.client.submit(target()).await.unwrap().into_job();
        let job = kit.last(&submitted).await;
        workers.drain(Duration::from_secs(5)).await;
        assert_eq!(job.status, Status::Completed, "{verb:?}: {job:?}");
        assert_eq!(
            (job.attempt, job.failures, job.crashes),
            (1, 0, 0),
            "{verb:?}"
        );
        for phase in [&kit.scraper, &kit.analyzer, &kit.assembler] {
            assert_eq!(phase.calls(), 1, "{verb:?}");
        }
        assert!(kit.faults.calls(verb) >= 2, "{verb:?} was repeated");
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_survives_an_outage_of_the_store_that_ends() {
    let kit = kit();
    let gate = Gate::new();
    kit.analyzer
        .next(Step::succeed("analyzed".to_owned()).behind(&gate));
    let _workers = kit.pipeline.start();
    let submitted = kit.client.submit(target()).await.unwrap().into_job();
    kit.analyzer.started(1).await;
    kit.faults.everything(Fault::Fail);
    gate.open();
    assert_eq!(kit.analyzer.ended(1).await, End::Succeeded);
    tokio::time::sleep(Duration::from_secs(120)).await;
    kit.faults.heal();
    let job = kit.last(&submitted).await;
    assert_eq!(job.status, Status::Completed, "{job:?}");
    assert_eq!(kit.scraper.calls(), 1, "what was kept is not done again");
}

#[tokio::test(start_paused = true)]
async fn a_phase_can_be_asked_to_stop_without_a_pipeline() {
    let (scraper, handle) = mock::phase(0_u8);
    handle.next(Step::until_cancelled(Duration::from_secs(3)));
    let (ctx, stop) = detached(target(), Phase::Scraping);
    assert!(!ctx.is_cancelled());
    let asks = async {
        handle.started(1).await;
        stop.stop();
        let asked = Instant::now();
        assert_eq!(handle.ended(1).await, End::Failed);
        asked.elapsed()
    };
    let (output, lingered) = tokio::join!(scraper.scrape(ctx.target(), &ctx), asks);
    assert!(output.is_err() && ctx.is_cancelled());
    assert_eq!(lingered, Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_job_stops_a_phase_that_would_never_end() {
    let kit = kit();
    kit.scraper.next(Step::hang());
    let _workers = kit.pipeline.start();
    let submitted = kit.client.submit(target()).await.unwrap().into_job();
    kit.scraper.started(1).await;
    kit.client.cancel(submitted.id).await.unwrap();
    assert_eq!(kit.scraper.ended(1).await, End::Dropped);
    assert_eq!(kit.last(&submitted).await.status, Status::Failed);
}
