//! When and by which channel persons came first.

use std::cmp::Reverse;

use polars::prelude::*;

use super::columns::{integers, optional_texts};
use super::facts::{DAY, Facts, NEXT, PERSON, PREVIOUS};
use crate::config::CohortsConfig;
use crate::schema::purchases;

/// Day of the first purchase.
pub(super) const FIRST: &str = "__first";
/// Day of the second; empty while there is none.
pub(super) const SECOND: &str = "__second";
/// Channel of the first purchase, one of the few that are told apart.
pub(super) const ORIGIN: &str = "__origin";

const UNKNOWN: &str = "unknown";
const OTHER: &str = "other";

/// Returns `__person`, `__first`, `__second` and `__origin` of everybody who bought.
///
/// Of several orders on the first day the largest says the channel, of equal ones the first channel by name.
pub(super) fn first_visits(facts: &Facts, config: &CohortsConfig) -> PolarsResult<DataFrame> {
    const CHANNEL: &str = "__channel";
    let channels = facts
        .orders
        .clone()
        .lazy()
        .filter(purchases::IS_FIRST.expr().and(col(PERSON).is_not_null()))
        .select([
            col(PERSON),
            purchases::SPEND_MINOR.expr(),
            purchases::CHANNEL
                .expr()
                .fill_null(lit(UNKNOWN))
                .alias(CHANNEL),
        ])
        .sort(
            [PERSON, purchases::SPEND_MINOR.name, CHANNEL],
            SortMultipleOptions::default().with_order_descending_multi([false, true, false]),
        )
        .unique_stable(
            Some(by_name([PERSON], true, false)),
            UniqueKeepStrategy::First,
        )
        .select([col(PERSON), col(CHANNEL)])
        .collect()?;
    let counts = channels
        .clone()
        .lazy()
        .group_by([col(CHANNEL)])
        .agg([len().alias("__persons")])
        .collect()?;
    let persons = integers(&counts, "__persons")?;
    let names = optional_texts(&counts, CHANNEL)?;
    let mut largest: Vec<(Reverse<i64>, String)> = persons
        .into_iter()
        .map(Reverse)
        .zip(names.into_iter().map(Option::unwrap_or_default))
        .collect();
    largest.sort_unstable();
    largest.truncate(config.channels as usize);
    let kept: Vec<String> = largest.into_iter().map(|(_, name)| name).collect();
    let kept = DataFrame::new(
        kept.len(),
        vec![
            Column::new(CHANNEL.into(), kept.clone()),
            Column::new(ORIGIN.into(), kept),
        ],
    )?;
    facts
        .visits
        .clone()
        .lazy()
        .filter(col(PREVIOUS).is_null())
        .select([col(PERSON), col(DAY).alias(FIRST), col(NEXT).alias(SECOND)])
        .left_join(channels.lazy(), col(PERSON), col(PERSON))
        .left_join(kept.lazy(), col(CHANNEL), col(CHANNEL))
        .select([
            col(PERSON),
            col(FIRST),
            col(SECOND),
            col(ORIGIN).fill_null(lit(OTHER)),
        ])
        .collect()
}
