//! Campaigns: treated against held out.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::Input;
use crate::as_of::AsOf;
use crate::math::intervals::{GroupMean, welch_difference};
use crate::schema::{
    ColumnKind, assignments, campaign_results as results, campaigns, persons, purchases,
};

/// Days after its start over which a campaign is measured.
const MEASURED_DAYS: i32 = 28;
const CONFIDENCE: f64 = 0.9;

/// Returns the table `campaign_results`: campaigns whose groups have at least two persons each.
///
/// A campaign that no list of campaigns tells of begins on the day its first person was drawn, as `koe audience` does it.
/// A person counts once, in the arm assigned first; a person whose records stand in both arms counts in neither.
pub(super) fn results(
    input: &Input,
    purchases: &DataFrame,
    as_of: &AsOf,
) -> PolarsResult<DataFrame> {
    let last_day = as_of.day_number();
    let instant = lit(as_of.instant().as_microsecond()).cast(ColumnKind::Instant.dtype());
    let starts = input
        .campaigns
        .clone()
        .select([
            campaigns::CAMPAIGN.expr(),
            campaigns::CHANNEL.expr(),
            campaigns::STARTED_ON.expr(),
            campaigns::COST_MINOR.expr(),
        ])
        .filter(campaigns::STARTED_ON.expr().is_not_null())
        .unique_stable(
            Some(by_name([campaigns::CAMPAIGN.name], true, false)),
            UniqueKeepStrategy::First,
        )
        .with_column(
            campaigns::STARTED_ON
                .expr()
                .cast(DataType::Int32)
                .alias("__start"),
        );
    let assigned = input.assignments.clone().filter(
        assignments::ASSIGNED_AT
            .expr()
            .lt(instant)
            .or(assignments::ASSIGNED_AT.expr().is_null()),
    );
    let drawn = assigned
        .clone()
        .filter(assignments::ASSIGNED_AT.expr().is_not_null())
        .join(
            starts.clone(),
            [assignments::CAMPAIGN.expr()],
            [campaigns::CAMPAIGN.expr()],
            JoinArgs::new(JoinType::Anti),
        )
        .group_by([assignments::CAMPAIGN.expr()])
        .agg([assignments::ASSIGNED_AT.expr().min()])
        .with_columns([
            assignments::ASSIGNED_AT
                .expr()
                .dt()
                .convert_time_zone(as_of.polars_zone())
                .dt()
                .date()
                .alias(campaigns::STARTED_ON.name),
            lit(NULL)
                .cast(DataType::String)
                .alias(campaigns::CHANNEL.name),
            lit(NULL)
                .cast(DataType::Int64)
                .alias(campaigns::COST_MINOR.name),
        ])
        .select([
            assignments::CAMPAIGN.expr().alias(campaigns::CAMPAIGN.name),
            campaigns::CHANNEL.expr(),
            campaigns::STARTED_ON.expr(),
            campaigns::COST_MINOR.expr(),
            campaigns::STARTED_ON
                .expr()
                .cast(DataType::Int32)
                .alias("__start"),
        ]);
    let starts = concat([starts, drawn], UnionArgs::default())?;
    let arms = assigned
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
        ])
        .filter(col("__arms").eq(lit(1u32)))
        .inner_join(
            starts,
            assignments::CAMPAIGN.expr(),
            campaigns::CAMPAIGN.expr(),
        );
    let bought = purchases
        .clone()
        .lazy()
        .filter(purchases::PERSON_ID.expr().is_not_null())
        .select([
            purchases::PERSON_ID.expr(),
            purchases::PURCHASED_ON
                .expr()
                .cast(DataType::Int32)
                .alias("__day"),
            purchases::SPEND_MINOR.expr(),
        ]);
    let is_measured = col("__day")
        .gt_eq(col("__start"))
        .and(col("__day").lt(col("__start") + lit(MEASURED_DAYS)))
        .fill_null(lit(false));
    let spends = arms
        .left_join(
            bought,
            persons::PERSON_ID.expr(),
            purchases::PERSON_ID.expr(),
        )
        .group_by([
            assignments::CAMPAIGN.expr(),
            assignments::ARM.expr(),
            persons::PERSON_ID.expr(),
        ])
        .agg([
            purchases::SPEND_MINOR
                .expr()
                .filter(is_measured)
                .sum()
                .alias("__spend"),
            campaigns::CHANNEL.expr().first(),
            campaigns::COST_MINOR.expr().first(),
            col("__start").first(),
        ])
        .sort(
            [
                assignments::CAMPAIGN.name,
                assignments::ARM.name,
                persons::PERSON_ID.name,
            ],
            SortMultipleOptions::default(),
        )
        .collect()?;
    frame(&measured(&spends, last_day)?)
}

struct Measured {
    campaign: String,
    channel: Option<String>,
    start: i32,
    measured_to: i32,
    cost: Option<i64>,
    treated: GroupMean,
    control: GroupMean,
    lift: [f64; 3],
}

fn measured(spends: &DataFrame, last_day: i32) -> PolarsResult<Vec<Measured>> {
    type Groups = (Option<String>, Option<i64>, i32, Vec<f64>, Vec<f64>);
    let campaign = spends.column(assignments::CAMPAIGN.name)?.str()?;
    let arm = spends.column(assignments::ARM.name)?.str()?;
    let channel = spends.column(campaigns::CHANNEL.name)?.str()?;
    let cost = spends.column(campaigns::COST_MINOR.name)?.i64()?;
    let start = spends.column("__start")?.i32()?;
    let spend = spends.column("__spend")?.i64()?;
    let mut groups: BTreeMap<String, Groups> = BTreeMap::new();
    for row in 0..spends.height() {
        let group = groups
            .entry(campaign.get(row).unwrap_or_default().to_owned())
            .or_insert_with(|| {
                (
                    channel.get(row).map(str::to_owned),
                    cost.get(row),
                    start.get(row).unwrap_or(i32::MAX),
                    vec![],
                    vec![],
                )
            });
        let spend = spend.get(row).unwrap_or_default() as f64;
        match arm.get(row) {
            Some("treated") => group.3.push(spend),
            Some("control") => group.4.push(spend),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for (campaign, (channel, cost, start, treated, control)) in groups {
        if start > last_day {
            continue;
        }
        let (Ok(treated), Ok(control)) = (GroupMean::of(&treated), GroupMean::of(&control)) else {
            continue;
        };
        let Ok(lift) = welch_difference(&treated, &control, CONFIDENCE) else {
            continue;
        };
        found.push(Measured {
            campaign,
            channel,
            start,
            measured_to: last_day.min(start + MEASURED_DAYS - 1),
            cost,
            treated,
            control,
            lift: [
                lift.interval.estimate,
                lift.interval.low,
                lift.interval.high,
            ],
        });
    }
    Ok(found)
}

fn frame(found: &[Measured]) -> PolarsResult<DataFrame> {
    let decimal = |column: crate::schema::Column, value: &dyn Fn(&Measured) -> f64| {
        Column::new(
            column.small_name(),
            found.iter().map(value).collect::<Vec<_>>(),
        )
    };
    let date = |column: crate::schema::Column, value: &dyn Fn(&Measured) -> i32| {
        Column::new(
            column.small_name(),
            found.iter().map(value).collect::<Vec<_>>(),
        )
        .cast(&DataType::Date)
    };
    let count = |column: crate::schema::Column, value: &dyn Fn(&Measured) -> usize| {
        Column::new(
            column.small_name(),
            found
                .iter()
                .map(|one| value(one) as i64)
                .collect::<Vec<_>>(),
        )
    };
    DataFrame::new(
        found.len(),
        vec![
            Column::new(
                results::CAMPAIGN.small_name(),
                found
                    .iter()
                    .map(|one| one.campaign.as_str())
                    .collect::<Vec<_>>(),
            ),
            Column::new(
                results::CHANNEL.small_name(),
                found
                    .iter()
                    .map(|one| one.channel.as_deref())
                    .collect::<Vec<_>>(),
            ),
            date(results::STARTED_ON, &|one| one.start)?,
            date(results::MEASURED_TO, &|one| one.measured_to)?,
            count(results::TREATED_COUNT, &|one| one.treated.count),
            count(results::CONTROL_COUNT, &|one| one.control.count),
            decimal(results::TREATED_MEAN_MINOR, &|one| one.treated.mean),
            decimal(results::CONTROL_MEAN_MINOR, &|one| one.control.mean),
            decimal(results::LIFT_MINOR, &|one| one.lift[0]),
            decimal(results::LIFT_LOWER_MINOR, &|one| one.lift[1]),
            decimal(results::LIFT_UPPER_MINOR, &|one| one.lift[2]),
            Column::new(
                results::COST_MINOR.small_name(),
                found.iter().map(|one| one.cost).collect::<Vec<_>>(),
            ),
        ],
    )
}
