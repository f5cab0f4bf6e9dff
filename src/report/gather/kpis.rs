//! A few numbers that say how the shop is doing.

use super::sales::SalesPeriod;
use super::value::Values;
use super::voice::VoicePeriod;
use crate::report::figures::{Kpi, KpiKind, KpiUnit};

/// Returns the numbers in the order in which they are shown; those nothing is known of have no value.
pub(super) fn kpis(sales: &[SalesPeriod], voice: &[VoicePeriod], values: &Values) -> Vec<Kpi> {
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
            vec![values.lifetime_total.map(|total| total as f64)],
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
