//! Audience authenticity: whether those who comment and like are people with an interest.

mod behaviour;
mod counts;
mod judged;
mod texts;

pub(crate) use self::judged::Judged;
use self::judged::is_wordless;
use super::bounded::BoundedSnapshot;
use super::opinion::Opinions;
use super::safety::Find;
use super::sentences;
use super::signals::{pillar, weighed};
use super::similar;
use super::text::Text;
use super::timing::by_post;
use super::vault::Vault;
use crate::pillar::Pillar;
use crate::snapshot::Post;

/// The most pieces of evidence per flag.
const CITED: usize = 3;

/// What the audience signals are measured on.
pub(super) struct Audience<'a> {
    bounded: &'a BoundedSnapshot<'a>,
    /// The comments' texts, in the same order.
    texts: &'a [Text],
    /// For each comment its group of near-copies.
    copies: Vec<Option<usize>>,
    judged: Judged,
}

impl<'a> Audience<'a> {
    pub(super) fn of(
        bounded: &'a BoundedSnapshot<'a>,
        texts: &'a [Text],
        finds: &[Option<Find>],
        opinions: &Opinions,
    ) -> Self {
        let copies = similar::groups(texts);
        Self {
            bounded,
            texts,
            judged: Judged::of(texts, &copies, finds, opinions),
            copies,
        }
    }

    /// Which comments are spam, in the order of the comments.
    pub(super) fn is_spam(&self) -> &[bool] {
        &self.judged.is_spam
    }
}

pub(super) fn score(audience: &Audience<'_>, vault: &mut Vault) -> Pillar {
    // What was found to be spam is charged once, as spam: copies, pods and the like are looked for
    // among the others. So more spam never makes another signal better; nor do comments without words,
    // which would only make the sample look larger.
    let others = audience.judged.is_other.iter().copied();
    let with_wordless = by_post(audience.bounded.comments(), others);
    let spoken = |index: &&usize| !is_wordless(&audience.texts[**index]);
    let posts = with_wordless
        .iter()
        .map(|(post, indices)| (*post, indices.iter().filter(spoken).copied().collect()))
        .collect();
    let spam = audience.spam(vault);
    let others = vec![
        audience.duplicates(vault),
        audience.generic(vault),
        audience.diversity(vault),
        audience.uniqueness(&posts, vault),
        audience.bursts(&posts, vault),
        audience.pod(&with_wordless, vault),
        audience.outliers(vault),
        audience.spread(vault),
    ];
    let signals = std::iter::once(spam).chain(weighed(others)).collect();
    // Without words that can be judged, that likes vary, or that emoji do, makes no audience
    // genuine; and a few that are spam make no score either.
    let judged = audience.judged.is_enough();
    let reason = if !judged {
        Some(sentences::unheard_audience(
            audience.judged.total,
            audience.judged.wordless,
            audience.judged.spam,
        ))
    } else if audience.judged.share() < 0.5 {
        Some(sentences::half_heard_audience(audience.judged.share()))
    } else {
        None
    };
    let trust = 0.4 + 0.6 * audience.judged.share();
    pillar(signals, judged, trust, reason).at_most(audience.judged.most())
}

impl Audience<'_> {
    fn recent(&self) -> Vec<&Post> {
        self.bounded.recent_posts(30)
    }

    fn too_few(&self, least: usize) -> String {
        match self.bounded.comments {
            None => sentences::COMMENTS_NOT_READ.to_owned(),
            Some(_) => sentences::too_few(self.texts.len() as u64, "comment", least),
        }
    }

    /// Why something about comments is unknown: first of all because none were read.
    fn unless_unread(&self, why: impl Into<String>) -> String {
        match self.bounded.comments {
            None => sentences::COMMENTS_NOT_READ.to_owned(),
            Some(_) => why.into(),
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

    /// The comments that are neither spam nor hateful, by index.
    fn others(&self) -> impl Iterator<Item = usize> {
        let other = self.judged.is_other.iter().enumerate();
        other.filter(|(_, other)| **other).map(|(index, _)| index)
    }
}
