//! Refusals that reach nobody, as no customer is known whom they name.

use std::collections::{BTreeMap, HashMap};

use polars::prelude::lit;

use super::Workspace;
use super::consent::{Statement, statements};
use super::named::each_registered;
use crate::error::{Error, Result};
use crate::schema::{Column as Owned, consents};
use crate::store::Store;

/// Refusals of one file and source that reach nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreachedRefusals {
    /// File that they stand in.
    pub file: String,
    /// Shop system whose customers they name.
    pub source: String,
    /// How many there are.
    pub row_count: u64,
}

impl Workspace {
    /// Returns the refusals that reach nobody, by file and source: an id may be misspelt, or of another shop.
    ///
    /// # Errors
    /// Those of the store.
    pub fn unreached_refusals(&self) -> Result<Vec<UnreachedRefusals>> {
        unreached(&self.store()?)
    }
}

fn unreached(store: &Store) -> Result<Vec<UnreachedRefusals>> {
    let read = Error::frame("read the consents");
    let columns = [
        consents::SOURCE,
        consents::CUSTOMER_ID,
        consents::SOURCE_FILE,
    ];
    let refusals = statements(store)?
        .filter(consents::STATUS.expr().neq(lit(Statement::Granted.key())))
        .select(columns.map(|column| column.expr()))
        .collect()
        .map_err(&read)?;
    let text = |column: Owned| {
        let found = refusals.column(column.name);
        found.and_then(|found| found.str()).map_err(&read)
    };
    let (source, customer_id) = (text(consents::SOURCE)?, text(consents::CUSTOMER_ID)?);
    let file = text(consents::SOURCE_FILE)?;
    let named = |row: usize| [source, customer_id].map(|text| text.get(row).unwrap_or_default());
    let mut places: HashMap<[&str; 2], usize> = HashMap::new();
    for row in 0..refusals.height() {
        let place = places.len();
        places.entry(named(row)).or_insert(place);
    }
    let mut is_known = vec![false; places.len()];
    if !is_known.is_empty() {
        each_registered(store, &mut |source, id| {
            if let Some(place) = places.get(&[source, id]) {
                is_known[*place] = true;
            }
        })?;
    }
    let mut counts: BTreeMap<[&str; 2], u64> = BTreeMap::new();
    for row in 0..refusals.height() {
        if !is_known[places[&named(row)]] {
            let of = [file, source].map(|text| text.get(row).unwrap_or_default());
            *counts.entry(of).or_default() += 1;
        }
    }
    let of = |([file, source], row_count): ([&str; 2], u64)| UnreachedRefusals {
        file: file.to_owned(),
        source: source.to_owned(),
        row_count,
    };
    Ok(counts.into_iter().map(of).collect())
}
