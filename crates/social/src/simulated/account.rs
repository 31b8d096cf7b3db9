//! Making up an account.

use chrono::{DateTime, TimeDelta, Timelike, Utc};

use super::dice::Dice;
use super::texts::{self, Topic};
use crate::snapshot::{Comment, Origin, Post, Profile, Snapshot};
use report_pipeline::{Platform, Target};

/// How many comments of a post are read at most.
const COMMENTS_PER_POST: u64 = 50;
/// A post's comments all come within this time, and posts are older than this at the reference
/// date, so nothing lies in the future.
const LONGEST_REPLY_SECONDS: u64 = 20 * 3600;

/// What is to be seen in an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Clean,
    BoughtFollowers,
    SpammySection,
    CommentsOff,
    Private,
}

impl Kind {
    fn draw(dice: &mut Dice) -> Self {
        match dice.below(100) {
            0..45 => Self::Clean,
            45..60 => Self::BoughtFollowers,
            60..75 => Self::SpammySection,
            75..88 => Self::CommentsOff,
            _ => Self::Private,
        }
    }

    /// Likes per 10,000 followers; on `YouTube`, per 10,000 views. Neither bought followers nor
    /// bought views react.
    fn likes_per_10_000(self, platform: &Platform, followers: u64) -> u64 {
        let size = match followers {
            0..5_000 => 0,
            5_000..50_000 => 1,
            50_000..500_000 => 2,
            _ => 3,
        };
        let earned: [u64; 4] = if *platform == Platform::YOUTUBE {
            [600, 450, 280, 170]
        } else if *platform == Platform::TIKTOK {
            [1_000, 750, 600, 500]
        } else {
            [600, 220, 170, 120]
        };
        match self {
            Self::BoughtFollowers => earned[size] / 30,
            _ => earned[size],
        }
    }

    /// Likes for each comment.
    fn likes_per_comment(self, dice: &mut Dice) -> u64 {
        match self {
            Self::BoughtFollowers => dice.between(2, 6),
            Self::SpammySection => dice.between(8, 20),
            _ => dice.between(15, 45),
        }
    }
}

/// The account of `target`, as it is seen at `now`.
pub(super) fn make_up(target: &Target, now: DateTime<Utc>) -> Snapshot {
    let dice = &mut Dice::new(&target.to_string());
    let account = Account::draw(target, dice);
    let mut profile = account.profile(dice);
    let mut problems = Vec::new();
    let mut posts = None;
    let mut comments = None;
    if account.kind == Kind::Private {
        problems.push("The account is private: its posts and comments cannot be read.".to_owned());
    } else {
        let read = account.posts(now, dice);
        let closed = read
            .iter()
            .filter(|post| post.comments_disabled == Some(true));
        let closed = closed.count();
        if closed > 0 {
            let all = read.len();
            problems.push(format!(
                "Comments are switched off on {closed} of {all} posts."
            ));
        }
        let written = read.iter().flat_map(|post| account.comments(post, dice));
        comments = Some(written.collect());
        profile.post_count = profile.post_count.map(|older| older + read.len() as u64);
        posts = Some(read);
    }
    Snapshot {
        captured_at: Some(now),
        profile,
        posts,
        comments,
        problems,
        ..Snapshot::new(target.clone(), Origin::Simulated)
    }
}

#[cfg(test)]
pub(super) fn kind_of(target: &Target) -> Kind {
    Account::draw(target, &mut Dice::new(&target.to_string())).kind
}

/// What is settled about an account before its parts are made up.
struct Account<'a> {
    target: &'a Target,
    kind: Kind,
    topic: Topic,
    followers: u64,
    /// The authors who comment again and again.
    regulars: Vec<String>,
}

impl<'a> Account<'a> {
    fn draw(target: &'a Target, dice: &mut Dice) -> Self {
        let kind = Kind::draw(dice);
        let topic = dice.pick(texts::TOPICS);
        let size = dice.pick(&[1_500, 2_500, 5_000, 5_000, 20_000, 50_000, 500_000]);
        let earned = dice.between(size, size * 6);
        let regulars = (0..dice.between(6, 14)).map(|_| dice.id("sim_a_"));
        Self {
            target,
            kind,
            topic,
            followers: match kind {
                // They are sold in large packs.
                Kind::BoughtFollowers => earned * 10 + 20_000,
                _ => earned,
            },
            regulars: regulars.collect(),
        }
    }

    fn is_on(&self, platform: &Platform) -> bool {
        self.target.platform == *platform
    }

    /// The profile. Its post count is that of the posts that are too old to be read.
    fn profile(&self, dice: &mut Dice) -> Profile {
        let following = if self.kind == Kind::BoughtFollowers {
            dice.between(1_500, 7_000)
        } else {
            dice.between(80, 900)
        };
        let on_instagram = self.is_on(&Platform::INSTAGRAM);
        Profile {
            display_name: Some(format!("{} (simulated)", self.target.handle)),
            bio: Some(self.topic.bio.to_owned()),
            follower_count: Some(self.followers),
            // YouTube does not tell whom a channel follows.
            following_count: (!self.is_on(&Platform::YOUTUBE)).then_some(following),
            post_count: Some(dice.between(20, 600)),
            has_profile_picture: Some(dice.chance(99)),
            is_private: Some(self.kind == Kind::Private),
            is_verified: Some(self.followers > 500_000 && dice.chance(60)),
            has_url: Some(dice.chance(40)),
            has_highlight_reels: on_instagram.then(|| dice.chance(60)),
            tagged_count: on_instagram.then(|| dice.between(0, 200)),
            // The handle is the account's own, and the bio is there: nothing needs their lengths.
            ..Profile::default()
        }
    }

    /// The posts that are read, newest first. People post in bursts: most gaps are of hours, some
    /// of many days, and nights are spent asleep.
    fn posts(&self, now: DateTime<Utc>, dice: &mut Dice) -> Vec<Post> {
        let mut published = now - seconds(LONGEST_REPLY_SECONDS);
        (0..dice.between(12, 30))
            .map(|_| {
                let hours = if dice.chance(65) {
                    dice.between(2, 16)
                } else {
                    dice.between(30, 260)
                };
                published -= seconds(hours * 3600 + dice.below(3600));
                if published.hour() < 6 {
                    published -= seconds(8 * 3600);
                }
                self.post(published, dice)
            })
            .collect()
    }

    fn post(&self, published: DateTime<Utc>, dice: &mut Dice) -> Post {
        let on_instagram = self.is_on(&Platform::INSTAGRAM);
        let is_video = !on_instagram || dice.chance(30);
        let rate = self
            .kind
            .likes_per_10_000(&self.target.platform, self.followers);
        let (likes, views) = if self.is_on(&Platform::YOUTUBE) {
            let views = self.followers * dice.between(15, 65) / 100;
            (views * rate * dice.between(75, 125) / 1_000_000, views)
        } else {
            let likes = self.followers * rate * dice.between(40, 170) / 1_000_000;
            (likes, likes * dice.between(8, 35))
        };
        let comments = likes / self.kind.likes_per_comment(dice);
        let closed = self.kind == Kind::CommentsOff && dice.chance(75);
        let mut caption = self.about(texts::CAPTIONS, dice);
        let afterthought = dice.pick(texts::AFTERTHOUGHTS);
        if !afterthought.is_empty() {
            caption = caption + " " + afterthought;
        }
        let mut hashtags = 0;
        for hashtag in self.topic.hashtags {
            if dice.chance(45) {
                caption = caption + " " + hashtag;
                hashtags += 1;
            }
        }
        Post {
            id: dice.id("sim_p_"),
            // An address would lead to something else, or to nothing.
            url: None,
            caption: Some(caption),
            timestamp: Some(published),
            like_count: Some(likes),
            comment_count: (!closed).then_some(comments),
            share_count: (!on_instagram).then(|| likes / dice.between(15, 80)),
            view_count: is_video.then_some(views),
            is_video: Some(is_video),
            is_pinned: Some(false),
            comments_disabled: Some(closed),
            hashtag_count: Some(hashtags),
            has_location: Some(dice.chance(25)),
            ..Post::default()
        }
    }

    /// The comments that are read under one post, oldest first.
    fn comments(&self, post: &Post, dice: &mut Dice) -> Vec<Comment> {
        let count = post.comment_count.unwrap_or(0).min(COMMENTS_PER_POST);
        let mut comments: Vec<_> = (0..count).map(|_| self.comment(post, dice)).collect();
        comments.sort_by_key(|comment| comment.timestamp);
        comments
    }

    fn comment(&self, post: &Post, dice: &mut Dice) -> Comment {
        let paid = dice.chance(match self.kind {
            Kind::BoughtFollowers => 85,
            Kind::SpammySection => 60,
            _ => 2,
        });
        let (text, author, delay) = match self.kind {
            Kind::BoughtFollowers if paid => self.bought(dice),
            _ if paid => advertisement(dice),
            _ => self.remark(dice),
        };
        Comment {
            id: dice.id("sim_c_"),
            post_id: Some(post.id.clone()),
            author_id: Some(author),
            text,
            timestamp: post.timestamp.map(|published| published + seconds(delay)),
            like_count: Some(if paid { 0 } else { dice.below(12) }),
            reply_count: Some(if paid { 0 } else { dice.below(3) }),
            is_pinned: Some(false),
            ..Comment::default()
        }
    }

    /// What a reader writes: text, author, and seconds after the post. Most come soon, some much
    /// later.
    fn remark(&self, dice: &mut Dice) -> (String, String, u64) {
        let text = match dice.below(100) {
            0..7 => dice.pick(texts::REMARKS_ABROAD).to_owned(),
            7..18 => dice.pick(texts::GENERIC).to_owned(),
            _ => {
                let reason = dice.pick(texts::REASONS);
                self.about(texts::REMARKS, dice) + " " + reason + dice.pick(texts::ENDINGS)
            }
        };
        let author = if dice.chance(20) {
            dice.pick(&self.regulars)
        } else {
            dice.id("sim_a_")
        };
        let latest = dice.between(600, LONGEST_REPLY_SECONDS);
        (text, author, dice.between(60, latest))
    }

    /// One of the sentences, about one of the topic's subjects.
    fn about(&self, sentences: &[&str], dice: &mut Dice) -> String {
        dice.pick(sentences)
            .replace("{}", dice.pick(self.topic.subjects))
    }

    /// What a few bought commenters write, likewise.
    fn bought(&self, dice: &mut Dice) -> (String, String, u64) {
        let text = dice.pick(texts::GENERIC).to_owned();
        (text, dice.pick(&self.regulars), dice.between(20, 900))
    }
}

/// What advertisers write, likewise. Each time it is another author.
fn advertisement(dice: &mut Dice) -> (String, String, u64) {
    let advertised = if dice.chance(40) {
        dice.pick(texts::SPAM_HOSTS).to_owned()
    } else {
        dice.id("@u_")
    };
    let text = dice.pick(texts::SPAM).replace("{}", &advertised);
    (text, dice.id("sim_a_"), dice.between(30, 1_800))
}

fn seconds(count: u64) -> TimeDelta {
    TimeDelta::seconds(i64::try_from(count).expect("simulated times span months"))
}
