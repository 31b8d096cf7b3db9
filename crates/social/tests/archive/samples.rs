//! The sample files beside the repository, where they are there: every account of every tool.

use std::path::Path;

use report_pipeline::{Phase, PhaseContext, Platforms, Scraper};
use report_pipeline_social::ArchiveScraper;

#[tokio::test]
async fn one_folder_of_samples_gives_one_account_on_each_platform() {
    let folder = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/samples"
    ));
    if !folder.exists() {
        println!("passed over: {} is not there", folder.display());
        return;
    }
    let scraper = ArchiveScraper::open(folder).unwrap();
    println!("{}", scraper.summary());
    for platform in ["instagram", "tiktok", "youtube"] {
        let target = Platforms::default()
            .target(Some(platform), "@zz_sample_baker")
            .unwrap();
        let ctx = PhaseContext::detached(target.clone(), Phase::Scraping);
        let snapshot = scraper.scrape(&target, &ctx).await.unwrap();
        println!("{}", serde_json::to_string_pretty(&snapshot).unwrap());
        assert_eq!(snapshot.profile.follower_count, Some(25_600), "{platform}");
        assert!(
            snapshot.posts.is_some_and(|posts| !posts.is_empty()),
            "{platform}"
        );
        assert!(
            snapshot
                .comments
                .is_some_and(|comments| !comments.is_empty()),
            "{platform}"
        );
    }
}
