//! Expected against actual: would the model have foretold the last weeks?

use polars::prelude::*;

use super::choice::{self, Choice};
use super::lifetime::{DAYS_PER_WEEK, FEWEST_REPEATERS, summary};
use crate::as_of::AsOf;
use crate::math::purchases::PurchaseSummary;
use crate::schema::{purchases, tracking_weeks};

/// Shortest log, in weeks, that is split into a fit and a holdout.
const SHORTEST_LOG: i64 = 40;
/// Share of the weeks the fit does not see.
const HOLDOUT_SHARE: f64 = 0.25;

/// Returns the table `tracking_weeks`; empty when the log is short, too few came back or no model is in use.
///
/// Weeks are counted back from as-of. The model that was chosen is fitted on the weeks before the holdout; actual and expected
/// purchases are those of the persons whose first purchase lies before it.
pub(super) fn weeks(
    purchases: &DataFrame,
    choice: &Choice,
    as_of: &AsOf,
) -> PolarsResult<DataFrame> {
    let Some(name) = choice.model_name() else {
        return frame(&[]);
    };
    let Some(log) = Log::read(purchases, as_of)? else {
        return frame(&[]);
    };
    let holdout = (log.week_count as f64 * HOLDOUT_SHARE).round() as i64;
    let first_held_out = log.week_count - holdout;
    let cut = first_held_out * 7;
    let known: Vec<&Vec<i64>> = log
        .persons
        .iter()
        .filter(|days| days.first().is_some_and(|first| *first < cut))
        .collect();
    let summaries: Vec<PurchaseSummary> =
        known.iter().map(|days| summary_before(days, cut)).collect();
    let repeaters = summaries
        .iter()
        .filter(|summary| summary.repeat_count > 0.0)
        .count();
    if repeaters < FEWEST_REPEATERS {
        return frame(&[]);
    }
    let mut fits = choice::fit(&summaries, Some(name)).into_iter();
    let Some(model) = fits.find_map(|(_, fit)| fit.ok().map(|fit| fit.model)) else {
        return frame(&[]);
    };
    let mut repeats_by_week = vec![0.0; log.week_count as usize];
    let mut firsts_by_day = std::collections::BTreeMap::<i64, f64>::new();
    for days in &known {
        *firsts_by_day.entry(days[0]).or_default() += 1.0;
        for day in &days[1..] {
            repeats_by_week[(day / 7) as usize] += 1.0;
        }
    }
    let mut actual = 0.0;
    let rows: Vec<Row> = (0..log.week_count)
        .map(|week| {
            actual += repeats_by_week[week as usize];
            let end = (week + 1) * 7;
            let expected = firsts_by_day
                .range(..end)
                .map(|(first, count)| {
                    count * model.expected_new((end - first) as f64 / DAYS_PER_WEEK)
                })
                .sum();
            Row {
                first_day: log.first_day + (week * 7) as i32,
                is_holdout: week >= first_held_out,
                actual,
                expected,
            }
        })
        .collect();
    frame(&rows)
}

fn summary_before(days: &[i64], cut: i64) -> PurchaseSummary {
    let before: Vec<i64> = days.iter().copied().take_while(|day| *day < cut).collect();
    let (first, last) = (before[0], before[before.len() - 1]);
    summary(before.len() as i64, last - first, cut - 1 - first)
}

/// Purchase days per person, counted from the first day of the first whole week.
struct Log {
    /// Days since 1970-01-01 of day 0.
    first_day: i32,
    week_count: i64,
    persons: Vec<Vec<i64>>,
}

impl Log {
    fn read(purchases: &DataFrame, as_of: &AsOf) -> PolarsResult<Option<Self>> {
        let days = purchases
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
                purchases::PURCHASED_ON.expr().cast(DataType::Int32),
            ])
            .unique(None, UniqueKeepStrategy::Any)
            .sort(
                [purchases::PERSON_ID.name, purchases::PURCHASED_ON.name],
                SortMultipleOptions::default(),
            )
            .collect()?;
        let person = days.column(purchases::PERSON_ID.name)?.str()?;
        let on = days.column(purchases::PURCHASED_ON.name)?.i32()?;
        let last_day = as_of.day_number();
        let Some(earliest) = on.min() else {
            return Ok(None);
        };
        let week_count = i64::from(last_day - earliest + 1 + 6) / 7;
        if week_count < SHORTEST_LOG {
            return Ok(None);
        }
        let first_day = last_day + 1 - (week_count * 7) as i32;
        let mut persons: Vec<Vec<i64>> = Vec::new();
        let mut before = None;
        for (person, on) in person.iter().zip(on.iter()) {
            let day = i64::from(on.unwrap_or_default() - first_day);
            match persons.last_mut() {
                Some(days) if before == person => days.push(day),
                _ => persons.push(vec![day]),
            }
            before = person;
        }
        Ok(Some(Self {
            first_day,
            week_count,
            persons,
        }))
    }
}

struct Row {
    first_day: i32,
    is_holdout: bool,
    actual: f64,
    expected: f64,
}

fn frame(rows: &[Row]) -> PolarsResult<DataFrame> {
    DataFrame::new(
        rows.len(),
        vec![
            Column::new(
                tracking_weeks::WEEK.small_name(),
                rows.iter().map(|row| row.first_day).collect::<Vec<_>>(),
            )
            .cast(&DataType::Date)?,
            Column::new(
                tracking_weeks::IS_HOLDOUT.small_name(),
                rows.iter().map(|row| row.is_holdout).collect::<Vec<_>>(),
            ),
            Column::new(
                tracking_weeks::ACTUAL_COUNT.small_name(),
                rows.iter().map(|row| row.actual).collect::<Vec<_>>(),
            ),
            Column::new(
                tracking_weeks::EXPECTED_COUNT.small_name(),
                rows.iter().map(|row| row.expected).collect::<Vec<_>>(),
            ),
        ],
    )
}
