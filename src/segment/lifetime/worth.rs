//! What persons are expected to buy and be worth, by the forecast in use.

use rayon::prelude::*;

use super::notes::Notes;
use super::{DAYS_PER_WEEK, Depth, HORIZON_MONTHS, How, Log};
use crate::config::SegmentConfig;
use crate::math::lifetime_value::{DAYS_PER_MONTH, LifetimeTerms, monthly_purchases};
use crate::math::matrix::Square;
use crate::math::purchases::predictive::CountLaw;
use crate::math::purchases::{BgBb, Distinct, NextPurchase, PurchaseModel, PurchaseSummary};
use crate::segment::choice::{Choice, Forecaster, Model, Simple};
use crate::segment::forecast::{Forecast, Spending};

/// Buyers as a model counts their time.
#[derive(Clone, Copy)]
struct Counted<'a> {
    buyers: &'a [PurchaseSummary],
    days_per_unit: f64,
}

impl Counted<'_> {
    /// Returns the discount rate of one unit of time, compounded at every moment.
    fn rate(&self, config: &SegmentConfig) -> f64 {
        let units_per_year = 12.0 * DAYS_PER_MONTH / self.days_per_unit;
        config.discount_rate.ln_1p() / units_per_year
    }
}

/// The columns of value to come.
pub(super) struct Worth {
    pub(super) alive_prob: Vec<Option<f64>>,
    pub(super) expected_spend: Vec<Option<f64>>,
    /// Median time to the next purchase.
    pub(super) next_purchase_days: Vec<Option<f64>>,
    /// Discounted purchases of the rest of the life (DERT).
    pub(super) discounted_purchases: Vec<Option<f64>>,
    pub(super) ahead: Ahead,
}

/// What is expected of the months to come.
pub(super) enum Ahead {
    /// Nothing is.
    Unknown,
    /// Purchases and value of the next twelve months, without their law.
    Expected {
        purchases: Vec<f64>,
        value: Vec<f64>,
    },
    /// The whole law by a model.
    Forecast(Box<Forecast>),
}

impl Worth {
    pub(super) fn compute(log: &Log, choice: &Choice, how: How<'_>, notes: &mut Notes) -> Self {
        notes.choice(choice);
        let covariance = || choice.log_covariance().cloned();
        let weekly = Counted {
            buyers: &log.summaries,
            days_per_unit: DAYS_PER_WEEK,
        };
        match &choice.forecaster {
            Some(Forecaster::Model(Model::BgNbd(model))) => {
                Self::with(model, median_wait, covariance(), weekly, log, how, notes)
            }
            Some(Forecaster::Model(Model::MbgNbd(model))) => {
                Self::with(model, median_wait, covariance(), weekly, log, how, notes)
            }
            Some(Forecaster::Model(Model::ParetoNbd(model))) => {
                let rate = weekly.rate(how.config);
                Self {
                    discounted_purchases: discounted(weekly, |customer| {
                        model.discounted_residual_purchases(rate, customer).ok()
                    }),
                    ..Self::with(model, median_wait, covariance(), weekly, log, how, notes)
                }
            }
            // The choice was made for these buyers.
            Some(Forecaster::Model(Model::BgBb(model, period)))
                if choice.by_opportunity.len() == log.summaries.len() =>
            {
                let counted = Counted {
                    buyers: &choice.by_opportunity,
                    days_per_unit: period.days(),
                };
                let rate = counted.rate(how.config).exp_m1();
                let wait = median_opportunity;
                Self {
                    discounted_purchases: discounted(counted, |customer| {
                        model.discounted_residual_purchases(rate, customer).ok()
                    }),
                    ..Self::with(model, wait, covariance(), counted, log, how, notes)
                }
            }
            Some(Forecaster::Simple(simple)) => {
                Self::without_model(simple, &choice.recent, log, how, notes)
            }
            Some(Forecaster::Model(Model::BgBb(..))) | None => Self {
                alive_prob: vec![None; log.summaries.len()],
                expected_spend: vec![None; log.summaries.len()],
                next_purchase_days: vec![None; log.summaries.len()],
                discounted_purchases: vec![None; log.summaries.len()],
                ahead: Ahead::Unknown,
            },
        }
    }

    /// Purchases by a naive forecast, spread evenly over the year.
    fn without_model(
        simple: &Simple,
        recent: &[f64],
        log: &Log,
        how: How<'_>,
        notes: &mut Notes,
    ) -> Self {
        let year = f64::from(HORIZON_MONTHS) * DAYS_PER_MONTH / DAYS_PER_WEEK;
        let spending = log.spending(how, notes);
        let purchases = simple.expected(year, &log.summaries, recent);
        let terms = how.terms(DAYS_PER_WEEK);
        let factor = terms.margin * terms.annuity_factor() / f64::from(HORIZON_MONTHS);
        let value = purchases
            .iter()
            .zip(&spending.persons)
            .map(|(count, spend)| count * spend.expected * factor)
            .collect();
        let alive_prob = simple.alive_probs(&log.summaries);
        Self {
            alive_prob: alive_prob.into_iter().map(Some).collect(),
            expected_spend: expected_spend(&spending, how.kept_share),
            next_purchase_days: vec![None; log.summaries.len()],
            discounted_purchases: vec![None; log.summaries.len()],
            ahead: Ahead::Expected { purchases, value },
        }
    }

    /// Purchases by a model; `wait` is the median time to the next one of who is alive with a probability.
    fn with<M: PurchaseModel + CountLaw>(
        model: &M,
        wait: fn(&M, &PurchaseSummary, f64) -> Option<f64>,
        log_covariance: Option<Square>,
        counted: Counted<'_>,
        log: &Log,
        how: How<'_>,
        notes: &mut Notes,
    ) -> Self {
        let spending = log.spending(how, notes);
        let distinct = Distinct::new(counted.buyers);
        let alive = distinct.per_row(|customer| model.alive_prob(customer));
        let waits: Vec<Option<f64>> = distinct
            .rows()
            .par_iter()
            .zip(&alive)
            .map(|(customer, alive)| {
                let found = wait(model, customer, *alive)?;
                Some(found * counted.days_per_unit)
            })
            .collect();
        let expected_spend = expected_spend(&spending, how.kept_share);
        let terms = how.terms(counted.days_per_unit);
        let ahead = match how.depth {
            Depth::Expected => expected(model, &distinct, &alive, &spending, &terms),
            Depth::Law => {
                Forecast::compute(model, log_covariance, counted.buyers, spending, &terms)
                    .ok()
                    .map(|found| Ahead::Forecast(Box::new(found)))
            }
        };
        Self {
            alive_prob: distinct.spread(&alive).into_iter().map(Some).collect(),
            expected_spend,
            next_purchase_days: distinct.spread(&waits),
            discounted_purchases: vec![None; log.summaries.len()],
            ahead: ahead.unwrap_or(Ahead::Unknown),
        }
    }
}

/// Returns the median time to the next purchase of a customer who is alive with that probability.
fn median_wait<M: NextPurchase>(
    model: &M,
    customer: &PurchaseSummary,
    alive_prob: f64,
) -> Option<f64> {
    let (x, age) = (customer.repeat_count, customer.customer_age);
    model.next_purchase_time_if_alive(0.5 / alive_prob, x, age)
}

/// Returns the same in opportunities: of the one in which the half is reached the part that, purchases spread evenly over it,
/// reaches it.
fn median_opportunity(model: &BgBb, customer: &PurchaseSummary, alive_prob: f64) -> Option<f64> {
    let (x, age) = (customer.repeat_count, customer.customer_age);
    let reached = median_wait(model, customer, alive_prob)?;
    let bought = |passed: f64| 1.0 - model.no_purchase_prob_if_alive(passed, x, age);
    let (before, after) = (bought(reached - 1.0), bought(reached));
    let part = (0.5 / alive_prob - before) / (after - before);
    let part = if part.is_finite() { part } else { 1.0 };
    Some(reached - 1.0 + part.clamp(0.0, 1.0))
}

/// Returns the discounted purchases of the rest of each customer's life; nothing without a discount, as the sum may then be
/// infinite.
fn discounted(
    counted: Counted<'_>,
    of: impl Fn(&PurchaseSummary) -> Option<f64> + Sync,
) -> Vec<Option<f64>> {
    let distinct = Distinct::new(counted.buyers);
    distinct.spread(&distinct.per_row(of))
}

/// Returns what a model expects of the next twelve months, given the probability of being alive by distinct customer.
fn expected<M: PurchaseModel + Sync>(
    model: &M,
    distinct: &Distinct,
    alive: &[f64],
    spending: &Spending,
    terms: &LifetimeTerms,
) -> Option<Ahead> {
    let if_alive = distinct.per_age(|customer| {
        let found = monthly_purchases(model, customer, terms, &[HORIZON_MONTHS]).ok()?;
        let year = found.first()?;
        Some([year.plain, year.discounted])
    });
    let by_row: Option<Vec<[f64; 2]>> = alive
        .iter()
        .zip(if_alive)
        .map(|(alive, if_alive)| Some(if_alive?.map(|purchases| alive * purchases)))
        .collect();
    let customers = distinct.spread(&by_row?);
    let value = customers
        .iter()
        .zip(&spending.persons)
        .map(|([_, discounted], spend)| discounted * spend.expected * terms.margin);
    Some(Ahead::Expected {
        value: value.collect(),
        purchases: customers.iter().map(|[plain, _]| *plain).collect(),
    })
}

/// Returns what a purchase day of each person is expected to come to, returns taken off.
fn expected_spend(spending: &Spending, kept_share: f64) -> Vec<Option<f64>> {
    let persons = spending.persons.iter();
    persons
        .map(|spend| Some(spend.expected * kept_share))
        .collect()
}
