//! Rows of a CSV or TSV file by their headings.

use std::collections::{HashMap, HashSet};
use std::io::BufRead;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use rapidfuzz::distance::levenshtein;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::hash::fast_hash;

use super::context::Context;
use super::head::{fold, without_note};
use super::records::{RawRecord, Records, sniff_delimiter};
use super::rejects::{Reason, Reject};
use super::sink::Sink;
use super::totals::is_totals;
use super::values::keys::is_rounded;
use super::values::{ValueError, dates, money, numbers, widths};

mod extra;

pub use extra::extra;
use extra::object;

/// The place of a heading.
pub type Field = usize;

/// The headings of a file, each found by its name at most once.
#[derive(Debug)]
pub struct Headings {
    names: Vec<String>,
    folded: Vec<String>,
    used: Vec<bool>,
    /// The names as keys of a JSON object, the colon behind; none when two are the same.
    keys: Vec<String>,
}

impl Headings {
    fn new(cells: Vec<String>) -> Self {
        let folded: Vec<String> = cells.iter().map(|cell| fold(cell)).collect();
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let names: Vec<String> = cells
            .iter()
            .zip(&folded)
            .map(|(cell, folded)| {
                let plain = widths::cell(cell).unwrap_or_default();
                let count = seen.entry(folded).or_default();
                *count += 1;
                match *count {
                    1 => plain.to_owned(),
                    count => format!("{plain} ({count})"),
                }
            })
            .collect();
        let different: HashSet<&str> = names.iter().map(String::as_str).collect();
        let keys = match different.len() == names.len() {
            true => names
                .iter()
                .map(|name| format!("{}:", Value::from(name.as_str())))
                .collect(),
            false => Vec::new(),
        };
        Self {
            used: vec![false; names.len()],
            names,
            folded,
            keys,
        }
    }

    /// Returns the first heading that goes by one of the names, the earlier name first, and marks it as used.
    pub fn find(&mut self, names: &[&str]) -> Option<Field> {
        let field = names.iter().find_map(|name| {
            let name = fold(name);
            self.folded.iter().position(|heading| *heading == name)
        })?;
        self.used[field] = true;
        Some(field)
    }

    /// Returns the first heading that goes by the name, an explanation in brackets behind it or not, and marks it as used.
    pub fn find_annotated(&mut self, name: &str) -> Option<Field> {
        let name = fold(name);
        let field = self
            .folded
            .iter()
            .position(|heading| without_note(heading) == name)?;
        self.used[field] = true;
        Some(field)
    }

    /// Returns the heading that goes by one of the names, which the layout cannot do without.
    ///
    /// # Errors
    /// [`Error::MissingColumn`].
    pub fn need(&mut self, names: &[&str], context: &Context) -> Result<Field> {
        self.find(names).ok_or_else(|| Error::MissingColumn {
            path: Path::new(&context.source_file).to_path_buf(),
            column: names.first().copied().unwrap_or_default().to_owned(),
            found: self.names.clone(),
        })
    }

    /// Sees to it that no two headings go by the name: one of the columns would go unread.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn sole(&self, name: &str, context: &Context) -> Result<()> {
        let folded = fold(name);
        let alike = self.folded.iter().filter(|heading| **heading == folded);
        match alike.count() {
            0 | 1 => Ok(()),
            _ => Err(Error::Malformed {
                path: Path::new(&context.source_file).to_path_buf(),
                line: None,
                detail: format!("several of its columns are called `{name}`"),
            }),
        }
    }

    /// Sees to it that no heading nobody asked for is one that is not there, misspelt.
    ///
    /// # Errors
    /// [`Error::MissingColumn`].
    pub fn not_misspelt(&self, name: &str, context: &Context) -> Result<()> {
        let mut rest = self.rest().into_iter();
        let is_near = |field: Field| {
            let heading = self.names[field].trim().to_lowercase();
            let typos = levenshtein::distance(heading.chars(), name.chars());
            heading.len() > 3 && (name.starts_with(&heading) || typos <= MOST_TYPOS)
        };
        match rest.any(is_near) {
            true => Err(Error::MissingColumn {
                path: Path::new(&context.source_file).to_path_buf(),
                column: name.to_owned(),
                found: self.names.clone(),
            }),
            false => Ok(()),
        }
    }

    /// Returns the headings nobody asked for.
    pub fn rest(&self) -> Vec<Field> {
        (0..self.names.len())
            .filter(|field| !self.used[*field] && !self.names[*field].is_empty())
            .collect()
    }

    /// Returns why the cells of a row under these headings cannot be trusted, if so.
    pub fn flaw(&self, record: &RawRecord<'_>) -> Option<Reason> {
        let wanted = self.names.len();
        match record.flaw {
            Some(flaw) => Some(flaw.into()),
            None if record.cell_count() < wanted => Some(Reason::TooFewCells),
            None if record.cell_count() > wanted
                && record
                    .cells()
                    .skip(wanted)
                    .any(|cell| widths::cell(cell).is_some()) =>
            {
                Some(Reason::TooManyCells)
            }
            None if has_swallowed(record, wanted) => Some(Reason::OpenQuote),
            None => None,
        }
    }

    /// Returns the heading as it stands in the file, a number behind its second and later occurrence.
    pub fn name(&self, field: Field) -> &str {
        self.names.get(field).map_or("", String::as_str)
    }
}

/// A file of rows under headings.
pub struct Table<'a> {
    records: Records<'a>,
    /// The headings.
    pub headings: Headings,
    skips_totals: bool,
}

/// Letters by which a misspelt heading differs at most.
const MOST_TYPOS: usize = 2;
/// Least cells of a row by whose separators it is told from a line of a text.
const TELLING_CELLS: usize = 4;

/// Whether a cell holds whole rows: a stray quote was closed by another one some rows below.
fn has_swallowed(record: &RawRecord<'_>, wanted: usize) -> bool {
    if wanted < TELLING_CELLS || !record.raw.contains('\n') {
        return false;
    }
    let is_row = |line: &str| {
        let mut separators = [',', '\t', ';'].into_iter();
        separators.any(|separator| line.matches(separator).count() == wanted - 1)
    };
    // Before the first end of a line stands what is left of the row's own cell.
    record
        .cells()
        .any(|cell| cell.split('\n').skip(1).any(is_row))
}

/// One row and what is wrong with it as such.
#[derive(Debug, Clone)]
pub struct Line {
    /// The row.
    pub record: RawRecord<'static>,
    /// Why its cells cannot be trusted, if so.
    pub flaw: Option<Reason>,
}

impl<'a> Table<'a> {
    /// Reads the preamble and the headings; returns the preamble's records too.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn open(
        input: &'a mut dyn BufRead,
        preamble: usize,
        context: &Context,
    ) -> Result<(Self, Vec<RawRecord<'static>>)> {
        let failed = |error| Error::io("read", Path::new(&context.source_file), error);
        let sample = String::from_utf8_lossy(input.fill_buf().map_err(failed)?).into_owned();
        let mut records = Records::new(input, sniff_delimiter(&sample).unwrap_or(','));
        let mut before = Vec::with_capacity(preamble);
        while before.len() < preamble {
            match records.next_record().map_err(failed)? {
                Some(record) => before.push(record),
                None => break,
            }
        }
        let headings = records
            .next_record()
            .map_err(failed)?
            .map(|record| record.cells().map(str::to_owned).collect())
            .unwrap_or_default();
        Ok((
            Self {
                records,
                headings: Headings::new(headings),
                skips_totals: false,
            },
            before,
        ))
    }

    /// Returns the records below the headings, to be read in the reader's own way.
    pub fn records(&mut self) -> (&Headings, &mut Records<'a>) {
        (&self.headings, &mut self.records)
    }

    /// Passes over rows that sum up others, from here on.
    pub fn skip_totals(&mut self) {
        self.skips_totals = true;
    }

    /// Hands the cells of every row to `take`; rows whose cells cannot be trusted, and those that `take` rejects, are
    /// rejected.
    ///
    /// # Errors
    /// [`Error::Io`], and the errors of `take` and of the sink.
    pub fn each<'s>(
        &mut self,
        context: &Context,
        sink: &mut Sink<'s>,
        mut take: impl FnMut(&Cells<'_>, &mut Sink<'s>) -> Result<(), Fault>,
    ) -> Result<()> {
        while let Some(line) = self.next_line(context)? {
            sink.read_rows(1);
            let cells = Cells::new(&self.headings, &line.record, context);
            let taken = match line.flaw.clone() {
                Some(flaw) => Err(Fault::Row(cells.reject(None, flaw))),
                None => take(&cells, sink),
            };
            match taken {
                Ok(()) => {}
                Err(Fault::Row(reject)) => sink.reject_cells(&cells, reject)?,
                Err(Fault::Run(error)) => return Err(error),
            }
        }
        Ok(())
    }

    /// Returns the next row that is not blank.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn next_line(&mut self, context: &Context) -> Result<Option<Line>> {
        loop {
            let record = self.records.next_record();
            let record = record
                .map_err(|error| Error::io("read", Path::new(&context.source_file), error))?;
            let Some(record) = record else {
                return Ok(None);
            };
            let is_passed_over =
                record.is_blank() || (self.skips_totals && is_totals(record.cells()));
            if record.flaw.is_none() && is_passed_over {
                continue;
            }
            let flaw = self.headings.flaw(&record);
            return Ok(Some(Line { record, flaw }));
        }
    }
}

/// Why a row was not taken.
#[derive(Debug)]
pub enum Fault {
    /// The row is wrong: it is rejected, and the next one read.
    Row(Reject),
    /// Nothing more can be read or stored.
    Run(Error),
}

impl From<Reject> for Fault {
    fn from(reject: Reject) -> Self {
        Self::Row(reject)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Run(error)
    }
}

/// The cells of one row, read as what their columns hold.
#[derive(Clone, Copy)]
pub struct Cells<'a> {
    headings: &'a Headings,
    record: &'a RawRecord<'a>,
    context: &'a Context,
}

impl<'a> Cells<'a> {
    /// Looks at one row.
    pub fn new(headings: &'a Headings, record: &'a RawRecord<'a>, context: &'a Context) -> Self {
        Self {
            headings,
            record,
            context,
        }
    }

    /// Returns the first line of the row.
    pub fn line(&self) -> u64 {
        self.record.line
    }

    /// Returns the cell without surrounding blanks, `None` when it is empty or there is no such column.
    pub fn text(&self, field: Option<Field>) -> Option<&'a str> {
        self.record.cell(field?).and_then(widths::cell)
    }

    /// Returns the cell without the apostrophe some exports put before numbers that are names.
    pub fn unquoted(&self, field: Option<Field>) -> Option<&'a str> {
        self.text(field)
            .map(|text| text.trim_start_matches('\''))
            .filter(|text| !text.is_empty())
    }

    /// Returns an id: the cell without the apostrophe some exports put before numbers that are names.
    ///
    /// # Errors
    /// A reject of the row for an id that a spreadsheet has rounded: many have the same.
    pub fn id(&self, field: Option<Field>) -> Result<Option<&'a str>, Reject> {
        match self.unquoted(field) {
            Some(id) if is_rounded(id) => {
                Err(self.reject(field, Reason::Value(ValueError::RoundedId)))
            }
            id => Ok(id),
        }
    }

    /// Returns a hash of what the cells say.
    pub fn fast_hash(&self) -> u64 {
        fast_hash(
            self.record
                .cells()
                .map(|cell| widths::cell(cell).unwrap_or_default()),
        )
    }

    /// Returns a cell that must be filled.
    ///
    /// # Errors
    /// A reject of the row.
    pub fn needed(&self, field: Field) -> Result<&'a str, Reject> {
        self.text(Some(field))
            .ok_or_else(|| self.reject(Some(field), Reason::Missing))
    }

    /// Makes a reject of the row for the sake of a cell, or of the row as a whole.
    pub fn reject(&self, field: Option<Field>, reason: Reason) -> Reject {
        Reject {
            line: self.record.line,
            column: field
                .map_or("", |field| self.headings.name(field))
                .to_owned(),
            value: field
                .and_then(|field| self.record.cell(field))
                .unwrap_or_default()
                .to_owned(),
            reason,
            row: self.record.raw.to_string(),
        }
    }

    /// Reads a cell.
    ///
    /// # Errors
    /// A reject of the row.
    pub fn read<T>(
        &self,
        field: Option<Field>,
        reader: impl FnOnce(&str) -> Result<Option<T>, ValueError>,
    ) -> Result<Option<T>, Reject> {
        match self.text(field) {
            None => Ok(None),
            Some(text) => reader(text).map_err(|error| self.reject(field, Reason::Value(error))),
        }
    }

    /// Reads a calendar day.
    ///
    /// # Errors
    /// A reject of the row.
    pub fn date(&self, field: Option<Field>) -> Result<Option<Date>, Reject> {
        self.read(field, |text| dates::date(text, &self.context.time_zone))
    }

    /// Reads an instant.
    ///
    /// # Errors
    /// A reject of the row.
    pub fn instant(&self, field: Option<Field>) -> Result<Option<Timestamp>, Reject> {
        self.read(field, |text| dates::instant(text, &self.context.time_zone))
    }

    /// Reads an instant that must be there.
    ///
    /// # Errors
    /// A reject of the row.
    pub fn needed_instant(&self, field: Field) -> Result<Timestamp, Reject> {
        self.instant(Some(field))?
            .ok_or_else(|| self.reject(Some(field), Reason::Missing))
    }

    /// Reads an amount in minor units of `currency`.
    ///
    /// # Errors
    /// A reject of the row.
    pub fn money(&self, field: Option<Field>, currency: &str) -> Result<Option<i64>, Reject> {
        self.read(field, |text| money::minor_units(text, currency))
    }

    /// Reads a whole number.
    ///
    /// # Errors
    /// A reject of the row.
    pub fn integer(&self, field: Option<Field>) -> Result<Option<i64>, Reject> {
        self.read(field, numbers::integer)
    }

    /// Returns the filled cells of `fields` as a JSON object, in the order of the file; `None` when all are empty.
    pub fn extra(&self, fields: &[Field]) -> Option<String> {
        extra(self.headings, fields, std::slice::from_ref(self.record))
    }

    /// Returns the same with `text` under `key` as well, a cell that could not be read as what it should be.
    pub fn extra_with(&self, fields: &[Field], key: &str, text: Option<&str>) -> Option<String> {
        let Some(text) = text else {
            return self.extra(fields);
        };
        let mut object = object(self.headings, fields, std::slice::from_ref(self.record));
        object.insert(key.to_owned(), Value::from(text));
        Some(Value::Object(object).to_string())
    }

    /// Reads a day of birth. One that no calendar has is given back as it was written: people mistype them, and a
    /// customer is worth more than a birthday.
    ///
    /// # Errors
    /// A reject of the row when day and month cannot be told apart, which a setting mends for all rows.
    pub fn birth(&self, field: Option<Field>) -> Result<(Option<Date>, Option<&'a str>), Reject> {
        match self.date(field) {
            Err(reject) if reject.reason == Reason::Value(ValueError::NotADate) => {
                Ok((None, self.text(field)))
            }
            read => read.map(|day| (day, None)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_two_equal_headings_is_found_and_the_second_is_kept_apart() {
        let mut headings = Headings::new(["送料", "税率", "送料"].map(str::to_owned).to_vec());
        assert_eq!(headings.find(&["送料"]), Some(0));
        assert_eq!(headings.rest(), [1, 2]);
        assert_eq!(headings.name(2), "送料 (2)");
    }
}
