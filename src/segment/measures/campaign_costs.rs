//! CPO: what each campaign cost per order that is attributed to it.

use polars::prelude::*;

use super::columns::{all_of, is_any, streamed};
use super::facts::{Facts, owner};
use crate::as_of::AsOf;
use crate::config::KpisConfig;
use crate::schema::{
    ColumnKind, assignments, campaign_costs as costs, campaigns, persons, purchases,
};
use crate::segment::Input;

/// Place of an order in `purchases`.
const ORDER: &str = "__order";
/// Number of its person; empty where nobody can be named.
const PERSON: &str = "__person";
/// Days since 1970-01-01.
const DAY: &str = "__day";
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
    facts: &Facts<'_>,
    config: &KpisConfig,
    as_of: &AsOf,
) -> PolarsResult<DataFrame> {
    let campaigns = begun(input, facts.last_day).collect()?.lazy();
    let by_coupon = by_coupon(facts, campaigns.clone(), config.attribution_days)?;
    let mut candidates = vec![by_coupon];
    if is_any(&input.assignments)? {
        candidates.push(by_treatment(input, facts, campaigns.clone(), as_of)?);
    }
    let candidates = concat(candidates, UnionArgs::default())?;
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

/// Returns the sales at some places of `purchases`, as numbers alone.
fn sales(facts: &Facts<'_>, places: &[IdxSize]) -> PolarsResult<DataFrame> {
    let order = |place: &IdxSize| facts.orders[*place as usize];
    let persons: Vec<Option<u32>> = places
        .iter()
        .map(|place| owner(order(place)).map(|person| person as u32))
        .collect();
    let days: Vec<i32> = places.iter().map(|place| order(place).day()).collect();
    let spends: Vec<i64> = places.iter().map(|place| order(place).spend()).collect();
    let is_first: Vec<bool> = places
        .iter()
        .map(|place| facts.is_first(order(place)))
        .collect();
    DataFrame::new(
        places.len(),
        vec![
            Column::new(PlSmallStr::from_static(ORDER), places.to_vec()),
            Column::new(PlSmallStr::from_static(PERSON), persons),
            Column::new(PlSmallStr::from_static(DAY), days),
            Column::new(purchases::SPEND_MINOR.small_name(), spends),
            Column::new(purchases::IS_FIRST.small_name(), is_first),
        ],
    )
}

/// Returns the sales with a coupon, none of whose texts is looked at where no campaign has one.
fn sales_with_coupon(facts: &Facts<'_>, has_codes: bool) -> PolarsResult<DataFrame> {
    let texts = match has_codes {
        true => facts.texts(purchases::COUPON)?,
        false => None,
    };
    let places: Vec<IdxSize> = match texts {
        Some(texts) => facts
            .orders
            .iter()
            .zip(texts.iter())
            .zip(0..)
            .filter(|((order, text), _)| !order.is_return() && text.is_some())
            .map(|(_, place)| place)
            .collect(),
        None => Vec::new(),
    };
    let mut found = sales(facts, &places)?;
    let coupons = facts.purchases.column(purchases::COUPON.name)?;
    found.with_column(coupons.take_slice(&places)?)?;
    Ok(found)
}

/// The campaign of a coupon depends on the day alone, so it is chosen once per code and day and not per order.
fn by_coupon(
    facts: &Facts<'_>,
    campaigns: LazyFrame,
    attribution_days: u32,
) -> PolarsResult<LazyFrame> {
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
        .unique(None, UniqueKeepStrategy::Any)
        .collect()?;
    let orders = sales_with_coupon(facts, codes.height() > 0)?
        .lazy()
        .with_column(code(purchases::COUPON.expr()).alias(CODE));
    let chosen = orders
        .clone()
        .select(key())
        .unique(None, UniqueKeepStrategy::Any)
        .inner_join(codes.lazy(), col(CODE), col(CODE))
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
    Ok(orders
        .join(chosen, key(), key(), JoinArgs::new(JoinType::Inner))
        .select(candidate(true)))
}

/// A person counts in the arm all of whose records stand in it, as in `campaign_results`.
fn by_treatment(
    input: &Input,
    facts: &Facts<'_>,
    campaigns: LazyFrame,
    as_of: &AsOf,
) -> PolarsResult<LazyFrame> {
    let treated = streamed(vec![treated(input, facts, campaigns, as_of)?])?;
    let treated = treated.into_iter().next().unwrap_or_default();
    let mut is_treated = vec![false; facts.person_count()];
    for person in treated.column(PERSON)?.u32()?.iter().flatten() {
        is_treated[person as usize] = true;
    }
    let places: Vec<IdxSize> = facts
        .orders
        .iter()
        .zip(0..)
        .filter(|(order, _)| !order.is_return())
        .filter(|(order, _)| owner(**order).is_some_and(|person| is_treated[person]))
        .map(|(_, place)| place)
        .collect();
    Ok(sales(facts, &places)?
        .lazy()
        .inner_join(treated.lazy(), col(PERSON), col(PERSON))
        // What was bought before the person was drawn is not the campaign's; a day that is not known keeps nothing out.
        .filter(col(DAY).gt_eq(col(DRAWN)).fill_null(lit(true)))
        .select(candidate(false)))
}

/// Returns campaign, its first and last day, person and the day the person was drawn, of everybody who was treated.
fn treated(
    input: &Input,
    facts: &Facts<'_>,
    campaigns: LazyFrame,
    as_of: &AsOf,
) -> PolarsResult<LazyFrame> {
    let count = facts.person_count();
    let numbers: Vec<u32> = (0..count as u32).collect();
    let ids = facts
        .ids
        .clone()
        .with_name(purchases::PERSON_ID.small_name());
    let numbers = Column::new(PlSmallStr::from_static(PERSON), numbers);
    let numbered = DataFrame::new(count, vec![ids, numbers])?;
    let instant = lit(as_of.instant().as_microsecond()).cast(ColumnKind::Instant.dtype());
    Ok(input
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
            numbered.lazy(),
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
        ))
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
