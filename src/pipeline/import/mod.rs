//! The stage `import` on a workspace.

mod answers;
mod erase;
pub(super) mod found;
mod reading;
mod refused;
pub(super) mod rejected;
mod rows;
mod unchanged;
mod unread;
mod unseen;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use super::forget::STAGES;
use super::forget::rows::treat;
use super::forget::suppressed::Suppressed;
use super::{StageOutcome, Workspace};
use crate::concurrent::map_on_threads;
use crate::error::{Error, ErrorKind, Result};
use crate::import::containers::{Part, is_named_as_other};
use crate::import::file::{self, Passed};
use crate::import::layout::{Layout, Layouts};
use crate::import::mapping::Mapped;
use crate::import::sink::Counts;
use crate::progress::Progress;
use crate::schema;
use crate::store::{Entry, ImportedFile, NewFile, Transaction, UnreadFile, UnreadRows};

use self::answers::Times;
use self::found::{Found, Source};
use self::reading::{Look, Looked, Plan, Read, Reader, Reads};
use self::refused::Unasked;
use self::rejected::Rejected;
use self::rows::Finished;
use self::unchanged::Unchanged;
use self::unread::Begun;

const STAGE: &str = "import";

/// How files are to be read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImportOptions {
    /// Layout of the files, in place of what their headings say.
    pub layout: Option<String>,
    /// Source of the rows, in place of the layout's own.
    pub source: Option<String>,
    /// Whether the files list posts that their authors deleted.
    pub is_of_deletions: bool,
    /// File with what came on stdin: it is told from others by its bytes, not by its path, and errors name it
    /// [`STDIN`](crate::error::STDIN).
    pub stdin: Option<PathBuf>,
    /// Whether files outside the exports that could not be read before are let go: a refusal in one stays unknown.
    pub is_unread_dropped: bool,
}

impl ImportOptions {
    /// Whether the command line says how files are to be read.
    fn is_forced(&self) -> bool {
        self.layout.is_some() || self.source.is_some()
    }

    /// Whether no refusal of a customer can stand in files that are named: they list deleted posts or reviewers' decisions.
    fn is_without_refusals(&self) -> bool {
        self.is_of_deletions || self.layout.as_deref() == Some(DECISIONS)
    }
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOutcome {
    /// Path below the exports folder, else the file's name; an entry of an archive stands behind the archive.
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
    /// Records about persons who were forgotten; nothing of them is stored.
    pub forgotten_count: u64,
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
    /// So many files that are no exports: what they are, in Japanese and in English.
    PassedOver(u64, (&'static str, &'static str)),
}

/// Layout of reviewers' decisions.
pub(super) const DECISIONS: &str = "koe_decisions";
/// Layout of lists of deleted posts.
const DELETIONS: &str = "koe_deletions";
/// What the names of the layouts have that list deleted posts.
const OF_DELETIONS: &str = "deletions";
/// Texts and sheets that lie beside exports in one archive or workbook.
const BESIDE: (&str, &str) = (
    "エクスポートに添えられた文書",
    "a text or sheet beside exports",
);

impl Workspace {
    /// Imports `files`, or everything in the exports folder when none is named.
    ///
    /// Files that cannot be imported do not stop the others; they stand in the outcome's `fault`, and in the manifest's
    /// `unread` until they are read: those of the exports are looked at anew when all exports are.
    ///
    /// # Errors
    /// [`Error::NothingToImport`] when there is no file and nothing was imported before, [`Error::Io`] for a file that the
    /// machine refuses, which is noted as unread while nothing of the others is stored, and those of the store.
    pub fn import(
        &self,
        files: &[PathBuf],
        options: &ImportOptions,
        progress: &dyn Progress,
    ) -> Result<StageOutcome> {
        let mut outcome = self.imported(files, options, progress);
        let fault = match &mut outcome {
            Ok(outcome) => outcome.fault.as_mut().and_then(Arc::get_mut),
            Err(error) => Some(error),
        };
        if let (Some(fault), Some(stdin)) = (fault, &options.stdin) {
            fault.name_stdin(stdin);
        }
        outcome
    }

    fn imported(
        &self,
        files: &[PathBuf],
        options: &ImportOptions,
        progress: &dyn Progress,
    ) -> Result<StageOutcome> {
        let store = self.store()?;
        let exports = self.exports();
        let files_found = match files.is_empty() {
            true => found::exported(&exports),
            false => found::named(files, &exports),
        };
        let files_found = files_found.map_err(|error| self.note_unlooked(options, error))?;
        let is_anything = !files_found.is_empty() || !store.manifest().imports.is_empty();
        if !is_anything && !options.is_unread_dropped {
            return Err(Error::NothingToImport { path: exports });
        }
        let layouts = self.layouts()?;
        let mut transaction = store.begin()?;
        let suppressed = Suppressed::of(&transaction.store())?;
        let is_without_refusals = !files.is_empty() && options.is_without_refusals();
        let as_of = self.as_of().label();
        let begun = Begun {
            exports: &exports,
            all: files.is_empty().then_some(files_found.as_slice()),
            options,
            as_of: &as_of,
            lang: self.config().workspace.lang,
        };
        let unread = begun.unread(&mut transaction, progress);
        begun.tell_nothing_found(&transaction, progress);
        let mut run = Run {
            reader: Reader {
                workspace: self,
                suppressed: suppressed.as_ref(),
                options,
                layouts: &layouts,
                sources: Source::all(&self.config().import.sources)?,
                answered: OnceLock::new(),
                unchanged: Unchanged::read(store.memory(STAGE)),
            },
            transaction,
            imports: Vec::new(),
            rejected: Rejected::default(),
            unasked: Vec::new(),
            failed: Vec::new(),
            unread,
            is_without_refusals,
            is_of_all: files.is_empty(),
            outcomes: Vec::new(),
            passed_over: BTreeMap::new(),
        };
        progress.begin(STAGE, Some(files_found.len() as u64));
        if let Err(error) = run.files(&files_found, progress) {
            // Nothing of the run is stored, and the lock is free.
            drop(run);
            return Err(match is_without_refusals {
                true => error,
                false => self.note_refused(&files_found, options, error),
            });
        }
        progress.end();
        run.tell_refused(progress);
        run.finish()
    }
}

impl Workspace {
    /// Returns koe's layouts and those of the settings.
    fn layouts(&self) -> Result<Layouts> {
        let mapped = Mapped::all(&self.config().import.layouts)?;
        let mapped = mapped
            .into_iter()
            .map(|layout| Box::new(layout) as Box<dyn Layout>);
        let ignored = self.config().import.ignored.clone();
        Ok(Layouts::with(mapped.collect()).ignoring(ignored))
    }
}

/// One run of import over several files.
struct Run<'a> {
    reader: Reader<'a>,
    transaction: Transaction,
    imports: Vec<(ImportedFile, Vec<NewFile>)>,
    rejected: Rejected,
    /// Files with columns that nobody asked for and that may refuse something.
    unasked: Vec<Unasked>,
    failed: Vec<(String, Box<Error>)>,
    /// What could not be read, also in earlier runs.
    unread: BTreeSet<UnreadFile>,
    /// Whether what cannot be read holds no lists back.
    is_without_refusals: bool,
    /// Whether all exports are looked at.
    is_of_all: bool,
    outcomes: Vec<FileOutcome>,
    /// Folder or archive and what lies in it that is no export.
    passed_over: BTreeMap<(String, (&'static str, &'static str)), Vec<String>>,
}

impl<'a> Run<'a> {
    /// Looks at the files, reads those that are new, and tells what became of each in their order.
    fn files(&mut self, files: &[Found], progress: &dyn Progress) -> Result<()> {
        let places: Vec<usize> = (0..files.len()).collect();
        let look = |place: usize| self.reader.look(&files[place]);
        let mut looks = map_on_threads(reading::at_once(), &places, look);
        looks.sort_unstable_by_key(|(place, _)| *place);
        let mut looks: Vec<Result<Look<'a>>> = looks.into_iter().map(|(_, look)| look).collect();
        let is_refused = |look: &Result<Look<'a>>| {
            let error = look.as_ref().err();
            error.is_some_and(|error| error.kind() != ErrorKind::Input)
        };
        if let Some(place) = looks.iter().position(is_refused)
            && let Err(error) = looks.swap_remove(place)
        {
            return Err(error);
        }
        let mut reads = self.reader.read_new(&looks, &self.transaction, progress)?;
        for (place, look) in looks.into_iter().enumerate() {
            let name = &files[place].name;
            let told = self.outcomes.len();
            match look {
                Ok(Look::Parts(parts)) => self.parts(place, parts, &mut reads)?,
                Ok(Look::Other(what)) if !is_named_as_other(name) => {
                    let path = files[place].path.clone();
                    self.fail(name.clone(), Error::NotATable { path, what })?;
                }
                Ok(Look::Other(what)) => self.pass_over(name, what),
                Err(error) => self.fail(name.clone(), error)?,
            }
            self.note_unread(&files[place], told)?;
        }
        Ok(())
    }

    /// Tells what became of the parts of a file.
    fn parts(&mut self, file: usize, parts: Vec<Looked<'a>>, reads: &mut Reads) -> Result<()> {
        let mut unknown = Vec::new();
        let mut is_any_recognised = false;
        for (place, looked) in parts.into_iter().enumerate() {
            let Looked { part, name, plan } = looked;
            match plan.and_then(|plan| self.part(&plan, &name, reads.remove(&(file, place)))) {
                Ok(outcome) => {
                    is_any_recognised = true;
                    self.outcomes.push(outcome);
                }
                Err(error @ Error::UnknownLayout { .. }) => unknown.push((part, name, error)),
                Err(error) => {
                    is_any_recognised = true;
                    self.fail(name, error)?;
                }
            }
        }
        for (part, part_name, error) in unknown {
            match left_aside(&part, &part_name, is_any_recognised) {
                Ok(Some(what)) => self.pass_over(&part_name, what),
                Ok(None) => self.fail(part_name, error)?,
                Err(error) => self.fail(part_name, error)?,
            }
        }
        Ok(())
    }

    fn pass_over(&mut self, name: &str, what: (&'static str, &'static str)) {
        let key = (folder_of(name).to_owned(), what);
        self.passed_over
            .entry(key)
            .or_default()
            .push(name.to_owned());
    }

    /// Notes what cannot be imported; what the machine refuses, it would refuse for every file.
    fn fail(&mut self, name: String, error: Error) -> Result<()> {
        if error.kind() != ErrorKind::Input {
            return Err(error);
        }
        self.outcomes
            .push(outcome(&name, None, FileState::Failed, [0; 5]));
        self.failed.push((name, Box::new(error)));
        Ok(())
    }

    /// Takes what was read of a part, or reads it now where its first copy was not stored.
    fn part(
        &mut self,
        plan: &Plan<'_>,
        name: &str,
        read: Option<Result<Read>>,
    ) -> Result<FileOutcome> {
        let (context, layout) = (&plan.context, plan.recognised.layout());
        // Two files of the same bytes in one run are one batch, too.
        let mut pending = self.imports.iter().map(|(import, _)| import);
        let manifest = self.transaction.manifest();
        let same = manifest
            .import(&context.batch_id)
            .or_else(|| pending.find(|import| import.batch_id == context.batch_id));
        if let Some(known) = same {
            let counts = [
                known.read_count,
                0,
                known.read_count - known.rejected_count - known.forgotten_count,
                known.rejected_count,
                known.forgotten_count,
            ];
            return Ok(outcome(name, Some(layout), FileState::Known, counts));
        }
        let read = match read {
            Some(read) => read?,
            None => {
                let granted = Times::default();
                self.reader.read(plan, &self.transaction, &granted)?
            }
        };
        Ok(self.take(plan, read))
    }

    fn take(&mut self, plan: &Plan<'_>, read: Read) -> FileOutcome {
        let name = &plan.context.source_file;
        let layout = plan.recognised.layout();
        let Counts {
            read: count,
            rejected,
            may_refuse,
            heard,
        } = read.counts;
        let is_stored = read.stored.is_some();
        let unasked = refused::unasked(name, layout, heard, &read.rejects, is_stored);
        self.unasked.extend(unasked);
        self.rejected.add(name, read.head, read.rejects);
        let Some(Finished {
            files,
            stored,
            forgotten,
            ..
        }) = read.stored
        else {
            let counts = [count, 0, 0, rejected, 0];
            return outcome(name, Some(layout), FileState::TooManyRejects, counts);
        };
        let known = count - rejected - stored - forgotten;
        let import = ImportedFile {
            batch_id: plan.context.batch_id.clone(),
            file: name.clone(),
            file_hash: plan.file_hash.clone(),
            layout: layout.to_owned(),
            read_count: count,
            stored_count: stored,
            known_count: known,
            rejected_count: rejected,
            unread_rows: (may_refuse > 0).then(|| UnreadRows {
                row_count: may_refuse,
                listed_count: rejected,
                label: self.reader.workspace.as_of().label(),
                source: self.reader.options.source.clone(),
            }),
            is_forced: self.reader.options.is_forced(),
            forgotten_count: forgotten,
        };
        let entry = Entry::new(&self.reader.workspace.as_of().label(), STAGE)
            .with("file", name.as_str())
            .with("layout", layout)
            .with("batch_id", plan.context.batch_id.clone())
            .with("read", count)
            .with("stored", stored)
            .with("known", known)
            .with("rejected", rejected);
        self.transaction.note(match forgotten {
            0 => entry,
            forgotten => entry.with("forgotten", forgotten),
        });
        let import = self.settle(plan, import);
        self.imports.push((import, files));
        let counts = [count, stored, known, rejected, forgotten];
        outcome(name, Some(layout), FileState::Stored, counts)
    }

    /// Takes what was met of the forgotten out of what was read before it was met: a customer of another id by the
    /// address, an account of another id by the handle.
    fn forget_found(&mut self, suppressed: &Suppressed) -> Result<()> {
        let found = suppressed.found();
        if found.is_empty() {
            return Ok(());
        }
        let keywords = &self.reader.workspace.config().keywords();
        for table in schema::tables() {
            self.transaction.rewrite(table, &mut |frame| {
                treat(table, frame, suppressed, keywords)
                    .map(|treated| treated.frame)
                    .map_err(Error::frame("leave out the forgotten"))
            })?;
        }
        self.transaction.drop_stages(&STAGES)?;
        self.reader.workspace.clear_outputs(suppressed, true)?;
        self.transaction.suppress(&found)
    }

    /// Remembers the exports as they are now, so that those that stay need not be read the next time.
    fn remember_files(&self) {
        let files = &self.reader.unchanged;
        if self.is_of_all && files.has_changed() {
            let store = self.transaction.store();
            let prepared = store.prepare_memory(STAGE, |to| files.write(to));
            self.transaction.remember(STAGE, prepared);
        }
    }

    fn finish(mut self) -> Result<StageOutcome> {
        let has_run = !self.imports.is_empty();
        self.transaction
            .add_imports(std::mem::take(&mut self.imports))?;
        if has_run && let Some(suppressed) = self.reader.suppressed {
            self.forget_found(suppressed)?;
        }
        let erased = if has_run {
            self.erase_deleted()?
        } else {
            erase::Erased::default()
        };
        let out = self.reader.workspace.out();
        let lang = self.reader.workspace.config().workspace.lang.tag();
        let rejects = self.rejected.write(&out, lang)?;
        self.transaction
            .put_unread(std::mem::take(&mut self.unread));
        self.remember_files();
        // Only now: a run killed before reads the files again and lists their rejects again.
        self.transaction.commit()?;
        // What is said of persons is made anew from the store without the erased texts.
        self.reader.workspace.remove_quotes(&erased)?;
        let sum = |count: fn(&FileOutcome) -> u64| self.outcomes.iter().map(count).sum();
        let mut counts = vec![
            ("files", self.outcomes.len() as u64),
            ("stored", sum(|file| file.stored_count)),
            ("known", sum(|file| file.known_count)),
            ("rejected", sum(|file| file.rejected_count)),
        ];
        let forgotten = sum(|file| file.forgotten_count);
        if forgotten > 0 {
            counts.push(("forgotten", forgotten));
        }
        if erased.post_count > 0 {
            counts.push(("erased", erased.post_count));
        }
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
        let too_many = (!too_many.is_empty()).then(|| Error::TooManyRejects {
            files: too_many,
            rejects: rejects.clone().unwrap_or(out),
        });
        let fault = match (self.failed.is_empty(), too_many) {
            (true, too_many) => too_many,
            (false, too_many) => {
                let too_many = too_many.map(|error| ("rejects.csv".to_owned(), Box::new(error)));
                let failed = self.failed.into_iter().chain(too_many).collect();
                Some(Error::FilesLeftOut { failed })
            }
        };
        let passed_over = self.passed_over.into_iter().map(|((folder, what), names)| {
            let state = FileState::PassedOver(names.len() as u64, what);
            match names.as_slice() {
                [name] => outcome(name, None, state, [0; 5]),
                _ => outcome(&folder, None, state, [0; 5]),
            }
        });
        self.outcomes.extend(passed_over);
        Ok(StageOutcome {
            stage: STAGE,
            has_run,
            counts,
            open: rejects,
            files: self.outcomes,
            still_held: erased.files,
            fault: fault.map(Arc::new),
        })
    }
}

/// Returns what a part is that no layout fits, where it may be passed over.
///
/// # Errors
/// Those of [`file::passed_over`].
fn left_aside(
    part: &Part,
    name: &str,
    is_any_recognised: bool,
) -> Result<Option<(&'static str, &'static str)>> {
    Ok(match file::passed_over(part, name)? {
        Some(Passed::Other(what)) => Some(what),
        // What stands alone must be told: nobody would know that it was not read.
        Some(Passed::Beside) if is_any_recognised && part.inner().is_some() => Some(BESIDE),
        Some(Passed::Beside) | None => None,
    })
}

fn outcome(
    name: &str,
    layout: Option<&str>,
    state: FileState,
    [read, stored, known, rejected, forgotten]: [u64; 5],
) -> FileOutcome {
    FileOutcome {
        file: name.to_owned(),
        layout: layout.map(str::to_owned),
        state,
        read_count: read,
        stored_count: stored,
        known_count: known,
        rejected_count: rejected,
        forgotten_count: forgotten,
    }
}

fn folder_of(name: &str) -> &str {
    name.rsplit_once('/').map_or(".", |(folder, _)| folder)
}
