//! What the account posts about: what stands there, and no judgement of a niche.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::super::bounded::BoundedSnapshot;
use super::super::text::Text;
use super::super::token::{Token, TokenKind};
use super::super::vault::Vault;
use super::super::word_table::WordTable;
use crate::hash::fnv_1a as hash;
use crate::insights::{Named, Topics};
use crate::sentences;
use crate::snapshot::Post;

/// How many posts are looked at.
const POSTS: usize = 100;
/// How many names of each kind are shown.
const SHOWN: usize = 8;
/// For how many names of each kind a post is cited.
const CITED: usize = 3;
/// Words of fewer posts are no topic.
const LEAST_POSTS: u64 = 3;

/// Frequent words that name no topic.
const COMMON: &str = "about after again also always another because been before being best better \
    between both came come coming could days dont down each ever every everyone everything feel find \
    first from getting give going gonna good great happy have having here into just keep know last \
    life like link little live long look looking made make many more most much must need never next \
    night nothing only other over people please post really right same should since some something \
    still such take tell than thank thanks that their them then there these they thing things think \
    this those time today tomorrow tonight together until very video want watch week weekend well were \
    what when where which while will with work world would year years your youre para como esta este \
    pero todo todos mais muito voce isso dans avec pour vous nous tout nicht eine einen auch wenn noch \
    come sono quando anche untuk yang dengan kalau juga";

static COMMON_WORDS: LazyLock<WordTable> = LazyLock::new(|| {
    let words = COMMON.split_whitespace();
    WordTable::new(words.map(|word| (hash(word.as_bytes()), 1)))
});

pub(super) fn of(bounded: &BoundedSnapshot<'_>, vault: &mut Vault) -> Topics {
    let posts = &bounded.posts()[..bounded.posts().len().min(POSTS)];
    let texts: Vec<Text> = posts
        .iter()
        .map(|post| Text::read(post.caption.as_deref().unwrap_or_default()))
        .collect();
    let [mut hashtags, mut mentions, mut words]: [Vec<(Cow<'_, str>, usize)>; 3] =
        Default::default();
    let mut captioned = 0;
    for (place, (post, text)) in posts.iter().zip(&texts).enumerate() {
        captioned += u64::from(!text.tokens().is_empty());
        for token in text.tokens() {
            let name = || text.str(*token).trim_matches(['#', '@', '.', '_']);
            match token.kind {
                TokenKind::Hashtag => hashtags.push((Cow::from(name()), place)),
                TokenKind::Mention => mentions.push((Cow::from(name()), place)),
                TokenKind::Word if is_topic(text, *token) => {
                    words.push((Cow::from(text.str(*token)), place));
                }
                _ => {}
            }
        }
        let listed = |names: &'_ Option<Vec<String>>| {
            let names = names.iter().flatten();
            let names = names.map(|name| name.trim_matches(['#', '@']).to_lowercase());
            names
                .map(|name| (Cow::from(name), place))
                .collect::<Vec<_>>()
        };
        hashtags.extend(listed(&post.hashtags));
        mentions.extend(listed(&post.mentions));
        mentions.extend(listed(&post.sponsors));
    }
    let (hashtags, mentions, words) = (
        most(hashtags, posts, 2),
        most(mentions, posts, 1),
        most(words, posts, LEAST_POSTS),
    );
    let names = [&hashtags, &mentions, &words];
    let cited = names.into_iter().flat_map(|names| names.iter().take(CITED));
    let mut evidence_links: Vec<String> = cited.map(|(_, post)| vault.post(post)).collect();
    evidence_links.sort();
    evidence_links.dedup();
    let plain = |names: Vec<(Named, &Post)>| -> Vec<Named> {
        names.into_iter().map(|(name, _)| name).collect()
    };
    let (hashtags, mentions, words) = (plain(hashtags), plain(mentions), plain(words));
    let explanation = sentences::topics(captioned, &hashtags, &mentions);
    Topics {
        hashtags,
        mentions,
        words,
        explanation,
        evidence_links,
    }
}

/// Whether a word may name a topic: it has four letters or more, and is not one of the frequent ones.
fn is_topic(text: &Text, word: Token) -> bool {
    COMMON_WORDS.lists(word.hash) == 0 && text.str(word).chars().nth(3).is_some()
}

/// The names of the most posts, each with the first post that has it. They come with the places of their posts.
fn most<'a>(
    mut places: Vec<(Cow<'_, str>, usize)>,
    posts: &'a [Post],
    least: u64,
) -> Vec<(Named, &'a Post)> {
    places.sort_unstable();
    places.dedup();
    let mut named: Vec<(Named, &Post)> = places
        .chunk_by(|(a, _), (b, _)| a == b)
        .filter(|same| same.len() as u64 >= least && !same[0].0.is_empty())
        .map(|same| {
            let (name, first) = &same[0];
            let named = Named {
                name: super::super::excerpt(name, 60),
                posts: same.len() as u64,
            };
            (named, &posts[*first])
        })
        .collect();
    named.sort_by(|(a, _), (b, _)| b.posts.cmp(&a.posts).then_with(|| a.name.cmp(&b.name)));
    named.truncate(SHOWN);
    named
}
