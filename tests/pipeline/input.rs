//! What a submit gives to the phases.

use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use report_pipeline::{
    Client, MemoryStore, PhaseContext, PhaseError, Pipeline, ReportState, Status, Submitted,
    analyze_fn, assemble_fn, scrape_fn,
};

use super::fixture::target;

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
