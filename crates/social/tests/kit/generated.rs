//! Accounts that are generated from a few figures, for property tests. None of them is a real one.

use chrono::TimeDelta;
use proptest::prelude::*;
use report_pipeline::Platform;
use report_pipeline_social::{Comment, Post, Profile, Snapshot};

use super::{captured, empty};

/// What an account is made of.
#[derive(Debug, Clone)]
pub(crate) struct Recipe {
    pub(crate) seed: u64,
    followers: u64,
    posts: usize,
    comments: usize,
    /// Of a hundred comments: spam, emoji, foreign.
    spam: usize,
    emoji: usize,
    foreign: usize,
    /// Captions of a hundred with hate.
    hate: usize,
    /// Reactions for a thousand followers.
    rate: u64,
}

pub(crate) fn recipes() -> impl Strategy<Value = Recipe> {
    (
        any::<u64>(),
        2_000u64..2_000_000,
        12usize..30,
        20usize..160,
        prop_oneof![Just(0usize), 0usize..90],
        0usize..40,
        0usize..40,
        prop_oneof![Just(0usize), 0usize..50],
        2u64..80,
    )
        .prop_map(
            |(seed, followers, posts, comments, spam, emoji, foreign, hate, rate)| Recipe {
                seed,
                followers,
                posts,
                comments,
                spam,
                emoji,
                foreign,
                hate,
                rate,
            },
        )
}

pub(crate) const SPAM: [&str; 4] = [
    "I made $5,000 in one week with the help of @trader_jane, dm her now",
    "check out my channel and subscribe please, new covers every week",
    "free followers at www.growfast.com, click the link in my bio",
    "message me on whatsapp to double your bitcoin",
];
pub(crate) const FOREIGN: [&str; 3] = [
    "que bonito lugar, mi familia y yo fuimos el verano pasado",
    "das ist wirklich ein schöner ort, wir waren letztes jahr dort",
    "quel bel endroit, on y était avec toute la famille",
];
pub(crate) const HATE: &str = "immigrants are vermin and everybody knows that";

pub(crate) fn account(recipe: &Recipe) -> Snapshot {
    let mut random = fastrand::Rng::with_seed(recipe.seed);
    let mut snapshot = empty(&Platform::INSTAGRAM);
    snapshot.profile = profile(recipe.followers);
    let mut at = captured() - TimeDelta::days(3);
    let posts: Vec<Post> = (0..recipe.posts)
        .map(|i| {
            at -= TimeDelta::minutes(random.i64(300..6_000));
            let mut post = Post::new(format!("p{i}"));
            post.timestamp = Some(at);
            post.like_count =
                Some((recipe.followers * recipe.rate / 1_000).max(1) + random.u64(0..40));
            post.comment_count = Some(random.u64(5..40));
            post.comments_disabled = Some(false);
            let hateful = random.usize(0..100) < recipe.hate;
            post.caption = Some(if hateful {
                HATE.to_owned()
            } else {
                sentence(&mut random, 14)
            });
            post
        })
        .collect();
    let comments = (0..recipe.comments)
        .map(|i| {
            let kind = random.usize(0..100);
            let text = if kind < recipe.spam {
                format!("{} {i}", SPAM[random.usize(0..SPAM.len())])
            } else if random.usize(0..100) < recipe.emoji {
                "\u{1f525}".to_owned()
            } else if random.usize(0..100) < recipe.foreign {
                of_words(&mut random, FOREIGN_WORDS, 9)
            } else {
                let length = random.usize(5..12);
                sentence(&mut random, length)
            };
            let post = &posts[i % posts.len()];
            let mut comment = Comment::new(format!("c{i}"), text);
            comment.post_id = Some(post.id.clone());
            comment.author_id = Some(format!("u{}", random.usize(0..recipe.comments * 2)));
            comment.timestamp = post
                .timestamp
                .map(|at| at + TimeDelta::seconds(random.i64(60..90_000)));
            comment
        })
        .collect();
    snapshot.posts = Some(posts);
    snapshot.comments = Some(comments);
    snapshot
}

fn profile(followers: u64) -> Profile {
    let mut profile = Profile::default();
    profile.bio = Some("Walks, birds and too much tea.".to_owned());
    profile.follower_count = Some(followers);
    profile.following_count = Some(500);
    profile.post_count = Some(300);
    profile.has_profile_picture = Some(true);
    profile
}

fn sentence(random: &mut fastrand::Rng, words: usize) -> String {
    of_words(random, WORDS, words)
}

fn of_words(random: &mut fastrand::Rng, from: &str, words: usize) -> String {
    let all: Vec<&str> = from.split_whitespace().collect();
    let chosen: Vec<&str> = (0..words).map(|_| all[random.usize(..all.len())]).collect();
    chosen.join(" ")
}

const FOREIGN_WORDS: &str = "lugar bonito familia verano pasado nosotros siempre playa cocina abuela \
    schöner letztes jahr wirklich waren dort immer garten morgen fenster endroit famille toute était \
    jamais voiture matin chanson lumière petite montagne rivière camino sombrero ventana corazón";
const WORDS: &str = "the and we you it is was this that my your of on in with for so lovely \
    morning river birds walk hill light tea garden path wind rain cloud friend photo colour \
    quiet gentle early bright heron robin kettle boots forest meadow bridge winter summer about \
    autumn spring evening weekend story camera lens trail summit valley lake shore have from";
