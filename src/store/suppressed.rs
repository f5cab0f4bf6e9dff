//! `store/suppressed/`: keyed hashes of what named the forgotten, so that no later export brings them back.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::files::write_atomically;
use super::manifest::LiveFile;
use crate::error::{Error, Result};

const FOLDER: &str = "suppressed";

/// Reads the list.
pub(super) fn read(root: &Path, file: Option<&LiveFile>) -> Result<BTreeSet<String>> {
    let Some(file) = file else {
        return Ok(BTreeSet::new());
    };
    let path = root.join(&file.path);
    let text = fs::read_to_string(&path).map_err(|error| Error::io("read", &path, error))?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// Writes the list, a hash a line, under a name of its own: the one it replaces lives until the change is committed.
pub(super) fn write(root: &Path, hashes: &BTreeSet<String>) -> Result<LiveFile> {
    let mut text = String::new();
    for hash in hashes {
        text.push_str(hash);
        text.push('\n');
    }
    let hash = blake3::hash(text.as_bytes()).to_hex().to_string();
    let path = format!("{FOLDER}/{}.txt", &hash[..16]);
    write_atomically(&root.join(&path), text.as_bytes())?;
    Ok(LiveFile {
        path,
        row_count: hashes.len() as u64,
        hash,
    })
}
