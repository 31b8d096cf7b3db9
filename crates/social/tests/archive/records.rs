//! What a record becomes.

use chrono::{DateTime, Utc};
use report_pipeline::{Phase, PhaseContext, PhaseError, Platform, Scraper};
use report_pipeline_social::{ArchiveScraper, Origin, Snapshot, TimePrecision};
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
    let when = "2024-05-01T12:00:00Z";
    let profile = json!({
        "platform_id": "1", "display_name": "name", "bio": "bio", "bio_length": 1,
        "follower_count": 2, "follower_count_rounded": true, "follower_count_hidden": false,
        "following_count": 3, "post_count": 4, "total_like_count": 5, "total_view_count": 6,
        "created_at": when, "country": "US", "category": "food", "account_type": "creator",
        "has_profile_picture": true, "is_private": false, "is_verified": true, "has_url": false,
        "links": ["https://example.com"], "username_length": 5, "username_digit_count": 6,
        "username_trailing_digit_count": 7, "username_separator_count": 8,
        "has_highlight_reels": true, "tagged_count": 9,
    });
    let post = json!({
        "id": "p", "url": "https://example.com/p", "caption": "caption", "timestamp": when,
        "kind": "short", "like_count": 10, "likes_hidden": false, "comment_count": 11,
        "share_count": 12, "save_count": 13, "view_count": 14, "play_count": 15,
        "counts_rounded": false, "is_video": true, "duration_seconds": 14.5, "language": "en",
        "is_pinned": false, "comments_disabled": true, "is_sponsored": true, "sponsors": ["s"],
        "collaborators": ["c"], "is_made_for_kids": false, "is_synthetic": true,
        "is_restricted": false, "hashtag_count": 1, "hashtags": ["h"], "mentions": ["m"],
        "has_location": false,
    });
    let vague = json!({
        "id": "q", "comment_count_at_least": 3,
        "approximate_time": {"at": "2024-04-01T00:00:00Z", "precision": "day"},
    });
    let comment = json!({
        "id": "c", "post_id": "p", "parent_id": "b", "author_id": "a", "author_name": "ann",
        "is_by_owner": false, "author_is_verified": true, "text": "text", "timestamp": when,
        "like_count": 15, "is_liked_by_owner": true, "reply_count": 16, "is_pinned": true,
    });
    let aggregates = json!({
        "mean_likes_per_follower": 0.1, "mean_comments_per_follower": 0.2,
        "mean_comments_per_post": 3.0, "mean_hashtags_per_post": 4.0, "like_comment_ratio": 5.0,
        "upload_interval_hours": 6.0, "comments_disabled_fraction": 0.7,
        "has_location_fraction": 0.8,
    });
    let line = json!({
        "platform": "tiktok", "handle": "ada", "source": "test", "captured_at": when,
        "profile": profile, "posts": [post, vague], "comments": [comment],
        "aggregates": aggregates,
    });

    let snapshot = scrape_only(&line.to_string()).await.unwrap();

    assert_eq!(snapshot.captured_at, Some(time(when)));
    assert_eq!(snapshot.problems, Vec::<String>::new());
    let written = serde_json::to_value(&snapshot).unwrap();
    assert_eq!(written["profile"], profile);
    assert_eq!(written["posts"], json!([post, vague]));
    assert_eq!(written["comments"], json!([comment]));
    assert_eq!(written["aggregates"], aggregates);
}

#[tokio::test]
async fn posts_are_newest_first_and_comments_in_their_order_each_id_once() {
    let snapshot = scrape_only(FULL).await.unwrap();

    let posts = snapshot.posts.unwrap();
    let ids: Vec<_> = posts.iter().map(|post| &*post.id).collect();
    assert_eq!(ids, ["new", "old", "undated"]);
    assert_eq!(posts[0].view_count, Some(0));
    assert_eq!(posts[1].like_count, Some(99), "the later of two counts");
    assert_eq!(posts[1].comments_disabled, Some(true));
    let comments = snapshot.comments.unwrap();
    let texts: Vec<_> = comments.iter().map(|comment| &*comment.text).collect();
    assert_eq!(texts, ["again", ""]);
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
async fn what_cannot_be_read_costs_its_field_and_is_named_without_its_value() {
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
        (r#""posts":[{"id":"p"},77]"#, "`posts[1]`"),
        (
            r#""posts":[{"id":"p","timestamp":"77"}]"#,
            "`posts[0].timestamp`",
        ),
        (r#""comments":[{"id":"c","text":77}]"#, "`comments[0].text`"),
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
        let line = format!(
            r#"{{"platform":"instagram","handle":"ada","source":"kept",{fields},"x":{{"profile":1}}}}"#
        );
        let snapshot = scrape_only(&line).await.expect(fields);
        assert_eq!(
            snapshot.origin,
            Origin::Archive {
                source: Some("kept".to_owned())
            }
        );
        let problems = snapshot.problems.join(" ");
        assert!(problems.contains(field), "{fields}: {problems}");
        assert!(!problems.contains("77"), "{fields}: {problems}");
    }
}

#[tokio::test]
async fn values_are_read_in_the_spellings_that_tools_use() {
    let line = r#"{"platform":"instagram","handle":"ada",
        "profile":{"follower_count":"25.6K","post_count":"1,204","is_verified":"True","platform_id":59000000001},
        "posts":[{"id":7400000000000000001,"timestamp":"2025-09-15T10:00:00+0000","like_count":-1,"comment_count":"17"},
                 {"id":"2","timestamp":1757930400000,"caption":"half \ud83d an emoji"},
                 {"id":"3","timestamp":"20250901"}]}"#;
    let snapshot = scrape_only(&line.replace('\n', " ")).await.unwrap();
    assert_eq!(snapshot.problems, Vec::<String>::new());
    assert_eq!(snapshot.profile.follower_count, Some(25_600));
    assert_eq!(snapshot.profile.follower_count_rounded, Some(true));
    assert_eq!(snapshot.profile.post_count, Some(1204));
    assert_eq!(snapshot.profile.is_verified, Some(true));
    assert_eq!(snapshot.profile.platform_id.as_deref(), Some("59000000001"));
    let posts = snapshot.posts.unwrap();
    let post = |id: &str| posts.iter().find(|post| post.id == id).expect("the post");
    let first = post("7400000000000000001");
    assert_eq!(first.timestamp, Some(time("2025-09-15T10:00:00Z")));
    assert_eq!((first.like_count, first.likes_hidden), (None, Some(true)));
    assert_eq!(first.comment_count, Some(17));
    assert_eq!(post("2").timestamp, first.timestamp);
    assert_eq!(post("2").caption.as_deref(), Some("half \u{fffd} an emoji"));
    assert_eq!(post("3").timestamp, None);
    let about = post("3").approximate_time.unwrap();
    assert_eq!(
        (about.at, about.precision),
        (time("2025-09-01T00:00:00Z"), TimePrecision::Day)
    );
}

async fn scrape_only(line: &str) -> Result<Snapshot, PhaseError> {
    let (_archive, path) = Archive::file(line);
    let scraper = ArchiveScraper::open(path).expect("the line names an account");
    let target = scraper.targets().pop().expect("there is one account");
    let ctx = PhaseContext::detached(target.clone(), Phase::Scraping);
    scraper.scrape(&target, &ctx).await
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("the test's time is RFC 3339")
}
