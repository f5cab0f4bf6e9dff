//! Columns being filled, row by row, and made into polars columns.

use std::collections::HashSet;

use jiff::civil::{Date, date};
use polars::prelude::*;

use crate::schema::{Column as SchemaColumn, ColumnKind, Table};

/// Texts one behind the other, with their ends.
#[derive(Default)]
pub(super) struct TextValues {
    bytes: String,
    /// End of each value in `bytes`; `None` for no value.
    ends: Vec<Option<usize>>,
}

impl TextValues {
    pub(super) fn push(&mut self, text: Option<&str>) {
        self.ends.push(text.map(|text| {
            self.bytes.push_str(text);
            self.bytes.len()
        }));
    }

    /// Forgets all values but the first `length`.
    pub(super) fn truncate(&mut self, length: usize) {
        self.ends.truncate(length);
        let end = self.ends.iter().rev().find_map(|end| *end).unwrap_or(0);
        self.bytes.truncate(end);
    }

    /// Returns the values but those at `places`.
    pub(super) fn without(&self, places: &HashSet<usize>) -> Self {
        let mut kept = Self::default();
        for (place, value) in self.iter().enumerate() {
            if !places.contains(&place) {
                kept.push(value);
            }
        }
        kept
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            end.map(|end| {
                let text = &self.bytes[start..end];
                start = end;
                text
            })
        })
    }
}

impl TextValues {
    fn into_series(self, name: PlSmallStr) -> Series {
        let mut builder = StringChunkedBuilder::new(name, self.ends.len());
        for text in self.iter() {
            builder.append_option(text);
        }
        builder.finish().into_series()
    }
}

/// A column filled by a reader that fills whole columns.
pub(super) enum Whole {
    /// A text a row.
    Texts(TextValues),
    /// The same text in every row.
    Text(String),
    /// An integer a row.
    Integers(Vec<i64>),
    /// An integer or nothing a row.
    SomeIntegers(Vec<Option<i64>>),
    /// An instant a row, microseconds since 1970-01-01.
    Instants(Vec<i64>),
    /// The same instant in every row.
    Instant(i64),
    /// A day a row, days since 1970-01-01.
    Dates(Vec<i32>),
}

/// Makes a frame of `height` rows out of whole columns; columns of the table that are not given are null.
pub(super) fn frame(
    table: &'static Table,
    height: usize,
    columns: Vec<(SchemaColumn, Whole)>,
) -> PolarsResult<DataFrame> {
    let mut made: Vec<Option<Column>> = vec![None; table.columns.len()];
    for (column, whole) in columns {
        let (name, dtype) = (column.small_name(), column.kind.dtype());
        let scalar =
            |value| Column::new_scalar(name.clone(), Scalar::new(dtype.clone(), value), height);
        made[column.index] = Some(match whole {
            Whole::Texts(values) => values.into_series(name).into(),
            Whole::Text(text) => scalar(AnyValue::StringOwned(text.into())),
            Whole::Integers(values) => Column::new(name, values),
            Whole::SomeIntegers(values) => Column::new(name, values),
            Whole::Instants(values) => Column::new(name, values).cast(&dtype)?,
            Whole::Instant(value) => {
                Column::new_scalar(name, Scalar::from(value), height).cast(&dtype)?
            }
            Whole::Dates(values) => Column::new(name, values).cast(&dtype)?,
        });
    }
    let columns = table.columns.iter().zip(made).map(|(column, made)| {
        made.unwrap_or_else(|| Column::full_null(column.small_name(), height, &column.kind.dtype()))
    });
    DataFrame::new(height, columns.collect())
}

/// The values of one column.
enum Values {
    Text(TextValues),
    Integer(Vec<Option<i64>>),
    Float(Vec<Option<f64>>),
    Flag(Vec<Option<bool>>),
    /// Days since 1970-01-01.
    Date(Vec<Option<i32>>),
    /// Microseconds since 1970-01-01.
    Instant(Vec<Option<i64>>),
    Texts(Vec<Option<Vec<String>>>),
}

impl Values {
    fn new(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::Text => Self::Text(TextValues::default()),
            ColumnKind::Integer => Self::Integer(Vec::new()),
            ColumnKind::Float => Self::Float(Vec::new()),
            ColumnKind::Flag => Self::Flag(Vec::new()),
            ColumnKind::Date => Self::Date(Vec::new()),
            ColumnKind::Instant => Self::Instant(Vec::new()),
            ColumnKind::Texts => Self::Texts(Vec::new()),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.ends.len(),
            Self::Integer(values) | Self::Instant(values) => values.len(),
            Self::Float(values) => values.len(),
            Self::Flag(values) => values.len(),
            Self::Date(values) => values.len(),
            Self::Texts(values) => values.len(),
        }
    }

    fn push_null(&mut self) {
        match self {
            Self::Text(values) => values.push(None),
            Self::Integer(values) | Self::Instant(values) => values.push(None),
            Self::Float(values) => values.push(None),
            Self::Flag(values) => values.push(None),
            Self::Date(values) => values.push(None),
            Self::Texts(values) => values.push(None),
        }
    }

    fn into_column(self, column: &SchemaColumn) -> PolarsResult<Column> {
        let name = column.small_name();
        let series = match self {
            Self::Text(values) => values.into_series(name),
            Self::Integer(values) => Series::new(name, values),
            Self::Float(values) => Series::new(name, values),
            Self::Flag(values) => Series::new(name, values),
            Self::Date(values) => Series::new(name, values).cast(&DataType::Date)?,
            Self::Instant(values) => Series::new(name, values).cast(&column.kind.dtype())?,
            Self::Texts(values) => {
                let mut builder = ListStringChunkedBuilder::new(name, values.len(), values.len());
                for texts in &values {
                    match texts {
                        Some(texts) => builder.append_values_iter(texts.iter().map(String::as_str)),
                        None => builder.append_null(),
                    }
                }
                builder.finish().into_series()
            }
        };
        Ok(series.into())
    }
}

/// The rows of one table that were not handed on yet.
pub(super) struct Columns {
    table: &'static Table,
    values: Vec<Values>,
    height: usize,
}

/// One value on its way into a row.
pub(super) enum Value<'a> {
    Text(&'a str),
    Integer(i64),
    Float(f64),
    Flag(bool),
    Date(Date),
    /// Microseconds since 1970-01-01.
    Instant(i64),
    Texts(Vec<String>),
}

impl Columns {
    pub(super) fn new(table: &'static Table) -> Self {
        let values = table
            .columns
            .iter()
            .map(|column| Values::new(column.kind))
            .collect();
        Self {
            table,
            values,
            height: 0,
        }
    }

    pub(super) fn table(&self) -> &'static Table {
        self.table
    }

    pub(super) fn height(&self) -> usize {
        self.height
    }

    /// Sets a cell of the row being filled.
    ///
    /// # Panics
    /// When the column is no column of the table, has another type or was set before: a mistake in a reader, not in a
    /// file.
    pub(super) fn set(&mut self, column: SchemaColumn, value: Value<'_>) {
        // Of so many cells the columns are compared by what is quickly compared, texts by their lengths.
        let is_own = |own: &SchemaColumn| {
            own.kind == column.kind
                && own.name.len() == column.name.len()
                && own.meaning.len() == column.meaning.len()
        };
        assert!(
            self.table.columns.get(column.index).is_some_and(is_own)
                && self.values[column.index].len() == self.height,
            "`{}` is set once per row, and is a column of `{}`",
            column.name,
            self.table.name
        );
        match (&mut self.values[column.index], value) {
            (Values::Text(values), Value::Text(text)) => values.push(Some(text)),
            (Values::Integer(values), Value::Integer(value)) => values.push(Some(value)),
            (Values::Float(values), Value::Float(value)) => values.push(Some(value)),
            (Values::Flag(values), Value::Flag(value)) => values.push(Some(value)),
            (Values::Date(values), Value::Date(day)) => values.push(Some(days_since_epoch(day))),
            (Values::Instant(values), Value::Instant(value)) => values.push(Some(value)),
            (Values::Texts(values), Value::Texts(texts)) => values.push(Some(texts)),
            _ => panic!("`{}` is given values of its own type", column.name),
        }
    }

    /// Ends the row being filled; cells nobody set are null.
    pub(super) fn end_row(&mut self) {
        for values in &mut self.values {
            if values.len() == self.height {
                values.push_null();
            }
        }
        self.height += 1;
    }

    /// Hands the rows over and starts anew.
    pub(super) fn take(&mut self) -> PolarsResult<DataFrame> {
        let full = std::mem::replace(self, Self::new(self.table));
        let columns = full
            .table
            .columns
            .iter()
            .zip(full.values)
            .map(|(column, values)| values.into_column(column))
            .collect::<PolarsResult<_>>()?;
        DataFrame::new(full.height, columns)
    }
}

/// Returns the days since 1970-01-01.
pub(super) fn days_since_epoch(day: Date) -> i32 {
    (day.duration_since(date(1970, 1, 1)).as_hours() / 24) as i32
}
