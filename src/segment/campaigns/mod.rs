//! Campaigns: treated against held out.
//!
//! Whoever was drawn counts in the arm that was drawn, reached or not, bought or not: the arms differ by the draw alone, and by
//! nothing that the campaign itself may change.

mod bought;
mod draws;
mod lifts;
#[cfg(test)]
mod tests;

use polars::prelude::*;
use rayon::prelude::*;

use self::bought::Bought;
use self::draws::{ArmKind, Drawn};
use self::lifts::{Arm, Lifts};
use super::Input;
use super::purchases::Ledger;
use crate::as_of::AsOf;
use crate::schema::{Column as Owned, assignments, campaign_results as results, campaigns};

/// Days after its start over which a campaign is measured.
const MEASURED_DAYS: i32 = 28;

const DRAWN_ON: &str = "__drawn_on";
const IS_UNDATED: &str = "__is_undated";
const START: &str = "__start";

/// Returns the table `campaign_results`: campaigns that began, with somebody in each arm.
///
/// A campaign without a first day in any list of campaigns begins on the day its first person was drawn, as `koe audience`
/// leaves it. A person counts once; one whose records stand in both arms counts in neither.
///
/// Persons times campaigns are held as one number each and measured campaign by campaign.
pub(super) fn results(input: &Input, ledger: &Ledger, as_of: &AsOf) -> PolarsResult<DataFrame> {
    let campaigns = begun(input, as_of)?;
    if campaigns.is_empty() {
        return frame(&[]);
    }
    let names: Vec<String> = campaigns.iter().map(|one| one.name.clone()).collect();
    let drawn = draws::read(input, &names, as_of)?;
    let bought = Bought::of(ledger);
    let last_day = as_of.day_number();
    let measured: Vec<Measured> = campaigns
        .into_par_iter()
        .zip(drawn)
        .filter_map(|(campaign, drawn)| Measured::of(campaign, drawn, &bought, last_day))
        .collect();
    frame(&measured)
}

/// A campaign that drew persons and has begun.
struct Campaign {
    name: String,
    channel: Option<String>,
    cost: Option<i64>,
    /// First day, in days since 1970-01-01.
    start: i32,
}

/// Returns the campaigns that drew persons and have begun, by name.
fn begun(input: &Input, as_of: &AsOf) -> PolarsResult<Vec<Campaign>> {
    let plan = starts(input, draws::assigned(input, as_of), as_of)
        .filter(col(START).lt_eq(lit(as_of.day_number())))
        .sort([assignments::CAMPAIGN.name], SortMultipleOptions::default());
    let plans = vec![plan.logical_plan];
    let found = LazyFrame::collect_all_with_engine(plans, Engine::Streaming, OptFlags::default())?;
    let found = found.into_iter().next().unwrap_or_default();
    if found.height() == 0 {
        return Ok(Vec::new());
    }
    let name = found.column(assignments::CAMPAIGN.name)?.str()?;
    let channel = found.column(campaigns::CHANNEL.name)?.str()?;
    let cost = found.column(campaigns::COST_MINOR.name)?.i64()?;
    let start = found.column(START)?.i32()?;
    let campaign = |row: usize| {
        Some(Campaign {
            name: name.get(row)?.to_owned(),
            channel: channel.get(row).map(str::to_owned),
            cost: cost.get(row),
            start: start.get(row)?,
        })
    };
    Ok((0..found.height()).filter_map(campaign).collect())
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

/// A campaign with what its arms did.
struct Measured {
    campaign: Campaign,
    /// Last day measured.
    end: i32,
    treated: Summary,
    control: Summary,
    lifts: Lifts,
}

/// What is told of an arm.
struct Summary {
    count: usize,
    mean_spend: f64,
    repeat_rate: f64,
}

impl Summary {
    fn of(arm: &Arm) -> Self {
        Self {
            count: arm.count(),
            mean_spend: arm.mean_spend(),
            repeat_rate: arm.repeat_rate(),
        }
    }
}

impl Measured {
    /// Compares the arms of a campaign; `None` where one of them is empty.
    fn of(campaign: Campaign, drawn: Drawn, bought: &Bought<'_>, last_day: i32) -> Option<Self> {
        let behind = campaign.start.saturating_add(MEASURED_DAYS);
        let (mut treated, mut control) = (Arm::default(), Arm::default());
        for (person, arm) in drawn.persons() {
            let own = match arm {
                ArmKind::Treated => &mut treated,
                ArmKind::Control => &mut control,
                ArmKind::Other => continue,
            };
            let sums = bought.between(person, campaign.start, behind);
            own.add(sums.spend, sums.orders, sums.is_repeater);
        }
        if treated.count() == 0 || control.count() == 0 {
            return None;
        }
        Some(Self {
            end: last_day.min(behind.saturating_sub(1)),
            treated: Summary::of(&treated),
            control: Summary::of(&control),
            lifts: Lifts::of(&treated, &control, campaign.cost),
            campaign,
        })
    }
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
    let costs: Vec<Option<i64>> = found.iter().map(|one| one.campaign.cost).collect();
    DataFrame::new(
        found.len(),
        vec![
            text(results::CAMPAIGN, &|one| Some(one.campaign.name.clone())),
            text(results::CHANNEL, &|one| one.campaign.channel.clone()),
            date(results::STARTED_ON, &|one| one.campaign.start)?,
            date(results::MEASURED_TO, &|one| one.end)?,
            count(results::TREATED_COUNT, &|one| one.treated.count),
            count(results::CONTROL_COUNT, &|one| one.control.count),
            number(results::TREATED_MEAN_MINOR, &|one| {
                Some(one.treated.mean_spend)
            }),
            number(results::CONTROL_MEAN_MINOR, &|one| {
                Some(one.control.mean_spend)
            }),
            number(results::LIFT_MINOR, &|one| one.lifts.spend.value),
            number(results::LIFT_LOWER_MINOR, &|one| one.lifts.spend.lower),
            number(results::LIFT_UPPER_MINOR, &|one| one.lifts.spend.upper),
            number(results::TREATED_REPEAT_RATE, &|one| {
                Some(one.treated.repeat_rate)
            }),
            number(results::CONTROL_REPEAT_RATE, &|one| {
                Some(one.control.repeat_rate)
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
