//! Value to come: the purchase model of the choice ([`super::choice`]), Gamma-Gamma for spend, twelve months ahead.
//!
//! Where no model holds, a naive forecast stands in and the table `models` says why; where nobody came back, the columns stay
//! empty: a number that looks like knowledge would be worse than none.

use polars::prelude::*;

use super::choice::{Choice, Dependence, Fitted, Forecaster, Model, Simple};
use crate::config::SegmentConfig;
use crate::math::MathError;
use crate::math::lifetime_value::{DAYS_PER_MONTH, LifetimeTerms, lifetime_values};
use crate::math::purchases::{Fit, GammaGamma, PurchaseModel, PurchaseSummary, SpendSummary};
use crate::schema::{models, person_values as values};

/// Days in the models' unit of time.
pub(super) const DAYS_PER_WEEK: f64 = 7.0;
/// Fewest repeat buyers a model is fitted on; below, its parameters mean nothing.
pub(super) const FEWEST_REPEATERS: usize = 20;
/// Months looked ahead.
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

/// Adds the columns of value to come to a frame of buyers and returns the table `models` beside it.
pub(super) fn add(
    buyers: DataFrame,
    choice: &Choice,
    config: &SegmentConfig,
) -> PolarsResult<(DataFrame, DataFrame)> {
    let log = Log::read(&buyers)?;
    let mut notes = Notes::default();
    let worth = Worth::compute(&log, choice, config, &mut notes);
    let mut buyers = buyers;
    let floats = |column: crate::schema::Column, found: Vec<Option<f64>>| {
        Column::new(column.small_name(), found)
    };
    buyers.with_column(floats(values::ALIVE_PROB, worth.alive_prob))?;
    buyers.with_column(floats(
        values::EXPECTED_PURCHASE_COUNT,
        worth.expected_purchases,
    ))?;
    buyers.with_column(floats(values::EXPECTED_SPEND_MINOR, worth.expected_spend))?;
    let minor: Vec<Option<i64>> = worth
        .lifetime_value
        .iter()
        .map(|value| value.map(|value| value.round() as i64))
        .collect();
    buyers.with_column(Column::new(values::LTV_MINOR.small_name(), minor))?;
    Ok((buyers, notes.frame()?))
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
}

/// The columns of value to come.
struct Worth {
    alive_prob: Vec<Option<f64>>,
    expected_purchases: Vec<Option<f64>>,
    expected_spend: Vec<Option<f64>>,
    lifetime_value: Vec<Option<f64>>,
}

impl Worth {
    fn unknown(count: usize) -> Self {
        Self {
            alive_prob: vec![None; count],
            expected_purchases: vec![None; count],
            expected_spend: vec![None; count],
            lifetime_value: vec![None; count],
        }
    }

    fn compute(log: &Log, choice: &Choice, config: &SegmentConfig, notes: &mut Notes) -> Self {
        notes.choice(choice);
        match &choice.forecaster {
            Some(Forecaster::Model(Model::BgNbd(model))) => Self::with(model, log, config, notes),
            Some(Forecaster::Model(Model::MbgNbd(model))) => Self::with(model, log, config, notes),
            Some(Forecaster::Simple(simple)) => {
                Self::without_model(simple, &choice.recent, log, config, notes)
            }
            None => Self::unknown(log.summaries.len()),
        }
    }

    /// Purchases by a naive forecast, spread evenly over the year.
    fn without_model(
        simple: &Simple,
        recent: &[f64],
        log: &Log,
        config: &SegmentConfig,
        notes: &mut Notes,
    ) -> Self {
        let year = f64::from(HORIZON_MONTHS) * DAYS_PER_MONTH / DAYS_PER_WEEK;
        let expected = simple.expected(year, &log.summaries, recent);
        let spends = expected_spends(log, notes);
        let terms = terms(config);
        let factor = terms.margin * terms.annuity_factor() / f64::from(HORIZON_MONTHS);
        let worth = expected.iter().zip(&spends);
        Self {
            lifetime_value: worth
                .map(|(count, spend)| Some(count * spend * factor))
                .collect(),
            alive_prob: simple
                .alive_probs(&log.summaries)
                .into_iter()
                .map(Some)
                .collect(),
            expected_purchases: expected.into_iter().map(Some).collect(),
            expected_spend: spends.into_iter().map(Some).collect(),
        }
    }

    fn with<M: PurchaseModel>(
        model: &M,
        log: &Log,
        config: &SegmentConfig,
        notes: &mut Notes,
    ) -> Self {
        let year = f64::from(HORIZON_MONTHS) * DAYS_PER_MONTH / DAYS_PER_WEEK;
        let alive_prob = model
            .alive_probs(&log.summaries)
            .into_iter()
            .map(Some)
            .collect();
        let expected_purchases = model
            .expected_purchases_batch(year, &log.summaries)
            .into_iter()
            .map(Some)
            .collect();
        let spends = expected_spends(log, notes);
        let lifetime_value = match lifetime_values(model, &log.summaries, &spends, &terms(config)) {
            Ok(found) => found.into_iter().map(Some).collect(),
            Err(_) => vec![None; log.summaries.len()],
        };
        Self {
            alive_prob,
            expected_purchases,
            expected_spend: spends.into_iter().map(Some).collect(),
            lifetime_value,
        }
    }
}

fn terms(config: &SegmentConfig) -> LifetimeTerms {
    LifetimeTerms {
        horizon_months: HORIZON_MONTHS,
        margin: config.margin,
        monthly_discount_rate: (1.0 + config.discount_rate).powf(1.0 / 12.0) - 1.0,
        days_per_unit: DAYS_PER_WEEK,
        days_per_month: DAYS_PER_MONTH,
    }
}

/// Returns the expected spend of a purchase day: by Gamma-Gamma; where spend goes with frequency, which it takes for
/// independent, by each person's own mean; where it has no mean, that of all repeat purchases for everybody.
fn expected_spends(log: &Log, notes: &mut Notes) -> Vec<f64> {
    let repeaters: Vec<(f64, f64)> = log
        .summaries
        .iter()
        .zip(&log.mean_spends)
        .filter_map(|(summary, mean)| {
            mean.filter(|mean| *mean > 0.0)
                .map(|mean| (summary.repeat_count, mean))
        })
        .collect();
    let summaries: Vec<SpendSummary> = repeaters
        .iter()
        .filter_map(|(count, mean)| SpendSummary::new(*count, *mean).ok())
        .collect();
    let (counts, means): (Vec<f64>, Vec<f64>) = repeaters.iter().copied().unzip();
    let dependence = Dependence::of(&means, &counts);
    notes.dependence(&dependence);
    let fit = GammaGamma::fit(&summaries);
    let is_used = !dependence.forbids_gamma_gamma()
        && fit
            .as_ref()
            .is_ok_and(|fit| fit.params.population_mean_spend().is_ok());
    notes.spend_fit(&fit, is_used);
    if let Ok(fit) = fit
        && is_used
    {
        let expected = |(summary, mean): (&PurchaseSummary, &Option<f64>)| match mean
            .filter(|mean| *mean > 0.0)
        {
            Some(mean) => fit.params.expected_mean_spend(summary.repeat_count, mean),
            None => fit.params.population_mean_spend(),
        };
        let found: Result<Vec<f64>, MathError> = log
            .summaries
            .iter()
            .zip(&log.mean_spends)
            .map(expected)
            .collect();
        if let Ok(found) = found {
            return found;
        }
    }
    if dependence.forbids_gamma_gamma() {
        // Each repeat buyer's own mean; for others that of a repeat buyer, not of a purchase.
        let mean = means.iter().sum::<f64>() / means.len().max(1) as f64;
        let own = log.mean_spends.iter();
        return own
            .map(|own| own.filter(|own| *own > 0.0).unwrap_or(mean))
            .collect();
    }
    let (sum, count) = repeaters
        .iter()
        .fold((0.0, 0.0), |(sum, of), (count, mean)| {
            (sum + count * mean, of + count)
        });
    vec![if count > 0.0 { sum / count } else { 0.0 }; log.summaries.len()]
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

    fn dependence(&mut self, found: &Dependence) {
        let model = "Gamma-Gamma";
        self.figure(model, "spend_frequency_correlation", found.correlation);
        self.figure(model, "spend_frequency_p_value", found.p_value);
        if found.is_notable() {
            self.figure(model, "spend_depends_on_frequency", found.correlation);
        }
    }

    fn spend_fit(&mut self, fit: &Result<Fit<GammaGamma>, MathError>, is_used: bool) {
        let name = "Gamma-Gamma";
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
