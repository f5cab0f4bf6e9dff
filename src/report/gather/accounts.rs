//! What the numbers rest on: an account of tables, files, consent and of what was left out.

use polars::prelude::*;

use super::calendar::local_day;
use super::columns::{integers, texts};
use super::day_name;
use crate::as_of::AsOf;
use crate::error::{Error, Result};
use crate::report::figures::{ConsentFigure, DataFigures, ExcludedFigure, FileFigure, TableFigure};
use crate::schema::{consent_counts, left_out, links, persons};

/// The tables and notes that the account comes from.
pub struct DataInput {
    /// `persons`
    pub persons: LazyFrame,
    /// `links`
    pub links: LazyFrame,
    /// `declared_links`
    pub declared_links: LazyFrame,
    /// `consent_counts`
    pub consent_counts: LazyFrame,
    /// `left_out`
    pub left_out: LazyFrame,
    /// Imported tables that tell when their rows happened, with that instant as `happened`.
    pub happened: Vec<(&'static str, LazyFrame)>,
    /// Tables with their rows.
    pub tables: Vec<(&'static str, u64)>,
    /// Imported files with layout, stored and rejected records.
    pub files: Vec<FileFigure>,
}

/// Computes the account.
///
/// # Errors
/// [`Error::Frame`] when a table lacks its columns.
pub fn data(input: DataInput, as_of: &AsOf) -> Result<DataFigures> {
    let time_zone = as_of.polars_zone();
    let gathered = move || -> PolarsResult<DataFigures> {
        let count = |frame: LazyFrame, of: Expr| -> PolarsResult<u64> {
            let frame = frame
                .select([of.cast(DataType::Int64).alias("count")])
                .collect()?;
            Ok(integers(&frame, "count")?
                .first()
                .copied()
                .unwrap_or(0)
                .unsigned_abs())
        };
        let consents = input.consent_counts.collect()?;
        let purpose = texts(&consents, consent_counts::PURPOSE.name)?;
        let granted = integers(&consents, consent_counts::GRANTED_COUNT.name)?;
        let denied = integers(&consents, consent_counts::DENIED_COUNT.name)?;
        let missing = integers(&consents, consent_counts::MISSING_COUNT.name)?;
        let left = input.left_out.collect()?;
        let reason = texts(&left, left_out::REASON.name)?;
        let left_count = integers(&left, left_out::LEFT_OUT_COUNT.name)?;
        let mut newest = std::collections::BTreeMap::new();
        for (table, frame) in input.happened {
            let frame = frame
                .select([local_day(&time_zone, col("happened").max()).alias("newest")])
                .collect()?;
            if let Some(day) = frame.column("newest")?.i32()?.get(0) {
                newest.insert(table, day_name(day));
            }
        }
        Ok(DataFigures {
            tables: input
                .tables
                .into_iter()
                .map(|(table, row_count)| TableFigure {
                    table: table.to_owned(),
                    row_count,
                    newest: newest.get(table).cloned(),
                })
                .collect(),
            files: input.files,
            consents: (0..purpose.len())
                .map(|row| ConsentFigure {
                    purpose: purpose[row].clone(),
                    granted_count: granted[row].unsigned_abs(),
                    denied_count: denied[row].unsigned_abs(),
                    missing_count: missing[row].unsigned_abs(),
                })
                .collect(),
            customer_count: count(input.persons.clone(), len())?,
            person_count: count(input.persons, persons::PERSON_ID.expr().n_unique())?,
            declared_account_count: count(input.declared_links, len())?,
            linked_account_count: count(input.links, links::ACCOUNT_ID.expr().count())?,
            excluded: reason
                .into_iter()
                .zip(left_count)
                .map(|(reason, count)| ExcludedFigure {
                    reason,
                    count: count.unsigned_abs(),
                })
                .collect(),
        })
    };
    gathered().map_err(Error::frame("gather what the numbers rest on"))
}
