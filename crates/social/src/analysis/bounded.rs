//! A bounded, ordered view of a snapshot: what the heuristics work on.
//!
//! Bounding comes first, so that no later step can be made slow by a hostile snapshot. Ordering
//! makes the report independent of the order in which comments were delivered.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use unicode_normalization::UnicodeNormalization;

use super::growth::growth;
use super::text::clip;
use super::{MAX_COMMENTS, MAX_POSTS, MAX_TEXT_BYTES};
use crate::hash::{fnv_1a as hash, mix};
use crate::insights::Growth;
use crate::snapshot::{Aggregates, Comment, Origin, Post, Profile, Snapshot};
use report_pipeline::{Platform, Target};

/// A bounded view of a snapshot. Comments are its largest part: they are copied only where they must be.
#[derive(Debug)]
pub(super) struct BoundedSnapshot<'a> {
    pub(super) target: Target,
    /// Whether the handle is the account's real name; archives may carry made-up ones.
    pub(super) handle_is_real: bool,
    pub(super) captured_at: Option<DateTime<Utc>>,
    pub(super) profile: Profile,
    /// Newest first.
    pub(super) posts: Option<Vec<Post>>,
    /// In a fixed order, each once, without those of the account itself.
    pub(super) comments: Option<Vec<Cow<'a, Comment>>>,
    pub(super) aggregates: Option<Aggregates>,
    /// How the account's counts have changed.
    pub(super) growth: Growth,
    /// The number that stands for hidden likes, if there is one.
    filler_likes: Option<u64>,
}

impl<'a> BoundedSnapshot<'a> {
    pub(super) fn of(snapshot: &'a Snapshot) -> Self {
        Self {
            target: snapshot.target.clone(),
            handle_is_real: snapshot.origin == Origin::Live,
            captured_at: snapshot.captured_at,
            profile: Profile {
                bio: snapshot.profile.bio.as_deref().map(clipped),
                ..snapshot.profile.clone()
            },
            growth: growth(snapshot),
            filler_likes: filler_likes(snapshot.posts.as_deref().unwrap_or_default()),
            posts: snapshot.posts.as_deref().map(bounded_posts),
            comments: snapshot
                .comments
                .as_deref()
                .and_then(|comments| bounded_comments(comments, snapshot)),
            aggregates: snapshot.aggregates.clone(),
        }
    }

    /// The same, for a thread that outlives the snapshot.
    pub(super) fn into_owned(self) -> BoundedSnapshot<'static> {
        let owned = |comment| match comment {
            Cow::Borrowed(comment) => Cow::Owned(examined_part(comment)),
            Cow::Owned(comment) => Cow::Owned(comment),
        };
        BoundedSnapshot {
            comments: self
                .comments
                .map(|comments| comments.into_iter().map(owned).collect()),
            ..self
        }
    }

    pub(super) fn platform(&self) -> &Platform {
        &self.target.platform
    }

    pub(super) fn posts(&self) -> &[Post] {
        self.posts.as_deref().unwrap_or_default()
    }

    pub(super) fn comments(&self) -> &[Cow<'a, Comment>] {
        self.comments.as_deref().unwrap_or_default()
    }

    /// Likes and comments of a post, if both are known. Comments switched off are known to be none.
    /// Shares are left out: sources that hide them would look worse than those that show them.
    pub(super) fn reactions(&self, post: &Post) -> Option<u64> {
        let comments = match (post.comment_count, post.comments_disabled) {
            (Some(count), _) => count,
            (None, Some(true)) => 0,
            (None, _) => return None,
        };
        Some(self.likes(post)?.saturating_add(comments))
    }

    /// The likes of a post, unless they are hidden.
    pub(super) fn likes(&self, post: &Post) -> Option<u64> {
        post.like_count.filter(|_| !self.hides_likes(post))
    }

    /// Whether the likes of a post are hidden, or stand-ins for hidden ones: some tools write the
    /// three names that are shown, or a constant.
    pub(super) fn hides_likes(&self, post: &Post) -> bool {
        let is_filler = self.filler_likes.is_some() && post.like_count == self.filler_likes;
        post.likes_hidden == Some(true) || is_filler
    }

    /// The posts that say what the account does now: at most `max`, newest first, without pinned
    /// ones (they are old favourites) and without those younger than 48 hours, which still grow.
    /// Where it is unknown when the snapshot was taken, no post counts as too young.
    pub(super) fn recent_posts(&self, max: usize) -> Vec<&Post> {
        let youngest = self
            .captured_at
            .and_then(|at| at.checked_sub_signed(chrono::TimeDelta::hours(48)));
        self.posts()
            .iter()
            .filter(|post| post.is_pinned != Some(true))
            .filter(|post| match (post.timestamp, youngest) {
                (Some(at), Some(youngest)) => at <= youngest,
                _ => true,
            })
            .take(max)
            .collect()
    }
}

/// A small number of likes that most posts share although more people comment than like: no likes
/// but what a tool writes where they are hidden.
fn filler_likes(posts: &[Post]) -> Option<u64> {
    const MOST: u64 = 5;
    const LEAST_POSTS: usize = 5;
    let counted: Vec<(u64, u64)> = posts
        .iter()
        .filter_map(|post| Some((post.like_count?, post.comment_count?)))
        .collect();
    let share = |likes: u64| {
        let alike =
            |&&(l, comments): &&(u64, u64)| l == likes && comments > l.saturating_mul(2).max(2);
        counted.iter().filter(alike).count()
    };
    let enough = counted.len().max(LEAST_POSTS);
    (0..=MOST).find(|likes| share(*likes) * 3 >= enough * 2)
}

/// The most hashtags, names and the like of a post that are looked at.
const MAX_WORDS: usize = 50;

fn bounded_posts(posts: &[Post]) -> Vec<Post> {
    let few = |words: &Option<Vec<String>>| {
        let words = words.as_ref()?;
        Some(
            words
                .iter()
                .take(MAX_WORDS)
                .map(|word| clipped(word))
                .collect(),
        )
    };
    // Pages of a source overlap: the same post delivered twice is one post.
    let mut seen = BTreeSet::new();
    let mut kept: Vec<Post> = posts
        .iter()
        .filter(|post| post.id.is_empty() || seen.insert(post.id.as_str()))
        .take(MAX_POSTS)
        .map(|post| Post {
            id: clipped(&post.id),
            caption: post.caption.as_deref().map(clipped),
            // Half an address leads nowhere.
            url: post.url.clone().filter(|url| url.len() <= MAX_TEXT_BYTES),
            hashtags: few(&post.hashtags),
            mentions: few(&post.mentions),
            sponsors: few(&post.sponsors),
            collaborators: few(&post.collaborators),
            language: post.language.as_deref().map(clipped),
            ..*post
        })
        .collect();
    // Without all the times, the source's own order is the best there is.
    if kept.iter().all(|post| post.timestamp.is_some()) {
        kept.sort_by(|a, b| b.timestamp.cmp(&a.timestamp).then_with(|| a.id.cmp(&b.id)));
    }
    kept
}

/// A name as it is compared: names are typed in other cases and other Unicode forms.
fn name(text: &str) -> String {
    let text = clip(text.trim(), MAX_TEXT_BYTES).trim_start_matches('@');
    text.nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

/// Whether the account itself wrote a comment.
fn is_own(comment: &Comment, own: &str) -> bool {
    comment.is_by_owner == Some(true)
        || [&comment.author_id, &comment.author_name]
            .into_iter()
            .flatten()
            .any(|author| {
                // Most authors are told apart without folding them.
                let plain = author.trim_start_matches('@');
                plain.eq_ignore_ascii_case(own)
                    || !(plain.is_ascii() && own.is_ascii()) && name(author) == own
            })
}

/// `None` where of comments of others no text at all is known: they are as good as not read.
fn bounded_comments<'a>(
    comments: &'a [Comment],
    snapshot: &Snapshot,
) -> Option<Vec<Cow<'a, Comment>>> {
    let own = name(snapshot.target.handle.as_str());
    let mut chosen: Vec<&Comment> = comments
        .iter()
        .filter(|comment| !is_own(comment, &own))
        .collect();
    if !chosen.is_empty() && chosen.iter().all(|one| one.text.trim().is_empty()) {
        return None;
    }
    // Pages of a source overlap: one id is one comment, whatever else differs; the first in order stays.
    chosen.sort_unstable_by(|a, b| order(a, b));
    let mut seen = HashSet::with_capacity(chosen.len());
    chosen.retain(|comment| comment.id.is_empty() || seen.insert(comment.id.as_str()));
    // Of too many, those with the smallest fingerprints stay: a sample that does not depend on
    // the order of delivery and favours no post.
    if chosen.len() > MAX_COMMENTS {
        let mut sample: Vec<(u64, &Comment)> =
            chosen.into_iter().map(|c| (fingerprint(c), c)).collect();
        sample.select_nth_unstable_by(MAX_COMMENTS, |(a_print, a), (b_print, b)| {
            a_print.cmp(b_print).then_with(|| order(a, b))
        });
        sample.truncate(MAX_COMMENTS);
        chosen = sample.into_iter().map(|(_, comment)| comment).collect();
        chosen.sort_unstable_by(|a, b| order(a, b));
    }
    let examined = |comment| {
        if is_short(comment) {
            Cow::Borrowed(comment)
        } else {
            Cow::Owned(examined_part(comment))
        }
    };
    Some(chosen.into_iter().map(examined).collect())
}

/// Whether no text of a comment needs to be clipped.
fn is_short(comment: &Comment) -> bool {
    let names = [&comment.post_id, &comment.author_id];
    let texts = [&comment.id, &comment.text].into_iter();
    texts
        .chain(names.into_iter().flatten())
        .all(|text| text.len() <= MAX_TEXT_BYTES)
}

/// What of a comment is examined.
fn examined_part(comment: &Comment) -> Comment {
    Comment {
        id: clipped(&comment.id),
        post_id: comment.post_id.as_deref().map(clipped),
        parent_id: None,
        author_id: comment.author_id.as_deref().map(clipped),
        author_name: None,
        text: clipped(&comment.text),
        ..*comment
    }
}

/// One order for the same comments, however they were delivered. Two that it calls equal are the
/// same in everything that is examined.
fn order(a: &Comment, b: &Comment) -> Ordering {
    fn start(text: &str) -> &str {
        clip(text, MAX_TEXT_BYTES)
    }
    a.timestamp
        .cmp(&b.timestamp)
        .then_with(|| start(&a.id).cmp(start(&b.id)))
        .then_with(|| start(&a.text).cmp(start(&b.text)))
        .then_with(|| {
            a.author_id
                .as_deref()
                .map(start)
                .cmp(&b.author_id.as_deref().map(start))
        })
        .then_with(|| {
            a.post_id
                .as_deref()
                .map(start)
                .cmp(&b.post_id.as_deref().map(start))
        })
}

fn clipped(text: &str) -> String {
    clip(text, MAX_TEXT_BYTES).to_owned()
}

fn fingerprint(comment: &Comment) -> u64 {
    let start = |text: &str| hash(clip(text, 64).as_bytes());
    let time = comment.timestamp.map_or(0, |at| at.timestamp());
    let parts = [
        start(&comment.id),
        start(comment.author_id.as_deref().unwrap_or_default()),
        start(&comment.text),
        comment.text.len() as u64,
        time.cast_unsigned(),
    ];
    parts.iter().fold(0, |sum, part| mix(sum ^ *part))
}
