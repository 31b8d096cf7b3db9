//! From pillars to a decision.

use super::super::analysis::Analysis;
use super::super::decision::{Advice, Decision, Fact};
use super::super::pillar::{Pillar, Signal};
use super::super::snapshot::{Origin, Snapshot};
use super::verdict::{Verdict, named};
use crate::sentences;

/// Below it a pillar is weak, and the account is to be avoided.
const WEAK: f64 = 40.0;
/// From it on a pillar is good. Engagement that is usual for the size is good enough: it scores 60,
/// and half of all accounts lie below.
const GOOD: f64 = 60.0;
const GOOD_ENGAGEMENT: f64 = 45.0;
/// The least confidence for a recommendation to pay.
const SURE: f64 = 0.5;
/// The most facts.
const FACTS: usize = 4;

pub(super) fn decision(snapshot: &Snapshot, analysis: &Analysis, verdict: &Verdict) -> Decision {
    let pillars = named(analysis);
    let simulated = snapshot.origin == Origin::Simulated;
    let weak: Vec<&str> = pillars
        .iter()
        .filter(|(name, pillar)| is_weak(name, pillar))
        .map(|(name, _)| *name)
        .collect();
    let unknown: Vec<&str> = pillars
        .iter()
        .filter(|(_, pillar)| pillar.score.is_none())
        .map(|(name, _)| *name)
        .collect();
    // Engagement that is not weak may still be as low as others' weak pillars.
    let (low, middling): (Vec<&str>, Vec<&str>) = pillars
        .iter()
        .filter(|(name, pillar)| {
            !is_weak(name, pillar) && pillar.score.is_some_and(|score| score < good(name))
        })
        .map(|(name, _)| *name)
        .partition(|name| {
            let score = analysis.true_engagement.score;
            *name == "true_engagement" && score.is_some_and(|score| score < WEAK)
        });
    let flagged = pillars.iter().any(|(_, pillar)| !pillar.flags.is_empty());
    let unsure = verdict.confidence < SURE;
    // What the lists could not read, or could not decide, may be what a brand minds most.
    let unread = analysis.brand_safety.score.is_some() && analysis.brand_safety.reason.is_some();
    let advice = if !weak.is_empty() {
        Advice::Avoid
    } else if simulated
        || !unknown.is_empty()
        || !low.is_empty()
        || !middling.is_empty()
        || flagged
        || unread
        || unsure
    {
        Advice::LookCloser
    } else {
        Advice::Sponsor
    };
    Decision {
        advice,
        summary: sentences::summary(
            advice,
            simulated,
            [&weak, &low, &middling, &unknown],
            flagged,
            unread,
        ),
        facts: facts(&pillars),
        ask: sentences::questions(
            snapshot,
            [
                analysis.true_engagement.score,
                analysis.audience_authenticity.score,
                analysis.brand_safety.score,
            ],
            &analysis.insights,
        ),
    }
}

/// Whether a pillar speaks against paying the account. Few reactions alone are a matter of price.
fn is_weak(name: &str, pillar: &Pillar) -> bool {
    let least = if name == "true_engagement" {
        WEAK / 2.0
    } else {
        WEAK
    };
    pillar.score.map_or(pillar.ceiling, |score| score) < least
}

fn good(name: &str) -> f64 {
    if name == "true_engagement" {
        GOOD_ENGAGEMENT
    } else {
        GOOD
    }
}

/// The flagged and the worst signals first; of an account without either, what speaks for it.
fn facts(pillars: &[(&'static str, &Pillar); 4]) -> Vec<Fact> {
    let mut signals: Vec<(&str, &Signal)> = pillars
        .iter()
        .flat_map(|(name, pillar)| pillar.signals.iter().map(move |signal| (*name, signal)))
        .filter(|(_, signal)| signal.value.is_some())
        .collect();
    // What bounds a pillar decides more than what only has a weight in it.
    let urgency = |signal: &Signal| {
        let worst = match (signal.ceiling, signal.score) {
            (Some(ceiling), _) => ceiling,
            (None, Some(score)) => f64::midpoint(score, 100.0),
            (None, None) => 100.0,
        };
        if signal.flag.is_some() {
            worst - 100.0
        } else {
            worst
        }
    };
    signals.sort_by(|(_, a), (_, b)| {
        urgency(a)
            .total_cmp(&urgency(b))
            .then_with(|| b.weight.total_cmp(&a.weight))
    });
    let bad = signals.iter().filter(|(_, signal)| {
        signal.flag.is_some() || signal.ceiling.is_some_and(|most| most < 80.0)
    });
    let mut chosen: Vec<&(&str, &Signal)> = bad.take(FACTS).collect();
    if chosen.len() < 2 {
        // What carries each pillar.
        for (name, pillar) in pillars {
            let main = pillar
                .signals
                .first()
                .filter(|signal| signal.value.is_some());
            let known = signals.iter().find(|(of, signal)| {
                of == name && main.is_some_and(|main| main.name == signal.name)
            });
            if let Some(known) = known
                && !chosen.iter().any(|(_, signal)| signal.name == known.1.name)
                && chosen.len() < FACTS
            {
                chosen.push(known);
            }
        }
    }
    chosen
        .into_iter()
        .map(|(pillar, signal)| Fact {
            pillar: (*pillar).to_owned(),
            text: signal.explanation.clone(),
            evidence_links: signal.evidence_links.clone(),
        })
        .collect()
}
