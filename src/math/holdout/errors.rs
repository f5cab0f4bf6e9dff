//! Distances between forecasts and counts.

use super::check;
use crate::math::MathError;

/// How far forecasts lay from what came, over all customers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ForecastErrors {
    /// Customers.
    pub customer_count: usize,
    /// Sum of the forecasts.
    pub predicted_sum: f64,
    /// Sum of the counts.
    pub actual_sum: f64,
    /// Mean absolute error.
    pub mae: f64,
    /// Mean of forecast less count; above zero for a forecast too high.
    pub bias: f64,
    /// Root of the mean squared error.
    pub rmse: f64,
}

impl ForecastErrors {
    /// Measures forecasts.
    ///
    /// # Errors
    /// Slices of different length or empty, or a value that is negative or not finite.
    pub fn of(predicted: &[f64], actual: &[f64]) -> Result<Self, MathError> {
        check(predicted, actual)?;
        let count = predicted.len() as f64;
        let pairs = || predicted.iter().zip(actual);
        let absolute: f64 = pairs().map(|(p, a)| (p - a).abs()).sum();
        let squared: f64 = pairs().map(|(p, a)| (p - a) * (p - a)).sum();
        let difference: f64 = pairs().map(|(p, a)| p - a).sum();
        Ok(Self {
            customer_count: predicted.len(),
            predicted_sum: predicted.iter().sum(),
            actual_sum: actual.iter().sum(),
            mae: absolute / count,
            bias: difference / count,
            rmse: (squared / count).sqrt(),
        })
    }
}

/// Returns the squared error of every customer, in order.
///
/// # Errors
/// As for [`ForecastErrors::of`].
pub fn squared_errors(predicted: &[f64], actual: &[f64]) -> Result<Vec<f64>, MathError> {
    check(predicted, actual)?;
    let pairs = predicted.iter().zip(actual);
    Ok(pairs.map(|(p, a)| (p - a) * (p - a)).collect())
}
