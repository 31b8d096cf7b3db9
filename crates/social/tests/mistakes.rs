//! Mistakes that make a score worthless, one test each: one scale for everybody, zero for unknown,
//! a mean that one post decides, invented times, words inside words, claims without proof.

mod kit;

use std::collections::BTreeSet;

use chrono::TimeDelta;
use report_pipeline::Platform;
use report_pipeline_social::{EvidenceKind, Pillar, Profile, Snapshot};

use kit::{analyzed, clean_creator, comments_of, empty, pillars, report, target};

/// The engagement score of an account on a platform, of a size, with one rate throughout.
async fn engagement(platform: &Platform, followers: u64, percent: u64) -> f64 {
    let mut snapshot = clean_creator();
    snapshot.target = target(platform);
    snapshot.profile.follower_count = Some(followers);
    for post in snapshot.posts.as_mut().expect("posts") {
        post.like_count = Some(followers * percent / 100);
        post.comment_count = Some(0);
        post.view_count = Some(followers);
    }
    let pillar = analyzed(&snapshot).await.true_engagement;
    pillar.score.expect("measured")
}

fn value(pillar: &Pillar, name: &str) -> Option<f64> {
    let found = pillar.signals.iter().find(|signal| signal.name == name);
    found.expect("the signal is always listed").value
}

#[tokio::test]
async fn one_rate_is_weak_on_one_platform_and_strong_on_another() {
    let on = async |platform| engagement(&platform, 20_000, 3).await;
    let instagram = on(Platform::INSTAGRAM).await;
    let tiktok = on(Platform::TIKTOK).await;
    let youtube = on(Platform::YOUTUBE).await;
    assert!(tiktok < youtube && youtube < instagram);
    assert!(instagram - tiktok > 30.0, "{instagram} and {tiktok}");
}

#[tokio::test]
async fn one_rate_is_weak_for_a_small_account_and_strong_for_a_large_one() {
    let mut last = 0.0;
    for followers in [400, 5_000, 30_000, 5_000_000] {
        let score = engagement(&Platform::INSTAGRAM, followers, 2).await;
        assert!(score > last, "{followers}: {score} after {last}");
        last = score;
    }
    assert!(last > engagement(&Platform::INSTAGRAM, 400, 2).await + 40.0);
}

#[tokio::test]
async fn one_viral_post_decides_nothing() {
    let usual = analyzed(&clean_creator()).await.true_engagement;
    let mut snapshot = clean_creator();
    snapshot.posts.as_mut().expect("posts")[7].like_count = Some(40_000_000);
    let viral = analyzed(&snapshot).await.true_engagement;
    let (usual, viral) = (
        usual.score.expect("measured"),
        viral.score.expect("measured"),
    );
    assert!((viral - usual).abs() < 3.0, "{usual} and {viral}");
}

#[tokio::test]
async fn posts_of_long_ago_do_not_speak_for_today() {
    let mut snapshot = clean_creator();
    let posts = snapshot.posts.as_mut().expect("posts");
    let oldest = posts.last().expect("posts").clone();
    posts.truncate(0);
    for i in 0..200 {
        let mut post = oldest.clone();
        post.id = format!("p{i}");
        post.timestamp = oldest.timestamp.map(|at| at - TimeDelta::days(i));
        // The last thirty are weak, what came before was splendid.
        post.like_count = Some(if i < 30 { 40 } else { 4_000 });
        posts.push(post);
    }
    let engagement = analyzed(&snapshot).await.true_engagement;
    assert!(engagement.score.expect("measured") < 30.0, "{engagement:?}");
}

#[tokio::test]
async fn views_count_where_videos_are_watched_by_more_than_the_followers() {
    let mut snapshot = clean_creator();
    snapshot.target = target(&Platform::YOUTUBE);
    let with_views = async |views: u64| {
        let mut snapshot = snapshot.clone();
        for post in snapshot.posts.as_mut().expect("posts") {
            post.view_count = Some(views);
        }
        let pillar = analyzed(&snapshot).await.true_engagement;
        pillar.score.expect("measured")
    };
    assert!(with_views(5_000).await > with_views(100_000).await + 40.0);
}

#[tokio::test]
async fn what_is_unknown_is_neither_zero_nor_perfect() {
    for origin in [Platform::INSTAGRAM, Platform::TIKTOK, Platform::YOUTUBE] {
        let report = report(&empty(&origin)).await;
        assert_eq!((report.score, report.grade), (None, None));
        for (name, pillar) in pillars(&report) {
            assert_eq!((pillar.score, pillar.interval), (None, None), "{name}");
            // The handle itself is all that is known.
            let signals = pillar.signals.iter();
            for signal in signals.filter(|signal| signal.name != "username_digits") {
                assert_eq!((signal.value, signal.score), (None, None), "{signal:?}");
            }
        }
        for metric in &report.profile_metrics {
            assert_eq!(metric.value, None, "{metric:?}");
        }
    }
}

#[tokio::test]
async fn no_time_and_no_count_is_made_up() {
    let mut snapshot = clean_creator();
    snapshot.profile = Profile::default();
    for post in snapshot.posts.as_mut().expect("posts") {
        post.timestamp = None;
    }
    for comment in comments_of(&mut snapshot) {
        comment.timestamp = None;
    }
    let report = report(&snapshot).await;
    let account = &report.account_authenticity;
    for name in ["posting_burstiness", "posting_hour_entropy", "post_count"] {
        assert_eq!(value(account, name), None, "{name}");
    }
    let bursts = value(&report.audience_authenticity, "comment_burst_share");
    assert_eq!(bursts, None);
    let shown = |name: &str| {
        let metric = report.profile_metrics.iter().find(|m| m.name == name);
        metric.expect("listed").value
    };
    // How many were read says nothing about how many there are.
    assert_eq!((shown("posts"), shown("posts_read")), (None, Some(24.0)));
    assert!(report.evidence_vault.iter().all(|e| e.timestamp.is_none()));
}

#[tokio::test]
async fn figures_come_from_the_snapshot_and_no_two_runs_differ() {
    let reports = [
        report(&clean_creator()).await,
        report(&clean_creator()).await,
    ];
    let [first, second] = reports.map(|report| (report.profile_metrics, report.evidence_vault));
    assert_eq!(first, second);
    let mut snapshot = clean_creator();
    snapshot.profile.follower_count = Some(21_000);
    let moved = report(&snapshot).await.profile_metrics;
    assert_ne!(first.0, moved);
}

#[tokio::test]
async fn harmless_words_with_a_listed_one_inside_are_no_hits() {
    let mut snapshot = clean_creator();
    for post in snapshot.posts.as_mut().expect("posts") {
        post.caption = Some(
            "The highlights of my class in Sussex: grapes, a cocktail dress and skyscrapers. It has \
             begun, and we will not let the weather fake it"
                .to_owned(),
        );
    }
    let safety = analyzed(&snapshot).await.brand_safety;
    assert_eq!(safety.flags, [""; 0]);
    assert!(safety.score.expect("judged") >= 95.0);
}

#[tokio::test]
async fn every_flag_quotes_what_stands_in_the_snapshot() {
    let mut snapshot = clean_creator();
    snapshot.profile.follower_count = Some(2_000_000);
    snapshot.profile.following_count = Some(40_000_000);
    for post in &mut snapshot.posts.as_mut().expect("posts")[..10] {
        post.caption = Some("Best cocaine in town".to_owned());
    }
    for (i, comment) in (0..).zip(comments_of(&mut snapshot)) {
        comment.text = format!("I made ${i},000 with the help of @trader_{i}, check out my page");
    }
    let report = report(&snapshot).await;
    let flags: BTreeSet<&str> = report.flags.iter().map(String::as_str).collect();
    for flag in [
        "drugs_in_captions",
        "engagement_far_below_size",
        "follows_far_more_than_followed",
        "spam_dominates_comments",
    ] {
        assert!(flags.contains(flag), "{flag} is not in {flags:?}");
    }
    for evidence in &report.evidence_vault {
        let (_, id) = evidence.evidence_id.split_once(':').expect("a prefix");
        match evidence.kind {
            EvidenceKind::Statistic => assert!(evidence.excerpt.contains(char::is_numeric)),
            EvidenceKind::Post => assert_eq!(Some(&evidence.excerpt), caption(&snapshot, id)),
            EvidenceKind::Comment => assert_eq!(Some(&evidence.excerpt), text(&snapshot, id)),
        }
    }
    for (name, pillar) in pillars(&report) {
        for signal in pillar.signals.iter().filter(|s| s.flag.is_some()) {
            assert!(!signal.evidence_links.is_empty(), "{name}: {signal:?}");
        }
    }
}

fn caption<'a>(snapshot: &'a Snapshot, id: &str) -> Option<&'a String> {
    let mut posts = snapshot.posts.iter().flatten();
    posts.find(|post| post.id == id)?.caption.as_ref()
}

fn text<'a>(snapshot: &'a Snapshot, id: &str) -> Option<&'a String> {
    let mut comments = snapshot.comments.iter().flatten();
    Some(&comments.find(|comment| comment.id == id)?.text)
}

#[tokio::test]
async fn a_letter_for_the_whole_needs_every_pillar() {
    let full = report(&clean_creator()).await;
    assert!(full.grade.is_some());
    let mut snapshot = clean_creator();
    for post in snapshot.posts.as_mut().expect("posts") {
        post.caption = None;
    }
    let part = report(&snapshot).await;
    assert_eq!(part.brand_safety.score, None);
    assert_eq!((part.score, part.interval, part.grade), (None, None, None));
    let (before, after) = (full.range, part.range);
    // What was not looked at may be anything.
    assert!(after.high - after.low > before.high - before.low + 10.0);
    let told = |words: &str| part.warning_banners.iter().any(|b| b.contains(words));
    assert!(told("Not assessed: brand safety"));
}

#[tokio::test]
async fn a_missing_overall_score_is_explained() {
    let mut snapshot = clean_creator();
    snapshot.profile = Profile::default();
    let without_profile = report(&snapshot).await;
    let nothing = report(&empty(&Platform::TIKTOK)).await;
    for report in [without_profile, nothing] {
        let told = |start: &str| report.warning_banners.iter().any(|b| b.starts_with(start));
        assert!(report.score.is_none() && told("Not assessed: true engagement"));
        assert_eq!((report.score.is_none()), report.interval.is_none());
    }
}

#[tokio::test]
async fn the_interval_of_engagement_shows_how_wide_benchmarks_are() {
    let engagement = analyzed(&clean_creator()).await.true_engagement;
    let bounds = engagement.interval.expect("measured");
    assert!(bounds.high - bounds.low > 20.0, "{bounds:?}");
}

/// The same on every machine: once a version was released, a figure that moves needs a new one.
#[tokio::test]
async fn the_figures_of_this_version() {
    let mut snapshot = clean_creator();
    snapshot.profile.following_count = Some(31_000);
    for post in &mut snapshot.posts.as_mut().expect("posts")[..3] {
        post.caption = Some("a handgun and a beer in the evening".to_owned());
    }
    let report = report(&snapshot).await;
    assert_eq!(report.methodology_version, "v3.0");
    let figures = [
        &report.true_engagement,
        &report.account_authenticity,
        &report.brand_safety,
    ]
    .map(|pillar| {
        let bounds = pillar.interval.expect("measured");
        (
            pillar.score.expect("measured"),
            pillar.confidence,
            bounds.low,
            bounds.high,
        )
    });
    assert_eq!(
        figures,
        [
            (77.6, 1.0, 63.6, 91.6),
            (70.6, 0.933, 63.3, 76.5),
            (81.2, 0.971, 74.6, 87.8)
        ]
    );
}
