//! Files as other tools write them, all about one invented creator: `mira_bakes`.

use serde_json::{Value, json};

pub(super) const CHANNEL: &str = "UCmiraMiraMiraMiraMira01";

/// Files of one tool about one platform that belong together.
pub(super) struct Set {
    pub(super) name: &'static str,
    pub(super) platform: &'static str,
    pub(super) files: Vec<(&'static str, Value)>,
}

fn set(name: &'static str, platform: &'static str, files: Vec<(&'static str, Value)>) -> Set {
    Set {
        name,
        platform,
        files,
    }
}

pub(super) fn all() -> Vec<Set> {
    vec![
        set(
            "yt-dlp youtube",
            "youtube",
            vec![("rye.info.json", ytdlp_youtube())],
        ),
        set(
            "yt-dlp off",
            "youtube",
            vec![("off.info.json", ytdlp_comments_off())],
        ),
        set(
            "yt-dlp channel",
            "youtube",
            vec![("channel.info.json", ytdlp_channel())],
        ),
        set(
            "yt-dlp tiktok",
            "tiktok",
            vec![("dough.info.json", ytdlp_tiktok())],
        ),
        set(
            "yt-dlp instagram",
            "instagram",
            vec![("reel.info.json", ytdlp_instagram())],
        ),
        set(
            "instaloader",
            "instagram",
            vec![
                ("mira/2025-03-01_10-00-00_UTC.json", instaloader_old()),
                (
                    "mira/2025-03-01_10-00-00_UTC_comments.json",
                    instaloader_comments(),
                ),
                ("mira/2025-03-02_10-00-00_UTC.json", instaloader_new()),
                ("mira/mira_bakes_42.json", instaloader_profile()),
            ],
        ),
        set(
            "instaloader v3",
            "instagram",
            vec![("2018-03-01.json", instaloader_v3())],
        ),
        set(
            "apify instagram",
            "instagram",
            vec![
                ("details.json", apify_instagram_details()),
                ("posts.json", apify_instagram_posts()),
                ("comments.json", apify_instagram_comments()),
            ],
        ),
        set(
            "apify tiktok",
            "tiktok",
            vec![
                ("videos.json", apify_tiktok_videos()),
                ("comments.json", apify_tiktok_comments()),
            ],
        ),
        set(
            "apify youtube",
            "youtube",
            vec![
                ("videos.json", apify_youtube_videos()),
                ("comments.json", apify_youtube_comments()),
            ],
        ),
        set(
            "youtube api",
            "youtube",
            vec![
                ("channels.json", youtube_channels()),
                ("items.json", youtube_playlist_items()),
                ("videos.json", youtube_videos()),
                ("threads.json", youtube_threads()),
            ],
        ),
        set(
            "graph",
            "instagram",
            vec![
                ("discovery.json", graph_discovery()),
                ("comments.json", graph_comments()),
            ],
        ),
        set(
            "tiktok display",
            "tiktok",
            vec![
                ("user.json", display_user()),
                ("videos.json", display_videos()),
            ],
        ),
        set(
            "tiktok research",
            "tiktok",
            vec![
                ("videos.json", research_videos()),
                ("comments.json", research_comments()),
            ],
        ),
        set("record", "tiktok", vec![("record.json", record())]),
    ]
}

fn ytdlp_youtube() -> Value {
    json!({
        "id": "vidRye00001", "title": "Rye at home", "description": "All about rye.\n#rye",
        "formats": [{"format_id": "18", "url": "https://media.example/18"}],
        "channel_id": CHANNEL, "channel_url": format!("https://www.youtube.com/channel/{CHANNEL}"),
        "channel": "Mira Bakes", "channel_follower_count": 81_300, "channel_is_verified": true,
        "uploader": "Mira Bakes", "uploader_id": "@mira_bakes",
        "uploader_url": "https://www.youtube.com/@mira_bakes",
        "duration": 731, "view_count": 9_412, "like_count": 530, "comment_count": 3,
        "age_limit": 0, "live_status": "not_live", "availability": "public", "language": "en",
        "webpage_url": "https://www.youtube.com/watch?v=vidRye00001",
        "upload_date": "20250301", "timestamp": 1_740_823_200,
        "comments": [
            {"id": "UgA", "parent": "root", "text": "How long did you let it rest?", "like_count": 4,
             "author_id": "UCfanFanFanFanFanFanFa01", "author": "@fan_one", "author_is_uploader": false,
             "is_favorited": true, "_time_text": "2 weeks ago", "timestamp": 1_750_000_000, "is_pinned": false},
            {"id": "UgA.r1", "parent": "UgA", "text": "About an hour.", "like_count": null,
             "author_id": CHANNEL, "author": "@mira_bakes", "author_is_uploader": true,
             "author_is_verified": true, "_time_text": "2 weeks ago (edited)", "timestamp": 1_750_000_000},
            {"id": "UgB", "parent": "root", "text": "Looks wonderful", "like_count": 1200,
             "author_id": "UCfanFanFanFanFanFanFa02", "author": "@fan_two", "author_is_uploader": false,
             "_time_text": "2 weeks ago", "timestamp": 1_750_000_000, "is_pinned": true},
        ],
        "extractor": "youtube", "extractor_key": "Youtube", "display_id": "vidRye00001",
        "epoch": 1_751_300_000, "_type": "video", "_version": {"repository": "yt-dlp/yt-dlp"},
    })
}

fn ytdlp_comments_off() -> Value {
    json!({
        "id": "vidOff00001", "title": "News", "description": "", "channel_id": CHANNEL,
        "view_count": 700, "like_count": null, "comments": null, "comment_count": null,
        "channel": "Mira Bakes", "channel_follower_count": 81_300, "uploader_id": "@mira_bakes",
        "upload_date": "20250305", "webpage_url": "https://www.youtube.com/watch?v=vidOff00001",
        "extractor": "youtube", "extractor_key": "Youtube", "epoch": 1_751_300_000, "_type": "video",
    })
}

fn ytdlp_channel() -> Value {
    json!({
        "id": CHANNEL, "channel": "Mira Bakes", "channel_id": CHANNEL, "title": "Mira Bakes - Videos",
        "channel_follower_count": 81_300, "description": "Bread and more.", "channel_is_verified": true,
        "uploader_id": "@mira_bakes", "uploader_url": "https://www.youtube.com/@mira_bakes",
        "channel_url": format!("https://www.youtube.com/channel/{CHANNEL}"),
        "_type": "playlist",
        "entries": [
            {"_type": "url", "ie_key": "Youtube", "id": "vidRye00001",
             "url": "https://www.youtube.com/watch?v=vidRye00001", "title": "Rye at home",
             "description": null, "duration": 731.0, "channel": null, "timestamp": null, "view_count": 9400},
            null,
            {"_type": "url", "ie_key": "Youtube", "id": "vidMem00001",
             "url": "https://www.youtube.com/watch?v=vidMem00001", "title": "For members",
             "availability": "subscriber_only", "view_count": null},
        ],
        "extractor_key": "YoutubeTab", "extractor": "youtube:tab",
        "webpage_url": "https://www.youtube.com/@mira_bakes/videos", "epoch": 1_751_300_000,
    })
}

fn ytdlp_tiktok() -> Value {
    json!({
        "id": "7400000000000000777", "title": "dough #bread", "description": "dough #bread",
        "timestamp": 1_740_823_200, "upload_date": "20250301", "view_count": 55_012, "like_count": 4_110,
        "repost_count": 210, "comment_count": 61, "save_count": 333, "uploader": "mira_bakes",
        "uploader_id": "6900000000000000042", "uploader_url": "https://www.tiktok.com/@mira_bakes",
        "channel": "Mira Bakes", "channel_id": "MS4wLjABAAAAmira",
        "channel_url": "https://www.tiktok.com/@MS4wLjABAAAAmira", "duration": 19,
        "webpage_url": "https://www.tiktok.com/@mira_bakes/video/7400000000000000777",
        "extractor": "TikTok", "extractor_key": "TikTok", "epoch": 1_751_300_000, "_type": "video",
    })
}

fn ytdlp_instagram() -> Value {
    json!({
        "id": "MiraReel01", "title": "Video by mira_bakes", "description": "proofing",
        "timestamp": 1_740_823_200, "view_count": null, "like_count": 212, "comment_count": 5,
        "channel": "mira_bakes", "uploader": "Mira Bakes", "uploader_id": "42000000042", "duration": 11.5,
        "comments": [
            {"author": "fan_one", "author_id": "43", "id": "1800000000000000001", "text": "yum",
             "like_count": 0, "timestamp": 1_740_826_800},
        ],
        "webpage_url": "https://www.instagram.com/reel/MiraReel01/", "extractor": "Instagram",
        "extractor_key": "Instagram", "epoch": 1_751_300_000, "_type": "video",
    })
}

fn instaloader_old() -> Value {
    json!({
        "instaloader": {"node_type": "Post", "version": "4.10"},
        "node": {
            "__typename": "GraphSidecar", "comments_disabled": false,
            "edge_media_preview_like": {"count": 318, "edges": []},
            "edge_media_to_caption": {"edges": [{"node": {"text": "A new oven #bread #ad"}}]},
            "edge_media_to_comment": {"count": 9},
            "edge_media_to_sponsor_user": {"edges": [{"node": {"sponsor": {"id": "77", "username": "some_flour"}}}]},
            "id": "3700000000000000777", "shortcode": "MiraPost01", "is_video": false,
            "location": {"id": "1", "name": "Somewhere"}, "taken_at_timestamp": 1_740_823_200,
            "owner": {
                "id": "42000000042", "username": "mira_bakes", "full_name": "Mira Bakes",
                "biography": "bread and more", "external_url": "https://bread.example",
                "edge_follow": {"count": 120}, "edge_followed_by": {"count": 81_345},
                "highlight_reel_count": 2, "is_business_account": true, "is_private": false, "is_verified": false,
            },
        },
    })
}

fn instaloader_comments() -> Value {
    json!([{
        "id": 1_800_000_000_000_000_011_u64, "created_at": 1_740_826_800, "text": "That crust!",
        "owner": {"id": "43", "username": "fan_one", "is_verified": false}, "likes_count": 2,
        "answers": [{
            "id": 1_800_000_000_000_000_012_u64, "created_at": 1_740_826_900, "text": "thanks",
            "owner": {"id": "42000000042", "username": "mira_bakes"}, "likes_count": 0,
        }],
    }])
}

fn instaloader_new() -> Value {
    json!({
        "node": {
            "code": "MiraReel02", "pk": "3700000000000000888", "media_type": 2, "product_type": "clips",
            "taken_at": 1_740_909_600, "like_count": null, "like_and_view_counts_disabled": true,
            "comment_count": 4, "play_count": 7_300, "view_count": null, "caption": {"text": "no likes shown"},
            "is_paid_partnership": true, "coauthor_producers": [{"username": "some_mill"}],
            "user": {"pk": "42000000042", "username": "mira_bakes", "full_name": "Mira Bakes"},
            "shortcode": "MiraReel02", "id": "3700000000000000888", "__typename": "GraphVideo", "is_video": true,
            "taken_at_timestamp": 1_740_909_600, "owner": {"id": "42000000042", "username": "mira_bakes"},
            "edge_media_preview_like": {"count": 0}, "edge_media_to_parent_comment": {"count": 4, "edges": []},
            "video_duration": 12.5,
        },
        "instaloader": {"version": "4.16", "node_type": "Post"},
    })
}

fn instaloader_profile() -> Value {
    json!({
        "node": {
            "id": "42000000042", "username": "mira_bakes", "full_name": "Mira Bakes", "biography": "bread and more",
            "edge_follow": {"count": 120}, "edge_followed_by": {"count": 81_345}, "external_url": null,
            "highlight_reel_count": 2, "is_business_account": true, "business_category_name": "Food",
            "is_private": false, "is_verified": false,
        },
        "instaloader": {"version": "4.10", "node_type": "Profile"},
    })
}

fn instaloader_v3() -> Value {
    json!({
        "shortcode": "MiraOld01", "id": "1700000000000000001", "display_url": "https://img.example/1",
        "owner": {"id": "42000000042", "username": "mira_bakes"}, "date": 1_519_898_400, "is_video": false,
        "edge_media_preview_like": {"count": 31}, "edge_media_to_comment": {"count": 2}, "caption": "first loaf",
    })
}

fn apify_instagram_details() -> Value {
    json!([{
        "inputUrl": "https://www.instagram.com/mira_bakes", "id": "42000000042", "username": "mira_bakes",
        "url": "https://www.instagram.com/mira_bakes", "fullName": "Mira Bakes", "biography": "bread and more",
        "externalUrls": [{"title": "shop", "url": "https://bread.example"}], "externalUrl": "https://bread.example",
        "followersCount": 81_345, "followsCount": 120, "highlightReelCount": 2, "isBusinessAccount": true,
        "businessCategoryName": "None,Food", "private": false, "verified": false, "postsCount": 411,
        "latestPosts": [{
            "id": "3700000000000000777", "type": "Sidecar", "shortCode": "MiraPost01", "caption": "A new oven #bread #ad",
            "hashtags": ["bread", "ad"], "mentions": [], "url": "https://www.instagram.com/p/MiraPost01/",
            "commentsCount": 9, "likesCount": 318, "timestamp": "2025-03-01T10:00:00.000Z",
            "ownerUsername": "mira_bakes", "ownerId": "42000000042", "isPinned": true, "isCommentsDisabled": false,
            "locationName": "Somewhere",
        }],
    }])
}

fn apify_instagram_posts() -> Value {
    json!([
        {
            "id": "3700000000000000777", "type": "Sidecar", "shortCode": "MiraPost01", "caption": "A new oven #bread #ad",
            "hashtags": ["bread", "ad"], "mentions": ["some_flour"], "url": "https://www.instagram.com/p/MiraPost01/",
            "commentsCount": 9, "likesCount": 318, "timestamp": "2025-03-01T10:00:00.000Z",
            "ownerUsername": "mira_bakes", "ownerId": "42000000042", "ownerFullName": "Mira Bakes",
            "latestComments": [{
                "id": "1800000000000000011", "text": "That crust!", "ownerUsername": "fan_one",
                "timestamp": "2025-03-01T11:00:00.000Z", "repliesCount": 1, "replies": [], "likesCount": 2,
                "owner": {"id": "43", "username": "fan_one"},
            }],
        },
        {
            "id": "3700000000000000888", "type": "Video", "shortCode": "MiraReel02", "caption": "no likes shown",
            "hashtags": [], "url": "https://www.instagram.com/p/MiraReel02/", "commentsCount": 4, "likesCount": -1,
            "videoViewCount": 3_100, "videoPlayCount": 7_300, "videoDuration": 12.5, "productType": "clips",
            "timestamp": "2025-03-02T10:00:00.000Z", "ownerUsername": "mira_bakes", "ownerId": "42000000042",
            "isSponsored": false, "paidPartnership": true, "coauthorProducers": [{"username": "some_mill"}],
        },
        {"inputUrl": "https://www.instagram.com/nobody/", "error": "not_found", "errorDescription": "gone"},
    ])
}

fn apify_instagram_comments() -> Value {
    json!([{
        "postUrl": "https://www.instagram.com/p/MiraPost01/", "id": "1800000000000000021", "text": "Recipe please",
        "commentUrl": "https://www.instagram.com/p/MiraPost01/c/1800000000000000021",
        "ownerUsername": "fan_two", "timestamp": "2025-03-01T12:00:00.000Z", "repliesCount": 1, "likesCount": 3,
        "replies": [{
            "id": "1800000000000000022", "text": "soon", "ownerUsername": "Mira_Bakes",
            "timestamp": "2025-03-01T12:05:00.000Z", "likesCount": 0,
        }],
        "owner": {"id": "44", "username": "fan_two", "is_verified": false},
    }])
}

fn apify_tiktok_videos() -> Value {
    json!([{
        "id": "7400000000000000777", "text": "dough #bread", "textLanguage": "en", "createTime": 1_740_823_200,
        "createTimeISO": "2025-03-01T10:00:00.000Z", "locationCreated": "US", "isAd": false,
        "authorMeta": {
            "id": "6900000000000000042", "name": "mira_bakes", "nickName": "Mira Bakes", "verified": false,
            "signature": "bread and more", "bioLink": "https://bread.example", "privateAccount": false,
            "region": "US", "following": 50, "fans": 70_100, "heart": 901_000, "video": 133,
        },
        "webVideoUrl": "https://www.tiktok.com/@mira_bakes/video/7400000000000000777",
        "videoMeta": {"duration": 19}, "diggCount": 4_110, "shareCount": 210, "playCount": 55_012,
        "collectCount": 333, "commentCount": 61, "mentions": ["@some_mill"], "hashtags": [{"name": "bread"}],
        "isSlideshow": false, "isPinned": true, "isSponsored": true,
    }])
}

fn apify_tiktok_comments() -> Value {
    json!([
        {
            "videoWebUrl": "https://www.tiktok.com/@mira_bakes/video/7400000000000000777",
            "submittedVideoUrl": "https://www.tiktok.com/@mira_bakes/video/7400000000000000777",
            "cid": "7400000000000000901", "createTime": 1_740_826_800, "createTimeISO": "2025-03-01T11:00:00.000Z",
            "text": "need this", "diggCount": 26, "likedByAuthor": true, "pinnedByAuthor": false,
            "repliesToId": null, "replyCommentTotal": 1, "uid": "6900000000000000043", "uniqueId": "fan_one",
        },
        {
            "videoWebUrl": "https://www.tiktok.com/@mira_bakes/video/7400000000000000777",
            "submittedVideoUrl": "https://www.tiktok.com/@mira_bakes/video/7400000000000000777",
            "cid": "7400000000000000902", "createTime": 1_740_826_900, "createTimeISO": "2025-03-01T11:01:40.000Z",
            "text": "here you go", "diggCount": 1, "likedByAuthor": false, "pinnedByAuthor": false,
            "repliesToId": "7400000000000000901", "replyCommentTotal": null, "uid": "6900000000000000042",
            "uniqueId": "mira_bakes",
        },
    ])
}

fn apify_youtube_videos() -> Value {
    json!([
        {
            "title": "Rye at home", "type": "video", "id": "vidRye00001",
            "url": "https://www.youtube.com/watch?v=vidRye00001", "viewCount": 9_412,
            "date": "2025-03-01T10:00:00.000Z", "likes": 530, "location": null, "channelName": "Mira Bakes",
            "channelUrl": "https://www.youtube.com/@mira_bakes", "channelUsername": "mira_bakes", "channelId": CHANNEL,
            "numberOfSubscribers": 81_300, "duration": "00:12:11", "commentsCount": 77, "text": "All about rye.",
            "hashtags": ["#rye"], "commentsTurnedOff": false, "isMembersOnly": false, "isAgeRestricted": false,
            "channelDescription": "Bread and more.", "channelJoinedDate": "Mar 18, 2019",
            "channelLocation": "United States", "channelTotalVideos": 133, "channelTotalViews": "1,710,167",
        },
        {
            "title": "Old clip", "id": "vidOld00001", "url": "https://www.youtube.com/shorts/vidOld00001",
            "viewCount": null, "date": "10 months ago", "duration": "0:15", "channelName": "Mira Bakes",
            "channelUrl": "https://www.youtube.com/@mira_bakes",
        },
    ])
}

fn apify_youtube_comments() -> Value {
    json!([
        {
            "cid": "UgA", "comment": "How long did you let it rest?", "author": "@fan_one", "videoId": "vidRye00001",
            "pageUrl": "https://www.youtube.com/watch?v=vidRye00001", "commentsCount": 77, "voteCount": 4,
            "replyCount": 1, "authorIsChannelOwner": false, "hasCreatorHeart": true, "type": "comment",
            "replyToCid": null, "publishedTimeText": "2 weeks ago",
        },
        {
            "cid": "UgA.r1", "comment": "About an hour.", "author": "@Mira_Bakes", "videoId": "vidRye00001",
            "pageUrl": "https://www.youtube.com/watch?v=vidRye00001", "commentsCount": 77, "voteCount": 1,
            "replyCount": 0, "authorIsChannelOwner": true, "hasCreatorHeart": false, "type": "reply",
            "replyToCid": "UgA", "publishedTimeText": "2 weeks ago",
        },
    ])
}

fn youtube_channels() -> Value {
    json!({
        "kind": "youtube#channelListResponse", "pageInfo": {"totalResults": 1},
        "items": [{
            "kind": "youtube#channel", "id": CHANNEL,
            "snippet": {"title": "Mira Bakes", "description": "Bread and more.", "customUrl": "@mira_bakes",
                "publishedAt": "2019-03-18T09:30:00.123456Z", "country": "US"},
            "statistics": {"viewCount": "1710167", "subscriberCount": "81300", "hiddenSubscriberCount": false, "videoCount": "133"},
            "topicDetails": {"topicCategories": ["https://en.wikipedia.org/wiki/Food"]},
        }],
    })
}

fn youtube_playlist_items() -> Value {
    json!({
        "kind": "youtube#playlistItemListResponse",
        "items": [{"kind": "youtube#playlistItem", "id": "UUx",
            "contentDetails": {"videoId": "vidRye00001", "videoPublishedAt": "2025-03-01T10:00:00Z"}}],
    })
}

fn youtube_videos() -> Value {
    json!({
        "kind": "youtube#videoListResponse",
        "items": [
            {
                "kind": "youtube#video", "id": "vidRye00001",
                "snippet": {"publishedAt": "2025-03-01T10:00:00Z", "channelId": CHANNEL, "title": "Rye at home",
                    "description": "All about rye.", "liveBroadcastContent": "none", "defaultAudioLanguage": "en"},
                "contentDetails": {"duration": "PT12M11S", "contentRating": {}},
                "status": {"madeForKids": false, "containsSyntheticMedia": false},
                "statistics": {"viewCount": "9412", "likeCount": "530", "commentCount": "77"},
                "paidProductPlacementDetails": {"hasPaidProductPlacement": true},
            },
            {
                "kind": "youtube#video", "id": "vidHid00001",
                "snippet": {"publishedAt": "2025-02-01T10:00:00Z", "channelId": CHANNEL, "title": "Hidden"},
                "contentDetails": {"duration": "P1DT2H"}, "statistics": {"viewCount": "900"},
            },
        ],
    })
}

fn youtube_threads() -> Value {
    json!({
        "kind": "youtube#commentThreadListResponse",
        "items": [{
            "kind": "youtube#commentThread", "id": "UgA",
            "snippet": {
                "channelId": CHANNEL, "videoId": "vidRye00001", "totalReplyCount": 7,
                "topLevelComment": {"kind": "youtube#comment", "id": "UgA", "snippet": {
                    "channelId": CHANNEL, "videoId": "vidRye00001", "textDisplay": "Is it <b>rye</b>?",
                    "textOriginal": "", "authorDisplayName": "@fan_one",
                    "authorChannelId": {"value": "UCfanFanFanFanFanFanFa01"}, "likeCount": 4,
                    "publishedAt": "2025-03-01T12:00:00Z"}},
            },
            "replies": {"comments": [{
                "kind": "youtube#comment", "id": "UgA.r1", "snippet": {
                    "channelId": CHANNEL, "videoId": "vidRye00001", "textDisplay": "About an hour.",
                    "textOriginal": "About an hour.", "authorDisplayName": "@mira_bakes",
                    "authorChannelId": {"value": CHANNEL}, "likeCount": 1,
                    "publishedAt": "2025-03-01T12:30:00Z", "parentId": "UgA"}}]},
        }],
    })
}

fn graph_discovery() -> Value {
    json!({
        "business_discovery": {
            "username": "mira_bakes", "name": "Mira Bakes", "biography": "bread and more",
            "website": "https://bread.example", "followers_count": 81_345, "follows_count": 120,
            "media_count": 411, "profile_picture_url": "https://img.example/o",
            "media": {"data": [
                {"id": "17900000000000777", "caption": "A new oven", "timestamp": "2025-03-01T10:00:00+0000",
                 "like_count": 318, "comments_count": 9, "media_type": "CAROUSEL_ALBUM", "media_product_type": "FEED",
                 "permalink": "https://www.instagram.com/p/MiraPost01/"},
                {"id": "17900000000000888", "timestamp": "2025-03-02T10:00:00+0000", "comments_count": 4,
                 "view_count": 7_300, "media_type": "VIDEO", "media_product_type": "REELS",
                 "permalink": "https://www.instagram.com/reel/MiraReel02/"},
            ]},
            "id": "17841400000000042",
        },
        "id": "17841400000000099",
    })
}

fn graph_comments() -> Value {
    json!({
        "data": [{
            "timestamp": "2025-03-01T11:00:00+0000", "text": "That crust!", "id": "17900000000000901",
            "username": "fan_one", "like_count": 2,
            "replies": {"data": [{"timestamp": "2025-03-01T11:16:40+0000", "text": "thank you", "id": "17900000000000902"}]},
        }],
        "paging": {"cursors": {"after": "x"},
            "next": "https://graph.facebook.com/v25.0/17900000000000777/comments?access_token=SECRET&after=x"},
    })
}

fn display_user() -> Value {
    json!({
        "data": {"user": {"open_id": "open-1", "display_name": "Mira Bakes", "bio_description": "bread and more",
            "is_verified": false, "username": "mira_bakes", "follower_count": 70_100, "following_count": 50,
            "likes_count": 901_000, "video_count": 133, "avatar_url": "https://img.example/o"}},
        "error": {"code": "ok", "message": "", "log_id": "1"},
    })
}

fn display_videos() -> Value {
    json!({
        "data": {"videos": [{"id": "7400000000000000777", "create_time": 1_740_823_200, "title": "dough #bread",
            "video_description": "dough #bread", "duration": 19,
            "share_url": "https://www.tiktok.com/@mira_bakes/video/7400000000000000777?utm=x",
            "like_count": 4_110, "comment_count": 61, "share_count": 210, "view_count": 55_012}],
            "cursor": 1_740_823_200_000_u64, "has_more": false},
        "error": {"code": "ok", "message": "", "log_id": "1"},
    })
}

fn research_videos() -> Value {
    json!({
        "data": {"videos": [
            {"id": 7_400_000_000_000_000_777_u64, "create_time": 1_740_823_200, "username": "mira_bakes",
             "region_code": "US", "video_description": "dough #bread", "like_count": 4_110, "comment_count": 61,
             "share_count": 210, "view_count": 55_012, "favorites_count": 333, "hashtag_names": ["bread"], "video_duration": 19},
        ]},
        "error": {"code": "ok", "message": "", "log_id": "1"},
    })
}

fn research_comments() -> Value {
    json!({
        "data": {"comments": [
            {"id": 7_400_000_000_000_000_901_u64, "video_id": 7_400_000_000_000_000_777_u64, "text": "need this",
             "like_count": 26, "reply_count": 1, "parent_comment_id": 7_400_000_000_000_000_777_u64, "create_time": 1_740_826_800},
            {"id": 7_400_000_000_000_000_902_u64, "video_id": 7_400_000_000_000_000_777_u64, "text": "here",
             "like_count": 0, "parent_comment_id": 7_400_000_000_000_000_901_u64, "create_time": 1_740_826_900},
        ]},
        "error": {"code": "ok", "message": "", "log_id": "1"},
    })
}

fn record() -> Value {
    json!({
        "platform": "tiktok", "handle": "mira_bakes", "captured_at": "2025-06-30T00:00:00Z",
        "profile": {"follower_count": 70_100, "bio": "bread and more", "is_verified": false, "country": "US"},
        "posts": [{"id": "7400000000000000777", "caption": "dough #bread", "timestamp": "2025-03-01T10:00:00Z",
            "like_count": 4_110, "comment_count": 61, "view_count": 55_012, "kind": "short", "duration_seconds": 19.0,
            "hashtags": ["bread"], "is_pinned": true}],
        "comments": [{"id": "7400000000000000901", "post_id": "7400000000000000777", "author_id": "6900000000000000043",
            "author_name": "fan_one", "text": "need this", "timestamp": "2025-03-01T11:00:00Z", "like_count": 26}],
        "aggregates": {"mean_comments_per_post": 3.5},
    })
}
