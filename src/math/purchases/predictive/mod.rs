//! Between which bounds a customer's purchases and spend will lie.
//!
//! An expectation says little about one customer: who is expected to buy 1.2 times may buy nothing or six times. Here is
//! the whole predictive law, given the parameters:
//!
//! - **How often** ([`Counts`], [`CountLaw`]): `P(X(t) = n | x, t_x, T)`. With the chance `1 - P(alive)` nothing comes;
//!   else the count of a customer who is alive, which does not depend on `t_x`.
//! - **How much** ([`SpendLaw`]): a customer's purchases are gamma with shape `p` and the customer's own rate, of which
//!   `x` purchases of mean `m` tell `Gamma(q + p x, gamma + x m)`. The total of `n` more is
//!   `(gamma + x m) G(p n) / G(q + p x)` with two independent standard gammas: a beta-prime law whose scale alone
//!   depends on `m`. So its distribution function is `I_{y/(1+y)}(p n, q + p x)`, `y` the total in units of
//!   `gamma + x m`, and one table per `x` serves all customers with it.
//! - **Both** ([`forecasts`]): the mixture over `n`, a point mass at nothing included.
//!
//! # What an interval promises
//!
//! The truth lies between `low` and `high`, bounds included, with 90 % probability; 5 % lie below and 5 % above. Where
//! nothing at all has a chance of 5 % or more, no lower bound can cut 5 % off: the interval begins at nil, and all 10 %
//! lie above. Where nothing has a chance of 90 % or more the interval is `[0, 0]`, and holds more often than promised.
//! Money has a density, so there the promise is kept to the letter; counts jump, so a bound is the count at which the
//! probability comes nearest to the promise (which is the mid-p convention: a count belongs to the interval when half of
//! its probability does).
//!
//! The parameters are taken as known: for one customer their error is small beside chance. It is not for the sum of a
//! group ([`GroupTotal`]), where chance evens out, and there it is added.

mod beta_geometric;
mod bg_bb;
mod counts;
mod group;
mod lattice;
mod outlook;
mod pareto;
mod slopes;
mod spend;
mod table;

use super::next_purchase::is_sound;

pub use counts::{Counts, Span};
pub use group::{GroupTotal, gamma_quantile};
pub use outlook::{Forecast, Forecasts, Outlook, Outlooks, forecasts};
pub use slopes::log_slopes;
pub use spend::{ObservedSpend, SpendLaw};

/// Probability an interval leaves out on either side.
const TAIL: f64 = 0.05;
/// Probability an interval holds.
const INSIDE: f64 = 0.9;

/// A purchase model that can tell the whole law of the purchases to come.
pub trait CountLaw: Sync {
    /// Returns the law of the purchases within `t` units of a customer who is alive now.
    ///
    /// A `t`, count or age that is negative, not finite or otherwise none of the model's gives the law of nothing.
    fn counts_if_alive(&self, t: f64, repeat_count: f64, customer_age: f64) -> Counts;

    /// Returns the model whose parameter at `place` (in the order of the fit) is `e^log_step` times what it was.
    #[must_use]
    fn nudged(&self, place: usize, log_step: f64) -> Self;
}

#[cfg(test)]
mod tests;
