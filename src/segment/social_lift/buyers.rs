//! Buyers up to a cut, what they bought after it, and what the linked ones said before it.

use polars::prelude::*;

use super::signals;
use crate::as_of::AsOf;
use crate::error::Result;
use crate::math::purchases::PurchaseSummary;
use crate::math::purchases::covariates::Covariate;
use crate::schema::{persons, purchases};
use crate::segment::lifetime::DAYS_PER_WEEK;

/// Shortest log, in weeks, that is split.
const SHORTEST_LOG: i32 = 40;
/// Persons of either class, linked or not, at most; more would make no result surer and every fit slower.
const MOST_PER_CLASS: usize = 20_000;

/// Name of the class of linked persons.
const HAS_VOICE: &str = "has_voice";
/// Signals, their columns, and whether `ln(1 + n)` is taken of them.
const SIGNALS: [(&str, &str, bool); 7] = [
    ("posts", signals::POSTS, true),
    ("sentiment", signals::SENTIMENT, false),
    ("sentiment_trend", signals::SENTIMENT_TREND, false),
    ("open_complaints", signals::OPEN_COMPLAINTS, true),
    ("advocacy", signals::ADVOCACY, false),
    ("influence", signals::INFLUENCE, true),
    ("journey_stage", signals::JOURNEY_STAGE, false),
];

/// The moment between what fit and signals see and what tests them.
#[derive(Debug, Clone)]
pub(super) struct Cut {
    /// The end of its day.
    pub as_of: AsOf,
    /// The day, since 1970-01-01.
    pub day: i32,
    /// Whole weeks behind it.
    pub holdout_weeks: i32,
}

impl Cut {
    /// Returns the cut that leaves a share of the log's weeks behind it; `None` where the log is too short.
    pub(super) fn of(log_start: Option<i32>, share: f64, as_of: &AsOf) -> Result<Option<Self>> {
        let Some(first) = log_start else {
            return Ok(None);
        };
        let last = as_of.day_number();
        let weeks = last.saturating_sub(first).saturating_add(1) / 7;
        if weeks < SHORTEST_LOG {
            return Ok(None);
        }
        let holdout_weeks = ((f64::from(weeks) * share).round() as i32).max(1);
        Ok(Some(Self {
            as_of: as_of.days_before(holdout_weeks * 7)?,
            day: last - holdout_weeks * 7,
            holdout_weeks,
        }))
    }
}

/// Returns person and day of each purchase.
fn sales(purchases: &DataFrame) -> LazyFrame {
    purchases
        .clone()
        .lazy()
        .filter(
            purchases::IS_RETURN
                .expr()
                .not()
                .and(purchases::PERSON_ID.expr().is_not_null()),
        )
        .select([
            purchases::PERSON_ID.expr(),
            purchases::PURCHASED_ON
                .expr()
                .cast(DataType::Int32)
                .alias("__day"),
        ])
}

/// The buyers whose first purchase lies before the cut, by person.
pub(super) struct Buyers {
    /// What was known of them at the cut, time in weeks.
    pub before: Vec<PurchaseSummary>,
    /// What is known now.
    pub whole: Vec<PurchaseSummary>,
    /// Days with a purchase after the cut.
    pub bought_after: Vec<f64>,
    /// Whether the person was linked by the cut.
    pub is_linked: Vec<bool>,
    /// What they said, known of linked persons.
    pub signals: Vec<Covariate>,
    /// Persons left out because there were too many of their class.
    pub left_out: usize,
}

impl Buyers {
    /// Reads the buyers; of more than [`MOST_PER_CLASS`] linked or other persons every n-th is taken, by the hash that is their
    /// id.
    pub(super) fn read(
        purchases: &DataFrame,
        signals: LazyFrame,
        cut: &Cut,
        as_of: &AsOf,
    ) -> PolarsResult<Self> {
        let is_before = || col("__day").lt_eq(lit(cut.day));
        let found = sales(purchases)
            .unique(None, UniqueKeepStrategy::Any)
            .group_by([purchases::PERSON_ID.expr()])
            .agg([
                col("__day").min().alias("__first"),
                col("__day")
                    .filter(is_before())
                    .max()
                    .alias("__last_before"),
                is_before()
                    .sum()
                    .cast(DataType::Int64)
                    .alias("__count_before"),
                col("__day").max().alias("__last"),
                len().cast(DataType::Int64).alias("__count"),
            ])
            .filter(col("__first").lt_eq(lit(cut.day)))
            .left_join(
                signals.with_column(lit(true).alias("__is_linked")),
                purchases::PERSON_ID.expr(),
                persons::PERSON_ID.expr(),
            )
            .sort([purchases::PERSON_ID.name], SortMultipleOptions::default())
            .collect()?;
        let is_linked: Vec<bool> = found
            .column("__is_linked")?
            .bool()?
            .iter()
            .map(|is_linked| is_linked.unwrap_or(false))
            .collect();
        let chosen = chosen(&is_linked);
        let days = |name: &str| -> PolarsResult<Vec<i32>> {
            let days = found.column(name)?.i32()?;
            Ok(picked(&chosen, |row| days.get(row).unwrap_or(cut.day)))
        };
        let counts = |name: &str| -> PolarsResult<Vec<f64>> {
            let counts = found.column(name)?.i64()?;
            Ok(picked(&chosen, |row| counts.get(row).unwrap_or(1) as f64))
        };
        let (first, last_before, last) =
            (days("__first")?, days("__last_before")?, days("__last")?);
        let (count_before, count) = (counts("__count_before")?, counts("__count")?);
        let weeks = |from: i32, to: i32| f64::from(to - from) / DAYS_PER_WEEK;
        let last_day = as_of.day_number();
        let summary = |row: usize, count: f64, last: i32, end: i32| PurchaseSummary {
            repeat_count: count - 1.0,
            last_purchase_age: weeks(first[row], last),
            customer_age: weeks(first[row], end),
            weight: 1.0,
        };
        let rows = 0..chosen.len();
        Ok(Self {
            before: rows
                .clone()
                .map(|row| summary(row, count_before[row], last_before[row], cut.day))
                .collect(),
            whole: rows
                .clone()
                .map(|row| summary(row, count[row], last[row], last_day))
                .collect(),
            bought_after: rows.map(|row| count[row] - count_before[row]).collect(),
            signals: covariates(&found, &chosen, &is_linked)?,
            left_out: is_linked.len() - chosen.len(),
            is_linked: picked(&chosen, |row| is_linked[row]),
        })
    }

    pub(super) fn linked_count(&self) -> usize {
        self.is_linked
            .iter()
            .filter(|is_linked| **is_linked)
            .count()
    }

    /// Returns how many linked persons had a repeat purchase before the cut.
    pub(super) fn linked_repeater_count(&self) -> usize {
        let linked = self.is_linked.iter().zip(&self.before);
        linked
            .filter(|(is_linked, summary)| **is_linked && summary.repeat_count > 0.0)
            .count()
    }

    /// Returns the class of linked persons.
    pub(super) fn class(&self) -> Covariate {
        Covariate {
            name: HAS_VOICE.to_owned(),
            values: self
                .is_linked
                .iter()
                .map(|is_linked| Some(f64::from(u8::from(*is_linked))))
                .collect(),
        }
    }
}

fn picked<T>(rows: &[usize], value: impl Fn(usize) -> T) -> Vec<T> {
    rows.iter().map(|row| value(*row)).collect()
}

/// Returns the rows that are read, ascending.
fn chosen(is_linked: &[bool]) -> Vec<usize> {
    let mut rows: Vec<usize> = [true, false]
        .into_iter()
        .flat_map(|class| {
            let of_class: Vec<usize> = (0..is_linked.len())
                .filter(|row| is_linked[*row] == class)
                .collect();
            spread(&of_class)
        })
        .collect();
    rows.sort_unstable();
    rows
}

/// Returns at most [`MOST_PER_CLASS`] rows, evenly spread.
fn spread(rows: &[usize]) -> Vec<usize> {
    let count = rows.len().min(MOST_PER_CLASS);
    (0..count).map(|i| rows[i * rows.len() / count]).collect()
}

/// Returns the signals of the rows; nothing is known of who is not linked.
fn covariates(
    found: &DataFrame,
    rows: &[usize],
    is_linked: &[bool],
) -> PolarsResult<Vec<Covariate>> {
    SIGNALS
        .iter()
        .map(|(name, column, is_count)| {
            let cells = found.column(column)?.cast(&DataType::Float64)?;
            let cells = cells.f64()?;
            let value = |row: usize| {
                let cell = cells.get(row).filter(|_| is_linked[row]);
                cell.map(|cell| if *is_count { cell.ln_1p() } else { cell })
            };
            Ok(Covariate {
                name: (*name).to_owned(),
                values: picked(rows, value),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_large_class_every_nth_is_taken_and_of_a_small_one_all() {
        let is_linked: Vec<bool> = (0..50_000).map(|row| row % 5 == 0).collect();
        let rows = chosen(&is_linked);
        let linked = rows.iter().filter(|row| is_linked[**row]).count();
        assert_eq!((linked, rows.len()), (10_000, 30_000));
        assert!(rows.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(rows.last().is_some_and(|last| *last > 49_990));
        assert!(chosen(&[]).is_empty());
    }
}
