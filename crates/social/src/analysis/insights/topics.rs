//! What the account posts about: what stands there, and no judgement of a niche.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::LazyLock;

use super::super::bounded::BoundedSnapshot;
use super::super::text::Text;
use super::super::token::TokenKind;
use super::super::vault::Vault;
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

static COMMON_WORDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| COMMON.split_whitespace().collect());

pub(super) fn of(bounded: &BoundedSnapshot<'_>, vault: &mut Vault) -> Topics {
    let [mut hashtags, mut mentions, mut words]: [BTreeMap<String, Vec<&Post>>; 3] =
        Default::default();
    let mut captioned = 0;
    for post in bounded.posts().iter().take(POSTS) {
        let text = Text::read(post.caption.as_deref().unwrap_or_default());
        captioned += u64::from(!text.tokens().is_empty());
        let of_kind = |kind: TokenKind| {
            let tokens = text.tokens().iter().filter(move |token| token.kind == kind);
            tokens.map(|token| text.str(*token).trim_matches(['#', '@', '.', '_']))
        };
        let listed = |names: &Option<Vec<String>>| {
            let names = names.iter().flatten();
            let names = names.map(|name| name.trim_matches(['#', '@']).to_lowercase());
            names.collect::<Vec<_>>()
        };
        let tags: BTreeSet<String> = of_kind(TokenKind::Hashtag)
            .map(str::to_owned)
            .chain(listed(&post.hashtags))
            .collect();
        let named: BTreeSet<String> = of_kind(TokenKind::Mention)
            .map(str::to_owned)
            .chain(listed(&post.mentions))
            .chain(listed(&post.sponsors))
            .collect();
        let plain: BTreeSet<String> = of_kind(TokenKind::Word)
            .filter(|word| word.chars().count() >= 4 && !COMMON_WORDS.contains(word))
            .map(str::to_owned)
            .collect();
        for (names, counts) in [
            (tags, &mut hashtags),
            (named, &mut mentions),
            (plain, &mut words),
        ] {
            for name in names.into_iter().filter(|name| !name.is_empty()) {
                counts.entry(name).or_default().push(post);
            }
        }
    }
    let (hashtags, mentions, words) = (
        most(hashtags, 2),
        most(mentions, 1),
        most(words, LEAST_POSTS),
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

/// The names of the most posts, each with the first post that has it.
fn most(counts: BTreeMap<String, Vec<&Post>>, least: u64) -> Vec<(Named, &Post)> {
    let mut named: Vec<(Named, &Post)> = counts
        .into_iter()
        .filter(|(_, posts)| posts.len() as u64 >= least)
        .map(|(name, posts)| {
            let named = Named {
                name: super::super::excerpt(&name, 60),
                posts: posts.len() as u64,
            };
            (named, posts[0])
        })
        .collect();
    named.sort_by(|(a, _), (b, _)| b.posts.cmp(&a.posts).then_with(|| a.name.cmp(&b.name)));
    named.truncate(SHOWN);
    named
}
