//! What persons will buy and be worth within 12, 24 and 36 months, with 90 % intervals.
//!
//! The law of each person's purchases and spend is [`predictive`](crate::math::purchases::predictive). A value is spend
//! times margin, discounted month by month. Its interval is that of the undiscounted spend times the margin times the
//! person's mean discount, discounted over plain expected purchases: within a horizon discounts differ by a few per cent
//! from purchase to purchase, spends by tens of per cent. Sums of segments add the uncertainty of the parameters
//! ([`Totals`]).

mod spend;
mod totals;

use polars::prelude::*;
use rayon::prelude::*;

use super::lifetime::{DAYS_PER_WEEK, HORIZON_MONTHS};
use crate::config::SegmentConfig;
use crate::math::MathError;
use crate::math::lifetime_value::{
    DAYS_PER_MONTH, LifetimeTerms, MonthlyPurchases, monthly_purchases,
};
use crate::math::matrix::Square;
use crate::math::purchases::predictive::{CountLaw, Outlook, Outlooks, forecasts, log_slopes};
use crate::math::purchases::{PurchaseModel, PurchaseSummary};
use crate::schema::{Column as SchemaColumn, person_values as values};

use totals::Worth;

pub(super) use spend::Spending;
pub(super) use totals::{SegmentWorths, Totals};

/// Horizons, ascending.
const MONTHS: [u32; HORIZONS] = [HORIZON_MONTHS, 24, 36];
const HORIZONS: usize = 3;

/// What will come of all persons, in the order they were given.
pub(super) struct Forecast {
    horizons: [Horizon; HORIZONS],
    /// What the sums of segments need.
    pub(super) totals: Totals,
}

/// The columns of one horizon.
#[derive(Debug, Clone, Default)]
struct Horizon {
    expected_count: Vec<f64>,
    purchases_low: Vec<i64>,
    purchases_high: Vec<i64>,
    /// Discounted margin, in minor units.
    ltv: Vec<i64>,
    ltv_low: Vec<i64>,
    ltv_high: Vec<i64>,
}

impl Forecast {
    /// Computes the forecasts by a fitted model, whose unit of time is that of the terms and whose horizons are [`MONTHS`]
    /// whatever they say.
    ///
    /// # Errors
    /// Terms, a summary or a spend outside their domain.
    pub(super) fn compute<M: PurchaseModel + CountLaw>(
        model: &M,
        log_covariance: Option<Square>,
        summaries: &[PurchaseSummary],
        spending: Spending,
        terms: &LifetimeTerms,
    ) -> Result<Self, MathError> {
        terms.check()?;
        let customers: Vec<Outlook> = summaries
            .iter()
            .zip(&spending.persons)
            .map(|(summary, spend)| Outlook {
                summary: *summary,
                evidence: spend.evidence,
                scale: spend.scale,
            })
            .collect();
        let outlooks = Outlooks::new(&customers, &spending.law)?;
        drop(customers);
        let monthly = outlooks.per_age(|customer| expected(model, customer, terms));
        let times = MONTHS.map(|months| f64::from(months) * DAYS_PER_MONTH / terms.days_per_unit);
        let alive = |customer: &PurchaseSummary| model.alive_prob(customer);
        let rows: Vec<&PurchaseSummary> = outlooks.rows().collect();
        let alive_by_row: Vec<f64> = rows.par_iter().copied().map(alive).collect();
        let found = forecasts(model, &spending.law, alive, &outlooks, &times);
        let mut horizons: [Horizon; HORIZONS] = Default::default();
        let mut worths: [Worth; HORIZONS] = Default::default();
        for (customer, spend) in spending.persons.iter().enumerate() {
            let row = outlooks.row_of(customer);
            let alive_prob = alive_by_row[row];
            let of_months = &monthly[row];
            for (place, horizon) in horizons.iter_mut().enumerate() {
                let months = of_months[place];
                let bounds = found.get(&outlooks, customer, place);
                let mean_discount = if months.plain > 0.0 {
                    months.discounted / months.plain
                } else {
                    1.0
                };
                let worth = spending.unit * terms.margin * mean_discount;
                let ltv = alive_prob * months.discounted * spend.expected * terms.margin;
                horizon.expected_count.push(alive_prob * months.plain);
                horizon.purchases_low.push(bounds.purchases.low as i64);
                horizon.purchases_high.push(bounds.purchases.high as i64);
                horizon.ltv.push(ltv.round() as i64);
                horizon
                    .ltv_low
                    .push((bounds.spend.low * worth).floor() as i64);
                horizon
                    .ltv_high
                    .push((bounds.spend.high * worth).ceil() as i64);
                worths[place].mean.push(ltv);
                worths[place]
                    .variance
                    .push(bounds.spend_variance * worth * worth);
            }
        }
        let slopes = log_slopes(model, &outlooks, &times);
        let totals = Totals {
            outlooks,
            slopes,
            worths,
            parameter_count: M::PARAMETER_NAMES.len(),
            log_covariance,
            spending,
        };
        Ok(Self { horizons, totals })
    }

    /// Adds the columns of the forecast to a frame of the same persons, empty ones where there is none.
    pub(super) fn add(found: Option<&Self>, buyers: &mut DataFrame) -> PolarsResult<()> {
        let count = buyers.height();
        for (place, columns) in COLUMNS.iter().enumerate() {
            let horizon = found.map(|found| &found.horizons[place]);
            let name = columns.expected_count.small_name();
            buyers.with_column(match horizon {
                Some(horizon) => Column::new(name, horizon.expected_count.as_slice()),
                // Of one empty cell, whatever the number of persons.
                None => Column::full_null(name, count, &DataType::Float64),
            })?;
            let whole: [(SchemaColumn, Option<&Vec<i64>>); 5] = [
                (
                    columns.purchases_low,
                    horizon.map(|horizon| &horizon.purchases_low),
                ),
                (
                    columns.purchases_high,
                    horizon.map(|horizon| &horizon.purchases_high),
                ),
                (columns.ltv, horizon.map(|horizon| &horizon.ltv)),
                (columns.ltv_low, horizon.map(|horizon| &horizon.ltv_low)),
                (columns.ltv_high, horizon.map(|horizon| &horizon.ltv_high)),
            ];
            for (column, cells) in whole {
                buyers.with_column(match cells {
                    Some(cells) => Column::new(column.small_name(), cells.as_slice()),
                    None => Column::full_null(column.small_name(), count, &DataType::Int64),
                })?;
            }
        }
        Ok(())
    }

    /// Adds the expectations of a forecast that knows the first horizon and no law; the other columns are empty.
    pub(super) fn add_expected(
        purchases: Vec<f64>,
        value: &[f64],
        buyers: &mut DataFrame,
    ) -> PolarsResult<()> {
        Self::add(None, buyers)?;
        let names = &COLUMNS[0];
        let minor: Vec<i64> = value.iter().map(|value| value.round() as i64).collect();
        buyers.with_column(Column::new(names.expected_count.small_name(), purchases))?;
        buyers.with_column(Column::new(names.ltv.small_name(), minor))?;
        Ok(())
    }
}

/// Returns the terms of the settings, whose horizon is the first.
pub(super) fn terms(config: &SegmentConfig) -> LifetimeTerms {
    LifetimeTerms {
        horizon_months: MONTHS[0],
        margin: config.margin,
        monthly_discount_rate: (1.0 + config.discount_rate).powf(1.0 / 12.0) - 1.0,
        days_per_unit: DAYS_PER_WEEK,
        days_per_month: DAYS_PER_MONTH,
    }
}

/// Returns what a customer who is alive is expected to buy within the horizons.
fn expected<M: PurchaseModel>(
    model: &M,
    customer: &PurchaseSummary,
    terms: &LifetimeTerms,
) -> [MonthlyPurchases; HORIZONS] {
    let found = monthly_purchases(model, customer, terms, &MONTHS).unwrap_or_default();
    let mut by_horizon = [MonthlyPurchases::default(); HORIZONS];
    for (horizon, found) in by_horizon.iter_mut().zip(found) {
        *horizon = found;
    }
    by_horizon
}

/// The names of the columns of one horizon.
struct Names {
    expected_count: SchemaColumn,
    purchases_low: SchemaColumn,
    purchases_high: SchemaColumn,
    ltv: SchemaColumn,
    ltv_low: SchemaColumn,
    ltv_high: SchemaColumn,
}

const COLUMNS: [Names; HORIZONS] = [
    Names {
        expected_count: values::EXPECTED_PURCHASE_COUNT,
        purchases_low: values::PURCHASES_LOW,
        purchases_high: values::PURCHASES_HIGH,
        ltv: values::LTV_MINOR,
        ltv_low: values::LTV_LOW_MINOR,
        ltv_high: values::LTV_HIGH_MINOR,
    },
    Names {
        expected_count: values::EXPECTED_PURCHASE_24_COUNT,
        purchases_low: values::PURCHASES_24_LOW,
        purchases_high: values::PURCHASES_24_HIGH,
        ltv: values::LTV_24_MINOR,
        ltv_low: values::LTV_24_LOW_MINOR,
        ltv_high: values::LTV_24_HIGH_MINOR,
    },
    Names {
        expected_count: values::EXPECTED_PURCHASE_36_COUNT,
        purchases_low: values::PURCHASES_36_LOW,
        purchases_high: values::PURCHASES_36_HIGH,
        ltv: values::LTV_36_MINOR,
        ltv_low: values::LTV_36_LOW_MINOR,
        ltv_high: values::LTV_36_HIGH_MINOR,
    },
];

#[cfg(test)]
mod tests;
