//! What order lines tell of orders, persons and products, in one pass over them.

use polars::prelude::*;

use super::abc::window_start;
use super::columns::streamed;
use super::facts::{DAY, Facts, ORDER, PERSON, is_sale};
use super::favourites::{COUNT, LATEST, MONEY};
use crate::config::MoneyConfig;
use crate::schema::{
    Column as Owned, order_lines as lines, orders, product_classes as products, purchases,
};
use crate::segment::purchases::in_currency;
use crate::segment::{Input, Settings};

/// Pieces of an order.
pub(super) const UNITS: &str = "__units";
/// Cost of an order; empty unless every line has one.
pub(super) const COST: &str = "__cost";

const AMOUNT: &str = "__amount";
const LINE_COST: &str = "__line_cost";
const COSTED: &str = "__costed";
const WITHOUT_COST: &str = "__without_cost";

/// Sums of the lines of orders that count.
pub(super) struct Lines {
    /// A row per order with lines: `__person`, `__day`, `is_return`, `spend_minor`, [`UNITS`], [`COST`].
    pub(super) orders: DataFrame,
    /// A row per person and category, returns left out: `__person`, `category` and the columns of
    /// [`favourites`](super::favourites::favourites).
    pub(super) categories: DataFrame,
    /// A row per product sold in the window: the columns of `product_classes` but shares and class.
    pub(super) products: DataFrame,
}

/// Reads the lines once, streaming, so that no frame as long as they are is ever held.
pub(super) fn lines(input: &Input, facts: &Facts, settings: Settings<'_>) -> PolarsResult<Lines> {
    let sold = sold(input, facts, settings.money);
    let orders = sold
        .clone()
        .group_by([col(ORDER)])
        .agg([
            col(PERSON).first(),
            col(DAY).first(),
            purchases::IS_RETURN.expr().first(),
            purchases::SPEND_MINOR.expr().first(),
            col(UNITS).sum(),
            col(LINE_COST).sum(),
            col(LINE_COST).is_null().sum().alias(WITHOUT_COST),
        ])
        .select([
            col(PERSON),
            col(DAY),
            purchases::IS_RETURN.expr(),
            purchases::SPEND_MINOR.expr(),
            col(UNITS),
            when(col(WITHOUT_COST).eq(lit(0u32)))
                .then(col(LINE_COST))
                .otherwise(lit(NULL).cast(DataType::Int64))
                .alias(COST),
        ]);
    let categories = sold
        .clone()
        .filter(
            is_sale()
                .and(col(PERSON).is_not_null())
                .and(lines::CATEGORY.expr().is_not_null()),
        )
        .group_by([col(PERSON), lines::CATEGORY.expr()])
        .agg([
            len().cast(DataType::Int64).alias(COUNT),
            col(AMOUNT).sum().alias(MONEY),
            col(DAY).max().alias(LATEST),
        ]);
    let is_in_window = match window_start(facts, &settings.segment.abc) {
        Some(start) => col(DAY).gt(lit(start)),
        None => lit(true),
    };
    let products = products(sold.filter(is_in_window));
    let mut found = streamed(vec![orders, categories, products])?.into_iter();
    let mut next = || found.next().unwrap_or_default();
    Ok(Lines {
        orders: next(),
        categories: next(),
        products: next(),
    })
}

/// Returns the lines of `purchases`, their amounts in the workspace's currency.
///
/// A line without a quantity is one piece; its cost counts only beside its amount.
fn sold(input: &Input, facts: &Facts, money: &MoneyConfig) -> LazyFrame {
    let key = || [purchases::SOURCE.expr(), purchases::ORDER_ID.expr()];
    let mut bought = facts.orders.clone().lazy().select([
        purchases::SOURCE.expr(),
        purchases::ORDER_ID.expr(),
        col(ORDER),
        col(PERSON),
        col(DAY),
        purchases::SPEND_MINOR.expr(),
        purchases::IS_RETURN.expr(),
    ]);
    // Without rates every purchase is in the workspace's currency.
    let has_rates = !money.rates.is_empty();
    if has_rates {
        let currencies = input.orders.clone().select([
            orders::SOURCE.expr(),
            orders::ORDER_ID.expr(),
            orders::CURRENCY.expr(),
        ]);
        bought = bought.join(
            currencies,
            key(),
            [orders::SOURCE.expr(), orders::ORDER_ID.expr()],
            JoinArgs::new(JoinType::Left),
        );
    }
    let amount = |column: Owned| match has_rates {
        true => in_currency(column.expr(), money),
        false => column.expr(),
    };
    let is_costed = || {
        lines::COST_MINOR
            .expr()
            .is_not_null()
            .and(lines::AMOUNT_MINOR.expr().is_not_null())
    };
    let nothing = || lit(NULL).cast(DataType::Int64);
    let one = when(is_sale()).then(lit(1i64)).otherwise(lit(-1i64));
    input
        .order_lines
        .clone()
        .select([
            lines::SOURCE.expr(),
            lines::ORDER_ID.expr(),
            lines::PRODUCT_CODE.expr(),
            lines::PRODUCT_NAME.expr(),
            lines::CATEGORY.expr(),
            lines::QUANTITY.expr(),
            lines::AMOUNT_MINOR.expr(),
            lines::COST_MINOR.expr(),
        ])
        .join(
            bought,
            [lines::SOURCE.expr(), lines::ORDER_ID.expr()],
            key(),
            JoinArgs::new(JoinType::Inner),
        )
        .select([
            lines::SOURCE.expr(),
            col(ORDER),
            col(PERSON),
            col(DAY),
            purchases::SPEND_MINOR.expr(),
            purchases::IS_RETURN.expr(),
            coalesce(&[lines::PRODUCT_CODE.expr(), lines::PRODUCT_NAME.expr()])
                .alias(products::PRODUCT.name),
            lines::PRODUCT_NAME.expr(),
            lines::CATEGORY.expr(),
            lines::QUANTITY.expr().fill_null(one).alias(UNITS),
            amount(lines::AMOUNT_MINOR).alias(AMOUNT),
            when(is_costed())
                .then(amount(lines::AMOUNT_MINOR))
                .otherwise(nothing())
                .alias(COSTED),
            when(is_costed())
                .then(amount(lines::COST_MINOR))
                .otherwise(nothing())
                .alias(LINE_COST),
        ])
}

fn products(sold: LazyFrame) -> LazyFrame {
    let buyer = when(is_sale())
        .then(col(PERSON))
        .otherwise(lit(NULL).cast(DataType::UInt32));
    sold.filter(products::PRODUCT.expr().is_not_null())
        .with_column(buyer.alias("__buyer"))
        .group_by([lines::SOURCE.expr(), products::PRODUCT.expr()])
        .agg([
            lines::PRODUCT_NAME
                .expr()
                .max()
                .alias(products::PRODUCT_NAME.name),
            lines::CATEGORY.expr().max().alias(products::CATEGORY.name),
            col("__buyer")
                .drop_nulls()
                .n_unique()
                .cast(DataType::Int64)
                .alias(products::BUYER_COUNT.name),
            is_sale()
                .sum()
                .cast(DataType::Int64)
                .alias(products::LINE_COUNT.name),
            col(UNITS).sum().alias(products::QUANTITY.name),
            col(AMOUNT).sum().alias(products::SALES_MINOR.name),
            col(COSTED).sum().alias(products::COSTED_SALES_MINOR.name),
            col(LINE_COST).sum().alias(COST),
            col(LINE_COST).count().alias("__costed_lines"),
        ])
        .with_column(
            when(col("__costed_lines").gt(lit(0u32)))
                .then(products::COSTED_SALES_MINOR.expr() - col(COST))
                .otherwise(lit(NULL).cast(DataType::Int64))
                .alias(products::MARGIN_MINOR.name),
        )
        .drop(by_name([COST, "__costed_lines"], true, false))
}
