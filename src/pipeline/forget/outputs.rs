//! Reports and lists that name a person who is forgotten, and exports that still do.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use encoding_rs::{EUC_JP, Encoding, SHIFT_JIS, UTF_8};

use super::rows::Whose;
use super::subject::Subject;
use crate::error::{Error, Result};
use crate::pipeline::audience::{FOLDER as LISTS, PLANNED};
use crate::pipeline::consent::FILE;
use crate::pipeline::import::rejected;
use crate::pipeline::{OUT, Workspace, reviews};
use crate::schema::decisions;
use crate::store::{remove_file, write_atomically};

/// How the files of doubtful pairs begin, those with answers included.
const REVIEW: &str = "review";
/// Files that name persons by their purpose.
const OF_PERSONS: [&str; 3] = ["desk.html", "desk.csv", "desk.complaints.csv"];
/// Files of pictures, which hold no text.
const PICTURES: [&str; 4] = ["png", "jpg", "jpeg", "gif"];
/// Bytes of a file looked at once.
const BLOCK_BYTES: u64 = 4 << 20;
/// Bytes of a block that are looked at again with the next, so that no word is cut; even, as letters of UTF-16 are.
const AGAIN_BYTES: usize = 1 << 16;
/// Most bytes that one archive is unpacked to.
const MOST_UNPACKED: u64 = 2 << 30;

/// Exports that still hold a person.
#[derive(Debug, Default)]
pub(super) struct Exports {
    pub held: Vec<String>,
    /// Those of which nobody knows.
    pub unread: Vec<String>,
}

impl Workspace {
    /// Removes the files below `out/` that name the person, or writes them anew, and returns them; with `is_done` unset
    /// nothing is written.
    pub(in crate::pipeline) fn clear_outputs(
        &self,
        subject: &dyn Whose,
        is_done: bool,
    ) -> Result<Vec<String>> {
        let out = self.root().join(OUT);
        let lang = self.config().workspace.lang.tag();
        let mut touched = BTreeSet::new();
        for path in files_of(&out, &mut Err::<(), Error>)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_review = name.starts_with(REVIEW) && name.ends_with(".csv");
            let mut left = None;
            // Of a list of hashes nothing tells who is in it.
            let folder = path.parent().and_then(Path::file_name);
            let is_list = subject.is_person() && folder.is_some_and(|folder| folder == LISTS);
            let is_meant = if OF_PERSONS.contains(&&*name) || is_list {
                true
            } else if is_review {
                left = review_without(&read(&path)?, subject);
                left.is_some()
            } else {
                named(&path, subject)?
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
                    let is_theirs = |row: &str| subject.names(row);
                    rejected::forget(folder, lang, &is_theirs)?;
                    // What was not found by the row alone is found by the file.
                    if named(&path, subject)? {
                        remove_file(&path)?;
                    }
                }
                None => remove_file(&path)?,
            }
        }
        Ok(touched.into_iter().collect())
    }

    /// Returns the exports that still hold the person: those that rows came from, and those that name them.
    pub(super) fn exports_with(&self, subject: &Subject) -> Exports {
        let exports = self.exports();
        let mut held: BTreeSet<String> = subject
            .files
            .iter()
            .filter(|file| !file.is_empty() && *file != FILE && *file != PLANNED)
            .cloned()
            .collect();
        // A file that is gone holds nobody; one in an archive, or from elsewhere, may.
        held.retain(|file| {
            let path = exports.join(file);
            path.exists() || path.ancestors().skip(1).any(Path::is_file) || !exports.exists()
        });
        let mut unread = BTreeSet::new();
        let mut pass = |error: Error| {
            if let Error::Io { path, .. } = &error {
                unread.insert(shown(path, &exports));
            }
            Ok(())
        };
        let files = files_of(&exports, &mut pass).unwrap_or_default();
        for path in files {
            let name = shown(&path, &exports);
            if held.contains(&name) {
                continue;
            }
            match names(&path, subject) {
                Ok(true) => {
                    held.insert(name);
                }
                Ok(false) => {}
                Err(_) => {
                    unread.insert(name);
                }
            }
        }
        Exports {
            held: held.into_iter().collect(),
            unread: unread.into_iter().collect(),
        }
    }
}

/// Returns all files below a folder, in order, without what links lead to and without pipes and the like, which hold nothing;
/// `failed` is told what cannot be read.
fn files_of(folder: &Path, failed: &mut dyn FnMut(Error) -> Result<()>) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => {
                failed(Error::io("read", &folder, error))?;
                continue;
            }
        };
        for entry in entries {
            let path = match entry {
                Ok(entry) => entry.path(),
                Err(error) => {
                    failed(Error::io("read", &folder, error))?;
                    continue;
                }
            };
            let is_other = |kind: &fs::Metadata| !kind.is_dir() && !kind.is_file();
            if fs::symlink_metadata(&path).is_ok_and(|kind| is_other(&kind)) {
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

/// Whether a file of koe names the person; what cannot be unpacked is none of koe's.
fn named(path: &Path, subject: &dyn Whose) -> Result<bool> {
    match names(path, subject) {
        Err(error) if error.get_ref().is_some() => Ok(false),
        named => named.map_err(|error| Error::io("read", path, error)),
    }
}

/// Whether a file names the person, in any of the encodings in use, as a page or packed in a workbook.
fn names(path: &Path, subject: &dyn Whose) -> io::Result<bool> {
    let end = path.extension().unwrap_or_default().to_string_lossy();
    if PICTURES.contains(&end.to_lowercase().as_str()) {
        return Ok(false);
    }
    let file = BufReader::new(File::open(path)?);
    let Ok(mut archive) = zip::ZipArchive::new(file) else {
        return is_named_in(File::open(path)?, subject);
    };
    let mut left = MOST_UNPACKED;
    let mut failed = None;
    for place in 0..archive.len() {
        let looked = archive.by_index(place).map_err(io::Error::other);
        let looked = looked.and_then(|entry| {
            let mut entry = entry.take(left);
            let is_named = is_named_in(&mut entry, subject)?;
            left = entry.limit();
            Ok(is_named)
        });
        match looked {
            Ok(true) => return Ok(true),
            Ok(false) if left == 0 => return Err(io::Error::other("it unpacks to too much")),
            Ok(false) => {}
            Err(error) => failed = Some(error),
        }
    }
    // The other entries may still name the person.
    failed.map_or(Ok(false), Err)
}

/// Looks at what is read by blocks: however long it is, the memory is not.
fn is_named_in(mut reader: impl Read, subject: &dyn Whose) -> io::Result<bool> {
    let mut block = Vec::new();
    let mut encoding = None;
    let mut is_first = true;
    loop {
        let read = reader.by_ref().take(BLOCK_BYTES).read_to_end(&mut block)? as u64;
        if is_first {
            // UTF-16 is told by its mark.
            let marked = Encoding::for_bom(&block).map(|(encoding, _)| encoding);
            encoding = marked.filter(|encoding| *encoding != UTF_8);
            is_first = false;
        }
        if are_named(&block, encoding, subject) {
            return Ok(true);
        }
        if read < BLOCK_BYTES {
            return Ok(false);
        }
        block.drain(..block.len().saturating_sub(AGAIN_BYTES));
    }
}

fn are_named(bytes: &[u8], encoding: Option<&'static Encoding>, subject: &dyn Whose) -> bool {
    let is_named = |text: &str| {
        subject.names(text)
            || text.contains('&') && subject.names(&html_escape::decode_html_entities(text))
    };
    if let Some(encoding) = encoding {
        return is_named(&encoding.decode(bytes).0);
    }
    // A block may begin and end within a letter.
    let begin = bytes
        .iter()
        .take_while(|byte| **byte & 0xc0 == 0x80)
        .count();
    let within = &bytes[begin..];
    let whole = match std::str::from_utf8(within) {
        Err(error) if error.error_len().is_none() => &within[..error.valid_up_to()],
        _ => within,
    };
    match std::str::from_utf8(whole) {
        Ok(text) => is_named(text),
        Err(_) => {
            is_named(&SHIFT_JIS.decode(bytes).0)
                || is_named(&EUC_JP.decode(bytes).0)
                || is_named(&String::from_utf8_lossy(bytes))
        }
    }
}

/// Returns a list of doubtful pairs without those of the person; `None` where there are none.
fn review_without(bytes: &[u8], subject: &dyn Whose) -> Option<Vec<u8>> {
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
        ) || row.cells().any(|cell| subject.names(cell))
    })
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| Error::io("read", path, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Table;

    /// Somebody with one secret word.
    struct One;

    impl Whose for One {
        fn has_record(&self, _: &str, _: &str) -> bool {
            false
        }
        fn has_account(&self, _: &str, _: &str, _: &str) -> bool {
            false
        }
        fn has_account_id(&self, _: &str) -> bool {
            false
        }
        fn has_handle(&self, _: &str, _: &str) -> bool {
            false
        }
        fn has_person(&self, _: &str) -> bool {
            false
        }
        fn is_told_by(&self, _: &super::super::told::Told<'_>) -> bool {
            false
        }
        fn has_contact(&self, _: Option<&str>, _: Option<&str>) -> bool {
            false
        }
        fn has_post(&self, _: &str, _: &str) -> bool {
            false
        }
        fn is_named_in(&self, _: &str, _: &str) -> bool {
            false
        }
        fn met(&self, _: &Table, _: [&str; 3]) {}
        fn without(&self, text: &str, _: bool) -> Option<String> {
            text.contains("鳥越").then(String::new)
        }
        fn without_contact(&self, _: &str) -> Option<String> {
            None
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_not_looked_into() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir_all(root.join("a")).expect("a folder");
        fs::write(root.join("a/log.csv"), "鳥越").expect("a file");
        let socket = root.join("a/socket.csv");
        let _socket = std::os::unix::net::UnixListener::bind(socket).expect("a socket");
        let found = files_of(root, &mut |error| panic!("{error}")).expect("the folder");
        assert_eq!(found, [root.join("a/log.csv")]);
    }

    #[test]
    fn a_word_is_found_wherever_a_long_file_is_cut() {
        let block = BLOCK_BYTES as usize;
        for at in [0, block - 7, block - 3, block - 1, block, block + 5] {
            let mut bytes = vec![b'a'; at];
            bytes.extend("鳥越".as_bytes());
            bytes.resize(2 * block, b'b');
            assert!(is_named_in(bytes.as_slice(), &One).expect("memory"), "{at}");
        }
        let mut utf16 = vec![0xff, 0xfe];
        utf16.resize(block + 2, 0x20);
        utf16.extend("鳥越".encode_utf16().flat_map(u16::to_le_bytes));
        assert!(is_named_in(utf16.as_slice(), &One).expect("memory"));
        assert!(!is_named_in([b'a'; 9].as_slice(), &One).expect("memory"));
    }
}
