//! Sales by week.

use polars::prelude::*;

use super::calendar::Calendar;
use super::columns::integers;
use super::privacy::is_group;
use super::sales::{day, is_between, is_named_purchase};
use super::{Input, day_name};
use crate::report::figures::SalesWeek;
use crate::report::periods::{Days, day_number};
use crate::schema::purchases;

/// Weeks of sales shown.
const WEEKS: i32 = 104;
const DAYS_OF_WEEK: i32 = 7;

/// Sales of one week and the persons behind them.
#[derive(Debug, Clone, Copy, Default)]
struct WeekFound {
    orders: u64,
    new: i64,
    repeat: i64,
    /// Who bought; an order nobody can be named for counts as one person's.
    buyers: u64,
    /// Who bought for the first time.
    new_buyers: u64,
    /// All others who bought or brought back.
    others: u64,
}

impl WeekFound {
    /// Returns what may be told of it: never what fewer than `smallest` persons spent, nor what tells it by subtraction. The whole is
    /// the shop's and always told, but not that it is of few.
    fn told(&self, week: String, smallest: u64, is_merged: bool) -> SalesWeek {
        let is_split = is_group(self.new_buyers, smallest) && is_group(self.others, smallest);
        let is_told = is_split && !is_merged;
        SalesWeek {
            week,
            order_count: is_group(self.buyers, smallest).then_some(self.orders),
            new_minor: is_told.then_some(self.new),
            repeat_minor: is_told.then_some(self.repeat),
            total_minor: self.new.saturating_add(self.repeat),
        }
    }
}

/// Returns sales by week, oldest first, weeks counted back from the last day, ISO weeks where these are reported; the first, incomplete week is left out.
///
/// In weeks that lie in one of the `merged` spans sales are not split: there [`super::sales::change`] tells new buyers with others only.
pub(super) fn weeks(
    input: &Input,
    calendar: &Calendar,
    smallest: u32,
    merged: &[Days],
) -> PolarsResult<Vec<SalesWeek>> {
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
    let person = || purchases::PERSON_ID.expr();
    let is_first = || purchases::IS_FIRST.expr();
    let oldest = end + 1 - whole_weeks * DAYS_OF_WEEK;
    let by_week = input
        .purchases
        .clone()
        .filter(is_between(oldest, end))
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
                .filter(is_first())
                .sum()
                .alias("new"),
            purchases::SPEND_MINOR
                .expr()
                .filter(is_first().not())
                .sum()
                .alias("repeat"),
            person()
                .filter(is_named_purchase())
                .n_unique()
                .alias("buyers"),
            person()
                .filter(is_first().and(person().is_not_null()))
                .n_unique()
                .alias("new_buyers"),
            person()
                .filter(is_first().not().and(person().is_not_null()))
                .n_unique()
                .alias("others"),
            person().is_null().sum().alias("unnamed"),
        ])
        .collect()?;
    let column = |name| integers(&by_week, name);
    let (week, orders, new, repeat) = (
        column("__week")?,
        column("orders")?,
        column("new")?,
        column("repeat")?,
    );
    let (buyers, new_buyers) = (column("buyers")?, column("new_buyers")?);
    let (others, unnamed) = (column("others")?, column("unnamed")?);
    let mut found = vec![WeekFound::default(); usize::try_from(whole_weeks).unwrap_or(0)];
    for (row, back) in week.iter().enumerate() {
        let place = usize::try_from(i64::from(whole_weeks) - 1 - back).ok();
        let Some(found) = place.and_then(|place| found.get_mut(place)) else {
            continue;
        };
        let unnamed = unnamed[row].unsigned_abs();
        *found = WeekFound {
            orders: orders[row].unsigned_abs(),
            new: new[row],
            repeat: repeat[row],
            buyers: buyers[row].unsigned_abs().saturating_add(unnamed),
            new_buyers: new_buyers[row].unsigned_abs(),
            others: others[row].unsigned_abs().saturating_add(unnamed),
        };
    }
    let weeks = (0..whole_weeks).rev().zip(found).map(|(back, found)| {
        let from = end + 1 - (back + 1) * DAYS_OF_WEEK;
        let to = from + DAYS_OF_WEEK - 1;
        let is_merged = merged
            .iter()
            .any(|days| day_number(days.from) <= to && day_number(days.to) >= from);
        found.told(day_name(from), u64::from(smallest), is_merged)
    });
    Ok(weeks.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_of_few_tells_neither_what_they_spent_nor_how_many_orders() {
        let week = |buyers, new_buyers, others| {
            let found = WeekFound {
                orders: 9,
                new: 700,
                repeat: 300,
                buyers,
                new_buyers,
                others,
            };
            let told = found.told("2026-09-21".to_owned(), 5, false);
            assert_eq!(told.total_minor, 1000);
            (told.order_count, told.new_minor, told.repeat_minor)
        };
        assert_eq!(week(12, 6, 6), (Some(9), Some(700), Some(300)));
        // The whole less what the others spent would be what the few did.
        assert_eq!(week(12, 4, 8), (Some(9), None, None));
        assert_eq!(week(12, 10, 2), (Some(9), None, None));
        assert_eq!(week(3, 3, 0), (None, None, None));
        assert_eq!(week(9, 0, 9), (Some(9), Some(700), Some(300)));
        let found = WeekFound {
            new_buyers: 9,
            others: 9,
            buyers: 9,
            ..WeekFound::default()
        };
        assert_eq!(found.told(String::new(), 5, true).new_minor, None);
    }
}
