//! One pillar of a report: a score, how sure it is, and what it was made of.

use serde::{Deserialize, Serialize};

/// One of the four questions a report answers.
///
/// The score is the weighted mean of the signals that could be measured, drawn towards the middle by
/// what could not, and never above the [`ceiling`](Self::ceiling) that its worst signal sets.
/// **Unknown is neither zero nor perfect**: it counts as 50, or as the known signals' mean where
/// that is less. A pillar without enough signals has no score, a confidence of 0 and a
/// [`reason`](Self::reason).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pillar {
    /// 0 (worst) to 100 (best), one decimal; `null` if nothing could be measured.
    pub score: Option<f64>,
    /// Where the score may lie, given the confidence; `null` without a score.
    pub interval: Option<Interval>,
    /// Where the truth may lie, also without a score: the interval, or else 0 to the ceiling.
    #[serde(default = "Interval::whole")]
    pub range: Interval,
    /// The most the score may be, by the worst of its signals: 100 if nothing was found.
    #[serde(default = "Pillar::no_ceiling")]
    pub ceiling: f64,
    /// The score as a letter; `null` without a score or when the confidence is below 0.3.
    pub grade: Option<Grade>,
    /// 0.0 to 1.0: the share of the signals' weight that was measured, each discounted for a
    /// small sample.
    pub confidence: f64,
    /// Why there is no score, or why the confidence is low, in words.
    pub reason: Option<String>,
    /// What was measured, and what could not be, in a fixed order.
    pub signals: Vec<Signal>,
    /// The flags its signals raised, as stable snake-case words, sorted.
    pub flags: Vec<String>,
    /// The evidence its signals cite, sorted. Each is an `evidence_id` of the report's vault.
    pub evidence_links: Vec<String>,
}

/// One measurement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// A stable snake-case name.
    pub name: String,
    /// What was measured, in the unit that [`explanation`](Self::explanation) names; `null` if
    /// unknown.
    pub value: Option<f64>,
    /// The 95 % interval of [`value`](Self::value), where it is a share.
    pub interval: Option<Interval>,
    /// Which values are good.
    pub direction: Direction,
    /// The weight in the pillar when it is fully measured; 0 for what is only shown.
    pub weight: f64,
    /// The weight it had in this score; 0 if it had none.
    pub effective_weight: f64,
    /// How many things (posts, comments, fields) it was measured on.
    pub sample_size: u64,
    /// 0.0 to 1.0: how near the sample is to a full one.
    pub reliability: f64,
    /// 0 (worst) to 100 (best); `null` if the input is unknown or no benchmark exists.
    pub score: Option<f64>,
    /// The most the pillar may be because of it; `null` if it sets no bound.
    #[serde(default)]
    pub ceiling: Option<f64>,
    /// The flag it raised, if any.
    pub flag: Option<String>,
    /// What the value means, or why there is none, in words.
    pub explanation: String,
    /// Evidence for it: entries of the report's vault.
    pub evidence_links: Vec<String>,
}

/// Which values of a signal are good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The more the better.
    HigherIsBetter,
    /// The less the better.
    LowerIsBetter,
    /// Best inside a range, worse on both sides.
    RangeIsBest,
}

/// Two bounds, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

/// A score as a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Grade {
    /// 80 to 100: strong.
    A,
    /// 60 to 80: good.
    B,
    /// 40 to 60: mixed.
    C,
    /// 20 to 40: weak.
    D,
    /// Below 20: very weak.
    F,
}

impl Pillar {
    pub(crate) const fn no_ceiling() -> f64 {
        100.0
    }

    /// The signal of that name.
    #[must_use]
    pub fn signal(&self, name: &str) -> Option<&Signal> {
        self.signals.iter().find(|signal| signal.name == name)
    }
}

impl Grade {
    /// A grade needs at least this much confidence: a letter promises more than a number.
    pub const MIN_CONFIDENCE: f64 = 0.3;

    /// The least score of the best grade.
    pub(crate) const BEST: f64 = 80.0;
    /// The least score of a good one.
    pub(crate) const GOOD: f64 = 60.0;

    /// The letter for a score, or `None` when the confidence does not carry one.
    #[must_use]
    pub fn of(score: f64, confidence: f64) -> Option<Self> {
        if confidence < Self::MIN_CONFIDENCE || !score.is_finite() {
            return None;
        }
        Some(match score {
            s if s >= Self::BEST => Self::A,
            s if s >= Self::GOOD => Self::B,
            s if s >= 40.0 => Self::C,
            s if s >= 20.0 => Self::D,
            _ => Self::F,
        })
    }
}

impl Interval {
    /// Everything from 0 to 100: nothing is known.
    #[must_use]
    pub const fn whole() -> Self {
        Self {
            low: 0.0,
            high: 100.0,
        }
    }

    /// The bounds around a score of the given confidence: 6 points and up to 20 more.
    #[must_use]
    pub fn around(score: f64, confidence: f64) -> Self {
        let half = 20.0f64.mul_add(1.0 - confidence.clamp(0.0, 1.0), 6.0);
        Self {
            low: (score - half).max(0.0),
            high: (score + half).min(100.0),
        }
    }
}
