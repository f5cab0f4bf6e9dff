//! Sales: what was bought, by period and week, and why it changed.

use polars::prelude::*;

use super::columns::integers;
use super::{Calendar, Input, day_name};
use crate::report::figures::{SalesChange, SalesWeek};
use crate::schema::purchases;

/// Periods whose past is shown.
pub(super) const HISTORY: i32 = 12;
/// Weeks of sales shown.
const WEEKS: i32 = 104;
const DAYS_OF_WEEK: i32 = 7;

/// Sales of one period.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct SalesPeriod {
    pub spend: i64,
    pub orders: i64,
    pub buyers: i64,
    pub new_buyers: i64,
    pub new_spend: i64,
    pub returning_orders: i64,
    pub returning_spend: i64,
    pub returned: i64,
    pub unnamed: i64,
}

/// Returns the last periods, the newest first; empty when nothing was ever bought.
pub(super) fn periods(input: &Input, calendar: &Calendar) -> PolarsResult<Vec<SalesPeriod>> {
    let person = || purchases::PERSON_ID.expr();
    let is_return = || purchases::IS_RETURN.expr();
    let named = person().is_not_null().and(is_return().not());
    let day = || purchases::PURCHASED_ON.expr().cast(DataType::Int32);
    let firsts = input
        .purchases
        .clone()
        .filter(named.clone().and(purchases::IS_FIRST.expr()))
        .group_by([person()])
        .agg([calendar
            .spans_back(day().min(), calendar.length)
            .alias("__first_span")]);
    let is_new = || col("__first_span").eq(col("__span")).fill_null(lit(false));
    let spend = || purchases::SPEND_MINOR.expr();
    let by_span = input
        .purchases
        .clone()
        .left_join(firsts, person(), person())
        .with_column(calendar.spans_back(day(), calendar.length).alias("__span"))
        .filter(
            col("__span")
                .lt(lit(HISTORY))
                .and(col("__span").gt_eq(lit(0))),
        )
        .group_by([col("__span")])
        .agg([
            spend().sum().alias("spend"),
            is_return().not().sum().alias("orders"),
            person().filter(named.clone()).n_unique().alias("buyers"),
            person()
                .filter(named.clone().and(is_new()))
                .n_unique()
                .alias("new_buyers"),
            spend()
                .filter(named.clone().and(is_new()))
                .sum()
                .alias("new_spend"),
            spend()
                .filter(named.clone().and(is_new().not()))
                .len()
                .alias("returning_orders"),
            spend()
                .filter(named.clone().and(is_new().not()))
                .sum()
                .alias("returning_spend"),
            spend().filter(is_return()).sum().alias("returned"),
            spend()
                .filter(person().is_null().and(is_return().not()))
                .sum()
                .alias("unnamed"),
        ])
        .collect()?;
    let has_sales = by_span.height() > 0;
    let column = |name| integers(&by_span, name);
    let (spans, spend, orders) = (column("__span")?, column("spend")?, column("orders")?);
    let (buyers, new_buyers, new_spend) = (
        column("buyers")?,
        column("new_buyers")?,
        column("new_spend")?,
    );
    let (returning_orders, returning_spend) =
        (column("returning_orders")?, column("returning_spend")?);
    let (returned, unnamed) = (column("returned")?, column("unnamed")?);
    let mut periods = vec![SalesPeriod::default(); if has_sales { HISTORY as usize } else { 0 }];
    for (row, span) in spans.iter().enumerate() {
        periods[*span as usize] = SalesPeriod {
            spend: spend[row],
            orders: orders[row],
            buyers: buyers[row],
            new_buyers: new_buyers[row],
            new_spend: new_spend[row],
            returning_orders: returning_orders[row],
            returning_spend: returning_spend[row],
            returned: returned[row],
            unnamed: unnamed[row],
        };
    }
    Ok(periods)
}

/// Returns why sales changed: count, frequency and order value of earlier buyers one after the other, the rest as it is.
pub(super) fn change(periods: &[SalesPeriod]) -> Option<SalesChange> {
    let [now, before, ..] = periods else {
        return None;
    };
    if now.orders == 0 || before.orders == 0 {
        return None;
    }
    let count = |period: &SalesPeriod| (period.buyers - period.new_buyers) as f64;
    let per = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
    let (count_now, count_before) = (count(now), count(before));
    let frequency_now = per(now.returning_orders as f64, count_now);
    let frequency_before = per(before.returning_orders as f64, count_before);
    let value_before = per(
        before.returning_spend as f64,
        before.returning_orders as f64,
    );
    let count_effect =
        ((count_now - count_before) * frequency_before * value_before).round() as i64;
    let frequency_effect =
        (count_now * (frequency_now - frequency_before) * value_before).round() as i64;
    let returning = now.returning_spend - before.returning_spend;
    Some(SalesChange {
        total_minor: now.spend - before.spend,
        new_minor: now.new_spend - before.new_spend,
        returning_count_minor: count_effect,
        frequency_minor: frequency_effect,
        order_value_minor: returning - count_effect - frequency_effect,
        returns_minor: now.returned - before.returned,
        unnamed_minor: now.unnamed - before.unnamed,
    })
}

/// Returns sales by week, oldest first, weeks counted back from the last day; the first, incomplete week is left out.
pub(super) fn weeks(input: &Input, calendar: &Calendar) -> PolarsResult<Vec<SalesWeek>> {
    let day = || purchases::PURCHASED_ON.expr().cast(DataType::Int32);
    let first = input
        .purchases
        .clone()
        .select([day().min().alias("first")])
        .collect()?;
    let Some(first) = first.column("first")?.i32()?.get(0) else {
        return Ok(Vec::new());
    };
    let whole_weeks = ((calendar.last + 1 - first) / DAYS_OF_WEEK).min(WEEKS);
    let by_week = input
        .purchases
        .clone()
        .with_column(calendar.spans_back(day(), DAYS_OF_WEEK).alias("__week"))
        .filter(
            col("__week")
                .lt(lit(whole_weeks))
                .and(col("__week").gt_eq(lit(0))),
        )
        .group_by([col("__week")])
        .agg([
            purchases::IS_RETURN.expr().not().sum().alias("orders"),
            purchases::SPEND_MINOR
                .expr()
                .filter(purchases::IS_FIRST.expr())
                .sum()
                .alias("new"),
            purchases::SPEND_MINOR
                .expr()
                .filter(purchases::IS_FIRST.expr().not())
                .sum()
                .alias("repeat"),
        ])
        .collect()?;
    let column = |name| integers(&by_week, name);
    let (week, orders, new, repeat) = (
        column("__week")?,
        column("orders")?,
        column("new")?,
        column("repeat")?,
    );
    let mut weeks: Vec<SalesWeek> = (0..whole_weeks)
        .rev()
        .map(|back| SalesWeek {
            week: day_name(calendar.last + 1 - (back + 1) * DAYS_OF_WEEK),
            order_count: 0,
            new_minor: 0,
            repeat_minor: 0,
        })
        .collect();
    for (row, back) in week.iter().enumerate() {
        let place = (whole_weeks as i64 - 1 - back) as usize;
        weeks[place].order_count = orders[row].unsigned_abs();
        weeks[place].new_minor = new[row];
        weeks[place].repeat_minor = repeat[row];
    }
    Ok(weeks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_change_sum_to_the_whole() {
        let now = SalesPeriod {
            spend: 1000 + 700 - 50 + 30,
            orders: 9,
            buyers: 6,
            new_buyers: 2,
            new_spend: 700,
            returning_orders: 6,
            returning_spend: 1000,
            returned: -50,
            unnamed: 30,
        };
        let before = SalesPeriod {
            spend: 801 + 300,
            orders: 7,
            buyers: 6,
            new_buyers: 3,
            new_spend: 300,
            returning_orders: 4,
            returning_spend: 801,
            returned: 0,
            unnamed: 0,
        };
        let change = change(&[now, before]).expect("two periods with sales");
        let parts = change.new_minor
            + change.returning_count_minor
            + change.frequency_minor
            + change.order_value_minor
            + change.returns_minor
            + change.unnamed_minor;
        assert_eq!(parts, change.total_minor);
        assert_eq!(change.returning_count_minor, 267);
    }
}
