//! What a record becomes.

use std::error::Error;

use chrono::{DateTime, Utc};
use report_pipeline::{Phase, PhaseContext, PhaseError, PhaseErrorKind, Platform, Scraper};
use report_pipeline_social::{
    Aggregates, ArchiveScraper, Comment, Origin, Post, Profile, Snapshot,
};
use serde_json::json;

use super::{Archive, target};

const FULL: &str = concat!(
    r#"{"platform":"instagram","handle":"ada","source":"by hand","scraped_at":"2024-05-01T14:00:00+02:00","#,
    r#""profile":{"display_name":"Ada","follower_count":1200,"following_count":null,"post_count":3,"#,
    r#""is_private":false,"has_url":true,"shoe_size":38},"#,
    r#""posts":[{"id":"old","timestamp":"2024-04-01T08:00:00Z","like_count":10,"comments_disabled":true},"#,
    r#"{"id":"undated","timestamp":null},{"id":"new","timestamp":"2024-04-30T08:00:00Z","view_count":0},"#,
    r#"{"id":"old","timestamp":"2024-04-29T08:00:00Z","like_count":99}],"#,
    r#""comments":[{"id":"c2","post_id":"new","author_id":"a1","text":"Zwei\n🙂","timestamp":"2024-04-30T09:00:00Z","label":{"spam":true}},"#,
    r#"{"id":"c1","post_id":"new","author_id":null,"text":"","timestamp":null},{"id":"c2","text":"again"}],"#,
    r#""aggregates":{"mean_comments_per_post":3.5,"like_comment_ratio":null,"has_location_fraction":1},"#,
    r#""label":{"fake":true},"unknown":[[[{}]]]}"#,
);

#[tokio::test]
async fn a_record_becomes_a_snapshot_and_what_is_absent_stays_unknown() {
    let snapshot = scrape_only(FULL).await.unwrap();

    assert_eq!(snapshot.target, target(Platform::INSTAGRAM, "ada"));
    assert_eq!(
        snapshot.origin,
        Origin::Archive {
            source: Some("by hand".to_owned())
        }
    );
    assert_eq!(snapshot.captured_at, Some(time("2024-05-01T12:00:00Z")));
    assert_eq!(snapshot.profile.display_name.as_deref(), Some("Ada"));
    assert_eq!(snapshot.profile.follower_count, Some(1200));
    assert_eq!(snapshot.profile.following_count, None);
    assert_eq!(snapshot.profile.is_private, Some(false));
    assert_eq!(snapshot.profile.has_profile_picture, None);
    let aggregates = snapshot.aggregates.unwrap();
    assert_eq!(aggregates.mean_comments_per_post, Some(3.5));
    assert_eq!(aggregates.like_comment_ratio, None);
    assert_eq!(aggregates.has_location_fraction, Some(1.0));
    assert!(snapshot.problems.is_empty());
}

#[tokio::test]
async fn every_field_of_a_snapshot_can_come_from_a_record() {
    let when = Some(time("2024-05-01T12:00:00Z"));
    let mut profile = Profile::default();
    profile.display_name = Some("name".to_owned());
    profile.bio = Some("bio".to_owned());
    profile.bio_length = Some(1);
    profile.follower_count = Some(2);
    profile.following_count = Some(3);
    profile.post_count = Some(4);
    profile.has_profile_picture = Some(true);
    profile.is_private = Some(false);
    profile.is_verified = Some(true);
    profile.has_url = Some(false);
    profile.username_length = Some(5);
    profile.username_digit_count = Some(6);
    profile.username_trailing_digit_count = Some(7);
    profile.username_separator_count = Some(8);
    profile.has_highlight_reels = Some(true);
    profile.tagged_count = Some(9);
    let mut post = Post::default();
    post.id = "p".to_owned();
    post.url = Some("https://example.com/p".to_owned());
    post.caption = Some("caption".to_owned());
    post.timestamp = when;
    post.like_count = Some(10);
    post.comment_count = Some(11);
    post.share_count = Some(12);
    post.view_count = Some(13);
    post.is_video = Some(true);
    post.is_pinned = Some(false);
    post.comments_disabled = Some(true);
    post.hashtag_count = Some(14);
    post.has_location = Some(false);
    let mut comment = Comment::default();
    comment.id = "c".to_owned();
    comment.post_id = Some("p".to_owned());
    comment.author_id = Some("a".to_owned());
    comment.text = "text".to_owned();
    comment.timestamp = when;
    comment.like_count = Some(15);
    comment.reply_count = Some(16);
    comment.is_pinned = Some(true);
    let mut aggregates = Aggregates::default();
    aggregates.mean_likes_per_follower = Some(0.1);
    aggregates.mean_comments_per_follower = Some(0.2);
    aggregates.mean_comments_per_post = Some(3.0);
    aggregates.mean_hashtags_per_post = Some(4.0);
    aggregates.like_comment_ratio = Some(5.0);
    aggregates.upload_interval_hours = Some(6.0);
    aggregates.comments_disabled_fraction = Some(0.7);
    aggregates.has_location_fraction = Some(0.8);
    let line = json!({
        "platform": "tiktok", "handle": "ada", "source": "test", "captured_at": when,
        "profile": profile, "posts": [post], "comments": [comment], "aggregates": aggregates,
    });

    let snapshot = scrape_only(&line.to_string()).await.unwrap();

    let origin = Origin::Archive {
        source: Some("test".to_owned()),
    };
    let mut expected = Snapshot::new(target(Platform::TIKTOK, "ada"), origin);
    expected.captured_at = when;
    expected.profile = profile;
    expected.posts = Some(vec![post]);
    expected.comments = Some(vec![comment]);
    expected.aggregates = Some(aggregates);
    assert_eq!(snapshot, expected);
}

#[tokio::test]
async fn posts_are_newest_first_and_comments_in_their_order_each_id_once() {
    let snapshot = scrape_only(FULL).await.unwrap();

    let posts = snapshot.posts.unwrap();
    let ids: Vec<_> = posts.iter().map(|post| &*post.id).collect();
    assert_eq!(ids, ["new", "old", "undated"]);
    assert_eq!(posts[0].view_count, Some(0));
    assert_eq!(posts[1].like_count, Some(10), "the first of two counts");
    assert_eq!(posts[1].comments_disabled, Some(true));
    let comments = snapshot.comments.unwrap();
    let texts: Vec<_> = comments.iter().map(|comment| &*comment.text).collect();
    assert_eq!(texts, ["Zwei\n🙂", ""]);
    assert_eq!(comments[0].author_id.as_deref(), Some("a1"));
    assert_eq!(comments[1].author_id, None);
}

#[tokio::test]
async fn lists_that_were_not_read_differ_from_empty_ones() {
    let not_read = scrape_only(r#"{"platform":"tiktok","handle":"a","posts":null}"#);
    let not_read = not_read.await.unwrap();
    let empty = r#"{"platform":"tiktok","handle":"a","posts":[],"comments":[]}"#;
    let empty = scrape_only(empty).await.unwrap();

    assert_eq!((not_read.posts, not_read.comments), (None, None));
    assert_eq!((empty.posts, empty.comments), (Some(vec![]), Some(vec![])));
    assert_eq!(not_read.captured_at, None);
    assert_eq!(not_read.aggregates, None);
}

#[tokio::test]
async fn labels_never_reach_the_snapshot() {
    let labelled = |label: &str| {
        format!(
            r#"{{"platform":"youtube","handle":"a","label":{label},"profile":{{"label":{label}}},"posts":[{{"id":"p","label":{label}}}],"comments":[{{"id":"c","text":"t","label":{label}}}],"aggregates":{{"label":{label}}}}}"#
        )
    };
    let bytes = async |label: &str| {
        let snapshot = scrape_only(&labelled(label)).await.unwrap();
        serde_json::to_string(&snapshot).unwrap()
    };
    let one = bytes(r#"{"spam":true,"note":"GROUND-TRUTH"}"#).await;
    let other = bytes(r#"{"spam":false}"#).await;

    assert_eq!(one, other);
    for word in ["label", "spam", "GROUND-TRUTH"] {
        assert!(!one.contains(word), "{word} in {one}");
    }
}

#[tokio::test]
async fn impossible_values_are_permanent_errors_that_name_the_field_but_not_the_value() {
    for (fields, field) in [
        (
            r#""profile":{"follower_count":-77}"#,
            "`profile.follower_count`",
        ),
        (
            r#""profile":{"follower_count":1.77}"#,
            "`profile.follower_count`",
        ),
        (
            r#""profile":{"post_count":7700000000000000}"#,
            "`profile.post_count`",
        ),
        (
            r#""profile":{"post_count":7.7e300}"#,
            "`profile.post_count`",
        ),
        (r#""profile":{"is_private":"77"}"#, "`profile.is_private`"),
        (r#""profile":[77]"#, "`profile`"),
        (r#""posts":{"77":1}"#, "`posts`"),
        (r#""posts":[{"id":"p"},{"like_count":77}]"#, "`posts[1].id`"),
        (r#""posts":[{"id":"p"},77]"#, "`posts[1]`"),
        (
            r#""posts":[{"id":"p","timestamp":"77"}]"#,
            "`posts[0].timestamp`",
        ),
        (
            r#""comments":[{"id":"c","text":null}]"#,
            "`comments[0].text`",
        ),
        (
            r#""aggregates":{"mean_likes_per_follower":-0.77}"#,
            "`aggregates.mean_likes_per_follower`",
        ),
        (
            r#""aggregates":{"has_location_fraction":1.77}"#,
            "`aggregates.has_location_fraction`",
        ),
        (r#""scraped_at":77"#, "`scraped_at`"),
    ] {
        let line = format!(r#"{{"platform":"instagram","handle":"ada",{fields}}}"#);
        let error = scrape_only(&line).await.expect_err(fields);
        assert_eq!(error.kind(), PhaseErrorKind::Permanent, "{fields}");
        let message = error.to_string();
        assert!(message.contains(field), "{fields}: {message}");
        assert!(!message.contains("77"), "{fields}: {message}");
        let place = error
            .source()
            .expect("the log is told the place")
            .to_string();
        assert!(place.starts_with("line 1 of "), "{place}");
    }
}

async fn scrape_only(line: &str) -> Result<Snapshot, PhaseError> {
    let (_archive, path) = Archive::file(line);
    let scraper = ArchiveScraper::open(path).expect("the line names an account");
    let target = scraper
        .targets()
        .next()
        .expect("there is one account")
        .clone();
    let ctx = PhaseContext::detached(target.clone(), Phase::Scraping);
    scraper.scrape(&target, &ctx).await
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("the test's time is RFC 3339")
}
