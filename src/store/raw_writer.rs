//! A file of imported rows being written.

use std::path::Path;

use polars::prelude::DataFrame;

use super::fingerprint::Keys;
use super::manifest::RawFile;
use super::prints::Prints;
use super::table_file::TableFile;
use crate::error::{Error, Result};
use crate::schema::{Table, TableKind};

/// A file of a batch being written; rows may come in many frames.
pub struct RawWriter {
    batch_id: String,
    table: &'static Table,
    file: TableFile,
    keys: Keys,
}

impl RawWriter {
    pub(super) fn create(root: &Path, table: &'static Table, batch_id: &str) -> Result<Self> {
        debug_assert_eq!(
            table.kind,
            TableKind::Raw,
            "only imported tables have batches"
        );
        let path = format!("raw/{}/{batch_id}.parquet", table.name);
        Ok(Self {
            batch_id: batch_id.to_owned(),
            table,
            file: TableFile::create(root, path, table)?.of_batch(),
            keys: Keys::default(),
        })
    }

    /// Appends rows of the table's schema.
    ///
    /// # Errors
    /// [`Error::Frame`] when they cannot be written.
    pub fn write(&mut self, frame: &DataFrame) -> Result<()> {
        let failed = Error::frame("hash imported rows");
        let prints = match self.file.write(frame)? {
            Some(prints) => prints,
            None => Prints::of_keys(frame, self.table).map_err(&failed)?,
        };
        self.keys.add(frame, prints, self.table).map_err(failed)
    }

    /// Closes the file and returns what to hand to [`Transaction::add_import`](super::Transaction::add_import).
    ///
    /// # Errors
    /// [`Error::Io`] or [`Error::Frame`] when it cannot be closed.
    pub fn finish(self) -> Result<NewFile> {
        let live = self.file.finish()?;
        Ok(NewFile {
            table: self.table,
            raw: RawFile {
                batch_id: self.batch_id,
                live,
            },
            keys: self.keys,
        })
    }
}

/// A file of imported rows that is written and not yet live.
#[derive(Debug, Clone)]
pub struct NewFile {
    pub(super) table: &'static Table,
    pub(super) raw: RawFile,
    pub(super) keys: Keys,
}
