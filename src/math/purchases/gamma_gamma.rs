//! Gamma-Gamma: how much a customer spends per purchase.

use super::rows::BLOCK;
use super::{Fit, Reading, read_optimum};
use crate::math::optimise::{Objective, Search, maximise};
use crate::math::special::{digamma, ln_beta};
use crate::math::{MathError, lanes, positive};

/// Starts in (p, q, gamma), spend scaled to a mean of one.
const STARTS: [[f64; 3]; 4] = [
    [6.0, 4.0, 0.5],
    [1.0, 3.0, 2.0],
    [2.0, 1.5, 0.3],
    [20.0, 10.0, 0.45],
];

/// A customer's purchases and their average value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpendSummary {
    /// Purchases averaged over (above zero); the paper leaves the first purchase out.
    pub purchase_count: f64,
    /// Their mean value (above zero), in any one unit of money.
    pub mean_spend: f64,
    /// How many customers this row stands for.
    pub weight: f64,
}

impl SpendSummary {
    /// Returns the summary of one customer.
    ///
    /// # Errors
    /// Names a value that is not finite and above zero: the model has no place for purchases of nothing.
    pub fn new(purchase_count: f64, mean_spend: f64) -> Result<Self, MathError> {
        let summary = Self {
            purchase_count,
            mean_spend,
            weight: 1.0,
        };
        summary.check()?;
        Ok(summary)
    }

    /// Returns the same customer counted `weight` times.
    #[must_use]
    pub fn with_weight(self, weight: f64) -> Self {
        Self { weight, ..self }
    }

    fn check(&self) -> Result<(), MathError> {
        positive("purchase_count", self.purchase_count)?;
        positive("mean_spend", self.mean_spend)?;
        positive("weight", self.weight)?;
        Ok(())
    }
}

/// The Gamma-Gamma model of Fader and Hardie (2013), "The Gamma-Gamma model of monetary value".
///
/// Purchases vary around a customer's own mean (gamma, shape `p`), whose inverse scale varies between customers
/// (gamma, shape `q`, rate `gamma`). It assumes that spend does not depend on frequency: check with
/// [`crate::math::correlation`] first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GammaGamma {
    /// Shape of a customer's purchases.
    pub p: f64,
    /// Shape of the differences between customers; the mean spend is finite only above 1.
    pub q: f64,
    /// Rate of the differences between customers, in the unit of money.
    pub gamma: f64,
}

impl GammaGamma {
    /// Names of the parameters, in the order of [`Fit::standard_errors`].
    pub const PARAMETER_NAMES: &'static [&'static str] = &["p", "q", "gamma"];

    /// Returns the model of these parameters.
    ///
    /// # Errors
    /// Names a parameter that is not finite and above zero.
    pub fn new(p: f64, q: f64, gamma: f64) -> Result<Self, MathError> {
        Ok(Self {
            p: positive("p", p)?,
            q: positive("q", q)?,
            gamma: positive("gamma", gamma)?,
        })
    }

    /// Returns the most likely model for the customers.
    ///
    /// A fit with `q <= 1` is returned as it is; asking it for money is what fails.
    ///
    /// # Errors
    /// Fewer than three customers, a summary outside its domain, or no convergence.
    pub fn fit(customers: &[SpendSummary]) -> Result<Fit<Self>, MathError> {
        for customer in customers {
            customer.check()?;
        }
        let total_weight: f64 = customers.iter().map(|row| row.weight).sum();
        if customers.is_empty() || total_weight < 3.0 {
            return Err(MathError::TooFewCustomers {
                found: total_weight as usize,
                needed: 3,
            });
        }
        let shares = customers
            .iter()
            .map(|row| row.weight / total_weight * row.mean_spend);
        let scale: f64 = shares.sum();
        let likelihood = Likelihood::new(customers, scale, total_weight);
        let starts: Vec<Vec<f64>> = STARTS
            .iter()
            .map(|start| start.iter().map(|value| value.ln()).collect())
            .collect();
        let optimum = maximise(&likelihood, &starts, &Search::default())?;
        let values: Vec<f64> = optimum.point.iter().map(|value| value.exp()).collect();
        let values = [values[0], values[1], values[2] * scale];
        let Reading {
            standard_errors,
            log_covariance,
            information_eigenvalues,
            at_boundary,
        } = read_optimum(&optimum, &values, total_weight);
        Ok(Fit {
            params: Self {
                p: values[0],
                q: values[1],
                gamma: values[2],
            },
            log_likelihood: (optimum.value - scale.ln()) * total_weight,
            standard_errors,
            log_covariance,
            information_eigenvalues,
            gradient_norm: optimum.gradient_norm,
            at_boundary,
            iterations: optimum.iterations,
        })
    }

    /// Returns the log-likelihood of one customer, the weight left aside (eq. 1a of the paper); NaN for a
    /// summary that [`SpendSummary::new`] would refuse.
    pub fn log_likelihood(&self, customer: &SpendSummary) -> f64 {
        if customer.check().is_err() {
            return f64::NAN;
        }
        let shape = self.p * customer.purchase_count;
        let ratio = customer.purchase_count * customer.mean_spend / self.gamma;
        // ln(xz / (gamma + xz)) and ln(gamma / (gamma + xz)).
        let (own, prior) = (-(1.0 / ratio).ln_1p(), -ratio.ln_1p());
        shape * own + self.q * prior - ln_beta(shape, self.q) - customer.mean_spend.ln()
    }

    /// Returns the mean spend per purchase over all customers, `p gamma / (q - 1)`.
    ///
    /// # Errors
    /// [`MathError::InfiniteMean`] when `q <= 1`, where the formula would give negative money.
    pub fn population_mean_spend(&self) -> Result<f64, MathError> {
        if self.q > 1.0 {
            Ok(self.p * self.gamma / (self.q - 1.0))
        } else {
            Err(MathError::InfiniteMean { q: self.q })
        }
    }

    /// Returns the expected spend per purchase of a customer (eq. 5 of the paper): the population's mean and
    /// the customer's own, weighed by the number of purchases. A count of zero gives the population's mean.
    ///
    /// # Errors
    /// [`MathError::InfiniteMean`] when `q <= 1`: there is no population mean to lean on. Names a count or spend
    /// that is negative or not finite.
    pub fn expected_mean_spend(
        &self,
        purchase_count: f64,
        mean_spend: f64,
    ) -> Result<f64, MathError> {
        let population = self.population_mean_spend()?;
        if purchase_count == 0.0 {
            return Ok(population);
        }
        positive("purchase_count", purchase_count)?;
        crate::math::non_negative("mean_spend", mean_spend)?;
        let own = self.p * purchase_count;
        let prior = self.q - 1.0;
        Ok(prior / (own + prior) * population + own / (own + prior) * mean_spend)
    }

    /// Returns [`Self::expected_mean_spend`] of every customer, in order.
    ///
    /// # Errors
    /// The first error met.
    pub fn expected_mean_spends(&self, customers: &[SpendSummary]) -> Result<Vec<f64>, MathError> {
        customers
            .iter()
            .map(|row| self.expected_mean_spend(row.purchase_count, row.mean_spend))
            .collect()
    }
}

/// Mean log-likelihood in the logarithms of (p, q, gamma), less the constant `-ln z`.
struct Likelihood {
    /// Purchases, spend on the internal scale, weight; sorted by purchases.
    rows: Vec<(f64, f64, f64)>,
    /// Mean of `-ln z` over the rows.
    constant: f64,
    total_weight: f64,
}

impl Likelihood {
    fn new(customers: &[SpendSummary], scale: f64, total_weight: f64) -> Self {
        let mut rows: Vec<(f64, f64, f64)> = customers
            .iter()
            .map(|row| (row.purchase_count, row.mean_spend / scale, row.weight))
            .collect();
        rows.sort_unstable_by(|left, right| {
            left.0
                .total_cmp(&right.0)
                .then(left.1.total_cmp(&right.1))
                .then(left.2.total_cmp(&right.2))
        });
        rows.dedup_by(|row, kept| {
            let same = row.0 == kept.0 && row.1 == kept.1;
            if same {
                kept.2 += row.2;
            }
            same
        });
        let constant = rows.iter().map(|row| -row.2 * row.1.ln()).sum::<f64>() / total_weight;
        Self {
            rows,
            constant,
            total_weight,
        }
    }
}

impl Objective for Likelihood {
    fn evaluate(&self, point: &[f64], gradient: &mut [f64]) -> f64 {
        let [p, q, gamma] = [0, 1, 2].map(|i| point[i].exp());
        let (mut value, mut by) = (0.0, [0.0; 3]);
        let digamma_q = digamma(q);
        // What depends on the count alone is computed once per count.
        let (mut count, mut beta, mut digamma_sum, mut digamma_own) = (f64::NAN, 0.0, 0.0, 0.0);
        let mut logs = Logs::default();
        for rows in self.rows.chunks(BLOCK) {
            logs.fill(rows, gamma);
            for (i, &(x, _, weight)) in rows.iter().enumerate() {
                let shape = p * x;
                if x != count {
                    count = x;
                    beta = ln_beta(shape, q);
                    digamma_sum = digamma(shape + q);
                    digamma_own = digamma(shape);
                }
                let (own, prior) = (logs.own[i], logs.prior[i]);
                value += weight * (shape * own + q * prior - beta);
                by[0] += weight * x * (digamma_sum - digamma_own + own);
                by[1] += weight * (digamma_sum - digamma_q + prior);
                by[2] += weight * (q - (shape + q) / (1.0 + logs.ratios[i]));
            }
        }
        gradient[0] = by[0] * p / self.total_weight;
        gradient[1] = by[1] * q / self.total_weight;
        // Already a derivative in the logarithm of gamma.
        gradient[2] = by[2] / self.total_weight;
        value / self.total_weight + self.constant
    }
}

/// The logarithms of some rows, computed side by side.
#[derive(Default)]
struct Logs {
    /// `x z / gamma`.
    ratios: Vec<f64>,
    /// `ln(x z / (gamma + x z))`.
    own: Vec<f64>,
    /// `ln(gamma / (gamma + x z))`.
    prior: Vec<f64>,
}

impl Logs {
    fn fill(&mut self, rows: &[(f64, f64, f64)], gamma: f64) {
        self.ratios.clear();
        self.ratios
            .extend(rows.iter().map(|(x, z, _)| x * z / gamma));
        self.own.clear();
        self.own.extend_from_slice(&self.ratios);
        lanes::ln(&mut self.own);
        self.prior.clear();
        let lesser = self.ratios.iter().map(|ratio| ratio.min(1.0 / ratio));
        self.prior.extend(lesser);
        lanes::ln_1p(&mut self.prior);
        // Of both logarithms the nearer to nil is `-ln(1 + lesser)`; the other is farther by that of the ratio.
        for ((ratio, own), prior) in self.ratios.iter().zip(&mut self.own).zip(&mut self.prior) {
            let (ln_ratio, nearer) = (*own, -*prior);
            (*own, *prior) = if *ratio > 1.0 {
                (nearer, nearer - ln_ratio)
            } else {
                (ln_ratio + nearer, nearer)
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_infinite_mean_is_an_error_and_not_negative_money() {
        let model = GammaGamma::new(2.0, 0.8, 15.0).unwrap();
        let expected = Err(MathError::InfiniteMean { q: 0.8 });
        assert_eq!(model.population_mean_spend(), expected);
        assert_eq!(model.expected_mean_spend(3.0, 20.0), expected);
    }

    #[test]
    fn purchases_of_nothing_and_lone_customers_are_refused() {
        assert!(matches!(
            SpendSummary::new(1.0, 0.0),
            Err(MathError::OutOfDomain {
                name: "mean_spend",
                ..
            })
        ));
        let one = SpendSummary::new(1.0, 5.0).unwrap();
        assert!(matches!(
            GammaGamma::fit(&[one]),
            Err(MathError::TooFewCustomers {
                found: 1,
                needed: 3
            })
        ));
    }

    proptest! {
        #[test]
        fn the_expected_spend_lies_between_the_customers_and_the_populations(
            p in 0.1_f64..20.0, q in 1.01_f64..20.0, gamma in 0.1_f64..1e4, x in 1_u32..300, z in 0.01_f64..1e6
        ) {
            let model = GammaGamma::new(p, q, gamma).unwrap();
            let population = model.population_mean_spend().unwrap();
            let found = model.expected_mean_spend(f64::from(x), z).unwrap();
            prop_assert!(found >= population.min(z) * (1.0 - 1e-12));
            prop_assert!(found <= population.max(z) * (1.0 + 1e-12));
        }

        #[test]
        fn the_gradient_is_the_slope_of_the_likelihood(point in proptest::collection::vec(-2.0_f64..2.0, 3)) {
            let rows = [(1.0, 3.0), (2.0, 8.0), (2.0, 0.4), (30.0, 5.0)]
                .map(|(x, z)| SpendSummary::new(x, z).unwrap());
            let likelihood = Likelihood::new(&rows, 1.0, 4.0);
            let (mut gradient, mut unused) = (vec![0.0; 3], vec![0.0; 3]);
            let value = likelihood.evaluate(&point, &mut gradient);
            let model = GammaGamma::new(point[0].exp(), point[1].exp(), point[2].exp()).unwrap();
            let direct: f64 = rows.iter().map(|row| model.log_likelihood(row)).sum();
            prop_assert!((4.0 * value - direct).abs() < 1e-9 * direct.abs().max(1.0));
            for (i, given) in gradient.iter().enumerate() {
                let mut moved = point.clone();
                moved[i] += 1e-5;
                let above = likelihood.evaluate(&moved, &mut unused);
                moved[i] -= 2e-5;
                let slope = (above - likelihood.evaluate(&moved, &mut unused)) / 2e-5;
                prop_assert!((slope - given).abs() < 1e-5 * (1.0 + slope.abs()));
            }
        }
    }
}
