//! From signals to a pillar.

use super::stats::{Point, curve, ratio, rounded, wilson};
use crate::pillar::{Direction, Grade, Interval, Pillar, Signal};

/// What is fixed about a signal: written once, beside the code that measures it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spec {
    /// The signal's name in the report.
    pub(super) name: &'static str,
    /// Its weight in the pillar.
    pub(super) weight: f64,
    /// Which values are good.
    pub(super) direction: Direction,
    /// The sample at which it is fully trusted.
    pub(super) full_sample: u64,
    /// The score for each value.
    pub(super) curve: &'static [Point],
}

impl Spec {
    /// The input is missing: no value, no score, no weight.
    pub(super) fn unknown(&self, why: impl Into<String>) -> Signal {
        Signal {
            name: self.name.to_owned(),
            value: None,
            interval: None,
            direction: self.direction,
            weight: self.weight,
            effective_weight: 0.0,
            sample_size: 0,
            reliability: 0.0,
            score: None,
            ceiling: None,
            flag: None,
            explanation: why.into(),
            evidence_links: Vec::new(),
        }
    }

    /// A value measured on `sample` things, scored by the curve.
    pub(super) fn measured(&self, value: f64, sample: u64, meaning: impl Into<String>) -> Signal {
        self.scored(value, curve(self.curve, value), sample, meaning)
    }

    /// A share: `hits` of `sample`.
    pub(super) fn share(&self, hits: u64, sample: u64, meaning: impl Into<String>) -> Signal {
        let bounds = wilson(hits, sample);
        let mut signal = self.measured(ratio(hits, sample), sample, meaning);
        signal.interval = Some(Interval {
            low: rounded(bounds.low, 4),
            high: rounded(bounds.high, 4),
        });
        signal
    }

    /// A value whose score was found by other means than the curve.
    pub(super) fn scored(
        &self,
        value: f64,
        score: f64,
        sample: u64,
        meaning: impl Into<String>,
    ) -> Signal {
        Signal {
            value: Some(shown(value)),
            sample_size: sample,
            reliability: rounded(ratio(sample, self.full_sample.max(1)).min(1.0), 4),
            score: Some(rounded(score.clamp(0.0, 100.0), 1)),
            ..self.unknown(meaning)
        }
    }
}

/// A value as it is shown: about four digits, since none of them means more.
fn shown(value: f64) -> f64 {
    let decimals = match value.abs() {
        v if v >= 1_000.0 => 0,
        v if v >= 100.0 => 1,
        v if v >= 10.0 => 2,
        v if v >= 1.0 => 3,
        _ => 4,
    };
    rounded(value, decimals)
}

/// The least share of a pillar's weight that must be measured for a score.
const MIN_COVERAGE: f64 = 0.15;
/// The least share of it that must be trusted: small samples count for less.
const MIN_KNOWN: f64 = 0.02;
/// What an unknown part counts as, at most: it neither clears nor condemns.
const UNKNOWN: f64 = 50.0;

impl Signal {
    /// Trusts the signal less: only this share (0.0 to 1.0) of its sample could be judged.
    pub(super) fn covering(mut self, share: f64) -> Self {
        self.reliability = rounded(self.reliability * share.clamp(0.0, 1.0), 4);
        self
    }

    /// Bounds the pillar: it may be at most `above` its own score, as far as `certainty` (0.0 to
    /// 1.0) reaches. A bad signal cannot be outvoted by good ones.
    pub(super) fn bounding(mut self, above: f64, certainty: f64) -> Self {
        if let Some(score) = self.score {
            let most = (score + above).min(100.0);
            let most = 100.0 - (100.0 - most) * certainty.clamp(0.0, 1.0);
            self.ceiling = (most < 100.0).then(|| rounded(most, 1));
        }
        self
    }

    /// Cites evidence.
    pub(super) fn citing(mut self, evidence: Vec<String>) -> Self {
        self.evidence_links.extend(evidence);
        self.evidence_links.sort();
        self.evidence_links.dedup();
        self
    }

    /// Raises a flag, with the evidence for it.
    pub(super) fn flagged(mut self, flag: &str, evidence: Vec<String>) -> Self {
        self.flag = Some(flag.to_owned());
        self.citing(evidence)
    }
}

/// Puts signals together. Per signal, the weight in the mean is
/// `weight x reliability x (1 - score / 200)`: an alarm counts up to twice as much as a clean
/// result, because one passed test says less than one failed test. The factor of two is the most
/// for which a better signal can never lower the mean.
///
/// The part that was not measured (unknown signals, small samples) then draws the mean towards
/// [`UNKNOWN`], downwards only; and no signal's ceiling is exceeded.
///
/// Below [`MIN_COVERAGE`] or [`MIN_KNOWN`] of the weight, or if `judged` is false, there is no score:
/// neither a single minor signal nor a handful of words decides anything, and a flag alone makes
/// none. `doubt` (0 to 1) multiplies the confidence and lowers the low end of the interval; the high
/// end stays, because what cannot be judged must make nothing look better. `reason` explains a
/// missing or doubtful score.
pub(super) fn pillar(
    mut signals: Vec<Signal>,
    judged: bool,
    doubt: f64,
    reason: Option<String>,
) -> Pillar {
    let possible: f64 = signals.iter().map(|signal| signal.weight).sum();
    let scored = || signals.iter().filter(|signal| signal.score.is_some());
    let measured: f64 = scored().map(|signal| signal.weight).sum();
    let trusted: f64 = scored().map(|s| s.weight * s.reliability).sum();
    let known = (trusted / possible.max(f64::MIN_POSITIVE)).min(1.0);
    let sureness = known * doubt.clamp(0.0, 1.0);
    let enough = judged && measured >= MIN_COVERAGE * possible && known >= MIN_KNOWN;
    let ceiling = signals
        .iter()
        .filter_map(|signal| signal.ceiling)
        .fold(Pillar::no_ceiling(), f64::min);

    let (mut sum, mut weights) = (0.0, 0.0);
    for signal in signals.iter_mut().filter(|_| enough) {
        if let Some(score) = signal.score {
            let weight = signal.weight * signal.reliability;
            signal.effective_weight = rounded(weight * (1.0 - score / 200.0), 4);
            sum += signal.effective_weight * score;
            weights += signal.effective_weight;
        }
    }
    let score = (weights > 0.0).then(|| {
        let mean = sum / weights;
        let drawn = known * mean + (1.0 - known) * mean.min(UNKNOWN);
        rounded(drawn.min(ceiling), 1)
    });
    let confidence = score.map_or(0.0, |_| rounded(sureness.min(1.0), 3));
    let interval = score.map(|score| Interval {
        low: rounded(Interval::around(score, confidence).low, 1),
        high: rounded(Interval::around(score, known).high.min(ceiling), 1).max(score),
    });
    Pillar {
        score,
        interval,
        range: interval.unwrap_or(Interval {
            low: 0.0,
            high: ceiling,
        }),
        ceiling,
        grade: score.and_then(|score| Grade::of(score, confidence)),
        confidence,
        reason: reason.or_else(|| score.is_none().then(|| missing(&signals))),
        flags: gathered(signals.iter().filter_map(|s| s.flag.clone())),
        evidence_links: gathered(
            signals
                .iter()
                .flat_map(|s| s.evidence_links.iter().cloned()),
        ),
        signals,
    }
}

fn gathered(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = words.collect();
    all.sort();
    all.dedup();
    all
}

/// The most reasons that are named.
const REASONS: usize = 3;

/// Why there is no score: what each signal lacked, each reason once.
fn missing(signals: &[Signal]) -> String {
    let mut reasons: Vec<&str> = Vec::new();
    for signal in signals {
        let lacking = signal.score.is_none() && signal.weight > 0.0;
        if lacking && !reasons.contains(&signal.explanation.as_str()) {
            reasons.push(&signal.explanation);
        }
    }
    if reasons.is_empty() {
        return "the sample is too small for a score".to_owned();
    }
    let named = reasons.len().min(REASONS);
    let more = match reasons.len() - named {
        0 => String::new(),
        more => format!("; and {more} more, see the signals"),
    };
    format!(
        "too little could be measured: {}{more}",
        reasons[..named].join("; ")
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SPEC: Spec = Spec {
        name: "test",
        weight: 2.0,
        direction: Direction::LowerIsBetter,
        full_sample: 10,
        curve: &[(0.0, 100.0), (1.0, 0.0)],
    };

    fn scored(score: f64, weight: f64, sample: u64) -> Signal {
        Spec { weight, ..SPEC }.scored(0.0, score, sample, "")
    }

    #[test]
    fn no_signal_gives_no_score_and_says_why() {
        let pillar = pillar(vec![SPEC.unknown("no posts were read")], true, 1.0, None);
        assert_eq!((pillar.score, pillar.confidence), (None, 0.0));
        assert_eq!((pillar.grade, pillar.interval), (None, None));
        assert!(pillar.reason.expect("a reason").contains("no posts"));
    }

    #[test]
    fn a_share_carries_its_interval() {
        let signal = SPEC.share(3, 10, "");
        let bounds = signal.interval.expect("an interval");
        assert!(bounds.low < 0.3 && 0.3 < bounds.high);
        assert_eq!(signal.score, Some(70.0));
    }

    proptest! {
        #[test]
        fn an_unknown_signal_lowers_confidence_and_never_raises_the_score(
            scores in prop::collection::vec((0.0..100.0f64, 0.1..9.0f64, 1..30u64), 1..8),
        ) {
            let known: Vec<Signal> =
                scores.iter().map(|(s, w, n)| scored(*s, *w, *n)).collect();
            let mut with_unknown = known.clone();
            with_unknown.push(SPEC.unknown("not read"));
            let (before, after) = (pillar(known, true, 1.0, None), pillar(with_unknown, true, 1.0, None));
            prop_assert!(after.score.is_none() || after.score <= before.score);
            prop_assert!(after.confidence < before.confidence || before.confidence == 0.0);
        }

        #[test]
        fn a_better_signal_never_lowers_the_pillar(
            scores in prop::collection::vec((0.0..100.0f64, 0.1..9.0f64, 1..30u64), 1..8),
            gain in 0.0..100.0f64,
        ) {
            let before: Vec<Signal> =
                scores.iter().map(|(s, w, n)| scored(*s, *w, *n)).collect();
            let mut after = before.clone();
            let (s, w, n) = scores[0];
            after[0] = scored((s + gain).min(100.0), w, n);
            let (before, after) = (pillar(before, true, 1.0, None), pillar(after, true, 1.0, None));
            // A tenth of a point for rounding.
            prop_assert!(after.score.expect("known") >= before.score.expect("known") - 0.11);
        }

        #[test]
        fn a_doubt_lowers_the_low_end_and_raises_nothing(
            scores in prop::collection::vec((0.0..100.0f64, 0.1..9.0f64, 1..30u64), 1..8),
            doubt in 0.0..1.0f64,
        ) {
            let signals: Vec<Signal> =
                scores.iter().map(|(s, w, n)| scored(*s, *w, *n)).collect();
            let sure = pillar(signals.clone(), true, 1.0, None);
            let unsure = pillar(signals, true, doubt, None);
            prop_assert_eq!(unsure.score, sure.score);
            prop_assert!(unsure.confidence <= sure.confidence);
            prop_assert!(unsure.range.low <= sure.range.low);
            prop_assert!(unsure.range.high <= sure.range.high);
        }

        #[test]
        fn no_score_passes_the_ceiling_of_its_worst_signal(
            scores in prop::collection::vec((0.0..100.0f64, 0.1..9.0f64, 1..30u64), 1..8),
            certainty in 0.0..1.0f64,
        ) {
            let mut signals: Vec<Signal> =
                scores.iter().map(|(s, w, n)| scored(*s, *w, *n)).collect();
            signals[0] = signals[0].clone().bounding(20.0, certainty);
            let most = signals[0].ceiling.unwrap_or(100.0);
            let pillar = pillar(signals, true, 1.0, None);
            prop_assert!(pillar.score.expect("known") <= most);
            prop_assert!(pillar.range.high <= most && (pillar.ceiling - most).abs() < 1e-9);
        }

        #[test]
        fn scores_and_bounds_stay_in_range(
            scores in prop::collection::vec((-1e12..1e12f64, 0.1..9.0f64, 1..30u64), 1..8),
        ) {
            let pillar = pillar(
                scores.iter().map(|(s, w, n)| scored(*s, *w, *n)).collect(), true, 1.0, None);
            let score = pillar.score.expect("known");
            let bounds = pillar.interval.expect("known");
            prop_assert!((0.0..=100.0).contains(&score));
            prop_assert!((0.0..=1.0).contains(&pillar.confidence));
            prop_assert!(0.0 <= bounds.low && bounds.low <= score);
            prop_assert!(score <= bounds.high && bounds.high <= 100.0);
        }
    }
}
