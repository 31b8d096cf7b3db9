//! The comments of an account, united by their ids.

use std::collections::{BinaryHeap, HashMap, HashSet};

use super::sample::{COMMENT_BYTES, MAX_COMMENTS, derived_id, fingerprint, fitting};
use super::{Age, merge};
use crate::facts::PostKey;
use crate::snapshot::Comment;
use crate::values::clip;

/// The most bytes of a comment's text: the platforms allow less.
const MAX_TEXT: usize = 4_000;
/// How many comments are held while they are read. More than are kept: which of them fit is only
/// known when all copies are merged.
const MAX_HELD: usize = 2 * MAX_COMMENTS;

#[derive(Debug, Default)]
pub(super) struct Comments {
    /// Whether the list was read, even if it is empty.
    pub(super) were_read: bool,
    held: HashMap<u64, Held>,
    /// The fingerprints of those that are held, largest first.
    largest: BinaryHeap<u64>,
    /// The fingerprints of all, held or not.
    all: HashSet<u64>,
}

/// All copies of one comment.
#[derive(Debug)]
struct Held {
    /// When the first copy was met.
    met: u64,
    copies: Vec<(Age, Comment)>,
    post: Option<PostKey>,
    /// Which source had it first.
    source: &'static str,
}

/// The comments of the snapshot.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) kept: Option<Vec<Comment>>,
    pub(super) got: u64,
}

impl Comments {
    pub(super) fn add(
        &mut self,
        age: Age,
        source: &'static str,
        mut comment: Comment,
        post: Option<PostKey>,
    ) {
        if comment.id.is_empty() {
            comment.id = derived_id(&comment);
        }
        comment.text.truncate(clip(&comment.text, MAX_TEXT).len());
        let print = fingerprint(comment.id.as_bytes());
        let is_new = self.all.insert(print);
        if let Some(held) = self.held.get_mut(&print) {
            held.copies.push((age, comment));
            held.post = held.post.take().or(post);
            return;
        }
        // One that had to go once does not come back with its second copy.
        if !is_new {
            return;
        }
        if self.held.len() >= MAX_HELD {
            if self.largest.peek().is_some_and(|largest| print > *largest) {
                return;
            }
            if let Some(gone) = self.largest.pop() {
                self.held.remove(&gone);
            }
        }
        self.largest.push(print);
        self.held.insert(
            print,
            Held {
                met: age.met,
                copies: vec![(age, comment)],
                post,
                source,
            },
        );
    }

    #[cfg(feature = "live")]
    pub(super) fn has_any(&self) -> bool {
        !self.all.is_empty()
    }

    pub(super) fn finish(
        self,
        ids: &HashMap<PostKey, String>,
        problems: &mut Vec<String>,
    ) -> Finished {
        let mut comments: Vec<Merged> = self
            .held
            .into_iter()
            .map(|(print, held)| Merged {
                print,
                met: held.met,
                source: held.source,
                comment: united(held, ids),
            })
            .collect();
        let twins = unite_twins(&mut comments);
        let got = self.all.len() as u64 - twins;
        // Of too many, those with the smallest fingerprints stay.
        comments.sort_unstable_by_key(|merged| merged.print);
        comments.truncate(MAX_COMMENTS);
        let fitting = fitting(comments.iter().map(|merged| &merged.comment), COMMENT_BYTES);
        comments.truncate(fitting);
        if (comments.len() as u64) < got {
            problems.push(format!(
                "Of {got} comments a fixed sample of {} is kept: more would not fit.",
                comments.len()
            ));
        }
        comments.sort_unstable_by_key(|merged| merged.met);
        let mut kept: Vec<Comment> = comments.into_iter().map(|merged| merged.comment).collect();
        adopt(&mut kept);
        Finished {
            kept: (self.were_read || got > 0).then_some(kept),
            got,
        }
    }
}

/// A comment whose copies are merged.
struct Merged {
    print: u64,
    met: u64,
    source: &'static str,
    comment: Comment,
}

/// Unites comments that two sources number differently: under the same post, in the same second,
/// with the same text, and by the same author as far as both say. Within one source they are two:
/// copies are what spam is found by. Returns how many were united with another.
fn unite_twins(comments: &mut Vec<Merged>) -> u64 {
    comments.sort_unstable_by_key(|merged| merged.met);
    let mut first: HashMap<(String, i64, String), usize> = HashMap::new();
    let mut kept: Vec<Merged> = Vec::with_capacity(comments.len());
    let mut renamed: HashMap<String, String> = HashMap::new();
    for merged in comments.drain(..) {
        let comment = &merged.comment;
        let key = comment.post_id.clone().zip(comment.timestamp);
        let Some((post, at)) = key.filter(|_| !comment.text.is_empty()) else {
            kept.push(merged);
            continue;
        };
        let key = (post, at.timestamp(), comment.text.clone());
        match first.get(&key) {
            Some(at) if is_twin(&kept[*at], &merged) => {
                let twin = &mut kept[*at];
                renamed.insert(merged.comment.id.clone(), twin.comment.id.clone());
                let known = std::mem::take(&mut twin.comment);
                twin.comment = merge::comment(merged.comment, known);
            }
            Some(_) => kept.push(merged),
            None => {
                first.insert(key, kept.len());
                kept.push(merged);
            }
        }
    }
    for merged in &mut kept {
        let parent = merged.comment.parent_id.as_ref();
        if let Some(name) = parent.and_then(|parent| renamed.get(parent)) {
            merged.comment.parent_id = Some(name.clone());
        }
    }
    *comments = kept;
    renamed.len() as u64
}

fn is_twin(one: &Merged, other: &Merged) -> bool {
    let agree = |a: &Option<String>, b: &Option<String>| match (a, b) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    };
    one.source != other.source
        && agree(&one.comment.author_name, &other.comment.author_name)
        && agree(&one.comment.author_id, &other.comment.author_id)
}

fn united(mut held: Held, ids: &HashMap<PostKey, String>) -> Comment {
    held.copies.sort_by_key(|(age, _)| *age);
    let copies = held.copies.into_iter().map(|(_, comment)| comment);
    let mut comment = copies.reduce(merge::comment).expect("it was met");
    comment.post_id = held.post.map(|key| {
        ids.get(&key)
            .cloned()
            .unwrap_or_else(|| key.id().to_owned())
    });
    comment
}

/// A reply stands under its parent's post.
fn adopt(comments: &mut [Comment]) {
    let posts: HashMap<String, String> = comments
        .iter()
        .filter_map(|comment| Some((comment.id.clone(), comment.post_id.clone()?)))
        .collect();
    for comment in comments
        .iter_mut()
        .filter(|comment| comment.post_id.is_none())
    {
        let parent = comment.parent_id.as_ref();
        comment.post_id = parent.and_then(|parent| posts.get(parent)).cloned();
    }
}
