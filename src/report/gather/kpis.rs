//! A few numbers that say how the shop is doing.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::calendar::{Calendar, HISTORY, Numbers, Past};
use super::columns::{integers, optional_integers};
use super::privacy::is_group;
use super::sales::{SalesPeriod, Told};
use super::value::Values;
use super::voice::VoicePeriod;
use super::{Input, answers};
use crate::report::figures::{Kpi, KpiKind, KpiUnit, OrderGap, OrderGapKind};
use crate::schema::{campaign_costs, migrations};

/// Numbers of the orders of the period alone.
const OF_PERIOD: [KpiKind; 5] = [
    KpiKind::Sales,
    KpiKind::Buyers,
    KpiKind::NewBuyers,
    KpiKind::RepeatRate,
    KpiKind::AverageOrder,
];
/// Days of campaigns whose cost per order is told.
const CAMPAIGN_DAYS: i64 = 364;

/// Numbers out of tables of their own.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Beside {
    /// Sum of the 12-month values as long ago as the compared period lies back.
    previous_lifetime: Option<i64>,
    /// Cost of the campaigns of a year over the orders they brought; withheld where none brought enough.
    cost_per_order: Numbers,
    /// Median business minutes to the first answer.
    response_minutes: Numbers,
    /// Share of what was asked that was answered within the target.
    within_target: Numbers,
}

impl Beside {
    pub(super) fn read(input: &Input, calendar: &Calendar, smallest: u32) -> PolarsResult<Self> {
        Ok(Self {
            previous_lifetime: previous_lifetime(input, smallest)?,
            cost_per_order: cost_per_order(input, calendar, smallest)?,
            response_minutes: answers::response_minutes(input, calendar, smallest)?,
            within_target: answers::within_target(input, calendar, smallest)?,
        })
    }
}

/// Returns the sum of the values before, where as many persons had one as may be told of.
fn previous_lifetime(input: &Input, smallest: u32) -> PolarsResult<Option<i64>> {
    let is_wanted = migrations::COMPARED_WITH
        .expr()
        .eq(lit("period"))
        .and(migrations::GROUPING.expr().eq(lit("segment")));
    let frame = input.migrations.clone().filter(is_wanted).collect()?;
    let values = optional_integers(&frame, migrations::PREVIOUS_LTV_MINOR.name)?;
    let persons = integers(&frame, migrations::PERSON_COUNT.name)?;
    let known = values
        .iter()
        .zip(persons)
        .filter(|(value, _)| value.is_some());
    let persons = known.fold(0u64, |sum, (_, count)| {
        sum.saturating_add(count.unsigned_abs())
    });
    if !is_group(persons, u64::from(smallest)) {
        return Ok(None);
    }
    Ok(values.into_iter().flatten().reduce(i64::saturating_add))
}

/// Returns the cost per order of the campaigns whose orders are told; withheld where the reported period has only others.
///
/// A campaign with few orders is left out with its cost: what all campaigns cost is told, so the orders of such a one would follow
/// from the whole and the others, or from two periods of which only one holds it.
fn cost_per_order(input: &Input, calendar: &Calendar, smallest: u32) -> PolarsResult<Numbers> {
    let frame = input
        .campaign_costs
        .clone()
        .filter(campaign_costs::STARTED_ON.expr().is_not_null())
        .collect()?;
    let started = integers(&frame, campaign_costs::STARTED_ON.name)?;
    let cost = optional_integers(&frame, campaign_costs::COST_MINOR.name)?;
    let orders = integers(&frame, campaign_costs::ORDER_COUNT.name)?;
    let is_told = |row: usize| is_group(orders[row].unsigned_abs(), u64::from(smallest));
    let has_few = |span: i32| {
        let last = i64::from(calendar.end_of(span));
        let days = last - CAMPAIGN_DAYS + 1..=last;
        (0..started.len())
            .any(|row| cost[row].is_some() && days.contains(&started[row]) && !is_told(row))
    };
    let of_span = |span: i32| {
        let last = i64::from(calendar.end_of(span));
        let days = last - CAMPAIGN_DAYS + 1..=last;
        let (mut spent, mut brought) = (0i64, 0i64);
        for (row, started) in started.iter().enumerate() {
            if let Some(cost) = cost[row].filter(|_| days.contains(started) && is_told(row)) {
                spent = spent.saturating_add(cost);
                brought = brought.saturating_add(orders[row]);
            }
        }
        (brought > 0).then(|| spent as f64 / brought as f64)
    };
    let spans = (0..HISTORY).chain([calendar.compared_back()]);
    Ok(Numbers {
        past: Past::of(calendar, spans.map(|span| (i64::from(span), of_span(span)))),
        is_withheld: has_few(0) && of_span(0).is_none(),
    })
}

/// Returns the numbers in the order in which they are shown; those nothing is known of have no value.
pub(super) fn kpis(
    sales: &Past<SalesPeriod>,
    voice: &Past<VoicePeriod>,
    values: &Values,
    beside: Beside,
    smallest: u32,
) -> Vec<Kpi> {
    let smallest = u64::from(smallest);
    let share = |part: i64, whole: i64| (whole > 0).then(|| part as f64 / whole as f64);
    let of_buyers =
        |kind, is_told: fn(Told) -> bool, value: &dyn Fn(&SalesPeriod) -> Option<f64>| {
            let is_told = |period: &SalesPeriod| is_told(period.told(smallest));
            let mut kpi = of_past(kind, sales, &|period| {
                value(period).filter(|_| is_told(period))
            });
            let now = sales.newest_first.first();
            kpi.is_withheld = now.is_some_and(|period| !is_told(period));
            kpi
        };
    let of_voice = |kind, value: &dyn Fn(&VoicePeriod) -> Option<f64>| of_past(kind, voice, value);
    let of_numbers = |kind, numbers: &Numbers| Kpi {
        is_withheld: numbers.is_withheld,
        ..of_past(kind, &numbers.past, &|number| *number)
    };
    let lifetime = values.lifetime_total.map(|total| total as f64);
    let previous_lifetime = beside.previous_lifetime.map(|total| total as f64);
    vec![
        // The whole is the shop's.
        of_buyers(KpiKind::Sales, |_| true, &|period| {
            Some(period.spend as f64)
        }),
        of_buyers(KpiKind::Buyers, |told| told.buyers, &|period| {
            Some(period.buyers as f64)
        }),
        of_buyers(KpiKind::NewBuyers, |told| told.split, &|period| {
            Some(period.new_buyers as f64)
        }),
        of_buyers(KpiKind::RepeatRate, |told| told.split, &|period| {
            share(period.buyers - period.new_buyers, period.buyers)
        }),
        of_buyers(KpiKind::AverageOrder, |told| told.orders, &|period| {
            share(period.spend - period.returned, period.orders)
        }),
        Kpi {
            is_withheld: values.is_churn_withheld,
            ..kpi(KpiKind::ChurnRate, vec![values.churn_rate], None)
        },
        Kpi {
            is_withheld: values.is_lifetime_withheld,
            ..kpi(
                KpiKind::LifetimeValue,
                vec![lifetime, previous_lifetime],
                previous_lifetime,
            )
        },
        of_numbers(KpiKind::CostPerOrder, &beside.cost_per_order),
        of_voice(KpiKind::Posts, &|period| Some(period.posts as f64)),
        of_voice(KpiKind::Sentiment, &|period| period.sentiment),
        of_voice(KpiKind::NegativeShare, &|period| {
            share(period.negative, period.posts)
        }),
        of_numbers(KpiKind::ResponseTime, &beside.response_minutes),
        of_numbers(KpiKind::WithinTarget, &beside.within_target),
    ]
}

/// Makes a number of what is known of the periods.
fn of_past<T>(kind: KpiKind, past: &Past<T>, value: &dyn Fn(&T) -> Option<f64>) -> Kpi {
    let newest_first = past.newest_first.iter().map(value).collect();
    kpi(kind, newest_first, past.compared.as_ref().and_then(value))
}

/// Makes a number of its values, the newest first, and of the value it is compared with.
fn kpi(kind: KpiKind, newest_first: Vec<Option<f64>>, previous: Option<f64>) -> Kpi {
    Kpi {
        kind,
        unit: kind.unit(),
        value: newest_first.first().copied().flatten(),
        is_withheld: false,
        is_incomplete: false,
        previous,
        is_rise_good: kind.is_rise_good(),
        target: None,
        is_met: None,
        history: newest_first.into_iter().rev().collect(),
    }
}

/// Marks what rests on orders that are missing; of a period without a single one nothing is told.
pub(super) fn doubt(kpis: &mut [Kpi], gap: &OrderGap) {
    for kpi in kpis.iter_mut().filter(|kpi| kpi.kind.is_of_orders()) {
        kpi.is_incomplete = true;
        if !OF_PERIOD.contains(&kpi.kind) {
            continue;
        }
        if let Some(last) = kpi.history.last_mut() {
            *last = None;
        }
        if gap.kind == OrderGapKind::Missing {
            (kpi.value, kpi.is_withheld) = (None, false);
        }
    }
}

/// Makes a rise in volume bad news, as where a flare-up lies in the period.
pub(super) fn heed_flare_up(kpis: &mut [Kpi]) {
    for kpi in kpis.iter_mut().filter(|kpi| kpi.kind == KpiKind::Posts) {
        kpi.is_rise_good = Some(false);
    }
}

/// Holds the numbers against the goals of the settings; `minor_per_major` is what one unit of the currency is in minor units.
pub(super) fn aim(kpis: &mut [Kpi], targets: &BTreeMap<String, f64>, minor_per_major: f64) {
    for kpi in kpis {
        if let Some(target) = targets.get(kpi.kind.key()) {
            kpi.aim(match kpi.unit {
                KpiUnit::Money => target * minor_per_major,
                _ => *target,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_voices_are_bad_news_in_a_flare_up() {
        let mut kpis = vec![
            kpi(KpiKind::Posts, vec![Some(9.0)], Some(3.0)),
            kpi(KpiKind::Sentiment, vec![Some(0.1)], Some(0.2)),
        ];
        assert_eq!(kpis[0].is_rise_good, None);
        heed_flare_up(&mut kpis);
        assert_eq!(kpis[0].is_rise_good, Some(false));
        assert_eq!(kpis[1].is_rise_good, Some(true));
    }

    #[test]
    fn without_all_orders_numbers_are_told_as_incomplete_or_not_at_all() {
        let told = |gap_kind| {
            let mut kpis = vec![
                kpi(KpiKind::Sales, vec![Some(0.0), Some(9.0)], Some(9.0)),
                kpi(KpiKind::ChurnRate, vec![Some(0.3)], None),
                kpi(KpiKind::Posts, vec![Some(4.0)], Some(2.0)),
            ];
            let gap = OrderGap {
                newest: "2026-09-20".to_owned(),
                is_of_week: false,
                kind: gap_kind,
                source: None,
                longest_days: None,
                earlier_sources: Vec::new(),
                earlier_until: None,
            };
            doubt(&mut kpis, &gap);
            aim(&mut kpis, &BTreeMap::from([("sales".to_owned(), 5.0)]), 1.0);
            let is_incomplete: Vec<bool> = kpis.iter().map(|kpi| kpi.is_incomplete).collect();
            assert_eq!(is_incomplete, [true, true, false]);
            assert_eq!(kpis[0].is_met, None);
            assert_eq!(kpis[0].history, [Some(9.0), None]);
            assert_eq!(kpis[1].value, Some(0.3));
            kpis[0].value
        };
        assert_eq!(told(OrderGapKind::Missing), None);
        assert_eq!(told(OrderGapKind::Early), Some(0.0));
    }

    #[test]
    fn goals_are_in_units_of_the_currency_and_held_against_their_numbers() {
        let mut kpis = vec![
            kpi(KpiKind::Sales, vec![Some(123_450.0)], None),
            kpi(KpiKind::ResponseTime, vec![Some(90.0)], None),
            kpi(KpiKind::Buyers, vec![None], None),
            kpi(KpiKind::Posts, vec![Some(3.0)], None),
        ];
        let targets = BTreeMap::from(
            [("sales", 1_000.0), ("response_time", 60.0), ("buyers", 9.0)]
                .map(|(name, value)| (name.to_owned(), value)),
        );
        aim(&mut kpis, &targets, 100.0);
        let found: Vec<(Option<f64>, Option<bool>)> =
            kpis.iter().map(|kpi| (kpi.target, kpi.is_met)).collect();
        assert_eq!(
            found,
            [
                (Some(100_000.0), Some(true)),
                (Some(60.0), Some(false)),
                (Some(9.0), None),
                (None, None),
            ]
        );
    }
}
