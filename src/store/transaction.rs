//! Writing: everything at once or nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use polars::prelude::{DataFrame, DataType, Expr, LazyFrame};
use rayon::prelude::*;

use super::derived::DerivedWriter;
use super::files;
use super::fingerprint::{Known, fingerprints, hashed};
use super::journal::{self, Entry};
use super::key::SubjectKey;
use super::lock::Lock;
use super::manifest::{ImportedFile, LiveFile, Manifest, StageRecord, UnreadFile, UnreadRows};
use super::memory::Prepared;
use super::merge::Sizes;
use super::orphans::{orphans, remove_orphans};
use super::prints::{self, Prints};
use super::raw_writer::{NewFile, RawWriter};
use super::table_file::{ROW_GROUP_ROWS, TableFile};
use super::{Store, interrupt, memory, scan_file, scan_files, suppressed};
use crate::concurrent::map_on_threads;
use crate::error::{Error, Result};
use crate::schema::{self, RAW, Table, TableKind};

/// Computed tables that hold links, or what only links tell of a person: history keeps none of them, so that a consent
/// withdrawn later leaves nothing behind; and the frozen numbers of the matching, which are the same from run to run.
const UNREMEMBERED: [&str; 10] = [
    schema::links::TABLE.name,
    schema::match_terms::TABLE.name,
    schema::person_voices::TABLE.name,
    schema::person_segments::TABLE.name,
    schema::moved_persons::TABLE.name,
    schema::segment_members::TABLE.name,
    schema::segment_voices::TABLE.name,
    schema::srm_roles::TABLE.name,
    schema::exposures::TABLE.name,
    schema::complaint_priorities::TABLE.name,
];

/// Blocks of rows that are hashed at once: all of their columns are held.
const BLOCKS_AT_ONCE: usize = 2;

/// A change of the store in the making. Dropped without [`Transaction::commit`], it leaves the store as it was.
#[derive(Debug)]
pub struct Transaction {
    _lock: Lock,
    pub(super) root: PathBuf,
    before: Arc<Manifest>,
    pub(super) manifest: Manifest,
    entries: Vec<Entry>,
    /// What an interrupted writer left, removed when this one began.
    removed: Vec<String>,
    /// What the newest rows say, of tables that were asked for: many files of one import ask for the same.
    known: Mutex<BTreeMap<&'static str, Arc<Mutex<Option<Remembered>>>>>,
    /// How long tables are cut.
    pub(super) sizes: Sizes,
    /// Whether there are files and no manifest, which may be put back.
    is_lost: bool,
    is_committed: bool,
}

/// What the rows of some files say.
#[derive(Debug)]
struct Remembered {
    files: Vec<LiveFile>,
    known: Arc<Known>,
}

impl Transaction {
    pub(super) fn begin(root: &Path) -> Result<Self> {
        let lock = Lock::take(root)?;
        let manifest = Manifest::read(root)?;
        // An erasure that was killed behind its commit is finished by whoever writes next. Where nothing was committed
        // yet nothing was erased, and a manifest that is lost can be put back.
        let is_lost = manifest.generation == 0 && !orphans(root, &manifest)?.is_empty();
        let removed = match manifest.generation {
            0 => Vec::new(),
            _ => remove_orphans(root, &manifest),
        };
        let before = Arc::new(manifest.clone());
        interrupt::begun(root, &before);
        Ok(Self {
            _lock: lock,
            root: root.to_path_buf(),
            before,
            manifest,
            entries: Vec::new(),
            removed,
            known: Mutex::default(),
            sizes: Sizes::default(),
            is_lost,
            is_committed: false,
        })
    }

    /// Returns the state as it would be after a commit now.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Opens a file of a batch; see [`RawWriter`].
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be made.
    pub fn raw_writer(&self, table: &'static Table, batch_id: &str) -> Result<RawWriter> {
        RawWriter::create(&self.root, table, batch_id)
    }

    /// Returns the newest rows of a table as of this transaction.
    ///
    /// # Errors
    /// [`Error::Frame`] when the file cannot be opened.
    pub fn current(&self, table: &'static Table) -> Result<Option<LazyFrame>> {
        match self.manifest.live(table) {
            [] => Ok(None),
            files => scan_files(&self.root, files).map(Some),
        }
    }

    /// Returns what the newest rows of a table say, to compare new ones with; `None` when there are none.
    ///
    /// # Errors
    /// [`Error::Frame`] when they cannot be read.
    pub(crate) fn known(&self, table: &'static Table) -> Result<Option<Arc<Known>>> {
        let live = self.manifest.live(table);
        if live.is_empty() {
            return Ok(None);
        }
        // Who asks for another table does not wait until this one is read.
        let mut tables = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let place = Arc::clone(tables.entry(table.name).or_default());
        drop(tables);
        let mut remembered = place.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = remembered.as_ref()
            && found.files == live
        {
            return Ok(Some(Arc::clone(&found.known)));
        }
        let mut known = Known::default();
        for file in live {
            known.add(self.prints(table, file)?);
        }
        let known = Arc::new(known);
        *remembered = Some(Remembered {
            files: live.to_vec(),
            known: Arc::clone(&known),
        });
        Ok(Some(known))
    }

    /// Returns the hashes of the rows of a file, from what lies beside it; where nothing does, or what does not belong to
    /// it, the file is read and they are written down.
    ///
    /// # Errors
    /// [`Error::Frame`] when the file cannot be read.
    pub(super) fn prints(&self, table: &'static Table, file: &LiveFile) -> Result<Prints> {
        if let Some(found) = prints::read(&self.root, table, file) {
            return Ok(found);
        }
        let rows = scan_file(&self.root.join(&file.path))?;
        let starts: Vec<usize> = (0..file.row_count as usize)
            .step_by(ROW_GROUP_ROWS)
            .collect();
        let hashed: Vec<Expr> = hashed(table).map(|column| column.expr()).collect();
        let threads = rayon::current_num_threads().min(BLOCKS_AT_ONCE);
        let mut blocks = map_on_threads(threads, &starts, |from| {
            let block = rows.clone().slice(from as i64, ROW_GROUP_ROWS as u32);
            block
                .select(hashed.clone())
                .collect()
                .and_then(|block| Prints::of(&block, table))
                .map_err(Error::frame("read the newest rows"))
        });
        blocks.sort_unstable_by_key(|(from, _)| *from);
        let mut prints = Prints::default();
        for (_, more) in blocks {
            prints.extend(more?);
        }
        prints::write(&self.root, table, file, &prints);
        Ok(prints)
    }

    /// Returns the hash of the unit of each row of a file; where none lie beside it, only the columns of the unit are read.
    ///
    /// # Errors
    /// [`Error::Frame`] when the file cannot be read.
    pub(super) fn units(&self, table: &'static Table, file: &LiveFile) -> Result<Vec<u64>> {
        if let Some(found) = prints::read(&self.root, table, file) {
            return Ok(found.into_units());
        }
        let rows = scan_file(&self.root.join(&file.path))?;
        let columns: Vec<Expr> = table.unit.iter().map(|column| column.expr()).collect();
        let mut units = Vec::new();
        for from in (0..file.row_count).step_by(ROW_GROUP_ROWS) {
            let block = rows
                .clone()
                .slice(from as i64, ROW_GROUP_ROWS as u32)
                .select(columns.clone())
                .collect();
            let more = block.and_then(|block| fingerprints(&block, table.unit));
            units.extend(more.map_err(Error::frame("read the newest rows"))?);
        }
        Ok(units)
    }

    /// Returns when what batches say was first observed, in microseconds since 1970-01-01 UTC; `None` where none of their rows
    /// are stored.
    ///
    /// # Errors
    /// [`Error::Frame`] when a file cannot be read.
    pub(crate) fn first_observed(&self, batches: &[&str]) -> Result<Option<i64>> {
        let observed_at = schema::customers::OBSERVED_AT;
        let mut first: Option<i64> = None;
        let files = self.manifest.raw.values().flatten();
        for file in files.filter(|file| batches.contains(&file.batch_id.as_str())) {
            let found = scan_file(&self.root.join(&file.live.path))?
                .select([observed_at.expr().min().cast(DataType::Int64)])
                .collect()
                .and_then(|frame| Ok(frame.column(observed_at.name)?.i64()?.get(0)))
                .map_err(Error::frame("find the first observation"))?;
            first = [first, found].into_iter().flatten().min();
        }
        Ok(first)
    }

    /// Adds an imported file with its tables; a batch made of the same bytes by another mapping is replaced.
    ///
    /// # Errors
    /// [`Error::Frame`] or [`Error::Io`] when the newest rows cannot be merged.
    pub fn add_import(&mut self, import: ImportedFile, raw: Vec<NewFile>) -> Result<()> {
        self.add_imports(vec![(import, raw)])
    }

    /// Adds several imported files at once: the newest rows are merged once.
    ///
    /// # Errors
    /// As [`Transaction::add_import`].
    pub fn add_imports(&mut self, imports: Vec<(ImportedFile, Vec<NewFile>)>) -> Result<()> {
        // All are read: merging needs the memory.
        self.known = Mutex::default();
        let mut added: Vec<NewFile> = Vec::new();
        let mut rebuilt = BTreeSet::new();
        for (import, raw) in imports {
            for replaced in self.replaced_by(&import) {
                rebuilt.extend(self.remove_batch(&replaced));
            }
            self.manifest.imports.push(import);
            added.extend(raw);
        }
        let mut merging = Vec::new();
        for table in RAW {
            let (new, others): (Vec<NewFile>, Vec<NewFile>) = added
                .into_iter()
                .partition(|file| file.table.name == table.name);
            added = others;
            let is_rebuilt = rebuilt.contains(table.name);
            if !new.is_empty() || is_rebuilt {
                merging.extend(self.begin_merge(table, new, is_rebuilt));
            }
        }
        self.merge(merging)
    }

    /// Replaces a computed table.
    ///
    /// # Errors
    /// [`Error::Io`] or [`Error::Frame`] when it cannot be written.
    pub fn put_derived(
        &mut self,
        table: &'static Table,
        frame: DataFrame,
        as_of: &str,
    ) -> Result<()> {
        self.put_all_derived(vec![(table, frame)], as_of)
    }

    /// Replaces computed tables, which are written at once.
    ///
    /// # Errors
    /// As [`Transaction::put_derived`].
    pub fn put_all_derived(
        &mut self,
        made: Vec<(&'static Table, DataFrame)>,
        as_of: &str,
    ) -> Result<()> {
        let each = made.into_par_iter().map(|(table, frame)| {
            debug_assert_eq!(
                table.kind,
                TableKind::Derived,
                "only computed tables are replaced"
            );
            Ok((table, self.write_table("derived", table, frame)?))
        });
        let written: Vec<Result<(&'static Table, LiveFile)>> = each.collect();
        for written in written {
            let (table, live) = written?;
            self.replace_derived(table, vec![live], as_of)?;
        }
        Ok(())
    }

    /// Opens a computed table that is too long to be held; see [`DerivedWriter`].
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be made.
    pub fn derived_writer(&self, table: &'static Table) -> Result<DerivedWriter> {
        debug_assert_eq!(
            table.kind,
            TableKind::Derived,
            "only computed tables are replaced"
        );
        DerivedWriter::create(&self.root, Arc::clone(&self.before), table)
    }

    /// Replaces a computed table by what was written.
    ///
    /// # Errors
    /// As [`Transaction::put_derived`].
    pub fn put_written(&mut self, written: DerivedWriter, as_of: &str) -> Result<()> {
        let (table, files) = written.finish()?;
        self.replace_derived(table, files, as_of)
    }

    fn replace_derived(
        &mut self,
        table: &'static Table,
        live: Vec<LiveFile>,
        as_of: &str,
    ) -> Result<()> {
        self.manifest.as_of = Some(as_of.to_owned());
        if !UNREMEMBERED.contains(&table.name) {
            let past = match live.as_slice() {
                [one] => vec![self.past(table, one, as_of)?],
                // Most of several is the same from run to run: it has one name, and is read and changed once.
                several => several.to_vec(),
            };
            let history = self.manifest.history.entry(as_of.to_owned());
            history.or_default().insert(table.name.to_owned(), past);
        }
        self.manifest.derived.insert(table.name.to_owned(), live);
        Ok(())
    }

    /// Gives a computed table a second name, in the history.
    fn past(&self, table: &'static Table, live: &LiveFile, as_of: &str) -> Result<LiveFile> {
        let past = LiveFile {
            path: format!("history/{as_of}/{}.parquet", table.name),
            ..live.clone()
        };
        // A history file of that name may be live, with other bytes: it gets the hash into its name's folder instead.
        let past = match self
            .before
            .history
            .get(as_of)
            .and_then(|files| files.get(table.name))
            .map(Vec::as_slice)
        {
            Some([found]) if found.hash == live.hash => {
                if is_whole(&self.root.join(&found.path), &found.hash) {
                    return Ok(found.clone());
                }
                // A name that is live must not stand for bytes that are not on the disk.
                files::sync_files(&[self.root.join(&live.path)])?;
                found.clone()
            }
            Some([_]) => LiveFile {
                path: format!(
                    "history/{as_of}/{}.{}.parquet",
                    table.name,
                    &live.hash[..16]
                ),
                ..past
            },
            _ => past,
        };
        let target = self.root.join(&past.path);
        files::make_parent(&target)?;
        let unfinished = files::unfinished(&target);
        let _ = fs::remove_file(&unfinished);
        // No file of the store is ever changed: the same bytes can have two names.
        let source = self.root.join(&live.path);
        fs::hard_link(&source, &unfinished)
            .or_else(|_| fs::copy(&source, &unfinished).map(|_| ()))
            .and_then(|()| fs::rename(&unfinished, &target))
            .map_err(|error| Error::io("write", &target, error))?;
        // Of two names of one file, renaming keeps both.
        let _ = fs::remove_file(&unfinished);
        Ok(past)
    }

    /// Changes rows of a table in every file that has some: observations, newest rows, computed tables and their history.
    ///
    /// `change` gets the rows by blocks, each twice, and returns `None` for a block that stays as it is. It may change what
    /// rows say and leave rows out, never change their order; what it says of the key of a row, it must say of all.
    ///
    /// # Errors
    /// [`Error::Frame`] or [`Error::Io`] when a file cannot be read or written, and whatever `change` gives.
    pub fn rewrite(
        &mut self,
        table: &'static Table,
        change: &mut dyn FnMut(&DataFrame) -> Result<Option<DataFrame>>,
    ) -> Result<()> {
        let files: BTreeSet<LiveFile> = self.manifest.files_of(table).cloned().collect();
        self.rewrite_files(table, files, change)
    }

    /// Changes rows of a table as [`Transaction::rewrite`] does, but only in files that are new with this transaction.
    ///
    /// # Errors
    /// As [`Transaction::rewrite`].
    pub fn rewrite_new(
        &mut self,
        table: &'static Table,
        change: &mut dyn FnMut(&DataFrame) -> Result<Option<DataFrame>>,
    ) -> Result<()> {
        let before: BTreeSet<&LiveFile> = self.before.files_of(table).collect();
        let files = self.manifest.files_of(table);
        let files = files.filter(|file| !before.contains(file)).cloned();
        let files: BTreeSet<LiveFile> = files.collect();
        self.rewrite_files(table, files, change)
    }

    fn rewrite_files(
        &mut self,
        table: &'static Table,
        files: BTreeSet<LiveFile>,
        change: &mut dyn FnMut(&DataFrame) -> Result<Option<DataFrame>>,
    ) -> Result<()> {
        let mut rewritten: BTreeMap<String, LiveFile> = BTreeMap::new();
        for file in files {
            if let Some(changed) = self.rewrite_file(table, &file, change)? {
                rewritten.insert(file.path, changed);
            }
        }
        for file in self.manifest.files_of_mut(table) {
            if let Some(changed) = rewritten.get(&file.path) {
                *file = changed.clone();
            }
        }
        Ok(())
    }

    fn rewrite_file(
        &self,
        table: &'static Table,
        file: &LiveFile,
        change: &mut dyn FnMut(&DataFrame) -> Result<Option<DataFrame>>,
    ) -> Result<Option<LiveFile>> {
        let rows = scan_file(&self.root.join(&file.path))?;
        let blocks = (0..file.row_count).step_by(ROW_GROUP_ROWS);
        let block = |from: u64| {
            let block = rows.clone().slice(from as i64, ROW_GROUP_ROWS as u32);
            block.collect().map_err(Error::frame("read a table"))
        };
        let mut is_any_changed = false;
        for from in blocks.clone() {
            is_any_changed |= change(&block(from)?)?.is_some();
        }
        if !is_any_changed {
            return Ok(None);
        }
        let stem = file.path.strip_suffix(".parquet").unwrap_or(&file.path);
        let staged = format!("{stem}.new.parquet");
        let mut target = TableFile::create(&self.root, staged, table)?;
        for from in blocks {
            let block = block(from)?;
            target.write(&change(&block)?.unwrap_or(block))?;
        }
        let staged = target.finish()?;
        // A name of its own: the file it replaces lives until the change is committed.
        let path = format!("{stem}.{}.parquet", &staged.hash[..16]);
        put_in_place(&self.root, &self.before, staged, path).map(Some)
    }

    /// Keeps what makes a stage quicker the next time, in place of what it kept before. It stays when the change is not
    /// committed, and nothing is lost when it cannot be kept.
    pub fn remember(&self, stage: &str, prepared: Option<Prepared>) {
        match prepared {
            Some(prepared) => prepared.keep(&self.root, stage),
            None => memory::remove(&self.root, stage),
        }
    }

    /// Returns the store as it would be after a commit now.
    pub fn store(&self) -> Store {
        Store {
            root: self.root.clone(),
            manifest: self.manifest.clone(),
        }
    }

    /// Returns the key by which subjects are hashed, and makes it at first need.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it is no key, [`Error::Io`] when it cannot be written.
    pub fn key(&self) -> Result<SubjectKey> {
        match self.store().key()? {
            Some(key) => Ok(key),
            None => SubjectKey::make(&self.root),
        }
    }

    /// Adds hashes of what names the forgotten.
    ///
    /// # Errors
    /// [`Error::Io`] when the list cannot be read or written.
    pub fn suppress(&mut self, hashes: &BTreeSet<String>) -> Result<()> {
        let mut all = suppressed::read(&self.root, self.manifest.suppressed.as_ref())?;
        let count = all.len();
        all.extend(hashes.iter().cloned());
        if all.len() > count {
            self.manifest.suppressed = Some(suppressed::write(&self.root, &all)?);
        }
        Ok(())
    }

    /// Returns the lines of the journal so far.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be read.
    pub fn journal(&self) -> Result<Vec<String>> {
        journal::lines(&self.root, self.before.journal_bytes)
    }

    /// Writes other words in the place of lines of the journal; `change` returns `None` for a line that stays.
    ///
    /// This alone does not wait for the commit: it takes away names, and no name is missed.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be read or written.
    pub fn rewrite_journal(
        &self,
        change: &dyn Fn(&serde_json::Map<String, serde_json::Value>) -> Option<Entry>,
    ) -> Result<()> {
        journal::rewrite(&self.root, self.before.journal_bytes, change)
    }

    /// Forgets what stages last ran on, so that they run again, and at once all they remember.
    ///
    /// # Errors
    /// [`Error::Io`] when what one remembers cannot be removed.
    pub fn drop_stages(&mut self, stages: &[&str]) -> Result<()> {
        for stage in stages {
            self.manifest.stages.remove(*stage);
            self.erase_memory(stage)?;
        }
        Ok(())
    }

    /// Removes at once what a stage remembers: it may hold what is being erased.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be removed.
    pub fn erase_memory(&self, stage: &str) -> Result<()> {
        memory::erase(&self.root, stage)
    }

    /// Gives files other names in the lists of what was imported and of what could not be.
    pub fn rename_imports(&mut self, change: &dyn Fn(&str) -> Option<String>) {
        for import in &mut self.manifest.imports {
            if let Some(name) = change(&import.file) {
                import.file = name;
            }
        }
        let unread = std::mem::take(&mut self.manifest.unread);
        self.put_unread(unread.into_iter().map(|unread| UnreadFile {
            file: change(&unread.file).unwrap_or_else(|| unread.file.clone()),
            ..unread
        }));
    }

    /// Notes which files could not be imported, in place of those before.
    pub fn put_unread(&mut self, unread: impl IntoIterator<Item = UnreadFile>) {
        self.manifest.unread = unread.into_iter().collect();
    }

    /// Notes what is still not read of rejected rows of an imported file.
    pub fn put_unread_rows(&mut self, batch_id: &str, rows: Option<UnreadRows>) {
        let mut imports = self.manifest.imports.iter_mut();
        if let Some(import) = imports.find(|import| import.batch_id == batch_id) {
            import.unread_rows = rows;
        }
    }

    /// Notes what a stage ran on.
    pub fn put_stage(&mut self, stage: &str, record: StageRecord) {
        self.manifest.stages.insert(stage.to_owned(), record);
    }

    /// Adds a line to the journal.
    pub fn note(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Makes the change live and removes the files nothing refers to any more.
    ///
    /// # Errors
    /// [`Error::Io`] when the manifest or the journal cannot be written; the store is then as it was.
    pub fn commit(mut self) -> Result<()> {
        if self.manifest == *self.before && self.entries.is_empty() {
            self.is_committed = true;
            return Ok(());
        }
        self.sync_new()?;
        interrupt::ended(&self.root);
        self.manifest.generation += 1;
        self.manifest.journal_bytes =
            journal::append(&self.root, self.before.journal_bytes, &self.entries)?;
        // From here on the new manifest may be live even if writing it fails half-way: nothing of either state is removed.
        self.is_committed = true;
        self.manifest.write(&self.root)?;
        remove_orphans(&self.root, &self.manifest);
        Ok(())
    }

    /// Brings the new files to the disk, all of them together.
    fn sync_new(&self) -> Result<()> {
        let paths = |manifest: &Manifest| -> BTreeSet<PathBuf> {
            let files = manifest.files();
            files.map(|file| self.root.join(&file.path)).collect()
        };
        let new = &paths(&self.manifest) - &paths(&self.before);
        files::sync_files(&Vec::from_iter(new))
    }

    /// Removes files nothing refers to and the tail of an interrupted journal, and returns the files, with those that went
    /// when it began.
    ///
    /// # Errors
    /// [`Error::Io`] when the folder cannot be read or the journal cannot be cut.
    pub fn repair(mut self) -> Result<Vec<String>> {
        self.is_committed = true;
        journal::append(&self.root, self.manifest.journal_bytes, &[])?;
        let orphans = orphans(&self.root, &self.manifest)?;
        for orphan in &orphans {
            let path = self.root.join(orphan);
            fs::remove_file(&path).map_err(|error| Error::io("remove", &path, error))?;
        }
        let mut removed = std::mem::take(&mut self.removed);
        removed.extend(orphans);
        Ok(removed)
    }

    fn replaced_by(&self, import: &ImportedFile) -> Vec<String> {
        let same = |found: &&ImportedFile| {
            found.file_hash == import.file_hash && found.batch_id != import.batch_id
        };
        self.manifest
            .imports
            .iter()
            .filter(same)
            .map(|found| found.batch_id.clone())
            .collect()
    }

    fn remove_batch(&mut self, batch_id: &str) -> Vec<&'static str> {
        self.manifest
            .imports
            .retain(|import| import.batch_id != batch_id);
        let mut touched = Vec::new();
        for table in RAW {
            let Some(files) = self.manifest.raw.get_mut(table.name) else {
                continue;
            };
            let count = files.len();
            files.retain(|raw| raw.batch_id != batch_id);
            if files.len() < count {
                touched.push(table.name);
            }
        }
        touched
    }

    pub(super) fn write_table(
        &self,
        folder: &str,
        table: &'static Table,
        mut frame: DataFrame,
    ) -> Result<LiveFile> {
        let names: Vec<_> = table
            .columns
            .iter()
            .map(|column| column.small_name())
            .collect();
        frame = frame.select(names).map_err(Error::frame(
            "write a table whose columns are not its schema's",
        ))?;
        frame.rechunk_mut();
        let mut file = TableFile::create(&self.root, staged(folder, table), table)?;
        file.write(&frame)?;
        named(&self.root, &self.before, folder, table, file.finish()?)
    }
}

/// Names a file by its content: the same rows are the same file, other rows never overwrite it.
pub(super) fn named(
    root: &Path,
    before: &Manifest,
    folder: &str,
    table: &Table,
    staged: LiveFile,
) -> Result<LiveFile> {
    let path = format!("{folder}/{}/{}.parquet", table.name, &staged.hash[..16]);
    put_in_place(root, before, staged, path)
}

/// Gives a file that is whole the name it is kept under; it need not be on the disk yet.
///
/// Where the same file is live `before` the commit, that one stays, unless it is damaged: it is on the disk.
fn put_in_place(
    root: &Path,
    before: &Manifest,
    staged: LiveFile,
    path: String,
) -> Result<LiveFile> {
    let (from, to) = (root.join(&staged.path), root.join(&path));
    let is_live = before
        .files()
        .any(|file| file.path == path && file.hash == staged.hash);
    if is_live && is_whole(&to, &staged.hash) {
        // One that cannot be removed goes with the commit.
        let _ = fs::remove_file(&from);
        return Ok(LiveFile { path, ..staged });
    }
    if is_live {
        files::sync_files(std::slice::from_ref(&from))?;
    }
    fs::rename(&from, &to).map_err(|error| Error::io("write", &to, error))?;
    Ok(LiveFile { path, ..staged })
}

/// Whether a file holds the bytes of a hash.
fn is_whole(path: &Path, hash: &str) -> bool {
    files::hash_file(path).is_ok_and(|found| found == hash)
}

impl Drop for Transaction {
    fn drop(&mut self) {
        interrupt::ended(&self.root);
        if !self.is_committed && !self.is_lost {
            remove_orphans(&self.root, &self.before);
        }
    }
}

/// Returns under which name a table is written before its content is known.
fn staged(folder: &str, table: &Table) -> String {
    format!("{folder}/{}/new.parquet", table.name)
}
