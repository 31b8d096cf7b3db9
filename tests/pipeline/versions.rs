//! Versions of the program: what another one has left is not used.

use std::sync::Arc;

use futures::StreamExt;
use report_pipeline::testing::mock::Step;
use report_pipeline::{
    Client, JobId, MemoryStore, Phase, PhaseContext, PhaseError, Pipeline, ProgramVersion, Status,
    Submitted, Target, Workers, analyze_fn, assemble_fn, scrape_fn,
};

use super::fixture::{Fixture, seconds, target};

fn version(name: &str) -> ProgramVersion {
    ProgramVersion::new(name).unwrap()
}

/// Another process on the fixture's store, with a program of this version, or of none.
fn process(fixture: &Fixture, name: Option<&str>) -> Client {
    let client = Client::new(Arc::clone(&fixture.store));
    match name {
        Some(name) => client.with_program_version(version(name)),
        None => client,
    }
}

fn start(fixture: &Fixture, client: &Client) -> Workers {
    fixture.builder_on(client.clone()).build().start()
}

async fn submit(client: &Client) -> Submitted {
    client.submit(target("nasa")).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_report_of_another_version_is_not_served() {
    let fixture = Fixture::new();
    let (old, new) = (process(&fixture, Some("1")), process(&fixture, Some("2")));
    let workers = start(&fixture, &old);
    let first = submit(&old).await.job().id;
    fixture.ended(first).await;
    assert_eq!(submit(&old).await.outcome(), "served");
    workers.drain(seconds(5)).await;

    // Deployed: the report of the old program is still there, and is not served.
    let _workers = start(&fixture, &new);
    let again = submit(&new).await;
    assert_eq!(again.outcome(), "created");
    let second = fixture.ended(again.job().id).await;
    assert_eq!(second.status, Status::Completed);
    for (client, outcome) in [(&new, "served"), (&process(&fixture, None), "served")] {
        let served = submit(client).await;
        assert_eq!((served.outcome(), served.job().id), (outcome, second.id));
    }
    assert!(
        fixture.report(first).await.is_some(),
        "it can still be read"
    );
}

#[tokio::test(start_paused = true)]
async fn the_report_counts_as_that_of_the_program_that_made_it() {
    let fixture = Fixture::new();
    let (old, new) = (process(&fixture, Some("1")), process(&fixture, Some("2")));
    // While a fleet is upgraded a new process submits, and an old one does the work.
    let workers = start(&fixture, &old);
    let id = submit(&new).await.job().id;
    fixture.ended(id).await;
    assert_eq!(submit(&old).await.outcome(), "served");
    workers.drain(seconds(5)).await;
    assert_eq!(submit(&new).await.outcome(), "created");
}

#[tokio::test(start_paused = true)]
async fn checkpoints_of_another_version_are_not_used() {
    for (writer, reader, runs) in [
        (Some("1"), Some("1"), [1, 1, 2]),
        (Some("1"), Some("2"), [2, 2, 2]),
        (None, Some("2"), [2, 2, 2]),
        (Some("1"), None, [2, 2, 2]),
        (None, None, [1, 1, 2]),
    ] {
        let fixture = Fixture::new();
        fixture.assembler.next(Step::hang());
        let crashing = start(&fixture, &process(&fixture, writer));
        let id = fixture.submit("nasa").await;
        fixture.assembler.started(1).await;
        drop(crashing);
        let _workers = start(&fixture, &process(&fixture, reader));
        let job = fixture.ended(id).await;
        assert_eq!(job.status, Status::Completed, "{writer:?} {reader:?}");
        assert_eq!(fixture.calls(), runs, "{writer:?} {reader:?}");
        assert_eq!(fixture.report(id).await.as_deref(), Some("report"));
    }
}

/// Workers that push one page and then crash or end, and what they found.
async fn scan(fixture: &Fixture, name: Option<&str>, ends: bool) -> (Workers, JobId) {
    let scrape = scrape_fn(move |_: Target, ctx: PhaseContext| async move {
        let pages = ctx.saved::<(), u32>().pages;
        ctx.push(&u32::try_from(pages.len()).unwrap()).await?;
        if ends {
            Ok::<_, PhaseError>(pages)
        } else {
            std::future::pending().await
        }
    });
    let client = process(fixture, name);
    let pipeline = Pipeline::builder(
        client.clone(),
        scrape,
        analyze_fn(|_: &Vec<u32>, _: &PhaseContext| Ok(())),
        assemble_fn(|pages: &Vec<u32>, (): &(), _: &PhaseContext| Ok(pages.clone())),
    );
    let workers = pipeline.build().start();
    let id = submit(&client).await.job().id;
    (workers, id)
}

#[tokio::test(start_paused = true)]
async fn what_another_version_has_saved_is_not_used() {
    for (writer, reader, found) in [
        (Some("1"), Some("1"), "[0]"),
        (Some("1"), Some("2"), "[]"),
        (None, Some("2"), "[]"),
        (Some("1"), None, "[]"),
    ] {
        let fixture = Fixture::on(MemoryStore::new());
        let (crashing, id) = scan(&fixture, writer, false).await;
        tokio::time::sleep(seconds(1)).await;
        drop(crashing);
        let (_workers, again) = scan(&fixture, reader, true).await;
        assert_eq!(again, id, "it is joined");
        let changes = fixture.client.watch(id);
        let last = changes
            .map(Result::unwrap)
            .fold(None, async |_, job| Some(job));
        assert_eq!(last.await.unwrap().status, Status::Completed);
        let report = fixture.client.report(id).await.unwrap();
        let report_pipeline::ReportState::Ready(report) = report else {
            panic!("{report:?}");
        };
        assert_eq!(report, found, "{writer:?} {reader:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_version_changes_nothing_else() {
    let fixture = Fixture::new();
    let client = process(&fixture, Some("1"));
    fixture.analyzer.next(Step::transient("once"));
    let _workers = start(&fixture, &client);
    let id = submit(&client).await.job().id;
    let job = fixture.ended(id).await;
    assert_eq!(
        (job.status, job.phase),
        (Status::Completed, Phase::Finalizing)
    );
    assert_eq!(fixture.calls(), [1, 2, 1]);
    assert_eq!(fixture.report(id).await.as_deref(), Some("report"));
}
