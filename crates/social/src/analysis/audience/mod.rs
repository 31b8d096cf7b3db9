//! Audience authenticity: whether those who comment and like are people with an interest.

mod behaviour;
mod counts;
mod texts;

use super::bounded::BoundedSnapshot;
use super::engagement::Engagement;
use super::signals::pillar;
use super::text::Text;
use super::timing::by_post;
use super::vault::Vault;
use crate::pillar::Pillar;
use crate::snapshot::Post;

/// The most pieces of evidence per flag.
const CITED: usize = 3;

/// What the audience signals are measured on.
pub(super) struct Audience<'a> {
    pub(super) bounded: &'a BoundedSnapshot,
    /// The comments' texts, in the same order.
    pub(super) texts: &'a [Text],
    pub(super) engagement: Option<&'a Engagement>,
}

pub(super) fn score(audience: &Audience<'_>, vault: &mut Vault) -> Pillar {
    let posts = by_post(audience.bounded.comments());
    let signals = vec![
        audience.spam(vault),
        audience.duplicates(vault),
        audience.generic(vault),
        audience.diversity(vault),
        audience.uniqueness(&posts, vault),
        audience.bursts(&posts, vault),
        audience.pod(&posts, vault),
        audience.outliers(vault),
        audience.spread(vault),
        audience.plausibility(vault),
    ];
    // Without words that can be judged, the rest may accuse but not acquit: that likes vary, or
    // that emoji do, makes no audience genuine.
    let unheard = signals[0].score.is_none();
    let accused = signals.iter().any(|signal| signal.flag.is_some());
    let doubt = if unheard && !accused { 0.0 } else { 1.0 };
    let reason = unheard.then(|| {
        "no comment texts that can be judged were read, so the commenters themselves could not be \
         examined"
            .to_owned()
    });
    pillar(signals, doubt, reason)
}

impl Audience<'_> {
    fn recent(&self) -> Vec<&Post> {
        self.bounded.recent_posts(30)
    }

    fn too_few(&self, least: usize) -> String {
        match self.bounded.comments {
            None => "comments were not read".to_owned(),
            Some(_) => format!(
                "{} comments were read, and {least} are the least",
                self.texts.len()
            ),
        }
    }

    /// A figure and the first few of the comments behind it.
    fn cite(
        &self,
        name: &str,
        meaning: &str,
        comments: impl Iterator<Item = usize>,
        vault: &mut Vault,
    ) -> Vec<String> {
        let mut evidence = vec![vault.statistic(name, meaning)];
        for index in comments.take(CITED) {
            evidence.push(vault.comment(&self.bounded.comments()[index], self.bounded));
        }
        evidence
    }

    fn cite_posts<'b>(&self, ids: impl Iterator<Item = &'b str>, vault: &mut Vault) -> Vec<String> {
        ids.filter_map(|id| self.bounded.posts().iter().find(|post| post.id == id))
            .take(CITED)
            .map(|post| vault.post(post))
            .collect()
    }
}
