//! Value to come: BG/NBD or MBG/NBD for purchases, Gamma-Gamma for spend, twelve months ahead.
//!
//! Both purchase models are fitted and the likelier is used. Where too few people came back to fit any, the columns stay
//! empty and the table `models` says why: a number that looks like knowledge would be worse than none.

use polars::prelude::*;

use crate::config::SegmentConfig;
use crate::math::MathError;
use crate::math::correlation::spearman;
use crate::math::lifetime_value::{DAYS_PER_MONTH, LifetimeTerms, lifetime_values};
use crate::math::purchases::{
    BgNbd, Fit, GammaGamma, MbgNbd, PurchaseModel, PurchaseSummary, SpendSummary,
};
use crate::schema::{models, person_values as values};

/// Days in the models' unit of time.
pub(super) const DAYS_PER_WEEK: f64 = 7.0;
/// Fewest repeat buyers a model is fitted on; below, its parameters mean nothing.
pub(super) const FEWEST_REPEATERS: usize = 20;
const HORIZON_MONTHS: u32 = 12;

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

/// Adds the columns of value to come to a frame of buyers and returns the table `models` beside it.
pub(super) fn add(
    buyers: DataFrame,
    config: &SegmentConfig,
) -> PolarsResult<(DataFrame, DataFrame)> {
    let log = Log::read(&buyers)?;
    let mut notes = Notes::default();
    let worth = Worth::compute(&log, config, &mut notes);
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
            Some(Chosen::BgNbd(model)) => Self::with(&model, log, config, notes),
            Some(Chosen::MbgNbd(model)) => Self::with(&model, log, config, notes),
            None => {
                notes.absent("not_converged");
                unknown
            }
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
        let terms = LifetimeTerms {
            horizon_months: HORIZON_MONTHS,
            margin: config.margin,
            monthly_discount_rate: (1.0 + config.discount_rate).powf(1.0 / 12.0) - 1.0,
            days_per_unit: DAYS_PER_WEEK,
            days_per_month: DAYS_PER_MONTH,
        };
        let lifetime_value = match lifetime_values(model, &log.summaries, &spends, &terms) {
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

/// Returns the expected spend of a purchase day: by Gamma-Gamma, else the mean of all repeat purchases for everybody.
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
    notes.figure(
        "Gamma-Gamma",
        "spend_frequency_correlation",
        spearman(&means, &counts).ok().flatten(),
    );
    let fitted =
        GammaGamma::fit(&summaries).and_then(|fit| fit.params.population_mean_spend().map(|_| fit));
    if let Ok(fit) = fitted {
        notes.spend_fit(&fit);
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

    fn spend_fit(&mut self, fit: &Fit<GammaGamma>) {
        let model = &fit.params;
        let parameters = [("p", model.p), ("q", model.q), ("gamma", model.gamma)];
        self.parameters(
            "Gamma-Gamma",
            &parameters,
            fit.standard_errors.as_deref(),
            true,
        );
        self.quality("Gamma-Gamma", fit.log_likelihood, fit.gradient_norm, true);
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
