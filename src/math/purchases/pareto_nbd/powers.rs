//! `int_0^L (1 + y/A)^-p (1 + y/B)^-q dy`, the integral that every question to Pareto/NBD comes down to.
//!
//! The papers write it as a difference of two hypergeometric functions, one pair for `alpha >= beta` and one for `alpha <
//! beta`. In `v = ln(1 + y / min(A, B))` its logarithm is concave and Gauss' rule on few panels gives it to twelve digits
//! for all parameters alike, `A = B` and powers in the thousands included, and its slopes in the parameters from the same
//! nodes.

use crate::math::quadrature::{LogConcave, integrate};
use crate::math::special::ln_1p;

/// `(1 + y / base)^-exponent`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Power {
    pub base: f64,
    pub exponent: f64,
}

/// The product of two powers in `v = ln(1 + y / near.base)`, times `dy / dv / near.base`.
struct Product {
    /// The power of the smaller base.
    near: Power,
    far: Power,
}

#[derive(Clone, Copy)]
struct Place {
    /// `ln(1 + y / near.base)`.
    v: f64,
    y: f64,
    /// `ln(1 + y / far.base)`.
    ln_far: f64,
}

impl Product {
    /// Returns the product, and whether the first power is the near one.
    fn new(first: Power, second: Power) -> (Self, bool) {
        let first_is_near = first.base <= second.base;
        let (near, far) = if first_is_near {
            (first, second)
        } else {
            (second, first)
        };
        (Self { near, far }, first_is_near)
    }

    /// Visits the nodes with their shares of the integral in units of `near.base`.
    fn visit(&self, length: f64, visit: impl FnMut(&Place, f64)) {
        integrate(self, ln_1p(length / self.near.base), visit);
    }
}

impl LogConcave for Product {
    type Place = Place;

    fn at(&self, v: f64) -> Place {
        let y = self.near.base * v.exp_m1();
        Place {
            v,
            y,
            ln_far: ln_1p(y / self.far.base),
        }
    }

    fn log(&self, place: &Place) -> f64 {
        (1.0 - self.near.exponent) * place.v - self.far.exponent * place.ln_far
    }

    fn steepness(&self, place: &Place) -> f64 {
        let part = (self.near.base + place.y) / (self.far.base + place.y);
        (self.near.exponent - 1.0).abs() + self.far.exponent * part
    }
}

/// Returns the integral; nil for a length of nil.
pub(super) fn integral(first: Power, second: Power, length: f64) -> f64 {
    let (product, _) = Product::new(first, second);
    let mut sum = 0.0;
    product.visit(length, |_, share| sum += share);
    product.near.base * sum
}

/// The integral and means over `y` with the integrand as a density.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moments {
    /// The integral itself.
    pub integral: f64,
    /// Means of `ln(1 + y/A)` and `ln(1 + y/B)`.
    pub logs: [f64; 2],
    /// Means of `(L - y) / ((A + L)(A + y))` and of the same with `B`.
    pub lags: [f64; 2],
    /// Mean of `1 / (B + y)`.
    pub inverse: f64,
}

/// Returns the integral with its means; `None` where the interval is empty.
pub(super) fn moments(first: Power, second: Power, length: f64) -> Option<Moments> {
    let (product, first_is_near) = Product::new(first, second);
    let (near_base, far_base) = (product.near.base, product.far.base);
    // Sums of the shares, of the logarithms near and far, of the lags near and far, and of the inverses.
    let [mut sum, mut ln_near, mut ln_far, mut lag_near, mut lag_far] = [0.0; 5];
    let (mut inverse_near, mut inverse_far) = (0.0, 0.0);
    product.visit(length, |place, share| {
        let near = share / (near_base + place.y);
        let far = share / (far_base + place.y);
        let left = length - place.y;
        sum += share;
        ln_near += share * place.v;
        ln_far += share * place.ln_far;
        lag_near += near * left;
        lag_far += far * left;
        inverse_near += near;
        inverse_far += far;
    });
    if sum <= 0.0 || !sum.is_finite() {
        return None;
    }
    let near = [ln_near, lag_near / (near_base + length), inverse_near].map(|part| part / sum);
    let far = [ln_far, lag_far / (far_base + length), inverse_far].map(|part| part / sum);
    let [a, b] = if first_is_near {
        [near, far]
    } else {
        [far, near]
    };
    Some(Moments {
        integral: near_base * sum,
        logs: [a[0], b[0]],
        lags: [a[1], b[1]],
        inverse: b[2],
    })
}

/// `e^{-z w} (1 + w)^-s dw` in `v = ln(1 + w)`.
struct Discounted {
    z: f64,
    s: f64,
}

impl LogConcave for Discounted {
    type Place = (f64, f64);

    fn at(&self, v: f64) -> (f64, f64) {
        (v, v.exp_m1())
    }

    fn log(&self, (v, w): &(f64, f64)) -> f64 {
        (1.0 - self.s) * v - self.z * w
    }

    fn steepness(&self, (_, w): &(f64, f64)) -> f64 {
        (self.s - 1.0).abs() + self.z * (1.0 + w)
    }
}

/// Returns `int_0^inf e^{-z w} (1 + w)^-s dw = z^(s-1) U(s, s, z)` for `z > 0`, with Kummer's U (DLMF 13.4.4).
pub(super) fn discounted(z: f64, s: f64) -> f64 {
    let mut sum = 0.0;
    // Beyond 60 / z the exponential alone is below e^-60.
    integrate(&Discounted { z, s }, (60.0 / z).ln_1p(), |_, share| {
        sum += share;
    });
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::hypergeometric::gauss_2f1_unit;
    use proptest::prelude::*;

    /// The papers' form for the integral from `t` on, in `w = p + q - 1`: with the larger base `M` and its exponent `k`,
    /// `(M + t)^-w 2F1(w, k; w + 1; z) / w`, `z = (M - m) / (M + t)`, after Euler's transformation
    /// `(1 - z)^(1 - k) 2F1(1, w + 1 - k; w + 1; z)`. Returned is its logarithm.
    fn ln_upper(near: Power, far: Power, t: f64) -> f64 {
        let w = near.exponent + far.exponent - 1.0;
        let z = (far.base - near.base) / (far.base + t);
        let k = near.exponent;
        let rest = ((near.base + t) / (far.base + t)).ln();
        -w * (far.base + t).ln() + (1.0 - k) * rest + gauss_2f1_unit(w + 1.0 - k, w + 1.0, z).ln()
            - w.ln()
    }

    proptest! {
        #[test]
        fn the_papers_difference_of_two_hypergeometric_functions_is_the_same(
            p in 0.05_f64..40.0, q in 1.05_f64..8.0, a in 0.05_f64..5.0, b in 0.05_f64..5.0, length in 0.3_f64..3.0
        ) {
            let (first, second) = (Power { base: a, exponent: p }, Power { base: b, exponent: q });
            let (near, far) = if a <= b { (first, second) } else { (second, first) };
            let unit = p * a.ln() + q * b.ln();
            let whole = (ln_upper(near, far, 0.0) + unit).exp();
            let difference = whole - (ln_upper(near, far, length) + unit).exp();
            let found = integral(first, second, length);
            prop_assert!((found - difference).abs() < 1e-11 * whole, "{} {}", found, difference);
        }

        #[test]
        fn means_are_slopes_of_the_logarithm(
            p in 0.05_f64..300.0, q in 1.05_f64..30.0, a in 0.01_f64..5.0, b in 0.01_f64..5.0, length in 0.01_f64..3.0
        ) {
            let ln = |p: f64, q: f64, a: f64, b: f64| {
                integral(Power { base: a, exponent: p }, Power { base: b, exponent: q }, length).ln()
            };
            let found = moments(Power { base: a, exponent: p }, Power { base: b, exponent: q }, length).unwrap();
            prop_assert!((found.integral.ln() - ln(p, q, a, b)).abs() < 1e-13 * (1.0 + found.integral.ln().abs()));
            let h = 3e-5;
            let by_p = (ln(p * (1.0 - h), q, a, b) - ln(p * (1.0 + h), q, a, b)) / (2.0 * h * p);
            let by_q = (ln(p, q * (1.0 - h), a, b) - ln(p, q * (1.0 + h), a, b)) / (2.0 * h * q);
            prop_assert!((found.logs[0] - by_p).abs() < 1e-5 * (1.0 + by_p), "{} {}", found.logs[0], by_p);
            prop_assert!((found.logs[1] - by_q).abs() < 1e-5 * (1.0 + by_q), "{} {}", found.logs[1], by_q);
            // d ln / dA = p (1/A - E 1/(A + y)), where E 1/(A + y) = 1/(A + L) + lag.
            let by_a = (ln(p, q, a * (1.0 + h), b) - ln(p, q, a * (1.0 - h), b)) / (2.0 * h);
            let by_b = (ln(p, q, a, b * (1.0 + h)) - ln(p, q, a, b * (1.0 - h))) / (2.0 * h);
            let inverse = [1.0 / (a + length) + found.lags[0], 1.0 / (b + length) + found.lags[1]];
            let (from_a, from_b) = (p * (1.0 - a * inverse[0]), q * (1.0 - b * inverse[1]));
            prop_assert!((from_a - by_a).abs() < 1e-5 * (1.0 + by_a.abs()), "{} {}", from_a, by_a);
            prop_assert!((from_b - by_b).abs() < 1e-5 * (1.0 + by_b.abs()), "{} {}", from_b, by_b);
            prop_assert!((found.inverse - inverse[1]).abs() < 1e-11 * inverse[1]);
        }
    }

    #[test]
    fn a_hump_that_ends_as_high_as_it_begins_is_integrated_to_twelve_digits() {
        let near = Power {
            base: 0.05,
            exponent: 0.05,
        };
        let far = Power {
            base: 3.252050178947462,
            exponent: 6.509679247511716,
        };
        let found = integral(near, far, 2.741446345583974);
        // mpmath at 30 digits.
        assert!(
            (found / 0.512_146_800_788_424_2 - 1.0).abs() < 1e-12,
            "{found}"
        );
    }

    #[test]
    fn equal_bases_have_a_closed_form() {
        for (base, p, q, length) in [
            (0.3, 0.5, 1.6, 2.0),
            (5.0, 20_000.0, 1.2, 40.0),
            (1e-5, 3.0, 1e4, 1.0),
        ] {
            let w: f64 = p + q - 1.0;
            let exact = -base / w * (-w * (length / base).ln_1p()).exp_m1();
            let of = |exponent| Power { base, exponent };
            let found = integral(of(p), of(q), length);
            assert!((found / exact - 1.0).abs() < 1e-12, "{found} {exact}");
        }
    }

    #[test]
    fn an_empty_interval_has_no_moments() {
        let power = Power {
            base: 1.0,
            exponent: 2.0,
        };
        assert!(moments(power, power, 0.0).is_none());
        assert_eq!(integral(power, power, 0.0), 0.0);
    }

    #[test]
    fn kummers_function_matches_thirty_digits() {
        // mpmath: e^z E_s(z) at 25 digits.
        for (z, s, exact) in [
            (1e-8, 0.3, 516_763.712_298_412_3),
            (1e-8, 1.0, 17.843_465_267_485_37),
            (0.5, 2.5, 0.437_119_694_945_865_67),
            (1000.0, 3.0, 9.970_119_403_574_999e-4),
            (0.01, 200.0, 5.024_871_846_799_358e-3),
        ] {
            let found = discounted(z, s);
            assert!((found / exact - 1.0).abs() < 1e-12, "{z} {s}: {found}");
        }
    }
}
