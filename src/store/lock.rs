//! One writer at a time, and one that computes.

use std::fs::{self, File, TryLockError};
use std::io::{Seek, Write};
use std::path::Path;

use crate::error::{Error, Result};

const FILE_NAME: &str = "lock";
const TURN_NAME: &str = "turn";

/// The right to write; given back when dropped or when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    pub(super) fn take(root: &Path) -> Result<Self> {
        Self::named(root, FILE_NAME)
    }

    fn named(root: &Path, name: &str) -> Result<Self> {
        fs::create_dir_all(root).map_err(|error| Error::io("make the folder", root, error))?;
        let path = root.join(name);
        let mut file = File::options()
            .create(true)
            .read(true)
            .write(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| Error::io("open", &path, error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = fs::read_to_string(&path)
                    .ok()
                    .and_then(|text| text.trim().parse().ok());
                return Err(Error::Locked {
                    path: root.to_path_buf(),
                    holder,
                });
            }
            Err(TryLockError::Error(error)) => return Err(Error::io("lock", &path, error)),
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(|error| Error::io("write", &path, error))?;
        Ok(Self { _file: file })
    }

    /// Whether a file of the store is a lock.
    pub(super) fn is_file(relative: &str) -> bool {
        relative == FILE_NAME || relative == TURN_NAME
    }
}

/// The turn to compute, from the first stage to the last; given back when dropped or when the process ends.
///
/// Beside it others may read, and write what is short: a consent, an erasure. Two that compute would do the same work
/// twice, and each find the store changed by the other.
#[derive(Debug)]
pub struct Turn {
    _lock: Option<Lock>,
}

impl Turn {
    /// Takes the turn on the store at `root`. Where no lock can be made, as on a disk that is only read, there is nothing to
    /// take turns about: whoever writes all the same is told why it cannot be done.
    ///
    /// # Errors
    /// [`Error::Locked`] when another process has it.
    pub fn take(root: &Path) -> Result<Self> {
        match Lock::named(root, TURN_NAME) {
            Ok(lock) => Ok(Self { _lock: Some(lock) }),
            Err(error @ Error::Locked { .. }) => Err(error),
            Err(_) => Ok(Self { _lock: None }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_the_turn_and_another_may_write_meanwhile() {
        let folder = tempfile::tempdir().expect("a folder");
        let turn = Turn::take(folder.path()).expect("nobody else computes");
        let refused = Turn::take(folder.path()).expect_err("somebody computes");
        let holder = Some(std::process::id());
        assert!(matches!(refused, Error::Locked { holder: found, .. } if found == holder));
        Lock::take(folder.path()).expect("nobody else writes");
        drop(turn);
        Turn::take(folder.path()).expect("nobody computes any more");
    }

    #[test]
    fn where_nothing_can_be_written_there_are_no_turns() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("store");
        fs::write(&file, b"no folder").expect("a file");
        Turn::take(&file).expect("nothing to take turns about");
    }
}
