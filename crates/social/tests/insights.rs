//! What a reader looks for beside the scores: sections, the decision, and comparisons. Every account
//! here is made up.

mod kit;

use chrono::TimeDelta;
use report_pipeline::{Handle, Platform, Target};
use report_pipeline_social::{Advice, Capture, Origin, PostKind, compare};

use kit::{captured, clean_creator, comments_of, empty, report};

#[tokio::test]
async fn activity_counts_days_posts_and_the_trend() {
    let mut snapshot = clean_creator();
    for (i, post) in (0..).zip(snapshot.posts.as_mut().expect("posts")) {
        post.timestamp = Some(captured() - TimeDelta::days(3 + 7 * i));
        post.like_count = Some(if i < 12 { 900 } else { 450 });
        post.comment_count = Some(0);
    }
    let activity = report(&snapshot).await.insights.activity;
    assert_eq!(activity.days_since_last_post, Some(3));
    assert_eq!(activity.posts_per_week, Some(1.0));
    assert_eq!(activity.engagement_trend, Some(1.0));
    assert_eq!(activity.evidence_links, ["post:post0"]);

    let unknown = report(&empty(&Platform::TIKTOK)).await.insights.activity;
    assert_eq!((unknown.last_post, unknown.posts_per_week), (None, None));
    assert!(!unknown.explanation.is_empty());
}

#[tokio::test]
async fn three_years_of_silence_are_said_and_bound_the_verdict() {
    let awake = report(&clean_creator()).await;
    let mut snapshot = clean_creator();
    snapshot.captured_at = Some(captured() + TimeDelta::days(3 * 365));
    let dormant = report(&snapshot).await;
    assert!(dormant.flags.contains(&"dormant".to_owned()));
    assert!(
        dormant
            .warning_banners
            .iter()
            .any(|b| b.starts_with("Dormant: "))
    );
    assert!(dormant.score < awake.score && dormant.grade > awake.grade);
    assert_ne!(dormant.decision.expect("decided").advice, Advice::Sponsor);
}

#[tokio::test]
async fn advertising_is_counted_from_labels_and_marks_and_compared() {
    let mut snapshot = clean_creator();
    for (i, post) in snapshot
        .posts
        .as_mut()
        .expect("posts")
        .iter_mut()
        .enumerate()
    {
        post.is_sponsored = Some(i < 3);
        if (3..6).contains(&i) {
            post.caption = Some("These boots are a dream. Use my code WREN10 #ad".to_owned());
        }
        post.like_count = Some(if i < 6 { 250 } else { 500 });
        post.comment_count = Some(0);
    }
    let found = report(&snapshot).await.insights.sponsorship;
    assert_eq!(
        (found.posts, found.declared, found.marked),
        (24, Some(3), 3)
    );
    assert_eq!(
        (found.share, found.reactions_against_others),
        (Some(0.25), Some(0.5))
    );
    assert_eq!(found.evidence_links.len(), 3);

    snapshot.posts = None;
    let unknown = report(&snapshot).await.insights.sponsorship;
    assert_eq!((unknown.share, unknown.interval), (None, None));
}

#[tokio::test]
async fn best_and_weakest_posts_are_named_by_format() {
    let mut snapshot = clean_creator();
    let posts = snapshot.posts.as_mut().expect("posts");
    for (i, post) in posts.iter_mut().enumerate() {
        post.kind = Some(if i % 3 == 0 {
            PostKind::Short
        } else {
            PostKind::Photo
        });
    }
    posts[6].like_count = Some(9_000);
    posts[7].like_count = Some(1);
    let report = report(&snapshot).await;
    let figures = &report.insights.posts;
    assert_eq!(figures.best[0].evidence_id, "post:post6");
    assert_eq!(figures.best[0].format, Some(PostKind::Short));
    assert_eq!(figures.weakest[0].evidence_id, "post:post7");
    assert_eq!(figures.by_format[0].format, Some(PostKind::Photo));
    assert_eq!(figures.by_format[0].posts + figures.by_format[1].posts, 24);
    for post in figures.best.iter().chain(&figures.weakest) {
        let mut vault = report.evidence_vault.iter();
        assert!(vault.any(|entry| entry.evidence_id == post.evidence_id));
    }
}

#[tokio::test]
async fn languages_reach_and_topics_are_told_where_they_are_known() {
    let mut snapshot = clean_creator();
    for (i, post) in snapshot
        .posts
        .as_mut()
        .expect("posts")
        .iter_mut()
        .enumerate()
    {
        post.view_count = Some(1_000 + 100 * i as u64);
        post.caption = Some(format!(
            "Today we walked along the river with the whole family and it was lovely #hiking @boots.{}",
            i % 2
        ));
    }
    for (i, comment) in comments_of(&mut snapshot).iter_mut().enumerate() {
        if i % 2 == 0 {
            comment.text =
                "Qué lugar tan bonito, me gustaría mucho ir con mi familia este verano, porque los niños quieren ver el mar y nosotros también".to_owned();
        } else {
            comment.text =
                "What a beautiful place, I would love to go there this summer".to_owned();
        }
    }
    let whole = report(&snapshot).await;
    let insights = &whole.insights;
    // Each fact leads to what it rests on.
    for (what, links) in [
        ("activity", &insights.activity.evidence_links),
        ("languages", &insights.languages.evidence_links),
        ("reach", &insights.reach.evidence_links),
        ("topics", &insights.topics.evidence_links),
    ] {
        assert!(!links.is_empty(), "{what}");
        for link in links {
            let mut vault = whole.evidence_vault.iter();
            assert!(
                vault.any(|entry| entry.evidence_id == *link),
                "{what}: {link}"
            );
        }
    }
    // The posts at the quartiles, of 24.
    assert_eq!(
        insights.reach.evidence_links,
        ["post:post5", "post:post11", "post:post17"]
    );
    assert_eq!(insights.languages.captions[0].language, "English");
    let comments: Vec<&str> = insights
        .languages
        .comments
        .iter()
        .map(|l| l.language.as_str())
        .collect();
    assert!(
        comments.contains(&"English") && comments.contains(&"Spanish"),
        "{comments:?}"
    );
    let quartiles = insights.reach.quartiles.expect("views are known");
    let median = insights.reach.median_views.expect("views are known");
    assert!(quartiles.low < median && median < quartiles.high);
    assert_eq!(insights.topics.hashtags[0].name, "hiking");
    assert_eq!(insights.topics.mentions.len(), 2);
    assert!(
        insights
            .topics
            .words
            .iter()
            .any(|word| word.name == "river")
    );

    let nothing = report(&empty(&Platform::YOUTUBE)).await.insights;
    assert_eq!(nothing.reach.median_views, None);
    assert!(nothing.languages.captions.is_empty() && !nothing.languages.explanation.is_empty());
}

#[tokio::test]
async fn growth_needs_two_captures() {
    let mut snapshot = clean_creator();
    let alone = report(&snapshot).await.insights.growth;
    assert_eq!((alone.followers, alone.days), (None, None));
    let mut earlier = Capture::new(captured() - TimeDelta::days(60));
    earlier.follower_count = Some(16_000);
    earlier.post_count = Some(500);
    snapshot.history = vec![earlier];
    let growth = report(&snapshot).await.insights.growth;
    assert_eq!(
        (growth.followers, growth.days, growth.posts),
        (Some(4_000), Some(60), Some(12))
    );
    assert_eq!(growth.followers_per_month, Some(0.125));
    assert_eq!(growth.evidence_links, ["stat:growth"]);
}

#[tokio::test]
async fn captions_in_other_languages_are_named_as_not_judged() {
    let banner = |banners: &[String]| {
        let mut banners = banners.iter();
        banners
            .find(|banner| banner.contains("not judged"))
            .cloned()
    };
    let mut snapshot = clean_creator();
    assert_eq!(banner(&report(&snapshot).await.warning_banners), None);
    for post in &mut snapshot.posts.as_mut().expect("posts")[..4] {
        post.caption = Some("Bu hafta bahçede domates topladık, çocuklar çok eğlendi".to_owned());
    }
    let banner = banner(&report(&snapshot).await.warning_banners).expect("a banner");
    assert!(banner.contains("4 captions in Turkish"), "{banner}");
}

#[tokio::test]
async fn the_decision_names_facts_with_evidence_and_what_to_ask() {
    let good = report(&clean_creator()).await;
    let decision = good.decision.as_ref().expect("decided");
    assert_eq!(decision.advice, Advice::Sponsor, "{decision:?}");
    assert!(decision.ask.iter().any(|ask| ask.contains("country")));

    let mut spammy = clean_creator();
    for (i, comment) in comments_of(&mut spammy).iter_mut().enumerate() {
        if i % 2 == 0 {
            comment.text = format!("I made ${i},000 with the help of @trader_{i}, dm her now");
        }
    }
    let bad = report(&spammy).await;
    let decision = bad.decision.as_ref().expect("decided");
    assert_eq!(decision.advice, Advice::Avoid, "{decision:?}");
    assert_eq!(decision.facts[0].pillar, "audience_authenticity");
    for link in decision.facts.iter().flat_map(|fact| &fact.evidence_links) {
        assert!(
            bad.evidence_vault
                .iter()
                .any(|entry| entry.evidence_id == *link)
        );
    }

    let mut unread = clean_creator();
    unread.comments = None;
    let unknown = report(&unread).await.decision.expect("decided");
    assert_eq!(unknown.advice, Advice::LookCloser);
    assert!(unknown.ask.iter().any(|ask| ask.contains("comments")));

    let mut simulated = clean_creator();
    simulated.origin = Origin::Simulated;
    let advice = report(&simulated).await.decision.expect("decided").advice;
    assert_eq!(advice, Advice::LookCloser);
}

#[tokio::test]
async fn accounts_are_compared_by_advice_and_by_what_is_certain() {
    let named = |handle: &str, mut snapshot: report_pipeline_social::Snapshot| {
        snapshot.target = Target::new(
            Platform::INSTAGRAM,
            Handle::canonical(handle).expect("valid"),
        );
        snapshot
    };
    let mut hidden = clean_creator();
    hidden.comments = None;
    let mut fake = clean_creator();
    fake.profile.follower_count = Some(3_000_000);
    let reports = [
        report(&named("fake", fake)).await,
        report(&named("hidden", hidden)).await,
        report(&named("shown", clean_creator())).await,
        report(&named("same", clean_creator())).await,
    ];
    let compared = compare(&reports);
    let order: Vec<&str> = compared
        .accounts
        .iter()
        .map(|a| a.handle.as_str())
        .collect();
    assert_eq!(order, ["same", "shown", "hidden", "fake"]);
    assert!(
        compared
            .notes
            .iter()
            .any(|note| note.contains("same and shown")),
        "{:?}",
        compared.notes
    );
    let mut turned = reports;
    turned.reverse();
    assert_eq!(compare(&turned), compared);
}
