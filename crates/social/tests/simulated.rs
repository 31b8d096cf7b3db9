//! The simulated scraper, through its public interface.

use std::collections::HashSet;
use std::time::Duration;

use report_pipeline::{Handle, Phase, PhaseContext, PhaseErrorKind, Platform, Scraper, Target};
use report_pipeline_social::{Origin, SimulatedScraper, Snapshot};
use tokio::time::Instant;

const PLATFORMS: [Platform; 3] = [Platform::INSTAGRAM, Platform::TIKTOK, Platform::YOUTUBE];

fn target(platform: Platform, handle: &str) -> Target {
    Target::new(
        platform,
        Handle::canonical(handle).expect("the test's handle is canonical"),
    )
}

async fn scrape(target: &Target) -> Snapshot {
    let ctx = PhaseContext::detached(target.clone(), Phase::Scraping);
    let snapshot = SimulatedScraper::new().scrape(target, &ctx).await;
    snapshot.expect("no faults were asked for")
}

async fn many() -> Vec<Snapshot> {
    let mut snapshots = Vec::new();
    for platform in PLATFORMS {
        for number in 0..100 {
            snapshots.push(scrape(&target(platform.clone(), &format!("account{number}"))).await);
        }
    }
    snapshots
}

#[tokio::test]
async fn the_same_target_gives_the_same_bytes_and_another_one_does_not() {
    let bytes = async |target: &Target| serde_json::to_vec(&scrape(target).await).unwrap();
    let ada = target(Platform::INSTAGRAM, "ada");
    assert_eq!(bytes(&ada).await, bytes(&ada).await);

    let on_tiktok = scrape(&target(Platform::TIKTOK, "ada")).await;
    let bob = scrape(&target(Platform::INSTAGRAM, "bob")).await;
    let ada = scrape(&ada).await;
    assert_ne!(ada.profile.follower_count, on_tiktok.profile.follower_count);
    assert_ne!(ada.profile.follower_count, bob.profile.follower_count);
}

/// Fails when a change gives all accounts other contents: announce such a change.
#[tokio::test]
async fn accounts_stay_the_same_over_releases() {
    let ada = scrape(&target(Platform::INSTAGRAM, "ada")).await;
    let posts = ada.posts.unwrap();
    let comments = ada.comments.unwrap();
    let last = comments.last().unwrap();
    assert_eq!(ada.profile.follower_count, Some(115_635));
    assert_eq!((posts.len(), comments.len()), (22, 1100));
    assert_eq!(
        (&*last.id, &*last.text),
        (
            "sim_c_b1e19799",
            "No summit to be seen here for weeks when you think how small your place is. \
             Hope the weather holds for you."
        )
    );
}

#[tokio::test]
async fn every_snapshot_says_that_it_is_simulated() {
    for snapshot in many().await {
        assert_eq!(snapshot.origin, Origin::Simulated);
        let name = snapshot.profile.display_name.unwrap();
        assert!(name.ends_with("(simulated)"), "{name}");
        assert!(
            snapshot
                .posts
                .iter()
                .flatten()
                .all(|post| post.url.is_none())
        );
    }
}

#[tokio::test]
async fn accounts_keep_to_the_stated_bounds() {
    let now = SimulatedScraper::REFERENCE_DATE;
    assert_eq!(now.to_rfc3339(), "2026-01-01T00:00:00+00:00");
    for snapshot in many().await {
        assert_eq!(snapshot.captured_at, Some(now));
        let (Some(posts), Some(comments)) = (&snapshot.posts, &snapshot.comments) else {
            assert_eq!(snapshot.profile.is_private, Some(true));
            assert_eq!((&snapshot.posts, &snapshot.comments), (&None, &None));
            assert_eq!(snapshot.problems.len(), 1);
            continue;
        };
        assert!((12..=30).contains(&posts.len()));
        assert!(snapshot.profile.post_count >= Some(posts.len() as u64));
        assert!(posts.is_sorted_by(|newer, older| newer.timestamp > older.timestamp));
        let ids: HashSet<_> = posts.iter().map(|post| &post.id).collect();
        assert_eq!(ids.len(), posts.len());
        for post in posts {
            let under: Vec<_> = comments
                .iter()
                .filter(|comment| comment.post_id.as_ref() == Some(&post.id))
                .collect();
            let counted = post.comment_count.unwrap_or(0);
            assert_eq!(
                post.comment_count.is_none(),
                post.comments_disabled == Some(true)
            );
            assert_eq!(under.len() as u64, counted.min(50));
            for comment in under {
                assert!(comment.timestamp > post.timestamp && comment.timestamp < Some(now));
                assert!(
                    !comment.text.is_empty() && !comment.text.contains("{}"),
                    "{}",
                    comment.text
                );
            }
            let caption = post.caption.as_deref().unwrap();
            assert!(!caption.contains("{}"), "{caption}");
            assert_eq!(
                post.hashtag_count,
                Some(caption.matches('#').count() as u64)
            );
        }
        let of_posts = comments
            .iter()
            .all(|comment| ids.contains(comment.post_id.as_ref().unwrap()));
        assert!(of_posts);
        let comment_ids: HashSet<_> = comments.iter().map(|comment| &comment.id).collect();
        assert_eq!(comment_ids.len(), comments.len());
    }
}

#[tokio::test]
async fn accounts_of_every_kind_are_met() {
    let snapshots = many().await;
    let count = |kind: fn(&Snapshot) -> bool| snapshots.iter().filter(|one| kind(one)).count();

    let private = count(|one| one.posts.is_none());
    let closed = count(|one| {
        let posts = one.posts.iter().flatten();
        posts
            .filter(|post| post.comments_disabled == Some(true))
            .count()
            > 0
    });
    let advertised = count(|one| {
        let comments = one.comments.iter().flatten();
        comments
            .filter(|comment| comment.text.contains(".example"))
            .count()
            > 10
    });
    let few_authors = count(|one| {
        let comments: Vec<_> = one.comments.iter().flatten().collect();
        let authors: HashSet<_> = comments.iter().map(|comment| &comment.author_id).collect();
        comments.len() >= 40 && authors.len() * 2 < comments.len()
    });
    for (kind, met) in [
        ("private", private),
        ("comments off", closed),
        ("advertising", advertised),
        ("few authors", few_authors),
    ] {
        assert!(
            (5..100).contains(&met),
            "{kind}: {met} of {}",
            snapshots.len()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_delay_is_spread_over_several_steps_of_progress() {
    let ada = target(Platform::INSTAGRAM, "ada");
    let ctx = PhaseContext::detached(ada.clone(), Phase::Scraping);
    let started = Instant::now();
    let scrape = tokio::spawn({
        let ctx = ctx.clone();
        async move {
            let scraper = SimulatedScraper::new().with_delay(Duration::from_secs(10));
            scraper.scrape(&ada, &ctx).await.map(|_| Instant::now())
        }
    });

    let mut seen = Vec::new();
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_millis(1990)).await;
        seen.push(ctx.overall_progress().percent());
    }
    let ended = scrape.await.unwrap().unwrap();

    assert_eq!(seen, [0, 5, 10, 15, 20]);
    assert_eq!(ctx.overall_progress().percent(), 25);
    assert_eq!(ended - started, Duration::from_secs(10));
}

#[tokio::test]
async fn faults_are_transient_and_come_as_often_as_asked() {
    let fails = async |one_in: u32, number: u32| {
        let target = target(Platform::YOUTUBE, &format!("account{number}"));
        let ctx = PhaseContext::detached(target.clone(), Phase::Scraping);
        let scraper = SimulatedScraper::new().with_faults(one_in);
        match scraper.scrape(&target, &ctx).await {
            Ok(_) => false,
            Err(error) => {
                assert_eq!(error.kind(), PhaseErrorKind::Transient);
                true
            }
        }
    };
    let mut failed = 0;
    for number in 0..200 {
        assert!(!fails(0, number).await);
        let fault = fails(5, number).await;
        assert_eq!(
            fault,
            fails(5, number).await,
            "the same attempt ends the same way"
        );
        failed += usize::from(fault);
    }
    assert!(fails(1, 0).await);
    assert!((20..60).contains(&failed), "{failed} of 200");
}
