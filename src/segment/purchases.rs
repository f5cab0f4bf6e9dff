//! Orders to purchases: who, on which local day, for how much.

use polars::prelude::*;

use super::Input;
use crate::as_of::AsOf;
use crate::config::MoneyConfig;
use crate::money;
use crate::schema::{ColumnKind, orders, persons, purchases};

/// Orders that count nowhere or for nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Cancelled orders.
    pub cancelled: u64,
    /// Orders in a currency without a rate.
    pub other_currency: u64,
    /// Orders nobody can be named for; they count in sales.
    pub without_person: u64,
}

/// Returns the table `purchases` and what is not in it.
pub(super) fn purchases(
    input: &Input,
    money: &MoneyConfig,
    as_of: &AsOf,
) -> PolarsResult<(DataFrame, LeftOut)> {
    let instant = lit(as_of.instant().as_microsecond()).cast(ColumnKind::Instant.dtype());
    let day = orders::ORDERED_AT
        .expr()
        .dt()
        .convert_time_zone(as_of.polars_zone())
        .dt()
        .date();
    // Complete days only: a day that still goes on would count as a day without purchases for most.
    let is_complete = day
        .clone()
        .cast(DataType::Int32)
        .lt_eq(lit(as_of.day_number()));
    let known = input
        .orders
        .clone()
        .filter(orders::ORDERED_AT.expr().lt(instant).and(is_complete));
    let is_cancelled = orders::STATUS.expr().eq(lit("cancelled"));
    let people = input
        .persons
        .clone()
        .filter(persons::IS_ANALYSED.expr())
        .select([
            persons::SOURCE.expr(),
            persons::CUSTOMER_ID.expr(),
            persons::PERSON_ID.expr(),
        ]);
    let spend = in_currency(orders::SPEND_MINOR.expr(), money);
    // More was given back than was bought: no purchase, whatever the shop calls it.
    let is_return = orders::STATUS
        .expr()
        .eq(lit("returned"))
        .or(spend.clone().lt(lit(0i64)));
    let counted = known
        .clone()
        .filter(is_cancelled.clone().not())
        .join(
            people,
            [orders::SOURCE.expr(), orders::CUSTOMER_ID.expr()],
            [persons::SOURCE.expr(), persons::CUSTOMER_ID.expr()],
            JoinArgs::new(JoinType::Left),
        )
        .select([
            orders::SOURCE.expr(),
            orders::ORDER_ID.expr(),
            persons::PERSON_ID.expr(),
            day.alias(purchases::PURCHASED_ON.name),
            spend.alias(purchases::SPEND_MINOR.name),
            is_return.alias(purchases::IS_RETURN.name),
            orders::CHANNEL.expr(),
            orders::STORE.expr(),
            orders::COUPON.expr(),
        ])
        .filter(purchases::SPEND_MINOR.expr().is_not_null())
        .collect()?;
    // A return without a purchase before it opens nobody's history.
    let first_day = counted
        .clone()
        .lazy()
        .filter(
            purchases::IS_RETURN
                .expr()
                .not()
                .and(purchases::PERSON_ID.expr().is_not_null()),
        )
        .group_by([purchases::PERSON_ID.expr()])
        .agg([purchases::PURCHASED_ON.expr().min().alias("__first")]);
    let is_first = purchases::PURCHASED_ON
        .expr()
        .eq(col("__first"))
        .and(purchases::IS_RETURN.expr().not());
    let all = counted
        .lazy()
        .left_join(
            first_day,
            purchases::PERSON_ID.expr(),
            purchases::PERSON_ID.expr(),
        )
        .with_column(
            is_first
                .fill_null(lit(false))
                .alias(purchases::IS_FIRST.name),
        )
        .select(
            purchases::TABLE
                .columns
                .iter()
                .map(|column| column.expr())
                .collect::<Vec<_>>(),
        )
        .sort(
            [
                purchases::PURCHASED_ON.name,
                purchases::SOURCE.name,
                purchases::ORDER_ID.name,
            ],
            SortMultipleOptions::default(),
        )
        .collect()?;
    let counts = known
        .select([
            is_cancelled
                .clone()
                .sum()
                .cast(DataType::UInt64)
                .alias("cancelled"),
            is_cancelled
                .not()
                .sum()
                .cast(DataType::UInt64)
                .alias("counted"),
        ])
        .collect()?;
    let number =
        |name: &str| -> PolarsResult<u64> { Ok(counts.column(name)?.u64()?.get(0).unwrap_or(0)) };
    let left_out = LeftOut {
        cancelled: number("cancelled")?,
        other_currency: number("counted")?.saturating_sub(all.height() as u64),
        without_person: all.column(purchases::PERSON_ID.name)?.null_count() as u64,
    };
    Ok((all, left_out))
}

/// Returns an amount of an order in the workspace's currency, null in a currency without a rate.
pub(super) fn in_currency(amount: Expr, money: &MoneyConfig) -> Expr {
    let own = orders::CURRENCY.expr().eq(lit(money.currency.as_str()));
    let mut converted = when(own)
        .then(amount.clone())
        .otherwise(lit(NULL).cast(DataType::Int64));
    for (currency, rate) in &money.rates {
        let factor =
            rate * 10f64.powi(money::exponent(&money.currency) - money::exponent(currency));
        let exchanged = (amount.clone().cast(DataType::Float64) * lit(factor))
            .round(0, RoundMode::HalfToEven)
            .cast(DataType::Int64);
        converted = when(orders::CURRENCY.expr().eq(lit(currency.as_str())))
            .then(exchanged)
            .otherwise(converted);
    }
    converted
}
