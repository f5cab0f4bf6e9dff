//! How unevenly sales are spread over customers.

use super::{MathError, non_negative};

/// One point of a Lorenz curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LorenzPoint {
    /// Share of the customers, the smallest first, in `[0, 1]`.
    pub population_share: f64,
    /// Share of the total they hold, in `[0, 1]`.
    pub value_share: f64,
}

/// Returns the values in ascending order, refusing an empty slice and negative or non-finite values.
fn sorted(values: &[f64]) -> Result<Vec<f64>, MathError> {
    if values.is_empty() {
        return Err(MathError::TooFewCustomers {
            found: 0,
            needed: 1,
        });
    }
    for &value in values {
        non_negative("value", value)?;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    Ok(sorted)
}

/// Returns the Lorenz curve from (0, 0) to (1, 1), one point per customer.
///
/// When all values are zero the curve is the diagonal.
///
/// # Errors
/// An empty slice, or a negative or non-finite value.
pub fn lorenz_curve(values: &[f64]) -> Result<Vec<LorenzPoint>, MathError> {
    let sorted = sorted(values)?;
    let count = sorted.len() as f64;
    let largest = sorted[sorted.len() - 1];
    let scale = if largest > 0.0 { 1.0 / largest } else { 0.0 };
    let total: f64 = sorted.iter().map(|value| value * scale).sum();
    let mut points = Vec::with_capacity(sorted.len() + 1);
    points.push(LorenzPoint {
        population_share: 0.0,
        value_share: 0.0,
    });
    let mut held = 0.0;
    for (i, value) in sorted.iter().enumerate() {
        held += value * scale;
        let population_share = (i + 1) as f64 / count;
        let value_share = if total > 0.0 {
            (held / total).min(1.0)
        } else {
            population_share
        };
        points.push(LorenzPoint {
            population_share,
            value_share,
        });
    }
    Ok(points)
}

/// Returns the Gini coefficient in `[0, 1)`: 0 when all hold the same, near 1 when one holds everything.
///
/// Twice the area between the Lorenz curve and the diagonal; no small-sample correction. All zeros give 0.
///
/// # Errors
/// An empty slice, or a negative or non-finite value.
pub fn gini(values: &[f64]) -> Result<f64, MathError> {
    let curve = lorenz_curve(values)?;
    let area: f64 = curve
        .windows(2)
        .map(|pair| {
            let width = pair[1].population_share - pair[0].population_share;
            width * 0.5 * (pair[0].value_share + pair[1].value_share)
        })
        .sum();
    Ok((1.0 - 2.0 * area).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn gini_of_known_spreads() {
        assert!(gini(&[5.0; 8]).unwrap().abs() < 1e-15);
        assert!((gini(&[0.0, 0.0, 0.0, 9.0]).unwrap() - 0.75).abs() < 1e-15);
        assert!((gini(&[1.0, 2.0, 3.0, 4.0]).unwrap() - 0.25).abs() < 1e-15);
        assert_eq!(gini(&[0.0, 0.0]).unwrap(), 0.0);
    }

    #[test]
    fn bad_values_are_named() {
        assert!(matches!(
            gini(&[]),
            Err(MathError::TooFewCustomers {
                found: 0,
                needed: 1
            })
        ));
        assert!(matches!(
            gini(&[1.0, -2.0]),
            Err(MathError::OutOfDomain { value: -2.0, .. })
        ));
    }

    proptest! {
        #[test]
        fn the_curve_rises_below_the_diagonal_and_scale_is_nothing(
            values in proptest::collection::vec(0.0_f64..1e9, 1..60), factor in 1e-3_f64..1e3
        ) {
            let curve = lorenz_curve(&values).unwrap();
            for pair in curve.windows(2) {
                prop_assert!(pair[1].value_share >= pair[0].value_share);
            }
            for point in &curve {
                prop_assert!(point.value_share <= point.population_share + 1e-12);
            }
            prop_assert!((curve[values.len()].value_share - 1.0).abs() < 1e-12);
            let scaled: Vec<f64> = values.iter().map(|value| value * factor).collect();
            prop_assert!((gini(&scaled).unwrap() - gini(&values).unwrap()).abs() < 1e-9);
        }
    }
}
