//! The store: tables as Parquet, a manifest that says which files are live, a journal of what was decided.
//!
//! ```text
//! store/
//!   manifest.json                      which files are live, with rows and hashes; replaced by write, fsync, rename
//!   journal.jsonl                      what was imported, computed and decided, one JSON object a line
//!   key                                the secret by which subjects stand in the journal by hash, made when needed
//!   suppressed/<hash>.txt              hashes of what named the forgotten
//!   lock                               held by the one writer, with its process id
//!   raw/<table>/<batch id>.parquet     every observation, append-only
//!   current/<table>/<hash>.parquet     the newest row per key; long tables without a key twice are read from raw/
//!   derived/<table>/<hash>.parquet     computed tables
//!   memory/<stage>                     what a stage remembers to be quicker; may be removed
//!   history/<as-of>/<table>.parquet    computed tables of earlier runs, for audit, never read by koe
//! ```
//!
//! Files are written under names that nothing refers to yet; one rename of the manifest makes them live. A process
//! killed at any moment therefore leaves the old state or the new one, and at worst orphans, which `koe status` names
//! and the next writer or `koe status --repair` removes.

mod current;
mod files;
mod fingerprint;
mod journal;
mod key;
mod lock;
mod manifest;
mod memory;
mod parquet;
mod status;
mod suppressed;
mod transaction;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use polars::prelude::{
    DataFrame, Expr, IntoLazy, LazyFrame, PlRefPath, ScanArgsParquet, UnionArgs, concat,
};

use crate::error::{Error, Result, nearest};
use crate::schema::{self, Column, Table};

pub(crate) use files::hash_file;
pub use files::write_atomically;
pub(crate) use fingerprint::Known;
pub use journal::Entry;
pub use key::SubjectKey;
pub use manifest::{ImportedFile, LiveFile, Manifest, RawFile, StageRecord};
pub use status::{FileFault, Status, TableStatus};
pub use transaction::{NewFile, RawWriter, Transaction};

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

    /// Opens what a stage wrote down to be quicker this time; `None` when there is nothing.
    pub fn memory(&self, stage: &str) -> Option<impl std::io::Read + use<>> {
        memory::open(&self.root, stage)
    }

    /// Starts writing; nothing is live before [`Transaction::commit`].
    ///
    /// # Errors
    /// [`Error::Locked`] when another process writes.
    pub fn begin(&self) -> Result<Transaction> {
        Transaction::begin(&self.root)
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
        self.read(table, rows, None, take)
    }

    /// Hands some columns of every row of a table to `take`, by blocks.
    ///
    /// # Errors
    /// As [`Store::blocks`].
    pub(crate) fn columns(
        &self,
        table: &'static Table,
        rows: Rows,
        columns: &[Column],
        take: &mut dyn FnMut(&DataFrame) -> Result<()>,
    ) -> Result<()> {
        self.read(table, rows, Some(columns), take)
    }

    fn read(
        &self,
        table: &'static Table,
        rows: Rows,
        columns: Option<&[Column]>,
        take: &mut dyn FnMut(&DataFrame) -> Result<()>,
    ) -> Result<()> {
        let files: BTreeSet<&LiveFile> = match rows {
            Rows::Live => self.manifest.live(table).iter().collect(),
            Rows::All => self.manifest.files_of(table).collect(),
        };
        for file in files {
            let mut rows = scan_file(&self.root.join(&file.path))?;
            if let Some(columns) = columns {
                let columns: Vec<Expr> = columns.iter().map(Column::expr).collect();
                rows = rows.select(columns);
            }
            for from in (0..file.row_count).step_by(BLOCK_ROWS) {
                let block = rows.clone().slice(from as i64, BLOCK_ROWS as u32).collect();
                take(&block.map_err(Error::frame("read a table"))?)?;
            }
        }
        Ok(())
    }

    /// Returns the files nothing refers to.
    ///
    /// # Errors
    /// [`Error::Io`] when the folder cannot be read.
    pub(crate) fn orphans(&self) -> Result<Vec<String>> {
        transaction::orphans(&self.root, &self.manifest)
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
    let name = path.to_string_lossy();
    LazyFrame::scan_parquet(PlRefPath::new(name.as_ref()), ScanArgsParquet::default())
        .map_err(Error::frame("open a table of the store"))
}

/// Reads files one behind the other.
pub(crate) fn scan_files(root: &Path, files: &[LiveFile]) -> Result<LazyFrame> {
    let mut frames = Vec::with_capacity(files.len());
    for file in files {
        frames.push(scan_file(&root.join(&file.path))?);
    }
    match frames.len() {
        1 => Ok(frames.remove(0)),
        _ => {
            concat(frames, UnionArgs::default()).map_err(Error::frame("open a table of the store"))
        }
    }
}
