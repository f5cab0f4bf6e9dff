//! Cohorts: who comes back and what they spend, by month or week of first purchase and by its channel.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::columns::{integers, made, optional_texts};
use super::facts::{DAY, Facts, PERSON, PREVIOUS, is_sale};
use super::first_visits::{FIRST, ORIGIN};
use super::periods::PeriodKind;
use crate::config::CohortsConfig;
use crate::schema::{cohorts, purchases};

const COHORT: &str = "__cohort";
const AGE: &str = "__age";

/// Persons of a channel, or all of them.
type Origin = Option<String>;

#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    active: i64,
    orders: i64,
    spend: i64,
}

struct Row {
    kind: PeriodKind,
    origin: Origin,
    first_day: i32,
    age: i64,
    is_complete: bool,
    persons: i64,
    cell: Cell,
    cumulative_spend: i64,
}

/// Returns the table `cohorts`: every cohort at every age it has reached, months without a purchase included.
pub(super) fn cohorts(
    facts: &Facts,
    first_visits: &DataFrame,
    config: &CohortsConfig,
) -> PolarsResult<DataFrame> {
    let mut rows = triangle(
        facts,
        first_visits,
        PeriodKind::Month,
        PeriodKind::Month.most(),
    )?;
    let weeks = triangle(
        facts,
        first_visits,
        PeriodKind::Week,
        i64::from(config.weeks),
    )?;
    rows.extend(weeks);
    DataFrame::new(
        rows.len(),
        vec![
            made(cohorts::UNIT, &rows, |row| row.kind.key())?,
            made(cohorts::CHANNEL, &rows, |row| row.origin.as_deref())?,
            made(cohorts::COHORT, &rows, |row| row.first_day)?,
            made(cohorts::AGE_PERIODS, &rows, |row| row.age)?,
            made(cohorts::IS_COMPLETE, &rows, |row| row.is_complete)?,
            made(cohorts::PERSON_COUNT, &rows, |row| row.persons)?,
            made(cohorts::ACTIVE_COUNT, &rows, |row| row.cell.active)?,
            made(cohorts::ORDER_COUNT, &rows, |row| row.cell.orders)?,
            made(cohorts::SPEND_MINOR, &rows, |row| row.cell.spend)?,
            made(cohorts::CUMULATIVE_SPEND_MINOR, &rows, |row| {
                row.cumulative_spend
            })?,
        ],
    )
}

/// Returns the rows of the newest `most` cohorts of one kind, all persons before the channels.
fn triangle(
    facts: &Facts,
    first_visits: &DataFrame,
    kind: PeriodKind,
    most: i64,
) -> PolarsResult<Vec<Row>> {
    let now = kind.number_of(facts.last_day);
    let people = first_visits
        .clone()
        .lazy()
        .select([
            col(PERSON),
            col(ORIGIN),
            kind.number(col(FIRST)).alias(COHORT),
        ])
        .filter(col(COHORT).gt(lit(now - most)))
        .collect()?;
    let sizes = people
        .clone()
        .lazy()
        .group_by([col(ORIGIN), col(COHORT)])
        .agg([len().alias("__persons")])
        .collect()?;
    let mut persons: BTreeMap<(Origin, i64), i64> = BTreeMap::new();
    let origins = optional_texts(&sizes, ORIGIN)?;
    let numbers = integers(&sizes, COHORT)?;
    for ((origin, number), count) in origins
        .into_iter()
        .zip(numbers)
        .zip(integers(&sizes, "__persons")?)
    {
        *persons.entry((None, number)).or_default() += count;
        *persons.entry((origin, number)).or_default() += count;
    }
    let cells = cells(facts, people, kind)?;
    let mut rows = Vec::new();
    for ((origin, number), count) in persons {
        let mut so_far = 0i64;
        for age in 0..=now - number {
            let key = (origin.clone(), number, age);
            let cell = cells.get(&key).copied().unwrap_or_default();
            so_far = so_far.saturating_add(cell.spend);
            let next = kind.first_day(number + age + 1).unwrap_or(i32::MAX);
            rows.push(Row {
                kind,
                origin: key.0,
                first_day: kind.first_day(number).unwrap_or_default(),
                age,
                is_complete: next <= facts.last_day.saturating_add(1),
                persons: count,
                cell,
                cumulative_spend: so_far,
            });
        }
    }
    Ok(rows)
}

/// Returns what each cohort did at each age.
fn cells(
    facts: &Facts,
    people: DataFrame,
    kind: PeriodKind,
) -> PolarsResult<BTreeMap<(Origin, i64, i64), Cell>> {
    let person = || col(PERSON);
    let age = || (kind.number(col(DAY)) - col(COHORT)).alias(AGE);
    // A visit is the person's first of the period when the one before lies in another.
    let is_within = kind
        .number(col(PREVIOUS))
        .eq(kind.number(col(DAY)))
        .fill_null(lit(false));
    let visits = facts
        .visits
        .clone()
        .lazy()
        .inner_join(people.clone().lazy(), person(), person())
        .select([
            col(ORIGIN),
            col(COHORT),
            age(),
            is_within.not().alias("__active"),
        ])
        .group_by([col(ORIGIN), col(COHORT), col(AGE)])
        .agg([col("__active").sum()])
        .collect()?;
    let orders = facts
        .orders
        .clone()
        .lazy()
        .inner_join(people.lazy(), person(), person())
        .select([
            col(ORIGIN),
            col(COHORT),
            age(),
            is_sale().alias("__orders"),
            purchases::SPEND_MINOR.expr().alias("__spend"),
        ])
        .group_by([col(ORIGIN), col(COHORT), col(AGE)])
        .agg([col("__orders").sum(), col("__spend").sum()])
        .collect()?;
    let mut cells = BTreeMap::new();
    add(&mut cells, &visits, "__active", |cell| &mut cell.active)?;
    add(&mut cells, &orders, "__orders", |cell| &mut cell.orders)?;
    add(&mut cells, &orders, "__spend", |cell| &mut cell.spend)?;
    Ok(cells)
}

/// Adds a column of sums to the cells of their channel and of all channels.
fn add(
    cells: &mut BTreeMap<(Origin, i64, i64), Cell>,
    frame: &DataFrame,
    name: &str,
    field: fn(&mut Cell) -> &mut i64,
) -> PolarsResult<()> {
    let sums = integers(frame, name)?;
    let numbers = integers(frame, COHORT)?;
    let ages = integers(frame, AGE)?;
    for (row, origin) in optional_texts(frame, ORIGIN)?.into_iter().enumerate() {
        for origin in [None, origin] {
            let cell = cells.entry((origin, numbers[row], ages[row])).or_default();
            let sum = field(cell);
            *sum = sum.saturating_add(sums[row]);
        }
    }
    Ok(())
}
