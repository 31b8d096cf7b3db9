//! From pillars to a decision.

use super::super::analysis::Analysis;
use super::super::decision::{Advice, Decision, Fact};
use super::super::pillar::{Grade, Pillar, Signal};
use super::super::snapshot::{Origin, Snapshot};
use super::verdict::{Verdict, named};
use crate::sentences;

/// Below it a pillar is weak, and the account is to be avoided.
const WEAK: f64 = 40.0;
/// From it on a pillar is good. Engagement that is usual for the size is good enough: it scores 60,
/// and half of all accounts lie below.
const GOOD: f64 = Grade::GOOD;
const GOOD_ENGAGEMENT: f64 = 45.0;
/// The least confidence for a recommendation to pay.
const SURE: f64 = 0.5;
/// The most facts.
const FACTS: usize = 4;

pub(super) fn decision(snapshot: &Snapshot, analysis: &Analysis, verdict: &Verdict) -> Decision {
    let pillars = named(analysis);
    let simulated = snapshot.origin == Origin::Simulated;
    let (weak, weak_at_best): (Vec<_>, Vec<_>) = pillars
        .iter()
        .filter(|(name, pillar)| is_weak(name, pillar))
        .partition(|(_, pillar)| pillar.score.is_some());
    let only_names = |pillars: Vec<&(&'static str, &Pillar)>| -> Vec<&'static str> {
        pillars.into_iter().map(|(name, _)| *name).collect()
    };
    let (weak, weak_at_best) = (only_names(weak), only_names(weak_at_best));
    let unknown: Vec<&str> = pillars
        .iter()
        .filter(|(_, pillar)| pillar.score.is_none())
        .map(|(name, _)| *name)
        .collect();
    // What is not sure enough to be called weak, or a matter of price, may still be low.
    let (low, middling): (Vec<_>, Vec<_>) = pillars
        .iter()
        .filter(|(name, pillar)| {
            !is_weak(name, pillar) && pillar.score.is_some_and(|score| score < good(name))
        })
        .partition(|(_, pillar)| pillar.score.is_some_and(|score| score < WEAK));
    let (low, middling) = (only_names(low), only_names(middling));
    let flags: Vec<&str> = pillars
        .iter()
        .flat_map(|(_, pillar)| pillar.flags.iter().map(String::as_str))
        .collect();
    let bounded: Vec<(&str, &str)> = pillars
        .iter()
        .filter(|(name, pillar)| pillar.score.is_some_and(|score| score >= good(name)))
        .filter_map(|(name, pillar)| {
            let mut signals = pillar.signals.iter();
            let worst = signals.find(|signal| bounds(signal) && signal.flag.is_none());
            worst.map(|signal| (signal.name.as_str(), *name))
        })
        .collect();
    let unsure = verdict.confidence < SURE;
    // What the lists could not read, or could not decide, may be what a brand minds most.
    let unread = analysis.brand_safety.score.is_some() && analysis.brand_safety.reason.is_some();
    let advice = if !weak.is_empty() || !weak_at_best.is_empty() {
        Advice::Avoid
    } else if simulated
        || !unknown.is_empty()
        || !low.is_empty()
        || !middling.is_empty()
        || !bounded.is_empty()
        || !flags.is_empty()
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
            &sentences::Reasons {
                weak: &weak,
                weak_at_best: &weak_at_best,
                unknown: &unknown,
                low: &low,
                middling: &middling,
                bounded: &bounded,
                flags: &flags,
                unread,
            },
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

/// Whether a signal bounds its pillar below the best grade. No recommendation stands beside one: what
/// it found, such as every seventh comment being spam, is what a brand wants to look at first.
fn bounds(signal: &Signal) -> bool {
    signal.ceiling.is_some_and(|most| most < Grade::BEST)
}

/// Whether a pillar speaks against paying the account. Few reactions alone are a matter of price; too
/// many, or none for a year, are not.
fn is_weak(name: &str, pillar: &Pillar) -> bool {
    let mut flags = pillar.flags.iter();
    let is_price = name == "true_engagement"
        && !flags.any(|flag| flag == "engagement_far_above_size" || flag == "dormant");
    let least = if is_price { WEAK / 2.0 } else { WEAK };
    // Three of eleven comments condemn nobody: without a grade the whole range must lie below.
    match pillar.score.filter(|_| pillar.grade.is_some()) {
        Some(score) => score < least,
        None => pillar.range.high < least,
    }
}

fn good(name: &str) -> f64 {
    if name == "true_engagement" {
        GOOD_ENGAGEMENT
    } else {
        GOOD
    }
}

/// The flagged and the worst signals first, then why a pillar could not be judged, or only in part; of
/// an account without these, what speaks for it.
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
    // Without evidence it bounds for what another signal tells. Where a pillar could not be judged, what was found is
    // all that is known.
    let is_unscored = |name: &str| {
        let mut pillars = pillars.iter();
        pillars.any(|(of, pillar)| *of == name && pillar.score.is_none())
    };
    let bad = signals.iter().filter(|(of, signal)| {
        let counts = bounds(signal) || is_unscored(of) && signal.decides();
        signal.flag.is_some() || counts && !signal.evidence_links.is_empty()
    });
    let mut chosen: Vec<&(&str, &Signal)> = bad.take(FACTS).collect();
    // A pillar that is not good for less than that: what weighs most against it.
    for (name, pillar) in pillars {
        let told = chosen.iter().any(|(of, _)| of == name);
        let is_good = pillar.score.is_none_or(|score| score >= good(name));
        if told || is_good || chosen.len() == FACTS {
            continue;
        }
        let against = |signal: &Signal| signal.weight * (100.0 - signal.score.unwrap_or(100.0));
        let worst = signals
            .iter()
            .filter(|(of, signal)| {
                of == name && signal.score.is_some_and(|score| score < good(name))
            })
            .max_by(|(_, a), (_, b)| against(a).total_cmp(&against(b)));
        chosen.extend(worst);
    }
    // Or nothing is against it, and it is only not known well.
    let is_unknown = |name: &str, pillar: &Pillar| {
        pillar.score.is_some_and(|score| score < good(name))
            && !chosen.iter().any(|(of, _)| *of == name)
    };
    let reasons: Vec<Fact> = pillars
        .iter()
        .filter_map(|(name, pillar)| {
            let little =
                || is_unknown(name, pillar).then(|| sentences::little_known(pillar.confidence));
            // Of captions that words cannot decide it is cited which.
            let is_cited = *name == "brand_safety";
            Some(Fact {
                pillar: (*name).to_owned(),
                text: pillar.reason.clone().or_else(little)?,
                evidence_links: if is_cited {
                    pillar.evidence_links.clone()
                } else {
                    Vec::new()
                },
            })
        })
        .take(FACTS - chosen.len())
        .collect();
    let decided = chosen.len();
    if chosen.len() + reasons.len() < 2 {
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
                && chosen.len() + reasons.len() < FACTS
            {
                chosen.push(known);
            }
        }
    }
    let mut facts: Vec<Fact> = chosen
        .into_iter()
        .map(|(pillar, signal)| Fact {
            pillar: (*pillar).to_owned(),
            text: signal.explanation.clone(),
            evidence_links: signal.evidence_links.clone(),
        })
        .collect();
    facts.splice(decided..decided, reasons);
    facts
}
