//! The law of what a number of purchases comes to.

use super::table::Shape;
use crate::math::purchases::GammaGamma;
use crate::math::special::beta_lower_with_complement;
use crate::math::{MathError, non_negative, positive};

/// Quantiles by which an observed spend is told.
const QUANTILES: usize = 200;
/// Largest ratio of the mean square of a customer's spend to the square of its mean that a variance is made of.
///
/// `(Q - 1) / (Q - 2)` with `Q = q + p x` is the ratio of Gamma-Gamma; it is 3 at `Q = 2.5`, and infinite from 2 down.
const LARGEST_RATIO: f64 = 3.0;

/// The law of the total of a customer's purchases, given their number, in units of the customer's scale.
///
/// The scale is [`SpendLaw::scale`], the evidence the number of purchases whose spend is known.
#[derive(Debug, Clone, PartialEq)]
pub enum SpendLaw {
    /// Gamma-Gamma with `q > 1`.
    GammaGamma(GammaGamma),
    /// One mean spend per customer, drawn from those observed, whatever the customer spent so far.
    Observed(ObservedSpend),
}

impl SpendLaw {
    /// Returns the scale of a customer's total: `gamma + x m` under Gamma-Gamma, the mean spend otherwise.
    pub fn scale(&self, evidence: f64, mean_spend: f64) -> f64 {
        match self {
            Self::GammaGamma(model) if evidence > 0.0 => model.gamma + evidence * mean_spend,
            Self::GammaGamma(model) => model.gamma,
            Self::Observed(observed) => observed.mean,
        }
    }

    /// Returns the expected spend of one purchase in units of the scale.
    pub fn mean(&self, evidence: f64) -> f64 {
        match self {
            Self::GammaGamma(model) => model.p / (shape_of_rate(model, evidence) - 1.0),
            Self::Observed(_) => 1.0,
        }
    }

    /// Returns the expected square of the total of `N` purchases in units of the squared scale, given `E[N]` and
    /// `E[N^2]`.
    ///
    /// Under Gamma-Gamma it is `(p^2 E[N^2] + p E[N]) / ((Q - 1)(Q - 2))`, `Q = q + p x`. That is infinite for
    /// `Q <= 2`: below 2.5 the last factor is taken as at 2.5, which understates how far single giants may lie.
    pub fn mean_square(&self, evidence: f64, [count, square]: [f64; 2]) -> f64 {
        match self {
            Self::GammaGamma(model) => {
                let rate = shape_of_rate(model, evidence);
                let ratio = if rate > 2.0 {
                    ((rate - 1.0) / (rate - 2.0)).min(LARGEST_RATIO)
                } else {
                    LARGEST_RATIO
                };
                let purchases = model.p * model.p * square + model.p * count;
                purchases * ratio / (rate - 1.0).powi(2)
            }
            Self::Observed(observed) => observed.mean_square * square,
        }
    }

    /// Returns the derivatives of the logarithm of the expected spend in the logarithms of `p`, `q` and `gamma`; nil for
    /// observed spends.
    pub fn log_slopes(&self, evidence: f64, scale: f64) -> [f64; 3] {
        match self {
            Self::GammaGamma(model) => {
                let prior = shape_of_rate(model, evidence) - 1.0;
                [
                    1.0 - model.p * evidence / prior,
                    -model.q / prior,
                    model.gamma / scale,
                ]
            }
            Self::Observed(_) => [0.0; 3],
        }
    }

    /// Returns the evidence that tells customers' laws apart: all of them have one law where it counts for nothing.
    pub(super) fn evidence_told(&self, evidence: f64) -> f64 {
        match self {
            Self::GammaGamma(_) => evidence,
            Self::Observed(_) => 0.0,
        }
    }

    /// Returns how the law looks to customers of that evidence.
    pub(super) fn shape(&self, evidence: f64) -> Shape<'_> {
        match self {
            Self::GammaGamma(model) => Shape::BetaPrime {
                p: model.p,
                rate: shape_of_rate(model, evidence),
            },
            Self::Observed(observed) => Shape::Observed(observed),
        }
    }
}

/// Returns `q + p x`, the shape of what is known of a customer's rate.
fn shape_of_rate(model: &GammaGamma, evidence: f64) -> f64 {
    model.q + model.p * evidence
}

/// Mean spends as they were observed.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservedSpend {
    /// Mean over all purchases.
    mean: f64,
    /// Mean square of the spends in units of the squared mean.
    mean_square: f64,
    /// Ascending spends in units of the mean, the first and last among them, between which equal shares lie.
    quantiles: Vec<f64>,
}

impl ObservedSpend {
    /// Returns the law of customers' mean spends, each with its number of purchases as its weight.
    ///
    /// # Errors
    /// No customer, or a count or spend that is not finite and above zero.
    pub fn new(customers: &[(f64, f64)]) -> Result<Self, MathError> {
        let mut sorted = customers.to_vec();
        for (count, spend) in &sorted {
            positive("purchase_count", *count)?;
            positive("mean_spend", *spend)?;
        }
        if sorted.is_empty() {
            return Err(MathError::TooFewCustomers {
                found: 0,
                needed: 1,
            });
        }
        sorted.sort_by(|left, right| left.1.total_cmp(&right.1).then(left.0.total_cmp(&right.0)));
        let weight: f64 = sorted.iter().map(|(count, _)| count).sum();
        let mean = positive(
            "mean_spend",
            sorted
                .iter()
                .map(|(count, spend)| count * spend)
                .sum::<f64>()
                / weight,
        )?;
        let square = |(count, spend): &(f64, f64)| count * (spend / mean).powi(2);
        let mean_square = sorted.iter().map(square).sum::<f64>() / weight;
        let mut quantiles = Vec::with_capacity(QUANTILES + 1);
        let (mut place, mut passed) = (0, sorted[0].0);
        for step in 0..=QUANTILES {
            let wanted = weight * step as f64 / QUANTILES as f64;
            while passed < wanted && place + 1 < sorted.len() {
                place += 1;
                passed += sorted[place].0;
            }
            quantiles.push(sorted[place].1 / mean);
        }
        Ok(Self {
            mean,
            mean_square: non_negative("mean_square", mean_square)?,
            quantiles,
        })
    }

    /// Returns the law of one unit of money a purchase, for where no spend is known at all.
    pub fn nothing() -> Self {
        Self {
            mean: 1.0,
            mean_square: 1.0,
            quantiles: vec![1.0; QUANTILES + 1],
        }
    }

    /// Returns the mean over all purchases.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Returns the standard deviation between purchases' means.
    pub fn standard_deviation(&self) -> f64 {
        self.mean * (self.mean_square - 1.0).max(0.0).sqrt()
    }

    /// Returns the lowest and the highest spend in units of the mean.
    pub(super) fn ends(&self) -> [f64; 2] {
        [self.quantiles[0], self.quantiles[QUANTILES]]
    }

    /// Returns the share of spends at most that many means.
    pub(super) fn share_up_to(&self, spend: f64) -> f64 {
        let above = self
            .quantiles
            .partition_point(|quantile| *quantile <= spend);
        if above == 0 {
            return 0.0;
        }
        let Some(next) = self.quantiles.get(above) else {
            return 1.0;
        };
        let before = self.quantiles[above - 1];
        let part = (spend - before) / (next - before);
        ((above - 1) as f64 + part) / QUANTILES as f64
    }
}

/// Returns the distribution function at `y` of the beta-prime law `G(a) / G(b)`.
pub(super) fn beta_prime_cdf(a: f64, b: f64, y: f64) -> f64 {
    if y <= 0.0 {
        return 0.0;
    }
    if y.is_infinite() {
        return 1.0;
    }
    beta_lower_with_complement(a, b, y / (1.0 + y), 1.0 / (1.0 + y))
}
