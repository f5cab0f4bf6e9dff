//! Value to come: the purchase model of the choice ([`super::choice`]), Gamma-Gamma for spend; [`super::forecast`] looks ahead
//! with them.
//!
//! Where no model holds, a naive forecast stands in and the table `models` says why; where nobody came back, the columns stay
//! empty: a number that looks like knowledge would be worse than none.

use polars::prelude::*;
use rayon::prelude::*;

use super::choice::{Choice, Dependence, Fitted, Forecaster, Model, Simple};
use super::forecast::{Forecast, Spending, Totals, terms};
use crate::config::SegmentConfig;
use crate::math::MathError;
use crate::math::lifetime_value::{DAYS_PER_MONTH, LifetimeTerms, monthly_purchases};
use crate::math::matrix::Square;
use crate::math::purchases::predictive::CountLaw;
use crate::math::purchases::{
    Distinct, Fit, GammaGamma, NextPurchase, ParetoNbd, PurchaseModel, PurchaseSummary,
};
use crate::schema::{models, person_values as values};

/// Days in the models' unit of time.
pub(super) const DAYS_PER_WEEK: f64 = 7.0;
/// Fewest repeat buyers a model is fitted on; below, its parameters mean nothing.
pub(super) const FEWEST_REPEATERS: usize = 20;
/// Name of the model of the spend.
const GAMMA_GAMMA: &str = "Gamma-Gamma";
/// Months of the first horizon, and of naive forecasts.
pub(super) const HORIZON_MONTHS: u32 = 12;

/// Returns the summary of a person of so many purchase days, and so many days from the first to the last of them and to the end
/// of the observation.
pub(super) fn summary(
    purchase_days: i64,
    last_purchase_age_days: i64,
    customer_age_days: i64,
) -> PurchaseSummary {
    PurchaseSummary {
        repeat_count: (purchase_days - 1) as f64,
        last_purchase_age: last_purchase_age_days as f64 / DAYS_PER_WEEK,
        customer_age: customer_age_days as f64 / DAYS_PER_WEEK,
        weight: 1.0,
    }
}

/// Returns the summaries of the buyers, in their order.
pub(super) fn summaries(buyers: &DataFrame) -> PolarsResult<Vec<PurchaseSummary>> {
    Log::read(buyers).map(|log| log.summaries)
}

/// How much is computed of value to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// The expected purchases and value of twelve months.
    Expected,
    /// All horizons with their intervals.
    Law,
}

/// What values to come are computed from beside the buyers and the choice.
#[derive(Clone, Copy)]
pub(super) struct How<'a> {
    /// Margin, discount rate.
    pub(super) config: &'a SegmentConfig,
    pub(super) depth: Depth,
    /// Share of the sales that does not come back, 0..1.
    pub(super) kept_share: f64,
}

impl How<'_> {
    /// Returns the terms of a value: who keeps a share of the sales earns the margin on that share.
    fn terms(&self) -> LifetimeTerms {
        let terms = terms(self.config);
        LifetimeTerms {
            margin: terms.margin * self.kept_share,
            ..terms
        }
    }
}

/// Adds the columns of value to come to a frame of buyers and returns the table `models` beside it, with what sums of persons
/// need where there is the forecast of a model.
pub(super) fn add(
    buyers: DataFrame,
    choice: &Choice,
    how: How<'_>,
) -> PolarsResult<(DataFrame, DataFrame, Option<Totals>)> {
    let log = Log::read(&buyers)?;
    let mut notes = Notes::default();
    let worth = Worth::compute(&log, choice, how, &mut notes);
    let mut buyers = buyers;
    let floats = |column: crate::schema::Column, found: Vec<Option<f64>>| {
        Column::new(column.small_name(), found)
    };
    buyers.with_column(floats(values::ALIVE_PROB, worth.alive_prob))?;
    buyers.with_column(floats(values::EXPECTED_SPEND_MINOR, worth.expected_spend))?;
    buyers.with_column(floats(values::NEXT_PURCHASE_DAYS, worth.next_purchase_days))?;
    buyers.with_column(floats(
        values::DISCOUNTED_PURCHASE_COUNT,
        worth.discounted_purchases,
    ))?;
    let totals = match worth.ahead {
        Ahead::Forecast(found) => {
            Forecast::add(Some(&*found), &mut buyers)?;
            Some(found.totals)
        }
        Ahead::Expected { purchases, value } => {
            Forecast::add_expected(purchases, &value, &mut buyers)?;
            None
        }
        Ahead::Unknown => {
            Forecast::add(None, &mut buyers)?;
            None
        }
    };
    Ok((buyers, notes.frame()?, totals))
}

/// What the models read of the buyers.
struct Log {
    summaries: Vec<PurchaseSummary>,
    /// Mean spend of a repeat purchase day, in minor units.
    mean_spends: Vec<Option<f64>>,
}

impl Log {
    fn read(buyers: &DataFrame) -> PolarsResult<Self> {
        let whole = |column: crate::schema::Column| -> PolarsResult<Vec<i64>> {
            Ok(buyers
                .column(column.name)?
                .i64()?
                .iter()
                .map(Option::unwrap_or_default)
                .collect())
        };
        let days = whole(values::PURCHASE_DAY_COUNT)?;
        let last = whole(values::LAST_PURCHASE_AGE_DAYS)?;
        let age = whole(values::CUSTOMER_AGE_DAYS)?;
        let mean_spends = buyers
            .column(values::MEAN_REPEAT_SPEND_MINOR.name)?
            .f64()?
            .iter()
            .collect();
        let summaries = days
            .iter()
            .zip(&last)
            .zip(&age)
            .map(|((days, last), age)| summary(*days, *last, *age))
            .collect();
        Ok(Self {
            summaries,
            mean_spends,
        })
    }

    /// Returns the buyers that differ.
    fn distinct(&self) -> Distinct {
        Distinct::new(&self.summaries)
    }

    /// Returns the spend of the buyers before returns, and notes how it was found and how much of it is kept.
    fn spending(&self, how: How<'_>, notes: &mut Notes) -> Spending {
        let spending = Spending::of(&self.summaries, &self.mean_spends);
        notes.spending(&spending, how.kept_share);
        spending
    }
}

/// The columns of value to come.
struct Worth {
    alive_prob: Vec<Option<f64>>,
    expected_spend: Vec<Option<f64>>,
    /// Median time to the next purchase.
    next_purchase_days: Vec<Option<f64>>,
    /// Discounted purchases of the rest of the life (DERT).
    discounted_purchases: Vec<Option<f64>>,
    ahead: Ahead,
}

/// What is expected of the months to come.
enum Ahead {
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
    fn compute(log: &Log, choice: &Choice, how: How<'_>, notes: &mut Notes) -> Self {
        notes.choice(choice);
        let covariance = || choice.log_covariance().cloned();
        match &choice.forecaster {
            Some(Forecaster::Model(Model::BgNbd(model))) => {
                Self::with(model, covariance(), log, how, notes)
            }
            Some(Forecaster::Model(Model::MbgNbd(model))) => {
                Self::with(model, covariance(), log, how, notes)
            }
            Some(Forecaster::Model(Model::ParetoNbd(model))) => Self {
                discounted_purchases: discounted_purchases(model, &log.distinct(), how.config),
                ..Self::with(model, covariance(), log, how, notes)
            },
            Some(Forecaster::Simple(simple)) => {
                Self::without_model(simple, &choice.recent, log, how, notes)
            }
            None => Self {
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
        let terms = how.terms();
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

    fn with<M: PurchaseModel + CountLaw + NextPurchase>(
        model: &M,
        log_covariance: Option<Square>,
        log: &Log,
        how: How<'_>,
        notes: &mut Notes,
    ) -> Self {
        let spending = log.spending(how, notes);
        let distinct = log.distinct();
        let alive = distinct.per_row(|customer| model.alive_prob(customer));
        let waits: Vec<Option<f64>> = distinct
            .rows()
            .par_iter()
            .zip(&alive)
            .map(|(customer, alive)| median_wait(model, customer, *alive))
            .collect();
        let expected_spend = expected_spend(&spending, how.kept_share);
        let terms = how.terms();
        let ahead = match how.depth {
            Depth::Expected => expected(model, &distinct, &alive, &spending, &terms),
            Depth::Law => {
                Forecast::compute(model, log_covariance, &log.summaries, spending, &terms)
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

/// Returns the median days to the next purchase of a customer who is alive with that probability.
fn median_wait<M: NextPurchase>(
    model: &M,
    customer: &PurchaseSummary,
    alive_prob: f64,
) -> Option<f64> {
    let (x, age) = (customer.repeat_count, customer.customer_age);
    let weeks = model.next_purchase_time_if_alive(0.5 / alive_prob, x, age)?;
    Some(weeks * DAYS_PER_WEEK)
}

/// Returns what a model expects of the next twelve months, given the probability of being alive by distinct customer.
fn expected<M: PurchaseModel + Sync>(
    model: &M,
    distinct: &Distinct,
    alive: &[f64],
    spending: &Spending,
    terms: &LifetimeTerms,
) -> Option<Ahead> {
    let weeks = f64::from(HORIZON_MONTHS) * DAYS_PER_MONTH / DAYS_PER_WEEK;
    let if_alive = distinct.per_age(|customer| {
        let (x, age) = (customer.repeat_count, customer.customer_age);
        let found = monthly_purchases(model, customer, terms, &[HORIZON_MONTHS]);
        let discounted = found.ok()?.first()?.discounted;
        let plain = model.expected_purchases_if_alive(weeks, x, age);
        Some([plain, discounted])
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

/// Returns the discounted purchases of the rest of each customer's life at the yearly rate of the settings; nothing without a
/// rate, as the sum may then be infinite.
fn discounted_purchases(
    model: &ParetoNbd,
    distinct: &Distinct,
    config: &SegmentConfig,
) -> Vec<Option<f64>> {
    let weeks_per_year = 12.0 * DAYS_PER_MONTH / DAYS_PER_WEEK;
    let rate = config.discount_rate.ln_1p() / weeks_per_year;
    let found =
        distinct.per_row(|customer| model.discounted_residual_purchases(rate, customer).ok());
    distinct.spread(&found)
}

/// Returns what a purchase day of each person is expected to come to, returns taken off.
fn expected_spend(spending: &Spending, kept_share: f64) -> Vec<Option<f64>> {
    let persons = spending.persons.iter();
    persons
        .map(|spend| Some(spend.expected * kept_share))
        .collect()
}

/// The rows of the table `models`.
#[derive(Default)]
struct Notes {
    rows: Vec<Note>,
}

/// One figure of a model.
struct Note {
    model: String,
    figure: String,
    value: Option<f64>,
    standard_error: Option<f64>,
    is_used: bool,
}

impl Notes {
    fn add(
        &mut self,
        model: &str,
        figure: &str,
        value: Option<f64>,
        standard_error: Option<f64>,
        is_used: bool,
    ) {
        self.rows.push(Note {
            model: model.into(),
            figure: figure.into(),
            value,
            standard_error,
            is_used,
        });
    }

    fn absent(&mut self, reason: &str) {
        self.add("none", reason, None, None, false);
    }

    fn figure(&mut self, model: &str, figure: &str, value: Option<f64>) {
        self.add(model, figure, value, None, false);
    }

    /// Tells what is used, what speaks against it, and every fit.
    fn choice(&mut self, choice: &Choice) {
        let used = choice.model_name();
        if used.is_none() {
            self.absent(choice.reason);
        }
        if let Some(Forecaster::Simple(simple)) = &choice.forecaster {
            self.add(simple.name(), choice.reason, None, None, true);
        }
        for warning in &choice.warnings {
            self.figure(warning.model, warning.figure, warning.value);
        }
        for (name, fit) in &choice.fits {
            if let Ok(fit) = fit {
                self.fit(name, fit, used == Some(*name));
            }
        }
    }

    fn fit(&mut self, name: &str, fit: &Fitted, is_used: bool) {
        let errors = fit.standard_errors.as_deref();
        self.parameters(name, &fit.model.parameters(), errors, is_used);
        self.quality(name, fit.log_likelihood, fit.gradient_norm, is_used);
    }

    /// Tells what the spend rests on: Gamma-Gamma, or what stands in for it and why; and how much of it does not come back.
    fn spending(&mut self, spending: &Spending, kept_share: f64) {
        const STAND_IN: &str = "mean spend";
        self.dependence(&spending.dependence);
        self.spend_fit(&spending.fit, spending.fallback.is_none());
        let mut used = GAMMA_GAMMA;
        if let Some(reason) = spending.fallback {
            used = STAND_IN;
            self.add(STAND_IN, reason, None, None, true);
            if let Some([mean, deviation]) = spending.observed() {
                self.add(STAND_IN, "mean_minor", Some(mean), None, true);
                let figure = "standard_deviation_minor";
                self.add(STAND_IN, figure, Some(deviation), None, true);
            }
        }
        self.add(used, "kept_sales_share", Some(kept_share), None, true);
    }

    fn dependence(&mut self, found: &Dependence) {
        let model = GAMMA_GAMMA;
        self.figure(model, "spend_frequency_correlation", found.correlation);
        self.figure(model, "spend_frequency_p_value", found.p_value);
        if found.is_notable() {
            self.figure(model, "spend_depends_on_frequency", found.correlation);
        }
    }

    fn spend_fit(&mut self, fit: &Result<Fit<GammaGamma>, MathError>, is_used: bool) {
        let name = GAMMA_GAMMA;
        let fit = match fit {
            Ok(fit) => fit,
            Err(MathError::TooFewCustomers { found, .. }) => {
                return self.figure(name, "too_few_repeaters", Some(*found as f64));
            }
            Err(_) => return self.figure(name, "not_converged", None),
        };
        let model = &fit.params;
        if model.q <= 1.0 {
            self.figure(name, "infinite_mean", Some(model.q));
        }
        if fit.at_boundary {
            self.figure(name, "boundary_solution", Some(fit.gradient_norm));
        }
        let parameters = [("p", model.p), ("q", model.q), ("gamma", model.gamma)];
        self.parameters(name, &parameters, fit.standard_errors.as_deref(), is_used);
        self.quality(name, fit.log_likelihood, fit.gradient_norm, is_used);
    }

    fn parameters(
        &mut self,
        model: &str,
        parameters: &[(&str, f64)],
        errors: Option<&[f64]>,
        is_used: bool,
    ) {
        for (place, (name, value)) in parameters.iter().enumerate() {
            let error = errors.and_then(|errors| errors.get(place).copied());
            self.add(model, name, Some(*value), error, is_used);
        }
    }

    fn quality(&mut self, model: &str, log_likelihood: f64, gradient_norm: f64, is_used: bool) {
        for (figure, value) in [
            ("log_likelihood", log_likelihood),
            ("gradient_norm", gradient_norm),
        ] {
            self.add(model, figure, Some(value), None, is_used);
        }
    }

    fn frame(&self) -> PolarsResult<DataFrame> {
        let rows = &self.rows;
        let position: Vec<i64> = (1..).take(rows.len()).collect();
        DataFrame::new(
            rows.len(),
            vec![
                Column::new(
                    models::MODEL.small_name(),
                    rows.iter()
                        .map(|row| row.model.as_str())
                        .collect::<Vec<_>>(),
                ),
                Column::new(models::POSITION.small_name(), position),
                Column::new(
                    models::FIGURE.small_name(),
                    rows.iter()
                        .map(|row| row.figure.as_str())
                        .collect::<Vec<_>>(),
                ),
                Column::new(
                    models::VALUE.small_name(),
                    rows.iter().map(|row| row.value).collect::<Vec<_>>(),
                ),
                Column::new(
                    models::STANDARD_ERROR.small_name(),
                    rows.iter()
                        .map(|row| row.standard_error)
                        .collect::<Vec<_>>(),
                ),
                Column::new(
                    models::IS_USED.small_name(),
                    rows.iter().map(|row| row.is_used).collect::<Vec<_>>(),
                ),
            ],
        )
    }
}
