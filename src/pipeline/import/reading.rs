//! Files of one import, looked at and read beside each other.
//!
//! A file is read by one thread and stored by another, so that what is in memory is a few blocks of rows of each of the
//! files that are open. The largest are begun first: no long one is left to run alone in the end. What is told of the
//! files, and which of two files of the same bytes is read, is decided in the order of the files, whichever was first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::answers::{Answers, Refusals, Times, granted};
use super::found::{self, Found, Source};
use super::rows::{Finished, Rows};
use super::unchanged::Unchanged;
use super::{DELETIONS, ImportOptions, OF_DELETIONS};
use crate::as_of::AsOf;
use crate::concurrent::map_on_threads;
use crate::error::{Error, ErrorKind, Result};
use crate::import::containers::{Contents, Part};
use crate::import::context::Context;
use crate::import::file::{self, Recognised};
use crate::import::head::Head;
use crate::import::layout::Layouts;
use crate::import::rejects::Reject;
use crate::import::sink::Counts;
use crate::pipeline::Workspace;
use crate::pipeline::forget::suppressed::Suppressed;
use crate::progress::Progress;
use crate::store::Transaction;

/// Most files that are read at once: each holds some blocks of rows.
const MOST_AT_ONCE: usize = 4;

/// Returns how many files are looked at or read at once.
pub(super) fn at_once() -> usize {
    rayon::current_num_threads().clamp(1, MOST_AT_ONCE)
}

/// What one run of import knows of all of its files.
pub(super) struct Reader<'a> {
    pub workspace: &'a Workspace,
    /// The forgotten, where there are any.
    pub suppressed: Option<&'a Suppressed>,
    pub options: &'a ImportOptions,
    pub layouts: &'a Layouts,
    pub sources: Vec<Source>,
    /// The refusals that the store knows; see [`Answers`].
    pub answered: OnceLock<Refusals>,
    /// Files that are as they were in an earlier run.
    pub unchanged: Unchanged,
}

/// What a file holds.
pub(super) enum Look<'a> {
    /// No export: what it is, in Japanese and in English.
    Other((&'static str, &'static str)),
    /// Parts that may be exports.
    Parts(Vec<Looked<'a>>),
}

/// A part that was looked at.
pub(super) struct Looked<'a> {
    pub part: Part,
    pub name: String,
    /// How it is to be read, unless it cannot be.
    pub plan: Result<Plan<'a>>,
}

/// How a part is to be read.
pub(super) struct Plan<'a> {
    pub recognised: Recognised<'a>,
    pub context: Context,
    pub file_hash: String,
    /// Bytes of the file it lies in.
    pub bytes: u64,
    /// Source that was asked for.
    pub source_asked: Option<String>,
    /// As-of label of the run that listed its rows as rejected, where they were mended.
    pub mended_from: Option<String>,
}

/// What was read of a part.
pub(super) struct Read {
    pub counts: Counts,
    pub rejects: Vec<Reject>,
    /// How the file begins, where rows were rejected.
    pub head: Option<Head>,
    /// What is stored of it; `None` where too many rows were rejected.
    pub stored: Option<Finished>,
}

impl Read {
    /// Whether a refusal that was left out may have followed one of some grants.
    fn may_refuse(&self, granted: &Times) -> bool {
        let stored = self.stored.as_ref();
        stored.is_some_and(|stored| stored.heard.may_refuse(granted))
    }
}

/// What was read, by the places of the file and of the part in it.
pub(super) type Reads = BTreeMap<(usize, usize), Result<Read>>;

impl<'a> Reader<'a> {
    /// Looks at the parts of a file.
    ///
    /// # Errors
    /// Those of [`Found::contents`], and what the machine refuses for a part.
    pub(super) fn look(&self, found: &Found) -> Result<Look<'a>> {
        let parts = match found.contents()? {
            Contents::Parts(parts) => parts,
            Contents::Other(what) => return Ok(Look::Other(what)),
        };
        let looked = parts.into_iter().map(|part| {
            let name = match part.inner() {
                Some(inner) => format!("{}/{inner}", found.name),
                None => found.name.clone(),
            };
            match self.plan(&part, &name, &found.path) {
                Err(error) if error.kind() != ErrorKind::Input => Err(error),
                plan => Ok(Looked { part, name, plan }),
            }
        });
        Ok(Look::Parts(looked.collect::<Result<_>>()?))
    }

    fn plan(&self, part: &Part, name: &str, path: &Path) -> Result<Plan<'a>> {
        if self.options.is_of_deletions {
            self.refuse_exports(part)?;
        }
        let forced = match self.options.is_of_deletions {
            true => Some(DELETIONS),
            false => self.options.layout.as_deref(),
        };
        let forced = forced.or_else(|| found::layout_of(name));
        let recognised = file::recognise(part, self.layouts, forced)?;
        if forced.is_none() {
            recognised.check_name(name)?;
        }
        let config = self.workspace.config();
        let ignored = config.import.ignored.get(recognised.layout());
        // Whoever refuses is heard at once, whatever the system says of the file.
        let is_heeded = recognised.tells_refusals() || lists_deletions(&recognised);
        let file_hash = match is_heeded {
            true => part.hash()?,
            false => self.unchanged.hash_of(part)?,
        };
        let as_of = self.workspace.as_of();
        let mended_from = found::mended_from(path);
        // A mended row tells what its file told when it was read: what was told since is newer.
        let listed_at = mended_from
            .as_deref()
            .and_then(|label| AsOf::of_label(label, as_of.time_zone()));
        let mut context = Context {
            source_file: self.stored_name(name),
            batch_id: String::new(),
            observed_at: listed_at.map_or(as_of.instant(), |listed_at| {
                listed_at.instant().min(as_of.instant())
            }),
            time_zone: self.workspace.as_of().time_zone().clone(),
            currency: config.money.currency.clone(),
            source: Source::of(name, self.options.source.as_deref(), &self.sources),
            official: config.official(),
            ignored: ignored.cloned().unwrap_or_default(),
            owner: recognised.owner(),
        };
        context.batch_id = recognised.batch_id(&file_hash, &context);
        let bytes = fs::metadata(part.file()).map_or(0, |metadata| metadata.len());
        Ok(Plan {
            recognised,
            context,
            file_hash,
            bytes,
            source_asked: self.options.source.clone(),
            mended_from,
        })
    }

    /// Returns the name by which the store knows a file: without that of one of the forgotten, where it is named after one.
    pub(super) fn stored_name(&self, name: &str) -> String {
        let without = self
            .suppressed
            .and_then(|suppressed| suppressed.file_without(name));
        without.unwrap_or_else(|| name.to_owned())
    }

    /// An export taken for a list of deleted posts would take the place of its own rows.
    fn refuse_exports(&self, part: &Part) -> Result<()> {
        match file::recognise(part, self.layouts, None) {
            Ok(recognised) if !lists_deletions(&recognised) => Err(Error::NoListOfDeletions {
                path: part.file().to_path_buf(),
                layout: recognised.layout().to_owned(),
            }),
            _ => Ok(()),
        }
    }

    /// Reads what is new in the files, of parts of the same bytes the first.
    ///
    /// # Errors
    /// What the machine refuses: it would refuse it for every file.
    pub(super) fn read_new(
        &self,
        looks: &[Result<Look<'a>>],
        transaction: &Transaction,
        progress: &dyn Progress,
    ) -> Result<Reads> {
        let mut new: Vec<((usize, usize), &Plan<'a>)> = Vec::new();
        let mut batches = HashSet::new();
        for (file, look) in looks.iter().enumerate() {
            let Ok(Look::Parts(parts)) = look else {
                continue;
            };
            for (part, looked) in parts.iter().enumerate() {
                let Ok(plan) = &looked.plan else { continue };
                let batch_id = plan.context.batch_id.as_str();
                let is_known = transaction.manifest().import(batch_id).is_some();
                if !is_known && batches.insert(batch_id) {
                    new.push(((file, part), plan));
                }
            }
        }
        let mut left = vec![0; looks.len()];
        new.iter().for_each(|((file, _), _)| left[*file] += 1);
        progress.advance(left.iter().filter(|parts| **parts == 0).count() as u64);
        let left: Vec<AtomicUsize> = left.into_iter().map(AtomicUsize::new).collect();
        let mut order: Vec<usize> = (0..new.len()).collect();
        let threads = match self.suppressed {
            None => {
                order.sort_by_key(|place| Reverse(new[*place].1.bytes));
                at_once()
            }
            // Whom a file tells to be one of the forgotten, is one in the files behind it.
            Some(_) => 1,
        };
        // Files before the one that is refused are read, so that it is always the first refusal that is told.
        let refused = AtomicUsize::new(usize::MAX);
        let mut reads = map_on_threads(threads, &order, |place| {
            if place > refused.load(Ordering::Relaxed) {
                return None;
            }
            let ((file, _), plan) = new[place];
            let read = self.read(plan, transaction, &Times::default());
            if let Err(error) = &read
                && error.kind() != ErrorKind::Input
            {
                refused.fetch_min(place, Ordering::Relaxed);
            }
            if left[file].fetch_sub(1, Ordering::Relaxed) == 1 {
                progress.advance(1);
            }
            Some(read)
        });
        reads.sort_unstable_by_key(|(place, _)| *place);
        let mut of_parts = BTreeMap::new();
        for (place, read) in reads {
            match read {
                // The first in the order of the files.
                Some(Err(error)) if error.kind() != ErrorKind::Input => return Err(error),
                Some(read) => {
                    of_parts.insert(new[place].0, read);
                }
                None => {}
            }
        }
        self.heed_refusals(&new, &mut of_parts, transaction)?;
        Ok(of_parts)
    }

    /// Reads those again that leave out a refusal, as stored, of what another of the files grants.
    fn heed_refusals(
        &self,
        new: &[((usize, usize), &Plan<'a>)],
        reads: &mut Reads,
        transaction: &Transaction,
    ) -> Result<()> {
        let stored = reads
            .values()
            .flatten()
            .filter_map(|read| read.stored.as_ref());
        let granted = granted(stored.map(|stored| &stored.heard));
        for (place, plan) in new {
            if let Some(Ok(read)) = reads.get(place)
                && read.may_refuse(&granted)
            {
                let again = self.read(plan, transaction, &granted)?;
                reads.insert(*place, Ok(again));
            }
        }
        Ok(())
    }

    /// Reads a part and stores its rows, unless too many of them are rejected; `granted` is what other files of the run
    /// grant.
    ///
    /// # Errors
    /// Those of the reader and of storing.
    pub(super) fn read(
        &self,
        plan: &Plan<'_>,
        transaction: &Transaction,
        granted: &Times,
    ) -> Result<Read> {
        let (recognised, context) = (&plan.recognised, &plan.context);
        // A batch that replaces another of the same bytes is stored whole: what it shares with that one goes with it.
        let imports = transaction.manifest().imports.iter();
        let replaced = imports
            .filter(|import| import.file_hash == plan.file_hash)
            .map(|import| import.batch_id.as_str());
        let suppressed = self.suppressed;
        let config = self.workspace.config();
        let keywords = &config.keywords();
        let rows = Rows::new(
            transaction,
            &context.batch_id,
            replaced.collect(),
            suppressed,
            keywords,
            Answers {
                stored: &self.answered,
                granted,
            },
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
        let head = match rejects.is_empty() {
            true => None,
            false => Some(recognised.head()?),
        };
        let too_many = config.import.max_rejects * counts.read as f64;
        // Of mended rows those that are right are stored, however few.
        let is_mended = plan.mended_from.is_some();
        let stored = if !is_mended && counts.rejected as f64 > too_many {
            None
        } else {
            Some(rows.finish(counts.read - counts.rejected)?)
        };
        Ok(Read {
            counts,
            rejects,
            head,
            stored,
        })
    }
}

/// Whether a file lists deleted posts.
fn lists_deletions(recognised: &Recognised<'_>) -> bool {
    recognised.layout().contains(OF_DELETIONS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::import::{FileOutcome, FileState};
    use crate::progress::Silent;
    use crate::store::Manifest;

    /// Imports some files on so many threads, and returns what was told of them and what is stored.
    fn imported(threads: usize) -> (Vec<FileOutcome>, Manifest) {
        let folder = tempfile::tempdir().unwrap();
        let exports = folder.path().join("exports");
        fs::create_dir_all(&exports).unwrap();
        let log = |rows: usize, first: usize| -> String {
            let row = |row: usize| format!("{},2026-01-05,{}\n", row % 7, first + row);
            let rows: String = (0..rows).map(row).collect();
            format!("customer_id,date,amount\n{rows}")
        };
        for (name, text) in [
            ("a.csv", log(3, 100)),
            ("b.csv", log(5_000, 1_000)),
            ("c.csv", log(3, 100)),
            (
                "d.csv",
                "customer_id,date,amount\n1,2026-01-05,x\n".to_owned(),
            ),
            ("e.csv", log(900, 50_000)),
            (
                "f.csv",
                "customer_id,date,amount\n1,2026-01-05,x\n".to_owned(),
            ),
            ("readme.txt", "how to use it\n".to_owned()),
        ] {
            fs::write(exports.join(name), text).unwrap();
        }
        let now: jiff::Timestamp = "2026-03-01T03:00:00Z".parse().unwrap();
        let opened = Workspace::open(folder.path(), None, &[], Some("2026-03-01"), now);
        let workspace = opened.unwrap();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let options = ImportOptions::default();
        let import = || workspace.import(&[], &options, &Silent);
        let outcome = pool.build().unwrap().install(import).unwrap();
        let store = workspace.store().unwrap();
        (outcome.files, store.manifest().clone())
    }

    #[test]
    fn what_is_told_and_stored_is_the_same_at_any_number_of_threads() {
        let (files, manifest) = imported(1);
        let states: Vec<(&str, FileState)> = files
            .iter()
            .map(|file| (file.file.as_str(), file.state))
            .collect();
        let expected = [
            ("a.csv", FileState::Stored),
            ("b.csv", FileState::Stored),
            ("c.csv", FileState::Known),
            ("d.csv", FileState::TooManyRejects),
            ("e.csv", FileState::Stored),
            ("f.csv", FileState::TooManyRejects),
        ];
        assert_eq!(states[..expected.len()], expected);
        for threads in [2, 4] {
            let (again, stored) = imported(threads);
            assert_eq!(files, again);
            assert!(stored == manifest);
        }
    }
}
