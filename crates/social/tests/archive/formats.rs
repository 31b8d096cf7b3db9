//! What the files of each tool become.

use std::fs;

use report_pipeline::{Phase, PhaseContext, Platform, Platforms, Scraper};
use report_pipeline_social::{
    AccountType, ArchiveScraper, Comment, Post, PostKind, Snapshot, TimePrecision,
};

use super::Archive;
use super::fixtures::{self, CHANNEL, Set};

/// Writes the files of some sets, each set into a folder of its own.
fn archive(sets: &[&Set]) -> Archive {
    let archive = Archive::of(&[]);
    for set in sets {
        for (name, content) in &set.files {
            let path = archive.path().join(set.name.replace(' ', "-")).join(name);
            fs::create_dir_all(path.parent().expect("it is in a folder")).unwrap();
            fs::write(path, serde_json::to_string_pretty(content).unwrap()).unwrap();
        }
    }
    archive
}

async fn scrape(scraper: &ArchiveScraper, platform: &str, typed: &str) -> Snapshot {
    let target = Platforms::default().target(Some(platform), typed).unwrap();
    let ctx = PhaseContext::detached(target.clone(), Phase::Scraping);
    scraper.scrape(&target, &ctx).await.expect(typed)
}

/// The creator, as one set alone shows them.
async fn only(name: &str) -> Snapshot {
    let sets = fixtures::all();
    let set = sets.iter().find(|set| set.name == name).expect(name);
    let archive = archive(&[set]);
    let scraper = ArchiveScraper::open(archive.path()).unwrap();
    assert_eq!(scraper.summary().accounts, 1, "{}", scraper.summary());
    let snapshot = scrape(&scraper, set.platform, "Mira_Bakes").await;
    assert_eq!(snapshot.problems, Vec::<String>::new(), "{name}");
    snapshot
}

fn post<'a>(snapshot: &'a Snapshot, id: &str) -> &'a Post {
    let posts = snapshot.posts.as_ref().expect("posts were read");
    posts.iter().find(|post| post.id == id).expect(id)
}

fn comment<'a>(snapshot: &'a Snapshot, id: &str) -> &'a Comment {
    let comments = snapshot.comments.as_ref().expect("comments were read");
    comments.iter().find(|comment| comment.id == id).expect(id)
}

#[tokio::test]
async fn a_video_of_yt_dlp_has_comments_without_exact_times() {
    let snapshot = only("yt-dlp youtube").await;
    assert_eq!(snapshot.profile.platform_id.as_deref(), Some(CHANNEL));
    assert_eq!(snapshot.profile.follower_count, Some(81_300));
    assert_eq!(snapshot.profile.follower_count_rounded, Some(true));
    assert_eq!(snapshot.profile.is_verified, Some(true));
    assert_eq!(
        snapshot.captured_at.map(|at| at.timestamp()),
        Some(1_751_300_000)
    );
    let video = post(&snapshot, "vidRye00001");
    assert_eq!(
        video.timestamp.map(|at| at.timestamp()),
        Some(1_740_823_200)
    );
    assert_eq!(
        (video.like_count, video.view_count),
        (Some(530), Some(9_412))
    );
    // With comments the count is how many were fetched.
    assert_eq!(
        (video.comment_count, video.comment_count_at_least),
        (None, Some(3))
    );
    assert_eq!(
        video.caption.as_deref(),
        Some("Rye at home\nAll about rye.\n#rye")
    );
    assert_eq!(
        (video.kind, video.duration_seconds),
        (Some(PostKind::Video), Some(731.0))
    );
    assert_eq!(
        (video.language.as_deref(), video.is_restricted),
        (Some("en"), Some(false))
    );
    let first = comment(&snapshot, "UgA");
    assert_eq!(first.timestamp, None);
    let about = first.approximate_time.expect("an estimate");
    assert_eq!(about.precision, TimePrecision::Estimate);
    assert_eq!(
        (first.is_by_owner, first.is_liked_by_owner),
        (Some(false), Some(true))
    );
    assert_eq!(first.author_name.as_deref(), Some("fan_one"));
    let reply = comment(&snapshot, "UgA.r1");
    assert_eq!(reply.parent_id.as_deref(), Some("UgA"));
    assert_eq!((reply.is_by_owner, reply.like_count), (Some(true), None));
    assert_eq!(comment(&snapshot, "UgB").is_pinned, Some(true));
    assert!(
        snapshot
            .comments
            .iter()
            .flatten()
            .all(|c| c.post_id.as_deref() == Some("vidRye00001"))
    );
}

#[tokio::test]
async fn yt_dlp_shows_comments_that_are_off_and_likes_that_are_hidden() {
    let snapshot = only("yt-dlp off").await;
    let video = post(&snapshot, "vidOff00001");
    assert_eq!(
        (video.comments_disabled, video.comment_count),
        (Some(true), None)
    );
    assert_eq!((video.like_count, video.likes_hidden), (None, Some(true)));
    let about = video.approximate_time.expect("the day");
    assert_eq!(
        (video.timestamp, about.precision),
        (None, TimePrecision::Day)
    );
    assert_eq!(snapshot.comments, None);
}

#[tokio::test]
async fn a_flat_channel_of_yt_dlp_has_rounded_views_and_no_dates() {
    let snapshot = only("yt-dlp channel").await;
    assert_eq!(snapshot.profile.bio.as_deref(), Some("Bread and more."));
    assert_eq!(snapshot.posts.as_ref().map(Vec::len), Some(2));
    let video = post(&snapshot, "vidRye00001");
    assert_eq!(
        (video.view_count, video.counts_rounded),
        (Some(9_400), Some(true))
    );
    assert_eq!(
        (video.timestamp, video.like_count, video.likes_hidden),
        (None, None, None)
    );
    assert_eq!(post(&snapshot, "vidMem00001").is_restricted, Some(true));
}

#[tokio::test]
async fn yt_dlp_puts_handles_into_another_field_for_each_platform() {
    let tiktok = only("yt-dlp tiktok").await;
    assert_eq!(tiktok.profile.display_name.as_deref(), Some("Mira Bakes"));
    let video = post(&tiktok, "7400000000000000777");
    assert_eq!(
        (video.share_count, video.save_count),
        (Some(210), Some(333))
    );
    assert_eq!(
        (video.kind, video.comment_count),
        (Some(PostKind::Short), Some(61))
    );
    let instagram = only("yt-dlp instagram").await;
    assert_eq!(post(&instagram, "MiraReel01").comment_count, Some(5));
    let comment = comment(&instagram, "1800000000000000001");
    assert_eq!(
        comment.timestamp.map(|at| at.timestamp()),
        Some(1_740_826_800)
    );
    assert_eq!(
        (comment.parent_id.as_deref(), comment.is_by_owner),
        (None, Some(false))
    );
}

#[tokio::test]
async fn instaloader_is_read_in_its_old_and_new_shape() {
    let snapshot = only("instaloader").await;
    let profile = &snapshot.profile;
    assert_eq!(
        (profile.follower_count, profile.following_count),
        (Some(81_345), Some(120))
    );
    assert_eq!(profile.post_count, None);
    assert_eq!(profile.account_type, Some(AccountType::Business));
    assert_eq!(profile.category.as_deref(), Some("Food"));
    let old = post(&snapshot, "MiraPost01");
    assert_eq!(
        (old.like_count, old.likes_hidden, old.comment_count),
        (Some(318), Some(false), Some(9))
    );
    assert_eq!(
        (old.kind, old.has_location),
        (Some(PostKind::Album), Some(true))
    );
    assert_eq!(
        (old.is_sponsored, old.sponsors.as_deref()),
        (Some(true), Some(&["some_flour".to_owned()][..]))
    );
    let new = post(&snapshot, "MiraReel02");
    // The edge says 0 where the platform says nothing.
    assert_eq!((new.like_count, new.likes_hidden), (None, Some(true)));
    assert_eq!(
        (new.play_count, new.view_count, new.kind),
        (Some(7_300), None, Some(PostKind::Short))
    );
    assert_eq!(
        (new.is_sponsored, new.collaborators.as_deref()),
        (Some(true), Some(&["some_mill".to_owned()][..]))
    );
    // Found by the name of their file.
    let first = comment(&snapshot, "1800000000000000011");
    assert_eq!(
        (first.post_id.as_deref(), first.reply_count),
        (Some("MiraPost01"), Some(1))
    );
    let reply = comment(&snapshot, "1800000000000000012");
    assert_eq!(reply.parent_id.as_deref(), Some("1800000000000000011"));
    assert_eq!(
        (reply.is_by_owner, first.is_by_owner),
        (Some(true), Some(false))
    );
    let old = only("instaloader v3").await;
    assert_eq!(
        post(&old, "MiraOld01").caption.as_deref(),
        Some("first loaf")
    );
}

#[tokio::test]
async fn data_sets_of_apify_are_joined_and_minus_one_is_hidden() {
    let snapshot = only("apify instagram").await;
    assert_eq!(snapshot.profile.post_count, Some(411));
    assert_eq!(snapshot.profile.category.as_deref(), Some("Food"));
    assert_eq!(snapshot.posts.as_ref().map(Vec::len), Some(2));
    let album = post(&snapshot, "MiraPost01");
    assert_eq!(
        (album.like_count, album.likes_hidden, album.is_pinned),
        (Some(318), Some(false), Some(true))
    );
    assert_eq!(
        album.hashtags.as_deref(),
        Some(&["bread".to_owned(), "ad".to_owned()][..])
    );
    let reel = post(&snapshot, "MiraReel02");
    assert_eq!((reel.like_count, reel.likes_hidden), (None, Some(true)));
    assert_eq!(
        (reel.view_count, reel.play_count, reel.is_sponsored),
        (Some(3_100), Some(7_300), Some(true))
    );
    assert_eq!(snapshot.comments.as_ref().map(Vec::len), Some(3));
    let reply = comment(&snapshot, "1800000000000000022");
    assert_eq!(reply.parent_id.as_deref(), Some("1800000000000000021"));
    assert_eq!(
        (reply.is_by_owner, reply.post_id.as_deref()),
        (Some(true), Some("MiraPost01"))
    );
    assert_eq!(snapshot.sections.comments.got, Some(3));

    let tiktok = only("apify tiktok").await;
    assert_eq!(tiktok.profile.total_like_count, Some(901_000));
    assert_eq!(
        (tiktok.profile.country.as_deref(), tiktok.profile.has_url),
        (Some("US"), Some(true))
    );
    let video = post(&tiktok, "7400000000000000777");
    assert_eq!(
        (video.is_sponsored, video.duration_seconds),
        (Some(true), Some(19.0))
    );
    let reply = comment(&tiktok, "7400000000000000902");
    assert_eq!(
        (reply.is_by_owner, reply.parent_id.as_deref()),
        (Some(true), Some("7400000000000000901"))
    );

    let youtube = only("apify youtube").await;
    assert_eq!(youtube.profile.total_view_count, Some(1_710_167));
    assert_eq!(
        youtube.profile.created_at.map(|at| at.to_rfc3339()),
        Some("2019-03-18T00:00:00+00:00".to_owned())
    );
    assert_eq!(post(&youtube, "vidRye00001").duration_seconds, Some(731.0));
    let old = post(&youtube, "vidOld00001");
    assert_eq!(
        (old.kind, old.timestamp, old.view_count),
        (Some(PostKind::Short), None, None)
    );
    let reply = comment(&youtube, "UgA.r1");
    assert_eq!((reply.is_by_owner, reply.timestamp), (Some(true), None));
    assert_eq!(reply.post_id.as_deref(), Some("vidRye00001"));
}

#[tokio::test]
async fn saved_answers_of_the_apis_are_read() {
    let youtube = only("youtube api").await;
    assert_eq!(
        (
            youtube.profile.post_count,
            youtube.profile.country.as_deref()
        ),
        (Some(133), Some("US"))
    );
    assert_eq!(youtube.profile.category.as_deref(), Some("Food"));
    let video = post(&youtube, "vidRye00001");
    assert_eq!(
        (
            video.comment_count,
            video.is_sponsored,
            video.duration_seconds
        ),
        (Some(77), Some(true), Some(731.0))
    );
    let hidden = post(&youtube, "vidHid00001");
    assert_eq!(
        (hidden.likes_hidden, hidden.comments_disabled),
        (Some(true), Some(true))
    );
    assert_eq!(hidden.duration_seconds, Some(93_600.0));
    let top = comment(&youtube, "UgA");
    assert_eq!(
        (top.text.as_str(), top.reply_count),
        ("Is it rye?", Some(7))
    );
    assert_eq!(comment(&youtube, "UgA.r1").is_by_owner, Some(true));

    let graph = only("graph").await;
    assert_eq!(graph.profile.post_count, Some(411));
    let reel = post(&graph, "MiraReel02");
    assert_eq!(
        (reel.like_count, reel.likes_hidden, reel.view_count),
        (None, Some(true), Some(7_300))
    );
    let album = post(&graph, "MiraPost01");
    assert_eq!(
        album.timestamp.map(|at| at.timestamp()),
        Some(1_740_823_200)
    );
    assert_eq!(
        comment(&graph, "17900000000000901").post_id.as_deref(),
        Some("MiraPost01")
    );
    assert!(!serde_json::to_string(&graph).unwrap().contains("SECRET"));

    let display = only("tiktok display").await;
    assert_eq!(display.profile.follower_count, Some(70_100));
    let video = post(&display, "7400000000000000777");
    assert_eq!(
        video.url.as_deref(),
        Some("https://www.tiktok.com/@mira_bakes/video/7400000000000000777")
    );
    let research = only("tiktok research").await;
    assert_eq!(post(&research, "7400000000000000777").save_count, Some(333));
    let comments = ["7400000000000000901", "7400000000000000902"];
    let parents = comments.map(|id| comment(&research, id).parent_id.clone());
    assert_eq!(parents, [None, Some(comments[0].to_owned())]);
    assert_eq!(comment(&research, comments[0]).is_by_owner, None);
}

#[tokio::test]
async fn files_of_all_tools_about_one_account_meet_in_one_snapshot() {
    let sets = fixtures::all();
    let archive = archive(&sets.iter().collect::<Vec<_>>());
    let scraper = ArchiveScraper::open(archive.path()).unwrap();
    let summary = scraper.summary();
    assert_eq!(
        (summary.accounts, summary.unattributed),
        (3, 0),
        "{summary}"
    );

    let youtube = scrape(&scraper, "youtube", "@MIRA_BAKES").await;
    // The video, the hidden, the off, the members' and the old one.
    assert_eq!(youtube.posts.as_ref().map(Vec::len), Some(5));
    assert_eq!(youtube.comments.as_ref().map(Vec::len), Some(3));
    let top = comment(&youtube, "UgA");
    // The exact time is another file's, the heart is this one's.
    assert!(top.timestamp.is_some() && top.approximate_time.is_none());
    assert_eq!(top.is_liked_by_owner, Some(true));
    let video = post(&youtube, "vidRye00001");
    assert_eq!(
        (video.view_count, video.comment_count),
        (Some(9_412), Some(77))
    );
    assert_eq!(video.comment_count_at_least, None);
    assert_eq!(youtube.profile.total_view_count, Some(1_710_167));
    let by_id = scrape(&scraper, "youtube", CHANNEL).await;
    assert_eq!(by_id.posts, youtube.posts);
    let names: Vec<&str> = youtube
        .sections
        .posts
        .sources
        .iter()
        .map(|source| &*source.name)
        .collect();
    assert_eq!(names, ["yt-dlp", "Apify", "YouTube Data API"]);

    let instagram = scrape(&scraper, "instagram", "mira_bakes").await;
    let posts: Vec<&str> = instagram
        .posts
        .iter()
        .flatten()
        .map(|post| &*post.id)
        .collect();
    assert_eq!(
        posts,
        ["MiraReel02", "MiraPost01", "MiraReel01", "MiraOld01"]
    );
    assert_eq!(instagram.profile.follower_count, Some(81_345));
    let authors: Vec<_> = instagram
        .comments
        .iter()
        .flatten()
        .filter(|comment| comment.author_name.as_deref() == Some("fan_one"))
        .map(|comment| comment.author_id.as_deref())
        .collect();
    assert!(
        authors.len() > 1 && authors.iter().all(|id| *id == Some("43")),
        "{authors:?}"
    );
    let numbered = scrape(&scraper, "instagram", "42000000042").await;
    assert_eq!(numbered.comments, instagram.comments);

    let tiktok = scrape(&scraper, "tiktok", "mira_bakes").await;
    assert_eq!(tiktok.posts.as_ref().map(Vec::len), Some(1));
    assert_eq!(tiktok.comments.as_ref().map(Vec::len), Some(2));
    assert_eq!(post(&tiktok, "7400000000000000777").save_count, Some(333));
}

#[tokio::test]
async fn a_comment_that_two_sources_number_differently_is_one() {
    let sets = fixtures::all();
    let sets: Vec<&Set> = sets
        .iter()
        .filter(|set| ["apify instagram", "graph"].contains(&set.name))
        .collect();
    let archive = archive(&sets);
    let scraper = ArchiveScraper::open(archive.path()).unwrap();
    let snapshot = scrape(&scraper, "instagram", "mira_bakes").await;
    let crusts = snapshot.comments.iter().flatten();
    let crusts: Vec<_> = crusts.filter(|c| c.text == "That crust!").collect();
    assert_eq!(crusts.len(), 1);
    assert_eq!(crusts[0].like_count, Some(2));
    // Its reply is in one of the two only, and still stands under it.
    let reply = comment(&snapshot, "17900000000000902");
    assert_eq!(reply.parent_id.as_ref(), Some(&crusts[0].id));
    assert_eq!(snapshot.sections.comments.got, Some(4));
}

#[tokio::test]
async fn tables_are_read_with_their_columns() {
    let archive = Archive::of(&[
        (
            "posts.csv",
            "\u{feff}caption,commentsCount,hashtags/0,hashtags/1,id,likesCount,ownerUsername,shortCode,timestamp,type\n\
             \"one\nsecond line\",17,bread,ad,3700000000000000777,412,mira_bakes,MiraPost01,2025-03-01T10:00:00.000Z,Sidecar\n\
             two,5,,,3700000000000000888,-1,mira_bakes,MiraReel02,2025-03-02T10:00:00.000Z,Video\n"
                .as_bytes(),
        ),
        (
            "videos.csv",
            b"authorMeta.name,authorMeta.fans,text,diggCount,playCount,createTimeISO,webVideoUrl\n\
              mira_bakes,70100,dough,4110,55012,2025-03-01T10:00:00.000Z,https://www.tiktok.com/@mira_bakes/video/7400000000000000777\n",
        ),
        (
            "instagram-list.csv",
            b"Username;Followers;Posts;Bio;Is Verified\nmira_bakes;81.3K;411;\"bread; more\";False\nother.one;1,204;;;\n",
        ),
        ("nameless.csv", b"username,followers\nsomebody,5\n"),
    ]);
    let scraper = ArchiveScraper::open(archive.path()).unwrap();
    let summary = scraper.summary().to_string();
    assert!(summary.contains("nameless.csv"), "{summary}");
    let instagram = scrape(&scraper, "instagram", "mira_bakes").await;
    let album = post(&instagram, "MiraPost01");
    assert_eq!(album.caption.as_deref(), Some("one\nsecond line"));
    assert_eq!(
        (album.like_count, album.comment_count),
        (Some(412), Some(17))
    );
    assert_eq!(
        album.hashtags.as_deref(),
        Some(&["bread".to_owned(), "ad".to_owned()][..])
    );
    assert_eq!(post(&instagram, "MiraReel02").likes_hidden, Some(true));
    assert_eq!(instagram.profile.follower_count, Some(81_300));
    assert_eq!(instagram.profile.follower_count_rounded, Some(true));
    assert_eq!(instagram.profile.bio.as_deref(), Some("bread; more"));
    let other = scrape(&scraper, "instagram", "other.one").await;
    assert_eq!(other.profile.follower_count, Some(1204));
    let tiktok = scrape(&scraper, "tiktok", "mira_bakes").await;
    assert_eq!(
        post(&tiktok, "7400000000000000777").view_count,
        Some(55_012)
    );
    assert_eq!(Platform::TIKTOK, tiktok.target.platform);
}

#[tokio::test]
async fn a_hundred_thousand_comments_become_a_fixed_sample_that_keeps_the_count() {
    let sets = fixtures::all();
    let (_, mut video) = sets
        .into_iter()
        .next()
        .unwrap()
        .files
        .into_iter()
        .next()
        .unwrap();
    let comments: Vec<serde_json::Value> = (0..100_000)
        .map(|number| {
            serde_json::json!({
                "id": format!("Ug{number}"), "parent": "root", "text": format!("comment number {number} on rye"),
                "author_id": format!("UCfan{:019}", number % 60_000), "like_count": 1,
            })
        })
        .collect();
    let mut kept = Vec::new();
    for reversed in [false, true] {
        let mut comments = comments.clone();
        if reversed {
            comments.reverse();
        }
        video["comments"] = comments.into();
        let archive = Archive::of(&[("big.info.json", video.to_string().as_bytes())]);
        let scraper = ArchiveScraper::open(archive.path()).unwrap();
        assert_eq!(scraper.summary().comments(), 100_000);
        let snapshot = scrape(&scraper, "youtube", "mira_bakes").await;
        assert_eq!(snapshot.sections.comments.got, Some(100_000));
        assert!(
            snapshot
                .problems
                .iter()
                .any(|p| p.contains("100000 comments a fixed sample"))
        );
        assert!(serde_json::to_vec(&snapshot).unwrap().len() < 16 << 20);
        let mut ids: Vec<String> = snapshot
            .comments
            .unwrap()
            .into_iter()
            .map(|c| c.id)
            .collect();
        assert!(ids.len() >= 10_000, "{}", ids.len());
        ids.sort_unstable();
        kept.push(ids);
    }
    assert_eq!(kept[0], kept[1]);
}
