//! The posts of an account, united by their keys.

use std::cmp::Reverse;
use std::collections::HashMap;

use report_pipeline::Platform;

use super::sample::{POST_BYTES, derived_id, fitting};
use super::{Age, merge};
use crate::facts::PostKey;
use crate::snapshot::Post;

#[derive(Debug, Default)]
pub(super) struct Posts {
    /// Whether the list was read, even if it is empty.
    pub(super) were_read: bool,
    groups: Vec<Group>,
    by_key: HashMap<PostKey, usize>,
}

/// All copies of one post.
#[derive(Debug, Default)]
struct Group {
    copies: Vec<(Age, Post)>,
    keys: Vec<PostKey>,
}

/// The posts of the snapshot.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) kept: Option<Vec<Post>>,
    pub(super) got: u64,
    /// The id in the snapshot, for every key of a post.
    pub(super) ids: HashMap<PostKey, String>,
}

impl Posts {
    pub(super) fn add(
        &mut self,
        platform: &Platform,
        age: Age,
        post: Post,
        mut keys: Vec<PostKey>,
    ) {
        // A file's name joins comments to the post, but is no id of it.
        if keys.iter().all(|key| matches!(key, PostKey::File(_))) {
            keys.push(PostKey::Public(platform.clone(), derived_id(&post)));
        }
        let mut known: Vec<usize> = keys
            .iter()
            .filter_map(|key| self.by_key.get(key))
            .copied()
            .collect();
        known.sort_unstable();
        known.dedup();
        let into = known.first().copied().unwrap_or_else(|| {
            self.groups.push(Group::default());
            self.groups.len() - 1
        });
        // This post shows that several are one.
        for other in known.into_iter().skip(1) {
            let group = std::mem::take(&mut self.groups[other]);
            for key in &group.keys {
                self.by_key.insert(key.clone(), into);
            }
            self.groups[into].copies.extend(group.copies);
            self.groups[into].keys.extend(group.keys);
        }
        for key in keys {
            if self.by_key.insert(key.clone(), into).is_none() {
                self.groups[into].keys.push(key);
            }
        }
        self.groups[into].copies.push((age, post));
    }

    pub(super) fn finish(self, problems: &mut Vec<String>) -> Finished {
        let mut ids = HashMap::with_capacity(self.by_key.len());
        let mut posts = Vec::with_capacity(self.groups.len());
        for mut group in self.groups {
            let Some(best) = group.keys.iter().min() else {
                continue;
            };
            let id = best.id().to_owned();
            group.copies.sort_by_key(|(age, post)| order(*age, post));
            let copies = group.copies.into_iter().map(|(_, post)| post);
            let mut post = copies.reduce(merge::post).expect("a group has a post");
            post.id.clone_from(&id);
            ids.extend(group.keys.into_iter().map(|key| (key, id.clone())));
            posts.push(post);
        }
        // Those without a time come last, in the order in which they were read.
        posts.sort_by_key(|post| Reverse(post.about_when()));
        let got = posts.len() as u64;
        let fitting = fitting(&posts, POST_BYTES);
        if fitting < posts.len() {
            posts.truncate(fitting);
            problems.push(format!(
                "Of {got} posts the {fitting} newest are kept: more would not fit."
            ));
        }
        Finished {
            kept: (self.were_read || got > 0).then_some(posts),
            got,
            ids,
        }
    }
}

/// Newest last. Within a day an exact count is better than a rounded one, whichever was later.
fn order(age: Age, post: &Post) -> (Option<chrono::NaiveDate>, bool, Age) {
    let day = age.captured_at.map(|at| at.date_naive());
    (day, post.counts_rounded != Some(true), age)
}
