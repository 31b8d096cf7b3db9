//! Reports are reproducible, and hostile snapshots do no harm.

mod kit;

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use report_pipeline::testing::detached;
use report_pipeline::{Analyzer, Phase, Platform};
use report_pipeline_social::{
    Aggregates, Analysis, Comment, HeuristicAnalyzer, Origin, Post, Profile, Report, Snapshot,
};

use kit::{
    analyzed, assert_every_link_leads_somewhere, clean_creator, comments_of, pillars, report,
    stable_bytes,
};

#[tokio::test]
async fn the_same_snapshot_gives_the_same_bytes_in_whatever_order_comments_come() {
    let mut snapshot = clean_creator();
    let bytes = stable_bytes(&snapshot).await;
    for seed in 0..3 {
        fastrand::Rng::with_seed(seed).shuffle(comments_of(&mut snapshot));
        fastrand::Rng::with_seed(seed).shuffle(snapshot.posts.as_mut().expect("posts"));
        assert_eq!(stable_bytes(&snapshot).await, bytes);
    }
    // A page that was delivered twice changes nothing but the count of what was delivered.
    let before = analyzed(&snapshot).await;
    let again = comments_of(&mut snapshot)[..50].to_vec();
    comments_of(&mut snapshot).extend(again);
    assert_eq!(analyzed(&snapshot).await, before);
}

#[tokio::test]
async fn the_analysis_survives_its_checkpoint_unchanged() {
    let snapshot = clean_creator();
    let analysis = analyzed(&snapshot).await;
    let bytes = serde_json::to_vec(&analysis).expect("JSON");
    let decoded: Analysis = serde_json::from_slice(&bytes).expect("JSON that was just written");
    assert_eq!(decoded, analysis);
    assert_eq!(serde_json::to_vec(&decoded).expect("JSON"), bytes);
}

#[tokio::test]
async fn a_hundred_thousand_hostile_comments_are_bounded() {
    let mut snapshot = clean_creator();
    let hostile = [
        "",
        "\0\0\0",
        "🔥🔥",
        "\u{202e}\u{2066}evil",
        "a\u{301}\u{301}\u{301}",
        "$$$ @ #",
        "\u{fdfa}",
    ];
    snapshot.comments = Some(
        (0..100_000_u32)
            .map(|i| {
                let mut comment = Comment::new(
                    format!("{}", i % 70_000),
                    format!("{}{}", hostile[i as usize % hostile.len()], i % 1_000),
                );
                comment.post_id = Some(format!("p{}", i % 40));
                comment.author_id = Some(format!("a\u{202e}{}", i % 5_000));
                comment.timestamp =
                    DateTime::from_timestamp(1_700_000_000 + (i64::from(i) * 7) % 977, 0);
                comment
            })
            .collect(),
    );
    let report = report(&snapshot).await;
    let ordered = stable_bytes(&snapshot).await;
    fastrand::Rng::with_seed(5).shuffle(comments_of(&mut snapshot));
    assert_eq!(stable_bytes(&snapshot).await, ordered);
    assert!(report.epistemic_state.data_points_analyzed <= 5_000 + 30 + 20);
    assert!(
        report
            .warning_banners
            .iter()
            .any(|b| b.starts_with("Sample"))
    );
    assert_everything_shown_is_safe(&report);
}

#[tokio::test]
async fn one_comment_of_a_megabyte_and_extreme_numbers_do_no_harm() {
    let mut snapshot = clean_creator();
    let comments = comments_of(&mut snapshot);
    comments[0].text = "subscribe to my channel \u{202e}".repeat(40_000);
    comments[0].id = "x\u{2067}".repeat(10_000);
    comments[1].text = "\u{1f525}".repeat(250_000);
    comments[2].timestamp = Some(DateTime::<Utc>::MAX_UTC);
    comments[3].timestamp = Some(DateTime::<Utc>::MIN_UTC);
    for post in snapshot.posts.as_mut().expect("posts") {
        post.like_count = Some(u64::MAX);
        post.comment_count = Some(u64::MAX);
        post.url = Some("javascript:alert(1)".to_owned());
    }
    snapshot.posts.as_mut().expect("posts")[0].timestamp = Some(DateTime::<Utc>::MIN_UTC);
    snapshot.profile.follower_count = Some(1);
    snapshot.profile.following_count = Some(u64::MAX);
    snapshot.captured_at = Some(DateTime::<Utc>::MIN_UTC);
    snapshot.aggregates = Some({
        let mut aggregates = Aggregates::default();
        aggregates.mean_likes_per_follower = Some(f64::NAN);
        aggregates.mean_hashtags_per_post = Some(f64::INFINITY);
        aggregates
    });
    snapshot.problems = vec!["\u{1b}[31mred".to_owned(); 50];
    assert_everything_shown_is_safe(&report(&snapshot).await);
    snapshot.captured_at = None;
    assert_everything_shown_is_safe(&report(&snapshot).await);
}

/// The runtime has one thread. A task on it can stop the analysis before its end only if the
/// analysis leaves that thread alone.
#[tokio::test]
async fn the_runtime_goes_on_while_a_huge_snapshot_is_analysed() {
    let mut snapshot = clean_creator();
    snapshot.comments = Some(
        (0..5_000)
            .map(|i| {
                Comment::new(
                    format!("c{i}"),
                    format!("word{i} and the other{i} ").repeat(90),
                )
            })
            .collect(),
    );
    let (ctx, stop) = detached(snapshot.target.clone(), Phase::Analysis);
    let heartbeat = tokio::spawn(async move {
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        stop.stop();
    });
    let stopped = HeuristicAnalyzer::new().analyze(&snapshot, &ctx).await;
    assert!(stopped.expect_err("the heartbeat was first").is_retryable());
    heartbeat.await.expect("the heartbeat ends");
}

#[tokio::test]
async fn every_text_of_a_few_awkward_kinds_is_read() {
    for text in [
        "",
        " ",
        "\0",
        "\u{301}\u{301}\u{301}",
        "\u{202e}\u{2066}\u{2069}",
        "\u{1f469}\u{200d}\u{1f33e}",
        "\u{fdfa}\u{fdfa}",
        "\u{10ffff}\u{fffd}",
        "@ # $ http:// www. a.b 5 us",
        "not not not no never",
        "suicide",
        "self",
    ] {
        let mut snapshot = clean_creator();
        for comment in comments_of(&mut snapshot) {
            comment.text = text.to_owned();
            comment.id = text.to_owned();
            comment.author_id = Some(text.to_owned());
        }
        for post in snapshot.posts.as_mut().expect("posts") {
            post.caption = Some(text.to_owned());
            post.id = text.to_owned();
        }
        snapshot.profile.bio = Some(text.to_owned());
        assert_everything_shown_is_safe(&report(&snapshot).await);
    }
}

fn assert_everything_shown_is_safe(report: &Report) {
    let json = serde_json::to_string(report).expect("JSON");
    assert!(!json.contains("\\u0000") && !json.contains("javascript:"));
    for evidence in &report.evidence_vault {
        assert!(evidence.excerpt.chars().count() <= 201);
        assert!(evidence.evidence_id.chars().count() <= 120);
        for c in evidence.excerpt.chars().chain(evidence.evidence_id.chars()) {
            let direction = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            assert!(!c.is_control() && !direction, "{evidence:?}");
        }
    }
    for (name, pillar) in pillars(report) {
        if let Some(score) = pillar.score {
            let bounds = pillar.interval.expect("an interval for every score");
            assert!(0.0 <= bounds.low && bounds.low <= score, "{name}: {score}");
            assert!(
                score <= bounds.high && bounds.high <= 100.0,
                "{name}: {score}"
            );
        }
        assert!((0.0..=1.0).contains(&pillar.confidence), "{name}");
    }
    assert!(
        report
            .warning_banners
            .iter()
            .all(|b| !b.contains(char::is_control))
    );
    assert_every_link_leads_somewhere(report);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_snapshot_gives_a_sound_report(snapshot in any_snapshot()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let report = runtime.block_on(report(&snapshot));
        assert_everything_shown_is_safe(&report);
        for (name, pillar) in pillars(&report) {
            prop_assert_eq!(pillar.score.is_none(), pillar.confidence == 0.0, "{}", name);
            prop_assert!(pillar.score.is_some() || pillar.reason.is_some(), "{}", name);
        }
    }

    #[test]
    fn the_order_of_comments_never_matters(snapshot in any_snapshot(), seed: u64) {
        let analyzer = HeuristicAnalyzer::new();
        let before = analyzer.examine(&snapshot);
        let mut shuffled = snapshot;
        if let Some(comments) = &mut shuffled.comments {
            fastrand::Rng::with_seed(seed).shuffle(comments);
        }
        prop_assert_eq!(analyzer.examine(&shuffled), before);
    }
}

fn any_snapshot() -> impl Strategy<Value = Snapshot> {
    let count = || {
        prop_oneof![
            Just(None),
            (0..5_000u64).prop_map(Some),
            any::<u64>().prop_map(Some)
        ]
    };
    let time = || {
        let seconds = prop_oneof![1_600_000_000..1_600_900_000i64, any::<i64>()];
        prop::option::of(seconds.prop_map(|at| DateTime::from_timestamp(at, 0)))
            .prop_map(Option::flatten)
    };
    let text = || {
        prop_oneof![
            any::<String>(),
            "(i|made|\\$500|with|@bob|gun|not|the| ){0,30}"
        ]
    };
    let post = (
        text(),
        prop::option::of(text()),
        time(),
        count(),
        count(),
        count(),
        any::<Option<bool>>(),
    )
        .prop_map(|(id, caption, timestamp, likes, comments, views, off)| {
            let mut post = Post::new(id);
            post.caption = caption;
            post.timestamp = timestamp;
            post.like_count = likes;
            post.comment_count = comments;
            post.view_count = views;
            post.comments_disabled = off;
            post
        });
    let comment = (
        "[a-c]{0,2}",
        prop::option::of("[a-c]"),
        prop::option::of("[a-f]"),
        text(),
        time(),
    )
        .prop_map(|(id, post_id, author_id, text, timestamp)| {
            let mut comment = Comment::new(id, text);
            comment.post_id = post_id;
            comment.author_id = author_id;
            comment.timestamp = timestamp;
            comment
        });
    let profile = (
        count(),
        count(),
        count(),
        any::<Option<bool>>(),
        prop::option::of(text()),
    )
        .prop_map(
            |(follower_count, following_count, post_count, is_private, bio)| {
                let mut profile = Profile::default();
                profile.bio = bio;
                profile.follower_count = follower_count;
                profile.following_count = following_count;
                profile.post_count = post_count;
                profile.is_private = is_private;
                profile
            },
        );
    let platform = prop::sample::select(vec![
        Platform::INSTAGRAM,
        Platform::TIKTOK,
        Platform::YOUTUBE,
        Platform::new("mastodon").expect("a valid name"),
    ]);
    let origin = prop::sample::select(vec![
        Origin::Live,
        Origin::Simulated,
        Origin::Archive { source: None },
    ]);
    let posts = prop::option::of(prop::collection::vec(post, 0..20));
    let comments = prop::option::of(prop::collection::vec(comment, 0..60));
    let problems = prop::collection::vec(text(), 0..3);
    let read = (posts, comments, any_averages());
    (platform, origin, time(), profile, read, problems).prop_map(
        |(platform, origin, captured_at, profile, read, problems)| {
            let mut snapshot = Snapshot::new(kit::target(&platform), origin);
            snapshot.captured_at = captured_at;
            snapshot.profile = profile;
            (snapshot.posts, snapshot.comments, snapshot.aggregates) = read;
            snapshot.problems = problems;
            snapshot
        },
    )
}

fn any_averages() -> impl Strategy<Value = Option<Aggregates>> {
    let average = || prop::option::of(prop_oneof![0.0..1.0f64, any::<f64>()]);
    (average(), average(), average()).prop_map(|(likes, comments, hashtags)| {
        Some({
            let mut aggregates = Aggregates::default();
            aggregates.mean_likes_per_follower = likes;
            aggregates.mean_comments_per_follower = comments;
            aggregates.mean_hashtags_per_post = hashtags;
            aggregates
        })
    })
}
