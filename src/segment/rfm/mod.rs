//! Recency, frequency, monetary value: what each person did so far, scored and named.
//!
//! Values are made in one pass over the sorted orders ([`features`]), scored by bounds that the settings or the data give
//! ([`scores`], [`jenks`]), and named by a map of rules ([`maps`]), of which a linter says what is odd ([`lint`]).

mod features;
mod jenks;
mod lint;
mod maps;
mod scores;
#[cfg(test)]
mod tests;
mod told;

use polars::prelude::*;

use super::purchases::Ledger;
use crate::as_of::AsOf;
use crate::config::{MoneyConfig, RfmConfig, RfmMethod};
use crate::money;
use crate::report::Lang;
use crate::schema::person_values as values;
use features::Features;
use maps::Map;
use scores::{Dimension, Method, Scoring};

pub use lint::{Finding, RuleName};

/// Returns a row per buyer: the columns of `person_values` up to `decile`, by person.
///
/// Days after the as-of instant's are left out, so that the ledger of a later moment will do.
pub(super) fn values(
    ledger: &Ledger,
    config: &RfmConfig,
    money: &MoneyConfig,
    lang: Lang,
    as_of: &AsOf,
) -> PolarsResult<DataFrame> {
    let today = as_of.day_number();
    let features = Features::of(&ledger.entries, today);
    let recency: Vec<i64> = features.last_days.iter().copied().map(i64::from).collect();
    let [recency_scores, frequency_scores, monetary_scores] = scores::scores(
        [&recency, &features.purchase_day_counts, &features.spends],
        &scoring(config, money, today),
    );
    let names = Map::of(config, lang).names(config.score_counts());
    let segments: Vec<u32> = recency_scores
        .iter()
        .zip(&frequency_scores)
        .zip(&monetary_scores)
        .map(|((recency, frequency), monetary)| names.place([*recency, *frequency, *monetary]))
        .collect();
    let deciles = scores::deciles_from_top(&features.spends);
    let days = |from: &[i32], to: &dyn Fn(usize) -> i32| -> Vec<i64> {
        let from = from.iter().enumerate();
        from.map(|(place, from)| i64::from(to(place)) - i64::from(*from))
            .collect()
    };
    let first_days = features.first_days.as_slice();
    let last_days = features.last_days.as_slice();
    let customer_ages = days(first_days, &|_| today);
    let last_purchase_ages = days(first_days, &|place| last_days[place]);
    let since_last_purchase = days(last_days, &|_| today);
    let date = |column: crate::schema::Column, days: Vec<i32>| {
        Column::new(column.small_name(), days).cast(&DataType::Date)
    };
    let whole =
        |column: crate::schema::Column, found: Vec<i64>| Column::new(column.small_name(), found);
    let decimal = |column: crate::schema::Column, found: Vec<Option<f64>>| {
        Column::new(column.small_name(), found)
    };
    let score = |column: crate::schema::Column, found: Vec<u8>| {
        whole(column, found.into_iter().map(i64::from).collect())
    };
    let segment_names = Column::new(values::RFM_SEGMENT.small_name(), names.names);
    DataFrame::new(
        features.persons.len(),
        vec![
            ledger
                .ids
                .take_slice(&features.persons)?
                .with_name(values::PERSON_ID.small_name()),
            date(values::FIRST_PURCHASED_ON, features.first_days)?,
            date(values::LAST_PURCHASED_ON, features.last_days)?,
            whole(values::ORDER_COUNT, features.order_counts),
            whole(values::PURCHASE_DAY_COUNT, features.purchase_day_counts),
            whole(values::RETURN_COUNT, features.return_counts),
            whole(values::SPEND_MINOR, features.spends),
            decimal(values::MEAN_REPEAT_SPEND_MINOR, features.mean_repeat_spends),
            whole(values::CUSTOMER_AGE_DAYS, customer_ages),
            whole(values::LAST_PURCHASE_AGE_DAYS, last_purchase_ages),
            whole(values::DAYS_SINCE_LAST_PURCHASE, since_last_purchase),
            decimal(values::VISIT_CYCLE_DAYS, features.visit_cycles),
            score(values::RECENCY_SCORE, recency_scores),
            score(values::FREQUENCY_SCORE, frequency_scores),
            score(values::MONETARY_SCORE, monetary_scores),
            segment_names.take_slice(&segments)?,
            score(values::DECILE, deciles),
        ],
    )
}

/// Returns what is odd about the map of the settings, rules named in a language.
pub fn findings(config: &RfmConfig, lang: Lang) -> Vec<Finding> {
    lint::lint(&Map::of(config, lang), config.score_counts())
}

/// Returns the settings as bounds of values that are better the higher they are.
fn scoring(config: &RfmConfig, money: &MoneyConfig, today: i32) -> Scoring {
    let [recency, frequency, monetary] = config.score_counts();
    let dimension = |count: u8, bounds: Vec<i64>| Dimension {
        count,
        bounds: (!bounds.is_empty()).then_some(bounds),
    };
    // Up to so many days since the last purchase is a last purchase on that day or later.
    let days = config.recency_days.iter().rev();
    let days = days.map(|days| i64::from(today).saturating_sub(*days));
    let minor_per_unit = 10f64.powi(money::exponent(&money.currency));
    let spends = config.spend.iter();
    let spends = spends.map(|spend| (spend * minor_per_unit).round() as i64);
    Scoring {
        method: match config.method {
            RfmMethod::Nested => Method::Nested,
            RfmMethod::Jenks => Method::Jenks,
            // Every dimension has bounds of its own.
            RfmMethod::Thresholds | RfmMethod::Quantiles => Method::Quantiles,
        },
        dimensions: [
            dimension(recency, days.collect()),
            dimension(frequency, config.purchase_days.clone()),
            dimension(monetary, spends.collect()),
        ],
    }
}
