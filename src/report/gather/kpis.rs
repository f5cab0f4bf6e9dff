//! A few numbers that say how the shop is doing.

use polars::prelude::*;

use super::columns::{floats, integers, optional_integers};
use super::sales::{HISTORY, SalesPeriod};
use super::value::Values;
use super::voice::VoicePeriod;
use super::{Calendar, Input};
use crate::report::figures::{Kpi, KpiKind, KpiUnit};
use crate::schema::{campaign_costs, conversations, migrations};

/// Days of campaigns whose cost per order is told.
const CAMPAIGN_DAYS: i64 = 364;

/// Numbers out of tables of their own, the newest period first.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Beside {
    /// Sum of the 12-month values one period earlier.
    previous_lifetime: Option<i64>,
    /// Cost of the campaigns of a year over the orders they brought.
    cost_per_order: Vec<Option<f64>>,
    /// Median business minutes to the first answer.
    response_minutes: Vec<Option<f64>>,
}

impl Beside {
    pub(super) fn read(input: &Input, calendar: &Calendar) -> PolarsResult<Self> {
        Ok(Self {
            previous_lifetime: previous_lifetime(input)?,
            cost_per_order: cost_per_order(input, calendar)?,
            response_minutes: response_minutes(input, calendar)?,
        })
    }
}

fn previous_lifetime(input: &Input) -> PolarsResult<Option<i64>> {
    let is_wanted = migrations::COMPARED_WITH
        .expr()
        .eq(lit("period"))
        .and(migrations::GROUPING.expr().eq(lit("segment")));
    let frame = input.migrations.clone().filter(is_wanted).collect()?;
    let values = optional_integers(&frame, migrations::PREVIOUS_LTV_MINOR.name)?;
    Ok(values.into_iter().flatten().reduce(i64::saturating_add))
}

fn cost_per_order(input: &Input, calendar: &Calendar) -> PolarsResult<Vec<Option<f64>>> {
    let frame = input
        .campaign_costs
        .clone()
        .filter(campaign_costs::STARTED_ON.expr().is_not_null())
        .collect()?;
    let started = integers(&frame, campaign_costs::STARTED_ON.name)?;
    let cost = optional_integers(&frame, campaign_costs::COST_MINOR.name)?;
    let orders = integers(&frame, campaign_costs::ORDER_COUNT.name)?;
    let of_span = |span: i32| {
        let last = i64::from(calendar.last) - i64::from(span) * i64::from(calendar.length);
        let days = last - CAMPAIGN_DAYS + 1..=last;
        let (mut spent, mut brought) = (0i64, 0i64);
        for (row, started) in started.iter().enumerate() {
            if let Some(cost) = cost[row].filter(|_| days.contains(started)) {
                spent = spent.saturating_add(cost);
                brought = brought.saturating_add(orders[row]);
            }
        }
        (brought > 0).then(|| spent as f64 / brought as f64)
    };
    Ok((0..HISTORY).map(of_span).collect())
}

fn response_minutes(input: &Input, calendar: &Calendar) -> PolarsResult<Vec<Option<f64>>> {
    let day = calendar.local_day(conversations::ASKED_AT.expr());
    let frame = input
        .conversations
        .clone()
        .filter(
            conversations::NEEDS_ANSWER
                .expr()
                .and(conversations::FIRST_RESPONSE_MINUTES.expr().is_not_null()),
        )
        .select([
            calendar.spans_back(day, calendar.length).alias("__span"),
            conversations::FIRST_RESPONSE_MINUTES.expr(),
        ])
        .filter(
            col("__span")
                .lt(lit(HISTORY))
                .and(col("__span").gt_eq(lit(0))),
        )
        .collect()?;
    let spans = integers(&frame, "__span")?;
    let minutes = floats(&frame, conversations::FIRST_RESPONSE_MINUTES.name)?;
    let mut by_span: Vec<Vec<f64>> = vec![Vec::new(); HISTORY as usize];
    for (span, minutes) in spans.iter().zip(minutes) {
        by_span[*span as usize].extend(minutes);
    }
    Ok(by_span.iter_mut().map(|minutes| median(minutes)).collect())
}

/// Returns the middle value, the mean of the two in the middle of an even number; sorts them.
pub(super) fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    let upper = *values.get(half)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    Some((values[half - 1] + upper) / 2.0)
}

/// Returns the numbers in the order in which they are shown; those nothing is known of have no value.
pub(super) fn kpis(
    sales: &[SalesPeriod],
    voice: &[VoicePeriod],
    values: &Values,
    beside: Beside,
) -> Vec<Kpi> {
    let share = |part: i64, whole: i64| (whole > 0).then(|| part as f64 / whole as f64);
    let of_sales = |kind, unit, value: &dyn Fn(&SalesPeriod) -> Option<f64>| {
        kpi(kind, unit, true, sales.iter().map(value).collect())
    };
    let of_voice = |kind, unit, is_rise_good, value: &dyn Fn(&VoicePeriod) -> Option<f64>| {
        kpi(kind, unit, is_rise_good, voice.iter().map(value).collect())
    };
    vec![
        of_sales(KpiKind::Sales, KpiUnit::Money, &|period| {
            Some(period.spend as f64)
        }),
        of_sales(KpiKind::Buyers, KpiUnit::Persons, &|period| {
            Some(period.buyers as f64)
        }),
        of_sales(KpiKind::NewBuyers, KpiUnit::Persons, &|period| {
            Some(period.new_buyers as f64)
        }),
        of_sales(KpiKind::RepeatRate, KpiUnit::Share, &|period| {
            share(period.buyers - period.new_buyers, period.buyers)
        }),
        of_sales(KpiKind::AverageOrder, KpiUnit::Money, &|period| {
            share(period.spend - period.returned, period.orders)
        }),
        kpi(
            KpiKind::ChurnRate,
            KpiUnit::Share,
            false,
            vec![values.churn_rate],
        ),
        kpi(
            KpiKind::LifetimeValue,
            KpiUnit::Money,
            true,
            vec![
                values.lifetime_total.map(|total| total as f64),
                beside.previous_lifetime.map(|total| total as f64),
            ],
        ),
        kpi(
            KpiKind::CostPerOrder,
            KpiUnit::Money,
            false,
            beside.cost_per_order,
        ),
        of_voice(KpiKind::Posts, KpiUnit::Posts, true, &|period| {
            Some(period.posts as f64)
        }),
        of_voice(KpiKind::Sentiment, KpiUnit::Score, true, &|period| {
            period.sentiment
        }),
        of_voice(KpiKind::NegativeShare, KpiUnit::Share, false, &|period| {
            share(period.negative, period.posts)
        }),
        kpi(
            KpiKind::ResponseTime,
            KpiUnit::Minutes,
            false,
            beside.response_minutes,
        ),
    ]
}

/// Makes a number of its values, the newest first.
fn kpi(kind: KpiKind, unit: KpiUnit, is_rise_good: bool, newest_first: Vec<Option<f64>>) -> Kpi {
    Kpi {
        kind,
        unit,
        value: newest_first.first().copied().flatten(),
        previous: newest_first.get(1).copied().flatten(),
        is_rise_good,
        history: newest_first.into_iter().rev().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_lies_in_the_middle() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [7.0]), Some(7.0));
        assert_eq!(median(&mut [9.0, 1.0, 5.0]), Some(5.0));
        assert_eq!(median(&mut [9.0, 1.0, 5.0, 6.0]), Some(5.5));
    }
}
