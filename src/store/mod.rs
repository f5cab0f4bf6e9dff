//! The store: tables as Parquet, a manifest that says which files are live, a journal of what was decided.
//!
//! ```text
//! store/
//!   manifest.json                      which files are live, with rows and hashes; replaced by write, fsync, rename
//!   journal.jsonl                      what was imported, computed and decided, one JSON object a line
//!   key                                the secret by which subjects stand in the journal by hash, made when needed
//!   suppressed/<hash>.txt              hashes of what named the forgotten
//!   lock                               held by the one writer, with its process id
//!   turn                               held by the one that computes, with its process id
//!   raw/<table>/<batch id>.parquet     every observation, append-only
//!   current/<table>/<hash>.parquet     the newest row per key; long tables lie in several files, also in those of raw/
//!                                      of which no key came twice
//!   fingerprints/<table>/<hash>        hashes of the newest rows, so that imports need not read them; may be removed
//!   derived/<table>/<hash>.parquet     computed tables; a long one may lie in several files, whose rows follow each other
//!   memory/<stage>                     what a stage remembers to be quicker; may be removed
//!   history/<as-of>/<table>.parquet    computed tables of earlier runs, for audit, never read by koe; those of several
//!                                      files stay in derived/, by the names that the manifest has
//! ```
//!
//! Files are written under names that nothing refers to yet; one rename of the manifest makes them live. A process
//! killed at any moment therefore leaves the old state or the new one, and at worst orphans, which `koe status` names
//! and the next writer or `koe status --repair` removes. One that is interrupted (Ctrl-C) takes them with it.

mod current;
mod derived;
mod files;
mod fingerprint;
mod interrupt;
mod journal;
mod key;
mod lock;
mod manifest;
mod memory;
mod merge;
mod orphans;
mod parquet;
mod prints;
mod raw_writer;
mod status;
mod suppressed;
mod table_file;
mod transaction;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use polars::prelude::{
    DataFrame, DataType, Expr, IntoLazy, LazyFrame, PlRefPath, PolarsResult, ScanArgsParquet,
};

use crate::error::{Error, Result, nearest};
use crate::schema::{self, Column, Table, TableKind};

pub use derived::DerivedWriter;
pub(crate) use files::{hash_file, remove_file};
pub use files::{write_all_atomically, write_atomically, write_atomically_with};
pub(crate) use fingerprint::Known;
pub use interrupt::abandon_changes;
pub use journal::Entry;
pub use key::SubjectKey;
pub use lock::Turn;
pub use manifest::{
    FilePlace, ImportedFile, LiveFile, Manifest, RawFile, StageRecord, UnreadFile, UnreadRows,
};
pub use memory::Prepared;
pub use raw_writer::{NewFile, RawWriter};
pub use status::{FileFault, Status, TableStatus};
pub use transaction::Transaction;

/// Rows read at once.
const BLOCK_ROWS: usize = 262_144;

/// Which rows of a table are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// The newest per key, the last computed.
    Live,
    /// Every observation, and the history of computed tables.
    All,
}

/// A store opened for reading; [`Store::begin`] opens it for writing.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
    manifest: Manifest,
}

impl Store {
    /// Whether a folder holds a store.
    pub fn is_at(root: &Path) -> bool {
        let files = [manifest::FILE_NAME, journal::FILE_NAME];
        files.iter().all(|name| root.join(name).is_file())
    }

    /// Opens the store at `root`; a folder that is not there yet is an empty store.
    ///
    /// # Errors
    /// [`Error::Damaged`] or [`Error::StoreVersion`] when its manifest cannot be read, [`Error::Io`] else.
    pub fn open(root: &Path) -> Result<Self> {
        let manifest = Manifest::read(root)?;
        Ok(Self {
            root: root.to_path_buf(),
            manifest,
        })
    }

    /// Returns the folder of the store.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the manifest as it was when the store was opened.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Whether the files of a table are where the manifest says; what is in them is not looked at.
    pub fn has_files(&self, table: &Table) -> bool {
        let mut files = self.manifest.live(table).iter();
        files.all(|file| self.root.join(&file.path).exists())
    }

    /// Opens what a stage wrote down to be quicker this time; `None` when there is nothing.
    pub fn memory(&self, stage: &str) -> Option<impl std::io::Read + Send + use<>> {
        memory::open(&self.root, stage)
    }

    /// Lets a stage write down what will make it quicker the next time, for [`Transaction::remember`]; `None` when that
    /// fails.
    pub fn prepare_memory(
        &self,
        stage: &str,
        write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>,
    ) -> Option<Prepared> {
        Prepared::write(&self.root, stage, write)
    }

    /// Starts writing; nothing is live before [`Transaction::commit`].
    ///
    /// What was computed from this store must not be written over what somebody else wrote since it was opened: who was
    /// forgotten meanwhile would be back.
    ///
    /// # Errors
    /// [`Error::Locked`] when another process writes, [`Error::ChangedMeanwhile`] when one has written.
    pub fn begin(&self) -> Result<Transaction> {
        let transaction = Transaction::begin(&self.root)?;
        match *transaction.manifest() == self.manifest {
            true => Ok(transaction),
            false => Err(Error::ChangedMeanwhile {
                path: self.root.clone(),
            }),
        }
    }

    /// Returns a table's rows: the newest per key of an imported table, the last computed of a derived one.
    ///
    /// A table without rows is an empty frame of its schema.
    ///
    /// # Errors
    /// [`Error::Frame`] when the file cannot be opened.
    pub fn scan(&self, table: &'static Table) -> Result<LazyFrame> {
        match self.manifest.live(table) {
            [] => Ok(DataFrame::empty_with_schema(&table.schema()).lazy()),
            files => scan_files(&self.root, files),
        }
    }

    /// Returns the rows of [`Store::scan`] file by file, so that they can be read piece by piece.
    ///
    /// # Errors
    /// As [`Store::scan`].
    pub fn scan_each(&self, table: &'static Table) -> Result<Vec<LazyFrame>> {
        match self.manifest.live(table) {
            [] => Ok(vec![self.scan(table)?]),
            files => (files.iter())
                .map(|file| scan_file(&self.root.join(&file.path)))
                .collect(),
        }
    }

    /// Returns the newest of the instants in a column of a table, in microseconds since 1970-01-01 UTC; `None` where there is
    /// none. No row is read of files that tell it beside their rows.
    ///
    /// # Errors
    /// [`Error::Frame`] when a file cannot be read.
    pub fn newest(&self, table: &'static Table, column: Column) -> Result<Option<i64>> {
        let mut newest = i64::MIN;
        for file in self.manifest.live(table) {
            let path = self.root.join(&file.path);
            let told = parquet::greatest(&path, column.name);
            let read = Error::frame("find the newest instant");
            newest = newest.max(match told.map_err(&read)? {
                Some(told) => told,
                None => newest_of(scan_file(&path)?, column).map_err(read)?,
            });
        }
        Ok(Some(newest).filter(|newest| *newest > i64::MIN))
    }

    /// Returns every observation of an imported table, in the order of import.
    ///
    /// # Errors
    /// [`Error::Frame`] when a file cannot be opened.
    pub fn observations(&self, table: &'static Table) -> Result<LazyFrame> {
        let raw = self.manifest.raw.get(table.name).into_iter().flatten();
        let files: Vec<LiveFile> = raw.map(|raw| raw.live.clone()).collect();
        match files.as_slice() {
            [] => Ok(DataFrame::empty_with_schema(&table.schema()).lazy()),
            files => scan_files(&self.root, files),
        }
    }

    /// Hands every row of a table to `take`, by blocks: the live ones, or all observations and the history, too.
    ///
    /// # Errors
    /// [`Error::Frame`] when a file cannot be read, and whatever `take` gives.
    pub fn blocks(
        &self,
        table: &'static Table,
        rows: Rows,
        take: &mut dyn FnMut(&DataFrame) -> Result<()>,
    ) -> Result<()> {
        // Whole: history of earlier versions may lack a column.
        self.each_block(table, None, rows, take)
    }

    /// Hands some columns of every row of a table to `take`, as [`Store::blocks`] does.
    ///
    /// # Errors
    /// As [`Store::blocks`].
    pub fn column_blocks(
        &self,
        table: &'static Table,
        columns: &[Column],
        rows: Rows,
        take: &mut dyn FnMut(&DataFrame) -> Result<()>,
    ) -> Result<()> {
        self.each_block(table, Some(columns), rows, take)
    }

    fn each_block(
        &self,
        table: &'static Table,
        columns: Option<&[Column]>,
        rows: Rows,
        take: &mut dyn FnMut(&DataFrame) -> Result<()>,
    ) -> Result<()> {
        let mut files: Vec<&LiveFile> = match rows {
            Rows::Live => self.manifest.live(table).iter().collect(),
            Rows::All => self.manifest.files_of(table).collect(),
        };
        // The rows of a computed table follow each other from file to file.
        if rows == Rows::All || table.kind == TableKind::Raw {
            files.sort();
            files.dedup();
        }
        let columns: Option<Vec<Expr>> =
            columns.map(|columns| columns.iter().map(Column::expr).collect());
        for file in files {
            let rows = scan_file(&self.root.join(&file.path))?;
            for from in (0..file.row_count).step_by(BLOCK_ROWS) {
                let block = rows.clone().slice(from as i64, BLOCK_ROWS as u32);
                let block = match &columns {
                    Some(columns) => block.select(columns.clone()),
                    None => block,
                };
                take(&block.collect().map_err(Error::frame("read a table"))?)?;
            }
        }
        Ok(())
    }

    /// Returns the files nothing refers to.
    ///
    /// # Errors
    /// [`Error::Io`] when the folder cannot be read.
    pub(crate) fn orphans(&self) -> Result<Vec<String>> {
        orphans::orphans(&self.root, &self.manifest)
    }

    /// Returns the key by which subjects are hashed, `None` where none was made yet.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it is no key, or is missing though hashes were made by it.
    pub fn key(&self) -> Result<Option<SubjectKey>> {
        let key = SubjectKey::read(&self.root)?;
        if key.is_none() && self.manifest.suppressed.is_some() {
            return Err(Error::Damaged {
                path: self.root.join(key::FILE_NAME),
                detail: "it is missing, and the forgotten cannot be told without it".into(),
            });
        }
        Ok(key)
    }

    /// Returns the hashes of what named the forgotten.
    ///
    /// # Errors
    /// [`Error::Io`] when the list cannot be read.
    pub fn suppressed(&self) -> Result<BTreeSet<String>> {
        suppressed::read(&self.root, self.manifest.suppressed.as_ref())
    }

    /// Returns the table of that name, for people who type it.
    ///
    /// # Errors
    /// [`Error::NoTable`] with the nearest name.
    pub fn table(name: &str) -> Result<&'static Table> {
        schema::table(name).ok_or_else(|| Error::NoTable {
            table: name.to_owned(),
            nearest: nearest(name, schema::tables().map(|table| table.name)),
        })
    }

    /// Checks every file against the manifest; see [`Status`].
    ///
    /// # Errors
    /// [`Error::Io`] when the folder cannot be read.
    pub fn status(&self) -> Result<Status> {
        Status::of(&self.root, &self.manifest)
    }
}

/// Returns the rows of one Parquet file.
pub(crate) fn scan_file(path: &Path) -> Result<LazyFrame> {
    scan_paths(&[path.to_path_buf()])
}

/// Returns the newest of the instants in a column, `i64::MIN` where there is none.
fn newest_of(rows: LazyFrame, column: Column) -> PolarsResult<i64> {
    let found = rows
        .select([column.expr().max().cast(DataType::Int64)])
        .collect()?;
    let newest = found.column(column.name)?.i64()?.get(0);
    Ok(newest.unwrap_or(i64::MIN))
}

/// Reads files one behind the other.
pub(crate) fn scan_files(root: &Path, files: &[LiveFile]) -> Result<LazyFrame> {
    let paths: Vec<PathBuf> = files.iter().map(|file| root.join(&file.path)).collect();
    scan_paths(&paths)
}

/// Reads files by one scan: of a union of scans, polars counts rows in integers that it is built without.
fn scan_paths(paths: &[PathBuf]) -> Result<LazyFrame> {
    let name = |path: &PathBuf| PlRefPath::new(path.to_string_lossy().as_ref());
    let paths: Vec<PlRefPath> = paths.iter().map(name).collect();
    let args = ScanArgsParquet {
        // A folder may be called `shop [1]`.
        glob: false,
        ..ScanArgsParquet::default()
    };
    LazyFrame::scan_parquet_files(paths.into(), args)
        .map_err(Error::frame("open a table of the store"))
}

#[cfg(test)]
mod tests {
    use polars::prelude::{ParquetWriter, len};

    use super::*;

    fn opened(folder: &Path) -> Store {
        Store::open(folder).expect("a store")
    }

    #[test]
    fn rows_of_several_files_come_in_order_and_are_counted() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("shop [1]");
        std::fs::create_dir(&root).expect("a folder");
        let files: Vec<LiveFile> = ["b.parquet", "a.parquet"]
            .into_iter()
            .zip([[1_i64, 2, 3], [4, 5, 6]])
            .map(|(path, numbers)| {
                let mut frame = polars::df!("number" => numbers).expect("a frame");
                let file = std::fs::File::create(root.join(path)).expect("a file");
                let written = ParquetWriter::new(file).finish(&mut frame);
                written.expect("a written file");
                LiveFile {
                    path: path.to_owned(),
                    row_count: 3,
                    hash: String::new(),
                }
            })
            .collect();
        for (files, count) in [(&files[..], 6), (&files[..1], 3)] {
            let rows = scan_files(&root, files).expect("a scan");
            let counted = rows.clone().select([len()]).collect().expect("a count");
            let counted = counted.columns()[0]
                .get(0)
                .expect("a row")
                .try_extract::<u32>();
            assert_eq!(counted.expect("a number"), count);
            let rows = rows.collect().expect("rows");
            let numbers = rows
                .column("number")
                .expect("a column")
                .i64()
                .expect("numbers");
            assert!(numbers.iter().flatten().eq(1..=i64::from(count)));
        }
    }

    fn note(store: &Store) -> Result<()> {
        let mut transaction = store.begin()?;
        transaction.note(Entry::new("2026-01-01", "test"));
        transaction.commit()
    }

    #[test]
    fn what_was_read_before_another_wrote_is_not_written_over_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let (one, other) = (opened(folder.path()), opened(folder.path()));
        note(&one).expect("nobody else wrote");
        let refused = note(&other);
        assert!(matches!(refused, Err(Error::ChangedMeanwhile { .. })));
        note(&opened(folder.path())).expect("opened anew");
    }

    #[test]
    fn what_another_koe_holds_open_is_no_orphan() {
        let folder = tempfile::tempdir().expect("a folder");
        note(&opened(folder.path())).expect("a first state");
        let held = [
            ".nfs00000000034a41c800000123",
            "derived/alerts/.nfs00000000034a41c800000124",
        ];
        let left = [".nfsfoo", ".tmpa1B2c3", "derived/alerts/.tmpa1B2c3"];
        for path in held.iter().chain(&left) {
            let path = folder.path().join(path);
            files::make_parent(&path).expect("a folder");
            std::fs::write(&path, b"x").expect("a file");
        }
        let found = opened(folder.path()).status().expect("a status");
        // Under Windows a file of that name is one of a koe at work.
        let is_left = |path: &&str| !cfg!(windows) || *path != ".tmpa1B2c3";
        let left: Vec<&str> = left.into_iter().filter(is_left).collect();
        assert_eq!(found.orphans, left);
        note(&opened(folder.path())).expect("a next state");
        let is_there = |path: &&str| folder.path().join(path).exists();
        assert!(held.iter().all(is_there) && !left.iter().any(is_there));
    }

    #[test]
    fn a_manifest_that_is_lost_is_missed_and_nothing_goes_with_it() {
        let folder = tempfile::tempdir().expect("a folder");
        note(&opened(folder.path())).expect("a first state");
        let rows = folder.path().join("raw/consents/rows.parquet");
        files::make_parent(&rows).expect("a folder");
        std::fs::write(&rows, b"x").expect("a file");
        let manifest = folder.path().join("manifest.json");
        let bytes = std::fs::read(&manifest).expect("a manifest");
        std::fs::remove_file(&manifest).expect("a manifest");
        let Err(error) = Store::open(folder.path()) else {
            panic!("it is missed")
        };
        assert!(matches!(error, Error::Damaged { .. }), "{error}");
        assert!(error.hint().is_some_and(|hint| hint.contains("backup")));
        assert!(rows.exists());
        std::fs::write(&manifest, bytes).expect("put back");
        assert!(Store::open(folder.path()).is_ok());
    }

    #[test]
    fn the_next_writer_removes_what_a_killed_one_left() {
        let folder = tempfile::tempdir().expect("a folder");
        note(&opened(folder.path())).expect("a first state");
        let left = folder.path().join("raw/customers/left.parquet");
        files::make_parent(&left).expect("a folder");
        std::fs::write(&left, b"somebody who is forgotten").expect("a file");
        let found = opened(folder.path()).status().expect("a status");
        assert_eq!(found.orphans, ["raw/customers/left.parquet"]);
        let transaction = opened(folder.path()).begin().expect("a transaction");
        assert!(!left.exists());
        let removed = transaction.repair().expect("a whole store");
        assert_eq!(removed, ["raw/customers/left.parquet"]);
    }
}
