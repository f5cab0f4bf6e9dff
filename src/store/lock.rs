//! One writer at a time.

use std::fs::{self, File, TryLockError};
use std::io::{Seek, Write};
use std::path::Path;

use crate::error::{Error, Result};

const FILE_NAME: &str = "lock";

/// The right to write; given back when dropped or when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    pub(super) fn take(root: &Path) -> Result<Self> {
        fs::create_dir_all(root).map_err(|error| Error::io("make the folder", root, error))?;
        let path = root.join(FILE_NAME);
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

    /// Whether a file of the store is the lock's.
    pub(super) fn is_file(relative: &str) -> bool {
        relative == FILE_NAME
    }
}
