//! `YouTube`, when it refuses.

use std::time::Duration;

use report_pipeline::PhaseErrorKind::{
    self, AccountUnavailable, Permanent, QuotaExhausted, RateLimited, Transient,
};
use report_pipeline_social::LiveOptions;
use serde_json::json;

use super::server::Reply;
use super::youtube::{baker, scraper};
use super::youtube_api::{FakeYouTube, KEY, Video, error, new_error};
use super::{scrape, target};

/// Every answer that refuses the whole account, and what is done about it.
fn refusals() -> Vec<(Reply, PhaseErrorKind)> {
    let old = |status, reason| error(status, "youtube.test", reason);
    let new = |status, first, reason| new_error(status, "NAME", first, reason);
    vec![
        (old(403, "quotaExceeded"), QuotaExhausted),
        (old(403, "dailyLimitExceeded"), QuotaExhausted),
        (old(429, "quotaExceeded"), QuotaExhausted),
        (old(403, "userRateLimitExceeded"), RateLimited),
        (old(403, "rateLimitExceeded"), RateLimited),
        (
            new(429, "rateLimitExceeded", "RATE_LIMIT_EXCEEDED"),
            RateLimited,
        ),
        (Reply::Json(429, json!({})), RateLimited),
        (old(500, "backendError"), Transient),
        (old(503, "backendError"), Transient),
        (Reply::Json(500, json!({})), Transient),
        (Reply::Json(200, json!({"error": "text"})), Transient),
        (old(400, "keyInvalid"), Permanent),
        (new(400, "badRequest", "API_KEY_INVALID"), Permanent),
        (new(400, "badRequest", "API_KEY_EXPIRED"), Permanent),
        (
            new(403, "forbidden", "API_KEY_HTTP_REFERRER_BLOCKED"),
            Permanent,
        ),
        (
            new(403, "accessNotConfigured", "SERVICE_DISABLED"),
            Permanent,
        ),
        // At 403 it is no fault that passes.
        (new(403, "somethingElse", "SERVICE_UNAVAILABLE"), Permanent),
        (old(401, "authError"), Permanent),
        (old(400, "invalidParameter"), Permanent),
        (
            Reply::Json(400, json!({"error": "invalid_request"})),
            Permanent,
        ),
        (old(403, "channelForbidden"), AccountUnavailable),
        (old(404, "channelNotFound"), AccountUnavailable),
        (old(403, "forbidden"), AccountUnavailable),
    ]
}

#[tokio::test]
async fn a_wait_that_is_named_is_kept() {
    let fake = FakeYouTube::start(vec![Video::new(0)]).await;
    let scraper = scraper(&fake, LiveOptions::new());
    for (status, wait) in [(429, 30), (503, 7)] {
        let headers = vec![("retry-after", wait.to_string())];
        let body = json!({"error": {"code": status, "errors": [{"reason": "backendError"}]}});
        fake.instead("channels", [Reply::JsonWith(status, headers, body)]);
        let target = target("youtube", "@zz_sample_baker");
        let refused = scrape(&scraper, &target).await.unwrap_err();
        assert_eq!(refused.retry_after(), Some(Duration::from_secs(wait)));
    }
}

#[tokio::test]
async fn every_refusal_is_told_as_what_it_is() {
    for (reply, kind) in refusals() {
        let told = format!("{reply:?}");
        let fake = FakeYouTube::start(vec![Video::new(0)]).await;
        fake.instead("channels", [reply]);
        let scraper = scraper(&fake, LiveOptions::new());
        let target = target("youtube", "@zz_sample_baker");
        let refused = scrape(&scraper, &target).await.unwrap_err();
        assert_eq!(refused.kind(), kind, "{told}: {refused}");
        if kind == QuotaExhausted {
            // Until midnight Pacific, whenever that is.
            let wait = refused.retry_after().unwrap();
            assert!(wait <= Duration::from_secs(25 * 3600), "{told}");
        } else {
            assert_eq!(refused.retry_after(), None, "{told}");
        }
        let message = format!("{refused} {refused:?}");
        assert!(!message.contains(KEY), "{message}");
        assert_eq!(fake.units(), 1, "{told}");
    }
}

/// What is in the middle of a report refuses the report too, if it is about more than a part.
#[tokio::test]
async fn a_quota_that_ends_in_the_middle_ends_the_attempt() {
    let fake = FakeYouTube::start((0..5).map(Video::new).collect()).await;
    fake.set_quota(Some(5));
    let scraper = scraper(&fake, LiveOptions::new());
    let refused = scrape(&scraper, &target("youtube", "@zz_sample_baker"))
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), QuotaExhausted);
    assert_eq!(fake.units(), 6);

    fake.set_quota(None);
    let snapshot = baker(&scraper).await;
    assert_eq!(snapshot.comments.unwrap().len(), 15);
}

#[tokio::test]
async fn comments_that_are_off_and_videos_that_are_gone_cost_only_themselves() {
    let mut videos: Vec<Video> = (0..7).map(Video::new).collect();
    videos[0].comments = None;
    videos[1].is_private = true;
    let fake = FakeYouTube::start(videos).await;
    fake.instead(
        "commentThreads",
        [
            // Of the third to the fifth: the counts were there, and yet.
            error(403, "youtube.commentThread", "commentsDisabled"),
            error(404, "youtube.commentThread", "videoNotFound"),
            error(403, "youtube.commentThread", "forbidden"),
        ],
    );

    let snapshot = baker(&scraper(&fake, LiveOptions::new())).await;

    let posts = snapshot.posts.unwrap();
    assert_eq!(posts.len(), 6);
    let off: Vec<&str> = posts
        .iter()
        .filter(|post| post.comments_disabled == Some(true))
        .map(|post| post.id.as_str())
        .collect();
    assert_eq!(off, ["zzVid000000", "zzVid000002"]);
    assert_eq!(snapshot.comments.unwrap().len(), 6);
    let problems = snapshot.problems.join("\n");
    assert!(
        problems.contains("1 of the 7 newest videos could not be read"),
        "{problems}"
    );
    assert!(
        problems.contains("switched off under 2 of 6 videos"),
        "{problems}"
    );
    assert!(
        problems.contains("of 2 of 6 videos could not be read"),
        "{problems}"
    );
}

#[tokio::test]
async fn an_odd_refusal_is_tried_once_more_and_then_costs_the_part() {
    let odd = || error(400, "youtube.commentThread", "processingFailure");
    let fake = FakeYouTube::start(vec![Video::new(0), Video::new(1)]).await;
    fake.instead("commentThreads", [odd()]);
    let snapshot = baker(&scraper(&fake, LiveOptions::new())).await;
    assert_eq!(snapshot.comments.unwrap().len(), 6);

    fake.instead("commentThreads", [odd(), odd()]);
    let snapshot = baker(&scraper(&fake, LiveOptions::new())).await;
    assert_eq!(snapshot.comments.unwrap().len(), 3);
    assert!(
        snapshot.problems[0].contains("1 of 2 videos"),
        "{:?}",
        snapshot.problems
    );
}

#[tokio::test]
async fn a_channel_without_uploads_has_no_posts_which_is_known() {
    let fake = FakeYouTube::start(Vec::new()).await;
    fake.instead(
        "playlistItems",
        [error(404, "youtube.playlistItem", "playlistNotFound")],
    );
    let snapshot = baker(&scraper(&fake, LiveOptions::new())).await;
    assert_eq!(snapshot.posts, Some(Vec::new()));
    assert_eq!(snapshot.comments, Some(Vec::new()));
    assert_eq!(snapshot.problems, Vec::<String>::new());
}

#[tokio::test]
async fn a_list_that_never_ends_is_left() {
    let fake = FakeYouTube::start(vec![Video::new(0)]).await;
    let endless = json!({"kind": "youtube#playlistItemListResponse", "items": [],
        "nextPageToken": "again"});
    fake.instead("playlistItems", [Reply::Json(200, endless)]);
    let snapshot = baker(&scraper(&fake, LiveOptions::new())).await;
    assert_eq!(snapshot.posts, Some(Vec::new()));
    assert_eq!(fake.asked("playlistItems"), 1);
}

#[tokio::test]
async fn an_answer_of_something_else_is_a_fault_that_may_pass() {
    for strange in [
        json!({"hello": "world"}),
        json!({"kind": "youtube#videoListResponse", "items": [{"kind": "youtube#video", "id": "x"}]}),
        json!([1, 2]),
        json!("text"),
    ] {
        let fake = FakeYouTube::start(vec![Video::new(0)]).await;
        fake.instead(
            "videos",
            [Reply::Json(
                200,
                json!({"kind": "youtube#channelListResponse",
            "items": []}),
            )],
        );
        let scraper = scraper(&fake, LiveOptions::new());
        let target = target("youtube", "@zz_sample_baker");
        let refused = scrape(&scraper, &target).await.unwrap_err();
        assert_eq!(refused.kind(), Transient, "{refused}");
        fake.instead("videos", [Reply::Json(200, strange.clone())]);
        let answered = scrape(&scraper, &target).await;
        let is_videos = strange["kind"] == "youtube#videoListResponse";
        assert_eq!(answered.is_ok(), is_videos, "{strange}");
    }
}
