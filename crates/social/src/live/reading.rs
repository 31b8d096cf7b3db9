//! What is known of an account while it is read.

use chrono::{DateTime, Utc};
use report_pipeline::{Handle, PhaseError, Platform, Platforms, Target};

use crate::facts::{Context, Fact, Names};
use crate::join::{Identity, Joiner};
use crate::snapshot::{Origin, SectionOrder, Snapshot};
use crate::sources::{Format, Recognised, recognise};
use crate::values::{Faults, Object};

/// What is known of an account while it is read. The answers go through the same readers as the
/// saved ones of an archive.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) joiner: Joiner,
    /// The names of the account that its answers gave.
    pub(super) identity: Identity,
    /// What could not be read, in sentences for the reader of the report.
    pub(super) problems: Vec<String>,
    pub(super) asked: Asked,
    /// Why this source has no comments at all, if that is so. It is said unless another has some.
    pub(super) no_comments: Option<&'static str>,
    /// The posts of which the platform said that comments are switched off when asked for them.
    pub(super) comments_off: Vec<String>,
    platforms: Platforms,
}

/// How much was asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Asked {
    pub(super) posts: Option<u64>,
    pub(super) comments: Option<u64>,
    /// The most comments that the source ever supplies.
    pub(super) comments_limit: Option<u64>,
    pub(super) comment_order: Option<SectionOrder>,
}

impl Reading {
    pub(super) fn new(platforms: &Platforms) -> Self {
        Self {
            joiner: Joiner::new(),
            identity: Identity::default(),
            problems: Vec::new(),
            asked: Asked::default(),
            no_comments: None,
            comments_off: Vec::new(),
            platforms: platforms.clone(),
        }
    }

    /// Adds the facts of an answer.
    ///
    /// # Errors
    /// Transient if the answer is not of `format`, as the archive's table calls it: then something
    /// else has answered.
    pub(super) fn add(
        &mut self,
        api: &'static str,
        format: &'static str,
        body: &str,
        read_at: DateTime<Utc>,
    ) -> Result<(), PhaseError> {
        let faults = Faults::default();
        let object = Object::document(body, &faults);
        let found = object.and_then(|object| Some((recognised(&object, format)?, object)));
        let Some((found, object)) = found else {
            return Err(not_understood(api));
        };
        // What recognising stumbled over, reading stumbles over again.
        faults.take();
        let context = Context {
            names: Names(&self.platforms),
            captured_at: Some(read_at),
            file: "",
            faults: &faults,
        };
        let joiner = &mut self.joiner;
        (found.read)(&object, &context, &mut |fact| {
            joiner.add(fact, faults.take());
        });
        self.joiner.add_faults(faults.take());
        Ok(())
    }

    /// A name as its platform folds it.
    pub(super) fn handle(&self, platform: &Platform, name: &str) -> Option<Handle> {
        Names(&self.platforms).handle(platform, name)
    }

    /// Adds a fact that no answer spells out.
    pub(super) fn say(&mut self, fact: Fact) {
        self.joiner.add(fact, Vec::new());
    }

    /// Makes the snapshot.
    pub(super) async fn finish(self, target: Target) -> Result<Snapshot, PhaseError> {
        let no_comments = self.no_comments.filter(|_| !self.joiner.has_comments());
        let (joiner, identity, platforms) = (self.joiner, self.identity, self.platforms);
        let mut snapshot = joiner.finish(target, identity, platforms).await?;
        snapshot.origin = Origin::Live;
        let problems = no_comments.map(str::to_owned).into_iter();
        snapshot
            .problems
            .splice(0..0, problems.chain(self.problems));
        for post in snapshot.posts.iter_mut().flatten() {
            if self.comments_off.contains(&post.id) {
                post.comments_disabled = Some(true);
            }
        }
        let sections = &mut snapshot.sections;
        sections.posts.asked = self.asked.posts;
        sections.comments.asked = self.asked.comments;
        sections.comments.limit = self.asked.comments_limit;
        sections.comments.order = self.asked.comment_order.or(sections.comments.order);
        Ok(snapshot)
    }
}

/// Whether an answer is of this format.
pub(super) fn is_of(format: &'static str, body: &str) -> bool {
    let faults = Faults::default();
    Object::document(body, &faults).is_some_and(|object| recognised(&object, format).is_some())
}

fn recognised(object: &Object<'_>, format: &'static str) -> Option<Format> {
    match recognise(object) {
        Recognised::Data(found) if found.name == format => Some(found),
        _ => None,
    }
}

/// Something has answered that is not what was asked.
pub(super) fn not_understood(api: &'static str) -> PhaseError {
    PhaseError::transient(format!(
        "the answer of {api} is not what its documentation says"
    ))
}
