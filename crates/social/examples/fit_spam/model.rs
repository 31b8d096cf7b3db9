//! The weights: how they are fitted, and what they make of a text.

use std::collections::BTreeMap;

use report_pipeline_social::SpamInputs;

use super::corpus::Example;
use super::logistic::{Row, fit};

/// The penalties on the weights of runs, and of points and signs: chosen by the held-out figures.
const RUN_PENALTY: f64 = 0.15;
const OTHER_PENALTY: f64 = 0.1;

/// What signs and runs add to the points of lists and marks, all in points.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) base: f64,
    pub(crate) signs: Vec<f64>,
    pub(crate) runs: Vec<f64>,
}

impl Model {
    /// Fits `spam ~ points + signs + runs` and divides by the weight of the points, so that one
    /// point is where spam begins.
    pub(crate) fn fit(examples: &[&Example]) -> Self {
        let signs = SpamInputs::SIGNS;
        let first_run = 2 + signs;
        let rows: Vec<Row> = examples.iter().map(|example| row(example)).collect();
        let mut penalties = vec![OTHER_PENALTY; first_run];
        penalties[1] = 0.0;
        penalties.resize(first_run + SpamInputs::PLACES, RUN_PENALTY);
        let weights = fit(&rows, &penalties);
        let scale = weights[0].max(0.5);
        let in_points = |weights: &[f64]| weights.iter().map(|w| w / scale).collect();
        Self {
            base: weights[1] / scale,
            signs: in_points(&weights[2..first_run]),
            runs: in_points(&weights[first_run..]),
        }
    }

    /// The points of a text, one being spam, as the scorer gives them.
    pub(crate) fn score(&self, example: &Example) -> f64 {
        let runs: f64 = example
            .runs
            .iter()
            .map(|place| self.runs[usize::from(*place)])
            .sum();
        let signs = example.signs.iter().zip(&self.signs);
        let of_signs: f64 = signs
            .map(|(has, weight)| if *has { *weight } else { 0.0 })
            .sum();
        1.0 + self.base + example.points + of_signs + runs / root(example.runs.len())
    }
}

fn row(example: &Example) -> Row {
    let mut runs: BTreeMap<u16, f64> = BTreeMap::new();
    for place in &example.runs {
        *runs.entry(*place).or_default() += 1.0 / root(example.runs.len());
    }
    let signs = example.signs.iter().enumerate();
    let first_run = 2 + example.signs.len();
    Row {
        features: [(0, example.points), (1, 1.0)]
            .into_iter()
            .chain(
                signs
                    .filter(|(_, has)| **has)
                    .map(|(index, _)| (2 + index, 1.0)),
            )
            .chain(
                runs.iter()
                    .map(|(place, x)| (first_run + usize::from(*place), *x)),
            )
            .collect(),
        positive: example.spam,
        weight: example.weight,
    }
}

fn root(runs: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "the runs of a comment")]
    (runs.max(1) as f64).sqrt()
}
