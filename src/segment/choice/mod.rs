//! Which forecast the values rest on.
//!
//! Every purchase model and two naive forecasts are fitted on the purchases before some cut-offs and measured on those behind
//! them ([`trial`]); errors, and likelihood where errors cannot tell, decide ([`rule`]). Where the log says too little for a
//! model, a naive forecast stands in ([`simple`]), and the tables say so. Persons are summarised at a cut-off as they are for
//! the values themselves, and nothing after the as-of day is read.
//!
//! BG/BB is a candidate where purchases are bound to opportunities ([`discreteness`]): months or weeks ([`calendar`]), of
//! which buyers use some ([`opportunities`]).

mod calendar;
mod discreteness;
mod history;
mod models;
mod opportunities;
mod rule;
mod simple;
mod tables;
mod trial;
mod warnings;

use polars::prelude::*;

use self::history::{History, count_between};
use self::models::NamedFit;
use self::rule::{Entrant, Standing, Verdict};
use self::simple::{Habits, MEAN_RATE, SAME_PERIOD};
use self::trial::Trial;
use self::warnings::Warning;
use super::lifetime::FEWEST_REPEATERS;
use super::purchases::Ledger;
use crate::as_of::AsOf;
use crate::concurrent::on_a_worker;
use crate::config::{ModelsConfig, Opportunity};
use crate::math::matrix::Square;
use crate::math::purchases::PurchaseSummary;

pub(super) use self::calendar::Period;
pub(super) use self::models::{Fitted, Model, Seen, fit};
pub(super) use self::opportunities::Opportunities;
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
    /// Each buyer by opportunities, for BG/BB; else empty.
    pub(super) by_opportunity: Vec<PurchaseSummary>,
    /// Length of that period, as in the holdout.
    holdout_days: i64,
    /// `model_choices`
    pub(super) choices: DataFrame,
    /// `model_calibration`
    pub(super) calibration: DataFrame,
}

/// What is read of the log at one moment.
struct Log<'a> {
    /// What was bought at any moment.
    ledger: &'a Ledger,
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
        ledger: &Ledger,
        config: &ModelsConfig,
        as_of: &AsOf,
    ) -> PolarsResult<Self> {
        let mut log = Log::read(buyers, ledger, as_of)?;
        let period = log.judge_discreteness(config.opportunity);
        let opportunities = log.opportunities(period);
        // What cannot be fitted to all need not be tried.
        let period = period.filter(|_| opportunities.is_some());
        let fits = match log.obstacle {
            Some(_) => Vec::new(),
            None => fit(log.seen(opportunities.as_ref()), None, &[]),
        };
        let trial = match log.obstacle {
            Some(why) => Err(why),
            None => on_a_worker(|| Trial::run(&log.history, period, config, &fits)),
        };
        let entrants = entrants(&fits, trial.as_ref().ok(), period.is_some());
        let verdicts = log.decide(&entrants, trial.as_ref().map_err(|why| *why));
        let trial = trial.ok();
        let log_likelihood = |name: &str| fitted(&fits, name).map(|fit| fit.log_likelihood_of_days);
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
            by_opportunity: Vec::new(),
            holdout_days,
            choices,
            calibration,
        };
        choice.with_forecaster(name, log, opportunities.as_ref())
    }

    /// Returns the forecast of the same kind at an earlier moment, so that who moves between the two moves by what they did and
    /// not by a change of model; the mean rate where the kind cannot be fitted there.
    pub(super) fn at_earlier(
        &self,
        buyers: &DataFrame,
        ledger: &Ledger,
        as_of: &AsOf,
    ) -> PolarsResult<Self> {
        let log = Log::read(buyers, ledger, as_of)?;
        let name = self.forecaster.as_ref().map(Forecaster::name);
        let (wanted, reason) = match (log.obstacle, name) {
            (Some(why), _) => (Some(MEAN_RATE), why),
            (None, Some(name)) => (Some(name), self.reason),
            (None, None) => (None, self.reason),
        };
        let opportunities = log.opportunities(self.period().filter(|_| log.obstacle.is_none()));
        let fits = match wanted {
            Some(name) if name != MEAN_RATE && name != SAME_PERIOD => {
                fit(log.seen(opportunities.as_ref()), Some(name), &self.fits)
            }
            _ => Vec::new(),
        };
        let choice = Self {
            forecaster: None,
            reason,
            fits,
            warnings: Vec::new(),
            recent: Vec::new(),
            by_opportunity: Vec::new(),
            holdout_days: self.holdout_days,
            choices: self.choices.clear(),
            calibration: self.calibration.clear(),
        };
        choice.with_forecaster(wanted, log, opportunities.as_ref())
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

    /// Returns how long an opportunity of the model in use lasts; `None` for those that know none.
    pub(super) fn period(&self) -> Option<Period> {
        match &self.forecaster {
            Some(Forecaster::Model(Model::BgBb(_, period))) => Some(*period),
            _ => None,
        }
    }

    /// Returns the covariance of the logarithms of the parameters of the model in use; `None` at a boundary.
    pub(super) fn log_covariance(&self) -> Option<&Square> {
        fitted(&self.fits, self.model_name()?)?
            .log_covariance
            .as_ref()
    }

    fn with_forecaster(
        mut self,
        name: Option<&str>,
        log: Log<'_>,
        opportunities: Option<&Opportunities>,
    ) -> PolarsResult<Self> {
        self.warnings = log.warnings;
        self.warnings.extend(warnings::of_fits(&self.fits));
        let model = name
            .and_then(|name| fitted(&self.fits, name))
            .map(|fit| fit.model);
        self.forecaster = match (model, log.habits) {
            (Some(model), _) => Some(Forecaster::Model(model)),
            (None, Some(habits)) if name == Some(SAME_PERIOD) && self.holdout_days > 0 => {
                let last_day = log.history.last_day;
                self.recent = recent_counts(log.ledger, last_day, self.holdout_days);
                debug_assert_eq!(self.recent.len(), log.customers.len());
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
        if let (Some(_), Some(opportunities)) = (self.period(), opportunities) {
            self.by_opportunity = opportunities.now();
        }
        Ok(self)
    }
}

impl<'a> Log<'a> {
    fn read(buyers: &DataFrame, ledger: &'a Ledger, as_of: &AsOf) -> PolarsResult<Self> {
        let customers = super::lifetime::summaries(buyers)?;
        let mut history = History::read(ledger, customers.len(), as_of)?;
        let repeaters = history.repeater_count();
        // A sample without repeat buyers says nothing of a shop that has some.
        if repeaters < FEWEST_REPEATERS && repeaters < warnings::repeater_count(&customers) {
            history = History::read_whole(ledger, as_of);
        }
        let (warnings, obstacle) = warnings::of_log(&customers, &history);
        Ok(Self {
            habits: Habits::at(&history, history.last_day),
            ledger,
            customers,
            history,
            warnings,
            obstacle,
        })
    }

    /// Returns the period of the opportunities where BG/BB is a candidate, and keeps what the table `models` says of it.
    fn judge_discreteness(&mut self, setting: Opportunity) -> Option<Period> {
        if self.obstacle.is_some() {
            return None;
        }
        let (period, told) = discreteness::judge(setting, &self.history);
        self.warnings.extend(told);
        period
    }

    /// Returns the buyers by opportunities of a period.
    fn opportunities(&self, period: Option<Period>) -> Option<Opportunities> {
        let found = Opportunities::of_ledger(period?, self.ledger, self.history.last_day);
        // Both are read off the same orders; of others nothing could be said.
        (found.len() == self.customers.len()).then_some(found)
    }

    fn seen<'s>(&'s self, opportunities: Option<&'s Opportunities>) -> Seen<'s> {
        Seen {
            days: &self.customers,
            opportunities,
        }
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
fn entrants(fits: &[NamedFit], trial: Option<&Trial>, has_opportunities: bool) -> Vec<Entrant> {
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
    trial::entrants(has_opportunities)
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

/// Returns the number of purchase days of every buyer in the last `days` days, in the order of the buyers (by id).
fn recent_counts(ledger: &Ledger, last_day: i64, days: i64) -> Vec<f64> {
    let mut counts = Vec::new();
    ledger.each_buyer(last_day, |_, bought| {
        counts.push(count_between(bought, last_day - days, last_day));
    });
    counts
}

#[cfg(test)]
mod tests;
