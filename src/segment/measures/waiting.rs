//! How long the second purchase keeps people waiting: Kaplan-Meier, by channel of the first.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::columns::made;
use super::first_visits::FirstVisits;
use crate::math::survival::{DurationCount, SurvivalStep, kaplan_meier};
use crate::schema::survival;

const CONFIDENCE: f64 = 0.9;

struct Row<'a> {
    origin: Option<&'a str>,
    step: SurvivalStep,
}

/// Returns the table `survival`: who has no second purchase is seen until as-of, all persons before the channels.
pub(super) fn survival(first_visits: &FirstVisits, last_day: i32) -> PolarsResult<DataFrame> {
    let durations = durations(first_visits, last_day);
    let mut rows = steps(None, &durations.concat());
    for (origin, durations) in first_visits.origins.iter().zip(&durations) {
        rows.extend(steps(Some(origin.as_str()), durations));
    }
    let limit = |place: usize| move |row: &Row<'_>| row.step.limits.map(|limits| limits[place]);
    DataFrame::new(
        rows.len(),
        vec![
            made(survival::CHANNEL, &rows, |row| row.origin)?,
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

/// Returns how long persons waited, by origin, each length once.
fn durations(first_visits: &FirstVisits, last_day: i32) -> Vec<Vec<DurationCount>> {
    let mut of_origins = vec![BTreeMap::<i64, DurationCount>::new(); first_visits.origins.len()];
    for visit in first_visits.of_persons.iter().flatten() {
        let time = i64::from(visit.second.unwrap_or(last_day)) - i64::from(visit.day);
        let duration = of_origins[visit.origin]
            .entry(time)
            .or_insert(DurationCount {
                time,
                events: 0,
                censored: 0,
            });
        match visit.second {
            Some(_) => duration.events += 1,
            None => duration.censored += 1,
        }
    }
    let of_origins = of_origins.into_iter();
    of_origins
        .map(|durations| durations.into_values().collect())
        .collect()
}

fn steps<'a>(origin: Option<&'a str>, durations: &[DurationCount]) -> Vec<Row<'a>> {
    // No visit lies after as-of, so every time is one.
    let steps = kaplan_meier(durations, CONFIDENCE).unwrap_or_default();
    let steps = steps.into_iter();
    steps.map(|step| Row { origin, step }).collect()
}
