//! Models of who buys again, how often and for how much, from repeat purchases alone.
//!
//! A customer is four numbers ([`PurchaseSummary`]): repeat purchases `x`, age at the last purchase `t_x`, age
//! `T` and a weight. [`BgNbd`], [`MbgNbd`] and [`ParetoNbd`], and [`BgBb`] where purchases come at opportunities only, tell
//! the chance that the customer is still a customer, the purchases to expect and when the next one comes
//! ([`NextPurchase`]); [`GammaGamma`] tells the average spend per purchase. The time unit is the caller's:
//! fit in weeks and ask in weeks, fit in days and ask in days. [`simulate`] draws customers from each of them.
//!
//! Under BG/NBD a customer can only leave after a repeat purchase, so every one-time buyer has a chance of
//! exactly 1 of being alive; MBG/NBD lets them leave after the first purchase and answers for them too, Pareto/NBD lets
//! everybody leave at any time.
//!
//! [`predictive`] tells not what to expect but between which bounds purchases and spend will lie, [`covariates`] what else
//! that is known of a customer tells of both.

mod beta_geometric;
mod bg_bb;
mod bg_nbd;
mod climb;
pub mod covariates;
mod distinct;
mod gamma_gamma;
mod mbg_nbd;
mod next_purchase;
mod pareto_nbd;
pub mod predictive;
mod rows;
pub mod simulate;
mod summary;
mod terms;

pub use bg_bb::BgBb;
pub use bg_nbd::BgNbd;
pub use distinct::Distinct;
pub use gamma_gamma::{GammaGamma, SpendSummary};
pub use mbg_nbd::MbgNbd;
pub use next_purchase::NextPurchase;
pub use pareto_nbd::ParetoNbd;
pub use summary::{PurchaseSummary, grouped};

use super::MathError;
use super::matrix::Square;
use super::optimise::Optimum;

/// A fitted model and how far to trust it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit<M> {
    /// The model at its most likely parameters, in the caller's units.
    pub params: M,
    /// Log-likelihood of all customers (by weight) in the caller's units.
    pub log_likelihood: f64,
    /// Standard errors in the order of the parameters, from the Hessian; `None` on a boundary or when the
    /// likelihood is flat in some direction.
    pub standard_errors: Option<Vec<f64>>,
    /// Covariance matrix of the logarithms of the parameters in their order, exactly symmetric, from the Hessian;
    /// `None` where [`Self::standard_errors`] is. A change of units leaves it as it is.
    pub log_covariance: Option<Square>,
    /// Eigenvalues, ascending, of the information matrix of the log-parameters; one near nil means that the
    /// data cannot tell some of the parameters apart.
    pub information_eigenvalues: Vec<f64>,
    /// Largest absolute derivative of the mean log-likelihood in the log-parameters at the solution.
    pub gradient_norm: f64,
    /// Whether a parameter ran to the edge of its range (1e-5 to 1e5 on the internal scale), or the
    /// likelihood is flat there: the data do not pin the model down, and its forecasts need care.
    pub at_boundary: bool,
    /// Iterations the optimiser took.
    pub iterations: usize,
}

/// A model of repeat purchases and of leaving.
///
/// The methods are pure functions of the parameters and a summary in the model's time unit. For a summary
/// that [`PurchaseSummary::new`] would refuse, they return NaN.
pub trait PurchaseModel: Sized {
    /// Names of the parameters, in the order of [`Fit::standard_errors`].
    const PARAMETER_NAMES: &'static [&'static str];

    /// Returns the most likely model for the customers, equal ones grouped by weight before fitting.
    ///
    /// # Errors
    /// Fewer than two customers, no repeat purchase at all, a summary outside its domain, or no convergence.
    fn fit(customers: &[PurchaseSummary]) -> Result<Fit<Self>, MathError> {
        Self::fit_near(customers, None)
    }

    /// As [`PurchaseModel::fit`], sooner where a model of other days of the same customers is near: the likelihood is climbed
    /// from there alone, and from everywhere when that ends on an edge, where it is flat, or nowhere. Where the likelihood has
    /// one peak, both return the same parameters but for rounding; of several, this one may return the one that is near. Errors
    /// and covariance are then those that some 8,000 of the customers tell of, scaled to all.
    ///
    /// # Errors
    /// Those of [`PurchaseModel::fit`].
    fn fit_near(customers: &[PurchaseSummary], near: Option<&Self>)
    -> Result<Fit<Self>, MathError>;

    /// Returns the log-likelihood of one customer, the weight left aside.
    fn log_likelihood(&self, customer: &PurchaseSummary) -> f64;

    /// Returns the probability, in `[0, 1]`, that the customer has not left by the end of the observation.
    fn alive_prob(&self, customer: &PurchaseSummary) -> f64;

    /// Returns the expected purchases within `t` units, given that the customer is alive now.
    ///
    /// `t_x` plays no part in it, which lets batches compute it once per pair of `x` and `T`.
    fn expected_purchases_if_alive(&self, t: f64, repeat_count: f64, customer_age: f64) -> f64;

    /// Returns [`Self::expected_purchases_if_alive`] within each of several times of customers of one repeat count and several
    /// ages: of one age after the other as many as there are times. Quicker for some models than one by one.
    fn expected_purchases_if_alive_each(
        &self,
        times: &[f64],
        repeat_count: f64,
        ages: &[f64],
    ) -> Vec<f64> {
        let mut found = Vec::with_capacity(times.len() * ages.len());
        for age in ages {
            let each = times.iter();
            found.extend(each.map(|t| self.expected_purchases_if_alive(*t, repeat_count, *age)));
        }
        found
    }

    /// Returns the expected purchases of this customer within the next `t >= 0` units.
    fn expected_purchases(&self, t: f64, customer: &PurchaseSummary) -> f64 {
        self.alive_prob(customer)
            * self.expected_purchases_if_alive(t, customer.repeat_count, customer.customer_age)
    }

    /// Returns `E[X(t)]`: the expected repeat purchases of a new customer within `t >= 0` units of the first.
    fn expected_purchases_new(&self, t: f64) -> f64 {
        self.expected_purchases(t, &PurchaseSummary::newcomer())
    }

    /// Returns [`Self::alive_prob`] of every customer, in order.
    fn alive_probs(&self, customers: &[PurchaseSummary]) -> Vec<f64> {
        customers
            .iter()
            .map(|customer| self.alive_prob(customer))
            .collect()
    }

    /// Returns [`Self::expected_purchases`] of every customer, in order.
    fn expected_purchases_batch(&self, t: f64, customers: &[PurchaseSummary]) -> Vec<f64> {
        let key = |customer: &PurchaseSummary| {
            [customer.repeat_count, customer.customer_age].map(f64::to_bits)
        };
        let mut keys: Vec<[u64; 2]> = customers.iter().map(key).collect();
        keys.sort_unstable();
        keys.dedup();
        let if_alive: Vec<f64> = keys
            .chunk_by(|one, next| one[0] == next[0])
            .flat_map(|keys| {
                let ages: Vec<f64> = keys.iter().map(|key| f64::from_bits(key[1])).collect();
                self.expected_purchases_if_alive_each(&[t], f64::from_bits(keys[0][0]), &ages)
            })
            .collect();
        customers
            .iter()
            .map(|customer| {
                let place = keys.partition_point(|known| *known < key(customer));
                self.alive_prob(customer) * if_alive[place]
            })
            .collect()
    }
}

/// What an optimum in log-parameters says about the parameters.
struct Reading {
    standard_errors: Option<Vec<f64>>,
    log_covariance: Option<Square>,
    information_eigenvalues: Vec<f64>,
    at_boundary: bool,
}

/// Information on log-parameters below which one is not known: not even to a factor of e^30.
const FLAT: f64 = 1e-3;

/// Reads standard errors off an optimum of the mean log-likelihood by the delta method.
///
/// `values` are the parameters on the caller's scale: a rescaling shifts a log-parameter and leaves its error.
fn read_optimum(optimum: &Optimum, values: &[f64], total_weight: f64) -> Reading {
    let information = optimum.hessian.scaled(-total_weight);
    let information_eigenvalues = information.eigenvalues();
    let on_edge = optimum.on_edge.contains(&true);
    let flat = information_eigenvalues[0].is_nan() || information_eigenvalues[0] < FLAT;
    let log_covariance = if on_edge || flat {
        None
    } else {
        information.inverse()
    };
    let standard_errors = log_covariance.as_ref().map(|covariance| {
        let errors = values.iter().enumerate();
        errors
            .map(|(i, value)| value * covariance.get(i, i).sqrt())
            .collect()
    });
    Reading {
        at_boundary: log_covariance.is_none(),
        standard_errors,
        log_covariance,
        information_eigenvalues,
    }
}

#[cfg(test)]
pub(crate) mod cdnow;
#[cfg(test)]
mod regimes;
#[cfg(test)]
mod tests;
