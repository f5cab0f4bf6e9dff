//! How good forecasts of purchase counts were, once the purchases came.
//!
//! A forecast is a list of expected counts, one per customer; beside it lies what each customer did. An expected count aims at
//! the mean, so squared error ([`squared_errors`]) is what forecasts are compared by: it is least at the true mean (Gneiting
//! 2011). Absolute error is least at the median, which for most customers is no purchase at all; it is told, never decided by.

mod calibration;
mod comparison;
mod errors;
mod ranking;

pub use calibration::{CalibrationBin, calibration};
pub use comparison::paired_difference;
pub use errors::{ForecastErrors, squared_errors};
pub use ranking::{Ranking, concentration_curve};

use super::{MathError, non_negative};

/// Checks forecasts and counts that go customer by customer.
fn check(predicted: &[f64], actual: &[f64]) -> Result<(), MathError> {
    if predicted.len() != actual.len() {
        return Err(MathError::LengthMismatch {
            left: predicted.len(),
            right: actual.len(),
        });
    }
    if predicted.is_empty() {
        return Err(MathError::TooFewCustomers {
            found: 0,
            needed: 1,
        });
    }
    for &value in predicted {
        non_negative("predicted", value)?;
    }
    for &value in actual {
        non_negative("actual", value)?;
    }
    Ok(())
}

/// Returns the customers in ascending order of forecast, cut into runs of one forecast each.
fn runs(predicted: &[f64]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..predicted.len()).collect();
    order.sort_by(|&i, &j| predicted[i].total_cmp(&predicted[j]).then(i.cmp(&j)));
    order
        .chunk_by(|&i, &j| predicted[i] == predicted[j])
        .map(<[usize]>::to_vec)
        .collect()
}

#[cfg(test)]
mod tests;
