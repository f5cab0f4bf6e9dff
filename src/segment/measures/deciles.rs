//! Deciles: ten groups of persons by sales, the best first.

use polars::prelude::*;

use super::columns::{integers, made, ratio};
use crate::schema::{deciles, person_values as values};

const DECILES: usize = 10;

#[derive(Default, Clone, Copy)]
struct Row {
    persons: i64,
    orders: i64,
    spend: i64,
    lowest: Option<i64>,
    highest: Option<i64>,
    so_far: i64,
}

/// Returns the table `deciles` of `person_values`.
///
/// Persons with equal spend share the better tenth, so tenths need not be equal and may be empty.
pub(super) fn deciles(persons: &DataFrame) -> PolarsResult<DataFrame> {
    let found = persons
        .clone()
        .lazy()
        .group_by([values::DECILE.expr()])
        .agg([
            len().cast(DataType::Int64).alias("__persons"),
            values::ORDER_COUNT.expr().sum().alias("__orders"),
            values::SPEND_MINOR.expr().sum().alias("__spend"),
            values::SPEND_MINOR.expr().min().alias("__lowest"),
            values::SPEND_MINOR.expr().max().alias("__highest"),
        ])
        .collect()?;
    let of = |name: &str| integers(&found, name);
    let (decile, counts, orders) = (of(values::DECILE.name)?, of("__persons")?, of("__orders")?);
    let (spend, lowest, highest) = (of("__spend")?, of("__lowest")?, of("__highest")?);
    let mut rows = [Row::default(); DECILES];
    for (place, decile) in decile.iter().enumerate() {
        let number = usize::try_from(*decile).unwrap_or_default();
        if let Some(row) = number.checked_sub(1).and_then(|index| rows.get_mut(index)) {
            *row = Row {
                persons: counts[place],
                orders: orders[place],
                spend: spend[place],
                lowest: Some(lowest[place]),
                highest: Some(highest[place]),
                so_far: 0,
            };
        }
    }
    let mut total = 0i64;
    for row in &mut rows {
        total = total.saturating_add(row.spend);
        row.so_far = total;
    }
    let numbers: Vec<i64> = (1..=DECILES as i64).collect();
    DataFrame::new(
        rows.len(),
        vec![
            made(deciles::DECILE, &numbers, |number| *number)?,
            made(deciles::PERSON_COUNT, &rows, |row| row.persons)?,
            made(deciles::ORDER_COUNT, &rows, |row| row.orders)?,
            made(deciles::SPEND_MINOR, &rows, |row| row.spend)?,
            made(deciles::SPEND_SHARE, &rows, |row| ratio(row.spend, total))?,
            made(deciles::CUMULATIVE_SPEND_SHARE, &rows, |row| {
                ratio(row.so_far, total)
            })?,
            made(deciles::MEAN_SPEND_MINOR, &rows, |row| {
                ratio(row.spend, row.persons)
            })?,
            made(deciles::LOWEST_SPEND_MINOR, &rows, |row| row.lowest)?,
            made(deciles::HIGHEST_SPEND_MINOR, &rows, |row| row.highest)?,
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::super::columns::optional_floats;
    use super::*;

    fn table(persons: &[(i64, i64)]) -> DataFrame {
        let frame = df!(
            values::DECILE.name => persons.iter().map(|row| row.0).collect::<Vec<_>>(),
            values::SPEND_MINOR.name => persons.iter().map(|row| row.1).collect::<Vec<_>>(),
            values::ORDER_COUNT.name => vec![1i64; persons.len()],
        )
        .unwrap();
        deciles(&frame).unwrap()
    }

    #[test]
    fn shares_add_up_from_the_best_and_empty_tenths_stand() {
        let found = table(&[(1, 600), (2, 200), (2, 150), (5, 50), (10, 0)]);
        let counts = integers(&found, deciles::PERSON_COUNT.name).unwrap();
        assert_eq!(counts, [1, 2, 0, 0, 1, 0, 0, 0, 0, 1]);
        let shares = optional_floats(&found, deciles::CUMULATIVE_SPEND_SHARE.name).unwrap();
        let expected = [0.6, 0.95, 0.95, 0.95, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];
        assert_eq!(shares, expected.map(Some));
        let means = optional_floats(&found, deciles::MEAN_SPEND_MINOR.name).unwrap();
        assert_eq!(means[..3], [Some(600.0), Some(175.0), None]);
    }

    #[test]
    fn more_returned_than_bought_lifts_the_others_above_one() {
        let found = table(&[(1, 1200), (10, -200)]);
        let shares = optional_floats(&found, deciles::CUMULATIVE_SPEND_SHARE.name).unwrap();
        assert_eq!((shares[0], shares[9]), (Some(1.2), Some(1.0)));
        let found = table(&[(1, -200)]);
        let shares = optional_floats(&found, deciles::SPEND_SHARE.name).unwrap();
        assert_eq!(shares, [None; 10]);
        assert_eq!(table(&[]).height(), 10);
    }
}
