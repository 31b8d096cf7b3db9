//! Live first, and an archive where live cannot.

use report_pipeline::PhaseErrorKind;
use report_pipeline_social::{ArchiveScraper, LiveOptions, LiveScraper, LiveThenArchive, Origin};
use serde_json::json;

use super::instagram::FakeInstagram;
use super::server::Reply;
use super::youtube;
use super::youtube_api::{CHANNEL, FakeYouTube, Video, error};
use super::{scrape, target};

/// An archive with the records of a year ago.
fn archive() -> (tempfile::TempDir, ArchiveScraper) {
    let folder = tempfile::tempdir().unwrap();
    let records = [
        json!({"platform": "instagram", "handle": "zz_sample_baker", "captured_at": "2024-09-20T12:00:00Z",
            "profile": {"follower_count": 20_000, "is_verified": true},
            "posts": [{"id": "zzOld", "like_count": 5}],
            "comments": [{"id": "c1", "post_id": "zzSmp0000", "author_name": "zz_viewer", "text": "That crust!"},
                {"id": "c2", "post_id": "zzSmp0000", "author_name": "zz_sample_baker", "text": "thank you"}]}),
        json!({"platform": "youtube", "handle": CHANNEL, "captured_at": "2024-09-20T12:00:00Z",
            "profile": {"follower_count": 11_000}}),
        json!({"platform": "tiktok", "handle": "zz_sample_baker", "profile": {"follower_count": 7}}),
    ];
    let lines: Vec<String> = records.iter().map(ToString::to_string).collect();
    std::fs::write(folder.path().join("a.jsonl"), lines.join("\n")).unwrap();
    let archive = ArchiveScraper::open(folder.path()).unwrap();
    (folder, archive)
}

#[tokio::test]
async fn what_live_cannot_read_comes_from_the_archive_and_the_newest_wins() {
    let fake = FakeInstagram::start(2).await;
    let (_folder, archive) = archive();
    let scraper = LiveThenArchive::new(fake.scraper(LiveOptions::new()), archive);

    let snapshot = scrape(&scraper, &target("instagram", "@zz_sample_baker"))
        .await
        .unwrap();

    assert_eq!(snapshot.origin, Origin::Live);
    assert_eq!(snapshot.profile.follower_count, Some(25_600));
    assert_eq!(
        snapshot.profile.is_verified,
        Some(true),
        "live does not say it"
    );
    assert_eq!(snapshot.history[0].follower_count, Some(20_000));
    let posts: Vec<_> = snapshot
        .posts
        .unwrap()
        .into_iter()
        .map(|post| post.id)
        .collect();
    assert_eq!(posts, ["zzSmp0000", "zzSmp0001", "zzOld"]);
    let comments = snapshot.comments.unwrap();
    assert_eq!(comments.len(), 2);
    assert_eq!(comments[1].is_by_owner, Some(true));
    let problems = snapshot.problems.join("\n");
    assert!(problems.contains("comments are stored ones"), "{problems}");
    assert!(!problems.contains("were not read"), "{problems}");
}

#[tokio::test]
async fn an_account_that_the_archive_knows_by_id_alone_is_joined() {
    let fake = FakeYouTube::start(vec![Video::new(0)]).await;
    let (_folder, archive) = archive();
    let scraper = LiveThenArchive::new(youtube::scraper(&fake, LiveOptions::new()), archive);
    let snapshot = scrape(&scraper, &target("youtube", "@zz_sample_baker"))
        .await
        .unwrap();
    assert_eq!(snapshot.profile.follower_count, Some(25_600));
    assert_eq!(snapshot.history[0].follower_count, Some(11_000));
    assert_eq!(snapshot.comments.unwrap().len(), 3);
    assert_eq!(snapshot.problems, Vec::<String>::new());
}

#[tokio::test]
async fn an_account_that_cannot_be_read_live_is_read_from_the_archive_which_the_report_says() {
    let (_folder, archive) = archive();
    let nothing = LiveScraper::builder().build().unwrap();
    let scraper = LiveThenArchive::new(nothing, archive.clone());
    let snapshot = scrape(&scraper, &target("tiktok", "@zz_sample_baker"))
        .await
        .unwrap();
    assert!(matches!(snapshot.origin, Origin::Archive { .. }));
    assert_eq!(snapshot.profile.follower_count, Some(7));
    assert_eq!(snapshot.problems, Vec::<String>::new());
    let refused = scrape(&scraper, &target("tiktok", "@zz_nobody")).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("no access to tiktok"), "{refused}");

    let fake = FakeYouTube::start(vec![Video::new(0)]).await;
    let scraper = LiveThenArchive::new(youtube::scraper(&fake, LiveOptions::new()), archive);
    let quota = || [error(403, "youtube.quota", "quotaExceeded")];
    fake.instead("channels", quota());
    let snapshot = scrape(&scraper, &target("youtube", CHANNEL)).await.unwrap();
    assert_eq!(snapshot.profile.follower_count, Some(11_000));
    assert!(
        snapshot.problems[0].contains("quota"),
        "{:?}",
        snapshot.problems
    );

    // Neither has it: what live said counts.
    fake.instead("channels", quota());
    let error = scrape(&scraper, &target("youtube", "@zz_nobody"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), PhaseErrorKind::QuotaExhausted);
    let error = scrape(&scraper, &target("youtube", "@zz_nobody"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), PhaseErrorKind::AccountUnavailable);
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_not_answered_from_the_archive() {
    let fake = FakeYouTube::start(vec![Video::new(0)]).await;
    let (_folder, archive) = archive();
    let scraper = LiveThenArchive::new(youtube::scraper(&fake, LiveOptions::new()), archive);
    for (reply, kind) in [
        (Reply::Reset, PhaseErrorKind::Transient),
        (
            error(403, "usageLimits", "rateLimitExceeded"),
            PhaseErrorKind::RateLimited,
        ),
    ] {
        fake.instead("channels", [reply]);
        let error = scrape(&scraper, &target("youtube", CHANNEL))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind);
    }
}
