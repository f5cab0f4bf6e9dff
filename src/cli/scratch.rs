//! Folders for what is needed only while koe runs.
//!
//! They go with their owner. Where koe ends on the spot (Ctrl-C, a bug) no owner comes to it, and [`clear`] removes them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use koe::error::{Error, Result};
use tempfile::TempDir;

/// The folders there are.
static OPEN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
/// Whether koe is about to end on the spot.
static IS_CLEARING: AtomicBool = AtomicBool::new(false);

/// Times a folder is looked for again, as threads that do not know yet may still write into it.
const ATTEMPTS: u32 = 50;
/// Time between two looks.
const PAUSE: Duration = Duration::from_millis(5);
/// Looks without finding anything after which a folder is taken for gone.
const QUIET_LOOKS: u32 = 3;

/// A folder that is removed with this value.
pub struct Scratch(TempDir);

impl Scratch {
    /// Makes a folder that only its owner can read.
    ///
    /// # Errors
    /// [`Error::Io`] where the system lets nobody make one.
    pub fn new() -> Result<Self> {
        let mut folder = tempfile::Builder::new();
        folder.prefix("koe-");
        #[cfg(unix)]
        folder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let made = folder.tempdir();
        let folder =
            made.map_err(|error| Error::io("make a folder in", &std::env::temp_dir(), error))?;
        open().push(folder.path().to_path_buf());
        Ok(Self(folder))
    }

    /// Returns where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Removed while it is still on the list: who interrupts meanwhile removes the rest. What cannot be removed lies in
        // the system's own folder for such things.
        let _ = fs::remove_dir_all(self.path());
        open().retain(|path| path != self.path());
    }
}

/// Removes all folders, for who ends koe right after; returns whether there was one.
pub fn clear() -> bool {
    IS_CLEARING.store(true, Ordering::SeqCst);
    let folders = open().clone();
    folders.iter().for_each(|folder| remove(folder));
    !folders.is_empty()
}

/// Waits for the end where koe is about to end on the spot: what fails because a folder went away is no error to be told.
pub fn wait_while_clearing() {
    while IS_CLEARING.load(Ordering::SeqCst) {
        thread::sleep(PAUSE);
    }
}

fn remove(folder: &Path) {
    let mut quiet_looks = 0;
    for _ in 0..ATTEMPTS {
        if folder.exists() {
            quiet_looks = 0;
            let _ = fs::remove_dir_all(folder);
        } else {
            quiet_looks += 1;
        }
        if quiet_looks == QUIET_LOOKS {
            return;
        }
        thread::sleep(PAUSE);
    }
}

fn open() -> MutexGuard<'static, Vec<PathBuf>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_goes_with_its_owner() {
        let scratch = Scratch::new().expect("a folder");
        let path = scratch.path().to_path_buf();
        fs::create_dir_all(path.join("store/raw")).expect("a folder");
        fs::write(path.join("store/raw/x"), b"x").expect("a file");
        assert!(open().contains(&path));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).expect("a folder").permissions().mode();
            assert_eq!(mode & 0o777, 0o700, "others may not look into it");
        }
        drop(scratch);
        assert!(!path.exists() && !open().contains(&path));
    }

    #[test]
    fn what_is_written_while_a_folder_is_removed_goes_too() {
        let scratch = Scratch::new().expect("a folder");
        let path = scratch.path().to_path_buf();
        let writer = {
            let path = path.join("store");
            thread::spawn(move || {
                for name in 0..20 {
                    let _ = fs::create_dir_all(&path);
                    let _ = fs::write(path.join(name.to_string()), b"x");
                    thread::sleep(Duration::from_millis(1));
                }
            })
        };
        remove(&path);
        writer.join().expect("the writer ends");
        remove(&path);
        assert!(!path.exists());
    }
}
