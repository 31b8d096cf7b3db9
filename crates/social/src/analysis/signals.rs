//! From signals to a pillar.

use super::stats::{Point, curve, ratio, rounded, wilson};
use crate::pillar::{Direction, Grade, Interval, Pillar, Signal};
use crate::sentences;

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
pub(super) const UNKNOWN: f64 = 50.0;

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

    /// Whether it bounds the pillar below the best grade or pulls it below a good one: then it may be
    /// among the facts that decide, and cites what it found, flagged or not.
    pub(crate) fn decides(&self) -> bool {
        let pulls = self.weight > 0.0 && self.score.is_some_and(|score| score < Grade::GOOD);
        pulls || self.ceiling.is_some_and(|most| most < Grade::BEST)
    }

    /// Cites evidence.
    pub(super) fn citing(mut self, evidence: Vec<String>) -> Self {
        self.evidence_links.extend(evidence);
        self.evidence_links.sort();
        self.evidence_links.dedup();
        self
    }

    /// Raises a flag, if there is one, whose evidence is cited already.
    pub(super) fn raising(mut self, flag: Option<&str>) -> Self {
        self.flag = flag.map(str::to_owned);
        self
    }

    /// Raises a flag, with the evidence for it.
    pub(super) fn flagged(mut self, flag: &str, evidence: Vec<String>) -> Self {
        self.flag = Some(flag.to_owned());
        self.citing(evidence)
    }
}

/// A signal, and how far its sample reaches either way, each from 0.0 to 1.0.
///
/// One sample may say less for an account than against it: a comment that cannot be read clears
/// nobody, and spam that is found among many of them is found all the same. So what is bad lowers
/// the part that clears or leaves it, and raises the part that accuses or leaves it. That is what
/// makes more of it never better, whatever else was measured.
#[derive(Debug)]
pub(super) struct Weighed {
    signal: Signal,
    /// How far a good value counts; `None` if it never does, and its absence takes nothing away.
    clears: Option<f64>,
    /// How far a bad value counts.
    accuses: f64,
}

impl From<Signal> for Weighed {
    fn from(signal: Signal) -> Self {
        Self {
            clears: Some(signal.reliability),
            accuses: signal.reliability,
            signal,
        }
    }
}

impl Signal {
    /// Lets a good value count as far as `clears`, and a bad one as far as `accuses`.
    pub(super) fn reaching(self, clears: f64, accuses: f64) -> Weighed {
        Weighed {
            clears: Some(clears),
            accuses: accuses.max(clears).min(1.0),
            signal: self,
        }
    }

    /// Lets a bad value count as far as `accuses`, and a good one not at all.
    pub(super) fn only_accusing(self, accuses: f64) -> Weighed {
        Weighed {
            clears: None,
            accuses: accuses.min(1.0),
            signal: self,
        }
    }
}

/// Signals whose samples say as much for an account as against it.
pub(super) fn weighed(signals: Vec<Signal>) -> Vec<Weighed> {
    signals.into_iter().map(Weighed::from).collect()
}

/// The least mean that the signals' reaches allow, and the weight that each signal has in it.
///
/// A signal's weight is `weight x reach x (1 - score / 200)`: an alarm counts up to twice as much as
/// a clean result, because one passed test says less than one failed test. The factor of two is the
/// most for which a better signal can never lower the mean. A signal below the mean reaches as far as
/// it accuses, one above as far as it clears. With the signals in the order of their scores only the
/// place of the change is open, so every place is tried.
fn least_mean(signals: &[Weighed]) -> Option<(f64, Vec<f64>)> {
    let mut order: Vec<(f64, usize)> = signals
        .iter()
        .enumerate()
        .filter_map(|(index, weighed)| Some((weighed.signal.score?, index)))
        .collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut least: Option<(f64, Vec<f64>)> = None;
    for accusing in 0..=order.len() {
        let mut weights = vec![0.0; signals.len()];
        let (mut sum, mut whole) = (0.0, 0.0);
        for (place, (score, index)) in order.iter().enumerate() {
            let Weighed {
                signal,
                clears,
                accuses,
            } = &signals[*index];
            let reach = if place < accusing {
                *accuses
            } else {
                clears.unwrap_or(0.0)
            };
            weights[*index] = signal.weight * reach * (1.0 - score / 200.0);
            sum += weights[*index] * score;
            whole += weights[*index];
        }
        let mean = sum / whole;
        if whole > 0.0 && least.as_ref().is_none_or(|(before, _)| mean < *before) {
            least = Some((mean, weights));
        }
    }
    least
}

/// Puts signals together: their [`least_mean`], drawn towards [`UNKNOWN`] by the part that was not
/// cleared (unknown signals, small samples), downwards only; and no signal's ceiling is exceeded.
///
/// Below [`MIN_COVERAGE`] or [`MIN_KNOWN`] of the weight, or if `judged` is false, there is no score:
/// neither a single minor signal nor a handful of words decides anything, and a flag alone makes
/// none. `trust` (0 to 1) multiplies the confidence and lowers the low end of the range; the high
/// end stays, because what cannot be judged must make nothing look better. `reason` explains a
/// missing or doubtful score.
pub(super) fn pillar(
    mut weighed: Vec<Weighed>,
    judged: bool,
    trust: f64,
    reason: Option<String>,
) -> Pillar {
    let sum = |of: &dyn Fn(&Weighed) -> f64| weighed.iter().map(of).sum::<f64>();
    let possible = sum(&|w| w.signal.weight);
    let measured = sum(&|w| w.signal.score.map_or(0.0, |_| w.signal.weight));
    let trusted = sum(&|w| {
        w.signal
            .score
            .map_or(0.0, |_| w.signal.weight * w.signal.reliability)
    });
    let known = share(trusted, possible);
    let cleared = cleared(&weighed);
    let sureness = known * trust.clamp(0.0, 1.0);
    let enough = judged && measured >= MIN_COVERAGE * possible && known >= MIN_KNOWN;
    let ceiling = weighed
        .iter()
        .filter_map(|w| w.signal.ceiling)
        .fold(Pillar::no_ceiling(), f64::min);

    let least = least_mean(&weighed).filter(|_| enough);
    let score = least.as_ref().map(|(mean, _)| {
        let drawn = cleared * mean + (1.0 - cleared) * mean.min(UNKNOWN);
        rounded(drawn.min(ceiling), 1)
    });
    for (weighed, weight) in weighed
        .iter_mut()
        .zip(least.iter().flat_map(|(_, weights)| weights))
    {
        weighed.signal.effective_weight = rounded(*weight, 4);
    }
    let signals: Vec<Signal> = weighed.into_iter().map(|weighed| weighed.signal).collect();
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

impl Pillar {
    /// The same with a score of at most `most`, where no more is known. The range reaches as high as before.
    pub(super) fn at_most(mut self, most: f64) -> Self {
        if let (Some(score), Some(interval)) = (self.score, &mut self.interval)
            && score > most
        {
            interval.low = rounded((interval.low - (score - most)).max(0.0), 1);
            self.range = *interval;
            self.score = Some(rounded(most, 1));
            self.grade = Grade::of(most, self.confidence);
        }
        self
    }
}

/// The same, with a range that reaches to where the score would be if all that was not cleared were good,
/// and not only as far as usual: for what is told apart by finds, of which a small sample has few.
pub(super) fn reaching_up(weighed: Vec<Weighed>, judged: bool, reason: Option<String>) -> Pillar {
    let cleared = cleared(&weighed);
    let mean = least_mean(&weighed).map(|(mean, _)| mean);
    let mut pillar = pillar(weighed, judged, 1.0, reason);
    if let (Some(mean), Some(interval)) = (mean, &mut pillar.interval) {
        let open = rounded(cleared * mean + (1.0 - cleared) * 100.0, 1);
        interval.high = interval.high.max(open.min(pillar.ceiling));
        pillar.range = *interval;
    }
    pillar
}

/// Which part of the weight that can clear was cleared, 0.0 to 1.0.
fn cleared(weighed: &[Weighed]) -> f64 {
    let sum = |of: &dyn Fn(&Weighed) -> f64| weighed.iter().map(of).sum::<f64>();
    let possible = sum(&|w| w.clears.map_or(0.0, |_| w.signal.weight));
    let clears = |w: &Weighed| w.signal.score.and(w.clears).unwrap_or(0.0);
    share(sum(&|w| w.signal.weight * clears(w)), possible)
}

fn share(part: f64, whole: f64) -> f64 {
    (part / whole.max(f64::MIN_POSITIVE)).min(1.0)
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
        return sentences::SMALL_SAMPLE.to_owned();
    }
    let named = reasons.len().min(REASONS);
    sentences::too_little(&reasons[..named], (reasons.len() - named) as u64)
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
        let pillar = pillar(
            weighed(vec![SPEC.unknown("no posts were read")]),
            true,
            1.0,
            None,
        );
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
            let (before, after) = (pillar(weighed(known), true, 1.0, None), pillar(weighed(with_unknown), true, 1.0, None));
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
            let (before, after) = (pillar(weighed(before), true, 1.0, None), pillar(weighed(after), true, 1.0, None));
            // A tenth of a point for rounding.
            prop_assert!(after.score.expect("known") >= before.score.expect("known") - 0.11);
        }

        #[test]
        fn a_worse_value_or_reach_never_raises_the_pillar(
            signals in prop::collection::vec((0.0..100.0f64, 0.1..9.0f64, 0.0..1.0f64, 0.0..1.0f64), 2..8),
            loss in 0.0..100.0f64,
            less in 0.0..1.0f64,
            more in 0.0..1.0f64,
            only_accusing: bool,
        ) {
            let made = |index: usize, score: f64, clears: f64, accuses: f64| {
                let signal = scored(score, signals[index].1, 10);
                if only_accusing && index == 0 {
                    signal.only_accusing(accuses)
                } else {
                    signal.reaching(clears, accuses)
                }
            };
            let of = |worse: bool| {
                let each = signals.iter().enumerate().map(|(index, (score, _, clears, further))| {
                    let (clears, accuses) = (*clears, clears + (1.0 - clears) * further);
                    if worse && index == 0 {
                        let accuses = accuses + (1.0 - accuses) * more;
                        made(index, (score - loss).max(0.0), clears * less, accuses)
                    } else {
                        made(index, *score, clears, accuses)
                    }
                });
                pillar(each.collect(), true, 1.0, None).score
            };
            if let (Some(before), Some(after)) = (of(false), of(true)) {
                // A tenth of a point for rounding.
                prop_assert!(after <= before + 0.11, "{before} to {after}");
            }
        }

        #[test]
        fn less_trust_lowers_the_low_end_and_raises_nothing(
            scores in prop::collection::vec((0.0..100.0f64, 0.1..9.0f64, 1..30u64), 1..8),
            trust in 0.0..1.0f64,
        ) {
            let signals: Vec<Signal> =
                scores.iter().map(|(s, w, n)| scored(*s, *w, *n)).collect();
            let sure = pillar(weighed(signals.clone()), true, 1.0, None);
            let unsure = pillar(weighed(signals), true, trust, None);
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
            let pillar = pillar(weighed(signals), true, 1.0, None);
            prop_assert!(pillar.score.expect("known") <= most);
            prop_assert!(pillar.range.high <= most && (pillar.ceiling - most).abs() < 1e-9);
        }

        #[test]
        fn scores_and_bounds_stay_in_range(
            scores in prop::collection::vec((-1e12..1e12f64, 0.1..9.0f64, 1..30u64), 1..8),
        ) {
            let signals = scores.iter().map(|(s, w, n)| scored(*s, *w, *n)).collect();
            let pillar = pillar(weighed(signals), true, 1.0, None);
            let score = pillar.score.expect("known");
            let bounds = pillar.interval.expect("known");
            prop_assert!((0.0..=100.0).contains(&score));
            prop_assert!((0.0..=1.0).contains(&pillar.confidence));
            prop_assert!(0.0 <= bounds.low && bounds.low <= score);
            prop_assert!(score <= bounds.high && bounds.high <= 100.0);
        }
    }
}
