//! Reading one account of an open archive.

use std::fs;

use report_pipeline::{Phase, PhaseContext, PhaseErrorKind, Platform, Scraper};
use report_pipeline_social::ArchiveScraper;

use super::{Archive, followers, record, scrape, target};

#[tokio::test]
async fn an_unknown_account_is_a_permanent_error_that_names_it() {
    let (_archive, path) = Archive::file(record("ada", 1));
    let scraper = ArchiveScraper::open(path).unwrap();

    let error = scrape(&scraper, "nobody").await.unwrap_err();

    assert_eq!(error.kind(), PhaseErrorKind::AccountUnavailable);
    let message = error.to_string();
    assert!(message.contains("instagram/@nobody"), "{message}");
    assert!(!message.contains(".jsonl"), "no paths for users: {message}");
    // The same handle on another platform is another account.
    let elsewhere = target(Platform::TIKTOK, "ada");
    let ctx = PhaseContext::detached(elsewhere.clone(), Phase::Scraping);
    assert!(scraper.scrape(&elsewhere, &ctx).await.is_err());
}

#[tokio::test]
async fn progress_rises_while_an_account_is_read() {
    let (_archive, path) = Archive::file(record("ada", 1));
    let scraper = ArchiveScraper::open(path).unwrap();
    let target = target(Platform::INSTAGRAM, "ada");
    let ctx = PhaseContext::detached(target.clone(), Phase::Scraping);

    scraper.scrape(&target, &ctx).await.unwrap();

    assert!(ctx.overall_progress().percent() > 20);
}

#[tokio::test]
async fn a_changed_archive_is_read_again_without_a_restart() {
    let archive = Archive::of(&[
        ("a.json", record("one", 1).as_bytes()),
        ("b.json", record("two", 2).as_bytes()),
    ]);
    let scraper = ArchiveScraper::open(archive.path()).unwrap();
    assert_eq!(followers(&scraper, "one").await, Some(1));

    // Longer, so that the change shows however coarse the file system's clock is.
    fs::write(archive.path().join("a.json"), record("one", 1000)).unwrap();
    fs::write(archive.path().join("c.json"), record("three", 3)).unwrap();
    fs::remove_file(archive.path().join("b.json")).unwrap();

    assert_eq!(followers(&scraper, "one").await, Some(1000));
    assert_eq!(followers(&scraper, "three").await, Some(3));
    let gone = scrape(&scraper, "two").await.unwrap_err();
    assert_eq!(gone.kind(), PhaseErrorKind::AccountUnavailable);
    assert_eq!(scraper.summary().accounts, 2);
    assert_eq!(scraper.summary().files.len(), 2);
}

#[tokio::test]
async fn an_archive_that_cannot_be_read_any_more_is_a_transient_error() {
    let (_archive, path) = Archive::file(record("one", 1));
    let scraper = ArchiveScraper::open(&path).unwrap();
    fs::remove_file(&path).unwrap();

    let error = scrape(&scraper, "one").await.unwrap_err();

    assert_eq!(error.kind(), PhaseErrorKind::Transient);
    fs::write(&path, record("one", 1)).unwrap();
    assert_eq!(followers(&scraper, "one").await, Some(1));
}

#[tokio::test]
async fn names_are_found_as_people_type_them() {
    let records = [
        r#"{"platform":"youtube","handle":"ΚΏΣΤΑΣ","profile":{"follower_count":1}}"#,
        "{\"platform\":\"youtube\",\"handle\":\"@Cafe\u{301}\",\"profile\":{\"follower_count\":2}}",
        r#"{"platform":"YouTube","handle":"UCaaaaaaaaaaaaaaaaaaaaaa","profile":{"follower_count":3}}"#,
        r#"{"platform":"youtube","handle":"UCAaaaaaaaaaaaaaaaaaaaaa","profile":{"follower_count":4}}"#,
        r#"{"platform":"tiktok","handle":"Ada","profile":{"follower_count":5,"platform_id":"6900000000000000001"}}"#,
        r#"{"platform":"mastodon","handle":"Ärger","profile":{"follower_count":6}}"#,
    ];
    let (_archive, path) = Archive::file(records.join("\n"));
    let scraper = ArchiveScraper::open(path).unwrap();
    let platforms = report_pipeline::Platforms::default().with(
        report_pipeline::PlatformRules::new(Platform::new("mastodon").unwrap())
            .with_case(report_pipeline::NameCase::Unicode)
            .with_characters(char::is_alphanumeric, "letters"),
    );
    for (platform, typed, followers) in [
        ("youtube", "κώστας", 1),
        ("youtube", "@Κώστας", 1),
        ("youtube", "café", 2),
        ("youtube", "CAFE\u{301}", 2),
        ("youtube", "UCaaaaaaaaaaaaaaaaaaaaaa", 3),
        (
            "youtube",
            "https://www.youtube.com/channel/UCaaaaaaaaaaaaaaaaaaaaaa",
            3,
        ),
        ("youtube", "UCAaaaaaaaaaaaaaaaaaaaaa", 4),
        ("tiktok", "@ADA", 5),
        ("tiktok", "6900000000000000001", 5),
        ("mastodon", "ärger", 6),
    ] {
        let target = platforms.target(Some(platform), typed).expect(typed);
        let ctx = PhaseContext::detached(target.clone(), Phase::Scraping);
        let snapshot = scraper.scrape(&target, &ctx).await.expect(typed);
        assert_eq!(snapshot.profile.follower_count, Some(followers), "{typed}");
        assert_eq!(snapshot.target, target);
    }
}
