//! Rejected rows on the disk: one list of all, and per file what can be mended and imported alone.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::import::head::Head;
use crate::import::rejects::{Reject, RejectsWriter};
use crate::store::{remove_file, write_atomically};

/// The list.
pub(in crate::pipeline) const LIST: &str = "rejects.csv";
/// Folder of the files to mend.
const FOLDER: &str = "rejects";

/// The rejected rows of a run.
#[derive(Default)]
pub(super) struct Rejected {
    files: Vec<(String, Option<Head>, Vec<Reject>)>,
}

impl Rejected {
    /// Takes what one file was rejected of, nothing included: what was listed of it before no longer holds.
    pub(super) fn add(&mut self, file: &str, head: Option<Head>, mut rejects: Vec<Reject>) {
        rejects.sort_by_key(|reject| reject.line);
        self.files.push((file.to_owned(), head, rejects));
    }

    /// Writes the list and the files into the folder of the run, keeps what was listed of other files, and returns the
    /// list where there is one of this run.
    ///
    /// # Errors
    /// [`Error::Io`] when a file cannot be written.
    pub(super) fn write(&self, out: &Path, lang: &str) -> Result<Option<PathBuf>> {
        let list = out.join(LIST);
        if self.files.is_empty() {
            return Ok(None);
        }
        let read: BTreeSet<&str> = self.files.iter().map(|(file, ..)| file.as_str()).collect();
        let failed = |error| Error::io("write", &list, error);
        let kept = listed(&list, |file| !read.contains(file))?;
        let is_any_new = self.files.iter().any(|(.., rejects)| !rejects.is_empty());
        if kept.is_empty() && !is_any_new {
            remove_file(&list)?;
        } else {
            let mut writer = RejectsWriter::new(Vec::new(), lang).map_err(failed)?;
            for record in &kept {
                writer.keep(record).map_err(failed)?;
            }
            for (file, _, rejects) in &self.files {
                for reject in rejects {
                    writer.write(file, reject).map_err(failed)?;
                }
            }
            write_atomically(&list, &writer.finish().map_err(failed)?)?;
        }
        for (file, head, rejects) in &self.files {
            let path = to_mend(out, file);
            match head.as_ref().and_then(|head| mendable(head, rejects)) {
                Some(text) => write_atomically(&path, text.as_bytes())?,
                None => remove_file(&path)?,
            }
        }
        Ok(is_any_new.then_some(list))
    }
}

/// Takes the rows that hold one of the words out of what was rejected before, whatever folder of a run it lies in.
///
/// # Errors
/// [`Error::Io`] when a file cannot be read or written.
pub(in crate::pipeline) fn forget(
    out: &Path,
    lang: &str,
    is_forgotten: &dyn Fn(&str) -> bool,
) -> Result<()> {
    let list = out.join(LIST);
    let all = listed(&list, |_| true)?;
    let (gone, kept): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|record| record.get(5).is_some_and(is_forgotten));
    if gone.is_empty() {
        return Ok(());
    }
    let failed = |error| Error::io("write", &list, error);
    let mut writer = RejectsWriter::new(Vec::new(), lang).map_err(failed)?;
    for record in &kept {
        writer.keep(record).map_err(failed)?;
    }
    write_atomically(&list, &writer.finish().map_err(failed)?)?;
    let files: BTreeSet<&str> = gone.iter().filter_map(|record| record.get(0)).collect();
    for file in files {
        remove_file(&to_mend(out, file))?;
    }
    Ok(())
}

/// Returns the records of a list whose file is to be kept; none where there is no list.
fn listed(list: &Path, is_kept: impl Fn(&str) -> bool) -> Result<Vec<csv::StringRecord>> {
    let bytes = match fs::read(list) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io("read", list, error)),
    };
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    let records = csv::Reader::from_reader(bytes).into_records();
    // A list that somebody changed by hand is theirs: what cannot be read of it is not written again.
    let records = records.filter_map(|record| record.ok());
    Ok(records
        .filter(|record| record.get(0).is_some_and(&is_kept))
        .collect())
}

/// Returns the path of the file to mend; of an entry or a sheet, below a folder of the archive's name.
fn to_mend(out: &Path, file: &str) -> PathBuf {
    let mut path = out.join(FOLDER);
    let parts = file.split('/');
    path.extend(parts.filter(|part| !part.is_empty() && *part != ".." && *part != "."));
    path
}

/// Returns preamble, headings and rejected rows of a table, or the rejected records of JSON lines; what else there is
/// cannot be cut into pieces that can be read alone.
fn mendable(head: &Head, rejects: &[Reject]) -> Option<String> {
    let last = rejects.last()?;
    let mut text = match head {
        Head::Table { delimiter, rows } => {
            let column = rejects
                .iter()
                .map(|reject| reject.column.as_str())
                .find(|column| !column.is_empty());
            let place = match column {
                Some(column) => head.heading_row(&[column])?,
                None => rows
                    .iter()
                    .enumerate()
                    .max_by_key(|(place, row)| (row.len(), std::cmp::Reverse(*place)))
                    .map(|(place, _)| place)?,
            };
            let mut text = String::from('\u{feff}');
            for row in rows.iter().take(place + 1) {
                text.push_str(&line(row, *delimiter));
            }
            text
        }
        Head::Json { assigned: None, .. } if last.row.starts_with('{') => String::new(),
        _ => return None,
    };
    // Of what names one of the forgotten, only the place is listed.
    for reject in rejects.iter().filter(|reject| !reject.row.is_empty()) {
        text.push_str(reject.row.trim_end_matches(['\r', '\n']));
        text.push('\n');
    }
    Some(text)
}

fn line(row: &[String], delimiter: char) -> String {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .from_writer(Vec::new());
    // Memory takes every record.
    let _ = writer.write_record(row);
    String::from_utf8_lossy(&writer.into_inner().unwrap_or_default()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::rejects::Reason;

    fn reject(line: u64, column: &str, row: &str) -> Reject {
        Reject {
            line,
            column: column.to_owned(),
            value: String::new(),
            reason: Reason::Missing,
            row: row.to_owned(),
        }
    }

    #[test]
    fn what_is_written_to_mend_has_preamble_and_headings_and_reads_as_the_file_did() {
        let head = Head::of("店名,とりのこえ\n\nid,日付,\"金,額\"\n1,2024-01-01,5\n");
        let rejects = [reject(9, "日付", "2,?,7\n"), reject(12, "", "3,2024-01-01")];
        assert_eq!(
            mendable(&head, &rejects).as_deref(),
            Some("\u{feff}店名,とりのこえ\n\"\"\nid,日付,\"金,額\"\n2,?,7\n3,2024-01-01\n")
        );
        let head = Head::of("{\"id\":\"1\"}\n{\"id\":\"2\"}\n");
        let rejects = [reject(2, "", "{\"id\":")];
        assert_eq!(mendable(&head, &rejects).as_deref(), Some("{\"id\":\n"));
        assert_eq!(mendable(&Head::of("a\nb\n"), &rejects), None);
        assert_eq!(mendable(&head, &[]), None);
    }

    #[test]
    fn the_list_keeps_other_files_and_forgets_what_was_mended() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path();
        let head = || Some(Head::of("id,日付\n1,2\n"));
        let write = |files: &[(&str, usize)]| {
            let mut rejected = Rejected::default();
            for (file, count) in files {
                let rejects = (0..*count).map(|row| reject(row as u64, "日付", "1,?"));
                rejected.add(file, head(), rejects.collect());
            }
            rejected.write(out, "ja").expect("a folder takes files")
        };
        let lines = || {
            let text = fs::read_to_string(out.join(LIST)).unwrap_or_default();
            text.lines()
                .skip(1)
                .map(|line| line[..5].to_owned())
                .collect::<Vec<_>>()
        };
        assert!(write(&[("a.csv", 2), ("b.csv", 1)]).is_some());
        assert_eq!(lines(), ["a.csv", "a.csv", "b.csv"]);
        assert!(out.join("rejects/b.csv").exists());
        assert_eq!(write(&[("b.csv", 0)]), None);
        assert_eq!(lines(), ["a.csv", "a.csv"]);
        assert!(!out.join("rejects/b.csv").exists());
        assert_eq!(write(&[("a.csv", 0)]), None);
        assert!(!out.join(LIST).exists());
    }

    #[test]
    fn names_cannot_lead_out_of_the_folder() {
        assert_eq!(
            to_mend(Path::new("out"), "../a.zip//b/../c.csv"),
            Path::new("out/rejects/a.zip/b/c.csv")
        );
    }
}
