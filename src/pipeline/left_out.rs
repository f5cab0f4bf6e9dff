//! The table `left_out`, to which several stages add.

use polars::prelude::*;

use crate::error::{Error, Result};
use crate::schema::left_out;
use crate::store::{Store, Transaction};

/// Stages that add to the table.
const STAGES: [&str; 3] = ["join", "score", "segment"];

/// Whether the table has its files.
pub(super) fn is_there(store: &Store) -> bool {
    store.has_files(&left_out::TABLE)
}

/// Replaces what a stage says it left out; reasons that did not occur are not listed. Where the table was lost, the other
/// stages have to run again.
pub(super) fn put(
    transaction: &mut Transaction,
    store: &Store,
    stage: &str,
    counts: &[(&str, u64)],
    day: &str,
) -> Result<()> {
    let counts: Vec<(&str, i64)> = counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(reason, count)| (*reason, *count as i64))
        .collect();
    let own = DataFrame::new(
        counts.len(),
        vec![
            Column::new(left_out::STAGE.small_name(), vec![stage; counts.len()]),
            Column::new(
                left_out::REASON.small_name(),
                counts.iter().map(|(reason, _)| *reason).collect::<Vec<_>>(),
            ),
            Column::new(
                left_out::LEFT_OUT_COUNT.small_name(),
                counts.iter().map(|(_, count)| *count).collect::<Vec<_>>(),
            ),
        ],
    );
    let build = Error::frame("list what was left out");
    let others = match is_there(store) {
        true => store
            .scan(&left_out::TABLE)?
            .filter(left_out::STAGE.expr().neq(lit(stage))),
        false => {
            let others = STAGES.into_iter().filter(|other| *other != stage);
            transaction.drop_stages(&others.collect::<Vec<_>>())?;
            DataFrame::empty_with_schema(&left_out::TABLE.schema()).lazy()
        }
    };
    let all = concat([others, own.map_err(&build)?.lazy()], UnionArgs::default())
        .map_err(&build)?
        .sort(
            [left_out::STAGE.name, left_out::REASON.name],
            SortMultipleOptions::default(),
        )
        .collect()
        .map_err(&build)?;
    transaction.put_derived(&left_out::TABLE, all, day)
}
