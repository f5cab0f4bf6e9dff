//! Lists of doubtful pairs below `out/`, those with answers included, of this moment and of others.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use polars::prelude::*;

use super::consent::stated;
use super::{OUT, Workspace};
use crate::as_of::AsOf;
use crate::error::{Error, Result};
use crate::hash::Unhashed;
use crate::join::consent::{Consents, LINK_SOCIAL, Standing};
use crate::schema::{consents, decisions, persons};
use crate::store::{Store, write_atomically};

/// How the files begin.
const BEGINNING: &str = "review";
/// How they end.
const END: &str = ".csv";

/// A row of such a list.
pub(super) struct Row<'a> {
    headings: &'a csv::StringRecord,
    cells: &'a csv::StringRecord,
}

impl<'a> Row<'a> {
    /// Returns the cell below a heading, empty where there is none.
    pub(super) fn cell(&self, heading: &str) -> &'a str {
        let place = self.headings.iter().position(|found| found == heading);
        let cell = place.and_then(|place| self.cells.get(place));
        cell.unwrap_or_default()
    }

    /// Returns all cells.
    pub(super) fn cells(&self) -> impl Iterator<Item = &'a str> {
        self.cells.iter()
    }

    /// Returns source and number of the customer it is about.
    fn record(&self) -> (String, String) {
        let cell = |column: crate::schema::Column| self.cell(column.name).to_owned();
        (cell(decisions::SOURCE), cell(decisions::CUSTOMER_ID))
    }

    /// Whether it is about an account, not about two records.
    fn is_of_account(&self) -> bool {
        !self.cell(decisions::ACCOUNT_ID.name).trim().is_empty()
    }
}

impl Workspace {
    /// Takes accounts of persons who do not consent to links, by the newest that is known, out of every list but the one that
    /// was `written` just now.
    pub(super) fn clear_reviews(
        &self,
        store: &Store,
        people: &DataFrame,
        newest_known: i64,
        written: &str,
    ) -> Result<()> {
        let mut files = files(&self.root().join(OUT))?;
        let written = self.root().join(written);
        files.retain(|path| *path != written);
        let mut with_accounts: Vec<(PathBuf, Vec<u8>)> = Vec::new();
        for path in files {
            let bytes = fs::read(&path).map_err(|error| Error::io("read", &path, error))?;
            if without(&bytes, &|row: &Row<'_>| row.is_of_account()).is_some() {
                with_accounts.push((path, bytes));
            }
        }
        if with_accounts.is_empty() {
            return Ok(());
        }
        let said = stated(store)?.collect();
        let said = said.map_err(Error::frame("look for consents to links"))?;
        let mut listed = HashSet::new();
        for (_, bytes) in &with_accounts {
            listed.extend(records_of_accounts(bytes));
        }
        let consenting = self.consenting(&said, people, newest_known, &listed)?;
        for (path, bytes) in with_accounts {
            let is_gone =
                |row: &Row<'_>| row.is_of_account() && !consenting.contains(&row.record());
            if let Some(left) = without(&bytes, &is_gone) {
                write_atomically(&path, &left)?;
            }
        }
        Ok(())
    }

    /// Returns those of some listed records, and others of the same persons, who consent to links at the newest moment that is
    /// known, whatever is looked back at.
    fn consenting(
        &self,
        said: &DataFrame,
        people: &DataFrame,
        newest_known: i64,
        listed: &HashSet<(String, String)>,
    ) -> Result<HashSet<(String, String)>> {
        let failed = Error::frame("look for consents to links");
        let text = |column: crate::schema::Column| {
            let found = people.column(column.name).and_then(|found| found.str());
            found.map_err(&failed)
        };
        let (source, customer_id) = (text(persons::SOURCE)?, text(persons::CUSTOMER_ID)?);
        let person_id = text(persons::PERSON_ID)?;
        let of = |row: usize| {
            let cell = |texts: &'_ StringChunked| texts.get(row).unwrap_or_default().to_owned();
            (cell(source), cell(customer_id))
        };
        let record = |row: usize| Some((source.get(row)?, customer_id.get(row)?));
        let listed: HashSet<(&str, &str), Unhashed> = listed
            .iter()
            .map(|(source, customer_id)| (source.as_str(), customer_id.as_str()))
            .collect();
        let is_listed = |row: &usize| listed.contains(&record(*row).unwrap_or_default());
        let meant: HashSet<&str, Unhashed> = (0..people.height())
            .filter(is_listed)
            .filter_map(|row| person_id.get(row))
            .collect();
        let is_meant = |row: &usize| person_id.get(*row).is_some_and(|id| meant.contains(id));
        let by_record: HashMap<(&str, &str), &str, Unhashed> = (0..people.height())
            .filter(is_meant)
            .filter_map(|row| Some((record(row)?, person_id.get(row).unwrap_or_default())))
            .collect();
        // Of hundreds of thousands of statements few are about those who are listed.
        let is_about = |record: (&str, &str)| by_record.contains_key(&record);
        let (said, newest_said) = about(said, &is_about).map_err(&failed)?;
        let zone = self.as_of().time_zone();
        let statements =
            Consents::new(&said, newest_known.max(newest_said), zone).map_err(&failed)?;
        let newest = self.as_of().instant().as_microsecond().max(newest_known);
        let newest = Timestamp::from_microsecond(newest).unwrap_or(self.as_of().instant());
        let standing = Standing::from_records(
            &statements,
            |source, customer_id| by_record.get(&(source, customer_id)).copied(),
            &AsOf::at(newest, zone)?,
        );
        let granted: HashSet<&str, Unhashed> = standing
            .granted(LINK_SOCIAL)
            .filter(|person| !standing.is_analysis_denied(person))
            .collect();
        let is_granted = |row: &usize| granted.contains(person_id.get(*row).unwrap_or_default());
        Ok((0..people.height()).filter(is_granted).map(of).collect())
    }
}

/// Returns the statements about some records, by source and customer, and the newest instant that any statement tells of, in
/// microseconds since 1970-01-01 UTC.
fn about(
    said: &DataFrame,
    is_meant: &dyn Fn((&str, &str)) -> bool,
) -> PolarsResult<(DataFrame, i64)> {
    let source = said.column(consents::SOURCE.name)?.str()?;
    let customer_id = said.column(consents::CUSTOMER_ID.name)?.str()?;
    let records = source.iter().zip(customer_id.iter());
    let records = records
        .map(|(source, customer_id)| (source.unwrap_or_default(), customer_id.unwrap_or_default()));
    let is_meant: BooleanChunked = records.map(|record| Some(is_meant(record))).collect();
    let observed_at = said.column(consents::OBSERVED_AT.name)?.datetime()?;
    let effective_at = said.column(consents::EFFECTIVE_AT.name)?.datetime()?;
    let instants = observed_at.phys.iter().chain(effective_at.phys.iter());
    let newest = instants.flatten().max().unwrap_or(i64::MIN);
    Ok((said.filter(&is_meant)?, newest))
}

/// Whether a file is such a list, by its name.
fn is_list(name: &str) -> bool {
    name.starts_with(BEGINNING) && name.ends_with(END)
}

/// Returns the lists below a folder, in order, without what links lead to.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(Error::io("read", &folder, error)),
        };
        for entry in entries {
            let path = entry
                .map_err(|error| Error::io("read", &folder, error))?
                .path();
            if path.is_symlink() {
                continue;
            }
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() {
                open.push(path);
            } else if is_list(&name) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Returns the records of the rows of a list that are about accounts.
fn records_of_accounts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut records = Vec::new();
    let _ = each_row(bytes, &mut |row, _| {
        records.extend(row.is_of_account().then(|| row.record()));
    });
    records
}

/// Returns a list without some rows; `None` where there are none of them.
///
/// Spreadsheets save it in other encodings and with other delimiters.
pub(super) fn without(bytes: &[u8], is_gone: &dyn Fn(&Row<'_>) -> bool) -> Option<Vec<u8>> {
    let mut left: Vec<csv::StringRecord> = Vec::new();
    let mut is_any = false;
    let (headings, delimiter) = each_row(bytes, &mut |row, record| match is_gone(row) {
        true => is_any = true,
        false => left.push(record.clone()),
    })?;
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .delimiter(delimiter)
        .from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(&headings).ok()?;
    for record in &left {
        writer.write_record(record).ok()?;
    }
    let left = writer.into_inner().ok()?;
    is_any.then_some(left)
}

/// Hands out the rows of a list, and returns its headings and what stands between its cells.
fn each_row(
    bytes: &[u8],
    take: &mut dyn FnMut(&Row<'_>, &csv::StringRecord),
) -> Option<(csv::StringRecord, u8)> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        // UTF-16 is told by its mark.
        Err(_) => encoding_rs::SHIFT_JIS.decode(bytes).0.into_owned(),
    };
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|delimiter| first.bytes().filter(|byte| byte == delimiter).count())
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let headings = reader.headers().ok()?.clone();
    for record in reader.records().flatten() {
        let row = Row {
            headings: &headings,
            cells: &record,
        };
        take(&row, &record);
    }
    Some((headings, delimiter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::ColumnKind;

    const LIST: &str = "kind;source;customer_id;account_id;decision\r\n\
        person;s;1;;same\r\naccount;s;1;77;same\r\naccount;s;2;78;\r\n";

    fn is_first(row: &Row<'_>) -> bool {
        row.is_of_account() && row.cell("customer_id") == "1"
    }

    #[test]
    fn statements_about_others_tell_how_late_it_is_and_no_more() {
        let instants = |column: crate::schema::Column, instants: [Option<i64>; 3]| {
            Column::new(column.small_name(), instants)
                .cast(&ColumnKind::Instant.dtype())
                .unwrap()
        };
        let said = DataFrame::new(
            3,
            vec![
                Column::new(consents::SOURCE.small_name(), ["s", "s", "t"]),
                Column::new(
                    consents::CUSTOMER_ID.small_name(),
                    [Some("1"), Some("2"), None],
                ),
                instants(consents::OBSERVED_AT, [Some(5), Some(6), None]),
                instants(consents::EFFECTIVE_AT, [None, Some(9), Some(7)]),
            ],
        )
        .unwrap();
        let is_first = |record: (&str, &str)| record == ("s", "1");
        let (found, newest) = about(&said, &is_first).unwrap();
        assert_eq!((found.height(), newest), (1, 9));
        let observed_at = found.column(consents::OBSERVED_AT.name).unwrap();
        assert_eq!(observed_at.datetime().unwrap().phys.get(0), Some(5));
        assert_eq!(about(&said, &|_| false).unwrap().0.height(), 0);
    }

    #[test]
    fn rows_go_and_the_others_keep_their_answers() {
        let utf16: Vec<u8> = format!("\u{feff}{LIST}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for bytes in [LIST.as_bytes(), utf16.as_slice()] {
            let left = without(bytes, &is_first).expect("a row goes");
            let left = String::from_utf8(left).expect("UTF-8");
            assert!(left.contains("person;s;1;;same"), "{left}");
            assert!(left.contains("account;s;2;78;"), "{left}");
            assert!(!left.contains("77"), "{left}");
        }
        assert_eq!(without(LIST.as_bytes(), &|_| false), None);
        assert_eq!(without(b"name\nsomething else\n", &is_first), None);
    }
}
