//! What the customers of a group come to together.

use super::{Span, TAIL};
use crate::math::matrix::Square;
use crate::math::special::{gamma_lower, normal_quantile};

/// From this shape on a gamma law is normal to within what matters.
const NORMAL_FROM: f64 = 1e6;
/// Largest standard deviation of a total in units of its mean.
const LARGEST_SPREAD: f64 = 2.0;
/// Below this there is nothing to tell from certainty.
const SMALLEST_SPREAD: f64 = 1e-12;

/// The sum over the customers of a group.
///
/// Given the parameters customers are independent, so their predictive variances add up. The parameters are the same
/// for all: an error there moves every customer the same way. By the delta method it adds `g' C g`, with `C` the
/// covariance matrix of the fit and `g` the slope of the group's expectation in the log-parameters.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GroupTotal {
    mean: f64,
    variance: f64,
    slope: Vec<f64>,
}

impl GroupTotal {
    /// Adds a customer: expectation, predictive variance, and the derivatives of the expectation's logarithm in the
    /// log-parameters.
    pub fn add(&mut self, mean: f64, variance: f64, log_slopes: impl IntoIterator<Item = f64>) {
        self.mean += mean;
        self.variance += variance;
        for (place, slope) in log_slopes.into_iter().enumerate() {
            if place == self.slope.len() {
                self.slope.push(0.0);
            }
            self.slope[place] += mean * slope;
        }
    }

    /// Returns the expected total.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Returns the variance of the total, with what the covariance matrices of fits add.
    ///
    /// The matrices are those of fits that share no data, in the order of the slopes; `None` stands for so many
    /// parameters that are taken as known.
    pub fn variance(&self, fits: &[(usize, Option<&Square>)]) -> f64 {
        let mut variance = self.variance;
        let mut start = 0;
        for (size, covariance) in fits {
            let slope = self.slope.get(start..start + size).unwrap_or_default();
            start += size;
            if let Some(covariance) = covariance.filter(|found| found.size() == slope.len()) {
                let moved = covariance.times(slope);
                let added: f64 = slope
                    .iter()
                    .zip(&moved)
                    .map(|(left, right)| left * right)
                    .sum();
                variance += added.max(0.0);
            }
        }
        variance
    }

    /// Returns the 90 % interval: the 5 % and 95 % points of the gamma law of that mean and variance.
    ///
    /// A gamma law is never negative, leans right as sums of spends do, and becomes normal as the group grows. A standard
    /// deviation above twice the mean is taken as that: such a group is one about which nothing is known.
    pub fn interval(&self, fits: &[(usize, Option<&Square>)]) -> Span {
        let spread = (self.variance(fits).sqrt() / self.mean).min(LARGEST_SPREAD);
        let is_open = self.mean > 0.0 && self.mean.is_finite() && spread > SMALLEST_SPREAD;
        if !is_open {
            return Span {
                low: self.mean,
                high: self.mean,
            };
        }
        let shape = spread.powi(-2);
        let at = |level: f64| self.mean * gamma_quantile(level, shape) / shape;
        Span {
            low: at(TAIL),
            high: at(1.0 - TAIL),
        }
    }
}

/// Returns the quantile of the gamma law with that shape and rate 1, for a level in `(0, 1)`; NaN outside.
pub fn gamma_quantile(level: f64, shape: f64) -> f64 {
    let is_sound = level > 0.0 && level < 1.0 && shape > 0.0 && shape.is_finite();
    if !is_sound {
        return f64::NAN;
    }
    if shape >= NORMAL_FROM {
        return (shape + normal_quantile(level) * shape.sqrt()).max(0.0);
    }
    let (mut low, mut high) = (0.0, shape.max(1.0));
    while gamma_lower(shape, high) < level && high < 1e300 {
        low = high;
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if gamma_lower(shape, middle) < level {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}
