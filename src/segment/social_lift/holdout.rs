//! What came after the cut, foretold without and with the signals.

use super::buyers::Buyers;
use crate::math::intervals::Interval;
use crate::math::purchases::PurchaseSummary;
use crate::math::purchases::covariates::{Comparison, CovariateModel, bootstrap_mean};

const CONFIDENCE: f64 = 0.95;
const RESAMPLES: usize = 1_000;
const SEED: u64 = 0x50C2;

/// How much better linked persons are foretold, person by person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Holdout {
    /// Mean absolute error of the number of purchase days, without the signals.
    pub mae: Option<f64>,
    /// With less without.
    pub mae_change: Option<Interval>,
    /// Change of the mean logarithmic score: of the log-likelihood of all purchases less that of those before the cut, which
    /// is the logarithm of the chance of what came after it given what came before.
    pub score_change: Option<Interval>,
}

impl Holdout {
    /// Compares both models of linked persons over the weeks after the cut; the interval is of persons drawn anew, each with
    /// the outcome under both models.
    pub(super) fn of(buyers: &Buyers, compared: &Comparison, weeks: f64) -> Self {
        let linked: Vec<usize> = (0..buyers.before.len())
            .filter(|customer| buyers.is_linked[*customer])
            .collect();
        let outcome = |model: &CovariateModel, customer: usize| {
            let row = compared.design.row(customer);
            Outcome::of(model, row, buyers, customer, weeks)
        };
        let outcomes: Vec<(Outcome, Outcome)> = linked
            .iter()
            .map(|&customer| {
                (
                    outcome(&compared.base.model, customer),
                    outcome(&compared.full.model, customer),
                )
            })
            .collect();
        let change = |of: fn(&Outcome) -> f64| -> Option<Interval> {
            let changes: Vec<f64> = outcomes
                .iter()
                .map(|(base, full)| of(full) - of(base))
                .collect();
            bootstrap_mean(&changes, CONFIDENCE, RESAMPLES, SEED).ok()
        };
        let sum: f64 = outcomes.iter().map(|(base, _)| base.error).sum();
        let mae = sum / outcomes.len() as f64;
        Self {
            mae: mae.is_finite().then_some(mae),
            mae_change: change(|outcome| outcome.error),
            score_change: change(|outcome| outcome.score),
        }
    }
}

/// How well one model foretold one person.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Outcome {
    error: f64,
    score: f64,
}

impl Outcome {
    fn of(
        model: &CovariateModel,
        row: &[f64],
        buyers: &Buyers,
        customer: usize,
        weeks: f64,
    ) -> Self {
        let before: &PurchaseSummary = &buyers.before[customer];
        let expected = model.expected_purchases(weeks, before, row);
        Self {
            error: (buyers.bought_after[customer] - expected).abs(),
            score: model.log_likelihood(&buyers.whole[customer], row)
                - model.log_likelihood(before, row),
        }
    }
}
