//! What BG/NBD and MBG/NBD share.
//!
//! Purchases come at a gamma-distributed rate and each chance to leave has a beta-distributed probability; the
//! two models differ only in whether the first purchase is such a chance. With `k` chances survived (`x` for
//! BG/NBD, `x + 1` for MBG/NBD) both likelihoods read
//!
//! ```text
//! G(r+x) alpha^r / G(r) * B(a, b+k) / B(a, b)
//!     * [ (alpha+T)^-(r+x) + a/(b+k-1) (alpha+t_x)^-(r+x) ]
//! ```
//!
//! where the second term is absent when there was no chance to leave (`k = 0`): Fader, Hardie and Lee (2005)
//! eq. 6; Batislam, Denizel and Filiztekin (2007).

use std::ops::Range;

use super::climb::climb;
use super::rows::{BLOCK, CHUNK, Prepared, Run, run_of_rows, runs, sum_in_chunks};
use super::terms::Terms;
use super::{Fit, PurchaseSummary, Reading, read_optimum};
use crate::math::hypergeometric::gauss_2f1_slope;
use crate::math::optimise::Objective;
use crate::math::special::{digamma, ln_1p, ln_beta, ln_gamma};
use crate::math::{MathError, lanes};

/// Sums over repeat purchases longer than this go through log-gammas instead.
pub(super) const LONGEST_SUM: f64 = 4_096.0;
/// Starts in (r, alpha, a, b), ages scaled to at most one.
///
/// The third and fourth are shops where some leave at the first chance and the others never, the last one where all leave at
/// about the same small chance: their optima are others, which no start among moderate parameters leads to.
const STARTS: [[f64; 4]; 5] = [
    [0.5, 0.2, 1.0, 2.0],
    [3.0, 2.0, 0.2, 5.0],
    [2.0, 0.4, 0.02, 0.02],
    [100.0, 40.0, 0.02, 0.01],
    [2.0, 0.3, 30.0, 3000.0],
];

/// The parameters of either model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct BetaGeometric {
    pub r: f64,
    pub alpha: f64,
    pub a: f64,
    pub b: f64,
    /// Whether a customer may leave right after the first purchase (MBG/NBD).
    pub leaves_at_once: bool,
}

impl BetaGeometric {
    /// Returns the number of chances to leave behind a customer.
    fn chances(&self, x: f64) -> f64 {
        if self.leaves_at_once { x + 1.0 } else { x }
    }

    /// Returns the log-odds of having left; minus infinity when there was no chance to.
    fn gone_log_odds(&self, customer: &PurchaseSummary) -> f64 {
        let k = self.chances(customer.repeat_count);
        if k == 0.0 {
            return f64::NEG_INFINITY;
        }
        let waited = customer.customer_age - customer.last_purchase_age;
        let stretch = (waited / (self.alpha + customer.last_purchase_age)).ln_1p();
        (self.a / (self.b + k - 1.0)).ln() + (self.r + customer.repeat_count) * stretch
    }

    pub(super) fn log_likelihood(&self, customer: &PurchaseSummary) -> f64 {
        if customer.check().is_err() {
            return f64::NAN;
        }
        let x = customer.repeat_count;
        let survival = ln_survival(self.a, self.b, 0.0, self.chances(x));
        ln_rising(self.r, 0.0, x)
            - x * (self.alpha + customer.customer_age).ln()
            - self.r * (customer.customer_age / self.alpha).ln_1p()
            + survival
            + softplus(self.gone_log_odds(customer))
    }

    pub(super) fn alive_prob(&self, customer: &PurchaseSummary) -> f64 {
        if customer.check().is_err() {
            return f64::NAN;
        }
        1.0 / (1.0 + self.gone_log_odds(customer).exp())
    }

    /// Returns the expected purchases within `t` of a customer alive now.
    ///
    /// The purchases to come, were nobody to leave, are negative binomial with shape `r + x` and success
    /// probability `z = t / (alpha + T + t)`; the n-th is reached with probability
    /// `s_n = prod_{j<n-1} (b+k+j) / (a+b+k+j)`. Every term of `sum_n P(N = n) (s_1 + ... + s_n)` is positive, so
    /// nothing cancels at any parameter, `a = 1` included. Where that sum is too long the Euler-transformed
    /// closed form takes over.
    pub(super) fn expected_if_alive(&self, t: f64, x: f64, age: f64) -> f64 {
        self.without_sum(t, x, age)
            .unwrap_or_else(|| self.terms(x).sum(self.success(t, age)))
    }

    /// Returns [`Self::expected_if_alive`] within each of several times, for each of several ages: of one age after the other
    /// as many as there are times. The sums go side by side.
    pub(super) fn expected_if_alive_each(&self, times: &[f64], x: f64, ages: &[f64]) -> Vec<f64> {
        let mut found = Vec::with_capacity(times.len() * ages.len());
        let (mut places, mut successes) = (Vec::new(), Vec::new());
        for &age in ages {
            for &t in times {
                let known = self.without_sum(t, x, age);
                if known.is_none() {
                    places.push(found.len());
                    successes.push(self.success(t, age));
                }
                found.push(known.unwrap_or(f64::NAN));
            }
        }
        for (place, sum) in places.into_iter().zip(self.terms(x).sums(&successes)) {
            found[place] = sum;
        }
        found
    }

    fn terms(&self, x: f64) -> Terms {
        Terms {
            shape: self.r + x,
            stays: self.b + self.chances(x),
            leaves: self.a,
        }
    }

    /// Returns `z = t / (alpha + T + t)`.
    fn success(&self, t: f64, age: f64) -> f64 {
        t / (self.alpha + age + t)
    }

    /// Returns the expected purchases where no sum is needed: NaN outside the domain, the closed form where the sum is long.
    fn without_sum(&self, t: f64, x: f64, age: f64) -> Option<f64> {
        let in_domain = t >= 0.0 && t.is_finite() && age >= 0.0 && age.is_finite() && x >= 0.0;
        if !in_domain || !x.is_finite() {
            return Some(f64::NAN);
        }
        let (shape, now) = (self.r + x, self.alpha + age);
        let length = shape * t / now + 40.0 * (1.0 + t / now);
        let second = self.a + self.b + self.chances(x) - 1.0 - shape;
        let closed_form_is_tame = second > -2.0 && second + shape > 0.5;
        (length > 20_000.0 && closed_form_is_tame).then(|| self.euler_form(t, x, age))
    }

    /// Returns the expectation by Fader, Hardie and Lee (2005) eq. 10 after Euler's transformation.
    ///
    /// `(a+b+k-1)/(a-1) [1 - (1-z)^(a-1) 2F1(a-1, a+b+k-1-r-x; a+b+k-1; z)]`, written with `expm1` and the slope
    /// of 2F1 so that it passes smoothly through `a = 1`.
    fn euler_form(&self, t: f64, x: f64, age: f64) -> f64 {
        let now = self.alpha + age;
        let z = t / (now + t);
        let log_rest = -(t / now).ln_1p();
        let c = self.a + self.b + self.chances(x) - 1.0;
        let first = self.a - 1.0;
        let plain = if first == 0.0 {
            -log_rest
        } else {
            -(first * log_rest).exp_m1() / first
        };
        let slope = gauss_2f1_slope(first, c - self.r - x, c, z);
        (c * (plain - (first * log_rest).exp() * slope)).max(0.0)
    }

    /// Fits the model, from one that is near where there is one; `make` wraps the parameters.
    pub(super) fn fit<M>(
        customers: &[PurchaseSummary],
        near: Option<Self>,
        leaves_at_once: bool,
        make: impl Fn(Self) -> M,
    ) -> Result<Fit<M>, MathError> {
        let Prepared {
            rows,
            total_weight,
            purchases,
            oldest,
        } = Prepared::new(customers)?.scaled();
        let near = near.map(|near| [near.r, near.alpha / oldest, near.a, near.b]);
        let make_likelihood = |rows| Likelihood::new(rows, leaves_at_once);
        let (optimum, earlier) = climb(rows, near, &STARTS, make_likelihood)?;
        let values: Vec<f64> = optimum.point.iter().map(|value| value.exp()).collect();
        let values = [values[0], values[1] * oldest, values[2], values[3]];
        let Reading {
            standard_errors,
            log_covariance,
            information_eigenvalues,
            at_boundary,
        } = read_optimum(&optimum, &values, total_weight);
        Ok(Fit {
            params: make(Self {
                r: values[0],
                alpha: values[1],
                a: values[2],
                b: values[3],
                leaves_at_once,
            }),
            // A density of x events in time scales by oldest^-x.
            log_likelihood: optimum.value * total_weight - purchases * oldest.ln(),
            standard_errors,
            log_covariance,
            information_eigenvalues,
            gradient_norm: optimum.gradient_norm,
            at_boundary,
            iterations: optimum.iterations + earlier,
        })
    }
}

/// Mean log-likelihood in the logarithms of (r, alpha, a, b).
pub(super) struct Likelihood {
    /// Sorted by repeat count.
    rows: Vec<PurchaseSummary>,
    runs: Vec<Run>,
    /// The run of each row.
    run_of: Vec<usize>,
    total_weight: f64,
    leaves_at_once: bool,
}

impl Likelihood {
    pub(super) fn new(rows: Vec<PurchaseSummary>, leaves_at_once: bool) -> Self {
        let runs = runs(&rows);
        Self {
            run_of: run_of_rows(&runs),
            runs,
            total_weight: rows.iter().map(|row| row.weight).sum(),
            rows,
            leaves_at_once,
        }
    }
}

/// What the rows of one repeat count share.
struct Shared {
    /// `r + x`.
    shape: f64,
    /// Whether there was a chance to leave.
    may_be_gone: bool,
    /// `ln(a / (b + k - 1))`.
    log_ratio: f64,
    /// `1 / (b + k - 1)`.
    inverse: f64,
}

impl Objective for Likelihood {
    fn evaluate(&self, point: &[f64], gradient: &mut [f64]) -> f64 {
        let [r, alpha, a, b] = [0, 1, 2, 3].map(|i| point[i].exp());
        let (mut value, mut by) = (0.0, [0.0; 4]);
        let ln_alpha = point[1];
        // Rising factorials and their slopes go from one repeat count to the next. Written so that nothing
        // cancels where parameters run off together: rounding there would end a climb too soon.
        let (mut rising, mut rising_slope, mut survival) = (0.0, 0.0, 0.0);
        let (mut slope_b, mut slope_ab) = (0.0, 0.0);
        let (mut counted, mut chances) = (0.0, 0.0);
        let mut shared = Vec::with_capacity(self.runs.len());
        for run in &self.runs {
            let (x, weight) = (run.count, run.weight);
            let k = if self.leaves_at_once { x + 1.0 } else { x };
            rising += ln_rising(r, counted, x);
            rising_slope += digamma_rise(r, counted, x);
            survival += ln_survival(a, b, chances, k);
            slope_b += digamma_rise(b, chances, k);
            slope_ab += digamma_rise(a + b, chances, k);
            (counted, chances) = (x, k);
            value += weight * (rising - x * ln_alpha + survival);
            by[0] += weight * rising_slope;
            by[1] -= weight * x / alpha;
            by[2] -= weight * slope_ab;
            by[3] += weight * (slope_b - slope_ab);
            shared.push(Shared {
                shape: r + x,
                may_be_gone: k > 0.0,
                log_ratio: (a / (b + k - 1.0)).ln(),
                inverse: 1.0 / (b + k - 1.0),
            });
        }
        let [own, by_r, by_alpha, gone_weight, gone_inverse] =
            sum_in_chunks(self.rows.len(), CHUNK, |range| {
                self.sum_rows(range, alpha, &shared)
            });
        value += own;
        by[0] += by_r;
        by[1] += by_alpha;
        by[2] += gone_weight / a;
        by[3] -= gone_inverse;
        for (part, (slope, parameter)) in gradient.iter_mut().zip(by.iter().zip([r, alpha, a, b])) {
            *part = slope * parameter / self.total_weight;
        }
        value / self.total_weight
    }
}

impl Likelihood {
    /// Returns, over a range of rows, the value and its slopes in `r` and `alpha` less what rows of one count share, and the
    /// customers gone, as they are and by `1 / (b + k - 1)`.
    fn sum_rows(&self, range: Range<usize>, alpha: f64, shared: &[Shared]) -> [f64; 5] {
        let mut sums = [0.0; 5];
        let mut block = Block::default();
        for start in range.clone().step_by(BLOCK) {
            let end = range.end.min(start + BLOCK);
            let rows = self.rows[start..end].iter();
            let own = self.run_of[start..end].iter().map(|run| &shared[*run]);
            block.fill(rows.clone().zip(own.clone()), alpha);
            block.add(rows.zip(own), alpha, &mut sums);
        }
        sums
    }
}

/// The logarithms of some rows, computed side by side.
#[derive(Default)]
struct Block {
    /// `ln(1 + T / alpha)`.
    growths: Vec<f64>,
    /// `ln(1 + (T - t_x) / (alpha + t_x))`.
    stretches: Vec<f64>,
    /// Log-odds of having left.
    odds: Vec<f64>,
    /// `ln(1 + e^odds)`.
    more: Vec<f64>,
    /// The probability of having left.
    gone: Vec<f64>,
}

impl Block {
    fn fill<'a>(
        &mut self,
        rows: impl Iterator<Item = (&'a PurchaseSummary, &'a Shared)> + Clone,
        alpha: f64,
    ) {
        self.growths.clear();
        self.stretches.clear();
        for (row, _) in rows.clone() {
            let waited = row.customer_age - row.last_purchase_age;
            self.growths.push(row.customer_age / alpha);
            self.stretches
                .push(waited / (alpha + row.last_purchase_age));
        }
        lanes::ln_1p(&mut self.growths);
        lanes::ln_1p(&mut self.stretches);
        self.odds.clear();
        let odds = rows.zip(&self.stretches);
        self.odds
            .extend(odds.map(|((_, own), stretch)| own.log_ratio + own.shape * stretch));
        softplus_each(&self.odds, &mut self.more, &mut self.gone);
    }

    fn add<'a>(
        &self,
        rows: impl Iterator<Item = (&'a PurchaseSummary, &'a Shared)>,
        alpha: f64,
        [value, by_r, by_alpha, gone_weight, gone_inverse]: &mut [f64; 5],
    ) {
        for (i, (row, own)) in rows.enumerate() {
            let shape = own.shape;
            let to_end = alpha + row.customer_age;
            *value -= row.weight * shape * self.growths[i];
            *by_r -= row.weight * self.growths[i];
            *by_alpha += row.weight * shape * row.customer_age / (alpha * to_end);
            if own.may_be_gone {
                let waited = row.customer_age - row.last_purchase_age;
                let to_last = alpha + row.last_purchase_age;
                let gone = row.weight * self.gone[i];
                *value += row.weight * self.more[i];
                *gone_weight += gone;
                *gone_inverse += gone * own.inverse;
                *by_r += gone * self.stretches[i];
                *by_alpha -= gone * shape * waited / (to_last * to_end);
            }
        }
    }
}

/// Returns `ln(1 + e^x)` and its slope from one exponential.
pub(super) fn softplus_with_slope(x: f64) -> (f64, f64) {
    let small = (-x.abs()).exp();
    let lesser = small / (1.0 + small);
    let slope = if x > 0.0 { 1.0 - lesser } else { lesser };
    (x.max(0.0) + ln_1p(small), slope)
}

/// Puts `ln(1 + e^x)` and its slope, for each of several `x`, in the place of what two vectors hold.
pub(super) fn softplus_each(odds: &[f64], values: &mut Vec<f64>, slopes: &mut Vec<f64>) {
    slopes.clear();
    slopes.extend(odds.iter().map(|x| -x.abs()));
    lanes::exp(slopes);
    values.clear();
    values.extend_from_slice(slopes);
    lanes::ln_1p(values);
    for ((x, value), slope) in odds.iter().zip(values).zip(slopes) {
        *value += x.max(0.0);
        let lesser = *slope / (1.0 + *slope);
        *slope = if *x > 0.0 { 1.0 - lesser } else { lesser };
    }
}

/// Returns `ln(1 + e^x)`.
pub(super) fn softplus(x: f64) -> f64 {
    x.max(0.0) + ln_1p((-x.abs()).exp())
}

/// Returns `ln G(r + to) - ln G(r + from)` for whole `from <= to`, summed factor by factor where that is short.
pub(super) fn ln_rising(r: f64, from: f64, to: f64) -> f64 {
    if to - from > LONGEST_SUM {
        return ln_gamma(r + to) - ln_gamma(r + from);
    }
    steps(from, to).map(|j| (r + j).ln()).sum()
}

/// Returns `digamma(r + to) - digamma(r + from)` for whole `from <= to`.
pub(super) fn digamma_rise(r: f64, from: f64, to: f64) -> f64 {
    if to - from > LONGEST_SUM {
        return digamma(r + to) - digamma(r + from);
    }
    steps(from, to).map(|j| 1.0 / (r + j)).sum()
}

/// Returns `ln B(a, b + to) - ln B(a, b + from)` for whole `from <= to`: the log-probability of surviving the
/// chances to leave from one to the other.
pub(super) fn ln_survival(a: f64, b: f64, from: f64, to: f64) -> f64 {
    if to - from > LONGEST_SUM {
        return ln_beta(a, b + to) - ln_beta(a, b + from);
    }
    steps(from, to).map(|j| -(a / (b + j)).ln_1p()).sum()
}

/// Returns the whole numbers `from, from + 1, ..., to - 1`.
fn steps(from: f64, to: f64) -> impl Iterator<Item = f64> {
    (0..(to - from) as usize).map(move |j| from + j as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::purchases::grouped;
    use proptest::prelude::*;

    fn model(a: f64, b: f64, leaves_at_once: bool) -> BetaGeometric {
        BetaGeometric {
            r: 0.7,
            alpha: 5.0,
            a,
            b,
            leaves_at_once,
        }
    }

    #[test]
    fn several_times_and_ages_side_by_side_are_those_of_one_each() {
        let model = model(0.8, 2.4, true);
        // The last time goes by the closed form.
        let (times, ages) = ([0.0, 3.0, -1.0, 52.0, 1e5], [0.0, 30.0, f64::NAN]);
        let mut found = model.expected_if_alive_each(&times, 2.0, &ages).into_iter();
        for age in ages {
            for t in times {
                let alone = model.expected_if_alive(t, 2.0, age);
                let beside = found.next().unwrap();
                assert_eq!(beside.to_bits(), alone.to_bits(), "{t} {age}");
                assert_eq!(alone.is_nan(), t < 0.0 || age.is_nan());
            }
        }
        assert!(found.next().is_none());
    }

    proptest! {
        #[test]
        fn the_sum_and_the_closed_form_agree(
            a in 0.2_f64..4.0, b in 0.6_f64..6.0, x in 0_u32..60, t in 0.5_f64..200.0, at_once in any::<bool>()
        ) {
            // The closed form needs its second parameter above nil; then both must say the same.
            let model = model(a, b + 0.7, at_once);
            let x = f64::from(x);
            let sum = model.terms(x).sum(model.success(t, 30.0));
            let closed = model.euler_form(t, x, 30.0);
            prop_assert!((sum / closed - 1.0).abs() < 1e-9, "{} {}", sum, closed);
        }

        #[test]
        fn the_gradient_is_the_slope_of_the_likelihood(
            point in proptest::collection::vec(-2.0_f64..2.0, 4), at_once in any::<bool>()
        ) {
            let rows = grouped(&[
                PurchaseSummary::new(0.0, 0.0, 3.0).unwrap(),
                PurchaseSummary::new(1.0, 1.0, 3.0).unwrap().with_weight(2.0),
                PurchaseSummary::new(4.0, 2.5, 2.5).unwrap(),
                PurchaseSummary::new(90.0, 2.0, 3.5).unwrap(),
            ]).unwrap();
            let likelihood = Likelihood::new(rows.clone(), at_once);
            let (mut gradient, mut unused) = (vec![0.0; 4], vec![0.0; 4]);
            let value = likelihood.evaluate(&point, &mut gradient);
            let [r, alpha, a, b] = [0, 1, 2, 3].map(|i: usize| point[i].exp());
            let one = BetaGeometric { r, alpha, a, b, leaves_at_once: at_once };
            let direct: f64 = rows.iter().map(|row| row.weight * one.log_likelihood(row)).sum();
            prop_assert!((value * 5.0 - direct).abs() < 1e-9 * direct.abs().max(1.0));
            for (i, given) in gradient.iter().enumerate() {
                let mut moved = point.clone();
                moved[i] += 1e-5;
                let above = likelihood.evaluate(&moved, &mut unused);
                moved[i] -= 2e-5;
                let below = likelihood.evaluate(&moved, &mut unused);
                let slope = (above - below) / 2e-5;
                prop_assert!((slope - given).abs() < 1e-5 * (1.0 + slope.abs()), "{} {}", slope, given);
            }
        }
    }
}
