//! Which forecast the values rest on.
//!
//! Every purchase model and two naive forecasts are fitted on the purchases before some cut-offs and measured on those behind
//! them ([`trial`]); errors, and likelihood where errors cannot tell, decide ([`rule`]). Where the log says too little for a
//! model, a naive forecast stands in ([`simple`]), and the tables say so. Persons are summarised at a cut-off as they are for
//! the values themselves, and nothing after the as-of day is read.

mod history;
mod models;
mod rule;
mod simple;
mod tables;
mod trial;
mod warnings;

use polars::prelude::*;

use self::history::History;
use self::models::NamedFit;
use self::rule::{Entrant, Standing, Verdict};
use self::simple::{Habits, MEAN_RATE, SAME_PERIOD};
use self::trial::Trial;
use self::warnings::Warning;
use super::lifetime::FEWEST_REPEATERS;
use crate::as_of::AsOf;
use crate::config::ModelsConfig;
use crate::math::matrix::Square;
use crate::math::purchases::PurchaseSummary;
use crate::schema::{person_values as values, purchases};

pub(super) use self::models::{Fitted, Model, fit};
pub(super) use self::simple::Simple;
pub(super) use self::warnings::Dependence;

/// What forecasts the purchases of persons.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Forecaster {
    /// A fitted model.
    Model(Model),
    /// A naive forecast.
    Simple(Simple),
}

impl Forecaster {
    /// Returns the name that stands in tables.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Model(model) => model.name(),
            Self::Simple(simple) => simple.name(),
        }
    }
}

/// The forecast that is used at one moment, and why.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    /// `None` when nobody came back, so that there is nothing to go by.
    pub(super) forecaster: Option<Forecaster>,
    /// Key of the reason.
    pub(super) reason: &'static str,
    /// Models fitted to the whole log.
    pub(super) fits: Vec<NamedFit>,
    /// What speaks against trusting it.
    pub(super) warnings: Vec<Warning>,
    /// Purchase days of each buyer in the last period, for the forecast of the same again; else empty.
    pub(super) recent: Vec<f64>,
    /// Length of that period, as in the holdout.
    holdout_days: i64,
    /// `model_choices`
    pub(super) choices: DataFrame,
    /// `model_calibration`
    pub(super) calibration: DataFrame,
}

/// What is read of the log at one moment.
struct Log<'a> {
    buyers: &'a DataFrame,
    purchases: &'a DataFrame,
    customers: Vec<PurchaseSummary>,
    history: History,
    habits: Option<Habits>,
    warnings: Vec<Warning>,
    /// Key of the reason why no model may be used.
    obstacle: Option<&'static str>,
}

impl Choice {
    /// Measures all forecasts and chooses one for the buyers of `person_values`.
    pub(super) fn make(
        buyers: &DataFrame,
        purchases: &DataFrame,
        config: &ModelsConfig,
        as_of: &AsOf,
    ) -> PolarsResult<Self> {
        let log = Log::read(buyers, purchases, as_of)?;
        let trial = match log.obstacle {
            Some(why) => Err(why),
            None => Trial::run(&log.history, config),
        };
        let fits = match log.obstacle {
            Some(_) => Vec::new(),
            None => fit(&log.customers, None),
        };
        let entrants = entrants(&fits, trial.as_ref().ok());
        let verdicts = log.decide(&entrants, trial.as_ref().map_err(|why| *why));
        let trial = trial.ok();
        let log_likelihood = |name: &str| fitted(&fits, name).map(|fit| fit.log_likelihood);
        let choices = tables::choices(&verdicts, trial.as_ref(), log_likelihood)?;
        let calibration = tables::calibration(&verdicts, trial.as_ref())?;
        let chosen = verdicts.iter().find(|verdict| verdict.is_chosen);
        let reason = chosen
            .or(verdicts.first())
            .map_or("not_converged", |verdict| verdict.reason);
        let holdout_days = trial.map_or(0, |trial| trial.holdout_days);
        let name = chosen.map(|verdict| verdict.name);
        let choice = Self {
            forecaster: None,
            reason,
            fits,
            warnings: Vec::new(),
            recent: Vec::new(),
            holdout_days,
            choices,
            calibration,
        };
        choice.with_forecaster(name, log)
    }

    /// Returns the forecast of the same kind at an earlier moment, so that who moves between the two moves by what they did and
    /// not by a change of model; the mean rate where the kind cannot be fitted there.
    pub(super) fn at_earlier(
        &self,
        buyers: &DataFrame,
        purchases: &DataFrame,
        as_of: &AsOf,
    ) -> PolarsResult<Self> {
        let log = Log::read(buyers, purchases, as_of)?;
        let name = self.forecaster.as_ref().map(Forecaster::name);
        let (wanted, reason) = match (log.obstacle, name) {
            (Some(why), _) => (Some(MEAN_RATE), why),
            (None, Some(name)) => (Some(name), self.reason),
            (None, None) => (None, self.reason),
        };
        let fits = match wanted {
            Some(name) if name != MEAN_RATE && name != SAME_PERIOD => {
                fit(&log.customers, Some(name))
            }
            _ => Vec::new(),
        };
        let choice = Self {
            forecaster: None,
            reason,
            fits,
            warnings: Vec::new(),
            recent: Vec::new(),
            holdout_days: self.holdout_days,
            choices: self.choices.clear(),
            calibration: self.calibration.clear(),
        };
        choice.with_forecaster(wanted, log)
    }

    /// Whether expected purchases count with the probability of being a customer still.
    pub(super) fn weighs_with_alive_prob(&self) -> bool {
        !matches!(&self.forecaster, Some(Forecaster::Simple(simple)) if simple.name() == SAME_PERIOD)
    }

    /// Returns the name of the model in use, when it is one.
    pub(super) fn model_name(&self) -> Option<&'static str> {
        match &self.forecaster {
            Some(Forecaster::Model(model)) => Some(model.name()),
            _ => None,
        }
    }

    /// Returns the covariance of the logarithms of the parameters of the model in use; `None` at a boundary.
    pub(super) fn log_covariance(&self) -> Option<&Square> {
        fitted(&self.fits, self.model_name()?)?
            .log_covariance
            .as_ref()
    }

    fn with_forecaster(mut self, name: Option<&str>, log: Log<'_>) -> PolarsResult<Self> {
        self.warnings = log.warnings;
        self.warnings.extend(warnings::of_fits(&self.fits));
        let model = name
            .and_then(|name| fitted(&self.fits, name))
            .map(|fit| fit.model);
        self.forecaster = match (model, log.habits) {
            (Some(model), _) => Some(Forecaster::Model(model)),
            (None, Some(habits)) if name == Some(SAME_PERIOD) && self.holdout_days > 0 => {
                self.recent = recent_counts(
                    log.buyers,
                    log.purchases,
                    log.history.last_day,
                    self.holdout_days,
                )?;
                Some(Forecaster::Simple(Simple::same_period(
                    habits,
                    self.holdout_days,
                )))
            }
            (None, Some(habits)) if name.is_some() => {
                Some(Forecaster::Simple(Simple::mean_rate(habits)))
            }
            _ => None,
        };
        Ok(self)
    }
}

impl<'a> Log<'a> {
    fn read(buyers: &'a DataFrame, purchases: &'a DataFrame, as_of: &AsOf) -> PolarsResult<Self> {
        let customers = super::lifetime::summaries(buyers)?;
        let mut history = History::read(purchases, customers.len(), as_of)?;
        let repeaters = history.repeater_count();
        // A sample without repeat buyers says nothing of a shop that has some.
        if repeaters < FEWEST_REPEATERS && repeaters < warnings::repeater_count(&customers) {
            history = History::read_whole(purchases, as_of)?;
        }
        let (warnings, obstacle) = warnings::of_log(&customers, &history);
        Ok(Self {
            habits: Habits::at(&history, history.last_day),
            buyers,
            purchases,
            customers,
            history,
            warnings,
            obstacle,
        })
    }

    /// Returns a verdict on every entrant; none is chosen when nobody came back.
    fn decide(&self, entrants: &[Entrant], trial: Result<&Trial, &'static str>) -> Vec<Verdict> {
        let is_hopeless = self.habits.is_none();
        match (self.obstacle, trial) {
            _ if self.customers.is_empty() => rule::by_default(entrants, None, "no_orders"),
            (Some(_), _) if is_hopeless => rule::by_default(entrants, None, "no_repeat_purchases"),
            (Some(why), _) => rule::by_default(entrants, Some(MEAN_RATE), why),
            (None, Ok(_)) => rule::by_holdout(entrants).unwrap_or_else(|| {
                rule::by_default(entrants, Some(MEAN_RATE), rule::obstacle(entrants))
            }),
            (None, Err(why)) => rule::by_likelihood(entrants, why).unwrap_or_else(|| {
                rule::by_default(entrants, Some(MEAN_RATE), rule::obstacle(entrants))
            }),
        }
    }
}

/// Returns what is known of every model and naive forecast, in their order.
fn entrants(fits: &[NamedFit], trial: Option<&Trial>) -> Vec<Entrant> {
    let standing = |name: &str| {
        if name == MEAN_RATE || name == SAME_PERIOD {
            return Standing::Naive;
        }
        match fits.iter().find(|(fitted, _)| *fitted == name) {
            None => Standing::Untried,
            Some((_, Err(_))) => Standing::Failed,
            Some((_, Ok(fit))) => Standing::Fitted {
                evidence: fit.evidence(),
                at_boundary: fit.at_boundary,
            },
        }
    };
    trial::entrants()
        .map(|name| Entrant {
            name,
            standing: standing(name),
            losses: trial.and_then(|trial| trial.losses(name)),
        })
        .collect()
}

/// Returns the fit of that name.
fn fitted<'f>(fits: &'f [NamedFit], name: &str) -> Option<&'f Fitted> {
    let found = fits.iter().find(|(fitted, _)| *fitted == name);
    found.and_then(|(_, fit)| fit.as_ref().ok())
}

/// Returns the purchase days of every buyer in the last `days` days, in the order of the buyers (by id).
fn recent_counts(
    buyers: &DataFrame,
    log: &DataFrame,
    last_day: i64,
    days: i64,
) -> PolarsResult<Vec<f64>> {
    let day = || {
        purchases::PURCHASED_ON
            .expr()
            .cast(DataType::Int32)
            .cast(DataType::Int64)
    };
    let counts = log
        .clone()
        .lazy()
        .filter(
            purchases::IS_RETURN
                .expr()
                .not()
                .and(purchases::PERSON_ID.expr().is_not_null())
                .and(day().gt(lit(last_day - days)))
                .and(day().lt_eq(lit(last_day))),
        )
        .group_by([purchases::PERSON_ID.expr()])
        .agg([purchases::PURCHASED_ON
            .expr()
            .n_unique()
            .cast(DataType::Float64)
            .alias("__recent")]);
    let found = buyers
        .clone()
        .lazy()
        .select([values::PERSON_ID.expr()])
        .left_join(
            counts,
            values::PERSON_ID.expr(),
            purchases::PERSON_ID.expr(),
        )
        .sort([values::PERSON_ID.name], SortMultipleOptions::default())
        .collect()?;
    Ok(found
        .column("__recent")?
        .f64()?
        .iter()
        .map(Option::unwrap_or_default)
        .collect())
}

#[cfg(test)]
mod tests;
