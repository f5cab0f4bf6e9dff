//! Files of the store that nothing refers to.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::lock::Lock;
use super::manifest::{FILE_NAME as MANIFEST, Manifest};
use super::{files, journal, key, memory, prints};
use crate::error::Result;

/// Returns the files of the store that no manifest entry refers to.
pub(super) fn orphans(root: &Path, manifest: &Manifest) -> Result<Vec<String>> {
    let live: BTreeSet<&str> = manifest.files().map(|file| file.path.as_str()).collect();
    let of_live = prints::paths(manifest);
    let known = |path: &str| {
        path == MANIFEST
            || path == journal::FILE_NAME
            || path == key::FILE_NAME
            || Lock::is_file(path)
            || memory::is_file(path)
            || files::is_held(path)
            || live.contains(path)
            || of_live.contains(path)
    };
    Ok(files::files_below(root)?
        .into_iter()
        .filter(|path| !known(path))
        .collect())
}

/// Removes the files nothing refers to, and returns them.
pub(super) fn remove_orphans(root: &Path, manifest: &Manifest) -> Vec<String> {
    // What cannot be removed now stays an orphan: `koe status` names it, and the store is whole all the same.
    let mut orphans = orphans(root, manifest).unwrap_or_default();
    orphans.retain(|orphan| fs::remove_file(root.join(orphan)).is_ok());
    orphans
}
