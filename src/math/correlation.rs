//! Correlation coefficients, for the check that spend does not depend on frequency.

use super::MathError;
use super::special::student_two_sided;

/// Checks two columns that go row by row.
fn check(left: &[f64], right: &[f64]) -> Result<(), MathError> {
    if left.len() != right.len() {
        return Err(MathError::LengthMismatch {
            left: left.len(),
            right: right.len(),
        });
    }
    if left.len() < 2 {
        return Err(MathError::TooFewCustomers {
            found: left.len(),
            needed: 2,
        });
    }
    match left.iter().chain(right).find(|value| !value.is_finite()) {
        Some(&value) => Err(MathError::OutOfDomain {
            name: "value",
            value,
        }),
        None => Ok(()),
    }
}

/// Returns Pearson's correlation in `[-1, 1]`, or `None` when a column does not vary.
///
/// # Errors
/// Columns of different length, fewer than two rows, or a non-finite value.
pub fn pearson(left: &[f64], right: &[f64]) -> Result<Option<f64>, MathError> {
    check(left, right)?;
    let count = left.len() as f64;
    let centre = |values: &[f64]| values.iter().map(|value| value / count).sum::<f64>();
    let (left_mean, right_mean) = (centre(left), centre(right));
    let (mut both, mut left_square, mut right_square) = (0.0, 0.0, 0.0);
    for (l, r) in left.iter().zip(right) {
        let (l, r) = (l - left_mean, r - right_mean);
        both += l * r;
        left_square += l * l;
        right_square += r * r;
    }
    // A constant column may leave rounding in its mean; judge by the values themselves.
    let constant = |values: &[f64]| values.iter().all(|value| *value == values[0]);
    let scale = left_square.sqrt() * right_square.sqrt();
    let defined = scale > 0.0 && scale.is_finite() && !constant(left) && !constant(right);
    Ok(defined.then(|| (both / scale).clamp(-1.0, 1.0)))
}

/// Returns Spearman's rank correlation in `[-1, 1]`, ties sharing their mean rank; `None` as for [`pearson`].
///
/// # Errors
/// As for [`pearson`].
pub fn spearman(left: &[f64], right: &[f64]) -> Result<Option<f64>, MathError> {
    check(left, right)?;
    pearson(&mean_ranks(left), &mean_ranks(right))
}

/// Returns the two-sided p-value of "no correlation" for a correlation of `count` rows; `None` below three of them.
///
/// Student's t with `count - 2` degrees of freedom: exact for Pearson's under normality, the usual approximation for Spearman's
/// (Kendall and Stuart, 31.19).
pub fn correlation_p_value(correlation: f64, count: usize) -> Option<f64> {
    if count < 3 || !correlation.is_finite() {
        return None;
    }
    let degrees = (count - 2) as f64;
    let unexplained = 1.0 - correlation * correlation;
    if unexplained <= 0.0 {
        return Some(0.0);
    }
    let t = correlation * (degrees / unexplained).sqrt();
    Some(student_two_sided(t, degrees))
}

/// Returns ranks from 1, equal values sharing the mean of their ranks.
pub fn mean_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&i, &j| values[i].total_cmp(&values[j]).then(i.cmp(&j)));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    while start < order.len() {
        let mut end = start + 1;
        while end < order.len() && values[order[end]] == values[order[start]] {
            end += 1;
        }
        let rank = 0.5 * ((start + 1) as f64 + end as f64);
        for &row in &order[start..end] {
            ranks[row] = rank;
        }
        start = end;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_correlations() {
        let (x, y) = ([1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 1.0, 4.0, 3.0, 5.0]);
        assert!((pearson(&x, &y).unwrap().unwrap() - 0.8).abs() < 1e-15);
        assert!((spearman(&x, &y).unwrap().unwrap() - 0.8).abs() < 1e-15);
        assert_eq!(mean_ranks(&[10.0, 20.0, 10.0, -1.0]), [2.5, 4.0, 2.5, 1.0]);
        assert_eq!(pearson(&x, &[0.1; 5]).unwrap(), None);
        assert!(matches!(
            pearson(&x, &y[..4]),
            Err(MathError::LengthMismatch { left: 5, right: 4 })
        ));
    }

    #[test]
    fn p_values_of_correlations() {
        // scipy.stats.spearmanr on the 946 repeat buyers of CDNOW: .20631894, p = 1.4896e-10.
        let found = correlation_p_value(0.206_318_943_295_790_6, 946).unwrap();
        assert!((found / 1.489_627e-10 - 1.0).abs() < 1e-4, "{found:e}");
        assert_eq!(correlation_p_value(0.0, 10), Some(1.0));
        assert_eq!(correlation_p_value(-1.0, 10), Some(0.0));
        assert_eq!(correlation_p_value(0.5, 2), None);
    }

    proptest! {
        #[test]
        fn spearman_ignores_monotone_changes(rows in proptest::collection::vec((-5.0_f64..5.0, -5.0_f64..5.0), 3..40)) {
            let (x, y): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
            let bent: Vec<f64> = x.iter().map(|value| value.exp()).collect();
            let plain = spearman(&x, &y).unwrap();
            prop_assert_eq!(plain, spearman(&bent, &y).unwrap());
            if let Some(value) = pearson(&x, &y).unwrap() {
                prop_assert!((-1.0..=1.0).contains(&value));
                prop_assert_eq!(Some(value), pearson(&y, &x).unwrap());
            }
        }
    }
}
