//! CPO: what each campaign cost per order that is attributed to it.

use polars::prelude::*;

use super::columns::{all_of, streamed};
use super::facts::{DAY, Facts, ORDER, PERSON, is_sale};
use crate::as_of::AsOf;
use crate::config::KpisConfig;
use crate::schema::{
    ColumnKind, assignments, campaign_costs as costs, campaigns, persons, purchases,
};
use crate::segment::Input;

const START: &str = "__start";
const END: &str = "__end";
const CODE: &str = "__code";
const IS_COUPON: &str = "__is_coupon";
/// Local day on which a person was drawn.
const DRAWN: &str = "__drawn";

/// Returns the table `campaign_costs`.
///
/// An order is attributed to a campaign whose coupon it used, else to one that its person was treated by, from the
/// campaign's start, and not before the day the person was drawn, until `attribution_days` after its end (its start, where it
/// has no end). A coupon of a campaign without
/// start and end counts on every day. Of several campaigns the one by coupon wins, then the one that started last, then the
/// first by name, so that no order counts twice.
pub(super) fn campaign_costs(
    input: &Input,
    facts: &Facts,
    config: &KpisConfig,
    as_of: &AsOf,
) -> PolarsResult<DataFrame> {
    let campaigns = begun(input, facts.last_day);
    let orders = facts.orders.clone().lazy().filter(is_sale()).select([
        col(ORDER),
        col(PERSON),
        col(DAY),
        purchases::SPEND_MINOR.expr(),
        purchases::IS_FIRST.expr(),
        code(purchases::COUPON.expr()).alias(CODE),
    ]);
    let candidates = concat(
        [
            by_coupon(campaigns.clone(), orders.clone(), config.attribution_days),
            by_treatment(input, facts, campaigns.clone(), orders, as_of),
        ],
        UnionArgs::default(),
    )?;
    let attributed = candidates
        .filter(is_within(config.attribution_days))
        .sort(
            [ORDER, IS_COUPON, START, campaigns::CAMPAIGN.name],
            SortMultipleOptions::default()
                .with_order_descending_multi([false, true, true, false])
                .with_nulls_last(true),
        )
        .unique_stable(
            Some(by_name([ORDER], true, false)),
            UniqueKeepStrategy::First,
        )
        .group_by([campaigns::CAMPAIGN.expr()])
        .agg([
            len().cast(DataType::Int64).alias(costs::ORDER_COUNT.name),
            col(IS_COUPON)
                .sum()
                .cast(DataType::Int64)
                .alias(costs::COUPON_ORDER_COUNT.name),
            col(PERSON)
                .filter(purchases::IS_FIRST.expr())
                .n_unique()
                .cast(DataType::Int64)
                .alias(costs::NEW_BUYER_COUNT.name),
            purchases::SPEND_MINOR
                .expr()
                .sum()
                .alias(costs::SALES_MINOR.name),
        ]);
    let none = |column: crate::schema::Column| column.expr().fill_null(lit(0i64));
    let ratio = |part: Expr, whole: Expr| {
        when(whole.clone().gt(lit(0i64)))
            .then(part.cast(DataType::Float64) / whole.cast(DataType::Float64))
            .otherwise(lit(NULL).cast(DataType::Float64))
    };
    let cost = || costs::COST_MINOR.expr();
    let told = campaigns
        .left_join(
            attributed,
            campaigns::CAMPAIGN.expr(),
            campaigns::CAMPAIGN.expr(),
        )
        .with_columns([
            none(costs::ORDER_COUNT),
            none(costs::COUPON_ORDER_COUNT),
            none(costs::NEW_BUYER_COUNT),
            none(costs::SALES_MINOR),
        ])
        .with_columns([
            ratio(cost(), costs::ORDER_COUNT.expr()).alias(costs::CPO_MINOR.name),
            ratio(cost(), costs::NEW_BUYER_COUNT.expr())
                .alias(costs::COST_PER_NEW_BUYER_MINOR.name),
            ratio(costs::SALES_MINOR.expr(), cost()).alias(costs::SALES_PER_COST.name),
        ])
        .select(all_of(&costs::TABLE))
        .sort([costs::CAMPAIGN.name], SortMultipleOptions::default());
    // Persons times campaigns may be many times the orders: they pass through and are not held.
    let found = streamed(vec![told])?;
    Ok(found.into_iter().next().unwrap_or_default())
}

/// Returns the campaigns that began by the as-of day; of one name in several lists the first list's.
fn begun(input: &Input, last_day: i32) -> LazyFrame {
    let day = |column: crate::schema::Column| column.expr().cast(DataType::Int32);
    input
        .campaigns
        .clone()
        .sort(
            [campaigns::SOURCE.name, campaigns::CAMPAIGN.name],
            SortMultipleOptions::default(),
        )
        .unique_stable(
            Some(by_name([campaigns::CAMPAIGN.name], true, false)),
            UniqueKeepStrategy::First,
        )
        .filter(
            day(campaigns::STARTED_ON)
                .lt_eq(lit(last_day))
                .fill_null(lit(true)),
        )
        .select([
            campaigns::CAMPAIGN.expr(),
            campaigns::CHANNEL.expr(),
            campaigns::STARTED_ON.expr(),
            campaigns::ENDED_ON.expr(),
            campaigns::COST_MINOR.expr(),
            campaigns::COUPONS.expr(),
            day(campaigns::STARTED_ON).alias(START),
            coalesce(&[day(campaigns::ENDED_ON), day(campaigns::STARTED_ON)]).alias(END),
        ])
}

/// A coupon as it is compared: without blanks around it, whatever its case.
fn code(coupon: Expr) -> Expr {
    coupon.str().strip_chars(lit(NULL)).str().to_lowercase()
}

/// What an order has of the campaign it may belong to.
fn candidate(is_coupon: bool) -> Vec<Expr> {
    vec![
        campaigns::CAMPAIGN.expr(),
        col(START),
        col(END),
        col(ORDER),
        col(PERSON),
        col(DAY),
        purchases::SPEND_MINOR.expr(),
        purchases::IS_FIRST.expr(),
        lit(is_coupon).alias(IS_COUPON),
    ]
}

/// The campaign of a coupon depends on the day alone, so it is chosen once per code and day and not per order.
fn by_coupon(campaigns: LazyFrame, orders: LazyFrame, attribution_days: u32) -> LazyFrame {
    let key = || [col(CODE), col(DAY)];
    let codes = campaigns
        .select([
            campaigns::CAMPAIGN.expr(),
            col(START),
            col(END),
            campaigns::COUPONS.expr(),
        ])
        .explode(
            by_name([campaigns::COUPONS.name], true, false),
            ExplodeOptions {
                empty_as_null: true,
                keep_nulls: true,
            },
        )
        .with_column(code(campaigns::COUPONS.expr()).alias(CODE))
        .filter(col(CODE).is_not_null().and(col(CODE).neq(lit(""))))
        .select([campaigns::CAMPAIGN.expr(), col(START), col(END), col(CODE)])
        .unique(None, UniqueKeepStrategy::Any);
    let orders = orders.filter(col(CODE).is_not_null());
    let chosen = orders
        .clone()
        .select(key())
        .unique(None, UniqueKeepStrategy::Any)
        .inner_join(codes, col(CODE), col(CODE))
        .filter(is_within(attribution_days))
        .sort(
            [CODE, DAY, START, campaigns::CAMPAIGN.name],
            SortMultipleOptions::default()
                .with_order_descending_multi([false, false, true, false])
                .with_nulls_last(true),
        )
        .unique_stable(
            Some(by_name([CODE, DAY], true, false)),
            UniqueKeepStrategy::First,
        );
    orders
        .join(chosen, key(), key(), JoinArgs::new(JoinType::Inner))
        .select(candidate(true))
}

/// A person counts in the arm all of whose records stand in it, as in `campaign_results`.
fn by_treatment(
    input: &Input,
    facts: &Facts,
    campaigns: LazyFrame,
    orders: LazyFrame,
    as_of: &AsOf,
) -> LazyFrame {
    let instant = lit(as_of.instant().as_microsecond()).cast(ColumnKind::Instant.dtype());
    let treated = input
        .assignments
        .clone()
        .filter(
            assignments::ASSIGNED_AT
                .expr()
                .lt(instant)
                .or(assignments::ASSIGNED_AT.expr().is_null()),
        )
        .join(
            input.persons.clone().filter(persons::IS_ANALYSED.expr()),
            [assignments::SOURCE.expr(), assignments::CUSTOMER_ID.expr()],
            [persons::SOURCE.expr(), persons::CUSTOMER_ID.expr()],
            JoinArgs::new(JoinType::Inner),
        )
        .group_by([assignments::CAMPAIGN.expr(), persons::PERSON_ID.expr()])
        .agg([
            assignments::ARM.expr().min(),
            assignments::ARM.expr().n_unique().alias("__arms"),
            assignments::ASSIGNED_AT.expr().min(),
        ])
        .filter(
            col("__arms")
                .eq(lit(1u32))
                .and(assignments::ARM.expr().eq(lit("treated"))),
        )
        .inner_join(
            facts.persons.clone().lazy(),
            persons::PERSON_ID.expr(),
            purchases::PERSON_ID.expr(),
        )
        .select([
            assignments::CAMPAIGN.expr(),
            col(PERSON),
            assignments::ASSIGNED_AT
                .expr()
                .dt()
                .convert_time_zone(as_of.polars_zone())
                .dt()
                .date()
                .cast(DataType::Int32)
                .alias(DRAWN),
        ])
        .inner_join(
            campaigns.filter(col(START).is_not_null()).select([
                campaigns::CAMPAIGN.expr(),
                col(START),
                col(END),
            ]),
            assignments::CAMPAIGN.expr(),
            campaigns::CAMPAIGN.expr(),
        );
    orders
        .filter(col(PERSON).is_not_null())
        .inner_join(treated, col(PERSON), col(PERSON))
        // What was bought before the person was drawn is not the campaign's; a day that is not known keeps nothing out.
        .filter(col(DAY).gt_eq(col(DRAWN)).fill_null(lit(true)))
        .select(candidate(false))
}

/// Whether an order lies within the days of its campaign; an end that is not known is none.
fn is_within(attribution_days: u32) -> Expr {
    let day = |column: &str| col(column).cast(DataType::Int64);
    let begins = day(DAY).gt_eq(day(START)).fill_null(lit(true));
    let ends = day(DAY)
        .lt_eq(day(END) + lit(i64::from(attribution_days)))
        .fill_null(lit(true));
    begins.and(ends)
}
