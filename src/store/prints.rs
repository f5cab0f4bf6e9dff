//! What tells the rows of a file of the store apart, kept beside it: an import need not read what is stored to know it.
//!
//! `fingerprints/<table>/<hash>` holds, row by row, the hash of the key, of what the row says, and of the unit where that
//! is not the key. It ends with the identity of the file it belongs to (bytes, rows, columns hashed) and a checksum. A list
//! that does not fit is as good as none: the file is read instead, and the list written anew. So it is with a file that has
//! no list yet: one of a koe before these lists, or of short rows that only a second import asks for. No manifest names these
//! lists; one is live as long as the file it belongs to, so what is erased from a table is gone from here with the same
//! commit.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use polars::prelude::{DataFrame, PolarsResult};

use super::files;
use super::fingerprint::{contents, fingerprints};
use super::manifest::{LiveFile, Manifest};
use crate::schema::{RAW, Table};

/// Folder of the lists.
const FOLDER: &str = "fingerprints";
/// What every list begins with. Another way to hash rows needs another one.
const BEGIN: &[u8] = b"koe fp 1";
/// Bytes of an identity, and of a checksum.
const HASH_BYTES: usize = 32;
/// Rows from which on a file has a list; a shorter one is read as quickly. The tests of the store have no long ones.
const FEWEST_ROWS: u64 = if cfg!(test) { 2 } else { 4_096 };
/// Bytes that wait to be written.
const WAITING_BYTES: usize = 1 << 20;

/// Hashes of rows, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Prints {
    /// Of the keys.
    pub keys: Vec<u64>,
    /// Of what the rows say, wherever they came from.
    pub contents: Vec<u64>,
    /// Of the units; empty where every row is a unit of its own.
    pub units: Vec<u64>,
}

impl Prints {
    /// Returns the hashes of rows of a table.
    ///
    /// # Errors
    /// When the frame has not the columns of the table.
    pub(super) fn of(frame: &DataFrame, table: &Table) -> PolarsResult<Self> {
        let units = || match has_units(table) {
            true => fingerprints(frame, table.unit),
            false => Ok(Vec::new()),
        };
        let (contents, (keys, units)) = rayon::join(
            || contents(frame, table),
            || (fingerprints(frame, table.key), units()),
        );
        Ok(Self {
            keys: keys?,
            contents: contents?,
            units: units?,
        })
    }

    /// Returns the hashes of keys and units alone.
    ///
    /// # Errors
    /// When the frame has not their columns.
    pub(super) fn of_keys(frame: &DataFrame, table: &Table) -> PolarsResult<Self> {
        Ok(Self {
            keys: fingerprints(frame, table.key)?,
            contents: Vec::new(),
            units: match has_units(table) {
                true => fingerprints(frame, table.unit)?,
                false => Vec::new(),
            },
        })
    }

    /// Takes the hashes of the rows that follow.
    pub(super) fn extend(&mut self, more: Self) {
        self.keys.extend(more.keys);
        self.contents.extend(more.contents);
        self.units.extend(more.units);
    }

    /// Returns the hash of the unit of each row.
    pub(super) fn into_units(self) -> Vec<u64> {
        match self.units.is_empty() {
            true => self.keys,
            false => self.units,
        }
    }

    /// Adds the bytes of each row.
    fn write_to(&self, bytes: &mut Vec<u8>) {
        bytes.reserve((self.keys.len() + self.contents.len() + self.units.len()) * 8);
        for (row, (key, content)) in self.keys.iter().zip(&self.contents).enumerate() {
            bytes.extend(key.to_le_bytes());
            bytes.extend(content.to_le_bytes());
            if let Some(unit) = self.units.get(row) {
                bytes.extend(unit.to_le_bytes());
            }
        }
    }
}

fn has_units(table: &Table) -> bool {
    table.unit != table.key
}

/// Returns how many numbers a row has.
fn width(table: &Table) -> usize {
    2 + usize::from(has_units(table))
}

/// Returns the path of the list of a file, below the store; `None` for a file that has none.
fn path(table: &Table, file: &LiveFile) -> Option<String> {
    let name = file.hash.get(..16)?;
    (file.row_count >= FEWEST_ROWS).then(|| format!("{FOLDER}/{}/{name}", table.name))
}

/// Returns the paths of all lists that belong to live files.
pub(super) fn paths(manifest: &Manifest) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for table in RAW {
        let live = manifest.live(table).iter();
        paths.extend(live.filter_map(|file| path(table, file)));
    }
    paths
}

/// Returns what the list of a file ends with, before its checksum: no other file's does.
fn identity(table: &Table, file: &LiveFile) -> [u8; HASH_BYTES] {
    let mut hasher = blake3::Hasher::new_derive_key("koe fingerprints of rows 1");
    let mut add = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    add(table.name);
    add(&file.hash);
    add(&file.row_count.to_string());
    for columns in [table.columns, table.key, table.unit] {
        add(&columns.len().to_string());
        for column in columns {
            add(column.name);
            add(column.kind.title());
        }
    }
    *hasher.finalize().as_bytes()
}

/// Reads the hashes of the rows of a file; `None` when there is no list of them, or it is not of this file, or damaged.
pub(super) fn read(root: &Path, table: &Table, file: &LiveFile) -> Option<Prints> {
    let path = root.join(path(table, file)?);
    let width = width(table);
    let rows = usize::try_from(file.row_count).ok()?;
    let length = rows.checked_mul(width * 8)?;
    let length = length.checked_add(BEGIN.len() + 2 * HASH_BYTES)?;
    if fs::metadata(&path).ok()?.len() != length as u64 {
        return None;
    }
    let bytes = fs::read(&path).ok()?;
    let (rest, checksum) = bytes.split_at_checked(bytes.len().checked_sub(HASH_BYTES)?)?;
    if blake3::hash(rest).as_bytes().as_slice() != checksum {
        return None;
    }
    let (rest, of_file) = rest.split_at_checked(rest.len().checked_sub(HASH_BYTES)?)?;
    if identity(table, file).as_slice() != of_file {
        return None;
    }
    let (numbers, _) = rest.strip_prefix(BEGIN)?.as_chunks::<8>();
    let column = |place: usize| -> Vec<u64> {
        let cells = numbers.iter().skip(place).step_by(width);
        cells.map(|bytes| u64::from_le_bytes(*bytes)).collect()
    };
    Some(Prints {
        keys: column(0),
        contents: column(1),
        units: match has_units(table) {
            true => column(2),
            false => Vec::new(),
        },
    })
}

/// Writes down the hashes of the rows of a file. Nothing is lost when that fails: the file is read again instead.
pub(super) fn write(root: &Path, table: &'static Table, file: &LiveFile, prints: &Prints) {
    let mut writer = PrintsWriter::new(root, table, &file.path);
    writer.add(prints);
    writer.finish(file);
}

/// A list being written while the rows of its file are. Whatever fails, there is no list then.
pub(super) struct PrintsWriter {
    table: &'static Table,
    root: PathBuf,
    unfinished: PathBuf,
    /// Made when there is more than waits in memory.
    file: Option<File>,
    waiting: Vec<u8>,
    hasher: blake3::Hasher,
    row_count: u64,
    is_given_up: bool,
}

impl PrintsWriter {
    /// Begins the list of the file that is being written to `path`, below the store.
    pub(super) fn new(root: &Path, table: &'static Table, path: &str) -> Self {
        let name = path.replace('/', "-");
        let unfinished = files::unfinished(&root.join(FOLDER).join(table.name).join(name));
        Self {
            table,
            root: root.to_path_buf(),
            unfinished,
            file: None,
            waiting: BEGIN.to_vec(),
            hasher: blake3::Hasher::new(),
            row_count: 0,
            is_given_up: false,
        }
    }

    /// Adds the hashes of rows.
    pub(super) fn add(&mut self, prints: &Prints) {
        if self.is_given_up {
            return;
        }
        self.row_count += prints.keys.len() as u64;
        prints.write_to(&mut self.waiting);
        if self.waiting.len() >= WAITING_BYTES && self.flush().is_err() {
            self.give_up();
        }
    }

    /// Whether there will be no list.
    pub(super) fn is_given_up(&self) -> bool {
        self.is_given_up
    }

    /// Writes no list, because not all rows are hashed.
    pub(super) fn give_up(&mut self) {
        self.is_given_up = true;
        self.waiting = Vec::new();
        if self.file.take().is_some() {
            let _ = fs::remove_file(&self.unfinished);
        }
    }

    /// Puts the list beside its file, now that the bytes of that are known.
    pub(super) fn finish(mut self, file: &LiveFile) {
        let target = match path(self.table, file) {
            Some(path) if !self.is_given_up && self.row_count == file.row_count => path,
            _ => return self.give_up(),
        };
        let target = self.root.join(target);
        if self.end(file, &target).is_err() {
            self.give_up();
        }
    }

    fn end(&mut self, file: &LiveFile, target: &Path) -> io::Result<()> {
        self.waiting.extend(identity(self.table, file));
        self.flush()?;
        self.waiting.extend(self.hasher.finalize().as_bytes());
        self.flush()?;
        // Without fsync: what a power cut leaves of it does not fit its checksum.
        fs::rename(&self.unfinished, target)
    }

    fn flush(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                if let Some(folder) = self.unfinished.parent() {
                    fs::create_dir_all(folder)?;
                }
                none.insert(File::create(&self.unfinished)?)
            }
        };
        self.hasher.update(&self.waiting);
        file.write_all(&self.waiting)?;
        self.waiting.clear();
        Ok(())
    }
}
