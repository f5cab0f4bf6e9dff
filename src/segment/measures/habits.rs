//! How each person buys: when the next visit is due, what an order is worth, what, where and how.

use polars::prelude::*;

use super::columns::all_of;
use super::cpm;
use super::facts::{DAY, Facts, PERSON, is_sale};
use super::favourites::{COUNT, LATEST, MONEY, favourites};
use super::lines::{COST, Lines, UNITS};
use crate::config::{SegmentConfig, VisitsConfig};
use crate::schema::{
    Column as Owned, order_lines, person_habits as habits, person_values as values, purchases,
};
use crate::segment::known::{in_order, told_by};

/// Returns the table `person_habits`, a row per row of `person_values`, in their order.
pub(super) fn habits(
    facts: &Facts,
    lines: &Lines,
    persons: &DataFrame,
    abc: &DataFrame,
    config: &SegmentConfig,
) -> PolarsResult<DataFrame> {
    let mut people = persons
        .clone()
        .lazy()
        .select([
            values::PERSON_ID.expr(),
            values::LAST_PURCHASED_ON.expr(),
            values::PURCHASE_DAY_COUNT.expr(),
            values::LAST_PURCHASE_AGE_DAYS.expr(),
            values::DAYS_SINCE_LAST_PURCHASE.expr(),
            values::VISIT_CYCLE_DAYS.expr(),
            values::SPEND_MINOR.expr(),
        ])
        .join(
            facts.persons.clone().lazy(),
            [values::PERSON_ID.expr()],
            [purchases::PERSON_ID.expr()],
            in_order(),
        );
    let told = [
        sales(facts),
        units_and_margin(lines),
        breadth(lines),
        favourite_categories(lines),
        chosen(facts, purchases::CHANNEL, habits::FAVOURITE_CHANNEL),
        chosen(facts, purchases::STORE, habits::FAVOURITE_STORE),
        abc.clone().lazy(),
    ];
    for told in told {
        people = told_by(PERSON, people, told.collect()?);
    }
    people
        .with_column(overdue().alias(habits::OVERDUE_CYCLES.name))
        .with_columns([
            visit_state(&config.visits).alias(habits::VISIT_STATE.name),
            next_due().alias(habits::NEXT_DUE_ON.name),
            cpm::group(&config.cpm).alias(habits::CPM_GROUP.name),
            cpm::state(&config.cpm).alias(habits::CPM_STATE.name),
        ])
        .select(all_of(&habits::TABLE))
        .collect()
}

fn overdue() -> Expr {
    let cycle = || values::VISIT_CYCLE_DAYS.expr();
    when(cycle().gt(lit(0.0)))
        .then(
            values::DAYS_SINCE_LAST_PURCHASE
                .expr()
                .cast(DataType::Float64)
                / cycle(),
        )
        .otherwise(lit(NULL).cast(DataType::Float64))
}

fn visit_state(config: &VisitsConfig) -> Expr {
    let cycles = || habits::OVERDUE_CYCLES.expr();
    when(cycles().is_null())
        .then(lit(NULL).cast(DataType::String))
        .when(cycles().lt(lit(config.due_cycles)))
        .then(lit("early"))
        .when(cycles().lt(lit(config.overdue_cycles)))
        .then(lit("due"))
        .when(cycles().lt(lit(config.gone_cycles)))
        .then(lit("overdue"))
        .otherwise(lit("gone"))
}

fn next_due() -> Expr {
    let cycle = values::VISIT_CYCLE_DAYS
        .expr()
        .round(0, RoundMode::HalfToEven)
        .cast(DataType::Int32);
    (values::LAST_PURCHASED_ON.expr().cast(DataType::Int32) + cycle).cast(DataType::Date)
}

/// Orders of a person, returns left out.
fn sales(facts: &Facts) -> LazyFrame {
    let spend = || purchases::SPEND_MINOR.expr();
    facts
        .orders
        .clone()
        .lazy()
        .filter(is_sale().and(col(PERSON).is_not_null()))
        .group_by([col(PERSON)])
        .agg([
            spend().sum().alias(habits::SALES_MINOR.name),
            spend().max().alias(habits::LARGEST_ORDER_MINOR.name),
            len().cast(DataType::Float64).alias("__orders"),
        ])
        .with_column(
            (habits::SALES_MINOR.expr().cast(DataType::Float64) / col("__orders"))
                .alias(habits::MEAN_ORDER_MINOR.name),
        )
}

fn units_and_margin(lines: &Lines) -> LazyFrame {
    const ORDERS: &str = "__lined_orders";
    const PIECES: &str = "__pieces";
    let whole = || lit(0i64);
    let units = when(is_sale()).then(col(UNITS)).otherwise(whole());
    let is_costed = || col(COST).is_not_null();
    let costed = when(is_costed())
        .then(purchases::SPEND_MINOR.expr())
        .otherwise(whole());
    let is_known = || col("__costed_orders").gt(lit(0u32));
    let nothing = || lit(NULL).cast(DataType::Int64);
    lines
        .orders
        .clone()
        .lazy()
        .filter(col(PERSON).is_not_null())
        .with_columns([units.alias(PIECES), costed.alias("__costed_spend")])
        .group_by([col(PERSON)])
        .agg([
            is_sale().sum().cast(DataType::Float64).alias(ORDERS),
            col(PIECES).sum().cast(DataType::Float64),
            is_costed().sum().alias("__costed_orders"),
            col("__costed_spend").sum(),
            col(COST).sum(),
        ])
        .select([
            col(PERSON),
            when(col(ORDERS).gt(lit(0.0)))
                .then(col(PIECES) / col(ORDERS))
                .otherwise(lit(NULL).cast(DataType::Float64))
                .alias(habits::UNITS_PER_ORDER.name),
            when(is_known())
                .then(col("__costed_spend"))
                .otherwise(nothing())
                .alias(habits::COSTED_SPEND_MINOR.name),
            when(is_known())
                .then(col("__costed_spend") - col(COST))
                .otherwise(nothing())
                .alias(habits::MARGIN_MINOR.name),
        ])
}

fn breadth(lines: &Lines) -> LazyFrame {
    lines
        .categories
        .clone()
        .lazy()
        .group_by([col(PERSON)])
        .agg([len()
            .cast(DataType::Int64)
            .alias(habits::CATEGORY_COUNT.name)])
}

fn favourite_categories(lines: &Lines) -> LazyFrame {
    favourites(lines.categories.clone().lazy(), order_lines::CATEGORY.name).select([
        col(PERSON),
        order_lines::CATEGORY
            .expr()
            .alias(habits::FAVOURITE_CATEGORY.name),
    ])
}

/// What a person's orders have most of in a column of `purchases`.
fn chosen(facts: &Facts, choice: Owned, favourite: Owned) -> LazyFrame {
    let counts = facts
        .orders
        .clone()
        .lazy()
        .filter(
            is_sale()
                .and(col(PERSON).is_not_null())
                .and(choice.expr().is_not_null()),
        )
        .group_by([col(PERSON), choice.expr()])
        .agg([
            len().cast(DataType::Int64).alias(COUNT),
            purchases::SPEND_MINOR.expr().sum().alias(MONEY),
            col(DAY).max().alias(LATEST),
        ]);
    favourites(counts, choice.name).select([col(PERSON), choice.expr().alias(favourite.name)])
}
