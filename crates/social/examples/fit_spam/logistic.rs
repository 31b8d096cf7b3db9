//! Logistic regression with a ridge penalty, by Newton's method: no random start, no learning
//! rate, the same weights for the same rows on every run.

/// One labelled thing.
#[derive(Debug)]
pub(crate) struct Row {
    /// The features that are not zero, by index.
    pub(crate) features: Vec<(usize, f64)>,
    pub(crate) positive: bool,
    /// How much it counts.
    pub(crate) weight: f64,
}

/// The weights of the features and, last, the intercept, which alone is not penalised.
pub(crate) fn fit(rows: &[&Row], features: usize, penalty: f64) -> Vec<f64> {
    let size = features + 1;
    let mut weights = vec![0.0; size];
    for _ in 0..50 {
        let mut gradient = vec![0.0; size];
        let mut hessian = vec![vec![0.0; size]; size];
        for index in 0..features {
            gradient[index] = penalty * weights[index];
            hessian[index][index] = penalty;
        }
        for row in rows {
            let with_intercept = || row.features.iter().copied().chain([(features, 1.0)]);
            let z: f64 = with_intercept().map(|(i, x)| weights[i] * x).sum();
            let p = 1.0 / (1.0 + (-z).exp());
            let error = row.weight * (p - f64::from(u8::from(row.positive)));
            let curvature = row.weight * p * (1.0 - p);
            for (i, x) in with_intercept() {
                gradient[i] += error * x;
                for (j, other) in with_intercept() {
                    hessian[i][j] += curvature * x * other;
                }
            }
        }
        let step = solve(hessian, gradient);
        for (weight, change) in weights.iter_mut().zip(&step) {
            *weight -= change;
        }
        if step.iter().all(|change| change.abs() < 1e-9) {
            break;
        }
    }
    weights
}

/// Solves a symmetric positive definite system by Cholesky's method.
#[expect(clippy::needless_range_loop, reason = "the textbook's indices")]
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let size = right.len();
    for j in 0..size {
        for k in 0..j {
            let factor = matrix[j][k];
            for i in j..size {
                matrix[i][j] -= matrix[i][k] * factor;
            }
        }
        let root = matrix[j][j].max(1e-12).sqrt();
        for i in j..size {
            matrix[i][j] /= root;
        }
    }
    for i in 0..size {
        for k in 0..i {
            right[i] -= matrix[i][k] * right[k];
        }
        right[i] /= matrix[i][i];
    }
    for i in (0..size).rev() {
        for k in i + 1..size {
            right[i] -= matrix[k][i] * right[k];
        }
        right[i] /= matrix[i][i];
    }
    right
}
