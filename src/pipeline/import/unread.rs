//! Files that could not be read, and rejected rows of others: a refusal may stand in one, so each is noted until it is read
//! or let go. Files stand in the manifest beside what was imported, rows with the batch that they belong to.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::found::{Found, unlooked};
use super::reading::Plan;
use super::{FileOutcome, FileState, ImportOptions, Run};
use crate::error::{Error, ErrorKind, Result, file_in};
use crate::pipeline::Workspace;
use crate::pipeline::forget::suppressed::Suppressed;
use crate::progress::Progress;
use crate::report::Lang;
use crate::store::{
    Entry, FilePlace, ImportedFile, SubjectKey, Transaction, UnreadFile, UnreadRows,
};

/// Event of the journal: a file is not waited for any more.
const DROPPED: &str = "unread_dropped";

/// What an import begins with.
pub(super) struct Begun<'a> {
    pub exports: &'a Path,
    /// All files of the exports, where all of them are looked at.
    pub all: Option<&'a [Found]>,
    pub options: &'a ImportOptions,
    pub as_of: &'a str,
    pub lang: Lang,
}

impl Begun<'_> {
    /// Returns what is still to be read: not what is let go, nor files of the exports that are looked at anew.
    pub(super) fn unread(
        &self,
        transaction: &mut Transaction,
        progress: &dyn Progress,
    ) -> BTreeSet<UnreadFile> {
        let known = transaction.manifest().unread.clone();
        let (dropped, left): (Vec<UnreadFile>, Vec<UnreadFile>) = known
            .into_iter()
            .partition(|unread| self.is_dropped(unread));
        for unread in &dropped {
            let name = unread.file.as_str();
            let told = file_in(name, self.lang);
            progress.warn(&match self.lang {
                Lang::Ja => format!(
                    "`{told}` は読み取れないままです。配信停止や同意の撤回が含まれていても反映されません"
                ),
                Lang::En => format!("`{told}` was never read: a refusal in it stays unknown"),
            });
            transaction.note(Entry::new(self.as_of, DROPPED).with("file", name));
        }
        if self.options.is_unread_dropped {
            self.drop_rows(transaction, progress);
        }
        let left = left.into_iter().filter(|unread| !self.is_looked_at(unread));
        left.collect()
    }

    /// Lets go of rejected rows of imported files.
    fn drop_rows(&self, transaction: &mut Transaction, progress: &dyn Progress) {
        let unread = transaction.manifest().unread_rows();
        let rows =
            unread.map(|(import, count)| (import.batch_id.clone(), import.file.clone(), count));
        for (batch_id, name, count) in rows.collect::<Vec<_>>() {
            let told = file_in(&name, self.lang);
            progress.warn(&match self.lang {
                Lang::Ja => format!(
                    "`{told}` の {count} 行は読み取れないままです。配信停止や同意の撤回が含まれていても反映されません"
                ),
                Lang::En if count == 1 => {
                    format!("a row of `{told}` was never read: a refusal in it stays unknown")
                }
                Lang::En => {
                    format!("{count} rows of `{told}` were never read: a refusal in them stays unknown")
                }
            });
            let entry = Entry::new(self.as_of, DROPPED).with("file", name);
            transaction.note(
                entry
                    .with("batch_id", batch_id.as_str())
                    .with("rows", count),
            );
            transaction.put_unread_rows(&batch_id, None);
        }
    }

    /// Warns where all exports are looked at and there are none any more, as where a share is not mounted.
    pub(super) fn tell_nothing_found(&self, transaction: &Transaction, progress: &dyn Progress) {
        let is_gone = self.all.is_some_and(<[Found]>::is_empty);
        if is_gone && !transaction.manifest().imports.is_empty() {
            let exports = self.exports.display();
            progress.warn(&match self.lang {
                Lang::Ja => format!(
                    "`{exports}` にファイルがありません。共有フォルダが接続されているかお確かめください"
                ),
                Lang::En => format!("there is no file in `{exports}`: is a shared folder not mounted?"),
            });
        }
    }

    /// Whether it is let go: not a file of the exports that can be mended or moved away.
    fn is_dropped(&self, unread: &UnreadFile) -> bool {
        let is_out_of_reach = match unread.place {
            FilePlace::Exports => self.is_nothing_left(&unread.file),
            FilePlace::Rejects | FilePlace::Elsewhere => true,
        };
        self.options.is_unread_dropped && is_out_of_reach
    }

    /// Whether it is a file of the exports that is looked at anew, or that somebody moved away.
    fn is_looked_at(&self, unread: &UnreadFile) -> bool {
        let is_export = unread.place == FilePlace::Exports;
        is_export && self.all.is_some() && !self.is_nothing_left(&unread.file)
    }

    /// Whether all exports are looked at and nothing at all is left where a file lay: a share that is not mounted looks so.
    fn is_nothing_left(&self, file: &str) -> bool {
        let Some(all) = self.all else {
            return false;
        };
        let mut below = file;
        while let Some((folder, _)) = below.rsplit_once('/') {
            let is_in = |found: &Found| {
                let rest = found.name.strip_prefix(folder);
                rest.is_some_and(|rest| rest.starts_with('/'))
            };
            if all.iter().any(is_in) {
                return false;
            }
            if self.exports.join(folder).is_dir() {
                return true;
            }
            below = folder;
        }
        all.is_empty()
    }
}

impl Run<'_> {
    /// Notes what of a file could not be read, in place of what was known of it; its outcomes are those from `first` on. One
    /// of which nothing is told was passed over, not read: what is known of it stays.
    ///
    /// # Errors
    /// [`Error::Io`] when a file outside the exports cannot be told from others, and those of the store's key.
    pub(super) fn note_unread(&mut self, file: &Found, first: usize) -> Result<()> {
        if self.outcomes.len() == first {
            self.keep_unread(file);
            return Ok(());
        }
        let is_refused = |outcome: &&FileOutcome| {
            matches!(outcome.state, FileState::TooManyRejects | FileState::Failed)
        };
        let refused = self.outcomes[first..].iter().filter(is_refused);
        let refused: Vec<String> = refused
            .map(|outcome| self.reader.stored_name(&outcome.file))
            .collect();
        // What is known of it stays, however it was named then; an export given by mistake is one.
        if self.is_without_refusals && !refused.is_empty() && !self.is_any_export() {
            return Ok(());
        }
        let is_any_known = self.unread.iter().any(|unread| unread.place == file.place);
        if refused.is_empty() && !is_any_known {
            return Ok(());
        }
        let stdin = self.reader.options.stdin.as_deref();
        let identity = identity(file, stdin, &self.transaction)?;
        let name = self.reader.stored_name(&file.name);
        self.unread
            .retain(|unread| !is_of(unread, file.place, &name, identity.as_deref()));
        self.unread
            .extend(refused.into_iter().map(|name| UnreadFile {
                file: name,
                place: file.place,
                identity: identity.clone(),
            }));
        Ok(())
    }

    /// Whether what is to be a list of deleted posts is an export.
    fn is_any_export(&self) -> bool {
        let mut failed = self.failed.iter();
        failed.any(|(_, error)| matches!(**error, Error::NoListOfDeletions { .. }))
    }

    /// Takes rows that a new batch reads off what was not read of earlier ones of the same file and layout, and returns the
    /// batch with what is still not read of it.
    ///
    /// All rejected rows that a run listed are mended where a file of its folder has as many; a file that was mended itself
    /// tells all that was read of it before.
    pub(super) fn settle(&mut self, plan: &Plan<'_>, mut own: ImportedFile) -> ImportedFile {
        let known = self.transaction.manifest().imports.iter();
        let pending = self.imports.iter().map(|(import, _)| import);
        let settled: Vec<(String, UnreadRows)> = known
            .chain(pending)
            .filter_map(|import| {
                let rows = import.unread_rows.as_ref()?;
                let is_told = is_told_by(&own, plan, import, rows);
                is_told.then(|| (import.batch_id.clone(), rows.clone()))
            })
            .collect();
        let is_mended = plan.mended_from.is_some() && !settled.is_empty();
        // What is still wrong with mended rows is wrong with those they come from.
        let left = own.unread_rows.take_if(|_| is_mended);
        for (batch_id, rows) in settled {
            let left = left.clone().map(|left| UnreadRows {
                row_count: left.row_count.min(rows.row_count),
                ..left
            });
            let mut pending = self.imports.iter_mut().map(|(import, _)| import);
            match pending.find(|import| import.batch_id == batch_id) {
                Some(import) => import.unread_rows = left,
                None => self.transaction.put_unread_rows(&batch_id, left),
            }
        }
        own
    }

    /// Notes again what is known of a file of the exports; that of others was kept when the run began.
    fn keep_unread(&mut self, file: &Found) {
        if file.place == FilePlace::Exports {
            let name = self.reader.stored_name(&file.name);
            let known = self.transaction.manifest().unread.iter();
            let of_file = known.filter(|unread| is_of(unread, file.place, &name, None));
            self.unread.extend(of_file.cloned());
        }
    }
}

impl Workspace {
    /// Notes that one of the files was refused by the machine, in a change of its own; returns the error.
    pub(super) fn note_refused(
        &self,
        files: &[Found],
        options: &ImportOptions,
        error: Error,
    ) -> Error {
        if let Error::Io { path, .. } = &error
            && error.kind() == ErrorKind::Machine
            && let Some(file) = files.iter().find(|file| file.path == *path)
        {
            // Where this cannot be written either, the refusal is what is told.
            let _ = self.put_refused(file, options);
        }
        error
    }

    /// Notes that a folder of the exports, or a file whose kind cannot be told, was refused by the machine; returns the error.
    pub(super) fn note_unlooked(&self, options: &ImportOptions, error: Error) -> Error {
        let Error::Io { path, .. } = &error else {
            return error;
        };
        let found = unlooked(path, &self.exports());
        match found.place {
            FilePlace::Exports => self.note_refused(&[found], options, error),
            // A folder elsewhere would be waited for though all files in it were read.
            FilePlace::Rejects | FilePlace::Elsewhere => error,
        }
    }

    fn put_refused(&self, file: &Found, options: &ImportOptions) -> Result<()> {
        let mut transaction = self.store()?.begin()?;
        let suppressed = Suppressed::of(&transaction.store())?;
        let without = suppressed.and_then(|suppressed| suppressed.file_without(&file.name));
        let refused = UnreadFile {
            file: without.unwrap_or_else(|| file.name.clone()),
            place: file.place,
            identity: identity(file, options.stdin.as_deref(), &transaction)?,
        };
        let known = transaction.manifest().unread.clone();
        transaction.put_unread(known.into_iter().chain([refused]));
        transaction.commit()
    }
}

/// Whether a new batch tells what was not read of another.
fn is_told_by(
    new: &ImportedFile,
    plan: &Plan<'_>,
    other: &ImportedFile,
    rows: &UnreadRows,
) -> bool {
    let is_of_file = other.file == new.file
        && other.layout == new.layout
        && rows.source == plan.source_asked
        && other.batch_id != new.batch_id;
    is_of_file
        && match &plan.mended_from {
            Some(label) => *label == rows.label && new.read_count >= rows.listed_count,
            None => {
                let told_before = other.stored_count + other.known_count;
                new.read_count >= other.read_count && new.known_count >= told_before
            }
        }
}

/// Whether it is a file, or an entry of it where it is an archive.
pub(super) fn is_of(
    unread: &UnreadFile,
    place: FilePlace,
    name: &str,
    identity: Option<&str>,
) -> bool {
    let is_same = unread.place == place && unread.identity.as_deref() == identity;
    let entry = unread.file.strip_prefix(name);
    let is_named = entry.is_some_and(|entry| entry.is_empty() || entry.starts_with('/'));
    is_same && (identity.is_some() || is_named)
}

/// Returns by what a file outside the exports is told from others of its name; `None` for one of the exports.
fn identity(
    file: &Found,
    stdin: Option<&Path>,
    transaction: &Transaction,
) -> Result<Option<String>> {
    match file.place {
        FilePlace::Exports => Ok(None),
        FilePlace::Rejects | FilePlace::Elsewhere => {
            identity_outside(&file.path, stdin, &transaction.key()?).map(Some)
        }
    }
}

/// Returns the hash of where a file lies, or of what came on stdin, which lies nowhere.
fn identity_outside(path: &Path, stdin: Option<&Path>, key: &SubjectKey) -> Result<String> {
    let failed = |error| Error::io("read", path, error);
    if stdin == Some(path) {
        let mut hasher = blake3::Hasher::new();
        File::open(path)
            .and_then(|mut bytes| io::copy(&mut bytes, &mut hasher))
            .map_err(failed)?;
        let bytes = hasher.finalize().to_hex();
        return Ok(key.hash("unread_bytes", &[bytes.as_str()]));
    }
    let whole = fs::canonicalize(path)
        .or_else(|_| std::path::absolute(path))
        .map_err(failed)?;
    let whole = blake3::hash(whole.as_os_str().as_encoded_bytes()).to_hex();
    Ok(key.hash("unread_path", &[whole.as_str()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_path_however_it_is_written_and_stdin_by_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let path = |below: &str| root.join(below);
        fs::create_dir_all(path("a")).unwrap();
        fs::create_dir_all(path("b")).unwrap();
        for name in ["a/list.csv", "b/list.csv", "stdin"] {
            fs::write(path(name), "x").unwrap();
        }
        let key = SubjectKey::passing();
        let stdin = path("stdin");
        let of = |below: &str| identity_outside(&path(below), Some(&stdin), &key).unwrap();
        assert_eq!(of("a/list.csv"), of("b/../a/list.csv"));
        assert_ne!(of("a/list.csv"), of("b/list.csv"));
        let first = of("stdin");
        fs::write(&stdin, "y").unwrap();
        assert_ne!(of("stdin"), first);
        fs::write(&stdin, "x").unwrap();
        assert_eq!(of("stdin"), first);
    }

    #[test]
    fn what_the_machine_refuses_is_noted_and_what_it_cannot_write_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let exports = folder.path().join("exports");
        fs::create_dir_all(&exports).unwrap();
        let now: jiff::Timestamp = "2026-03-01T03:00:00Z".parse().unwrap();
        let opened = Workspace::open(folder.path(), None, &[], Some("2026-03-01"), now);
        let workspace = opened.unwrap();
        let options = ImportOptions::default();
        let denied = |path: &Path| {
            let denied = io::Error::from(io::ErrorKind::PermissionDenied);
            Error::io("read", path, denied)
        };
        let unread = || -> Vec<String> {
            let store = workspace.store().unwrap();
            let unread = store.manifest().unread.iter();
            unread.map(|unread| unread.file.clone()).collect()
        };
        let files = [unlooked(&exports.join("a/locked.csv"), &exports)];
        let full = denied(&folder.path().join("store/raw"));
        workspace.note_refused(&files, &options, full);
        assert_eq!(unread(), Vec::<String>::new());
        let error = workspace.note_refused(&files, &options, denied(&files[0].path));
        assert!(matches!(error, Error::Io { .. }));
        assert_eq!(unread(), ["a/locked.csv"]);
        workspace.note_unlooked(&options, denied(&exports.join("b")));
        workspace.note_unlooked(&options, denied(&folder.path().join("c")));
        assert_eq!(unread(), ["a/locked.csv", "b"]);
    }

    #[test]
    fn an_entry_goes_with_its_archive_and_no_other_file_does() {
        let unread = |file: &str, identity: Option<&str>| UnreadFile {
            file: file.to_owned(),
            place: match identity {
                None => FilePlace::Exports,
                Some(_) => FilePlace::Elsewhere,
            },
            identity: identity.map(str::to_owned),
        };
        let exports = |file: &str| is_of(&unread(file, None), FilePlace::Exports, "a.zip", None);
        assert!(exports("a.zip") && exports("a.zip/b.csv"));
        assert!(!exports("a.zipped") && !exports("b.zip"));
        let elsewhere = |identity| {
            let unread = unread("a.zip/b.csv", Some(identity));
            is_of(&unread, FilePlace::Elsewhere, "a.zip", Some("1"))
        };
        assert!(elsewhere("1") && !elsewhere("2"));
    }
}
