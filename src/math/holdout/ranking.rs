//! Whether forecasts put the customers in the right order.

use super::{check, runs};
use crate::math::MathError;
use crate::math::inequality::{LorenzPoint, gini};

/// How well forecasts tell good customers from others, whatever their level.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// Area between concentration curve and diagonal over the same area for the counts' own order: 1 for the right order, 0 for
    /// none, below for the wrong way round. `None` when all customers bought the same number.
    pub gini: Option<f64>,
    /// Mean count of each tenth of the customers over the mean of all, the tenth with the highest forecasts first; `None` when
    /// nobody bought.
    pub decile_lifts: Option<[f64; 10]>,
}

impl Ranking {
    /// Measures forecasts. Customers of one forecast share what they bought, whatever their order.
    ///
    /// # Errors
    /// Slices of different length or empty, or a value that is negative or not finite.
    pub fn of(predicted: &[f64], actual: &[f64]) -> Result<Self, MathError> {
        let curve = concentration_curve(predicted, actual)?;
        let own = gini(actual)?;
        let area: f64 = curve
            .windows(2)
            .map(|pair| {
                let width = pair[1].population_share - pair[0].population_share;
                width * 0.5 * (pair[0].value_share + pair[1].value_share)
            })
            .sum();
        let has_bought = actual.iter().any(|count| *count > 0.0);
        Ok(Self {
            // Rounding leaves a little of a spread that is none.
            gini: (own > 1e-12).then(|| ((1.0 - 2.0 * area) / own).clamp(-1.0, 1.0)),
            decile_lifts: has_bought.then(|| {
                let below = |tenth: usize| value_at(&curve, tenth as f64 / 10.0);
                std::array::from_fn(|place| 10.0 * (below(10 - place) - below(9 - place)))
            }),
        })
    }
}

/// Returns the concentration curve from (0, 0) to (1, 1): the share of all purchases made by the customers with the lowest
/// forecasts, a point per distinct forecast.
///
/// Lorenz's curve with the customers in the order of the forecasts. When nobody bought it is the diagonal.
///
/// # Errors
/// As for [`Ranking::of`].
pub fn concentration_curve(
    predicted: &[f64],
    actual: &[f64],
) -> Result<Vec<LorenzPoint>, MathError> {
    check(predicted, actual)?;
    let count = predicted.len() as f64;
    let total: f64 = actual.iter().sum();
    let mut points = vec![LorenzPoint {
        population_share: 0.0,
        value_share: 0.0,
    }];
    let (mut passed, mut held) = (0, 0.0);
    for run in runs(predicted) {
        passed += run.len();
        held += run.iter().map(|&i| actual[i]).sum::<f64>();
        let population_share = passed as f64 / count;
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

/// Returns the height of a curve at a share of the population, straight between its points.
fn value_at(curve: &[LorenzPoint], share: f64) -> f64 {
    let above = curve.partition_point(|point| point.population_share < share);
    match (
        above.checked_sub(1).and_then(|i| curve.get(i)),
        curve.get(above),
    ) {
        (Some(low), Some(high)) => {
            let width = high.population_share - low.population_share;
            let part = (share - low.population_share) / width;
            low.value_share + part * (high.value_share - low.value_share)
        }
        (None, Some(first)) => first.value_share,
        (_, None) => 1.0,
    }
}
