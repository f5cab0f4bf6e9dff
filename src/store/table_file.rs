//! A table's file being written.

use std::fs;
use std::path::{Path, PathBuf};

use polars::prelude::{DataFrame, PolarsError};

use super::files::{self, HashedFile};
use super::manifest::LiveFile;
use super::parquet::ParquetFile;
use super::prints::{Prints, PrintsWriter};
use crate::error::{Error, Result};
use crate::schema::{Table, TableKind};

/// Rows read and written at once.
pub(super) const ROW_GROUP_ROWS: usize = 262_144;
/// Rows after which it is looked how long they are on the disk.
const ROWS_TO_JUDGE: u64 = 4_096;
/// Bytes a row takes on the disk, several times what its hashes take.
const BYTES_OF_LONG_ROW: u64 = 64;

/// A Parquet file on its way to the disk, with the hashes of its rows where the table is imported.
pub(super) struct TableFile {
    table: &'static Table,
    root: PathBuf,
    path: String,
    unfinished: PathBuf,
    file: HashedFile,
    writer: ParquetFile,
    row_count: u64,
    prints: Option<PrintsWriter>,
    is_of_batch: bool,
}

impl TableFile {
    pub(super) fn create(root: &Path, path: String, table: &'static Table) -> Result<Self> {
        let target = root.join(&path);
        files::make_parent(&target)?;
        let unfinished = files::unfinished(&target);
        let file =
            HashedFile::create(&unfinished).map_err(|error| Error::io("write", &target, error))?;
        let writer =
            ParquetFile::create(file.clone(), table).map_err(Error::frame("write a table"))?;
        let prints = match table.kind {
            TableKind::Raw => Some(PrintsWriter::new(root, table, &path)),
            TableKind::Derived => None,
        };
        Ok(Self {
            table,
            root: root.to_path_buf(),
            path,
            unfinished,
            file,
            writer,
            row_count: 0,
            prints,
            is_of_batch: false,
        })
    }

    /// Spares the hashes of short rows: who imports but once never asks for them, and who imports again reads such rows as
    /// soon as their hashes.
    pub(super) fn of_batch(mut self) -> Self {
        self.is_of_batch = true;
        self
    }

    /// Appends rows, and returns their hashes where they are kept beside the file.
    pub(super) fn write(&mut self, frame: &DataFrame) -> Result<Option<Prints>> {
        self.row_count += frame.height() as u64;
        for start in (0..frame.height()).step_by(ROW_GROUP_ROWS) {
            let mut group = frame.slice(start as i64, ROW_GROUP_ROWS);
            group.rechunk_mut();
            let written = self.writer.write(&group);
            written.map_err(|error| self.refused(error))?;
        }
        let Some(writer) = &mut self.prints else {
            return Ok(None);
        };
        let is_short = self.row_count >= ROWS_TO_JUDGE
            && self.file.length() < self.row_count.saturating_mul(BYTES_OF_LONG_ROW);
        // Rows of which a column is missing can be stored all the same.
        let prints = match self.is_of_batch && is_short || writer.is_given_up() {
            true => None,
            false => Prints::of(frame, self.table).ok(),
        };
        match &prints {
            Some(prints) => writer.add(prints),
            None => writer.give_up(),
        }
        Ok(prints)
    }

    /// Returns what the system refused, else what the writer says.
    fn refused(&self, error: PolarsError) -> Error {
        match self.file.refusal() {
            Some(refusal) => Error::io("write", &self.root.join(&self.path), refusal),
            None => Error::frame("write a table")(error),
        }
    }

    /// Closes the file and returns its name, length and hash.
    ///
    /// Does not wait for the disk: a change writes up to hundreds of files, and the commit brings them there together before it
    /// makes them live.
    pub(super) fn finish(mut self) -> Result<LiveFile> {
        let written = self.writer.finish();
        written.map_err(|error| self.refused(error))?;
        let target = self.root.join(&self.path);
        let failed = |error| Error::io("write", &target, error);
        let hash = self.file.close().map_err(failed)?;
        fs::rename(&self.unfinished, &target).map_err(failed)?;
        let live = LiveFile {
            path: self.path,
            row_count: self.row_count,
            hash,
        };
        if let Some(prints) = self.prints {
            prints.finish(&live);
        }
        Ok(live)
    }
}
