//! The likelihood of Pareto/NBD over many customers, with its slopes.

use std::ops::Range;

use super::powers::{Integrals, Moments, Power};
use crate::math::lanes;
use crate::math::optimise::Objective;
use crate::math::purchases::PurchaseSummary;
use crate::math::purchases::beta_geometric::{digamma_rise, ln_rising, softplus_each};
use crate::math::purchases::rows::{BLOCK, CHUNK, Run, runs, sum_in_chunks};

/// Mean log-likelihood in the logarithms of (r, alpha, s, beta).
pub(super) struct Likelihood {
    /// Sorted by repeat count.
    rows: Vec<PurchaseSummary>,
    runs: Vec<Run>,
    total_weight: f64,
}

impl Likelihood {
    pub(super) fn new(rows: Vec<PurchaseSummary>) -> Self {
        Self {
            runs: runs(&rows),
            total_weight: rows.iter().map(|row| row.weight).sum(),
            rows,
        }
    }

    /// Returns, over a range of rows, the value and its slopes in (r, alpha, s, beta) less what rows of one count share.
    fn sum_rows(&self, range: Range<usize>, parameters: [f64; 4]) -> [f64; 5] {
        let mut sums = [0.0; 5];
        let mut block = Block::default();
        for rows in self.rows[range].chunks(BLOCK) {
            block.fill(rows, parameters);
            block.add(rows, parameters, &mut sums);
        }
        sums
    }
}

/// What some rows need, computed side by side.
#[derive(Default)]
struct Block {
    /// `ln(1 + T / alpha)` and `ln(1 + T / beta)`.
    grown: [Vec<f64>; 2],
    /// `ln(1 + (T - t_x) / (alpha + t_x))` and the same with `beta`.
    since: [Vec<f64>; 2],
    integrals: Integrals,
    left: Vec<Option<Moments>>,
    /// Log-odds of having left.
    odds: Vec<f64>,
    /// `ln(1 + e^odds)`.
    more: Vec<f64>,
    /// The probability of having left.
    gone: Vec<f64>,
}

impl Block {
    fn fill(&mut self, rows: &[PurchaseSummary], [r, alpha, s, beta]: [f64; 4]) {
        for (place, scale) in [alpha, beta].into_iter().enumerate() {
            let (grown, since) = (&mut self.grown[place], &mut self.since[place]);
            grown.clear();
            grown.extend(rows.iter().map(|row| row.customer_age / scale));
            lanes::ln_1p(grown);
            since.clear();
            since.extend(rows.iter().map(|row| {
                (row.customer_age - row.last_purchase_age) / (scale + row.last_purchase_age)
            }));
            lanes::ln_1p(since);
        }
        self.integrals.clear();
        for (i, row) in rows.iter().enumerate() {
            let buying = Power {
                base: alpha + row.last_purchase_age,
                exponent: r + row.repeat_count,
            };
            let leaving = Power {
                base: beta + row.last_purchase_age,
                exponent: s + 1.0,
            };
            let waited = row.customer_age - row.last_purchase_age;
            let logs = [self.since[0][i], self.since[1][i]];
            self.integrals.push(buying, leaving, waited, logs);
        }
        self.integrals.compute();
        self.left.clear();
        self.left.extend(self.integrals.moments());
        self.odds.clear();
        for (row, left) in rows.iter().zip(&self.left) {
            // Where nobody can have left the odds play no part.
            let integral = left.map_or(1.0, |left| left.integral);
            self.odds.push(integral / (beta + row.last_purchase_age));
        }
        lanes::ln(&mut self.odds);
        let ln_s = s.ln();
        for (i, (row, odds)) in rows.iter().zip(&mut self.odds).enumerate() {
            let shape = r + row.repeat_count;
            *odds = ln_s + *odds + shape * self.since[0][i] + s * self.since[1][i];
        }
        softplus_each(&self.odds, &mut self.more, &mut self.gone);
    }

    /// Adds the rows to the value and its slopes, written so that nothing cancels where parameters run off together.
    fn add(
        &self,
        rows: &[PurchaseSummary],
        [r, alpha, s, beta]: [f64; 4],
        [value, by_r, by_alpha, by_s, by_beta]: &mut [f64; 5],
    ) {
        for (i, row) in rows.iter().enumerate() {
            let (age, weight) = (row.customer_age, row.weight);
            let shape = r + row.repeat_count;
            let (grown_alpha, grown_beta) = (self.grown[0][i], self.grown[1][i]);
            *value -= weight * (shape * grown_alpha + s * grown_beta);
            *by_r -= weight * grown_alpha;
            *by_alpha += weight * shape * age / (alpha * (alpha + age));
            *by_s -= weight * grown_beta;
            *by_beta += weight * s * age / (beta * (beta + age));
            let Some(left) = &self.left[i] else {
                continue;
            };
            *value += weight * self.more[i];
            let gone = weight * self.gone[i];
            *by_r += gone * (self.since[0][i] - left.logs[0]);
            *by_alpha -= gone * shape * left.lags[0];
            *by_s += gone * (1.0 / s + self.since[1][i] - left.logs[1]);
            *by_beta -= gone * (s * left.lags[1] + left.inverse);
        }
    }
}

impl Objective for Likelihood {
    fn evaluate(&self, point: &[f64], gradient: &mut [f64]) -> f64 {
        let parameters = [0, 1, 2, 3].map(|i| point[i].exp());
        let [r, alpha, ..] = parameters;
        let mut sums = sum_in_chunks(self.rows.len(), CHUNK, |range| {
            self.sum_rows(range, parameters)
        });
        // Rising factorials and their slopes go from one repeat count to the next.
        let (mut rising, mut rising_slope, mut counted) = (0.0, 0.0, 0.0);
        for run in &self.runs {
            let (x, weight) = (run.count, run.weight);
            rising += ln_rising(r, counted, x);
            rising_slope += digamma_rise(r, counted, x);
            counted = x;
            sums[0] += weight * (rising - x * point[1]);
            sums[1] += weight * rising_slope;
            sums[2] -= weight * x / alpha;
        }
        for (part, (slope, parameter)) in gradient.iter_mut().zip(sums[1..].iter().zip(parameters))
        {
            *part = slope * parameter / self.total_weight;
        }
        sums[0] / self.total_weight
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::purchases::{ParetoNbd, PurchaseModel, grouped};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_gradient_is_the_slope_of_the_likelihood(
            mut point in proptest::collection::vec(-3.0_f64..3.0, 4), equal in any::<bool>()
        ) {
            if equal {
                point[3] = point[1];
            }
            let rows = grouped(&[
                PurchaseSummary::new(0.0, 0.0, 3.0).unwrap(),
                PurchaseSummary::new(1.0, 1.0, 3.0).unwrap().with_weight(2.0),
                PurchaseSummary::new(4.0, 2.5, 2.5).unwrap(),
                PurchaseSummary::new(90.0, 2.0, 3.5).unwrap(),
            ]).unwrap();
            let likelihood = Likelihood::new(rows.clone());
            let (mut gradient, mut unused) = (vec![0.0; 4], vec![0.0; 4]);
            let value = likelihood.evaluate(&point, &mut gradient);
            let [r, alpha, s, beta] = [0, 1, 2, 3].map(|i: usize| point[i].exp());
            let one = ParetoNbd::new(r, alpha, s, beta).unwrap();
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

    #[test]
    fn chunks_add_up_to_the_same_bits_on_one_thread_and_many() {
        let rows: Vec<PurchaseSummary> = (0..5_000_u32)
            .map(|i| {
                let x = f64::from(i / 900);
                let last = if x == 0.0 {
                    0.0
                } else {
                    f64::from(i % 37) / 80.0
                };
                PurchaseSummary::new(x, last, 0.5 + f64::from(i % 89) / 180.0).unwrap()
            })
            .collect();
        let likelihood = Likelihood::new(rows);
        let evaluate = |threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            let mut gradient = vec![0.0; 4];
            let value =
                pool.install(|| likelihood.evaluate(&[-0.6, -1.3, -0.5, -1.2], &mut gradient));
            (value.to_bits(), gradient)
        };
        assert_eq!(evaluate(1), evaluate(4));
    }
}
