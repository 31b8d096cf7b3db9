//! A snapshot from arbitrary bytes.
//!
//! Counts, times and texts are drawn from what is likely to hurt as well as from anything: a
//! fuzzer that must guess a phrase letter by letter hardly gets past the first word.

use arbitrary::{Arbitrary, Unstructured};
use chrono::{DateTime, Utc};
use report_pipeline::{Handle, Platform, Target};
use report_pipeline_social::{Aggregates, Comment, Origin, Post, Profile, Snapshot};

#[derive(Debug, Arbitrary)]
pub struct Input {
    platform: u8,
    origin: u8,
    captured_at: Option<Moment>,
    profile: InputProfile,
    posts: Option<Vec<InputPost>>,
    comments: Option<Vec<InputComment>>,
    /// Comments are written this many times over, with other ids.
    copies: u8,
    aggregates: Option<[Option<f64>; 6]>,
    problems: Vec<Text>,
}

#[derive(Debug, Arbitrary)]
struct InputProfile {
    bio: Option<Text>,
    counts: [Option<Count>; 6],
    marks: [Option<bool>; 5],
}

#[derive(Debug, Arbitrary)]
struct InputPost {
    id: Name,
    url: Option<Text>,
    caption: Option<Text>,
    at: Option<Moment>,
    counts: [Option<Count>; 5],
    marks: [Option<bool>; 3],
}

#[derive(Debug, Arbitrary)]
struct InputComment {
    id: Name,
    post: Option<Name>,
    author: Option<Name>,
    text: Text,
    at: Option<Moment>,
}

/// A moment near the others, or any.
#[derive(Debug, Clone, Copy)]
struct Moment(Option<DateTime<Utc>>);

/// A small count, or any.
#[derive(Debug, Clone, Copy)]
struct Count(u64);

/// One of a few names, so that comments meet under posts.
#[derive(Debug, Clone)]
struct Name(String);

/// Words from the phrase lists and pieces that are hard to read, or anything.
#[derive(Debug, Clone)]
struct Text(String);

const PIECES: [&str; 48] = [
    "i",
    "made",
    "$500",
    "with",
    "@bob",
    "@",
    "#",
    "$",
    "not",
    "gonna",
    "lie",
    "never",
    "kill",
    "yourself",
    "self",
    "harm",
    "suicide",
    "prevention",
    "cocaine",
    "the",
    "and",
    "you",
    "check",
    "out",
    "my",
    "channel",
    "https://x.y/z",
    "a.b@c.com",
    "www.",
    "5 us dollars",
    "1,300",
    "k",
    ".",
    ",",
    "\n",
    "\0",
    "\u{202e}",
    "\u{2067}",
    "\u{200d}",
    "\u{301}\u{301}\u{301}",
    "\u{1f525}",
    "\u{fdfa}",
    "\u{1d4c2}",
    "\u{130}",
    "\u{df}",
    "или",
    "とても",
    "\u{fe0f}",
];

impl Arbitrary<'_> for Moment {
    fn arbitrary(u: &mut Unstructured<'_>) -> arbitrary::Result<Self> {
        let seconds = if u.ratio(7, 8)? {
            1_700_000_000 + u.int_in_range(0..=400_000)?
        } else {
            u.arbitrary()?
        };
        Ok(Self(DateTime::from_timestamp(seconds, 0)))
    }
}

impl Arbitrary<'_> for Count {
    fn arbitrary(u: &mut Unstructured<'_>) -> arbitrary::Result<Self> {
        Ok(Self(match u.int_in_range(0..=7)? {
            0 => u.arbitrary()?,
            1 => u64::MAX,
            _ => u.int_in_range(0..=20_000)?,
        }))
    }
}

impl Arbitrary<'_> for Name {
    fn arbitrary(u: &mut Unstructured<'_>) -> arbitrary::Result<Self> {
        Ok(Self(if u.ratio(15, 16)? {
            format!("n{}", u.int_in_range(0..=40)?)
        } else {
            u.arbitrary()?
        }))
    }
}

impl Arbitrary<'_> for Text {
    fn arbitrary(u: &mut Unstructured<'_>) -> arbitrary::Result<Self> {
        if u.ratio(1, 4)? {
            return Ok(Self(u.arbitrary()?));
        }
        let mut text = String::new();
        for _ in 0..u.int_in_range(0..=24)? {
            text.push_str(u.choose(&PIECES)?);
            if u.arbitrary()? {
                text.push(' ');
            }
        }
        let times = if u.ratio(1, 32)? { 400 } else { 1 };
        Ok(Self(text.repeat(times)))
    }
}

impl Input {
    pub fn into_snapshot(self) -> Snapshot {
        let platforms = [
            Platform::INSTAGRAM,
            Platform::TIKTOK,
            Platform::YOUTUBE,
            Platform::new("mastodon").expect("a valid name"),
        ];
        let platform = platforms[usize::from(self.platform) % platforms.len()].clone();
        let handle = Handle::canonical("n7").expect("a valid handle");
        let origin = match self.origin % 3 {
            0 => Origin::Live,
            1 => Origin::Archive { source: None },
            _ => Origin::Simulated,
        };
        let mut snapshot = Snapshot::new(Target::new(platform, handle), origin);
        snapshot.captured_at = at(self.captured_at);
        snapshot.profile = self.profile.into_profile();
        snapshot.posts = self
            .posts
            .map(|posts| posts.into_iter().map(InputPost::into_post).collect());
        snapshot.comments = self.comments.map(|comments| many(comments, self.copies));
        snapshot.aggregates = self.aggregates.map(aggregates);
        snapshot.problems = self.problems.into_iter().map(|text| text.0).collect();
        snapshot
    }
}

impl InputProfile {
    fn into_profile(self) -> Profile {
        let [followers, following, posts, digits, length, bio] = self.counts.map(count);
        let [picture, private, verified, url, reels] = self.marks;
        let mut profile = Profile::default();
        profile.bio = self.bio.map(|bio| bio.0);
        profile.bio_length = bio;
        profile.follower_count = followers;
        profile.following_count = following;
        profile.post_count = posts;
        profile.has_profile_picture = picture;
        profile.is_private = private;
        profile.is_verified = verified;
        profile.has_url = url;
        profile.username_length = length;
        profile.username_digit_count = digits;
        profile.has_highlight_reels = reels;
        profile
    }
}

impl InputPost {
    fn into_post(self) -> Post {
        let [likes, comments, shares, views, hashtags] = self.counts.map(count);
        let [video, pinned, off] = self.marks;
        let mut post = Post::new(self.id.0);
        post.url = self.url.map(|url| url.0);
        post.caption = self.caption.map(|caption| caption.0);
        post.timestamp = at(self.at);
        post.like_count = likes;
        post.comment_count = comments;
        post.share_count = shares;
        post.view_count = views;
        post.is_video = video;
        post.is_pinned = pinned;
        post.comments_disabled = off;
        post.hashtag_count = hashtags;
        post
    }
}

fn many(comments: Vec<InputComment>, copies: u8) -> Vec<Comment> {
    let once: Vec<Comment> = comments
        .into_iter()
        .map(|input| {
            let mut comment = Comment::new(input.id.0, input.text.0);
            comment.post_id = input.post.map(|name| name.0);
            comment.author_id = input.author.map(|name| name.0);
            comment.timestamp = at(input.at);
            comment
        })
        .collect();
    let mut all = once.clone();
    for copy in 0..copies % 8 {
        all.extend(once.iter().cloned().map(|mut comment| {
            comment.id = format!("{}-{copy}", comment.id);
            comment.author_id = comment.author_id.map(|author| format!("{author}-{copy}"));
            comment
        }));
    }
    all
}

fn aggregates([likes, comments, each, tags, ratio, gap]: [Option<f64>; 6]) -> Aggregates {
    // JSON has no infinity and no NaN; a snapshot that was read has none either.
    let known = |value: Option<f64>| value.filter(|value| value.is_finite());
    {
        let mut aggregates = Aggregates::default();
        aggregates.mean_likes_per_follower = known(likes);
        aggregates.mean_comments_per_follower = known(comments);
        aggregates.mean_comments_per_post = known(each);
        aggregates.mean_hashtags_per_post = known(tags);
        aggregates.like_comment_ratio = known(ratio);
        aggregates.upload_interval_hours = known(gap);
        aggregates
    }
}

fn at(moment: Option<Moment>) -> Option<DateTime<Utc>> {
    moment.and_then(|moment| moment.0)
}

fn count(count: Option<Count>) -> Option<u64> {
    count.map(|count| count.0)
}
