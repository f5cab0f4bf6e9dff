//! Columns of a collected frame as plain values.

use polars::prelude::*;

/// Returns a whole-number column, empty cells as nil.
pub(crate) fn integers(frame: &DataFrame, name: &str) -> PolarsResult<Vec<i64>> {
    let column = frame.column(name)?.cast(&DataType::Int64)?;
    Ok(column
        .i64()?
        .iter()
        .map(Option::unwrap_or_default)
        .collect())
}

/// Returns a whole-number column.
pub(crate) fn optional_integers(frame: &DataFrame, name: &str) -> PolarsResult<Vec<Option<i64>>> {
    let column = frame.column(name)?.cast(&DataType::Int64)?;
    Ok(column.i64()?.iter().collect())
}

/// Returns a decimal column.
pub(crate) fn floats(frame: &DataFrame, name: &str) -> PolarsResult<Vec<Option<f64>>> {
    let column = frame.column(name)?.cast(&DataType::Float64)?;
    Ok(column.f64()?.iter().collect())
}

/// Returns a text column, empty cells as empty texts.
pub(crate) fn texts(frame: &DataFrame, name: &str) -> PolarsResult<Vec<String>> {
    Ok(frame
        .column(name)?
        .str()?
        .iter()
        .map(|text| text.unwrap_or_default().to_owned())
        .collect())
}

/// Returns a column of lists of texts.
pub(crate) fn lists(frame: &DataFrame, name: &str) -> PolarsResult<Vec<Vec<String>>> {
    let lists = frame.column(name)?.list()?;
    (0..frame.height())
        .map(|row| match lists.get_as_series(row) {
            Some(list) => Ok(list.str()?.iter().flatten().map(str::to_owned).collect()),
            None => Ok(Vec::new()),
        })
        .collect()
}

/// Returns a date column as `YYYY-MM-DD`.
pub(crate) fn dates(frame: &DataFrame, name: &str) -> PolarsResult<Vec<String>> {
    let days = integers(frame, name)?;
    Ok(days
        .into_iter()
        .map(|day| super::day_name(day as i32))
        .collect())
}

/// Returns a date column as `YYYY-MM-DD`, empty cells as empty texts.
pub(crate) fn dates_or_empty(frame: &DataFrame, name: &str) -> PolarsResult<Vec<String>> {
    let days = optional_integers(frame, name)?;
    Ok(days
        .into_iter()
        .map(|day| {
            day.map(|day| super::day_name(day as i32))
                .unwrap_or_default()
        })
        .collect())
}
