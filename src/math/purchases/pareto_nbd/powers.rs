//! `int_0^L (1 + y/A)^-p (1 + y/B)^-q dy`, the integral that every question to Pareto/NBD comes down to.
//!
//! The papers write it as a difference of two hypergeometric functions, one pair for `alpha >= beta` and one for `alpha <
//! beta`. In `v = ln(1 + y / min(A, B))` its logarithm is concave and Gauss' rule on few panels gives it to twelve digits
//! for all parameters alike, `A = B` and powers in the thousands included, and its slopes in the parameters from the same
//! nodes.

use std::ops::Range;

use crate::math::lanes;
use crate::math::quadrature::{LogConcave, integrate, panels};
use crate::math::special::ln_1p;

/// `(1 + y / base)^-exponent`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Power {
    pub base: f64,
    pub exponent: f64,
}

/// The product of two powers in `v = ln(1 + y / near.base)`, times `dy / dv / near.base`, up to a length of `y`.
struct Product {
    /// The power of the smaller base.
    near: Power,
    far: Power,
    first_is_near: bool,
    /// Where `y` is the length.
    end: Place,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    /// `ln(1 + y / near.base)`.
    v: f64,
    y: f64,
    /// `ln(1 + y / far.base)`.
    ln_far: f64,
}

impl Product {
    fn new(first: Power, second: Power, length: f64) -> Self {
        let logs = [first, second].map(|power| ln_1p(length / power.base));
        Self::with_logs(first, second, length, logs)
    }

    /// Returns the product for who knows `ln(1 + length / base)` of both powers.
    fn with_logs(first: Power, second: Power, length: f64, logs: [f64; 2]) -> Self {
        let first_is_near = first.base <= second.base;
        let (near, far, [v, ln_far]) = if first_is_near {
            (first, second, logs)
        } else {
            (second, first, [logs[1], logs[0]])
        };
        Self {
            near,
            far,
            first_is_near,
            end: Place {
                v,
                y: length,
                ln_far,
            },
        }
    }
}

impl LogConcave for Product {
    type Place = Place;

    fn at(&self, v: f64) -> Place {
        // Most intervals are one panel, whose ends are known.
        if v == self.end.v {
            return self.end;
        }
        if v == 0.0 {
            return Place {
                v,
                y: 0.0,
                ln_far: 0.0,
            };
        }
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
    let product = Product::new(first, second, length);
    let mut sum = 0.0;
    integrate(&product, product.end.v, |_, share| sum += share);
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

/// Many integrals with their means: the functions are computed at the nodes of all of them side by side.
#[derive(Default)]
pub(super) struct Integrals {
    /// With its nodes.
    products: Vec<(Product, Range<usize>)>,
    /// By node: `v`, its weight, `y`, `ln(1 + y / far.base)`, and what it adds to the integral in units of `near.base`.
    v: Vec<f64>,
    weights: Vec<f64>,
    y: Vec<f64>,
    ln_far: Vec<f64>,
    shares: Vec<f64>,
}

impl Integrals {
    /// Forgets all integrals.
    pub(super) fn clear(&mut self) {
        self.products.clear();
        self.v.clear();
        self.weights.clear();
    }

    /// Adds an integral, of which `ln(1 + length / base)` of both powers is known.
    pub(super) fn push(&mut self, first: Power, second: Power, length: f64, logs: [f64; 2]) {
        let product = Product::with_logs(first, second, length, logs);
        let start = self.v.len();
        panels(&product, product.end.v, |panel| {
            for (v, weight) in panel.nodes() {
                self.v.push(v);
                self.weights.push(weight);
            }
        });
        self.products.push((product, start..self.v.len()));
    }

    /// Computes the functions at all nodes.
    pub(super) fn compute(&mut self) {
        self.y.clear();
        self.y.extend_from_slice(&self.v);
        lanes::exp_m1(&mut self.y);
        self.ln_far.clear();
        for (product, nodes) in &self.products {
            let inverse = 1.0 / product.far.base;
            for y in &mut self.y[nodes.clone()] {
                *y *= product.near.base;
                self.ln_far.push(*y * inverse);
            }
        }
        lanes::ln_1p(&mut self.ln_far);
        self.shares.clear();
        for (product, nodes) in &self.products {
            let (by_v, by_far) = (1.0 - product.near.exponent, product.far.exponent);
            let places = self.v[nodes.clone()]
                .iter()
                .zip(&self.ln_far[nodes.clone()]);
            self.shares
                .extend(places.map(|(v, ln_far)| by_v * v - by_far * ln_far));
        }
        lanes::exp(&mut self.shares);
        for (share, weight) in self.shares.iter_mut().zip(&self.weights) {
            *share *= weight;
        }
    }

    /// Returns each of the integrals with its means, in their order; `None` where the interval is empty.
    pub(super) fn moments(&self) -> impl Iterator<Item = Option<Moments>> {
        self.products
            .iter()
            .map(|(product, nodes)| self.moments_of(product, nodes.clone()))
    }

    fn moments_of(&self, product: &Product, nodes: Range<usize>) -> Option<Moments> {
        let (near_base, far_base) = (product.near.base, product.far.base);
        let length = product.end.y;
        // Sums of the shares, of the logarithms near and far, of the lags near and far, and of the inverses.
        let [mut sum, mut ln_near, mut ln_far, mut lag_near, mut lag_far] = [0.0; 5];
        let (mut inverse_near, mut inverse_far) = (0.0, 0.0);
        for node in nodes {
            let (share, y) = (self.shares[node], self.y[node]);
            let near = share / (near_base + y);
            let far = share / (far_base + y);
            let left = length - y;
            sum += share;
            ln_near += share * self.v[node];
            ln_far += share * self.ln_far[node];
            lag_near += near * left;
            lag_far += far * left;
            inverse_near += near;
            inverse_far += far;
        }
        if sum <= 0.0 || !sum.is_finite() {
            return None;
        }
        let near = [ln_near, lag_near / (near_base + length), inverse_near].map(|part| part / sum);
        let far = [ln_far, lag_far / (far_base + length), inverse_far].map(|part| part / sum);
        let [a, b] = if product.first_is_near {
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

    fn moments(first: Power, second: Power, length: f64) -> Option<Moments> {
        let mut integrals = Integrals::default();
        let logs = [first, second].map(|power| ln_1p(length / power.base));
        integrals.push(first, second, length, logs);
        integrals.compute();
        integrals.moments().next().unwrap()
    }

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
    fn integrals_side_by_side_are_those_of_one_by_one() {
        let power = |base: f64, exponent: f64| Power { base, exponent };
        let asked: Vec<(Power, Power, f64)> = (0..40_u32)
            .map(|i| {
                let i = f64::from(i);
                let first = power(0.05 + 0.1 * i, 0.3 + 0.7 * i);
                let second = power(4.0 - 0.09 * i, 1.2 + 0.2 * i);
                (first, second, 0.4 * (i % 7.0))
            })
            .collect();
        let mut integrals = Integrals::default();
        // What was there before is forgotten.
        integrals.push(power(1.0, 2.0), power(2.0, 3.0), 1.0, [0.7, 0.4]);
        integrals.compute();
        integrals.clear();
        for &(first, second, length) in &asked {
            let logs = [first, second].map(|power| ln_1p(length / power.base));
            integrals.push(first, second, length, logs);
        }
        integrals.compute();
        assert_eq!(integrals.moments().count(), asked.len());
        for (&(first, second, length), found) in asked.iter().zip(integrals.moments()) {
            let alone = moments(first, second, length);
            assert_eq!(found.is_some(), length > 0.0);
            let bits = |found: Option<Moments>| found.map(|found| found.integral.to_bits());
            assert_eq!(bits(found), bits(alone));
            let exact = integral(first, second, length);
            let found = found.map_or(0.0, |found| found.integral);
            assert!((found - exact).abs() <= 1e-13 * exact, "{found} {exact}");
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
