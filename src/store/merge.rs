//! Making new rows of a table live without touching more of what is stored than they say anew.
//!
//! The newest rows of a long table lie in several files, none of which shares a unit with another. New files of units
//! that nobody knows are put beside them as they are. Where new rows speak of units that are stored, their old rows are
//! taken out of the files they lie in, which the hashes beside these files tell, and merged with the new ones alone; the
//! result is a file of its own. A file that is written anew is cut into pieces, so that the next rows (mostly of lately
//! seen units) meet a small one; many small files are joined, those of hundreds of chats imported at once as well. Of a
//! unit the same row results as if all had been merged.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use polars::prelude::*;

use super::current::{self, PART_ROWS};
use super::fingerprint::{self, Keys};
use super::manifest::{LiveFile, RawFile};
use super::raw_writer::NewFile;
use super::transaction::Transaction;
use super::{scan_file, scan_files};
use crate::concurrent::map_on_threads;
use crate::error::{Error, Result};
use crate::hash::Unhashed;
use crate::schema::Table;

/// From where on tables are treated otherwise, in rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    /// Below, all rows are merged: that is as quick.
    pub plain_rows: u64,
    /// From here on a table lies in several files; below, it is one file in the order of the keys.
    pub long_rows: u64,
    /// Rows of a piece of a long table.
    pub piece_rows: usize,
    /// Most files of less than half a piece.
    pub most_small: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            plain_rows: 32_768,
            long_rows: 250_000,
            piece_rows: 131_072,
            most_small: 24,
        }
    }
}

impl Sizes {
    fn is_small(&self, file: &LiveFile) -> bool {
        file.row_count < self.piece_rows as u64 / 2
    }

    /// Whether there are more small files than a table is read from.
    fn are_too_many(&self, files: &[LiveFile]) -> bool {
        files.iter().filter(|file| self.is_small(file)).count() > self.most_small
    }
}

/// A stored file and which of its rows new ones speak of; `None` where it has none of them.
type Touched = (LiveFile, Option<Vec<bool>>);

/// A table of which new files were taken up, and whose newest rows are still to be found.
pub(super) struct Merging {
    table: &'static Table,
    added: Vec<LiveFile>,
    keys: Vec<Keys>,
    /// All files, where observations went.
    rebuilt: Option<Vec<LiveFile>>,
}

impl Merging {
    /// Returns how many rows are new, or how many there are where all are merged.
    fn rows(&self) -> u64 {
        rows_of(self.rebuilt.as_ref().unwrap_or(&self.added))
    }
}

/// Why rows cannot be merged.
enum MergeError {
    Koe(Error),
    Frame(PolarsError),
}

impl From<Error> for MergeError {
    fn from(error: Error) -> Self {
        Self::Koe(error)
    }
}

impl From<PolarsError> for MergeError {
    fn from(error: PolarsError) -> Self {
        Self::Frame(error)
    }
}

/// Returns how an error of the engine is told.
fn failed() -> impl Fn(PolarsError) -> Error {
    Error::frame("merge the newest rows")
}

fn rows_of(files: &[LiveFile]) -> u64 {
    files.iter().map(|file| file.row_count).sum()
}

impl Transaction {
    /// Takes up new files of a table, and returns what is to be merged; nothing where no row is left.
    ///
    /// `is_rebuilt` says that observations went, so that what was the newest may be no more.
    pub(super) fn begin_merge(
        &mut self,
        table: &'static Table,
        new: Vec<NewFile>,
        is_rebuilt: bool,
    ) -> Option<Merging> {
        let (new, keys): (Vec<RawFile>, Vec<Keys>) =
            new.into_iter().map(|file| (file.raw, file.keys)).unzip();
        let added: Vec<LiveFile> = new.iter().map(|raw| raw.live.clone()).collect();
        let raw = self.manifest.raw.entry(table.name.to_owned()).or_default();
        let before = raw.iter().map(|raw| raw.live.clone());
        let rebuilt = is_rebuilt.then(|| before.chain(added.iter().cloned()).collect());
        raw.extend(new);
        if raw.is_empty() {
            self.manifest.raw.remove(table.name);
            self.manifest.current.remove(table.name);
            return None;
        }
        Some(Merging {
            table,
            added,
            keys,
            rebuilt,
        })
    }

    /// Makes new files of tables live, and what they say the newest where it is.
    ///
    /// # Errors
    /// [`Error::Frame`] or [`Error::Io`] when a file cannot be read or written.
    pub(super) fn merge(&mut self, merging: Vec<Merging>) -> Result<()> {
        // Where little is new, little is held of what is stored: two tables at once take hardly more memory than the longer one.
        let rows: u64 = merging.iter().map(Merging::rows).sum();
        let threads = match rows <= self.sizes.long_rows {
            true => rayon::current_num_threads().min(2),
            false => 1,
        };
        let tables: Vec<&'static Table> = merging.iter().map(|merging| merging.table).collect();
        let waiting: Vec<Mutex<Option<Merging>>> = merging
            .into_iter()
            .map(|merging| Mutex::new(Some(merging)))
            .collect();
        let places: Vec<usize> = (0..waiting.len()).collect();
        let mut found = map_on_threads(threads, &places, |place| {
            let mut merging = waiting[place]
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            merging.take().map(|merging| self.live_of(merging))
        });
        found.sort_unstable_by_key(|(place, _)| *place);
        for (place, live) in found {
            if let Some(live) = live.transpose()? {
                let name = tables[place].name.to_owned();
                self.manifest.current.insert(name, live);
            }
        }
        Ok(())
    }

    /// Returns files of the newest rows of a table.
    fn live_of(&self, merging: Merging) -> Result<Vec<LiveFile>> {
        let Merging {
            table,
            added,
            keys,
            rebuilt,
        } = merging;
        if let Some(all) = rebuilt {
            return self.merged(table, &all);
        }
        let stored = self.manifest.current.get(table.name);
        let stored = stored.cloned().unwrap_or_default();
        self.extended(table, stored, added, keys)
    }

    /// Returns files of the newest rows among those of all `files`.
    fn merged(&self, table: &'static Table, files: &[LiveFile]) -> Result<Vec<LiveFile>> {
        let mut frames = Vec::with_capacity(files.len());
        for file in files {
            frames.push((scan_file(&self.root.join(&file.path))?, file.row_count));
        }
        self.newest(table, frames)
    }

    /// Returns files of the newest rows among `frames`, which come with their numbers of rows.
    fn newest(
        &self,
        table: &'static Table,
        frames: Vec<(LazyFrame, u64)>,
    ) -> Result<Vec<LiveFile>> {
        let failed = failed();
        let mut merged = Vec::new();
        current::each_newest(frames, table, |newest| {
            let is_long = newest.height() as u64 >= self.sizes.long_rows;
            let rows = match is_long {
                true => self.sizes.piece_rows,
                false => newest.height().max(1),
            };
            for from in (0..newest.height().max(1)).step_by(rows) {
                let piece = newest.slice(from as i64, rows);
                merged.push(self.write_table("current", table, piece)?);
            }
            Ok(())
        })
        .map_err(|error| match error {
            MergeError::Koe(error) => error,
            MergeError::Frame(error) => failed(error),
        })?;
        Ok(merged)
    }

    /// Returns the files of the newest rows when `added` come to those `stored`.
    fn extended(
        &self,
        table: &'static Table,
        stored: Vec<LiveFile>,
        added: Vec<LiveFile>,
        keys: Vec<Keys>,
    ) -> Result<Vec<LiveFile>> {
        let rows = rows_of(&stored) + rows_of(&added);
        let is_long = rows >= self.sizes.long_rows;
        let all: Vec<LiveFile> = stored.iter().chain(&added).cloned().collect();
        if rows < self.sizes.plain_rows || !is_long && stored.is_empty() {
            return self.merged(table, &all);
        }
        if stored.is_empty() && fingerprint::is_plain(&keys) {
            return Ok(added);
        }
        let (units, are_apart) = fingerprint::units(keys, table);
        if stored.is_empty() {
            return match are_apart {
                true => self.compacted(table, added),
                false => self.merged(table, &all),
            };
        }
        let touched = self.touched(table, stored, units)?;
        let masks = touched.iter().filter_map(|(_, mask)| mask.as_ref());
        let taken: u64 = masks
            .map(|mask| mask.iter().filter(|is_taken| **is_taken).count() as u64)
            .sum();
        if taken + rows_of(&added) > PART_ROWS {
            return self.merged(table, &all);
        }
        match is_long {
            true if taken == 0 && are_apart => self.compacted(table, all),
            true => self.replaced(table, touched, &added),
            false => self.inserted(table, touched, &added).map(|file| vec![file]),
        }
    }

    /// Finds the rows of files that speak of one of the units.
    fn touched(
        &self,
        table: &'static Table,
        files: Vec<LiveFile>,
        units: Vec<u64>,
    ) -> Result<Vec<Touched>> {
        let units: HashSet<u64, Unhashed> = units.into_iter().collect();
        let mut touched = Vec::with_capacity(files.len());
        for file in files {
            let rows = self.units(table, &file)?;
            let rows: Vec<bool> = rows.iter().map(|unit| units.contains(unit)).collect();
            let is_any = rows.contains(&true);
            touched.push((file, is_any.then_some(rows)));
        }
        Ok(touched)
    }

    /// Returns the files of a long table in which the newest of the touched and the added rows stand in a file of their own.
    fn replaced(
        &self,
        table: &'static Table,
        touched: Vec<Touched>,
        added: &[LiveFile],
    ) -> Result<Vec<LiveFile>> {
        let mut live = Vec::new();
        let mut frames = Vec::new();
        for (file, mask) in touched {
            let Some(mask) = mask else {
                live.push(file);
                continue;
            };
            self.split(&file, &mask, &mut |kept, taken| {
                if kept.height() > 0 {
                    live.push(self.write_table("current", table, kept)?);
                }
                let rows = taken.height() as u64;
                frames.push((taken.lazy(), rows));
                Ok(())
            })?;
        }
        for file in added {
            frames.push((scan_file(&self.root.join(&file.path))?, file.row_count));
        }
        live.extend(self.newest(table, frames)?);
        self.compacted(table, live)
    }

    /// Returns the one file of a table that is not long, as merging all of its rows would make it.
    fn inserted(
        &self,
        table: &'static Table,
        touched: Vec<Touched>,
        added: &[LiveFile],
    ) -> Result<LiveFile> {
        let mut all = Vec::new();
        let mut frames = Vec::new();
        for (file, mask) in touched {
            let Some(mask) = mask else {
                all.push(scan_file(&self.root.join(&file.path))?);
                continue;
            };
            self.split(&file, &mask, &mut |kept, taken| {
                all.push(kept.lazy());
                frames.push(taken.lazy());
                Ok(())
            })?;
        }
        for file in added {
            frames.push(scan_file(&self.root.join(&file.path))?);
        }
        let newest = current::newest(frames, table).map_err(failed())?;
        all.push(newest.lazy());
        let rows = concat(all, UnionArgs::default())
            .and_then(|all| current::by_key(all, table).collect())
            .map_err(failed())?;
        self.write_table("current", table, rows)
    }

    /// Reads a file by pieces, and hands on the rows of each that stay and those that are taken out.
    fn split(
        &self,
        file: &LiveFile,
        is_taken: &[bool],
        take: &mut dyn FnMut(DataFrame, DataFrame) -> Result<()>,
    ) -> Result<()> {
        let rows = scan_file(&self.root.join(&file.path))?;
        let mut from = 0;
        for mask in is_taken.chunks(self.sizes.piece_rows) {
            let piece = rows.clone().slice(from, mask.len() as IdxSize);
            let piece = piece.collect().map_err(failed())?;
            let of = |wanted: bool| {
                let rows: BooleanChunked = mask.iter().map(|is| Some(*is == wanted)).collect();
                piece.filter(&rows).map_err(failed())
            };
            take(of(false)?, of(true)?)?;
            from += mask.len() as i64;
        }
        Ok(())
    }

    /// Joins small files where there are too many.
    fn compacted(&self, table: &'static Table, files: Vec<LiveFile>) -> Result<Vec<LiveFile>> {
        if !self.sizes.are_too_many(&files) {
            return Ok(files);
        }
        let (small, mut live): (Vec<LiveFile>, Vec<LiveFile>) = files
            .into_iter()
            .partition(|file| self.sizes.is_small(file));
        let mut waiting: Vec<LiveFile> = Vec::new();
        for file in small {
            waiting.push(file);
            if rows_of(&waiting) >= self.sizes.piece_rows as u64 {
                live.push(self.joined(table, &std::mem::take(&mut waiting))?);
            }
        }
        if waiting.len() > 1 {
            live.push(self.joined(table, &waiting)?);
        } else {
            live.append(&mut waiting);
        }
        Ok(live)
    }

    /// Returns one file of the rows of some that share no unit.
    fn joined(&self, table: &'static Table, files: &[LiveFile]) -> Result<LiveFile> {
        let rows = scan_files(&self.root, files)?.collect().map_err(failed())?;
        self.write_table("current", table, rows)
    }
}

#[cfg(test)]
mod tests;
