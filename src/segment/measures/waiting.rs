//! How long the second purchase keeps people waiting: Kaplan-Meier, by channel of the first.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::columns::{integers, made, optional_texts};
use super::facts::Facts;
use super::first_visits::{FIRST, ORIGIN, SECOND};
use crate::math::survival::{DurationCount, SurvivalStep, kaplan_meier};
use crate::schema::survival;

const CONFIDENCE: f64 = 0.9;

struct Row {
    origin: Option<String>,
    step: SurvivalStep,
}

/// Returns the table `survival`: who has no second purchase is seen until as-of.
pub(super) fn survival(facts: &Facts, first_visits: &DataFrame) -> PolarsResult<DataFrame> {
    let day = |column: &str| col(column).cast(DataType::Int64);
    let seen_to = coalesce(&[day(SECOND), lit(i64::from(facts.last_day))]);
    let counts = first_visits
        .clone()
        .lazy()
        .select([
            col(ORIGIN),
            (seen_to - day(FIRST)).alias("__time"),
            col(SECOND).is_not_null().alias("__events"),
        ])
        .group_by([col(ORIGIN), col("__time")])
        .agg([
            col("__events").sum(),
            col("__events").not().sum().alias("__censored"),
        ])
        .collect()?;
    let times = integers(&counts, "__time")?;
    let events = integers(&counts, "__events")?;
    let censored = integers(&counts, "__censored")?;
    let mut durations: BTreeMap<Option<String>, Vec<DurationCount>> = BTreeMap::new();
    for (row, origin) in optional_texts(&counts, ORIGIN)?.into_iter().enumerate() {
        let duration = DurationCount {
            time: times[row],
            events: events[row].unsigned_abs(),
            censored: censored[row].unsigned_abs(),
        };
        durations.entry(None).or_default().push(duration);
        durations.entry(origin).or_default().push(duration);
    }
    let mut rows = Vec::new();
    for (origin, durations) in durations {
        // No visit lies after as-of, so every time is one.
        let steps = kaplan_meier(&durations, CONFIDENCE).unwrap_or_default();
        rows.extend(steps.into_iter().map(|step| Row {
            origin: origin.clone(),
            step,
        }));
    }
    let limit = |place: usize| move |row: &Row| row.step.limits.map(|limits| limits[place]);
    DataFrame::new(
        rows.len(),
        vec![
            made(survival::CHANNEL, &rows, |row| row.origin.as_deref())?,
            made(survival::AGE_DAYS, &rows, |row| row.step.time)?,
            made(survival::AT_RISK_COUNT, &rows, |row| {
                row.step.at_risk as i64
            })?,
            made(survival::REPEAT_COUNT, &rows, |row| row.step.events as i64)?,
            made(survival::CENSORED_COUNT, &rows, |row| {
                row.step.censored as i64
            })?,
            made(survival::WAITING_PROB, &rows, |row| row.step.survival)?,
            made(survival::WAITING_PROB_LOWER, &rows, limit(0))?,
            made(survival::WAITING_PROB_UPPER, &rows, limit(1))?,
        ],
    )
}
