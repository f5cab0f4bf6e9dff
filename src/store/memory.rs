//! What a stage remembers from run to run, to be quicker; nothing is lost when it is gone.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::files;
use crate::error::Result;

/// Folder of all that is remembered.
const FOLDER: &str = "memory";

/// Whether a path below the store is of something remembered, or being written by this process.
pub(super) fn is_file(path: &str) -> bool {
    let own = format!(".{}.{}", std::process::id(), files::UNFINISHED);
    path.strip_prefix(FOLDER).is_some_and(|rest| {
        rest.starts_with('/') && (!rest.ends_with(files::UNFINISHED) || rest.ends_with(&own))
    })
}

/// Opens what a stage remembers; `None` when it remembers nothing.
pub(super) fn open(root: &Path, stage: &str) -> Option<BufReader<File>> {
    File::open(path(root, stage))
        .ok()
        .map(|file| BufReader::with_capacity(1 << 20, file))
}

/// What a stage will remember, written and not in its place yet. Dropped, it is gone.
pub struct Prepared {
    unfinished: PathBuf,
}

impl Prepared {
    /// Lets `write` write down what a stage will remember; `None` when that fails.
    pub(super) fn write(
        root: &Path,
        stage: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Option<Self> {
        let name = format!("{stage}.{}", std::process::id());
        let prepared = Self {
            unfinished: files::unfinished(&path(root, &name)),
        };
        files::make_parent(&prepared.unfinished).ok()?;
        let file = File::create(&prepared.unfinished).ok()?;
        let mut file = BufWriter::with_capacity(1 << 20, file);
        write(&mut file).and_then(|()| file.flush()).ok()?;
        Some(prepared)
    }

    /// Puts it in its place. When that fails, the stage remembers nothing.
    pub(super) fn keep(self, root: &Path, stage: &str) {
        if fs::rename(&self.unfinished, path(root, stage)).is_err() {
            remove(root, stage);
        }
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.unfinished);
    }
}

/// Removes what a stage remembers, because it holds what was erased.
///
/// # Errors
/// [`crate::error::Error::Io`] when it is still there.
pub(super) fn erase(root: &Path, stage: &str) -> Result<()> {
    files::remove_file(&path(root, stage))
}

/// Removes what a stage remembers.
pub(super) fn remove(root: &Path, stage: &str) {
    let _ = fs::remove_file(path(root, stage));
}

fn path(root: &Path, stage: &str) -> PathBuf {
    root.join(FOLDER).join(stage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_erased_is_an_error_and_what_is_not_there_is_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        erase(root, "score").expect("there is nothing");
        fs::create_dir_all(root.join(FOLDER)).expect("a folder");
        erase(root, "score").expect("there is nothing still");
        fs::write(path(root, "score"), b"x").expect("a file");
        erase(root, "score").expect("a file goes");
        assert!(!path(root, "score").exists());
        // A folder is no file that could be removed.
        fs::create_dir_all(path(root, "score")).expect("a folder");
        erase(root, "score").expect_err("it is still there");
    }
}
