//! Logistic regression with a ridge penalty, by stochastic steps whose length falls with what a
//! weight has moved already (Adagrad): texts in a fixed order, the same weights on every run.

/// One labelled thing.
#[derive(Debug)]
pub(crate) struct Row {
    /// The features that are not zero, by index, each once.
    pub(crate) features: Vec<(usize, f64)>,
    pub(crate) positive: bool,
    /// How much it counts.
    pub(crate) weight: f64,
}

/// How often all rows are gone through.
const ROUNDS: usize = 30;
/// The first step.
const RATE: f64 = 0.3;

/// The weights of the features. `penalty` is per feature, for the whole of the rows.
pub(crate) fn fit(rows: &[Row], penalties: &[f64]) -> Vec<f64> {
    let mut weights = vec![0.0; penalties.len()];
    let mut moved = vec![1e-6; penalties.len()];
    // How often each feature occurs: its penalty is spread over those rows.
    let mut seen = vec![0.0; penalties.len()];
    for row in rows {
        for (index, _) in &row.features {
            seen[*index] += 1.0;
        }
    }
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut random = fastrand::Rng::with_seed(2_026);
    for _ in 0..ROUNDS {
        random.shuffle(&mut order);
        for index in &order {
            let row = &rows[*index];
            let z: f64 = row.features.iter().map(|(i, x)| weights[*i] * x).sum();
            let p = 1.0 / (1.0 + (-z).exp());
            let error = row.weight * (p - f64::from(u8::from(row.positive)));
            for (i, x) in &row.features {
                let gradient = error * x + penalties[*i] * weights[*i] / seen[*i];
                moved[*i] += gradient * gradient;
                weights[*i] -= RATE * gradient / moved[*i].sqrt();
            }
        }
    }
    weights
}
