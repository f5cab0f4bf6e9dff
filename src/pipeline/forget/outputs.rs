//! Reports and lists that name a person who is forgotten, and exports that still do.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use super::rows::Whose;
use super::subject::Subject;
use crate::error::{Error, Result};
use crate::pipeline::consent::FILE;
use crate::pipeline::import::rejected;
use crate::pipeline::{OUT, Workspace, reviews};
use crate::schema::decisions;
use crate::store::write_atomically;

/// How the files of doubtful pairs begin, those with answers included.
const REVIEW: &str = "review";
/// Files that name persons by their purpose.
const OF_PERSONS: [&str; 2] = ["desk.html", "desk.csv"];
/// Files of pictures, which hold no text.
const PICTURES: [&str; 4] = ["png", "jpg", "jpeg", "gif"];

impl Workspace {
    /// Removes the files below `out/` that name the person, or writes them anew, and returns them; with `is_done` unset
    /// nothing is written.
    pub(super) fn clear_outputs(&self, subject: &Subject, is_done: bool) -> Result<Vec<String>> {
        let out = self.root().join(OUT);
        let lang = self.config().workspace.lang.tag();
        let mut touched = BTreeSet::new();
        for path in files_of(&out)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_review = name.starts_with(REVIEW) && name.ends_with(".csv");
            let mut left = None;
            let is_meant = if OF_PERSONS.contains(&&*name) {
                true
            } else if is_review {
                left = review_without(&read(&path)?, subject);
                left.is_some()
            } else {
                names(&path, subject)?
            };
            if !is_meant {
                continue;
            }
            touched.insert(shown(&path, self.root()));
            if !is_done {
                continue;
            }
            match left {
                Some(bytes) => write_atomically(&path, &bytes)?,
                None if name == rejected::LIST => {
                    let folder = path.parent().unwrap_or(&out);
                    let is_theirs = |row: &str| subject.without(row, false).is_some();
                    rejected::forget(folder, lang, &is_theirs)?;
                    // What was not found by the row alone is found by the file.
                    if names(&path, subject)? {
                        remove(&path)?;
                    }
                }
                None => remove(&path)?,
            }
        }
        Ok(touched.into_iter().collect())
    }

    /// Returns the exports that still hold the person: those that rows came from, and those that name them.
    pub(super) fn exports_with(&self, subject: &Subject) -> Result<Vec<String>> {
        let exports = self.exports();
        let mut held: BTreeSet<String> = subject
            .files
            .iter()
            .filter(|file| !file.is_empty() && *file != FILE)
            .cloned()
            .collect();
        // A file that is gone holds nobody; one in an archive, or from elsewhere, may.
        held.retain(|file| {
            let path = exports.join(file);
            path.exists() || path.ancestors().skip(1).any(Path::is_file) || !exports.exists()
        });
        for path in files_of(&exports)? {
            let name = shown(&path, &exports);
            if !held.contains(&name) && names(&path, subject)? {
                held.insert(name);
            }
        }
        Ok(held.into_iter().collect())
    }
}

/// Returns all files below a folder, in order, without what links lead to.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(Error::io("read", &folder, error)),
        };
        for entry in entries {
            let path = entry
                .map_err(|error| Error::io("read", &folder, error))?
                .path();
            if path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn shown(path: &Path, root: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    below.to_string_lossy().replace('\\', "/")
}

/// Whether a file names the person, in any of the encodings in use, as a page or packed in a workbook.
fn names(path: &Path, subject: &Subject) -> Result<bool> {
    let end = path.extension().unwrap_or_default().to_string_lossy();
    if PICTURES.contains(&end.to_lowercase().as_str()) {
        return Ok(false);
    }
    let bytes = read(path)?;
    let packed = match unpacked(&bytes) {
        Some(parts) => parts,
        None => vec![bytes],
    };
    Ok(packed.iter().any(|bytes| are_named(bytes, subject)))
}

/// Returns the entries of an archive or workbook; `None` for anything else.
fn unpacked(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut parts = Vec::new();
    for place in 0..archive.len() {
        let mut part = Vec::new();
        // What cannot be unpacked is passed over.
        if let Ok(mut entry) = archive.by_index(place)
            && entry.read_to_end(&mut part).is_ok()
        {
            parts.push(part);
        }
    }
    Some(parts)
}

fn are_named(bytes: &[u8], subject: &Subject) -> bool {
    let is_named = |text: &str| {
        subject.without(text, false).is_some()
            || text.contains('&')
                && subject
                    .without(&html_escape::decode_html_entities(text), false)
                    .is_some()
    };
    match std::str::from_utf8(bytes) {
        Ok(text) => is_named(text),
        // UTF-16 is told by its mark.
        Err(_) => {
            let (text, ..) = encoding_rs::SHIFT_JIS.decode(bytes);
            is_named(&text)
                || is_named(&encoding_rs::EUC_JP.decode(bytes).0)
                || is_named(&String::from_utf8_lossy(bytes))
        }
    }
}

/// Returns a list of doubtful pairs without those of the person; `None` where there are none.
fn review_without(bytes: &[u8], subject: &Subject) -> Option<Vec<u8>> {
    reviews::without(bytes, &|row| {
        subject.has_record(
            row.cell(decisions::SOURCE.name),
            row.cell(decisions::CUSTOMER_ID.name),
        ) || subject.has_record(
            row.cell(decisions::OTHER_SOURCE.name),
            row.cell(decisions::OTHER_CUSTOMER_ID.name),
        ) || subject.has_account(
            row.cell(decisions::PLATFORM.name),
            row.cell(decisions::PROVIDER.name),
            row.cell(decisions::ACCOUNT_ID.name),
        ) || row
            .cells()
            .any(|cell| subject.without(cell, false).is_some())
    })
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| Error::io("read", path, error))
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::io("remove", path, error))
        }
        _ => Ok(()),
    }
}
