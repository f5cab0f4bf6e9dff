//! The stage `import` on a workspace.

mod erase;
pub(super) mod found;
pub(super) mod rejected;
mod rows;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::forget::STAGES;
use super::forget::rows::treat;
use super::forget::suppressed::Suppressed;
use super::{StageOutcome, Workspace};
use crate::error::{Error, ErrorKind, Result};
use crate::import::containers::{self, Contents, Part};
use crate::import::context::Context;
use crate::import::file::{self, Passed, Recognised};
use crate::import::layout::{Layout, Layouts};
use crate::import::mapping::Mapped;
use crate::import::rejects::Reject;
use crate::progress::Progress;
use crate::schema;
use crate::store::{Entry, ImportedFile, NewFile, Transaction};

use self::found::{Found, Source};
use self::rejected::Rejected;
use self::rows::Rows;

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
        let files_found = if files.is_empty() {
            found::exported(&exports)?
        } else {
            found::named(files, &exports)?
        };
        if files_found.is_empty() && store.manifest().imports.is_empty() {
            return Err(Error::NothingToImport { path: exports });
        }
        let mapped = Mapped::all(&self.config().import.layouts)?;
        let mapped = mapped
            .into_iter()
            .map(|layout| Box::new(layout) as Box<dyn Layout>);
        let layouts = Layouts::with(mapped.collect());
        let transaction = store.begin()?;
        let suppressed = Suppressed::of(&transaction.store())?;
        let mut run = Run {
            workspace: self,
            suppressed: suppressed.as_ref(),
            options,
            layouts: &layouts,
            sources: Source::all(&self.config().import.sources)?,
            transaction,
            imports: Vec::new(),
            rejected: Rejected::default(),
            failed: Vec::new(),
            outcomes: Vec::new(),
            passed_over: BTreeMap::new(),
        };
        progress.begin(STAGE, Some(files_found.len() as u64));
        for found in &files_found {
            run.file(found)?;
            progress.advance(1);
        }
        progress.end();
        run.finish()
    }
}

/// One run of import over several files.
struct Run<'a> {
    workspace: &'a Workspace,
    /// The forgotten, where there are any.
    suppressed: Option<&'a Suppressed>,
    options: &'a ImportOptions,
    layouts: &'a Layouts,
    sources: Vec<Source>,
    transaction: Transaction,
    imports: Vec<(ImportedFile, Vec<NewFile>)>,
    rejected: Rejected,
    failed: Vec<(String, Box<Error>)>,
    outcomes: Vec<FileOutcome>,
    /// Folder or archive and what lies in it that is no export.
    passed_over: BTreeMap<(String, (&'static str, &'static str)), Vec<String>>,
}

impl<'a> Run<'a> {
    fn file(&mut self, found: &Found) -> Result<()> {
        let name = &found.name;
        let parts = match containers::contents(&found.path) {
            Ok(Contents::Parts(parts)) => parts,
            Ok(Contents::Other(what)) => {
                self.pass_over(name, what);
                return Ok(());
            }
            Err(error) => return self.fail(name.clone(), error),
        };
        let mut unknown = Vec::new();
        let mut is_any_recognised = false;
        for part in &parts {
            let name = match part.inner() {
                Some(inner) => format!("{name}/{inner}"),
                None => name.clone(),
            };
            match self.part(part, &name) {
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
            match file::passed_over(part, &part_name) {
                Ok(Some(Passed::Other(what))) => self.pass_over(&part_name, what),
                // What stands alone must be told: nobody would know that it was not read.
                Ok(Some(Passed::Beside)) if is_any_recognised && part.inner().is_some() => {
                    self.pass_over(&part_name, BESIDE);
                }
                Ok(_) => self.fail(part_name, error)?,
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

    fn part(&mut self, part: &Part, name: &str) -> Result<FileOutcome> {
        let layouts: &'a Layouts = self.layouts;
        if self.options.is_of_deletions {
            self.refuse_exports(part)?;
        }
        let forced = match self.options.is_of_deletions {
            true => Some(DELETIONS),
            false => self.options.layout.as_deref(),
        };
        let forced = forced.or_else(|| found::layout_of(name));
        let recognised = file::recognise(part, layouts, forced)?;
        let layout = recognised.layout();
        let config = self.workspace.config();
        let file_hash = part.hash()?;
        // Of a file that is named after one of the forgotten, the store learns the rest of the name.
        let without = self
            .suppressed
            .and_then(|suppressed| suppressed.file_without(name));
        let kept_name = without.as_deref().unwrap_or(name);
        let mut context = Context {
            source_file: kept_name.to_owned(),
            batch_id: String::new(),
            observed_at: self.workspace.as_of().instant(),
            time_zone: self.workspace.as_of().time_zone().clone(),
            currency: config.money.currency.clone(),
            source: Source::of(name, self.options.source.as_deref(), &self.sources),
            official: config.official(),
            owner: recognised.owner(),
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
                known.read_count - known.rejected_count - known.forgotten_count,
                known.rejected_count,
                known.forgotten_count,
            ];
            return Ok(outcome(name, Some(layout), FileState::Known, counts));
        }
        // A batch that replaces another of the same bytes is stored whole: what it shares with that one goes with it.
        let is_replacing = manifest
            .imports
            .iter()
            .any(|import| import.file_hash == file_hash);
        self.read(&recognised, &context, file_hash, is_replacing)
    }

    /// An export taken for a list of deleted posts would take the place of its own rows.
    fn refuse_exports(&self, part: &Part) -> Result<()> {
        match file::recognise(part, self.layouts, None) {
            Ok(recognised) if !recognised.layout().contains(OF_DELETIONS) => {
                Err(Error::NoListOfDeletions {
                    path: part.file().to_path_buf(),
                    layout: recognised.layout().to_owned(),
                })
            }
            _ => Ok(()),
        }
    }

    fn read(
        &mut self,
        recognised: &Recognised<'_>,
        context: &Context,
        file_hash: String,
        is_replacing: bool,
    ) -> Result<FileOutcome> {
        let name = &context.source_file;
        let layout = recognised.layout();
        let suppressed = self.suppressed;
        let keywords = &self.workspace.config().keywords();
        let rows = Rows::new(
            &self.transaction,
            &context.batch_id,
            is_replacing,
            suppressed,
            keywords,
        );
        let mut rejects = Vec::new();
        let (counts, rows) = rows.taken_from(|take_rows| {
            recognised.read(context, take_rows, &mut |mut reject: Reject| {
                // What names one of the forgotten is not listed in their words.
                let names =
                    |text: &str| suppressed.is_some_and(|suppressed| suppressed.is_in_row(text));
                if names(&reject.value) || names(&reject.row) {
                    reject.value.clear();
                    reject.row.clear();
                }
                rejects.push(reject);
                Ok(())
            })
        })?;
        let (read, rejected) = (counts.read, counts.rejected);
        let head = match rejects.is_empty() {
            true => None,
            false => Some(recognised.head()?),
        };
        self.rejected.add(name, head, rejects);
        if rejected as f64 > self.workspace.config().import.max_rejects * read as f64 {
            let counts = [read, 0, 0, rejected, 0];
            return Ok(outcome(
                name,
                Some(layout),
                FileState::TooManyRejects,
                counts,
            ));
        }
        let (raw, stored, forgotten) = rows.finish(read - rejected)?;
        let known = read - rejected - stored - forgotten;
        let import = ImportedFile {
            batch_id: context.batch_id.clone(),
            file: name.clone(),
            file_hash,
            layout: layout.to_owned(),
            read_count: read,
            stored_count: stored,
            known_count: known,
            rejected_count: rejected,
            forgotten_count: forgotten,
        };
        let entry = Entry::new(&self.workspace.as_of().label(), STAGE)
            .with("file", name.as_str())
            .with("layout", layout)
            .with("batch_id", context.batch_id.clone())
            .with("read", read)
            .with("stored", stored)
            .with("known", known)
            .with("rejected", rejected);
        self.transaction.note(match forgotten {
            0 => entry,
            forgotten => entry.with("forgotten", forgotten),
        });
        self.imports.push((import, raw));
        let counts = [read, stored, known, rejected, forgotten];
        Ok(outcome(name, Some(layout), FileState::Stored, counts))
    }

    /// Takes what was met of the forgotten out of what was read before it was met: a customer of another id by the
    /// address, an account of another id by the handle.
    fn forget_found(&mut self, suppressed: &Suppressed) -> Result<()> {
        let found = suppressed.found();
        if found.is_empty() {
            return Ok(());
        }
        let keywords = &self.workspace.config().keywords();
        for table in schema::tables() {
            self.transaction.rewrite(table, &mut |frame| {
                treat(table, frame, suppressed, keywords)
                    .map(|treated| treated.frame)
                    .map_err(Error::frame("leave out the forgotten"))
            })?;
        }
        self.transaction.drop_stages(&STAGES)?;
        self.workspace.clear_outputs(suppressed, true)?;
        self.transaction.suppress(&found)
    }

    fn finish(mut self) -> Result<StageOutcome> {
        let has_run = !self.imports.is_empty();
        self.transaction
            .add_imports(std::mem::take(&mut self.imports))?;
        if has_run && let Some(suppressed) = self.suppressed {
            self.forget_found(suppressed)?;
        }
        let erased = if has_run {
            self.erase_deleted()?
        } else {
            erase::Erased::default()
        };
        let out = self.workspace.out();
        let lang = self.workspace.config().workspace.lang.tag();
        let rejects = self.rejected.write(&out, lang)?;
        // Only now: a run killed before reads the files again and lists their rejects again.
        self.transaction.commit()?;
        // What is said of persons is made anew from the store without the erased texts.
        self.workspace.remove_quotes(&erased)?;
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
