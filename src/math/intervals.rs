//! Confidence intervals for shares, and for the lift of a campaign over its control group.

use super::special::{normal_cdf, normal_quantile, student_critical, student_two_sided};
use super::{MathError, non_negative, open_unit};

/// An estimate with its confidence interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower limit.
    pub low: f64,
    /// The estimate itself.
    pub estimate: f64,
    /// Upper limit.
    pub high: f64,
}

/// A difference between two groups (the first less the second).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The difference with its confidence interval.
    pub interval: Interval,
    /// Two-sided p-value of "no difference".
    pub p_value: f64,
}

/// What Welch's comparison needs to know about a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupMean {
    /// Number of members.
    pub count: usize,
    /// Mean of the values.
    pub mean: f64,
    /// Unbiased variance of the values.
    pub variance: f64,
}

impl GroupMean {
    /// Returns count, mean and unbiased variance of the values (two passes, so no cancellation).
    ///
    /// # Errors
    /// Fewer than two values, or a non-finite one.
    pub fn of(values: &[f64]) -> Result<Self, MathError> {
        let found = values.len();
        if found < 2 {
            return Err(MathError::TooFewCustomers { found, needed: 2 });
        }
        if let Some(&value) = values.iter().find(|value| !value.is_finite()) {
            return Err(MathError::OutOfDomain {
                name: "value",
                value,
            });
        }
        let count = found as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Ok(Self {
            count: found,
            mean,
            variance: squares / (count - 1.0),
        })
    }
}

/// Returns Wilson's score interval (1927) of the proportion `successes / trials`.
///
/// Sensible for tiny groups too: the limits stay within `[0, 1]` and zero successes still give a width.
///
/// # Errors
/// No trials, more successes than trials, or a confidence outside `(0, 1)`.
pub fn wilson_interval(
    successes: u64,
    trials: u64,
    confidence: f64,
) -> Result<Interval, MathError> {
    open_unit("confidence", confidence)?;
    if trials == 0 {
        return Err(MathError::TooFewCustomers {
            found: 0,
            needed: 1,
        });
    }
    if successes > trials {
        return Err(MathError::OutOfDomain {
            name: "successes",
            value: successes as f64,
        });
    }
    let z = -normal_quantile(0.5 * (1.0 - confidence));
    let count = trials as f64;
    let share = successes as f64 / count;
    let square = z * z;
    let centre = (share + 0.5 * square / count) / (1.0 + square / count);
    let spread = share * (1.0 - share) / count + 0.25 * square / (count * count);
    let half = z * spread.sqrt() / (1.0 + square / count);
    let low = if successes == 0 {
        0.0
    } else {
        (centre - half).max(0.0)
    };
    let high = if successes == trials {
        1.0
    } else {
        (centre + half).min(1.0)
    };
    Ok(Interval {
        low,
        estimate: share,
        high,
    })
}

/// Returns the difference of two proportions with Newcombe's hybrid score interval (1998, method 10).
///
/// Each group is `(successes, trials)`. The p-value is that of the pooled two-proportion z-test; when nobody
/// or everybody succeeded in both groups it is 1.
///
/// # Errors
/// As for [`wilson_interval`].
pub fn proportion_difference(
    first: (u64, u64),
    second: (u64, u64),
    confidence: f64,
) -> Result<Difference, MathError> {
    let left = wilson_interval(first.0, first.1, confidence)?;
    let right = wilson_interval(second.0, second.1, confidence)?;
    let estimate = left.estimate - right.estimate;
    let below = (left.estimate - left.low).hypot(right.high - right.estimate);
    let above = (left.high - left.estimate).hypot(right.estimate - right.low);
    let (m, n) = (first.1 as f64, second.1 as f64);
    let pooled = (first.0 as f64 + second.0 as f64) / (m + n);
    let error = (pooled * (1.0 - pooled) * (1.0 / m + 1.0 / n)).sqrt();
    let p_value = if error > 0.0 {
        2.0 * normal_cdf(-(estimate / error).abs())
    } else {
        1.0
    };
    Ok(Difference {
        interval: Interval {
            low: (estimate - below).max(-1.0),
            estimate,
            high: (estimate + above).min(1.0),
        },
        p_value: p_value.min(1.0),
    })
}

/// Returns the difference of two means with Welch's interval (1947), which lets the variances differ.
///
/// Two groups without any variance give an interval of no width, and a p-value of 1 if they are equal, else 0.
///
/// # Errors
/// A group of fewer than two, a negative variance, or a confidence outside `(0, 1)`.
pub fn welch_difference(
    first: &GroupMean,
    second: &GroupMean,
    confidence: f64,
) -> Result<Difference, MathError> {
    open_unit("confidence", confidence)?;
    for group in [first, second] {
        if group.count < 2 {
            return Err(MathError::TooFewCustomers {
                found: group.count,
                needed: 2,
            });
        }
        non_negative("variance", group.variance)?;
    }
    let (m, n) = (first.count as f64, second.count as f64);
    let estimate = first.mean - second.mean;
    let (left, right) = (first.variance / m, second.variance / n);
    let error = (left + right).sqrt();
    if error == 0.0 {
        let interval = Interval {
            low: estimate,
            estimate,
            high: estimate,
        };
        let p_value = if estimate == 0.0 { 1.0 } else { 0.0 };
        return Ok(Difference { interval, p_value });
    }
    // Welch and Satterthwaite's degrees of freedom, by shares so that nothing overflows.
    let share = left / (left + right);
    let degrees = 1.0 / (share * share / (m - 1.0) + (1.0 - share).powi(2) / (n - 1.0));
    let half = student_critical(confidence, degrees) * error;
    Ok(Difference {
        interval: Interval {
            low: estimate - half,
            estimate,
            high: estimate + half,
        },
        p_value: student_two_sided(estimate / error, degrees),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Newcombe (1998), "Two-sided confidence intervals for the single proportion", table I, method 3.
    #[test]
    fn wilson_matches_newcombes_table() {
        for (successes, trials, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let found = wilson_interval(successes, trials, 0.95).unwrap();
            assert!(
                (found.low - low).abs() < 5e-5 && (found.high - high).abs() < 5e-5,
                "{found:?}"
            );
        }
    }

    /// Newcombe (1998), "Interval estimation for the difference between independent proportions", table II.
    #[test]
    fn proportion_difference_matches_newcombes_table() {
        let found = proportion_difference((56, 70), (48, 80), 0.95)
            .unwrap()
            .interval;
        assert!(
            (found.low - 0.0524).abs() < 5e-5 && (found.high - 0.3339).abs() < 5e-5,
            "{found:?}"
        );
        let found = proportion_difference((10, 10), (0, 10), 0.95)
            .unwrap()
            .interval;
        assert!(
            (found.low - 0.6075).abs() < 5e-5 && found.high == 1.0,
            "{found:?}"
        );
        assert_eq!(
            proportion_difference((0, 5), (0, 9), 0.95).unwrap().p_value,
            1.0
        );
    }

    #[test]
    fn welch_matches_students_sleep_data() {
        // R: t.test(extra ~ group, data = sleep): t = -1.8608, df = 17.776, p = 0.07939, -3.3654832 0.2054832.
        let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        let groups = (
            GroupMean::of(&first).unwrap(),
            GroupMean::of(&second).unwrap(),
        );
        let found = welch_difference(&groups.0, &groups.1, 0.95).unwrap();
        assert!((found.interval.low + 3.365_483_2).abs() < 1e-6, "{found:?}");
        assert!((found.interval.high - 0.205_483_2).abs() < 1e-6);
        assert!((found.p_value - 0.07939).abs() < 1e-5);
    }

    #[test]
    fn groups_too_small_and_shares_above_one_are_refused() {
        assert!(matches!(
            GroupMean::of(&[1.0]),
            Err(MathError::TooFewCustomers {
                found: 1,
                needed: 2
            })
        ));
        assert!(matches!(
            wilson_interval(3, 2, 0.95),
            Err(MathError::OutOfDomain { .. })
        ));
        assert!(wilson_interval(0, 0, 0.95).is_err());
        assert!(wilson_interval(1, 2, 1.0).is_err());
    }

    proptest! {
        #[test]
        fn wilson_holds_its_estimate(trials in 1_u64..10_000, part in 0.0_f64..=1.0, confidence in 0.5_f64..0.999) {
            let successes = (trials as f64 * part) as u64;
            let found = wilson_interval(successes, trials, confidence).unwrap();
            prop_assert!(0.0 <= found.low && found.low <= found.estimate);
            prop_assert!(found.estimate <= found.high && found.high <= 1.0);
        }
    }
}
