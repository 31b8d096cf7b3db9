//! Reading one account of an open archive.

use std::error::Error;
use std::{fs, io};

use report_pipeline::{Phase, PhaseContext, PhaseErrorKind, Platform, Scraper};
use report_pipeline_social::ArchiveScraper;

use super::{Archive, followers, record, scrape, target};

#[tokio::test]
async fn an_unknown_account_is_a_permanent_error_that_names_it() {
    let (_archive, path) = Archive::file(record("ada", 1));
    let scraper = ArchiveScraper::open(path).unwrap();

    let error = scrape(&scraper, "nobody").await.unwrap_err();

    assert_eq!(error.kind(), PhaseErrorKind::Permanent);
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

    assert_eq!(ctx.overall_progress().percent(), 27);
}

#[tokio::test]
async fn a_file_that_changed_after_it_was_opened_is_a_permanent_error() {
    let (one, two) = (record("one", 1), record("two", 2));
    let archive = format!("{one}\n{two}\n");
    let other_account = format!("{two}\n{one}\n");
    let changes = [
        ("cut off", &archive[..archive.len() - 10]),
        ("emptied", ""),
        ("other accounts", &other_account),
        ("shifted", &format!(" {archive}")),
        ("not text", &"\u{7f}".repeat(archive.len())),
    ];
    for (change, content) in changes {
        let (_archive, path) = Archive::file(&archive);
        let scraper = ArchiveScraper::open(&path).unwrap();
        assert_eq!(followers(&scraper, "two").await, Some(2));

        fs::write(&path, content).unwrap();

        let error = scrape(&scraper, "two").await.expect_err(change);
        assert_eq!(error.kind(), PhaseErrorKind::Permanent, "{change}");
        assert!(error.to_string().contains("changed"), "{change}: {error}");
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_any_more_is_a_transient_error() {
    let (_archive, path) = Archive::file(record("one", 1));
    let scraper = ArchiveScraper::open(&path).unwrap();
    fs::remove_file(&path).unwrap();

    let error = scrape(&scraper, "one").await.unwrap_err();

    assert_eq!(error.kind(), PhaseErrorKind::Transient);
    assert!(error.source().is_some_and(<dyn Error>::is::<io::Error>));
    fs::write(&path, record("one", 1)).unwrap();
    assert_eq!(followers(&scraper, "one").await, Some(1));
}
