//! Campaigns: treated against held out.
//!
//! Whoever was drawn counts in the arm that was drawn, reached or not, bought or not: the arms differ by the draw alone, and by
//! nothing that the campaign itself may change.

mod lifts;
#[cfg(test)]
mod tests;

use polars::prelude::*;

use self::lifts::{Arm, Lifts};
use super::Input;
use crate::as_of::AsOf;
use crate::schema::{
    Column as Owned, ColumnKind, assignments, campaign_results as results, campaigns, persons,
    purchases,
};

/// Days after its start over which a campaign is measured.
const MEASURED_DAYS: i32 = 28;

const ARMS: &str = "__arms";
const DAY: &str = "__day";
const DRAWN_ON: &str = "__drawn_on";
const IS_UNDATED: &str = "__is_undated";
const ORDERS: &str = "__orders";
const REPEATS: &str = "__repeats";
const SPEND: &str = "__spend";
const START: &str = "__start";

/// Returns the table `campaign_results`: campaigns that began, with somebody in each arm.
///
/// A campaign without a first day in any list of campaigns begins on the day its first person was drawn, as `koe audience`
/// leaves it. A person counts once; one whose records stand in both arms counts in neither.
pub(super) fn results(
    input: &Input,
    purchases: &DataFrame,
    as_of: &AsOf,
) -> PolarsResult<DataFrame> {
    let rows = rows(input, purchases, as_of)?;
    frame(&measured(&rows, as_of.day_number())?)
}

/// Returns a row per campaign and person, by campaign and person: the arm, and what the person bought in the days measured.
fn rows(input: &Input, purchases: &DataFrame, as_of: &AsOf) -> PolarsResult<DataFrame> {
    let instant = lit(as_of.instant().as_microsecond()).cast(ColumnKind::Instant.dtype());
    let assigned = input.assignments.clone().filter(
        assignments::ASSIGNED_AT
            .expr()
            .lt(instant)
            .or(assignments::ASSIGNED_AT.expr().is_null()),
    );
    let arms = assigned
        .clone()
        .join(
            input.persons.clone().filter(persons::IS_ANALYSED.expr()),
            [assignments::SOURCE.expr(), assignments::CUSTOMER_ID.expr()],
            [persons::SOURCE.expr(), persons::CUSTOMER_ID.expr()],
            JoinArgs::new(JoinType::Inner),
        )
        .group_by([assignments::CAMPAIGN.expr(), persons::PERSON_ID.expr()])
        .agg([
            assignments::ARM.expr().min(),
            assignments::ARM.expr().n_unique().alias(ARMS),
        ])
        .filter(col(ARMS).eq(lit(1u32)))
        .inner_join(
            starts(input, assigned, as_of),
            assignments::CAMPAIGN.expr(),
            campaigns::CAMPAIGN.expr(),
        );
    let key = || [assignments::CAMPAIGN.expr(), persons::PERSON_ID.expr()];
    let told = arms
        .clone()
        .join(
            bought(arms, purchases),
            key(),
            key(),
            JoinArgs::new(JoinType::Left),
        )
        .select([
            assignments::CAMPAIGN.expr(),
            persons::PERSON_ID.expr(),
            assignments::ARM.expr(),
            campaigns::CHANNEL.expr(),
            campaigns::COST_MINOR.expr(),
            col(START),
            col(SPEND),
            col(ORDERS),
            col(REPEATS),
        ])
        .sort(
            [assignments::CAMPAIGN.name, persons::PERSON_ID.name],
            SortMultipleOptions::default(),
        );
    // Persons times campaigns times purchases may be many: they pass through and are not held.
    let plans = vec![told.logical_plan];
    let found = LazyFrame::collect_all_with_engine(plans, Engine::Streaming, OptFlags::default())?;
    Ok(found.into_iter().next().unwrap_or_default())
}

/// Returns campaigns that drew persons, with channel, cost and first day. Of one name in several lists the first list that
/// says a day is believed.
fn starts(input: &Input, assigned: LazyFrame, as_of: &AsOf) -> LazyFrame {
    let listed = input
        .campaigns
        .clone()
        .select([
            campaigns::SOURCE.expr(),
            campaigns::CAMPAIGN.expr(),
            campaigns::CHANNEL.expr(),
            campaigns::STARTED_ON.expr(),
            campaigns::COST_MINOR.expr(),
            campaigns::STARTED_ON.expr().is_null().alias(IS_UNDATED),
        ])
        .sort(
            [IS_UNDATED, campaigns::SOURCE.name, campaigns::CAMPAIGN.name],
            SortMultipleOptions::default(),
        )
        .unique_stable(
            Some(by_name([campaigns::CAMPAIGN.name], true, false)),
            UniqueKeepStrategy::First,
        )
        .select([
            campaigns::CAMPAIGN.expr(),
            campaigns::CHANNEL.expr(),
            campaigns::STARTED_ON.expr(),
            campaigns::COST_MINOR.expr(),
        ]);
    assigned
        .group_by([assignments::CAMPAIGN.expr()])
        .agg([assignments::ASSIGNED_AT.expr().min()])
        .with_column(
            assignments::ASSIGNED_AT
                .expr()
                .dt()
                .convert_time_zone(as_of.polars_zone())
                .dt()
                .date()
                .alias(DRAWN_ON),
        )
        .left_join(
            listed,
            assignments::CAMPAIGN.expr(),
            campaigns::CAMPAIGN.expr(),
        )
        .select([
            assignments::CAMPAIGN.expr(),
            campaigns::CHANNEL.expr(),
            campaigns::COST_MINOR.expr(),
            coalesce(&[campaigns::STARTED_ON.expr(), col(DRAWN_ON)])
                .cast(DataType::Int32)
                .alias(START),
        ])
        .filter(col(START).is_not_null())
}

/// Returns spend, orders and repeat orders of persons in the days measured; who bought nothing is not among them.
fn bought(arms: LazyFrame, purchases: &DataFrame) -> LazyFrame {
    let is_order = purchases::IS_RETURN.expr().not();
    let is_repeat = is_order.clone().and(purchases::IS_FIRST.expr().not());
    let log = purchases
        .clone()
        .lazy()
        .filter(purchases::PERSON_ID.expr().is_not_null())
        .select([
            purchases::PERSON_ID.expr(),
            purchases::PURCHASED_ON
                .expr()
                .cast(DataType::Int32)
                .alias(DAY),
            purchases::SPEND_MINOR.expr(),
            is_order.cast(DataType::Int64).alias(ORDERS),
            is_repeat.cast(DataType::Int64).alias(REPEATS),
        ]);
    arms.select([
        assignments::CAMPAIGN.expr(),
        persons::PERSON_ID.expr(),
        col(START),
    ])
    .inner_join(log, persons::PERSON_ID.expr(), purchases::PERSON_ID.expr())
    .filter(
        col(DAY)
            .gt_eq(col(START))
            .and(col(DAY).lt(col(START) + lit(MEASURED_DAYS))),
    )
    .group_by([assignments::CAMPAIGN.expr(), persons::PERSON_ID.expr()])
    .agg([
        purchases::SPEND_MINOR.expr().sum().alias(SPEND),
        col(ORDERS).sum(),
        col(REPEATS).sum(),
    ])
}

/// A campaign with what its arms did.
struct Measured {
    campaign: String,
    channel: Option<String>,
    cost: Option<i64>,
    /// First day, in days since 1970-01-01.
    start: i32,
    /// Last day measured.
    end: i32,
    treated: Arm,
    control: Arm,
    lifts: Lifts,
}

fn measured(rows: &DataFrame, last_day: i32) -> PolarsResult<Vec<Measured>> {
    let campaign = rows.column(assignments::CAMPAIGN.name)?.str()?;
    let arm = rows.column(assignments::ARM.name)?.str()?;
    let channel = rows.column(campaigns::CHANNEL.name)?.str()?;
    let cost = rows.column(campaigns::COST_MINOR.name)?.i64()?;
    let start = rows.column(START)?.i32()?;
    let spend = rows.column(SPEND)?.i64()?;
    let orders = rows.column(ORDERS)?.i64()?;
    let repeats = rows.column(REPEATS)?.i64()?;
    let mut found: Vec<Measured> = Vec::new();
    for row in 0..rows.height() {
        let name = campaign.get(row).unwrap_or_default();
        let first_day = start.get(row).unwrap_or(i32::MAX);
        if first_day > last_day {
            continue;
        }
        if found.last().is_none_or(|last| last.campaign != name) {
            found.push(Measured {
                campaign: name.to_owned(),
                channel: channel.get(row).map(str::to_owned),
                cost: cost.get(row),
                start: first_day,
                end: last_day.min(first_day.saturating_add(MEASURED_DAYS - 1)),
                treated: Arm::default(),
                control: Arm::default(),
                lifts: Lifts::default(),
            });
        }
        let own = match (found.last_mut(), arm.get(row)) {
            (Some(last), Some("treated")) => &mut last.treated,
            (Some(last), Some("control")) => &mut last.control,
            _ => continue,
        };
        own.add(
            spend.get(row).unwrap_or_default(),
            orders.get(row).unwrap_or_default(),
            repeats.get(row).unwrap_or_default() > 0,
        );
    }
    found.retain(|one| one.treated.count() > 0 && one.control.count() > 0);
    for one in &mut found {
        one.lifts = Lifts::of(&one.treated, &one.control, one.cost);
    }
    Ok(found)
}

fn frame(found: &[Measured]) -> PolarsResult<DataFrame> {
    let number = |column: Owned, value: &dyn Fn(&Measured) -> Option<f64>| {
        let values: Vec<Option<f64>> = found.iter().map(value).collect();
        Column::new(column.small_name(), values)
    };
    let text = |column: Owned, value: &dyn Fn(&Measured) -> Option<String>| {
        let values: Vec<Option<String>> = found.iter().map(value).collect();
        Column::new(column.small_name(), values)
    };
    let date = |column: Owned, value: &dyn Fn(&Measured) -> i32| {
        let values: Vec<i32> = found.iter().map(value).collect();
        Column::new(column.small_name(), values).cast(&DataType::Date)
    };
    let count = |column: Owned, value: &dyn Fn(&Measured) -> usize| {
        let values: Vec<i64> = found.iter().map(|one| value(one) as i64).collect();
        Column::new(column.small_name(), values)
    };
    let costs: Vec<Option<i64>> = found.iter().map(|one| one.cost).collect();
    DataFrame::new(
        found.len(),
        vec![
            text(results::CAMPAIGN, &|one| Some(one.campaign.clone())),
            text(results::CHANNEL, &|one| one.channel.clone()),
            date(results::STARTED_ON, &|one| one.start)?,
            date(results::MEASURED_TO, &|one| one.end)?,
            count(results::TREATED_COUNT, &|one| one.treated.count()),
            count(results::CONTROL_COUNT, &|one| one.control.count()),
            number(results::TREATED_MEAN_MINOR, &|one| {
                Some(one.treated.mean_spend())
            }),
            number(results::CONTROL_MEAN_MINOR, &|one| {
                Some(one.control.mean_spend())
            }),
            number(results::LIFT_MINOR, &|one| one.lifts.spend.value),
            number(results::LIFT_LOWER_MINOR, &|one| one.lifts.spend.lower),
            number(results::LIFT_UPPER_MINOR, &|one| one.lifts.spend.upper),
            number(results::TREATED_REPEAT_RATE, &|one| {
                Some(one.treated.repeat_rate())
            }),
            number(results::CONTROL_REPEAT_RATE, &|one| {
                Some(one.control.repeat_rate())
            }),
            number(results::REPEAT_LIFT, &|one| one.lifts.repeat.value),
            number(results::REPEAT_LIFT_LOWER, &|one| one.lifts.repeat.lower),
            number(results::REPEAT_LIFT_UPPER, &|one| one.lifts.repeat.upper),
            number(results::ORDER_LIFT, &|one| one.lifts.orders.value),
            number(results::ORDER_LIFT_LOWER, &|one| one.lifts.orders.lower),
            number(results::ORDER_LIFT_UPPER, &|one| one.lifts.orders.upper),
            Column::new(results::COST_MINOR.small_name(), costs),
            number(results::CPO_MINOR, &|one| one.lifts.cpo.value),
            number(results::CPO_LOWER_MINOR, &|one| one.lifts.cpo.lower),
            number(results::CPO_UPPER_MINOR, &|one| one.lifts.cpo.upper),
            number(results::RETURN_ON_SPEND, &|one| {
                one.lifts.return_on_spend.value
            }),
            number(results::RETURN_ON_SPEND_LOWER, &|one| {
                one.lifts.return_on_spend.lower
            }),
            number(results::RETURN_ON_SPEND_UPPER, &|one| {
                one.lifts.return_on_spend.upper
            }),
        ],
    )
}
