//! BG/BB: purchases at discrete opportunities, each of which the customer may leave before.

mod likelihood;
#[cfg(test)]
mod tests;

use super::beta_geometric::{ln_rising, ln_survival, softplus};
use super::climb::climb;
use super::next_purchase::{NextPurchase, is_sound};
use super::rows::Prepared;
use super::{Fit, PurchaseModel, PurchaseSummary, Reading, read_optimum};
use crate::math::hypergeometric::gauss_2f1_unit;
use crate::math::special::{digamma, ln_gamma};
use crate::math::{MathError, positive};
use likelihood::{Likelihood, Walk, steps_needed};

/// Starts in (alpha, beta, gamma, delta).
///
/// The third and fourth are shops where some leave at once and the others never, the last one where all leave at about the same
/// small chance.
const STARTS: [[f64; 4]; 6] = [
    [1.0, 1.0, 0.5, 3.0],
    [0.5, 5.0, 1.0, 10.0],
    [1.0, 1.0, 0.02, 0.02],
    [50.0, 100.0, 0.05, 0.02],
    [1.0, 3.0, 30.0, 1000.0],
    [0.03, 0.015, 20.0, 120.0],
];
/// Most opportunities a customer may have had.
const MAX_OPPORTUNITIES: f64 = 100_000.0;
/// Most steps over opportunities that one look at the likelihood may take.
const MAX_STEPS: f64 = 2e8;
/// Most opportunities to come that are looked at one by one.
const MAX_TERMS: usize = 10_000_000;
/// Most opportunities to come within which a next purchase is looked for.
const LONGEST_WAIT: usize = 100_000;

/// The BG/BB model of Fader, Hardie and Shang (2010), "Customer-base analysis in a discrete-time noncontractual setting".
///
/// At each opportunity (a week, a campaign, a festival) a customer still there buys with a beta-distributed probability
/// (`alpha`, `beta`), and before each the customer leaves with a beta-distributed probability (`gamma`, `delta`).
///
/// Of a [`PurchaseSummary`] the age `T` is the number `n` of opportunities after the first purchase, `x` how many of them
/// were used and `t_x` the last one used (0 for none); all three are whole. Times `t` ahead are counted in opportunities too,
/// and parts of one count in proportion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BgBb {
    /// First shape of the probabilities of buying.
    pub alpha: f64,
    /// Second shape of the probabilities of buying.
    pub beta: f64,
    /// First shape of the probabilities of leaving.
    pub gamma: f64,
    /// Second shape of the probabilities of leaving.
    pub delta: f64,
}

impl BgBb {
    /// Returns the model of these parameters.
    ///
    /// # Errors
    /// Names a parameter that is not finite and above zero.
    pub fn new(alpha: f64, beta: f64, gamma: f64, delta: f64) -> Result<Self, MathError> {
        Ok(Self {
            alpha: positive("alpha", alpha)?,
            beta: positive("beta", beta)?,
            gamma: positive("gamma", gamma)?,
            delta: positive("delta", delta)?,
        })
    }

    /// Returns the log-odds of having left by the end; minus infinity when the last opportunity was used.
    fn gone_log_odds(&self, customer: &PurchaseSummary) -> f64 {
        let mut walk = Walk::new(self, customer.repeat_count, customer.customer_age);
        walk.back_to(customer.last_purchase_age);
        walk.ln_sum()
    }

    /// Returns the probability that the customer is there at the `ahead`-th opportunity to come; the paper's P(alive at
    /// `n + 1`) is that at 1, and [`PurchaseModel::alive_prob`] that at 0.
    pub fn alive_prob_at(&self, ahead: u32, customer: &PurchaseSummary) -> f64 {
        let survived = ln_survival(
            self.gamma,
            self.delta + customer.customer_age,
            0.0,
            f64::from(ahead),
        );
        self.alive_prob(customer) * survived.exp()
    }

    /// Returns the discounted expected residual transactions (DERT): the purchases of the rest of the customer's life, each
    /// worth `(1 + rate)^-j` at the `j`-th opportunity to come.
    ///
    /// # Errors
    /// A discount rate that is not finite and above zero, or so small that it is lost beside one; a summary outside its domain.
    pub fn discounted_residual_purchases(
        &self,
        rate: f64,
        customer: &PurchaseSummary,
    ) -> Result<f64, MathError> {
        positive("rate", rate)?;
        check(customer)?;
        let (x, n) = (customer.repeat_count, customer.customer_age);
        let (stay, all) = (self.delta + n, self.gamma + self.delta + n);
        let discount = 1.0 / (1.0 + rate);
        if discount == 1.0 {
            return Err(MathError::OutOfDomain {
                name: "rate",
                value: rate,
            });
        }
        let opportunities = stay / all * discount * gauss_2f1_unit(stay + 1.0, all + 1.0, discount);
        Ok(self.alive_prob(customer) * self.mean_purchase_prob(x, n) * opportunities)
    }

    /// Returns the mean probability of buying of a customer who was there at all opportunities.
    fn mean_purchase_prob(&self, x: f64, n: f64) -> f64 {
        (self.alpha + x) / (self.alpha + self.beta + n)
    }

    /// Returns `d / (gamma - 1) [1 - (d+1)_t / (c)_t]` for `t` far above `d` and `c`, where the ratio of the gamma functions of
    /// `d + 1 + t` and `c + t` is a power of `t + (c + d) / 2` (DLMF 5.11.14).
    fn many_opportunities(&self, t: f64, stay: f64, all: f64) -> f64 {
        let power = self.gamma - 1.0;
        let ln_far = (t + 0.5 * (stay + all)).ln();
        if power.abs() < 1e-3 {
            // The slope of the log-gamma function stands for the difference.
            let log = power * (digamma(stay + 1.0 + 0.5 * power) - ln_far);
            return if power == 0.0 {
                stay * (ln_far - digamma(stay + 1.0))
            } else {
                -stay * log.exp_m1() / power
            };
        }
        let log = ln_gamma(all) - ln_gamma(stay + 1.0) - power * ln_far;
        -stay * log.exp_m1() / power
    }

    /// Returns how many of the next `t` opportunities a customer alive now is there for, `sum_j (d)_j / (c)_j` with
    /// `d = delta + n` and `c = gamma + d`: positive terms, so `gamma = 1` is no special case.
    fn opportunities_if_alive(&self, t: f64, n: f64) -> f64 {
        let (stay, all) = (self.delta + n, self.gamma + self.delta + n);
        let whole = t.floor();
        if whole > MAX_TERMS as f64 {
            return self.many_opportunities(t, stay, all);
        }
        let (mut there, mut sum) = (1.0, 0.0);
        for j in 0..whole as usize {
            let j = j as f64;
            there *= (stay + j) / (all + j);
            sum += there;
        }
        sum + (t - whole) * there * ((stay + whole) / (all + whole))
    }
}

/// Checks a summary as the discrete model needs it.
fn check(customer: &PurchaseSummary) -> Result<(), MathError> {
    customer.check()?;
    let age = customer.customer_age;
    let last = customer.last_purchase_age;
    if age.fract() != 0.0 || age > MAX_OPPORTUNITIES {
        return Err(MathError::OutOfDomain {
            name: "customer_age",
            value: age,
        });
    }
    if last.fract() != 0.0 {
        return Err(MathError::OutOfDomain {
            name: "last_purchase_age",
            value: last,
        });
    }
    // One purchase per opportunity at most.
    if customer.repeat_count > last {
        return Err(MathError::OutOfDomain {
            name: "repeat_count",
            value: customer.repeat_count,
        });
    }
    Ok(())
}

/// Whether a count and an age make sense together.
pub(super) fn is_history(t: f64, repeat_count: f64, customer_age: f64) -> bool {
    is_sound(t, repeat_count, customer_age)
        && repeat_count <= customer_age
        && customer_age.fract() == 0.0
}

impl PurchaseModel for BgBb {
    const PARAMETER_NAMES: &'static [&'static str] = &["alpha", "beta", "gamma", "delta"];

    /// In addition to the errors of the trait: ages that are not whole or above 100,000, more purchases than opportunities
    /// until the last, and [`MathError::TooMuchWork`].
    fn fit_near(
        customers: &[PurchaseSummary],
        near: Option<&Self>,
    ) -> Result<Fit<Self>, MathError> {
        for customer in customers {
            check(customer)?;
        }
        let Prepared {
            rows, total_weight, ..
        } = Prepared::new(customers)?;
        let needed = steps_needed(&rows);
        if needed > MAX_STEPS {
            return Err(MathError::TooMuchWork {
                needed,
                limit: MAX_STEPS,
            });
        }
        let near = near.map(|near| [near.alpha, near.beta, near.gamma, near.delta]);
        let (optimum, earlier) = climb(rows, near, &STARTS, Likelihood::new)?;
        let values: Vec<f64> = optimum.point.iter().map(|value| value.exp()).collect();
        let Reading {
            standard_errors,
            log_covariance,
            information_eigenvalues,
            at_boundary,
        } = read_optimum(&optimum, &values, total_weight);
        Ok(Fit {
            params: Self {
                alpha: values[0],
                beta: values[1],
                gamma: values[2],
                delta: values[3],
            },
            log_likelihood: optimum.value * total_weight,
            standard_errors,
            log_covariance,
            information_eigenvalues,
            gradient_norm: optimum.gradient_norm,
            at_boundary,
            iterations: optimum.iterations + earlier,
        })
    }

    /// The probability of one order of used and unused opportunities.
    fn log_likelihood(&self, customer: &PurchaseSummary) -> f64 {
        if check(customer).is_err() {
            return f64::NAN;
        }
        let (x, n) = (customer.repeat_count, customer.customer_age);
        ln_rising(self.alpha, 0.0, x) + ln_rising(self.beta, 0.0, n - x)
            - ln_rising(self.alpha + self.beta, 0.0, n)
            + ln_survival(self.gamma, self.delta, 0.0, n)
            + softplus(self.gone_log_odds(customer))
    }

    fn alive_prob(&self, customer: &PurchaseSummary) -> f64 {
        if check(customer).is_err() {
            return f64::NAN;
        }
        1.0 / (1.0 + self.gone_log_odds(customer).exp())
    }

    /// Eq. 13 of the paper, less P(alive).
    fn expected_purchases_if_alive(&self, t: f64, repeat_count: f64, customer_age: f64) -> f64 {
        if !is_history(t, repeat_count, customer_age) {
            return f64::NAN;
        }
        self.mean_purchase_prob(repeat_count, customer_age)
            * self.opportunities_if_alive(t, customer_age)
    }
}

/// Opportunities to come of a customer who is there now, one after the other.
struct Wait {
    /// Shapes of the probability of buying, and their sum.
    buy: f64,
    idle: f64,
    all: f64,
    /// First shape of the probability of staying, and the sum of both.
    stay: f64,
    all_stay: f64,
    /// Opportunities passed.
    passed: f64,
    /// Probability of no purchase at them, given that the customer was there.
    unbought: f64,
    /// Probability of being there still.
    there: f64,
    /// Probability of a purchase so far.
    bought: f64,
}

impl Wait {
    fn new(model: &BgBb, x: f64, n: f64) -> Self {
        Self {
            buy: model.alpha + x,
            idle: model.beta + (n - x),
            all: model.alpha + model.beta + n,
            stay: model.delta + n,
            all_stay: model.gamma + model.delta + n,
            passed: 0.0,
            unbought: 1.0,
            there: 1.0,
            bought: 0.0,
        }
    }

    /// Goes on by one opportunity.
    fn step(&mut self) {
        let all = self.all + self.passed;
        self.there *= (self.stay + self.passed) / (self.all_stay + self.passed);
        self.bought += self.there * self.unbought * (self.buy / all);
        self.unbought *= (self.idle + self.passed) / all;
        self.passed += 1.0;
    }

    /// Returns a bound on the probability of a first purchase later on.
    fn open(&self) -> f64 {
        self.there * self.unbought
    }
}

impl NextPurchase for BgBb {
    /// Parts of an opportunity do not count; of more than ten million, the first ten million do.
    fn no_purchase_prob_if_alive(&self, t: f64, repeat_count: f64, customer_age: f64) -> f64 {
        if !is_history(t, repeat_count, customer_age) {
            return f64::NAN;
        }
        let mut wait = Wait::new(self, repeat_count, customer_age);
        for _ in 0..t.min(MAX_TERMS as f64) as usize {
            wait.step();
            if wait.open() < 1e-17 {
                break;
            }
        }
        (1.0 - wait.bought).clamp(0.0, 1.0)
    }

    /// A whole number of opportunities, the first at which the probability is reached; `None` also beyond 100,000.
    fn next_purchase_time_if_alive(
        &self,
        prob: f64,
        repeat_count: f64,
        customer_age: f64,
    ) -> Option<f64> {
        let inside = prob > 0.0 && prob < 1.0;
        if !inside || !is_history(0.0, repeat_count, customer_age) {
            return None;
        }
        let mut wait = Wait::new(self, repeat_count, customer_age);
        for _ in 0..LONGEST_WAIT {
            wait.step();
            if wait.bought >= prob {
                return Some(wait.passed);
            }
            if wait.bought + wait.open() < prob {
                return None;
            }
        }
        None
    }
}

#[cfg(test)]
pub(super) fn objective(rows: Vec<PurchaseSummary>) -> impl crate::math::optimise::Objective {
    Likelihood::new(rows)
}
