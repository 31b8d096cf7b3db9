//! Likes, followers and views, bought or only odd, and the times of posts.

use chrono::TimeDelta;
use report_pipeline::Platform;
use report_pipeline_social::Advice;

use crate::fans;
use crate::kit::kinds::{
    Decided, ENGLISH, Kind, all_show_what_they_must, captions, is_bad_whole, posts,
};
use crate::kit::{captured, comments_of, target};

const KINDS: &[Kind] = &[
    (
        "followers bought, times 12",
        "no good engagement, no sponsor",
        |s| s.profile.follower_count = Some(20_000 * 12),
        |r| r.true_engagement.score < Some(45.0) && r.decision().advice != Advice::Sponsor,
    ),
    (
        "followers bought, times 60",
        "no good whole",
        |s| s.profile.follower_count = Some(1_200_000),
        |r| is_bad_whole(r) || r.decision().advice == Advice::LookCloser,
    ),
    (
        "followers bought, times 20, under honest comments on TikTok",
        "engagement is weak, no sponsor",
        |s| {
            fans(s, &ENGLISH);
            s.target = target(&Platform::TIKTOK);
            s.profile.follower_count = Some(400_000);
            for p in posts(s) {
                p.view_count = Some(9_000);
            }
        },
        |r| {
            r.true_engagement.score.is_some_and(|s| s < 30.0)
                && r.decision().advice != Advice::Sponsor
        },
    ),
    (
        "likes bought, times 25",
        "no better, and said",
        |s| {
            for p in posts(s) {
                p.like_count = p.like_count.map(|n| n * 25);
            }
        },
        |r| {
            r.true_engagement.score < Some(60.0)
                && r.flags.iter().any(|f| f == "engagement_far_above_size")
        },
    ),
    (
        "likes bought under half of the posts, times 30",
        "no sponsor",
        |s| {
            for (i, p) in posts(s).iter_mut().enumerate() {
                if i % 2 == 0 {
                    p.like_count = p.like_count.map(|n| n * 30);
                }
            }
        },
        |r| r.decision().advice != Advice::Sponsor,
    ),
    (
        "likes bought, the same number each time",
        "flagged or no sponsor",
        |s| {
            for (i, p) in posts(s).iter_mut().enumerate() {
                p.like_count = Some(1_000 + (i as u64 % 3));
            }
        },
        |r| r.decision().advice != Advice::Sponsor,
    ),
    (
        "views bought on YouTube",
        "no better than usual",
        |s| {
            s.target = target(&Platform::YOUTUBE);
            for p in posts(s) {
                p.view_count = Some(900_000);
            }
        },
        |r| r.true_engagement.score < Some(40.0),
    ),
    (
        "views bought on TikTok",
        "no sponsor",
        |s| {
            s.target = target(&Platform::TIKTOK);
            for p in posts(s) {
                p.like_count = p.like_count.map(|n| n * 40);
            }
        },
        |r| r.true_engagement.score < Some(60.0) && r.decision().advice != Advice::Sponsor,
    ),
    (
        "no like at all under any post",
        "engagement is weak, no sponsor",
        |s| {
            for p in posts(s) {
                p.like_count = Some(0);
                p.comment_count = Some(0);
            }
            s.comments = Some(Vec::new());
        },
        |r| {
            r.true_engagement.score.is_none_or(|score| score < 20.0)
                && r.decision().advice != Advice::Sponsor
        },
    ),
    (
        "a person with 60 followers",
        "nobody is accused",
        |s| {
            s.profile.follower_count = Some(60);
            s.profile.following_count = Some(210);
            s.profile.post_count = Some(24);
            for p in posts(s) {
                p.like_count = Some(9);
                p.comment_count = Some(2);
            }
            comments_of(s).truncate(30);
        },
        |r| r.account_authenticity.flags.is_empty() && r.audience_authenticity.flags.is_empty(),
    ),
    (
        "8 million followers, usual for them",
        "engagement not weak",
        |s| {
            s.profile.follower_count = Some(8_000_000);
            for (i, p) in posts(s).iter_mut().enumerate() {
                p.like_count = Some(48_000 + 900 * i as u64);
                p.comment_count = Some(300 + 9 * i as u64);
            }
        },
        |r| r.true_engagement.score >= Some(45.0),
    ),
    (
        "400 million followers, few reactions for each",
        "nobody is accused",
        |s| {
            s.profile.follower_count = Some(400_000_000);
            for p in posts(s) {
                p.like_count = p.like_count.map(|n| n * 6_000);
                p.comment_count = p.comment_count.map(|n| n * 1_500);
            }
        },
        |r| r.flags.is_empty(),
    ),
    (
        "one post of twenty-four went around the world",
        "nobody is accused",
        |s| {
            fans(s, &ENGLISH);
            posts(s)[7].like_count = Some(180_000);
            posts(s)[7].comment_count = Some(4_400);
        },
        |r| r.flags.is_empty(),
    ),
    (
        "a TikTok account of 900 followers with one video of a million views",
        "nobody is accused of buying",
        |s| {
            s.target = target(&Platform::TIKTOK);
            s.profile.follower_count = Some(900);
            for p in posts(s) {
                p.like_count = Some(70);
                p.comment_count = Some(6);
                p.view_count = Some(1_100);
            }
            posts(s)[4].like_count = Some(90_000);
            posts(s)[4].comment_count = Some(2_100);
            posts(s)[4].view_count = Some(1_000_000);
        },
        |r| !r.flags.iter().any(|f| f == "engagement_far_above_size"),
    ),
    (
        "ten days old, six posts, ninety followers",
        "nobody is accused",
        |s| {
            fans(s, &ENGLISH);
            posts(s).truncate(6);
            let kept: Vec<String> = posts(s).iter().map(|p| p.id.clone()).collect();
            for (i, p) in (1..).zip(posts(s).iter_mut()) {
                p.timestamp = Some(captured() - TimeDelta::hours(37 * i));
                p.like_count = Some(9 + p.comment_count.unwrap_or_default());
                p.comment_count = Some(2);
            }
            comments_of(s).retain(|c| kept.contains(c.post_id.as_ref().expect("a post")));
            comments_of(s).truncate(12);
            s.profile.follower_count = Some(90);
            s.profile.following_count = Some(210);
            s.profile.post_count = Some(6);
        },
        |r| r.flags.is_empty() && r.decision().advice == Advice::LookCloser,
    ),
    (
        "every day at nine",
        "nobody is accused",
        |s| {
            for (i, p) in (1..).zip(posts(s).iter_mut()) {
                p.timestamp = Some(captured() - TimeDelta::days(i));
            }
        },
        |r| r.account_authenticity.flags.is_empty(),
    ),
    (
        "every Sunday at ten",
        "nobody is accused",
        |s| {
            for (i, p) in (1..).zip(posts(s).iter_mut()) {
                p.timestamp = Some(captured() - TimeDelta::days(7 * i));
            }
        },
        |r| r.account_authenticity.flags.is_empty() && r.true_engagement.flags.is_empty(),
    ),
    (
        "a shop that posts the same offer each Friday",
        "nobody is accused of more than it does",
        |s| {
            captions(
                s,
                &["Fresh bread from seven, sourdough loaves on Friday, see you at the counter"],
            );
            for (i, p) in (1..).zip(posts(s).iter_mut()) {
                p.timestamp = Some(captured() - TimeDelta::days(7 * i));
            }
        },
        |r| r.flags.is_empty(),
    ),
    (
        "a traveller who posts twelve times in two days",
        "nobody is accused",
        |s| {
            for (i, p) in (0..).zip(posts(s).iter_mut()) {
                p.timestamp = Some(
                    captured() - TimeDelta::days(4 + i / 12 * 60) - TimeDelta::hours(4 * (i % 12)),
                );
            }
        },
        |r| r.flags.is_empty(),
    ),
    (
        "silent for fourteen months",
        "said",
        |s| s.captured_at = Some(captured() + TimeDelta::days(430)),
        |r| r.flags.iter().any(|f| f == "dormant") && r.decision().advice != Advice::Sponsor,
    ),
    (
        "two years of silence on YouTube",
        "dormant is said, no sponsor",
        |s| {
            fans(s, &ENGLISH);
            s.target = target(&Platform::YOUTUBE);
            for p in posts(s) {
                p.view_count = Some(12_000);
            }
            s.captured_at = Some(captured() + TimeDelta::days(730));
        },
        |r| {
            r.flags.iter().any(|flag| flag == "dormant")
                && r.warning_banners
                    .iter()
                    .any(|banner| banner.starts_with("Dormant"))
                && r.decision().advice == Advice::Avoid
        },
    ),
];

#[test]
fn each_account_shows_what_it_must() {
    all_show_what_they_must(KINDS);
}
