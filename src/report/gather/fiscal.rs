//! The fiscal year up to the end of the reported period.

use jiff::civil::Date;
use polars::prelude::*;

use super::Input;
use super::columns::integers;
use super::privacy::{is_group, is_split};
use super::sales::is_between;
use crate::report::figures::{FiscalYear, YearToDate};
use crate::report::periods::{Days, day_number, fiscal_year_start, year_before};
use crate::schema::purchases;

/// Days without an order at the beginning of a year that is known.
const QUIET_DAYS: i64 = 7;
/// What is told of days without a purchase.
const NOTHING: YearToDate = YearToDate {
    sales_minor: 0,
    order_count: Some(0),
    buyer_count: Some(0),
    new_buyer_count: Some(0),
};

/// Returns the fiscal year that a day lies in, up to that day, beside the same days of the one before; fewer than `smallest` persons are
/// not counted out.
pub(super) fn year(
    input: &Input,
    to: Date,
    start_month: u32,
    smallest: u32,
) -> PolarsResult<Option<FiscalYear>> {
    let from = fiscal_year_start(to, start_month);
    let before = Days {
        from: year_before(from),
        to: year_before(to),
    };
    let current = to_date(input, Days { from, to }, smallest)?;
    let previous = match is_known_from(input, before.from)? {
        true => to_date(input, before, smallest)?,
        false => None,
    };
    if current.is_none() && previous.is_none() {
        return Ok(None);
    }
    let name = |day: Date| day.to_string();
    Ok(Some(FiscalYear {
        year: from.year(),
        start_month,
        from: name(from),
        to: name(to),
        current: current.unwrap_or(NOTHING),
        previous_from: name(before.from),
        previous_to: name(before.to),
        previous,
    }))
}

/// Returns whether the orders go back to a day, but for a quiet week: a part of a year is no year to be compared with.
fn is_known_from(input: &Input, day: Date) -> PolarsResult<bool> {
    let oldest = purchases::PURCHASED_ON.expr().min();
    let oldest = oldest.cast(DataType::Int64).alias("oldest");
    let frame = input.purchases.clone().select([oldest]).collect()?;
    let oldest = integers(&frame, "oldest")?.first().copied();
    Ok(oldest.is_some_and(|oldest| oldest <= i64::from(day_number(day)) + QUIET_DAYS))
}

/// Returns what was bought on some days; nothing without a single purchase or return.
fn to_date(input: &Input, days: Days, smallest: u32) -> PolarsResult<Option<YearToDate>> {
    let is_return = || purchases::IS_RETURN.expr();
    let is_named = || {
        let person = purchases::PERSON_ID.expr();
        person.is_not_null().and(is_return().not())
    };
    let buyers = |who: Expr| purchases::PERSON_ID.expr().filter(who).n_unique();
    let is_in = is_between(day_number(days.from), day_number(days.to));
    let frame = input
        .purchases
        .clone()
        .filter(is_in)
        .select([
            len().alias("rows"),
            purchases::SPEND_MINOR.expr().sum().alias("spend"),
            is_return().not().sum().alias("orders"),
            purchases::PERSON_ID
                .expr()
                .is_null()
                .and(is_return().not())
                .sum()
                .alias("unnamed"),
            buyers(is_named()).alias("buyers"),
            buyers(is_named().and(purchases::IS_FIRST.expr())).alias("new_buyers"),
        ])
        .collect()?;
    let value = |name: &str| -> PolarsResult<i64> {
        Ok(integers(&frame, name)?.first().copied().unwrap_or(0))
    };
    if value("rows")? == 0 {
        return Ok(None);
    }
    let buyers = value("buyers")?.unsigned_abs();
    let (buyer_count, new_buyer_count) = told(
        buyers,
        value("new_buyers")?.unsigned_abs(),
        u64::from(smallest),
    );
    Ok(Some(YearToDate {
        sales_minor: value("spend")?,
        order_count: is_group(
            buyers.saturating_add(value("unnamed")?.unsigned_abs()),
            u64::from(smallest),
        )
        .then_some(value("orders")?.unsigned_abs()),
        buyer_count,
        new_buyer_count,
    }))
}

/// Returns buyers and new buyers as far as they may be told; the difference of both is the others.
fn told(buyers: u64, new_buyers: u64, smallest: u64) -> (Option<u64>, Option<u64>) {
    let is_told = is_group(buyers, smallest);
    (
        is_told.then_some(buyers),
        (is_told && is_split(new_buyers, buyers, smallest)).then_some(new_buyers),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_buyers_are_not_counted_out_and_do_not_follow_from_the_others() {
        assert_eq!(told(40, 12, 5), (Some(40), Some(12)));
        assert_eq!(told(40, 3, 5), (Some(40), None));
        assert_eq!(told(40, 38, 5), (Some(40), None));
        assert_eq!(told(40, 0, 5), (Some(40), Some(0)));
        assert_eq!(told(40, 40, 5), (Some(40), Some(40)));
        assert_eq!(told(4, 0, 5), (None, None));
        assert_eq!(told(0, 0, 5), (Some(0), Some(0)));
        assert_eq!(told(2, 1, 1), (Some(2), Some(1)));
    }
}
