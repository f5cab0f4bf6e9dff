//! Libraries that panic on damaged files, kept from taking koe down with them.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::error::{Error, Result};

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Returns whether a panic on this thread would be an error of the file being read, which is reported as such: a panic
/// hook has nothing to say then.
pub fn is_guarded() -> bool {
    IS_GUARDED.get()
}

/// Runs a library's reader on a file; when it panics, the file is damaged.
pub(super) fn guarded<T>(file: &Path, read: impl FnOnce() -> Result<T>) -> Result<T> {
    let before = IS_GUARDED.replace(true);
    // Nothing the reader has left half done is looked at again.
    let outcome = catch_unwind(AssertUnwindSafe(read));
    IS_GUARDED.set(before);
    outcome.unwrap_or_else(|_| {
        Err(Error::Unopened {
            path: file.to_path_buf(),
            detail: "it is damaged".to_owned(),
        })
    })
}
