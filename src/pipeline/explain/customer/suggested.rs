//! Whom somebody may have meant who is in no record.

use std::collections::BTreeSet;

use polars::prelude::*;

use super::rows::{Row, each};
use crate::error::{Error, Result};
use crate::pipeline::forget::told::squeezed;
use crate::schema::{customers, persons};
use crate::store::{Rows, Store};

/// Records suggested at most.
const MOST: usize = 3;
/// Similarity from which on a record is suggested.
const LEAST: f64 = 0.85;
/// Letters of what was typed that are looked at.
const MOST_LETTERS: usize = 200;

/// Returns the records that are nearest to what was typed, as `source/customer_id`: those of just that name first, then those
/// with nearly that id.
pub(in crate::pipeline) fn nearest(store: &Store, typed: &str) -> Result<Vec<String>> {
    let typed: String = typed.trim().chars().take(MOST_LETTERS).collect();
    let (name, id) = (squeezed(&typed), typed.replace(':', "/"));
    if name.is_empty() {
        return Ok(Vec::new());
    }
    let mut named: BTreeSet<String> = BTreeSet::new();
    let mut close: Vec<(f64, String)> = Vec::new();
    let mut take = |row: Row<'_>, is_customer: bool| -> PolarsResult<()> {
        let (source, customer_id) = row.key([customers::SOURCE, customers::CUSTOMER_ID])?;
        let record = format!("{source}/{customer_id}");
        if is_customer {
            let own = row.text(customers::NAME)?;
            let reading = row.text(customers::NAME_KANA)?;
            let is_it = |text: Option<String>| text.is_some_and(|text| squeezed(&text) == name);
            if is_it(own) || is_it(reading) {
                named.insert(record);
                while named.len() > MOST {
                    named.pop_last();
                }
                return Ok(());
            }
        }
        let alike = match id.split_once('/') {
            Some((of, id)) => similarity(of, &source).min(similarity(id, &customer_id)),
            None => similarity(&id, &customer_id),
        };
        if alike >= LEAST {
            close.push((alike, record));
            if close.len() > 1_000 {
                keep_closest(&mut close);
            }
        }
        Ok(())
    };
    let columns = [
        customers::SOURCE,
        customers::CUSTOMER_ID,
        customers::NAME,
        customers::NAME_KANA,
    ];
    let failed = Error::frame("look for a person");
    store.column_blocks(&customers::TABLE, &columns, Rows::Live, &mut |frame| {
        for row in each(frame) {
            take(row, true).map_err(&failed)?;
        }
        Ok(())
    })?;
    // Some records are known by what they bought alone.
    let columns = [persons::SOURCE, persons::CUSTOMER_ID];
    store.column_blocks(&persons::TABLE, &columns, Rows::Live, &mut |frame| {
        for row in each(frame) {
            take(row, false).map_err(&failed)?;
        }
        Ok(())
    })?;
    keep_closest(&mut close);
    let mut found: Vec<String> = named.into_iter().collect();
    for (_, record) in close {
        if found.len() < MOST && !found.contains(&record) {
            found.push(record);
        }
    }
    Ok(found)
}

fn similarity(left: &str, right: &str) -> f64 {
    rapidfuzz::distance::jaro_winkler::similarity(left.chars(), right.chars())
}

/// Keeps the closest, each once.
fn keep_closest(close: &mut Vec<(f64, String)>) {
    close.sort_by(|left, right| {
        let closer = right.0.total_cmp(&left.0);
        closer.then_with(|| left.1.cmp(&right.1))
    });
    close.dedup_by(|left, right| left.1 == right.1);
    close.truncate(2 * MOST);
}
