//! The fiscal year up to the end of the reported period.

use jiff::civil::Date;
use polars::prelude::*;

use super::Input;
use super::columns::integers;
use crate::report::figures::{FiscalYear, YearToDate};
use crate::report::periods::{Days, Periods, day_number, fiscal_year_start, year_before};
use crate::schema::purchases;

/// Returns the fiscal year that the reported period ends in, up to its end, beside the same days of the one before.
pub(super) fn year(
    input: &Input,
    periods: &Periods,
    start_month: u32,
) -> PolarsResult<Option<FiscalYear>> {
    let to = periods.days(0).to;
    let from = fiscal_year_start(to, start_month);
    let before = Days {
        from: year_before(from),
        to: year_before(to),
    };
    let current = to_date(input, Days { from, to })?;
    let previous = to_date(input, before)?;
    if current.is_none() && previous.is_none() {
        return Ok(None);
    }
    let name = |day: Date| day.to_string();
    Ok(Some(FiscalYear {
        year: from.year(),
        start_month,
        from: name(from),
        to: name(to),
        current: current.unwrap_or_default(),
        previous_from: name(before.from),
        previous_to: name(before.to),
        previous,
    }))
}

/// Returns what was bought on some days; nothing without a single purchase or return.
fn to_date(input: &Input, days: Days) -> PolarsResult<Option<YearToDate>> {
    let day = || purchases::PURCHASED_ON.expr().cast(DataType::Int32);
    let is_return = || purchases::IS_RETURN.expr();
    let is_named = || {
        let person = purchases::PERSON_ID.expr();
        person.is_not_null().and(is_return().not())
    };
    let buyers = |who: Expr| purchases::PERSON_ID.expr().filter(who).n_unique();
    let is_in = day()
        .gt_eq(lit(day_number(days.from)))
        .and(day().lt_eq(lit(day_number(days.to))));
    let frame = input
        .purchases
        .clone()
        .filter(is_in)
        .select([
            len().alias("rows"),
            purchases::SPEND_MINOR.expr().sum().alias("spend"),
            is_return().not().sum().alias("orders"),
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
    Ok(Some(YearToDate {
        sales_minor: value("spend")?,
        order_count: value("orders")?.unsigned_abs(),
        buyer_count: value("buyers")?.unsigned_abs(),
        new_buyer_count: value("new_buyers")?.unsigned_abs(),
    }))
}
