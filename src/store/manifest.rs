//! `manifest.json`: which files are live.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::files::write_atomically;
use super::journal;
use crate::error::{Error, Result};
use crate::report::Lang;
use crate::schema::{Table, TableKind};

/// Version of the store's layout.
pub(crate) const VERSION: u32 = 3;
pub(crate) const FILE_NAME: &str = "manifest.json";

/// What the store holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the layout.
    pub version: u32,
    /// Counts the commits.
    pub generation: u64,
    /// As-of label of the computed tables.
    pub as_of: Option<String>,
    /// Length of the journal that belongs to this state, in bytes; what follows was never committed.
    pub journal_bytes: u64,
    /// Imported files in the order of import.
    pub imports: Vec<ImportedFile>,
    /// Files of the imported tables, every observation.
    pub raw: BTreeMap<String, Vec<RawFile>>,
    /// Newest rows per key of the imported tables.
    pub current: BTreeMap<String, Vec<LiveFile>>,
    /// Computed tables; a long one may lie in several files, whose rows follow each other.
    pub derived: BTreeMap<String, Vec<LiveFile>>,
    /// Computed tables of each as-of label, for audit; those of several files are in the folder of the live ones.
    pub history: BTreeMap<String, BTreeMap<String, Vec<LiveFile>>>,
    /// What each stage last ran on, so that it can be skipped.
    pub stages: BTreeMap<String, StageRecord>,
    /// Hashes of what named the forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<LiveFile>,
    /// Files that could not be imported; a refusal may stand in them. Those of the exports are found anew by an import of all
    /// exports, the others stay until they are read or let go.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unread: BTreeSet<UnreadFile>,
}

/// A file that could not be imported.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnreadFile {
    /// Path below the exports folder, else the file's name; an entry of an archive stands behind the archive.
    pub file: String,
    /// Where it lies.
    pub place: FilePlace,
    /// Outside the exports, where many files may have one name: keyed hash of its path, or of the bytes that came on stdin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
}

/// Rejected rows of an imported file in which a customer may refuse something, until they are mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnreadRows {
    /// How many there are.
    pub row_count: u64,
    /// How many rejected rows the file lists that is to be mended.
    pub listed_count: u64,
    /// As-of label of the run that lists them.
    pub label: String,
    /// Source that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// Where a file lies that is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilePlace {
    /// In the exports folder.
    Exports,
    /// Among the rows of an export that were rejected: mended, they are not the whole of it.
    Rejects,
    /// Elsewhere.
    Elsewhere,
}

impl FilePlace {
    /// Returns what is told before the names of files that lie there, nothing for exports.
    pub fn told(self) -> &'static str {
        match self {
            Self::Exports => "",
            Self::Rejects => "mended rejects: ",
            Self::Elsewhere => "elsewhere: ",
        }
    }

    /// Returns it in a language; in English that of [`FilePlace::told`].
    pub fn told_in(self, lang: Lang) -> &'static str {
        match (lang, self) {
            (Lang::En, place) => place.told(),
            (Lang::Ja, Self::Exports) => "",
            (Lang::Ja, Self::Rejects) => "直した行のファイル: ",
            (Lang::Ja, Self::Elsewhere) => "フォルダの外: ",
        }
    }
}

/// One imported file: one batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportedFile {
    /// Hash of the file's bytes, the mapping and the reader's version.
    pub batch_id: String,
    /// Path below the exports folder, else the file's name.
    pub file: String,
    /// Hash of the file's bytes.
    pub file_hash: String,
    /// Layout it was read as.
    pub layout: String,
    /// Records read.
    pub read_count: u64,
    /// Records stored.
    pub stored_count: u64,
    /// Records that were there already, word for word.
    pub known_count: u64,
    /// Records rejected.
    pub rejected_count: u64,
    /// Of the rejected those in which a customer may refuse something, where they were not mended since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread_rows: Option<UnreadRows>,
    /// Whether the command line said how it was to be read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_forced: bool,
    /// Records that were about the forgotten, and dropped.
    #[serde(default, skip_serializing_if = "is_none")]
    pub forgotten_count: u64,
}

fn is_none(count: &u64) -> bool {
    *count == 0
}

/// A file of an imported table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawFile {
    /// Batch it belongs to.
    pub batch_id: String,
    /// The file.
    #[serde(flatten)]
    pub live: LiveFile,
}

/// A live file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LiveFile {
    /// Path below the store, `/` between folders.
    pub path: String,
    /// Rows in it.
    pub row_count: u64,
    /// Hash of its bytes.
    pub hash: String,
}

/// What a stage last ran on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageRecord {
    /// Hash of its input tables, settings, as-of instant and version.
    pub inputs: String,
    /// Files it wrote outside the store (path below the workspace, hash of the bytes).
    pub outputs: Vec<(String, String)>,
}

impl Manifest {
    /// Reads the manifest of the store at `root`; none is an empty one.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let path = root.join(FILE_NAME);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if journal::tells_of_runs(root) {
                    return Err(Error::Damaged {
                        path,
                        detail: "it is missing, though the journal tells of earlier runs"
                            .to_owned(),
                    });
                }
                return Ok(Self {
                    version: VERSION,
                    ..Self::default()
                });
            }
            Err(error) => return Err(Error::io("read", &path, error)),
        };
        let damaged = |detail: String| Error::Damaged {
            path: path.clone(),
            detail,
        };
        let mut value: serde_json::Value =
            serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
        let found = value
            .get("version")
            .and_then(serde_json::Value::as_u64)
            .unwrap_or(0) as u32;
        if found > VERSION {
            return Err(Error::StoreVersion {
                found,
                known: VERSION,
            });
        }
        if (1..VERSION).contains(&found) {
            update(&mut value, found);
        }
        serde_json::from_value(value).map_err(|error| damaged(error.to_string()))
    }

    /// Makes this the state of the store at `root`.
    pub(crate) fn write(&self, root: &Path) -> Result<()> {
        let mut bytes =
            serde_json::to_vec_pretty(self).expect("a manifest holds only strings and numbers");
        bytes.push(b'\n');
        write_atomically(&root.join(FILE_NAME), &bytes)
    }

    /// Returns the imported files of which rows could not be read that may refuse something, with how many.
    pub fn unread_rows(&self) -> impl Iterator<Item = (&ImportedFile, u64)> {
        let rows = |import: &ImportedFile| import.unread_rows.as_ref().map(|rows| rows.row_count);
        let imports = self.imports.iter();
        imports.filter_map(move |import| Some((import, rows(import)?)))
    }

    /// Returns the files that hold a table's rows.
    pub fn live(&self, table: &Table) -> &[LiveFile] {
        let tables = match table.kind {
            TableKind::Raw => &self.current,
            TableKind::Derived => &self.derived,
        };
        tables.get(table.name).map_or(&[], Vec::as_slice)
    }

    /// Returns how many rows a table has.
    pub fn row_count(&self, table: &Table) -> u64 {
        self.live(table).iter().map(|file| file.row_count).sum()
    }

    /// Returns every live file; one that is both an observation and the newest of its keys comes twice.
    pub fn files(&self) -> impl Iterator<Item = &LiveFile> {
        self.raw
            .values()
            .flatten()
            .map(|raw| &raw.live)
            .chain(self.current.values().flatten())
            .chain(self.derived.values().flatten())
            .chain(self.history.values().flat_map(BTreeMap::values).flatten())
            .chain(&self.suppressed)
    }

    /// Returns every live file of a table, also those of its history.
    pub fn files_of(&self, table: &Table) -> impl Iterator<Item = &LiveFile> {
        let raw = self.raw.get(table.name).into_iter().flatten();
        let current = self.current.get(table.name).into_iter().flatten();
        let derived = self.derived.get(table.name).into_iter().flatten();
        let history = self.history.values();
        raw.map(|raw| &raw.live)
            .chain(current)
            .chain(derived)
            .chain(history.flat_map(|tables| tables.get(table.name).into_iter().flatten()))
    }

    /// As [`Manifest::files_of`], to be changed.
    pub(super) fn files_of_mut(&mut self, table: &Table) -> impl Iterator<Item = &mut LiveFile> {
        let raw = self.raw.get_mut(table.name).into_iter().flatten();
        let current = self.current.get_mut(table.name).into_iter().flatten();
        let derived = self.derived.get_mut(table.name).into_iter().flatten();
        let history = self.history.values_mut();
        raw.map(|raw| &mut raw.live)
            .chain(current)
            .chain(derived)
            .chain(history.flat_map(|tables| tables.get_mut(table.name).into_iter().flatten()))
    }

    /// Returns the import of a batch.
    pub fn import(&self, batch_id: &str) -> Option<&ImportedFile> {
        self.imports
            .iter()
            .find(|import| import.batch_id == batch_id)
    }
}

/// Turns a manifest of an earlier version into one of this version: the first knew one file of newest rows per table, the
/// second one file per computed table.
fn update(manifest: &mut serde_json::Value, from: u32) {
    manifest["version"] = VERSION.into();
    let lists: &[&str] = match from {
        1 => &["current", "derived"],
        _ => &["derived"],
    };
    for list in lists {
        if let Some(tables) = manifest.get_mut(list) {
            one_file_to_list(tables);
        }
    }
    let history = manifest
        .get_mut("history")
        .and_then(serde_json::Value::as_object_mut);
    for tables in history.into_iter().flat_map(serde_json::Map::values_mut) {
        one_file_to_list(tables);
    }
}

/// Turns the one file of each table into a list of it.
fn one_file_to_list(tables: &mut serde_json::Value) {
    if let Some(tables) = tables.as_object_mut() {
        for file in tables.values_mut() {
            *file = serde_json::Value::Array(vec![file.take()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the manifest that is read from these words.
    fn read(words: &str) -> Result<Manifest> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE_NAME), words).unwrap();
        Manifest::read(folder.path())
    }

    #[test]
    fn a_table_of_an_earlier_version_is_a_list_of_one_file() {
        let file = r#"{"path": "a", "row_count": 1, "hash": "b"}"#;
        let words = |version: u32, current: &str| {
            format!(
                r#"{{"version": {version}, "generation": 4, "as_of": "2026-06-30", "journal_bytes": 0, "imports": [], "raw": {{}},
                "current": {{"posts": {current}}}, "derived": {{"alerts": {file}}},
                "history": {{"2026-06-30": {{"alerts": {file}}}}}, "stages": {{}}}}"#
            )
        };
        let second = read(&words(2, &format!("[{file}]"))).unwrap();
        assert_eq!(second.version, VERSION);
        assert_eq!(second.live(&crate::schema::alerts::TABLE).len(), 1);
        assert_eq!(second.files_of(&crate::schema::alerts::TABLE).count(), 2);
        assert_eq!(second, read(&words(1, file)).unwrap());
        assert!(matches!(
            read(&words(99, file)),
            Err(Error::StoreVersion { .. })
        ));
    }
}
