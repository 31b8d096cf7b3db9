//! The word weights: how they are fitted, and what they make of a comment.

use std::collections::BTreeMap;

use super::corpus::{Example, vocabulary};
use super::logistic::{Row, fit};

/// The penalty on weights: chosen by the held-out figures, between 3 and 30.
const PENALTY: f64 = 10.0;
/// More points of the lists than this say no more about how sure the matter is.
const MOST_POINTS: f64 = 2.0;
/// The bound on what all words of a comment can add or take, in points; as in the scorer.
const BOUND: f64 = 0.6;

/// What the words add to the points of lists and marks.
#[derive(Debug)]
pub(crate) struct Model {
    /// In points.
    pub(crate) base: f64,
    pub(crate) words: BTreeMap<String, f64>,
}

impl Model {
    /// Fits `spam ~ points + words` and divides by the weight of the points, so that every weight
    /// is in points and one point is where spam begins. Each set counts the same in all.
    pub(crate) fn fit(examples: &[&Example]) -> Self {
        let words = vocabulary(examples);
        let index: BTreeMap<&str, usize> = words.iter().map(String::as_str).zip(1..).collect();
        let mut sizes: BTreeMap<&str, f64> = BTreeMap::new();
        for example in examples {
            *sizes.entry(&example.set).or_default() += 1.0;
        }
        let largest = sizes.values().copied().fold(1.0, f64::max);
        let rows: Vec<Row> = examples
            .iter()
            .map(|example| Row {
                features: [(0, example.points.min(MOST_POINTS) - 1.0)]
                    .into_iter()
                    .chain(
                        example
                            .words
                            .iter()
                            .filter_map(|word| Some((*index.get(word.as_str())?, 1.0))),
                    )
                    .collect(),
                positive: example.spam,
                weight: largest / sizes[example.set.as_str()],
            })
            .collect();
        let rows: Vec<&Row> = rows.iter().collect();
        let weights = fit(&rows, words.len() + 1, PENALTY);
        let scale = weights[0];
        Self {
            base: weights[words.len() + 1] / scale,
            words: words
                .iter()
                .zip(&weights[1..])
                .map(|(word, weight)| (word.clone(), weight / scale))
                .collect(),
        }
    }

    /// The points of a comment whose lists and marks give `points`.
    pub(crate) fn score(&self, example: &Example, points: f64) -> f64 {
        if example.words.is_empty() {
            return points;
        }
        let known = example.words.iter().filter_map(|word| self.words.get(word));
        points + (self.base + known.sum::<f64>()).clamp(-BOUND, BOUND)
    }
}
