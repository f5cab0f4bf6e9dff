//! Sales: what was bought, by period, and why it changed.

use polars::prelude::*;

use super::Input;
use super::calendar::{Calendar, HISTORY, Past};
use super::columns::integers;
use super::privacy::{held_back, is_group, is_split};
use crate::report::figures::SalesChange;
use crate::report::periods::day_number;
use crate::schema::purchases;

/// Sales of one period.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct SalesPeriod {
    pub spend: i64,
    pub orders: i64,
    pub buyers: i64,
    pub new_buyers: i64,
    pub returned: i64,
    pub unnamed: i64,
    /// Orders nobody can be named for.
    pub unnamed_orders: i64,
}

/// What of a period may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    /// How many bought.
    pub buyers: bool,
    /// How many of them bought for the first time, and so how many had bought before.
    pub split: bool,
    /// How many orders there were, and so what one was worth in the mean.
    pub orders: bool,
}

impl SalesPeriod {
    /// Returns what may be told. An order nobody can be named for counts as one person's.
    pub(super) fn told(&self, smallest: u64) -> Told {
        let buyers = self.buyers.unsigned_abs();
        let unnamed = self.unnamed_orders.unsigned_abs();
        let is_told = is_group(buyers, smallest);
        Told {
            buyers: is_told,
            split: is_told && is_split(self.new_buyers.unsigned_abs(), buyers, smallest),
            orders: is_group(buyers.saturating_add(unnamed), smallest),
        }
    }
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

impl Movement {
    /// Returns which of them are too few to be told of by themselves: the new, who bought in both, who came back, and the lost.
    fn held(&self, smallest: u32) -> Vec<bool> {
        held_back(&self.persons(), u64::from(smallest))
    }

    fn persons(&self) -> [u64; 4] {
        [self.new, self.kept, self.back, self.lost].map(|group| group.persons.unsigned_abs())
    }

    /// Returns whether what new buyers spent is told together with others only.
    pub(super) fn is_new_merged(&self, smallest: u32) -> bool {
        self.held(smallest).first().copied().unwrap_or(false)
    }
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

/// Returns the day of a purchase, as a number.
pub(super) fn day() -> Expr {
    purchases::PURCHASED_ON.expr().cast(DataType::Int32)
}

/// Purchases and returns of days (numbers) from one to another, both included.
///
/// What lies far off is left out by this before anything is computed of it, and mostly not read.
pub(super) fn is_between(from: i32, to: i32) -> Expr {
    let day = |number: i32| lit(number).cast(DataType::Date);
    let is_late = purchases::PURCHASED_ON.expr().gt_eq(day(from));
    is_late.and(purchases::PURCHASED_ON.expr().lt_eq(day(to)))
}

/// Returns the purchases and returns of the last periods and the compared one.
fn lately(input: &Input, calendar: &Calendar) -> LazyFrame {
    let (oldest, compared) = (
        calendar.periods.days(HISTORY - 1),
        calendar.periods.compared(),
    );
    let is_recent = is_between(day_number(oldest.from), calendar.end_of(0));
    let is_compared = is_between(day_number(compared.from), day_number(compared.to));
    input.purchases.clone().filter(is_recent.or(is_compared))
}

/// Purchases of persons who can be named.
pub(super) fn is_named_purchase() -> Expr {
    let person = purchases::PERSON_ID.expr();
    person.is_not_null().and(purchases::IS_RETURN.expr().not())
}

/// Returns the span of the first purchase of each person who bought first [`lately`], as `__first_span`.
fn first_spans(input: &Input, calendar: &Calendar) -> LazyFrame {
    let first = calendar.periods_back(day().min());
    lately(input, calendar)
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
    let by_span = lately(input, calendar)
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
            person()
                .is_null()
                .and(is_return().not())
                .sum()
                .alias("unnamed_orders"),
        ])
        .collect()?;
    let column = |name| integers(&by_span, name);
    let (spans, spend, orders) = (column("__span")?, column("spend")?, column("orders")?);
    let (buyers, new_buyers) = (column("buyers")?, column("new_buyers")?);
    let (returned, unnamed) = (column("returned")?, column("unnamed")?);
    let unnamed_orders = column("unnamed_orders")?;
    let rows = spans.into_iter().enumerate().map(|(row, span)| {
        let period = SalesPeriod {
            spend: spend[row],
            orders: orders[row],
            buyers: buyers[row],
            new_buyers: new_buyers[row],
            returned: returned[row],
            unnamed: unnamed[row],
            unnamed_orders: unnamed_orders[row],
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
    let by_person = lately(input, calendar)
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
/// fewer than `smallest` persons are put together with as many others as it takes, with returns and orders of nobody where all
/// persons are fewer.
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
    let held = moved.held(smallest);
    let persons = moved.persons().into_iter().zip(&held);
    let held_persons: u64 = persons
        .filter(|(_, is_held)| **is_held)
        .map(|(persons, _)| persons)
        .sum();
    let are_all_few = !is_group(held_persons, u64::from(smallest));
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
    let mut returns_minor = now.returned - before.returned;
    let mut unnamed_minor = now.unnamed - before.unnamed;
    if are_all_few {
        merged += returns_minor + unnamed_minor;
        (returns_minor, unnamed_minor) = (0, 0);
    }
    Some(SalesChange {
        total_minor: now.spend - before.spend,
        new_minor,
        back_minor,
        lost_minor,
        frequency_minor,
        order_value_minor,
        merged_minor: merged,
        returns_minor,
        unnamed_minor,
    })
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

    #[test]
    fn where_all_persons_are_few_only_the_whole_change_is_told() {
        let moved = Movement {
            new: buyers(1, (700, 0), (1, 0)),
            kept: buyers(2, (800, 801), (5, 4)),
            ..Movement::default()
        };
        let change = change(&two_periods(), &moved, 5).expect("two periods with sales");
        assert_eq!((change.returns_minor, change.unnamed_minor), (0, 0));
        // What they spent would be this less returns and orders of nobody.
        assert_eq!(change.merged_minor, 700 - 1 - 50 + 30);
    }

    #[test]
    fn few_buyers_hide_what_follows_from_their_number() {
        let told = |buyers, new_buyers, unnamed_orders| {
            let period = SalesPeriod {
                buyers,
                new_buyers,
                unnamed_orders,
                ..SalesPeriod::default()
            };
            let told = period.told(5);
            (told.buyers, told.split, told.orders)
        };
        assert_eq!(told(40, 12, 0), (true, true, true));
        assert_eq!(told(40, 38, 0), (true, false, true));
        assert_eq!(told(1, 1, 0), (false, false, false));
        // A till that asks nobody's name still has its mean order.
        assert_eq!(told(0, 0, 300), (true, true, true));
        assert_eq!(told(2, 0, 300), (false, false, true));
        assert_eq!(told(0, 0, 3), (true, true, false));
    }
}
