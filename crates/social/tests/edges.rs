//! What reports say at the edges: tiny samples, thresholds, words in another sense.

mod kit;

use chrono::{TimeDelta, Timelike};
use report_pipeline::Platform;
use report_pipeline_social::{Aggregates, Analysis, Pillar, Profile, Signal, Snapshot};

use kit::{analyzed, captured, clean_creator, comments_of, empty, report};

fn signal<'a>(pillar: &'a Pillar, name: &str) -> &'a Signal {
    let found = pillar.signals.iter().find(|signal| signal.name == name);
    found.expect("the signal is always listed")
}

fn captioned(captions: &[&str]) -> Snapshot {
    let mut snapshot = clean_creator();
    snapshot.comments = None;
    let posts = snapshot.posts.as_mut().expect("posts");
    for (post, caption) in posts.iter_mut().zip(captions) {
        post.caption = Some((*caption).to_owned());
    }
    snapshot
}

#[tokio::test]
async fn a_handful_of_comments_makes_no_overall_score() {
    let mut snapshot = clean_creator();
    snapshot.profile = Profile::default();
    comments_of(&mut snapshot).truncate(15);
    for (i, post) in (0..).zip(snapshot.posts.as_mut().expect("posts")) {
        post.like_count = None;
        post.caption = (i < 3).then(|| "a walk by the river".to_owned());
        post.timestamp = None;
    }
    let report = report(&snapshot).await;
    assert!(report.audience_authenticity.score.is_some() && report.brand_safety.score.is_some());
    assert!(report.confidence > 0.0 && report.confidence < 0.15);
    assert_eq!((report.score, report.grade), (None, None));
    let told = |text: &str| text.contains("no overall score");
    assert!(
        told(&report.epistemic_state.reason),
        "{:?}",
        report.epistemic_state
    );
    let told = |words: &str| report.warning_banners.iter().any(|b| b.contains(words));
    assert!(
        told("Not assessed: true engagement"),
        "{:?}",
        report.warning_banners
    );
}

#[tokio::test]
async fn an_account_without_anything_is_not_authentic_for_its_ratios() {
    let mut snapshot = empty(&Platform::INSTAGRAM);
    let profile = &mut snapshot.profile;
    profile.follower_count = Some(0);
    profile.following_count = Some(0);
    profile.post_count = Some(0);
    profile.has_profile_picture = Some(true);
    profile.bio = Some("A new account that has done nothing yet.".to_owned());
    let account = analyzed(&snapshot).await.account_authenticity;
    for name in ["following_per_follower", "following_per_post"] {
        assert_eq!(signal(&account, name).score, None, "{name}");
    }
    assert!(
        account.score.is_none_or(|score| score < 80.0),
        "{account:?}"
    );

    // A fake profile follows thousands: one large count is enough to tell.
    snapshot.profile.following_count = Some(3_000);
    let account = analyzed(&snapshot).await.account_authenticity;
    assert!(account.score.expect("measured") < 40.0, "{account:?}");
}

#[tokio::test]
async fn no_negation_cancels_what_no_brand_may_stand_beside() {
    let hailed = captioned(&["not gonna lie, heil hitler"]);
    let safety = analyzed(&hailed).await.brand_safety;
    assert_eq!(safety.flags, ["hate_in_captions"]);
}

#[tokio::test]
async fn a_turn_of_phrase_is_no_negation() {
    for caption in [
        "not gonna lie cocaine is great",
        "no joke, cocaine for everybody",
    ] {
        let safety = analyzed(&captioned(&[caption, caption])).await.brand_safety;
        assert_eq!(safety.flags, ["drugs_in_captions"], "{caption}");
    }
    let safety = analyzed(&captioned(&["please say no to cocaine"])).await;
    assert_eq!(safety.brand_safety.flags, [""; 0]);
}

#[tokio::test]
async fn comments_that_can_be_read_do_not_clear_captions_that_cannot() {
    let spanish = "hoy fuimos a la playa con toda la familia y nos encantó el lugar";
    for caption in [spanish, "\u{1f525}\u{1f525}\u{1f525}", "とても綺麗な川です"] {
        let mut snapshot = captioned(&[caption; 24]);
        snapshot.comments = clean_creator().comments;
        let safety = analyzed(&snapshot).await.brand_safety;
        assert_eq!((safety.score, safety.grade), (None, None), "{caption}");
        assert!(safety.reason.is_some(), "{caption}");
        assert!(signal(&safety, "comment_risk").score.is_some(), "{caption}");
        // They may still accuse, which makes no score but bounds what is possible.
        for comment in &mut comments_of(&mut snapshot)[..40] {
            comment.text = "all immigrants are vermin".to_owned();
        }
        let safety = analyzed(&snapshot).await.brand_safety;
        assert_eq!(safety.flags, ["hate_in_comments"], "{caption}");
        assert_eq!(safety.score, None, "{caption}");
        assert!(safety.range.high < 80.0, "{caption}: {:?}", safety.range);
    }
}

#[tokio::test]
async fn the_more_of_the_captions_is_foreign_the_less_is_safety_sure() {
    let spanish = "hoy fuimos a la playa con toda la familia y nos encantó el lugar";
    let mut last = 1.0;
    for foreign in [0, 8, 16] {
        let mut snapshot = captioned(&[]);
        for post in &mut snapshot.posts.as_mut().expect("posts")[..foreign] {
            post.caption = Some(spanish.to_owned());
        }
        let safety = analyzed(&snapshot).await.brand_safety;
        assert!(safety.confidence < last, "{foreign}: {}", safety.confidence);
        last = safety.confidence;
    }
}

#[tokio::test]
async fn help_against_suicide_is_no_grave_hit() {
    let helping = captioned(&[
        "It is suicide prevention month, talk to somebody",
        "The suicide hotline is open day and night",
        "Call the suicide and crisis lifeline if you need to",
    ]);
    let safety = analyzed(&helping).await.brand_safety;
    assert_eq!(safety.flags, [""; 0]);
    assert!(safety.score.expect("measured") >= 80.0);

    let way_out = "suicide is the way out";
    let grave = analyzed(&captioned(&[way_out, way_out])).await.brand_safety;
    assert_eq!(grave.flags, ["death_and_injury_in_captions"]);
}

#[tokio::test]
async fn one_grave_caption_may_be_misread_and_is_shown_to_a_person() {
    let one = analyzed(&captioned(&["All immigrants are vermin"])).await;
    let clean = analyzed(&captioned(&[])).await;
    let (one, clean) = (one.brand_safety, clean.brand_safety);
    assert_eq!(one.flags, [""; 0]);
    assert!(one.score < clean.score, "{:?}", one.score);
    // It may be harmless after all.
    assert!(one.range.high >= clean.range.high, "{:?}", one.range);
    assert!(
        one.reason
            .expect("a reason")
            .contains("a person should read")
    );
    let cited = one.signals.iter().find(|s| s.name == "worst_caption");
    assert!(!cited.expect("measured").evidence_links.is_empty());

    // What has one meaning needs no second caption, and two are no accident.
    for captions in [
        &["heil hitler"][..],
        &["All immigrants are vermin", "I cannot stand gay people"],
    ] {
        let safety = analyzed(&captioned(captions)).await.brand_safety;
        assert_eq!(safety.flags, ["hate_in_captions"], "{captions:?}");
        assert!(safety.range.high < 40.0, "{captions:?}: {:?}", safety.range);
    }
}

#[tokio::test]
async fn hate_does_not_hide_among_captions_that_words_cannot_decide() {
    let hate = "Immigrants are parasites and we feed them";
    let quoted = "\"All refugees are criminals\" is what he shouted";
    let mut last = None;
    for unclear in 0..14 {
        let captions: Vec<&str> = [hate; 8].into_iter().chain(vec![quoted; unclear]).collect();
        let high = analyzed(&captioned(&captions))
            .await
            .brand_safety
            .range
            .high;
        assert!(
            last.is_none_or(|last| high <= last),
            "{unclear}: {high} above {last:?}"
        );
        last = Some(high);
    }
    // Who quotes hate twice and more as often as he may have been misread is not accused, and not cleared.
    let captions: Vec<&str> = [hate; 3].into_iter().chain([quoted; 12]).collect();
    let safety = analyzed(&captioned(&captions)).await.brand_safety;
    assert_eq!((safety.score, safety.flags.len()), (None, 0));
    assert!(
        (40.0..90.0).contains(&safety.range.high),
        "{:?}",
        safety.range
    );
}

/// What the evidence of a safety flag quotes, apart from the figure itself.
fn quoted(analysis: &Analysis) -> Vec<&str> {
    let cited = &signal(&analysis.brand_safety, "caption_risk").evidence_links;
    let entries = analysis.evidence.iter();
    entries
        .filter(|e| cited.contains(&e.evidence_id) && !e.evidence_id.starts_with("stat:"))
        .map(|e| e.excerpt.as_str())
        .collect()
}

#[tokio::test]
async fn a_safety_flag_quotes_posts_of_its_own_category_only() {
    let mixed = captioned(&[
        "fentanyl, heroin and cocaine till the morning",
        "cocaine for everybody, it is the weekend",
        "an assault rifle on the wall",
    ]);
    let analysis = analyzed(&mixed).await;
    let flags = &analysis.brand_safety.flags;
    assert!(flags.contains(&"drugs_in_captions".to_owned()), "{flags:?}");
    let quoted = quoted(&analysis);
    assert_eq!(quoted.len(), 2);
    assert!(
        quoted.iter().all(|text| text.contains("cocaine")),
        "{quoted:?}"
    );
}

#[tokio::test]
async fn one_follower_more_hardly_changes_the_engagement_score() {
    for followers in [1_000, 10_000, 50_000, 500_000, 1_000_000] {
        let mut scores = Vec::new();
        for followers in [followers - 1, followers] {
            let mut snapshot = clean_creator();
            snapshot.profile.follower_count = Some(followers);
            for post in snapshot.posts.as_mut().expect("posts") {
                post.like_count = Some(followers / 40);
                post.comment_count = Some(0);
            }
            let engagement = analyzed(&snapshot).await.true_engagement;
            scores.push(engagement.score.expect("measured"));
        }
        assert!(
            (scores[0] - scores[1]).abs() < 2.0,
            "{followers}: {scores:?}"
        );
    }
}

#[tokio::test]
async fn engagement_that_is_hardly_there_scores_five() {
    let mut snapshot = clean_creator();
    snapshot.profile.follower_count = Some(5_000_000);
    for post in snapshot.posts.as_mut().expect("posts") {
        post.like_count = Some(1);
        post.comment_count = Some(0);
    }
    let engagement = analyzed(&snapshot).await.true_engagement;
    assert_eq!(engagement.score, Some(5.0));
}

#[tokio::test]
async fn implausible_engagement_is_no_better_than_a_usual_one() {
    let mut last = f64::INFINITY;
    for factor in [4, 12, 50, 400] {
        let mut snapshot = clean_creator();
        for post in snapshot.posts.as_mut().expect("posts") {
            post.like_count = post.like_count.map(|likes| likes * factor);
        }
        let engagement = analyzed(&snapshot).await.true_engagement;
        let score = engagement.score.expect("measured");
        assert!(score <= last, "{factor}: {score} after {last}");
        last = score;
        if factor > 4 {
            assert_eq!(engagement.flags, ["engagement_far_above_size"], "{factor}");
        }
    }
    assert!(last < 30.0);
}

#[tokio::test]
async fn posts_at_every_hour_score_lower_than_posts_of_the_day() {
    let at_hours = async |hours: &[u32]| {
        let mut snapshot = clean_creator();
        let posts = snapshot.posts.as_mut().expect("posts");
        let first = posts[0].clone();
        let midnight = captured().with_hour(0).expect("a time of day");
        *posts = (0..72)
            .zip(hours.iter().cycle())
            .map(|(day, hour)| {
                let mut post = first.clone();
                post.id = format!("p{day}");
                let at = midnight - TimeDelta::days(day + 3) + TimeDelta::hours(i64::from(*hour));
                post.timestamp = Some(at);
                post
            })
            .collect();
        let account = analyzed(&snapshot).await.account_authenticity;
        let hours = signal(&account, "posting_hour_entropy");
        (hours.score.expect("measured"), hours.flag.clone())
    };
    let every: Vec<u32> = (0..24).collect();
    let (score, flag) = at_hours(&every).await;
    assert!(score < 30.0, "{score}");
    assert_eq!(flag.as_deref(), Some("posts_around_the_clock"));
    assert_eq!(at_hours(&[8, 9, 12, 17, 18, 20]).await, (100.0, None));
}

#[tokio::test]
async fn likes_that_hardly_differ_are_flagged() {
    let mut snapshot = clean_creator();
    for (post, likes) in snapshot
        .posts
        .as_mut()
        .expect("posts")
        .iter_mut()
        .zip(500..)
    {
        post.like_count = Some(likes);
    }
    let audience = analyzed(&snapshot).await.audience_authenticity;
    let spread = signal(&audience, "likes_spread");
    assert_eq!(spread.flag.as_deref(), Some("likes_too_even"));
    assert!(spread.score.expect("measured") < 50.0);
    assert!(spread.evidence_links.len() > 1);
}

#[tokio::test]
async fn the_same_few_words_again_and_again_are_flagged() {
    let mut snapshot = clean_creator();
    let words = ["lovely", "morning", "river", "birds", "walk"];
    for (i, comment) in comments_of(&mut snapshot).iter_mut().enumerate() {
        let (a, b, c) = (words[i % 5], words[i / 5 % 5], words[i / 25 % 5]);
        comment.text = format!("what a {a} {b} {c}");
    }
    let audience = analyzed(&snapshot).await.audience_authenticity;
    let diversity = signal(&audience, "lexical_diversity");
    assert_eq!(diversity.flag.as_deref(), Some("repetitive_comments"));
    assert!(diversity.score.expect("measured") < 40.0);
}

#[tokio::test]
async fn an_average_of_hashtags_stands_in_for_single_posts() {
    let hashtags = async |mean: f64| {
        let mut snapshot = clean_creator();
        snapshot.posts = None;
        snapshot.aggregates = Some({
            let mut aggregates = Aggregates::default();
            aggregates.mean_hashtags_per_post = Some(mean);
            aggregates
        });
        let account = analyzed(&snapshot).await.account_authenticity;
        let signal = signal(&account, "hashtags_per_post");
        (signal.value, signal.score)
    };
    assert_eq!(hashtags(2.0).await, (Some(2.0), Some(100.0)));
    assert_eq!(hashtags(25.0).await, (Some(25.0), Some(20.0)));
}
