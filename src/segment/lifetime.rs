//! Value to come: BG/NBD or MBG/NBD for purchases, Gamma-Gamma for spend; [`forecast`](super::forecast) looks ahead with
//! them.
//!
//! Both purchase models are fitted and the likelier is used. Where too few people came back to fit any, the columns stay
//! empty and the table `models` says why: a number that looks like knowledge would be worse than none.

use polars::prelude::*;

use super::forecast::{Forecast, Spending, Totals, terms};
use crate::config::SegmentConfig;
use crate::math::MathError;
use crate::math::matrix::Square;
use crate::math::purchases::predictive::CountLaw;
use crate::math::purchases::{BgNbd, Fit, GammaGamma, MbgNbd, PurchaseModel, PurchaseSummary};
use crate::schema::{models, person_values as values};

/// Days in the models' unit of time.
pub(super) const DAYS_PER_WEEK: f64 = 7.0;
/// Fewest repeat buyers a model is fitted on; below, its parameters mean nothing.
pub(super) const FEWEST_REPEATERS: usize = 20;

/// The purchase model that explains the log best.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Chosen {
    BgNbd(BgNbd),
    MbgNbd(MbgNbd),
}

impl Chosen {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::BgNbd(_) => "BG/NBD",
            Self::MbgNbd(_) => "MBG/NBD",
        }
    }

    /// Returns the expected repeat purchases of somebody `weeks` weeks after the first.
    pub(super) fn expected_new(&self, weeks: f64) -> f64 {
        match self {
            Self::BgNbd(model) => model.expected_purchases_new(weeks),
            Self::MbgNbd(model) => model.expected_purchases_new(weeks),
        }
    }
}

/// Both fits of a log.
pub(super) struct Fits {
    bg: Result<Fit<BgNbd>, MathError>,
    mbg: Result<Fit<MbgNbd>, MathError>,
}

impl Fits {
    pub(super) fn of(summaries: &[PurchaseSummary]) -> Self {
        Self {
            bg: BgNbd::fit(summaries),
            mbg: MbgNbd::fit(summaries),
        }
    }

    /// Returns the likelier model.
    pub(super) fn chosen(&self) -> Option<Chosen> {
        match (&self.bg, &self.mbg) {
            (Ok(bg), Ok(mbg)) if mbg.log_likelihood > bg.log_likelihood => {
                Some(Chosen::MbgNbd(mbg.params))
            }
            (Ok(bg), _) => Some(Chosen::BgNbd(bg.params)),
            (Err(_), Ok(mbg)) => Some(Chosen::MbgNbd(mbg.params)),
            (Err(_), Err(_)) => None,
        }
    }
}

/// Adds the columns of value to come to a frame of buyers and returns the table `models` beside it, with what sums of
/// persons need where there is a forecast.
pub(super) fn add(
    buyers: DataFrame,
    config: &SegmentConfig,
) -> PolarsResult<(DataFrame, DataFrame, Option<Totals>)> {
    let log = Log::read(&buyers)?;
    let mut notes = Notes::default();
    let worth = Worth::compute(&log, config, &mut notes);
    let mut buyers = buyers;
    let floats = |column: crate::schema::Column, found: Vec<Option<f64>>| {
        Column::new(column.small_name(), found)
    };
    buyers.with_column(floats(values::ALIVE_PROB, worth.alive_prob))?;
    buyers.with_column(floats(values::EXPECTED_SPEND_MINOR, worth.expected_spend))?;
    Forecast::add(worth.forecast.as_ref(), &mut buyers)?;
    let totals = worth.forecast.map(|forecast| forecast.totals);
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
            .map(|((days, last), age)| PurchaseSummary {
                repeat_count: (days - 1) as f64,
                last_purchase_age: *last as f64 / DAYS_PER_WEEK,
                customer_age: *age as f64 / DAYS_PER_WEEK,
                weight: 1.0,
            })
            .collect();
        Ok(Self {
            summaries,
            mean_spends,
        })
    }

    fn repeater_count(&self) -> usize {
        self.summaries
            .iter()
            .filter(|summary| summary.repeat_count > 0.0)
            .count()
    }
}

/// The columns of value to come.
struct Worth {
    alive_prob: Vec<Option<f64>>,
    expected_spend: Vec<Option<f64>>,
    forecast: Option<Forecast>,
}

impl Worth {
    fn unknown(count: usize) -> Self {
        Self {
            alive_prob: vec![None; count],
            expected_spend: vec![None; count],
            forecast: None,
        }
    }

    fn compute(log: &Log, config: &SegmentConfig, notes: &mut Notes) -> Self {
        let unknown = Self::unknown(log.summaries.len());
        if log.repeater_count() < FEWEST_REPEATERS {
            notes.absent("too_few_repeaters");
            return unknown;
        }
        let fits = Fits::of(&log.summaries);
        let chosen = fits.chosen();
        notes.fit(
            "BG/NBD",
            fits.bg.as_ref().ok(),
            |model| vec![model.r, model.alpha, model.a, model.b],
            &chosen,
        );
        notes.fit(
            "MBG/NBD",
            fits.mbg.as_ref().ok(),
            |model| vec![model.r, model.alpha, model.a, model.b],
            &chosen,
        );
        match chosen {
            Some(Chosen::BgNbd(model)) => {
                let covariance = fits.bg.ok().and_then(|fit| fit.log_covariance);
                Self::with(&model, covariance, log, config, notes)
            }
            Some(Chosen::MbgNbd(model)) => {
                let covariance = fits.mbg.ok().and_then(|fit| fit.log_covariance);
                Self::with(&model, covariance, log, config, notes)
            }
            None => {
                notes.absent("not_converged");
                unknown
            }
        }
    }

    fn with<M: PurchaseModel + CountLaw>(
        model: &M,
        log_covariance: Option<Square>,
        log: &Log,
        config: &SegmentConfig,
        notes: &mut Notes,
    ) -> Self {
        let spending = Spending::of(&log.summaries, &log.mean_spends);
        notes.spending(&spending);
        let alive_prob = model.alive_probs(&log.summaries);
        let expected_spend = spending.persons.iter().map(|spend| spend.expected);
        Self {
            alive_prob: alive_prob.into_iter().map(Some).collect(),
            expected_spend: expected_spend.map(Some).collect(),
            forecast: Forecast::compute(
                model,
                log_covariance,
                &log.summaries,
                spending,
                &terms(config),
            )
            .ok(),
        }
    }
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

    fn fit<M: PurchaseModel>(
        &mut self,
        name: &str,
        fit: Option<&Fit<M>>,
        parameters: impl Fn(&M) -> Vec<f64>,
        chosen: &Option<Chosen>,
    ) {
        let Some(fit) = fit else { return };
        let is_used = chosen.as_ref().is_some_and(|chosen| chosen.name() == name);
        let parameters: Vec<(&str, f64)> = M::PARAMETER_NAMES
            .iter()
            .copied()
            .zip(parameters(&fit.params))
            .collect();
        self.parameters(name, &parameters, fit.standard_errors.as_deref(), is_used);
        self.quality(name, fit.log_likelihood, fit.gradient_norm, is_used);
    }

    fn spending(&mut self, spending: &Spending) {
        const MODEL: &str = "Gamma-Gamma";
        self.figure(MODEL, "spend_frequency_correlation", spending.correlation);
        let is_used = spending.fallback.is_none();
        if let Some(fit) = &spending.fit {
            let GammaGamma { p, q, gamma } = fit.params;
            let parameters = [("p", p), ("q", q), ("gamma", gamma)];
            self.parameters(MODEL, &parameters, fit.standard_errors.as_deref(), is_used);
            self.quality(MODEL, fit.log_likelihood, fit.gradient_norm, is_used);
        }
        if let Some(reason) = spending.fallback {
            const STAND_IN: &str = "mean spend";
            self.add(STAND_IN, reason, None, None, true);
            if let Some([mean, deviation]) = spending.observed() {
                self.add(STAND_IN, "mean_minor", Some(mean), None, true);
                let figure = "standard_deviation_minor";
                self.add(STAND_IN, figure, Some(deviation), None, true);
            }
        }
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
