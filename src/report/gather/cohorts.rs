//! Customers by the month of their first purchase.

use polars::prelude::*;

use super::Input;
use super::columns::{dates, integers};
use crate::report::figures::CohortCell;
use crate::schema::cohorts;

/// Months of first purchase shown.
const COHORTS: usize = 24;

/// Returns the newest months of first purchase.
pub(super) fn cohorts(input: &Input, smallest: u32) -> PolarsResult<Vec<CohortCell>> {
    let frame = input
        .cohorts
        .clone()
        .filter(
            cohorts::UNIT
                .expr()
                .eq(lit("month"))
                .and(cohorts::CHANNEL.expr().is_null()),
        )
        .sort(
            [cohorts::COHORT.name, cohorts::AGE_PERIODS.name],
            SortMultipleOptions::default(),
        )
        .collect()?;
    let month: Vec<String> = dates(&frame, cohorts::COHORT.name)?
        .into_iter()
        .map(|day| day.chars().take(7).collect())
        .collect();
    let age = integers(&frame, cohorts::AGE_PERIODS.name)?;
    let persons = integers(&frame, cohorts::PERSON_COUNT.name)?;
    let active = integers(&frame, cohorts::ACTIVE_COUNT.name)?;
    let cumulative = integers(&frame, cohorts::CUMULATIVE_SPEND_MINOR.name)?;
    let told = sums_told(&month, &active, i64::from(smallest));
    let mut months: Vec<&String> = month.iter().collect();
    months.dedup();
    let Some(oldest) = months.get(months.len().saturating_sub(COHORTS)).copied() else {
        return Ok(Vec::new());
    };
    Ok((0..frame.height())
        .filter(|row| month[*row] >= *oldest && persons[*row] >= i64::from(smallest))
        .map(|row| {
            let is_shown = persons[row] >= i64::from(smallest);
            CohortCell {
                cohort: month[row].clone(),
                age_months: age[row] as u32,
                person_count: persons[row].unsigned_abs(),
                active_count: is_shown.then(|| active[row].unsigned_abs()),
                retention: is_shown.then(|| active[row] as f64 / persons[row] as f64),
                cumulative_minor: (is_shown && told[row]).then(|| cumulative[row]),
            }
        })
        .collect())
}

/// Returns in which rows the sum so far may be told, rows in the order of cohort and age.
///
/// The difference of two sums is what those spent who bought in between. A sum is told when as many bought in its month as may be
/// shown, or when nobody did and the sum before it is told.
fn sums_told(cohort: &[String], active: &[i64], smallest: i64) -> Vec<bool> {
    let mut told: Vec<bool> = Vec::with_capacity(active.len());
    for (row, active) in active.iter().enumerate() {
        let is_before_told = row > 0 && cohort[row] == cohort[row - 1] && told[row - 1];
        told.push(*active >= smallest.max(1) || (*active == 0 && is_before_told));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_told_only_where_the_step_to_it_is_made_by_many() {
        let cohort = ["a", "a", "a", "a", "a", "b", "b"].map(str::to_owned);
        let active = [20, 0, 3, 0, 6, 0, 9];
        assert_eq!(
            sums_told(&cohort, &active, 5),
            [true, true, false, false, true, false, true]
        );
    }
}
