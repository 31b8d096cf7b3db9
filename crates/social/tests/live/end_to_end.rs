//! A report, from a submit to its JSON, with a quota that ends and a restart in the middle.

use std::time::Duration;

use futures::StreamExt;
use report_pipeline::{
    Backoff, Client, MemoryStore, Phase, Pipeline, Platform, ReportState, RetryPolicy, Status,
};
use report_pipeline_social::{
    DataCompleteness, HeuristicAnalyzer, LiveOptions, LiveScraper, Origin, Report, ReportAssembler,
};

use super::instagram::FakeInstagram;
use super::server::Reply;
use super::target;
use super::tiktok::{FakeTikTok, tokens};
use super::youtube::scraper;
use super::youtube_api::{FakeYouTube, Video};

fn pipeline(
    client: &Client,
    scraper: LiveScraper,
) -> Pipeline<LiveScraper, HeuristicAnalyzer, ReportAssembler> {
    let soon = RetryPolicy::default().with_backoff(Backoff::new(Duration::from_millis(10)));
    Pipeline::builder(
        client.clone(),
        scraper,
        HeuristicAnalyzer::new(),
        ReportAssembler::new(),
    )
    .with_retry(Phase::Scraping, soon)
    .build()
}

#[tokio::test]
async fn a_report_is_made_over_faults_an_empty_quota_and_a_restart() {
    let fake = FakeYouTube::start((0..10).map(Video::new).collect()).await;
    fake.instead(
        "playlistItems",
        [Reply::Reset, Reply::Text(503, "text/html", "busy")],
    );
    fake.set_quota(Some(9));
    let client = Client::new(MemoryStore::new()).with_deadline(None);
    let scraper = scraper(&fake, LiveOptions::new());

    let workers = pipeline(&client, scraper.clone()).start();
    let id = client
        .submit(target("youtube", "@zz_sample_baker"))
        .await
        .unwrap()
        .job()
        .id;
    // It waits for midnight.
    let mut changes = std::pin::pin!(client.watch(id));
    let waiting = loop {
        let job = changes.next().await.unwrap().unwrap();
        let told = job.error_message().unwrap_or_default();
        if told.contains("quota") {
            break job;
        }
        assert!(!job.status.is_terminal(), "{job:?}");
    };
    assert_eq!(waiting.phase, Phase::Scraping);
    let asked = fake.units();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(
        fake.units(),
        asked,
        "a platform without quota is left alone"
    );
    // The process goes down, and another one comes up.
    workers.drain(Duration::ZERO).await;
    let _workers = pipeline(&client, scraper).start();
    // The quota is there again; a person says so before midnight.
    fake.set_quota(None);
    client.unpause(&Platform::YOUTUBE).await.unwrap();

    let job = client
        .watch(id)
        .fold(None, async |_, job| Some(job.unwrap()))
        .await
        .unwrap();
    assert_eq!(job.status, Status::Completed, "{job:?}");
    let ReportState::Ready(json) = client.report(id).await.unwrap() else {
        panic!("it is ready");
    };
    let report: Report = serde_json::from_slice(&json).unwrap();
    assert_eq!(report.data_origin, Origin::Live);
    assert_eq!(report.data_completeness, DataCompleteness::Full);
    assert_eq!(report.coverage.comments.read, 30);
    assert_eq!(report.coverage.posts.read, 10);
    // What was read before the quota ended was not asked for again.
    let faults = 3;
    assert_eq!(fake.units(), 3 + 10 + faults);
    assert_eq!(fake.asked("channels"), 1);
    assert_eq!(fake.asked("videos"), 1);
}

#[tokio::test]
async fn pages_of_every_platform_survive_a_retry() {
    let client = Client::new(MemoryStore::new());
    let instagram = FakeInstagram::start(120).await;
    let options = || LiveOptions::new().with_posts(120);
    instagram.instead_after(2, Reply::Reset);
    let _workers = pipeline(&client, instagram.scraper(options())).start();
    let job = ended(&client, "instagram").await;
    assert_eq!(
        (job.status, job.failures),
        (Status::Completed, 0),
        "{job:?}"
    );
    // 50, 50, the reset, 20.
    assert_eq!(instagram.server.seen().len(), 4);

    let client = Client::new(MemoryStore::new());
    let tiktok = FakeTikTok::start(45).await;
    tiktok.instead_after(2, "/video/list/", Reply::Text(503, "text/html", "busy"));
    let _workers = pipeline(&client, tiktok.scraper(tokens())).start();
    let job = ended(&client, "tiktok").await;
    assert_eq!(job.status, Status::Completed, "{job:?}");
    // The user; 20, 20, the fault, 5.
    assert_eq!(tiktok.server.seen().len(), 5);
}

async fn ended(client: &Client, platform: &str) -> report_pipeline::Job {
    let target = target(platform, "@zz_sample_baker");
    let id = client.submit(target).await.unwrap().job().id;
    client
        .watch(id)
        .fold(None, async |_, job| Some(job.unwrap()))
        .await
        .unwrap()
}
