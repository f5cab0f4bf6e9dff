//! Value to come: the purchase model of the choice ([`super::choice`]), Gamma-Gamma for spend; [`super::forecast`] looks ahead
//! with them.
//!
//! Where no model holds, a naive forecast stands in and the table `models` says why; where nobody came back, the columns stay
//! empty: a number that looks like knowledge would be worse than none.

mod notes;
mod worth;

use polars::prelude::*;

use self::notes::Notes;
use self::worth::{Ahead, Worth};
use super::choice::Choice;
use super::forecast::{Forecast, Spending, Totals, terms};
use crate::config::SegmentConfig;
use crate::math::lifetime_value::LifetimeTerms;
use crate::math::purchases::PurchaseSummary;
use crate::schema::person_values as values;

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
    /// Returns the terms of a value in a model's unit of time: who keeps a share of the sales earns the margin on that share.
    fn terms(&self, days_per_unit: f64) -> LifetimeTerms {
        let terms = terms(self.config);
        LifetimeTerms {
            margin: terms.margin * self.kept_share,
            days_per_unit,
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

    /// Returns the spend of the buyers before returns, and notes how it was found and how much of it is kept.
    fn spending(&self, how: How<'_>, notes: &mut Notes) -> Spending {
        let spending = Spending::of(&self.summaries, &self.mean_spends);
        notes.spending(&spending, how.kept_share);
        spending
    }
}
