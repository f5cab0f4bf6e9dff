//! Gauss' hypergeometric function 2F1 on `[0, 1)`, in the forms the purchase models need.

/// Bound on the terms of a series; reached only within 1e-5 of the singularity at one.
const MAX_TERMS: usize = 5_000_000;
/// Stands for zero in continued fractions (modified Lentz).
const TINY: f64 = 1e-300;

/// Returns `2F1(a, b; c; z)` by its Gauss series, for `z` in `[0, 1)` and `c > 0`.
///
/// Accurate when no parameter in the numerator is far below zero (the models' Euler-transformed forms keep
/// both above about -2); returns NaN outside the domain. Needs about `36 / (1 - z)` terms.
pub fn gauss_2f1(a: f64, b: f64, c: f64, z: f64) -> f64 {
    1.0 + a * gauss_2f1_slope(a, b, c, z)
}

/// Returns `(2F1(a, b; c; z) - 1) / a`, which stays accurate (and finite) as `a` goes to zero.
pub fn gauss_2f1_slope(a: f64, b: f64, c: f64, z: f64) -> f64 {
    let in_domain = (0.0..1.0).contains(&z) && c > 0.0 && a.is_finite() && b.is_finite();
    if !in_domain {
        return f64::NAN;
    }
    let mut term = b / c * z;
    let mut sum = term;
    for n in 1..MAX_TERMS {
        let n = n as f64;
        let ratio = (a + n) * (b + n) / ((c + n) * (n + 1.0)) * z;
        term *= ratio;
        sum += term;
        // The rest is at most a geometric series with the larger of this ratio and z.
        let decay = 1.0 - ratio.abs().max(z);
        if term == 0.0 || (decay > 0.0 && term.abs() <= 1e-17 * decay * sum.abs()) {
            break;
        }
    }
    sum
}

/// Returns `2F1(1, b; c; z)` by Gauss' continued fraction, for `z` in `[0, 1)` and `c >= b > 0`.
///
/// Converges in about `18 / sqrt(1 - z)` steps, so it stays quick next to one.
pub fn gauss_2f1_unit(b: f64, c: f64, z: f64) -> f64 {
    let in_domain = (0.0..1.0).contains(&z) && b > 0.0 && c >= b && c.is_finite();
    if !in_domain {
        return f64::NAN;
    }
    let nudge = |value: f64| if value.abs() < TINY { TINY } else { value };
    let (mut h, mut numerator_part, mut denominator_part) = (1.0, 1.0, 0.0);
    for n in 1..MAX_TERMS {
        let k = (n / 2) as f64;
        let coefficient = if n % 2 == 1 {
            if n == 1 {
                b / c
            } else {
                (b + k) * (c + k - 1.0) / ((c + 2.0 * k - 1.0) * (c + 2.0 * k))
            }
        } else {
            k * (c - b + k - 1.0) / ((c + 2.0 * k - 2.0) * (c + 2.0 * k - 1.0))
        };
        let step = -coefficient * z;
        denominator_part = 1.0 / nudge(1.0 + step * denominator_part);
        numerator_part = nudge(1.0 + step / numerator_part);
        let factor = denominator_part * numerator_part;
        h *= factor;
        if (factor - 1.0).abs() <= 4e-16 {
            break;
        }
    }
    1.0 / h
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn closed_forms_are_reproduced() {
        for z in [0.0, 1e-9, 0.1, 0.5, 0.9, 0.99, 0.9999] {
            // 2F1(a, c; c; z) = (1-z)^-a and 2F1(1, 1; 2; z) = -ln(1-z)/z.
            let power = (1.0_f64 - z).powf(-0.7);
            assert!((gauss_2f1(0.7, 2.5, 2.5, z) / power - 1.0).abs() < 1e-11);
            let logarithm = if z == 0.0 { 1.0 } else { -(-z).ln_1p() / z };
            assert!((gauss_2f1_unit(1.0, 2.0, z) / logarithm - 1.0).abs() < 1e-12);
            // The slope at a = 0 with b = c is -ln(1-z).
            assert!((gauss_2f1_slope(0.0, 2.5, 2.5, z) + (-z).ln_1p()).abs() < 1e-10);
        }
    }

    #[test]
    fn outside_its_domain_it_says_so() {
        assert!(gauss_2f1(1.0, 1.0, 2.0, 1.0).is_nan());
        assert!(gauss_2f1(1.0, 1.0, 0.0, 0.5).is_nan());
        assert!(gauss_2f1_unit(3.0, 2.0, 0.5).is_nan());
    }

    proptest! {
        #[test]
        fn series_and_continued_fraction_agree(b in 0.01_f64..80.0, extra in 0.01_f64..50.0, z in 0.0_f64..0.995) {
            let series = gauss_2f1(1.0, b, b + extra, z);
            let fraction = gauss_2f1_unit(b, b + extra, z);
            prop_assert!((series / fraction - 1.0).abs() < 1e-11, "{} {}", series, fraction);
        }

        #[test]
        fn eulers_transformation_holds(a in 0.1_f64..3.0, b in 0.1_f64..3.0, extra in 0.1_f64..3.0, z in 0.0_f64..0.95) {
            let c = a.max(b) + extra;
            let left = gauss_2f1(a, b, c, z);
            let right = (1.0 - z).powf(c - a - b) * gauss_2f1(c - a, c - b, c, z);
            prop_assert!((left / right - 1.0).abs() < 1e-11);
        }
    }
}
