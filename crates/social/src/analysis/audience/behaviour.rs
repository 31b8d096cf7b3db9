//! Signals from who comments, and when.

use std::collections::BTreeSet;

use super::super::signals::Spec;
use super::super::stats::{median, ratio};
use super::super::timing::{ByPost, bursts, pod};
use super::super::vault::Vault;
use super::Audience;
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
    name: "pod_share",
    weight: 2.0,
    direction: Direction::LowerIsBetter,
    full_sample: 50,
    curve: &[(0.05, 100.0), (0.15, 55.0), (0.30, 15.0), (0.50, 0.0)],
};

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
            return UNIQUENESS.unknown("no post has ten comments with known authors");
        };
        let meaning = format!(
            "under a typical one of {} posts there are {:.2} different commenters per comment",
            shares.len(),
            value
        );
        let signal = UNIQUENESS.measured(value, sample, &meaning);
        if value >= 0.5 {
            return signal;
        }
        shares.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
        let mut evidence = vec![vault.statistic(UNIQUENESS.name, &meaning)];
        evidence.extend(self.cite_posts(shares.iter().map(|(_, id)| *id), vault));
        signal.flagged("few_commenters_write_most", evidence)
    }

    pub(super) fn bursts(&self, posts: &ByPost<'_>, vault: &mut Vault) -> Signal {
        let bursts = bursts(self.bounded, posts);
        if bursts.examined == 0 {
            return BURSTS.unknown("no post has five comments with known times");
        }
        let meaning = format!(
            "{} of {} posts have a minute with more comments than their own pace explains",
            bursts.found.len(),
            bursts.examined
        );
        let signal = BURSTS.share(bursts.found.len() as u64, bursts.examined, &meaning);
        if bursts.found.is_empty() {
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
        signal.flagged("comment_bursts", evidence)
    }

    pub(super) fn pod(&self, posts: &ByPost<'_>, vault: &mut Vault) -> Signal {
        let Some(pod) = pod(self.bounded, posts) else {
            return POD.unknown("fewer than five posts have comments with known authors and times");
        };
        let meaning = format!(
            "{} of {} commenters are under more than 60 % of {} posts within an hour",
            pod.members, pod.commenters, pod.posts
        );
        let signal = POD.share(pod.members, pod.commenters, &meaning);
        if ratio(pod.members, pod.commenters) <= 0.15 {
            return signal;
        }
        let evidence = self.cite(POD.name, &meaning, pod.examples.into_iter(), vault);
        signal.flagged("engagement_pod", evidence)
    }
}
