//! `journal.jsonl`: what was imported, computed and decided.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::{Error, Result};

pub(super) const FILE_NAME: &str = "journal.jsonl";

/// One line of the journal. It names no person: subjects stand in it by hash.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// As-of label of the run.
    pub as_of: String,
    /// What happened, e.g. `import`, `join`, `link_refused`.
    pub event: String,
    /// The facts.
    #[serde(flatten)]
    pub facts: Map<String, Value>,
}

impl Entry {
    /// Returns an entry without facts.
    pub fn new(as_of: &str, event: &str) -> Self {
        Self {
            as_of: as_of.to_owned(),
            event: event.to_owned(),
            facts: Map::new(),
        }
    }

    /// Adds a fact.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }
}

/// Appends `entries` behind the first `length` bytes, cutting off what an interrupted writer left, and returns the new
/// length.
pub(super) fn append(root: &Path, length: u64, entries: &[Entry]) -> Result<u64> {
    let path = root.join(FILE_NAME);
    if entries.is_empty() && fs::metadata(&path).map_or(0, |found| found.len()) == length {
        return Ok(length);
    }
    let mut lines = Vec::new();
    for entry in entries {
        serde_json::to_writer(&mut lines, entry).expect("a journal entry holds only JSON values");
        lines.push(b'\n');
    }
    let write = || {
        let mut file = File::options()
            .create(true)
            .write(true)
            .truncate(false)
            .open(&path)?;
        file.set_len(length)?;
        file.seek(SeekFrom::End(0))?;
        file.write_all(&lines)?;
        file.sync_all()
    };
    write().map_err(|error| Error::io("write", &path, error))?;
    Ok(length + lines.len() as u64)
}
