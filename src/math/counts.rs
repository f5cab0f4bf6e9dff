//! Tail probabilities and robust location for hourly counts.
//!
//! The tails answer "how likely are this many posts or more in an hour like this?"; they stay exact far out,
//! where `1 - cdf` would be nil.

use super::special::{beta_lower_with_complement, gamma_lower};

/// Makes the MAD of a normal sample estimate its standard deviation.
pub const MAD_TO_STANDARD_DEVIATION: f64 = 1.482_602_218_505_602;

/// Returns `P(X >= count)` for a Poisson law of mean `mean >= 0`; NaN for a mean below zero or infinite.
///
/// A mean of zero gives 1 for a count of zero and 0 above.
pub fn poisson_upper_tail(count: u64, mean: f64) -> f64 {
    if !(mean >= 0.0 && mean.is_finite()) {
        return f64::NAN;
    }
    match count {
        0 => 1.0,
        _ => gamma_lower(count as f64, mean),
    }
}

/// Returns `P(X >= count)` for a negative binomial law with `variance = mean + dispersion * mean^2`.
///
/// A dispersion of zero is the Poisson law. NaN for a negative or infinite argument.
pub fn negative_binomial_upper_tail(count: u64, mean: f64, dispersion: f64) -> f64 {
    let in_domain = mean >= 0.0 && mean.is_finite() && dispersion >= 0.0 && dispersion.is_finite();
    if !in_domain {
        return f64::NAN;
    }
    if count == 0 {
        return 1.0;
    }
    if mean == 0.0 {
        return 0.0;
    }
    let odds = mean * dispersion;
    // From here on the two laws differ by less than double precision can tell.
    if dispersion < 1e-15 || odds < 1e-300 {
        return poisson_upper_tail(count, mean);
    }
    let (success, failure) = if odds.is_finite() {
        (odds / (1.0 + odds), 1.0 / (1.0 + odds))
    } else {
        (1.0, 0.0)
    };
    beta_lower_with_complement(count as f64, 1.0 / dispersion, success, failure)
}

/// Returns the median, or `None` for an empty slice or one that holds a NaN.
pub fn median(values: &[f64]) -> Option<f64> {
    if values.is_empty() || values.iter().any(|value| value.is_nan()) {
        return None;
    }
    let mut sorted = values.to_vec();
    let middle = sorted.len() / 2;
    let (below, &mut upper, _) = sorted.select_nth_unstable_by(middle, f64::total_cmp);
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Some(lower.midpoint(upper))
}

/// Returns the median absolute deviation from the median, not rescaled.
///
/// Multiply by [`MAD_TO_STANDARD_DEVIATION`] to compare it with a standard deviation. `None` as for [`median`].
pub fn median_absolute_deviation(values: &[f64]) -> Option<f64> {
    let centre = median(values)?;
    let deviations: Vec<f64> = values.iter().map(|value| (value - centre).abs()).collect();
    median(&deviations)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn poisson_tail_matches_direct_sums() {
        assert_eq!(poisson_upper_tail(0, 0.0), 1.0);
        assert_eq!(poisson_upper_tail(3, 0.0), 0.0);
        let expected = 1.0 - (-2.0_f64).exp() * (1.0 + 2.0 + 2.0);
        assert!((poisson_upper_tail(3, 2.0) - expected).abs() < 1e-15);
        // First term of the tail times 1 + 1/101 + ...; far below what 1 - cdf can show.
        let far = poisson_upper_tail(100, 1.0);
        assert!(far > 3.9e-159 && far < 4.0e-159, "{far:e}");
        assert!(poisson_upper_tail(1, -1.0).is_nan());
    }

    #[test]
    fn negative_binomial_tail_matches_direct_sums() {
        // Dispersion 1 is the geometric law: P(X >= k) = (mean / (1 + mean))^k.
        let geometric = (3.0_f64 / 4.0).powi(7);
        assert!((negative_binomial_upper_tail(7, 3.0, 1.0) - geometric).abs() < 1e-14);
        assert_eq!(negative_binomial_upper_tail(1, 0.0, 0.5), 0.0);
        assert_eq!(negative_binomial_upper_tail(0, 0.0, 0.5), 1.0);
        assert_eq!(
            negative_binomial_upper_tail(5, 2.0, 0.0),
            poisson_upper_tail(5, 2.0)
        );
        assert!(negative_binomial_upper_tail(5, 2.0, -0.1).is_nan());
    }

    #[test]
    fn median_and_mad_ignore_one_wild_hour() {
        assert_eq!(median(&[3.0, 1.0, 2.0, 400.0]), Some(2.5));
        assert_eq!(median(&[3.0]), Some(3.0));
        assert_eq!(
            median_absolute_deviation(&[1.0, 2.0, 3.0, 4.0, 1000.0]),
            Some(1.0)
        );
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[1.0, f64::NAN]), None);
    }

    proptest! {
        #[test]
        fn tails_are_probabilities_and_fall(count in 1_u64..500, mean in 0.0_f64..300.0, dispersion in 0.0_f64..5.0) {
            let here = negative_binomial_upper_tail(count, mean, dispersion);
            let next = negative_binomial_upper_tail(count + 1, mean, dispersion);
            prop_assert!((0.0..=1.0).contains(&here));
            prop_assert!(next <= here + 1e-12);
            let poisson = poisson_upper_tail(count, mean);
            prop_assert!((0.0..=1.0).contains(&poisson));
            // They differ by about mean * dispersion / 2 at most.
            prop_assert!((negative_binomial_upper_tail(count, mean, 1e-12) - poisson).abs() < 1e-9);
        }
    }
}
