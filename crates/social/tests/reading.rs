//! What somebody who must decide about money reads: no sentence contradicts a figure, and none says
//! more than was looked at. Every account here is made up.

mod kit;

use chrono::TimeDelta;
use report_pipeline::Platform;
use report_pipeline_social::{Advice, EpistemicStatus, Grade, Report, Snapshot};

use kit::{captured, clean_creator, comments_of, empty, report};

fn explanation<'a>(report: &'a Report, name: &str) -> &'a str {
    let pillars = [
        &report.audience_authenticity,
        &report.brand_safety,
        &report.account_authenticity,
    ];
    let found = pillars.iter().find_map(|pillar| pillar.signal(name));
    &found.expect("the signal is always listed").explanation
}

#[tokio::test]
async fn a_recommendation_calls_no_mixed_engagement_good() {
    let mut snapshot = clean_creator();
    for post in snapshot.posts.as_mut().expect("posts") {
        post.like_count = post.like_count.map(|likes| likes * 2 / 5);
    }
    let report = report(&snapshot).await;
    assert_eq!(report.true_engagement.grade, Some(Grade::C));
    let decision = report.decision.expect("a decision");
    assert_eq!(decision.advice, Advice::Sponsor);
    assert!(decision.summary.contains("engagement is usual"));
}

#[tokio::test]
async fn low_engagement_is_not_called_mixed_and_what_bounds_comes_first() {
    let mut snapshot = clean_creator();
    for post in snapshot.posts.as_mut().expect("posts") {
        post.like_count = post.like_count.map(|likes| likes / 6);
        post.comment_count = post.comment_count.map(|comments| comments / 6);
    }
    for post in &mut snapshot.posts.as_mut().expect("posts")[..8] {
        post.comment_count = Some(400);
    }
    let price = report(&snapshot).await;
    assert_eq!(price.true_engagement.grade, Some(Grade::D));
    let decision = price.decision.expect("a decision");
    assert_eq!(decision.advice, Advice::LookCloser);
    assert!(
        decision.summary.contains("true engagement is low"),
        "{}",
        decision.summary
    );
    // A silent account is not cheap, it is silent.
    snapshot.captured_at = Some(captured() + TimeDelta::days(3 * 365));
    let report = report(&snapshot).await;
    assert!(
        report
            .flags
            .contains(&"uneven_likes_and_comments".to_owned())
    );
    let decision = report.decision.expect("a decision");
    assert_eq!(decision.advice, Advice::Avoid);
    assert!(
        decision.summary.contains("true engagement is weak")
            && decision.summary.contains("dormant"),
        "{}",
        decision.summary
    );
    assert!(
        decision.facts[0].text.contains("silent"),
        "{:?}",
        decision.facts
    );
}

/// A share of the comments, in per cent, replaced by trading scams.
fn with_spam(percent: usize) -> Snapshot {
    let mut snapshot = clean_creator();
    for (i, comment) in comments_of(&mut snapshot).iter_mut().enumerate() {
        if i % 100 < percent {
            comment.text = format!("I made ${i},000 with the help of @trader_{i}, dm her now");
        }
    }
    snapshot
}

#[tokio::test]
async fn money_is_not_recommended_beside_spam_that_bounds_the_audience_and_it_is_quoted() {
    let few = report(&with_spam(3)).await.decision.expect("a decision");
    assert_eq!(few.advice, Advice::Sponsor, "{}", few.summary);
    for percent in [9, 15, 18] {
        let some = report(&with_spam(percent)).await;
        assert_eq!(some.flags, Vec::<String>::new());
        let decision = some.decision.expect("a decision");
        assert_eq!(decision.advice, Advice::LookCloser, "{percent} %");
        assert!(
            decision.summary.contains("audience authenticity"),
            "{}",
            decision.summary
        );
        let fact = &decision.facts[0];
        assert!(fact.text.contains("look like spam"), "{fact:?}");
        let quotes = fact.evidence_links.iter();
        assert!(quotes.filter(|id| id.starts_with("comment:")).count() >= 3);
    }
}

#[tokio::test]
async fn bought_likes_are_no_matter_of_price() {
    let mut snapshot = clean_creator();
    for post in snapshot.posts.as_mut().expect("posts") {
        post.like_count = post.like_count.map(|likes| likes * 50);
    }
    let decision = report(&snapshot).await.decision.expect("a decision");
    assert_eq!(decision.advice, Advice::Avoid);
    assert!(
        decision.summary.contains("engagement far above size"),
        "{}",
        decision.summary
    );
}

#[tokio::test]
async fn what_could_not_be_judged_is_among_the_facts_and_never_called_weak_outright() {
    let mut hidden = clean_creator();
    hidden.comments = None;
    let decision = report(&hidden).await.decision.expect("a decision");
    assert!(
        decision.facts[0].text.contains("no comments were read"),
        "{decision:?}"
    );

    let mut handful = with_spam(0);
    let comments = comments_of(&mut handful);
    comments.truncate(14);
    for comment in &mut comments[..3] {
        comment.text = "I made $9,000 with the help of @trader_9, dm her now".to_owned();
    }
    let decision = report(&handful).await.decision.expect("a decision");
    assert_eq!(decision.advice, Advice::LookCloser, "{decision:?}");
    assert!(decision.facts[0].text.contains("like spam"), "{decision:?}");

    let mut emoji = clean_creator();
    for comment in comments_of(&mut emoji) {
        comment.text = "🔥".to_owned();
    }
    let report = report(&emoji).await;
    assert_eq!(report.audience_authenticity.score, None);
    let decision = report.decision.expect("a decision");
    assert_eq!(decision.advice, Advice::Avoid);
    assert!(
        decision.summary.contains("weak at best"),
        "{}",
        decision.summary
    );
}

#[tokio::test]
async fn a_report_is_no_firmer_than_the_audience_that_could_hardly_be_judged() {
    let mut snapshot = clean_creator();
    for (i, comment) in comments_of(&mut snapshot).iter_mut().enumerate() {
        comment.text = if i % 8 == 0 {
            format!("free followers at www.growfast.com, click the link in my bio {i}")
        } else {
            "hoy fuimos a la playa con toda la familia y nos encantó el lugar".to_owned()
        };
    }
    let report = report(&snapshot).await;
    assert!(report.score.is_some() && report.audience_authenticity.confidence < 0.4);
    assert_eq!(report.epistemic_state.status, EpistemicStatus::Partial);
}

#[tokio::test]
async fn what_spam_was_left_out_of_says_so() {
    let mut snapshot = clean_creator();
    comments_of(&mut snapshot).truncate(5);
    for comment in comments_of(&mut snapshot) {
        comment.text = "free followers at www.growfast.com, click the link in my bio".to_owned();
    }
    let report = report(&snapshot).await;
    assert!(explanation(&report, "spam_share").contains("all 5 comments with words"));
    for name in ["near_duplicate_share", "lexical_diversity"] {
        assert!(
            explanation(&report, name).contains("neither spam nor hateful"),
            "{name}"
        );
    }
    assert!(explanation(&report, "comment_risk").contains("beside the spam"));
}

#[tokio::test]
async fn what_was_not_read_has_no_language_that_cannot_be_told() {
    let nothing = report(&empty(&Platform::INSTAGRAM)).await;
    assert_eq!(
        nothing.insights.languages.explanation,
        "no captions were read; no comments were read"
    );
    let ask = nothing.decision.expect("a decision").ask;
    assert!(
        !ask.iter().any(|question| question.contains("translation")),
        "{ask:?}"
    );

    let mut foreign = clean_creator();
    for post in foreign.posts.as_mut().expect("posts") {
        post.caption = Some("hoy fuimos a la playa con toda la familia y nos encantó".to_owned());
    }
    let ask = report(&foreign).await.decision.expect("a decision").ask;
    assert!(
        ask.iter().any(|question| question.contains("translation")),
        "{ask:?}"
    );
}

#[tokio::test]
async fn views_are_written_as_other_counts_are() {
    let mut snapshot = clean_creator();
    for post in snapshot.posts.as_mut().expect("posts") {
        post.view_count = Some(373_282);
    }
    let reach = report(&snapshot).await.insights.reach.explanation;
    assert!(reach.contains("373,282 views"), "{reach}");
}

#[tokio::test]
async fn who_reads_and_hardly_posts_is_not_taken_for_a_fake() {
    let mut snapshot = empty(&Platform::INSTAGRAM);
    let profile = &mut snapshot.profile;
    profile.follower_count = Some(290);
    profile.following_count = Some(310);
    profile.post_count = Some(2);
    profile.bio = Some("Walks, birds and too much tea.".to_owned());
    profile.has_profile_picture = Some(true);
    let quiet = report(&snapshot).await.account_authenticity;
    assert!(quiet.score >= Some(60.0), "{quiet:?}");
    // Following thousands with as few posts is another matter.
    snapshot.profile.following_count = Some(5_000);
    let busy = report(&snapshot).await.account_authenticity;
    assert!(
        busy.score < Some(40.0)
            && busy.flags
                == [
                    "follows_far_more_than_followed",
                    "follows_many_posts_little"
                ],
        "{busy:?}"
    );
}
