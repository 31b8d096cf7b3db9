//! Robust statistics: medians, spreads, intervals, curves. All of them are total functions.

use crate::pillar::Interval;

/// A point of a [`curve`]: an input and the score there.
pub(super) type Point = (f64, f64);

/// The score at `x` on straight lines between `points`, which are sorted by input; flat outside.
pub(super) fn curve(points: &[Point], x: f64) -> f64 {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return 0.0;
    };
    if x.is_nan() || x <= first.0 {
        return first.1;
    }
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        if x <= x1 {
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0);
        }
    }
    last.1
}

/// The middle value; the mean of the two middle ones for an even number.
pub(super) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    if sorted.is_empty() {
        return None;
    }
    sorted.sort_by(f64::total_cmp);
    let upper = sorted.len() / 2;
    Some(if sorted.len() % 2 == 1 {
        sorted[upper]
    } else {
        f64::midpoint(sorted[upper - 1], sorted[upper])
    })
}

/// The median distance from the median.
pub(super) fn mad(values: &[f64]) -> Option<f64> {
    let center = median(values)?;
    let distances: Vec<f64> = values.iter().map(|v| (v - center).abs()).collect();
    median(&distances)
}

/// How far each value lies from the others: 0.6745 (x - median) / MAD (Iglewicz and Hoaglin).
/// `None` when more than half of the values are equal, which leaves no scale to measure by.
pub(super) fn robust_z(values: &[f64]) -> Option<Vec<f64>> {
    let center = median(values)?;
    let scale = mad(values).filter(|scale| *scale > 1e-9)?;
    Some(
        values
            .iter()
            .map(|v| 0.6745 * (v - center) / scale)
            .collect(),
    )
}

/// The 95 % Wilson score interval of `hits` in `n`.
pub(super) fn wilson(hits: u64, n: u64) -> Interval {
    if n == 0 {
        return Interval {
            low: 0.0,
            high: 1.0,
        };
    }
    let (p, n) = (ratio(hits, n), float(n));
    let z2 = 1.96 * 1.96;
    let center = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = 1.96 / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    Interval {
        low: (center - half).max(0.0),
        high: (center + half).min(1.0),
    }
}

/// The burstiness of gaps, corrected for their number (Kim and Jo, arXiv:1604.01125): -1 is
/// clockwork, 0 is random, 1 is bursty. Gaps of zero must be left out; `None` below ten gaps.
pub(super) fn burstiness(gaps: &[f64]) -> Option<f64> {
    if gaps.len() < 10 {
        return None;
    }
    let n = float(gaps.len() as u64);
    let mean = gaps.iter().sum::<f64>() / n;
    if mean.is_nan() || mean <= 0.0 {
        return None;
    }
    let variance = gaps.iter().map(|g| (g - mean).powi(2)).sum::<f64>() / n;
    let r = variance.sqrt() / mean;
    let (up, down) = ((n + 1.0).sqrt(), (n - 1.0).sqrt());
    let corrected = (up * r - down) / ((up - 2.0) * r + down);
    corrected.is_finite().then_some(corrected)
}

/// The probability of `k` or more events when `expected` are expected (Poisson).
pub(super) fn poisson_tail(k: usize, expected: f64) -> f64 {
    if k == 0 {
        return 1.0;
    }
    if expected.is_nan() || expected <= 0.0 {
        return 0.0;
    }
    // Summed upwards from k, where terms shrink once they pass the mean.
    let first = float(k as u64);
    let mut log_term = first * expected.ln() - expected;
    for i in 2..=k {
        log_term -= float(i as u64).ln();
    }
    let (mut term, mut sum, mut i) = (log_term.exp(), 0.0, first);
    for _ in 0..10_000 {
        sum += term;
        i += 1.0;
        term *= expected / i;
        if term < sum * 1e-9 {
            break;
        }
    }
    sum.min(1.0)
}

/// Shannon entropy of counts, divided by its greatest possible value for that many classes.
pub(super) fn relative_entropy(counts: &[u64]) -> Option<f64> {
    let total: u64 = counts.iter().sum();
    if total == 0 || counts.len() < 2 {
        return None;
    }
    let entropy: f64 = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let p = ratio(*count, total);
            -p * p.ln()
        })
        .sum();
    Some(entropy / float(counts.len() as u64).ln())
}

/// `part / whole`, and 0 for a whole of 0.
pub(super) fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        float(part) / float(whole)
    }
}

/// A count as a number to calculate with.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts above 2^53 lose their last digits, which no score can see"
)]
pub(crate) const fn float(count: u64) -> f64 {
    count as f64
}

/// The value with `decimals` decimals, bounded, never -0: the same bytes wherever it is written.
pub(crate) fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    let bounded = if value.is_nan() {
        0.0
    } else {
        value.clamp(-1e15, 1e15)
    };
    (bounded * scale).round() / scale + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_is_straight_between_points_and_flat_outside() {
        let points = [(0.0, 100.0), (0.5, 50.0), (1.0, 0.0)];
        for (x, y) in [(-1.0, 100.0), (0.25, 75.0), (0.5, 50.0), (9.0, 0.0)] {
            assert!((curve(&points, x) - y).abs() < 1e-9, "{x}");
        }
    }

    #[test]
    fn medians_ignore_a_single_wild_value() {
        assert_eq!(median(&[1.0, 2.0, 1e12]), Some(2.0));
        assert_eq!(mad(&[1.0, 2.0, 3.0, 1e12]), Some(1.0));
        assert_eq!(median(&[]), None);
        assert_eq!(robust_z(&[5.0, 5.0, 5.0, 9.0]), None);
    }

    #[test]
    fn clockwork_is_minus_one_and_random_gaps_are_near_zero() {
        let clockwork = burstiness(&[3600.0; 40]).expect("forty gaps");
        assert!((clockwork + 1.0).abs() < 1e-9);
        let mut random = fastrand::Rng::with_seed(7);
        let gaps: Vec<f64> = (0..400).map(|_| -(1.0 - random.f64()).ln()).collect();
        assert!(burstiness(&gaps).expect("many gaps").abs() < 0.15);
        assert_eq!(burstiness(&[1.0; 9]), None);
    }

    #[test]
    fn the_poisson_tail_matches_known_values() {
        assert!((poisson_tail(1, 1.0) - 0.632_120_6).abs() < 1e-6);
        assert!((poisson_tail(5, 2.0) - 0.052_653).abs() < 1e-5);
        assert!(poisson_tail(50, 1.0) < 1e-12);
    }

    #[test]
    fn wilson_matches_a_known_value_and_stays_inside_zero_and_one() {
        let interval = wilson(10, 100);
        assert!((interval.low - 0.0552).abs() < 1e-3);
        assert!((interval.high - 0.1744).abs() < 1e-3);
        assert!(wilson(0, 3).low >= 0.0 && wilson(3, 3).high <= 1.0);
    }

    #[test]
    fn rounding_never_writes_minus_zero_or_infinity() {
        assert!(rounded(-0.00001, 3).is_sign_positive());
        assert!(rounded(f64::INFINITY, 2).is_finite());
        assert!(rounded(f64::NAN, 2).abs() < 1e-12);
    }
}
