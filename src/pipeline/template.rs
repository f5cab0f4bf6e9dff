//! The shop's own logo, style and pages: a folder in, checked files out.

use std::fs;
use std::path::{Path, PathBuf};

use super::Workspace;
use crate::error::{Error, Result};
use crate::report::own::{FILE_LIMIT, Own, OwnError};

/// Folder of the pages in a template.
const PAGES: &str = "pages";
/// Files of a template at most, so that a wrong folder is found out soon.
const MOST_FILES: usize = 200;

/// A template as it lies in its folder.
pub(super) struct Template {
    folder: PathBuf,
    /// Its files, checked.
    pub(super) own: Own,
    /// Hash of all its files.
    pub(super) hash: String,
}

impl Template {
    /// Returns an error of a file as one of the folder.
    pub(super) fn error(&self, error: OwnError) -> Error {
        located(&self.folder, error)
    }
}

impl Workspace {
    /// Reads the template of the settings, where there is one.
    ///
    /// # Errors
    /// [`Error::Template`] for a file that cannot be used, [`Error::Io`] for one that cannot be read.
    pub(super) fn template(&self) -> Result<Option<Template>> {
        let folder = self.config().report.template.trim();
        if folder.is_empty() {
            return Ok(None);
        }
        let folder = self.root().join(folder);
        let files = files(&folder)?;
        let mut hasher = blake3::Hasher::new();
        for (name, bytes) in &files {
            hasher.update(name.as_bytes());
            hasher.update(&[0]);
            hasher.update(blake3::hash(bytes).as_bytes());
        }
        let own = Own::parse(&files).map_err(|error| located(&folder, error))?;
        Ok(Some(Template {
            folder,
            own,
            hash: hasher.finalize().to_hex().to_string(),
        }))
    }
}

fn located(folder: &Path, error: OwnError) -> Error {
    Error::Template {
        path: folder.join(error.file),
        line: error.line,
        detail: error.detail,
    }
}

/// Returns the files of a template and of its pages, by their names; hidden files and notes are left aside.
fn files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    read(folder, "", &mut files)?;
    let pages = folder.join(PAGES);
    if pages.is_dir() {
        read(&pages, "pages/", &mut files)?;
    }
    files.sort();
    Ok(files)
}

fn read(folder: &Path, prefix: &str, files: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    let failed = |error| Error::io("read", folder, error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_note = name.starts_with('.') || name.to_lowercase().starts_with("readme");
        if is_note || (path.is_dir() && prefix.is_empty() && name == PAGES) {
            continue;
        }
        if !path.is_file() {
            let detail = "a template has files, and one folder named pages".to_owned();
            return Err(Error::Template {
                path,
                line: None,
                detail,
            });
        }
        let file = format!("{prefix}{name}");
        if files.len() >= MOST_FILES {
            return Err(Error::Template {
                path: folder.to_path_buf(),
                line: None,
                detail: format!("a template has at most {MOST_FILES} files"),
            });
        }
        // A file that is too large is refused by its size alone.
        let size = fs::metadata(&path).map_err(|error| Error::io("read", &path, error))?;
        if size.len() > FILE_LIMIT as u64 {
            return Err(Error::Template {
                path,
                line: None,
                detail: format!("a file of a template has at most {FILE_LIMIT} bytes"),
            });
        }
        let bytes = fs::read(&path).map_err(|error| Error::io("read", &path, error))?;
        files.push((file, bytes));
    }
    Ok(())
}
