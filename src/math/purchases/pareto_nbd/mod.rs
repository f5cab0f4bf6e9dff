//! Pareto/NBD: the customer may leave at any time.

mod likelihood;
mod powers;
#[cfg(test)]
mod tests;

use super::beta_geometric::{ln_rising, softplus};
use super::climb::climb;
use super::next_purchase::{NextPurchase, is_sound};
use super::rows::Prepared;
use super::{Fit, PurchaseModel, PurchaseSummary, Reading, read_optimum};
use crate::math::{MathError, positive};
use likelihood::Likelihood;
use powers::{Power, discounted, integral};

/// Starts in (r, alpha, s, beta), ages scaled to at most one.
///
/// The third and fourth are shops where some leave at once and the others never, the last one where all leave at about the same
/// rate: their optima are others, which no start among moderate parameters leads to.
const STARTS: [[f64; 4]; 5] = [
    [0.5, 0.3, 0.6, 0.3],
    [3.0, 2.0, 0.2, 5.0],
    [2.0, 0.4, 0.05, 1e-3],
    [100.0, 40.0, 0.2, 1e-3],
    [2.0, 0.3, 30.0, 60.0],
];
/// Longest wait for a purchase that is told, as the logarithm of its ratio to `alpha + T`.
const LONGEST_WAIT: f64 = 345.0;

/// The Pareto/NBD model of Schmittlein, Morrison and Colombo (1987).
///
/// Rates of purchase are gamma (shape `r`, rate `alpha`), rates of leaving are gamma (shape `s`, rate `beta`), both rates in
/// units of time. One-time buyers may have left, at any time.
///
/// With `A = alpha + T` and `B = beta + T` the odds of having left are
/// `s int_{t_x}^T (A / (alpha + y))^(r+x) (B / (beta + y))^s dy / (beta + y)`, from which likelihood and P(alive) follow
/// (Fader and Hardie 2005, "A note on deriving the Pareto/NBD model and related expressions").
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParetoNbd {
    /// Shape of the purchase rates.
    pub r: f64,
    /// Rate parameter of the purchase rates, in the unit of time of the summaries.
    pub alpha: f64,
    /// Shape of the rates of leaving; the purchases of a whole life are finite only above 1.
    pub s: f64,
    /// Rate parameter of the rates of leaving, in the unit of time of the summaries.
    pub beta: f64,
}

impl ParetoNbd {
    /// Returns the model of these parameters.
    ///
    /// # Errors
    /// Names a parameter that is not finite and above zero.
    pub fn new(r: f64, alpha: f64, s: f64, beta: f64) -> Result<Self, MathError> {
        Ok(Self {
            r: positive("r", r)?,
            alpha: positive("alpha", alpha)?,
            s: positive("s", s)?,
            beta: positive("beta", beta)?,
        })
    }

    /// Returns the log-odds of having left; minus infinity at the moment of a purchase.
    fn gone_log_odds(&self, customer: &PurchaseSummary) -> f64 {
        let waited = customer.customer_age - customer.last_purchase_age;
        let (buying, leaving) = self.since_purchase(customer);
        let sum = integral(buying, leaving, waited);
        if sum <= 0.0 {
            return f64::NEG_INFINITY;
        }
        self.s.ln()
            + (sum / leaving.base).ln()
            + buying.exponent * (waited / buying.base).ln_1p()
            + self.s * (waited / leaving.base).ln_1p()
    }

    /// Returns the powers that fall from the last purchase on.
    fn since_purchase(&self, customer: &PurchaseSummary) -> (Power, Power) {
        let buying = Power {
            base: self.alpha + customer.last_purchase_age,
            exponent: self.r + customer.repeat_count,
        };
        let leaving = Power {
            base: self.beta + customer.last_purchase_age,
            exponent: self.s + 1.0,
        };
        (buying, leaving)
    }

    /// Returns the probability that a customer alive now buys within `t`.
    ///
    /// A purchase is the first thing to happen at `u` with density
    /// `(r+x) / A (1 + u/A)^-(r+x+1) (1 + u/B)^-s`.
    fn bought_prob_if_alive(&self, t: f64, x: f64, age: f64) -> f64 {
        let shape = self.r + x;
        let buying = Power {
            base: self.alpha + age,
            exponent: shape + 1.0,
        };
        let staying = Power {
            base: self.beta + age,
            exponent: self.s,
        };
        (shape * (integral(buying, staying, t) / buying.base)).min(1.0)
    }

    /// Returns the discounted expected residual transactions (DERT): the purchases of the rest of the customer's life, each
    /// worth `e^{-rate t}` when it comes `t` from now.
    ///
    /// `rate` is the continuous discount rate per unit of time: `ln(1.15) / 52` for 15 % a year in weeks. Fader, Hardie and
    /// Lee (2005), "RFM and CLV: using iso-value curves for customer base analysis".
    ///
    /// # Errors
    /// A rate that is not finite and above zero (without discount the sum is infinite for `s <= 1`), or a summary outside
    /// its domain.
    pub fn discounted_residual_purchases(
        &self,
        rate: f64,
        customer: &PurchaseSummary,
    ) -> Result<f64, MathError> {
        positive("rate", rate)?;
        customer.check()?;
        let leave = self.beta + customer.customer_age;
        let purchase_rate = (self.r + customer.repeat_count) / (self.alpha + customer.customer_age);
        let lifetime = leave * discounted(rate * leave, self.s);
        Ok(self.alive_prob(customer) * purchase_rate * lifetime)
    }
}

impl PurchaseModel for ParetoNbd {
    const PARAMETER_NAMES: &'static [&'static str] = &["r", "alpha", "s", "beta"];

    fn fit_near(
        customers: &[PurchaseSummary],
        near: Option<&Self>,
    ) -> Result<Fit<Self>, MathError> {
        let Prepared {
            rows,
            total_weight,
            purchases,
            oldest,
        } = Prepared::new(customers)?.scaled();
        let near = near.map(|near| [near.r, near.alpha / oldest, near.s, near.beta / oldest]);
        let (optimum, earlier) = climb(rows, near, &STARTS, Likelihood::new)?;
        let values: Vec<f64> = optimum.point.iter().map(|value| value.exp()).collect();
        let values = [values[0], values[1] * oldest, values[2], values[3] * oldest];
        let Reading {
            standard_errors,
            log_covariance,
            information_eigenvalues,
            at_boundary,
        } = read_optimum(&optimum, &values, total_weight);
        Ok(Fit {
            params: Self {
                r: values[0],
                alpha: values[1],
                s: values[2],
                beta: values[3],
            },
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

    fn log_likelihood(&self, customer: &PurchaseSummary) -> f64 {
        if customer.check().is_err() {
            return f64::NAN;
        }
        let (x, age) = (customer.repeat_count, customer.customer_age);
        ln_rising(self.r, 0.0, x)
            - x * (self.alpha + age).ln()
            - self.r * (age / self.alpha).ln_1p()
            - self.s * (age / self.beta).ln_1p()
            + softplus(self.gone_log_odds(customer))
    }

    fn alive_prob(&self, customer: &PurchaseSummary) -> f64 {
        if customer.check().is_err() {
            return f64::NAN;
        }
        1.0 / (1.0 + self.gone_log_odds(customer).exp())
    }

    /// `(r+x) B / (A (s-1)) [1 - (B / (B + t))^(s-1)]`, written with `expm1` so that it passes smoothly through `s = 1`.
    fn expected_purchases_if_alive(&self, t: f64, repeat_count: f64, customer_age: f64) -> f64 {
        if !is_sound(t, repeat_count, customer_age) {
            return f64::NAN;
        }
        let (now, leave) = (self.alpha + customer_age, self.beta + customer_age);
        let log = (t / leave).ln_1p();
        let power = 1.0 - self.s;
        let lifetime = if power == 0.0 {
            log
        } else {
            (power * log).exp_m1() / power
        };
        (self.r + repeat_count) / now * (leave * lifetime)
    }
}

impl NextPurchase for ParetoNbd {
    fn no_purchase_prob_if_alive(&self, t: f64, repeat_count: f64, customer_age: f64) -> f64 {
        if !is_sound(t, repeat_count, customer_age) {
            return f64::NAN;
        }
        1.0 - self.bought_prob_if_alive(t, repeat_count, customer_age)
    }

    /// Newton's method in `ln(1 + t / A)`, in which the probability of having bought is concave: from the quantile of one who
    /// never leaves, a lower bound, it rises to the answer without passing it.
    fn next_purchase_time_if_alive(
        &self,
        prob: f64,
        repeat_count: f64,
        customer_age: f64,
    ) -> Option<f64> {
        let inside = prob > 0.0 && prob < 1.0;
        if !inside || !is_sound(0.0, repeat_count, customer_age) {
            return None;
        }
        let (now, leave) = (self.alpha + customer_age, self.beta + customer_age);
        let shape = self.r + repeat_count;
        let mut wait = -(-prob).ln_1p() / shape;
        for _ in 0..200 {
            let out_of_sight = !wait.is_finite() || wait > LONGEST_WAIT;
            if out_of_sight {
                return None;
            }
            let t = now * wait.exp_m1();
            let bought = self.bought_prob_if_alive(t, repeat_count, customer_age);
            // Still there and still without a purchase: all that can yet become one.
            let open = (-shape * wait - self.s * (t / leave).ln_1p()).exp();
            if bought + open < prob {
                return None;
            }
            let step = (prob - bought) / (shape * open);
            wait += step;
            // Also where rounding leads past the answer.
            if step <= 1e-12 * wait {
                break;
            }
        }
        let t = now * wait.exp_m1();
        (t.is_finite() && t >= 0.0).then_some(t)
    }
}

#[cfg(test)]
pub(super) fn objective(rows: Vec<PurchaseSummary>) -> impl crate::math::optimise::Objective {
    Likelihood::new(rows)
}
