//! What a stage remembers from run to run, to be quicker; nothing is lost when it is gone.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::files;

/// Folder of all that is remembered.
const FOLDER: &str = "memory";

/// Whether a path below the store is of something remembered.
pub(super) fn is_file(path: &str) -> bool {
    path.strip_prefix(FOLDER)
        .is_some_and(|rest| rest.starts_with('/') && !rest.ends_with(files::UNFINISHED))
}

/// Opens what a stage remembers; `None` when it remembers nothing.
pub(super) fn open(root: &Path, stage: &str) -> Option<BufReader<File>> {
    File::open(path(root, stage))
        .ok()
        .map(|file| BufReader::with_capacity(1 << 20, file))
}

/// Lets `write` write down what a stage remembers. When that fails, it remembers nothing.
pub(super) fn write(
    root: &Path,
    stage: &str,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) {
    let path = path(root, stage);
    let unfinished = files::unfinished(&path);
    let written = files::make_parent(&path).is_ok()
        && File::create(&unfinished)
            .and_then(|file| {
                let mut file = BufWriter::with_capacity(1 << 20, file);
                write(&mut file)?;
                file.flush()
            })
            .and_then(|()| fs::rename(&unfinished, &path))
            .is_ok();
    if !written {
        let _ = fs::remove_file(&unfinished);
        remove(root, stage);
    }
}

/// Removes what a stage remembers.
pub(super) fn remove(root: &Path, stage: &str) {
    let _ = fs::remove_file(path(root, stage));
}

fn path(root: &Path, stage: &str) -> PathBuf {
    root.join(FOLDER).join(stage)
}
