//! Cohorts: who comes back and what they spend, by month or week of first purchase and by its channel.

use polars::prelude::*;

use super::columns::made;
use super::facts::{Facts, owner};
use super::first_visits::FirstVisits;
use super::periods::{Numbered, PeriodKind};
use crate::config::CohortsConfig;
use crate::schema::cohorts;

#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    active: i64,
    orders: i64,
    spend: i64,
}

struct Row<'a> {
    kind: PeriodKind,
    origin: Option<&'a str>,
    first_day: i32,
    age: i64,
    is_complete: bool,
    persons: i64,
    cell: Cell,
    cumulative_spend: i64,
}

/// Returns the table `cohorts`: every cohort at every age it has reached, months without a purchase included.
pub(super) fn cohorts(
    facts: &Facts<'_>,
    first_visits: &FirstVisits,
    config: &CohortsConfig,
) -> PolarsResult<DataFrame> {
    let mut rows = Vec::new();
    for (kind, most) in [
        (PeriodKind::Month, PeriodKind::Month.most()),
        (PeriodKind::Week, i64::from(config.weeks)),
    ] {
        let mut triangle = Triangle::of(facts, first_visits, kind, most);
        triangle.count_visits(facts);
        triangle.count_orders(facts);
        rows.extend(triangle.rows());
    }
    DataFrame::new(
        rows.len(),
        vec![
            made(cohorts::UNIT, &rows, |row| row.kind.key())?,
            made(cohorts::CHANNEL, &rows, |row| row.origin)?,
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

/// Persons who came in one period, and what they did since.
#[derive(Debug, Clone, Default)]
struct Cohort {
    persons: i64,
    /// A cell for each period since, the first itself included; none as long as there are no persons.
    cells: Vec<Cell>,
}

impl Cohort {
    fn add(&mut self, other: &Self) {
        self.persons += other.persons;
        self.cells.resize(other.cells.len(), Cell::default());
        for (cell, other) in self.cells.iter_mut().zip(&other.cells) {
            cell.active += other.active;
            cell.orders += other.orders;
            cell.spend = cell.spend.saturating_add(other.spend);
        }
    }
}

/// The newest cohorts of one kind.
struct Triangle<'a> {
    kind: PeriodKind,
    numbers: Numbered,
    first_visits: &'a FirstVisits,
    /// The as-of day, in days since 1970-01-01, and the number of its period.
    last_day: i32,
    now: i64,
    /// Number of the first cohort.
    earliest: i64,
    /// By origin, then by number from the first.
    cohorts: Vec<Vec<Cohort>>,
}

impl<'a> Triangle<'a> {
    /// Counts the persons of the newest `most` cohorts.
    fn of(facts: &Facts<'_>, first_visits: &'a FirstVisits, kind: PeriodKind, most: i64) -> Self {
        let first_day = facts.first_day().unwrap_or(facts.last_day);
        let now = kind.number_of(facts.last_day);
        let empty = vec![Cohort::default(); usize::try_from(most).unwrap_or_default()];
        let mut triangle = Self {
            kind,
            numbers: Numbered::of(kind, first_day, facts.last_day),
            first_visits,
            last_day: facts.last_day,
            now,
            earliest: now - most + 1,
            cohorts: vec![empty; first_visits.origins.len()],
        };
        for person in 0..first_visits.of_persons.len() {
            triangle.add_person(person);
        }
        triangle
    }

    /// Returns origin, number and place of a person's cohort; nothing where it is none of the newest.
    fn cohort_of(&self, person: usize) -> Option<(usize, i64, usize)> {
        let first = self.first_visits.of_persons[person]?;
        let number = self.numbers.number_of(first.day);
        let place = usize::try_from(number - self.earliest).ok()?;
        Some((first.origin, number, place))
    }

    fn add_person(&mut self, person: usize) {
        let Some((origin, number, place)) = self.cohort_of(person) else {
            return;
        };
        let ages = usize::try_from(self.now - number + 1).unwrap_or_default();
        let cohort = &mut self.cohorts[origin][place];
        cohort.persons += 1;
        cohort.cells.resize(ages, Cell::default());
    }

    /// Returns the cell of what a person did in a period; nothing where the cohort is none of the newest.
    fn cell(&mut self, person: usize, period: i64) -> Option<&mut Cell> {
        let (origin, number, place) = self.cohort_of(person)?;
        let age = usize::try_from(period - number).ok()?;
        self.cohorts[origin][place].cells.get_mut(age)
    }

    /// Counts persons; a visit is a person's first of the period when the one before lies in another.
    fn count_visits(&mut self, facts: &Facts<'_>) {
        for visit in facts.visits.iter() {
            let period = self.numbers.number_of(visit.day);
            let before = visit.previous.map(|day| self.numbers.number_of(day));
            if before == Some(period) {
                continue;
            }
            if let Some(cell) = self.cell(visit.person as usize, period) {
                cell.active += 1;
            }
        }
    }

    fn count_orders(&mut self, facts: &Facts<'_>) {
        for order in facts.orders.iter() {
            let Some(person) = owner(*order) else {
                continue;
            };
            let period = self.numbers.number_of(order.day());
            if let Some(cell) = self.cell(person, period) {
                cell.orders += i64::from(!order.is_return());
                cell.spend = cell.spend.wrapping_add(order.spend());
            }
        }
    }

    /// Returns the rows of all persons, then those of each channel.
    fn rows(&self) -> Vec<Row<'a>> {
        let mut all = vec![Cohort::default(); self.cohorts.first().map_or(0, Vec::len)];
        for cohorts in &self.cohorts {
            for (all, cohort) in all.iter_mut().zip(cohorts) {
                if cohort.persons > 0 {
                    all.add(cohort);
                }
            }
        }
        let mut rows = self.rows_of(None, &all);
        for (origin, cohorts) in self.first_visits.origins.iter().zip(&self.cohorts) {
            rows.extend(self.rows_of(Some(origin.as_str()), cohorts));
        }
        rows
    }

    fn rows_of(&self, origin: Option<&'a str>, cohorts: &[Cohort]) -> Vec<Row<'a>> {
        let mut rows = Vec::new();
        for (number, cohort) in (self.earliest..).zip(cohorts) {
            let mut so_far = 0i64;
            for (age, cell) in (0i64..).zip(&cohort.cells) {
                so_far = so_far.saturating_add(cell.spend);
                let next = self.kind.first_day(number + age + 1).unwrap_or(i32::MAX);
                rows.push(Row {
                    kind: self.kind,
                    origin,
                    first_day: self.kind.first_day(number).unwrap_or_default(),
                    age,
                    is_complete: next <= self.last_day.saturating_add(1),
                    persons: cohort.persons,
                    cell: *cell,
                    cumulative_spend: so_far,
                });
            }
        }
        rows
    }
}
