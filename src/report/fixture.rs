//! Settings, moments and tables for the tests of what is gathered from a store.

use std::path::Path;

use polars::prelude::*;

use crate::as_of::AsOf;
use crate::config::Config;
use crate::schema::Table;

pub(super) fn config(text: &str) -> Config {
    Config::parse(text, Path::new("koe.toml"), &[]).unwrap()
}

/// The end of 27 September 2026 in Tokyo.
pub(super) fn as_of() -> AsOf {
    let tokyo = jiff::tz::TimeZone::get("Asia/Tokyo").unwrap();
    AsOf::parse("2026-09-27", &tokyo).unwrap()
}

/// Microseconds of a moment in UTC.
pub(super) fn at(text: &str) -> i64 {
    let moment: jiff::Timestamp = text.parse().unwrap();
    moment.as_microsecond()
}

pub(super) fn empty(table: &'static Table) -> LazyFrame {
    DataFrame::empty_with_schema(&table.schema()).lazy()
}

/// A frame with every column of a table; those that are not given are empty.
pub(super) fn filled(table: &'static Table, given: DataFrame) -> LazyFrame {
    let columns: Vec<Expr> = table
        .columns
        .iter()
        .map(|column| {
            let value = match given.column(column.name) {
                Ok(_) => column.expr(),
                Err(_) => lit(NULL),
            };
            value.cast(column.kind.dtype()).alias(column.name)
        })
        .collect();
    given.lazy().select(columns)
}
