//! Sales: what was bought, by period and week, and why it changed.

use polars::prelude::*;

use super::calendar::{Calendar, Past};
use super::columns::integers;
use super::privacy::held_back;
use super::{Input, day_name};
use crate::report::figures::{SalesChange, SalesWeek};
use crate::schema::purchases;

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
    pub returned: i64,
    pub unnamed: i64,
}

/// Buyers of the period and of the compared one, by whether they bought in both.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Movement {
    /// First purchase in the period.
    pub new: Buyers,
    /// Bought in both.
    pub kept: Buyers,
    /// Bought earlier, not in the compared period, and now again.
    pub back: Buyers,
    /// Bought in the compared period and not now.
    pub lost: Buyers,
}

/// What some buyers bought in the period and in the compared one, returns left out.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Buyers {
    pub persons: i64,
    pub spend: i64,
    pub previous_spend: i64,
    pub orders: i64,
    pub previous_orders: i64,
}

fn day() -> Expr {
    purchases::PURCHASED_ON.expr().cast(DataType::Int32)
}

/// Purchases of persons who can be named.
fn is_named_purchase() -> Expr {
    let person = purchases::PERSON_ID.expr();
    person.is_not_null().and(purchases::IS_RETURN.expr().not())
}

/// Returns the span of each person's first purchase, as `__first_span`.
fn first_spans(input: &Input, calendar: &Calendar) -> LazyFrame {
    let first = calendar.periods_back(day().min());
    input
        .purchases
        .clone()
        .filter(is_named_purchase().and(purchases::IS_FIRST.expr()))
        .group_by([purchases::PERSON_ID.expr()])
        .agg([first.alias("__first_span")])
}

/// Returns the last periods and the compared one; empty when nothing was bought in any.
pub(super) fn periods(input: &Input, calendar: &Calendar) -> PolarsResult<Past<SalesPeriod>> {
    let person = || purchases::PERSON_ID.expr();
    let is_return = || purchases::IS_RETURN.expr();
    let is_new = || col("__first_span").eq(col("__span")).fill_null(lit(false));
    let spend = || purchases::SPEND_MINOR.expr();
    let by_span = input
        .purchases
        .clone()
        .left_join(first_spans(input, calendar), person(), person())
        .with_column(calendar.periods_back(day()).alias("__span"))
        .filter(calendar.is_told(col("__span")))
        .group_by([col("__span")])
        .agg([
            spend().sum().alias("spend"),
            is_return().not().sum().alias("orders"),
            person()
                .filter(is_named_purchase())
                .n_unique()
                .alias("buyers"),
            person()
                .filter(is_named_purchase().and(is_new()))
                .n_unique()
                .alias("new_buyers"),
            spend().filter(is_return()).sum().alias("returned"),
            spend()
                .filter(person().is_null().and(is_return().not()))
                .sum()
                .alias("unnamed"),
        ])
        .collect()?;
    let column = |name| integers(&by_span, name);
    let (spans, spend, orders) = (column("__span")?, column("spend")?, column("orders")?);
    let (buyers, new_buyers) = (column("buyers")?, column("new_buyers")?);
    let (returned, unnamed) = (column("returned")?, column("unnamed")?);
    let rows = spans.into_iter().enumerate().map(|(row, span)| {
        let period = SalesPeriod {
            spend: spend[row],
            orders: orders[row],
            buyers: buyers[row],
            new_buyers: new_buyers[row],
            returned: returned[row],
            unnamed: unnamed[row],
        };
        (span, period)
    });
    Ok(Past::of(calendar, rows))
}

/// Returns who came, stayed away and came back between the compared period and this one.
pub(super) fn movement(input: &Input, calendar: &Calendar) -> PolarsResult<Movement> {
    let person = || purchases::PERSON_ID.expr();
    let spend = || purchases::SPEND_MINOR.expr();
    let compared = calendar.compared_back();
    let is_at = |span: i32| col("__span").eq(lit(span));
    let by_person = input
        .purchases
        .clone()
        .filter(is_named_purchase())
        .with_column(calendar.periods_back(day()).alias("__span"))
        .filter(is_at(0).or(is_at(compared)))
        .group_by([person()])
        .agg([
            spend().filter(is_at(0)).sum().alias("spend"),
            spend()
                .filter(is_at(compared))
                .sum()
                .alias("previous_spend"),
            is_at(0).sum().cast(DataType::Int64).alias("orders"),
            is_at(compared)
                .sum()
                .cast(DataType::Int64)
                .alias("previous_orders"),
        ])
        .left_join(first_spans(input, calendar), person(), person())
        .collect()?
        .lazy();
    let came = || col("orders").gt(lit(0));
    let came_before = || col("previous_orders").gt(lit(0));
    let is_first = col("__first_span").eq(lit(0)).fill_null(lit(false));
    let of = |who: Expr| -> PolarsResult<Buyers> {
        let frame = by_person
            .clone()
            .filter(who)
            .select([
                len().alias("persons"),
                col("spend").sum(),
                col("previous_spend").sum(),
                col("orders").sum(),
                col("previous_orders").sum(),
            ])
            .collect()?;
        let value = |name: &str| -> PolarsResult<i64> {
            Ok(integers(&frame, name)?.first().copied().unwrap_or(0))
        };
        Ok(Buyers {
            persons: value("persons")?,
            spend: value("spend")?,
            previous_spend: value("previous_spend")?,
            orders: value("orders")?,
            previous_orders: value("previous_orders")?,
        })
    };
    Ok(Movement {
        new: of(came().and(came_before().not()).and(is_first.clone()))?,
        kept: of(came().and(came_before()))?,
        back: of(came().and(came_before().not()).and(is_first.not()))?,
        lost: of(came().not())?,
    })
}

/// Returns why sales changed. Frequency and order value of those who bought in both periods work one after the other; parts of
/// fewer than `smallest` persons are put together with as many others as it takes.
pub(super) fn change(
    periods: &[SalesPeriod],
    moved: &Movement,
    smallest: u32,
) -> Option<SalesChange> {
    let [now, before, ..] = periods else {
        return None;
    };
    if now.orders == 0 || before.orders == 0 {
        return None;
    }
    let kept = moved.kept;
    let value_before = match kept.previous_orders {
        0 => 0.0,
        orders => kept.previous_spend as f64 / orders as f64,
    };
    let frequency = ((kept.orders - kept.previous_orders) as f64 * value_before).round() as i64;
    let groups = [moved.new, kept, moved.back, moved.lost];
    let persons = groups.map(|group| group.persons.unsigned_abs());
    let held = held_back(&persons, u64::from(smallest));
    let mut merged = 0;
    let mut told = |group: usize, amount: i64| {
        if held[group] {
            merged += amount;
            0
        } else {
            amount
        }
    };
    let new_minor = told(0, moved.new.spend);
    let frequency_minor = told(1, frequency);
    let order_value_minor = told(1, kept.spend - kept.previous_spend - frequency);
    let back_minor = told(2, moved.back.spend);
    let lost_minor = told(3, -moved.lost.previous_spend);
    Some(SalesChange {
        total_minor: now.spend - before.spend,
        new_minor,
        back_minor,
        lost_minor,
        frequency_minor,
        order_value_minor,
        merged_minor: merged,
        returns_minor: now.returned - before.returned,
        unnamed_minor: now.unnamed - before.unnamed,
    })
}

/// Returns sales by week, oldest first, weeks counted back from the last day, ISO weeks where these are reported; the first, incomplete week is left out.
pub(super) fn weeks(input: &Input, calendar: &Calendar) -> PolarsResult<Vec<SalesWeek>> {
    let first = input
        .purchases
        .clone()
        .select([day().min().alias("first")])
        .collect()?;
    let Some(first) = first.column("first")?.i32()?.get(0) else {
        return Ok(Vec::new());
    };
    let end = calendar.weeks_end();
    let whole_weeks = ((end + 1 - first) / DAYS_OF_WEEK).min(WEEKS);
    let by_week = input
        .purchases
        .clone()
        .with_column(
            (lit(end) - day())
                .floor_div(lit(DAYS_OF_WEEK))
                .alias("__week"),
        )
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
            week: day_name(end + 1 - (back + 1) * DAYS_OF_WEEK),
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

    fn buyers(persons: i64, spends: (i64, i64), orders: (i64, i64)) -> Buyers {
        Buyers {
            persons,
            spend: spends.0,
            previous_spend: spends.1,
            orders: orders.0,
            previous_orders: orders.1,
        }
    }

    /// 700 of new buyers, 1000 of earlier ones, 50 returned, 30 of nobody; before, 1101 of persons.
    fn two_periods() -> [SalesPeriod; 2] {
        let now = SalesPeriod {
            spend: 1000 + 700 - 50 + 30,
            orders: 12,
            returned: -50,
            unnamed: 30,
            ..SalesPeriod::default()
        };
        let before = SalesPeriod {
            spend: 801 + 300,
            orders: 7,
            ..SalesPeriod::default()
        };
        [now, before]
    }

    fn moved(kept: i64) -> Movement {
        Movement {
            new: buyers(6, (700, 0), (5, 0)),
            kept: buyers(kept, (800, 801), (5, 4)),
            back: buyers(7, (200, 0), (1, 0)),
            lost: buyers(8, (0, 300), (0, 3)),
        }
    }

    fn sum(change: &SalesChange) -> i64 {
        change.new_minor
            + change.back_minor
            + change.lost_minor
            + change.frequency_minor
            + change.order_value_minor
            + change.merged_minor
            + change.returns_minor
            + change.unnamed_minor
    }

    #[test]
    fn the_parts_of_a_change_sum_to_the_whole() {
        let change = change(&two_periods(), &moved(9), 5).expect("two periods with sales");
        assert_eq!(sum(&change), change.total_minor);
        assert_eq!(
            (change.new_minor, change.back_minor, change.lost_minor),
            (700, 200, -300)
        );
        // One order more, of 801 / 4 each.
        assert_eq!(
            (change.frequency_minor, change.order_value_minor),
            (200, -201)
        );
        assert_eq!(change.merged_minor, 0);
    }

    #[test]
    fn a_part_of_few_persons_is_told_with_the_next_larger_one() {
        let change = change(&two_periods(), &moved(2), 5).expect("two periods with sales");
        assert_eq!(sum(&change), change.total_minor);
        assert_eq!((change.frequency_minor, change.order_value_minor), (0, 0));
        assert_eq!((change.new_minor, change.merged_minor), (0, 699));
        assert_eq!((change.back_minor, change.lost_minor), (200, -300));
    }
}
