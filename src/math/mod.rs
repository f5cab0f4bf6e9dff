//! Numbers in, numbers out: the models, the optimiser and the statistics koe stands on.
//!
//! Everything here is a pure function of its arguments: no table, no file, no clock and no hidden random
//! state, so the same input gives the same bits. Purchase models follow the papers' letters in their formulas
//! (`r`, `alpha`, `a`, `b`, `x`, `t_x`, `T`) and plain words in their interfaces.
//!
//! | topic | module |
//! |---|---|
//! | log-gamma, log-beta, digamma, incomplete gamma and beta, normal and Student quantiles | [`special`] |
//! | exponentials and logarithms of many numbers at once | [`lanes`] |
//! | Gauss 2F1, integrals of log-concave functions | [`hypergeometric`], [`quadrature`] |
//! | maximum likelihood | [`optimise`], [`matrix`] |
//! | BG/NBD, MBG/NBD, Pareto/NBD, BG/BB, Gamma-Gamma | [`purchases`] |
//! | intervals of purchases and spend | [`purchases::predictive`] |
//! | BG/NBD and MBG/NBD with covariates | [`purchases::covariates`] |
//! | discounted customer lifetime value | [`lifetime_value`] |
//! | forecasts against what came | [`holdout`] |
//! | alert tails, median, MAD | [`counts`] |
//! | Kleinberg's bursts | [`bursts`] |
//! | S-H-ESD, to compare alerts with | [`seasonal_esd`] |
//! | Lorenz curve, Gini | [`inequality`] |
//! | Wilson, Newcombe, Welch | [`intervals`] |
//! | Pearson, Spearman | [`correlation`] |
//! | log-odds of words (Monroe) | [`log_odds`] |
//! | NPMI, C-value | [`npmi`], [`c_value`] |
//! | non-negative factors | [`nmf`] |
//! | excess over matched control windows | [`matched`] |
//! | words that tell groups apart | [`log_odds`] |
//! | k-means, silhouettes | [`clustering`] |
//! | PageRank, betweenness, Leiden | [`graph`] |
//! | Kaplan-Meier | [`survival`] |

pub mod bursts;
pub mod c_value;
pub mod clustering;
pub mod correlation;
pub mod counts;
pub mod graph;
pub mod holdout;
pub mod hypergeometric;
pub mod inequality;
pub mod intervals;
pub mod lanes;
pub mod lifetime_value;
pub mod log_odds;
pub mod matched;
pub mod matrix;
pub mod nmf;
pub mod npmi;
pub mod optimise;
pub mod purchases;
pub mod quadrature;
pub mod seasonal_esd;
pub mod special;
pub mod survival;

/// Says why a computation has no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MathError {
    /// There are fewer observations than the method needs.
    #[error("{found} customers or observations found, at least {needed} needed")]
    TooFewCustomers {
        /// How many were given.
        found: usize,
        /// How many the method needs.
        needed: usize,
    },
    /// Nobody bought a second time, so a purchase rate cannot be estimated.
    #[error("no customer bought a second time")]
    NoRepeatPurchases,
    /// The optimiser stopped where the gradient is not nil.
    #[error("the likelihood did not converge (gradient norm {gradient_norm:e})")]
    NotConverged {
        /// Largest absolute derivative left, per unit of weight, in the log-parameters.
        gradient_norm: f64,
    },
    /// A value lies outside the domain of the function.
    #[error("`{name}` = {value} is outside its domain")]
    OutOfDomain {
        /// Name of the argument.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// The spend model's mean is infinite because its tail is too heavy (`q` at most 1).
    #[error("the mean spend is infinite (q = {q}, above 1 needed)")]
    InfiniteMean {
        /// The fitted shape `q`.
        q: f64,
    },
    /// The data would take longer than the method allows.
    #[error("{needed:e} steps needed, at most {limit:e} taken")]
    TooMuchWork {
        /// Steps the data need.
        needed: f64,
        /// Steps the method takes at most.
        limit: f64,
    },
    /// Two slices that go row by row differ in length.
    #[error("slices of {left} and {right} rows cannot be paired")]
    LengthMismatch {
        /// Length of the first slice.
        left: usize,
        /// Length of the second slice.
        right: usize,
    },
}

/// Returns the value when it is finite and above zero.
pub(crate) fn positive(name: &'static str, value: f64) -> Result<f64, MathError> {
    if value.is_finite() && value > 0.0 {
        Ok(value)
    } else {
        Err(MathError::OutOfDomain { name, value })
    }
}

/// Returns the value when it is finite and at least zero.
pub(crate) fn non_negative(name: &'static str, value: f64) -> Result<f64, MathError> {
    if value.is_finite() && value >= 0.0 {
        Ok(value)
    } else {
        Err(MathError::OutOfDomain { name, value })
    }
}

/// Returns the value when it lies strictly between zero and one.
pub(crate) fn open_unit(name: &'static str, value: f64) -> Result<f64, MathError> {
    if value > 0.0 && value < 1.0 {
        Ok(value)
    } else {
        Err(MathError::OutOfDomain { name, value })
    }
}
