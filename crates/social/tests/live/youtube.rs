//! `YouTube`, when all goes well.

use chrono::Utc;
use report_pipeline::{Phase, PhaseContext, PhaseErrorKind, Scraper};
use report_pipeline_social::{
    LiveOptions, LiveScraper, Origin, PostKind, SectionOrder, Snapshot, YouTubeApi,
};

use super::youtube_api::{CHANNEL, FakeYouTube, KEY, Video, error};
use super::{scrape, target};

pub(crate) fn scraper(fake: &FakeYouTube, options: LiveOptions) -> LiveScraper {
    LiveScraper::builder()
        .with_youtube(YouTubeApi::new(KEY).with_base(fake.base()))
        .with_options(options)
        .build()
        .unwrap()
}

pub(crate) async fn baker(scraper: &LiveScraper) -> Snapshot {
    scrape(scraper, &target("youtube", "@zz_sample_baker"))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_channel_is_read_with_profile_videos_and_comments() {
    let fake = FakeYouTube::start((0..4).map(Video::new).collect()).await;

    let snapshot = baker(&scraper(&fake, LiveOptions::new())).await;

    assert_eq!(snapshot.origin, Origin::Live);
    assert!((Utc::now() - snapshot.captured_at.unwrap()).num_seconds() < 60);
    let profile = &snapshot.profile;
    assert_eq!(profile.platform_id.as_deref(), Some(CHANNEL));
    assert_eq!(profile.display_name.as_deref(), Some("ZZ Sample Baker"));
    assert_eq!(profile.bio.as_deref(), Some("Bread, mostly."));
    assert_eq!(profile.follower_count, Some(25_600));
    assert_eq!(profile.follower_count_rounded, Some(true));
    assert_eq!(profile.post_count, Some(4));
    assert_eq!(profile.total_view_count, Some(1_710_167));
    assert_eq!(profile.country.as_deref(), Some("US"));
    assert_eq!(profile.category.as_deref(), Some("Food"));
    assert!(profile.created_at.is_some());

    let posts = snapshot.posts.unwrap();
    assert_eq!(posts.len(), 4);
    let post = &posts[0];
    assert_eq!(
        post.caption.as_deref(),
        Some("Rye bread in one hour\nToday: rye.")
    );
    assert_eq!(
        (post.view_count, post.like_count),
        (Some(48_211), Some(1_873))
    );
    assert_eq!(post.comment_count, Some(3));
    assert_eq!(post.comments_disabled, Some(false));
    assert_eq!(post.duration_seconds, Some(612.0));
    assert_eq!(post.kind, Some(PostKind::Video));
    assert_eq!(post.language.as_deref(), Some("en"));
    assert_eq!(post.is_sponsored, Some(true));
    assert_eq!(post.is_made_for_kids, Some(false));
    assert!(post.timestamp.is_some());

    let comments = snapshot.comments.unwrap();
    assert_eq!(comments.len(), 12);
    let comment = &comments[0];
    assert_eq!(comment.post_id.as_ref(), Some(&post.id));
    assert_eq!(comment.text, "Mine came out flat, try 0");
    assert_eq!(
        comment.author_id.as_deref(),
        Some("UCzzViewer00000000000000")
    );
    assert_eq!(comment.author_name.as_deref(), Some("zz_viewer_0"));
    assert_eq!(comment.is_by_owner, Some(false));
    assert_eq!(comment.like_count, Some(12));
    assert!(comment.timestamp.is_some());

    let sections = &snapshot.sections;
    assert_eq!(sections.posts.asked, Some(30));
    assert_eq!(sections.posts.got, Some(4));
    assert_eq!(sections.comments.asked, Some(400));
    assert_eq!(sections.comments.got, Some(12));
    assert_eq!(sections.comments.order, Some(SectionOrder::Newest));
    assert_eq!(sections.comments.sources[0].name, "YouTube Data API");
    assert_eq!(snapshot.problems, Vec::<String>::new());
    // Channel, uploads, videos, and a page of comments each.
    assert_eq!(fake.units(), 3 + 4);
}

#[tokio::test]
async fn a_channel_is_found_by_id_and_by_its_old_name_which_the_report_says() {
    let fake = FakeYouTube::start(vec![Video::new(0)]).await;
    let scraper = scraper(&fake, LiveOptions::new());

    let by_id = scrape(&scraper, &target("youtube", CHANNEL)).await.unwrap();
    assert_eq!(by_id.profile.follower_count, Some(25_600));
    assert_eq!(by_id.problems, Vec::<String>::new());

    let by_old_name = scrape(&scraper, &target("youtube", "zzoldname"))
        .await
        .unwrap();
    assert_eq!(by_old_name.profile.follower_count, Some(25_600));
    let said = &by_old_name.problems[0];
    assert!(
        said.contains("@zzoldname") && said.contains("@zz_sample_baker"),
        "{said}"
    );

    let nobody = scrape(&scraper, &target("youtube", "@zz_nobody"))
        .await
        .unwrap_err();
    assert_eq!(nobody.kind(), PhaseErrorKind::AccountUnavailable);
    assert!(nobody.to_string().contains("@zz_nobody"), "{nobody}");
}

#[tokio::test]
async fn lists_are_read_page_by_page_up_to_what_was_asked_for() {
    let mut videos: Vec<Video> = (0..130).map(Video::new).collect();
    videos[0].comments = Some(250);
    videos[1].comments = Some(90);
    for video in &mut videos[2..] {
        video.comments = Some(0);
    }
    let fake = FakeYouTube::start(videos).await;
    let options = LiveOptions::new()
        .with_posts(120)
        .with_comments_per_post(210);

    let snapshot = baker(&scraper(&fake, options)).await;

    assert_eq!(snapshot.posts.unwrap().len(), 120);
    assert_eq!(fake.asked("playlistItems"), 3);
    assert_eq!(fake.asked("videos"), 3);
    // 100, 100 and 10 of the first; 90 of the second; videos without comments cost nothing.
    assert_eq!(fake.asked("commentThreads"), 4);
    assert_eq!(snapshot.comments.unwrap().len(), 210 + 90);
    let threads = fake.server.seen();
    let asked = threads
        .iter()
        .filter(|seen| seen.path.ends_with("commentThreads"));
    let counts: Vec<_> = asked
        .map(|seen| seen.parameter("maxResults").unwrap().to_owned())
        .collect();
    assert_eq!(counts, ["100", "100", "100", "10"]);
}

#[tokio::test]
async fn replies_are_read_where_they_are_asked_for() {
    let mut video = Video::new(0);
    video.replies = 130;
    let fake = FakeYouTube::start(vec![video]).await;

    // Without: none.
    let without = baker(&scraper(&fake, LiveOptions::new()))
        .await
        .comments
        .unwrap();
    assert!(without.iter().all(|comment| !comment.is_reply()));
    assert_eq!(without[0].reply_count, Some(130));

    // The few that come with the comment cost nothing more.
    let units = fake.units();
    let few = LiveOptions::new().with_replies_per_comment(5);
    let few = baker(&scraper(&fake, few)).await.comments.unwrap();
    assert_eq!(few.iter().filter(|comment| comment.is_reply()).count(), 5);
    assert_eq!(fake.units() - units, 4);

    let all = LiveOptions::new().with_replies_per_comment(1_000);
    let all = baker(&scraper(&fake, all)).await.comments.unwrap();
    let replies: Vec<_> = all.iter().filter(|comment| comment.is_reply()).collect();
    assert_eq!(replies.len(), 130);
    assert_eq!(fake.asked("comments"), 2);
    for reply in &replies {
        assert_eq!(reply.parent_id.as_deref(), Some("Ugzz_zzVid000000_0"));
        assert_eq!(reply.post_id.as_deref(), Some("zzVid000000"));
    }
    let own: Vec<_> = all
        .iter()
        .filter(|comment| comment.is_by_owner == Some(true))
        .collect();
    assert_eq!(own.len(), 1, "the channel's own reply is marked");
}

#[tokio::test]
async fn a_budget_is_kept_and_the_report_says_what_it_cost() {
    let mut videos: Vec<Video> = (0..10).map(Video::new).collect();
    for video in &mut videos {
        video.comments = Some(300);
    }
    let fake = FakeYouTube::start(videos).await;
    let options = LiveOptions::new()
        .with_comments_per_post(1_000)
        .with_budget(15);

    let snapshot = baker(&scraper(&fake, options)).await;

    assert_eq!(fake.units(), 15);
    // A page of each video, and then two more: depth is what a budget costs first.
    let comments = snapshot.comments.unwrap();
    assert_eq!(comments.len(), 1_200);
    let videos: std::collections::BTreeSet<_> = comments
        .iter()
        .filter_map(|comment| comment.post_id.clone())
        .collect();
    assert_eq!(videos.len(), 10);
    assert!(
        snapshot.problems[0].contains("budget of 15 units"),
        "{:?}",
        snapshot.problems
    );

    for budget in [0, 1, 2, 3, 7] {
        let before = fake.units();
        let options = LiveOptions::new().with_budget(budget);
        let scraped = scrape(
            &scraper(&fake, options),
            &target("youtube", "@zz_sample_baker"),
        )
        .await;
        assert!(fake.units() - before <= budget as usize, "{budget}");
        match scraped {
            Ok(snapshot) => {
                assert_eq!(snapshot.profile.follower_count, Some(25_600));
                assert!(
                    snapshot.problems[0].contains("budget"),
                    "{:?}",
                    snapshot.problems
                );
                assert_eq!(snapshot.posts.is_some(), budget >= 3, "{budget}");
                assert_eq!(snapshot.comments.is_some(), budget >= 7, "{budget}");
            }
            Err(error) => {
                assert_eq!((budget, error.kind()), (0, PhaseErrorKind::Permanent));
            }
        }
    }
}

#[tokio::test]
async fn without_comments_or_posts_wanted_none_are_asked_for() {
    let fake = FakeYouTube::start(vec![Video::new(0)]).await;
    let options = LiveOptions::new().with_comments_per_post(0);
    let snapshot = baker(&scraper(&fake, options)).await;
    assert_eq!(snapshot.comments, None);
    assert_eq!(fake.units(), 3);

    let options = LiveOptions::new().with_posts(0);
    baker(&scraper(&fake, options)).await;
    assert_eq!(fake.units(), 4);
}

#[tokio::test]
async fn comments_can_be_those_that_are_ranked_highest() {
    let fake = FakeYouTube::start(vec![Video::new(0)]).await;
    let options = LiveOptions::new().with_comment_order(SectionOrder::Top);
    let snapshot = baker(&scraper(&fake, options)).await;
    assert_eq!(snapshot.sections.comments.order, Some(SectionOrder::Top));
    let seen = fake.server.seen();
    assert_eq!(seen.last().unwrap().parameter("order"), Some("relevance"));
}

#[tokio::test]
async fn progress_rises_with_what_was_read() {
    let fake = FakeYouTube::start((0..20).map(Video::new).collect()).await;
    let scraper = scraper(&fake, LiveOptions::new());
    let target = target("youtube", "@zz_sample_baker");
    let ctx = PhaseContext::detached(target.clone(), Phase::Scraping);
    // The last page waits until it is allowed to go on.
    fake.instead(
        "commentThreads",
        [error(403, "youtube.commentThread", "commentsDisabled")],
    );
    let before = ctx.overall_progress();
    scraper.scrape(&target, &ctx).await.unwrap();
    assert!(before < ctx.overall_progress());
    assert!(
        ctx.overall_progress().percent() >= 28,
        "{}",
        ctx.overall_progress()
    );
}

/// Asks the real API, if there is a key: `docs/live.md` says how.
#[tokio::test]
#[ignore = "needs YOUTUBE_API_KEY and the internet"]
async fn the_real_api_shows_a_channel() {
    let key = std::env::var("YOUTUBE_API_KEY").expect("YOUTUBE_API_KEY is set");
    let name = std::env::var("YOUTUBE_CHANNEL").unwrap_or_else(|_| "@YouTube".to_owned());
    let scraper = LiveScraper::builder()
        .with_youtube(YouTubeApi::new(key))
        .with_options(
            LiveOptions::new()
                .with_posts(3)
                .with_replies_per_comment(10)
                .with_budget(20),
        )
        .build()
        .unwrap();
    let snapshot = scrape(&scraper, &target("youtube", &name)).await.unwrap();
    println!("{}", serde_json::to_string_pretty(&snapshot).unwrap());
    assert!(snapshot.profile.display_name.is_some());
    assert!(snapshot.posts.is_some_and(|posts| !posts.is_empty()));
}
