//! Reading columns of small frames into vectors, and writing vectors into columns.

use polars::prelude::*;

use crate::schema::{Column as Owned, Table};

/// A value per row; nothing is 0.
pub(super) fn integers(frame: &DataFrame, name: &str) -> PolarsResult<Vec<i64>> {
    Ok(optional_integers(frame, name)?
        .into_iter()
        .map(Option::unwrap_or_default)
        .collect())
}

pub(super) fn optional_integers(frame: &DataFrame, name: &str) -> PolarsResult<Vec<Option<i64>>> {
    let column = frame.column(name)?.cast(&DataType::Int64)?;
    Ok(column.i64()?.iter().collect())
}

#[cfg(test)]
pub(super) fn optional_floats(frame: &DataFrame, name: &str) -> PolarsResult<Vec<Option<f64>>> {
    let column = frame.column(name)?.cast(&DataType::Float64)?;
    Ok(column.f64()?.iter().collect())
}

pub(super) fn optional_texts(frame: &DataFrame, name: &str) -> PolarsResult<Vec<Option<String>>> {
    let column = frame.column(name)?.str()?;
    Ok(column.iter().map(|text| text.map(str::to_owned)).collect())
}

/// Returns `part / whole`; nothing where the whole is nil or less.
pub(super) fn ratio(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Returns a column of the schema with one value per row.
pub(super) fn made<'a, R, T, P>(
    column: Owned,
    rows: &'a [R],
    value: impl Fn(&'a R) -> T,
) -> PolarsResult<Column>
where
    P: ?Sized,
    Series: NamedFrom<Vec<T>, P>,
{
    let values: Vec<T> = rows.iter().map(value).collect();
    Column::new(column.small_name(), values).cast(&column.kind.dtype())
}

/// Returns the columns of a table, in their order.
pub(super) fn all_of(table: &Table) -> Vec<Expr> {
    table.columns.iter().map(|column| column.expr()).collect()
}

/// Whether a frame has rows.
pub(super) fn is_any(frame: &LazyFrame) -> PolarsResult<bool> {
    const COUNT: &str = "__count";
    let counted = frame.clone().select([len().alias(COUNT)]).collect()?;
    Ok(counted.column(COUNT)?.u32()?.get(0) > Some(0))
}

/// Computes several frames at once by the streaming engine, what they share once; their rows come in any order.
pub(super) fn streamed(frames: Vec<LazyFrame>) -> PolarsResult<Vec<DataFrame>> {
    let plans = frames.into_iter().map(|frame| frame.logical_plan).collect();
    LazyFrame::collect_all_with_engine(plans, Engine::Streaming, OptFlags::default())
}
