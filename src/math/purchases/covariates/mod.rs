//! BG/NBD and MBG/NBD with covariates that do not change over time.
//!
//! Customer `i` with standardised covariates `z_i` buys at a gamma rate of shape `r` and rate `alpha_i`, and leaves with a beta
//! probability of shapes `a_i` and `b`:
//!
//! ```text
//! alpha_i = alpha exp(-g1' z_i)      mean purchase rate r / alpha_i: times exp(g1) per standard deviation
//! a_i     = a exp(g2' z_i)           odds a_i / b of leaving after a purchase: times exp(g2) per standard deviation
//! ```
//!
//! The first line is Fader and Hardie (2007), "Incorporating time-invariant covariates into the Pareto/NBD and BG/NBD models".
//! They let `a` and `b` vary by effects of their own. Effects of one size on both would leave the mean `a / (a + b)` where it
//! is and change the spread alone; with two sizes an effect has no sign. Here `b` is common, so that the log-odds of the mean
//! chance of leaving are linear in the covariates.
//!
//! Effects have a normal prior of mean 0 and standard deviation 1 (a ridge), so that what the log does not tell stays near
//! nothing where the likelihood would let it run off; those of classes, which are in every model that is compared, are free.

mod compare;
mod design;
mod likelihood;
mod resampling;

pub use compare::{Chance, Comparison, Effect, LikelihoodRatio, compare};
pub use design::{Covariate, Design, DropReason, Dropped, Kept};
pub use resampling::bootstrap_mean;

use super::PurchaseSummary;
use super::beta_geometric::BetaGeometric;
use crate::math::optimise::{Optimum, Search, maximise};
use crate::math::{MathError, positive};
use likelihood::{Likelihood, Own};

/// Starts in (r, alpha, a, b), ages scaled to at most one; every effect starts at nil.
const STARTS: [[f64; 4]; 4] = [
    [0.5, 0.2, 1.0, 2.0],
    [1.0, 1.0, 1.0, 5.0],
    [0.2, 0.1, 0.3, 3.0],
    [3.0, 2.0, 0.2, 5.0],
];

/// When customers may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    /// After a repeat purchase: BG/NBD.
    AfterRepeat,
    /// After the first purchase too: MBG/NBD.
    AtOnce,
}

/// A model of repeat purchases whose customers differ by what is known of them.
#[derive(Debug, Clone, PartialEq)]
pub struct CovariateModel {
    /// When customers may leave.
    pub leaving: Leaving,
    /// Shape of the purchase rates.
    pub r: f64,
    /// Rate parameter of the purchase rates of who has nil in every column, in the caller's unit of time.
    pub alpha: f64,
    /// First shape of the chances of leaving of who has nil in every column.
    pub a: f64,
    /// Second shape of the chances of leaving.
    pub b: f64,
    /// Effects on the logarithm of the purchase rate, per standard deviation.
    pub purchase_effects: Vec<f64>,
    /// Effects on the log-odds of leaving, per standard deviation.
    pub dropout_effects: Vec<f64>,
}

impl CovariateModel {
    /// Returns the parameters of a customer with these columns; columns beyond the model's effects are ignored.
    fn own(&self, row: &[f64]) -> Own {
        let sum = |effects: &[f64]| -> f64 {
            let parts = effects.iter().zip(row).map(|(effect, cell)| effect * cell);
            parts.sum()
        };
        // Far beyond what a fit returns, and a guard against infinity in forecasts.
        let bounded = |value: f64| value.clamp(1e-12, 1e12);
        Own {
            r: self.r,
            alpha: bounded(self.alpha * (-sum(&self.purchase_effects)).exp()),
            a: bounded(self.a * sum(&self.dropout_effects).exp()),
            b: self.b,
            leaves_at_once: self.leaving == Leaving::AtOnce,
        }
    }

    fn at(&self, row: &[f64]) -> BetaGeometric {
        let own = self.own(row);
        BetaGeometric {
            r: own.r,
            alpha: own.alpha,
            a: own.a,
            b: own.b,
            leaves_at_once: own.leaves_at_once,
        }
    }

    /// Returns the log-likelihood of one customer, the weight left aside; NaN for a summary that cannot be.
    pub fn log_likelihood(&self, customer: &PurchaseSummary, row: &[f64]) -> f64 {
        self.at(row).log_likelihood(customer)
    }

    /// Returns the probability that the customer has not left by the end of the observation.
    pub fn alive_prob(&self, customer: &PurchaseSummary, row: &[f64]) -> f64 {
        self.at(row).alive_prob(customer)
    }

    /// Returns the expected purchases of the customer within the next `t >= 0` units of time.
    pub fn expected_purchases(&self, t: f64, customer: &PurchaseSummary, row: &[f64]) -> f64 {
        let own = self.at(row);
        own.alive_prob(customer)
            * own.expected_if_alive(t, customer.repeat_count, customer.customer_age)
    }

    /// Returns the slopes of a customer's log-likelihood by the logarithms of purchase rate and of the odds of leaving.
    fn scores(&self, customer: &PurchaseSummary, row: &[f64]) -> [f64; 2] {
        let slopes = self.own(row).slopes(customer);
        [slopes.by_rate, slopes.by_leaving]
    }
}

/// A fitted model with covariates and how far to trust it.
#[derive(Debug, Clone, PartialEq)]
pub struct CovariateFit {
    /// The model at its most likely parameters, in the caller's units.
    pub model: CovariateModel,
    /// Log-likelihood of all customers in the caller's units, without the penalty.
    pub log_likelihood: f64,
    /// Half the sum of the squared effects under test.
    pub penalty: f64,
    /// Standard errors of the effects on the rate, from the Hessian; `None` where the likelihood is flat.
    pub purchase_errors: Vec<Option<f64>>,
    /// Standard errors of the effects on leaving.
    pub dropout_errors: Vec<Option<f64>>,
    /// Largest absolute derivative of the mean log-likelihood at the solution.
    pub gradient_norm: f64,
    /// Whether a parameter ran to the edge of its range.
    pub at_boundary: bool,
    /// Where the optimiser ended, time scaled.
    point: Vec<f64>,
}

impl CovariateFit {
    /// Returns where it ended with nil for the effects of further columns, for a start of a larger model.
    fn widened(&self, width: usize) -> Vec<f64> {
        let own = self.model.purchase_effects.len();
        let mut point = self.point[..4].to_vec();
        for effects in self.point[4..].chunks(own.max(1)) {
            point.extend_from_slice(effects);
            point.resize(point.len() + width - own, 0.0);
        }
        // Without any column there is no chunk to widen.
        point.resize(4 + 2 * width, 0.0);
        point
    }

    /// Returns the parameters of the first columns, for a start of a smaller model.
    fn narrowed(&self, width: usize) -> Vec<f64> {
        let own = self.model.purchase_effects.len();
        let mut point = self.point[..4 + width].to_vec();
        point.extend_from_slice(&self.point[4 + own..4 + own + width]);
        point
    }

    /// Returns the value that was maximised.
    fn penalised(&self) -> f64 {
        self.log_likelihood - self.penalty
    }
}

/// Fits the model with all columns of a design.
///
/// # Errors
/// Fewer than two customers, no repeat purchase at all, a summary outside its domain, a design of another length, or no
/// convergence.
pub fn fit(
    customers: &[PurchaseSummary],
    design: &Design,
    leaving: Leaving,
) -> Result<CovariateFit, MathError> {
    let fitter = Fitter::new(customers, design, leaving)?;
    let width = design.kept().len();
    fitter.fit(width, &starts(width))
}

/// Returns the starts of a model with so many columns.
fn starts(width: usize) -> Vec<Vec<f64>> {
    STARTS
        .iter()
        .map(|start| {
            let mut point: Vec<f64> = start.iter().map(|value| value.ln()).collect();
            point.resize(4 + 2 * width, 0.0);
            point
        })
        .collect()
}

/// What all fits of one log share.
struct Fitter<'a> {
    /// Time scaled to ages of one at most.
    customers: Vec<PurchaseSummary>,
    design: &'a Design,
    leaving: Leaving,
    oldest: f64,
    purchase_count: f64,
}

impl<'a> Fitter<'a> {
    fn new(
        customers: &[PurchaseSummary],
        design: &'a Design,
        leaving: Leaving,
    ) -> Result<Self, MathError> {
        if customers.len() != design.customer_count() {
            return Err(MathError::LengthMismatch {
                left: customers.len(),
                right: design.customer_count(),
            });
        }
        if customers.len() < 2 {
            return Err(MathError::TooFewCustomers {
                found: customers.len(),
                needed: 2,
            });
        }
        for customer in customers {
            customer.check()?;
        }
        let purchase_count: f64 = customers
            .iter()
            .map(|customer| customer.weight * customer.repeat_count)
            .sum();
        if purchase_count == 0.0 {
            return Err(MathError::NoRepeatPurchases);
        }
        let ages = customers.iter().map(|customer| customer.customer_age);
        let oldest = positive("customer_age", ages.fold(0.0, f64::max))?;
        Ok(Self {
            customers: customers
                .iter()
                .map(|customer| customer.with_time_scaled(1.0 / oldest))
                .collect(),
            design,
            leaving,
            oldest,
            purchase_count,
        })
    }

    /// Fits the model with the first `width` columns from `starts`.
    fn fit(&self, width: usize, starts: &[Vec<f64>]) -> Result<CovariateFit, MathError> {
        let leaves_at_once = self.leaving == Leaving::AtOnce;
        let likelihood = Likelihood::new(&self.customers, self.design, width, leaves_at_once);
        let optimum = maximise(&likelihood, starts, &Search::default())?;
        Ok(self.read(&likelihood, width, optimum))
    }

    fn read(&self, likelihood: &Likelihood, width: usize, optimum: Optimum) -> CovariateFit {
        let point = optimum.point;
        let penalty = likelihood.penalty(&point);
        let errors = errors(
            &optimum.hessian.scaled(-likelihood.total_weight()),
            &optimum.on_edge,
        );
        let [r, alpha, a, b] = [0, 1, 2, 3].map(|i| point[i].exp());
        CovariateFit {
            model: CovariateModel {
                leaving: self.leaving,
                r,
                alpha: alpha * self.oldest,
                a,
                b,
                purchase_effects: point[4..4 + width].to_vec(),
                dropout_effects: point[4 + width..].to_vec(),
            },
            // A density of x events in time scales by oldest^-x.
            log_likelihood: optimum.value * likelihood.total_weight() + penalty
                - self.purchase_count * self.oldest.ln(),
            penalty,
            purchase_errors: errors[4..4 + width].to_vec(),
            dropout_errors: errors[4 + width..].to_vec(),
            gradient_norm: optimum.gradient_norm,
            at_boundary: optimum.on_edge.contains(&true),
            point,
        }
    }
}

/// Returns standard errors from the information; parameters on the edge are taken as given.
fn errors(information: &crate::math::matrix::Square, on_edge: &[bool]) -> Vec<Option<f64>> {
    let free: Vec<usize> = (0..on_edge.len()).filter(|i| !on_edge[*i]).collect();
    let mut errors = vec![None; on_edge.len()];
    if let Some(covariance) = information.minor(&free).inverse() {
        for (place, &i) in free.iter().enumerate() {
            let error = covariance.get(place, place).sqrt();
            errors[i] = error.is_finite().then_some(error);
        }
    }
    errors
}

#[cfg(test)]
mod tests;
