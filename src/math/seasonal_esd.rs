//! Outliers of a seasonal series: S-H-ESD.
//!
//! Hochenbaum, Vallis and Kejariwal 2017, "Automatic anomaly detection in the cloud via statistical learning": the season
//! and the median are taken off, and the generalised extreme studentised deviate test (Rosner 1983) is run on what is
//! left, with median and MAD in place of mean and standard deviation. Only upper outliers are looked for. Two things
//! differ from the paper: the season is the median of each place in it (the paper's is that of STL), and where more than
//! half of what is left is nil, so that the MAD is nil too, the mean absolute deviation stands in, times `sqrt(pi / 2)`.
//!
//! No alert of koe rests on this: it is what koe's own baseline is measured against, on the same streams.

use super::MathError;
use super::counts::{MAD_TO_STANDARD_DEVIATION, median};
use super::special::student_critical;

/// Makes the mean absolute deviation of a normal sample estimate its standard deviation: `sqrt(pi / 2)`.
const MEAN_DEVIATION_TO_STANDARD_DEVIATION: f64 = 1.253_314_137_315_500_3;

/// The test for series of one length, with its critical values.
#[derive(Debug, Clone, PartialEq)]
pub struct SeasonalEsd {
    len: usize,
    period: usize,
    critical: Vec<f64>,
}

impl SeasonalEsd {
    /// Returns the test for series of `len` values with a season of `period`, for at most `max_share` outliers at the
    /// significance `alpha` (one-sided).
    ///
    /// # Errors
    /// [`MathError::TooFewCustomers`] for less than two periods or four values, [`MathError::OutOfDomain`] for a share
    /// outside `(0, 0.5)`, a significance outside `(0, 0.5)` or a period of nil.
    pub fn new(len: usize, period: usize, max_share: f64, alpha: f64) -> Result<Self, MathError> {
        for (name, value) in [("max_share", max_share), ("alpha", alpha)] {
            if !(value > 0.0 && value < 0.5) {
                return Err(MathError::OutOfDomain { name, value });
            }
        }
        if period == 0 {
            return Err(MathError::OutOfDomain {
                name: "period",
                value: 0.0,
            });
        }
        let needed = period.saturating_mul(2).max(4);
        if len < needed {
            return Err(MathError::TooFewCustomers { found: len, needed });
        }
        let most = ((len as f64 * max_share) as usize).clamp(1, len - 3);
        Ok(Self {
            len,
            period,
            critical: (0..most)
                .map(|place| critical_value(len, place, alpha))
                .collect(),
        })
    }

    /// Returns the values without their season and median; empty for a series of another length or with a NaN.
    pub fn residuals(&self, values: &[f64]) -> Vec<f64> {
        let whole = if values.len() == self.len {
            median(values)
        } else {
            None
        };
        let Some(whole) = whole else {
            return Vec::new();
        };
        let season: Vec<f64> = (0..self.period)
            .map(|place| {
                let same: Vec<f64> = values[place..]
                    .iter()
                    .step_by(self.period)
                    .copied()
                    .collect();
                median(&same).unwrap_or(whole)
            })
            .collect();
        let level = median(&season).unwrap_or(0.0);
        values
            .iter()
            .enumerate()
            .map(|(place, value)| value - (season[place % self.period] - level) - whole)
            .collect()
    }

    /// Returns the places of the upper outliers, in order.
    pub fn outliers(&self, values: &[f64]) -> Vec<usize> {
        let residuals = self.residuals(values);
        let mut places: Vec<usize> = (0..residuals.len()).collect();
        places.sort_by(|left, right| residuals[*left].total_cmp(&residuals[*right]));
        let sorted: Vec<f64> = places.iter().map(|place| residuals[*place]).collect();
        let count = self.outlier_count(&sorted, 0);
        let mut found = places.split_off(places.len() - count);
        found.sort_unstable();
        found
    }

    /// Returns whether the last value is an upper outlier, as far as the values up to it tell.
    pub fn is_last_outlier(&self, values: &[f64]) -> bool {
        let mut residuals = self.residuals(values);
        let Some(last) = residuals.last().copied() else {
            return false;
        };
        let above = residuals.iter().filter(|other| **other > last).count();
        if above >= self.critical.len() {
            return false;
        }
        residuals.sort_by(f64::total_cmp);
        self.outlier_count(&residuals, above) > above
    }

    /// Returns how many of the greatest values are outliers: the greatest `i` with `R_i > lambda_i`, if above `least`.
    fn outlier_count(&self, sorted: &[f64], least: usize) -> usize {
        if sorted.len() != self.len {
            return 0;
        }
        (least..self.critical.len())
            .rev()
            .find(|removed| {
                let rest = &sorted[..sorted.len() - removed];
                let (centre, deviation) = location_and_scale(rest);
                let largest = rest[rest.len() - 1] - centre;
                deviation > 0.0 && largest / deviation > self.critical[*removed]
            })
            .map_or(0, |removed| removed + 1)
    }
}

/// Returns Rosner's `lambda` for the removal after `removed` others, one-sided.
fn critical_value(len: usize, removed: usize, alpha: f64) -> f64 {
    let rest = (len - removed) as f64;
    // Student's quantile at `1 - alpha / rest`, asked for by what lies between it and its mirror image.
    let quantile = student_critical(1.0 - 2.0 * alpha / rest, rest - 2.0);
    (rest - 1.0) * quantile / ((rest - 2.0 + quantile * quantile) * rest).sqrt()
}

/// Returns the median of sorted values, and their MAD or what stands in for it, on the scale of a standard deviation.
fn location_and_scale(sorted: &[f64]) -> (f64, f64) {
    let middle = sorted.len() / 2;
    let centre = if sorted.len() % 2 == 1 {
        sorted[middle]
    } else {
        sorted[middle - 1].midpoint(sorted[middle])
    };
    // Distances from the centre grow to both sides: they are merged until half of them have gone by.
    let (mut below, mut above) = (middle, middle);
    let (mut last, mut before_last) = (0.0, 0.0);
    for _ in 0..=middle {
        let left = below
            .checked_sub(1)
            .map_or(f64::INFINITY, |place| centre - sorted[place]);
        let right = sorted
            .get(above)
            .map_or(f64::INFINITY, |value| value - centre);
        before_last = last;
        if left < right {
            below -= 1;
            last = left;
        } else {
            above += 1;
            last = right;
        }
    }
    let deviation = if sorted.len() % 2 == 1 {
        last
    } else {
        before_last.midpoint(last)
    };
    if deviation > 0.0 {
        return (centre, deviation * MAD_TO_STANDARD_DEVIATION);
    }
    let mean = sorted
        .iter()
        .map(|value| (value - centre).abs())
        .sum::<f64>()
        / sorted.len() as f64;
    (centre, mean * MEAN_DEVIATION_TO_STANDARD_DEVIATION)
}

#[cfg(test)]
mod tests {
    use super::super::counts::median_absolute_deviation;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn critical_values_are_those_of_the_nist_handbook() {
        // NIST/SEMATECH e-Handbook, 1.3.5.17.3: 54 values, two-sided 5 %, which is one-sided 2.5 %.
        let table = [
            3.158, 3.151, 3.143, 3.136, 3.128, 3.120, 3.111, 3.103, 3.094, 3.085,
        ];
        for (place, expected) in table.into_iter().enumerate() {
            let found = critical_value(54, place, 0.025);
            assert!((found - expected).abs() < 1e-3, "{place}: {found}");
        }
    }

    #[test]
    fn a_spike_stands_out_of_a_season_and_the_season_does_not() {
        let mut values: Vec<f64> = (0..24 * 14)
            .map(|hour| f64::from(hour % 24) + f64::from(hour * 7919 % 13) / 10.0)
            .collect();
        let test = SeasonalEsd::new(values.len(), 24, 0.02, 0.05).unwrap();
        assert!(test.outliers(&values).is_empty());
        assert!(!test.is_last_outlier(&values));
        values[100] += 30.0;
        let last = values.len() - 1;
        values[last] += 20.0;
        assert_eq!(test.outliers(&values), [100, last]);
        assert!(test.is_last_outlier(&values));
    }

    #[test]
    fn a_mostly_silent_series_still_has_a_scale() {
        let mut values = vec![0.0; 60];
        (values[10], values[20], values[59]) = (1.0, 1.0, 25.0);
        let test = SeasonalEsd::new(60, 6, 0.1, 0.05).unwrap();
        assert!(test.is_last_outlier(&values));
        assert!(test.outliers(&[0.0; 60]).is_empty());
    }

    #[test]
    fn what_cannot_be_tested_is_refused() {
        assert!(SeasonalEsd::new(10, 24, 0.02, 0.05).is_err());
        assert!(SeasonalEsd::new(100, 0, 0.02, 0.05).is_err());
        assert!(SeasonalEsd::new(100, 24, 0.6, 0.05).is_err());
        assert!(SeasonalEsd::new(100, 24, 0.02, f64::NAN).is_err());
        let test = SeasonalEsd::new(48, 24, 0.02, 0.05).unwrap();
        assert!(test.outliers(&[1.0; 47]).is_empty());
        assert!(!test.is_last_outlier(&[f64::NAN; 48]));
    }

    proptest! {
        #[test]
        fn the_scale_is_the_mad(values in proptest::collection::vec(-50.0_f64..50.0, 3..80)) {
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            let (centre, scale) = location_and_scale(&sorted);
            let expected = median_absolute_deviation(&values).unwrap();
            prop_assume!(expected > 1e-9);
            prop_assert!((centre - median(&values).unwrap()).abs() < 1e-12);
            prop_assert!((scale / MAD_TO_STANDARD_DEVIATION - expected).abs() < 1e-9);
        }

        #[test]
        fn the_last_value_is_judged_as_among_all(spike in 0.0_f64..12.0) {
            let mut values: Vec<f64> = (0..120).map(|hour| f64::from(hour * 7919 % 17) / 5.0).collect();
            values[119] += spike;
            let test = SeasonalEsd::new(120, 12, 0.05, 0.05).unwrap();
            prop_assert_eq!(test.is_last_outlier(&values), test.outliers(&values).contains(&119));
        }
    }
}
