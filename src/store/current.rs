//! The newest row per key.

use polars::prelude::*;

use super::fingerprint::{PROVENANCE, fingerprints};
use crate::schema::{Table, accounts, customers, posts};

/// Tables of what is seen through several exports, of which each knows something else: a list of views need not name the
/// author, but does not take it away either.
const FILLED: [&str; 2] = [posts::TABLE.name, accounts::TABLE.name];
/// Rows that are merged at once.
pub(super) const PART_ROWS: u64 = 4_000_000;
/// Rows read at once.
const READ_ROWS: u64 = 500_000;

/// Hands the newest rows among observations of one table to `take`, in as many parts as keep the memory small.
///
/// `frames` come with their numbers of rows. The parts are cut by the hash of the unit, so that all observations of a
/// unit are in one part.
///
/// # Errors
/// When the frames cannot be read, and whatever `take` gives.
pub(super) fn each_newest<E: From<PolarsError>>(
    frames: Vec<(LazyFrame, u64)>,
    table: &'static Table,
    mut take: impl FnMut(DataFrame) -> Result<(), E>,
) -> Result<(), E> {
    let rows: u64 = frames.iter().map(|(_, rows)| rows).sum();
    let parts = rows.div_ceil(PART_ROWS).max(1);
    if parts == 1 {
        let frames = frames.into_iter().map(|(frame, _)| frame).collect();
        return take(newest(frames, table)?);
    }
    for part in 0..parts {
        let mut found = Vec::new();
        for (frame, rows) in &frames {
            for from in (0..*rows).step_by(READ_ROWS as usize) {
                let block = frame
                    .clone()
                    .slice(from as i64, READ_ROWS as IdxSize)
                    .collect()?;
                let units = fingerprints(&block, table.unit)?;
                let is_within: BooleanChunked = units
                    .iter()
                    .map(|unit| {
                        Some((u128::from(*unit) * u128::from(parts)) >> 64 == u128::from(part))
                    })
                    .collect();
                found.push(block.filter(&is_within)?.lazy());
            }
        }
        take(newest(found, table)?)?;
    }
    Ok(())
}

/// Returns a row per key of what is sorted: of each column the last value there is.
fn filled(sorted: LazyFrame, table: &'static Table) -> PolarsResult<LazyFrame> {
    let key = || table.key.iter().map(|column| column.expr());
    let all = sorted.with_column(len().over(key().collect::<Vec<_>>())?.alias(COUNT));
    let names = table.columns.iter().map(|column| column.expr());
    let names: Vec<Expr> = names.collect();
    // Most rows are alone, and need no thought.
    let alone = all.clone().filter(col(COUNT).eq(lit(1))).select(&names);
    let of_key = |name: &str| table.key.iter().any(|column| column.name == name);
    let values = table.columns.iter().filter(|column| !of_key(column.name));
    let last: Vec<Expr> = values
        .map(|column| match PROVENANCE.contains(&column.name) {
            true => column.expr().last(),
            false => column.expr().drop_nulls().last(),
        })
        .collect();
    let several = all
        .filter(col(COUNT).gt(lit(1)))
        .group_by_stable(key().collect::<Vec<_>>())
        .agg(last)
        .select(&names);
    concat([alone, several], UnionArgs::default())
}

/// Name of a column that counts the rows of a key.
const COUNT: &str = "__count";

/// Returns the newest rows among observations of one table, sorted by key.
///
/// What was observed last wins; ties go to the later event, then to the file that was imported later (`frames` come in
/// that order, and files of one run in the order of their names, which often bear dates), then to the later row. Of posts
/// and accounts what the newest row does not say stays as an older one had it. Where an
/// export speaks of a whole at once (an order with its lines), all its rows come from the newest observation.
pub(super) fn newest(frames: Vec<LazyFrame>, table: &'static Table) -> PolarsResult<DataFrame> {
    let all = concat(frames, UnionArgs::default())?;
    let key = by_name(table.key.iter().map(|column| column.name), true, false);
    let mut order: Vec<Expr> = vec![col(customers::OBSERVED_AT.name)];
    order.extend(table.happened.map(|column| column.expr()));
    let sorted = all.sort_by_exprs(
        order,
        SortMultipleOptions::default().with_maintain_order(true),
    );
    let rows = if table.unit == table.key {
        sorted
    } else {
        let of_unit: Vec<Expr> = table.unit.iter().map(|column| column.expr()).collect();
        let newest = [customers::OBSERVED_AT, customers::BATCH_ID]
            .map(|column| column.expr().last().over(of_unit.clone()));
        let [observed_at, batch_id] = newest;
        sorted.filter(
            customers::OBSERVED_AT
                .expr()
                .eq_missing(observed_at?)
                .and(customers::BATCH_ID.expr().eq_missing(batch_id?)),
        )
    };
    let newest = if FILLED.contains(&table.name) {
        filled(rows, table)?
    } else {
        rows.unique_stable(Some(key), UniqueKeepStrategy::Last)
    };
    by_key(newest, table).collect()
}

/// Returns rows in the order of their keys.
pub(super) fn by_key(rows: LazyFrame, table: &Table) -> LazyFrame {
    let key: Vec<Expr> = table.key.iter().map(|column| column.expr()).collect();
    rows.sort_by_exprs(
        key,
        SortMultipleOptions::default().with_maintain_order(true),
    )
}
