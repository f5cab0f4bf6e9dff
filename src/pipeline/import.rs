//! The stage `import` on a workspace.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use polars::prelude::*;

use super::{StageOutcome, Workspace};
use crate::error::{Error, Result};
use crate::import::context::Context;
use crate::import::file::{self, Recognised};
use crate::import::rejects::{Reject, RejectsWriter};
use crate::progress::Progress;
use crate::schema::{Table, customers};
use crate::store::{
    Entry, ImportedFile, Known, NewFile, RawWriter, Transaction, hash_file, write_atomically,
};

const STAGE: &str = "import";
/// How files are to be read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImportOptions {
    /// Layout of the files, in place of what their headings say.
    pub layout: Option<String>,
    /// Source of the rows, in place of the layout's own.
    pub source: Option<String>,
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOutcome {
    /// Path below the exports folder, else the file's name.
    pub file: String,
    /// Layout it was read as; `None` when none fits.
    pub layout: Option<String>,
    /// What became of it.
    pub state: FileState,
    /// Records read.
    pub read_count: u64,
    /// Records stored.
    pub stored_count: u64,
    /// Records that were there already.
    pub known_count: u64,
    /// Records rejected.
    pub rejected_count: u64,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// Its rows are in the store.
    Stored,
    /// It was imported before; nothing changed.
    Known,
    /// Too many rows were rejected; nothing of it was stored.
    TooManyRejects,
    /// It could not be read; nothing of it was stored.
    Failed,
}

impl Workspace {
    /// Imports `files`, or everything in the exports folder when none is named.
    ///
    /// Files that cannot be imported do not stop the others; they stand in the outcome's `fault`.
    ///
    /// # Errors
    /// [`Error::NothingToImport`] when there is no file and nothing was imported before, and those of the store.
    pub fn import(
        &self,
        files: &[PathBuf],
        options: &ImportOptions,
        progress: &dyn Progress,
    ) -> Result<StageOutcome> {
        let store = self.store()?;
        let exports = self.exports();
        let paths = if files.is_empty() {
            files_below(&exports)?
        } else {
            named(files)?
        };
        if paths.is_empty() && store.manifest().imports.is_empty() {
            return Err(Error::NothingToImport { path: exports });
        }
        let mut run = Run {
            workspace: self,
            options,
            transaction: store.begin()?,
            imports: Vec::new(),
            rejects: Vec::new(),
            failed: Vec::new(),
            outcomes: Vec::new(),
        };
        progress.begin(STAGE, Some(paths.len() as u64));
        for path in &paths {
            run.file(path, &exports)?;
            progress.advance(1);
        }
        progress.end();
        run.finish()
    }
}

/// One run of import over several files.
struct Run<'a> {
    workspace: &'a Workspace,
    options: &'a ImportOptions,
    transaction: Transaction,
    imports: Vec<(ImportedFile, Vec<NewFile>)>,
    rejects: Vec<(String, Reject)>,
    failed: Vec<(String, Box<Error>)>,
    outcomes: Vec<FileOutcome>,
}

impl Run<'_> {
    fn file(&mut self, path: &Path, exports: &Path) -> Result<()> {
        let name = name_of(path, exports);
        let result = file::recognise(path, self.options.layout.as_deref()).and_then(|recognised| {
            let layout = recognised.layout().to_owned();
            self.recognised(path, &name, &recognised)
                .map(|outcome| FileOutcome {
                    layout: Some(layout),
                    ..outcome
                })
        });
        match result {
            Ok(outcome) => self.outcomes.push(outcome),
            // What the machine refuses, it would refuse for every file.
            Err(error) if error.kind() != crate::error::ErrorKind::Input => return Err(error),
            Err(error) => {
                self.outcomes
                    .push(outcome(&name, FileState::Failed, [0; 4]));
                self.failed.push((name, Box::new(error)));
            }
        }
        Ok(())
    }

    fn recognised(
        &mut self,
        path: &Path,
        name: &str,
        recognised: &Recognised,
    ) -> Result<FileOutcome> {
        let config = self.workspace.config();
        let file_hash = hash_file(path).map_err(|error| Error::io("read", path, error))?;
        let mut context = Context {
            source_file: name.to_owned(),
            batch_id: String::new(),
            observed_at: self.workspace.as_of().instant(),
            time_zone: self.workspace.as_of().time_zone().clone(),
            currency: config.money.currency.clone(),
            source: self.options.source.clone(),
            official: config.brand.official.clone(),
            owner: None,
        };
        context.batch_id = recognised.batch_id(&file_hash, &context);
        let manifest = self.transaction.manifest();
        // Two files of the same bytes in one run are one batch, too.
        let mut pending = self.imports.iter().map(|(import, _)| import);
        let same = manifest
            .import(&context.batch_id)
            .or_else(|| pending.find(|import| import.batch_id == context.batch_id));
        if let Some(known) = same {
            let counts = [
                known.read_count,
                0,
                known.read_count - known.rejected_count,
                known.rejected_count,
            ];
            return Ok(outcome(name, FileState::Known, counts));
        }
        // A batch that replaces another of the same bytes is stored whole: what it shares with that one goes with it.
        let is_replacing = manifest
            .imports
            .iter()
            .any(|import| import.file_hash == file_hash);
        let mut rows = Rows::new(&self.transaction, &context.batch_id, is_replacing);
        let mut rejects = Vec::new();
        let counts = recognised.read(
            &context,
            &mut |table, frame| rows.take(table, frame),
            &mut |reject| {
                rejects.push(reject);
                Ok(())
            },
        )?;
        let (read, rejected) = (counts.read, counts.rejected);
        self.rejects
            .extend(rejects.into_iter().map(|reject| (name.to_owned(), reject)));
        if rejected as f64 > config.import.max_rejects * read as f64 {
            return Ok(outcome(
                name,
                FileState::TooManyRejects,
                [read, 0, 0, rejected],
            ));
        }
        let stored = rows.stored_records(read - rejected);
        let known = read - rejected - stored;
        let raw = rows.finish()?;
        let import = ImportedFile {
            batch_id: context.batch_id.clone(),
            file: name.to_owned(),
            file_hash,
            layout: recognised.layout().to_owned(),
            read_count: read,
            stored_count: stored,
            known_count: known,
            rejected_count: rejected,
        };
        self.transaction.note(
            Entry::new(&self.workspace.as_of().label(), STAGE)
                .with("file", name)
                .with("layout", recognised.layout())
                .with("batch_id", context.batch_id.clone())
                .with("read", read)
                .with("stored", stored)
                .with("known", known)
                .with("rejected", rejected),
        );
        self.imports.push((import, raw));
        Ok(outcome(
            name,
            FileState::Stored,
            [read, stored, known, rejected],
        ))
    }

    fn finish(mut self) -> Result<StageOutcome> {
        let has_run = !self.imports.is_empty();
        self.transaction
            .add_imports(std::mem::take(&mut self.imports))?;
        let rejects = self.workspace.out().join("rejects.csv");
        if !self.rejects.is_empty() {
            let lang = self.workspace.config().workspace.lang.tag();
            let written = RejectsWriter::new(Vec::new(), lang).and_then(|mut writer| {
                for (file, reject) in &self.rejects {
                    writer.write(file, reject)?;
                }
                writer.finish()
            });
            let bytes = written.map_err(|error| Error::io("write", &rejects, error))?;
            write_atomically(&rejects, &bytes)?;
        }
        // Only now: a run killed before reads the files again and lists their rejects again.
        self.transaction.commit()?;
        let sum = |count: fn(&FileOutcome) -> u64| self.outcomes.iter().map(count).sum();
        let counts = vec![
            ("files", self.outcomes.len() as u64),
            ("stored", sum(|file| file.stored_count)),
            ("known", sum(|file| file.known_count)),
            ("rejected", sum(|file| file.rejected_count)),
        ];
        let too_many: Vec<String> = self
            .outcomes
            .iter()
            .filter(|file| file.state == FileState::TooManyRejects)
            .map(|file| {
                format!(
                    "{} ({} of {} rows)",
                    file.file, file.rejected_count, file.read_count
                )
            })
            .collect();
        let fault = if !self.failed.is_empty() {
            Some(Error::FilesLeftOut {
                failed: self.failed,
            })
        } else if !too_many.is_empty() {
            Some(Error::TooManyRejects {
                files: too_many,
                rejects: rejects.clone(),
            })
        } else {
            None
        };
        Ok(StageOutcome {
            stage: STAGE,
            has_run,
            counts,
            open: (!self.rejects.is_empty()).then_some(rejects),
            files: self.outcomes,
            fault: fault.map(Arc::new),
        })
    }
}

/// The rows of one file on their way to the store.
struct Rows<'a> {
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
    fn new(transaction: &'a Transaction, batch_id: &'a str, is_replacing: bool) -> Self {
        Self {
            transaction,
            batch_id,
            writers: BTreeMap::new(),
            known: BTreeMap::new(),
            stored: BTreeSet::new(),
            is_anything_known: !is_replacing && !transaction.manifest().current.is_empty(),
        }
    }

    fn take(&mut self, table: &'static Table, frame: DataFrame) -> Result<()> {
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

    fn stored_records(&self, accepted: u64) -> u64 {
        if self.is_anything_known {
            (self.stored.len() as u64).min(accepted)
        } else {
            accepted
        }
    }

    fn finish(self) -> Result<Vec<NewFile>> {
        self.writers.into_values().map(RawWriter::finish).collect()
    }
}

fn outcome(name: &str, state: FileState, [read, stored, known, rejected]: [u64; 4]) -> FileOutcome {
    FileOutcome {
        file: name.to_owned(),
        layout: None,
        state,
        read_count: read,
        stored_count: stored,
        known_count: known,
        rejected_count: rejected,
    }
}

fn name_of(path: &Path, exports: &Path) -> String {
    let below = path
        .strip_prefix(exports)
        .ok()
        .filter(|below| !below.as_os_str().is_empty());
    let name = below.map_or_else(
        || path.file_name().map(PathBuf::from).unwrap_or_default(),
        Path::to_path_buf,
    );
    name.to_string_lossy().replace('\\', "/")
}

/// Returns the files named, and all files of the folders named.
fn named(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in paths {
        let kind = fs::metadata(path).map_err(|error| Error::io("read", path, error))?;
        if kind.is_dir() {
            found.extend(files_below(path)?);
        } else {
            found.push(path.clone());
        }
    }
    Ok(found)
}

/// Returns all files below a folder in the order of their paths, without what systems leave behind.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).map_err(|error| Error::io("read", folder, error))?;
    for entry in entries {
        let entry = entry.map_err(|error| Error::io("read", folder, error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_left_behind = name.starts_with('.')
            || name.starts_with("~$")
            || ["Thumbs.db", "desktop.ini"].contains(&&*name);
        if is_left_behind {
            continue;
        }
        if entry.path().is_dir() {
            found.extend(files_below(&entry.path())?);
        } else {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}
