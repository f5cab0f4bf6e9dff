//! `journal.jsonl`: what was imported, computed and decided.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::Serialize;
use serde_json::{Map, Value};

use super::files::write_atomically;
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

/// Events that a first import may write down.
const OF_IMPORT: [&str; 3] = ["import", "erase", "unread_dropped"];

/// Whether more was written down than a first import, whose manifest may not have been written yet.
pub(super) fn tells_of_runs(root: &Path) -> bool {
    let journal = fs::read_to_string(root.join(FILE_NAME)).unwrap_or_default();
    let mut entries = journal.lines().filter_map(|line| {
        let entry: Map<String, Value> = serde_json::from_str(line).ok()?;
        Some(entry.get("event")?.as_str()?.to_owned())
    });
    entries.any(|event| !OF_IMPORT.contains(&event.as_str()))
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

/// Returns the lines of the first `length` bytes; what follows was never committed.
pub(super) fn lines(root: &Path, length: u64) -> Result<Vec<String>> {
    let path = root.join(FILE_NAME);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io("read", &path, error)),
    };
    let mut bytes = Vec::new();
    file.take(length)
        .read_to_end(&mut bytes)
        .map_err(|error| Error::io("read", &path, error))?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.lines().map(str::to_owned).collect())
}

/// Writes other words in the place of lines; `change` returns `None` for a line that stays.
///
/// The journal keeps its length, shorter lines get spaces at their end: the manifest of before and the one to come both
/// fit it, whenever the writer is killed. A line that would grow loses its facts instead.
pub(super) fn rewrite(
    root: &Path,
    length: u64,
    change: &dyn Fn(&Map<String, Value>) -> Option<Entry>,
) -> Result<()> {
    let mut is_changed = false;
    let mut text = String::new();
    for line in lines(root, length)? {
        let parsed = serde_json::from_str::<Map<String, Value>>(&line).ok();
        match parsed.and_then(|facts| change(&facts)) {
            Some(entry) => {
                is_changed = true;
                let bare = Entry::new(&entry.as_of, &entry.event);
                let words = [entry, bare].map(|entry| {
                    serde_json::to_string(&entry).expect("a journal entry holds only JSON values")
                });
                let fits = |words: &String| words.len() <= line.len();
                let words = words.into_iter().find(fits).unwrap_or_default();
                text.push_str(&words);
                text.extend(std::iter::repeat_n(' ', line.len() - words.len()));
            }
            None => text.push_str(&line),
        }
        text.push('\n');
    }
    match is_changed {
        true => write_atomically(&root.join(FILE_NAME), text.as_bytes()),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_rewritten_in_its_own_length() {
        let folder = tempfile::tempdir().expect("a folder");
        let entries = [
            Entry::new("2026-01-01", "link_refused")
                .with("person_id", "0123456789abcdef")
                .with("platform", "x"),
            Entry::new("2026-01-01", "join"),
        ];
        let length = append(folder.path(), 0, &entries).expect("written");
        rewrite(folder.path(), length, &|facts| {
            facts
                .get("person_id")
                .map(|_| Entry::new("2026-01-01", "link_refused").with("subject", "s".repeat(32)))
        })
        .expect("rewritten");
        let found = lines(folder.path(), length).expect("read");
        assert_eq!(found.len(), 2);
        assert!(found[0].contains("subject") && !found[0].contains("person_id"));
        let bytes = fs::metadata(folder.path().join(FILE_NAME)).expect("a file");
        assert_eq!(bytes.len(), length);
        assert!(serde_json::from_str::<Value>(&found[0]).is_ok());
    }
}
