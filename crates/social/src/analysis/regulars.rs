//! People who come back to post after post, and write much of what stands there.

use super::bounded::BoundedSnapshot;
use super::stats::ratio;
use super::timing::ByPost;

/// What a comment says: nothing (at most two words), little (a few words more, or what others write, too), or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    Nothing,
    Little,
    More,
}

/// Some of the people who come back, and what they write.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) members: u64,
    /// Posts with three comments or more of known authors.
    pub(super) posts: u64,
    /// Comments of known authors under those posts, and how many of them the members wrote. Comments that say
    /// nothing count only where they are the members' own: those of others make no group look smaller.
    pub(super) comments: u64,
    pub(super) written: u64,
    /// One comment of each member, by index.
    pub(super) examples: Vec<usize>,
}

impl Group {
    pub(super) fn share(&self) -> f64 {
        ratio(self.written, self.comments)
    }
}

/// The two groups that may stand for an audience that is none.
#[derive(Debug)]
pub(super) struct Regulars {
    /// Those under more than 60 % of the posts, whatever they write.
    pub(super) present: Group,
    /// Few people who praise in a few words wherever they come, if not under every post.
    pub(super) praising: Group,
}

/// The fewest posts with comments that show who is a regular.
const MIN_POSTS: u64 = 6;
/// Whoever is under more than this share of the posts is a regular.
const PRESENT: f64 = 0.6;
/// Whoever is under more than a third of the posts, four or more, and says something in at most a fifth of the
/// comments, praises; the twelve who write most of it are the group.
const PRAISING: f64 = 1.0 / 3.0;
const MIN_PRAISED: u64 = 4;
const MOST_SAID: f64 = 0.2;
const MOST_PRAISING: usize = 12;

/// A comment of a known author.
struct Known<'a> {
    author: &'a str,
    /// The post's place in their order.
    post: usize,
    index: usize,
    says: Says,
    /// Whether it is one of three or more under its post that say something.
    is_heard: bool,
}

/// Looks for both groups. `None` where fewer than six posts have three comments of known authors that say something.
pub(super) fn regulars(
    bounded: &BoundedSnapshot<'_>,
    posts: &ByPost<'_>,
    says: impl Fn(usize) -> Says,
) -> Option<Regulars> {
    let mut written: Vec<Known<'_>> = Vec::new();
    let (mut present, mut praising) = (Group::default(), Group::default());
    for (post, indices) in posts.values().enumerate() {
        let first = written.len();
        written.extend(indices.iter().filter_map(|index| {
            Some(Known {
                author: bounded.comments()[*index].author_id.as_deref()?,
                post,
                index: *index,
                says: says(*index),
                is_heard: false,
            })
        }));
        let of_post = &mut written[first..];
        let heard = of_post.iter().filter(|one| one.says != Says::Nothing);
        let heard = heard.count() as u64;
        if heard >= 3 {
            present.posts += 1;
            present.comments += heard;
            for one in of_post {
                one.is_heard = one.says != Says::Nothing;
            }
        }
        if written.len() - first < 3 {
            written.truncate(first);
        } else {
            praising.posts += 1;
            praising.comments += heard;
        }
    }
    if present.posts < MIN_POSTS {
        return None;
    }
    written.sort_unstable_by_key(|one| (one.author, one.post, one.index));
    let mut core: Vec<&[Known<'_>]> = Vec::new();
    for of_author in written.chunk_by(|a, b| a.author == b.author) {
        let under = |counts: fn(&Known<'_>) -> bool| {
            let posts = of_author.chunk_by(|a, b| a.post == b.post);
            posts.filter(|of_post| of_post.iter().any(counts)).count() as u64
        };
        if ratio(under(|one| one.is_heard), present.posts) > PRESENT {
            present.add(of_author.iter().filter(|one| one.is_heard));
        }
        let visited = under(|_| true);
        let said = of_author.iter().filter(|one| one.says == Says::More);
        if visited >= MIN_PRAISED
            && ratio(visited, praising.posts) > PRAISING
            && ratio(said.count() as u64, of_author.len() as u64) <= MOST_SAID
        {
            core.push(of_author);
        }
    }
    core.sort_by(|a, b| b.len().cmp(&a.len()).then(a[0].author.cmp(b[0].author)));
    for of_author in core.into_iter().take(MOST_PRAISING) {
        let silent = of_author.iter().filter(|one| one.says == Says::Nothing);
        praising.comments += silent.count() as u64;
        praising.add(of_author.iter());
    }
    Some(Regulars { present, praising })
}

impl Group {
    fn add<'a>(&mut self, of_member: impl Iterator<Item = &'a Known<'a>>) {
        let indices: Vec<usize> = of_member.map(|one| one.index).collect();
        self.members += 1;
        self.written += indices.len() as u64;
        self.examples.extend(indices.first());
    }
}
