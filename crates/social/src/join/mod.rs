//! From facts to a snapshot.
//!
//! Facts about one account come from many files, in any order. The newest capture wins, field by
//! field; what is unknown never overwrites what is known; of two captures of the same time the
//! later fact wins. Posts and comments are united by their keys.

mod comments;
mod merge;
mod owner;
mod posts;
mod profiles;
mod sample;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use report_pipeline::{Handle, PhaseError, Platforms, Target};

use self::comments::Comments;
use self::posts::Posts;
use self::profiles::Profiles;
use crate::facts::{Fact, Item, Names};
use crate::snapshot::{Aggregates, Origin, Section, SectionOrder, SectionSource, Snapshot};
use crate::values::Fault;

/// The most faults that a snapshot names one by one.
const NAMED_FAULTS: usize = 5;

/// How new a fact is: when it was captured, and when it was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Age {
    captured_at: Option<DateTime<Utc>>,
    met: u64,
}

/// All names of an account: its own replies are known by them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Identity {
    pub(crate) handles: Vec<Handle>,
    pub(crate) ids: Vec<String>,
}

/// Joins the facts of one account.
#[derive(Debug, Default)]
pub(crate) struct Joiner {
    profiles: Profiles,
    posts: Posts,
    comments: Comments,
    aggregates: Option<Aggregates>,
    sources: [BTreeMap<&'static str, SectionSource>; 3],
    posts_limit: Option<u64>,
    comments_order: Option<SectionOrder>,
    origin: Option<String>,
    captured_at: Option<DateTime<Utc>>,
    faults: u64,
    named_faults: Vec<Fault>,
    met: u64,
}

/// The sections, as indexes of their sources.
const PROFILE: usize = 0;
const POSTS: usize = 1;
const COMMENTS: usize = 2;

impl Joiner {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a fact, and what could not be read of it.
    pub(crate) fn add(&mut self, fact: Fact, faults: Vec<Fault>) {
        self.add_faults(faults);
        self.met += 1;
        let age = Age {
            captured_at: fact.captured_at,
            met: self.met,
        };
        self.captured_at = self.captured_at.max(fact.captured_at);
        let (section, counts) = match fact.item {
            Item::Profile(profile) => {
                self.profiles.add(age, *profile);
                (PROFILE, true)
            }
            Item::Post(post, keys) => {
                self.posts.add(&fact.account.platform, age, *post, keys);
                (POSTS, true)
            }
            Item::Comment(comment, post) => {
                self.comments.add(age, fact.source, *comment, post);
                (COMMENTS, true)
            }
            Item::PostsRead { limit } => {
                self.posts.were_read = true;
                self.posts_limit = self.posts_limit.max(limit);
                (POSTS, false)
            }
            Item::CommentsRead { order } => {
                self.comments.were_read = true;
                self.comments_order = self.comments_order.or(order);
                (COMMENTS, false)
            }
            Item::Aggregates(aggregates) => {
                self.aggregates = Some(*aggregates);
                return;
            }
            Item::Origin(source) => {
                self.origin = Some(source);
                return;
            }
        };
        let source = self.sources[section]
            .entry(fact.source)
            .or_insert_with(|| SectionSource::new(fact.source));
        source.captured_at = source.captured_at.max(fact.captured_at);
        source.got += u64::from(counts);
    }

    /// Adds what could not be read of facts that could not be read at all.
    pub(crate) fn add_faults(&mut self, faults: Vec<Fault>) {
        self.faults += faults.len() as u64;
        let room = NAMED_FAULTS.saturating_sub(self.named_faults.len());
        self.named_faults.extend(faults.into_iter().take(room));
    }

    /// Whether any comment was added.
    #[cfg(feature = "live")]
    pub(crate) fn has_comments(&self) -> bool {
        self.comments.has_any()
    }

    /// Makes the snapshot of `target`, on a thread that may be busy with it.
    pub(crate) async fn finish(
        self,
        target: Target,
        identity: Identity,
        platforms: Platforms,
    ) -> Result<Snapshot, PhaseError> {
        let joining = tokio::task::spawn_blocking(move || {
            self.snapshot(target, &identity, Names(&platforms))
        });
        joining.await.map_err(|error| {
            PhaseError::transient("joining what was read was interrupted").with_source(error)
        })
    }

    fn snapshot(self, target: Target, identity: &Identity, names: Names<'_>) -> Snapshot {
        let mut problems = Vec::new();
        problems.extend(faults_in_words(self.faults, &self.named_faults));
        let posts = self.posts.finish(&mut problems);
        let mut comments = self.comments.finish(&posts.ids, &mut problems);
        if let Some(comments) = &mut comments.kept {
            owner::unify_authors(comments, &target.platform, names);
            owner::mark(comments, &target.platform, identity, names);
        }
        let (profile, history) = self.profiles.finish();
        let source = self.origin.or_else(|| tools(&self.sources));
        let mut snapshot = Snapshot::new(target, Origin::Archive { source });
        snapshot.captured_at = self.captured_at;
        snapshot.profile = profile;
        snapshot.history = history;
        snapshot.aggregates = self.aggregates;
        snapshot.problems = problems;
        let [profiles, from_posts, from_comments] = self.sources.map(newest_first);
        snapshot.sections.profile = Section {
            got: (!profiles.is_empty()).then_some(1),
            sources: profiles,
            ..Section::default()
        };
        let is_only = from_posts.len() == 1;
        snapshot.sections.posts = Section {
            got: posts.kept.is_some().then_some(posts.got),
            limit: self.posts_limit.filter(|_| is_only),
            sources: from_posts,
            ..Section::default()
        };
        snapshot.sections.comments = Section {
            got: comments.kept.is_some().then_some(comments.got),
            order: self.comments_order,
            sources: from_comments,
            ..Section::default()
        };
        snapshot.posts = posts.kept;
        snapshot.comments = comments.kept;
        snapshot
    }
}

fn faults_in_words(count: u64, named: &[Fault]) -> Option<String> {
    let first: Vec<String> = named.iter().map(Fault::to_string).collect();
    let first = first.join("; ");
    match count {
        0 => None,
        1 => Some(format!(
            "One value could not be read and counts as unknown: {first}."
        )),
        _ if count == named.len() as u64 => Some(format!(
            "{count} values could not be read and count as unknown: {first}."
        )),
        _ => Some(format!(
            "{count} values could not be read and count as unknown, among them: {first}."
        )),
    }
}

/// The names of the tools. A record of our own says itself where it is from.
fn tools(sources: &[BTreeMap<&'static str, SectionSource>; 3]) -> Option<String> {
    let mut names: Vec<&str> = sources
        .iter()
        .flat_map(|section| section.keys().copied())
        .filter(|name| *name != "record")
        .collect();
    names.sort_unstable();
    names.dedup();
    (!names.is_empty()).then(|| names.join(", "))
}

fn newest_first(sources: BTreeMap<&'static str, SectionSource>) -> Vec<SectionSource> {
    let mut sources: Vec<SectionSource> = sources.into_values().collect();
    sources.sort_by_key(|source| std::cmp::Reverse(source.captured_at));
    sources
}
