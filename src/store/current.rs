//! The newest row per key.

use polars::prelude::*;

use crate::schema::{Table, customers};

/// Returns the newest rows among observations of one table, sorted by key.
///
/// What was observed last wins; ties go to the later event, then to the batch's hash, then to the later row. Where an
/// export speaks of a whole at once (an order with its lines), all its rows come from the newest observation.
pub(super) fn newest(frames: Vec<LazyFrame>, table: &'static Table) -> PolarsResult<DataFrame> {
    let all = concat(frames, UnionArgs::default())?;
    let key = by_name(table.key.iter().map(|column| column.name), true, false);
    let mut order: Vec<Expr> = vec![col(customers::OBSERVED_AT.name)];
    order.extend(table.happened.map(|column| column.expr()));
    order.extend([customers::BATCH_ID.expr(), customers::SOURCE_ROW.expr()]);
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
    rows.unique_stable(Some(key), UniqueKeepStrategy::Last)
        .sort_by_exprs(
            table
                .key
                .iter()
                .map(|column| column.expr())
                .collect::<Vec<_>>(),
            SortMultipleOptions::default().with_maintain_order(true),
        )
        .collect()
}
