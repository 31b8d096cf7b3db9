//! How well scores tell two kinds of things apart.

#![allow(dead_code, reason = "each example uses a part")]

/// What was decided about labelled things, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Decisions {
    /// Positives that were found.
    pub(crate) hits: usize,
    /// Negatives that were taken for positives.
    pub(crate) false_alarms: usize,
    /// Positives that were missed.
    pub(crate) misses: usize,
}

impl Decisions {
    /// Counts pairs of what was decided and what is so.
    pub(crate) fn count(pairs: impl IntoIterator<Item = (bool, bool)>) -> Self {
        let mut counted = Self::default();
        for pair in pairs {
            match pair {
                (true, true) => counted.hits += 1,
                (true, false) => counted.false_alarms += 1,
                (false, true) => counted.misses += 1,
                (false, false) => {}
            }
        }
        counted
    }

    /// The share of the found that are positives; `None` if none was found.
    pub(crate) fn precision(&self) -> Option<f64> {
        share(self.hits, self.hits + self.false_alarms)
    }

    /// The share of the positives that were found; `None` if there is none.
    pub(crate) fn recall(&self) -> Option<f64> {
        share(self.hits, self.hits + self.misses)
    }

    /// The harmonic mean of precision and recall.
    pub(crate) fn f1(&self) -> Option<f64> {
        share(
            2 * self.hits,
            2 * self.hits + self.false_alarms + self.misses,
        )
    }
}

/// The part of a whole; `None` of nothing.
pub(crate) fn share(part: usize, whole: usize) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "counts of a data set")]
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The upper end of the 95 % Wilson interval of a share.
pub(crate) fn wilson_high(part: usize, whole: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of a data set")]
    let (p, n) = (part as f64 / whole.max(1) as f64, whole.max(1) as f64);
    let z2 = 1.96 * 1.96;
    let half = 1.96 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    ((p + z2 / (2.0 * n) + half) / (1.0 + z2 / n)).min(1.0)
}

/// The area under the ROC curve: how often a positive's score is above a negative's, ties counting
/// half. `None` unless there are both.
pub(crate) fn auc(things: &[(f64, bool)]) -> Option<f64> {
    let positives = things.iter().filter(|(_, positive)| *positive).count();
    let negatives = things.len() - positives;
    let scores: Vec<f64> = things.iter().map(|(score, _)| *score).collect();
    let of_positives: f64 = ranks(&scores)
        .iter()
        .zip(things)
        .filter(|(_, (_, positive))| *positive)
        .map(|(rank, _)| rank)
        .sum();
    #[expect(clippy::cast_precision_loss, reason = "counts of a data set")]
    let (p, n) = (positives as f64, negatives as f64);
    (positives > 0 && negatives > 0).then(|| (of_positives - p * (p + 1.0) / 2.0) / (p * n))
}

/// Spearman's rank correlation. `None` for fewer than two pairs or when one side is constant.
pub(crate) fn spearman(pairs: &[(f64, f64)]) -> Option<f64> {
    let xs = ranks(&pairs.iter().map(|pair| pair.0).collect::<Vec<_>>());
    let ys = ranks(&pairs.iter().map(|pair| pair.1).collect::<Vec<_>>());
    let (mx, my) = (mean(&xs)?, mean(&ys)?);
    let products = |a: &[f64], ma: f64, b: &[f64], mb: f64| -> f64 {
        a.iter().zip(b).map(|(x, y)| (x - ma) * (y - mb)).sum()
    };
    let scale = (products(&xs, mx, &xs, mx) * products(&ys, my, &ys, my)).sqrt();
    (scale > 0.0).then(|| products(&xs, mx, &ys, my) / scale)
}

/// The arithmetic mean; `None` of nothing.
pub(crate) fn mean(values: &[f64]) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "counts of a data set")]
    let count = values.len() as f64;
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / count)
}

/// The rank of each value from 1 on; equal values share the mean of their ranks.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0usize;
    for tied in order.chunk_by(|a, b| values[*a].total_cmp(&values[*b]).is_eq()) {
        #[expect(clippy::cast_precision_loss, reason = "counts of a data set")]
        let rank = before as f64 + f64::midpoint(1.0, tied.len() as f64);
        for index in tied {
            ranks[*index] = rank;
        }
        before += tied.len();
    }
    ranks
}
