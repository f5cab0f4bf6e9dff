//! Forecast against count, in groups of customers of like forecast.

use super::{check, runs};
use crate::math::intervals::Interval;
use crate::math::special::normal_quantile;
use crate::math::{MathError, open_unit};

/// Customers of like forecast, and what they did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationBin {
    /// Customers in the bin.
    pub customer_count: usize,
    /// Mean of their forecasts.
    pub predicted_mean: f64,
    /// Mean of their counts with its interval.
    pub actual: Interval,
}

/// Returns at most `bins` groups of about equal size, the lowest forecasts first.
///
/// Customers of one forecast are never parted, so that a forecast of few distinct values has fewer bins. The interval is Byar's
/// for the Poisson sum of the counts (Breslow and Day 1987), wider by the root of variance over mean where the counts scatter
/// more than that; a bin without a purchase has an upper limit all the same.
///
/// # Errors
/// Slices of different length or empty, a value that is negative or not finite, no bin asked for, or a confidence outside
/// `(0, 1)`.
pub fn calibration(
    predicted: &[f64],
    actual: &[f64],
    bins: usize,
    confidence: f64,
) -> Result<Vec<CalibrationBin>, MathError> {
    check(predicted, actual)?;
    open_unit("confidence", confidence)?;
    if bins == 0 {
        return Err(MathError::OutOfDomain {
            name: "bins",
            value: 0.0,
        });
    }
    let z = -normal_quantile(0.5 * (1.0 - confidence));
    let count = predicted.len();
    let mut members: Vec<Vec<usize>> = Vec::new();
    let (mut passed, mut place) = (0, None);
    for run in runs(predicted) {
        // The group of the lowest rank among equals.
        let group = passed * bins / count;
        passed += run.len();
        match members.last_mut() {
            Some(last) if place == Some(group) => last.extend(run),
            _ => members.push(run),
        }
        place = Some(group);
    }
    let bin = |members: &Vec<usize>| {
        let forecasts: f64 = members.iter().map(|&i| predicted[i]).sum();
        let counts: Vec<f64> = members.iter().map(|&i| actual[i]).collect();
        CalibrationBin {
            customer_count: members.len(),
            predicted_mean: forecasts / members.len() as f64,
            actual: mean_count(&counts, z),
        }
    };
    Ok(members.iter().map(bin).collect())
}

/// Returns the mean of counts with the limits that lie `z` standard deviations off.
fn mean_count(counts: &[f64], z: f64) -> Interval {
    let customers = counts.len() as f64;
    let sum: f64 = counts.iter().sum();
    let mean = sum / customers;
    let squares: f64 = counts.iter().map(|count| (count - mean).powi(2)).sum();
    let dispersion = if mean > 0.0 && counts.len() > 1 {
        (squares / (customers - 1.0) / mean).max(1.0)
    } else {
        1.0
    };
    let scale = dispersion.sqrt() / customers;
    Interval {
        low: (mean - (sum - byar(sum, -z)) * scale).max(0.0),
        estimate: mean,
        high: mean + (byar(sum + 1.0, z) - sum) * scale,
    }
}

/// Returns Byar's limit of a Poisson mean of which `events` were seen (one more for the upper limit).
fn byar(events: f64, z: f64) -> f64 {
    if events <= 0.0 {
        return 0.0;
    }
    let root = (1.0 - 1.0 / (9.0 * events) + z / (3.0 * events.sqrt())).max(0.0);
    events * root * root * root
}
