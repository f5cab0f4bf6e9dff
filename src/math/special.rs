//! Special functions of one or two real arguments, in double precision.
//!
//! Outside the domain a function states, it returns NaN; inside, it never does.

use std::f64::consts::{PI, SQRT_2};

/// Half the logarithm of two pi.
const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_8;
/// Below this relative size a further term changes nothing.
const EPSILON: f64 = 1e-16;
/// Stands for zero in continued fractions (modified Lentz).
const TINY: f64 = 1e-300;
/// Bound on the terms of a series or continued fraction.
const MAX_TERMS: usize = 1_000_000;

/// Returns `ln(1 + x)`, for small `x` too, in half the time of [`f64::ln_1p`].
///
/// The logarithm of what `1 + x` rounds to, times the share of `x` that the rounding left (Kahan; Goldberg 1991, theorem 4).
pub fn ln_1p(x: f64) -> f64 {
    let sum = 1.0 + x;
    let taken = sum - 1.0;
    if taken == x {
        sum.ln()
    } else if taken == 0.0 {
        x
    } else {
        sum.ln() * (x / taken)
    }
}

/// Returns the natural logarithm of the gamma function for `x > 0`.
pub fn ln_gamma(x: f64) -> f64 {
    if x > 0.0 { libm::lgamma(x) } else { f64::NAN }
}

/// Returns `ln_gamma(x)` less Stirling's leading terms, for `x >= 10` (Abramowitz and Stegun 6.1.41).
fn stirling_correction(x: f64) -> f64 {
    let y = 1.0 / (x * x);
    let series = 1.0 / 12.0
        + y * (-1.0 / 360.0
            + y * (1.0 / 1260.0
                + y * (-1.0 / 1680.0 + y * (1.0 / 1188.0 + y * (-691.0 / 360_360.0 + y / 156.0)))));
    series / x
}

/// Returns the natural logarithm of the beta function for `a, b > 0`.
///
/// Large arguments go through Stirling's corrections, so that nothing is lost to the cancellation of three
/// log-gammas.
pub fn ln_beta(a: f64, b: f64) -> f64 {
    let (small, large) = if a <= b { (a, b) } else { (b, a) };
    if small.is_nan() || large.is_nan() || small <= 0.0 || large.is_infinite() {
        return f64::NAN;
    }
    let sum = small + large;
    if small >= 10.0 {
        let correction =
            stirling_correction(small) + stirling_correction(large) - stirling_correction(sum);
        -0.5 * large.ln()
            + HALF_LN_TWO_PI
            + correction
            + (small - 0.5) * (small / sum).ln()
            + large * (-small / sum).ln_1p()
    } else if large >= 10.0 {
        let correction = stirling_correction(large) - stirling_correction(sum);
        ln_gamma(small) + correction + small - small * sum.ln()
            + (large - 0.5) * (-small / sum).ln_1p()
    } else {
        ln_gamma(small) + (ln_gamma(large) - ln_gamma(sum))
    }
}

/// Returns the derivative of [`ln_gamma`] for `x > 0`.
pub fn digamma(x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    let (mut x, mut shift) = (x, 0.0);
    while x < 10.0 {
        shift -= 1.0 / x;
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let series = y
        * (1.0 / 12.0
            - y * (1.0 / 120.0
                - y * (1.0 / 252.0
                    - y * (1.0 / 240.0 - y * (1.0 / 132.0 - y * (691.0 / 32_760.0 - y / 12.0))))));
    shift + x.ln() - 0.5 / x - series
}

/// Returns the second derivative of [`ln_gamma`] for `x > 0`.
pub fn trigamma(x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    let (mut x, mut shift) = (x, 0.0);
    while x < 10.0 {
        shift += 1.0 / (x * x);
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let series = 1.0 / 6.0
        - y * (1.0 / 30.0
            - y * (1.0 / 42.0
                - y * (1.0 / 30.0 - y * (5.0 / 66.0 - y * (691.0 / 2730.0 - y * 7.0 / 6.0)))));
    shift + 1.0 / x + 0.5 * y + series * y / x
}

/// Returns `ln(1 + x) - x` for `x > -1` without cancellation near zero.
fn ln_1p_less_x(x: f64) -> f64 {
    if x.abs() > 0.2 {
        return x.ln_1p() - x;
    }
    // ln(1+x) = 2 atanh(s), s = x/(2+x); 2s - x = -x s.
    let s = x / (2.0 + x);
    let square = s * s;
    let (mut power, mut sum, mut n) = (s * square, 0.0, 3.0);
    loop {
        let term = 2.0 * power / n;
        sum += term;
        if term.abs() <= EPSILON * sum.abs() || n > 200.0 {
            return sum - x * s;
        }
        power *= square;
        n += 2.0;
    }
}

/// Returns `x^a e^-x / Gamma(a + 1)`.
fn poisson_mass(a: f64, x: f64) -> f64 {
    if x == 0.0 {
        return if a == 0.0 { 1.0 } else { 0.0 };
    }
    if a < 10.0 {
        (a * x.ln() - x - ln_gamma(a + 1.0)).exp()
    } else {
        let log = a * ln_1p_less_x((x - a) / a) - stirling_correction(a);
        log.exp() / (2.0 * PI * a).sqrt()
    }
}

/// Returns the regularised lower incomplete gamma function `P(a, x)` for `a > 0`, `x >= 0`.
///
/// For a whole number `k`, `P(k, mu)` is the probability of `k` or more events of a Poisson law of mean `mu`.
pub fn gamma_lower(a: f64, x: f64) -> f64 {
    incomplete_gamma(a, x).0
}

/// Returns the regularised upper incomplete gamma function `Q(a, x) = 1 - P(a, x)`.
pub fn gamma_upper(a: f64, x: f64) -> f64 {
    incomplete_gamma(a, x).1
}

/// Returns `(P, Q)`; the smaller one is computed, the other is its complement.
fn incomplete_gamma(a: f64, x: f64) -> (f64, f64) {
    if a.is_nan() || x.is_nan() || a <= 0.0 || x < 0.0 || a.is_infinite() {
        return (f64::NAN, f64::NAN);
    }
    if x == 0.0 {
        return (0.0, 1.0);
    }
    if x.is_infinite() {
        return (1.0, 0.0);
    }
    let mass = poisson_mass(a, x);
    if x < a + 1.0 {
        // P = mass * sum of x^n / ((a+1)...(a+n)).
        let (mut term, mut sum, mut n) = (1.0, 1.0, a);
        for _ in 0..MAX_TERMS {
            n += 1.0;
            term *= x / n;
            sum += term;
            if term <= EPSILON * sum {
                break;
            }
        }
        let lower = (mass * sum).min(1.0);
        (lower, 1.0 - lower)
    } else {
        // Q = mass * a * Legendre's continued fraction (DLMF 8.9.2), by modified Lentz.
        let mut b = x + 1.0 - a;
        let mut c = 1.0 / TINY;
        let mut d = 1.0 / b;
        let mut h = d;
        for n in 1..MAX_TERMS {
            let n = n as f64;
            let numerator = -n * (n - a);
            b += 2.0;
            d = 1.0 / nudge(numerator * d + b);
            c = nudge(b + numerator / c);
            let factor = d * c;
            h *= factor;
            if (factor - 1.0).abs() <= EPSILON * 4.0 {
                break;
            }
        }
        let upper = (mass * a * h).clamp(0.0, 1.0);
        (1.0 - upper, upper)
    }
}

/// Keeps a denominator of Lentz's method away from zero.
fn nudge(value: f64) -> f64 {
    if value.abs() < TINY { TINY } else { value }
}

/// Returns the regularised incomplete beta function `I_x(a, b)` for `a, b > 0` and `x` in `[0, 1]`.
pub fn beta_lower(a: f64, b: f64, x: f64) -> f64 {
    beta_lower_with_complement(a, b, x, 1.0 - x)
}

/// Returns `I_x(a, b)` where the caller knows `1 - x` more precisely than a subtraction gives it.
pub fn beta_lower_with_complement(a: f64, b: f64, x: f64, complement: f64) -> f64 {
    let in_domain = a > 0.0 && b > 0.0 && x >= 0.0 && complement >= 0.0;
    if !in_domain || a.is_infinite() || b.is_infinite() {
        return f64::NAN;
    }
    if x == 0.0 {
        return 0.0;
    }
    if complement == 0.0 {
        return 1.0;
    }
    let front = (a * ln_of(x, complement) + b * ln_of(complement, x) - ln_beta(a, b)).exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        (front * beta_fraction(a, b, x, complement)).clamp(0.0, 1.0)
    } else {
        (1.0 - front * beta_fraction(b, a, complement, x)).clamp(0.0, 1.0)
    }
}

/// Returns `ln x` given also `1 - x`, through whichever is smaller.
fn ln_of(x: f64, complement: f64) -> f64 {
    if complement < 0.5 {
        (-complement).ln_1p()
    } else {
        x.ln()
    }
}

/// Returns `I_x(a, b) B(a, b) / (x^a (1-x)^b)` for `x < (a + 1) / (a + b + 2)`.
///
/// The contracted continued fraction of DiDonato and Morris (1992, algorithm 708). Unlike DLMF 8.17.22, whose
/// partial sums cancel when one parameter is huge and `x` close to one, its terms keep every digit.
fn beta_fraction(a: f64, b: f64, x: f64, complement: f64) -> f64 {
    // Distance of x below the mean, times (a + b).
    let below_mean = if a > b {
        (a + b) * complement - b
    } else {
        a - (a + b) * x
    };
    let first = a * (1.0 + below_mean) / (a + 1.0);
    let (mut h, mut c, mut d) = (nudge(first), nudge(first), 0.0);
    // 1 / (a+2n-1), which is 1 / (a+2n+1) of the term before.
    let mut inverse = 1.0 / (a + 1.0);
    for n in 1..MAX_TERMS {
        let n = n as f64;
        let next = 1.0 / (a + 2.0 * n + 1.0);
        // The numerator is (a+n-1) (a+b+n-1) n (b-n) x^2 / (a+2n-1)^2, in factors that cannot overflow.
        let right = n * (b - n) * x * inverse;
        let numerator = (a + n - 1.0) * inverse * ((a + b + n - 1.0) * x) * right;
        let denominator = n + right + (a + n) * next * (1.0 + below_mean + n * (1.0 + complement));
        inverse = next;
        d = 1.0 / nudge(denominator + numerator * d);
        c = nudge(denominator + numerator / c);
        let factor = c * d;
        h *= factor;
        if (factor - 1.0).abs() <= EPSILON * 4.0 {
            break;
        }
    }
    1.0 / h
}

/// Returns the standard normal distribution function.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x / SQRT_2)
}

/// Returns the standard normal quantile for `p` in `(0, 1)`; 0 and 1 give the infinities.
///
/// Acklam's rational approximation, made exact to double precision by two Halley steps.
pub fn normal_quantile(p: f64) -> f64 {
    if p.is_nan() || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.0 {
        return f64::NEG_INFINITY;
    }
    if p == 1.0 {
        return f64::INFINITY;
    }
    if p > 0.5 {
        return -normal_quantile(1.0 - p);
    }
    let mut x = acklam(p);
    for _ in 0..2 {
        let density = (-0.5 * x * x).exp() / (2.0 * PI).sqrt();
        if density > 0.0 {
            let error = (normal_cdf(x) - p) / density;
            x -= error / (1.0 + 0.5 * x * error);
        }
    }
    x
}

/// Returns Acklam's approximation of the normal quantile for `p <= 0.5`, good to nine digits.
fn acklam(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 6] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 5] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
        1.0,
    ];
    let horner = |terms: &[f64], x: f64| terms.iter().fold(0.0_f64, |sum, term| sum * x + term);
    if p < 0.024_25 {
        let q = (-2.0 * p.ln()).sqrt();
        horner(&C, q) / horner(&D, q)
    } else {
        let q = p - 0.5;
        let square = q * q;
        q * horner(&A, square) / horner(&B, square)
    }
}

/// Returns the two-sided tail `P(|t| >= x)` of Student's law with `degrees` degrees of freedom.
pub fn student_two_sided(x: f64, degrees: f64) -> f64 {
    let square = x * x;
    if square.is_infinite() {
        return 0.0;
    }
    let sum = degrees + square;
    beta_lower_with_complement(0.5 * degrees, 0.5, degrees / sum, square / sum)
}

/// Returns the `x` with `P(|t| <= x) = confidence` for Student's law, confidence in `(0, 1)`.
pub fn student_critical(confidence: f64, degrees: f64) -> f64 {
    let inside = confidence > 0.0 && confidence < 1.0 && degrees > 0.0 && degrees.is_finite();
    if !inside {
        return f64::NAN;
    }
    let tail = 1.0 - confidence;
    let (mut low, mut high) = (0.0, 1.0);
    while student_two_sided(high, degrees) > tail && high < 1e150 {
        low = high;
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if student_two_sided(middle, degrees) > tail {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(found: f64, expected: f64, relative: f64) {
        assert!(
            (found - expected).abs() <= relative * expected.abs().max(1e-300),
            "found {found}, expected {expected}"
        );
    }

    #[test]
    fn ln_1p_is_that_of_the_library_to_four_units_in_the_last_place() {
        let mut x = 1e-320_f64;
        while x < 1e308 {
            for x in [x, -x] {
                let (found, exact) = (ln_1p(x), x.ln_1p());
                if x > -1.0 {
                    assert!(
                        (found - exact).abs() <= 4.0 * f64::EPSILON * exact.abs(),
                        "{x}"
                    );
                } else {
                    assert!(found.is_nan() || x == -1.0, "{x}");
                }
            }
            x *= 1.017;
        }
        assert_eq!(ln_1p(0.0), 0.0);
        assert_eq!(ln_1p(-1.0), f64::NEG_INFINITY);
        assert_eq!(ln_1p(f64::INFINITY), f64::INFINITY);
        assert!(ln_1p(f64::NAN).is_nan() && ln_1p(-2.0).is_nan());
    }

    #[test]
    fn digamma_and_trigamma_match_their_known_constants() {
        close(digamma(1.0) - digamma(0.5), 4.0_f64.ln(), 1e-14);
        close(digamma(0.5), -1.963_510_026_021_423_5, 1e-14);
        close(trigamma(1.0), PI * PI / 6.0, 1e-14);
        close(trigamma(0.5), PI * PI / 2.0, 1e-14);
        assert!(digamma(0.0).is_nan() && trigamma(-1.0).is_nan() && ln_gamma(0.0).is_nan());
    }

    #[test]
    fn ln_beta_keeps_its_digits_when_one_argument_is_huge() {
        // B(1, b) = 1/b and B(2, b) = 1/(b (b + 1)).
        close(ln_beta(1.0, 1e12), -(1e12_f64).ln(), 1e-14);
        close(
            ln_beta(1e9, 2.0),
            -(1e9_f64.ln() + (1e9_f64 + 1.0).ln()),
            1e-14,
        );
        close(ln_beta(0.5, 0.5), PI.ln(), 1e-14);
    }

    #[test]
    fn incomplete_gamma_matches_closed_forms() {
        for x in [1e-8, 0.3, 1.0, 2.5, 30.0, 200.0] {
            close(gamma_upper(1.0, x), (-x).exp(), 1e-12);
            close(gamma_lower(1.0, x), -(-x).exp_m1(), 1e-12);
            close(gamma_lower(0.5, x), libm::erf(x.sqrt()), 1e-12);
        }
        // Q(n, x) is a Poisson sum.
        let (mut term, mut sum) = ((-40.0_f64).exp(), 0.0);
        for k in 0..50 {
            sum += term;
            term *= 40.0 / f64::from(k + 1);
        }
        close(gamma_upper(50.0, 40.0), sum, 1e-12);
    }

    #[test]
    fn incomplete_beta_matches_closed_forms() {
        close(beta_lower(2.0, 3.0, 0.4), 0.5248, 1e-13);
        close(beta_lower(1.0, 7.0, 0.2), 1.0 - 0.8_f64.powi(7), 1e-13);
        close(beta_lower(0.5, 0.5, 0.25), 1.0 / 3.0, 1e-13);
    }

    #[test]
    fn normal_and_student_quantiles_match_tables() {
        close(normal_quantile(0.975), 1.959_963_984_540_054, 1e-14);
        close(normal_quantile(1e-10), -6.361_340_902_404_056, 1e-13);
        assert_eq!(normal_quantile(0.5), 0.0);
        close(student_critical(0.95, 1.0), 12.706_204_736_174_7, 1e-10);
        close(student_critical(0.95, 10.0), 2.228_138_851_964_9, 1e-10);
        close(student_critical(0.95, 1e9), 1.959_963_984_5, 1e-8);
    }

    proptest! {
        #[test]
        fn digamma_is_the_slope_of_ln_gamma(x in 0.05_f64..200.0) {
            let h = 1e-5 * x;
            let slope = (ln_gamma(x + h) - ln_gamma(x - h)) / (2.0 * h);
            prop_assert!((slope - digamma(x)).abs() <= 1e-6 * (1.0 + digamma(x).abs()));
            let curve = (digamma(x + h) - digamma(x - h)) / (2.0 * h);
            prop_assert!((curve - trigamma(x)).abs() <= 1e-6 * (1.0 + trigamma(x).abs()));
        }

        #[test]
        fn the_quantile_inverts_the_distribution(p in 1e-12_f64..0.999_999) {
            prop_assert!((normal_cdf(normal_quantile(p)) - p).abs() <= 1e-13 * p.max(1e-3));
        }

        #[test]
        fn incomplete_functions_stay_in_the_unit_interval(a in 1e-3_f64..1e6, b in 1e-3_f64..1e6, x in 0.0_f64..1.0) {
            prop_assert!((0.0..=1.0).contains(&beta_lower(a, b, x)));
            prop_assert!((0.0..=1.0).contains(&gamma_lower(a, x * b)));
            let sum = beta_lower(a, b, x) + beta_lower_with_complement(b, a, 1.0 - x, x);
            prop_assert!((sum - 1.0).abs() < 1e-9);
        }
    }
}
