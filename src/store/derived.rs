//! Computed tables that are too long to be held, being written.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use polars::prelude::DataFrame;

use super::manifest::{LiveFile, Manifest};
use super::table_file::TableFile;
use super::transaction::named;
use crate::error::{Error, Result};
use crate::schema::Table;

/// Folder of the computed tables.
const FOLDER: &str = "derived";
/// Rows that are gathered before they are written.
const GROUPED_ROWS: usize = 65_536;

/// A computed table being written; rows come in many frames, and stand in its files in their order.
pub struct DerivedWriter {
    root: PathBuf,
    /// What is live while it is written.
    before: Arc<Manifest>,
    table: &'static Table,
    /// Files that are whole, those taken over first.
    files: Vec<LiveFile>,
    file: TableFile,
    /// Rows that are too few for a group of the file.
    waiting: DataFrame,
}

impl DerivedWriter {
    pub(super) fn create(
        root: &Path,
        before: Arc<Manifest>,
        table: &'static Table,
    ) -> Result<Self> {
        Ok(Self {
            root: root.to_path_buf(),
            before,
            table,
            files: Vec::new(),
            file: TableFile::create(root, staged(table, 0), table)?,
            waiting: DataFrame::empty_with_schema(&table.schema()),
        })
    }

    /// Appends rows of the table's schema.
    ///
    /// # Errors
    /// [`Error::Frame`] when they are not, or cannot be written.
    pub fn write(&mut self, frame: &DataFrame) -> Result<()> {
        let names = self.table.columns.iter().map(|column| column.small_name());
        let rows = frame.select(names).map_err(Error::frame(
            "write a table whose columns are not its schema's",
        ))?;
        self.waiting
            .vstack_mut(&rows)
            .map_err(Error::frame("write a table"))?;
        match self.waiting.height() >= GROUPED_ROWS {
            true => self.flush(),
            false => Ok(()),
        }
    }

    /// Takes over files of the table as it is live: rows that are written follow theirs. Nothing was written before.
    pub fn take_over(&mut self, files: &[LiveFile]) {
        debug_assert!(self.files.is_empty(), "they come first");
        self.files = files.to_vec();
    }

    /// Ends a file here; what is written next is another file of the table, which a later run can take over without it.
    ///
    /// # Errors
    /// [`Error::Io`] or [`Error::Frame`] when it cannot be written.
    pub fn end_file(&mut self) -> Result<()> {
        self.flush()?;
        let path = staged(self.table, self.files.len() + 1);
        let next = TableFile::create(&self.root, path, self.table)?;
        let whole = std::mem::replace(&mut self.file, next).finish()?;
        let whole = named(&self.root, &self.before, FOLDER, self.table, whole)?;
        self.files.push(whole);
        Ok(())
    }

    /// Returns the files that are whole.
    pub fn files(&self) -> &[LiveFile] {
        &self.files
    }

    fn flush(&mut self) -> Result<()> {
        let empty = DataFrame::empty_with_schema(&self.table.schema());
        let mut rows = std::mem::replace(&mut self.waiting, empty);
        // Column by column, so that hardly anything is held twice.
        rows.rechunk_mut();
        self.file.write(&rows).map(|_| ())
    }

    /// Ends the last file, and returns all of them.
    pub(super) fn finish(mut self) -> Result<(&'static Table, Vec<LiveFile>)> {
        self.flush()?;
        let last = self.file.finish()?;
        let last = named(&self.root, &self.before, FOLDER, self.table, last)?;
        self.files.push(last);
        Ok((self.table, self.files))
    }
}

/// Returns under which name a file is written before its content is known, by how many there were.
fn staged(table: &Table, count: usize) -> String {
    format!("{FOLDER}/{}/new.{count}.parquet", table.name)
}

#[cfg(test)]
mod tests {
    use polars::prelude::Column as Values;

    use super::super::{Rows, Store};
    use super::*;
    use crate::schema::communities;

    /// Returns rows of a table, told apart by their names.
    fn rows(names: &[&str]) -> DataFrame {
        let mut frame = DataFrame::full_null(&communities::TABLE.schema(), names.len());
        let names = Values::new(communities::PLATFORM.small_name(), names);
        frame.with_column(names).unwrap();
        frame
    }

    fn names(store: &Store) -> Vec<String> {
        let mut names = Vec::new();
        let columns = [communities::PLATFORM];
        let mut take = |frame: &DataFrame| {
            let column = frame.column(communities::PLATFORM.name).unwrap();
            names.extend(column.str().unwrap().iter().flatten().map(str::to_owned));
            Ok(())
        };
        store
            .column_blocks(&communities::TABLE, &columns, Rows::Live, &mut take)
            .unwrap();
        names
    }

    /// Writes files of the table behind those taken over, and returns the store.
    fn written(root: &Path, taken_over: usize, files: &[&[&str]], as_of: &str) -> Store {
        let store = Store::open(root).unwrap();
        let mut transaction = store.begin().unwrap();
        let mut writer = transaction.derived_writer(&communities::TABLE).unwrap();
        writer.take_over(&store.manifest().live(&communities::TABLE)[..taken_over]);
        for (place, names) in files.iter().enumerate() {
            if place > 0 {
                writer.end_file().unwrap();
            }
            writer.write(&rows(names)).unwrap();
        }
        assert_eq!(writer.files().len(), taken_over + files.len() - 1);
        transaction.put_written(writer, as_of).unwrap();
        transaction.commit().unwrap();
        Store::open(root).unwrap()
    }

    #[test]
    fn files_that_stay_are_kept_and_their_rows_come_first() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let first = written(root, 0, &[&["z", "y"], &["x"]], "2026-06-01");
        assert_eq!(names(&first), ["z", "y", "x"]);
        let second = written(root, 1, &[&["b"], &["a"]], "2026-06-08");
        assert_eq!(names(&second), ["z", "y", "b", "a"]);
        let scanned = second.scan(&communities::TABLE).unwrap().collect().unwrap();
        assert_eq!(scanned.height(), 4);
        let live = |store: &Store| store.manifest().live(&communities::TABLE).to_vec();
        assert_eq!(live(&second)[0], live(&first)[0]);
        // The file that both have lies there once; history keeps the one that was replaced.
        let all = second.manifest().files_of(&communities::TABLE);
        let paths: std::collections::BTreeSet<&str> = all.map(|file| file.path.as_str()).collect();
        assert_eq!(paths.len(), 4);
        let status = second.status().unwrap();
        assert!(status.is_whole() && status.orphans.is_empty(), "{status:?}");
    }

    /// A name that is live must never stand for bytes that are not on the disk yet.
    #[test]
    fn a_live_file_is_not_replaced_by_the_same_one() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let files: [&[&str]; 2] = [&["z", "y"], &["x"]];
        let store = written(root, 0, &files, "2026-06-01");
        let live = store.manifest().live(&communities::TABLE).to_vec();
        let written_at = |file: &LiveFile| {
            let found = std::fs::metadata(root.join(&file.path)).unwrap();
            found.modified().unwrap()
        };
        let before: Vec<_> = live.iter().map(written_at).collect();
        let store = written(root, 0, &files, "2026-06-01");
        assert_eq!(store.manifest().live(&communities::TABLE), live);
        assert_eq!(live.iter().map(written_at).collect::<Vec<_>>(), before);
        // What is damaged or gone is written anew.
        std::fs::write(root.join(&live[0].path), b"PAR1").unwrap();
        std::fs::remove_file(root.join(&live[1].path)).unwrap();
        let store = written(root, 0, &files, "2026-06-01");
        assert_eq!(names(&store), ["z", "y", "x"]);
        let status = store.status().unwrap();
        assert!(status.is_whole() && status.orphans.is_empty(), "{status:?}");
    }

    #[test]
    fn a_change_reaches_every_file_and_its_history() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        written(root, 0, &[&["z", "y"], &["x"]], "2026-06-01");
        let store = written(root, 1, &[&["b"], &["a"]], "2026-06-08");
        let mut transaction = store.begin().unwrap();
        let mut changed = 0;
        transaction
            .rewrite(&communities::TABLE, &mut |frame| {
                let column = frame.column(communities::PLATFORM.name).unwrap();
                let is_meant = column.str().unwrap().get(0) == Some("z");
                changed += usize::from(is_meant);
                Ok(is_meant.then(|| rows(&["", "y"])))
            })
            .unwrap();
        // Twice looked at, in one file only.
        assert_eq!(changed, 2);
        transaction.commit().unwrap();
        let store = Store::open(root).unwrap();
        assert_eq!(names(&store), ["", "y", "b", "a"]);
        let (live, past) = (
            store.manifest().live(&communities::TABLE),
            &store.manifest().history["2026-06-01"][communities::TABLE.name],
        );
        assert_eq!(past[0], live[0]);
        assert!(store.status().unwrap().is_whole());
        assert!(store.status().unwrap().orphans.is_empty());
    }
}
