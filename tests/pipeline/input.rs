//! What a submit gives to the phases.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use report_pipeline::{
    Client, MemoryStore, NewJob, PhaseContext, PhaseError, Pipeline, ReportState, Scope, Status,
    Submitted, analyze_fn, assemble_fn, scrape_fn,
};

use super::fixture::{Fixture, target};

fn input(ctx: &PhaseContext) -> String {
    String::from_utf8(ctx.input().to_vec()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn every_phase_and_every_attempt_reads_the_input_of_the_first_submit() {
    let failed_before = AtomicBool::new(false);
    let client = Client::new(MemoryStore::new());
    let new = |input: &'static str| {
        let new = client.new_job(target("nasa"));
        new.with_input(Bytes::from_static(input.as_bytes()))
    };
    let first = client.submit_job(new("deep")).await.unwrap();
    let joined = client.submit_job(new("shallow")).await.unwrap();
    assert!(matches!(joined, Submitted::Joined(_)), "{joined:?}");

    let pipeline = Pipeline::builder(
        client.clone(),
        scrape_fn(async |_, ctx: PhaseContext| Ok(input(&ctx))),
        analyze_fn(move |scraped: &String, ctx: &PhaseContext| {
            if !failed_before.swap(true, Ordering::Relaxed) {
                return Err(PhaseError::transient("once"));
            }
            Ok(format!("{scraped} {}", input(ctx)))
        }),
        assemble_fn(|_: &String, analysed: &String, ctx: &PhaseContext| {
            Ok(format!("{analysed} {}", input(ctx)))
        }),
    );
    let _workers = pipeline.build().start();
    let id = first.job().id;
    let mut states = std::pin::pin!(client.watch(id));
    while let Some(job) = futures::StreamExt::next(&mut states).await {
        let job = job.unwrap();
        assert_ne!(job.status, Status::Failed, "{job:?}");
    }
    match client.report(id).await.unwrap() {
        ReportState::Ready(report) => assert_eq!(report, "\"deep deep deep\""),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn jobs_of_one_target_in_two_scopes_are_two_jobs() {
    let fixture = Fixture::new();
    let submit = async |scope: &str| {
        let scope = Scope::new(scope).unwrap();
        let new = fixture.client.new_job(target("nasa")).with_scope(scope);
        fixture.client.submit_job(new).await.unwrap()
    };
    let ids = [
        submit("tenant-1").await,
        submit("tenant-2").await,
        submit("").await,
    ]
    .map(|created| created.job().id);
    let joined = submit("tenant-1").await;
    assert!(matches!(&joined, Submitted::Joined(job) if job.id == ids[0]));
    // What one tenant does to its job is nothing to the others.
    fixture.client.cancel(ids[0]).await.unwrap();
    let _workers = fixture.builder().build().start();
    for id in &ids[1..] {
        assert_eq!(fixture.ended(*id).await.status, Status::Completed);
    }
    assert_eq!(fixture.calls(), [2, 2, 2]);
}

#[tokio::test(start_paused = true)]
async fn one_job_with_a_head_start_starts_before_a_thousand_in_bulk() {
    let fixture = Fixture::new();
    for number in 0..1_000 {
        fixture.submit(&format!("bulk{number}")).await;
    }
    tokio::time::sleep(Duration::from_secs(60)).await;
    let new = fixture.client.new_job(target("interactive"));
    let new = new.with_head_start(NewJob::MAX_HEAD_START);
    let id = fixture.client.submit_job(new).await.unwrap().job().id;
    let pipeline = fixture.builder().with_concurrency(1).build();
    let _workers = pipeline.start();
    fixture.ended(id).await;
    assert_eq!(fixture.scraper.call(1).unwrap().job, id);
}
