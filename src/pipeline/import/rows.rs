//! The rows of one file on their way to the store.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use crate::error::{Error, Result};
use crate::schema::{Table, customers};
use crate::store::{Known, NewFile, RawWriter, Transaction};

/// The rows of one file on their way to the store.
pub(super) struct Rows<'a> {
    transaction: &'a Transaction,
    batch_id: &'a str,
    writers: BTreeMap<&'static str, RawWriter>,
    /// What the store has already, by table; `None` where it has nothing.
    known: BTreeMap<&'static str, Option<Known>>,
    /// Places of the records of which something is stored; kept only where the store knew rows.
    stored: BTreeSet<i64>,
    is_anything_known: bool,
}

impl<'a> Rows<'a> {
    pub(super) fn new(transaction: &'a Transaction, batch_id: &'a str, is_replacing: bool) -> Self {
        Self {
            transaction,
            batch_id,
            writers: BTreeMap::new(),
            known: BTreeMap::new(),
            stored: BTreeSet::new(),
            is_anything_known: !is_replacing && !transaction.manifest().current.is_empty(),
        }
    }

    pub(super) fn take(&mut self, table: &'static Table, frame: DataFrame) -> Result<()> {
        let new = if self.is_anything_known {
            let new = self.without_known(table, &frame)?;
            let places = new
                .column(customers::SOURCE_ROW.name)
                .and_then(|column| column.i64());
            let places = places.map_err(Error::frame("count the stored rows"))?;
            self.stored.extend(places.iter().flatten());
            // Where an export speaks of a whole (an order with its lines), the whole is stored, known or not: its newest
            // observation replaces all of it.
            if table.unit == table.key { new } else { frame }
        } else {
            frame
        };
        if new.height() == 0 {
            return Ok(());
        }
        if !self.writers.contains_key(table.name) {
            let writer = self.transaction.raw_writer(table, self.batch_id)?;
            self.writers.insert(table.name, writer);
        }
        match self.writers.get_mut(table.name) {
            Some(writer) => writer.write(&new),
            None => Ok(()),
        }
    }

    /// Leaves out rows that say, word for word, what the store's newest row of their key says.
    fn without_known(&mut self, table: &'static Table, frame: &DataFrame) -> Result<DataFrame> {
        if !self.known.contains_key(table.name) {
            self.known
                .insert(table.name, self.transaction.known(table)?);
        }
        let Some(Some(known)) = self.known.get(table.name) else {
            return Ok(frame.clone());
        };
        let compare = || -> PolarsResult<DataFrame> {
            let is_known = known.knows(frame, table)?;
            let is_new: BooleanChunked = is_known.into_iter().map(|known| Some(!known)).collect();
            frame.filter(&is_new)
        };
        compare().map_err(Error::frame("compare rows with those of the store"))
    }

    pub(super) fn stored_records(&self, accepted: u64) -> u64 {
        if self.is_anything_known {
            (self.stored.len() as u64).min(accepted)
        } else {
            accepted
        }
    }

    pub(super) fn finish(self) -> Result<Vec<NewFile>> {
        self.writers.into_values().map(RawWriter::finish).collect()
    }
}
