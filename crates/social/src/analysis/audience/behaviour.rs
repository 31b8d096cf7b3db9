//! Signals from who comments, and when.

use std::collections::BTreeSet;

use super::super::regulars::{Group, Regulars, Says, regulars};
use super::super::sentences;
use super::super::signals::Spec;
use super::super::stats::{median, ratio};
use super::super::timing::{ByPost, bursts};
use super::super::token::TokenKind;
use super::super::vault::Vault;
use super::Audience;
use super::judged::is_wordless;
use crate::pillar::{Direction, Signal};

const UNIQUENESS: Spec = Spec {
    name: "commenter_uniqueness",
    weight: 1.5,
    direction: Direction::HigherIsBetter,
    full_sample: 100,
    curve: &[(0.2, 0.0), (0.5, 50.0), (0.7, 100.0)],
};

const BURSTS: Spec = Spec {
    name: "comment_burst_share",
    weight: 1.5,
    direction: Direction::LowerIsBetter,
    full_sample: 10,
    curve: &[(0.0, 100.0), (0.1, 75.0), (0.3, 35.0), (0.6, 5.0)],
};

const POD: Spec = Spec {
    name: "pod_comment_share",
    weight: 3.0,
    direction: Direction::LowerIsBetter,
    full_sample: 100,
    curve: &[(0.2, 100.0), (0.4, 60.0), (0.6, 20.0), (1.0, 0.0)],
};

/// How far the pillar may be above a signal about who comments.
const MARGIN: f64 = 25.0;

impl Audience<'_> {
    /// Within one post only: coming back under the next post is loyalty.
    pub(super) fn uniqueness(&self, posts: &ByPost<'_>, vault: &mut Vault) -> Signal {
        let mut shares: Vec<(f64, &str)> = Vec::new();
        let mut sample = 0;
        for (post_id, indices) in posts {
            let authors: Vec<&str> = indices
                .iter()
                .filter_map(|index| self.bounded.comments()[*index].author_id.as_deref())
                .collect();
            if authors.len() >= 10 {
                let distinct: BTreeSet<&str> = authors.iter().copied().collect();
                shares.push((ratio(distinct.len() as u64, authors.len() as u64), post_id));
                sample += authors.len() as u64;
            }
        }
        let values: Vec<f64> = shares.iter().map(|(share, _)| *share).collect();
        let Some(value) = median(&values) else {
            return UNIQUENESS.unknown(self.unless_unread(sentences::NO_BUSY_POST));
        };
        let meaning = sentences::uniqueness(shares.len() as u64, value);
        let signal = UNIQUENESS
            .measured(value, sample, &meaning)
            .bounding(MARGIN, ratio(sample, 100));
        let is_few = value < 0.5;
        if !is_few && !signal.decides() {
            return signal;
        }
        shares.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
        let mut evidence = vec![vault.statistic(UNIQUENESS.name, &meaning)];
        evidence.extend(self.cite_posts(shares.iter().map(|(_, id)| *id), vault));
        signal
            .citing(evidence)
            .raising(is_few.then_some("few_commenters_write_most"))
    }

    pub(super) fn bursts(&self, posts: &ByPost<'_>, vault: &mut Vault) -> Signal {
        let bursts = bursts(self.bounded, posts);
        if bursts.examined == 0 {
            return BURSTS.unknown(self.unless_unread(sentences::NO_TIMED_POST));
        }
        let found = bursts.found.len() as u64;
        let meaning = sentences::bursts(found, bursts.examined);
        let signal = BURSTS
            .share(found, bursts.examined, &meaning)
            .bounding(MARGIN, ratio(bursts.examined, 10));
        // A shared link makes one burst; only several are a habit.
        let is_habit = found >= 2 || found == bursts.examined;
        if found == 0 || !is_habit && !signal.decides() {
            return signal;
        }
        let largest = bursts
            .found
            .iter()
            .max_by(|a, b| a.1.len().cmp(&b.1.len()).then(b.0.cmp(a.0)));
        let cited = largest
            .iter()
            .flat_map(|(_, members)| members.iter().copied());
        let mut evidence = self.cite(BURSTS.name, &meaning, cited, vault);
        evidence.extend(self.cite_posts(bursts.found.iter().map(|(id, _)| *id), vault));
        signal
            .citing(evidence)
            .raising(is_habit.then_some("comment_bursts"))
    }

    /// Loyal fans come back, but a handful that writes half of everything under everything is no audience; nor is one
    /// that comes less often and never has more than a word of praise. `posts` holds comments without words, too.
    pub(super) fn pod(&self, posts: &ByPost<'_>, vault: &mut Vault) -> Signal {
        let mut copies = vec![0_u64; self.texts.len()];
        for group in self.copies.iter().flatten() {
            copies[*group] += 1;
        }
        let Some(regulars) = regulars(self.bounded, posts, |index| self.says(index, &copies))
        else {
            return POD.unknown(self.unless_unread(sentences::NO_REGULARS));
        };
        let Regulars { present, praising } = regulars;
        let (pod, meaning) = if praising.share() > present.share() {
            let Group {
                members,
                written,
                comments,
                ..
            } = praising;
            (praising, sentences::praise(members, written, comments))
        } else {
            let Group {
                members,
                posts,
                written,
                comments,
                ..
            } = present;
            (present, sentences::pod(members, posts, written, comments))
        };
        // A circle of friends is small, and so is everything about it.
        let small = self
            .bounded
            .profile
            .follower_count
            .is_some_and(|n| n < SMALL_ACCOUNT);
        let spec = if small {
            Spec { weight: 0.0, ..POD }
        } else {
            POD
        };
        let mut signal = spec.share(pod.written, pod.comments, &meaning);
        if small {
            signal.score = None;
            return signal;
        }
        signal = signal.bounding(MARGIN, ratio(pod.comments, 100));
        let is_sure = signal.interval.is_some_and(|bounds| bounds.low > 0.4);
        if !is_sure && !signal.decides() {
            return signal;
        }
        let evidence = self.cite(POD.name, &meaning, pod.examples.into_iter(), vault);
        signal
            .citing(evidence)
            .raising(is_sure.then_some("engagement_pod"))
    }

    /// How much a comment says; `copies` is the size of each group of near-copies. A short question is about what the
    /// post shows.
    fn says(&self, index: usize, copies: &[u64]) -> Says {
        let text = &self.texts[index];
        let is_copy = || self.copies[index].is_some_and(|group| copies[group] >= 3);
        if is_wordless(text) {
            Says::Nothing
        } else if text.count(TokenKind::Word) <= FEW_WORDS && !text.folded().contains('?')
            || is_copy()
        {
            Says::Little
        } else {
            Says::More
        }
    }
}

/// "Great shot, love it so": a comment of so many words says little.
const FEW_WORDS: usize = 5;
/// Below so many followers the same few people may well write most comments.
const SMALL_ACCOUNT: u64 = 1_000;
