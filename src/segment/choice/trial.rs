//! Forecasts of what is already known: fitted before a cut-off, measured behind it.

use rayon::prelude::*;

use super::calendar::Period;
use super::history::{History, count_between, summary_at};
use super::models::{self, Fitted, NamedFit, Seen};
use super::opportunities::Opportunities;
use super::simple::{Habits, MEAN_RATE, SAME_PERIOD, Simple};
use crate::config::ModelsConfig;
use crate::math::MathError;
use crate::math::holdout::{CalibrationBin, ForecastErrors, Ranking, calibration, squared_errors};
use crate::segment::lifetime::{DAYS_PER_WEEK, FEWEST_REPEATERS};

/// Confidence of every interval of the choice.
pub(super) const CONFIDENCE: f64 = 0.95;
/// Shortest log, in days, that is split.
const SHORTEST_LOG: i64 = 56;
/// Shortest period that is forecast, in days.
const SHORTEST_HOLDOUT: i64 = 7;
const BINS: usize = 10;

/// Where the log is split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    /// Last days of the fits, the latest first.
    pub(super) cut_offs: Vec<i64>,
    /// Days behind each that are forecast.
    pub(super) holdout_days: i64,
}

impl Plan {
    /// Splits a log: the latest cut-off leaves the holdout behind it, each further one lies half a holdout earlier. Before a
    /// cut-off lies at least a holdout's length.
    ///
    /// # Errors
    /// The key of the reason why there is no cut-off.
    pub(super) fn of(
        first_day: i64,
        last_day: i64,
        config: &ModelsConfig,
    ) -> Result<Self, &'static str> {
        if config.cutoffs == 0 {
            return Err("holdout_off");
        }
        let length = last_day - first_day + 1;
        let holdout_days = match config.holdout_days {
            0 => (length as f64 * config.holdout_share).round() as i64,
            days => i64::from(days),
        };
        if length < SHORTEST_LOG || holdout_days < SHORTEST_HOLDOUT {
            return Err("log_too_short");
        }
        let step = (holdout_days + 1) / 2;
        let cut_offs: Vec<i64> = (0..i64::from(config.cutoffs))
            .map(|place| last_day - holdout_days - place * step)
            .filter(|cut_off| cut_off - first_day + 1 >= holdout_days)
            .collect();
        if cut_offs.is_empty() {
            return Err("log_too_short");
        }
        Ok(Self {
            cut_offs,
            holdout_days,
        })
    }
}

/// What came of all forecasts at all cut-offs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Trial {
    pub(super) holdout_days: i64,
    /// The latest first.
    pub(super) cut_offs: Vec<CutOff>,
    person_count: usize,
}

/// What came of all forecasts at one cut-off.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CutOff {
    /// Last day of the fit.
    pub(super) day: i64,
    /// Places, among all persons, of those known by then.
    members: Vec<usize>,
    /// In the order of [`entrants`].
    pub(super) forecasts: Vec<Forecast>,
}

/// One forecast at one cut-off.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Forecast {
    pub(super) name: &'static str,
    /// `None` where the model did not converge.
    pub(super) measures: Option<Measures>,
}

/// How good a forecast was.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Measures {
    pub(super) errors: ForecastErrors,
    pub(super) gini: Option<f64>,
    pub(super) top_decile_lift: Option<f64>,
    /// Of the fit; `None` for naive forecasts.
    pub(super) log_likelihood: Option<f64>,
    pub(super) calibration: Vec<CalibrationBin>,
    /// Of each member, in order.
    squared: Vec<f64>,
}

/// Returns the names of all that is compared: models first, then the naive forecasts, the simpler first.
pub(super) fn entrants(has_opportunities: bool) -> impl Iterator<Item = &'static str> {
    models::names(has_opportunities).chain([MEAN_RATE, SAME_PERIOD])
}

impl Trial {
    /// Fits and measures everything at every cut-off with enough repeat buyers before it, BG/BB where there is a period of
    /// opportunities; `whole` are the fits to the whole log, from which those at cut-offs are sought.
    ///
    /// # Errors
    /// The key of the reason why nothing could be measured.
    pub(super) fn run(
        history: &History,
        period: Option<Period>,
        config: &ModelsConfig,
        whole: &[NamedFit],
    ) -> Result<Self, &'static str> {
        let first_day = history.log_start().ok_or("log_too_short")?;
        let plan = Plan::of(first_day, history.last_day, config)?;
        let cut_offs: Vec<Option<CutOff>> = plan
            .cut_offs
            .par_iter()
            .map(|day| CutOff::measure(history, period, *day, plan.holdout_days, whole))
            .collect();
        let cut_offs: Vec<CutOff> = cut_offs.into_iter().flatten().collect();
        if cut_offs.is_empty() {
            return Err("log_too_short");
        }
        Ok(Self {
            holdout_days: plan.holdout_days,
            cut_offs,
            person_count: history.person_count(),
        })
    }

    /// Returns what each person adds to the squared error of a forecast, scaled so that their mean is the mean over the cut-offs
    /// of the mean squared error; `None` when the forecast is missing at a cut-off.
    pub(super) fn losses(&self, name: &str) -> Option<Vec<f64>> {
        let mut losses = vec![0.0; self.person_count];
        for cut_off in &self.cut_offs {
            let measures = cut_off.forecast(name)?.measures.as_ref()?;
            let members = cut_off.members.len() as f64;
            let weight = self.person_count as f64 / members / self.cut_offs.len() as f64;
            for (&person, squared) in cut_off.members.iter().zip(&measures.squared) {
                losses[person] += weight * squared;
            }
        }
        Some(losses)
    }
}

impl CutOff {
    /// Returns `None` where too few persons had come back by then.
    fn measure(
        history: &History,
        period: Option<Period>,
        day: i64,
        holdout_days: i64,
        whole: &[NamedFit],
    ) -> Option<Self> {
        let (mut members, mut customers) = (Vec::new(), Vec::new());
        let (mut recent, mut actual) = (Vec::new(), Vec::new());
        for (place, days) in history.persons().enumerate() {
            let Some(customer) = summary_at(days, day) else {
                continue;
            };
            members.push(place);
            customers.push(customer);
            recent.push(count_between(days, day - holdout_days, day));
            actual.push(count_between(days, day, day + holdout_days));
        }
        let repeaters = customers
            .iter()
            .filter(|customer| customer.repeat_count > 0.0)
            .count();
        if repeaters < FEWEST_REPEATERS {
            return None;
        }
        let weeks = holdout_days as f64 / DAYS_PER_WEEK;
        let habits = Habits::at(history, day)?;
        let naive = [
            Simple::mean_rate(habits.clone()),
            Simple::same_period(habits, holdout_days),
        ];
        let opportunities = period.map(|period| Opportunities::of_history(period, history, day));
        let seen = Seen {
            days: &customers,
            opportunities: opportunities.as_ref(),
        };
        let days = holdout_days as f64;
        let fits = models::fit(seen, None, whole).into_iter();
        let modelled = fits.map(|(name, fit)| Forecast {
            name,
            measures: fit
                .and_then(|fit| Measures::of_model(&fit, days, seen, &actual))
                .ok(),
        });
        let naive = naive.iter().map(|simple| Forecast {
            name: simple.name(),
            measures: Measures::of(&simple.expected(weeks, &customers, &recent), &actual).ok(),
        });
        let forecasts = modelled.chain(naive).collect();
        Some(Self {
            day,
            members,
            forecasts,
        })
    }

    pub(super) fn forecast(&self, name: &str) -> Option<&Forecast> {
        self.forecasts.iter().find(|forecast| forecast.name == name)
    }
}

impl Measures {
    fn of_model(
        fit: &Fitted,
        days: f64,
        seen: Seen<'_>,
        actual: &[f64],
    ) -> Result<Self, MathError> {
        let measures = Self::of(&fit.model.expected(days, seen), actual)?;
        Ok(Self {
            log_likelihood: Some(fit.log_likelihood_of_days),
            ..measures
        })
    }

    fn of(predicted: &[f64], actual: &[f64]) -> Result<Self, MathError> {
        let ranking = Ranking::of(predicted, actual)?;
        Ok(Self {
            errors: ForecastErrors::of(predicted, actual)?,
            gini: ranking.gini,
            top_decile_lift: ranking.decile_lifts.map(|lifts| lifts[0]),
            log_likelihood: None,
            calibration: calibration(predicted, actual, BINS, CONFIDENCE)?,
            squared: squared_errors(predicted, actual)?,
        })
    }
}
